//! The envelope: a report's body as an `age` file (age-encryption.org/v1) to every active key of its desk, so that
//! `age -d -i desk.key report.age | jq .` opens it without our software.

use std::io::{Read, Write};

use crate::{
    body::{BodyError, Report},
    hash::Sha256,
    key::{DeskIdentity, RecipientKey, Seal, SealingRole},
    limits,
};

/// Why something could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The desk has no active key of a kind this version knows.
    #[error("the desk has no active key that this version can seal to")]
    NoUsableKey,
    /// More keys than an envelope may have.
    #[error("the desk has {0} active keys; at most {limit} are sealed to", limit = limits::RECIPIENTS)]
    TooManyKeys(usize),
    /// Longer than its kind may be.
    #[error("{bytes} bytes are too long; at most {limit} are sealed")]
    TooLarge {
        /// Size in bytes.
        bytes: usize,
        /// The largest in bytes.
        limit: usize,
    },
    /// The report itself is at fault.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The `age` library failed; it does so for no input.
    #[error("sealing failed")]
    Failed,
}

/// Why something could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The header breaks the bounds of DESIGN 7 or is not `age`'s.
    #[error("not opened: {0}")]
    Header(#[from] HeaderError),
    /// None of the keys at hand opens it.
    #[error("none of the keys at hand opens it")]
    NotForThisKey,
    /// It was changed or cut short.
    #[error("it is damaged: changed or cut short")]
    Damaged,
    /// It holds more than is read.
    #[error("it holds more than {limit} bytes")]
    TooLarge {
        /// The largest content read, in bytes.
        limit: u64,
    },
    /// What came out is no report.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The bytes are not those that were promised.
    #[error("the {0} does not match what the report says of it")]
    Mismatch(&'static str),
    /// Reading or writing failed underneath.
    #[error("reading or writing failed")]
    Io(#[from] std::io::Error),
}

/// Why a header is not handed to `age`.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum HeaderError {
    /// It does not begin as an `age` file of version 1 does.
    #[error("it is not an age file of version 1")]
    NotAge,
    /// It is longer than [`limits::AGE_HEADER_BYTES`] or does not end.
    #[error("its header is longer than {} bytes, or does not end", limits::AGE_HEADER_BYTES)]
    TooLong,
    /// It has more than [`limits::AGE_STANZAS`] stanzas.
    #[error("its header has more than {} stanzas", limits::AGE_STANZAS)]
    TooManyStanzas,
    /// A line is none of those a header may have.
    #[error("its header has a line that is none")]
    BadLine,
}

/// What a header scan found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Length of the header in bytes, its last line feed included.
    pub len: usize,
    /// How many recipients' stanzas it has.
    pub stanzas: usize,
}

const FIRST_LINE: &[u8] = b"age-encryption.org/v1\n";

/// Reads an `age` header in one pass, without memory, before the `age` crate sees it: that crate parses anew at
/// each read, so a header of many small stanzas costs it minutes (DESIGN 7).
///
/// # Errors
/// [`HeaderError`] for all that is out of bounds or out of shape.
pub fn scan(bytes: &[u8]) -> Result<Header, HeaderError> {
    let mut rest = bytes.strip_prefix(FIRST_LINE).ok_or(HeaderError::NotAge)?;
    let mut stanzas = 0;
    // A stanza's body ends with a line shorter than 64 characters, perhaps an empty one.
    let mut in_body = false;
    loop {
        let read = bytes.len() - rest.len();
        let window = &rest[..rest.len().min(limits::AGE_HEADER_BYTES.saturating_sub(read))];
        let end = window.iter().position(|&b| b == b'\n').ok_or(HeaderError::TooLong)?;
        let (line, after) = (&rest[..end], &rest[end + 1..]);
        if in_body {
            if line.len() > 64 || !line.iter().all(|&b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/') {
                return Err(HeaderError::BadLine);
            }
            in_body = line.len() == 64;
        } else if line.starts_with(b"-> ") {
            stanzas += 1;
            if stanzas > limits::AGE_STANZAS {
                return Err(HeaderError::TooManyStanzas);
            }
            in_body = true;
        } else if line.starts_with(b"--- ") {
            return Ok(Header { len: bytes.len() - after.len(), stanzas });
        } else {
            return Err(HeaderError::BadLine);
        }
        rest = after;
    }
}

/// A sealed report and its name.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    bytes: Vec<u8>,
    sha256: Sha256,
}

impl Envelope {
    /// Seals a padded body to every given key of the desk.
    ///
    /// # Errors
    /// [`SealError`] where no key is usable.
    pub fn seal(padded_body: &[u8], keys: &[RecipientKey<Seal>]) -> Result<Self, SealError> {
        if padded_body.len() > limits::BODY_BYTES {
            return Err(SealError::TooLarge { bytes: padded_body.len(), limit: limits::BODY_BYTES });
        }
        let bytes = seal_bytes(padded_body, keys)?;
        let sha256 = Sha256::of(&bytes);
        Ok(Self { bytes, sha256 })
    }

    /// The `age` file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The `age` file, to keep.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Its name on the intake.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[envelope of {} bytes]", self.bytes.len())
    }
}

/// An opened envelope: the report, and the very bytes it was read from.
pub struct Opened {
    /// The report.
    pub report: Report,
    /// The body as it was sealed, padding included: what is kept, so that fields this version does not know survive.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[opened report]")
    }
}

/// Opens an envelope with the desk's keys.
///
/// # Errors
/// [`OpenError`]; hostile bytes cost bounded time and memory and never panic.
pub fn open(envelope: &[u8], identities: &[DeskIdentity<Seal>]) -> Result<Opened, OpenError> {
    if envelope.len() > limits::ENVELOPE_BYTES {
        return Err(OpenError::TooLarge { limit: limits::ENVELOPE_BYTES as u64 });
    }
    let body = open_bytes(envelope, identities, limits::BODY_BYTES)?;
    Ok(Opened { report: Report::parse(&body)?, body })
}

/// Seals bytes to keys of one role.
pub(crate) fn seal_bytes<R: SealingRole>(
    bytes: &[u8],
    keys: &[RecipientKey<R>],
) -> Result<Vec<u8>, SealError> {
    let encryptor = encryptor(keys)?;
    let mut sealed = Vec::with_capacity(bytes.len() + 1024);
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(|_| SealError::Failed)?;
    writer.write_all(bytes).and_then(|()| writer.finish()).map_err(|_| SealError::Failed)?;
    #[cfg(feature = "simulation")]
    sealed.extend(crate::simulation::after(sealed.len() as u64, bytes.len() as u64));
    Ok(sealed)
}

/// What seals to keys of one role: those of a kind this version does not know are skipped, where another remains.
pub(crate) fn encryptor<R: SealingRole>(keys: &[RecipientKey<R>]) -> Result<age::Encryptor, SealError> {
    if keys.len() > limits::RECIPIENTS {
        return Err(SealError::TooManyKeys(keys.len()));
    }
    let known: Vec<_> = keys.iter().filter_map(RecipientKey::recipient).collect();
    if known.is_empty() {
        return Err(SealError::NoUsableKey);
    }
    let recipients = known.into_iter().map(|recipient| recipient as &dyn age::Recipient);
    age::Encryptor::with_recipients(recipients).map_err(|_| SealError::Failed)
}

/// Opens at most `limit` bytes with identities of one role.
pub(crate) fn open_bytes<R: SealingRole>(
    sealed: &[u8],
    identities: &[DeskIdentity<R>],
    limit: usize,
) -> Result<Vec<u8>, OpenError> {
    scan(sealed)?;
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(|e| from_age(&e))?;
    let identities = identities.iter().map(|identity| identity.identity() as &dyn age::Identity);
    let reader = decryptor.decrypt(identities).map_err(|e| from_age(&e))?;
    let mut bytes = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|_| OpenError::Damaged)?;
    if bytes.len() > limit {
        return Err(OpenError::TooLarge { limit: limit as u64 });
    }
    Ok(bytes)
}

pub(crate) fn from_age(error: &age::DecryptError) -> OpenError {
    match error {
        age::DecryptError::NoMatchingKeys => OpenError::NotForThisKey,
        _ => OpenError::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header_of(stanzas: usize) -> Vec<u8> {
        let mut bytes = FIRST_LINE.to_vec();
        for _ in 0..stanzas {
            bytes.extend_from_slice(b"-> x\n\n");
        }
        bytes.extend_from_slice(b"--- mac\n");
        bytes
    }

    #[test]
    fn a_header_is_scanned_to_its_end() {
        let identity = DeskIdentity::<Seal>::generate();
        let sealed = seal_bytes(b"words", &[identity.public(), DeskIdentity::generate().public()]).unwrap();
        let header = scan(&sealed).unwrap();
        assert!(header.stanzas >= 2 && sealed[..header.len].ends_with(b"\n"));
        // 16 bytes of nonce, 5 of words, 16 of tag.
        assert_eq!(sealed.len() - header.len, 37);
    }

    #[test]
    fn hostile_headers_are_refused_by_name() {
        assert_eq!(scan(b""), Err(HeaderError::NotAge));
        assert_eq!(scan(b"age-encryption.org/v2\n"), Err(HeaderError::NotAge));
        assert_eq!(scan(&header_of(limits::AGE_STANZAS)).map(|h| h.stanzas), Ok(limits::AGE_STANZAS));
        assert_eq!(scan(&header_of(limits::AGE_STANZAS + 1)), Err(HeaderError::TooManyStanzas));
        let mut endless = FIRST_LINE.to_vec();
        endless.extend_from_slice(b"-> x\n");
        endless.extend(std::iter::repeat_n([[b'A'; 64].as_slice(), b"\n"].concat(), 2000).flatten());
        assert_eq!(scan(&endless), Err(HeaderError::TooLong));
        assert_eq!(scan(b"age-encryption.org/v1\nhello\n"), Err(HeaderError::BadLine));
        assert_eq!(scan(b"age-encryption.org/v1\n-> x\n\x00\n"), Err(HeaderError::BadLine));
    }

    #[test]
    fn an_unknown_kind_of_recipient_is_skipped_when_a_known_one_remains() {
        let identity = DeskIdentity::<Seal>::generate();
        let newer = RecipientKey::parse("age1pq1qqqq").unwrap();
        let sealed = seal_bytes(b"words", &[newer.clone(), identity.public()]).unwrap();
        assert_eq!(open_bytes(&sealed, &[identity], 100).unwrap(), b"words");
        assert!(matches!(seal_bytes(b"words", &[newer]), Err(SealError::NoUsableKey)));
    }

    #[test]
    fn another_key_a_flipped_byte_and_a_cut_are_told_apart() {
        let identity = DeskIdentity::<Seal>::generate();
        let sealed = seal_bytes(&[b'x'; 5000], &[identity.public()]).unwrap();
        let other = DeskIdentity::<Seal>::generate();
        assert!(matches!(open_bytes(&sealed, &[other], 9999), Err(OpenError::NotForThisKey)));
        assert!(matches!(
            open_bytes(&sealed, std::slice::from_ref(&identity), 4999),
            Err(OpenError::TooLarge { .. })
        ));
        let mut flipped = sealed.clone();
        flipped[4000] ^= 1;
        assert!(matches!(
            open_bytes(&flipped, std::slice::from_ref(&identity), 9999),
            Err(OpenError::Damaged)
        ));
        let cut = &sealed[..sealed.len() - 1];
        assert!(matches!(open_bytes(cut, &[identity], 9999), Err(OpenError::Damaged)));
    }

    proptest! {
        #[test]
        fn p11_opening_never_panics(bytes: Vec<u8>, cut in 0_usize..400) {
            let identity = DeskIdentity::<Seal>::generate();
            let mut sealed = seal_bytes(b"words", &[identity.public()]).unwrap();
            sealed.truncate(cut);
            sealed.extend_from_slice(&bytes);
            let _ = open(&sealed, std::slice::from_ref(&identity));
            let _ = open(&bytes, &[identity]);
        }
    }
}
