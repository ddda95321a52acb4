//! P1, P3, P9 and P11 in bad luck: no room left, clocks that are wrong, somebody else in the way, a folder that was copied.

use std::{fs, path::Path, sync::Arc, time::Duration};

use chrono::TimeDelta;
use turnstone_wire::{
    body::{Channel, Route, Told},
    receipt::ObjectKind,
    text::{Moment, Text},
};

use super::kit::{Link, Phone, PlayedIntake, content, copy_folder, sync};
use crate::{
    About, Busy, Client, DraftContent, Error, Invalid, ItemState, KeyFile, KeyStoreError, Note, Notice,
    Ports, Unusable, store::Words, sync::Network,
};

/// Makes a database say that its disk is full whenever a statement does something to a table, as SQLite says it: a number
/// that can grow no further is the same error to it (sqlite.org/autoinc.html).
pub(super) fn fill(file: &Path, statement: &str) {
    rusqlite::Connection::open(file)
        .unwrap()
        .execute_batch(&format!(
            "CREATE TABLE room (id INTEGER PRIMARY KEY AUTOINCREMENT);
             INSERT INTO room VALUES (9223372036854775807);
             CREATE TRIGGER full BEFORE {statement} BEGIN INSERT INTO room (id) VALUES (NULL); END;"
        ))
        .unwrap();
}

/// Makes room again.
pub(super) fn free(file: &Path) {
    let free = "DROP TRIGGER full; DROP TABLE room;";
    rusqlite::Connection::open(file).unwrap().execute_batch(free).unwrap();
}

fn count(file: &Path, sql: &str) -> i64 {
    rusqlite::Connection::open(file).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

fn first_draft(client: &Client) -> Note {
    client.unlock(None).unwrap().draft(crate::DraftRow(1)).unwrap()
}

#[test]
fn p1_on_a_full_disk_a_photo_is_refused_whole_and_taken_once_there_is_room() {
    let phone = Phone::new();
    let (words, media) = (phone.home().join("words.db"), phone.home().join("media.db"));
    // Where the photo's bytes go, where they are counted, and where the draft names them.
    for (file, statement) in [
        (&media, "INSERT ON chunk WHEN NEW.n = 30"),
        (&media, "UPDATE ON media"),
        (&words, "INSERT ON draft_media"),
    ] {
        let client = phone.open();
        let mut note = client.note(content(Route::Police)).unwrap();
        note.attach(&mut &[1_u8; 1000][..], &mut |_| {}).unwrap();
        let before = note.content().clone();
        fill(file, statement);
        let error = note.attach(&mut &vec![2_u8; 9_000_000][..], &mut |_| {}).unwrap_err();
        assert_eq!(error, Error::StorageFull, "{statement}");
        assert_eq!((note.content(), note.attachments().len()), (&before, 1), "{statement}");
        free(file);
        assert_eq!(count(&media, "SELECT count(*) FROM media"), 1, "{statement}: only the first is left");
        note.attach(&mut &[2_u8; 2000][..], &mut |_| {}).unwrap();
        note.submit().unwrap();
        let intake = PlayedIntake::of(&phone.desk);
        assert_eq!(sync(&client, &intake).stored, 3, "{statement}");
        phone.clock.advance(TimeDelta::days(31));
        sync(&client, &intake);
    }
}

#[test]
fn p1_on_a_full_disk_a_submission_keeps_the_draft_whole_and_goes_once_there_is_room() {
    let statements = ["INSERT ON report", "INSERT ON copy", "INSERT ON item", "DELETE ON draft"];
    for statement in statements {
        let phone = Phone::new();
        let client = phone.open();
        let mut note = client.note(content(Route::Police)).unwrap();
        note.attach(&mut &[1_u8; 1000][..], &mut |_| {}).unwrap();
        let words = phone.home().join("words.db");
        fill(&words, statement);
        let (note, error) = note.submit().unwrap_err();
        assert_eq!(error, Error::StorageFull, "{statement}");
        drop(note);
        let counts = phone.open().overview().unwrap();
        assert_eq!((counts.drafts, counts.reports, counts.waiting), (1, 0, 0), "{statement}");
        free(&words);
        let note = first_draft(&client);
        assert_eq!(note.content().sightings[0].attachments, [1], "{statement}");
        note.submit().unwrap();
        assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 2, "{statement}");
    }
}

#[test]
fn p1_on_a_full_disk_nothing_new_is_said_to_be_kept_and_all_that_was_is() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap();
    let words = phone.home().join("words.db");
    fill(&words, "INSERT ON draft");
    assert_eq!(client.note(content(Route::Police)).unwrap_err(), Error::StorageFull);
    free(&words);
    fill(&words, "UPDATE ON draft");
    let mut note = first_draft(&client);
    let mut changed = content(Route::Police);
    changed.sightings[0].what = Text::from("other words");
    assert_eq!(note.change(changed).unwrap_err(), Error::StorageFull);
    assert_eq!(note.content(), &content(Route::Police));
    free(&words);
    fill(&words, "INSERT ON told");
    let told = Told { channel: Channel::Police, at: Moment::utc(super::kit::signed_at()), number: None };
    assert_eq!(client.tell(About::Draft(crate::DraftRow(1)), &told).unwrap_err(), Error::StorageFull);
    free(&words);
    fill(&words, "UPDATE ON setting");
    assert_eq!(client.take_directory(&phone.desk.directory(2)).unwrap_err(), Error::StorageFull);
    free(&words);
    assert_eq!(client.directory().unwrap().unwrap().sequence(), 1);
    let note = first_draft(&client);
    assert_eq!((note.content(), note.told().len()), (&content(Route::Police), 0));
    assert_eq!(client.overview().unwrap().drafts, 1);
}

#[test]
fn p2_a_receipt_that_finds_no_room_leaves_the_report_waiting_and_the_desk_with_one_copy() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    let words = phone.home().join("words.db");
    fill(&words, "UPDATE OF state ON item WHEN NEW.state = 1");
    let sender = client.sender(intake.clone()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = runtime.block_on(sender.run(Network::Unmetered, true, &|_| {}));
    drop(sender);
    assert_eq!(run.unwrap_err(), Error::StorageFull);
    let state = |client: &Client| client.unlock(None).unwrap().reports(1).unwrap()[0].items[0].state;
    assert_eq!(state(&client), ItemState::Waits);
    free(&words);
    assert_eq!(sync(&client, &intake).stored, 1);
    assert_eq!((state(&client), intake.of_kind(ObjectKind::Report).len()), (ItemState::Stored, 1));
}

#[test]
fn p11_another_program_that_writes_for_too_long_is_named_and_nothing_is_lost_by_it() {
    let phone = Phone::new();
    phone.open().note(content(Route::Police)).unwrap();
    let file = phone.home().join("words.db");
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let words = Words::open(&phone.home()).unwrap();
    words.read(|conn| Ok(conn.busy_timeout(Duration::ZERO)?)).unwrap();
    let refused = words.write(|tx| Ok(tx.execute("DELETE FROM draft", [])?)).unwrap_err();
    assert_eq!(Error::from(refused), Error::Busy(Busy::Database));
    // Reading waits for nobody.
    assert_eq!(phone.open().overview().unwrap().drafts, 1);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(words.write(|tx| Ok(tx.execute("SELECT 1 WHERE 0", [])?)).unwrap(), 0);
    assert_eq!(phone.open().overview().unwrap().drafts, 1);
}

#[test]
fn p11_a_media_database_of_a_newer_version_is_left_alone_and_stops_no_words() {
    let phone = Phone::new();
    let media = phone.home().join("media.db");
    rusqlite::Connection::open(&media)
        .unwrap()
        .execute_batch(&format!("PRAGMA user_version = 9; PRAGMA application_id = {}", 0x5475_6d39))
        .unwrap();
    let before = fs::read(&media).unwrap();
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    let error = note.attach(&mut &[1_u8; 1000][..], &mut |_| {}).unwrap_err();
    assert_eq!(error, Error::Unusable(Unusable::NewerSchema { file: "media.db", found: 9, known: 1 }));
    note.submit().unwrap();
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1);
    assert!(fs::read(&media).unwrap() == before);
}

#[test]
fn p9_what_was_begun_while_the_clock_was_wrong_is_sent_once_it_is_right() {
    for wrong in [TimeDelta::days(64 * 365), -TimeDelta::days(56 * 365)] {
        let phone = Phone::new();
        phone.clock.advance(wrong);
        let client = phone.open();
        let mut draft = content(Route::Police);
        draft.sightings[0].when.from = Moment::utc(*phone.clock.0.lock().unwrap());
        let note = client.note(draft).unwrap();
        let says = note.check().unwrap().notices.contains(&Notice::ClockWrong);
        assert_eq!(says, wrong < TimeDelta::zero(), "a directory tells which clock is behind");
        drop(note);
        phone.clock.advance(-wrong);
        first_draft(&client).submit().unwrap();
        assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1);
    }
}

#[test]
fn p9_a_right_time_that_is_typed_stands_against_a_clock_that_stopped() {
    let phone = Phone::new();
    phone.clock.advance(-TimeDelta::days(56 * 365));
    let client = phone.open();
    let typed = |at: &str| {
        let mut draft: DraftContent = content(Route::Police);
        draft.when_from_clock = false;
        draft.sightings[0].when.from = Moment::parse(at).unwrap();
        client.note(draft).unwrap().submit().map(drop).map_err(|(_, error)| error)
    };
    assert_eq!(typed("2026-05-03T20:41:17+01:00"), Ok(()));
    assert_eq!(typed("2031-05-03T20:41:17+01:00"), Ok(()), "nobody can tell by this clock");
    assert_eq!(typed("1970-05-03T20:41:17+01:00"), Err(Error::Invalid(Invalid::Time)));
    assert_eq!(typed("2190-05-03T20:41:17+01:00"), Err(Error::Invalid(Invalid::Time)));
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 2);
}

#[test]
fn p9_the_ends_of_time_are_no_end_of_the_program() {
    for at in ["9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59", "2016-12-31T23:59:60Z"] {
        let phone = Phone::new();
        *phone.clock.0.lock().unwrap() =
            Moment::parse(at).unwrap().at().to_utc().max(chrono::DateTime::UNIX_EPOCH);
        let client = phone.open();
        let mut draft = content(Route::Police);
        draft.sightings[0].when.from = Moment::parse(at).unwrap();
        client.note(draft).unwrap().submit().unwrap();
        assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1, "{at}");
    }
}

/// A second phone with a copy of the first one's folder, and its keys or none.
fn copy_of(phone: &Phone, keys: bool) -> Result<Client, Error> {
    let folder = phone.folder.path().join("second");
    copy_folder(&phone.home(), &folder);
    let key_file = phone.folder.path().join("second-keys");
    if keys {
        fs::copy(phone.key_file(), &key_file).unwrap();
    }
    let key_store = Arc::new(KeyFile::new(key_file).creating());
    Client::open(&folder, Ports { key_store, ..phone.ports() })
}

#[test]
fn p11_a_home_copied_without_its_keys_says_so_and_stays_as_it_is() {
    let phone = Phone::new();
    phone.open().note(content(Route::Police)).unwrap().submit().unwrap();
    let copy = copy_of(&phone, false).unwrap();
    let error = copy.unlock(None).unwrap_err();
    assert_eq!(error, Error::Unusable(Unusable::KeyStore(KeyStoreError::Unavailable)));
    assert_eq!(copy.reach_key_store().unwrap_err(), error);
    // With a store of its own: that holds none of these keys.
    let own = KeyFile::new(phone.folder.path().join("own-keys")).creating();
    crate::KeyStore::seal(&own, "other", b"secret", b"").unwrap();
    let ports = Ports { key_store: Arc::new(own), ..phone.ports() };
    let error = Client::open(&phone.folder.path().join("second"), ports).unwrap().unlock(None).unwrap_err();
    assert!(error.to_string().contains("copied from elsewhere"), "{error}");
    assert_eq!(sync(&phone.open(), &PlayedIntake::of(&phone.desk)).stored, 1);
}

#[test]
fn p3_two_phones_with_one_home_and_its_keys_bring_each_report_once() {
    let phone = Phone::new();
    let first = phone.open();
    let mut note = first.note(content(Route::Police)).unwrap();
    note.attach(&mut &[5_u8; 300_000][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    let second = copy_of(&phone, true).unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::LosesAnswers);
    sync(&first, &intake);
    sync(&second, &intake);
    intake.set(Link::Good);
    for client in [&second, &first, &second] {
        sync(client, &intake);
    }
    for client in [&first, &second] {
        let report = client.unlock(None).unwrap().reports(9).unwrap().remove(0);
        assert!(report.items.iter().all(|item| item.state == ItemState::Stored));
    }
    assert_eq!(
        (intake.of_kind(ObjectKind::Report).len(), intake.of_kind(ObjectKind::Attachment).len()),
        (1, 1)
    );
}
