//! The PIN, and what is made of it: Argon2id (RFC 9106), so that each guess costs time and memory, with parameters
//! that are bounded when read: a tampered database must not make an unlock endless or worthless.

use std::fmt;

use zeroize::Zeroizing;

use crate::{
    error::{Error, Fault, Invalid, Unusable},
    random::{self, Random},
};

/// Fewest characters a PIN may have.
pub const PIN_MIN_CHARS: usize = 4;

/// A PIN, as bytes that are wiped when dropped. Prints as `[redacted]`.
pub struct Pin(Zeroizing<Vec<u8>>);

impl Pin {
    /// Takes a PIN as UTF-8.
    ///
    /// # Errors
    /// [`Invalid::PinTooShort`] below [`PIN_MIN_CHARS`] characters.
    pub fn new(pin: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let bytes = Zeroizing::new(pin.into());
        let chars = std::str::from_utf8(&bytes).map_or(bytes.len(), |text| text.chars().count());
        if chars < PIN_MIN_CHARS { Err(Invalid::PinTooShort.into()) } else { Ok(Self(bytes)) }
    }
}

impl Pin {
    /// Whether one slip of a finger makes this PIN of the other: it is the same, or one character is changed, added or left out,
    /// or two neighbours are swapped (the four slips of F. J. Damerau, *A technique for computer detection and correction of
    /// spelling errors*, CACM 7(3), 1964); or it is typed with the capitals locked.
    pub(crate) fn is_a_slip_from(&self, other: &Self) -> bool {
        let (one, two) = (self.letters(), other.letters());
        let (long, short) = if one.len() < two.len() { (&two, &one) } else { (&one, &two) };
        let begins = long.iter().zip(short.iter()).take_while(|(a, b)| a == b).count();
        let (long, short) = (&long[begins..], &short[begins..]);
        let same_after = |of_long: usize, of_short: usize| {
            long.get(of_long..).is_some_and(|rest| short.get(of_short..) == Some(rest))
        };
        let swapped = long.len() > 1 && short.len() > 1 && long[0] == short[1] && long[1] == short[0];
        same_after(0, 0) || same_after(1, 1) || same_after(1, 0) || (swapped && same_after(2, 2))
    }

    /// Its characters, capital or not; its bytes where it is no text.
    fn letters(&self) -> Zeroizing<Vec<char>> {
        let text = std::str::from_utf8(&self.0);
        // Room for all of them at once: growing would leave unwiped ones behind.
        let mut letters = Zeroizing::new(Vec::with_capacity(self.0.len() * 3));
        match text {
            Ok(text) => letters.extend(text.chars().flat_map(char::to_lowercase)),
            Err(_) => letters.extend(self.0.iter().map(|byte| char::from(*byte))),
        }
        letters
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

const NO_PIN: u8 = 0;
const ARGON2ID: u8 = 1;
const SALT_LEN: usize = 16;
const FACTOR_LEN: usize = 32;

/// How the factor for the key store is made. Stored in the open, bound into the ring's seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kdf {
    /// There is no PIN: the factor is empty, and the key store alone guards the vault.
    NoPin,
    /// Argon2id with these parameters.
    Argon2id { memory_kib: u32, passes: u32, salt: [u8; SALT_LEN] },
}

impl Kdf {
    /// The parameters for a new PIN: 64 MiB, 3 passes, one lane (DESIGN 4; RFC 9106 section 4's second choice).
    pub(crate) fn new(random: &dyn Random) -> Result<Self, Fault> {
        Ok(Self::Argon2id { memory_kib: 64 * 1024, passes: 3, salt: random::bytes(random)? })
    }

    pub(crate) fn has_pin(&self) -> bool {
        *self != Self::NoPin
    }

    /// The bytes stored: kind, memory and passes as big-endian u32, salt.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::NoPin => vec![NO_PIN],
            Self::Argon2id { memory_kib, passes, salt } => {
                [&[ARGON2ID], memory_kib.to_be_bytes().as_slice(), &passes.to_be_bytes(), salt].concat()
            }
        }
    }

    /// Reads stored bytes, within bounds: no less than what new PINs get, no more than a phone can do.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let fault = || Fault::Sealed("the PIN's parameters");
        let word = |at: usize| {
            let bytes = bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).ok_or_else(fault)?;
            Ok::<_, Fault>(u32::from_be_bytes(bytes))
        };
        match bytes.first() {
            Some(&NO_PIN) if bytes.len() == 1 => Ok(Self::NoPin),
            Some(&ARGON2ID) if bytes.len() == 9 + SALT_LEN => {
                let (memory_kib, passes) = (word(1)?, word(5)?);
                if !(64 * 1024..=1024 * 1024).contains(&memory_kib) || !(3..=16).contains(&passes) {
                    return Err(fault());
                }
                let salt = bytes[9..].try_into().map_err(|_| fault())?;
                Ok(Self::Argon2id { memory_kib, passes, salt })
            }
            _ => Err(fault()),
        }
    }

    /// The factor for the key store.
    pub(crate) fn factor(&self, pin: Option<&Pin>) -> Result<Zeroizing<Vec<u8>>, Fault> {
        match (self, pin) {
            (Self::NoPin, None) => Ok(Zeroizing::new(Vec::new())),
            (Self::NoPin, Some(_)) => Err(Invalid::Pin("this home has no PIN").into()),
            (Self::Argon2id { .. }, None) => Err(Error::Locked.into()),
            (Self::Argon2id { memory_kib, passes, salt }, Some(pin)) => {
                #[cfg(test)]
                stretched::count();
                let failed = |_| Fault::Error(Error::Unusable(Unusable::Inner("stretching the PIN failed")));
                let params =
                    argon2::Params::new(*memory_kib, *passes, 1, Some(FACTOR_LEN)).map_err(failed)?;
                let mut factor = Zeroizing::new(vec![0; FACTOR_LEN]);
                argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
                    .hash_password_into(&pin.0, salt, &mut factor)
                    .map_err(failed)?;
                Ok(factor)
            }
        }
    }
}

/// How often a PIN was stretched in this thread, for the tests: what is counted needs no watch.
#[cfg(test)]
pub(crate) mod stretched {
    use std::cell::Cell;

    thread_local!(static TIMES: Cell<u32> = const { Cell::new(0) });

    pub(super) fn count() {
        TIMES.set(TIMES.get() + 1);
    }

    pub(crate) fn times() -> u32 {
        TIMES.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_out_of_bounds_are_refused() {
        let kdf = Kdf::Argon2id { memory_kib: 64 * 1024, passes: 3, salt: [9; 16] };
        assert_eq!(Kdf::from_bytes(&kdf.to_bytes()).unwrap(), kdf);
        assert_eq!(Kdf::from_bytes(&Kdf::NoPin.to_bytes()).unwrap(), Kdf::NoPin);
        for (memory_kib, passes) in [(8, 3), (64 * 1024, 1), (u32::MAX, 3), (64 * 1024, u32::MAX)] {
            let bytes = Kdf::Argon2id { memory_kib, passes, salt: [9; 16] }.to_bytes();
            assert!(Kdf::from_bytes(&bytes).is_err());
        }
        for bytes in [&b""[..], &[0, 0], &[2; 25], &kdf.to_bytes()[..24]] {
            assert!(Kdf::from_bytes(bytes).is_err());
        }
    }

    #[test]
    fn a_short_pin_is_refused_and_none_is_printed() {
        assert_eq!(Pin::new("123").unwrap_err(), Error::Invalid(Invalid::PinTooShort));
        assert_eq!(format!("{:?}", Pin::new("2580").unwrap()), "[redacted]");
    }

    #[test]
    fn one_slip_of_a_finger_is_told_from_two() {
        let is_a_slip = |one: &str, two: &str| {
            let (one, two) = (Pin::new(one).unwrap(), Pin::new(two).unwrap());
            assert_eq!(one.is_a_slip_from(&two), two.is_a_slip_from(&one));
            one.is_a_slip_from(&two)
        };
        for near in ["2580", "2581", "9580", "2590", "25800", "12580", "25480", "5280", "2850", "2508"] {
            assert!(is_a_slip("2580", near), "{near}");
        }
        for far in ["2591", "0852", "258000", "5820", "8250", "1470", "5208"] {
            assert!(!is_a_slip("2580", far), "{far}");
        }
        assert!(is_a_slip("Môr a Mynydd", "mÔR A mYNYDD"), "capitals locked");
        assert!(is_a_slip("môr a mynydd", "mor a mynydd") && !is_a_slip("môr a mynydd", "mor a mynyd"));
    }
}
