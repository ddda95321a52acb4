//! `words.db`: drafts, keys, outbox. One connection, short immediate transactions.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{
    aside::{self, HOME_LOCK, Mended},
    log,
    schema::Schema,
    unless_wiped,
};
use crate::{
    error::{Busy, Error, Fault, Missing, Unusable},
    seam,
    wipe::is_wiping,
};

pub(super) const SCHEMA: Schema = Schema {
    file: "words.db",
    empty: "PRAGMA page_size = 4096;",
    pragmas: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
              PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;",
    migrations: &[include_str!("migrations/words_001_first.sql")],
    application_id: 0x5475_7730, // "Tuw0", and schema 1 makes "Tuw1"
    on_disk: "PRAGMA journal_mode = WAL;",
};

/// What is kept aside for words when the disk is full: room, and two of the files there may be, which SQLite needs for its log
/// and the index of that. The second is empty.
const RESERVE: [&str; 2] = ["reserve", "reserve.2"];
/// Bytes of the first.
const RESERVE_BYTES: usize = 4 * 1024 * 1024;
/// So many of which are written at a time.
const RESERVE_PIECE: usize = 64 * 1024;

/// The database of words.
#[derive(Debug)]
pub(crate) struct Words {
    conn: Mutex<Connection>,
    home: PathBuf,
    /// Shared by those who write, so that the file is not moved away under them.
    lock: File,
    /// Which file it is: one that was set aside meanwhile must not be written to.
    file_id: u64,
}

impl Words {
    /// Makes the file of a new home.
    pub(crate) fn create(home: &Path) -> Result<Self, Fault> {
        Self::at(home, true)
    }

    /// Opens the file of a home.
    pub(crate) fn open(home: &Path) -> Result<Self, Fault> {
        if aside::is_noted(home, &SCHEMA) || !home.join(SCHEMA.file).exists() {
            return Err(Fault::Damaged(SCHEMA.file));
        }
        if log::is_broken(&home.join("words.db-wal")) {
            // Or somebody is writing to it this very moment: whoever mends looks again, alone.
            aside::note_damage(home, &SCHEMA);
            return Err(Fault::Damaged(SCHEMA.file));
        }
        Self::at(home, false)
    }

    /// Whether a home is set up here, be it a damaged one, or one whose words are gone.
    pub(crate) fn is_there(home: &Path) -> bool {
        home.join(SCHEMA.file).is_file() || home.join("media.db").is_file() || aside::is_begun(home, &SCHEMA)
    }

    /// Whether a mending was begun and not finished.
    pub(crate) fn is_being_mended(home: &Path) -> bool {
        aside::is_begun(home, &SCHEMA)
    }

    /// Whether the file was gone while other files of a home were there.
    pub(crate) fn was_lost(home: &Path) -> bool {
        home.join(aside::LOST).exists()
    }

    /// Sets the file of a home aside where it is damaged. Where there is no room for that, the reserve is given up.
    pub(crate) fn mend_with_room(home: &Path) -> Result<Option<Mended>, Fault> {
        match aside::mend(home, &SCHEMA) {
            Err(fault) if fault.is_full() && give_reserve_up(home) => aside::mend(home, &SCHEMA),
            mended => mended,
        }
    }

    fn at(home: &Path, create: bool) -> Result<Self, Fault> {
        let before = file_id(home).ok();
        let conn = match SCHEMA.open(home, create) {
            // A full disk shows in many ways here: SQLite's shared memory needs room as well.
            Err(Fault::Sqlite(_)) if give_reserve_up(home) => SCHEMA.open(home, create)?,
            opened => opened?,
        };
        let lock = lock_file(home, HOME_LOCK)?;
        let words = Self { conn: Mutex::new(conn), home: home.to_owned(), lock, file_id: file_id(home)? };
        if before.is_some_and(|before| before != words.file_id) {
            // It was set aside while it was opened.
            return Err(Error::Unusable(Unusable::SetAside).into());
        }
        words.keep_reserve();
        Ok(words)
    }

    /// The home folder.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Reads.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let (mut read, mut made) = (Some(read), None);
        self.reading(&mut |conn| {
            made = read.take().map(|read| read(conn)).transpose()?;
            Ok(())
        })?;
        made.ok_or_else(nothing_made)
    }

    /// One function for all that is read: what differs is its argument, so that it is compiled once.
    fn reading(&self, read: &mut dyn FnMut(&Connection) -> Result<(), Fault>) -> Result<(), Fault> {
        seam::alive()?;
        let conn = self.conn()?;
        self.watched(self.still_this_file().and_then(|()| read(&conn)))
    }

    /// Writes in one immediate transaction: durable when this returns, or not there at all. On a full disk the
    /// reserve is given up and the transaction tried once more; so `write` must be able to run twice.
    pub(crate) fn write<T>(
        &self,
        mut write: impl FnMut(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut made = None;
        self.writing(&mut |tx| {
            made = Some(write(tx)?);
            Ok(())
        })?;
        made.ok_or_else(nothing_made)
    }

    /// One function for all that is written, as [`Words::reading`].
    fn writing(&self, write: &mut dyn FnMut(&Transaction<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        seam::point()?;
        let mut conn = self.conn()?;
        self.lock.lock_shared().map_err(|error| Fault::Files(HOME_LOCK, error))?;
        let written = self.still_this_file().and_then(|()| match in_transaction(&mut conn, write) {
            Err(fault) if fault.is_full() => {
                // Where it is gone already, another program has just given it up, and there is room as well.
                give_reserve_up(&self.home);
                in_transaction(&mut conn, write)
            }
            result => result,
        });
        // What is written is written, whatever becomes of the lock; it ends with the file.
        self.lock.unlock().unwrap_or_default();
        seam::point()?;
        self.watched(written)
    }

    /// Notes damage that was met, for the next opening.
    fn watched<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        let result = result.map_err(|fault| unless_wiped(&self.home, fault));
        if result.as_ref().is_err_and(Fault::is_damage) {
            aside::note_damage(&self.home, &SCHEMA);
        }
        result
    }

    /// Fails where the file was set aside since it was opened: what is written now would be lost, and what is read is old.
    fn still_this_file(&self) -> Result<(), Fault> {
        if is_wiping(&self.home) {
            Err(Missing::Home.into())
        } else if file_id(&self.home).is_ok_and(|id| id == self.file_id) {
            Ok(())
        } else {
            Err(unless_wiped(&self.home, Error::Unusable(Unusable::SetAside).into()))
        }
    }

    /// Moves the whole write-ahead log into the database and cuts it to nothing, so that no old version of a page is
    /// left. False where another program's reader was in the way.
    pub(crate) fn empty_log(&self) -> Result<bool, Fault> {
        let conn = self.conn()?;
        self.lock.lock_shared().map_err(|error| Fault::Files(HOME_LOCK, error))?;
        let emptied = self.still_this_file().and_then(|()| {
            let busy = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))?;
            Ok(busy == 0)
        });
        self.lock.unlock().unwrap_or_default();
        self.watched(emptied)
    }

    /// Waits until no other program shreds in this home, and keeps others out until dropped.
    pub(crate) fn vault_turn(&self) -> Result<File, Fault> {
        self.still_this_file()?;
        let lock = lock_file(&self.home, "vault.lock")?;
        lock.lock().map_err(|error| Fault::Files("vault.lock", error))?;
        Ok(lock)
    }

    /// The same, where no other program shreds now.
    pub(crate) fn vault_turn_if_free(&self) -> Result<Option<File>, Fault> {
        let lock = lock_file(&self.home, "vault.lock")?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(Fault::Files("vault.lock", error)),
        }
    }

    /// Takes the right to send from this home, until dropped.
    pub(crate) fn sender_turn(&self) -> Result<File, Fault> {
        self.still_this_file()?;
        let lock = lock_file(&self.home, "sync.lock")?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(std::fs::TryLockError::WouldBlock) => Err(Error::Busy(Busy::AlreadySending).into()),
            Err(std::fs::TryLockError::Error(error)) => Err(Fault::Files("sync.lock", error)),
        }
    }

    fn conn(&self) -> Result<MutexGuard<'_, Connection>, Fault> {
        // A panic while the lock was held left no open transaction: rusqlite rolls back on drop.
        self.conn.lock().map_err(|_| Error::Unusable(Unusable::Inner("a thread died while writing")).into())
    }

    /// Sets the reserve aside where it is missing and there is room. Never a reason to fail: without it, a full disk
    /// is simply full.
    fn keep_reserve(&self) {
        let [path, second] = RESERVE.map(|name| self.home.join(name));
        if !second.exists() {
            File::create_new(second).map(drop).unwrap_or_default();
        }
        if path.exists() {
            return;
        }
        let kept = OpenOptions::new().write(true).create_new(true).open(&path).and_then(|mut file| {
            // Not zeros: a file system that stores holes would keep nothing aside.
            let piece = vec![0x5a; RESERVE_PIECE];
            for _ in 0..RESERVE_BYTES / RESERVE_PIECE {
                file.write_all(&piece)?;
            }
            file.sync_all()
        });
        if kept.is_err() {
            // Half a reserve would only take room from words.
            std::fs::remove_file(&path).unwrap_or_default();
        }
    }
}

/// Gives the reserve of a home up. False where there was none: another program was quicker.
pub(crate) fn give_reserve_up(home: &Path) -> bool {
    RESERVE.map(|name| std::fs::remove_file(home.join(name)).is_ok()).contains(&true)
}

fn in_transaction(
    conn: &mut Connection,
    write: &mut dyn FnMut(&Transaction<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    write(&tx)?;
    seam::room()?;
    tx.commit()?;
    Ok(())
}

/// A transaction went through, and what it was for did not run.
fn nothing_made() -> Fault {
    Error::Unusable(Unusable::Inner("a transaction made nothing")).into()
}

/// What tells a file from another one of its name.
#[cfg(unix)]
fn file_id(home: &Path) -> Result<u64, Fault> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(home.join(SCHEMA.file));
    metadata.map(|file| file.ino()).map_err(|error| Fault::Files("words.db", error))
}

/// Elsewhere an open file cannot be renamed, so none is set aside while somebody has it open.
#[cfg(not(unix))]
fn file_id(_: &Path) -> Result<u64, Fault> {
    Ok(0)
}

/// Deletes every row: what was carried over and cannot be opened.
pub(crate) fn empty(tx: &Transaction<'_>) -> Result<(), Fault> {
    let mut tables = tx.prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
    )?;
    for name in tables.query_map([], |row| row.get::<_, String>(0))? {
        tx.execute(&format!("DELETE FROM {}", name?), [])?;
    }
    Ok(())
}

/// A file that is only ever locked, never written.
pub(super) fn lock_file(home: &Path, name: &'static str) -> Result<File, Fault> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(home.join(name))
        .map_err(|error| Fault::Files(name, error))
}
