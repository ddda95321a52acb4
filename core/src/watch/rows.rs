//! The rows of watches. Written without an unlock, read with one.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::{Entry, KEPT, Step, Sum, WatchRow, sum};
use crate::{
    error::{Fault, Missing, readable},
    random::Random,
    vault::{Door, Purpose, SealingKey, Uid, VaultId, forget_key, keep_new_key},
};

/// Begins a watch. One that still runs ends with it: whoever comes on duty need not be able to open what the last crew
/// left running.
pub(crate) fn start(
    tx: &Transaction<'_>,
    began: &Entry,
    door: &Door,
    random: &dyn Random,
) -> Result<WatchRow, Fault> {
    if let Some((_, old)) = running(tx)? {
        add(tx, old, &Entry::new(Step::Ended, began.at), door, random)?;
    }
    tx.execute("INSERT INTO watch (uid, runs) VALUES (?1, 1)", [Uid::generate(random)?])?;
    let watch = WatchRow(tx.last_insert_rowid());
    add(tx, watch, began, door, random)?;
    Ok(watch)
}

/// Adds an entry to a watch. Its end is one too.
pub(crate) fn add(
    tx: &Transaction<'_>,
    watch: WatchRow,
    entry: &Entry,
    door: &Door,
    random: &dyn Random,
) -> Result<(), Fault> {
    let (uid, key) = (Uid::generate(random)?, SealingKey::generate(random)?);
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(entry)?);
    let sealed = key.seal(Purpose::Watch, &uid, &[], &plain, random)?;
    keep_new_key(tx, door, &uid, key.as_bytes())?;
    tx.execute("INSERT INTO watch_entry (watch, uid, sealed) VALUES (?1, ?2, ?3)", (watch.0, uid, sealed))?;
    if entry.step == Step::Ended {
        tx.execute("UPDATE watch SET runs = 0 WHERE id = ?1", [watch.0])?;
    }
    Ok(())
}

/// The watch that runs: the newest, should a damaged database say so of several.
pub(crate) fn running(conn: &Connection) -> Result<Option<(Uid, WatchRow)>, Fault> {
    let row = conn.query_row("SELECT uid, id FROM watch WHERE runs = 1 ORDER BY id DESC", [], |row| {
        Ok((row.get(0)?, WatchRow(row.get(1)?)))
    });
    Ok(row.optional()?)
}

/// The name and number of a watch, and whether it runs.
pub(crate) fn find(conn: &Connection, watch: WatchRow) -> Result<(Uid, WatchRow, bool), Fault> {
    let row = conn.query_row("SELECT uid, runs FROM watch WHERE id = ?1", [watch.0], |row| {
        Ok((row.get(0)?, watch, row.get::<_, i64>(1)? == 1))
    });
    row.optional()?.ok_or_else(|| Missing::Watch.into())
}

/// The numbers of the watches, newest first.
pub(crate) fn list(conn: &Connection, limit: u32) -> Result<Vec<WatchRow>, Fault> {
    let mut rows = conn.prepare("SELECT id FROM watch ORDER BY id DESC LIMIT ?1")?;
    Ok(rows.query_map([limit], |row| row.get(0).map(WatchRow))?.collect::<Result<_, _>>()?)
}

/// What a watch's entries come to.
pub(super) fn read(
    conn: &Connection,
    watch: WatchRow,
    key_of: impl Fn(&Connection, &Uid) -> Result<SealingKey, Fault>,
) -> Result<(Vec<Entry>, u32), Fault> {
    let mut select = conn.prepare("SELECT uid, sealed FROM watch_entry WHERE watch = ?1 ORDER BY id")?;
    let rows = select.query_map([watch.0], |row| Ok((row.get::<_, Uid>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let one = |row: rusqlite::Result<(Uid, Vec<u8>)>| {
        let (uid, sealed) = row?;
        let plain = key_of(conn, &uid)?.open(Purpose::Watch, &uid, &[], &sealed)?;
        serde_json::from_slice(&plain).map_err(|_| Fault::Sealed("a watch"))
    };
    let (mut entries, mut damaged) = (Vec::new(), 0);
    for row in rows {
        match readable(one(row))? {
            Some(entry) => entries.push(entry),
            None => damaged += 1,
        }
    }
    Ok((entries, damaged))
}

/// Ends a watch and all its keys, whether or not it can be read; a shred is due afterwards.
pub(crate) fn discard(tx: &Transaction<'_>, watch: WatchRow) -> Result<(), Fault> {
    let mut keys = tx.prepare("SELECT uid FROM watch_entry WHERE watch = ?1")?;
    for uid in keys.query_map([watch.0], |row| row.get::<_, Uid>(0))? {
        if let Some(uid) = readable(uid.map_err(Fault::from))? {
            forget_key(tx, VaultId::DEVICE, &uid)?;
        }
    }
    // Its entries go with it.
    match tx.execute("DELETE FROM watch WHERE id = ?1", [watch.0])? {
        0 => Err(Missing::Watch.into()),
        _ => Ok(()),
    }
}

/// Ends the watches that have had their time by this device's clock.
pub(crate) fn expire(
    tx: &Transaction<'_>,
    now: DateTime<Utc>,
    key_of: impl Fn(&Connection, &Uid) -> Result<SealingKey, Fault>,
) -> Result<(), Fault> {
    let stopped: Vec<WatchRow> = {
        let mut rows = tx.prepare("SELECT id FROM watch WHERE runs = 0")?;
        rows.query_map([], |row| row.get(0).map(WatchRow))?.collect::<Result<_, _>>()?
    };
    for watch in stopped {
        let Sum { watch: of, handed_over, .. } = sum(tx, watch, &key_of)?;
        let ended = of.until.zip(handed_over).map(|(until, handed_over)| until.at().max(handed_over.at()));
        if ended.is_some_and(|ended| now >= ended + KEPT) {
            discard(tx, watch)?;
        }
    }
    Ok(())
}
