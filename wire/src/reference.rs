//! The label a witness reads out: `KRAKEN-7F3Q-2MXD-9K`. Never a key to anything.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{body::ReportId, body::Scheme, hash::Sha256};

/// Douglas Crockford's base 32: no I, L, O or U, so that nothing is misread or rude.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: usize = 9;

/// A report's label: its scheme's code word, nine symbols (45 bits) of the SHA-256 of the report id, and a check
/// symbol that catches every single wrong symbol and every two symbols exchanged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    scheme: Scheme,
    symbols: [u8; SYMBOLS],
}

/// Why a text is no reference.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReferenceError {
    /// It does not begin with a code word.
    #[error("a reference begins with KRAKEN or PEGASUS")]
    NoCodeWord,
    /// It has too few or too many symbols.
    #[error("a reference has ten symbols after its code word, not {0}")]
    Length(usize),
    /// A character that no reference holds.
    #[error("a reference has no such character: {0:?}")]
    Symbol(char),
    /// The check symbol does not fit: something was misheard or mistyped.
    #[error("the check symbol does not fit: one of the symbols is wrong, or two are exchanged")]
    Check,
}

impl Reference {
    /// The label of a report.
    pub fn of(scheme: Scheme, id: &ReportId) -> Self {
        let hash = Sha256::of(id.as_bytes());
        let mut bits = [0; 8];
        bits.copy_from_slice(&hash.as_bytes()[..8]);
        let bits = u64::from_be_bytes(bits);
        let symbols = std::array::from_fn(|i| {
            let shift = 64 - 5 * (u32::try_from(i).unwrap_or(0) + 1);
            ((bits >> shift) & 31) as u8
        });
        Self { scheme, symbols }
    }

    /// The scheme whose code word it begins with.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }
}

/// Multiplies in GF(2^5) with x^5 + x^2 + 1, which is primitive.
fn times(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b != 0 {
        if b & 1 != 0 {
            product ^= a;
        }
        a <<= 1;
        if a & 32 != 0 {
            a ^= 0b10_0101;
        }
        b >>= 1;
    }
    product
}

/// The check symbol: the sum over GF(32) of each symbol times its own power of two. Ten different non-zero weights
/// (the check symbol's own is 1) catch every single error and every exchange of two unequal symbols: the parity
/// check of a Reed-Solomon code (MacWilliams and Sloane, "The Theory of Error-Correcting Codes", chapter 10).
fn check_symbol(symbols: &[u8; SYMBOLS]) -> u8 {
    let mut weight = 1;
    symbols.iter().fold(0, |sum, &symbol| {
        weight = times(weight, 2);
        sum ^ times(weight, symbol)
    })
}

fn letter(symbol: u8) -> char {
    char::from(ALPHABET[usize::from(symbol & 31)])
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme.code_word())?;
        let all = self.symbols.iter().copied().chain([check_symbol(&self.symbols)]);
        for (i, symbol) in all.enumerate() {
            if i % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", letter(symbol))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[reference]")
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    /// Takes what people type: lower case, spaces or no dashes, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let text = text.trim();
        let (scheme, rest) = Scheme::ALL
            .into_iter()
            .find_map(|scheme| {
                let word = scheme.code_word();
                let head = text.get(..word.len())?;
                head.eq_ignore_ascii_case(word).then(|| (scheme, &text[word.len()..]))
            })
            .ok_or(ReferenceError::NoCodeWord)?;
        let mut symbols = [0; SYMBOLS + 1];
        let mut count = 0;
        for c in rest.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let upper = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value =
                ALPHABET.iter().position(|&l| char::from(l) == upper).ok_or(ReferenceError::Symbol(c))?;
            if let Some(place) = symbols.get_mut(count) {
                *place = u8::try_from(value).unwrap_or(0);
            }
            count += 1;
        }
        if count != SYMBOLS + 1 {
            return Err(ReferenceError::Length(count));
        }
        let mut nine = [0; SYMBOLS];
        nine.copy_from_slice(&symbols[..SYMBOLS]);
        if check_symbol(&nine) != symbols[SYMBOLS] {
            return Err(ReferenceError::Check);
        }
        Ok(Self { scheme, symbols: nine })
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_weights_are_ten_different_ones() {
        let mut weight = 1;
        let mut seen = vec![weight];
        for _ in 0..SYMBOLS {
            weight = times(weight, 2);
            assert!(weight != 0 && !seen.contains(&weight));
            seen.push(weight);
        }
    }

    #[test]
    fn tells_what_is_wrong() {
        let good = Reference::of(Scheme::Pegasus, &ReportId::from_bytes([1; 16])).to_string();
        assert_eq!("".parse::<Reference>(), Err(ReferenceError::NoCodeWord));
        assert_eq!("KRAKÉN-1".parse::<Reference>(), Err(ReferenceError::NoCodeWord));
        assert_eq!("KRAKEN-7F3Q".parse::<Reference>(), Err(ReferenceError::Length(4)));
        assert_eq!(format!("{good}0").parse::<Reference>(), Err(ReferenceError::Length(11)));
        assert!(good.replace(|c: char| c.is_ascii_digit(), "é").parse::<Reference>().is_err());
        assert_eq!("KRAKEN-U".parse::<Reference>(), Err(ReferenceError::Symbol('U')));
    }

    proptest! {
        #[test]
        fn survives_dictation(id: [u8; 16], kraken: bool) {
            let scheme = if kraken { Scheme::Kraken } else { Scheme::Pegasus };
            let reference = Reference::of(scheme, &ReportId::from_bytes(id));
            let typed = reference.to_string().to_lowercase().replace('0', "o").replace('1', "l").replace('-', " ");
            prop_assert_eq!(typed.parse::<Reference>(), Ok(reference));
        }

        #[test]
        fn one_wrong_symbol_or_two_exchanged_are_caught(id: [u8; 16], at in 0_usize..10, with in 0_usize..10, to in 0_u8..32) {
            let good = Reference::of(Scheme::Kraken, &ReportId::from_bytes(id)).to_string();
            let places: Vec<usize> = good.char_indices().skip(7).filter(|(_, c)| *c != '-').map(|(i, _)| i).collect();
            let mut wrong = good.clone().into_bytes();
            wrong[places[at]] = ALPHABET[usize::from(to)];
            let mut exchanged = good.clone().into_bytes();
            exchanged.swap(places[at], places[with]);
            for text in [wrong, exchanged].map(|bytes| String::from_utf8(bytes).unwrap()) {
                if text != good {
                    prop_assert_eq!(text.parse::<Reference>(), Err(ReferenceError::Check));
                }
            }
        }

        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = text.parse::<Reference>();
        }
    }
}
