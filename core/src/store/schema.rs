//! Opening a database: pragmas, then migrations in one immediate transaction.

use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    path::Path,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use rusqlite::{Connection, OpenFlags, TransactionBehavior, config::DbConfig};

use super::{
    carry::{Listed, listed},
    log,
};
use crate::error::{Error, Fault, Unusable};

/// How long a statement waits for another program's transaction. Transactions here are short; this is for a slow disk.
const BUSY: Duration = Duration::from_secs(10);

/// One of the two files.
pub(super) struct Schema {
    pub(super) file: &'static str,
    /// For a file that is still empty; in another one they would count for nothing, or be written at every opening.
    pub(super) empty: &'static str,
    /// For every connection.
    pub(super) pragmas: &'static str,
    pub(super) migrations: &'static [&'static str],
    /// SQLite's own mark of which program a file belongs to; its last byte counts with the schema, so that a number of
    /// a schema that no version has ever written is known for damage.
    pub(super) application_id: i32,
    /// How the file lies on the disk between openings.
    pub(super) on_disk: &'static str,
}

impl Schema {
    /// Opens the file, which must exist unless `create`.
    pub(super) fn open(&self, home: &Path, create: bool) -> Result<Connection, Fault> {
        self.open_path(&home.join(self.file), create)
    }

    /// The same, wherever the file lies.
    pub(super) fn open_path(&self, path: &Path, create: bool) -> Result<Connection, Fault> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        if !create && !has_header_once(path) {
            return Err(Fault::Damaged(self.file));
        }
        let mut conn = Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(BUSY)?;
        // A plan does not depend on what is bound: else each use of a kept statement would plan it anew.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.execute_batch("PRAGMA cell_size_check = ON;")?;
        if version(&conn)? == 0 {
            conn.execute_batch(self.empty)?;
        }
        conn.execute_batch(self.pragmas)?;
        if cfg!(target_vendor = "apple") {
            // There fsync does not reach the platter or the flash (DESIGN 5).
            conn.execute_batch("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;")?;
        }
        self.migrate(&mut conn)?;
        Ok(conn)
    }

    fn migrate(&self, conn: &mut Connection) -> Result<(), Fault> {
        let known = i64::try_from(self.migrations.len()).unwrap_or(i64::MAX);
        if version(conn)? == known {
            return Ok(());
        }
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&tx)?;
        let mark: i32 = tx.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let is_ours = i32::try_from(found).is_ok_and(|found| mark == self.mark(found));
        if found == known {
            // Another program was quicker.
            return Ok(());
        }
        if (found != 0 || tables != 0) && !is_ours {
            return Err(Fault::Damaged(self.file));
        }
        if found > known {
            return Err(Error::Unusable(Unusable::NewerSchema { file: self.file, found, known }).into());
        }
        for migration in self.migrations.iter().skip(usize::try_from(found).unwrap_or(0)) {
            tx.execute_batch(migration)?;
        }
        tx.execute_batch(&format!(
            "PRAGMA user_version = {known}; PRAGMA application_id = {};",
            self.mark(i32::try_from(known).unwrap_or(0))
        ))?;
        tx.commit()?;
        Ok(())
    }

    /// What `application_id` says of a file of this schema.
    fn mark(&self, version: i32) -> i32 {
        self.application_id + version
    }

    /// The file's name without its ending.
    pub(super) fn stem(&self) -> &'static str {
        self.file.strip_suffix(".db").unwrap_or(self.file)
    }

    /// Reads every page of a file: whether all is as SQLite left it.
    pub(super) fn is_whole(&self, path: &Path) -> Result<bool, Fault> {
        let mut log_path = path.as_os_str().to_owned();
        log_path.push("-wal");
        if log::is_broken(Path::new(&log_path)) {
            return Ok(false);
        }
        let check = |conn: Connection| {
            let said: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            Ok(said == "ok" && listed(&conn)? == self.listed_in_a_new_one()?)
        };
        match self.open_path(path, false).and_then(check) {
            Err(fault) if fault.is_damage() => Ok(false),
            whole => whole,
        }
    }

    /// The tables of a new database, and where they begin. Only while one migration makes them all: later ones will put
    /// theirs where there is room.
    fn listed_in_a_new_one(&self) -> Result<Listed, Fault> {
        let mut conn = Connection::open_in_memory()?;
        conn.execute_batch(self.empty)?;
        self.migrate(&mut conn)?;
        listed(&conn)
    }
}

/// Files whose header this process has looked at. Whoever closes a file gives up every lock that its process holds on it
/// (POSIX), SQLite's own included: so it is looked at once, before the first connection, and that is a matter of the process.
static LOOKED_AT: Mutex<BTreeSet<FileId>> = Mutex::new(BTreeSet::new());

/// Device, number and birth of a file: numbers are given again.
type FileId = (u64, u64, Option<SystemTime>);

/// Looks at a file's header, where this process has not yet done so.
fn has_header_once(path: &Path) -> bool {
    #[cfg(unix)]
    let id = {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(path).map(|file| (file.dev(), file.ino(), file.created().ok()))
    };
    #[cfg(not(unix))]
    let id = Err::<FileId, _>(std::io::ErrorKind::Unsupported);
    let Ok(id) = id else { return has_header(path) };
    let mut looked_at = LOOKED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    if looked_at.contains(&id) {
        return true;
    }
    let is_ours = has_header(path);
    if is_ours {
        looked_at.insert(id);
    }
    is_ours
}

/// Whether a file begins as every database does that this program made (SQLite file format, section 1.3). An empty file SQLite
/// would take for a new one, and one whose format it does not know for one that may not be written to. What cannot be
/// read at all is left to SQLite to say.
fn has_header(path: &Path) -> bool {
    let mut header = Vec::new();
    match fs::File::open(path).and_then(|file| file.take(24).read_to_end(&mut header)) {
        Err(_) => true,
        Ok(_) => {
            header.len() == 24
                && header.starts_with(b"SQLite format 3\0")
                && header[18..20].iter().all(|format| matches!(format, 1 | 2))
                && header[20..] == [0, 64, 32, 32]
        }
    }
}

fn version(conn: &Connection) -> Result<i64, Fault> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}
