//! The marker of a wipe: that it was begun, and which slots of the key store it ends. Slots have random names: it tells
//! nothing of what was there.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use crate::{error::Fault, store};

/// The marker, and the same before it is whole.
pub(super) const FILES: [&str; 2] = ["wiping", "wiping.new"];
/// Its first line.
const FORMAT: &str = "turnstone.wiping/1";
/// A line after which nothing is missing: these are all the slots there were.
const ALL: &str = "all";
/// Largest that is read, in bytes: more slots than a team has people.
const BYTES: u64 = 64 * 1024;

/// Slots to end.
#[derive(Debug, Default)]
pub(super) struct Marker {
    pub(super) slots: Vec<String>,
    /// Whether no other slot was this home's.
    pub(super) knows_all: bool,
}

/// Whether a wipe was begun here and not gone through with.
pub(crate) fn is_wiping(home: &Path) -> bool {
    home.join(FILES[0]).is_file()
}

/// Where it may lie.
pub(super) fn files(home: &Path) -> impl Iterator<Item = PathBuf> {
    FILES.iter().map(|name| home.join(name))
}

impl Marker {
    /// The one in a home; an empty one where there is none, or none that reads. What is no name of a slot is left out.
    pub(super) fn read(home: &Path) -> Self {
        let mut text = String::new();
        let read =
            File::open(home.join(FILES[0])).and_then(|file| file.take(BYTES).read_to_string(&mut text));
        let mut lines = text.lines();
        if read.is_err() || lines.next() != Some(FORMAT) {
            return Self::default();
        }
        let lines: Vec<_> = lines.collect();
        let slots = lines.iter().filter(|line| is_slot(line)).map(|line| (*line).to_owned()).collect();
        Self { slots, knows_all: lines.last() == Some(&ALL) }
    }

    /// Writes it, whole and durable before it has its name. On a full disk the reserve, which goes anyway, is given up.
    pub(super) fn write(&self, home: &Path) -> Result<(), Fault> {
        match self.write_once(home) {
            Err(fault) if fault.is_full() && store::give_reserve_up(home) => self.write_once(home),
            written => written,
        }
    }

    fn write_once(&self, home: &Path) -> Result<(), Fault> {
        let [path, new] = FILES.map(|name| home.join(name));
        let all = if self.knows_all { ALL } else { "" };
        let text = format!("{FORMAT}\n{}\n{all}\n", self.slots.join("\n"));
        let write = || {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &path)
        };
        write().map_err(|error| {
            fs::remove_file(&new).unwrap_or_default();
            Fault::Files("the home folder", error)
        })?;
        store::sync_folder(home)
    }

    /// Deletes it.
    pub(super) fn remove(home: &Path) -> Result<(), Fault> {
        for path in files(home).filter(|path| path.is_file()) {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Fault::Files("the home folder", error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether a line is a slot's name, as `Slots` gives them.
fn is_slot(line: &str) -> bool {
    line.split_once('.').is_some_and(|(owner, rest)| {
        owner.len() == 32
            && owner.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}
