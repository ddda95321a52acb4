//! What stands at the head of a bundle and of each object in it, and where an answer is sealed to.

use std::fmt;

use bech32::{Bech32, Hrp};
use zeroize::Zeroizing;

use super::{BundleError, frames::number};
use crate::{
    directory::DeskId,
    key::{KeyError, KeyId},
    limits,
    receipt::{Object, ObjectKind},
};

/// Sixteen random bytes that stand before an answer: from them and a key of its own the phone makes the key that opens it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; 16]);

impl Salt {
    /// Size in bytes.
    pub const BYTES: usize = 16;

    /// Wraps random bytes.
    pub fn from_bytes(random: [u8; Self::BYTES]) -> Self {
        Self(random)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; Self::BYTES];
        let plain = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        hex::decode_to_slice(text, &mut bytes).ok().filter(|()| plain)?;
        Some(Self(bytes))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[salt]")
    }
}

/// The secret that opens one answer: an `age` X25519 identity. Prints as `[redacted]`.
#[derive(Clone)]
pub struct AnswerKey(age::x25519::Identity);

impl AnswerKey {
    /// Makes the identity of 32 secret bytes; the same bytes make the same one.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] where the library refuses them; it refuses none.
    pub fn from_secret(secret: [u8; 32]) -> Result<Self, KeyError> {
        let secret = Zeroizing::new(secret);
        // The `age` crate takes identities as text only: Bech32, in capitals.
        let hrp = Hrp::parse("age-secret-key-").map_err(|_| KeyError::Malformed)?;
        let text = bech32::encode_upper::<Bech32>(hrp, secret.as_slice()).map(Zeroizing::new);
        let identity = text.ok().and_then(|text| text.parse().ok());
        identity.map(Self).ok_or(KeyError::Malformed)
    }

    /// Where the answer is to be sealed to.
    pub fn recipient(&self) -> AnswerRecipient {
        AnswerRecipient(self.0.to_public())
    }

    pub(super) fn identity(&self) -> &age::x25519::Identity {
        &self.0
    }
}

impl fmt::Debug for AnswerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Where an answer is sealed to: an `age` recipient that stands for one bundle.
#[derive(Clone)]
pub struct AnswerRecipient(age::x25519::Recipient);

impl AnswerRecipient {
    /// Reads an `age` recipient.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for anything else.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if text.len() > limits::RECIPIENT_BYTES {
            return Err(KeyError::Malformed);
        }
        let recipient: age::x25519::Recipient = text.parse().map_err(|_| KeyError::Malformed)?;
        // One spelling: capitals are refused.
        if recipient.to_string() == text { Ok(Self(recipient)) } else { Err(KeyError::Malformed) }
    }

    pub(super) fn recipient(&self) -> &age::x25519::Recipient {
        &self.0
    }
}

impl PartialEq for AnswerRecipient {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_string() == other.0.to_string()
    }
}

impl Eq for AnswerRecipient {}

impl fmt::Debug for AnswerRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[recipient of an answer]")
    }
}

/// What a bundle says of itself. `Debug` hides it: it names a desk.
#[derive(Clone, PartialEq, Eq)]
pub struct Head {
    /// The desk it is for.
    pub desk: DeskId,
    /// What an answer begins with.
    pub salt: Salt,
    /// Where an answer is sealed to.
    pub answer_to: AnswerRecipient,
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[head of a bundle]")
    }
}

impl Head {
    pub(super) fn answer_line(&self) -> String {
        format!("answer {} {}\n", hex::encode(self.salt.as_bytes()), self.answer_to.recipient())
    }

    pub(super) fn parse_answer(value: &str) -> Result<(Salt, AnswerRecipient), BundleError> {
        let parsed = value.split_once(' ').and_then(|(salt, recipient)| {
            Some((Salt::parse(salt)?, AnswerRecipient::parse(recipient).ok()?))
        });
        parsed.ok_or(BundleError::BadLine("answer"))
    }
}

/// What stands before the bytes of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectHead {
    /// Its kind, its name and its size in bytes.
    pub object: Object,
    /// The desk's keys it is sealed to, as the header `turnstone-keys` has them; none for an attachment.
    pub keys: Vec<KeyId>,
}

impl ObjectHead {
    pub(super) fn line(&self) -> String {
        let Object { kind, sha256, size } = &self.object;
        let mut line = format!("object {} {sha256} {size}", kind.name());
        for (n, key) in self.keys.iter().enumerate() {
            line.push(if n == 0 { ' ' } else { ',' });
            line.push_str(&key.to_string());
        }
        line.push('\n');
        line
    }

    /// Reads what follows `object `.
    pub(super) fn parse(value: &str) -> Result<Self, BundleError> {
        Self::try_parse(value).ok_or(BundleError::BadLine("object"))
    }

    fn try_parse(value: &str) -> Option<Self> {
        let mut fields = value.split(' ');
        let kind = match fields.next()? {
            "report" => ObjectKind::Report,
            "attachment" => ObjectKind::Attachment,
            _ => return None,
        };
        let sha256 = fields.next()?.parse().ok()?;
        let size = number(fields.next()?)?;
        let keys = match fields.next() {
            Some(keys) => keys.split(',').map(str::parse).collect::<Result<Vec<KeyId>, _>>().ok()?,
            None => Vec::new(),
        };
        if fields.next().is_some() || keys.len() > limits::RECIPIENTS {
            return None;
        }
        Some(Self { object: Object { kind, sha256, size }, keys })
    }
}
