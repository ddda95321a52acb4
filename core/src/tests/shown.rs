//! P7: what is shown is what is sealed, to the byte.

use chrono::TimeDelta;
use serde_json::Value;
use turnstone_wire::{
    body::{Channel, Route, Told},
    receipt::ObjectKind,
    text::{Moment, Text},
};

use super::kit::{Phone, PlayedIntake, content, sync};
use crate::{About, Client, DRAWN, DraftContent, Error, Invalid, Missing};

/// The body that the desk finds in the newest envelope.
fn opened(phone: &Phone, client: &Client) -> Vec<u8> {
    let intake = PlayedIntake::of(&phone.desk);
    phone.clock.advance(TimeDelta::minutes(15));
    sync(client, &intake);
    let envelope = intake.of_kind(ObjectKind::Report).pop().unwrap();
    turnstone_wire::envelope::open(&envelope, std::slice::from_ref(&phone.desk.seal)).unwrap().body.to_vec()
}

fn with_contact(route: Route) -> DraftContent {
    DraftContent { contact: route.is_named().then(|| Text::from("Jo Example")), ..content(route) }
}

#[test]
fn p7_the_envelope_holds_byte_for_byte_what_was_shown() {
    for route in Route::ALL {
        let phone = Phone::new();
        let client = phone.open();
        let mut note = client.note(with_contact(route)).unwrap();
        if route.is_named() {
            note.attach(&mut &[7_u8; 5000][..], &mut |_| {}).unwrap();
        }
        let shown = note.prepare().unwrap();
        let bytes = shown.bytes().to_vec();
        let (reference, first) = (shown.report().reference, serde_json::to_vec(shown.report()).unwrap());
        // It is read for a while.
        phone.clock.advance(TimeDelta::minutes(20));
        let submitted = note.submit_prepared(shown, TimeDelta::zero()).unwrap();
        assert_eq!(submitted.reference, reference, "{route:?}");
        let sealed = opened(&phone, &client);
        assert_eq!(sealed, bytes, "{route:?}");
        let (words, padding) = sealed.split_at(first.len());
        assert!(words == first && padding.iter().all(|byte| *byte == b' '), "{route:?}");
    }
}

#[test]
fn p7_in_two_sittings_all_but_what_is_named_as_drawn_is_byte_for_byte_the_same() {
    for route in Route::ALL {
        let phone = Phone::new();
        let client = phone.open();
        let row = client.note(with_contact(route)).unwrap().row();
        let notebook = client.unlock(None).unwrap();
        let shown = notebook.draft(row).unwrap().prepare().unwrap();
        phone.clock.advance(TimeDelta::days(2));
        let notebook = client.unlock(None).unwrap();
        let note = notebook.draft(row).unwrap();
        assert_eq!(note.prepare().unwrap().mark(), shown.mark());
        note.submit().unwrap();
        let fields = |bytes: &[u8]| serde_json::from_slice::<serde_json::Map<String, Value>>(bytes).unwrap();
        let (mut sealed, shown) = (fields(&opened(&phone, &client)), fields(shown.bytes()));
        assert_ne!(sealed["id"], shown["id"], "an id belongs to what is sent, not to a look at it");
        for name in DRAWN {
            match shown.get(name) {
                Some(value) => drop(sealed.insert(name.to_owned(), value.clone())),
                None => assert!(!sealed.contains_key(name), "{name}"),
            }
        }
        assert_eq!(serde_json::to_vec(&sealed).unwrap(), serde_json::to_vec(&shown).unwrap(), "{route:?}");
    }
}

#[test]
fn p7_what_was_shown_is_not_sent_once_anything_of_it_has_changed() {
    let phone = Phone::new();
    let client = phone.open();
    let refused = |note: crate::Note, shown| {
        let (note, error) = note.submit_prepared(shown, TimeDelta::zero()).unwrap_err();
        assert_eq!(error, Error::Invalid(Invalid::ShownIsOld));
        *note
    };
    let mut note = client.note(with_contact(Route::Police)).unwrap();
    let shown = note.prepare().unwrap();
    let mark = shown.mark().to_owned();
    note.change(DraftContent { urgent: true, ..with_contact(Route::Police) }).unwrap();
    let note = refused(note, shown);
    assert_ne!(note.prepare().unwrap().mark(), mark);

    // Another list of desks: keys may have died, and the body says which list was held.
    let shown = note.prepare().unwrap();
    client.take_directory(&phone.desk.directory(2)).unwrap();
    let note = refused(note, shown);

    let shown = note.prepare().unwrap();
    phone.clock.advance(TimeDelta::minutes(61));
    let note = refused(note, shown);

    // A call noted since, by another program.
    let shown = note.prepare().unwrap();
    let row = note.row();
    drop(note);
    let told = Told { channel: Channel::Police, at: Moment::utc(super::kit::signed_at()), number: None };
    client.tell(About::Draft(row), &told).unwrap();
    let notebook = client.unlock(None).unwrap();
    let note = refused(notebook.draft(row).unwrap(), shown);

    // Another draft's.
    let other = client.note(with_contact(Route::Police)).unwrap();
    let note = refused(note, other.prepare().unwrap());
    note.submit().unwrap();
}

#[test]
fn what_was_made_ready_twice_is_sent_once() {
    let phone = Phone::new();
    let client = phone.open();
    let note = client.note(content(Route::Police)).unwrap();
    let notebook = client.unlock(None).unwrap();
    let elsewhere = notebook.draft(note.row()).unwrap();
    let (first, second) = (note.prepare().unwrap(), elsewhere.prepare().unwrap());
    note.submit_prepared(first, TimeDelta::zero()).unwrap();
    let (_, error) = elsewhere.submit_prepared(second, TimeDelta::zero()).unwrap_err();
    assert_eq!(error, Error::NotFound(Missing::Draft));
    assert_eq!(client.overview().unwrap().drafts, 0);
}

#[test]
fn p4_making_ready_writes_nothing() {
    let phone = Phone::new();
    let client = phone.open();
    let note = client.note(content(Route::Anonymous)).unwrap();
    // SQLite's shared memory notes each reader.
    let files = || phone.files().into_iter().filter(|(name, _)| !name.ends_with("-shm")).collect::<Vec<_>>();
    let before = files();
    let shown = note.prepare().unwrap();
    assert!(files() == before);
    assert_eq!(format!("{shown:?}"), "[report made ready]");
}
