//! Words as they lie there, damaged or not: to read which keys were a home's before they are ended. Nothing is mended.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{carry, log, words::SCHEMA};
use crate::error::Fault;

/// How long another program's step is waited for: a wipe does not wait.
const BUSY: Duration = Duration::from_millis(200);

/// What a copy of damaged words is read from, and a new database beside it that lends it a header.
pub(crate) const SCRATCH: [&str; 2] = ["reading.db", "lending.db"];
/// Largest words that are copied to be read, in bytes: a wipe must not take long.
const COPY_BYTES: u64 = 16 * 1024 * 1024;

/// Opens the words in a folder, and says whether what was written last is in them. Nothing is written.
pub(crate) fn open_as_it_lies(folder: &Path) -> Result<(Connection, bool), Fault> {
    let path = folder.join(SCHEMA.file);
    if !path.is_file() {
        return Err(Fault::Damaged(SCHEMA.file));
    }
    match open_beside_others(&path) {
        Ok(conn) => Ok((conn, has_its_log(folder))),
        // A folder that cannot be written to: what lies in the log is then not read.
        Err(fault) => {
            let has_no_log = log_of(folder).metadata().map_or(true, |log| log.len() == 0);
            Ok((open_alone(&path).ok_or(fault)?, has_no_log))
        }
    }
}

/// The same of a copy, for words that are so damaged that they do not open.
pub(crate) fn open_copy_of_words(folder: &Path) -> Result<(Connection, bool), Fault> {
    Ok((carry::open_copy(&SCHEMA, folder, SCRATCH, COPY_BYTES)?, has_its_log(folder)))
}

fn has_its_log(folder: &Path) -> bool {
    !log::is_broken(&log_of(folder))
}

fn log_of(folder: &Path) -> PathBuf {
    folder.join("words.db-wal")
}

fn open_beside_others(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    // The last one out would move the log into the database: work for nothing.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    is_a_database(&conn)?;
    Ok(conn)
}

/// Without the files beside it that others share (sqlite.org/uri.html, "immutable").
#[cfg(unix)]
fn open_alone(path: &Path) -> Option<Connection> {
    use std::{fmt::Write, os::unix::ffi::OsStrExt};
    let mut uri = String::from("file:");
    for byte in std::path::absolute(path).ok()?.as_os_str().as_bytes() {
        write!(uri, "%{byte:02x}").ok()?;
    }
    uri.push_str("?immutable=1");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri, flags).ok().filter(|conn| is_a_database(conn).is_ok())
}

#[cfg(not(unix))]
fn open_alone(_: &Path) -> Option<Connection> {
    None
}

fn is_a_database(conn: &Connection) -> Result<(), Fault> {
    Ok(conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?)
}
