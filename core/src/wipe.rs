//! Wiping a home folder: its keys first, after which nothing there opens, then its files (DESIGN 4).
//!
//! In order, and what a kill after each step leaves to the next opening:
//!
//! 1. The marker `wiping`, which names the slots of the key store, is durable: from here on there is no home any more,
//!    for whoever has it open neither. The next opening goes through with the wipe.
//! 2. The slots are deleted, those of databases that were set aside here included.
//! 3. The files are deleted, the words last: should there be no marker, a wipe that is begun again finds the slots in them.
//! 4. The marker goes, then the folder, if nothing else is in it.
//!
//! No step reads or writes what is stored, so that a wipe takes as long for much as for little. Each is tried, whatever
//! became of those before it: where a disk is too full for the marker, it is wiped without. The marker stays while something
//! that it names may still be there, so that a later opening tries again.

mod marker;
mod ours;

use std::{
    fs::{self, File},
    io::ErrorKind,
    path::Path,
    time::Duration,
};

pub(crate) use self::marker::is_wiping;
pub use self::ours::home_contents;
use self::{
    marker::Marker,
    ours::{Ours, ours},
};
use rusqlite::Connection;

use crate::{
    error::{Error, Fault, Missing, Unusable},
    seam,
    shared::Ports,
    store,
    vault::{EverySlot, KeyStore},
};

/// How often, and after which pause, the turn is asked for again. Who holds it for longer is stuck, and a wipe goes on.
const TURN_TRIES: u32 = 100;
const TURN_PAUSE: Duration = Duration::from_millis(5);

/// From how many bytes on a file is held open while its name is deleted: see [`Held`].
const LARGE: u64 = 1 << 20;

/// How often what was made meanwhile by others, who had the home open, is deleted as well.
const ROUNDS: u32 = 3;

/// What is about to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// The marker is written.
    Mark,
    /// Slots of the key store are deleted.
    Slots(&'a [String]),
    /// A file or an empty folder is deleted.
    Remove(&'a Path),
    /// The marker is deleted.
    Unmark,
    /// The home folder is deleted, if it is empty.
    Folder,
}

/// Wipes a home, whatever state it is in. Every step is tried; the first that failed is told.
pub(crate) fn wipe(home: &Path, ports: &Ports) -> Result<(), Fault> {
    wipe_in_steps(home, ports.key_store.as_ref(), &mut |_| seam::point())
}

/// Goes through with a wipe that was begun here. Returns whether there was one.
pub(crate) fn finish_wipe(home: &Path, ports: &Ports) -> Result<bool, Fault> {
    if !is_wiping(home) {
        return Ok(false);
    }
    match wipe(home, ports) {
        // Another program was quicker.
        Err(Fault::Error(Error::NotFound(Missing::Home))) => Ok(true),
        wiped => wiped.map(|()| true),
    }
}

/// The same, where `before` hears of each step: what it fails with ends all, as a kill would.
pub(crate) fn wipe_in_steps(
    home: &Path,
    key_store: &dyn KeyStore,
    before: &mut dyn FnMut(Step<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let _turn = turn(home);
    if !is_there(home) {
        return Err(Missing::Home.into());
    }
    let mut doomed = Marker::read(home);
    for folder in ours(home).homes {
        doomed.add_named(store::open_as_it_lies(&folder), folder == home);
    }
    before(Step::Mark)?;
    // Without a marker the steps are the same; only a kill between them is not made good by itself.
    doomed.write(home).unwrap_or_default();
    if !doomed.knows_all {
        // Only for damaged words, and only now that whatever this leaves there is to be wiped.
        doomed.add_named(store::open_copy_of_words(home), true);
        doomed.write(home).unwrap_or_default();
    }
    let Marker { slots, knows_all } = doomed;
    let mut first = First(Ok(()));
    before(Step::Slots(&slots))?;
    let keys_ended = key_store.delete_all(&slots);
    let ended = keys_ended.is_ok();
    first.tried(keys_ended.map_err(Fault::from));
    if !knows_all {
        first.tried(Err(Error::Unusable(Unusable::KeysUnknown).into()));
    }
    let mut held = Held::default();
    for _ in 0..ROUNDS {
        let Ours { paths, .. } = ours(home);
        if paths.is_empty() {
            break;
        }
        for path in &paths {
            before(Step::Remove(path))?;
            held.hold(path);
            first.tried(remove(path));
        }
    }
    store::sync_folder(home).unwrap_or_default();
    if ended && ours(home).paths.is_empty() {
        before(Step::Unmark)?;
        first.tried(Marker::remove(home));
        before(Step::Folder)?;
        remove_if_empty(home);
    }
    first.0
}

/// Whether there is a home to wipe, or what is left of one. Bundles alone are none.
fn is_there(home: &Path) -> bool {
    is_wiping(home) || ours(home).is_a_home
}

/// Keeps two wipes from running into each other, and one from what is set up after another. It lies on the folder: every
/// file in it goes.
fn turn(home: &Path) -> Option<File> {
    let folder = File::open(home).ok()?;
    for _ in 0..TURN_TRIES {
        match folder.try_lock() {
            Ok(()) => break,
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(TURN_PAUSE),
            Err(fs::TryLockError::Error(_)) => return None,
        }
    }
    Some(folder)
}

impl Marker {
    /// Adds every slot that words name, where they could be opened. What was set aside had its keys carried over, or nobody
    /// knows them any more: only a home's own words know all.
    fn add_named(&mut self, words: Result<(Connection, bool), Fault>, are_own: bool) {
        let Ok((words, has_its_log)) = words else { return };
        let every = EverySlot::read(&words, has_its_log);
        self.slots.extend(every.names);
        self.knows_all |= are_own && every.complete;
        self.slots.sort();
        self.slots.dedup();
    }
}

/// The first failure of several steps.
struct First(Result<(), Fault>);

impl First {
    fn tried(&mut self, result: Result<(), Fault>) {
        if self.0.is_ok() {
            self.0 = result;
        }
    }
}

/// Large files whose names are deleted. What a file holds is given back to the disk when the last who has it open lets go, and that
/// takes as long as it is large: so it is let go on a thread of its own, and nobody waits for it. Without a name it cannot be opened
/// any more, and should the program or the power end first, the file system gives it back by itself.
#[derive(Default)]
struct Held(Vec<File>);

impl Held {
    fn hold(&mut self, path: &Path) {
        // A link is not followed, and nothing is opened that would wait for somebody.
        if path.symlink_metadata().is_ok_and(|found| found.is_file() && found.len() >= LARGE) {
            self.0.extend(File::open(path).ok());
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let files = std::mem::take(&mut self.0);
        if !files.is_empty() {
            // Without a thread it takes its time here.
            std::thread::Builder::new()
                .name("wiped".into())
                .spawn(move || drop(files))
                .map(drop)
                .unwrap_or_default();
        }
    }
}

/// Deletes a file, or an empty folder. What is gone is no error, and a folder with what is not ours in it stays.
fn remove(path: &Path) -> Result<(), Fault> {
    let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
    match if is_folder { fs::remove_dir(path) } else { fs::remove_file(path) } {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(|error| Fault::Files("the home folder", error)),
    }
}

/// Deletes the home folder where nothing is left in it. That it stays is no failure: it may be a disk of its own.
fn remove_if_empty(home: &Path) {
    if fs::remove_dir(home).is_ok()
        && let Some(parent) = home.parent().filter(|parent| !parent.as_os_str().is_empty())
    {
        store::sync_folder(parent).unwrap_or_default();
    }
}
