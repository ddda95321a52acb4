//! One change of the directory, from reading to publishing.
//!
//! Everything is read before anything is written, and one lock is held throughout. Then the server's and the
//! officer's files are written, and `DIR/directory.json` last; what fails on the way puts back what was there. A kill
//! on the way leaves a server that is ahead: the next change goes on from there ([`Home::newest_directory`]).

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use chrono::{DateTime, TimeDelta, Utc};
use turnstone_wire::{
    directory::{Desk, DeskId, KeyEntry, KeyState, Payload, SignedDirectory},
    key::{KeyId, Officer, Root, SigningKey, SigningRole, Stored},
};
use zeroize::Zeroizing;

use crate::{
    failure::Failure,
    files::{self, Access, At, Replacement},
    home::{DIRECTORY, DeskConfig, Home, IntakeConfig, init::DIRECTORY_DAYS, secrets},
};

/// A change that has begun: nobody else changes anything until it is dropped.
pub(super) struct Change {
    pub(super) home: Home,
    payload: Payload,
    root: SigningKey<Root>,
    intake: Option<IntakeConfig>,
    officer: Option<DeskConfig>,
    /// What else is written with it, before phones hear of it.
    also: Vec<Replacement>,
    _lock: File,
}

/// What came of a change.
pub(super) struct Published {
    pub(super) sequence: u64,
    /// What has to be carried to parts of the desk that are elsewhere, in sentences.
    pub(super) carry: Vec<String>,
}

impl Change {
    /// Waits for its turn, and reads all that is here of the desk.
    pub(super) fn begin(home: &Home) -> Result<Self, Failure> {
        if !home.authority().is_dir() {
            return Err(Failure::bad_file(home.authority(), "it is not here, and changes are signed in it"));
        }
        let path = home.authority().join("change.lock");
        let lock =
            File::options().create(true).truncate(false).write(true).open(&path).at(&path, "opened")?;
        lock.lock().at(&path, "locked")?;
        Ok(Self {
            root: secrets::read_signing_key(&home.authority().join("root.key"))?,
            intake: intake(home)?,
            officer: officer(home)?,
            payload: home.newest_directory()?.payload().clone(),
            home: home.clone(),
            also: Vec::new(),
            _lock: lock,
        })
    }

    /// The desk as the directory lists it.
    pub(super) fn desk(&mut self) -> Result<&mut Desk, Failure> {
        let id = self.intake.as_ref().map(|intake| &intake.desk);
        let id = id.or(self.officer.as_ref().map(|officer| &officer.id));
        find(&self.home, &mut self.payload, id)
    }

    pub(super) fn server_is_here(&self) -> bool {
        self.intake.is_some()
    }

    pub(super) fn officer_is_here(&self) -> bool {
        self.officer.is_some()
    }

    /// The officer's configuration, where it is here.
    pub(super) fn officer_config(&mut self) -> Option<&mut DeskConfig> {
        self.officer.as_mut()
    }

    /// Writes a file along with the change: all of it or nothing.
    pub(super) fn also(&mut self, file: Replacement) {
        self.also.push(file);
    }

    /// Signs the next directory and brings server and officer into line with it, as far as they are here.
    pub(super) fn publish(mut self, now: DateTime<Utc>, days: Option<i64>) -> Result<Published, Failure> {
        self.payload.sequence += 1;
        self.payload.issued = now;
        self.payload.expires = now + TimeDelta::days(days.unwrap_or(DIRECTORY_DAYS));
        let signed = SignedDirectory::sign(&self.payload, &[&self.root])?.to_json();
        let keys = self.desk()?.keys.clone();
        let (mut writes, mut carry) = (std::mem::take(&mut self.also), Vec::new());
        let directory = |path: PathBuf| Replacement { path, bytes: signed.clone(), access: Access::Public };
        match &mut self.intake {
            Some(intake) => {
                let server = self.home.server();
                align_intake(intake, &server, &keys)?;
                writes.push(directory(server.join(DIRECTORY)));
                writes.push(intake.replacement(&server)?);
            }
            None => carry.push(format!(
                "Carry {} to the server's folder, in the place of the one there.",
                self.home.directory().display()
            )),
        }
        if let Some(officer) = &mut self.officer {
            let folder = self.home.officer();
            if let Some(name) = newest_in_force::<Officer>(&folder, &keys)? {
                officer.officer_key = name;
            }
            writes.push(officer.replacement(&folder)?);
        }
        writes.push(directory(self.home.directory()));
        files::replace_all(&writes)?;
        Ok(Published { sequence: self.payload.sequence, carry })
    }
}

/// A file with a new secret, gone again unless it is kept.
pub(super) struct NewSecret {
    path: PathBuf,
    kept: bool,
}

impl NewSecret {
    /// Writes a secret down, durably: it must not be lost once anybody has heard of it.
    pub(super) fn write(path: PathBuf, text: &Zeroizing<String>) -> Result<Self, Failure> {
        files::write_new(&path, text.as_bytes(), Access::Secret)?;
        let secret = Self { path, kept: false };
        files::sync_folder(files::parent(&secret.path))?;
        Ok(secret)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps it, and says where it is.
    pub(super) fn keep(mut self) -> String {
        self.kept = true;
        self.path.display().to_string()
    }
}

impl Drop for NewSecret {
    fn drop(&mut self) {
        if !self.kept {
            // A file that stays is a key that nobody lists, and nothing is sealed to it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The desk of a directory whose change has not begun.
pub(super) fn listed(home: &Home) -> Result<Desk, Failure> {
    let mut payload = home.newest_directory()?.payload().clone();
    let id = match intake(home)? {
        Some(intake) => Some(intake.desk),
        None => officer(home)?.map(|officer| officer.id),
    };
    find(home, &mut payload, id.as_ref()).cloned()
}

/// The desk of that name; the only one, where no part is here that says its name.
fn find<'a>(home: &Home, payload: &'a mut Payload, id: Option<&DeskId>) -> Result<&'a mut Desk, Failure> {
    let only = payload.desks.len() == 1;
    let mut desks = payload.desks.iter_mut();
    let desk = desks.find(|desk| id.map_or(only, |id| desk.id == *id));
    desk.ok_or_else(|| Failure::bad_file(home.directory(), "it does not list this desk"))
}

fn intake(home: &Home) -> Result<Option<IntakeConfig>, Failure> {
    let server = home.server();
    server.is_dir().then(|| IntakeConfig::read(&server)).transpose()
}

fn officer(home: &Home) -> Result<Option<DeskConfig>, Failure> {
    let officer = home.officer();
    officer.is_dir().then(|| DeskConfig::read(&officer)).transpose()
}

/// Makes the intake sign with the newest key in force, and refuse the dead ones.
fn align_intake(intake: &mut IntakeConfig, server: &Path, keys: &[KeyEntry]) -> Result<(), Failure> {
    let dead = |entry: &&KeyEntry| matches!(entry.state, KeyState::Lost | KeyState::Compromised);
    let revived = |id: &KeyId| keys.iter().any(|entry| entry.id == *id && !dead(&entry));
    intake.dead_keys.retain(|id| !revived(id));
    intake.dead_keys.extend(keys.iter().filter(dead).map(|entry| entry.id));
    intake.dead_keys.sort_unstable();
    intake.dead_keys.dedup();
    if let Some(name) = newest_in_force::<Stored>(server, keys)? {
        intake.stored_key = name;
    }
    Ok(())
}

/// The newest key file of a signing role whose key the directory lists as active.
fn newest_in_force<R: SigningRole>(folder: &Path, keys: &[KeyEntry]) -> Result<Option<String>, Failure> {
    for name in secrets::names::<R>(folder)?.into_iter().rev() {
        let key: SigningKey<R> = secrets::read_signing_key(&folder.join(&name))?;
        let id = key.public().id();
        if keys.iter().any(|entry| entry.id == id && entry.state == KeyState::Active) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
