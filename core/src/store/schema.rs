//! Opening a database: pragmas, then migrations in one immediate transaction.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

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
    /// SQLite's own mark of which program a file belongs to.
    pub(super) application_id: i32,
}

impl Schema {
    /// Opens the file, which must exist unless `create`.
    pub(super) fn open(&self, home: &Path, create: bool) -> Result<Connection, Fault> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let mut conn = Connection::open_with_flags(home.join(self.file), flags)?;
        conn.busy_timeout(BUSY)?;
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
        if found > known || found < 0 {
            return Err(Error::Unusable(Unusable::NewerSchema { file: self.file, found, known }).into());
        }
        for migration in self.migrations.iter().skip(usize::try_from(found).unwrap_or(0)) {
            tx.execute_batch(migration)?;
        }
        tx.execute_batch(&format!(
            "PRAGMA user_version = {known}; PRAGMA application_id = {};",
            self.application_id
        ))?;
        tx.commit()?;
        Ok(())
    }
}

fn version(conn: &Connection) -> Result<i64, Fault> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}
