//! What ends by itself: sealed bytes that were opened or kept for 30 days, vault copies whose time is up, records that
//! move into the vault.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, Transaction};
use turnstone_wire::body::Route;

use super::{
    copy::end_copy,
    record::{Lane, Reason, Vouched},
    rows::{
        Item, ItemState, Outgoing, Reader, ReportRow, answered, drop_bytes, items_of, seal_as_finished, sent,
    },
};
use crate::{
    error::Fault,
    random::Random,
    report::forget_told,
    vault::{SealingKey, Uid, VaultId, forget_key},
};

/// How long sealed bytes stay after `stored` where no `opened` comes, and a police report's copy after `opened`.
pub(super) const KEPT: TimeDelta = TimeDelta::days(30);

/// Ends what has had its time by this device's clock. Needs no unlock; a shred may be due afterwards.
///
/// Returns whether `media.db` should be swept.
pub(crate) fn tidy(tx: &Transaction<'_>, now: DateTime<Utc>, sending: &SealingKey) -> Result<bool, Fault> {
    let mut dropped = false;
    for outgoing in answered(tx, sending)? {
        // Of a report that is not wholly readable nothing ends by itself.
        let items = items_of(tx, &outgoing, sending, None)?;
        wait_without_receipt(tx, &items.readable)?;
        let Some(items) = items.whole() else { continue };
        for item in items.iter().filter(|item| item.state == ItemState::Stored) {
            if passed(item.record.stored.as_ref(), KEPT, now) && has_bytes(tx, item)? {
                drop_bytes(tx, item.row)?;
                dropped = true;
            }
        }
        if copy_has_had_its_time(&outgoing, &items, now) {
            end_copy(tx, outgoing.row)?;
        }
    }
    Ok(dropped)
}

/// A state that no receipt vouches for is a damaged one: nothing leaves the queue by it.
fn wait_without_receipt(tx: &Transaction<'_>, items: &[Item]) -> Result<(), Fault> {
    for item in items.iter().filter(|item| !is_vouched(item)) {
        tx.execute("UPDATE item SET state = 0, next_try = 0 WHERE id = ?1", [item.row.0])?;
    }
    Ok(())
}

/// Whether an item's state is one that a receipt, or a refusal, vouches for; waiting needs none.
pub(crate) fn is_vouched(item: &Item) -> bool {
    match item.state {
        ItemState::Waits => true,
        ItemState::Refused => matches!(item.record.reason, Some(Reason::Refused(_))),
        ItemState::Stored => item.record.stored.is_some(),
        ItemState::Opened => item.record.opened.is_some(),
    }
}

fn has_bytes(conn: &Connection, item: &Item) -> Result<bool, Fault> {
    Ok(conn.query_row(
        "SELECT envelope IS NOT NULL OR media IS NOT NULL FROM item WHERE id = ?1",
        [item.row.0],
        |row| row.get(0),
    )?)
}

/// The rule of the route (DESIGN 4): police until opened and 30 days, confidential until opened. Opened means the
/// words and all that was sent with them, for the copy is what could be sealed anew.
fn copy_has_had_its_time(outgoing: &Outgoing, items: &[Item], now: DateTime<Utc>) -> bool {
    let after = match outgoing.record.route {
        Route::Police => KEPT,
        Route::Confidential | Route::Anonymous => TimeDelta::zero(),
    };
    // A photo the desk refuses is never opened; words it refuses may be written again from this copy.
    let refused_photo = |item: &Item| item.state == ItemState::Refused && item.lane != Lane::Words;
    items.iter().all(|item| refused_photo(item) || passed(item.record.opened.as_ref(), after, now))
}

pub(super) fn passed(vouched: Option<&Vouched>, after: TimeDelta, now: DateTime<Utc>) -> bool {
    // By this device's clock and by the desk's: one that was wrong when the receipt came ends nothing early.
    vouched.is_some_and(|vouched| {
        let signed = vouched.receipt.claims().ok().map(|claims| claims.at);
        let ended_there = after.is_zero() || signed.is_some_and(|signed| now >= signed + after);
        now >= vouched.at.at() + after && ended_there
    })
}

/// Forgets a report: its vault copy, what its desk has answered and may still answer, and its record as well where nothing
/// of it is left to send, or `hopeless` where nothing of it could ever go without that copy.
pub(crate) fn forget(tx: &Transaction<'_>, report: ReportRow, hopeless: bool) -> Result<(), Fault> {
    end_copy(tx, report)?;
    end_mail(tx, report)?;
    let waits: bool = tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM item WHERE report = ?1 AND state = 0)",
        [report.0],
        |row| row.get(0),
    )?;
    if !waits || hopeless {
        forget_told(tx, "SELECT vault, uid FROM told WHERE report = ?1", report.0)?;
        tx.execute("DELETE FROM report WHERE id = ?1", [report.0])?;
    }
    Ok(())
}

/// Ends a report's messages with the key that opens them. Without that key none is taken any more.
fn end_mail(tx: &Transaction<'_>, report: ReportRow) -> Result<(), Fault> {
    let (vault, reply): (VaultId, Option<Uid>) =
        tx.query_row("SELECT vault, reply_key FROM report WHERE id = ?1", [report.0], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    if let Some(reply) = reply {
        forget_key(tx, vault, &reply)?;
    }
    tx.execute("UPDATE report SET reply_key = NULL WHERE id = ?1", [report.0])?;
    tx.execute("DELETE FROM mail WHERE report = ?1", [report.0])?;
    Ok(())
}

/// Moves the records of a vault's reports with nothing left to send or fetch under its record key.
pub(crate) fn move_finished(
    tx: &Transaction<'_>,
    now: DateTime<Utc>,
    sending: &SealingKey,
    reader: Reader<'_>,
    random: &dyn Random,
) -> Result<(), Fault> {
    for outgoing in sent(tx, sending)?.into_iter().filter(|outgoing| outgoing.vault == reader.vault) {
        let Some(items) = items_of(tx, &outgoing, sending, None)?.whole() else { continue };
        if nothing_left(tx, &outgoing, &items, now)? {
            seal_as_finished(tx, &outgoing, &items, reader.record, random)?;
        }
    }
    Ok(())
}

/// Nothing to send, and nothing to fetch: all was refused, or opened so long ago that no answer is waited for; or the
/// report is anonymous, so that nobody asks after it unbidden, and its bytes have had their time.
fn nothing_left(
    conn: &Connection,
    outgoing: &Outgoing,
    items: &[Item],
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let named = outgoing.record.route.is_named();
    for item in items {
        let left = match item.state {
            ItemState::Refused => false,
            ItemState::Opened => named && !passed(item.record.opened.as_ref(), KEPT, now),
            ItemState::Waits => true,
            ItemState::Stored => named || has_bytes(conn, item)?,
        };
        if left {
            return Ok(false);
        }
    }
    Ok(true)
}
