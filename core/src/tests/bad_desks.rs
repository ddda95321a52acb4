//! P2, P3 and P11 against desks that answer badly: nothing leaves the queue, why is said, and it goes through once, later.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use turnstone_wire::{
    answer::RefusalCode,
    body::Route,
    directory::{DeskId, KeyEntry, KeyState},
    hash::Sha256,
    key::{Officer, SigningKey, Stored},
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::{
    kit::{Phone, content, signed_at},
    played_http::{Reply, Request, ScriptedDesk, sync_over_http},
};
use crate::{Client, ItemState, Reason, view};

/// So long a desk may stand still that does its work.
const PATIENT: Duration = Duration::from_secs(60);
/// And one that is known to stand still.
const SHORT: Duration = Duration::from_millis(150);
/// Most requests that one run makes for one item, whatever it is answered.
const MOST_A_RUN: usize = 8;

fn submitted(client: &Client, photo: bool) {
    let mut note = client.note(content(Route::Police)).unwrap();
    if photo {
        note.attach(&mut &[5_u8; 300_000][..], &mut |_| {}).unwrap();
    }
    note.submit().unwrap();
}

/// The state of the newest report's item of a kind, and its reason with the sentence that is shown.
fn item(client: &Client, kind: ObjectKind) -> (ItemState, Option<Reason>, String) {
    let report = client.unlock(None).unwrap().reports(1).unwrap().remove(0);
    let lane = |lane| (lane == crate::Lane::Words) == (kind == ObjectKind::Report);
    let item = report.items.into_iter().find(|item| lane(item.lane)).unwrap();
    let sentence = item.reason.as_ref().map(view::reason_sentence).unwrap_or_default();
    (item.state, item.reason, sentence)
}

/// A trouble by its name, what the desk answers, and what is to be said of it.
struct Trouble {
    name: &'static str,
    reply: Reply,
    says: &'static str,
    stalls: bool,
}

fn trouble(name: &'static str, reply: Reply, says: &'static str) -> Trouble {
    Trouble { name, stalls: matches!(reply, Reply::Stalls(_) | Reply::Drips(_)), reply, says }
}

const NO_CONNECTION: &str = "waiting for a connection";
const DESK_TROUBLE: &str = "the desk has trouble; it goes with a later try";
const NOT_THE_DESK: &str = "what answers is not the desk";
const WAIT: &str = "the desk asks to wait until";
const OBJECTS: &str = "the desk could not take it as it came (";

/// What any request may be answered with.
fn troubles() -> Vec<Trouble> {
    let html = "content-type: text/html\r\n";
    let bytes = |text: &str| Reply::Bytes(text.as_bytes().to_vec());
    let stalls = |text: &str| Reply::Stalls(text.as_bytes().to_vec());
    let refusal = Reply::refusal;
    let after = "date: Sun, 03 May 2026 20:00:00 GMT\r\nretry-after: Sun, 03 May 2026 20:10:00 GMT\r\n";
    vec![
        trouble("ends at once", bytes(""), NO_CONNECTION),
        trouble("never answers", stalls(""), NO_CONNECTION),
        trouble("stalls in its head", stalls("HTTP/1.1 200 OK\r\ncontent-"), NO_CONNECTION),
        trouble(
            "stalls in its answer",
            stalls("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
            NO_CONNECTION,
        ),
        trouble(
            "is cut in its answer",
            bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
            NO_CONNECTION,
        ),
        trouble("drips", Reply::Drips(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), NO_CONNECTION),
        trouble("only says go on", bytes("HTTP/1.1 100 Continue\r\n\r\n"), NO_CONNECTION),
        trouble("is no web server", bytes("SSH-2.0-OpenSSH_9\r\n"), NO_CONNECTION),
        trouble("429 in seconds", refusal("429 Slow", "retry-after: 600\r\n", RefusalCode::TooMany), WAIT),
        trouble("429 by a moment", refusal("429 Slow", after, RefusalCode::TooMany), WAIT),
        trouble("429 at once", refusal("429 Slow", "retry-after: 0\r\n", RefusalCode::TooMany), WAIT),
        trouble(
            "429 in a thousand years",
            refusal("429 Slow", "retry-after: 31536000000\r\n", RefusalCode::TooMany),
            WAIT,
        ),
        trouble("429 soon", refusal("429 Slow", "retry-after: soon\r\n", RefusalCode::TooMany), DESK_TROUBLE),
        trouble("429 by a proxy", Reply::with("429 Slow", "retry-after: 60\r\n", "<html>slow"), WAIT),
        trouble("507", refusal("507 Full", "", RefusalCode::NoSpace), DESK_TROUBLE),
        trouble("500", refusal("500 Oh", "", RefusalCode::Internal), DESK_TROUBLE),
        trouble("503 by a proxy", Reply::with("503 Down", html, "<html>down"), DESK_TROUBLE),
        trouble("502 by a proxy", Reply::with("502 Bad Gateway", html, ""), DESK_TROUBLE),
        trouble("422", refusal("422 No", "", RefusalCode::HashMismatch), OBJECTS),
        trouble("400", refusal("400 No", "", RefusalCode::BadRequest), OBJECTS),
        trouble("401", refusal("401 No", "", RefusalCode::NotAllowed), OBJECTS),
        trouble("404", refusal("404 No", "", RefusalCode::NotFound), OBJECTS),
        trouble("410 by a proxy", Reply::with("410 Gone", html, "<html>"), NOT_THE_DESK),
        trouble("413 by a proxy", Reply::with("413 Large", html, "<html>large"), NOT_THE_DESK),
        trouble("412", Reply::with("412 No", "tus-version: 2.0.0\r\n", ""), NOT_THE_DESK),
        trouble("a page", Reply::with("200 OK", html, "<html>Sign in</html>"), NOT_THE_DESK),
        trouble("nothing", Reply::with("204 No Content", "", ""), NOT_THE_DESK),
        trouble("an endless page", Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()), NOT_THE_DESK),
        trouble("JSON of something else", Reply::with("200 OK", "", r#"{"ok":true}"#), NOT_THE_DESK),
        trouble("half a receipt", Reply::with("200 OK", "", r#"{"text":"turnstone receipt 1"#), NOT_THE_DESK),
        trouble("another protocol", Reply::with("304 Not Modified", "", ""), NOT_THE_DESK),
    ]
}

/// Sends against a desk in trouble, looks at what is said, lets the trouble end, and sends again.
fn goes_through_once(
    phone: &Phone,
    desk: &ScriptedDesk,
    client: &Client,
    kind: ObjectKind,
    trouble: Trouble,
) {
    let name = trouble.name;
    let before = desk.held(|held| held.objects.len());
    let path = if kind == ObjectKind::Report { "/reports/" } else { "/attachments/" };
    let reply = trouble.reply;
    desk.answers(move |request| if request.path.contains(path) { reply.clone() } else { Reply::Good });
    let words = usize::from(kind == ObjectKind::Attachment);
    let summary = sync_over_http(client, if trouble.stalls { SHORT } else { PATIENT });
    assert_eq!((summary.stored as usize, summary.refused), (words, 0), "{name}");
    assert!(desk.asked() <= MOST_A_RUN + words, "{name}: {} requests", desk.asked());
    let (state, reason, sentence) = item(client, kind);
    assert_eq!(state, ItemState::Waits, "{name}");
    assert!(reason.is_some() && sentence.starts_with(trouble.says), "{name}: {sentence:?}");
    assert!(!sentence.contains('\n') && sentence.len() < 200, "{name}: {sentence:?}");

    desk.answers(|_| Reply::Good);
    // No wait is longer than an hour; an upload that was told a wrong offset asks again first.
    for _ in 0..4 {
        phone.clock.advance(chrono::TimeDelta::minutes(61));
        sync_over_http(client, PATIENT);
    }
    let stored = item(client, kind);
    assert_eq!((stored.0, stored.1), (ItemState::Stored, None), "{name}");
    let there = desk.held(|held| held.objects.len());
    assert_eq!(there, before + 1 + words, "{name}: once, and not twice");
}

#[test]
fn p2_whatever_a_desk_answers_to_words_they_stay_and_go_through_once() {
    let mut phone = Phone::new();
    let desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    for trouble in troubles() {
        submitted(&client, false);
        goes_through_once(&phone, &desk, &client, ObjectKind::Report, trouble);
    }
    let offset = Reply::with("200 OK", "upload-offset: 5\r\n", "");
    submitted(&client, false);
    goes_through_once(&phone, &desk, &client, ObjectKind::Report, trouble("an offset", offset, NOT_THE_DESK));
}

#[test]
fn p2_whatever_a_desk_answers_to_a_photo_it_stays_and_goes_through_once() {
    let mut phone = Phone::new();
    let desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    let at = |status: &str, offset: u64| Reply::with(status, &format!("upload-offset: {offset}\r\n"), "");
    let wrong = |offset: u64| {
        Reply::refusal("409 Conflict", &format!("upload-offset: {offset}\r\n"), RefusalCode::WrongOffset)
    };
    let mut all = troubles();
    all.extend([
        trouble("a creation without an offset", Reply::with("201 Created", "", ""), NOT_THE_DESK),
        trouble("an offset behind the end", at("201 Created", 900_000_000), NOT_THE_DESK),
        trouble("an offset that is none", Reply::with("200 OK", "upload-offset: -4\r\n", ""), NOT_THE_DESK),
        trouble("always the start", at("204 No Content", 0), DESK_TROUBLE),
        trouble("another offset, always the same", wrong(100_000), DESK_TROUBLE),
        trouble("a wrong offset behind the end", wrong(900_000_000), OBJECTS),
        trouble(
            "a wrong offset without one",
            Reply::refusal("409 No", "", RefusalCode::WrongOffset),
            OBJECTS,
        ),
        trouble("another length", Reply::refusal("409 No", "", RefusalCode::WrongLength), OBJECTS),
    ]);
    for mut trouble in all {
        // The question after a break is answered in a head alone: one that says 200 and no offset is not the desk's.
        if ["stalls in its answer", "is cut in its answer", "drips"].contains(&trouble.name) {
            trouble.says = NOT_THE_DESK;
        }
        submitted(&client, true);
        goes_through_once(&phone, &desk, &client, ObjectKind::Attachment, trouble);
    }
}

#[test]
fn p3_an_upload_that_a_desk_forgets_in_the_middle_begins_anew_and_arrives_once() {
    for (name, forgets) in [
        ("404", Reply::refusal("404 Not Found", "", RefusalCode::NotFound)),
        ("410", Reply::with("410 Gone", "", "")),
    ] {
        let mut phone = Phone::new();
        let desk = ScriptedDesk::of(&mut phone);
        let client = phone.open();
        submitted(&client, true);
        let half = Reply::with("201 Created", "upload-offset: 1000\r\n", "");
        desk.answers(move |request| match request.method.as_str() {
            "POST" => half.clone(),
            "PATCH" => forgets.clone(),
            _ => Reply::Good,
        });
        sync_over_http(&client, PATIENT);
        assert_eq!(item(&client, ObjectKind::Attachment).0, ItemState::Waits, "{name}");
        desk.answers(|_| Reply::Good);
        for _ in 0..3 {
            phone.clock.advance(chrono::TimeDelta::minutes(61));
            sync_over_http(&client, PATIENT);
        }
        assert_eq!(item(&client, ObjectKind::Attachment).0, ItemState::Stored, "{name}");
        assert_eq!(desk.held(|held| (held.objects.len(), held.uploads.len())), (2, 0), "{name}");
    }
}

#[test]
fn p2_a_desk_that_says_it_has_all_and_gives_no_receipt_has_nothing() {
    let mut phone = Phone::new();
    let desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    submitted(&client, true);
    let mut length = 0;
    desk.answers(move |request| {
        if request.method == "POST" {
            length = request.object().size;
        }
        let all = format!("upload-offset: {length}\r\n");
        if request.path.contains("/reports/") { Reply::Good } else { Reply::with("200 OK", &all, "") }
    });
    for _ in 0..3 {
        phone.clock.advance(chrono::TimeDelta::minutes(61));
        sync_over_http(&client, PATIENT);
        assert_eq!(item(&client, ObjectKind::Attachment).0, ItemState::Waits);
    }
    assert!(desk.asked() <= 3 * MOST_A_RUN);
    desk.answers(|_| Reply::Good);
    for _ in 0..4 {
        phone.clock.advance(chrono::TimeDelta::minutes(61));
        sync_over_http(&client, PATIENT);
    }
    assert_eq!(item(&client, ObjectKind::Attachment).0, ItemState::Stored);
    assert_eq!(desk.held(|held| held.objects.len()), 2);
}

/// A receipt for what a request brings, with one thing wrong about it.
type Wrong = Box<dyn Fn(&Request) -> SignedReceipt + Send>;

fn wrong_receipts(phone: &Phone, dead: SigningKey<Stored>) -> Vec<(&'static str, Wrong)> {
    let id = || phone.desk.desk.id.clone();
    let own = || SigningKey::<Stored>::parse(&phone.desk.stored.to_secret_text()).unwrap();
    let signed = |change: fn(Object) -> Object, desk: DeskId, key: SigningKey<Stored>| -> Wrong {
        Box::new(move |request| SignedReceipt::sign(&change(request.object()), &desk, signed_at(), &key))
    };
    let officer = SigningKey::<Officer>::parse(&phone.desk.officer.to_secret_text()).unwrap();
    let in_a_wrong_role =
        SigningKey::parse(&phone.desk.officer.to_secret_text().replace("officer", "stored")).unwrap();
    let opened_by = id();
    vec![
        ("other bytes", signed(|o| Object { sha256: Sha256::of(b"x"), ..o }, id(), own())),
        ("another size", signed(|o| Object { size: o.size + 1, ..o }, id(), own())),
        ("another kind", signed(other_kind, id(), own())),
        ("another desk", signed(|o| o, DeskId::parse("elsewhere").unwrap(), own())),
        ("another key", signed(|o| o, id(), SigningKey::from_seed([9; 32]).unwrap())),
        ("a key in the wrong role", signed(|o| o, id(), in_a_wrong_role)),
        ("a compromised key", signed(|o| o, id(), dead)),
        (
            "`opened` in place of `stored`",
            Box::new(move |request| {
                SignedReceipt::sign(&request.object(), &opened_by, signed_at(), &officer)
            }),
        ),
    ]
}

fn other_kind(object: Object) -> Object {
    let kind = match object.kind {
        ObjectKind::Report => ObjectKind::Attachment,
        ObjectKind::Attachment => ObjectKind::Report,
    };
    Object { kind, ..object }
}

#[test]
fn p2_a_receipt_that_is_wrong_in_one_thing_is_believed_for_neither_words_nor_photos() {
    let mut phone = Phone::new();
    let dead = || SigningKey::<Stored>::from_seed([6; 32]).unwrap();
    let entry = KeyEntry { state: KeyState::Compromised, ..KeyEntry::verify::<Stored>(&dead().public()) };
    phone.desk.desk.keys.push(entry);
    let desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    for kind in [ObjectKind::Report, ObjectKind::Attachment] {
        for (name, wrong) in wrong_receipts(&phone, dead()) {
            submitted(&client, kind == ObjectKind::Attachment);
            let before = desk.held(|held| held.objects.len());
            let path = if kind == ObjectKind::Report { "/reports/" } else { "/attachments/" };
            desk.answers(move |request| {
                if request.path.contains(path) {
                    Reply::with("200 OK", "", wrong(request).to_json())
                } else {
                    Reply::Good
                }
            });
            sync_over_http(&client, PATIENT);
            let (state, reason, sentence) = item(&client, kind);
            assert_eq!(state, ItemState::Waits, "{name}");
            assert!(matches!(reason, Some(Reason::ReceiptNotBelieved(_))), "{name}: {reason:?}");
            assert!(sentence.starts_with("the desk's answer is not believed ("), "{name}: {sentence}");
            desk.answers(|_| Reply::Good);
            for _ in 0..2 {
                phone.clock.advance(chrono::TimeDelta::minutes(61));
                sync_over_http(&client, PATIENT);
            }
            assert_eq!(item(&client, kind).0, ItemState::Stored, "{name}");
            let objects = 1 + usize::from(kind == ObjectKind::Attachment);
            assert_eq!(desk.held(|held| held.objects.len()), before + objects, "{name}");
        }
    }
}

#[test]
fn p2_a_receipt_by_a_retired_key_is_believed_for_it_was_the_desks_own() {
    let mut phone = Phone::new();
    for entry in &mut phone.desk.desk.keys {
        if entry.id == phone.desk.stored.public().id() {
            entry.state = KeyState::Retired;
        }
    }
    let _desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    submitted(&client, false);
    assert_eq!(sync_over_http(&client, PATIENT).stored, 1);
}

#[test]
fn a_good_receipt_counts_whatever_else_the_answer_says() {
    let mut phone = Phone::new();
    let desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    let (id, key) = (phone.desk.desk.id.clone(), phone.desk.stored.to_secret_text());
    for (status, headers) in
        [("200 OK", "content-type: image/gif\r\n"), ("103 Early Hints\r\n\r\nHTTP/1.1 201 Created", "")]
    {
        submitted(&client, false);
        let (id, key) = (id.clone(), SigningKey::<Stored>::parse(&key).unwrap());
        desk.answers(move |request| {
            let receipt = SignedReceipt::sign(&request.object(), &id, signed_at(), &key).to_json();
            Reply::with(status, headers, receipt)
        });
        assert_eq!(sync_over_http(&client, PATIENT).stored, 1, "{status}");
    }
}

#[test]
fn p2_a_redirection_is_not_followed_to_another_host() {
    let mut phone = Phone::new();
    let desk = ScriptedDesk::of(&mut phone);
    let elsewhere = ScriptedDesk::listen(&phone.desk);
    let client = phone.open();
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        submitted(&client, true);
        let asked = Arc::new(AtomicUsize::new(0));
        let (seen, to) = (Arc::clone(&asked), elsewhere.url());
        desk.answers(move |request| {
            seen.fetch_add(1, Ordering::SeqCst);
            Reply::with(status, &format!("location: {to}{}\r\n", request.path), "")
        });
        assert_eq!(sync_over_http(&client, PATIENT).stored, 0, "{status}");
        assert!(asked.load(Ordering::SeqCst) > 0);
        assert_eq!(item(&client, ObjectKind::Report).1, Some(Reason::NotTheDesk), "{status}");
    }
    assert_eq!(elsewhere.asked(), 0);
}

#[test]
fn p2_a_desk_in_trouble_blocks_nothing_that_goes_to_another() {
    let mut phone = Phone::new();
    let (bad, good) = (ScriptedDesk::listen(&phone.desk), ScriptedDesk::listen(&phone.desk));
    let mut west = phone.desk.desk.clone();
    west.id = DeskId::parse("west").unwrap();
    (phone.desk.desk.urls, west.urls) = (vec![bad.url()], vec![good.url()]);
    let west_id = west.id.clone();
    let client = phone.open();
    client.take_directory(&phone.desk.directory_of(2, vec![phone.desk.desk.clone(), west])).unwrap();
    let key = SigningKey::<Stored>::parse(&phone.desk.stored.to_secret_text()).unwrap();
    let id = west_id.clone();
    good.answers(move |request| match request.method.as_str() {
        "PUT" | "POST" => {
            let receipt = SignedReceipt::sign(&request.object(), &id, signed_at(), &key).to_json();
            Reply::with("200 OK", "", receipt)
        }
        _ => Reply::Good,
    });
    for (name, reply, stalled) in [
        ("stalls", Reply::Stalls(Vec::new()), SHORT),
        ("a page", Reply::with("200 OK", "", "<html>"), PATIENT),
        ("refuses", Reply::refusal("413 Large", "", RefusalCode::TooLarge), PATIENT),
    ] {
        bad.answers(move |_| reply.clone());
        for desk in [&phone.desk.desk.id, &west_id] {
            let mut draft = content(Route::Police);
            draft.desk = Some(desk.clone());
            let mut note = client.note(draft).unwrap();
            note.attach(&mut &[5_u8; 300_000][..], &mut |_| {}).unwrap();
            note.submit().unwrap();
        }
        // A stalled desk's short patience may hit the other one too, on a slow machine: then once more.
        let mut stored = 0;
        for _ in 0..5 {
            if stored < 2 {
                stored += sync_over_http(&client, stalled).stored;
            }
        }
        assert_eq!(stored, 2, "{name}: the words and the photo of the other desk");
    }
}
