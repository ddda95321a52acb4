//! Signed receipts.

use serde_json::json;
use turnstone_wire::{
    directory::{Desk, KeyEntry},
    hash::Sha256,
    key::{Officer, SigningKey, Stored},
    limits,
    receipt::{Object, ObjectKind, ReceiptError, ReceiptRole, SignedReceipt},
};

use crate::{
    made,
    marker::{error_says_nothing, says_nothing, variants},
};

/// Hostile bytes as a receipt, and hostile text that a desk's own key has signed.
pub fn check(data: &[u8]) {
    let stored: SigningKey<Stored> = made(SigningKey::from_seed([1; 32]));
    let officer: SigningKey<Officer> = made(SigningKey::from_seed([2; 32]));
    let desk = desk(&[KeyEntry::verify(&stored.public()), KeyEntry::verify(&officer.public())]);
    for bytes in variants(data) {
        match SignedReceipt::parse(&bytes) {
            Ok(receipt) => {
                let written = receipt.to_json();
                let alike = SignedReceipt::parse(&written) == Ok(receipt.clone());
                assert!(alike || written.len() > limits::RECEIPT_BYTES, "it changes by being written");
                believed(&receipt, &stored, &desk);
            }
            Err(error) => error_says_nothing(&error),
        }
        let Ok(text) = str::from_utf8(&bytes) else { continue };
        believed(&signed(text, &stored), &stored, &desk);
        believed(&signed(text, &officer), &officer, &desk);
    }
}

/// Whatever a key of the desk has signed: it is believed only where it says exactly what is asked.
fn believed<R: ReceiptRole>(receipt: &SignedReceipt, key: &SigningKey<R>, desk: &Desk) {
    says_nothing(&format!("{receipt:?}"));
    let claims = receipt.claims().inspect_err(|error| error_says_nothing(error)).ok();
    says_nothing(&format!("{claims:?}"));
    let sha256 = claims.as_ref().map_or_else(|| Sha256::of(b""), |claims| claims.object.sha256);
    let size = line_of(receipt.text(), "size ").and_then(|size| size.parse().ok()).unwrap_or(0);
    for kind in [ObjectKind::Report, ObjectKind::Attachment] {
        match receipt.verify::<R>(&Object { kind, sha256, size }, desk) {
            Ok(verified) => {
                says_nothing(&format!("{verified:?}"));
                let Some(claims) = &claims else { panic!("what is believed can be read") };
                assert!(claims.at == verified.at() && claims.key == verified.key());
                assert!(verified.key() == key.public().id() && claims.object.kind == kind);
                let canonical =
                    SignedReceipt::sign(&Object { kind, sha256, size }, &desk.id, verified.at(), key);
                assert_eq!(without_time(canonical.text()), without_time(receipt.text()));
            }
            Err(error) => error_says_nothing(&error),
        }
        let other = Object { kind, sha256: Sha256::of(b"other bytes"), size };
        let refused = receipt.verify::<R>(&other, desk);
        assert!(matches!(refused, Err(ReceiptError::Malformed | ReceiptError::ForSomethingElse(_))));
    }
}

fn line_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name))
}

/// A moment has several spellings.
fn without_time(text: &str) -> Vec<&str> {
    text.split('\n').filter(|line| !line.starts_with("at ")).collect()
}

fn signed<R: ReceiptRole>(text: &str, key: &SigningKey<R>) -> SignedReceipt {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let signature = BASE64_STANDARD.encode(key.sign(text.as_bytes()));
    made(serde_json::from_value(json!({ "text": text, "signature": signature })))
}

fn desk(keys: &[KeyEntry]) -> Desk {
    made(serde_json::from_value(json!({
        "id": "test-desk", "names": { "en": "Test desk" }, "routes": ["police"],
        "urls": ["https://intake.example"], "keys": keys,
    })))
}
