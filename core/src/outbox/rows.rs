//! The outbox's rows.

use rusqlite::{Connection, Row, Transaction};
use serde::{Serialize, de::DeserializeOwned};
use turnstone_wire::reference::Reference;

use super::record::{ItemRecord, Lane, Reason, ReportRecord, Vouched};
use crate::{
    error::{Fault, Missing, readable},
    random::Random,
    sync::{LONGEST_CHECK_MS, LONGEST_WAIT_MS, NEVER_MS, Progress},
    vault::{Purpose, SealingKey, Uid},
};

/// Row number of a submitted report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportRow(pub(crate) i64);

/// Row number of an envelope or attachment in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemRow(pub(crate) i64);

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

/// A report and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) row: ReportRow,
    pub(crate) uid: Uid,
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

const ITEM_COLUMNS: &str = "id, report, uid, lane, state, size, offset, attempts, next_try, media, sealed";

impl Lane {
    fn number(self) -> i64 {
        match self {
            Self::Words => 0,
            Self::Copies => 1,
            Self::Originals => 2,
        }
    }
}

impl ItemState {
    fn number(self) -> i64 {
        match self {
            Self::Waits => 0,
            Self::Stored => 1,
            Self::Opened => 2,
            Self::Refused => 3,
        }
    }
}

impl Upload {
    fn column(self) -> Option<i64> {
        match self {
            Self::Fresh => None,
            Self::Unknown(last) => Some(-1 - i64::try_from(last).unwrap_or(0)),
            Self::At(offset) => Some(i64::try_from(offset).unwrap_or(-1)),
        }
    }
}

impl Item {
    fn read(row: &Row<'_>, key: &SealingKey, purpose: Purpose) -> Result<Self, Fault> {
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

    /// The envelope's bytes, where they are still kept.
    pub(crate) fn envelope(&self, conn: &Connection) -> Result<Option<Vec<u8>>, Fault> {
        Ok(conn.query_row("SELECT envelope FROM item WHERE id = ?1", [self.row.0], |row| row.get(0))?)
    }
}

fn seal<T: Serialize>(
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
    reply_key: Uid,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<ReportRow, Fault> {
    let uid = Uid::generate(random)?;
    let sealed = seal(sending, Purpose::OutboxReport, &uid, record, random)?;
    tx.execute(
        "INSERT INTO report (uid, reply_key, finished, sealed) VALUES (?1, ?2, 0, ?3)",
        (uid, reply_key, sealed),
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

/// What waits in a lane: oldest first what may go now, new words before those that have failed, then the rest by its time: items
/// that cannot go fill no window. A wait longer than the longest there is was left by a clock that jumped, and is over.
const WAITING: &str = "SELECT id, report FROM item WHERE state = 0 AND lane = ?1
     ORDER BY CASE WHEN next_try > ?2 AND next_try <= ?3 THEN 2 WHEN lane = 0 AND attempts = 0 THEN 0 ELSE 1 END,
              CASE WHEN next_try > ?2 AND next_try <= ?3 THEN next_try ELSE 0 END, id LIMIT ?4";

/// The items of a lane that wait, at most so many. Those that `skip` names are left out, and so is one that does not open: it
/// must not stop the others.
pub(crate) fn due_items(
    conn: &Connection,
    lane: Lane,
    most: Option<u32>,
    now_ms: i64,
    sending: &SealingKey,
    mut skip: impl FnMut(ReportRow) -> Result<bool, Fault>,
) -> Result<Vec<Item>, Fault> {
    let mut select = conn.prepare_cached(WAITING)?;
    // Words are never skipped: no more of them need to be sorted.
    let limit = most.filter(|_| lane == Lane::Words).map_or(-1, i64::from);
    let mut rows = select.query((lane.number(), now_ms, now_ms.saturating_add(LONGEST_WAIT_MS), limit))?;
    let (mut items, mut left) = (Vec::new(), most.unwrap_or(u32::MAX));
    while left > 0
        && let Some(row) = rows.next()?
    {
        if !skip(ReportRow(row.get(1)?))? {
            items.extend(readable(item(conn, ItemRow(row.get(0)?), sending))?);
            left -= 1;
        }
    }
    Ok(items)
}

/// The stored items whose bytes are held and whose desk is to be asked whether it has them, the next first.
pub(crate) fn checks_due(
    conn: &Connection,
    most: u32,
    now_ms: i64,
    sending: &SealingKey,
) -> Result<Vec<Item>, Fault> {
    let sql = format!(
        "SELECT {ITEM_COLUMNS} FROM item
         WHERE state = 1 AND next_try < ?3 AND (envelope IS NOT NULL OR media IS NOT NULL)
           AND report IN (SELECT id FROM report WHERE finished = 0)
         ORDER BY next_try <= ?1, next_try, id LIMIT ?2"
    );
    let mut select = conn.prepare_cached(&sql)?;
    let mut rows = select.query((now_ms.saturating_add(LONGEST_CHECK_MS), most, NEVER_MS))?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.extend(readable(Item::read(row, sending, Purpose::OutboxItem))?);
    }
    Ok(items)
}

/// One item of a report that is not finished, by its row.
pub(crate) fn item(conn: &Connection, item: ItemRow, sending: &SealingKey) -> Result<Item, Fault> {
    let sql = format!("SELECT {ITEM_COLUMNS} FROM item WHERE id = ?1");
    let mut select = conn.prepare_cached(&sql)?;
    let mut rows = select.query([item.0])?;
    Item::read(rows.next()?.ok_or(Missing::Report)?, sending, Purpose::OutboxItem)
}

/// Everything that waits, as far as it can be read, by report and then by lane.
pub(crate) fn waiting(conn: &Connection, sending: &SealingKey) -> Result<Vec<Progress>, Fault> {
    let sql = format!("SELECT {ITEM_COLUMNS} FROM item WHERE state = 0 ORDER BY report, lane, id");
    let mut select = conn.prepare_cached(&sql)?;
    let mut rows = select.query([])?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next()? {
        let item = readable(Item::read(row, sending, Purpose::OutboxItem))?;
        waiting.extend(item.map(|item| Progress::of(&item)));
    }
    Ok(waiting)
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
    record_key: Option<&SealingKey>,
) -> Result<Items, Fault> {
    let (key, purpose) = match record_key {
        Some(key) if outgoing.finished => (key, Purpose::Record),
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
    let sealed = seal(sending, Purpose::OutboxItem, &item.uid, &item.record, random)?;
    tx.execute(
        "UPDATE item SET state = ?2, offset = ?3, attempts = ?4, next_try = ?5, sealed = ?6
         WHERE id = ?1 AND uid = ?7 AND (state = 0 OR (state = 1 AND ?2 = 2))",
        (
            item.row.0,
            item.state.number(),
            item.upload.column(),
            item.attempts,
            item.next_try_ms,
            sealed,
            item.uid,
        ),
    )?;
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

/// Writes what came of the question after a stored item, unless something else settled it meanwhile.
pub(crate) fn apply_check(
    tx: &Transaction<'_>,
    item: &Item,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let sealed = seal(sending, Purpose::OutboxItem, &item.uid, &item.record, random)?;
    tx.execute(
        "UPDATE item SET state = ?2, offset = ?3, attempts = ?4, next_try = ?5, sealed = ?6
         WHERE id = ?1 AND uid = ?7 AND state = 1",
        (
            item.row.0,
            item.state.number(),
            item.upload.column(),
            item.attempts,
            item.next_try_ms,
            sealed,
            item.uid,
        ),
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

/// Makes every item that waits due now, but for those the desk itself asked to wait.
pub(crate) fn wake_all(tx: &Transaction<'_>, sending: &SealingKey) -> Result<(), Fault> {
    for lane in [Lane::Words, Lane::Copies, Lane::Originals] {
        for item in due_items(tx, lane, None, 0, sending, |_| Ok(false))? {
            if item.next_try_ms > 0 && !matches!(item.record.reason, Some(Reason::DeskAsksToWait(_))) {
                tx.execute("UPDATE item SET next_try = 0 WHERE id = ?1 AND state = 0", [item.row.0])?;
            }
        }
    }
    Ok(())
}

/// Their desk was reached: what waited because it was not is due now, as if it had never failed.
pub(crate) fn reached(tx: &Transaction<'_>, items: &[ItemRow]) -> Result<(), Fault> {
    for item in items {
        tx.execute("UPDATE item SET attempts = 0, next_try = 0 WHERE id = ?1 AND state = 0", [item.0])?;
    }
    Ok(())
}

/// Their desk was tried by another item, and did not take it: they wait for the same reason, and not as long by a little, in
/// their order, so that they are tried by turns.
pub(crate) fn put_off(
    tx: &Transaction<'_>,
    behind: &[ItemRow],
    tried: &Item,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    for (row, before_ms) in behind.iter().rev().zip(1..) {
        let Some(mut item) = readable(item(tx, *row, sending))? else { continue };
        item.attempts = tried.attempts;
        item.next_try_ms = tried.next_try_ms.saturating_sub(before_ms);
        item.record.reason.clone_from(&tried.record.reason);
        if item.state == ItemState::Waits {
            apply_item(tx, &item, sending, random)?;
        }
    }
    Ok(())
}

fn outgoing(
    row: &Row<'_>,
    sending: &SealingKey,
    record_key: Option<&SealingKey>,
) -> Result<Option<Outgoing>, Fault> {
    let (id, uid, finished): (i64, Uid, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let sealed: Vec<u8> = row.get(3)?;
    let record = match (finished, record_key) {
        (false, _) => open(sending, Purpose::OutboxReport, &uid, &sealed)?,
        (true, Some(key)) => open(key, Purpose::Record, &uid, &sealed)?,
        // A finished report's record lies in the vault: a locked sender has no business with it.
        (true, None) => return Ok(None),
    };
    Ok(Some(Outgoing { row: ReportRow(id), uid, finished, record }))
}

/// Reports, newest first; finished ones only with the vault's record key.
pub(crate) fn reports(
    conn: &Connection,
    limit: u32,
    sending: &SealingKey,
    record_key: Option<&SealingKey>,
) -> Result<Vec<Outgoing>, Fault> {
    let mut select =
        conn.prepare_cached("SELECT id, uid, finished, sealed FROM report ORDER BY id DESC LIMIT ?1")?;
    let mut rows = select.query([limit])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.extend(readable(outgoing(row, sending, record_key))?.flatten());
    }
    Ok(all)
}

/// One report by its row.
pub(crate) fn report(
    conn: &Connection,
    report: ReportRow,
    sending: &SealingKey,
    record_key: Option<&SealingKey>,
) -> Result<Outgoing, Fault> {
    let mut select = conn.prepare_cached("SELECT id, uid, finished, sealed FROM report WHERE id = ?1")?;
    let mut rows = select.query([report.0])?;
    let row = rows.next()?.ok_or(Missing::Report)?;
    outgoing(row, sending, record_key)?.ok_or_else(|| Missing::Report.into())
}

/// One report by its label.
pub(crate) fn find_report(
    conn: &Connection,
    reference: &Reference,
    sending: &SealingKey,
    record_key: Option<&SealingKey>,
) -> Result<Outgoing, Fault> {
    let all = reports(conn, u32::MAX, sending, record_key)?;
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
    Ok(conn.query_row(sql, [report.0], |row| row.get(0))?)
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
        "SELECT id, uid, finished, sealed FROM report WHERE finished = 0 AND {condition} ORDER BY id"
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
