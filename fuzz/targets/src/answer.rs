//! Refusals of an intake.

use turnstone_wire::answer::Refusal;

use crate::{made, marker::variants};

/// A refusal that is read is written and read again alike.
pub fn check(data: &[u8]) {
    for bytes in variants(data) {
        let Some(refusal) = Refusal::parse(&bytes) else { continue };
        let written = made(serde_json::to_vec(&refusal));
        // A code of a newer version is written as `unknown`, which may be longer than its own name.
        if written.len() <= bytes.len() {
            assert!(Refusal::parse(&written) == Some(refusal), "a refusal changes by being written");
        }
    }
}
