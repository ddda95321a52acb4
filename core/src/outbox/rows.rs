//! The outbox's rows.

use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::{Serialize, de::DeserializeOwned};
use turnstone_wire::reference::Reference;

use super::record::{ItemRecord, Lane, ReportRecord, Vouched};
use crate::{
    error::{Fault, Missing, readable},
    random::Random,
    vault::{Purpose, SealingKey, Uid, VaultId},
};

/// Row number of a submitted report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportRow(pub i64);

/// Row number of an envelope or attachment in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemRow(pub i64);

/// How far an item has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemState {
    /// It waits to be sent.
    Waits,
    /// The desk vouches for having stored it.
    Stored,
    /// An officer vouches for having opened it.
    Opened,
    /// The desk refuses it; shown, and blocks nothing else.
    Refused,
}

/// How far an upload has come, as this device knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upload {
    /// Never begun.
    Fresh,
    /// Begun, and broken off when the desk had so many bytes: it must be asked how many it has now.
    Unknown(u64),
    /// The desk has so many bytes.
    At(u64),
}

/// An item as a sender sees it.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) row: ItemRow,
    pub(crate) report: ReportRow,
    pub(crate) uid: Uid,
    pub(crate) lane: Lane,
    pub(crate) state: ItemState,
    pub(crate) size: u64,
    pub(crate) upload: Upload,
    pub(crate) attempts: u32,
    pub(crate) next_try_ms: i64,
    pub(crate) media: Option<i64>,
    pub(crate) record: ItemRecord,
}

/// An open vault, as what the outbox is read with: whose it is, and the key of its finished reports' records.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) vault: VaultId,
    pub(crate) record: &'a SealingKey,
}

impl Reader<'_> {
    /// What an open vault is shown: its own reports; the device's also those of others that are not finished, whose records
    /// any sender can read, but nothing of what they say.
    fn is_shown(&self, vault: VaultId, finished: bool) -> bool {
        vault == self.vault || (self.vault == VaultId::DEVICE && !finished)
    }
}

/// A report and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) row: ReportRow,
    pub(crate) uid: Uid,
    /// Whose vault holds what is kept of it.
    pub(crate) vault: VaultId,
    pub(crate) finished: bool,
    pub(crate) record: ReportRecord,
}

/// The plain half of a new item.
pub(crate) struct NewItem {
    pub(crate) lane: Lane,
    pub(crate) size: u64,
    pub(crate) media: Option<i64>,
    pub(crate) envelope: Option<Vec<u8>>,
}

pub(super) const ITEM_COLUMNS: &str =
    "id, report, uid, lane, state, size, offset, attempts, next_try, media, sealed";

impl Lane {
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Words => 0,
            Self::Copies => 1,
            Self::Originals => 2,
        }
    }
}

impl ItemState {
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Waits => 0,
            Self::Stored => 1,
            Self::Opened => 2,
            Self::Refused => 3,
        }
    }
}

impl Upload {
    pub(super) fn column(self) -> Option<i64> {
        match self {
            Self::Fresh => None,
            Self::Unknown(last) => Some(-1 - i64::try_from(last).unwrap_or(0)),
            Self::At(offset) => Some(i64::try_from(offset).unwrap_or(-1)),
        }
    }
}

impl Item {
    pub(super) fn read(row: &Row<'_>, key: &SealingKey, purpose: Purpose) -> Result<Self, Fault> {
        let uid: Uid = row.get(2)?;
        let sealed: Vec<u8> = row.get(10)?;
        let damaged = || Fault::Sealed("the outbox");
        Ok(Self {
            row: ItemRow(row.get(0)?),
            report: ReportRow(row.get(1)?),
            uid,
            lane: match row.get(3)? {
                0 => Lane::Words,
                1 => Lane::Copies,
                2 => Lane::Originals,
                _ => return Err(damaged()),
            },
            state: match row.get(4)? {
                0 => ItemState::Waits,
                1 => ItemState::Stored,
                2 => ItemState::Opened,
                3 => ItemState::Refused,
                _ => return Err(damaged()),
            },
            size: row.get::<_, i64>(5)?.try_into().map_err(|_| damaged())?,
            upload: match row.get::<_, Option<i64>>(6)? {
                None => Upload::Fresh,
                Some(offset) => u64::try_from(offset)
                    .map_or(Upload::Unknown(u64::try_from(-1 - offset).unwrap_or(0)), Upload::At),
            },
            attempts: row.get(7)?,
            next_try_ms: row.get(8)?,
            media: row.get(9)?,
            record: open(key, purpose, &uid, &sealed)?,
        })
    }

    /// How many of its bytes the desk has, as far as known.
    pub(crate) fn sent(&self) -> u64 {
        match (self.state, self.upload) {
            (ItemState::Stored | ItemState::Opened, _) => self.size,
            (_, Upload::At(offset)) => offset,
            (_, Upload::Unknown(last)) => last,
            (_, Upload::Fresh) => 0,
        }
    }

    /// Whether it waits to this moment.
    pub(crate) fn still_waits(&self, conn: &Connection) -> Result<bool, Fault> {
        Ok(conn.query_row("SELECT state = 0 FROM item WHERE id = ?1", [self.row.0], |row| row.get(0))?)
    }

    /// The envelope's bytes, where they are still kept.
    pub(crate) fn envelope(&self, conn: &Connection) -> Result<Option<Vec<u8>>, Fault> {
        let mut select = conn.prepare_cached("SELECT envelope FROM item WHERE id = ?1")?;
        select.query_row([self.row.0], |row| row.get(0)).optional()?.ok_or_else(|| Missing::Report.into())
    }
}

pub(super) fn seal<T: Serialize>(
    key: &SealingKey,
    purpose: Purpose,
    uid: &Uid,
    value: &T,
    random: &dyn Random,
) -> Result<Vec<u8>, Fault> {
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(value)?);
    key.seal(purpose, uid, &[], &plain, random)
}

fn open<T: DeserializeOwned>(
    key: &SealingKey,
    purpose: Purpose,
    uid: &Uid,
    sealed: &[u8],
) -> Result<T, Fault> {
    let plain = key.open(purpose, uid, &[], sealed).map_err(|_| Fault::Sealed("the outbox"))?;
    serde_json::from_slice(&plain).map_err(|_| Fault::Sealed("the outbox"))
}

pub(crate) fn insert_report(
    tx: &Transaction<'_>,
    record: &ReportRecord,
    (vault, reply_key): (VaultId, Uid),
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<ReportRow, Fault> {
    let uid = Uid::generate(random)?;
    let sealed = seal(sending, Purpose::OutboxReport, &uid, record, random)?;
    tx.execute(
        "INSERT INTO report (uid, vault, reply_key, finished, sealed) VALUES (?1, ?2, ?3, 0, ?4)",
        (uid, vault, reply_key, sealed),
    )?;
    Ok(ReportRow(tx.last_insert_rowid()))
}

pub(crate) fn insert_item(
    tx: &Transaction<'_>,
    report: ReportRow,
    new: &NewItem,
    record: &ItemRecord,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let uid = Uid::generate(random)?;
    let sealed = seal(sending, Purpose::OutboxItem, &uid, record, random)?;
    tx.execute(
        "INSERT INTO item (report, uid, lane, state, size, offset, attempts, next_try, media, envelope, sealed)
         VALUES (?1, ?2, ?3, 0, ?4, NULL, 0, 0, ?5, ?6, ?7)",
        (
            report.0,
            uid,
            new.lane.number(),
            i64::try_from(new.size).unwrap_or(i64::MAX),
            new.media,
            &new.envelope,
            sealed,
        ),
    )?;
    Ok(())
}

/// The items of a report.
pub(crate) struct Items {
    /// Words first.
    pub(crate) readable: Vec<Item>,
    /// How many more there are that do not open: damaged.
    pub(crate) damaged: u32,
}

impl Items {
    /// All of them, where all can be read.
    pub(super) fn whole(self) -> Option<Vec<Item>> {
        (self.damaged == 0).then_some(self.readable)
    }
}

/// The items of a report. Those of a finished one are opened with the vault's record key.
pub(crate) fn items_of(
    conn: &Connection,
    outgoing: &Outgoing,
    sending: &SealingKey,
    reader: Option<Reader<'_>>,
) -> Result<Items, Fault> {
    let (key, purpose) = match reader {
        Some(reader) if outgoing.finished => (reader.record, Purpose::Record),
        _ => (sending, Purpose::OutboxItem),
    };
    let sql = format!("SELECT {ITEM_COLUMNS} FROM item WHERE report = ?1 ORDER BY lane, id");
    let mut select = conn.prepare_cached(&sql)?;
    let mut rows = select.query([outgoing.row.0])?;
    let mut items = Items { readable: Vec::new(), damaged: 0 };
    while let Some(row) = rows.next()? {
        match readable(Item::read(row, key, purpose))? {
            Some(item) => items.readable.push(item),
            None => items.damaged += 1,
        }
    }
    Ok(items)
}

/// Writes an item's changed state back, unless something else settled it meanwhile: a receipt is never undone.
pub(crate) fn apply_item(
    tx: &Transaction<'_>,
    item: &Item,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    write_item(tx, item, "(state = 0 OR (state = 1 AND ?2 = 2))", sending, random)
}

/// Writes an item's state where its row is still the one that was read, and in a state that it may be changed from.
pub(super) fn write_item(
    tx: &Transaction<'_>,
    item: &Item,
    from: &str,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let sealed = seal(sending, Purpose::OutboxItem, &item.uid, &item.record, random)?;
    let mut update = tx.prepare_cached(&format!(
        "UPDATE item SET state = ?2, offset = ?3, attempts = ?4, next_try = ?5, sealed = ?6
         WHERE id = ?1 AND uid = ?7 AND {from}"
    ))?;
    update.execute((
        item.row.0,
        item.state.number(),
        item.upload.column(),
        item.attempts,
        item.next_try_ms,
        sealed,
        item.uid,
    ))?;
    Ok(())
}

/// Makes an item as if it had never been tried, under another name: what a sender still makes of the old one changes nothing.
pub(super) fn begin_again(
    tx: &Transaction<'_>,
    item: &Item,
    record: &ItemRecord,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let uid = Uid::generate(random)?;
    let sealed = seal(sending, Purpose::OutboxItem, &uid, record, random)?;
    tx.execute(
        "UPDATE item SET uid = ?3, state = 0, offset = NULL, attempts = 0, next_try = 0, sealed = ?4
         WHERE id = ?1 AND uid = ?2",
        (item.row.0, item.uid, uid, sealed),
    )?;
    Ok(())
}

/// The same with another envelope in the place of the old one.
pub(super) fn begin_again_with(
    tx: &Transaction<'_>,
    item: &Item,
    record: &ItemRecord,
    envelope: &[u8],
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let size = i64::try_from(envelope.len()).unwrap_or(i64::MAX);
    tx.execute(
        "UPDATE item SET envelope = ?3, size = ?4 WHERE id = ?1 AND uid = ?2",
        (item.row.0, item.uid, envelope, size),
    )?;
    begin_again(tx, item, record, sending, random)
}

/// Writes what is known of a report that is not finished.
pub(super) fn write_report(
    tx: &Transaction<'_>,
    outgoing: &Outgoing,
    record: &ReportRecord,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let sealed = seal(sending, Purpose::OutboxReport, &outgoing.uid, record, random)?;
    tx.execute("UPDATE report SET sealed = ?2 WHERE id = ?1 AND finished = 0", (outgoing.row.0, sealed))?;
    Ok(())
}

fn outgoing(
    row: &Row<'_>,
    sending: &SealingKey,
    reader: Option<Reader<'_>>,
) -> Result<Option<Outgoing>, Fault> {
    let (id, uid, finished): (i64, Uid, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (sealed, vault): (Vec<u8>, VaultId) = (row.get(3)?, row.get(4)?);
    if reader.is_some_and(|reader| !reader.is_shown(vault, finished)) {
        return Ok(None);
    }
    let record = match (finished, reader) {
        (false, _) => open(sending, Purpose::OutboxReport, &uid, &sealed)?,
        (true, Some(reader)) => open(reader.record, Purpose::Record, &uid, &sealed)?,
        // A finished report's record lies in the vault: a locked sender has no business with it.
        (true, None) => return Ok(None),
    };
    Ok(Some(Outgoing { row: ReportRow(id), uid, vault, finished, record }))
}

/// Reports, newest first, at most `limit`; with an open vault those that it is shown, without one those not finished.
pub(crate) fn reports(
    conn: &Connection,
    limit: u32,
    sending: &SealingKey,
    reader: Option<Reader<'_>>,
) -> Result<Vec<Outgoing>, Fault> {
    let mut select =
        conn.prepare_cached("SELECT id, uid, finished, sealed, vault FROM report ORDER BY id DESC")?;
    let mut rows = select.query([])?;
    let (mut all, limit) = (Vec::new(), usize::try_from(limit).unwrap_or(usize::MAX));
    while all.len() < limit
        && let Some(row) = rows.next()?
    {
        all.extend(readable(outgoing(row, sending, reader))?.flatten());
    }
    Ok(all)
}

/// How many reports an open vault is shown, readable or not.
pub(crate) fn count_shown(conn: &Connection, vault: VaultId) -> Result<u32, Fault> {
    let sql = "SELECT count(*) FROM report WHERE vault = ?1 OR (?2 AND finished = 0)";
    Ok(conn.query_row(sql, (vault, vault == VaultId::DEVICE), |row| row.get(0))?)
}

/// One report by its row.
pub(crate) fn report(
    conn: &Connection,
    report: ReportRow,
    sending: &SealingKey,
    reader: Option<Reader<'_>>,
) -> Result<Outgoing, Fault> {
    let mut select =
        conn.prepare_cached("SELECT id, uid, finished, sealed, vault FROM report WHERE id = ?1")?;
    let mut rows = select.query([report.0])?;
    let row = rows.next()?.ok_or(Missing::Report)?;
    outgoing(row, sending, reader)?.ok_or_else(|| Missing::Report.into())
}

/// One report by its label.
pub(crate) fn find_report(
    conn: &Connection,
    reference: &Reference,
    sending: &SealingKey,
    reader: Option<Reader<'_>>,
) -> Result<Outgoing, Fault> {
    let all = reports(conn, u32::MAX, sending, reader)?;
    all.into_iter()
        .find(|outgoing| outgoing.record.reference == *reference)
        .ok_or_else(|| Missing::Report.into())
}

/// Seals a finished report's records anew under the vault's record key.
pub(super) fn seal_as_finished(
    tx: &Transaction<'_>,
    outgoing: &Outgoing,
    items: &[Item],
    record_key: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let sealed = seal(record_key, Purpose::Record, &outgoing.uid, &outgoing.record, random)?;
    tx.execute("UPDATE report SET finished = 1, sealed = ?2 WHERE id = ?1", (outgoing.row.0, sealed))?;
    for item in items {
        let sealed = seal(record_key, Purpose::Record, &item.uid, &item.record, random)?;
        tx.execute("UPDATE item SET sealed = ?2 WHERE id = ?1", (item.row.0, sealed))?;
    }
    Ok(())
}

/// Reports of which something does not wait any more: what ends by itself is among these.
pub(super) fn answered(conn: &Connection, sending: &SealingKey) -> Result<Vec<Outgoing>, Fault> {
    unfinished(conn, "EXISTS (SELECT 1 FROM item WHERE item.report = report.id AND item.state <> 0)", sending)
}

/// Reports with nothing left to send and no vault copy.
pub(super) fn sent(conn: &Connection, sending: &SealingKey) -> Result<Vec<Outgoing>, Fault> {
    let condition = "NOT EXISTS (SELECT 1 FROM item WHERE item.report = report.id AND item.state = 0)
         AND NOT EXISTS (SELECT 1 FROM copy WHERE copy.report = report.id)";
    unfinished(conn, condition, sending)
}

/// Whether the words of a report are not with its desk.
pub(crate) fn words_wait(conn: &Connection, report: ReportRow) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM item WHERE report = ?1 AND lane = 0 AND state IN (0, 3))";
    Ok(conn.prepare_cached(sql)?.query_row([report.0], |row| row.get(0))?)
}

/// Reports to be judged by a directory: those whose words may still have to be sealed anew. Where the directory is the one
/// they were judged by before, only those above `judged`, and those that a desk refuses.
pub(crate) fn to_judge(
    conn: &Connection,
    judged: Option<i64>,
    sending: &SealingKey,
) -> Result<Vec<Outgoing>, Fault> {
    let words = "EXISTS (SELECT 1 FROM item WHERE item.report = report.id AND lane = 0 AND state";
    let condition = match judged {
        None => format!("{words} IN (0, 1, 3))"),
        Some(row) => format!("({words} = 3) OR (report.id > {row} AND {words} = 0)))"),
    };
    unfinished(conn, &condition, sending)
}

/// Reports that are not finished, of which something holds.
pub(super) fn unfinished(
    conn: &Connection,
    condition: &str,
    sending: &SealingKey,
) -> Result<Vec<Outgoing>, Fault> {
    let sql = format!(
        "SELECT id, uid, finished, sealed, vault FROM report WHERE finished = 0 AND {condition} ORDER BY id"
    );
    let mut select = conn.prepare_cached(&sql)?;
    let mut rows = select.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.extend(readable(outgoing(row, sending, None))?.flatten());
    }
    Ok(found)
}

/// Notes an officer's receipt. The bytes are no longer needed once it is there.
pub(crate) fn opened_by_mail(
    tx: &Transaction<'_>,
    item: &mut Item,
    vouched: Vouched,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    item.state = ItemState::Opened;
    item.record.opened = Some(vouched);
    item.record.reason = None;
    apply_item(tx, item, sending, random)?;
    drop_bytes(tx, item.row)
}

/// Lets go of an item's sealed bytes; `media.db` is swept afterwards.
pub(super) fn drop_bytes(tx: &Transaction<'_>, item: ItemRow) -> Result<(), Fault> {
    tx.execute("UPDATE item SET envelope = NULL, media = NULL WHERE id = ?1", [item.0])?;
    Ok(())
}
