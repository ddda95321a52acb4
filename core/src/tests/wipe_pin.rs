//! The wipe PIN: it wipes and shows a fresh install, never by mistake; killed anywhere, it is the old or the new one; and nobody
//! without the PIN can see that there is one.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use turnstone_wire::body::Route;
use zeroize::Zeroizing;

use super::{
    key_store::{self, Trouble, Troubled},
    kit::{Phone, content, copy_folder},
};
use crate::{
    ChangedPin, Client, Error, Invalid, KeyFile, KeyStore, KeyStoreError, Missing, Notebook, Pin, Ports,
    home_contents, vault::attack::stretched,
};

const GONE: Error = Error::NotFound(Missing::Home);

fn pin() -> Pin {
    Pin::new("2580").unwrap()
}

fn wipe() -> Pin {
    Pin::new("7391").unwrap()
}

fn other_wipe() -> Pin {
    Pin::new("6142").unwrap()
}

fn with_pin(phone: &Phone) -> Notebook {
    let notebook = phone.open().unlock(None).unwrap();
    notebook.change_pin(Some(&pin())).unwrap();
    notebook
}

fn with_wipe_pin(phone: &Phone) -> Notebook {
    let notebook = with_pin(phone);
    notebook.set_wipe_pin(&pin(), &wipe()).unwrap();
    notebook
}

/// The slots of a key file that prove wipe PINs.
fn wipe_slots(keys: &Path) -> usize {
    fs::read_to_string(keys).unwrap().matches(".wipe-").count()
}

fn wrong(attempts: u32) -> Error {
    Error::WrongPin { attempts, wait_ms: 0 }
}

#[test]
fn the_wipe_pin_wipes_and_then_answers_as_a_device_that_was_never_set_up() {
    let phone = Phone::new();
    let notebook = with_wipe_pin(&phone);
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[7_u8; 300_000][..], &mut |_| {}).unwrap();
    drop(note);
    assert_eq!(phone.open().unlock(Some(&wipe())).unwrap_err(), GONE);
    let fresh = phone.folder.path().join("never");
    assert_eq!(Client::open(&fresh, phone.ports()).unwrap_err(), GONE, "what a fresh folder answers");
    assert_eq!(Client::open(&phone.home(), phone.ports()).unwrap_err(), GONE);
    assert_eq!(home_contents(&phone.home()), Vec::<PathBuf>::new());
    let keys = fs::read_to_string(phone.key_file()).unwrap();
    assert!(!keys.contains(".vault-") && !keys.contains(".sending"), "no key is left");
    assert!(notebook.drafts(10).is_err() && client.note(content(Route::Police)).is_err());
}

#[test]
fn a_wrong_pin_is_a_wrong_pin_and_the_right_one_opens_beside_a_wipe_pin() {
    let phone = Phone::new();
    let notebook = with_wipe_pin(&phone);
    assert!(notebook.has_wipe_pin().unwrap());
    let client = phone.open();
    assert_eq!(
        client.unlock(Some(&Pin::new("7392").unwrap())).unwrap_err(),
        wrong(1),
        "a slip from the wipe PIN"
    );
    // A shred takes a new vault key; the wipe PIN stands.
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    drop(client.unlock(Some(&pin())).unwrap());
    assert_eq!(client.unlock(Some(&wipe())).unwrap_err(), GONE);
}

#[test]
fn while_no_pin_is_tried_the_wipe_pin_is_not_tried_either() {
    let phone = Phone::new();
    with_wipe_pin(&phone);
    let client = phone.open();
    for _ in 0..5 {
        client.unlock(Some(&Pin::new("0000").unwrap())).unwrap_err();
    }
    assert!(matches!(client.unlock(Some(&wipe())).unwrap_err(), Error::PinDelayed { wait_ms: 1.. }));
    phone.clock.advance(chrono::TimeDelta::seconds(30));
    assert_eq!(client.unlock(Some(&wipe())).unwrap_err(), GONE);
}

#[test]
fn nothing_is_derived_twice_for_a_wipe_pin() {
    let phone = Phone::new();
    let notebook = with_pin(&phone);
    let client = phone.open();
    let stretched_by = |pin: &Pin| {
        let before = stretched::times();
        drop(client.unlock(Some(pin)));
        stretched::times() - before
    };
    let zeros = Pin::new("0000").unwrap();
    let without = [stretched_by(&zeros), stretched_by(&pin())];
    notebook.set_wipe_pin(&pin(), &wipe()).unwrap();
    assert_eq!([stretched_by(&zeros), stretched_by(&pin())], without);
    assert_eq!((stretched_by(&wipe()), without), (1, [1, 1]));
}

#[test]
fn setting_one_takes_the_pin_once_more_and_no_slip_of_it() {
    let phone = Phone::new();
    let notebook = with_pin(&phone);
    for near in ["2580", "2581", "258", "25800", "5280"].iter().filter_map(|near| Pin::new(*near).ok()) {
        let refused = notebook.set_wipe_pin(&pin(), &near).unwrap_err();
        assert_eq!(refused, Error::Invalid(Invalid::WipePinTooClose));
    }
    assert_eq!(notebook.set_wipe_pin(&Pin::new("0000").unwrap(), &wipe()).unwrap_err(), wrong(1));
    assert!(!notebook.has_wipe_pin().unwrap(), "P11: it cost nothing");
    notebook.set_wipe_pin(&pin(), &wipe()).unwrap();
    // Who means to change it and gives the old one for the PIN is not to lose everything by that.
    assert!(matches!(notebook.set_wipe_pin(&wipe(), &other_wipe()), Err(Error::Invalid(Invalid::Pin(_)))));
    assert!(notebook.has_wipe_pin().unwrap());
    notebook.lock();
    assert_eq!(notebook.set_wipe_pin(&pin(), &wipe()).unwrap_err(), Error::Locked);
    assert_eq!(notebook.remove_wipe_pin().unwrap_err(), Error::Locked);
}

#[test]
fn without_a_pin_there_is_no_wipe_pin() {
    let phone = Phone::new();
    let notebook = phone.open().unlock(None).unwrap();
    assert!(matches!(notebook.set_wipe_pin(&pin(), &wipe()), Err(Error::Invalid(Invalid::Pin(_)))));
    assert!(!notebook.has_wipe_pin().unwrap() && !notebook.remove_wipe_pin().unwrap());
}

#[test]
fn a_wipe_pin_ends_with_its_removal_and_with_any_change_or_forgetting_of_the_pin() {
    let new = Pin::new("a longer one").unwrap();
    type End<'a> = &'a dyn Fn(&Phone, &Notebook);
    let ends: [(&str, End<'_>); 4] = [
        ("removed", &|_, notebook| assert!(notebook.remove_wipe_pin().unwrap())),
        ("changed", &|_, notebook| {
            assert_eq!(notebook.change_pin(Some(&new)).unwrap(), ChangedPin { wipe_pin_ended: true });
        }),
        ("taken away", &|_, notebook| {
            assert_eq!(notebook.change_pin(None).unwrap(), ChangedPin { wipe_pin_ended: true });
        }),
        ("forgotten", &|phone, _| assert!(phone.open().forget_pin().unwrap().is_nothing())),
    ];
    for (how, end) in ends {
        let phone = Phone::new();
        let notebook = with_wipe_pin(&phone);
        assert_eq!(wipe_slots(&phone.key_file()), 1);
        end(&phone, &notebook);
        assert_eq!(wipe_slots(&phone.key_file()), 0, "{how}: its proof is deleted");
        let client = phone.open();
        let given = client.unlock(Some(&wipe())).unwrap_err();
        assert!(given != GONE && client.overview().is_ok(), "{how}: it wipes no more");
        // And not with a PIN that is set later either, be it the very same.
        let old = pin();
        let pins = [None, Some(&new), Some(&old)].into_iter();
        let again = pins.filter_map(|pin| client.unlock(pin).ok()).next().unwrap();
        assert_eq!(again.change_pin(Some(&pin())).unwrap(), ChangedPin { wipe_pin_ended: false });
        assert_eq!(client.unlock(Some(&wipe())).unwrap_err(), wrong(1), "{how}");
    }
}

#[test]
fn p8_a_locked_device_tells_nothing_of_a_wipe_pin() {
    let seen = |phone: &Phone| {
        let client = phone.open();
        let refused = client.unlock(Some(&Pin::new("0000").unwrap())).unwrap_err();
        let overview = client.overview().unwrap();
        (
            format!("{client:?}").len(),
            overview,
            client.has_pin(),
            client.pin_wait(),
            refused,
            client.unlock(None).unwrap_err(),
        )
    };
    let (with, without) = (Phone::new(), Phone::new());
    let notebook = with_wipe_pin(&with);
    drop(with_pin(&without));
    notebook.lock();
    assert_eq!(notebook.has_wipe_pin().unwrap_err(), Error::Locked);
    let (with, without) = (seen(&with), seen(&without));
    assert_eq!(
        (with.1, with.2, with.3, with.4, with.5),
        (without.1, without.2, without.3, without.4, without.5)
    );
}

#[test]
fn a_key_store_that_does_not_do_its_part_wipes_nothing() {
    let phone = Phone::new();
    with_wipe_pin(&phone);
    let store = Troubled::of(&phone);
    let client = Client::open(&phone.home(), key_store::ports(&phone, &store)).unwrap();
    for trouble in [
        Trouble::OtherBytes,
        Trouble::Fails(KeyStoreError::Damaged),
        Trouble::Fails(KeyStoreError::Unavailable),
        Trouble::Fails(KeyStoreError::WrongFactor),
        Trouble::Fails(KeyStoreError::NoSuchSlot),
    ] {
        store.set(trouble);
        assert!(client.unlock(Some(&wipe())).is_err_and(|error| error != GONE), "{trouble:?}");
    }
    // Only a vault that refuses the PIN is asked about by the wipe PIN.
    for error in [KeyStoreError::Damaged, KeyStoreError::Unavailable, KeyStoreError::NoSuchSlot] {
        store.set_for(".vault-", Trouble::Fails(error));
        assert!(
            client.unlock(Some(&wipe())).is_err_and(|error| error != GONE),
            "{error:?} of the vault alone"
        );
    }
    // Nor do other bytes in the slot itself, though they are given for any PIN.
    store.set_for(".wipe-", Trouble::OtherBytes);
    for given in [wipe(), other_wipe()] {
        let answer = client.unlock(Some(&given)).unwrap_err();
        assert!(matches!(answer, Error::WrongPin { .. }), "{answer:?}");
    }
    store.set(Trouble::None);
    drop(client.unlock(Some(&pin())).unwrap());
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("UPDATE home SET wipe_slot = 'damaged'", []).unwrap_err();
    words.execute("UPDATE home SET wipe_slot = 7", []).unwrap();
    drop(client.unlock(Some(&pin())).unwrap());
    assert!(
        matches!(client.unlock(Some(&wipe())), Err(Error::WrongPin { .. })),
        "a number that is damaged is none"
    );
    words.execute("UPDATE home SET wipe_slot = 0", []).unwrap();
    assert_eq!(client.unlock(Some(&wipe())).unwrap_err(), GONE);
}

/// A key file that keeps what a kill before and after each of its steps would leave: folder and key file.
#[derive(Debug)]
struct Killed {
    inner: KeyFile,
    home: PathBuf,
    into: PathBuf,
    left: Mutex<Vec<(PathBuf, PathBuf)>>,
}

impl Killed {
    fn keep(&self) {
        let mut left = self.left.lock().unwrap();
        let place = self.into.join(format!("killed-{}", left.len()));
        let (home, keys) = (place.join("home"), place.join("keys"));
        copy_folder(&self.home, &home);
        fs::copy(self.inner.path(), &keys).unwrap();
        left.push((home, keys));
    }
}

impl KeyStore for Killed {
    fn seal(&self, slot: &str, secret: &[u8], factor: &[u8]) -> Result<(), KeyStoreError> {
        self.keep();
        self.inner.seal(slot, secret, factor)?;
        self.keep();
        Ok(())
    }

    fn open(&self, slot: &str, factor: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        self.inner.open(slot, factor)
    }

    fn delete(&self, slot: &str) -> Result<(), KeyStoreError> {
        self.keep();
        self.inner.delete(slot)?;
        self.keep();
        Ok(())
    }
}

/// What each kill between two steps of something leaves, each opened once as the next program would.
fn killed_in(phone: &Phone, work: impl FnOnce(&Notebook)) -> Vec<(Client, PathBuf)> {
    let store = Arc::new(Killed {
        inner: KeyFile::new(phone.key_file()),
        home: phone.home(),
        into: phone.folder.path().to_owned(),
        left: Mutex::default(),
    });
    let ports = Ports { key_store: Arc::clone(&store) as Arc<dyn KeyStore>, ..phone.ports() };
    let client = Client::open(&phone.home(), ports).unwrap();
    let notebook = client.unlock(Some(&pin())).unwrap();
    store.left.lock().unwrap().clear();
    work(&notebook);
    store.keep();
    let left = store.left.lock().unwrap().clone();
    let reopen = |(home, keys): (PathBuf, PathBuf)| {
        let ports = Ports { key_store: Arc::new(KeyFile::new(&keys)), ..phone.ports() };
        (Client::open(&home, ports).unwrap(), keys)
    };
    left.into_iter().map(reopen).collect()
}

#[test]
fn killed_while_it_is_set_there_is_the_old_wipe_pin_or_the_new_one_and_no_slot_too_many() {
    for first in [true, false] {
        let phone = Phone::new();
        let _unlocked = if first { with_pin(&phone) } else { with_wipe_pin(&phone) };
        let left = killed_in(&phone, |notebook| notebook.set_wipe_pin(&pin(), &other_wipe()).unwrap());
        let mut new = Vec::new();
        for (client, keys) in left {
            let has = client.unlock(Some(&pin())).unwrap().has_wipe_pin().unwrap();
            assert!(has || first);
            assert_eq!(wipe_slots(&keys), usize::from(has), "what a kill left over is deleted");
            // The one that does not stand is tried first: the other wipes.
            let is_old = match client.unlock(Some(&other_wipe())).unwrap_err() {
                Error::WrongPin { .. } => true,
                error => {
                    assert_eq!(error, GONE);
                    false
                }
            };
            let old = client.unlock(Some(&wipe())).unwrap_err();
            assert_eq!(is_old && !first, old == GONE && is_old, "the old one stands until the new one does");
            new.push(!is_old);
        }
        assert!(new.is_sorted() && new.len() >= 2 && !new[0] && new[new.len() - 1], "{new:?}");
    }
}

#[test]
fn killed_while_the_pin_is_changed_the_wipe_pin_stands_or_is_ended_as_the_old_pin_does() {
    let phone = Phone::new();
    with_wipe_pin(&phone);
    let new = Pin::new("a longer one").unwrap();
    let mut changed = Vec::new();
    let change = |notebook: &Notebook| assert!(notebook.change_pin(Some(&new)).unwrap().wipe_pin_ended);
    for (client, keys) in killed_in(&phone, change) {
        let unlocked = client.unlock(Some(&new)).or_else(|_| client.unlock(Some(&pin()))).unwrap();
        let has = unlocked.has_wipe_pin().unwrap();
        drop(unlocked);
        assert_eq!(wipe_slots(&keys), usize::from(has));
        assert_eq!(client.unlock(Some(&wipe())).unwrap_err() == GONE, has);
        changed.push(!has);
    }
    assert!(changed.is_sorted() && !changed[0] && changed[changed.len() - 1], "{changed:?}");
}

#[test]
fn two_programs_that_set_one_at_once_leave_one_that_wipes() {
    let phone = Phone::new();
    drop(with_pin(&phone));
    let set = |wipe: Pin| {
        let client = phone.open();
        move || client.unlock(Some(&pin())).unwrap().set_wipe_pin(&pin(), &wipe).unwrap()
    };
    let threads = [set(wipe()), set(other_wipe())].map(std::thread::spawn);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(wipe_slots(&phone.key_file()), 1);
    let given = [wipe(), other_wipe()]
        .map(|wipe| Client::open(&phone.home(), phone.ports())?.unlock(Some(&wipe)).map(drop));
    assert!(given.contains(&Err(GONE)), "{given:?}");
    assert_eq!(home_contents(&phone.home()), Vec::<PathBuf>::new());
}
