//! Checksums of chunks (tus 1.0, extension *checksum*): `Upload-Checksum: ALGORITHM BASE64`.

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::digest;

use super::error::StoreError;

/// The algorithms, as tus calls them.
pub(crate) const ALGORITHMS: &str = "sha1,sha256";

/// What a chunk is said to hash to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checksum {
    algorithm: &'static digest::Algorithm,
    expected: Vec<u8>,
}

impl Checksum {
    /// Reads the header's value. Besides tus's names of the algorithms those with a dash are taken.
    ///
    /// # Errors
    /// [`StoreError::BadRequest`] for an algorithm that is not spoken, and for what is no checksum of one.
    pub(crate) fn parse(text: &str) -> Result<Self, StoreError> {
        let refused =
            StoreError::BadRequest("Upload-Checksum is sha1 or sha256, a space, and the hash in base 64");
        let Some((name, base64)) = text.trim().split_once(' ') else { return Err(refused) };
        let algorithm = match name {
            "sha1" | "sha-1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            "sha256" | "sha-256" => &digest::SHA256,
            _ => return Err(refused),
        };
        match BASE64_STANDARD.decode(base64.trim()) {
            Ok(expected) if expected.len() == algorithm.output_len() => Ok(Self { algorithm, expected }),
            _ => Err(refused),
        }
    }

    /// Begins to compare.
    pub(super) fn check(self) -> Check {
        Check { context: digest::Context::new(self.algorithm), expected: self.expected }
    }
}

/// A chunk that is being compared with its checksum while it comes.
#[derive(Clone)]
pub(super) struct Check {
    context: digest::Context,
    expected: Vec<u8>,
}

impl Check {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
    }

    /// Whether all that came is what was said.
    pub(super) fn fits(self) -> bool {
        self.context.finish().as_ref() == self.expected
    }
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Check")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(text: &str, bytes: &[u8]) -> bool {
        let mut check = Checksum::parse(text).unwrap().check();
        bytes.chunks(3).for_each(|part| check.update(part));
        check.fits()
    }

    #[test]
    fn both_algorithms_are_known_by_both_spellings_and_compare() {
        // FIPS 180-4's examples for "abc".
        let (sha1, sha256) = ("qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        for text in [
            format!("sha1 {sha1}"),
            format!("sha-1 {sha1}"),
            format!("sha256 {sha256}"),
            format!("sha-256 {sha256}"),
        ] {
            assert!(fits(&text, b"abc"), "{text}");
            assert!(!fits(&text, b"abd") && !fits(&text, b"") && !fits(&text, b"abcabc"), "{text}");
        }
    }

    #[test]
    fn p11_what_is_no_checksum_is_refused() {
        for text in [
            "",
            "sha1",
            "sha1 ",
            "sha1 x",
            "sha1 AAAA",
            "SHA1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
            "md5 kAFQmDzST7DWlj99KOF/cg==",
            "sha256 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
            "sha1 a9993e364706816aba3e25717850c26c9cd0d89d",
        ] {
            assert!(matches!(Checksum::parse(text), Err(StoreError::BadRequest(_))), "{text}");
        }
    }
}
