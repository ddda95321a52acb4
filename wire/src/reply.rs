//! Replies: what an officer writes back to whoever sent a report. Signed in the `officer` role, then sealed to the
//! report's own reply key, so that neither the intake nor anybody else who opened the report reads it or makes one.
//!
//! Signed bytes are LF-ended lines `turnstone reply 1`, `report`, `counter`, `at`, `desk`, `key`, an empty line, and then
//! the words exactly as they were written. They travel as `{"text", "signature"}`, padded with spaces, in an `age` file.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::{
    body::ReportId,
    directory::{Desk, DeskId, KeyRefused},
    envelope::{self, OpenError, SealError},
    key::{self, DeskIdentity, KeyId, Officer, RecipientKey, SigningKey, base64_bytes},
    limits,
    padding::reply_size,
    strict_json,
    text::{Moment, Text},
};

/// What is to be written to whom.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// The report it answers.
    pub report: ReportId,
    /// Larger than that of every reply to this report by the same key: whoever serves an old one again is found out.
    pub counter: u64,
    /// When it is written, by the officer's clock.
    pub at: DateTime<Utc>,
    /// The desk that answers.
    pub desk: &'a DeskId,
    /// What it says.
    pub words: &'a Text,
}

impl fmt::Debug for Letter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[letter]")
    }
}

/// A reply whose signature fits a key of the desk in the role `officer`, to the report that was asked about.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// See [`Letter::counter`].
    pub counter: u64,
    /// When it was signed, by the officer's clock.
    pub at: Moment,
    /// The key that signed it.
    pub key: KeyId,
    /// What it says.
    pub words: Text,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[verified reply]")
    }
}

/// Why a reply is not written, or not believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReplyError {
    /// Nothing but white space.
    #[error("a reply says something")]
    Blank,
    /// Longer than a reply may be.
    #[error("a reply has at most {limit} bytes; this one has {0}", limit = limits::REPLY_TEXT_BYTES)]
    TooLong(usize),
    /// Not a reply of this version.
    #[error("not a reply")]
    Malformed,
    /// A reply, but to another report or by another desk.
    #[error("a reply to something else: its {0} differs")]
    ForSomethingElse(&'static str),
    /// The key is not in the directory held, or must not be used.
    #[error("a reply {0}")]
    Key(#[from] KeyRefused),
    /// The signature does not fit.
    #[error("a reply whose signature does not fit")]
    BadSignature,
}

/// A reply as it lies inside its seal: the signed text and its signature. Says nothing until verified.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedReply {
    text: Zeroizing<String>,
    #[serde(with = "base64_bytes")]
    signature: Vec<u8>,
}

impl fmt::Debug for SignedReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[reply]")
    }
}

impl SignedReply {
    /// Signs a reply.
    ///
    /// # Errors
    /// [`ReplyError::Blank`], [`ReplyError::TooLong`].
    pub fn sign(letter: &Letter<'_>, key: &SigningKey<Officer>) -> Result<Self, ReplyError> {
        if letter.words.is_blank() {
            return Err(ReplyError::Blank);
        }
        if letter.words.len() > limits::REPLY_TEXT_BYTES {
            return Err(ReplyError::TooLong(letter.words.len()));
        }
        let text = Zeroizing::new(format!(
            "turnstone reply 1\nreport {}\ncounter {}\nat {}\ndesk {}\nkey {}\n\n{}",
            letter.report,
            letter.counter,
            written(letter.at),
            letter.desk.as_str(),
            key.public().id(),
            letter.words.as_str(),
        ));
        let signature = key.sign(text.as_bytes());
        Ok(Self { text, signature })
    }

    /// Seals it to the report's reply key, padded so that its length tells little.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] where it does not fit into [`limits::REPLY_BYTES`], [`SealError::NoUsableKey`] for a kind
    /// of key that this version does not know.
    pub fn seal(&self, to: &RecipientKey<key::Reply>) -> Result<SealedReply, SealError> {
        let mut plain = Zeroizing::new(serde_json::to_vec(self).map_err(|_| SealError::Failed)?);
        let size = reply_size(plain.len())
            .ok_or(SealError::TooLarge { bytes: plain.len(), limit: limits::REPLY_BYTES })?;
        plain.resize(size, b' ');
        envelope::seal_bytes(&plain, std::slice::from_ref(to)).map(SealedReply)
    }

    /// The bytes that were signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Verifies that an officer of `desk` wrote it, to exactly this report.
    ///
    /// # Errors
    /// [`ReplyError`], each reason by its own name.
    pub fn verify(&self, report: &ReportId, desk: &Desk) -> Result<Reply, ReplyError> {
        let fields = Fields::parse(&self.text)?;
        if fields.report != report.to_string() {
            return Err(ReplyError::ForSomethingElse("report"));
        }
        if fields.desk != desk.id.as_str() {
            return Err(ReplyError::ForSomethingElse("desk"));
        }
        let counter: u64 = fields.counter.parse().map_err(|_| ReplyError::Malformed)?;
        let at = DateTime::parse_from_rfc3339(fields.at).map_err(|_| ReplyError::Malformed)?.to_utc();
        // One spelling each, so that one reply is one text.
        if fields.counter != counter.to_string() || fields.at != written(at) {
            return Err(ReplyError::Malformed);
        }
        let key: KeyId = fields.key.parse().map_err(|_| ReplyError::Malformed)?;
        let verify_key = desk.verify_key::<Officer>(&key)?;
        verify_key.verify(self.text.as_bytes(), &self.signature).map_err(|_| ReplyError::BadSignature)?;
        let words = Text::from(fields.words);
        if words.is_blank() || words.len() > limits::REPLY_TEXT_BYTES {
            return Err(ReplyError::Malformed);
        }
        Ok(Reply { counter, at: Moment::utc(at), key, words })
    }
}

fn written(at: DateTime<Utc>) -> String {
    at.trunc_subsecs(0).to_rfc3339_opts(SecondsFormat::Secs, true)
}

struct Fields<'a> {
    report: &'a str,
    counter: &'a str,
    at: &'a str,
    desk: &'a str,
    key: &'a str,
    words: &'a str,
}

impl<'a> Fields<'a> {
    fn parse(text: &'a str) -> Result<Self, ReplyError> {
        let mut rest = text.strip_prefix("turnstone reply 1\n").ok_or(ReplyError::Malformed)?;
        let mut next = |name: &str| -> Result<&'a str, ReplyError> {
            let (line, after) = rest.split_once('\n').ok_or(ReplyError::Malformed)?;
            rest = after;
            line.strip_prefix(name).and_then(|v| v.strip_prefix(' ')).ok_or(ReplyError::Malformed)
        };
        let (report, counter, at) = (next("report")?, next("counter")?, next("at")?);
        let (desk, key) = (next("desk")?, next("key")?);
        let words = rest.strip_prefix('\n').ok_or(ReplyError::Malformed)?;
        Ok(Self { report, counter, at, desk, key, words })
    }
}

/// A reply as it waits in a mailbox: an `age` file in base 64. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedReply(Vec<u8>);

impl SealedReply {
    /// Opens it with the report's reply key. What comes out is believed by nobody yet.
    ///
    /// # Errors
    /// [`OpenError`]; hostile bytes cost bounded time and memory.
    pub fn open(&self, key: &DeskIdentity<key::Reply>) -> Result<SignedReply, OpenError> {
        let plain =
            Zeroizing::new(envelope::open_bytes(&self.0, std::slice::from_ref(key), limits::REPLY_BYTES)?);
        strict_json::check(&plain).map_err(|_| OpenError::Damaged)?;
        serde_json::from_slice(&plain).map_err(|_| OpenError::Damaged)
    }

    /// The `age` file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SealedReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sealed reply]")
    }
}

impl Serialize for SealedReply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for SealedReply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = base64_bytes::deserialize(deserializer)?;
        if bytes.len() > limits::SEALED_REPLY_BYTES {
            return Err(serde::de::Error::custom("a reply is too large"));
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests;
