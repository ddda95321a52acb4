//! A wipe that is killed between any two of its steps, and at each slot of the key store.

use std::sync::Mutex;

use zeroize::Zeroizing;

use super::{NONE, assert_gone, full_phone};
use crate::{
    Client, KeyFile, KeyStore, KeyStoreError,
    error::Fault,
    wipe::{Step, wipe_in_steps},
};

fn killed() -> Fault {
    Fault::Files("a killed program", std::io::ErrorKind::Other.into())
}

#[test]
fn p4_killed_between_any_two_steps_a_wipe_is_gone_through_with_at_the_next_opening() {
    let mut kills = 0;
    loop {
        let phone = full_phone();
        let (mut steps, mut last) = (0, String::new());
        let wiped = wipe_in_steps(&phone.home(), phone.ports().key_store.as_ref(), &mut |step| {
            last = format!("{step:?}");
            steps += 1;
            if steps > kills { Err(killed()) } else { Ok(()) }
        });
        if wiped.is_ok() {
            assert!(kills > 12, "marker, slots, every file, marker, folder: {kills}");
            break;
        }
        if kills == 0 {
            // Nothing was done yet: nothing is lost.
            assert_eq!(phone.open().overview().unwrap().drafts, 1);
        } else {
            assert_eq!(Client::open(&phone.home(), phone.ports()).unwrap_err(), NONE, "killed before {last}");
            if phone.home().exists() {
                // Only its own folder was left to delete: empty, that is no home.
                assert!(last == "Folder" && std::fs::read_dir(phone.home()).unwrap().count() == 0, "{last}");
                std::fs::remove_dir(phone.home()).unwrap();
            }
            assert_gone(&phone, &last);
        }
        kills += 1;
    }
}

/// Forgets so many slots, then nothing any more: the program was killed.
#[derive(Debug)]
struct Dying {
    inner: KeyFile,
    left: Mutex<usize>,
}

impl KeyStore for Dying {
    fn seal(&self, slot: &str, secret: &[u8], factor: &[u8]) -> Result<(), KeyStoreError> {
        self.inner.seal(slot, secret, factor)
    }

    fn open(&self, slot: &str, factor: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        self.inner.open(slot, factor)
    }

    fn delete(&self, slot: &str) -> Result<(), KeyStoreError> {
        let mut left = self.left.lock().unwrap();
        *left = left.checked_sub(1).ok_or(KeyStoreError::Unavailable)?;
        self.inner.delete(slot)
    }
}

#[test]
fn p4_killed_at_any_slot_a_wipe_is_gone_through_with_at_the_next_opening() {
    for ended in 0.. {
        let phone = full_phone();
        let dying = Dying { inner: KeyFile::new(phone.key_file()), left: Mutex::new(ended) };
        let wiped = wipe_in_steps(&phone.home(), &dying, &mut |step| match step {
            // Had it not been killed at a slot, it would go on from here.
            Step::Remove(_) if *dying.left.lock().unwrap() == 0 => Err(killed()),
            _ => Ok(()),
        });
        if wiped.is_ok() {
            assert!(ended > 3, "sending, vault, and what a killed step may have left");
            break;
        }
        assert!(phone.home().join("words.db").exists());
        assert_eq!(Client::open(&phone.home(), phone.ports()).unwrap_err(), NONE);
        assert_gone(&phone, &format!("killed after {ended} slots"));
    }
}
