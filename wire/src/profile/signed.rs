//! A profile as it travels, and who signed it.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{FORMAT, FourWords, Profile, qr};
use crate::{
    directory::Roots,
    hash::{Hasher, Sha256},
    key::{KeyError, Root, SigningKey, VerifyKey},
    limits,
    strict_json::{self, JsonError},
};

const HEAD: &str = "turnstone profile 1\n";

/// Why a profile is not taken. Holds nothing of it.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum ProfileError {
    /// More than [`limits::PROFILE_BYTES`].
    #[error("a profile of more than {} bytes", limits::PROFILE_BYTES)]
    TooLarge,
    /// Not acceptable JSON.
    #[error("the profile is cut short or damaged: {0}")]
    Json(#[from] JsonError),
    /// Something else, or a part of one.
    #[error("it is no profile of a team, or it is cut short")]
    Shape,
    /// A format this program does not know.
    #[error("the profile is in a format this program does not know; it reads {FORMAT}")]
    UnknownFormat,
    /// A signature that does not fit, none, too many, or one signer twice.
    #[error("the profile was changed after it was signed, or is not signed: get it again")]
    Signature,
    /// It would let a team's phone promise that nobody is known.
    #[error("a profile cannot allow the anonymous route: who was on watch is known")]
    Anonymous,
    /// Two desks of one id, or two keys of one id at one desk.
    #[error("the profile lists two desks, or two keys of a desk, under one id")]
    Repeated,
    /// A key does not decode, or its id is not its own.
    #[error("a key of the profile is {0}")]
    Key(KeyError),
}

/// A profile as it travels: the payload's exact text, and signatures over it.
#[derive(Clone)]
pub struct SignedProfile {
    payload: String,
    signatures: Vec<(VerifyKey<Root>, Vec<u8>)>,
}

/// Who signed a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// As many of the keys that directories are believed by here as those need.
    Roots,
    /// Somebody else: the hash of all their public keys, and that of keys and payload.
    Outside(Outside),
}

/// Somebody whom nobody vouches for here. `Debug` hides who.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    keys: Sha256,
    all: Sha256,
}

impl Outside {
    /// What the same signers' profiles have in common.
    pub fn name(&self) -> Sha256 {
        self.keys
    }

    /// The words to compare. Takes some tenths of a second and 64 MiB, as a PIN does; nothing where there is not so much.
    pub fn words(&self) -> Option<FourWords> {
        FourWords::of(&self.all)
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[signer]")
    }
}

impl SignedProfile {
    /// Signs a profile.
    ///
    /// # Errors
    /// As [`Profile::check`]; [`ProfileError::TooLarge`], [`ProfileError::Signature`] for no key or too many.
    pub fn sign(profile: &Profile, keys: &[&SigningKey<Root>]) -> Result<Self, ProfileError> {
        profile.check()?;
        let payload = serde_json::to_string(profile).map_err(|_| ProfileError::Shape)?;
        let signed = signed_text(&payload);
        let sign = |key: &&SigningKey<Root>| (key.public(), key.sign(signed.as_bytes()));
        let signed = Self { payload, signatures: keys.iter().map(sign).collect() };
        signed.check_signatures()?;
        if signed.to_file().len() > limits::PROFILE_BYTES { Err(ProfileError::TooLarge) } else { Ok(signed) }
    }

    /// Reads a file, or the text of a QR code. Nobody is believed yet.
    ///
    /// # Errors
    /// [`ProfileError`] for what has not the shape of one.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProfileError> {
        if bytes.len() > limits::PROFILE_BYTES {
            return Err(ProfileError::TooLarge);
        }
        match qr::file(bytes) {
            Some(file) => Self::parse_file(&file?),
            None => Self::parse_file(bytes),
        }
    }

    fn parse_file(bytes: &[u8]) -> Result<Self, ProfileError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ProfileError::Shape)?;
        let rest = text.strip_prefix(HEAD).ok_or(ProfileError::Shape)?;
        let (payload, signers) = rest.split_once('\n').ok_or(ProfileError::Shape)?;
        let signers = signers.strip_suffix('\n').ok_or(ProfileError::Shape)?;
        let signature = |line: &str| {
            let (public, signature) = line.split_once(' ')?;
            Some((VerifyKey::parse(public).ok()?, BASE64_STANDARD.decode(signature).ok()?))
        };
        let signatures = signers
            .split('\n')
            .take(limits::PROFILE_SIGNATURES + 1)
            .map(|line| signature(line).ok_or(ProfileError::Shape))
            .collect::<Result<_, _>>()?;
        let signed = Self { payload: payload.to_owned(), signatures };
        signed.check_signatures()?;
        Ok(signed)
    }

    /// The file that travels.
    pub fn to_file(&self) -> Vec<u8> {
        let mut file = signed_text(&self.payload);
        for (key, signature) in &self.signatures {
            file += &format!("{} {}\n", key.to_public_text(), BASE64_STANDARD.encode(signature));
        }
        file.into_bytes()
    }

    /// The text of a QR code; nothing where it would have more than [`limits::PROFILE_QR_CHARS`].
    pub fn to_qr_text(&self) -> Option<String> {
        qr::text(&self.to_file())
    }

    /// Reads what was signed, and says who signed it: the keys that directories are believed by, or somebody else. Nothing of the
    /// payload is looked at before every signature fits.
    ///
    /// # Errors
    /// [`ProfileError`].
    pub fn verify(&self, roots: Option<&Roots>) -> Result<(Profile, Signer), ProfileError> {
        self.check_signatures()?;
        strict_json::check(self.payload.as_bytes())?;
        let profile: Profile = serde_json::from_str(&self.payload).map_err(|_| ProfileError::Shape)?;
        if profile.format != FORMAT {
            return Err(ProfileError::UnknownFormat);
        }
        profile.check()?;
        let is_signer = |id| self.signatures.iter().any(|(key, _)| key.id() == id);
        let vouched = roots.is_some_and(|roots| {
            roots.keys().iter().filter(|root| is_signer(root.id())).count() >= roots.threshold()
        });
        Ok((profile, if vouched { Signer::Roots } else { Signer::Outside(self.outside()) }))
    }

    fn outside(&self) -> Outside {
        let mut publics: Vec<_> = self.signatures.iter().map(|(key, _)| key.to_public_text()).collect();
        publics.sort_unstable();
        let mut keys = Hasher::default();
        keys.update(b"turnstone profile signer 1\n");
        publics.iter().for_each(|public| keys.update(format!("{public}\n").as_bytes()));
        let mut all = keys.clone();
        all.update(signed_text(&self.payload).as_bytes());
        Outside { keys: keys.finish(), all: all.finish() }
    }

    /// One to three signers, none of them twice, and every signature fits.
    fn check_signatures(&self) -> Result<(), ProfileError> {
        let mut ids: Vec<_> = self.signatures.iter().map(|(key, _)| key.id()).collect();
        ids.sort_unstable();
        let signed = signed_text(&self.payload);
        let fits = (1..=limits::PROFILE_SIGNATURES).contains(&ids.len())
            && ids.windows(2).all(|pair| pair[0] != pair[1])
            && self.signatures.iter().all(|(key, it)| key.verify(signed.as_bytes(), it).is_ok());
        if fits { Ok(()) } else { Err(ProfileError::Signature) }
    }
}

impl fmt::Debug for SignedProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[signed profile]")
    }
}

fn signed_text(payload: &str) -> String {
    format!("{HEAD}{payload}\n")
}
