//! A key store that is gone, fails, is slow, or gives other bytes (P9): a note can be written and is kept, and is sent once
//! the store is back.

use std::sync::{Arc, Condvar, Mutex};

use turnstone_wire::body::Route;
use zeroize::Zeroizing;

use super::kit::{Phone, PlayedIntake, WHAT, content, found_in, sync};
use crate::{Client, Error, KeyFile, KeyStore, KeyStoreError, Ports, SetUp, Unusable};

/// What a key store does instead of its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    None,
    Fails(KeyStoreError),
    OtherBytes,
    /// It does not answer until it is told to.
    Stuck,
}

/// The phone's key file, with a trouble in front of it.
#[derive(Debug)]
pub(super) struct Troubled {
    inner: KeyFile,
    /// What, and with which slots: those that have this in their names.
    trouble: Mutex<(Trouble, &'static str)>,
    changed: Condvar,
}

impl Troubled {
    pub(super) fn of(phone: &Phone) -> Arc<Self> {
        let inner = KeyFile::new(phone.key_file());
        Arc::new(Self { inner, trouble: Mutex::new((Trouble::None, "")), changed: Condvar::new() })
    }

    pub(super) fn set(&self, trouble: Trouble) {
        self.set_for("", trouble);
    }

    /// The same with some slots alone: `.vault-`, `.wipe-` or `.sending`.
    pub(super) fn set_for(&self, slots: &'static str, trouble: Trouble) {
        *self.trouble.lock().unwrap() = (trouble, slots);
        self.changed.notify_all();
    }

    fn pass(&self, slot: &str) -> Result<Trouble, KeyStoreError> {
        let trouble = self.trouble.lock().unwrap();
        let (trouble, slots) =
            *self.changed.wait_while(trouble, |(trouble, _)| *trouble == Trouble::Stuck).unwrap();
        if !slot.contains(slots) {
            return Ok(Trouble::None);
        }
        if let Trouble::Fails(error) = trouble { Err(error) } else { Ok(trouble) }
    }
}

impl KeyStore for Troubled {
    fn seal(&self, slot: &str, secret: &[u8], factor: &[u8]) -> Result<(), KeyStoreError> {
        self.pass(slot)?;
        self.inner.seal(slot, secret, factor)
    }

    fn open(&self, slot: &str, factor: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        match self.pass(slot)? {
            Trouble::OtherBytes => Ok(Zeroizing::new(vec![0x5a; 32])),
            _ => self.inner.open(slot, factor),
        }
    }

    fn delete(&self, slot: &str) -> Result<(), KeyStoreError> {
        self.pass(slot)?;
        self.inner.delete(slot)
    }
}

pub(super) fn ports(phone: &Phone, key_store: &Arc<Troubled>) -> Ports {
    Ports { key_store: Arc::clone(key_store) as Arc<dyn KeyStore>, ..phone.ports() }
}

#[test]
fn p9_while_the_key_store_does_not_do_its_part_a_note_is_kept_and_sent_once_it_does() {
    let troubles = [
        (Trouble::Fails(KeyStoreError::Unavailable), KeyStoreError::Unavailable),
        (Trouble::Fails(KeyStoreError::Damaged), KeyStoreError::Damaged),
        (Trouble::OtherBytes, KeyStoreError::Damaged),
    ];
    for (trouble, said) in troubles {
        let phone = Phone::new();
        let store = Troubled::of(&phone);
        phone.open().note(content(Route::Police)).unwrap().submit().unwrap();
        store.set(trouble);
        let client = Client::open(&phone.home(), ports(&phone, &store)).unwrap();
        let unusable = Error::Unusable(Unusable::KeyStore(said));
        assert_eq!(client.reach_key_store().unwrap_err(), unusable, "{trouble:?}");
        let mut note = client.note(content(Route::Police)).unwrap();
        note.attach(&mut &[7; 100_000][..], &mut |_| {}).unwrap();
        let (note, error) = note.submit().unwrap_err();
        assert_eq!(error, unusable, "{trouble:?}");
        let row = note.row();
        drop(note);
        assert_eq!(found_in(&phone.files(), &[WHAT.as_bytes()]), Vec::<String>::new(), "{trouble:?}");
        assert!(client.unlock(None).is_err(), "{trouble:?}");
        // The very same client goes on, once the store does its part.
        store.set(Trouble::None);
        let notebook = client.unlock(None).unwrap();
        notebook.draft(row).unwrap().submit().unwrap();
        let summary = sync(&client, &PlayedIntake::of(&phone.desk));
        assert_eq!((summary.stored, summary.waiting), (3, 0), "{trouble:?}");
    }
}

#[test]
fn p9_who_waits_for_a_slow_key_store_keeps_nobody_else_waiting() {
    let phone = Phone::new();
    let store = Troubled::of(&phone);
    phone.open().note(content(Route::Police)).unwrap();
    let slow = Client::open(&phone.home(), ports(&phone, &store)).unwrap();
    store.set(Trouble::Stuck);
    let waiting = std::thread::spawn({
        let slow = slow.clone();
        move || slow.unlock(None).map(|notebook| notebook.drafts(10).unwrap().len())
    });
    // Another program on the same home, and this client's own calls that need no key, go on meanwhile.
    phone.open().note(content(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(slow.overview().unwrap().drafts, 1);
    store.set(Trouble::None);
    assert_eq!(waiting.join().unwrap().unwrap(), 1);
}

#[test]
fn p8_a_door_exchanged_on_the_disk_is_not_taken_where_the_key_store_answers() {
    let mine = age::x25519::Identity::generate();
    let public = mine.to_public().to_string();
    let public = public.strip_prefix("age1").unwrap().as_bytes();
    // The key in clear alone; the sealed one damaged as well; the home under a name that the store does not know.
    for also in ["", ", door = x'00'", ", owner = x'00112233445566778899aabbccddeeff'"] {
        let phone = Phone::new();
        let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
        for table in ["vault", "vault_spare"] {
            words.execute(&format!("UPDATE {table} SET door_public = ?1{also}"), [public]).unwrap();
        }
        if also.contains("owner") {
            words.execute("UPDATE home SET uid = x'00112233445566778899aabbccddeeff'", []).unwrap();
        }
        drop(words);
        let noted = phone.open().note(content(Route::Police));
        assert_eq!(noted.is_ok(), also.is_empty(), "{also}");
        let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
        let mut keys = words.prepare("SELECT sealed FROM new_key").unwrap();
        for sealed in keys.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap() {
            assert!(age::decrypt(&mine, &sealed.unwrap()).is_err(), "sealed to a stranger: {also}");
        }
    }
}

#[test]
fn p9_with_its_keys_gone_for_good_a_home_is_set_aside_and_a_new_one_begun() {
    let phone = Phone::new();
    phone.open().note(content(Route::Police)).unwrap().submit().unwrap();
    let keys = std::fs::read(phone.key_file()).unwrap();
    std::fs::remove_file(phone.key_file()).unwrap();
    let directory = phone.desk.directory(1);
    let set_up = SetUp { roots: Some(phone.desk.roots()), directory: Some(&directory) };
    let client = Client::start_anew(&phone.home(), phone.ports(), &set_up).unwrap();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1);
    assert!(!phone.home().join("set-aside.part").exists());
    // Should the keys turn up again, so does what they open.
    let found = phone.folder.path().join("found.keys");
    std::fs::write(&found, keys).unwrap();
    let again = Ports { key_store: Arc::new(KeyFile::new(found)), ..phone.ports() };
    let old = Client::open(&phone.home().join("set-aside-1"), again).unwrap();
    assert_eq!(sync(&old, &PlayedIntake::of(&phone.desk)).stored, 1);
}

#[test]
fn p1_a_new_start_killed_halfway_is_taken_back_or_gone_through_with() {
    let photo = [7; 100_000];
    for moved in [&["media.db"][..], &["media.db", "words.db"]] {
        let phone = Phone::new();
        let mut note = phone.open().note(content(Route::Police)).unwrap();
        note.attach(&mut &photo[..], &mut |_| {}).unwrap();
        note.submit().unwrap();
        let part = phone.home().join("set-aside.part");
        std::fs::create_dir(&part).unwrap();
        for file in moved {
            std::fs::rename(phone.home().join(file), part.join(file)).unwrap();
        }
        let whole = if moved.len() == 1 {
            phone.open()
        } else {
            let none = Client::open(&phone.home(), phone.ports()).unwrap_err();
            assert_eq!(none, Error::NotFound(crate::Missing::Home));
            Client::create(&phone.home(), phone.ports(), &SetUp { roots: None, directory: None }).unwrap();
            Client::open(&phone.home().join("set-aside-1"), phone.ports()).unwrap()
        };
        assert!(whole.mended().is_empty());
        assert_eq!(sync(&whole, &PlayedIntake::of(&phone.desk)).stored, 2, "words and photo: {moved:?}");
        assert!(!part.exists());
    }
}
