//! After a PIN is forgotten or a home is left, by whatever step it was killed after: it is the old or the new, and of the old
//! nothing opens once the new has been opened.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use rusqlite::Connection;
use turnstone_wire::{body::Route, receipt::ObjectKind};
use zeroize::Zeroizing;

use super::{Loot, PHOTO, assert_shredded, holds, seize};
use crate::{
    Client, Error, KeyFile, KeyStore, KeyStoreError, Missing, Pin, Ports,
    tests::{
        forgetting::outbox_of,
        kit::{Phone, PlayedIntake, WHAT, content, copy_folder, sync},
    },
    vault::{Slots, Uid},
};

const PIN: &str = "2580";

fn pin() -> Pin {
    Pin::new(PIN).unwrap()
}

/// A key store that keeps the phone as it lies there before and after each thing it does: as a kill would leave it.
#[derive(Debug)]
struct Filmed {
    keys: KeyFile,
    key_file: PathBuf,
    home: PathBuf,
    into: PathBuf,
    shots: Mutex<Vec<PathBuf>>,
}

impl Filmed {
    fn of(phone: &Phone) -> (Arc<Self>, Ports) {
        let keys = KeyFile::new(phone.key_file());
        let (key_file, home, into) = (phone.key_file(), phone.home(), phone.folder.path().join("shots"));
        let filmed = Arc::new(Self { keys, key_file, home, into, shots: Mutex::default() });
        let ports = Ports { key_store: Arc::clone(&filmed) as Arc<dyn KeyStore>, ..phone.ports() };
        (filmed, ports)
    }

    fn shoot(&self) {
        let mut shots = self.shots.lock().unwrap();
        let shot = self.into.join(shots.len().to_string());
        std::fs::create_dir_all(&shot).unwrap();
        if self.home.exists() {
            copy_folder(&self.home, &shot.join("home"));
        }
        std::fs::copy(&self.key_file, shot.join("keys")).unwrap();
        shots.push(shot);
    }
}

impl KeyStore for Filmed {
    fn seal(&self, slot: &str, secret: &[u8], factor: &[u8]) -> Result<(), KeyStoreError> {
        self.shoot();
        self.keys.seal(slot, secret, factor)?;
        self.shoot();
        Ok(())
    }

    fn open(&self, slot: &str, factor: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        self.keys.open(slot, factor)
    }

    fn delete(&self, slot: &str) -> Result<(), KeyStoreError> {
        self.shoot();
        self.keys.delete(slot)?;
        self.shoot();
        Ok(())
    }
}

/// Opens a shot as a newly started program would.
fn open_shot(phone: &Phone, shot: &Path) -> Result<Client, Error> {
    let ports = Ports { key_store: Arc::new(KeyFile::new(shot.join("keys"))), ..phone.ports() };
    Client::open(&shot.join("home"), ports)
}

/// A locked phone with a draft and its photo.
fn with_a_draft(phone: &Phone) -> Client {
    phone.open().unlock(None).unwrap().change_pin(Some(&pin())).unwrap();
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &PHOTO[..], &mut |_| {}).unwrap();
    drop(note);
    // What was written while locked is taken into the ring.
    client.unlock(Some(&pin())).unwrap();
    client
}

#[test]
fn p4_after_a_pin_is_forgotten_nothing_opens_what_it_opened_not_even_with_it() {
    let phone = Phone::new();
    let client = with_a_draft(&phone);
    let before = seize(&phone, "before");
    client.forget_pin().unwrap();
    assert_shredded(&phone, &before, Some(PIN), true);
    assert!(!client.overview().unwrap().shred_due);
}

#[test]
fn p4_a_forgetting_killed_after_any_step_is_the_old_or_the_new() {
    let phone = Phone::new();
    with_a_draft(&phone).note(content(Route::Police)).unwrap().submit().unwrap();
    let (filmed, ports) = Filmed::of(&phone);
    let before = seize(&phone, "before");
    let outbox = outbox_of(&phone);
    Client::open(&phone.home(), ports).unwrap().forget_pin().unwrap();
    assert_eq!(outbox_of(&phone), outbox, "byte for byte");
    let (mut old, mut new) = (0, 0);
    for shot in filmed.shots.lock().unwrap().iter() {
        let client = open_shot(&phone, shot).unwrap();
        if client.has_pin().unwrap() {
            old += 1;
            assert_eq!(client.unlock(Some(&pin())).unwrap().drafts(10).unwrap().len(), 1);
            // And it can be forgotten again.
            client.forget_pin().unwrap();
        } else {
            new += 1;
        }
        let overview = client.overview().unwrap();
        assert_eq!((overview.drafts, overview.waiting, overview.shred_due), (0, 1, false));
        let mut loot = Loot::default();
        loot.take(&before.home);
        assert!(holds(&loot.open_all(&before.keys, Some(PIN)), &PHOTO[..1000]), "capable");
        loot.take(&shot.join("home"));
        let opened = loot.open_all(&shot.join("keys"), Some(PIN));
        assert!(!holds(&opened, WHAT.as_bytes()) && !holds(&opened, &PHOTO[..1000]), "after {shot:?}");
    }
    assert_eq!((old, new), (2, 2), "before and after the new slot; before and after the old one goes");
}

#[test]
fn p4_a_leaving_killed_after_any_step_sends_each_report_once_and_leaves_nothing_that_opens() {
    let phone = Phone::new();
    with_a_draft(&phone).note(content(Route::Police)).unwrap().submit().unwrap();
    let (filmed, ports) = Filmed::of(&phone);
    let before = seize(&phone, "before");
    let client = Client::open(&phone.home(), ports).unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    assert!(!client.wipe_after_sending().unwrap().wiped);
    assert!(sync(&client, &intake).wiped);
    let delivered = intake.of_kind(ObjectKind::Report);
    assert_eq!(delivered.len(), 1);
    let shots = filmed.shots.lock().unwrap().clone();
    assert!(shots.len() > 5, "the new slot, the old one, and those of the wipe");
    for shot in &shots {
        match open_shot(&phone, shot) {
            Ok(client) => {
                if client.leaving().unwrap().is_none() {
                    assert!(client.unlock(Some(&pin())).is_ok(), "the old one, as it was");
                    client.wipe_after_sending().unwrap();
                }
                let intake = PlayedIntake::of(&phone.desk);
                assert!(sync(&client, &intake).wiped);
                assert_eq!(intake.of_kind(ObjectKind::Report), delivered, "the same bytes, once");
            }
            Err(error) => assert_eq!(error, Error::NotFound(Missing::Home)),
        }
        assert!(!shot.join("home").join("words.db").exists());
        let mut loot = Loot::default();
        loot.take(&before.home);
        let opened = loot.open_all(&shot.join("keys"), Some(PIN));
        assert!(!holds(&opened, WHAT.as_bytes()) && !holds(&opened, &PHOTO[..1000]), "after {shot:?}");
        assert!(loot.sending_keys(&shot.join("keys")).is_empty(), "not even the key that sends is left");
    }
}

#[test]
fn p4_what_people_keep_apart_ends_when_the_home_is_left() {
    let phone = Phone::new();
    let client = with_a_draft(&phone);
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let (person, keys) = (Uid([9; 16]), KeyFile::new(phone.key_file()));
    keys.seal(&Slots::of(person).vault(4), &[1; 32], &[]).unwrap();
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("INSERT INTO person (id, uid, sealed) VALUES (2, ?1, zeroblob(40))", [person]).unwrap();
    for table in ["vault", "vault_spare"] {
        let sql = format!(
            "INSERT INTO {table} (id, owner, epoch, kdf, door_public, door, ring)
             SELECT 2, ?1, 4, kdf, door_public, door, ring FROM {table} WHERE id = 1"
        );
        words.execute(&sql, [person]).unwrap();
    }
    // The report that waits is theirs, and so is its copy.
    words.execute("UPDATE report SET vault = 2", []).unwrap();
    drop(words);
    assert_eq!((client.what_is_lost().unwrap().copies, client.what_is_lost().unwrap().drafts), (0, 1));
    let all = client.what_leaving_ends().unwrap();
    assert_eq!((all.copies, all.people, all.still_sent), (1, 1, 1));
    client.wipe_after_sending().unwrap();
    assert_eq!(keys.open(&Slots::of(person).vault(4), &[]).unwrap_err(), KeyStoreError::NoSuchSlot);
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    let left =
        "SELECT (SELECT count(*) FROM vault WHERE id = 2) + (SELECT count(*) FROM vault_spare WHERE id = 2)
                     + (SELECT count(*) FROM person) + (SELECT count(*) FROM copy)";
    assert_eq!(words.query_row(left, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    assert!(sync(&client, &PlayedIntake::of(&phone.desk)).wiped, "and what waits still goes");
}
