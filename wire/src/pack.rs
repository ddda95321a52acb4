//! A pack: newer guidance or a newer table of places, signed by the roots that directories are signed by.
//!
//! What is inside is its reader's business ([`Pack::content`]); here is only who vouches for which bytes. The signatures are
//! over LF-ended lines, as those of receipts are: `turnstone pack 1`, `kind`, `generation`, `sequence`, `issued`, `size` and
//! `sha256` of the content.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    directory::{RootSignature, Roots},
    hash::Sha256,
    key::{self, Root, SigningKey},
    limits,
    strict_json::{self, JsonError},
};

/// The format this crate reads and writes.
pub const FORMAT: &str = "turnstone.pack/1";

/// What a pack brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackKind {
    /// Whom to ring, what to look out for.
    Guidance,
    /// Harbours, airfields, police areas.
    Places,
}

impl PackKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Guidance, Self::Places];

    /// The stable code (`guidance`, `places`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Guidance => "guidance",
            Self::Places => "places",
        }
    }
}

/// Why a pack is not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum PackError {
    /// Larger than [`limits::PACK_BYTES`].
    #[error("a pack of more than {} bytes", limits::PACK_BYTES)]
    TooLarge,
    /// Not acceptable JSON.
    #[error("the pack is cut short or damaged: {0}")]
    Json(#[from] JsonError),
    /// JSON of another shape, or a kind that is not known.
    #[error("not a pack of guidance or places: a field is missing or not known")]
    Shape,
    /// A format this program does not know.
    #[error("the pack is in a format this program does not know; it reads {FORMAT}")]
    UnknownFormat,
    /// Fewer good signatures by different root keys than are asked for.
    #[error("this pack is not signed by the keys that are trusted here ({good} of {needed}), or was changed")]
    Signatures {
        /// Good ones.
        good: usize,
        /// Needed ones.
        needed: usize,
    },
    /// Signed for another generation of root keys.
    #[error("the pack belongs to other root keys")]
    Generation,
    /// Older than the one held, or than what is compiled in.
    #[error("the pack is older than what is here already")]
    Older,
    /// Another one with the number of the one held.
    #[error("the pack has the number of the one held, and differs")]
    Differs,
    /// A jump of more than [`limits::SEQUENCE_JUMP`].
    #[error("the pack's number jumps by more than {}", limits::SEQUENCE_JUMP)]
    Jump,
}

/// A pack as it travels.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignedPack {
    format: String,
    kind: PackKind,
    root_generation: u32,
    sequence: u64,
    issued: DateTime<Utc>,
    #[serde(with = "key::base64_bytes")]
    content: Vec<u8>,
    signatures: Vec<RootSignature>,
}

impl SignedPack {
    /// Signs content under a number.
    ///
    /// # Errors
    /// [`PackError::TooLarge`].
    pub fn sign(
        kind: PackKind,
        sequence: u64,
        issued: DateTime<Utc>,
        content: Vec<u8>,
        keys: &[&SigningKey<Root>],
    ) -> Result<Self, PackError> {
        if content.len() > limits::PACK_BYTES {
            return Err(PackError::TooLarge);
        }
        let format = FORMAT.to_owned();
        let mut pack =
            Self { format, kind, root_generation: 1, sequence, issued, content, signatures: Vec::new() };
        let signed = pack.signed_bytes();
        pack.signatures = keys.iter().map(|key| RootSignature::of(&signed, key)).collect();
        Ok(pack)
    }

    /// Signs it once more, by another key; one that has signed it already signs anew.
    #[must_use]
    pub fn also_signed_by(mut self, key: &SigningKey<Root>) -> Self {
        let signature = RootSignature::of(&self.signed_bytes(), key);
        self.signatures.retain(|other| !other.is_by_that_of(&signature));
        self.signatures.push(signature);
        self
    }

    /// What it says it brings, unverified.
    pub fn kind(&self) -> PackKind {
        self.kind
    }

    /// The number it says it has, unverified.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// How many signatures it bears, good or not.
    pub fn signatures(&self) -> usize {
        self.signatures.len()
    }

    /// Reads a pack, verifying nothing.
    ///
    /// # Errors
    /// [`PackError`] for what has not the shape of one.
    pub fn parse(bytes: &[u8]) -> Result<Self, PackError> {
        // Base 64 writes three bytes as four.
        if bytes.len() > limits::PACK_BYTES / 3 * 4 + limits::PACK_FRAME_BYTES {
            return Err(PackError::TooLarge);
        }
        strict_json::check(bytes)?;
        let format: Format = serde_json::from_slice(bytes).map_err(|_| PackError::Shape)?;
        if format.format != FORMAT {
            return Err(PackError::UnknownFormat);
        }
        let pack: Self = serde_json::from_slice(bytes).map_err(|_| PackError::Shape)?;
        if pack.content.len() > limits::PACK_BYTES {
            return Err(PackError::TooLarge);
        }
        if pack.signatures.len() > limits::DIRECTORY_SIGNATURES {
            return Err(PackError::Shape);
        }
        Ok(pack)
    }

    /// The JSON that travels.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Verifies the signatures.
    ///
    /// # Errors
    /// [`PackError::Signatures`] first; [`PackError::Generation`].
    pub fn verify(self, roots: &Roots) -> Result<Pack, PackError> {
        let good = roots.good_signatures(&self.signed_bytes(), &self.signatures);
        let needed = roots.threshold();
        if good < needed {
            return Err(PackError::Signatures { good, needed });
        }
        if self.root_generation != roots.generation() {
            return Err(PackError::Generation);
        }
        let Self { kind, root_generation, sequence, issued, content, .. } = self;
        Ok(Pack { kind, order: (root_generation, sequence), issued, sha256: Sha256::of(&content), content })
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let Self { kind, root_generation, sequence, issued, content, .. } = self;
        format!(
            "turnstone pack 1\nkind {}\ngeneration {root_generation}\nsequence {sequence}\nissued {}\nsize {}\nsha256 {}\n",
            kind.code(),
            issued.to_rfc3339_opts(SecondsFormat::Secs, true),
            content.len(),
            Sha256::of(content),
        )
        .into_bytes()
    }
}

impl fmt::Debug for SignedPack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[unverified pack]")
    }
}

/// Which format a document says it has, whatever else is in it.
#[derive(Deserialize)]
struct Format {
    format: String,
}

/// A verified pack.
#[derive(Clone, PartialEq, Eq)]
pub struct Pack {
    kind: PackKind,
    order: (u32, u64),
    issued: DateTime<Utc>,
    sha256: Sha256,
    content: Vec<u8>,
}

impl Pack {
    /// Whether this one may take the place of the one held, if any, and of what is compiled in under the number
    /// `compiled_in`. The same one again may.
    ///
    /// # Errors
    /// [`PackError::Older`], [`PackError::Differs`] or [`PackError::Jump`].
    pub fn may_replace(&self, held: Option<&Self>, compiled_in: u64) -> Result<(), PackError> {
        let held_order = held.map_or((1, compiled_in), |held| held.order.max((1, compiled_in)));
        if self.order < held_order {
            return Err(PackError::Older);
        }
        if self.order == held_order {
            return match held {
                Some(held) if held.order == self.order && held.sha256 == self.sha256 => Ok(()),
                Some(held) if held.order == self.order => Err(PackError::Differs),
                _ => Err(PackError::Older),
            };
        }
        let from = if self.order.0 == held_order.0 { held_order.1 } else { 0 };
        if self.order.1 - from > limits::SEQUENCE_JUMP {
            return Err(PackError::Jump);
        }
        Ok(())
    }

    /// What it brings.
    pub fn kind(&self) -> PackKind {
        self.kind
    }

    /// Its number within its root generation.
    pub fn sequence(&self) -> u64 {
        self.order.1
    }

    /// When it was made.
    pub fn issued(&self) -> DateTime<Utc> {
        self.issued
    }

    /// What is inside.
    pub fn content(&self) -> &[u8] {
        &self.content
    }
}

impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[pack of {}, {} bytes]", self.kind.code(), self.content.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn root(seed: u8) -> SigningKey<Root> {
        SigningKey::from_seed([seed; 32]).unwrap()
    }

    fn three_roots() -> Roots {
        Roots::new([1, 2, 3].map(|seed| root(seed).public()).into()).unwrap()
    }

    fn at() -> DateTime<Utc> {
        "2027-03-01T12:00:00Z".parse().unwrap()
    }

    fn signed(sequence: u64, content: &[u8], seeds: &[u8]) -> SignedPack {
        let keys: Vec<_> = seeds.iter().map(|seed| root(*seed)).collect();
        let keys: Vec<_> = keys.iter().collect();
        SignedPack::sign(PackKind::Guidance, sequence, at(), content.to_vec(), &keys).unwrap()
    }

    fn pack(sequence: u64, content: &[u8]) -> Pack {
        signed(sequence, content, &[1, 2]).verify(&three_roots()).unwrap()
    }

    #[test]
    fn two_different_roots_of_three_must_sign() {
        for (seeds, good) in
            [(&[1, 3][..], 2), (&[1, 1], 1), (&[2], 1), (&[], 0), (&[8, 9], 0), (&[1, 2, 3], 3)]
        {
            let verified = signed(2, b"words", seeds).verify(&three_roots());
            match good {
                0 | 1 => assert_eq!(verified, Err(PackError::Signatures { good, needed: 2 })),
                _ => assert_eq!(verified.unwrap().content(), b"words"),
            }
        }
    }

    #[test]
    fn what_travels_is_what_was_signed() {
        let signed = signed(7, b"\x00words\xff", &[1, 2]);
        let read = SignedPack::parse(&signed.to_json()).unwrap().verify(&three_roots()).unwrap();
        assert_eq!((read.kind(), read.sequence(), read.issued()), (PackKind::Guidance, 7, at()));
        assert_eq!(read.content(), b"\x00words\xff");
    }

    #[test]
    fn every_signed_field_is_bound() {
        let good: Value = serde_json::from_slice(&signed(7, b"words", &[1, 2]).to_json()).unwrap();
        for (field, value) in [
            ("kind", json!("places")),
            ("root_generation", json!(2)),
            ("sequence", json!(8)),
            ("issued", json!("2027-03-01T12:00:01Z")),
            ("content", json!("d29yZHo=")),
        ] {
            let mut changed = good.clone();
            changed[field] = value;
            let read = SignedPack::parse(&serde_json::to_vec(&changed).unwrap()).unwrap();
            let refused = PackError::Signatures { good: 0, needed: 2 };
            assert_eq!(read.verify(&three_roots()), Err(refused), "{field}");
        }
    }

    /// The one directory and the other pack are signed by one key: neither passes for the other.
    #[test]
    fn a_directory_s_signature_vouches_for_no_pack() {
        let pack = signed(7, b"words", &[1, 2]);
        let directory = [b"turnstone directory 1\n", &pack.signed_bytes()[..]].concat();
        let signatures = [1, 2].map(|seed| RootSignature::of(&directory, &root(seed))).into();
        let forged = SignedPack { signatures, ..pack };
        assert_eq!(forged.verify(&three_roots()), Err(PackError::Signatures { good: 0, needed: 2 }));
    }

    #[test]
    fn only_a_newer_pack_or_the_same_takes_the_place() {
        let held = pack(5, b"words");
        assert_eq!(pack(6, b"other").may_replace(Some(&held), 1), Ok(()));
        assert_eq!(pack(5, b"words").may_replace(Some(&held), 1), Ok(()));
        assert_eq!(pack(5, b"other").may_replace(Some(&held), 1), Err(PackError::Differs));
        assert_eq!(pack(4, b"words").may_replace(Some(&held), 1), Err(PackError::Older));
        let far = pack(6 + limits::SEQUENCE_JUMP, b"words");
        assert_eq!(far.may_replace(Some(&held), 1), Err(PackError::Jump));
    }

    #[test]
    fn what_is_compiled_in_counts_as_held() {
        assert_eq!(pack(1, b"words").may_replace(None, 1), Err(PackError::Older));
        assert_eq!(pack(2, b"words").may_replace(None, 1), Ok(()));
        // The program was updated meanwhile.
        assert_eq!(pack(6, b"words").may_replace(Some(&pack(5, b"words")), 7), Err(PackError::Older));
        assert_eq!(pack(7, b"words").may_replace(Some(&pack(5, b"words")), 7), Err(PackError::Older));
    }

    #[test]
    fn what_is_no_pack_is_told_from_a_newer_one() {
        let mut pack: Value = serde_json::from_slice(&signed(7, b"words", &[1, 2]).to_json()).unwrap();
        let parse = |value: &Value| SignedPack::parse(&serde_json::to_vec(value).unwrap()).unwrap_err();
        pack["kind"] = json!("weather");
        assert_eq!(parse(&pack), PackError::Shape);
        pack["format"] = json!("turnstone.pack/2");
        assert_eq!(parse(&pack), PackError::UnknownFormat);
        assert_eq!(parse(&json!({})), PackError::Shape);
        let huge = vec![b' '; limits::PACK_BYTES * 2];
        assert_eq!(SignedPack::parse(&huge).unwrap_err(), PackError::TooLarge);
        let too_large = vec![0; limits::PACK_BYTES + 1];
        let refused = SignedPack::sign(PackKind::Places, 2, at(), too_large, &[]).unwrap_err();
        assert_eq!(refused, PackError::TooLarge);
        let largest = signed(2, &vec![0xff; limits::PACK_BYTES], &[1, 2]).to_json();
        assert!(SignedPack::parse(&largest).is_ok());
    }

    proptest! {
        #[test]
        fn p11_no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = SignedPack::parse(&bytes);
        }

        #[test]
        fn any_content_comes_back(content in proptest::collection::vec(any::<u8>(), 0..300), n in 1_u64..9) {
            let signed = signed(n, &content, &[2, 3]).to_json();
            let pack = SignedPack::parse(&signed).unwrap().verify(&three_roots()).unwrap();
            prop_assert_eq!(pack.content(), &content[..]);
            prop_assert_eq!(pack.sequence(), n);
        }
    }
}
