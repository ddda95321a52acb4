//! What can be read of a damaged `intake.db`, carried over into a new one.
//!
//! Nothing is believed for standing there: an object must lie on the shelf with that size and its receipt must name it,
//! an item of a mailbox must have its own hash. What is left out is found again on the shelf, or comes again.

use std::collections::VecDeque;

use rusqlite::{Connection, Row, TransactionBehavior, params};
use turnstone_wire::{
    hash::Sha256,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::{error::StoreError, shelf::Shelf};

/// Rows are looked for up to this number; no intake has had as many.
const LAST: i64 = 1 << 40;
/// Most failed attempts to read a part of one table: enough for dozens of damaged pages, and soon over where
/// nothing at all can be read.
const ATTEMPTS: usize = 2000;

/// Carries over what is sound and returns how many objects that is.
pub(super) fn carry_over(old: &Connection, new: &mut Connection, shelf: &Shelf) -> Result<usize, StoreError> {
    let transaction = new.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut carried = 0;
    let mut last = 0;
    for row in rows(old, "SELECT arrival, kind, sha256, size, received, receipt FROM object", ObjectRow::read)
    {
        last = last.max(row.arrival);
        if row.is_sound(shelf) {
            carried += transaction.execute(
                "INSERT OR IGNORE INTO object VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![row.arrival, row.kind, row.sha256, row.size, row.received, row.receipt],
            )?;
        }
    }
    // No number twice, so that "after N" misses nothing: every object has had one, and the last ones may be unreadable.
    let objects = i64::try_from(shelf.list()?.len()).unwrap_or(LAST);
    transaction.execute("DELETE FROM sqlite_sequence WHERE name = 'object'", [])?;
    transaction.execute("INSERT INTO sqlite_sequence VALUES ('object', ?1)", [last.max(objects)])?;
    for row in rows(old, "SELECT sha256, length, begun, plain, unchecked FROM upload", UploadRow::read) {
        transaction.execute(
            "INSERT OR IGNORE INTO upload VALUES (?1, ?2, ?3, ?4, ?5)",
            params![row.sha256, row.length, row.begun, row.plain, row.unchecked],
        )?;
    }
    for item in rows(old, "SELECT number, address, sha256, item FROM mailbox_item", Item::read) {
        if Sha256::of(item.item.as_bytes()).as_bytes() == &item.sha256 {
            transaction.execute(
                "INSERT OR IGNORE INTO mailbox_item VALUES (?1, ?2, ?3, ?4)",
                params![item.number, item.address, item.sha256, item.item],
            )?;
        }
    }
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    for (nonce, at) in rows::<(String, i64)>(old, "SELECT nonce, at FROM nonce", read) {
        transaction.execute("INSERT OR IGNORE INTO nonce VALUES (?1, ?2)", params![nonce, at])?;
    }
    transaction.commit()?;
    Ok(carried)
}

struct ObjectRow {
    arrival: i64,
    kind: String,
    sha256: [u8; 32],
    size: i64,
    received: i64,
    receipt: String,
}

impl ObjectRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            arrival: row.get(0)?,
            kind: row.get(1)?,
            sha256: row.get(2)?,
            size: row.get(3)?,
            received: row.get(4)?,
            receipt: row.get(5)?,
        })
    }

    fn is_sound(&self, shelf: &Shelf) -> bool {
        let known = [ObjectKind::Report, ObjectKind::Attachment];
        let Some(kind) = known.into_iter().find(|kind| kind.name() == self.kind) else { return false };
        let sha256 = Sha256::from_bytes(self.sha256);
        let Some(size) = shelf.size(kind, &sha256) else { return false };
        let object = Object { kind, sha256, size };
        let receipt = SignedReceipt::parse(self.receipt.as_bytes());
        u64::try_from(self.size).is_ok_and(|said| said == size)
            && receipt.is_ok_and(|receipt| receipt.claims().is_ok_and(|claims| claims.object == object))
    }
}

struct UploadRow {
    sha256: [u8; 32],
    length: Option<i64>,
    begun: i64,
    plain: bool,
    unchecked: Option<i64>,
}

impl UploadRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            sha256: row.get(0)?,
            length: row.get(1)?,
            begun: row.get(2)?,
            plain: row.get(3)?,
            unchecked: row.get(4)?,
        })
    }
}

struct Item {
    number: i64,
    address: [u8; 32],
    sha256: [u8; 32],
    item: String,
}

impl Item {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { number: row.get(0)?, address: row.get(1)?, sha256: row.get(2)?, item: row.get(3)? })
    }
}

/// Every row of a table that can be read: where a part of it cannot, each half of that part, down to single rows.
fn rows<T>(old: &Connection, select: &str, read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let query = format!("{select} WHERE rowid BETWEEN ?1 AND ?2");
    let part = |first: i64, last: i64| -> rusqlite::Result<Vec<T>> {
        old.prepare_cached(&query)?.query_map([first, last], read)?.collect()
    };
    let mut parts = VecDeque::from([(1, LAST)]);
    let (mut all, mut failed) = (Vec::new(), 0);
    while let Some((first, last)) = parts.pop_front() {
        match part(first, last) {
            Ok(rows) => all.extend(rows),
            Err(_) if first < last && failed < ATTEMPTS => {
                failed += 1;
                let middle = first + (last - first) / 2;
                parts.extend([(first, middle), (middle + 1, last)]);
            }
            Err(_) => {}
        }
    }
    all
}
