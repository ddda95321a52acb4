//! Calls the witness made: whom, when, and which number they gave. Written without an unlock, read with one; they travel
//! in the report that is submitted later.

use rusqlite::{Connection, Transaction};
use turnstone_wire::body::Told;

use super::DraftRow;
use crate::{
    error::{Fault, readable},
    outbox::ReportRow,
    random::Random,
    vault::{Door, Purpose, SealingKey, Uid, VaultId, forget_key, keep_new_key},
};

/// Keeps a call that belongs to a draft or to a report already submitted.
pub(crate) fn add_told(
    tx: &Transaction<'_>,
    draft: Option<DraftRow>,
    report: Option<ReportRow>,
    told: &Told,
    door: &Door,
    random: &dyn Random,
) -> Result<(), Fault> {
    let (uid, key) = (Uid::generate(random)?, SealingKey::generate(random)?);
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(told)?);
    let sealed = key.seal(Purpose::Told, &uid, &[], &plain, random)?;
    keep_new_key(tx, door, &uid, key.as_bytes())?;
    tx.execute(
        "INSERT INTO told (draft, report, vault, uid, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
        (draft.map(|row| row.0), report.map(|row| row.0), door.vault(), uid, sealed),
    )?;
    Ok(())
}

/// Ends the keys of calls that are about to go, which `sql` names by vault and key.
pub(crate) fn forget_told(tx: &Transaction<'_>, sql: &str, of: i64) -> Result<(), Fault> {
    let mut keys = tx.prepare(sql)?;
    for key in keys.query_map([of], |row| Ok((row.get::<_, VaultId>(0)?, row.get::<_, Uid>(1)?)))? {
        let (vault, uid) = key?;
        forget_key(tx, vault, &uid)?;
    }
    Ok(())
}

/// The calls that belong to a draft, oldest first.
pub(crate) fn told_of_draft(
    conn: &Connection,
    draft: DraftRow,
    key_of: impl Fn(&Connection, &Uid) -> Result<SealingKey, Fault>,
) -> Result<Vec<Told>, Fault> {
    read(conn, "SELECT uid, sealed FROM told WHERE draft = ?1 ORDER BY id", draft.0, key_of)
}

/// The calls that belong to a report, oldest first.
pub(crate) fn told_of_report(
    conn: &Connection,
    report: ReportRow,
    key_of: impl Fn(&Connection, &Uid) -> Result<SealingKey, Fault>,
) -> Result<Vec<Told>, Fault> {
    read(conn, "SELECT uid, sealed FROM told WHERE report = ?1 ORDER BY id", report.0, key_of)
}

fn read(
    conn: &Connection,
    sql: &str,
    of: i64,
    key_of: impl Fn(&Connection, &Uid) -> Result<SealingKey, Fault>,
) -> Result<Vec<Told>, Fault> {
    let mut select = conn.prepare(sql)?;
    let rows = select.query_map([of], |row| Ok((row.get::<_, Uid>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let one = |row: rusqlite::Result<(Uid, Vec<u8>)>| {
        let (uid, sealed) = row?;
        let plain = key_of(conn, &uid)?.open(Purpose::Told, &uid, &[], &sealed)?;
        serde_json::from_slice(&plain).map_err(|_| Fault::Sealed("a call"))
    };
    // A call that is damaged must not keep the words from being read and sent.
    rows.filter_map(|row| readable(one(row)).transpose()).collect()
}
