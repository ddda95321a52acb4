//! The key store of a computer without a better one: a file outside the home folder. Whoever copies both the file and
//! the home folder can guess at the PIN; `init` says so.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{KeyStore, KeyStoreError};
use crate::shared::make_folder;

/// How often, and after which pause, a lock that somebody holds is tried again: five seconds together.
const LOCK_TRIES: u32 = 250;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(20);
/// Largest key file that is read, in bytes.
const FILE_BYTES: u64 = 1024 * 1024;

/// A key store in one file, rewritten whole, in place of the old one, at each change. `Debug` hides place and key.
pub struct KeyFile {
    path: PathBuf,
    // One change at a time within this process; other processes are kept out by a lock on a file beside it.
    turn: Mutex<()>,
    /// The store's own key, where it does not lie in the file.
    outer_key: Option<Zeroizing<Vec<u8>>>,
    /// Whether a file that is not there is made. One that has vanished must not be made anew in the middle of its life:
    /// what is sealed with the old one would be lost when it comes back.
    may_create: bool,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[key file]")
    }
}

#[derive(Serialize, Deserialize)]
struct Contents {
    format: String,
    /// The store's own key: base 64 of 32 random bytes. Missing where it is kept elsewhere.
    store_key: Option<Zeroizing<String>>,
    slots: BTreeMap<String, Slot>,
}

#[derive(Serialize, Deserialize, Clone)]
struct Slot {
    /// Tells a wrong factor from damage: HMAC over slot name and factor.
    check: String,
    /// Nonce, ciphertext and tag.
    sealed: String,
}

const FORMAT: &str = "turnstone.keys/1";

impl KeyFile {
    /// A key store in the file at `path`, which must exist, unless it is told to make it: [`KeyFile::creating`].
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), turn: Mutex::new(()), outer_key: None, may_create: false }
    }

    /// The same, with the store's own key kept elsewhere (an operating system's keyring): the file alone then gives
    /// nobody anything to guess at.
    pub fn with_outer_key(path: impl Into<PathBuf>, key: Zeroizing<Vec<u8>>) -> Self {
        Self { path: path.into(), turn: Mutex::new(()), outer_key: Some(key), may_create: false }
    }

    /// The same, making the file where it is not there yet: for the setting up of a home.
    pub fn creating(self) -> Self {
        Self { may_create: true, ..self }
    }

    /// Whether the file is there and its store's own key is kept elsewhere.
    ///
    /// # Errors
    /// [`KeyStoreError`] where the file cannot be read.
    pub fn needs_outer_key(&self) -> Result<bool, KeyStoreError> {
        Ok(self.read()?.is_some_and(|contents| contents.store_key.is_none()))
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read(&self) -> Result<Option<Contents>, KeyStoreError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(KeyStoreError::Unavailable),
        };
        let mut text = Zeroizing::new(Vec::new());
        file.take(FILE_BYTES).read_to_end(&mut text).map_err(|_| KeyStoreError::Unavailable)?;
        let contents: Contents = serde_json::from_slice(&text).map_err(|_| KeyStoreError::Damaged)?;
        if contents.format == FORMAT { Ok(Some(contents)) } else { Err(KeyStoreError::Damaged) }
    }

    /// Reads, changes and writes the file with all others kept out.
    fn change(
        &self,
        change: impl FnOnce(&mut Contents) -> Result<bool, KeyStoreError>,
    ) -> Result<(), KeyStoreError> {
        let _turn = self.turn.lock().map_err(|_| KeyStoreError::Unavailable)?;
        let folder = self.folder();
        make_folder(folder).map_err(|_| KeyStoreError::Unavailable)?;
        let lock = private_file(&self.beside(".lock"), false).map_err(|_| KeyStoreError::Unavailable)?;
        wait_for(&lock)?;
        let mut contents = match self.read()? {
            Some(contents) => contents,
            None if !self.may_create => return Err(KeyStoreError::Unavailable),
            None => Contents {
                format: FORMAT.into(),
                store_key: match &self.outer_key {
                    Some(_) => None,
                    None => Some(Zeroizing::new(BASE64_STANDARD.encode(random::<32>()?))),
                },
                slots: BTreeMap::new(),
            },
        };
        if change(&mut contents)? {
            self.write(&contents).map_err(|_| KeyStoreError::Unavailable)?;
        }
        Ok(())
    }

    /// New file, fsync, rename over the old one, fsync of the folder: after a power cut it is the old or the new.
    fn write(&self, contents: &Contents) -> std::io::Result<()> {
        let text = Zeroizing::new(serde_json::to_vec(contents).map_err(std::io::Error::other)?);
        let new = self.beside(".new");
        let mut file = private_file(&new, true)?;
        file.write_all(&text)?;
        file.sync_all()?;
        std::fs::rename(&new, &self.path)?;
        File::open(self.folder())?.sync_all()
    }

    /// The keys of one slot, from the store's own key, wherever that lies, and the factor.
    fn slot_keys(&self, contents: &Contents, slot: &str, factor: &[u8]) -> Result<SlotKeys, KeyStoreError> {
        match (&contents.store_key, &self.outer_key) {
            (Some(text), None) => {
                let key = BASE64_STANDARD.decode(text.as_bytes()).map(Zeroizing::new);
                SlotKeys::derive(&key.map_err(|_| KeyStoreError::Damaged)?, slot, factor)
            }
            (None, Some(key)) => SlotKeys::derive(key, slot, factor),
            _ => Err(KeyStoreError::Unavailable),
        }
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(ending);
        name.into()
    }
}

impl KeyStore for KeyFile {
    fn seal(&self, slot: &str, secret: &[u8], factor: &[u8]) -> Result<(), KeyStoreError> {
        self.change(|contents| {
            let keys = self.slot_keys(contents, slot, factor)?;
            let nonce = random::<NONCE_LEN>()?;
            let mut sealed = Zeroizing::new(secret.to_vec());
            sealed.reserve_exact(AES_256_GCM.tag_len());
            keys.wrap
                .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(slot), &mut *sealed)
                .map_err(|_| KeyStoreError::Unavailable)?;
            let sealed = BASE64_STANDARD.encode([nonce.as_slice(), &sealed].concat());
            contents.slots.insert(slot.to_owned(), Slot { check: keys.check, sealed });
            Ok(true)
        })
    }

    fn open(&self, slot: &str, factor: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        // No file is no answer: it may lie on another stick.
        let contents = self.read()?.ok_or(KeyStoreError::Unavailable)?;
        let held = contents.slots.get(slot).ok_or(KeyStoreError::NoSuchSlot)?;
        let keys = self.slot_keys(&contents, slot, factor)?;
        if keys.check != held.check {
            return Err(KeyStoreError::WrongFactor);
        }
        let sealed = BASE64_STANDARD.decode(&held.sealed).map_err(|_| KeyStoreError::Damaged)?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN).ok_or(KeyStoreError::Damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeyStoreError::Damaged)?;
        let mut text = Zeroizing::new(text.to_vec());
        let len = keys
            .wrap
            .open_in_place(nonce, Aad::from(slot), &mut text)
            .map_err(|_| KeyStoreError::Damaged)?
            .len();
        text.truncate(len);
        Ok(text)
    }

    fn delete(&self, slot: &str) -> Result<(), KeyStoreError> {
        self.change(|contents| Ok(contents.slots.remove(slot).is_some()))
    }

    /// All at once: the file is written one time, not once for each.
    fn delete_all(&self, slots: &[String]) -> Result<(), KeyStoreError> {
        self.change(|contents| {
            let held = contents.slots.len();
            contents.slots.retain(|name, _| !slots.contains(name));
            Ok(contents.slots.len() < held)
        })
    }
}

/// What a factor gives for one slot: the key that wraps its secret and the text that tells a wrong factor.
struct SlotKeys {
    wrap: LessSafeKey,
    check: String,
}

impl SlotKeys {
    fn derive(store_key: &[u8], slot: &str, factor: &[u8]) -> Result<Self, KeyStoreError> {
        if store_key.len() != 32 {
            return Err(KeyStoreError::Damaged);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, store_key);
        let one = |label: &str| {
            let mut context = hmac::Context::with_key(&key);
            for part in [label.as_bytes(), slot.as_bytes(), factor] {
                context.update(&(part.len() as u64).to_be_bytes());
                context.update(part);
            }
            context.sign()
        };
        let wrap = UnboundKey::new(&AES_256_GCM, one("wrap").as_ref()).map_err(|_| KeyStoreError::Damaged)?;
        Ok(Self { wrap: LessSafeKey::new(wrap), check: hex::encode(&one("check").as_ref()[..16]) })
    }
}

fn random<const N: usize>() -> Result<[u8; N], KeyStoreError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| KeyStoreError::Unavailable)?;
    Ok(bytes)
}

/// Waits for a lock, but not for ever: changes are short, and whoever holds it longer does not do so for one.
fn wait_for(lock: &File) -> Result<(), KeyStoreError> {
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(std::fs::TryLockError::Error(_)) => break,
        }
    }
    Err(KeyStoreError::Unavailable)
}

/// Opens a file for writing that only its owner may read.
fn private_file(path: &Path, empty: bool) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(empty);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_forgets_and_tells_errors_apart() {
        let folder = tempfile::tempdir().unwrap();
        let store = KeyFile::new(folder.path().join("state/keys")).creating();
        assert_eq!(store.open("a", b"").unwrap_err(), KeyStoreError::Unavailable);
        store.seal("a", b"secret", b"factor").unwrap();
        store.seal("b", b"other", b"").unwrap();
        let again = KeyFile::new(store.path());
        assert_eq!(again.open("a", b"factor").unwrap().as_slice(), b"secret");
        assert_eq!(again.open("a", b"wrong").unwrap_err(), KeyStoreError::WrongFactor);
        again.delete("a").unwrap();
        again.delete("a").unwrap();
        assert_eq!(store.open("a", b"factor").unwrap_err(), KeyStoreError::NoSuchSlot);
        assert_eq!(store.open("b", b"").unwrap().as_slice(), b"other");
    }

    #[test]
    fn a_file_that_vanished_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        KeyFile::new(&path).creating().seal("a", b"secret", b"").unwrap();
        std::fs::rename(&path, folder.path().join("pulled")).unwrap();
        assert_eq!(KeyFile::new(&path).seal("b", b"other", b"").unwrap_err(), KeyStoreError::Unavailable);
        assert!(!path.exists());
    }

    #[test]
    fn damage_is_not_a_wrong_pin() {
        let folder = tempfile::tempdir().unwrap();
        let store = KeyFile::new(folder.path().join("keys")).creating();
        store.seal("a", b"secret", b"factor").unwrap();
        let text = std::fs::read_to_string(store.path()).unwrap();
        let mut contents: serde_json::Value = serde_json::from_str(&text).unwrap();
        contents["slots"]["a"]["sealed"] = BASE64_STANDARD.encode([0; 50]).into();
        std::fs::write(store.path(), contents.to_string()).unwrap();
        assert_eq!(store.open("a", b"factor").unwrap_err(), KeyStoreError::Damaged);
        std::fs::write(store.path(), &text[..text.len() / 2]).unwrap();
        assert_eq!(store.open("a", b"factor").unwrap_err(), KeyStoreError::Damaged);
    }

    #[test]
    fn with_its_own_key_elsewhere_the_file_alone_opens_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let store = KeyFile::with_outer_key(&path, Zeroizing::new(vec![7; 32])).creating();
        store.seal("a", b"secret", b"").unwrap();
        assert_eq!(store.open("a", b"").unwrap().as_slice(), b"secret");
        assert!(KeyFile::new(&path).needs_outer_key().unwrap());
        assert_eq!(KeyFile::new(&path).open("a", b"").unwrap_err(), KeyStoreError::Unavailable);
        let other = KeyFile::with_outer_key(&path, Zeroizing::new(vec![8; 32]));
        assert_eq!(other.open("a", b"").unwrap_err(), KeyStoreError::WrongFactor);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let store = KeyFile::new(folder.path().join("keys")).creating();
        store.seal("a", b"secret", b"").unwrap();
        assert_eq!(std::fs::metadata(store.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
