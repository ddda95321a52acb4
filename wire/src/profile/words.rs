//! Four words that stand for a profile from outside: one person reads them out, another types them.

use std::fmt;

use crate::hash::Sha256;

/// Memory, passes and lanes of Argon2id (RFC 9106): what a PIN is stretched with (DESIGN 4).
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;
const SALT: &[u8] = b"turnstone profile words 1";
/// Bits that a word of the list of 2,048 stands for.
const WORD_BITS: u32 = 11;
/// So many letters tell each word of the list from all others (BIP 39).
const TELLING: usize = 4;

/// The four words of a profile: 44 bits of Argon2id over the SHA-256 of its signers' public keys and its payload.
///
/// 44 bits of a plain hash are found again by one graphics card within the hour. Stretched like a PIN, with 64 MiB and three passes
/// a try, the same card needs some hundred years (ADR 24). What they keep out is a profile that somebody slipped in the place of
/// the right one: they say nothing about whoever made the right one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FourWords([u16; 4]);

impl FourWords {
    /// The words of a hash; nothing where the device has no 64 MiB to spare.
    pub(super) fn of(hash: &Sha256) -> Option<Self> {
        let params = argon2::Params::new(MEMORY_KIB, PASSES, LANES, Some(8)).ok()?;
        let mut stretched = [0; 8];
        argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password_into(hash.as_bytes(), SALT, &mut stretched)
            .ok()?;
        let bits = u64::from_be_bytes(stretched);
        let word = |n: u32| u16::try_from((bits >> (64 - WORD_BITS * (n + 1))) & 0x7ff).unwrap_or(0);
        Some(Self([word(0), word(1), word(2), word(3)]))
    }

    /// The words, in their order.
    pub fn words(&self) -> [&'static str; 4] {
        let list = bip39::Language::English.word_list();
        self.0.map(|n| list.get(usize::from(n)).copied().unwrap_or_default())
    }

    /// Whether somebody typed these words: in their order, in any case, with anything between them that is no letter, each whole
    /// or by its first four letters.
    pub fn are(&self, typed: &str) -> bool {
        let typed: Vec<String> = typed
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let is = |(typed, word): (&String, &str)| {
            typed == word || (typed.len() >= TELLING.min(word.len()) && word.starts_with(typed.as_str()))
        };
        typed.len() == 4 && typed.iter().zip(self.words()).all(is)
    }
}

impl fmt::Display for FourWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}

impl fmt::Debug for FourWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[four words]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_words_of_the_list_are_alike_in_their_first_four_letters() {
        let list = bip39::Language::English.word_list();
        let mut heads: Vec<&str> = list.iter().map(|word| &word[..TELLING.min(word.len())]).collect();
        heads.dedup();
        assert_eq!((list.len(), heads.len()), (2048, 2048));
        assert!(list.is_sorted() && list.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase())));
    }

    #[test]
    fn words_are_known_by_case_commas_and_first_letters_and_by_nothing_less() {
        let words = FourWords([0, 2047, 1024, 3]);
        assert_eq!(words.to_string(), "abandon zoo length about");
        for right in ["abandon zoo length about", " Abandon, ZOO-length; about\n", "aban zoo leng abou"] {
            assert!(words.are(right), "{right}");
        }
        for wrong in [
            "",
            "abandon",
            "zoo abandon length about",
            "abandon zoo length",
            "abandon zoo length above",
            "aba zoo length abou",
            "abandon zoo length about about",
            "abandon zo length about",
            "abandoned zoo length about",
        ] {
            assert!(!words.are(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_words_of_a_hash_are_fixed() {
        // Made once with this code, so that phones and desk tools of different versions agree.
        let words = FourWords::of(&Sha256::of(b"a profile")).unwrap();
        assert_eq!(words.to_string(), "kit coconut miss lumber");
        assert_ne!(FourWords::of(&Sha256::of(b"another")).unwrap(), words);
        assert_eq!(format!("{words:?}"), "[four words]");
    }
}
