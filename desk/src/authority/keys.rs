//! `key DIR list | add | set`.

use std::{fmt, path::Path};

use serde::Serialize;
use turnstone_wire::{
    directory::{Desk, KeyEntry, KeyState},
    key::{Courier, DeskIdentity, KeyId, Officer, Role as _, Seal, SealingRole, SigningRole, Source, Stored},
    limits,
};

use zeroize::Zeroizing;

use super::change::{self, Change, NewSecret, Published};
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
    /// The other file of a key that two parts of the desk use.
    #[serde(skip_serializing_if = "Option::is_none")]
    copy: Option<String>,
    /// What follows for phones, and what to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    carry: Vec<String>,
}

impl Changed {
    fn say(&self, words: String, output: &mut Output) -> Result<(), Failure> {
        let all: Vec<_> = std::iter::once(&words).chain(&self.warning).chain(&self.carry).cloned().collect();
        output.answer(self, all.join("\n"))
    }
}

/// Runs the command.
pub(crate) fn run(
    args: &KeyArgs,
    clock: &dyn Clock,
    random: &dyn Random,
    output: &mut Output,
) -> Result<(), Failure> {
    let home = Home::new(&args.dir);
    match args.action {
        KeyAction::List => {
            let keys: Vec<_> = change::listed(&home)?.keys.iter().map(ListedKey::from).collect();
            let words: Vec<_> = keys.iter().map(ToString::to_string).collect();
            output.answer(&Keys { keys }, words.join("\n"))
        }
        KeyAction::Add { role } => {
            let mut change = Change::begin(&home)?;
            let Added { entry, secret, copy, by_hand } = add(&mut change, role, random)?;
            let key = entry.id;
            change.desk()?.keys.push(entry);
            let Published { sequence, mut carry } = change.publish(clock.now(), None)?;
            carry.extend(by_hand);
            let (file, copy) = (secret.keep(), copy.map(NewSecret::keep));
            let also = copy.as_ref().map(|copy| format!(" and in {copy}")).unwrap_or_default();
            let words = format!("Key {key} is in {file}{also}, and in directory number {sequence}.");
            Changed { sequence, key, file: Some(file), copy, warning: None, carry }.say(words, output)
        }
        KeyAction::Set { id, state } => {
            let mut change = Change::begin(&home)?;
            let Followed { warning, by_hand } = set(&mut change, id, state)?;
            let Published { sequence, mut carry } = change.publish(clock.now(), None)?;
            carry.extend(by_hand);
            let words = format!("Key {id} is {} in directory number {sequence}.", state_name(state));
            Changed { sequence, key: id, file: None, copy: None, warning, carry }.say(words, output)
        }
    }
}

/// A key that was made, and where its secret lies.
struct Added {
    entry: KeyEntry,
    secret: NewSecret,
    /// The same secret, for another part of the desk.
    copy: Option<NewSecret>,
    /// What has to be carried to parts that are elsewhere.
    by_hand: Option<String>,
}

/// Makes a key and writes its secret down before anybody hears of it.
fn add(change: &mut Change, role: NewKey, random: &dyn Random) -> Result<Added, Failure> {
    if let NewKey::Courier = role {
        return add_courier(change);
    }
    let (folder, here) = match role {
        NewKey::Stored => (change.home.server(), change.server_is_here()),
        _ => (change.home.officer(), change.officer_is_here()),
    };
    if !here {
        return Err(Failure::KeyChange(format!(
            "the key would lie in {}, which is not here: bring its configuration and key files, and carry them back \
             after the change",
            folder.display()
        )));
    }
    let (entry, secret) = match role {
        NewKey::Seal => add_sealing::<Seal>(&folder, change.desk()?)?,
        NewKey::Source => add_sealing::<Source>(&folder, change.desk()?)?,
        NewKey::Courier => add_sealing::<Courier>(&folder, change.desk()?)?,
        NewKey::Stored => add_signing::<Stored>(&folder, random)?,
        NewKey::Officer => add_signing::<Officer>(&folder, random)?,
    };
    Ok(Added { entry, secret, copy: None, by_hand: None })
}

/// A courier key lies with the server, which imports, and with the officer, who may open a bundle without it.
fn add_courier(change: &mut Change) -> Result<Added, Failure> {
    let (server, officer) = (change.home.server(), change.home.officer());
    let (here, there) = match (change.server_is_here(), change.officer_is_here()) {
        (true, true) => (server, Ok(officer)),
        (true, false) => (server, Err("officer's")),
        (false, true) => (officer, Err("server's")),
        (false, false) => {
            return Err(Failure::KeyChange(
                "the key would lie with the server and the officer, and neither is here: bring one of them, and carry \
                 its key file back after the change"
                    .into(),
            ));
        }
    };
    let (entry, secret) = add_sealing::<Courier>(&here, change.desk()?)?;
    let (copy, by_hand) = match there {
        Ok(folder) => {
            let path = folder.join(secrets::next_name::<Courier>(&folder)?);
            (Some(NewSecret::write(path, &Zeroizing::new(files::read_text(secret.path())?))?), None)
        }
        Err(whose) => {
            let sentence = format!("Carry a copy of {} to the {whose} folder.", secret.path().display());
            (None, Some(sentence))
        }
    };
    Ok(Added { entry, secret, copy, by_hand })
}

fn add_sealing<R: SealingRole>(folder: &Path, desk: &Desk) -> Result<(KeyEntry, NewSecret), Failure> {
    let active = |entry: &&KeyEntry| entry.role == R::NAME && entry.state == KeyState::Active;
    if desk.keys.iter().filter(active).count() >= limits::RECIPIENTS {
        return Err(Failure::KeyChange(format!(
            "the desk has {} active {} keys, and no report is sealed to more; retire one first",
            limits::RECIPIENTS,
            R::NAME,
        )));
    }
    let identity = DeskIdentity::<R>::generate();
    let path = folder.join(secrets::next_name::<R>(folder)?);
    let secret = NewSecret::write(path, &secrets::identity_text(&identity))?;
    Ok((KeyEntry::recipient(&identity.public()), secret))
}

fn add_signing<R: SigningRole>(folder: &Path, random: &dyn Random) -> Result<(KeyEntry, NewSecret), Failure> {
    let key = secrets::signing_key::<R>(random)?;
    let path = folder.join(secrets::next_name::<R>(folder)?);
    let secret = NewSecret::write(path, &secrets::signing_key_text(&key))?;
    Ok((KeyEntry::verify(&key.public()), secret))
}

/// What follows from a key's new state.
struct Followed {
    warning: Option<String>,
    /// What has to be done by hand to parts that are elsewhere.
    by_hand: Vec<String>,
}

fn set(change: &mut Change, id: KeyId, state: KeyState) -> Result<Followed, Failure> {
    let unlisted = || Failure::KeyChange(format!("the directory lists no key {id}"));
    let desk = change.desk()?;
    let entry = desk.keys.iter_mut().find(|entry| entry.id == id).ok_or_else(unlisted)?;
    let before = std::mem::replace(&mut entry.state, state);
    let role = entry.role.clone();
    let keys = desk.keys.clone();
    let left = state == KeyState::Active || in_use(change, &role, &keys)?;
    // A key that others hold must go at once, whatever that costs; one that merely retires can wait for its heir.
    if state == KeyState::Retired && !left {
        return Err(Failure::KeyChange(format!(
            "it is the last active {role} key that the desk can use; add another first: turnstone-desk key {} add {role}",
            change.home.folder().display()
        )));
    }
    let warning = if left { None } else { what_follows(&role, &change.home) };
    Ok(Followed { warning, by_hand: by_hand(change, id, &role, before, state) })
}

/// Whether an active key of a role is left whose secret lies where the desk uses it. Where that folder is elsewhere,
/// any active key will do; the recovery key, which is kept offline, never.
fn in_use(change: &Change, role: &str, keys: &[KeyEntry]) -> Result<bool, Failure> {
    let (server, officer) = (change.home.server(), change.home.officer());
    let held = match role {
        Seal::NAME if change.officer_is_here() => secrets::sealing_ids::<Seal>(&officer)?,
        Source::NAME if change.officer_is_here() => secrets::sealing_ids::<Source>(&officer)?,
        Officer::NAME if change.officer_is_here() => secrets::signing_ids::<Officer>(&officer)?,
        Stored::NAME if change.server_is_here() => secrets::signing_ids::<Stored>(&server)?,
        Courier::NAME if change.server_is_here() => secrets::sealing_ids::<Courier>(&server)?,
        Courier::NAME if change.officer_is_here() => secrets::sealing_ids::<Courier>(&officer)?,
        Seal::NAME | Source::NAME | Officer::NAME | Stored::NAME | Courier::NAME => {
            let recovery = secrets::read_recovery(&change.home.authority())?;
            keys.iter().map(|entry| entry.id).filter(|id| Some(*id) != recovery).collect()
        }
        // A newer program's: its rules are not known here.
        _ => return Ok(true),
    };
    let usable =
        |entry: &KeyEntry| entry.role == role && entry.state == KeyState::Active && held.contains(&entry.id);
    Ok(keys.iter().any(usable))
}

/// What phones and officers do without an active key of a role, and how that ends.
fn what_follows(role: &str, home: &Home) -> Option<String> {
    let follows = match role {
        Seal::NAME => {
            "officers can open no new report (phones seal to the recovery key, where that is active)"
        }
        Source::NAME => "phones seal no contact of a witness",
        Courier::NAME => "phones can write no bundle to carry here by hand",
        Stored::NAME => "phones believe no receipt, keep every report and send it again",
        Officer::NAME => "phones do not believe that a report was opened",
        _ => return None,
    };
    Some(format!(
        "No active {role} key is left that the desk can use: until there is one, {follows}. Next: turnstone-desk key {} \
         add {role}",
        home.folder().display()
    ))
}

fn by_hand(change: &Change, id: KeyId, role: &str, before: KeyState, state: KeyState) -> Vec<String> {
    let dead = |state| matches!(state, KeyState::Lost | KeyState::Compromised);
    let mut sentences = Vec::new();
    if !change.server_is_here() {
        if dead(state) {
            sentences.push(format!("Add \"{id}\" to dead_keys in intake.json there."));
        } else if dead(before) {
            sentences.push(format!("Take \"{id}\" out of dead_keys in intake.json there."));
        }
        if role == Stored::NAME && state != KeyState::Active {
            sentences.push("Let stored_key in intake.json there name the file of an active key.".into());
        }
    }
    if !change.officer_is_here() && role == Officer::NAME && state != KeyState::Active {
        sentences.push("Let officer_key in the officer's desk.json name the file of an active key.".into());
    }
    sentences
}
