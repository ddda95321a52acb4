//! P2 and P3 while sending.

use turnstone_wire::{
    body::Route,
    key::{Officer, SigningKey, Stored},
    mailbox::MailboxItem,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::kit::{Link, Phone, PlayedIntake, content, sync};
use crate::{
    Busy, Client, Error, ItemState, Reason,
    sync::{Bodies, Network, Outcome, Step, StepBody, Transport},
    view::ReportView,
};

type Carried<'a> = std::pin::Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

fn submitted(phone: &Phone, photo: bool) -> Client {
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    if photo {
        note.attach(&mut &[5_u8; 300_000][..], &mut |_| {}).unwrap();
    }
    note.submit().unwrap();
    client
}

fn only_report(client: &Client) -> ReportView {
    let mut reports = client.unlock(None).unwrap().reports(10).unwrap();
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

#[test]
fn p2_whatever_answers_without_a_verified_receipt_keeps_the_report() {
    for (link, reason) in [
        (Link::Down, Reason::NoConnection),
        (Link::LosesAnswers, Reason::NoConnection),
        (Link::CaptivePortal, Reason::NotTheDesk),
        (Link::DeskFull, Reason::DeskTrouble),
        (
            Link::WrongReceipt,
            Reason::ReceiptNotBelieved("a receipt for something else: its hash differs".into()),
        ),
    ] {
        let phone = Phone::new();
        let client = submitted(&phone, false);
        let intake = PlayedIntake::of(&phone.desk);
        intake.set(link);
        assert_eq!(sync(&client, &intake).stored, 0, "{link:?}");
        let item = &only_report(&client).items[0];
        assert_eq!((item.state, item.reason.as_ref()), (ItemState::Waits, Some(&reason)), "{link:?}");
        intake.set(Link::Good);
        assert_eq!(sync(&client, &intake).stored, 1, "{link:?}");
    }
}

#[test]
fn p2_a_receipt_by_another_key_or_by_a_key_in_the_wrong_role_keeps_the_report() {
    let phone = Phone::new();
    let client = submitted(&phone, false);
    let other: SigningKey<Stored> = SigningKey::from_seed([9; 32]).unwrap();
    let officer_as_stored =
        SigningKey::parse(&phone.desk.officer.to_secret_text().replace("officer", "stored")).unwrap();
    for key in [other, officer_as_stored] {
        let mut desk = super::kit::PlayedDesk::new();
        desk.stored = key;
        desk.desk.id = phone.desk.desk.id.clone();
        let intake = PlayedIntake::of(&desk);
        assert_eq!(sync(&client, &intake).stored, 0);
        let item = &only_report(&client).items[0];
        assert!(matches!(item.reason, Some(Reason::ReceiptNotBelieved(_))));
    }
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1);
}

#[test]
fn p2_an_unlisted_key_makes_the_phone_fetch_the_directory_and_then_believe() {
    let mut phone = Phone::new();
    let client = submitted(&phone, false);
    // The desk has a new key, listed in a newer directory that it serves.
    phone.desk.stored = SigningKey::from_seed([8; 32]).unwrap();
    phone
        .desk
        .desk
        .keys
        .push(turnstone_wire::directory::KeyEntry::verify::<Stored>(&phone.desk.stored.public()));
    let intake = PlayedIntake::of(&phone.desk);
    *intake.directory.lock().unwrap() = phone.desk.directory(2);
    sync(&client, &intake);
    assert_eq!(client.directory().unwrap().unwrap().sequence(), 2);
    assert_eq!(sync(&client, &intake).waiting, 0);
    assert_eq!(only_report(&client).items[0].state, ItemState::Stored);
}

#[test]
fn p2_a_refusal_is_shown_and_blocks_nothing_else() {
    let phone = Phone::new();
    let client = submitted(&phone, false);
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::Refuses);
    assert_eq!(sync(&client, &intake).refused, 1);
    assert!(matches!(only_report(&client).items[0].reason, Some(Reason::Refused(_))));
    intake.set(Link::Good);
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(sync(&client, &intake).stored, 1);
}

#[test]
fn p3_lost_answers_leave_one_copy_at_the_desk() {
    let phone = Phone::new();
    let client = submitted(&phone, true);
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::LosesAnswers);
    for _ in 0..3 {
        sync(&client, &intake);
    }
    intake.set(Link::Good);
    for _ in 0..3 {
        sync(&client, &intake);
    }
    assert_eq!(intake.of_kind(ObjectKind::Report).len(), 1);
    assert_eq!(intake.of_kind(ObjectKind::Attachment).len(), 1);
    let puts = intake.requests.lock().unwrap().iter().filter(|step| step.url.contains("/reports/")).count();
    assert_eq!(puts, 4, "three that lost their answers, one that got it");
}

#[test]
fn an_officers_receipt_comes_back_through_the_mailbox_and_ends_the_bytes() {
    let phone = Phone::new();
    let client = submitted(&phone, false);
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    let envelope = intake.of_kind(ObjectKind::Report).remove(0);
    let opened = turnstone_wire::envelope::open(&envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    let address = opened.report.mailbox.unwrap().address.to_string();
    let object = Object {
        kind: ObjectKind::Report,
        sha256: turnstone_wire::hash::Sha256::of(&envelope),
        size: envelope.len() as u64,
    };
    let leave = |key: &SigningKey<Officer>| {
        let receipt = SignedReceipt::sign(&object, &phone.desk.desk.id, super::kit::signed_at(), key);
        intake.mail.lock().unwrap().insert(address.clone(), vec![MailboxItem::Receipt { receipt }]);
    };
    leave(&SigningKey::from_seed([9; 32]).unwrap());
    assert_eq!(sync(&client, &intake).opened, 0, "by a key that is nobody's");
    leave(&phone.desk.officer);
    assert_eq!(sync(&client, &intake).opened, 1);
    let report = only_report(&client);
    assert_eq!(report.items[0].state, ItemState::Opened);
    assert!(report.items[0].opened_at.is_some());
    assert_eq!(super::kit::found_in(&phone.files(), &[&envelope[..64]]), Vec::<String>::new());
}

#[test]
fn a_receipt_by_an_officers_new_key_is_believed_once_the_directory_lists_it() {
    let mut phone = Phone::new();
    let client = submitted(&phone, false);
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    let envelope = intake.of_kind(ObjectKind::Report).remove(0);
    let opened = turnstone_wire::envelope::open(&envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    let new: SigningKey<Officer> = SigningKey::from_seed([7; 32]).unwrap();
    let sha256 = turnstone_wire::hash::Sha256::of(&envelope);
    let object = Object { kind: ObjectKind::Report, sha256, size: envelope.len() as u64 };
    let receipt = SignedReceipt::sign(&object, &phone.desk.desk.id, super::kit::signed_at(), &new);
    let address = opened.report.mailbox.unwrap().address.to_string();
    intake.mail.lock().unwrap().insert(address, vec![MailboxItem::Receipt { receipt }]);
    phone.desk.desk.keys.push(turnstone_wire::directory::KeyEntry::verify::<Officer>(&new.public()));
    *intake.directory.lock().unwrap() = phone.desk.directory(2);
    assert_eq!(sync(&client, &intake).opened, 0);
    assert_eq!(sync(&client, &intake).opened, 1);
}

#[test]
fn an_expired_directory_is_renewed_by_a_desk_that_is_reached() {
    let phone = Phone::new();
    let client = submitted(&phone, false);
    let intake = PlayedIntake::of(&phone.desk);
    *intake.directory.lock().unwrap() = phone.desk.directory(2);
    sync(&client, &intake);
    assert_eq!(client.directory().unwrap().unwrap().sequence(), 1, "not before it asks for it");
    phone.clock.advance(chrono::TimeDelta::days(400));
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    sync(&client, &intake);
    assert_eq!(client.directory().unwrap().unwrap().sequence(), 2);
}

#[test]
fn p9_words_that_cannot_go_and_rows_that_do_not_open_stop_nothing_else() {
    let phone = Phone::new();
    let client = submitted(&phone, false);
    submitted(&phone, true);
    submitted(&phone, true);
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let flip = "UPDATE item SET envelope = zeroblob(length(envelope)) WHERE report = 1";
    assert_eq!(words.execute(flip, []).unwrap(), 1);
    let garble = "UPDATE item SET sealed = zeroblob(length(sealed)) WHERE report = 3 AND lane = 0";
    assert_eq!(words.execute(garble, []).unwrap(), 1);
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!(sync(&client, &intake).stored, 3, "one report's words and two photos");
    assert_eq!(sync(&client, &intake).stored, 0);
    client.unlock(None).unwrap();
}

#[test]
fn p2_what_is_sealed_to_a_key_declared_compromised_is_held_back() {
    let mut phone = Phone::new();
    let client = submitted(&phone, false);
    phone.desk.desk.keys[1].state = turnstone_wire::directory::KeyState::Compromised;
    client.take_directory(&phone.desk.directory(2)).unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!(sync(&client, &intake).waiting, 1);
    assert_eq!(intake.requests.lock().unwrap().len(), 0);
    assert_eq!(only_report(&client).items[0].reason, None, "the unlock has sealed it anew");
    assert_eq!(sync(&client, &intake).stored, 1);
}

/// A link on which the first photo hangs; while it does, its witness submits a report.
struct Hangs {
    intake: std::sync::Arc<PlayedIntake>,
    client: Client,
    hung: std::sync::atomic::AtomicBool,
}

impl Transport for Hangs {
    fn carry(&self, step: Step, bodies: std::sync::Arc<dyn Bodies>) -> Carried<'_> {
        let photo = matches!(step.body, StepBody::Media { .. });
        if photo && !self.hung.swap(true, std::sync::atomic::Ordering::SeqCst) {
            self.client.note(content(Route::Police)).unwrap().submit().unwrap();
            return Box::pin(std::future::pending());
        }
        self.intake.carry(step, bodies)
    }
}

#[test]
fn p10_words_submitted_while_a_photo_runs_break_it_off_and_go_first() {
    let phone = Phone::new();
    let client = submitted(&phone, true);
    let intake = PlayedIntake::of(&phone.desk);
    let hangs = Hangs { intake: intake.clone(), client: phone.open(), hung: Default::default() };
    let sender = client.sender(std::sync::Arc::new(hangs)).unwrap();
    // Time stands still but for waits, so that nobody waits.
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let summary = runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap();
    assert_eq!((summary.stored, summary.waiting), (3, 0));
    let requests = intake.requests.lock().unwrap();
    let order: Vec<_> = requests.iter().map(|step| step.url.contains("/reports/")).collect();
    assert_eq!(order[..2], [true, true], "both words before the photo");
}

#[test]
fn a_second_sender_is_told_that_one_is_at_it() {
    let phone = Phone::new();
    let (one, other) = (phone.open(), phone.open());
    let intake = PlayedIntake::of(&phone.desk);
    let first = one.sender(intake.clone()).unwrap();
    assert_eq!(other.sender(intake.clone()).unwrap_err(), Error::Busy(Busy::AlreadySending));
    drop(first);
    other.sender(intake).unwrap();
}

#[test]
fn nothing_is_sent_in_clear_beyond_this_machine() {
    let mut phone = Phone::new();
    phone.desk.desk.urls = vec!["http://desk.example".into()];
    let client = phone.open();
    client.take_directory(&phone.desk.directory(2)).unwrap();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    assert_eq!(intake.requests.lock().unwrap().len(), 0);
    assert_eq!(only_report(&client).items[0].reason, Some(Reason::NotEncrypted));
}
