//! Where a desk's answer waits. Whoever writes a report makes a token; the report carries only its hash, the address.
//! Anyone who opens the report may leave something there; reading needs the token, which cannot delete.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    hash::{Hasher, NotAHash, Sha256},
    limits,
    receipt::SignedReceipt,
    reply::SealedReply,
    strict_json::{self, JsonError},
};

const LABEL: &[u8] = b"turnstone/mailbox/1";

/// The address of a mailbox: SHA-256 over `turnstone/mailbox/1` and the token. `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailboxAddress(pub Sha256);

impl fmt::Display for MailboxAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for MailboxAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[mailbox address]")
    }
}

impl FromStr for MailboxAddress {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        text.parse().map(Self)
    }
}

/// The secret that reads one mailbox: 32 random bytes. Prints as `[redacted]`.
#[derive(Clone, PartialEq, Eq)]
pub struct MailboxToken(Zeroizing<[u8; 32]>);

impl MailboxToken {
    /// Wraps 32 random bytes.
    pub fn from_bytes(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text, bytes.as_mut_slice()).ok()?;
        Some(Self(bytes))
    }

    /// 64 hexadecimal digits: what goes after `Authorization: Bearer`.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_slice()))
    }

    /// The address it reads.
    pub fn address(&self) -> MailboxAddress {
        let mut hasher = Hasher::default();
        hasher.update(LABEL);
        hasher.update(self.0.as_slice());
        MailboxAddress(hasher.finish())
    }
}

impl fmt::Debug for MailboxToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// One thing left in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum MailboxItem {
    /// An officer has opened the report or one of its attachments.
    Receipt {
        /// The signed receipt.
        receipt: SignedReceipt,
    },
    /// An officer has written back.
    Reply {
        /// The reply, sealed to the report's reply key.
        reply: SealedReply,
    },
    /// Something a newer version left; skipped.
    #[serde(other)]
    Unknown,
}

/// What a mailbox answers; an unknown address and a wrong token answer like an empty box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxAnswer {
    /// The items, oldest first.
    pub items: Vec<MailboxItem>,
}

#[derive(Deserialize)]
struct Raw {
    items: Vec<serde_json::Value>,
}

/// The bytes are no mailbox answer.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MailboxError {
    /// Larger than is read.
    #[error(
        "a mailbox's answer of more than {} bytes or {} items",
        limits::MAILBOX_BYTES,
        limits::MAILBOX_ITEMS
    )]
    TooLarge,
    /// Not acceptable JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// JSON of another shape.
    #[error("not a mailbox's answer")]
    Shape,
}

impl MailboxAnswer {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`MailboxError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, MailboxError> {
        if bytes.len() > limits::MAILBOX_BYTES {
            return Err(MailboxError::TooLarge);
        }
        strict_json::check(bytes)?;
        let answer: Raw = serde_json::from_slice(bytes).map_err(|_| MailboxError::Shape)?;
        if answer.items.len() > limits::MAILBOX_ITEMS {
            return Err(MailboxError::TooLarge);
        }
        // Anyone who opened the report may leave things: one that is malformed must not hide the others.
        let item = |item| serde_json::from_value(item).unwrap_or(MailboxItem::Unknown);
        Ok(Self { items: answer.items.into_iter().map(item).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_hash_of_label_and_token() {
        let token = MailboxToken::from_bytes([5; 32]);
        let expected = Sha256::of(&[b"turnstone/mailbox/1".as_slice(), &[5; 32]].concat());
        assert_eq!(token.address(), MailboxAddress(expected));
        assert_eq!(MailboxToken::parse(&token.to_secret_text()), Some(token));
        assert_eq!(MailboxToken::parse("05"), None);
    }

    #[test]
    fn a_malformed_item_does_not_hide_the_others() {
        let bytes = br#"{"items":[{"kind":"receipt","receipt":7},[],{"kind":"receipt","receipt":{"text":"x","signature":""}}]}"#;
        let answer = MailboxAnswer::parse(bytes).unwrap();
        assert_eq!(answer.items[..2], [MailboxItem::Unknown, MailboxItem::Unknown]);
        assert!(matches!(answer.items[2], MailboxItem::Receipt { .. }));
    }

    #[test]
    fn a_newer_kind_of_item_is_skipped_over() {
        let answer = MailboxAnswer::parse(br#"{"items":[{"kind":"song","tune":1}]}"#).unwrap();
        assert_eq!(answer.items, [MailboxItem::Unknown]);
    }
}
