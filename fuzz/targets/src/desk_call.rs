//! The proof that travels with a desk tool's call.

use turnstone_wire::{
    desk_call::{CallError, Proof, Request},
    hash::Sha256,
    key::{Caller, SigningKey},
};

use crate::{
    made,
    marker::{error_says_nothing, place, says_nothing, variants},
};

/// A header that is read is written and read again alike; only a signed call at its time is believed.
pub fn check(data: &[u8]) {
    let key: SigningKey<Caller> = made(SigningKey::from_seed([1; 32]));
    let now = made("2026-01-02T03:04:05Z".parse());
    let request = Request { method: "GET", path: "/v1/desk/objects?after=7", body: Sha256::of(data) };
    for bytes in variants(data) {
        let Ok(header) = str::from_utf8(&bytes) else { continue };
        let proof = match Proof::parse(header) {
            Ok(proof) => proof,
            Err(error) => {
                error_says_nothing(&error);
                continue;
            }
        };
        says_nothing(&format!("{proof:?}"));
        let answer = proof.verify(&request, now, &key.public());
        assert!(answer.is_err(), "nobody has signed this call");
        let written = proof.to_header();
        if written.len() <= header.len() {
            let again = Proof::parse(&written);
            assert!(
                again.is_ok_and(|again| again.to_header() == written),
                "a proof changes by being written"
            );
        }
        // Signed anew with the nonce and the time it claims, it is believed if that time is near.
        let mut nonce = [0; 16];
        made(hex::decode_to_slice(&proof.nonce, &mut nonce));
        let signed = Proof::sign(&request, nonce, proof.at, &key);
        assert!(matches!(signed.verify(&request, now, &key.public()), Ok(()) | Err(CallError::Clock)));
        assert_eq!(signed.verify(&request, proof.at, &key.public()), Ok(()));
        for other in [Request { path: "/v1/desk/objects", ..request }, Request { method: "POST", ..request }]
        {
            let refused = signed.verify(&other, proof.at, &key.public());
            assert_eq!(refused, Err(CallError::BadSignature), "a call for another");
        }
        changed(&signed, data);
    }
}

/// A header with one byte changed is not read, or not believed, or says the same as before.
fn changed(signed: &Proof, data: &[u8]) {
    let header = signed.to_header();
    let mut bytes = header.clone().into_bytes();
    let at = place(data, bytes.len());
    bytes[at] ^= 1 << (data.len() % 7);
    let Ok(changed) = String::from_utf8(bytes) else { return };
    let key: SigningKey<Caller> = made(SigningKey::from_seed([1; 32]));
    let request = Request { method: "GET", path: "/v1/desk/objects?after=7", body: Sha256::of(data) };
    if let Ok(proof) = Proof::parse(&changed) {
        let believed = proof.verify(&request, signed.at, &key.public()).is_ok();
        let same = (proof.key, proof.nonce.as_str(), proof.at.timestamp())
            == (signed.key, signed.nonce.as_str(), signed.at.timestamp());
        assert!(same || !believed, "a changed call is believed: {header} {changed}");
    }
}
