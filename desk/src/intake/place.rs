//! Where `intake.db` lies, and what is done where it is damaged ([ADR 10](../../../docs/adr/0010-damaged-desk-stores.md)).
//!
//! Everybody who opens it checks it whole first. One that is damaged is never deleted and never written to again: what
//! can be read of it and what the folders of objects show go into a new database, and only when that is complete and
//! durable is the old one moved, whole, into a folder of its own, and the new one put in its place.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::DateTime;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, config::DbConfig, params};
use turnstone_wire::{
    hash::Sha256,
    receipt::{Object, ObjectKind},
};

use super::{
    error::StoreError,
    ledger::lock,
    salvage,
    settings::Watched,
    shelf::{self, Shelf},
};
use crate::{
    clock::Clock,
    files::{self, At},
    output,
};

/// The schema this program knows, kept in SQLite's `user_version`.
pub(super) const SCHEMA: i64 = 1;
/// Schemas that a newer program may have; what lies beyond is damage.
const NEWER: std::ops::RangeInclusive<i64> = 2..=99;
const NAME: &str = "intake.db";
/// A new database on its way, and one that is complete and waits for its place.
const MAKING: &str = "intake-making.db";
const READY: &str = "intake-ready.db";
const SCHEMA_SQL: &str = include_str!("schema.sql");

/// Where `intake.db` lies.
pub(super) struct Place {
    pub(super) server: PathBuf,
    pub(super) shelf: Shelf,
    pub(super) settings: Arc<Watched>,
    pub(super) clock: Arc<dyn Clock>,
    /// Locked by everybody who has the database open, and alone by whoever puts another in its place.
    users: Mutex<File>,
}

/// The two connections of a ledger.
pub(super) struct Connections {
    pub(super) writer: Connection,
    pub(super) reader: Connection,
}

impl Place {
    pub(super) fn new(
        server: &Path,
        shelf: Shelf,
        settings: Arc<Watched>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let path = server.join("intake.lock");
        let users =
            File::options().create(true).truncate(false).write(true).open(&path).at(&path, "opened")?;
        users.lock_shared().at(&path, "locked")?;
        Ok(Self { server: server.to_owned(), shelf, settings, clock, users: Mutex::new(users) })
    }

    fn path(&self) -> PathBuf {
        self.server.join(NAME)
    }

    /// Opens the database, mending it where that is needed.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] where a newer program made it; nothing is changed then.
    pub(super) fn open(&self) -> Result<Connections, StoreError> {
        self.settle()?;
        match self.try_open() {
            Err(StoreError::Damaged) => {
                self.replace()?;
                self.try_open()
            }
            opened => opened,
        }
    }

    /// Puts a database in its place that was complete when a process was killed.
    fn settle(&self) -> Result<(), StoreError> {
        let (path, ready) = (self.path(), self.server.join(READY));
        if ready.exists() && !path.exists() {
            fs::rename(&ready, &path).at(&path, "named")?;
            files::sync_folder(&self.server)?;
        }
        Ok(())
    }

    fn try_open(&self) -> Result<Connections, StoreError> {
        let path = self.path();
        self.look(&path)?;
        let opened = || -> Result<Connections, StoreError> {
            let mut writer = connect(&path)?;
            prepare(&mut writer)?;
            let found = self.missing(&writer)?;
            let added = found.len();
            add(&mut writer, found)?;
            if added > 0 {
                output::notice(&format_args!(
                    "{added} objects lay in the folder without a row in intake.db, and have one now"
                ));
            }
            Ok(Connections { writer, reader: connect(&path)? })
        };
        let opened = opened().map_err(|error| if error.is_damage() { StoreError::Damaged } else { error })?;
        files::sync_folder(&self.server)?;
        Ok(opened)
    }

    /// Looks at what SQLite would take for a new database, and at what it believes without a check.
    fn look(&self, path: &Path) -> Result<(), StoreError> {
        let size = |path: &Path| fs::metadata(path).map_or(0, |found| found.len());
        let mut head = Vec::new();
        match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            file => {
                file.and_then(|file| file.take(100).read_to_end(&mut head)).at(path, "read")?;
            }
        }
        // SQLite deletes the log of an empty database, whatever it holds.
        if head.is_empty() {
            return if size(&beside(path, "-wal")) > 0 { Err(StoreError::Damaged) } else { Ok(()) };
        }
        // Versions of the format for writing and reading (sqlite.org/fileformat, offsets 18 and 19): a higher one for
        // writing makes SQLite refuse to write.
        let known = |at: usize| head.get(at).is_some_and(|version| (1..=2).contains(version));
        if known(18) && known(19) { Ok(()) } else { Err(StoreError::Damaged) }
    }

    /// Makes a new database of what is left, and moves the damaged one out of the way.
    fn replace(&self) -> Result<(), StoreError> {
        let users = lock(&self.users)?;
        if users.try_lock().is_err() {
            // The attempt may have cost the lock that was held.
            users.lock_shared().at(&self.server, "locked")?;
            return Err(StoreError::DamagedInUse);
        }
        let replaced = self.replace_alone();
        users.lock_shared().at(&self.server, "locked")?;
        replaced
    }

    fn replace_alone(&self) -> Result<(), StoreError> {
        let (making, ready) = (self.server.join(MAKING), self.server.join(READY));
        for left in [&making, &ready] {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                match fs::remove_file(beside(left, suffix)) {
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        return Err(error).at(left, "removed")?;
                    }
                    _ => {}
                }
            }
        }
        let (carried, found) = self.make(&making)?;
        File::open(&making).and_then(|file| file.sync_all()).at(&making, "made durable")?;
        fs::rename(&making, &ready).at(&ready, "named")?;
        let aside = self.set_aside()?;
        fs::rename(&ready, self.path()).at(&self.path(), "named")?;
        files::sync_folder(&self.server)?;
        output::notice(&format_args!(
            "intake.db was damaged. It lies whole in {}; a new one was made, with {carried} objects that could be read \
             in it and {found} more that lie in the folder",
            aside.display()
        ));
        Ok(())
    }

    /// Makes a complete database in one file.
    fn make(&self, making: &Path) -> Result<(usize, usize), StoreError> {
        let mut new = connect(making)?;
        prepare(&mut new)?;
        let old = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let readable = fs::metadata(self.path()).is_ok_and(|found| found.len() > 0);
        let carried = match readable.then(|| Connection::open_with_flags(self.path(), old)) {
            Some(Ok(old)) => salvage::carry_over(&old, &mut new, &self.shelf)?,
            _ => 0,
        };
        let found = self.missing(&new)?;
        let count = found.len();
        add(&mut new, found)?;
        // Into one file, which is all that is moved.
        new.pragma_update(None, "journal_mode", "DELETE")?;
        Ok((carried, count))
    }

    /// Moves the damaged database with its log into a new folder.
    fn set_aside(&self) -> Result<PathBuf, StoreError> {
        let time = self.clock.now().format("%Y%m%dT%H%M%SZ").to_string();
        let names =
            (1..).map(|n| if n == 1 { format!("damaged-{time}") } else { format!("damaged-{time}-{n}") });
        let mut folders = names.map(|name| self.server.join(name));
        let aside = folders.find(|folder| !folder.exists()).unwrap_or_else(|| self.server.join("damaged"));
        files::make_folder(&aside)?;
        // The log first: a kill after the database itself would leave a log that belongs to nothing.
        for suffix in ["-shm", "-wal", ""] {
            let path = beside(&self.path(), suffix);
            match fs::rename(&path, beside(&aside.join(NAME), suffix)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).at(&path, "moved")?,
                _ => {}
            }
        }
        files::sync_folder(&aside)?;
        Ok(aside)
    }

    /// Objects on the shelf without a row, or with one of another size, that are what they are called.
    fn missing(&self, connection: &Connection) -> Result<Vec<Found>, StoreError> {
        let known = sizes(connection)?;
        let mut missing = Vec::new();
        for (kind, name, size) in self.shelf.list()? {
            if known.get(&(kind.name(), name)) == Some(&size) {
                continue;
            }
            let path = self.shelf.path(kind, &name);
            let (size, hash) = shelf::measure(&mut self.shelf.read(kind, &name)?, &path)?;
            if hash != name {
                continue;
            }
            files::sync_folder(files::parent(&path))?;
            let object = Object { kind, sha256: name, size };
            let (at, receipt) = self.settings.now()?.receipt(&object, &*self.clock);
            let receipt = String::from_utf8(receipt.to_json()).map_err(|_| StoreError::Poisoned)?;
            missing.push(Found { object, at, receipt });
        }
        // By time of arrival, as far as that is known, so that they are opened in that order.
        missing.sort_by_cached_key(|found| {
            let file = fs::metadata(self.shelf.path(found.object.kind, &found.object.sha256));
            file.and_then(|file| file.modified()).ok()
        });
        Ok(missing)
    }

    /// Says what a failure of the database comes from.
    pub(super) fn explain(&self, error: StoreError) -> StoreError {
        use rusqlite::ErrorCode::{CannotOpen, SystemIoFailure};
        let StoreError::Database(database) = &error else { return error };
        // SQLite says so by name only where a write fails, not where a file cannot be made or grown otherwise.
        let perhaps_full = matches!(database.sqlite_error_code(), Some(CannotOpen | SystemIoFailure));
        if perhaps_full && self.shelf.is_full().unwrap_or(false) { StoreError::NoSpace } else { error }
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place")
    }
}

/// An object that was found on the shelf, and the receipt it gets.
struct Found {
    object: Object,
    at: DateTime<chrono::Utc>,
    receipt: String,
}

/// The name of a database with what SQLite appends for its log.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    // A plan does not depend on what is bound: else each use of a kept statement would plan it anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// Makes the tables where there are none, and checks everything where there are.
fn prepare(writer: &mut Connection) -> Result<(), StoreError> {
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if NEWER.contains(&found) {
        return Err(StoreError::NewerSchema { found, known: SCHEMA });
    }
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (found, tables) {
        (0, 0) => {
            transaction.execute_batch(SCHEMA_SQL)?;
            transaction.pragma_update(None, "user_version", SCHEMA)?;
        }
        (SCHEMA, _) => {
            let said: String = transaction.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
            if said != "ok" || schema(&transaction)? != expected_schema()? {
                return Err(StoreError::Damaged);
            }
        }
        _ => return Err(StoreError::Damaged),
    }
    Ok(transaction.commit()?)
}

/// What the tables look like: SQLite's own check does not read it.
fn schema(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut query = connection.prepare(
        "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY name",
    )?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn expected_schema() -> Result<Vec<String>, StoreError> {
    let model = Connection::open_in_memory()?;
    model.execute_batch(SCHEMA_SQL)?;
    schema(&model)
}

fn sizes(connection: &Connection) -> Result<BTreeMap<(&'static str, Sha256), u64>, StoreError> {
    let mut query = connection.prepare("SELECT kind, sha256, size FROM object")?;
    let rows = query.query_map([], |row| {
        let kind = match row.get::<_, String>(0)?.as_str() {
            "report" => ObjectKind::Report,
            _ => ObjectKind::Attachment,
        };
        let size = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(u64::MAX);
        Ok(((kind.name(), Sha256::from_bytes(row.get(1)?)), size))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes rows for what was found; where one stands with another size, that is what was damaged.
fn add(writer: &mut Connection, found: Vec<Found>) -> Result<(), StoreError> {
    if found.is_empty() {
        return Ok(());
    }
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for Found { object, at, receipt } in found {
        let size = i64::try_from(object.size).unwrap_or(i64::MAX);
        transaction.execute(
            "INSERT INTO object (kind, sha256, size, received, receipt) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET size = excluded.size",
            params![object.kind.name(), object.sha256.as_bytes(), size, at.timestamp(), receipt],
        )?;
        if object.kind == ObjectKind::Attachment {
            transaction.execute("DELETE FROM upload WHERE sha256 = ?1", [object.sha256.as_bytes()])?;
        }
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests;
