//! Wiping: keys first, then files, whatever state a home is in and whoever has it open; killed anywhere, the next opening
//! goes through with it.

mod kills;
mod open_elsewhere;

use std::{fs, path::Path, sync::Arc};

use turnstone_wire::body::Route;

use super::{
    key_store::{Trouble, Troubled, ports},
    kit::{Phone, PlayedIntake, WHAT, content, found_in, sync},
};
use crate::{
    Client, Error, KeyStoreError, Missing, Pin, SetUp, Unusable, WatchNote, home_contents,
    wipe::{Step, wipe_in_steps},
};

const NONE: Error = Error::NotFound(Missing::Home);
const NOTHING_SET_UP: SetUp<'static> = SetUp { roots: None, directory: None };

/// A phone with all that a home can hold: drafts, reports, photos, something set aside, a bundle, half a bundle.
fn full_phone() -> Phone {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let damaged = phone.home().join("words.db");
    drop(client);
    cut_short(&damaged);
    drop(phone.open());
    let directory = phone.desk.directory(1);
    let set_up = SetUp { roots: Some(phone.desk.roots()), directory: Some(&directory) };
    let client = Client::start_anew(&phone.home(), phone.ports(), &set_up).unwrap();
    assert!(["damaged-words-1", "set-aside-1"].iter().all(|aside| phone.home().join(aside).is_dir()));
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[7; 300_000][..], &mut |_| {}).unwrap();
    client.note(content(Route::Confidential)).unwrap().submit().unwrap();
    let at = turnstone_wire::text::Moment::parse("2026-05-03T20:00:00Z").unwrap();
    client.start_watch(&WatchNote { people: vec!["A. Lookout".into()], ..WatchNote::default() }, at).unwrap();
    let courier = age::x25519::Identity::generate().to_public();
    fs::write(phone.home().join("holiday.zip"), age::encrypt(&courier, b"reports").unwrap()).unwrap();
    fs::write(phone.home().join(".other.bundle.part"), b"age-encryption").unwrap();
    phone
}

/// Takes the last page of a database away.
fn cut_short(file: &Path) {
    let len = fs::metadata(file).unwrap().len();
    fs::OpenOptions::new().write(true).open(file).unwrap().set_len(len - 4096).unwrap();
}

/// How many slots the key file holds.
fn slots(phone: &Phone) -> usize {
    let keys: serde_json::Value = serde_json::from_slice(&fs::read(phone.key_file()).unwrap()).unwrap();
    keys["slots"].as_object().unwrap().len()
}

fn assert_gone(phone: &Phone, what: &str) {
    assert!(!phone.home().exists(), "{what}: {:?}", home_contents(&phone.home()));
    assert_eq!(slots(phone), 0, "{what}");
    assert_eq!(Client::open(&phone.home(), phone.ports()).unwrap_err(), NONE, "{what}");
}

#[test]
fn p6_a_wipe_needs_no_unlock_and_takes_what_was_set_aside_and_bundles_with_it() {
    let phone = full_phone();
    phone.open().unlock(None).unwrap().change_pin(Some(&Pin::new("2580").unwrap())).unwrap();
    let client = phone.open();
    assert!(home_contents(&phone.home()).len() > 12, "{:?}", home_contents(&phone.home()));
    client.wipe().unwrap();
    assert_gone(&phone, "by a client");
    assert_eq!(client.wipe().unwrap_err(), NONE, "as a fresh install says");
    // A new home in the same place is a new one.
    Client::create(&phone.home(), phone.ports(), &NOTHING_SET_UP).unwrap();
    assert_eq!(phone.open().overview().unwrap().drafts, 0);
}

#[test]
fn what_others_put_into_the_folder_stays() {
    let phone = full_phone();
    let elsewhere = phone.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("words.db"), "theirs").unwrap();
    let home = phone.home();
    let theirs = ["notes.txt", "words.db.txt", "film.part", "damaged-words-1/notes.txt", "photos/words.db"];
    fs::create_dir(home.join("photos")).unwrap();
    for name in theirs {
        fs::write(home.join(name), "theirs").unwrap();
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&elsewhere, home.join("set-aside-7")).unwrap();
        std::os::unix::fs::symlink(elsewhere.join("words.db"), home.join("bundle.link")).unwrap();
    }
    let left: Vec<_> = home_contents(&home);
    assert!(left.iter().all(|path| !theirs.iter().any(|name| home.join(name) == *path)), "{left:?}");
    phone.open().wipe().unwrap();
    for name in theirs {
        assert_eq!(fs::read(home.join(name)).unwrap(), b"theirs", "{name}");
    }
    assert_eq!(fs::read(elsewhere.join("words.db")).unwrap(), b"theirs");
    assert_eq!(fs::read_dir(&home).unwrap().count(), theirs.len() + 2 * usize::from(cfg!(unix)));
    assert_eq!((home_contents(&home), slots(&phone)), (vec![], 0));
    assert_eq!(Client::open(&home, phone.ports()).unwrap_err(), NONE);
    assert_eq!(Client::wipe_at(&home, phone.ports()).unwrap_err(), NONE);
}

#[test]
fn p11_a_folder_that_never_was_a_home_is_left_as_it_is() {
    let phone = Phone::new();
    let folder = phone.folder.path().join("downloads");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("letters.age"), b"age-encryption.org/v1\n-> theirs\n").unwrap();
    assert_eq!(Client::wipe_at(&folder, phone.ports()).unwrap_err(), NONE);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    assert_eq!(home_contents(&folder), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_damaged_home_is_wiped_as_it_is_and_never_mended_first() {
    type Damage = (&'static str, fn(&Path), bool);
    let damages: [Damage; 6] = [
        ("words cut short", |home| cut_short(&home.join("words.db")), true),
        ("words overwritten", |home| fs::write(home.join("words.db"), [0x55; 9000]).unwrap(), false),
        ("words gone", |home| fs::remove_file(home.join("words.db")).unwrap(), false),
        ("photos overwritten", |home| fs::write(home.join("media.db"), [0x55; 9000]).unwrap(), true),
        ("photos gone", |home| fs::remove_file(home.join("media.db")).unwrap(), true),
        ("the vault's row", |home| of_words(home, "UPDATE vault SET owner = x'00', ring = x'00'"), true),
    ];
    for (damage, harm, keys_known) in damages {
        let phone = Phone::new();
        phone.open().note(content(Route::Police)).unwrap();
        harm(&phone.home());
        let mut steps = Vec::new();
        let wiped = wipe_in_steps(&phone.home(), phone.ports().key_store.as_ref(), &mut |step| {
            steps.push(format!("{step:?}"));
            Ok(())
        });
        assert!(!steps.iter().any(|step| step.contains("damaged-") || step.contains("db.new")), "{steps:?}");
        assert!(!phone.home().exists(), "{damage}");
        let wiped = wiped.map_err(Error::from);
        if keys_known {
            assert_eq!((wiped, slots(&phone)), (Ok(()), 0), "{damage}");
        } else {
            assert_eq!(wiped, Err(Error::Unusable(Unusable::KeysUnknown)), "{damage}");
        }
    }
}

fn of_words(home: &Path, sql: &str) {
    rusqlite::Connection::open(home.join("words.db")).unwrap().execute(sql, []).unwrap();
}

#[test]
fn every_slot_that_a_killed_step_may_have_left_is_ended() {
    let phone = full_phone();
    let client = phone.open();
    client.unlock(None).unwrap().change_pin(Some(&Pin::new("2580").unwrap())).unwrap();
    let store = phone.ports().key_store;
    let uid = client.core().home;
    of_words(
        &phone.home(),
        "INSERT INTO dead_slot (owner, epoch) VALUES (x'ff112233445566778899aabbccddeeff', 7)",
    );
    of_words(
        &phone.home(),
        "INSERT INTO vault SELECT 3, x'aa112233445566778899aabbccddeeff', 4, kdf, door_public, door, ring FROM vault",
    );
    let names = crate::vault::Slots::of(uid);
    let of = |hex: &str, end: &str| format!("{hex}112233445566778899aabbccddeeff.{end}");
    let left = [names.wipe(0), names.wipe(1), of("ff", "vault-7"), of("aa", "vault-4"), of("aa", "vault-5")];
    for slot in &left {
        store.seal(slot, b"secret", b"").unwrap();
    }
    client.wipe().unwrap();
    assert_gone(&phone, "with what killed steps left");
}

#[test]
fn a_wipe_ends_no_other_homes_keys() {
    let phone = Phone::new();
    let other = phone.folder.path().join("other");
    let neighbour = Client::create(&other, phone.ports(), &NOTHING_SET_UP).unwrap();
    neighbour.note(content(Route::Police)).unwrap();
    phone.open().wipe().unwrap();
    assert_eq!(slots(&phone), 2);
    assert_eq!(
        Client::open(&other, phone.ports()).unwrap().unlock(None).unwrap().drafts(9).unwrap().len(),
        1
    );
}

#[test]
fn where_the_key_store_refuses_the_files_go_and_the_keys_once_it_does_not() {
    for error in [KeyStoreError::Unavailable, KeyStoreError::Damaged] {
        let phone = full_phone();
        let store = Troubled::of(&phone);
        let refusing = ports(&phone, &store);
        let client = Client::open(&phone.home(), refusing.clone()).unwrap();
        store.set(Trouble::Fails(error));
        let said = Error::Unusable(Unusable::KeyStore(error));
        assert_eq!(client.wipe().unwrap_err(), said);
        let names: Vec<_> = phone.files().into_keys().collect();
        assert_eq!(names, ["wiping"], "what is left to do, and nothing else");
        let marker = fs::read_to_string(phone.home().join("wiping")).unwrap();
        let plain = |line: &str| {
            line.bytes()
                .all(|byte| byte.is_ascii_hexdigit() || b".-/".contains(&byte) || byte.is_ascii_lowercase())
        };
        assert!(marker.lines().all(plain), "{marker}");
        assert_eq!(found_in(&phone.files(), &[WHAT.as_bytes(), b"harbour-desk"]), Vec::<String>::new());
        // As on a fresh install; nothing is set up over it; begun again it says the same.
        assert_eq!(Client::open(&phone.home(), refusing.clone()).unwrap_err(), NONE);
        assert_eq!(Client::create(&phone.home(), refusing.clone(), &NOTHING_SET_UP).unwrap_err(), said);
        assert_eq!(Client::wipe_at(&phone.home(), refusing.clone()).unwrap_err(), said);
        assert!(slots(&phone) > 1);
        store.set(Trouble::None);
        assert_eq!(Client::open(&phone.home(), refusing).unwrap_err(), NONE);
        assert_gone(&phone, "once the store is back");
    }
}

#[test]
fn where_the_marker_cannot_be_written_the_wipe_goes_on_without() {
    // A folder of that name stands in for a disk that has no room for a file.
    let phone = full_phone();
    fs::create_dir(phone.home().join("wiping")).unwrap();
    phone.open().wipe().unwrap();
    assert_eq!((slots(&phone), fs::read_dir(phone.home()).unwrap().count()), (0, 1));
    assert_eq!(Client::open(&phone.home(), phone.ports()).unwrap_err(), NONE);
}

#[test]
fn p11_a_marker_that_is_damaged_or_planted_ends_no_more_than_its_home() {
    let contents: [&[u8]; 4] =
        [b"", b"\xff\xfe", b"turnstone.wiping/1\n../../keys\n*\nall\n", b"turnstone.wiping/9\nall\n"];
    for marker in contents {
        let phone = Phone::new();
        let other = phone.folder.path().join("other");
        Client::create(&other, phone.ports(), &NOTHING_SET_UP).unwrap();
        fs::write(phone.home().join("wiping"), marker).unwrap();
        assert_eq!(Client::open(&phone.home(), phone.ports()).unwrap_err(), NONE);
        assert_eq!(slots(&phone), 2, "those of the other one");
        assert!(!phone.home().exists());
    }
}

#[cfg(unix)]
#[test]
fn a_home_that_is_a_link_is_wiped_where_it_leads_and_can_be_set_up_again() {
    let phone = full_phone();
    let link = phone.folder.path().join("link");
    std::os::unix::fs::symlink(phone.home(), &link).unwrap();
    Client::open(&link, phone.ports()).unwrap().wipe().unwrap();
    assert_eq!((home_contents(&phone.home()), slots(&phone)), (vec![], 0));
    Client::create(&link, phone.ports(), &NOTHING_SET_UP).unwrap();
    // The command line follows the link first: then the folder itself goes, and the link leads nowhere.
    Client::wipe_at(&phone.home(), phone.ports()).unwrap();
    assert!(!phone.home().exists());
    Client::create(&link, phone.ports(), &NOTHING_SET_UP).unwrap();
    assert!(phone.home().join("words.db").exists());
}

/// Bytes that this thread has read and written so far, of files and all else (proc(5), `io`).
#[cfg(target_os = "linux")]
fn bytes_passed() -> u64 {
    let io = fs::read_to_string("/proc/thread-self/io").unwrap();
    let counted = io.lines().filter(|line| line.starts_with("rchar") || line.starts_with("wchar"));
    counted.map(|line| line.split(' ').nth(1).unwrap().parse::<u64>().unwrap()).sum()
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_wipe_reads_and_does_is_the_same_however_much_is_stored() {
    let measured = [1, 100].map(|times| {
        let phone = Phone::new();
        let mut note = phone.open().note(content(Route::Police)).unwrap();
        note.attach(&mut &vec![7; 300_000 * times][..], &mut |_| {}).unwrap();
        note.submit().unwrap();
        sync(&phone.open(), &PlayedIntake::of(&phone.desk));
        export_of(&phone, 400_000 * times);
        let stored: u64 =
            home_contents(&phone.home()).iter().map(|path| fs::metadata(path).unwrap().len()).sum();
        let (mut steps, before) = (0, bytes_passed());
        wipe_in_steps(&phone.home(), phone.ports().key_store.as_ref(), &mut |_: Step<'_>| {
            steps += 1;
            Ok(())
        })
        .unwrap();
        (steps, bytes_passed() - before, stored)
    });
    let [(steps, bytes, stored), (more_steps, more_bytes, more_stored)] = measured;
    assert!(more_stored > stored + 60_000_000, "{measured:?}");
    assert_eq!(steps, more_steps, "{measured:?}");
    assert!(more_bytes < bytes + 64 * 1024, "{measured:?}");
}

/// A bundle of a size in the home folder.
#[cfg(target_os = "linux")]
fn export_of(phone: &Phone, len: usize) {
    let mut bundle = b"age-encryption.org/v1\n".to_vec();
    bundle.resize(len, 7);
    fs::write(phone.home().join("reports.bundle"), bundle).unwrap();
}

#[test]
fn of_several_that_wipe_at_once_all_find_nothing_left() {
    let phone = Arc::new(full_phone());
    let wiping: Vec<_> = (0..6)
        .map(|_| {
            let phone = Arc::clone(&phone);
            std::thread::spawn(move || Client::wipe_at(&phone.home(), phone.ports()))
        })
        .collect();
    for wiped in wiping {
        let wiped = wiped.join().unwrap();
        assert!(wiped == Ok(()) || wiped == Err(NONE), "{wiped:?}");
    }
    assert_gone(&phone, "by six");
}
