//! `words.db`: drafts, keys, outbox. One connection, short immediate transactions.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::schema::Schema;
use crate::error::{Busy, Error, Fault, Unusable};

const SCHEMA: Schema = Schema {
    file: "words.db",
    empty: "PRAGMA page_size = 4096;",
    pragmas: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
              PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;",
    migrations: &[include_str!("migrations/words_001_first.sql")],
    application_id: 0x5475_7731, // "Tuw1"
};

/// Bytes kept aside for words when the disk is full.
const RESERVE_BYTES: usize = 4 * 1024 * 1024;
/// What they are filled with, a piece at a time.
static RESERVE_PIECE: [u8; 64 * 1024] = [0x5a; 64 * 1024];

/// The database of words.
#[derive(Debug)]
pub(crate) struct Words {
    conn: Mutex<Connection>,
    home: PathBuf,
}

impl Words {
    /// Makes the file of a new home.
    pub(crate) fn create(home: &Path) -> Result<Self, Fault> {
        Self::at(home, true)
    }

    /// Opens the file of a home.
    pub(crate) fn open(home: &Path) -> Result<Self, Fault> {
        Self::at(home, false)
    }

    fn at(home: &Path, create: bool) -> Result<Self, Fault> {
        let conn = match SCHEMA.open(home, create) {
            // A full disk shows in many ways here: SQLite's shared memory needs room as well.
            Err(Fault::Sqlite(_)) if std::fs::remove_file(home.join("reserve")).is_ok() => {
                SCHEMA.open(home, create)?
            }
            opened => opened?,
        };
        let words = Self { conn: Mutex::new(conn), home: home.to_owned() };
        words.keep_reserve();
        Ok(words)
    }

    /// Reads.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        read(&*self.conn()?)
    }

    /// Writes in one immediate transaction: durable when this returns, or not there at all. On a full disk the
    /// reserve is given up and the transaction tried once more; so `write` must be able to run twice.
    pub(crate) fn write<T>(
        &self,
        mut write: impl FnMut(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut conn = self.conn()?;
        match in_transaction(&mut conn, &mut write) {
            Err(fault) if fault.is_full() => {
                // Where it is gone already, another program has just given it up, and there is room as well.
                std::fs::remove_file(self.home.join("reserve")).unwrap_or_default();
                in_transaction(&mut conn, &mut write)
            }
            result => result,
        }
    }

    /// Moves the whole write-ahead log into the database and cuts it to nothing, so that no old version of a page is
    /// left. False where another program's reader was in the way.
    pub(crate) fn empty_log(&self) -> Result<bool, Fault> {
        let busy: i64 = self.conn()?.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Waits until no other program shreds in this home, and keeps others out until dropped.
    pub(crate) fn vault_turn(&self) -> Result<File, Fault> {
        let lock = lock_file(&self.home, "vault.lock")?;
        lock.lock().map_err(|error| Fault::Files("vault.lock", error))?;
        Ok(lock)
    }

    /// Takes the right to send from this home, until dropped.
    pub(crate) fn sender_turn(&self) -> Result<File, Fault> {
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
        let path = self.home.join("reserve");
        if path.exists() {
            return;
        }
        let kept = OpenOptions::new().write(true).create_new(true).open(&path).and_then(|mut file| {
            // Not zeros: a file system that stores holes would keep nothing aside.
            for _ in 0..RESERVE_BYTES / RESERVE_PIECE.len() {
                file.write_all(&RESERVE_PIECE)?;
            }
            file.sync_all()
        });
        if kept.is_err() {
            // Half a reserve would only take room from words.
            std::fs::remove_file(&path).unwrap_or_default();
        }
    }
}

fn in_transaction<T>(
    conn: &mut Connection,
    write: &mut impl FnMut(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = write(&tx)?;
    tx.commit()?;
    Ok(value)
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
