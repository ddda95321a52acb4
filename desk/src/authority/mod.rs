//! The authority's side: changing what phones believe of this desk.
//!
//! Every change makes the next directory, signed with `authority/root.key`, and then brings the server and the
//! officer into line with it ([`publish`]). In that order: a kill between leaves a directory that is ahead of the
//! server, which the next change, or `directory renew`, sets right.

pub(crate) mod directory;
pub(crate) mod keys;
pub(crate) mod verify;

use chrono::{DateTime, TimeDelta, Utc};
use turnstone_wire::{
    directory::{Desk, KeyEntry, KeyState, Payload, SignedDirectory},
    key::{KeyId, Officer, Root, SigningKey, SigningRole, Stored},
};

use crate::{
    failure::Failure,
    files::{self, Access},
    home::{DIRECTORY, DeskConfig, Home, IntakeConfig, init::DIRECTORY_DAYS, secrets},
};

/// The one desk of a private directory.
fn desk<'a>(home: &Home, payload: &'a mut Payload) -> Result<&'a mut Desk, Failure> {
    let id = IntakeConfig::read(&home.server())?.desk;
    let desk = payload.desks.iter_mut().find(|desk| desk.id == id);
    desk.ok_or_else(|| Failure::bad_file(home.directory(), "it does not list this desk"))
}

/// Signs the next directory and brings server and officer into line with it.
fn publish(home: &Home, mut payload: Payload, now: DateTime<Utc>, days: Option<i64>) -> Result<u64, Failure> {
    let root = secrets::read_signing_key::<Root>(&home.authority().join("root.key"))?;
    payload.sequence += 1;
    payload.issued = now;
    payload.expires = now + TimeDelta::days(days.unwrap_or(DIRECTORY_DAYS));
    let signed = SignedDirectory::sign(&payload, &[&root])?.to_json();
    files::replace(&home.directory(), &signed, Access::Public)?;
    files::replace(&home.server().join(DIRECTORY), &signed, Access::Public)?;
    let sequence = payload.sequence;
    align(home, &desk(home, &mut payload)?.keys)?;
    Ok(sequence)
}

/// Makes the configurations name the newest keys that are in force, and the dead ones.
fn align(home: &Home, keys: &[KeyEntry]) -> Result<(), Failure> {
    let dead = |entry: &&KeyEntry| matches!(entry.state, KeyState::Lost | KeyState::Compromised);
    let mut intake = IntakeConfig::read(&home.server())?;
    let now_dead = keys.iter().filter(dead).map(|entry| entry.id);
    let revived = |id: &KeyId| keys.iter().any(|entry| entry.id == *id && !dead(&entry));
    intake.dead_keys.retain(|id| !revived(id));
    intake.dead_keys.extend(now_dead);
    intake.dead_keys.sort_unstable();
    intake.dead_keys.dedup();
    if let Some(name) = newest_in_force::<Stored>(&home.server(), keys)? {
        intake.stored_key = name;
    }
    intake.write(&home.server())?;
    let mut officer = DeskConfig::read(&home.officer())?;
    if let Some(name) = newest_in_force::<Officer>(&home.officer(), keys)? {
        officer.officer_key = name;
    }
    officer.write(&home.officer())
}

/// The newest key file of a signing role whose key the directory lists as active.
fn newest_in_force<R: SigningRole>(
    folder: &std::path::Path,
    keys: &[KeyEntry],
) -> Result<Option<String>, Failure> {
    for name in secrets::names::<R>(folder)?.into_iter().rev() {
        let key: SigningKey<R> = secrets::read_signing_key(&folder.join(&name))?;
        let id = key.public().id();
        if keys.iter().any(|entry| entry.id == id && entry.state == KeyState::Active) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
