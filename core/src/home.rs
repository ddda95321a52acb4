//! A home folder as a whole: made, opened, mended, set aside.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};
use turnstone_wire::directory::Roots;

pub(crate) use crate::wipe::{finish_wipe, wipe};
use crate::{
    error::{Error, Fault, Missing, Unusable, all_readable},
    leaving, random, settings,
    shared::{Core, Ports, make_folder},
    store::{self, Media, Mended, Words},
    vault::{self, KeyStoreError, NewVault, SealingKey, Slots, Uid},
};

/// What a new home starts with. `Debug` hides it: a directory names desks.
pub struct SetUp<'a> {
    /// Whose signatures a directory needs; none where there is no desk anywhere yet.
    pub roots: Option<Roots>,
    /// The first directory's bytes.
    pub directory: Option<&'a [u8]>,
}

impl std::fmt::Debug for SetUp<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[set-up]")
    }
}

/// A home that was opened.
pub(crate) struct Opened {
    pub(crate) core: Core,
    /// What was found damaged on the way.
    pub(crate) mended: Vec<Mended>,
}

/// Sets a home up. Killed halfway, it can be called again.
pub(crate) fn create(home: &Path, ports: Ports, set_up: &SetUp<'_>) -> Result<Opened, Fault> {
    // What is left of another home must be gone before there is a new one in its place.
    finish_wipe(home, &ports)?;
    make_folder(home).map_err(|error| Fault::Files("the home folder", error))?;
    store::finish_all_aside(home)?;
    // A damaged home is one that is set up: opening it mends it.
    if Words::is_being_mended(home) {
        return Err(Error::Unusable(Unusable::AlreadySetUp).into());
    }
    let words = Words::create(home)?;
    if words.read(voted_uid)?.is_some() {
        return Err(Error::Unusable(Unusable::AlreadySetUp).into());
    }
    let keys = NewKeys::prepare(&ports)?;
    fill(home, words, ports, &keys, set_up)
}

/// Writes what a new home begins with, and opens it.
fn fill(
    home: &Path,
    words: Words,
    ports: Ports,
    keys: &NewKeys,
    set_up: &SetUp<'_>,
) -> Result<Opened, Fault> {
    let (random, NewKeys { uid, sending, vault }) = (ports.random.as_ref(), keys);
    Media::create(home)?;
    words.write(|tx| {
        insert_home(tx, *uid)?;
        vault.write(tx, *uid, sending, random)?;
        if let Some(roots) = &set_up.roots {
            settings::set_roots(tx, roots, sending, random)?;
        }
        if let Some(bytes) = set_up.directory {
            settings::take_directory(tx, bytes, sending, random)?;
        }
        Ok(())
    })?;
    store::sync_folder(home)?;
    drop(words);
    open(home, ports)
}

/// Opens a home: mends what is damaged, finishes what a kill left half done. One that is being wiped is none.
pub(crate) fn open(home: &Path, ports: Ports) -> Result<Opened, Fault> {
    // Where it cannot be gone through with, the next opening tries again.
    if finish_wipe(home, &ports).unwrap_or(true) {
        return Err(Missing::Home.into());
    }
    open_there(home, ports).map_err(|fault| store::unless_wiped(home, fault))
}

fn open_there(home: &Path, ports: Ports) -> Result<Opened, Fault> {
    if !Words::is_there(home) {
        return Err(Missing::Home.into());
    }
    store::finish_all_aside(home)?;
    let (words, mended_words) = open_words(home)?;
    let uid = whole_uid(home, &words, &ports)?.ok_or(Missing::Home)?;
    let (media, mended_media) = Media::open(home, &words)?;
    let mended = mended_words.into_iter().chain(mended_media).collect();
    // What is due stays due where this fails: on a full disk, say.
    vault::delete_dead_slots(&words, ports.key_store.as_ref()).unwrap_or_default();
    vault::delete_dead_wipe_slots(&words, ports.key_store.as_ref()).unwrap_or_default();
    let core = Core::new(words, media, uid, ports);
    if leaving::at_opening(&core) {
        return Err(Missing::Home.into());
    }
    Ok(Opened { core, mended })
}

/// Opens the words of a home, mended where they are damaged.
fn open_words(home: &Path) -> Result<(Words, Option<Mended>), Fault> {
    match Words::open(home) {
        Err(fault) if fault.is_damage() => {
            let mended = Words::mend_with_room(home)?;
            Ok((Words::open(home)?, mended))
        }
        words => Ok((words?, None)),
    }
}

/// Sets everything in a home aside, and a new home up in its place.
pub(crate) fn start_anew(home: &Path, ports: Ports, set_up: &SetUp<'_>) -> Result<Opened, Fault> {
    if finish_wipe(home, &ports)? || !Words::is_there(home) {
        return Err(Missing::Home.into());
    }
    // All that can fail comes first: what is there is not moved for nothing.
    settings::check(set_up)?;
    let keys = NewKeys::prepare(&ports)?;
    store::set_all_aside(home)?;
    fill(home, Words::create(home)?, ports, &keys, set_up)
}

/// The home's name. What a mending could not carry over, and writing cannot do without, is made: at whichever opening the key
/// store is there for it.
fn whole_uid(home: &Path, words: &Words, ports: &Ports) -> Result<Option<Uid>, Fault> {
    let (voted, is_named, has_vault) = words.read(|conn| {
        let named = conn.query_row("SELECT count(*) FROM home", [], |row| row.get::<_, i64>(0))?;
        Ok((voted_uid(conn)?, named == 1, !vault::is_missing(conn)?))
    })?;
    match voted {
        Some(uid) if is_named && has_vault => Ok(Some(uid)),
        Some(uid) => {
            words.write(|tx| insert_home(tx, uid))?;
            if !has_vault {
                // Nothing of the vault could be read, so there is nothing in it to guard any more.
                make_vault(words, ports, uid).or_else(unless_store_is_away)?;
            }
            Ok(Some(uid))
        }
        // A home whose setting up was cut short, and no more.
        None if store::set_aside(home).is_empty() && !Words::was_lost(home) => Ok(None),
        None => {
            // Not even which keys it was: what was carried over cannot be opened, and lies whole in the set-aside.
            let NewKeys { uid, sending, vault } = NewKeys::prepare(ports)?;
            words.write(|tx| {
                store::empty(tx)?;
                insert_home(tx, uid)?;
                vault.write(tx, uid, &sending, ports.random.as_ref())
            })?;
            Ok(Some(uid))
        }
    }
}

fn make_vault(words: &Words, ports: &Ports, uid: Uid) -> Result<(), Fault> {
    let (key_store, random) = (ports.key_store.as_ref(), ports.random.as_ref());
    let secret = key_store.open(&Slots::of(uid).sending(), &[])?;
    let sending = SealingKey::from_slot(&secret, &uid).ok_or(KeyStoreError::Damaged)?;
    // Which numbers were used nobody knows any more; so far from them none is written over.
    let epoch = (1 << 40) + i64::from(u32::from_be_bytes(random::bytes(random)?));
    let vault = NewVault::prepare(key_store, uid, epoch, random)?;
    words.write(|tx| vault.write(tx, uid, &sending, random))
}

fn unless_store_is_away(fault: Fault) -> Result<(), Fault> {
    if matches!(fault, Fault::KeyStore(_)) { Ok(()) } else { Err(fault) }
}

/// Keys of a home to be. The key store has them first: a kill leaves slots that no home names.
struct NewKeys {
    uid: Uid,
    sending: SealingKey,
    vault: NewVault,
}

impl NewKeys {
    fn prepare(ports: &Ports) -> Result<Self, Fault> {
        let (key_store, random) = (ports.key_store.as_ref(), ports.random.as_ref());
        let (uid, sending) = (Uid::generate(random)?, SealingKey::generate(random)?);
        key_store.seal(&Slots::of(uid).sending(), &sending.to_slot(&uid), &[])?;
        Ok(Self { uid, vault: NewVault::prepare(key_store, uid, 1, random)?, sending })
    }
}

fn insert_home(tx: &rusqlite::Transaction<'_>, uid: Uid) -> Result<(), Fault> {
    tx.execute("INSERT INTO home (id, uid) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET uid = ?1", [uid])?;
    Ok(())
}

/// The home's name as most of the three places say that hold it: one of them may be damaged. `None` where none holds one:
/// a home whose setting up was cut short.
fn voted_uid(conn: &Connection) -> Result<Option<Uid>, Fault> {
    let places = [
        "SELECT uid FROM home",
        "SELECT owner FROM vault WHERE id = 1",
        "SELECT owner FROM vault_spare WHERE id = 1",
    ];
    let votes =
        all_readable(places.map(|sql| Ok(conn.query_row(sql, [], |row| row.get::<_, Uid>(0)).optional()?)))?;
    Ok(votes.iter().copied().max_by_key(|uid| votes.iter().filter(|other| *other == uid).count()))
}
