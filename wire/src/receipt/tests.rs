//! For which bytes, by which key, in which spelling a receipt is believed.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::directory::{KeyEntry, KeyState};

const AT: &str = "2026-01-02T03:04:05Z";

fn stored(seed: u8) -> SigningKey<Stored> {
    SigningKey::from_seed([seed; 32]).unwrap()
}

fn officer(seed: u8) -> SigningKey<Officer> {
    SigningKey::from_seed([seed; 32]).unwrap()
}

/// A desk with an intake's key in every state and one officer's key.
fn desk() -> Desk {
    let states =
        [KeyState::Active, KeyState::Retired, KeyState::Lost, KeyState::Compromised, KeyState::Unknown];
    let mut keys: Vec<_> = (1..).zip(states).map(|(seed, state)| (stored(seed), state)).map(entry).collect();
    keys.push(KeyEntry::verify(&officer(9).public()));
    let desk = json!({ "id": "test-desk", "names": {}, "routes": [], "urls": [], "keys": keys });
    serde_json::from_value(desk).unwrap()
}

fn entry((key, state): (SigningKey<Stored>, KeyState)) -> KeyEntry {
    KeyEntry { state, ..KeyEntry::verify(&key.public()) }
}

fn object() -> Object {
    Object { kind: ObjectKind::Report, sha256: Sha256::of(b"envelope"), size: 8 }
}

fn by<R: ReceiptRole>(key: &SigningKey<R>) -> SignedReceipt {
    SignedReceipt::sign(&object(), &desk().id, AT.parse().unwrap(), key)
}

/// Any text, signed by the active key of the intake.
fn signed_text(text: String) -> SignedReceipt {
    let signature = stored(1).sign(text.as_bytes());
    SignedReceipt { text, signature }
}

fn refused(receipt: &SignedReceipt, object: &Object) -> ReceiptError {
    receipt.verify::<Stored>(object, &desk()).unwrap_err()
}

#[test]
fn a_receipt_for_exactly_these_bytes_is_believed() {
    let signed = SignedReceipt::parse(&by(&stored(1)).to_json()).unwrap();
    let receipt = signed.verify::<Stored>(&object(), &desk()).unwrap();
    assert_eq!((receipt.at(), receipt.key()), (AT.parse().unwrap(), stored(1).public().id()));
    let claims = signed.claims().unwrap();
    assert_eq!((claims.kind, claims.object, claims.at), ("stored", object(), receipt.at()));
    assert_eq!((claims.desk, claims.key), ("test-desk", receipt.key()));
    let opened = by(&officer(9)).verify::<Officer>(&object(), &desk()).unwrap();
    assert_eq!(opened.key(), officer(9).public().id());
}

#[test]
fn p2_a_receipt_for_something_else_is_named_by_what_differs() {
    let signed = by(&stored(1));
    let with = |change: fn(&mut Object)| {
        let mut other = object();
        change(&mut other);
        refused(&signed, &other)
    };
    assert_eq!(with(|o| o.sha256 = Sha256::of(b"other")), ReceiptError::ForSomethingElse("hash"));
    assert_eq!(with(|o| o.size = 9), ReceiptError::ForSomethingElse("size"));
    assert_eq!(with(|o| o.kind = ObjectKind::Attachment), ReceiptError::ForSomethingElse("object"));
    assert_eq!(refused(&by(&officer(9)), &object()), ReceiptError::ForSomethingElse("kind"));
    let as_opened = signed.verify::<Officer>(&object(), &desk()).unwrap_err();
    assert_eq!(as_opened, ReceiptError::ForSomethingElse("kind"));
    let mut other_desk = desk();
    other_desk.id = DeskId::parse("other-desk").unwrap();
    let elsewhere = signed.verify::<Stored>(&object(), &other_desk).unwrap_err();
    assert_eq!(elsewhere, ReceiptError::ForSomethingElse("desk"));
}

#[test]
fn p2_a_key_that_must_not_vouch_is_named_by_its_fault() {
    let error = |key: &SigningKey<Stored>| refused(&by(key), &object());
    assert_eq!(error(&stored(77)), ReceiptError::Key(KeyRefused::Unlisted));
    assert_eq!(error(&stored(3)), ReceiptError::Key(KeyRefused::Dead(KeyState::Lost)));
    assert_eq!(error(&stored(4)), ReceiptError::Key(KeyRefused::Dead(KeyState::Compromised)));
    assert_eq!(error(&stored(5)), ReceiptError::Key(KeyRefused::Dead(KeyState::Unknown)));
    assert!(by(&stored(2)).verify::<Stored>(&object(), &desk()).is_ok(), "what a retired key signed stands");
    // The same 32 bytes as an officer's key, signing as the intake, under the officer's key id.
    let text = by(&stored(9))
        .text
        .replace(&stored(9).public().id().to_string(), &officer(9).public().id().to_string());
    let signature = stored(9).sign(text.as_bytes());
    assert_eq!(
        refused(&SignedReceipt { text, signature }, &object()),
        ReceiptError::Key(KeyRefused::WrongRole)
    );
}

#[test]
fn p2_a_signature_by_another_key_or_over_another_text_does_not_fit() {
    let mut forged = by(&stored(1));
    forged.signature = stored(2).sign(forged.text.as_bytes());
    assert_eq!(refused(&forged, &object()), ReceiptError::BadSignature);
    let mut other_time = by(&stored(1));
    other_time.text = other_time.text.replace("03:04:05", "03:04:06");
    assert_eq!(refused(&other_time, &object()), ReceiptError::BadSignature);
    for signature in [vec![], vec![0; 64], vec![0; 63], vec![255; 64]] {
        let empty = SignedReceipt { signature, ..by(&stored(1)) };
        assert_eq!(refused(&empty, &object()), ReceiptError::BadSignature);
    }
}

#[test]
fn p2_one_spelling_only() {
    let text = by(&stored(1)).text;
    assert!(signed_text(text.clone()).verify::<Stored>(&object(), &desk()).is_ok());
    let spellings = [
        format!("{text}note hello\n"),
        format!("{text}\n"),
        format!("\n{text}"),
        text.trim_end().to_owned(),
        text.replace("turnstone receipt 1", "turnstone receipt 2"),
        text.replace('\n', "\r\n"),
        text.replace("kind stored\n", ""),
        text.replace("kind stored\nobject report\n", "object report\nkind stored\n"),
        text.replace("at 2026-01-02T03:04:05Z", "at yesterday"),
        text.replace("kind stored", "kind\tstored"),
        String::new(),
    ];
    for spelling in spellings {
        assert_eq!(
            refused(&signed_text(spelling.clone()), &object()),
            ReceiptError::Malformed,
            "{spelling:?}"
        );
    }
    for (from, to) in
        [("size 8", "size 08"), ("size 8", "size +8"), ("size 8\n", "size 8\r\n"), ("stored\n", "stored \n")]
    {
        let error = refused(&signed_text(text.replace(from, to)), &object());
        assert!(matches!(error, ReceiptError::ForSomethingElse(_)), "{to:?} {error:?}");
    }
    let upper = text.replace(&object().sha256.to_string(), &object().sha256.to_string().to_uppercase());
    assert_eq!(refused(&signed_text(upper.clone()), &object()), ReceiptError::ForSomethingElse("hash"));
    assert_eq!(signed_text(upper).claims(), Err(ReceiptError::Malformed));
}

#[test]
fn p11_a_page_of_a_portal_is_no_receipt() {
    let long = vec![b' '; limits::RECEIPT_BYTES + 1];
    let twice = br#"{"text":"a","text":"b","signature":""}"#;
    for bytes in [b"".as_slice(), b"<html>Log in</html>", b"{}", b"null", b"{\"text\":1}", twice, &long] {
        assert_eq!(SignedReceipt::parse(bytes), Err(ReceiptError::Malformed));
    }
}

#[test]
fn p2_no_cut_and_no_flipped_bit_is_believed_or_panics() {
    let json = by(&stored(1)).to_json();
    let believed =
        |bytes: &[u8]| SignedReceipt::parse(bytes).and_then(|r| r.verify::<Stored>(&object(), &desk()));
    assert!(believed(&json).is_ok());
    for end in 0..json.len() {
        assert!(believed(&json[..end]).is_err());
    }
    let mut flipped = json.clone();
    for at in 0..json.len() {
        for bit in 0..8 {
            flipped[at] ^= 1 << bit;
            assert!(believed(&flipped).is_err(), "byte {at}, bit {bit}");
            flipped[at] ^= 1 << bit;
        }
    }
}

#[test]
fn p8_receipts_and_their_errors_name_neither_desk_nor_object() {
    let signed = by(&stored(1));
    let verified = signed.verify::<Stored>(&object(), &desk()).unwrap();
    let unlisted = refused(&by(&stored(77)), &object());
    let shown = format!(
        "{signed:?}{verified:?}{unlisted:?}{unlisted}{:?}",
        refused(&signed, &Object { size: 1, ..object() })
    );
    for word in ["test-desk", "2026", &object().sha256.to_string(), &stored(1).public().id().to_string()] {
        assert!(!shown.contains(word), "{word} in {shown}");
    }
}

proptest! {
    #[test]
    fn p11_never_panics(bytes: Vec<u8>, text in "\\PC*", lines in "(kind|object|size|at| |\n|1|Z){0,40}") {
        let _ = SignedReceipt::parse(&bytes);
        for text in [text, format!("turnstone receipt 1\n{lines}")] {
            let receipt = signed_text(text);
            let _ = receipt.claims();
            prop_assert!(receipt.verify::<Stored>(&object(), &desk()).is_err());
        }
    }
}
