//! The key file's own key in the keyring of the operating system: whoever copies the disk has nothing to guess at.

use std::path::Path;

use keyring::{Entry, Error};
use turnstone_core::{KeyFile, Random, SystemRandom};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The name under which people find it in their keyring.
const SERVICE: &str = "turnstone";
const KEY_BYTES: usize = 32;

/// The key of a key file that was made with one.
pub(crate) fn key_of(key_file: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let secret = entry(key_file)?.get_secret().map_err(|error| failure(&error))?;
    whole(Zeroizing::new(secret))
}

/// A key file whose own key lies in the keyring: the one that is there, or a new one.
pub(crate) fn key_file(path: &Path) -> Result<KeyFile, Failure> {
    let plain = KeyFile::new(path);
    if path.exists() && !plain.needs_outer_key()? {
        let why = format!("{} keeps its own key already; name another file with --key-file", path.display());
        return Err(Failure::Keyring(why));
    }
    let entry = entry(path)?;
    let key = match entry.get_secret() {
        Ok(secret) => whole(Zeroizing::new(secret))?,
        // A key file without its key opens nothing: a new key would only hide that.
        Err(Error::NoEntry) if !path.exists() => new_key(&entry)?,
        Err(error) => return Err(failure(&error)),
    };
    Ok(KeyFile::with_outer_key(path, key))
}

fn new_key(entry: &Entry) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut key = Zeroizing::new(vec![0; KEY_BYTES]);
    SystemRandom::default()
        .fill(&mut key)
        .map_err(|_| Failure::Keyring("the system gives no random bytes".to_owned()))?;
    entry.set_secret(&key).map_err(|error| failure(&error))?;
    // Read back before anything is sealed with it: a keyring that forgets is found out now.
    let kept = Zeroizing::new(entry.get_secret().map_err(|error| failure(&error))?);
    if *kept == *key {
        Ok(key)
    } else {
        Err(Failure::Keyring("it does not give back what it was given".to_owned()))
    }
}

fn entry(key_file: &Path) -> Result<Entry, Failure> {
    // Where no service answers, `new` only says that there is none; the status says why.
    if let Err(error) = Entry::store_status() {
        return Err(failure(error));
    }
    Entry::new(SERVICE, &key_file.to_string_lossy()).map_err(|error| failure(&error))
}

fn whole(key: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if key.len() == KEY_BYTES {
        Ok(key)
    } else {
        Err(Failure::Keyring("what it holds is no key of ours".to_owned()))
    }
}

/// The keyring's own words can hold what it was asked to keep; only the kind of error is told.
fn failure(error: &Error) -> Failure {
    let why = match error {
        Error::NoEntry => "it does not hold the key of this key file",
        Error::NoStorageAccess(_) => "it is locked, or does not let this program in",
        Error::Ambiguous(_) => "it holds several keys for this key file",
        Error::PlatformFailure(_) | Error::NoDefaultStore => {
            "no keyring service answers; is one running in this session?"
        }
        _ => "it does not do what it is asked",
    };
    Failure::Keyring(why.to_owned())
}
