//! Who the witness is: sealed on its own to the desk's *source* keys, so that whoever grades a report need not learn
//! who gave it.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    envelope::{self, OpenError, SealError},
    key::{DeskIdentity, RecipientKey, Source},
    limits,
    text::Text,
};

/// Size every contact is padded to, in bytes, so that a long name is no hint.
const PADDED: usize = limits::CONTACT_BYTES;

/// A contact as it lies inside a report: an `age` file in base 64.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedContact(Vec<u8>);

impl SealedContact {
    /// Seals a contact to every source key of a desk.
    ///
    /// # Errors
    /// [`SealError`] where there is no usable key or the contact is longer than [`limits::CONTACT_BYTES`].
    pub fn seal(contact: &Text, keys: &[RecipientKey<Source>]) -> Result<Self, SealError> {
        if contact.len() > PADDED {
            return Err(SealError::TooLarge { bytes: contact.len(), limit: PADDED });
        }
        let mut padded = zeroize::Zeroizing::new(contact.as_str().as_bytes().to_vec());
        padded.resize(PADDED, b' ');
        envelope::seal_bytes(&padded, keys).map(Self)
    }

    /// Opens a contact.
    ///
    /// # Errors
    /// [`OpenError`]; [`OpenError::NotForThisKey`] where the identities are not in the source role.
    pub fn open(&self, identities: &[DeskIdentity<Source>]) -> Result<Text, OpenError> {
        let bytes = envelope::open_bytes(&self.0, identities, PADDED)?;
        let words = String::from_utf8(bytes).map_err(|_| OpenError::Damaged)?;
        Ok(Text::new(words.trim_end_matches(' ')))
    }
}

impl fmt::Debug for SealedContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed contact]")
    }
}

impl Serialize for SealedContact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for SealedContact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64_STANDARD.decode(text).map(Self).map_err(|_| serde::de::Error::custom("not base 64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{envelope::HeaderError, key::Seal};

    #[test]
    fn opens_with_source_identities_and_no_others() {
        let sources = [DeskIdentity::<Source>::generate(), DeskIdentity::generate()];
        let keys = sources.each_ref().map(DeskIdentity::public);
        let contact = Text::new("A. N. Other, VHF 77, answers to \u{1F426} ");
        let sealed = SealedContact::seal(&contact, &keys).unwrap();
        for source in &sources {
            let opened = sealed.open(std::slice::from_ref(source)).unwrap();
            assert_eq!(opened.as_str(), contact.as_str().trim_end());
        }
        // A reading key cannot even be offered; its secret in the other role opens nothing.
        let reading = DeskIdentity::<Seal>::generate();
        let disguised = DeskIdentity::<Source>::parse(&reading.to_secret_text()).unwrap();
        assert!(matches!(sealed.open(&[disguised]), Err(OpenError::NotForThisKey)));
        assert!(matches!(sealed.open(&[]), Err(OpenError::NotForThisKey)));
    }

    #[test]
    fn long_and_short_ones_look_alike_and_too_long_ones_are_refused() {
        let source = DeskIdentity::<Source>::generate();
        let body = |text: String| {
            let sealed = SealedContact::seal(&Text::new(text), &[source.public()]).unwrap();
            sealed.0.len() - envelope::scan(&sealed.0).unwrap().len
        };
        // 16 bytes of nonce and 16 of tag.
        assert_eq!(body(String::new()), PADDED + 32);
        assert_eq!(body("x".repeat(PADDED)), PADDED + 32);
        let long = Text::new("x".repeat(PADDED + 1));
        assert!(matches!(SealedContact::seal(&long, &[source.public()]), Err(SealError::TooLarge { .. })));
        assert!(matches!(SealedContact::seal(&Text::default(), &[]), Err(SealError::NoUsableKey)));
    }

    #[test]
    fn p11_hostile_contacts_end_in_errors_that_say_nothing() {
        let source = DeskIdentity::<Source>::generate();
        let open =
            |bytes: &[u8]| SealedContact(bytes.to_vec()).open(std::slice::from_ref(&source)).unwrap_err();
        assert!(matches!(open(b"Gweilo"), OpenError::Header(HeaderError::NotAge)));
        let not_words = envelope::seal_bytes(&[0xFF; 10], &[source.public()]).unwrap();
        assert!(matches!(open(&not_words), OpenError::Damaged));
        let long = envelope::seal_bytes(&[b'x'; PADDED + 1], &[source.public()]).unwrap();
        assert!(matches!(open(&long), OpenError::TooLarge { .. }));
        let sealed = SealedContact::seal(&Text::new("Gweilo"), &[source.public()]).unwrap();
        assert_eq!(format!("{sealed:?}"), "[sealed contact]");
        for end in 0..sealed.0.len() {
            open(&sealed.0[..end]);
        }
        for at in (0..sealed.0.len()).filter(|at| at % 7 == 0) {
            let mut flipped = sealed.0.clone();
            flipped[at] ^= 1;
            open(&flipped);
        }
    }
}
