//! The vault's copy of a sent report: the very bytes that were sealed, and the witness's contact in clear, which those bytes
//! hold only sealed to others. From it a report can be read again, and sealed anew for another key or desk.

use rusqlite::{Connection, OptionalExtension, Transaction};
use turnstone_wire::text::Text;
use zeroize::Zeroizing;

use super::rows::ReportRow;
use crate::{
    error::Fault,
    random::Random,
    vault::{Door, Purpose, SealingKey, Uid, VaultId, forget_key, keep_new_key},
};

/// A copy as it lies in its row.
pub(crate) struct SealedCopy {
    pub(crate) uid: Uid,
    body: Vec<u8>,
    contact: Option<Vec<u8>>,
}

/// A copy, opened.
pub(crate) struct Copy {
    /// The body as it was sealed, padding included.
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// Who the witness is, where they said so.
    pub(crate) contact: Option<Text>,
}

impl SealedCopy {
    /// The copy of a report, while it is kept.
    pub(crate) fn find(conn: &Connection, report: ReportRow) -> Result<Option<Self>, Fault> {
        let row =
            conn.query_row("SELECT uid, sealed, contact FROM copy WHERE report = ?1", [report.0], |row| {
                Ok(Self { uid: row.get(0)?, body: row.get(1)?, contact: row.get(2)? })
            });
        Ok(row.optional()?)
    }

    /// Whether there is one.
    pub(crate) fn is_kept(conn: &Connection, report: ReportRow) -> Result<bool, Fault> {
        let sql = "SELECT EXISTS (SELECT 1 FROM copy WHERE report = ?1)";
        Ok(conn.query_row(sql, [report.0], |row| row.get(0))?)
    }

    pub(crate) fn open(&self, key: &SealingKey) -> Result<Copy, Fault> {
        let damaged = || Fault::Sealed("a copy");
        let body = key.open(Purpose::Copy, &self.uid, &[], &self.body).map_err(|_| damaged())?;
        let contact = self.contact.as_ref().map(|sealed| {
            let contact = key.open(Purpose::CopyContact, &self.uid, &[], sealed).map_err(|_| damaged())?;
            std::str::from_utf8(&contact).map(Text::new).map_err(|_| damaged())
        });
        Ok(Copy { body, contact: contact.transpose()? })
    }
}

/// Whether a report has a copy that does not lie in this vault; never where all vaults are meant.
pub(crate) fn is_kept_elsewhere(
    conn: &Connection,
    report: ReportRow,
    vault: Option<VaultId>,
) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM copy JOIN report ON report.id = copy.report
               WHERE report.id = ?1 AND report.vault <> ?2)";
    Ok(conn.query_row(sql, (report.0, vault), |row| row.get(0))?)
}

/// Keeps a copy under a key of its own.
pub(crate) fn keep_copy(
    tx: &Transaction<'_>,
    report: ReportRow,
    body: &[u8],
    contact: Option<&Text>,
    door: &Door,
    random: &dyn Random,
) -> Result<(), Fault> {
    let (uid, key) = (Uid::generate(random)?, SealingKey::generate(random)?);
    keep_new_key(tx, door, &uid, key.as_bytes())?;
    let sealed = key.seal(Purpose::Copy, &uid, &[], body, random)?;
    let contact =
        contact.map(|text| key.seal(Purpose::CopyContact, &uid, &[], text.as_str().as_bytes(), random));
    tx.execute(
        "INSERT INTO copy (report, uid, sealed, contact) VALUES (?1, ?2, ?3, ?4)",
        (report.0, uid, sealed, contact.transpose()?),
    )?;
    Ok(())
}

/// Puts another body in the place of a copy's, under the same key.
pub(super) fn replace_body(
    tx: &Transaction<'_>,
    report: ReportRow,
    copy: &SealedCopy,
    key: &SealingKey,
    body: &[u8],
    random: &dyn Random,
) -> Result<(), Fault> {
    let sealed = key.seal(Purpose::Copy, &copy.uid, &[], body, random)?;
    tx.execute("UPDATE copy SET sealed = ?2 WHERE report = ?1", (report.0, sealed))?;
    Ok(())
}

/// Ends a copy and its key; a shred is due afterwards.
pub(super) fn end_copy(tx: &Transaction<'_>, report: ReportRow) -> Result<(), Fault> {
    let found: Option<(VaultId, Uid)> = tx
        .query_row(
            "SELECT report.vault, copy.uid FROM copy JOIN report ON report.id = copy.report WHERE copy.report = ?1",
            [report.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    if let Some((vault, uid)) = found {
        tx.execute("DELETE FROM copy WHERE report = ?1", [report.0])?;
        forget_key(tx, vault, &uid)?;
    }
    Ok(())
}
