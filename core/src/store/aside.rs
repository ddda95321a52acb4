//! Setting aside: what is damaged is moved whole into a folder of the home, never deleted; what can be read of it is
//! carried over into a new file (DESIGN 5).
//!
//! In order, and what a kill after each step leaves to the next opening:
//!
//! 1. The folder `damaged-<which>.part` is made: the mending has begun.
//! 2. The database moves into it, its companions first. Once it is there, whatever bears its name outside is new.
//! 3. A new file is filled under another name: begun anew.
//! 4. It gets its name, in one step.
//! 5. The folder gets its number.
//!
//! `home.lock` is held throughout: alone by whoever mends, shared by whoever writes, so that nothing is written into a
//! file that is being moved away.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use super::{carry::carry_over, schema::Schema, sync_folder, words::lock_file};
use crate::{
    error::{Fault, Missing},
    wipe::is_wiping,
};

/// The lock that keeps writers and menders apart.
pub(super) const HOME_LOCK: &str = "home.lock";

/// In a folder with a damaged database: not all of it could be carried over.
const INCOMPLETE: &str = "incomplete";
/// In a home: a database of it was gone.
pub(super) const LOST: &str = "lost";

/// SQLite's companions of a database.
const COMPANIONS: [&str; 3] = ["-wal", "-journal", "-shm"];

/// A damaged database was set aside, and what could be read of it carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Which: `words.db` or `media.db`.
    pub file: &'static str,
    /// The folder in the home that keeps it whole; none where the file was gone.
    pub kept_in: Option<String>,
    /// Everything in it could be read; else something is missing now that only that folder still holds.
    pub complete: bool,
}

/// A word for a fault of this module's.
fn files(error: std::io::Error) -> Fault {
    Fault::Files("the home folder", error)
}

/// Does something while nobody writes to a home.
pub(crate) fn alone<T>(home: &Path, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    let lock = lock_file(home, HOME_LOCK)?;
    lock.lock().map_err(files)?;
    work()
}

/// Notes that a database is damaged: the next opening looks at it closely. Where not even that can be written, the next
/// opening meets the damage again.
pub(super) fn note_damage(home: &Path, schema: &Schema) {
    File::create(home.join(marker(schema))).map(drop).unwrap_or_default();
}

/// Whether damage was noted, or a mending begun and not finished.
pub(super) fn is_noted(home: &Path, schema: &Schema) -> bool {
    home.join(marker(schema)).exists() || part(home, schema).exists()
}

/// Whether a mending was begun and not finished: the database may be without its name.
pub(super) fn is_begun(home: &Path, schema: &Schema) -> bool {
    part(home, schema).exists()
}

/// Sets a damaged database aside and puts a new one, with what could be read, in its place. `None` where it is whole:
/// another program was quicker, or the damage is gone.
pub(super) fn mend(home: &Path, schema: &Schema) -> Result<Option<Mended>, Fault> {
    let lock = lock_file(home, HOME_LOCK)?;
    lock.lock().map_err(files)?;
    if is_wiping(home) {
        return Err(Missing::Home.into());
    }
    let (part, path) = (part(home, schema), home.join(schema.file));
    if !part.exists() && !path.exists() {
        // Somebody deleted it. What it held is gone; what is written from now on must not be.
        for ending in COMPANIONS {
            fs::remove_file(home.join(format!("{}{ending}", schema.file))).unwrap_or_default();
        }
        File::create(home.join(LOST)).map_err(files)?;
        schema.open(home, true)?;
        return Ok(Some(Mended { file: schema.file, kept_in: None, complete: false }));
    }
    if !part.exists() {
        if schema.is_whole(&path)? {
            fs::remove_file(home.join(marker(schema))).unwrap_or_default();
            return Ok(None);
        }
        fs::create_dir(&part).map_err(files)?;
        sync_folder(home)?;
    }
    let aside = part.join(schema.file);
    if !aside.exists() {
        move_with_companions(home, &part, schema.file)?;
    }
    if !path.exists() {
        renew(home, schema, &part)?;
    }
    let complete = !part.join(INCOMPLETE).exists();
    let kept_in = next_name(home, &format!("damaged-{}", schema.stem()));
    fs::rename(&part, home.join(&kept_in)).map_err(files)?;
    fs::remove_file(home.join(marker(schema))).unwrap_or_default();
    sync_folder(home)?;
    Ok(Some(Mended { file: schema.file, kept_in: Some(kept_in), complete }))
}

/// Whether something that names photos could not be carried over: then no photo is swept, for what is set aside may name it.
pub(super) fn is_missing_names(home: &Path) -> bool {
    home.join(LOST).exists() || set_aside(home).iter().any(|folder| folder.join(INCOMPLETE).exists())
}

/// Makes the new file, whole and durable before it gets its name.
fn renew(home: &Path, schema: &Schema, part: &Path) -> Result<(), Fault> {
    let new = home.join(format!("{}.new", schema.file));
    remove_with_companions(&new);
    let carried = carry_over(schema, part, &new);
    if carried.is_err() {
        // A full disk would only be fuller.
        remove_with_companions(&new);
    }
    if !carried? {
        File::create(part.join(INCOMPLETE)).map_err(files)?;
        sync_folder(part)?;
    }
    fs::rename(&new, home.join(schema.file)).map_err(files)?;
    sync_folder(home)
}

/// The two databases, words last: while they are there, the home is set up.
const DATABASES: [&str; 2] = ["media.db", "words.db"];
/// Where all of a home is being moved to.
const ALL_PART: &str = "set-aside.part";

/// Sets every file of a home aside, to start anew.
pub(crate) fn set_all_aside(home: &Path) -> Result<(), Fault> {
    let lock = lock_file(home, HOME_LOCK)?;
    lock.lock().map_err(files)?;
    let part = home.join(ALL_PART);
    if !part.exists() {
        fs::create_dir(&part).map_err(files)?;
        sync_folder(home)?;
    }
    for file in DATABASES {
        move_with_companions(home, &part, file)?;
    }
    number_all_aside(home)
}

/// Finishes or takes back a setting aside of all that was killed: half of a home must not be taken for one.
pub(crate) fn finish_all_aside(home: &Path) -> Result<(), Fault> {
    let part = home.join(ALL_PART);
    if !part.exists() {
        return Ok(());
    }
    let lock = lock_file(home, HOME_LOCK)?;
    lock.lock().map_err(files)?;
    if !home.join(DATABASES[1]).exists() {
        return number_all_aside(home);
    }
    if !home.join(DATABASES[0]).exists() {
        move_with_companions(&part, home, DATABASES[0])?;
    }
    fs::remove_dir(&part).map_err(files)
}

fn number_all_aside(home: &Path) -> Result<(), Fault> {
    fs::rename(home.join(ALL_PART), home.join(next_name(home, "set-aside"))).map_err(files)?;
    sync_folder(home)
}

/// Every folder of a home that holds something set aside: a damaged database, or all that was there before a new start.
pub fn set_aside(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home).into_iter().flatten().flatten();
    let is_ours = |name: &str| {
        let series = ["damaged-words", "damaged-media", "set-aside"];
        let end = series.into_iter().find_map(|series| name.strip_prefix(series));
        end.is_some_and(|end| {
            let number = end.strip_prefix('-').unwrap_or_default();
            end == ".part" || !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
        })
    };
    let mut folders: Vec<_> = entries
        .filter(|entry| entry.file_name().to_str().is_some_and(is_ours) && entry.path().is_dir())
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders
}

/// Moves a database into a folder, its companions first: as long as it is not there itself, they are its own.
fn move_with_companions(home: &Path, folder: &Path, file: &str) -> Result<(), Fault> {
    for ending in COMPANIONS.into_iter().chain([""]) {
        let name = format!("{file}{ending}");
        match fs::rename(home.join(&name), folder.join(&name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(files(error)),
            _ => {}
        }
    }
    sync_folder(folder)?;
    sync_folder(home)
}

pub(super) fn remove_with_companions(path: &Path) {
    for ending in COMPANIONS.into_iter().chain([""]) {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        fs::remove_file(name).unwrap_or_default();
    }
}

fn marker(schema: &Schema) -> String {
    format!("{}.damaged", schema.stem())
}

fn part(home: &Path, schema: &Schema) -> PathBuf {
    home.join(format!("damaged-{}.part", schema.stem()))
}

/// The first name of a series that is free.
fn next_name(home: &Path, series: &str) -> String {
    (1_u32..).map(|n| format!("{series}-{n}")).find(|name| !home.join(name).exists()).unwrap_or_default()
}
