//! A phone and a desk for measuring, made by the real programs.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use tempfile::TempDir;
use turnstone_core::{Client, DraftContent, KeyFile, Ports, SetUp, SystemClock, SystemRandom};
use turnstone_tests::{content, programs};
use turnstone_wire::{
    body::Route,
    directory::Roots,
    text::{Moment, Text},
};

/// A set-up phone, and the folder of the desk it reports to.
pub(crate) struct Phone {
    pub(crate) folder: TempDir,
    pub(crate) client: Client,
}

impl Phone {
    /// A phone whose desk answers at `url` and has three keys to seal to.
    pub(crate) fn new(url: &str) -> Self {
        // Not in /tmp, which may be memory: what is measured is a disk.
        let folder = tempfile::tempdir_in(std::env::current_dir().unwrap().join("target")).unwrap();
        let desk = folder.path().join("desk");
        let run = |arguments: &[&str]| {
            let done = Command::new(programs::turnstone_desk())
                .args(arguments)
                .stdout(Stdio::null())
                .status()
                .unwrap();
            assert!(done.success(), "{arguments:?}");
        };
        let path = desk.to_str().unwrap();
        run(&["init", path, "--id", "bench", "--name", "Bench", "--url", url]);
        run(&["key", path, "add", "seal"]);
        let root = std::fs::read_to_string(desk.join("root.pub")).unwrap();
        let directory = std::fs::read(desk.join("directory.json")).unwrap();
        let set_up = SetUp {
            roots: Some(Roots::new(vec![Roots::parse_key_line(&root).unwrap()]).unwrap()),
            directory: Some(&directory),
        };
        let client = Client::create(&folder.path().join("home"), ports(folder.path()), &set_up).unwrap();
        Self { folder, client }
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }
}

/// The ports of a phone whose home lies in `folder`.
pub(crate) fn ports(folder: &Path) -> Ports {
    Ports {
        key_store: Arc::new(KeyFile::new(folder.join("keys")).creating()),
        clock: Arc::new(SystemClock::default()),
        random: Arc::new(SystemRandom::default()),
    }
}

/// A report of so many bytes of words.
pub(crate) fn content(bytes: usize) -> DraftContent {
    let at = Moment::parse("2026-05-03T20:41:00Z").unwrap();
    DraftContent { exercise: true, ..content::content(Route::Police, at, Text::new("w".repeat(bytes))) }
}

/// A bare SQLite file with the pragmas of `words.db`.
pub(crate) fn bare_words(path: &Path) -> rusqlite::Connection {
    let bare = rusqlite::Connection::open(path).unwrap();
    bare.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
         CREATE TABLE IF NOT EXISTS report (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);",
    )
    .unwrap();
    bare
}
