//! P3 and P10 where sending is broken off: what arrived is not sent again, what was lost is, and words overtake.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use chrono::TimeDelta;
use turnstone_wire::{answer::RefusalCode, body::Route, receipt::ObjectKind};

use super::{
    bad_link::{BadLink, Fate, attachment_bytes, requests, run, run_of},
    kit::{Link, Phone, PlayedIntake, content},
};
use crate::{
    Client, ItemState, Reason,
    sync::{Failure, Method, Outcome, Step, StepBody},
};

const KIB: u64 = 1024;

/// A report with a photo; returns the size of what is sent for the photo.
fn submitted(client: &Client, photo: usize) -> u64 {
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &vec![5_u8; photo][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    let report = client.unlock(None).unwrap().reports(1).unwrap().remove(0);
    report.items.iter().find(|item| item.kind == ObjectKind::Attachment).unwrap().size
}

fn photo(client: &Client) -> (ItemState, Option<Reason>) {
    let report = client.unlock(None).unwrap().reports(1).unwrap().remove(0);
    let item = report.items.into_iter().find(|item| item.kind == ObjectKind::Attachment).unwrap();
    (item.state, item.reason)
}

fn is_photo(step: &Step) -> bool {
    matches!(step.body, StepBody::Media { .. })
}

fn status(status: u16) -> Outcome {
    Outcome::Answer { status, offset: None, retry_after_s: None, body: Vec::new() }
}

fn refused(status: u16, code: RefusalCode) -> Outcome {
    let refusal = turnstone_wire::answer::Refusal { error: code, message: "no".into(), limit: None };
    let body = serde_json::to_vec(&refusal).unwrap();
    Outcome::Answer { status, offset: None, retry_after_s: None, body }
}

#[test]
fn p3_a_photo_over_a_link_cut_every_64_kib_goes_without_a_byte_sent_twice_or_a_wait() {
    let phone = Phone::new();
    let client = phone.open();
    let size = submitted(&client, 3_000_000);
    let intake = PlayedIntake::of(&phone.desk);
    let link = BadLink::to(&intake, |step| match step.body {
        StepBody::Media { len, .. } if len > 64 * KIB => Fate::CutAfter(64 * KIB),
        _ => Fate::Arrives,
    });
    let summary = run(&client, link).unwrap();
    assert_eq!((summary.stored, summary.waiting), (2, 0), "in one run");
    let requests = requests(&intake);
    assert_eq!(attachment_bytes(&requests), size, "each byte once");
    let cuts = usize::try_from(size / (64 * KIB)).unwrap();
    let asked = requests.iter().filter(|(method, ..)| *method == Method::Head).count();
    assert!(asked <= cuts, "{asked} questions for at most {cuts} cuts");
}

#[test]
fn p3_a_photo_whose_sender_was_killed_in_a_chunk_goes_on_from_what_had_arrived() {
    for killed_at in 1..4 {
        let phone = Phone::new();
        let size = submitted(&phone.open(), 2_000_000);
        let intake = PlayedIntake::of(&phone.desk);
        let mut chunk = 0;
        let dies = BadLink::to(&intake, move |step| {
            chunk += usize::from(is_photo(step));
            if is_photo(step) && chunk == killed_at { Fate::HangsAfter(20 * KIB) } else { Fate::Arrives }
        });
        // Dropped while it hangs, as by a kill: nothing after the request is done.
        assert!(run(&phone.open(), dies).is_none());
        phone.clock.advance(TimeDelta::days(3));
        let again = BadLink::to(&intake, |_| Fate::Arrives);
        assert_eq!(run(&phone.open(), again).unwrap().waiting, 0);
        let requests = requests(&intake);
        assert_eq!(attachment_bytes(&requests), size, "killed in chunk {killed_at}: each byte once");
        let asked = requests.iter().filter(|(method, words, _)| *method == Method::Head && !words).count();
        assert_eq!(asked, 1, "killed in chunk {killed_at}");
    }
}

#[test]
fn p3_a_desk_that_lost_the_end_of_what_it_had_is_followed_back() {
    let phone = Phone::new();
    let client = phone.open();
    let size = submitted(&client, 2_000_000);
    let intake = PlayedIntake::of(&phone.desk);
    let desk = Arc::clone(&intake);
    let mut chunk = 0;
    let killed = BadLink::to(&intake, move |step| {
        chunk += usize::from(is_photo(step));
        if !is_photo(step) || chunk != 3 {
            return Fate::Arrives;
        }
        // The desk dies, and comes back with less than it had acknowledged: a disk that lied.
        desk.uploads.lock().unwrap().values_mut().for_each(|there| there.truncate(70_000));
        Fate::Answered(Outcome::Failed(Failure::Broken))
    });
    assert_eq!(run(&client, killed).unwrap().waiting, 0);
    assert_eq!(photo(&client), (ItemState::Stored, None));
    let requests = requests(&intake);
    let asked = requests.iter().position(|(method, words, _)| *method == Method::Head && !words).unwrap();
    assert_eq!(attachment_bytes(&requests[asked..]), size - 70_000, "from there on, and from nowhere else");
}

#[test]
fn p3_an_upload_that_expired_begins_anew_at_once_and_only_the_first_time() {
    let phone = Phone::new();
    let client = phone.open();
    let size = submitted(&client, 900_000);
    let intake = PlayedIntake::of(&phone.desk);
    let mut chunk = 0;
    let down = BadLink::to(&intake, move |step| {
        chunk += usize::from(is_photo(step));
        if chunk > 1 { Fate::Answered(Outcome::Failed(Failure::Unreachable)) } else { Fate::Arrives }
    });
    run(&client, down).unwrap();
    intake.uploads.lock().unwrap().clear();
    phone.clock.advance(TimeDelta::days(9));
    requests(&intake);
    let good = BadLink::to(&intake, |_| Fate::Arrives);
    assert_eq!(run(&client, good).unwrap().waiting, 0);
    assert_eq!(attachment_bytes(&requests(&intake)), size);
}

#[test]
fn a_desk_that_loses_every_upload_in_its_middle_is_not_fed_without_an_end() {
    for (name, loses) in [
        ("says so", refused(404, RefusalCode::NotFound)),
        ("is asked", status(410)),
        ("has other bytes", refused(422, RefusalCode::HashMismatch)),
    ] {
        let phone = Phone::new();
        let client = phone.open();
        let size = submitted(&client, 900_000);
        let intake = PlayedIntake::of(&phone.desk);
        let desk = Arc::clone(&intake);
        let sender = client
            .sender(BadLink::to(&intake, move |step| match step.method {
                Method::Patch if desk.uploads.lock().unwrap().values().any(|there| there.len() > 200_000) => {
                    desk.uploads.lock().unwrap().clear();
                    Fate::Answered(loses.clone())
                }
                _ if is_photo(step) => Fate::CutAfter(220_000),
                _ => Fate::Arrives,
            }))
            .unwrap();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let end = phone.clock.0.lock().unwrap().timestamp_millis() + TimeDelta::days(1).num_milliseconds();
        let mut wakes = 0;
        loop {
            let run = sender.run(crate::sync::Network::Unmetered, false, &|_| {});
            let Some(wake_ms) = runtime.block_on(run).unwrap().wake_ms.filter(|wake_ms| *wake_ms < end)
            else {
                break;
            };
            wakes += 1;
            *phone.clock.0.lock().unwrap() = chrono::DateTime::from_timestamp_millis(wake_ms).unwrap();
        }
        let sent = attachment_bytes(&requests(&intake));
        assert!(wakes <= 300 && sent <= 100 * size, "{name}: {wakes} wake-ups, {} times", sent / size);
        assert!(wakes >= 10, "{name}: it goes on trying");
        drop(sender);
        let good = BadLink::to(&intake, |_| Fate::Arrives);
        for _ in 0..3 {
            phone.clock.advance(TimeDelta::hours(1));
            run(&client, good.clone()).unwrap();
        }
        assert_eq!(photo(&client), (ItemState::Stored, None), "{name}");
    }
}

#[test]
fn p3_a_photo_that_arrived_whole_and_lost_its_receipt_is_asked_for_it_and_not_sent_again() {
    let phone = Phone::new();
    let client = phone.open();
    let size = submitted(&client, 100_000);
    let intake = PlayedIntake::of(&phone.desk);
    let desk = Arc::clone(&intake);
    let loses = BadLink::to(&intake, move |step| {
        let rest = desk.uploads.lock().unwrap().values().map(|there| there.len() as u64).sum::<u64>();
        if is_photo(step) && rest + step.body.len() == size { Fate::LosesAnswer } else { Fate::Arrives }
    });
    assert_eq!(run(&client, loses).unwrap().waiting, 0);
    let requests = requests(&intake);
    assert_eq!(attachment_bytes(&requests), size);
    let last: Vec<_> = requests.iter().rev().take(2).copied().collect();
    assert_eq!(last, [(Method::Patch, false, 0), (Method::Head, false, 0)], "asked, and the receipt fetched");
}

#[test]
fn a_proxy_that_takes_no_large_requests_is_sent_smaller_ones_until_they_pass() {
    let phone = Phone::new();
    let client = phone.open();
    let size = submitted(&client, 3_000_000);
    let intake = PlayedIntake::of(&phone.desk);
    let turned_away = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&turned_away);
    let sender = client
        .sender(BadLink::to(&intake, move |step| {
            if step.body.len() <= 500 * KIB {
                return Fate::Arrives;
            }
            count.fetch_add(1, Ordering::SeqCst);
            let body = b"<html>413 Request Entity Too Large".to_vec();
            Fate::Answered(Outcome::Answer { status: 413, offset: None, retry_after_s: None, body })
        }))
        .unwrap();
    for _ in 0..5 {
        run_of(&sender).unwrap();
        phone.clock.advance(TimeDelta::minutes(1));
    }
    assert_eq!(photo(&client), (ItemState::Stored, None));
    assert!((1..=4).contains(&turned_away.load(Ordering::SeqCst)));
    let arrived = requests(&intake);
    let passed: u64 = arrived.iter().filter(|(_, words, n)| !words && *n <= 500 * KIB).map(|(.., n)| n).sum();
    assert_eq!(passed, size, "each byte that passed passed once");
}

#[test]
fn p10_new_words_break_a_running_chunk_off_and_what_arrived_of_it_counts() {
    let phone = Phone::new();
    let client = phone.open();
    let size = submitted(&client, 2_000_000);
    let intake = PlayedIntake::of(&phone.desk);
    let (writes, mut chunk) = (phone.open(), 0);
    let slow = BadLink::to(&intake, move |step| {
        chunk += usize::from(is_photo(step));
        if is_photo(step) && chunk == 2 {
            writes.note(content(Route::Police)).unwrap().submit().unwrap();
            return Fate::HangsAfter(30 * KIB);
        }
        Fate::Arrives
    });
    // The clock of a request that hangs is the paused one: a look at the outbox comes first.
    assert_eq!(run(&client, slow).unwrap().stored, 3);
    let requests = requests(&intake);
    assert_eq!(attachment_bytes(&requests), size, "each byte once");
    let kinds: Vec<_> = requests.iter().map(|(method, words, _)| (*method, *words)).collect();
    let broken_off = kinds.iter().position(|kind| *kind == (Method::Patch, false)).unwrap();
    assert_eq!(kinds[broken_off + 1..][..2], [(Method::Put, true), (Method::Head, false)]);
}

#[test]
fn the_oldest_photo_is_whole_before_the_next_begins_though_the_link_breaks() {
    let phone = Phone::new();
    let client = phone.open();
    for _ in 0..3 {
        submitted(&client, 300_000);
    }
    let intake = PlayedIntake::of(&phone.desk);
    let mut cut = 0;
    let link = BadLink::to(&intake, move |step| {
        cut += usize::from(is_photo(step));
        if is_photo(step) && cut % 2 == 1 { Fate::CutAfter(40 * KIB) } else { Fate::Arrives }
    });
    assert_eq!(run(&client, link).unwrap().waiting, 0);
    let steps = intake.requests.lock().unwrap();
    let mut order: Vec<_> = steps.iter().filter(|step| is_photo(step)).map(|step| step.url.clone()).collect();
    order.dedup();
    assert_eq!(order.len(), 3, "one after the other");
}

#[test]
fn p10_a_desk_with_more_words_waiting_than_a_window_holds_keeps_no_other_desk_waiting_nor_lets_photos_first()
{
    let mut phone = Phone::new();
    let mut west = phone.desk.desk.clone();
    west.id = turnstone_wire::directory::DeskId::parse("west").unwrap();
    west.urls = vec!["http://127.0.0.1:10".into()];
    let client = phone.open();
    client.take_directory(&phone.desk.directory_of(2, vec![phone.desk.desk.clone(), west.clone()])).unwrap();
    let to = |desk: &turnstone_wire::directory::DeskId, photo: bool| {
        let mut draft = content(Route::Police);
        draft.desk = Some(desk.clone());
        let mut note = client.note(draft).unwrap();
        if photo {
            note.attach(&mut &[5_u8; 1000][..], &mut |_| {}).unwrap();
        }
        note.submit().unwrap();
    };
    let east = phone.desk.desk.id.clone();
    for _ in 0..70 {
        to(&east, true);
    }
    to(&west.id, true);
    phone.desk.desk.id = west.id.clone();
    let intake = PlayedIntake::of(&phone.desk);
    let west_is_there = Arc::new(AtomicBool::new(false));
    let photos = Arc::new(AtomicUsize::new(0));
    let (there, seen) = (Arc::clone(&west_is_there), Arc::clone(&photos));
    let sender = client
        .sender(BadLink::to(&intake, move |step| {
            seen.fetch_add(usize::from(is_photo(step)), Ordering::SeqCst);
            if step.url.contains(":10/") && there.load(Ordering::SeqCst) {
                Fate::Arrives
            } else {
                Fate::Answered(Outcome::Failed(Failure::Unreachable))
            }
        }))
        .unwrap();
    for _ in 0..4 {
        assert_eq!(run_of(&sender).unwrap().stored, 0);
        phone.clock.advance(TimeDelta::minutes(10));
    }
    assert_eq!(photos.load(Ordering::SeqCst), 0, "words for both desks are due");
    west_is_there.store(true, Ordering::SeqCst);
    assert_eq!(run_of(&sender).unwrap().stored, 2, "the west's words and photo, and nothing of the east's");
    assert_eq!(photos.load(Ordering::SeqCst), 1);
}

#[test]
fn words_that_a_desk_does_not_take_as_they_come_keep_no_photos_waiting() {
    for code in [RefusalCode::HashMismatch, RefusalCode::BadRequest, RefusalCode::Unknown] {
        let phone = Phone::new();
        let client = phone.open();
        submitted(&client, 1000);
        submitted(&client, 1000);
        let intake = PlayedIntake::of(&phone.desk);
        let mut first = None;
        let link = BadLink::to(&intake, move |step| {
            let is_first = step.method == Method::Put && *first.get_or_insert(step.url.clone()) == step.url;
            if is_first { Fate::Answered(refused(422, code)) } else { Fate::Arrives }
        });
        let mut stored = 0;
        for wanted in [1, 1, 3] {
            // Once or twice may be the link: the photos wait.
            stored += run(&client, link.clone()).unwrap().stored;
            assert_eq!(stored, wanted, "{code:?}: all but the words that are not taken, in the end");
            phone.clock.advance(TimeDelta::hours(1));
        }
        assert_eq!(super::kit::sync(&client, &intake).waiting, 0, "{code:?}: tried again, and taken");
    }
}

#[test]
fn p2_what_a_restored_desk_has_no_more_is_sent_again_a_day_later_and_what_it_has_is_not() {
    let phone = Phone::new();
    let client = phone.open();
    let size = submitted(&client, 300_000);
    submitted(&client, 1000);
    let intake = PlayedIntake::of(&phone.desk);
    super::kit::sync(&client, &intake);
    let all = intake.objects.lock().unwrap().clone();
    assert_eq!(all.len(), 4);
    // Yesterday's backup: the first report and its photo are not in it.
    let mut photos = all.iter().filter(|(_, (kind, _))| *kind == ObjectKind::Attachment);
    let lost_photo = photos.find(|(_, (_, bytes))| bytes.len() as u64 == size).unwrap().0;
    let lost_words = all.iter().find(|(_, (kind, _))| *kind == ObjectKind::Report).unwrap().0;
    intake.objects.lock().unwrap().retain(|name, _| name != lost_photo && name != lost_words);
    requests(&intake);
    phone.clock.advance(TimeDelta::hours(23));
    super::kit::sync(&client, &intake);
    assert_eq!(requests(&intake), [], "not before a day is over");
    phone.clock.advance(TimeDelta::hours(2));
    let summary = super::kit::sync(&client, &intake);
    assert_eq!((summary.stored, summary.waiting), (2, 0));
    assert_eq!(*intake.objects.lock().unwrap(), all, "byte for byte, once");
    let sent = requests(&intake);
    assert_eq!(attachment_bytes(&sent), size);
    assert_eq!(
        sent.iter().filter(|(method, ..)| *method == Method::Head).count(),
        4,
        "each asked after once"
    );
    phone.clock.advance(TimeDelta::hours(26));
    super::kit::sync(&client, &intake);
    assert_eq!(requests(&intake).len(), 4, "and each day again");
}

#[test]
fn what_is_stored_and_cannot_be_asked_after_stays_stored() {
    let phone = Phone::new();
    let client = phone.open();
    submitted(&client, 1000);
    let intake = PlayedIntake::of(&phone.desk);
    super::kit::sync(&client, &intake);
    let offset = |offset| Outcome::Answer { status: 200, offset, retry_after_s: None, body: Vec::new() };
    for (name, comes) in [
        ("no connection", Outcome::Failed(Failure::Unreachable)),
        ("a cache", Outcome::Failed(Failure::Cached)),
        ("another server", Outcome::Failed(Failure::NotTrusted)),
        ("a sign-in page", status(302)),
        ("a page", offset(None)),
        ("nonsense", offset(Some(u64::MAX))),
        ("trouble", status(503)),
    ] {
        phone.clock.advance(TimeDelta::hours(26));
        requests(&intake);
        let link = BadLink::to(&intake, move |step| match step.method {
            Method::Head => Fate::Answered(comes.clone()),
            _ => Fate::Arrives,
        });
        let summary = run(&client, link).unwrap();
        assert_eq!((summary.stored, summary.waiting), (0, 0), "{name}");
        assert_eq!(requests(&intake).len(), 2, "{name}: asked once each");
        assert_eq!(photo(&client), (ItemState::Stored, None), "{name}");
    }
}

#[test]
fn what_was_said_to_be_gone_and_is_not_is_not_sent_again() {
    let phone = Phone::new();
    let client = phone.open();
    submitted(&client, 300_000);
    let intake = PlayedIntake::of(&phone.desk);
    super::kit::sync(&client, &intake);
    phone.clock.advance(TimeDelta::hours(26));
    requests(&intake);
    // A proxy of the desk's that knows nothing of it, for a moment.
    let link = BadLink::to(&intake, |step| match step.method {
        Method::Head => Fate::Answered(status(404)),
        _ => Fate::Arrives,
    });
    assert_eq!(run(&client, link).unwrap().waiting, 0);
    assert_eq!(attachment_bytes(&requests(&intake)), 0, "the desk's receipt came first");
    assert_eq!(photo(&client), (ItemState::Stored, None));
}

#[test]
fn an_anonymous_report_is_asked_after_once_and_alone() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Anonymous)).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    super::kit::sync(&client, &intake);
    requests(&intake);
    let mut asked = 0;
    for _ in 0..20 {
        phone.clock.advance(TimeDelta::hours(24));
        super::kit::sync(&client, &intake);
        assert!(intake.requests.lock().unwrap().iter().all(|step| step.apart));
        asked += requests(&intake).len();
    }
    assert_eq!(asked, 1);
}

#[test]
fn after_a_page_of_a_network_that_asks_to_sign_in_everything_goes_by_itself() {
    let phone = Phone::new();
    let client = phone.open();
    submitted(&client, 300_000);
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::CaptivePortal);
    super::kit::sync(&client, &intake);
    assert_eq!(photo(&client).0, ItemState::Waits);
    intake.set(Link::Good);
    phone.clock.advance(TimeDelta::seconds(3));
    let summary = run(&client, BadLink::to(&intake, |_| Fate::Arrives)).unwrap();
    assert_eq!((summary.stored, summary.waiting), (2, 0));
}
