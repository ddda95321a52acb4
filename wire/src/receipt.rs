//! Receipts: the desk's signed word that it holds (`stored`) or has opened (`opened`) exactly these bytes.

use std::{fmt, marker::PhantomData};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    directory::{Desk, DeskId, KeyRefused},
    hash::Sha256,
    key::{KeyId, Officer, SigningKey, SigningRole, Stored, base64_bytes},
    limits,
};

/// A role that signs one kind of receipt.
pub trait ReceiptRole: SigningRole {
    /// The kind.
    const KIND: &'static str;
}

impl ReceiptRole for Stored {
    const KIND: &'static str = "stored";
}

impl ReceiptRole for Officer {
    const KIND: &'static str = "opened";
}

/// What kind of thing a receipt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectKind {
    /// An envelope.
    Report,
    /// A sealed attachment.
    Attachment,
}

impl ObjectKind {
    /// Its name in receipts and desk calls (`report`, `attachment`).
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Attachment => "attachment",
        }
    }
}

/// The object a receipt is for: exactly these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// Envelope or attachment.
    pub kind: ObjectKind,
    /// Hash of the bytes as they were sent.
    pub sha256: Sha256,
    /// Their number.
    pub size: u64,
}

/// A receipt as it travels: the signed text and its signature. Says nothing until verified.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedReceipt {
    text: String,
    #[serde(with = "base64_bytes")]
    signature: Vec<u8>,
}

impl fmt::Debug for SignedReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[receipt]")
    }
}

/// A receipt whose signature fits a key of the desk in the right role, for the object that was asked about.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt<R> {
    at: DateTime<Utc>,
    key: KeyId,
    role: PhantomData<R>,
}

impl<R> Receipt<R> {
    /// When it was signed, by the signer's clock.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// The key that signed it.
    pub fn key(&self) -> KeyId {
        self.key
    }
}

impl<R> fmt::Debug for Receipt<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[verified receipt]")
    }
}

/// What a receipt says of itself before anybody has verified it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Claims<'a> {
    /// `stored` or `opened`, or something else.
    pub kind: &'a str,
    /// The object it is for.
    pub object: Object,
    /// When it was signed, by the signer's clock.
    pub at: DateTime<Utc>,
    /// The desk that signed it.
    pub desk: &'a str,
    /// The key that signed it.
    pub key: KeyId,
}

impl fmt::Debug for Claims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[claims of a receipt]")
    }
}

/// Why a receipt is not believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReceiptError {
    /// Not a receipt of this version.
    #[error("not a receipt")]
    Malformed,
    /// A receipt, but for other bytes, of another kind or by another desk.
    #[error("a receipt for something else: its {0} differs")]
    ForSomethingElse(&'static str),
    /// The key is not in the directory held, or must not be used.
    #[error("a receipt {0}")]
    Key(#[from] KeyRefused),
    /// The signature does not fit.
    #[error("a receipt whose signature does not fit")]
    BadSignature,
}

impl SignedReceipt {
    /// Signs a receipt for an object in the signer's role.
    pub fn sign<R: ReceiptRole>(
        object: &Object,
        desk: &DeskId,
        at: DateTime<Utc>,
        key: &SigningKey<R>,
    ) -> Self {
        let text = format!(
            "turnstone receipt 1\nkind {}\nobject {}\nsha256 {}\nsize {}\nat {}\ndesk {}\nkey {}\n",
            R::KIND,
            object.kind.name(),
            object.sha256,
            object.size,
            at.to_rfc3339_opts(SecondsFormat::Secs, true),
            desk.as_str(),
            key.public().id(),
        );
        let signature = key.sign(text.as_bytes());
        Self { text, signature }
    }

    /// Reads a receipt's JSON, verifying nothing.
    ///
    /// # Errors
    /// [`ReceiptError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        if bytes.len() > limits::RECEIPT_BYTES {
            return Err(ReceiptError::Malformed);
        }
        serde_json::from_slice(bytes).map_err(|_| ReceiptError::Malformed)
    }

    /// The JSON that travels.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The signed text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it claims, read strictly and believed by nobody: to find the item it may belong to, to show it, and to see
    /// whether it is one of ours.
    ///
    /// # Errors
    /// [`ReceiptError::Malformed`].
    pub fn claims(&self) -> Result<Claims<'_>, ReceiptError> {
        let fields = Fields::parse(&self.text)?;
        let known = [ObjectKind::Report, ObjectKind::Attachment];
        let kind = known.into_iter().find(|kind| kind.name() == fields.object);
        Ok(Claims {
            kind: fields.kind,
            object: Object {
                kind: kind.ok_or(ReceiptError::Malformed)?,
                sha256: fields.sha256.parse().map_err(|_| ReceiptError::Malformed)?,
                size: fields.size.parse().map_err(|_| ReceiptError::Malformed)?,
            },
            at: DateTime::parse_from_rfc3339(fields.at).map_err(|_| ReceiptError::Malformed)?.to_utc(),
            desk: fields.desk,
            key: fields.key.parse().map_err(|_| ReceiptError::Malformed)?,
        })
    }

    /// Verifies that a key of `desk`, in the role that signs such receipts, vouches for exactly `object`.
    ///
    /// # Errors
    /// [`ReceiptError`], each reason by its own name.
    pub fn verify<R: ReceiptRole>(&self, object: &Object, desk: &Desk) -> Result<Receipt<R>, ReceiptError> {
        let fields = Fields::parse(&self.text)?;
        let differs = |what| Err(ReceiptError::ForSomethingElse(what));
        if fields.kind != R::KIND {
            return differs("kind");
        }
        if fields.object != object.kind.name() {
            return differs("object");
        }
        if fields.sha256 != object.sha256.to_string() {
            return differs("hash");
        }
        if fields.size != object.size.to_string() {
            return differs("size");
        }
        if fields.desk != desk.id.as_str() {
            return differs("desk");
        }
        let at = DateTime::parse_from_rfc3339(fields.at).map_err(|_| ReceiptError::Malformed)?.to_utc();
        let key: KeyId = fields.key.parse().map_err(|_| ReceiptError::Malformed)?;
        let verify_key = desk.verify_key::<R>(&key)?;
        verify_key.verify(self.text.as_bytes(), &self.signature).map_err(|_| ReceiptError::BadSignature)?;
        Ok(Receipt { at, key, role: PhantomData })
    }
}

struct Fields<'a> {
    kind: &'a str,
    object: &'a str,
    sha256: &'a str,
    size: &'a str,
    at: &'a str,
    desk: &'a str,
    key: &'a str,
}

impl<'a> Fields<'a> {
    fn parse(text: &'a str) -> Result<Self, ReceiptError> {
        let mut rest = text.strip_prefix("turnstone receipt 1\n").ok_or(ReceiptError::Malformed)?;
        let mut next = |name: &str| -> Result<&'a str, ReceiptError> {
            let (line, after) = rest.split_once('\n').ok_or(ReceiptError::Malformed)?;
            rest = after;
            line.strip_prefix(name).and_then(|v| v.strip_prefix(' ')).ok_or(ReceiptError::Malformed)
        };
        let fields = Self {
            kind: next("kind")?,
            object: next("object")?,
            sha256: next("sha256")?,
            size: next("size")?,
            at: next("at")?,
            desk: next("desk")?,
            key: next("key")?,
        };
        if rest.is_empty() { Ok(fields) } else { Err(ReceiptError::Malformed) }
    }
}

#[cfg(test)]
mod tests;
