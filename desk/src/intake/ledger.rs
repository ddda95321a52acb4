//! `intake.db`: which objects there are, with their receipts; uploads begun; mailboxes; nonces of desk calls.
//!
//! Receipts promise durability, so each is committed with `synchronous=FULL`; and because a commit costs a flush of
//! the disk, threads that arrive while one is under way are committed together by whoever comes next
//! ([`Ledger::record`]).

use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use turnstone_wire::{
    hash::Sha256,
    limits,
    mailbox::MailboxAddress,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::{
    error::StoreError,
    place::{Connections, Place},
};
use crate::seam::{Planted, is_planted};

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

/// The row of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The object's size in bytes.
    pub(crate) size: u64,
    /// Its receipt, as it was written down; a damaged one is perhaps no text.
    pub(crate) receipt: Vec<u8>,
}

/// An upload as it was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Begun {
    /// Announced bytes, once they are told.
    pub(crate) length: Option<u64>,
    /// When.
    pub(crate) begun: DateTime<Utc>,
    /// By a client that knows tus only.
    pub(crate) plain: bool,
    /// Where the bytes begin that no checksum has vouched for yet.
    pub(crate) unchecked: Option<u64>,
}

/// How much is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// Objects.
    pub(crate) objects: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
}

/// The database. Reading does not wait for a commit under way. Where damage shows, it is mended, and the work done
/// again.
#[derive(Debug)]
pub(crate) struct Ledger {
    place: Place,
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    queue: Mutex<Vec<Arriving>>,
    /// Counted when the database is opened, and along with what is added since.
    held: Mutex<Held>,
}

impl std::fmt::Debug for Arriving {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Arriving")
    }
}

impl Ledger {
    /// Opens or makes `intake.db`, and mends one that is damaged.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] where a newer program made it; nothing is changed then.
    pub(crate) fn open(place: Place) -> Result<Self, StoreError> {
        let Connections { writer, reader } = place.open().map_err(|error| place.explain(error))?;
        let held = Mutex::new(count(&reader)?);
        Ok(Self {
            place,
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            queue: Mutex::default(),
            held,
        })
    }

    fn writing<T>(&self, work: impl Fn(&mut Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut writer = lock(&self.writer)?;
        self.write(&mut writer, work)
    }

    fn write<T>(
        &self,
        writer: &mut Connection,
        work: impl Fn(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let done = match work(writer) {
            Err(error) if error.is_damage() => self.mend(writer).and_then(|()| work(writer)),
            done => done,
        };
        done.map_err(|error| self.place.explain(error))
    }

    fn reading<T>(&self, work: impl Fn(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let read = work(&*lock(&self.reader)?);
        let read = match read {
            Err(error) if error.is_damage() => {
                self.mend(&mut *lock(&self.writer)?)?;
                work(&*lock(&self.reader)?)
            }
            read => read,
        };
        read.map_err(|error| self.place.explain(error))
    }

    /// Lets go of the database and opens it anew, which mends it; where somebody has done so meanwhile, that is all.
    fn mend(&self, writer: &mut Connection) -> Result<(), StoreError> {
        let mut reader = lock(&self.reader)?;
        // Closed before another takes its place: SQLite removes the log by its name.
        *writer = Connection::open_in_memory()?;
        *reader = Connection::open_in_memory()?;
        let anew = self.place.open()?;
        (*writer, *reader) = (anew.writer, anew.reader);
        *lock(&self.held)? = count(&reader)?;
        Ok(())
    }

    /// How much is stored.
    pub(crate) fn held(&self) -> Result<Held, StoreError> {
        Ok(*lock(&self.held)?)
    }

    /// Counts what was written down anew.
    fn add(&self, batch: &[Arriving], recorded: &[Recorded]) -> Result<(), StoreError> {
        let mut held = lock(&self.held)?;
        for (arriving, _) in batch.iter().zip(recorded).filter(|(_, recorded)| recorded.fresh) {
            held.objects += 1;
            held.bytes = held.bytes.saturating_add(arriving.object.size);
        }
        Ok(())
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
        let committed = self.write(&mut writer, |writer| commit_batch(writer, &batch));
        match committed {
            Ok(recorded) => {
                self.add(&batch, &recorded)?;
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

    /// Puts a new receipt in the place of the row that stands, and returns what stands then: another's, where
    /// somebody was faster. Returns once that is durable.
    pub(crate) fn sign_anew(
        &self,
        object: &Object,
        stands: &Standing,
        anew: &SignedReceipt,
    ) -> Result<SignedReceipt, StoreError> {
        let size = i64::try_from(object.size).unwrap_or(i64::MAX);
        self.writing(|writer| {
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "UPDATE object SET receipt = ?1, size = ?2 WHERE kind = ?3 AND sha256 = ?4 AND CAST(receipt AS BLOB) = ?5",
                params![text(anew)?, size, object.kind.name(), object.sha256.as_bytes(), stands.receipt],
            )?;
            let stands = standing(&transaction, object)?;
            transaction.commit()?;
            Ok(stands)
        })
    }

    /// The row of an object, if it is known.
    pub(crate) fn row(&self, kind: ObjectKind, name: &Sha256) -> Result<Option<Standing>, StoreError> {
        self.reading(|reader| {
            let mut query = reader.prepare_cached(
                "SELECT size, CAST(receipt AS BLOB) FROM object WHERE kind = ?1 AND sha256 = ?2",
            )?;
            let row = query.query_row(params![kind.name(), name.as_bytes()], |row| {
                Ok(Standing { size: unsigned(row.get(0)?), receipt: row.get(1)? })
            });
            Ok(row.optional()?)
        })
    }

    /// At most `limit` objects that arrived after number `after`.
    pub(crate) fn objects_after(&self, after: i64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.reading(|reader| {
            let mut query = reader.prepare_cached(
                "SELECT arrival, kind, sha256, size FROM object WHERE arrival > ?1 ORDER BY arrival LIMIT ?2",
            )?;
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
        })
    }

    /// An upload begun and not finished.
    pub(crate) fn upload(&self, name: &Sha256) -> Result<Option<Begun>, StoreError> {
        self.reading(|reader| {
            let mut query = reader
                .prepare_cached("SELECT length, begun, plain, unchecked FROM upload WHERE sha256 = ?1")?;
            let row = query.query_row([name.as_bytes()], |row| {
                Ok(Begun {
                    length: row.get::<_, Option<i64>>(0)?.map(unsigned),
                    begun: DateTime::from_timestamp(row.get(1)?, 0).unwrap_or_default(),
                    plain: row.get(2)?,
                    unchecked: row.get::<_, Option<i64>>(3)?.map(unsigned),
                })
            });
            Ok(row.optional()?)
        })
    }

    /// Names of all uploads begun and not finished.
    pub(crate) fn uploads(&self) -> Result<Vec<Sha256>, StoreError> {
        self.reading(|reader| {
            let mut query = reader.prepare_cached("SELECT sha256 FROM upload")?;
            let rows = query.query_map([], |row| Ok(Sha256::from_bytes(row.get(0)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Notes a new upload, unless `limit` are unfinished. One that is known stays as it is.
    pub(crate) fn begin_upload(&self, name: &Sha256, new: &Begun, limit: u64) -> Result<(), StoreError> {
        let length = new.length.map(signed).transpose()?;
        self.writing(|writer| {
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let unfinished: i64 =
                transaction.query_row("SELECT count(*) FROM upload", [], |row| row.get(0))?;
            if unsigned(unfinished) >= limit {
                return Err(StoreError::TooMany { limit });
            }
            transaction.execute(
                "INSERT OR IGNORE INTO upload (sha256, length, begun, plain) VALUES (?1, ?2, ?3, ?4)",
                params![name.as_bytes(), length, new.begun.timestamp(), new.plain],
            )?;
            Ok(transaction.commit()?)
        })
    }

    /// Notes the length of an upload that was begun without one; one that was told stays.
    pub(crate) fn set_length(&self, name: &Sha256, length: u64) -> Result<(), StoreError> {
        let length = signed(length)?;
        self.writing(|writer| {
            writer.execute(
                "UPDATE upload SET length = ?2 WHERE sha256 = ?1 AND length IS NULL",
                params![name.as_bytes(), length],
            )?;
            Ok(())
        })
    }

    /// Notes that an upload whose time was over is begun again.
    pub(crate) fn renew_upload(&self, name: &Sha256, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.writing(|writer| {
            writer.execute(
                "UPDATE upload SET begun = ?2 WHERE sha256 = ?1",
                params![name.as_bytes(), now.timestamp()],
            )?;
            Ok(())
        })
    }

    /// Notes from where on an upload's file holds what no checksum has vouched for; none once it has. Returns once
    /// that is durable.
    pub(crate) fn set_unchecked(&self, name: &Sha256, from: Option<u64>) -> Result<(), StoreError> {
        let from = from.map(signed).transpose()?;
        self.writing(|writer| {
            writer.execute(
                "UPDATE upload SET unchecked = ?2 WHERE sha256 = ?1",
                params![name.as_bytes(), from],
            )?;
            Ok(())
        })
    }

    /// Forgets an upload.
    pub(crate) fn end_upload(&self, name: &Sha256) -> Result<(), StoreError> {
        self.writing(|writer| {
            writer.execute("DELETE FROM upload WHERE sha256 = ?1", [name.as_bytes()])?;
            Ok(())
        })
    }

    /// Leaves an item in a mailbox; the same item again changes nothing.
    pub(crate) fn leave(&self, address: &MailboxAddress, item: &str) -> Result<Left, StoreError> {
        self.writing(|writer| leave(writer, address, item))
    }

    /// The items of a mailbox, oldest first; without those that are not what was left.
    pub(crate) fn mailbox(&self, address: &MailboxAddress) -> Result<Vec<String>, StoreError> {
        self.reading(|reader| {
            let mut query = reader.prepare_cached(
                "SELECT CAST(item AS BLOB), sha256 FROM mailbox_item WHERE address = ?1 ORDER BY number",
            )?;
            let rows = query.query_map([address.0.as_bytes()], |row| {
                Ok((row.get::<_, Vec<u8>>(0)?, Sha256::from_bytes(row.get(1)?)))
            })?;
            let items: Vec<_> = rows.collect::<Result<_, _>>()?;
            let sound = items.into_iter().filter(|(item, hash)| Sha256::of(item) == *hash);
            Ok(sound.filter_map(|(item, _)| String::from_utf8(item).ok()).collect())
        })
    }

    /// Remembers a nonce and forgets those from before `forget_before`. False where it was seen already.
    pub(crate) fn spend(
        &self,
        nonce: &str,
        at: DateTime<Utc>,
        forget_before: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.writing(|writer| {
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM nonce WHERE at < ?1", [forget_before.timestamp()])?;
            let new = transaction
                .execute("INSERT OR IGNORE INTO nonce VALUES (?1, ?2)", params![nonce, at.timestamp()])?;
            transaction.commit()?;
            Ok(new == 1)
        })
    }
}

/// What came of leaving an item in a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// It lies there now.
    New,
    /// It lay there already.
    WasThere,
    /// There is no room for it.
    Full,
}

fn leave(writer: &mut Connection, address: &MailboxAddress, item: &str) -> Result<Left, StoreError> {
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let address = address.0;
    let hash = Sha256::of(item.as_bytes());
    let known = transaction.query_row(
        "SELECT count(*) FROM mailbox_item WHERE address = ?1 AND sha256 = ?2",
        [address.as_bytes(), hash.as_bytes()],
        |row| row.get::<_, i64>(0),
    )?;
    if known > 0 {
        return Ok(Left::WasThere);
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
        return Ok(Left::Full);
    }
    transaction.execute(
        "INSERT INTO mailbox_item (address, sha256, item) VALUES (?1, ?2, ?3)",
        params![address.as_bytes(), hash.as_bytes(), item],
    )?;
    transaction.commit()?;
    Ok(Left::New)
}

fn count(connection: &Connection) -> Result<Held, StoreError> {
    let (objects, bytes) =
        connection.query_row("SELECT count(*), coalesce(sum(size), 0) FROM object", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
    Ok(Held { objects: unsigned(objects), bytes: unsigned(bytes) })
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
    if is_planted(Planted::DoubleCount) {
        let again = "DELETE FROM object WHERE kind = ?1 AND sha256 = ?2";
        transaction.execute(again, params![kind, name])?;
    }
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
    SignedReceipt::parse(text.as_bytes()).map_err(|_| StoreError::Damaged)
}

fn signed(length: u64) -> Result<i64, StoreError> {
    i64::try_from(length).map_err(|_| StoreError::TooLarge { limit: limits::ATTACHMENT_BYTES })
}

/// SQLite's numbers are signed; sizes written here never are.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, StoreError> {
    mutex.lock().map_err(|_| StoreError::Poisoned)
}

#[cfg(test)]
mod tests;
