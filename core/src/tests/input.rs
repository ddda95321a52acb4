//! P11: bad input gets a clear error and costs nothing. P9's first rows: writing goes on regardless.

use turnstone_wire::{
    body::{Channel, Route, Told},
    directory::DirectoryError,
    text::{Moment, Text},
};

use super::kit::{Phone, PlayedIntake, content, sync};
use crate::{About, Client, DraftContent, Error, Invalid, Missing, NotSendable, SetUp, Unusable};

fn refused(phone: &Phone, change: impl FnOnce(&mut DraftContent)) -> Error {
    let mut draft = content(Route::Police);
    change(&mut draft);
    let note = phone.open().note(draft.clone()).unwrap();
    let row = note.row();
    let (note, error) = note.submit().unwrap_err();
    assert_eq!(note.content(), &draft, "the draft is as it was");
    let kept = phone.open().unlock(None).unwrap().draft(row).unwrap();
    assert_eq!(kept.content(), &draft, "also in the store");
    assert_eq!(phone.open().overview().unwrap().reports, 0);
    error
}

#[test]
fn p11_what_cannot_be_sent_is_named_and_kept() {
    let phone = Phone::new();
    let when = |text: &str| Moment::parse(text).unwrap();
    let invalid = Error::Invalid;
    assert_eq!(refused(&phone, |d| d.sightings[0].what = Text::from(" \n")), invalid(Invalid::NothingSeen));
    assert_eq!(refused(&phone, |d| d.sightings.clear()), invalid(Invalid::NothingSeen));
    let long = "x".repeat(1_000_000);
    let too_long = Invalid::TextTooLong { bytes: 1_000_000 };
    assert_eq!(refused(&phone, |d| d.sightings[0].what = Text::new(long)), invalid(too_long));
    let typed = |d: &mut DraftContent, from: &str| {
        d.when_from_clock = false;
        d.sightings[0].when.from = when(from);
    };
    assert_eq!(refused(&phone, |d| typed(d, "1970-01-01T00:00:00Z")), invalid(Invalid::Time));
    assert_eq!(refused(&phone, |d| typed(d, "2090-01-01T00:00:00Z")), invalid(Invalid::Time));
    assert_eq!(
        refused(&phone, |d| d.sightings[0].when.until = Some(when("2026-05-03T00:00:00Z"))),
        invalid(Invalid::EndsBeforeItBegins)
    );
    let contact = Text::new("x".repeat(3000));
    assert_eq!(
        refused(&phone, |d| d.contact = Some(contact)),
        invalid(Invalid::ContactTooLong { bytes: 3000 })
    );
    let many = refused(&phone, |d| d.sightings = vec![d.sightings[0].clone(); 33]);
    assert_eq!(many, invalid(Invalid::Body("the report has 33 sightings; at most 32 are read".into())));
}

#[test]
fn p11_emoji_and_right_to_left_text_arrive_as_typed() {
    let phone = Phone::new();
    let words = "قارب مطاطي 🚤 \u{202e}gnp.exe\u{202c} \"quoted\" \\ \u{0}";
    let mut draft = content(Route::Police);
    draft.sightings[0].what = Text::from(words);
    let submitted = phone.open().note(draft).unwrap().submit().unwrap();
    let copy = phone.open().unlock(None).unwrap().copy(&submitted.reference).unwrap();
    assert_eq!(copy.sightings[0].what.as_str(), words);
}

#[test]
fn p11_an_empty_photo_is_refused_and_the_draft_as_it_was() {
    let phone = Phone::new();
    let mut note = phone.open().note(content(Route::Police)).unwrap();
    let error = note.attach(&mut &[][..], &mut |_| {}).unwrap_err();
    assert_eq!(error, Error::Invalid(Invalid::EmptyAttachment));
    assert_eq!(note.attachments(), []);
    note.submit().unwrap();
}

#[test]
fn p11_a_directory_that_is_no_newer_or_not_signed_leaves_the_one_held() {
    let phone = Phone::new();
    let client = phone.open();
    client.take_directory(&phone.desk.directory(5)).unwrap();
    let refused = |bytes: &[u8]| match client.take_directory(bytes).unwrap_err() {
        Error::Invalid(Invalid::Directory(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&phone.desk.directory(4)), DirectoryError::Older);
    assert_eq!(refused(&phone.desk.directory(u64::MAX)), DirectoryError::Jump);
    let stranger = super::kit::PlayedDesk::new().directory(6);
    let text = String::from_utf8(stranger).unwrap().replace("\"signature\": \"", "\"signature\": \"AAAA");
    assert_eq!(refused(text.as_bytes()), DirectoryError::Signatures { good: 0, needed: 1 });
    let whole = phone.desk.directory(6);
    assert!(matches!(refused(&whole[..whole.len() / 2]), DirectoryError::Json(_)));
    assert_eq!(client.directory().unwrap().unwrap().sequence(), 5);
}

#[test]
fn p11_a_second_set_up_changes_nothing_and_a_missing_home_is_named() {
    let phone = Phone::new();
    phone.open().note(content(Route::Police)).unwrap();
    let none = SetUp { roots: None, directory: None };
    let error = Client::create(&phone.home(), phone.ports(), &none).unwrap_err();
    assert_eq!(error, Error::Unusable(Unusable::AlreadySetUp));
    assert_eq!(phone.open().overview().unwrap().drafts, 1);
    let nowhere = phone.folder.path().join("nowhere");
    assert_eq!(Client::open(&nowhere, phone.ports()).unwrap_err(), Error::NotFound(Missing::Home));
    assert!(!nowhere.exists());
}

#[test]
fn p11_a_home_of_a_newer_version_is_refused_by_name_and_left_alone() {
    let phone = Phone::new();
    rusqlite::Connection::open(phone.home().join("words.db"))
        .unwrap()
        .execute_batch(&format!("PRAGMA user_version = 9; PRAGMA application_id = {}", 0x5475_7739))
        .unwrap();
    let before = phone.files();
    let error = Client::open(&phone.home(), phone.ports()).unwrap_err();
    assert_eq!(error, Error::Unusable(Unusable::NewerSchema { file: "words.db", found: 9, known: 1 }));
    assert_eq!(phone.files()["words.db"], before["words.db"]);
}

#[test]
fn p9_without_any_desk_a_note_is_kept_told_about_and_sent_once_there_is_one() {
    let phone = Phone::new();
    let home = phone.folder.path().join("bare");
    let set_up = SetUp { roots: Some(phone.desk.roots()), directory: None };
    let client = Client::create(&home, phone.ports(), &set_up).unwrap();
    let note = client.note(content(Route::Police)).unwrap();
    let row = note.row();
    let (_, error) = note.submit().unwrap_err();
    assert_eq!(error, Error::NotSendable(NotSendable::NoDesk));
    let told = Told {
        channel: Channel::Police,
        at: Moment::utc(chrono::Utc::now()),
        number: Some(Text::from("CAD 123")),
    };
    client.tell(About::Draft(row), &told).unwrap();
    client.take_directory(&phone.desk.directory(1)).unwrap();
    let submitted = client.unlock(None).unwrap().draft(row).unwrap().submit().unwrap();
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1);
    let copy = client.unlock(None).unwrap().copy(&submitted.reference).unwrap();
    assert_eq!(copy.told, [told]);
}

#[test]
fn p9_a_wrong_clock_and_an_expired_directory_stop_nothing() {
    let phone = Phone::new();
    phone.clock.advance(chrono::TimeDelta::days(4000));
    let client = phone.open();
    let note = client.note(content(Route::Police)).unwrap();
    assert!(note.check().unwrap().notices.contains(&crate::Notice::DirectoryExpired));
    note.submit().unwrap();
    phone.clock.advance(chrono::TimeDelta::days(-20_000));
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 2);
}

#[test]
fn several_desks_ask_for_a_choice_and_a_closed_one_is_none() {
    let mut phone = Phone::new();
    phone.desk.desk.closed = true;
    let client = phone.open();
    client.take_directory(&phone.desk.directory(2)).unwrap();
    let (_, error) = client.note(content(Route::Police)).unwrap().submit().unwrap_err();
    assert_eq!(error, Error::NotSendable(NotSendable::NoDesk));
}

#[test]
fn p1_a_call_noted_while_its_draft_is_in_hand_is_not_lost() {
    let phone = Phone::new();
    let client = phone.open();
    let told = Told {
        channel: Channel::Emergency,
        at: Moment::utc(chrono::Utc::now()),
        number: Some(Text::from("CAD 77")),
    };
    let note = client.note(content(Route::Police)).unwrap();
    client.tell(About::Draft(note.row()), &told).unwrap();
    note.submit().unwrap();
    assert_eq!(client.unlock(None).unwrap().reports(1).unwrap()[0].told, [told]);
}

#[test]
fn p7_calls_are_left_out_of_an_anonymous_report() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.note(content(Route::Anonymous)).unwrap().row();
    let told = Told {
        channel: Channel::Police,
        at: Moment::utc(chrono::Utc::now()),
        number: Some(Text::from("CAD 123")),
    };
    client.tell(About::Draft(row), &told).unwrap();
    let note = client.unlock(None).unwrap().draft(row).unwrap();
    assert_eq!((note.told().len(), note.preview().unwrap().told), (1, vec![]));
}

#[test]
fn a_photo_can_be_taken_out_again() {
    let phone = Phone::new();
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[1_u8; 1000][..], &mut |_| {}).unwrap();
    note.attach(&mut &[2_u8; 1000][..], &mut |_| {}).unwrap();
    assert_eq!(note.detach(7).unwrap_err(), Error::NotFound(Missing::Attachment));
    note.detach(1).unwrap();
    let numbers: Vec<_> = note.attachments().iter().map(|attachment| attachment.number).collect();
    assert_eq!((numbers, &note.content().sightings[0].attachments[..]), (vec![2], &[2][..]));
    let media = rusqlite::Connection::open(phone.home().join("media.db")).unwrap();
    let rows: i64 = media.query_row("SELECT count(*) FROM media", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
    note.submit().unwrap();
}

#[test]
fn p9_a_damaged_media_database_stops_no_words() {
    let phone = Phone::new();
    std::fs::write(phone.home().join("media.db"), [0x55; 40_000]).unwrap();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1);
}

#[test]
fn p9_a_dead_clock_stops_nobody_and_ends_nothing_early_once_it_is_right() {
    let phone = Phone::new();
    let at_1970 = -chrono::TimeDelta::days(20_500);
    phone.clock.advance(at_1970);
    let client = phone.open();
    let mut draft = content(Route::Police);
    draft.sightings[0].when.from = Moment::utc(*phone.clock.0.lock().unwrap());
    client.note(draft).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    phone.clock.advance(-at_1970);
    sync(&client, &intake);
    let kept: i64 = rusqlite::Connection::open(phone.home().join("words.db"))
        .unwrap()
        .query_row("SELECT count(envelope) FROM item", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 1, "thirty days have passed on one clock only");
}

#[test]
fn root_keys_can_be_set_later_and_never_exchanged() {
    let phone = Phone::new();
    let home = phone.folder.path().join("bare");
    let client = Client::create(&home, phone.ports(), &SetUp { roots: None, directory: None }).unwrap();
    client.take_roots(&phone.desk.roots()).unwrap();
    client.take_roots(&phone.desk.roots()).unwrap();
    client.take_directory(&phone.desk.directory(1)).unwrap();
    let other = turnstone_wire::key::SigningKey::from_seed([9; 32]).unwrap().public();
    let other = turnstone_wire::directory::Roots::new(vec![other]).unwrap();
    assert_eq!(client.take_roots(&other).unwrap_err(), Error::Invalid(Invalid::OtherRoots));
}

#[test]
fn a_wipe_ends_the_keys_and_removes_the_files_whatever_state_they_are_in() {
    for garble in ["", "words.db", "media.db"] {
        let phone = Phone::new();
        phone.open().note(content(Route::Police)).unwrap();
        if !garble.is_empty() {
            std::fs::write(phone.home().join(garble), [0x55; 9000]).unwrap();
        }
        let wiped = Client::wipe_at(&phone.home(), phone.ports());
        assert_eq!(wiped.is_ok(), garble != "words.db", "{garble}: whose keys they are is no longer known");
        assert!(!phone.home().exists(), "{garble}");
        if garble != "words.db" {
            assert!(!std::fs::read_to_string(phone.key_file()).unwrap().contains("vault"), "{garble}");
        }
    }
}
