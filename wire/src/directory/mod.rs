//! The directory: the signed list of desks, with their addresses, keys, hours and limits.

mod desk;
mod joined;

use std::{collections::HashSet, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use desk::{Desk, DeskId, DeskLimits, KeyEntry, KeyRefused, KeyState, NotADeskId, Phone, Privacy};
use joined::Joined;

use crate::{
    hash::Sha256,
    key::{self, KeyError, KeyId, Root, SigningKey, VerifyKey},
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

    /// Which generation they are, from 1.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// How many different keys of these have signed `signed`.
    pub(crate) fn good_signatures(&self, signed: &[u8], signatures: &[RootSignature]) -> usize {
        let has_signed = |root: &&VerifyKey<Root>| {
            let id = root.id();
            signatures.iter().any(|s| s.key == id && root.verify(signed, &s.signature).is_ok())
        };
        self.keys.iter().filter(has_signed).count()
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
pub(crate) struct RootSignature {
    key: KeyId,
    #[serde(with = "key::base64_bytes")]
    signature: Vec<u8>,
}

impl RootSignature {
    /// Signs bytes.
    pub(crate) fn of(signed: &[u8], key: &SigningKey<Root>) -> Self {
        Self { key: key.public().id(), signature: key.sign(signed) }
    }

    /// Whether both say that they are by one key.
    pub(crate) fn is_by_that_of(&self, other: &Self) -> bool {
        self.key == other.key
    }
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
    #[error(
        "this list of desks is not signed by the keys that are trusted here ({good} of {needed}), or was changed: get it again"
    )]
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
        let signatures = keys.iter().map(|key| RootSignature::of(&signed, key)).collect();
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
        let good = roots.good_signatures(&signed, &self.signatures);
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
        let sha256 = Some(Sha256::of(self.payload.as_bytes()));
        Ok(Directory { payload, sha256, team: Joined::default() })
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

/// A verified directory, and the desks that a team's profile adds to it.
#[derive(Clone, PartialEq)]
pub struct Directory {
    payload: Payload,
    /// None where there is no directory, and a team's desks alone.
    sha256: Option<Sha256>,
    team: Joined,
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

    /// Hash of the payload's text; none where nothing was signed.
    pub fn sha256(&self) -> Option<Sha256> {
        self.sha256
    }

    /// The desks that are listed.
    pub fn desks(&self) -> &[Desk] {
        &self.payload.desks
    }

    /// A desk by its id: one that is listed, else one of a team, else one that a team had while something was sent there.
    pub fn desk(&self, id: &DeskId) -> Option<&Desk> {
        let listed = self.payload.desks.iter().find(|desk| desk.id == *id);
        listed.or_else(|| self.team.desk(id))
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

#[cfg(test)]
mod tests;
