//! Opening the home folder: where it is, where its keys are, and the PIN.

use std::{
    env,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use turnstone_core::{
    Client, Error, KeyFile, Missing, Notebook, Pin, Ports, SystemClock, SystemRandom, Unusable, view,
};
use zeroize::Zeroizing;

use crate::{args::Common, failure::Failure, keyring, output::Output};

/// The home folder and the key file of one command.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub(crate) home: PathBuf,
    pub(crate) key_file: PathBuf,
}

impl Places {
    /// From the arguments and the environment.
    pub(crate) fn of(common: &Common) -> Result<Self, Failure> {
        let home = match &common.home {
            Some(home) => home.clone(),
            None => data_folder()?.join("turnstone"),
        };
        let key_file = match &common.key_file {
            Some(key_file) => key_file.clone(),
            None => state_folder()?.join("turnstone").join("keys"),
        };
        let (home, key_file) = (resolved(&home)?, resolved(&key_file)?);
        if key_file.starts_with(&home) {
            return Err(Failure::KeyFileInHome { key_file, home });
        }
        Ok(Self { home, key_file })
    }

    /// What the core asks of this machine.
    pub(crate) fn ports(&self, output: &Output) -> Ports {
        ports_with(self.key_store(output))
    }

    /// The key file, with its own key from the keyring where that keeps it. What is wrong with either is no reason to stop
    /// here: what can be done without keys is, and the rest fails when it asks for them.
    pub(crate) fn key_store(&self, output: &Output) -> KeyFile {
        let plain = KeyFile::new(&self.key_file);
        if !plain.needs_outer_key().unwrap_or(false) {
            return plain;
        }
        match keyring::key_of(&self.key_file) {
            Ok(key) => KeyFile::with_outer_key(&self.key_file, key),
            Err(failure) => {
                output.advice(&format!("turnstone: {failure}"));
                plain
            }
        }
    }
}

/// The ports with a key store.
pub(crate) fn ports_with(key_store: KeyFile) -> Ports {
    Ports {
        key_store: Arc::new(key_store),
        clock: Arc::new(SystemClock::default()),
        random: Arc::new(SystemRandom::default()),
    }
}

/// Opens the home folder; needs no PIN. What had to be mended on the way is said.
pub(crate) fn open(common: &Common, output: &Output) -> Result<Client, Failure> {
    let places = Places::of(common)?;
    let client =
        Client::open(&places.home, places.ports(output)).map_err(|error| unusable(common, &places, error))?;
    client.mended().iter().for_each(|mended| output.advice(&view::mended_sentence(mended)));
    Ok(client)
}

/// Does something that changes nothing, and does it again where it met a damaged database: opening the home again mends it.
pub(crate) fn reading<T>(mut read: impl FnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    match read() {
        Err(Failure::Core(error)) if needs_opening(&error) => read(),
        done => done,
    }
}

/// What opening the home again mends.
pub(crate) fn needs_opening(error: &Error) -> bool {
    matches!(error, Error::Unusable(Unusable::Damaged(_) | Unusable::SetAside))
}

/// Why a home folder cannot be opened, with its name.
pub(crate) fn unusable(common: &Common, places: &Places, error: Error) -> Failure {
    match error {
        Error::NotFound(Missing::Home) => {
            // Where it cannot be looked for, nobody can say that it is not there.
            match std::fs::metadata(places.home.join("words.db")) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Failure::path(&places.home, &error);
                }
                _ => {}
            }
            Failure::NotSetUp { home: places.home.clone(), init: common.typed("init") }
        }
        // SQLite does not tell what kept it from opening a file: on a full disk it is for want of room.
        Error::Unusable(Unusable::Files { .. }) if is_full(&places.home) => Error::StorageFull.into(),
        Error::Unusable(Unusable::Files { what, kind }) => {
            Failure::file_kind(format!("{what} at {}", places.home.display()), kind)
        }
        error => error.into(),
    }
}

/// What a command failed by, said as on a folder that was never set up where the home was wiped meanwhile: by the wipe PIN, or by
/// another program. Nothing that was begun in it is kept any more.
pub(crate) fn gone(common: &Common, failure: Failure) -> Failure {
    match failure.in_core() {
        Some(Error::NotFound(Missing::Home)) => match Places::of(common) {
            Ok(places) => unusable(common, &places, Error::NotFound(Missing::Home)),
            Err(failure) => failure,
        },
        _ => failure,
    }
}

/// Whether the disk has no room left, for bytes or for files. Some file systems count no files.
fn is_full(home: &Path) -> bool {
    rustix::fs::statvfs(home).is_ok_and(|disk| disk.f_bavail == 0 || (disk.f_files > 0 && disk.f_favail == 0))
}

/// Unlocks for reading: without a PIN set at once, else with the one named or asked for.
pub(crate) fn unlock(client: &Client, common: &Common, output: &Output) -> Result<Notebook, Failure> {
    if !client.has_pin()? {
        match client.unlock(None) {
            // Another program has set a PIN this very moment.
            Err(Error::Locked) => {}
            unlocked => return Ok(unlocked?),
        }
    }
    Ok(client.unlock(Some(&pin(client, common, output)?))?)
}

/// The PIN that was named or is asked for.
pub(crate) fn pin(client: &Client, common: &Common, output: &Output) -> Result<Pin, Failure> {
    match named_pin(common)? {
        Some(pin) => Ok(pin),
        None if output.can_ask() => {
            // Nobody types a PIN that would not be tried.
            if let Some(wait_ms) = client.pin_wait()? {
                return Err(Error::PinDelayed { wait_ms }.into());
            }
            ask_pin()
        }
        None => Err(Failure::Locked),
    }
}

/// Unlocks where that takes no question: without a PIN set, or with the one named.
pub(crate) fn unlock_unasked(client: &Client, common: &Common) -> Result<Option<Notebook>, Failure> {
    if !client.has_pin()? {
        match client.unlock(None) {
            Err(Error::Locked) => {}
            unlocked => return Ok(Some(unlocked?)),
        }
    }
    named_pin(common)?.map(|pin| Ok(client.unlock(Some(&pin))?)).transpose()
}

/// The PIN in the variable that `--pin-env` names.
pub(crate) fn named_pin(common: &Common) -> Result<Option<Pin>, Failure> {
    common.pin_env.as_deref().map(pin_from).transpose()
}

/// The PIN in an environment variable. Never an argument: those are seen by every program of the machine.
pub(crate) fn pin_from(variable: &str) -> Result<Pin, Failure> {
    match env::var(variable) {
        Ok(pin) => Ok(Pin::new(pin)?),
        // Not by its name: whoever mistakes this for the place of the PIN has typed the PIN.
        Err(_) => Err(Failure::Usage(
            "the environment variable that was named for the PIN is not set: give its name, and never the PIN itself"
                .to_owned(),
        )),
    }
}

/// Asks a terminal for the PIN.
pub(crate) fn ask_pin() -> Result<Pin, Failure> {
    pin_of(ask_hidden("PIN: ")?)
}

/// Asks a terminal for a new PIN, twice: nobody sees what they type.
pub(crate) fn ask_new_pin(name: &str) -> Result<Pin, Failure> {
    let (first, second) = (ask_hidden(&format!("{name}: "))?, ask_hidden(&format!("{name} again: "))?);
    if first != second {
        return Err(Failure::Usage("the two PINs differ; nothing was changed".to_owned()));
    }
    pin_of(first)
}

fn ask_hidden(question: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(question)
        .map(Zeroizing::new)
        .map_err(|error| Failure::file("the terminal", &error))
}

fn pin_of(mut typed: Zeroizing<String>) -> Result<Pin, Failure> {
    // Moved, not copied: the PIN wipes its own bytes.
    Ok(Pin::new(std::mem::take(&mut *typed))?)
}

fn data_folder() -> Result<PathBuf, Failure> {
    match env_folder("XDG_DATA_HOME") {
        Some(folder) => Ok(folder),
        None if cfg!(target_os = "macos") => Ok(user_folder()?.join("Library/Application Support")),
        None => Ok(user_folder()?.join(".local/share")),
    }
}

fn state_folder() -> Result<PathBuf, Failure> {
    match env_folder("XDG_STATE_HOME") {
        Some(folder) => Ok(folder),
        None => Ok(user_folder()?.join(".local/state")),
    }
}

fn user_folder() -> Result<PathBuf, Failure> {
    let nowhere = || {
        Failure::Usage(
            "there is no HOME in the environment: name the places with --home and --key-file".to_owned(),
        )
    };
    env_folder("HOME").ok_or_else(nowhere)
}

/// A folder named by the environment; relative ones are to be ignored (XDG Base Directory Specification).
fn env_folder(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// Where a path leads, whether or not it is there yet: links of the part that is there are followed, so that no link
/// hides that one place lies inside another.
fn resolved(path: &Path) -> Result<PathBuf, Failure> {
    let absolute = std::path::absolute(path).map_err(|error| Failure::path(path, &error))?;
    let mut there = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => {
                there.pop();
            }
            part => there.push(part),
        }
        if let Ok(real) = there.canonicalize() {
            there = real;
        }
    }
    Ok(there)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(home: &Path, key_file: &Path) -> Result<Places, Failure> {
        Places::of(&Common {
            home: Some(home.to_owned()),
            key_file: Some(key_file.to_owned()),
            pin_env: None,
            person: None,
            json: false,
        })
    }

    #[test]
    fn a_key_file_inside_the_home_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        for inside in ["home/keys", "home/deep/keys", "other/../home/keys"] {
            let refused = places(&home, &folder.path().join(inside)).unwrap_err();
            assert_eq!(refused.code(), "key_file_inside_home", "{inside}");
        }
        for outside in ["keys", "home-keys", "home/../keys"] {
            assert!(places(&home, &folder.path().join(outside)).is_ok(), "{outside}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_into_the_home_folder_hides_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        std::os::unix::fs::symlink(&home, folder.path().join("link")).unwrap();
        let refused = places(&home, &folder.path().join("link/state/keys")).unwrap_err();
        assert_eq!(refused.code(), "key_file_inside_home");
    }
}
