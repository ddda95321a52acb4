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
