//! Replies, as they are and as somebody would like them to be believed.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    directory::{KeyEntry, KeyState},
    key::{Seal, Stored},
    mailbox::{MailboxAnswer, MailboxItem},
};

const WORDS: &str = "Thank you. Two boats were met at the quay.\nDo not go back there.";

fn id() -> ReportId {
    ReportId::from_bytes([7; 16])
}

fn officer(seed: u8) -> SigningKey<Officer> {
    SigningKey::from_seed([seed; 32]).unwrap()
}

fn desk_of(keys: &[KeyEntry]) -> Desk {
    serde_json::from_value(json!({
        "id": "test-desk", "names": {}, "routes": ["police"], "urls": [], "keys": keys,
    }))
    .unwrap()
}

fn desk() -> Desk {
    desk_of(&[KeyEntry::verify(&officer(2).public())])
}

fn signed(words: &str) -> SignedReply {
    let desk = desk();
    let letter = Letter {
        report: id(),
        counter: 9,
        at: "2026-01-02T03:04:05.678Z".parse().unwrap(),
        desk: &desk.id,
        words: &Text::from(words),
    };
    SignedReply::sign(&letter, &officer(2)).unwrap()
}

/// A text of somebody's own, signed by the officer.
fn of_text(text: &str) -> SignedReply {
    SignedReply { text: Zeroizing::new(text.into()), signature: officer(2).sign(text.as_bytes()) }
}

#[test]
fn a_reply_opens_with_its_reports_key_alone_and_says_what_was_written() {
    let key = DeskIdentity::<key::Reply>::generate();
    let sealed = signed(WORDS).seal(&key.public()).unwrap();
    let reply = sealed.open(&key).unwrap().verify(&id(), &desk()).unwrap();
    assert_eq!((reply.words.as_str(), reply.counter), (WORDS, 9));
    assert_eq!(
        (reply.at.to_rfc3339().as_str(), reply.key),
        ("2026-01-02T03:04:05Z", officer(2).public().id())
    );
    let other = DeskIdentity::<key::Reply>::generate();
    assert!(matches!(sealed.open(&other), Err(OpenError::NotForThisKey)));
    let newer = RecipientKey::<key::Reply>::parse("age1pq1qqqq").unwrap();
    assert!(matches!(signed(WORDS).seal(&newer), Err(SealError::NoUsableKey)));
}

#[test]
fn p2_a_reply_is_believed_for_its_report_its_desk_and_an_officers_living_key_only() {
    let reply = signed(WORDS);
    let other_report = ReportId::from_bytes([8; 16]);
    assert_eq!(reply.verify(&other_report, &desk()), Err(ReplyError::ForSomethingElse("report")));
    let mut other_desk = desk();
    other_desk.id = DeskId::parse("other-desk").unwrap();
    assert_eq!(reply.verify(&id(), &other_desk), Err(ReplyError::ForSomethingElse("desk")));
    assert_eq!(reply.verify(&id(), &desk_of(&[])), Err(ReplyError::Key(KeyRefused::Unlisted)));
    let states = [
        (KeyState::Active, None),
        (KeyState::Retired, None),
        (KeyState::Lost, Some(KeyRefused::Dead(KeyState::Lost))),
        (KeyState::Compromised, Some(KeyRefused::Dead(KeyState::Compromised))),
        (KeyState::Unknown, Some(KeyRefused::Dead(KeyState::Unknown))),
    ];
    for (state, refused) in states {
        let key = KeyEntry { state, ..KeyEntry::verify(&officer(2).public()) };
        let verified = reply.verify(&id(), &desk_of(&[key]));
        assert_eq!(verified.err(), refused.map(ReplyError::Key), "{state:?}");
    }
    // The same bytes of a key, listed as the intake's: its id is another, and its role.
    let intake = SigningKey::<Stored>::from_seed([2; 32]).unwrap();
    let listed = KeyEntry { id: officer(2).public().id(), ..KeyEntry::verify(&intake.public()) };
    assert_eq!(reply.verify(&id(), &desk_of(&[listed])), Err(ReplyError::Key(KeyRefused::WrongRole)));
}

#[test]
fn p11_a_changed_reply_is_not_believed() {
    let reply = signed(WORDS);
    for at in 0..reply.text.len() {
        let mut text = reply.text.as_bytes().to_vec();
        text[at] ^= 1;
        let Ok(text) = String::from_utf8(text) else { continue };
        let changed = SignedReply { text: Zeroizing::new(text), ..reply.clone() };
        assert!(changed.verify(&id(), &desk()).is_err(), "byte {at}");
    }
    let longer = SignedReply { text: Zeroizing::new(format!("{} ", *reply.text)), ..reply.clone() };
    assert_eq!(longer.verify(&id(), &desk()), Err(ReplyError::BadSignature));
    let unsigned = SignedReply { signature: Vec::new(), ..reply };
    assert_eq!(unsigned.verify(&id(), &desk()), Err(ReplyError::BadSignature));
}

#[test]
fn one_spelling_of_a_reply_only() {
    let good = signed("x").text.to_string();
    assert!(of_text(&good).verify(&id(), &desk()).is_ok());
    let id_line = format!("report {}", id());
    for (from, to) in [
        ("turnstone reply 1", "turnstone reply 2"),
        ("turnstone reply 1", "turnstone receipt 1"),
        ("counter 9", "counter 09"),
        ("counter 9", "counter +9"),
        ("counter 9", "counter -9"),
        ("counter 9", "counter 18446744073709551616"),
        ("05Z", "05.000Z"),
        ("05Z", "05+00:00"),
        ("03:04:05Z", "04:04:05+01:00"),
        ("\n\n", "\n"),
        ("\n\n", "\r\n\n"),
        ("\ncounter", "\n\ncounter"),
        (&id_line, &id_line.to_uppercase().replace("REPORT", "report")),
        ("\n\nx", "\n\n \n"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert!(bad != good || from == to, "{from}");
        if bad != good {
            assert!(of_text(&bad).verify(&id(), &desk()).is_err(), "{from} {to}");
        }
    }
    let long = good.replace("\n\nx", &format!("\n\n{}", "x".repeat(limits::REPLY_TEXT_BYTES + 1)));
    assert_eq!(of_text(&long).verify(&id(), &desk()), Err(ReplyError::Malformed));
}

#[test]
fn short_and_longer_replies_look_alike_and_too_long_ones_are_refused() {
    let key = DeskIdentity::<key::Reply>::generate();
    let size = |words: &str| {
        let sealed = signed(words).seal(&key.public()).unwrap();
        sealed.0.len() - envelope::scan(&sealed.0).unwrap().len
    };
    // 16 bytes of nonce and 16 of tag.
    assert_eq!(size("Thank you."), 2048 + 32);
    assert_eq!(size(&"x".repeat(1500)), 2048 + 32);
    assert_eq!(size(&"x".repeat(7000)), 8192 + 32);
    assert_eq!(size(&"\n".repeat(limits::REPLY_TEXT_BYTES - 1).replacen('\n', "x", 1)), 32_768 + 32);
    let letter = |words: &str| {
        let (desk, words) = (desk(), Text::from(words));
        let letter = Letter { report: id(), counter: 1, at: Utc::now(), desk: &desk.id, words: &words };
        SignedReply::sign(&letter, &officer(2)).map(|reply| reply.seal(&key.public()).map(drop))
    };
    assert_eq!(letter(" \n\t").unwrap_err(), ReplyError::Blank);
    let long = limits::REPLY_TEXT_BYTES + 1;
    assert_eq!(letter(&"x".repeat(long)).unwrap_err(), ReplyError::TooLong(long));
    // Each of these takes six bytes in JSON.
    let control = letter(&"\u{1}".repeat(limits::REPLY_TEXT_BYTES)).unwrap();
    assert!(matches!(control, Err(SealError::TooLarge { .. })));
}

#[test]
fn the_largest_reply_fits_into_what_an_intake_takes_and_a_phone_reads() {
    let key = DeskIdentity::<key::Reply>::generate();
    let words = "\"".repeat(limits::REPLY_TEXT_BYTES);
    let reply = signed(&words).seal(&key.public()).unwrap();
    let item = MailboxItem::Reply { reply: reply.clone() };
    let bytes = serde_json::to_vec(&item).unwrap();
    assert!(bytes.len() <= 64 * 1024, "{}", bytes.len());
    let answer = MailboxAnswer { items: vec![item] };
    let read = MailboxAnswer::parse(&serde_json::to_vec(&answer).unwrap()).unwrap();
    assert_eq!(read, answer);
    let too_large = SealedReply(vec![b'x'; limits::SEALED_REPLY_BYTES + 1]);
    let answer = MailboxAnswer { items: vec![MailboxItem::Reply { reply: too_large }] };
    let read = MailboxAnswer::parse(&serde_json::to_vec(&answer).unwrap()).unwrap();
    assert_eq!(read.items, [MailboxItem::Unknown]);
}

#[test]
fn p11_what_is_sealed_and_is_no_reply_is_refused() {
    let key = DeskIdentity::<key::Reply>::generate();
    for plain in [&b""[..], b"\xff", b"[]", br#"{"text":"a"}"#, br#"{"text":"a","text":"b","signature":""}"#]
    {
        let sealed = SealedReply(envelope::seal_bytes(plain, &[key.public()]).unwrap());
        assert!(matches!(sealed.open(&key), Err(OpenError::Damaged)));
    }
    let large = envelope::seal_bytes(&[b' '; limits::REPLY_BYTES + 1], &[key.public()]).unwrap();
    assert!(matches!(SealedReply(large).open(&key), Err(OpenError::TooLarge { .. })));
    // A report's envelope is not opened as a reply, nor does a desk's key open replies: the roles are types.
    let seal = DeskIdentity::<Seal>::parse(&key.to_secret_text()).unwrap();
    assert_ne!(seal.public().id(), key.public().id());
}

#[test]
fn p8_nothing_of_a_reply_is_printed() {
    let key = DeskIdentity::<key::Reply>::generate();
    let reply = signed(WORDS);
    let sealed = reply.seal(&key.public()).unwrap();
    let verified = reply.verify(&id(), &desk()).unwrap();
    let item = MailboxItem::Reply { reply: sealed.clone() };
    let shown = format!("{reply:?} {sealed:?} {verified:?} {item:?}");
    assert!(!shown.contains("boats") && !shown.contains("2026"), "{shown}");
}

proptest! {
    #[test]
    fn p11_never_panics(text in "\\PC*", head in 0_usize..120, words in "\\PC{1,40}") {
        let _ = of_text(&text).verify(&id(), &desk());
        let good = signed("x").text.to_string();
        let _ = of_text(&format!("{}{text}", good.get(..head).unwrap_or(&good))).verify(&id(), &desk());
        if !words.trim().is_empty() {
            let reply = signed(&words).verify(&id(), &desk()).unwrap();
            prop_assert_eq!(reply.words.as_str(), words);
        }
    }
}
