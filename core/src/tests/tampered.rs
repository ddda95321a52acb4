//! Values that are wrong in a database that SQLite finds whole: each keeps to itself (P9), and none ends a key or a photo.

use std::{fs, sync::Arc};

use rusqlite::Connection;
use turnstone_wire::{
    body::{Channel, Route, Told},
    text::{Moment, Text},
};

use super::kit::{Phone, PlayedIntake, content, sync};
use crate::{About, Client, Error, KeyFile, KeyStore, KeyStoreError, Missing, Ports, SetUp, Unusable};

fn words(phone: &Phone) -> Connection {
    Connection::open(phone.home().join("words.db")).unwrap()
}

fn change(phone: &Phone, sql: &str) {
    assert!(words(phone).execute(sql, []).unwrap() > 0, "{sql}");
}

/// A phone with three reports, the second with a photo, and a draft with one.
fn busy_phone() -> Phone {
    let phone = Phone::new();
    let client = phone.open();
    for n in 1..=3_u8 {
        let mut note = client.note(content(Route::Police)).unwrap();
        if n == 2 {
            note.attach(&mut &[n; 50_000][..], &mut |_| {}).unwrap();
        }
        note.submit().unwrap();
    }
    client.note(content(Route::Police)).unwrap().attach(&mut &[9; 50_000][..], &mut |_| {}).unwrap();
    client.tidy(Some(&client.unlock(None).unwrap())).unwrap();
    phone
}

fn photos(phone: &Phone) -> i64 {
    let media = Connection::open(phone.home().join("media.db")).unwrap();
    media.query_row("SELECT count(*) FROM media", [], |row| row.get(0)).unwrap()
}

#[test]
fn p9_one_wrong_value_keeps_no_other_report_from_going_and_no_draft_from_being_read() {
    for sql in [
        "UPDATE item SET attempts = -1 WHERE id = 1",
        "UPDATE item SET uid = x'00' WHERE id = 1",
        "UPDATE item SET lane = 7 WHERE id = 1",
        "UPDATE item SET report = 2 WHERE id = 1",
        "UPDATE report SET finished = 1 WHERE id = 1",
        "UPDATE report SET uid = x'00' WHERE id = 1",
        "UPDATE report SET sealed = x'00' WHERE id = 1",
    ] {
        let phone = busy_phone();
        change(&phone, sql);
        let client = phone.open();
        let intake = PlayedIntake::of(&phone.desk);
        assert!(sync(&client, &intake).stored >= 3, "{sql}");
        let notebook = client.unlock(None).unwrap();
        assert_eq!(notebook.drafts(10).unwrap().len(), 1, "{sql}");
        assert!(notebook.reports(10).unwrap().len() >= 2, "{sql}");
    }
    for sql in ["UPDATE draft SET uid = x'00'", "UPDATE draft SET sealed = x'00'"] {
        let phone = busy_phone();
        change(&phone, sql);
        let notebook = phone.open().unlock(None).unwrap();
        assert_eq!((notebook.drafts(10).unwrap().len(), notebook.damaged().unwrap().drafts.len()), (0, 1));
        assert_eq!(notebook.reports(10).unwrap().len(), 3);
        let row = notebook.damaged().unwrap().drafts[0];
        if sql.contains("sealed") {
            notebook.discard(row).unwrap();
            assert!(notebook.damaged().unwrap().drafts.is_empty());
        }
    }
}

#[test]
fn p4_a_wrong_name_of_a_dead_key_keeps_no_shred_from_being_done() {
    let phone = busy_phone();
    words(&phone).execute("INSERT INTO dead_key (uid, vault) VALUES (x'00', 1)", []).unwrap();
    let client = phone.open();
    client.unlock(None).unwrap();
    assert!(!client.overview().unwrap().shred_due);
    assert_eq!(client.unlock(None).unwrap().drafts(10).unwrap().len(), 1);
}

#[test]
fn p1_a_wrong_number_of_a_dead_key_ends_none_that_lives() {
    let phone = busy_phone();
    words(&phone).execute("INSERT OR IGNORE INTO dead_slot SELECT owner, epoch FROM vault", []).unwrap();
    words(&phone).execute("INSERT OR IGNORE INTO dead_slot SELECT owner, epoch + 1 FROM vault", []).unwrap();
    assert_eq!(phone.open().unlock(None).unwrap().drafts(10).unwrap().len(), 1);
    assert_eq!(phone.open().unlock(None).unwrap().drafts(10).unwrap().len(), 1);
}

#[test]
fn p1_one_damaged_row_of_the_vault_is_made_good_by_the_other() {
    for table in ["vault", "vault_spare"] {
        for value in ["epoch = epoch + 64", "kdf = x'01'", "ring = x'00'", "owner = x'00'", "door = x'00'"] {
            let phone = busy_phone();
            change(&phone, &format!("UPDATE {table} SET {value}"));
            let client = phone.open();
            client.note(content(Route::Police)).unwrap().submit().unwrap();
            let notebook = client.unlock(None).unwrap();
            assert_eq!(notebook.drafts(10).unwrap().len(), 1, "{table} {value}");
            assert_eq!(notebook.reports(10).unwrap().len(), 4, "{table} {value}");
            assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 5, "{table} {value}");
        }
    }
}

#[test]
fn p9_a_call_or_a_photo_that_does_not_open_keeps_no_words_back() {
    let phone = Phone::new();
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[9; 50_000][..], &mut |_| {}).unwrap();
    let row = note.row();
    drop(note);
    let at = Moment::utc(chrono::Utc::now());
    let told = Told { channel: Channel::Police, at, number: Some(Text::from("CAD 1")) };
    client.tell(About::Draft(row), &told).unwrap();
    change(&phone, "UPDATE told SET sealed = x'00'");
    change(&phone, "UPDATE new_key SET sealed = x'00' WHERE uid = (SELECT uid FROM draft_media)");
    let notebook = phone.open().unlock(None).unwrap();
    assert_eq!(notebook.drafts(10).unwrap().len(), 1);
    let (mut note, error) = notebook.draft(row).unwrap().submit().unwrap_err();
    assert_eq!(error, Error::Unusable(Unusable::Unreadable("a photo")));
    note.detach(1).unwrap();
    note.submit().unwrap();
    assert_eq!(sync(&phone.open(), &PlayedIntake::of(&phone.desk)).stored, 1);
}

#[test]
fn p1_a_photo_whose_bytes_are_damaged_is_found_out_before_its_draft_is_gone() {
    let phone = Phone::new();
    let mut note = phone.open().note(content(Route::Police)).unwrap();
    note.attach(&mut &[9; 50_000][..], &mut |_| {}).unwrap();
    let media = Connection::open(phone.home().join("media.db")).unwrap();
    media.execute("UPDATE chunk SET bytes = x'00'", []).unwrap();
    let (note, error) = note.submit().unwrap_err();
    assert_eq!(error, Error::Unusable(Unusable::Unreadable("a photo")));
    assert_eq!(note.attachments().len(), 1);
}

#[test]
fn p1_where_names_of_photos_could_not_be_carried_over_no_photo_is_swept() {
    let phone = busy_phone();
    let held = photos(&phone);
    assert_eq!(held, 2);
    let root: i64 = words(&phone)
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'item'", [], |row| row.get(0))
        .unwrap();
    let file = phone.home().join("words.db");
    let mut bytes = fs::read(&file).unwrap();
    let at = usize::try_from((root - 1) * 4096).unwrap();
    bytes[at..at + 4096].fill(0x55);
    fs::write(&file, bytes).unwrap();
    fs::write(phone.home().join("words.damaged"), []).unwrap();
    let client = phone.open();
    assert!(!client.mended()[0].complete);
    drop(client);
    phone.open().note(content(Route::Police)).unwrap().discard().unwrap();
    assert_eq!(photos(&phone), held, "what was set aside names them");
}

#[test]
fn p1_a_table_under_another_name_or_on_another_page_is_damage_and_is_carried_over() {
    for (from, to) in [("attempts INTEGER", "atgempts INTEGER"), ("CREATE TABLE told", "CREATE TABLE tolf")] {
        let phone = busy_phone();
        let file = phone.home().join("words.db");
        let mut bytes = fs::read(&file).unwrap();
        let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        fs::write(&file, bytes).unwrap();
        let mut mended = false;
        for _ in 0..3 {
            let client = phone.open();
            mended |= !client.mended().is_empty();
            let sent = client
                .note(content(Route::Police))
                .and_then(|note| note.submit().map_err(|(_, error)| error))
                .and_then(|_| client.unlock(None)?.reports(10))
                .and_then(|_| client.overview());
            if sent.is_ok() && mended {
                break;
            }
        }
        assert!(mended, "{from}");
        let client = phone.open();
        assert!(client.unlock(None).unwrap().reports(10).unwrap().len() >= 3, "{from}");
        assert!(sync(&client, &PlayedIntake::of(&phone.desk)).stored >= 4, "{from}");
    }
}

#[test]
fn p1_a_damaged_log_is_set_aside_and_told() {
    let phone = Phone::new();
    let killed = phone.folder.path().join("killed");
    let client = phone.open();
    for _ in 0..3 {
        client.note(content(Route::Police)).unwrap().submit().unwrap();
    }
    // As a kill leaves it: the log is not played back into the database.
    super::kit::copy_folder(&phone.home(), &killed);
    let log = killed.join("words.db-wal");
    let mut bytes = fs::read(&log).unwrap();
    assert!(bytes.len() > 20_000);
    let whole = Client::open(&killed, phone.ports()).unwrap();
    assert!(whole.mended().is_empty(), "a kill is no damage");
    drop(whole);
    fs::remove_dir_all(&killed).unwrap();
    super::kit::copy_folder(&phone.home(), &killed);
    bytes[9_000] ^= 1;
    fs::write(&log, bytes).unwrap();
    let client = Client::open(&killed, phone.ports()).unwrap();
    assert_eq!((client.mended().len(), client.mended()[0].file), (1, "words.db"));
    assert!(killed.join("damaged-words-1/words.db-wal").exists());
    client.note(content(Route::Police)).unwrap();
}

#[test]
fn p1_numbers_of_photos_are_not_given_again_after_their_database_was_lost() {
    let phone = busy_phone();
    fs::remove_file(phone.home().join("media.db")).unwrap();
    let client = phone.open();
    assert_eq!((client.mended()[0].file, client.mended()[0].kept_in.as_deref()), ("media.db", None));
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[4; 50_000][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 5, "all words, and the new photo");
}

#[test]
fn p11_setting_up_over_a_mending_that_was_begun_discards_nothing() {
    let phone = busy_phone();
    let part = phone.home().join("damaged-words.part");
    fs::create_dir(&part).unwrap();
    fs::rename(phone.home().join("words.db"), part.join("words.db")).unwrap();
    let set_up = SetUp { roots: None, directory: None };
    let error = Client::create(&phone.home(), phone.ports(), &set_up).unwrap_err();
    assert_eq!(error, Error::Unusable(Unusable::AlreadySetUp));
    assert_eq!(phone.open().unlock(None).unwrap().reports(10).unwrap().len(), 3);
}

/// A store that is away until it is told to come back.
#[derive(Debug)]
struct Away(KeyFile, std::sync::atomic::AtomicBool);

impl KeyStore for Away {
    fn seal(&self, slot: &str, secret: &[u8], factor: &[u8]) -> Result<(), KeyStoreError> {
        self.here()?.seal(slot, secret, factor)
    }

    fn open(&self, slot: &str, factor: &[u8]) -> Result<zeroize::Zeroizing<Vec<u8>>, KeyStoreError> {
        self.here()?.open(slot, factor)
    }

    fn delete(&self, slot: &str) -> Result<(), KeyStoreError> {
        self.here()?.delete(slot)
    }
}

impl Away {
    fn here(&self) -> Result<&KeyFile, KeyStoreError> {
        let here = self.1.load(std::sync::atomic::Ordering::SeqCst);
        if here { Ok(&self.0) } else { Err(KeyStoreError::Unavailable) }
    }
}

#[test]
fn p9_a_vault_that_was_lost_is_made_anew_at_whichever_opening_the_key_store_is_there() {
    let phone = busy_phone();
    for table in ["vault", "vault_spare"] {
        change(&phone, &format!("DELETE FROM {table}"));
    }
    let store = Arc::new(Away(KeyFile::new(phone.key_file()), false.into()));
    let ports = Ports { key_store: Arc::clone(&store) as Arc<dyn KeyStore>, ..phone.ports() };
    let away = Client::open(&phone.home(), ports.clone()).unwrap();
    assert_eq!(away.overview().unwrap().reports, 3);
    drop(away);
    store.1.store(true, std::sync::atomic::Ordering::SeqCst);
    let client = Client::open(&phone.home(), ports).unwrap();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(
        client.unlock(None).unwrap().damaged().unwrap().drafts.len(),
        1,
        "its key is gone, and it is said"
    );
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 5);
    assert!(!matches!(client.unlock(None), Err(Error::NotFound(Missing::Home))));
}
