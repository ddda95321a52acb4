//! Forgetting the PIN: what only it opened is gone for good, what is sealed goes on, and killed anywhere it is the old or the
//! new.

use rusqlite::{Connection, types::Value};
use turnstone_wire::{body::Route, text::Moment};

use super::{
    kit::{Phone, PlayedIntake, WHAT, content, sync},
    messages::Answering,
};
use crate::{Client, Error, Invalid, Pin, WatchNote};

fn pin() -> Pin {
    Pin::new("2580").unwrap()
}

/// A phone with a PIN, a draft with a photo, a report that waits with its photo, and a watch.
fn with_everything(phone: &Phone) -> Client {
    let client = phone.open();
    client.unlock(None).unwrap().change_pin(Some(&pin())).unwrap();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[7_u8; 300_000][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    let mut draft = client.note(content(Route::Police)).unwrap();
    draft.attach(&mut &[8_u8; 300_000][..], &mut |_| {}).unwrap();
    client.start_watch(&WatchNote::default(), Moment::utc(super::kit::signed_at())).unwrap();
    client.tidy(None).unwrap();
    client
}

/// Every value of the outbox, and the sealed files it names. The name of the key that opens answers is no part of it.
pub(super) fn outbox_of(phone: &Phone) -> Vec<Vec<Value>> {
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    let media = Connection::open(phone.home().join("media.db")).unwrap();
    let rows = |conn: &Connection, sql: &str| {
        let mut select = conn.prepare(sql).unwrap();
        let columns = select.column_count();
        let rows = select.query_map([], |row| (0..columns).map(|at| row.get(at)).collect()).unwrap();
        rows.map(Result::unwrap).collect::<Vec<Vec<Value>>>()
    };
    let mut all = rows(&words, "SELECT id, uid, vault, finished, sealed FROM report ORDER BY id");
    all.extend(rows(&words, "SELECT * FROM item ORDER BY id"));
    for media_row in rows(&words, "SELECT media FROM item WHERE media IS NOT NULL ORDER BY media") {
        let Value::Integer(id) = media_row[0] else { panic!("a row") };
        all.extend(rows(&media, &format!("SELECT * FROM chunk WHERE media = {id} ORDER BY n")));
    }
    all
}

#[test]
fn p6_a_pin_nobody_knows_is_forgotten_without_an_unlock_and_what_waits_is_still_sent() {
    let phone = Phone::new();
    let client = with_everything(&phone);
    let before = client.what_is_lost().unwrap();
    assert_eq!((before.drafts, before.copies, before.watches), (1, 1, 1));
    assert_eq!((before.still_sent, before.photos_still_sent, before.never_sent), (1, 1, 0));
    let outbox = outbox_of(&phone);
    assert_eq!(client.forget_pin().unwrap(), before, "what was said is what was ended");
    assert_eq!(outbox_of(&phone), outbox, "not a byte of the sealed outbox changes");
    assert!(!client.has_pin().unwrap());
    let notebook = client.unlock(None).unwrap();
    assert!(notebook.drafts(10).unwrap().is_empty());
    assert_eq!(notebook.reports(10).unwrap().len(), 1, "what waits is still shown");
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!(sync(&client, &intake).stored, 2);
    let envelope = &intake.of_kind(turnstone_wire::receipt::ObjectKind::Report)[0];
    let opened = turnstone_wire::envelope::open(envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    assert_eq!(opened.report.sightings[0].what.as_str(), WHAT);
}

#[test]
fn p9_after_the_pin_was_forgotten_notes_are_written_and_read_again() {
    let phone = Phone::new();
    let client = with_everything(&phone);
    let mut in_hand = client.note(content(Route::Police)).unwrap();
    let open = client.unlock(Some(&pin())).unwrap();
    client.forget_pin().unwrap();
    // Whatever was open is locked, and what was in hand can be begun anew from what is still on the screen.
    assert_eq!(open.drafts(10).unwrap_err(), Error::Locked);
    let written = in_hand.content().clone();
    assert_eq!(in_hand.change(written.clone()).unwrap_err(), Error::NotFound(crate::Missing::Draft));
    client.note(written).unwrap();
    let notebook = client.unlock(None).unwrap();
    assert_eq!(notebook.drafts(10).unwrap().len(), 1);
    notebook.change_pin(Some(&pin())).unwrap();
    assert!(phone.open().unlock(Some(&pin())).is_ok(), "a PIN can be set again");
}

#[test]
fn there_is_nothing_to_forget_where_there_is_no_pin() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap();
    assert_eq!(client.forget_pin().unwrap_err(), Error::Invalid(Invalid::Pin("there is no PIN to forget")));
    assert_eq!(client.overview().unwrap().drafts, 1, "P11: it costs nothing");
}

#[test]
fn what_desks_answer_after_the_pin_was_forgotten_is_not_taken_any_more() {
    let phone = Phone::new();
    let client = phone.open();
    let desk = Answering::to(&phone, &client, Route::Police);
    desk.reply(1, "thank you");
    sync(&client, &desk.intake);
    client.unlock(None).unwrap().change_pin(Some(&pin())).unwrap();
    let lost = client.what_is_lost().unwrap();
    assert_eq!((lost.answers, lost.copies, lost.awaits_answers), (1, 1, true));
    client.forget_pin().unwrap();
    desk.reply(2, "ring us");
    assert_eq!(sync(&client, &desk.intake).messages, 0);
    let notebook = client.unlock(None).unwrap();
    assert!(notebook.messages(None).unwrap().messages.is_empty());
    assert_eq!(
        client.overview().unwrap().unread,
        0,
        "neither the one that was there nor the new one is counted"
    );
    assert!(!client.what_is_lost().unwrap().awaits_answers);
}

#[test]
fn calls_are_lost_with_the_pin_and_wrong_pins_are_counted_anew() {
    let phone = Phone::new();
    let client = with_everything(&phone);
    let told = turnstone_wire::body::Told {
        channel: turnstone_wire::body::Channel::Police,
        at: Moment::utc(super::kit::signed_at()),
        number: None,
    };
    client.tell(crate::About::Draft(crate::DraftRow(2)), &told).unwrap();
    assert_eq!(client.what_is_lost().unwrap().calls, 1);
    let wrong = || client.unlock(Some(&Pin::new("0000").unwrap())).unwrap_err();
    assert!(matches!(wrong(), Error::WrongPin { attempts: 1, .. }));
    client.forget_pin().unwrap();
    assert_eq!(client.what_is_lost().unwrap().calls, 0);
    client.unlock(None).unwrap().change_pin(Some(&pin())).unwrap();
    assert!(matches!(wrong(), Error::WrongPin { attempts: 1, .. }), "of the new PIN it is the first");
}
