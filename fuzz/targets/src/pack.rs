//! Packs: hostile bytes as a signed one, and hostile content that the root keys have signed, read as guidance.

use chrono::DateTime;
use turnstone_almanac::guide::{self, Guide};
use turnstone_wire::{
    directory::Roots,
    key::{Root, SigningKey},
    pack::{PackError, PackKind, SignedPack},
};

use crate::{
    made,
    marker::{error_says_nothing, says_nothing, variants},
};

/// Nothing is believed that two roots of three have not signed; what they signed comes back as it was; and guidance that is
/// taken lacks nothing that is compiled in.
pub fn check(data: &[u8]) {
    let keys = [1, 2, 3].map(|seed| made(SigningKey::<Root>::from_seed([seed; 32])));
    let roots = made(Roots::new(keys.iter().map(SigningKey::public).collect()));
    for bytes in variants(data) {
        match SignedPack::parse(&bytes) {
            Ok(signed) => {
                says_nothing(&format!("{signed:?}"));
                let again = made(SignedPack::parse(&signed.to_json()));
                assert!(
                    again.verify(&roots) == signed.clone().verify(&roots),
                    "a pack changes by being written"
                );
            }
            Err(error) => error_says_nothing(&error),
        }
        for seeds in [&keys[..1], &keys[1..]] {
            let seeds: Vec<_> = seeds.iter().collect();
            let signed =
                made(SignedPack::sign(PackKind::Guidance, 2, DateTime::UNIX_EPOCH, bytes.clone(), &seeds));
            let read = SignedPack::parse(&signed.to_json()).and_then(|signed| signed.verify(&roots));
            match read {
                Ok(pack) => assert!(seeds.len() == 2 && pack.content() == bytes),
                Err(error) => assert_eq!(error, PackError::Signatures { good: 1, needed: 2 }),
            }
        }
        if let Ok(guide) = Guide::read(&bytes) {
            let codes = guide.codes();
            assert!(guide::built_in().codes().iter().all(|code| codes.contains(code)));
            assert!(guide.line("emergency").is_some_and(|line| line.dial().as_deref() == Some("999")));
        }
    }
}
