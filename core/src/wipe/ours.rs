//! What in a home folder is this program's: a wipe deletes that, and nothing else.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use super::marker;
use crate::store::{self, HOME_FILES};

/// SQLite's companions of a file, and the file itself.
const ENDINGS: [&str; 4] = ["-wal", "-shm", "-journal", ""];
/// What mending leaves in a folder with a damaged database, and a wipe in a home with one.
const ASIDE_FILES: [&str; 3] = ["incomplete", store::SCRATCH[0], store::SCRATCH[1]];
/// The first line of an age file (age-encryption.org/v1): a bundle, for one.
const AGE: &[u8] = b"age-encryption.org/v1\n";

/// What is this program's.
pub(super) struct Ours {
    /// In the order in which they are to go: those set aside first, what names the keys last. Without the marker.
    pub(super) paths: Vec<PathBuf>,
    /// The folders that hold words: the home, and what was set aside in it.
    pub(super) homes: Vec<PathBuf>,
    /// Whether there is more than bundles, which may be somebody else's age files.
    pub(super) is_a_home: bool,
}

/// What is this program's in a home folder.
pub(super) fn ours(home: &Path) -> Ours {
    let mut ours = Ours { paths: Vec::new(), homes: Vec::new(), is_a_home: false };
    list(home, &mut ours);
    ours
}

/// Every file and folder in a home folder that this program made.
pub fn home_contents(home: &Path) -> Vec<PathBuf> {
    let Ours { mut paths, is_a_home, .. } = ours(home);
    paths.extend(marker::files(home).filter(|path| is_file(path)));
    if is_a_home || marker::is_wiping(home) { paths } else { Vec::new() }
}

fn list(folder: &Path, ours: &mut Ours) {
    for aside in store::set_aside(folder) {
        // One that leads elsewhere is none of ours.
        if aside.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            list(&aside, ours);
            if is_empty_but_for(&aside, &ours.paths) {
                ours.is_a_home = true;
                ours.paths.push(aside);
            }
        }
    }
    ours.paths.extend(bundles(folder));
    // Words last: they name the keys.
    for name in ASIDE_FILES.iter().chain(HOME_FILES.iter().rev()) {
        if marker::FILES.contains(name) {
            continue;
        }
        for ending in ENDINGS {
            let path = folder.join(format!("{name}{ending}"));
            if is_file(&path) {
                ours.is_a_home |= !ASIDE_FILES.contains(name);
                ours.paths.push(path);
            }
        }
    }
    ours.homes.push(folder.to_owned());
}

/// Whether nothing but these is in a folder.
fn is_empty_but_for(folder: &Path, paths: &[PathBuf]) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().all(|entry| paths.contains(&entry.path()))
}

/// The bundles directly in a folder, whatever their names, and those that are half written.
fn bundles(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter(|entry| {
            // Who closes a database gives up every lock that his process has on it: those are known by their names.
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_known = HOME_FILES.iter().any(|known| name.starts_with(known));
            !is_known && entry.file_type().is_ok_and(|kind| kind.is_file()) && is_bundle(&entry.path(), &name)
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// By its first line. One that is being written has a name of the program's own, and may not have come that far.
fn is_bundle(path: &Path, name: &str) -> bool {
    let mut begins = Vec::new();
    let read = File::open(path).and_then(|file| file.take(AGE.len() as u64).read_to_end(&mut begins));
    let is_part = name.starts_with('.') && name.ends_with(".part");
    read.is_ok() && if is_part { AGE.starts_with(&begins) } else { begins == AGE }
}

/// A file, or a link: the link then goes, and not what it leads to.
fn is_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| !found.is_dir())
}
