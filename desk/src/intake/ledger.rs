//! `intake.db`: which objects there are, with their receipts; uploads begun; mailboxes; nonces of desk calls.
//!
//! Receipts promise durability, so each is committed with `synchronous=FULL`; and because a commit costs a flush of
//! the disk, threads that arrive while one is under way are committed together by whoever comes next
//! ([`Ledger::record`]).

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use turnstone_wire::{
    hash::Sha256,
    limits,
    mailbox::MailboxAddress,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::error::StoreError;

/// The schema this program knows, kept in SQLite's `user_version`.
const SCHEMA: i64 = 1;

/// An object as the ledger knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its place in the order of arrival.
    pub(crate) number: i64,
    /// What it is.
    pub(crate) object: Object,
}

/// A new object on its way into the ledger.
struct Arriving {
    object: Object,
    at: DateTime<Utc>,
    receipt: SignedReceipt,
    /// Filled by whoever commits the batch: the receipt that stands.
    outcome: Outcome,
}

type Outcome = Arc<Mutex<Option<Result<Recorded, StoreError>>>>;

/// The receipt that stands, and whether it is a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) receipt: SignedReceipt,
    pub(crate) fresh: bool,
}

/// The database. Reading does not wait for a commit under way.
#[derive(Debug)]
pub(crate) struct Ledger {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    queue: Mutex<Vec<Arriving>>,
}

impl std::fmt::Debug for Arriving {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Arriving")
    }
}

impl Ledger {
    /// Opens or makes `intake.db` in a server folder.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] where a newer program made it; nothing is changed then.
    pub(crate) fn open(server: &Path) -> Result<Self, StoreError> {
        let path = server.join("intake.db");
        let mut writer = connect(&path)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match found {
            0 => {
                transaction.execute_batch(include_str!("schema.sql"))?;
                transaction.pragma_update(None, "user_version", SCHEMA)?;
            }
            SCHEMA => {}
            _ => return Err(StoreError::NewerSchema { found, known: SCHEMA }),
        }
        transaction.commit()?;
        Ok(Self { writer: Mutex::new(writer), reader: Mutex::new(connect(&path)?), queue: Mutex::default() })
    }

    /// Writes an object down and returns the receipt that stands: the given one, or, where the object was known,
    /// the one it got then. Returns once that is durable.
    pub(crate) fn record(
        &self,
        object: Object,
        at: DateTime<Utc>,
        receipt: SignedReceipt,
    ) -> Result<Recorded, StoreError> {
        let outcome = Outcome::default();
        lock(&self.queue)?.push(Arriving { object, at, receipt, outcome: Arc::clone(&outcome) });
        let mut writer = lock(&self.writer)?;
        // Whoever held the writer before may have committed this one along with its own.
        if let Some(done) = lock(&outcome)?.take() {
            return done;
        }
        let batch = std::mem::take(&mut *lock(&self.queue)?);
        let committed = commit_batch(&mut writer, &batch);
        match committed {
            Ok(recorded) => {
                for (arriving, recorded) in batch.iter().zip(recorded) {
                    *lock(&arriving.outcome)? = Some(Ok(recorded));
                }
            }
            Err(error) => {
                for arriving in &batch {
                    *lock(&arriving.outcome)? = Some(Err(error.for_each_waiting()));
                }
            }
        }
        // Only now may the next one in: it must find its outcome, if it was among these.
        drop(writer);
        lock(&outcome)?.take().unwrap_or(Err(StoreError::Poisoned))
    }

    /// Puts a new receipt in the place of the one that stands, and returns what stands then: another's, where
    /// somebody was faster. Returns once that is durable.
    pub(crate) fn sign_anew(
        &self,
        object: &Object,
        stands: &SignedReceipt,
        anew: &SignedReceipt,
    ) -> Result<SignedReceipt, StoreError> {
        let mut writer = lock(&self.writer)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "UPDATE object SET receipt = ?1 WHERE kind = ?2 AND sha256 = ?3 AND receipt = ?4",
            params![text(anew)?, object.kind.name(), object.sha256.as_bytes(), text(stands)?],
        )?;
        let stands = standing(&transaction, object)?;
        transaction.commit()?;
        Ok(stands)
    }

    /// The receipt and size of an object, if it is known.
    pub(crate) fn receipt(
        &self,
        kind: ObjectKind,
        name: &Sha256,
    ) -> Result<Option<(u64, SignedReceipt)>, StoreError> {
        let reader = lock(&self.reader)?;
        let mut query =
            reader.prepare_cached("SELECT size, receipt FROM object WHERE kind = ?1 AND sha256 = ?2")?;
        let row = query.query_row(params![kind.name(), name.as_bytes()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        });
        row.optional()?.map(|(size, receipt)| Ok((unsigned(size), parse_receipt(&receipt)?))).transpose()
    }

    /// At most `limit` objects that arrived after number `after`.
    pub(crate) fn objects_after(&self, after: i64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let reader = lock(&self.reader)?;
        let mut query = reader.prepare_cached(
            "SELECT arrival, kind, sha256, size FROM object WHERE arrival > ?1 ORDER BY arrival LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map(params![after, limit], |row| {
            let kind = match row.get::<_, String>(1)?.as_str() {
                "report" => ObjectKind::Report,
                _ => ObjectKind::Attachment,
            };
            let object =
                Object { kind, sha256: Sha256::from_bytes(row.get(2)?), size: unsigned(row.get(3)?) };
            Ok(Entry { number: row.get(0)?, object })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Announced length of an upload begun and not finished.
    pub(crate) fn upload(&self, name: &Sha256) -> Result<Option<u64>, StoreError> {
        let reader = lock(&self.reader)?;
        let mut query = reader.prepare_cached("SELECT length FROM upload WHERE sha256 = ?1")?;
        let length = query.query_row([name.as_bytes()], |row| row.get::<_, i64>(0)).optional()?;
        Ok(length.map(unsigned))
    }

    /// Names of all uploads begun and not finished.
    pub(crate) fn uploads(&self) -> Result<Vec<Sha256>, StoreError> {
        let reader = lock(&self.reader)?;
        let mut query = reader.prepare_cached("SELECT sha256 FROM upload")?;
        let rows = query.query_map([], |row| Ok(Sha256::from_bytes(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes the length of a new upload, unless `limit` are unfinished. One that is known keeps its length.
    pub(crate) fn begin_upload(&self, name: &Sha256, length: u64, limit: u64) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let unfinished: i64 = transaction.query_row("SELECT count(*) FROM upload", [], |row| row.get(0))?;
        if unsigned(unfinished) >= limit {
            return Err(StoreError::TooMany { limit });
        }
        let length =
            i64::try_from(length).map_err(|_| StoreError::TooLarge { limit: limits::ATTACHMENT_BYTES })?;
        transaction
            .execute("INSERT OR IGNORE INTO upload VALUES (?1, ?2)", params![name.as_bytes(), length])?;
        Ok(transaction.commit()?)
    }

    /// Forgets an upload.
    pub(crate) fn end_upload(&self, name: &Sha256) -> Result<(), StoreError> {
        lock(&self.writer)?.execute("DELETE FROM upload WHERE sha256 = ?1", [name.as_bytes()])?;
        Ok(())
    }

    /// Leaves an item in a mailbox; the same item again changes nothing. False where the box is full.
    pub(crate) fn leave(&self, address: &MailboxAddress, item: &str) -> Result<bool, StoreError> {
        let mut writer = lock(&self.writer)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let address = address.0;
        let hash = Sha256::of(item.as_bytes());
        let known = transaction.query_row(
            "SELECT count(*) FROM mailbox_item WHERE address = ?1 AND sha256 = ?2",
            [address.as_bytes(), hash.as_bytes()],
            |row| row.get::<_, i64>(0),
        )?;
        if known > 0 {
            return Ok(true);
        }
        let (count, bytes) = transaction.query_row(
            "SELECT count(*), coalesce(sum(length(CAST(item AS BLOB)) + 1), 0) FROM mailbox_item WHERE address = ?1",
            [address.as_bytes()],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
        )?;
        // The answer that holds all items must stay one that phones read: `{"items":[...]}`.
        let full = unsigned(count) >= limits::MAILBOX_ITEMS as u64
            || unsigned(bytes) + item.len() as u64 + 16 > limits::MAILBOX_BYTES as u64;
        if full {
            return Ok(false);
        }
        transaction.execute(
            "INSERT INTO mailbox_item (address, sha256, item) VALUES (?1, ?2, ?3)",
            params![address.as_bytes(), hash.as_bytes(), item],
        )?;
        transaction.commit()?;
        Ok(true)
    }

    /// The items of a mailbox, oldest first.
    pub(crate) fn mailbox(&self, address: &MailboxAddress) -> Result<Vec<String>, StoreError> {
        let reader = lock(&self.reader)?;
        let mut query =
            reader.prepare_cached("SELECT item FROM mailbox_item WHERE address = ?1 ORDER BY number")?;
        let rows = query.query_map([address.0.as_bytes()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Remembers a nonce and forgets those from before `forget_before`. False where it was seen already.
    pub(crate) fn spend(
        &self,
        nonce: &str,
        at: DateTime<Utc>,
        forget_before: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut writer = lock(&self.writer)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("DELETE FROM nonce WHERE at < ?1", [forget_before.timestamp()])?;
        let new = transaction
            .execute("INSERT OR IGNORE INTO nonce VALUES (?1, ?2)", params![nonce, at.timestamp()])?;
        transaction.commit()?;
        Ok(new == 1)
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

fn commit_batch(writer: &mut Connection, batch: &[Arriving]) -> Result<Vec<Recorded>, StoreError> {
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let recorded = batch.iter().map(|arriving| insert(&transaction, arriving)).collect::<Result<_, _>>()?;
    transaction.commit()?;
    Ok(recorded)
}

fn insert(transaction: &Transaction<'_>, arriving: &Arriving) -> Result<Recorded, StoreError> {
    let Arriving { object, at, receipt, .. } = arriving;
    let (kind, name) = (object.kind.name(), object.sha256.as_bytes());
    let size =
        i64::try_from(object.size).map_err(|_| StoreError::TooLarge { limit: limits::ATTACHMENT_BYTES })?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO object (kind, sha256, size, received, receipt) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    )?;
    let fresh = insert.execute(params![kind, name, size, at.timestamp(), text(receipt)?])? == 1;
    if object.kind == ObjectKind::Attachment {
        transaction.execute("DELETE FROM upload WHERE sha256 = ?1", [name])?;
    }
    if fresh {
        return Ok(Recorded { receipt: receipt.clone(), fresh });
    }
    Ok(Recorded { receipt: standing(transaction, object)?, fresh })
}

fn standing(transaction: &Transaction<'_>, object: &Object) -> Result<SignedReceipt, StoreError> {
    let mut query =
        transaction.prepare_cached("SELECT receipt FROM object WHERE kind = ?1 AND sha256 = ?2")?;
    let stands: String =
        query.query_row(params![object.kind.name(), object.sha256.as_bytes()], |row| row.get(0))?;
    parse_receipt(&stands)
}

fn text(receipt: &SignedReceipt) -> Result<String, StoreError> {
    String::from_utf8(receipt.to_json()).map_err(|_| StoreError::Poisoned)
}

fn parse_receipt(text: &str) -> Result<SignedReceipt, StoreError> {
    SignedReceipt::parse(text.as_bytes())
        .map_err(|_| StoreError::Config("intake.db holds a damaged receipt".into()))
}

/// SQLite's numbers are signed; sizes written here never are.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, StoreError> {
    mutex.lock().map_err(|_| StoreError::Poisoned)
}

#[cfg(test)]
mod tests {
    use turnstone_wire::key::{SigningKey, Stored};

    use super::*;

    fn receipt_for(object: &Object, second: i64) -> (DateTime<Utc>, SignedReceipt) {
        let key = SigningKey::<Stored>::from_seed([1; 32]).unwrap();
        let at = DateTime::from_timestamp(second, 0).unwrap();
        (at, SignedReceipt::sign(object, &"quay".parse().unwrap(), at, &key))
    }

    fn object(n: u8) -> Object {
        Object { kind: ObjectKind::Report, sha256: Sha256::of(&[n]), size: 1 }
    }

    #[test]
    fn a_newer_schema_is_refused_by_name_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(Ledger::open(folder.path()).unwrap());
        let raw = Connection::open(folder.path().join("intake.db")).unwrap();
        raw.pragma_update(None, "user_version", 7).unwrap();
        let error = Ledger::open(folder.path()).unwrap_err();
        assert!(matches!(error, StoreError::NewerSchema { found: 7, known: SCHEMA }));
        assert!(error.to_string().contains("newer turnstone-desk"));
        assert_eq!(raw.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap(), 7);
    }

    #[test]
    fn p3_many_threads_record_each_object_once_and_all_get_the_receipt_that_stands() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let receipts: Vec<Recorded> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..32_u8)
                .map(|n| {
                    let (ledger, object) = (&ledger, object(n % 4));
                    let (at, receipt) = receipt_for(&object, i64::from(n));
                    scope.spawn(move || ledger.record(object, at, receipt).unwrap())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(receipts.iter().filter(|recorded| recorded.fresh).count(), 4);
        for (n, recorded) in (0..32_u8).zip(&receipts) {
            let (_, stands) = ledger.receipt(ObjectKind::Report, &object(n % 4).sha256).unwrap().unwrap();
            assert_eq!(stands, recorded.receipt);
        }
        let numbers: Vec<_> =
            ledger.objects_after(0, 500).unwrap().iter().map(|entry| entry.number).collect();
        assert!(numbers.len() == 4 && numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        assert_eq!(ledger.objects_after(numbers[1], 1).unwrap()[0].number, numbers[2]);
    }

    #[test]
    fn a_full_mailbox_takes_what_it_holds_already_and_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let address = MailboxAddress(Sha256::of(b"box"));
        for n in 0..limits::MAILBOX_ITEMS {
            assert!(ledger.leave(&address, &n.to_string()).unwrap());
        }
        assert!(!ledger.leave(&address, "one more").unwrap());
        assert!(ledger.leave(&address, "0").unwrap());
        assert_eq!(ledger.mailbox(&address).unwrap().len(), limits::MAILBOX_ITEMS);
        let other = MailboxAddress(Sha256::of(b"other"));
        assert!(!ledger.leave(&other, &"x".repeat(limits::MAILBOX_BYTES)).unwrap());
    }
}
