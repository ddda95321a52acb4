//! What is due: which items may be sent or asked after now, and what one item's fate says of others.

use rusqlite::{Connection, Transaction};

use super::{
    record::{Lane, Reason},
    rows::{ITEM_COLUMNS, Item, ItemRow, ItemState, ReportRow, apply_item, write_item},
};
use crate::{
    error::{Fault, Missing, readable, readable_if_there},
    random::Random,
    sync::{LONGEST_CHECK_MS, LONGEST_WAIT_MS, NEVER_MS},
    vault::{Purpose, SealingKey},
};

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

/// One item of a report that is not finished, by its row.
pub(crate) fn item(conn: &Connection, item: ItemRow, sending: &SealingKey) -> Result<Item, Fault> {
    let mut select = conn.prepare_cached(&format!("SELECT {ITEM_COLUMNS} FROM item WHERE id = ?1"))?;
    let mut rows = select.query([item.0])?;
    Item::read(rows.next()?.ok_or(Missing::Report)?, sending, Purpose::OutboxItem)
}

/// Everything that waits, as far as it can be read, by report and then by lane.
pub(crate) fn waiting(conn: &Connection, sending: &SealingKey) -> Result<Vec<Item>, Fault> {
    let sql = format!("SELECT {ITEM_COLUMNS} FROM item WHERE state = 0 ORDER BY report, lane, id");
    let mut select = conn.prepare_cached(&sql)?;
    let mut rows = select.query([])?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next()? {
        waiting.extend(readable(Item::read(row, sending, Purpose::OutboxItem))?);
    }
    Ok(waiting)
}

/// The stored items whose bytes are held and whose desk is to be asked whether it has them, the next first: given to `take`
/// for as long as it wants more.
pub(crate) fn checks_due(
    conn: &Connection,
    most: u32,
    now_ms: i64,
    sending: &SealingKey,
    mut take: impl FnMut(Item) -> Result<bool, Fault>,
) -> Result<(), Fault> {
    let sql = format!(
        "SELECT {ITEM_COLUMNS} FROM item
         WHERE state = 1 AND next_try < ?3 AND (envelope IS NOT NULL OR media IS NOT NULL)
           AND report IN (SELECT id FROM report WHERE finished = 0)
         ORDER BY next_try <= ?1, next_try, id LIMIT ?2"
    );
    let mut select = conn.prepare_cached(&sql)?;
    let mut rows = select.query((now_ms.saturating_add(LONGEST_CHECK_MS), most, NEVER_MS))?;
    while let Some(row) = rows.next()? {
        if let Some(item) = readable(Item::read(row, sending, Purpose::OutboxItem))?
            && !take(item)?
        {
            break;
        }
    }
    Ok(())
}

/// Writes what came of the question after a stored item, unless something else settled it meanwhile.
pub(crate) fn apply_check(
    tx: &Transaction<'_>,
    item: &Item,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    write_item(tx, item, "state = 1", sending, random)
}

/// Makes every item that waits due now, but for those the desk itself asked to wait.
pub(crate) fn wake_all(tx: &Transaction<'_>, sending: &SealingKey) -> Result<(), Fault> {
    for item in waiting(tx, sending)? {
        if item.next_try_ms > 0 && !matches!(item.record.reason, Some(Reason::DeskAsksToWait(_))) {
            tx.execute("UPDATE item SET next_try = 0 WHERE id = ?1 AND state = 0", [item.row.0])?;
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
        let Some(mut item) = readable_if_there(item(tx, *row, sending))? else { continue };
        item.attempts = tried.attempts;
        item.next_try_ms = tried.next_try_ms.saturating_sub(before_ms);
        item.record.reason.clone_from(&tried.record.reason);
        if item.state == ItemState::Waits {
            apply_item(tx, &item, sending, random)?;
        }
    }
    Ok(())
}
