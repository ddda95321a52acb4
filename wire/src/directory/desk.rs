//! A desk of the directory: what it takes, where, and its keys.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    body::{Route, Scheme},
    key::{self, KeyError, KeyId, RecipientKey, Role, Seal, SealingRole, SigningRole, Source, VerifyKey},
    limits,
};

/// A desk's id: 1 to 64 of `a-z`, `0-9` and `-`. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeskId(String);

/// The text is no desk id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a desk id has 1 to 64 of the characters a-z, 0-9 and -")]
pub struct NotADeskId;

impl DeskId {
    /// Reads an id.
    ///
    /// # Errors
    /// [`NotADeskId`].
    pub fn parse(text: &str) -> Result<Self, NotADeskId> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits { Ok(Self(text.to_owned())) } else { Err(NotADeskId) }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for DeskId {
    type Err = NotADeskId;

    fn from_str(text: &str) -> Result<Self, NotADeskId> {
        Self::parse(text)
    }
}

impl fmt::Debug for DeskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[desk id]")
    }
}

impl Serialize for DeskId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DeskId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// An organisation that receives reports. `Debug` hides which.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    /// Its id.
    pub id: DeskId,
    /// Its name by language (`en`, `cy`).
    pub names: BTreeMap<String, String>,
    /// Police areas it answers for, as ONS codes; empty for everywhere.
    #[serde(default)]
    pub areas: Vec<String>,
    /// Schemes it takes; empty for all.
    #[serde(default)]
    pub schemes: Vec<Scheme>,
    /// Routes it takes.
    pub routes: Vec<Route>,
    /// Base addresses of its intake, tried in this order.
    pub urls: Vec<String>,
    /// Certificates (DER, base 64) that its addresses are believed by, beside the public ones.
    #[serde(default)]
    pub tls_roots: Vec<String>,
    /// The largest it takes.
    #[serde(default)]
    pub limits: DeskLimits,
    /// Its keys.
    pub keys: Vec<KeyEntry>,
    /// When it is staffed and how soon it usually reads, by language.
    #[serde(default)]
    pub hours: BTreeMap<String, String>,
    /// Who controls the data, and where its notice is.
    #[serde(default)]
    pub privacy: Option<Privacy>,
    /// Telephone lines, with a stable code and a number.
    #[serde(default)]
    pub phones: Vec<Phone>,
    /// It takes nothing any more.
    #[serde(default)]
    pub closed: bool,
}

/// The largest a desk takes, in bytes and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskLimits {
    /// Largest envelope.
    pub report_bytes: u64,
    /// Largest sealed attachment.
    pub attachment_bytes: u64,
    /// Most photos, films and recordings in one report, counted by their numbers: an original and its copy are one.
    pub attachments: u16,
}

impl Default for DeskLimits {
    fn default() -> Self {
        Self {
            report_bytes: limits::ENVELOPE_BYTES as u64,
            attachment_bytes: 512 * 1024 * 1024,
            attachments: 32,
        }
    }
}

/// Who controls the data. `Debug` hides it: it names the desk.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// The controller, in law.
    pub controller: String,
    /// Where its privacy notice can be read.
    #[serde(default)]
    pub notice: String,
    /// How long reports are kept, in days.
    #[serde(default)]
    pub retention_days: Option<u32>,
}

impl fmt::Debug for Privacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[privacy]")
    }
}

/// A telephone line. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// A stable code (`police`, `crimestoppers`).
    pub code: String,
    /// The number.
    pub number: String,
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[phone]")
    }
}

/// A key of a desk.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// Its id, which must be the one its role and public text give.
    pub id: KeyId,
    /// Its role; one this version does not know is skipped.
    pub role: String,
    /// Whether it may be used.
    pub state: KeyState,
    /// An `age` recipient or `ed25519:` and base 64.
    pub public: String,
}

/// Whether a key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// In use.
    Active,
    /// Not sealed to any more; what it signed stands.
    Retired,
    /// The desk cannot open with it any more.
    Lost,
    /// Others may hold it.
    Compromised,
    /// A state of a newer version: not used.
    #[serde(other)]
    Unknown,
}

/// Why a key of the directory is not used.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum KeyRefused {
    /// The directory held does not list it for this desk.
    #[error("by a key that the directory does not list for this desk")]
    Unlisted,
    /// It is listed in another role.
    #[error("by a key in another role")]
    WrongRole,
    /// It was declared lost or compromised.
    #[error("by a key that was declared {0:?}")]
    Dead(KeyState),
}

impl KeyEntry {
    /// An active key to seal to.
    pub fn recipient<R: SealingRole>(key: &RecipientKey<R>) -> Self {
        Self { id: key.id(), role: R::NAME.into(), state: KeyState::Active, public: key.as_str().into() }
    }

    /// An active key that signs.
    pub fn verify<R: SigningRole>(key: &VerifyKey<R>) -> Self {
        Self { id: key.id(), role: R::NAME.into(), state: KeyState::Active, public: key.to_public_text() }
    }

    pub(crate) fn check(&self) -> Result<(), KeyError> {
        match self.role.as_str() {
            role if role == Seal::NAME || role == Source::NAME || role == key::Courier::NAME => {
                RecipientKey::<Seal>::parse(&self.public)?;
            }
            role if role == key::Stored::NAME || role == key::Officer::NAME => {
                VerifyKey::<key::Stored>::parse(&self.public)?;
            }
            _ => return Ok(()),
        }
        if self.id == KeyId::of(&self.role, &self.public) { Ok(()) } else { Err(KeyError::Malformed) }
    }
}

impl fmt::Debug for KeyEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{:?} key]", self.state)
    }
}

impl Desk {
    /// Its name in a language, else in English, else its id.
    pub fn name(&self, language: &str) -> &str {
        self.names.get(language).or_else(|| self.names.get("en")).map_or(self.id.as_str(), String::as_str)
    }

    /// Whether it takes reports of this scheme on this route.
    pub fn takes(&self, scheme: Scheme, route: Route) -> bool {
        !self.closed
            && self.routes.contains(&route)
            && (self.schemes.is_empty() || self.schemes.contains(&scheme))
    }

    /// Its active keys in a sealing role.
    pub fn recipients<R: SealingRole>(&self) -> Vec<RecipientKey<R>> {
        self.keys
            .iter()
            .filter(|entry| entry.role == R::NAME && entry.state == KeyState::Active)
            .filter_map(|entry| RecipientKey::parse(&entry.public).ok())
            .collect()
    }

    /// Whether something sealed to this key must be held back: it was declared lost or compromised.
    pub fn is_dead(&self, id: &KeyId) -> bool {
        let dead = |entry: &KeyEntry| matches!(entry.state, KeyState::Lost | KeyState::Compromised);
        self.keys.iter().any(|entry| entry.id == *id && dead(entry))
    }

    /// A key that may vouch in a signing role: active, or retired since.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn verify_key<R: SigningRole>(&self, id: &KeyId) -> Result<VerifyKey<R>, KeyRefused> {
        let entry = self.keys.iter().find(|entry| entry.id == *id).ok_or(KeyRefused::Unlisted)?;
        if entry.role != R::NAME {
            return Err(KeyRefused::WrongRole);
        }
        match entry.state {
            KeyState::Active | KeyState::Retired => {
                VerifyKey::parse(&entry.public).map_err(|_| KeyRefused::Unlisted)
            }
            dead => Err(KeyRefused::Dead(dead)),
        }
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[desk]")
    }
}
