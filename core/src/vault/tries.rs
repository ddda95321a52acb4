//! Wrong PINs: counted before each attempt, durably, so that switching the phone off gives none back.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::owner::VaultId;
use crate::error::Fault;

/// Counts an attempt that is about to be made.
pub(super) fn count(tx: &Transaction<'_>, vault: VaultId) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO pin_try (vault, wrong, noted_ms, wait_ms) VALUES (?1, 1, 0, 0)
         ON CONFLICT (vault) DO UPDATE SET wrong = wrong + 1",
        [vault],
    )?;
    Ok(())
}

/// Wrong attempts since the last right one.
pub(super) fn wrong(conn: &Connection, vault: VaultId) -> Result<u32, Fault> {
    let wrong =
        conn.query_row("SELECT wrong FROM pin_try WHERE vault = ?1", [vault], |row| row.get(0)).optional()?;
    Ok(wrong.unwrap_or(0))
}

/// The right PIN was given.
pub(super) fn forget(tx: &Transaction<'_>, vault: VaultId) -> Result<(), Fault> {
    tx.execute("DELETE FROM pin_try WHERE vault = ?1", [vault])?;
    Ok(())
}
