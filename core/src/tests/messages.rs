//! What desks answer: fetched while locked, read when unlocked, believed only where an officer wrote it to this report.

use chrono::{DateTime, TimeDelta, Utc};
use turnstone_wire::{
    body::{Report, ReportId, Route},
    directory::{DeskId, KeyEntry, KeyState},
    envelope,
    hash::Sha256,
    key::{self, Officer, RecipientKey, SigningKey, Stored},
    mailbox::MailboxItem,
    receipt::{Object, ObjectKind, SignedReceipt},
    reference::Reference,
    reply::{Letter, SealedReply, SignedReply},
    text::Text,
};

use super::kit::{Link, Phone, PlayedIntake, content, found_in, signed_at, sync};
use crate::{
    Client, Error, Missing, Notebook, Pin,
    sync::{Asked, Transport},
    view::{Messages, Reading, reading_sentence, unshown_sentence},
};

const WORDS: &str = "Thank you. Two boats were met at the quay.";

/// A desk that has one report of a phone, opened.
pub(super) struct Answering<'a> {
    pub(super) phone: &'a Phone,
    pub(super) intake: std::sync::Arc<PlayedIntake>,
    pub(super) report: Report,
    object: Object,
}

impl<'a> Answering<'a> {
    /// After a report was submitted and sent.
    pub(super) fn to(phone: &'a Phone, client: &Client, route: Route) -> Self {
        let intake = PlayedIntake::of(&phone.desk);
        client.note(content(route)).unwrap().submit().unwrap();
        sync(client, &intake);
        let bytes = intake.of_kind(ObjectKind::Report).remove(0);
        let report = envelope::open(&bytes, std::slice::from_ref(&phone.desk.seal)).unwrap().report;
        let object =
            Object { kind: ObjectKind::Report, sha256: Sha256::of(&bytes), size: bytes.len() as u64 };
        Self { phone, intake, report, object }
    }

    fn seal(&self, signed: &SignedReply) -> SealedReply {
        let to = &self.report.mailbox.as_ref().unwrap().reply_to;
        signed.seal(&RecipientKey::<key::Reply>::parse(to).unwrap()).unwrap()
    }

    fn sign(&self, counter: u64, words: &str) -> SignedReply {
        sign(&self.report.id, &self.phone.desk.desk.id, counter, signed_at(), words, &self.phone.desk.officer)
    }

    pub(super) fn leave(&self, item: MailboxItem) {
        let address = self.report.mailbox.as_ref().unwrap().address.to_string();
        self.intake.mail.lock().unwrap().entry(address).or_default().push(item);
    }

    fn leave_sealed(&self, signed: &SignedReply) {
        self.leave(MailboxItem::Reply { reply: self.seal(signed) });
    }

    /// An officer of the desk answers.
    pub(super) fn reply(&self, counter: u64, words: &str) {
        self.leave_sealed(&self.sign(counter, words));
    }

    /// An officer opens the report.
    fn open(&self, at: DateTime<Utc>) {
        let desk = &self.phone.desk.desk.id;
        let receipt = SignedReceipt::sign(&self.object, desk, at, &self.phone.desk.officer);
        self.leave(MailboxItem::Receipt { receipt });
    }

    fn empty(&self) {
        self.intake.mail.lock().unwrap().clear();
    }

    fn asked(&self) -> usize {
        self.intake.requests.lock().unwrap().iter().filter(|step| step.url.contains("/mailbox/")).count()
    }
}

fn sign(
    report: &ReportId,
    desk: &DeskId,
    counter: u64,
    at: DateTime<Utc>,
    words: &str,
    key: &SigningKey<Officer>,
) -> SignedReply {
    let words = Text::from(words);
    SignedReply::sign(&Letter { report: *report, counter, at, desk, words: &words }, key).unwrap()
}

/// What is shown, and how many are not believed, wait or are damaged.
fn shown(messages: &Messages) -> (Vec<&str>, [u32; 3]) {
    let words = messages.messages.iter().map(|message| message.words.as_str()).collect();
    (words, [messages.not_believed, messages.waiting, messages.damaged])
}

fn read(client: &Client) -> Messages {
    client.unlock(None).unwrap().messages(None).unwrap()
}

fn ask(
    client: &Client,
    intake: &std::sync::Arc<PlayedIntake>,
    notebook: &Notebook,
    about: Option<&Reference>,
) -> Asked {
    let sender = client.sender(std::sync::Arc::clone(intake) as std::sync::Arc<dyn Transport>).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(sender.ask_mail(notebook, about)).unwrap()
}

#[test]
fn p6_a_reply_is_fetched_while_locked_and_read_when_unlocked() {
    let phone = Phone::new();
    let pin = Pin::new("2580").unwrap();
    phone.open().unlock(None).unwrap().change_pin(Some(&pin)).unwrap();
    let client = phone.open();
    let desk = Answering::to(&phone, &client, Route::Police);
    desk.reply(1, WORDS);
    let summary = sync(&client, &desk.intake);
    assert_eq!((summary.messages, client.overview().unwrap().unread), (1, 1));
    assert_eq!(found_in(&phone.files(), &[WORDS.as_bytes(), b"two boats"]), Vec::<String>::new());
    assert_eq!(sync(&client, &desk.intake).messages, 0, "the same again is no news");
    // What was fetched stays, whatever becomes of the mailbox.
    desk.empty();
    sync(&client, &desk.intake);

    let notebook = phone.open().unlock(Some(&pin)).unwrap();
    let messages = notebook.messages(None).unwrap();
    assert_eq!(shown(&messages), (vec![WORDS], [0; 3]));
    let message = &messages.messages[0];
    assert_eq!((message.reference, message.at.at().to_utc()), (desk.report.reference, signed_at()));
    assert_eq!((message.desk_name.as_deref(), message.read), (Some("Test Harbour Desk"), false));
    assert_eq!(notebook.reports(1).unwrap()[0].unread, 1);
    notebook.mark_read(&[message.row]).unwrap();
    assert!(notebook.messages(Some(&desk.report.reference)).unwrap().messages[0].read);
    assert_eq!((notebook.reports(1).unwrap()[0].unread, client.overview().unwrap().unread), (0, 0));
    assert_eq!(found_in(&phone.files(), &[WORDS.as_bytes()]), Vec::<String>::new());

    let unknown = "KRAKEN-MGRC-CP3A-YP".parse().unwrap();
    assert_eq!(notebook.messages(Some(&unknown)).unwrap_err(), Error::NotFound(Missing::Report));
    notebook.lock();
    assert_eq!(notebook.messages(None).unwrap_err(), Error::Locked);
    assert_eq!(notebook.mark_read(&[]).unwrap_err(), Error::Locked);
}

#[test]
fn an_old_reply_served_again_is_not_shown_again_and_not_shown_late() {
    let phone = Phone::new();
    let client = phone.open();
    let desk = Answering::to(&phone, &client, Route::Police);
    // Together they may lie in any order.
    let late = desk.sign(1, "the first");
    desk.leave_sealed(&desk.sign(7, "the third"));
    desk.leave_sealed(&desk.sign(5, "the second"));
    sync(&client, &desk.intake);
    assert_eq!(shown(&read(&client)), (vec!["the second", "the third"], [0; 3]));
    // The same words sealed anew; an older one held back until now; one of the same number and another text.
    desk.leave_sealed(&desk.sign(5, "the second"));
    desk.leave_sealed(&late);
    desk.leave_sealed(&desk.sign(7, "of the same number"));
    sync(&client, &desk.intake);
    assert_eq!(shown(&read(&client)), (vec!["the second", "the third", "of the same number"], [1, 0, 0]));
    // Another officer counts apart.
    let mut phone_desk = phone.desk.desk.clone();
    let other = SigningKey::<Officer>::from_seed([12; 32]).unwrap();
    phone_desk.keys.push(KeyEntry::verify(&other.public()));
    client.take_directory(&phone.desk.directory_of(2, vec![phone_desk])).unwrap();
    let desk_id = &phone.desk.desk.id;
    desk.leave_sealed(&sign(&desk.report.id, desk_id, 2, signed_at(), "a colleague's", &other));
    sync(&client, &desk.intake);
    assert_eq!(read(&client).messages.len(), 4);
}

#[test]
fn p2_what_no_officer_wrote_to_this_report_is_kept_out_of_sight_and_stops_nothing() {
    let mut phone = Phone::new();
    let dead = SigningKey::<Officer>::from_seed([13; 32]).unwrap();
    let retired = SigningKey::<Officer>::from_seed([14; 32]).unwrap();
    let state = |key: &SigningKey<Officer>, state| KeyEntry { state, ..KeyEntry::verify(&key.public()) };
    let listed = [state(&dead, KeyState::Compromised), state(&retired, KeyState::Retired)];
    phone.desk.desk.keys.extend(listed);
    let client = phone.open();
    client.take_directory(&phone.desk.directory(2)).unwrap();
    let desk = Answering::to(&phone, &client, Route::Confidential);
    let (id, desk_id) = (&desk.report.id, &phone.desk.desk.id);
    let at = signed_at();
    let stored = SigningKey::<Stored>::parse(&phone.desk.stored.to_secret_text()).unwrap();
    let as_officer = SigningKey::<Officer>::from_seed([1; 32]).unwrap();
    assert_eq!(stored.public().to_public_text(), as_officer.public().to_public_text());
    let to_another = ReportId::from_bytes([9; 16]);
    let other_desk = DeskId::parse("other-desk").unwrap();
    for signed in [
        sign(&to_another, desk_id, 1, at, "to another report", &phone.desk.officer),
        sign(id, &other_desk, 1, at, "of another desk", &phone.desk.officer),
        sign(id, desk_id, 1, at, "by a dead key", &dead),
    ] {
        desk.leave_sealed(&signed);
    }
    // Not by the intake's key in an officer's role, though it is listed; it may come to be listed so.
    desk.leave_sealed(&sign(id, desk_id, 1, at, "by the intake", &as_officer));
    // Sealed to somebody else; no reply at all; no age file.
    let stranger = key::RecipientKey::<key::Reply>::parse(
        turnstone_wire::key::DeskIdentity::<key::Reply>::generate().public().as_str(),
    );
    let signed = desk.sign(2, "sealed to somebody else");
    desk.leave(MailboxItem::Reply { reply: signed.seal(&stranger.unwrap()).unwrap() });
    for bytes in ["", "YWdlLWVuY3J5cHRpb24ub3JnL3YxCg=="] {
        desk.leave(serde_json::from_str(&format!(r#"{{"kind":"reply","reply":"{bytes}"}}"#)).unwrap());
    }
    desk.leave_sealed(&sign(id, desk_id, 1, at, "by a retired key", &retired));
    desk.reply(3, WORDS);
    assert_eq!(sync(&client, &desk.intake).messages, 9);
    let messages = read(&client);
    assert_eq!(shown(&messages), (vec!["by a retired key", WORDS], [6, 1, 0]));
    let said = unshown_sentence(&messages).unwrap();
    assert!(
        said.starts_with("6 messages could not be verified") && said.contains("1 message can be"),
        "{said}"
    );
    // Once looked at they are known: nothing comes again with the next question.
    assert_eq!(sync(&client, &desk.intake).messages, 0);
    assert_eq!(shown(&read(&client)).0.len(), 2);
}

#[test]
fn a_reply_by_an_officers_new_key_is_believed_once_the_directory_lists_it() {
    let mut phone = Phone::new();
    let new = SigningKey::<Officer>::from_seed([7; 32]).unwrap();
    let client = phone.open();
    let desk_id = phone.desk.desk.id.clone();
    let (intake, signed) = {
        let desk = Answering::to(&phone, &client, Route::Police);
        let signed = sign(&desk.report.id, &desk_id, 1, signed_at(), WORDS, &new);
        desk.leave_sealed(&signed);
        (desk.intake, signed)
    };
    sync(&client, &intake);
    assert_eq!(shown(&read(&client)), (vec![], [0, 1, 0]));
    phone.desk.desk.keys.push(KeyEntry::verify(&new.public()));
    *intake.directory.lock().unwrap() = phone.desk.directory(2);
    // The desk may remove it meanwhile.
    intake.mail.lock().unwrap().clear();
    sync(&client, &intake);
    assert_eq!(client.directory().unwrap().unwrap().sequence(), 2);
    assert_eq!(shown(&read(&client)), (vec![WORDS], [0; 3]));
    drop(signed);
}

#[test]
fn p11_a_mailbox_that_holds_too_much_takes_nothing_from_the_phone_and_fills_nothing() {
    let phone = Phone::new();
    let client = phone.open();
    let desk = Answering::to(&phone, &client, Route::Police);
    let junk = |n: usize| {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let reply = BASE64_STANDARD.encode(format!("junk {n}"));
        serde_json::from_str(&format!(r#"{{"kind":"reply","reply":"{reply}"}}"#)).unwrap()
    };
    // One more than a mailbox may hold.
    (0..257).for_each(|n| desk.leave(junk(n)));
    assert_eq!(sync(&client, &desk.intake).messages, 0);
    // As many as it may, and others each time.
    for round in 1..4 {
        desk.empty();
        (0..256).for_each(|n| desk.leave(junk(round * 1000 + n)));
        sync(&client, &desk.intake);
    }
    let rows = |sql: &str| -> u32 {
        let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
        words.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(rows("SELECT count(*) FROM mail"), 256, "no more than wait to be opened");
    assert_eq!(shown(&read(&client)), (vec![], [256, 0, 0]));
    sync(&client, &desk.intake);
    assert_eq!(rows("SELECT count(*) FROM mail"), 512);
    read(&client);
    assert_eq!(rows("SELECT count(*) FROM mail"), 256, "no more than so many are remembered");
    assert_eq!(rows("SELECT count(*) FROM mail WHERE sealed IS NOT NULL"), 0);
    // And there is room for what an officer writes.
    desk.empty();
    desk.reply(1, WORDS);
    assert_eq!(sync(&client, &desk.intake).messages, 1);
    assert_eq!(shown(&read(&client)).0, [WORDS]);
}

#[test]
fn a_named_report_is_asked_after_until_thirty_days_after_it_was_opened() {
    for route in [Route::Police, Route::Confidential] {
        let phone = Phone::new();
        let client = phone.open();
        let desk = Answering::to(&phone, &client, route);
        desk.open(signed_at());
        assert_eq!(sync(&client, &desk.intake).opened, 1);
        phone.clock.advance(TimeDelta::days(29));
        client.unlock(None).unwrap();
        desk.reply(1, WORDS);
        assert_eq!(sync(&client, &desk.intake).messages, 1, "{route:?}");
        phone.clock.advance(TimeDelta::days(2));
        let before = desk.asked();
        sync(&client, &desk.intake);
        assert_eq!(desk.asked(), before, "{route:?}, whether or not it was unlocked since");
        let notebook = client.unlock(None).unwrap();
        sync(&client, &desk.intake);
        assert_eq!(desk.asked(), before, "{route:?}");
        // Its witness may ask all the same.
        desk.reply(2, "a late one");
        let asked = ask(&client, &desk.intake, &notebook, None);
        assert_eq!((asked.answered, asked.messages), (1, 1), "{route:?}");
        assert_eq!(shown(&notebook.messages(None).unwrap()).0, [WORDS, "a late one"]);
    }
}

#[test]
fn p7_an_anonymous_mailbox_is_asked_alone_over_its_own_connection_and_only_when_named() {
    let phone = Phone::new();
    let client = phone.open();
    let desk = Answering::to(&phone, &client, Route::Anonymous);
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    desk.reply(1, WORDS);
    desk.open(signed_at());
    // The quiet after an anonymous report is over.
    phone.clock.advance(TimeDelta::minutes(30));
    sync(&client, &desk.intake);
    let notebook = client.unlock(None).unwrap();
    let asked = ask(&client, &desk.intake, &notebook, None);
    assert_eq!((asked.answered, asked.messages, asked.left_out), (1, 0, 1), "the named one alone");
    let reports = notebook.reports(2).unwrap();
    assert_eq!(reports[1].reading, Reading::NotAsked);

    desk.intake.requests.lock().unwrap().clear();
    let asked = ask(&client, &desk.intake, &notebook, Some(&desk.report.reference));
    assert_eq!((asked.answered, asked.messages, asked.opened, asked.left_out), (1, 1, 1, 0));
    let requests = desk.intake.requests.lock().unwrap().clone();
    assert_eq!(requests.iter().map(|step| step.apart).collect::<Vec<_>>(), [true]);
    assert_eq!(shown(&notebook.messages(None).unwrap()).0, [WORDS]);
    assert_eq!(
        notebook.reports(2).unwrap()[1].reading,
        Reading::Read(turnstone_wire::text::Moment::utc(signed_at()))
    );
}

#[test]
fn p7_the_directory_that_an_anonymous_reply_needs_is_fetched_apart_too() {
    let mut phone = Phone::new();
    let new = SigningKey::<Officer>::from_seed([7; 32]).unwrap();
    let client = phone.open();
    let desk_id = phone.desk.desk.id.clone();
    let (intake, reference) = {
        let desk = Answering::to(&phone, &client, Route::Anonymous);
        desk.leave_sealed(&sign(&desk.report.id, &desk_id, 1, signed_at(), WORDS, &new));
        (desk.intake, desk.report.reference)
    };
    phone.desk.desk.keys.push(KeyEntry::verify(&new.public()));
    *intake.directory.lock().unwrap() = phone.desk.directory(2);
    intake.requests.lock().unwrap().clear();
    let notebook = client.unlock(None).unwrap();
    ask(&client, &intake, &notebook, Some(&reference));
    // In one go: asked, found to need a newer directory, fetched, believed.
    assert_eq!(shown(&notebook.messages(None).unwrap()), (vec![WORDS], [0; 3]));
    let requests = intake.requests.lock().unwrap();
    assert_eq!(requests.iter().map(|step| step.apart).collect::<Vec<_>>(), [true, true]);
}

#[test]
fn p9_a_mailbox_that_is_not_reached_is_no_error() {
    let phone = Phone::new();
    let client = phone.open();
    let desk = Answering::to(&phone, &client, Route::Police);
    desk.reply(1, WORDS);
    let notebook = client.unlock(None).unwrap();
    desk.intake.set(Link::Down);
    assert_eq!(ask(&client, &desk.intake, &notebook, None), Asked { silent: 1, ..Asked::default() });
    desk.intake.set(Link::CaptivePortal);
    assert_eq!(ask(&client, &desk.intake, &notebook, None).messages, 0);
    desk.intake.set(Link::Good);
    assert_eq!(ask(&client, &desk.intake, &notebook, None).messages, 1);
}

#[test]
fn forgetting_a_report_ends_its_messages_and_takes_no_more() {
    let phone = Phone::new();
    let client = phone.open();
    let desk = Answering::to(&phone, &client, Route::Police);
    desk.reply(1, WORDS);
    sync(&client, &desk.intake);
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[5_u8; 9000][..], &mut |_| {}).unwrap();
    let waits = note.submit().unwrap().reference;
    let notebook = client.unlock(None).unwrap();
    assert_eq!(notebook.messages(None).unwrap().messages.len(), 1);
    notebook.forget(&desk.report.reference).unwrap();
    assert_eq!(notebook.messages(None).unwrap(), Messages::default());
    // One that is sent all the same: nobody will be able to read an answer to it, so none is taken.
    notebook.forget(&waits).unwrap();
    sync(&client, &desk.intake);
    let bytes = desk.intake.of_kind(ObjectKind::Report);
    let bytes = bytes.iter().find(|bytes| Sha256::of(bytes) != desk.object.sha256).unwrap();
    let report = envelope::open(bytes, std::slice::from_ref(&phone.desk.seal)).unwrap().report;
    let second = Answering { report, ..desk };
    assert_eq!(second.report.reference, waits);
    second.reply(1, WORDS);
    assert_eq!(sync(&client, &second.intake).messages, 0);
    assert_eq!(client.overview().unwrap().unread, 0);
}

#[test]
fn until_it_is_read_its_witness_is_told_when_the_desk_reads() {
    let mut phone = Phone::new();
    phone.desk.desk.hours.insert("en".into(), "Mon-Fri 9-5".into());
    let client = phone.open();
    client.take_directory(&phone.desk.directory(2)).unwrap();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let sentence = || reading_sentence(&client.unlock(None).unwrap().reports(1).unwrap()[0]);
    assert_eq!(sentence(), None, "it is not there yet");
    let desk = Answering::to(&phone, &client, Route::Police);
    assert_eq!(sentence().as_deref(), Some("not yet read; this desk reads Mon-Fri 9-5"));
    desk.open("2026-05-03T12:20:00Z".parse().unwrap());
    // Both reports lie at the desk; the receipt is for the one that was opened.
    sync(&client, &desk.intake);
    let local = |at: &str, form: &str| {
        at.parse::<DateTime<Utc>>().unwrap().with_timezone(&chrono::Local).format(form).to_string()
    };
    let read: Vec<_> =
        client.unlock(None).unwrap().reports(2).unwrap().iter().filter_map(reading_sentence).collect();
    let expected = format!("read by the desk at {} on 3 May", local("2026-05-03T12:20:00Z", "%H:%M"));
    assert!(read.contains(&expected), "{read:?} {expected}");
}

#[test]
fn p9_a_message_that_is_damaged_is_counted_and_hides_no_other() {
    let phone = Phone::new();
    let client = phone.open();
    let desk = Answering::to(&phone, &client, Route::Police);
    desk.reply(1, "the first");
    desk.reply(2, "the second");
    sync(&client, &desk.intake);
    read(&client);
    desk.reply(3, "the third");
    desk.reply(4, "the fourth");
    sync(&client, &desk.intake);
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    for id in [1, 3] {
        let garble = "UPDATE mail SET sealed = zeroblob(length(sealed)) WHERE id = ?1";
        assert_eq!(words.execute(garble, [id]).unwrap(), 1);
    }
    assert_eq!(shown(&read(&client)), (vec!["the second", "the fourth"], [1, 0, 1]));
    assert_eq!(words.execute("UPDATE mail SET state = 77 WHERE id = 2", []).unwrap(), 1);
    assert_eq!(shown(&read(&client)).0, ["the second", "the fourth"]);
    // Without the key nothing of them opens, and nothing else suffers.
    words.execute("UPDATE report SET reply_key = x'00112233445566778899aabbccddeeff'", []).unwrap();
    assert_eq!(shown(&read(&client)), (vec![], [1, 0, 3]));
    assert_eq!(client.unlock(None).unwrap().reports(9).unwrap().len(), 1);
}
