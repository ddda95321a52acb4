//! The directory: the signed list of desks, with their addresses, keys, hours and limits.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    body::{Route, Scheme},
    hash::Sha256,
    key::{self, KeyError, KeyId, RecipientKey, Role, Root, Seal, SealingRole, SigningKey, SigningRole, Source, VerifyKey},
    limits,
    strict_json::{self, JsonError},
};

/// The format this crate reads and writes.
pub const FORMAT: &str = "turnstone.directory/1";
const SIGNED_HEAD: &[u8] = b"turnstone directory 1\n";
const ROOT_LINE: &str = "turnstone-root-1";

/// The keys that a phone believes directories by, and how many of them must sign.
#[derive(Debug, Clone)]
pub struct Roots {
    generation: u32,
    keys: Vec<VerifyKey<Root>>,
}

/// Why root keys cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum RootsError {
    /// No key at all, or more than three.
    #[error("one to three root keys are needed")]
    Number,
    /// The same key twice would count twice.
    #[error("the same root key is given twice")]
    Repeated,
    /// A key file of another shape.
    #[error("not a root key file: a line `{ROOT_LINE} ed25519:...` is missing")]
    Malformed,
}

impl Roots {
    /// The first generation of roots. One key (a private deployment) signs alone; of two or three, two must sign.
    ///
    /// # Errors
    /// [`RootsError`] for none, more than three, or one twice.
    pub fn new(keys: Vec<VerifyKey<Root>>) -> Result<Self, RootsError> {
        if keys.is_empty() || keys.len() > 3 {
            return Err(RootsError::Number);
        }
        let mut ids: Vec<_> = keys.iter().map(VerifyKey::id).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(RootsError::Repeated);
        }
        Ok(Self { generation: 1, keys })
    }

    /// How many signatures a directory needs.
    pub fn threshold(&self) -> usize {
        self.keys.len().min(2)
    }

    /// The keys.
    pub fn keys(&self) -> &[VerifyKey<Root>] {
        &self.keys
    }

    /// One key as the line of a `root.pub` file.
    pub fn key_line(key: &VerifyKey<Root>) -> String {
        format!("{ROOT_LINE} {}\n", key.to_public_text())
    }

    /// Reads the key of a `root.pub` file; lines beginning with `#` are comments.
    ///
    /// # Errors
    /// [`RootsError::Malformed`].
    pub fn parse_key_line(text: &str) -> Result<VerifyKey<Root>, RootsError> {
        let line = text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#'));
        let public = line.and_then(|l| l.strip_prefix(ROOT_LINE)).and_then(|l| l.strip_prefix(' '));
        public.and_then(|public| VerifyKey::parse(public.trim()).ok()).ok_or(RootsError::Malformed)
    }
}

/// A directory as it travels: the payload's exact text and a list of signatures over it.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignedDirectory {
    format: String,
    payload: String,
    signatures: Vec<RootSignature>,
}

#[derive(Clone, Serialize, Deserialize)]
struct RootSignature {
    key: KeyId,
    #[serde(with = "key::base64_bytes")]
    signature: Vec<u8>,
}

/// Why a directory is not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum DirectoryError {
    /// Larger than [`limits::DIRECTORY_BYTES`].
    #[error("a directory of more than {} bytes", limits::DIRECTORY_BYTES)]
    TooLarge,
    /// Not acceptable JSON.
    #[error("the directory is cut short or damaged: {0}")]
    Json(#[from] JsonError),
    /// JSON of another shape.
    #[error("not a directory: a field is missing or out of its range")]
    Shape,
    /// A format this program does not know.
    #[error("the directory is in a format this program does not know; it reads {FORMAT}")]
    UnknownFormat,
    /// Fewer good signatures by different root keys than are asked for.
    #[error("the directory has {good} of the {needed} root signatures that are asked for")]
    Signatures {
        /// Good ones.
        good: usize,
        /// Needed ones.
        needed: usize,
    },
    /// Signed for another generation of root keys.
    #[error("the directory belongs to other root keys")]
    Generation,
    /// Older than the one held.
    #[error("the directory is older than the one held")]
    Older,
    /// Another one with the number of the one held.
    #[error("the directory has the number of the one held, and differs")]
    Differs,
    /// A jump of more than [`limits::SEQUENCE_JUMP`].
    #[error("the directory's number jumps by more than {}", limits::SEQUENCE_JUMP)]
    Jump,
    /// Two desks of one id, or two keys of one id at one desk.
    #[error("the directory lists two desks, or two keys of a desk, under one id")]
    Repeated,
    /// A key does not decode, or its id is not its own.
    #[error("a key of the directory is {0}")]
    Key(#[from] KeyError),
}

impl SignedDirectory {
    /// Signs a payload.
    ///
    /// # Errors
    /// [`DirectoryError::Shape`] where the payload cannot be written.
    pub fn sign(payload: &Payload, keys: &[&SigningKey<Root>]) -> Result<Self, DirectoryError> {
        let payload = serde_json::to_string(payload).map_err(|_| DirectoryError::Shape)?;
        let signed = signed_bytes(&payload);
        let signatures = keys
            .iter()
            .map(|key| RootSignature { key: key.public().id(), signature: key.sign(&signed) })
            .collect();
        Ok(Self { format: FORMAT.to_owned(), payload, signatures })
    }

    /// Reads a directory, verifying nothing.
    ///
    /// # Errors
    /// [`DirectoryError`] for what has not the shape of one.
    pub fn parse(bytes: &[u8]) -> Result<Self, DirectoryError> {
        if bytes.len() > limits::DIRECTORY_BYTES {
            return Err(DirectoryError::TooLarge);
        }
        strict_json::check(bytes)?;
        let signed: Self = serde_json::from_slice(bytes).map_err(|_| DirectoryError::Shape)?;
        if signed.format != FORMAT {
            return Err(DirectoryError::UnknownFormat);
        }
        // Each costs a hash of the whole payload, which nobody has vouched for yet.
        if signed.signatures.len() > limits::DIRECTORY_SIGNATURES {
            return Err(DirectoryError::Shape);
        }
        Ok(signed)
    }

    /// The JSON that travels.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Verifies the signatures and reads what they vouch for.
    ///
    /// # Errors
    /// [`DirectoryError::Signatures`] first; nothing of the payload is looked at before.
    pub fn verify(&self, roots: &Roots) -> Result<Directory, DirectoryError> {
        let signed = signed_bytes(&self.payload);
        let good = roots
            .keys
            .iter()
            .filter(|root| {
                let id = root.id();
                self.signatures.iter().any(|s| s.key == id && root.verify(&signed, &s.signature).is_ok())
            })
            .count();
        let needed = roots.threshold();
        if good < needed {
            return Err(DirectoryError::Signatures { good, needed });
        }
        strict_json::check(self.payload.as_bytes())?;
        let payload: Payload = serde_json::from_str(&self.payload).map_err(|_| DirectoryError::Shape)?;
        if payload.format != FORMAT {
            return Err(DirectoryError::UnknownFormat);
        }
        if payload.root_generation != roots.generation {
            return Err(DirectoryError::Generation);
        }
        payload.check()?;
        let sha256 = Sha256::of(self.payload.as_bytes());
        Ok(Directory { payload, sha256 })
    }
}

impl fmt::Debug for SignedDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[unverified directory]")
    }
}

fn signed_bytes(payload: &str) -> Vec<u8> {
    [SIGNED_HEAD, payload.as_bytes()].concat()
}

/// A verified directory.
#[derive(Clone, PartialEq)]
pub struct Directory {
    payload: Payload,
    sha256: Sha256,
}

impl Directory {
    /// Whether this one may take the place of the one held, if any. The same one again may.
    ///
    /// # Errors
    /// [`DirectoryError::Older`], [`DirectoryError::Differs`] or [`DirectoryError::Jump`].
    pub fn may_replace(&self, held: Option<&Self>) -> Result<(), DirectoryError> {
        // A first directory is measured from nought: the largest of numbers would lock every later one out.
        let held_order = held.map_or((0, 0), Self::order);
        let order = self.order();
        if order < held_order {
            return Err(DirectoryError::Older);
        }
        if held.is_some_and(|held| order == held_order && held.sha256 != self.sha256) {
            return Err(DirectoryError::Differs);
        }
        let from = if order.0 == held_order.0 { held_order.1 } else { 0 };
        if order.1 - from > limits::SEQUENCE_JUMP {
            return Err(DirectoryError::Jump);
        }
        Ok(())
    }

    fn order(&self) -> (u32, u64) {
        (self.payload.root_generation, self.payload.sequence)
    }

    /// The number of this directory within its root generation.
    pub fn sequence(&self) -> u64 {
        self.payload.sequence
    }

    /// When it asks to be replaced. Never blocks anything; shown at review.
    pub fn expires(&self) -> DateTime<Utc> {
        self.payload.expires
    }

    /// Hash of the payload's text.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// The desks.
    pub fn desks(&self) -> &[Desk] {
        &self.payload.desks
    }

    /// A desk by its id.
    pub fn desk(&self, id: &DeskId) -> Option<&Desk> {
        self.payload.desks.iter().find(|desk| desk.id == *id)
    }

    /// What was signed, to make a next one from.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[directory of {} desks]", self.payload.desks.len())
    }
}

/// What is signed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// Always [`FORMAT`].
    pub format: String,
    /// Which set of root keys it belongs to.
    pub root_generation: u32,
    /// Its number; higher replaces lower.
    pub sequence: u64,
    /// When it was made.
    pub issued: DateTime<Utc>,
    /// When it asks to be replaced.
    pub expires: DateTime<Utc>,
    /// The desks.
    pub desks: Vec<Desk>,
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[directory payload of {} desks]", self.desks.len())
    }
}

impl Payload {
    /// That every key is what it says, and that no name stands for two things: else it would depend on the reader
    /// whether a key that is listed once as active and once as compromised is believed.
    fn check(&self) -> Result<(), DirectoryError> {
        let mut desks = HashSet::new();
        for desk in &self.desks {
            let mut keys = HashSet::new();
            if !desks.insert(&desk.id) || !desk.keys.iter().all(|entry| keys.insert(entry.id)) {
                return Err(DirectoryError::Repeated);
            }
            desk.keys.iter().try_for_each(KeyEntry::check)?;
        }
        Ok(())
    }
}

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
    /// Most attachments in one report.
    pub attachments: u16,
}

impl Default for DeskLimits {
    fn default() -> Self {
        Self { report_bytes: limits::ENVELOPE_BYTES as u64, attachment_bytes: 512 * 1024 * 1024, attachments: 32 }
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

    fn check(&self) -> Result<(), KeyError> {
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
        !self.closed && self.routes.contains(&route) && (self.schemes.is_empty() || self.schemes.contains(&scheme))
    }

    /// Its active keys in a sealing role.
    pub fn recipients<R: SealingRole>(&self) -> Vec<RecipientKey<R>> {
        self.keys
            .iter()
            .filter(|entry| entry.role == R::NAME && entry.state == KeyState::Active)
            .filter_map(|entry| RecipientKey::parse(&entry.public).ok())
            .collect()
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
