//! The files there may be: an exact list, each with its reason, so that one more is a decision and no accident.

use std::{fs, path::Path};

use turnstone_tests::field::Field;

/// When a file may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// At any time.
    Always,
    /// At any time, and empty but while a transaction is open, or after a kill within one until photos are next at hand.
    AlwaysEmptied,
    /// While a program has the home folder open, or after it was killed: the next one clears it away.
    Open,
}

/// What a home folder may hold. One where damage was found holds folders besides, with the same files in them
/// (`core/src/tests/damage.rs`).
const HOME: [(&str, When, &str); 14] = [
    (
        "words.db",
        When::Always,
        "drafts, keys, outbox, settings: plain columns are random names and what is sorted by",
    ),
    ("words.db-wal", When::Open, "SQLite's log of it"),
    ("words.db-shm", When::Open, "SQLite's index of that log"),
    (
        "words.db-journal",
        When::Open,
        "SQLite's journal of its first transaction, before it is told to keep a log",
    ),
    ("media.db", When::Always, "sealed photos"),
    (
        "media.db-journal",
        When::AlwaysEmptied,
        "SQLite's journal of it, cut to nothing at the end of a transaction",
    ),
    ("reserve", When::Always, "4 MiB to give up on a full disk"),
    ("reserve.2", When::Always, "empty: a file to give up where a disk can hold no more of them"),
    ("sync.lock", When::Always, "empty: held by the one sender"),
    ("vault.lock", When::Always, "empty: held while shredding"),
    ("media.lock", When::Always, "empty: held while photos come and go"),
    ("home.lock", When::Always, "empty: held while a damaged database is set aside"),
    ("wiping", When::Open, "random names of the keys that a wipe is to end"),
    ("wiping.new", When::Open, "the same, until it is whole"),
];

/// What the user's own folder may hold: nothing but the keys, in the folder for state.
const USER: [(&str, When, &str); 6] = [
    (".local", When::Always, "folder"),
    (".local/state", When::Always, "folder"),
    (".local/state/turnstone", When::Always, "folder"),
    (".local/state/turnstone/keys", When::Always, "the key store's keys, and slots sealed with them"),
    (".local/state/turnstone/keys.lock", When::Always, "empty: held while the key file changes"),
    (
        ".local/state/turnstone/keys.new",
        When::Open,
        "the next key file, until it takes the place of the old one",
    ),
];

/// Files that hold nothing at all, ever.
const EMPTY: [&str; 6] =
    ["reserve.2", "sync.lock", "vault.lock", "media.lock", "home.lock", ".local/state/turnstone/keys.lock"];

/// How the phone has been treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Every command came to its end.
    Whole,
    /// The last command was killed.
    Killed,
    /// One was killed, and another has come to its end since.
    TakenUp,
}

/// Asserts that a phone holds no file but the listed ones.
pub(crate) fn check(field: &Field, state: State, after: &str) {
    assert_eq!(below(&field.path("tmp")), Vec::<(String, u64)>::new(), "temporary files after {after}");
    for (place, known) in [("phone", HOME.as_slice()), ("user", &USER)] {
        let folder = field.path(place);
        for (name, size) in if folder.exists() { below(&folder) } else { Vec::new() } {
            let row = known.iter().find(|(known, ..)| *known == name);
            let (_, when, reason) =
                row.unwrap_or_else(|| panic!("{place}/{name} is there after {after}, and no list knows it"));
            let may_be = match when {
                When::Always => true,
                When::AlwaysEmptied => state != State::Whole || size == 0,
                When::Open => state == State::Killed,
            };
            assert!(may_be, "{place}/{name} ({reason}) is there after {after}, with {size} bytes");
            assert!(
                size == 0 || !EMPTY.contains(&name.as_str()),
                "{place}/{name} has {size} bytes after {after}"
            );
        }
    }
}

/// Everything below a folder, folders included, by its path from there, with its size.
fn below(folder: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        // A home that was wiped is gone, with its folder.
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            found.push((name, if metadata.is_dir() { 0 } else { metadata.len() }));
            if metadata.is_dir() {
                folders.push(path);
            }
        }
    }
    found
}
