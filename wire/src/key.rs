//! Keys by role. A key that seals cannot verify, a key that signs receipts cannot open contacts: the role is part of
//! the type, so that a key in the wrong role does not compile, and one that arrives as text is refused.

use std::{fmt, marker::PhantomData, str::FromStr};

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::{hash::Sha256, limits};

/// A role a key can have.
pub trait Role: Send + Sync + 'static {
    /// Its name in directories, key files and key ids.
    const NAME: &'static str;
}

/// A role whose keys are `age` recipients.
pub trait SealingRole: Role {}

/// A role whose keys sign with Ed25519 (RFC 8032).
pub trait SigningRole: Role {}

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident $name:literal $kind:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $role {}
        impl Role for $role {
            const NAME: &'static str = $name;
        }
        impl $kind for $role {}
    )*};
}

roles! {
    /// Opens the words of reports.
    Seal "seal" SealingRole;
    /// Opens the contact of a witness.
    Source "source" SealingRole;
    /// Opens bundles carried by hand.
    Courier "courier" SealingRole;
    /// Opens replies to one report: made for it, and kept by its witness alone.
    Reply "reply" SealingRole;
    /// Signs `stored` receipts: the intake's.
    Stored "stored" SigningRole;
    /// Signs `opened` receipts and replies: an officer's.
    Officer "officer" SigningRole;
    /// Signs directories.
    Root "root" SigningRole;
    /// Signs the desk tool's calls to its intake.
    Caller "caller" SigningRole;
}

/// Why a text is no key.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum KeyError {
    /// Not of the expected shape.
    #[error("not a key of the expected shape")]
    Malformed,
    /// A key, but in another role.
    #[error("a key in another role")]
    WrongRole,
}

/// The name of a key: the first 8 bytes of SHA-256 over its role and its public text, in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// The id of a public text in a role: SHA-256 of `turnstone key 1`, role and text, each ended by LF.
    pub fn of(role: &str, public: &str) -> Self {
        let hash = Sha256::of(format!("turnstone key 1\n{role}\n{public}\n").as_bytes());
        let mut id = [0; 8];
        id.copy_from_slice(&hash.as_bytes()[..8]);
        Self(id)
    }
}

impl FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut id = [0; 8];
        if text.bytes().any(|b| b.is_ascii_uppercase()) || hex::decode_to_slice(text, &mut id).is_err() {
            return Err(KeyError::Malformed);
        }
        Ok(Self(id))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key id]")
    }
}

impl Serialize for KeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A public key to seal to: an `age` recipient, opaque but for its prefix. A kind this version does not know
/// (`age1pq1...`, say) is kept, and skipped when sealing.
pub struct RecipientKey<R> {
    public: String,
    x25519: Option<age::x25519::Recipient>,
    role: PhantomData<R>,
}

impl<R: SealingRole> RecipientKey<R> {
    /// Reads an `age` recipient.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for an `age1...` that does not decode, or a text that is no Bech32 at all.
    pub fn parse(public: &str) -> Result<Self, KeyError> {
        let (kind, _) = public.rsplit_once('1').ok_or(KeyError::Malformed)?;
        if public.len() > limits::RECIPIENT_BYTES
            || !public.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Err(KeyError::Malformed);
        }
        let x25519 = match kind {
            "age" => Some(public.parse().map_err(|_| KeyError::Malformed)?),
            _ => None,
        };
        Ok(Self { public: public.to_owned(), x25519, role: PhantomData })
    }

    /// Its name.
    pub fn id(&self) -> KeyId {
        KeyId::of(R::NAME, &self.public)
    }

    /// The recipient as text.
    pub fn as_str(&self) -> &str {
        &self.public
    }

    /// The recipient for the `age` crate, where this version knows the kind.
    pub(crate) fn recipient(&self) -> Option<&age::x25519::Recipient> {
        self.x25519.as_ref()
    }

    /// True where this version can seal to it.
    pub fn is_known_kind(&self) -> bool {
        self.x25519.is_some()
    }
}

impl<R> Clone for RecipientKey<R> {
    fn clone(&self) -> Self {
        Self { public: self.public.clone(), x25519: self.x25519.clone(), role: PhantomData }
    }
}

impl<R: Role> fmt::Debug for RecipientKey<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} key]", R::NAME)
    }
}

/// A secret key that opens what was sealed to its role: an `age` X25519 identity.
#[derive(Clone)]
pub struct DeskIdentity<R> {
    identity: age::x25519::Identity,
    role: PhantomData<R>,
}

impl<R: SealingRole> DeskIdentity<R> {
    /// Makes a new one from the operating system's randomness.
    pub fn generate() -> Self {
        Self { identity: age::x25519::Identity::generate(), role: PhantomData }
    }

    /// Reads `AGE-SECRET-KEY-1...`; `age` key files may have comment lines beginning with `#`.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for anything else.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let line = text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#'));
        let identity = line.and_then(|line| line.parse().ok()).ok_or(KeyError::Malformed)?;
        Ok(Self { identity, role: PhantomData })
    }

    /// The secret as text, for a key file that `age -d -i` reads.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        use age::secrecy::ExposeSecret;
        Zeroizing::new(self.identity.to_string().expose_secret().to_owned())
    }

    /// The public half.
    pub fn public(&self) -> RecipientKey<R> {
        let recipient = self.identity.to_public();
        RecipientKey { public: recipient.to_string(), x25519: Some(recipient), role: PhantomData }
    }

    pub(crate) fn identity(&self) -> &age::x25519::Identity {
        &self.identity
    }
}

impl<R: Role> fmt::Debug for DeskIdentity<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A public key that verifies signatures in one role.
pub struct VerifyKey<R> {
    bytes: [u8; 32],
    role: PhantomData<R>,
}

/// A signature does not fit its bytes and key.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the signature does not fit")]
pub struct BadSignature;

impl<R: SigningRole> VerifyKey<R> {
    /// Reads `ed25519:` and 32 bytes in base 64.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for anything else.
    pub fn parse(public: &str) -> Result<Self, KeyError> {
        let encoded = public.strip_prefix("ed25519:").ok_or(KeyError::Malformed)?;
        let decoded = BASE64_STANDARD.decode(encoded).map_err(|_| KeyError::Malformed)?;
        let bytes = decoded.try_into().map_err(|_| KeyError::Malformed)?;
        Ok(Self { bytes, role: PhantomData })
    }

    /// The key as text.
    pub fn to_public_text(&self) -> String {
        format!("ed25519:{}", BASE64_STANDARD.encode(self.bytes))
    }

    /// Its name.
    pub fn id(&self) -> KeyId {
        KeyId::of(R::NAME, &self.to_public_text())
    }

    /// Checks a signature.
    ///
    /// # Errors
    /// [`BadSignature`] where it does not fit.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        UnparsedPublicKey::new(&ED25519, &self.bytes).verify(message, signature).map_err(|_| BadSignature)
    }
}

impl<R> Clone for VerifyKey<R> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes, role: PhantomData }
    }
}

impl<R: Role> fmt::Debug for VerifyKey<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} key]", R::NAME)
    }
}

/// A secret key that signs in one role.
pub struct SigningKey<R> {
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
    role: PhantomData<R>,
}

impl<R: SigningRole> SigningKey<R> {
    /// Makes a key of 32 random bytes, the seed of RFC 8032 section 5.1.5.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] where the library refuses the seed; it refuses none of 32 bytes.
    pub fn from_seed(seed: [u8; 32]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError::Malformed)?;
        Ok(Self { seed: Zeroizing::new(seed), pair, role: PhantomData })
    }

    /// Reads a line written by [`SigningKey::to_secret_text`]; lines beginning with `#` are comments.
    ///
    /// # Errors
    /// [`KeyError::WrongRole`] for a key of another role, [`KeyError::Malformed`] for anything else.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let line = text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#'));
        let mut fields = line.unwrap_or_default().split(' ');
        if fields.next() != Some("turnstone-signing-key-1") {
            return Err(KeyError::Malformed);
        }
        if fields.next() != Some(R::NAME) {
            return Err(KeyError::WrongRole);
        }
        let seed = fields.next().and_then(|seed| BASE64_STANDARD.decode(seed).ok().map(Zeroizing::new));
        let seed = seed.filter(|_| fields.next().is_none()).ok_or(KeyError::Malformed)?;
        Self::from_seed(seed.as_slice().try_into().map_err(|_| KeyError::Malformed)?)
    }

    /// The secret as one line: `turnstone-signing-key-1`, role, seed in base 64.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let seed = Zeroizing::new(BASE64_STANDARD.encode(self.seed.as_slice()));
        Zeroizing::new(format!("turnstone-signing-key-1 {} {}", R::NAME, *seed))
    }

    /// The public half.
    pub fn public(&self) -> VerifyKey<R> {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.pair.public_key().as_ref());
        VerifyKey { bytes, role: PhantomData }
    }

    /// Signs bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

impl<R: Role> fmt::Debug for SigningKey<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Bytes of a signature, base 64 in JSON.
pub(crate) mod base64_bytes {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64_STANDARD.decode(text).map_err(|_| serde::de::Error::custom("not base 64"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_of_another_role_is_refused_by_name() {
        let stored = SigningKey::<Stored>::from_seed([3; 32]).unwrap();
        let text = stored.to_secret_text();
        assert_eq!(SigningKey::<Officer>::parse(&text).unwrap_err(), KeyError::WrongRole);
        assert_eq!(SigningKey::<Stored>::parse(&text).unwrap().public().id(), stored.public().id());
        assert_eq!(SigningKey::<Stored>::parse(&format!("{} x", *text)).unwrap_err(), KeyError::Malformed);
    }

    #[test]
    fn one_public_text_has_other_ids_in_other_roles() {
        let identity = DeskIdentity::<Seal>::generate();
        let public = identity.public();
        let as_source = RecipientKey::<Source>::parse(public.as_str()).unwrap();
        assert_ne!(public.id(), as_source.id());
    }

    #[test]
    fn recipients_of_unknown_kinds_are_kept_and_malformed_known_ones_refused() {
        assert!(!RecipientKey::<Seal>::parse("age1pq1qqqq").unwrap().is_known_kind());
        for bad in ["", "age", "age1", "age1qqqq", "AGE1XYZ", "age1 x", "ssh-ed25519 AAAA"] {
            assert_eq!(RecipientKey::<Seal>::parse(bad).unwrap_err(), KeyError::Malformed, "{bad}");
        }
    }

    #[test]
    fn p8_secrets_print_as_redacted() {
        let identity = DeskIdentity::<Seal>::generate();
        let signing = SigningKey::<Officer>::from_seed([9; 32]).unwrap();
        assert_eq!(format!("{identity:?}{signing:?}"), "[redacted][redacted]");
    }
}
