//! `key DIR list | add | set`.

use std::{fmt, path::Path};

use serde::Serialize;
use turnstone_wire::{
    directory::{Desk, KeyEntry, KeyState},
    key::{DeskIdentity, KeyId, Officer, Role, Seal, SealingRole, SigningRole, Source, Stored},
    limits,
};

use super::{desk, publish};
use crate::{
    args::{KeyAction, KeyArgs, NewKey},
    clock::{Clock, Random},
    failure::Failure,
    files,
    home::{Home, secrets},
    output::Output,
};

/// A key of the directory.
#[derive(Debug, Serialize)]
pub(super) struct ListedKey {
    id: KeyId,
    role: String,
    state: KeyState,
    public: String,
}

impl From<&KeyEntry> for ListedKey {
    fn from(entry: &KeyEntry) -> Self {
        Self { id: entry.id, role: entry.role.clone(), state: entry.state, public: entry.public.clone() }
    }
}

impl fmt::Display for ListedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:<8} {:<12} {}", self.id, self.role, state_name(self.state), self.public)
    }
}

fn state_name(state: KeyState) -> &'static str {
    match state {
        KeyState::Active => "active",
        KeyState::Retired => "retired",
        KeyState::Lost => "lost",
        KeyState::Compromised => "compromised",
        KeyState::Unknown => "unknown",
    }
}

#[derive(Serialize)]
struct Keys {
    keys: Vec<ListedKey>,
}

#[derive(Serialize)]
struct Changed {
    sequence: u64,
    key: KeyId,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

/// Runs the command.
pub(crate) fn run(
    args: &KeyArgs,
    clock: &dyn Clock,
    random: &dyn Random,
    output: &mut Output,
) -> Result<(), Failure> {
    let home = Home::new(&args.dir);
    let mut payload = home.verified_directory()?.payload().clone();
    let listed = desk(&home, &mut payload)?;
    match args.action {
        KeyAction::List => {
            let keys: Vec<_> = listed.keys.iter().map(ListedKey::from).collect();
            let words: Vec<_> = keys.iter().map(ToString::to_string).collect();
            output.answer(&Keys { keys }, words.join("\n"))
        }
        KeyAction::Add { role } => {
            let (entry, file) = add(&home, listed, role, random)?;
            let key = entry.id;
            listed.keys.push(entry);
            let sequence = publish(&home, payload, clock.now(), None)?;
            let words = format!("Key {key} is in {file}, and in directory number {sequence}.");
            output.answer(&Changed { sequence, key, file: Some(file) }, words)
        }
        KeyAction::Set { id, state } => {
            set(&home, listed, id, state)?;
            let sequence = publish(&home, payload, clock.now(), None)?;
            let words = format!("Key {id} is {} in directory number {sequence}.", state_name(state));
            output.answer(&Changed { sequence, key: id, file: None }, words)
        }
    }
}

/// Makes a key and writes its secret down before anybody hears of it.
fn add(home: &Home, desk: &Desk, role: NewKey, random: &dyn Random) -> Result<(KeyEntry, String), Failure> {
    match role {
        NewKey::Seal => add_sealing::<Seal>(&home.officer(), desk),
        NewKey::Source => add_sealing::<Source>(&home.officer(), desk),
        NewKey::Stored => add_signing::<Stored>(&home.server(), random),
        NewKey::Officer => add_signing::<Officer>(&home.officer(), random),
    }
}

fn add_sealing<R: SealingRole>(folder: &Path, desk: &Desk) -> Result<(KeyEntry, String), Failure> {
    if active::<R>(desk) >= limits::RECIPIENTS {
        return Err(Failure::KeyChange(format!(
            "the desk has {} active {} keys, and no report is sealed to more; retire one first",
            limits::RECIPIENTS,
            R::NAME,
        )));
    }
    let identity = DeskIdentity::<R>::generate();
    let path = folder.join(secrets::next_name::<R>(folder)?);
    secrets::write_identity(&path, &identity)?;
    files::sync_folder(folder)?;
    Ok((KeyEntry::recipient(&identity.public()), path.display().to_string()))
}

fn add_signing<R: SigningRole>(folder: &Path, random: &dyn Random) -> Result<(KeyEntry, String), Failure> {
    let key = secrets::signing_key::<R>(random)?;
    let path = folder.join(secrets::next_name::<R>(folder)?);
    secrets::write_signing_key(&path, &key)?;
    files::sync_folder(folder)?;
    Ok((KeyEntry::verify(&key.public()), path.display().to_string()))
}

fn active<R: Role>(desk: &Desk) -> usize {
    desk.keys.iter().filter(|entry| entry.role == R::NAME && entry.state == KeyState::Active).count()
}

fn set(home: &Home, desk: &mut Desk, id: KeyId, state: KeyState) -> Result<(), Failure> {
    let unlisted = || Failure::KeyChange(format!("the directory lists no key {id}"));
    let entry = desk.keys.iter_mut().find(|entry| entry.id == id).ok_or_else(unlisted)?;
    entry.state = state;
    // A key that others hold must go at once, whatever that costs; one that merely retires can wait for its heir.
    if state == KeyState::Retired {
        let none_left = (entry.role == Seal::NAME && active::<Seal>(desk) == 0)
            || (super::newest_in_force::<Stored>(&home.server(), &desk.keys)?.is_none())
            || (super::newest_in_force::<Officer>(&home.officer(), &desk.keys)?.is_none());
        if none_left {
            return Err(Failure::KeyChange("it is the last of its kind in force; add another first".into()));
        }
    }
    Ok(())
}
