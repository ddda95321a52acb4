//! What an officer writes back, sealed to one report.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use turnstone_wire::{
    body::ReportId,
    directory::{Desk, KeyEntry},
    envelope::Envelope,
    key::{self, DeskIdentity, Officer, Seal, SigningKey},
    limits,
    reply::{Letter, Reply, ReplyError, SealedReply, SignedReply},
    text::Text,
};

use crate::{
    IDENTITY, made,
    marker::{error_says_nothing, says_nothing, variants},
};

/// Hostile bytes as a sealed reply, inside a seal, and as a text that an officer has signed; and words that are written back
/// come out as they were.
pub fn check(data: &[u8]) {
    let officer: SigningKey<Officer> = made(SigningKey::from_seed([2; 32]));
    let witness: DeskIdentity<key::Reply> = made(DeskIdentity::parse(IDENTITY));
    let desk = desk(&officer);
    for bytes in variants(data) {
        opens(serde_json::from_slice(&bytes), &witness, &desk);
        opens(serde_json::from_value(BASE64_STANDARD.encode(&bytes).into()), &witness, &desk);
        // The same key in the role that seals whatever bytes there are.
        let seal: DeskIdentity<Seal> = made(DeskIdentity::parse(IDENTITY));
        if let Ok(sealed) = Envelope::seal(&bytes, &[seal.public()]) {
            opens(serde_json::from_value(BASE64_STANDARD.encode(sealed.as_bytes()).into()), &witness, &desk);
        }
        let Ok(text) = str::from_utf8(&bytes) else { continue };
        let signature = BASE64_STANDARD.encode(officer.sign(text.as_bytes()));
        let signed = made(serde_json::from_value(json!({ "text": text, "signature": signature })));
        if let Some(reply) = believed(&signed, &desk) {
            // One spelling: signing what was read gives the very text again.
            let again = made(sign(&reply, &desk, &officer));
            assert_eq!(again.text(), signed.text(), "two texts of one reply");
        }
    }
    written(data, &officer, &witness, &desk);
}

fn opens(sealed: Result<SealedReply, serde_json::Error>, witness: &DeskIdentity<key::Reply>, desk: &Desk) {
    let Ok(sealed) = sealed else { return };
    says_nothing(&format!("{sealed:?}"));
    match sealed.open(witness) {
        Ok(signed) => drop(believed(&signed, desk)),
        Err(error) => error_says_nothing(&error),
    }
}

/// Whatever was signed is believed by nobody but for the report it names.
fn believed(signed: &SignedReply, desk: &Desk) -> Option<Reply> {
    says_nothing(&format!("{signed:?}"));
    let other = signed.verify(&ReportId::from_bytes([8; 16]), desk);
    assert!(
        matches!(other, Err(ReplyError::Malformed | ReplyError::ForSomethingElse(_))),
        "for another report"
    );
    match signed.verify(&id(), desk) {
        Ok(reply) => {
            says_nothing(&format!("{reply:?}"));
            Some(reply)
        }
        Err(error) => {
            error_says_nothing(&error);
            None
        }
    }
}

fn written(data: &[u8], officer: &SigningKey<Officer>, witness: &DeskIdentity<key::Reply>, desk: &Desk) {
    let Ok(words) = str::from_utf8(data) else { return };
    let at = made("2026-01-02T03:04:05Z".parse());
    let letter = Letter { report: id(), counter: 9, at, desk: &desk.id, words: &Text::from(words) };
    let signed = match SignedReply::sign(&letter, officer) {
        Ok(signed) => signed,
        Err(error) => {
            assert!(words.trim().is_empty() || words.len() > limits::REPLY_TEXT_BYTES, "not signed: {error}");
            return;
        }
    };
    let Ok(sealed) = signed.seal(&witness.public()) else {
        assert!(signed.text().len() > limits::REPLY_BYTES / 8, "a short one fits, whatever is in it");
        return;
    };
    let reply = made(made(sealed.open(witness)).verify(&id(), desk));
    assert!(reply.words.as_str() == words && reply.counter == 9, "other words come out");
}

fn sign(reply: &Reply, desk: &Desk, officer: &SigningKey<Officer>) -> Result<SignedReply, ReplyError> {
    let at = reply.at.at().to_utc();
    let letter = Letter { report: id(), counter: reply.counter, at, desk: &desk.id, words: &reply.words };
    SignedReply::sign(&letter, officer)
}

fn id() -> ReportId {
    ReportId::from_bytes([7; 16])
}

fn desk(officer: &SigningKey<Officer>) -> Desk {
    made(serde_json::from_value(json!({
        "id": "test-desk", "names": { "en": "Test desk" }, "routes": ["police"],
        "urls": ["https://intake.example"], "keys": [KeyEntry::verify(&officer.public())],
    })))
}
