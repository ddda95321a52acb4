//! P1, P3 and P8 on the store.

use turnstone_wire::{body::Route, receipt::ObjectKind, text::Text};

use super::kit::{Phone, PlayedIntake, WHAT, content, found_in, sync};
use crate::{DraftRow, Error, ItemState, Missing, store::HOME_FILES};

#[test]
fn p1_a_draft_its_changes_and_its_photo_are_there_after_a_restart() {
    let phone = Phone::new();
    {
        let mut note = phone.open().note(content(Route::Police)).unwrap();
        let mut changed = note.content().clone();
        changed.sightings[0].why = Some(Text::from("no lights"));
        note.change(changed).unwrap();
        note.attach(&mut &[9_u8; 700_000][..], &mut |_| {}).unwrap();
    }
    let drafts = phone.open().unlock(None).unwrap().drafts(10).unwrap();
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0].content.sightings[0].what.as_str(), WHAT);
    assert_eq!(drafts[0].content.sightings[0].why.as_ref().unwrap().as_str(), "no lights");
    assert_eq!(drafts[0].attachments[0].size, 700_000);
}

#[test]
fn p1_a_submitted_report_is_there_after_a_restart_and_its_draft_is_not() {
    let phone = Phone::new();
    let mut note = phone.open().note(content(Route::Police)).unwrap();
    note.attach(&mut &[9_u8; 300_000][..], &mut |_| {}).unwrap();
    let submitted = note.submit().unwrap();
    let notebook = phone.open().unlock(None).unwrap();
    let reports = notebook.reports(10).unwrap();
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0].reference, submitted.reference);
    assert_eq!(reports[0].items.iter().map(|item| item.state).collect::<Vec<_>>(), [ItemState::Waits; 2]);
    assert_eq!(notebook.drafts(10).unwrap(), []);
    assert_eq!(notebook.copy(&submitted.reference).unwrap().sightings[0].what.as_str(), WHAT);
}

#[test]
fn p1_every_commit_reaches_the_disk() {
    // What SQLite is told; that it then calls fsync is watched on the real programs.
    let phone = Phone::new();
    let core_words = crate::store::Words::open(&phone.home()).unwrap();
    let pragma = |name: &str| -> String {
        core_words
            .read(|conn| {
                Ok(conn.query_row(&format!("PRAGMA {name}"), [], |row| {
                    row.get::<_, rusqlite::types::Value>(0).map(|value| format!("{value:?}"))
                })?)
            })
            .unwrap()
    };
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma("synchronous"), "Integer(2)");
    assert_eq!(pragma("secure_delete"), "Integer(1)");
    assert_eq!(pragma("temp_store"), "Integer(2)");
}

#[test]
fn opening_a_home_writes_to_neither_database() {
    let phone = Phone::new();
    phone.open();
    let counters = || {
        // Bytes 24 to 27 of a database file count its changes (SQLite file format, section 1.3.7).
        let files = phone.files();
        (files["words.db"][24..28].to_vec(), files["media.db"][24..28].to_vec())
    };
    let before = counters();
    phone.open();
    assert_eq!(counters(), before);
    let media = rusqlite::Connection::open(phone.home().join("media.db")).unwrap();
    let pragma =
        |name: &str| media.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((pragma("page_size"), pragma("auto_vacuum")), (16_384, 2));
}

#[test]
fn p1_a_photo_that_breaks_off_leaves_nothing_and_the_draft_as_it_was() {
    struct Breaks(usize);
    impl std::io::Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let read = buffer.len().min(self.0);
            self.0 -= read;
            if read == 0 { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok(read) }
        }
    }
    let phone = Phone::new();
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    let before = note.content().clone();
    let error = note.attach(&mut Breaks(9_000_000), &mut |_| {}).unwrap_err();
    assert_eq!(error, Error::Invalid(crate::Invalid::AttachmentUnreadable));
    assert_eq!((note.content(), note.attachments().len()), (&before, 0));
    let left: i64 = rusqlite::Connection::open(phone.home().join("media.db"))
        .unwrap()
        .query_row("SELECT count(*) FROM chunk", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn p1_a_photo_that_the_draft_cannot_name_leaves_nothing_and_the_draft_as_it_was() {
    let phone = Phone::new();
    let mut mine = phone.open().note(content(Route::Police)).unwrap();
    let mut theirs = phone.open().unlock(None).unwrap().draft(mine.row()).unwrap();
    theirs.change(content(Route::Confidential)).unwrap();
    let before = mine.content().clone();
    let error = mine.attach(&mut &[9_u8; 300_000][..], &mut |_| {}).unwrap_err();
    assert_eq!(error, Error::Busy(crate::Busy::Database));
    assert_eq!((mine.content(), mine.attachments().len()), (&before, 0));
    let media = rusqlite::Connection::open(phone.home().join("media.db")).unwrap();
    let rows: i64 = media.query_row("SELECT count(*) FROM media", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn p1_media_that_nothing_names_is_swept_at_the_next_opening_and_named_media_stays() {
    let phone = Phone::new();
    let mut note = phone.open().note(content(Route::Police)).unwrap();
    note.attach(&mut &[9_u8; 300_000][..], &mut |_| {}).unwrap();
    let media = rusqlite::Connection::open(phone.home().join("media.db")).unwrap();
    // As a kill between the two files would leave it.
    media
        .execute_batch(
            "INSERT INTO media (id, size) VALUES (77, 1); INSERT INTO chunk VALUES (77, 0, x'00');",
        )
        .unwrap();
    phone.open();
    let rows: Vec<i64> = media
        .prepare("SELECT id FROM media")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(rows, [1]);
}

#[test]
fn p3_one_draft_submitted_by_two_programs_becomes_one_report() {
    let phone = Phone::new();
    let row = phone.open().note(content(Route::Police)).unwrap().row();
    let (one, other) = (phone.open(), phone.open());
    let first = one.unlock(None).unwrap().draft(row).unwrap();
    let second = other.unlock(None).unwrap().draft(row).unwrap();
    first.submit().unwrap();
    let (_, error) = second.submit().unwrap_err();
    assert_eq!(error, Error::NotFound(Missing::Draft));
    assert_eq!(phone.open().overview().unwrap().reports, 1);
}

#[test]
fn p3_another_programs_change_to_a_draft_is_not_overwritten() {
    let phone = Phone::new();
    let mut mine = phone.open().note(content(Route::Police)).unwrap();
    let mut theirs = phone.open().unlock(None).unwrap().draft(mine.row()).unwrap();
    let mut changed = theirs.content().clone();
    changed.sightings[0].what = Text::from("theirs");
    theirs.change(changed).unwrap();
    let error = mine.change(content(Route::Police)).unwrap_err();
    assert_eq!(error, Error::Busy(crate::Busy::Database));
    let kept = phone.open().unlock(None).unwrap().draft(DraftRow(1)).unwrap();
    assert_eq!(kept.content().sightings[0].what.as_str(), "theirs");
}

#[test]
fn p8_no_file_of_the_home_holds_words_places_names_or_photo_bytes_in_clear() {
    let phone = Phone::new();
    let client = phone.open();
    let photo: Vec<u8> = (0..600_000_u32).flat_map(u32::to_be_bytes).collect();
    let mut draft = content(Route::Confidential);
    draft.contact = Some(Text::from("Jo Example, 07700 900123"));
    let mut note = client.note(draft).unwrap();
    note.attach(&mut &photo[..], &mut |_| {}).unwrap();
    client.note(content(Route::Police)).unwrap();
    note.submit().unwrap();
    sync(&client, &PlayedIntake::of(&phone.desk));
    let files = phone.files();
    let needles: Vec<&[u8]> = vec![
        WHAT.as_bytes(),
        b"50.606",
        b"1.948",
        b"07700 900123",
        b"harbour-desk",
        b"Test Harbour Desk",
        b"KRAKEN",
        b"kraken",
        b"2026-05-03",
        b"AGE-SECRET",
        b"age1",
        b"image/",
        &photo[1_000_000..1_000_016],
    ];
    assert_eq!(found_in(&files, &needles), Vec::<String>::new());
}

#[test]
fn p8_a_home_holds_no_file_but_those_listed() {
    let phone = Phone::new();
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[1_u8; 300_000][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    sync(&client, &PlayedIntake::of(&phone.desk));
    client.unlock(None).unwrap();
    let allowed = |name: &str| {
        HOME_FILES.contains(&name) || ["words.db-wal", "words.db-shm", "media.db-journal"].contains(&name)
    };
    for name in phone.files().keys() {
        assert!(allowed(name), "{name}");
    }
}

#[test]
fn sealed_bytes_stay_until_an_officer_has_opened_them_or_thirty_days_passed() {
    let phone = Phone::new();
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[1_u8; 300_000][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    assert_eq!(intake.of_kind(ObjectKind::Attachment).len(), 1);
    let held = || {
        let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
        let sql = "SELECT count(envelope) + count(media) FROM item";
        let named: i64 = words.query_row(sql, [], |row| row.get(0)).unwrap();
        let media = rusqlite::Connection::open(phone.home().join("media.db")).unwrap();
        let rows: i64 = media.query_row("SELECT count(*) FROM media", [], |row| row.get(0)).unwrap();
        (named, rows)
    };
    phone.clock.advance(chrono::TimeDelta::days(29));
    sync(&client, &intake);
    assert_eq!(held(), (2, 1));
    phone.clock.advance(chrono::TimeDelta::days(2));
    sync(&client, &intake);
    assert_eq!(held(), (0, 0));
}
