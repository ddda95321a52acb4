//! From an answer into the outbox.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    io::Read,
};

use rusqlite::Transaction;
use turnstone_wire::{
    bundle::{AnswerReader, BundleError},
    directory::{DeskId, Directory, KeyRefused},
    hash::Sha256,
    key::{Officer, Stored},
    receipt::{Object, Receipt, ReceiptError, ReceiptRole, SignedReceipt},
    text::Moment,
};

use super::{Imported, export::answer_key};
use crate::{
    error::Fault,
    leaving,
    outbox::{self, Item, ItemState, Vouched},
    random,
    shared::Core,
    sync::{Outcome, Settling, settle},
    vault::SealingKey,
};

/// Receipts that are taken in one transaction: whoever writes words meanwhile waits no longer than for these.
const AT_ONCE: usize = 64;
/// Reasons that are kept of receipts that are not believed.
const REASONS: usize = 16;

/// Takes the receipts of an answer. What came before a damage counts.
pub(crate) fn import(core: &Core, source: &mut dyn Read) -> Result<Imported, Fault> {
    let sending = core.sending()?;
    let mut answer = AnswerReader::open(source, |salt| answer_key(sending, salt))?;
    let mut imported = Imported::default();
    loop {
        let (mut receipts, mut ended) = (Vec::with_capacity(AT_ONCE), false);
        while receipts.len() < AT_ONCE && !ended {
            match answer.next_receipt() {
                Ok(Some(receipt)) => receipts.push(receipt),
                Ok(None) => ended = true,
                Err(error) => {
                    imported.broken_off = Some(error.to_string());
                    ended = true;
                }
            }
        }
        take(core, sending, &receipts, &mut imported)?;
        if ended {
            break;
        }
    }
    if imported.opened > 0 {
        core.media.sweep(&core.words)?;
    }
    imported.wiped = leaving::look_unless_sending(core)?.wiped;
    Ok(imported)
}

/// Takes some receipts, in one transaction.
fn take(
    core: &Core,
    sending: &SealingKey,
    receipts: &[SignedReceipt],
    imported: &mut Imported,
) -> Result<(), Fault> {
    if receipts.is_empty() {
        return Ok(());
    }
    let taking = Taking {
        core,
        sending,
        directory: core.directory()?,
        now: Moment::utc(core.clock().wall()),
        now_ms: core.clock().wall().timestamp_millis(),
        jitter: u32::from_be_bytes(random::bytes(core.random())?),
    };
    *imported = core.words.write(|tx| {
        // A transaction may be tried twice: it counts anew each time.
        let mut imported = imported.clone();
        let mut items = items_by_name(tx, sending)?;
        for receipt in receipts {
            taking.one(tx, receipt, &mut items, &mut imported)?;
        }
        Ok(imported)
    })?;
    Ok(())
}

/// Every item of which something is still expected, by its name, with the desk it went to, and whether it is of a named report.
fn items_by_name(
    tx: &Transaction<'_>,
    sending: &SealingKey,
) -> Result<BTreeMap<Sha256, (DeskId, bool, Item)>, Fault> {
    let mut items = BTreeMap::new();
    for outgoing in outbox::reports(tx, u32::MAX, sending, None)? {
        for item in outbox::items_of(tx, &outgoing, sending, None)?.readable {
            items.insert(
                item.record.sha256,
                (outgoing.record.desk.clone(), outgoing.record.route.is_named(), item),
            );
        }
    }
    Ok(items)
}

/// What receipts are taken with.
struct Taking<'a> {
    core: &'a Core,
    sending: &'a SealingKey,
    directory: Option<std::sync::Arc<Directory>>,
    now: Moment,
    now_ms: i64,
    jitter: u32,
}

impl Taking<'_> {
    fn one(
        &self,
        tx: &Transaction<'_>,
        receipt: &SignedReceipt,
        items: &mut BTreeMap<Sha256, (DeskId, bool, Item)>,
        imported: &mut Imported,
    ) -> Result<(), Fault> {
        // What is malformed names nothing that could wait here.
        let claims = receipt.claims().ok();
        let found = claims.map(|claims| (claims.kind, items.entry(claims.object.sha256)));
        let Some((kind, Entry::Occupied(mut entry))) = found else {
            imported.others += 1;
            return Ok(());
        };
        let (desk, named, item) = entry.get_mut();
        match kind {
            <Stored as ReceiptRole>::KIND => self.stored(tx, receipt, (&*desk, *named), item, imported),
            <Officer as ReceiptRole>::KIND => self.opened(tx, receipt, desk, item, imported),
            _ => {
                imported.others += 1;
                Ok(())
            }
        }
    }

    /// Settles a `stored` receipt exactly as one off the network. Only success is written down: a stick may come from
    /// anywhere, and must not put off what could go by the network.
    fn stored(
        &self,
        tx: &Transaction<'_>,
        receipt: &SignedReceipt,
        (desk, named): (&DeskId, bool),
        item: &mut Item,
        imported: &mut Imported,
    ) -> Result<(), Fault> {
        if item.state != ItemState::Waits {
            imported.known += 1;
            return Ok(());
        }
        let Some(desk) = self.directory.as_deref().and_then(|directory| directory.desk(desk)) else {
            not_believed(imported, "its desk is not in the list of desks held here".into());
            imported.list_is_old = true;
            return Ok(());
        };
        let object = object_of(item);
        let change = settle(&Settling::of(item, desk, named), &answered(receipt), self.now_ms, self.jitter);
        if change.state != ItemState::Stored {
            let why = receipt.verify::<Stored>(&object, desk).err().map(|error| error.to_string());
            not_believed(imported, why.unwrap_or_default());
            imported.list_is_old |= change.fetch_directory;
            return Ok(());
        };
        change.apply(item, self.now);
        outbox::apply_item(tx, item, self.sending, self.core.random())?;
        imported.stored += 1;
        Ok(())
    }

    /// Takes an `opened` receipt for what is stored, as out of a mailbox.
    fn opened(
        &self,
        tx: &Transaction<'_>,
        receipt: &SignedReceipt,
        desk: &DeskId,
        item: &mut Item,
        imported: &mut Imported,
    ) -> Result<(), Fault> {
        match item.state {
            ItemState::Stored => {}
            ItemState::Opened => {
                imported.known += 1;
                return Ok(());
            }
            // P2: nothing leaves the queue before its `stored` receipt.
            ItemState::Waits | ItemState::Refused => {
                not_believed(imported, "a receipt for what is not known to be stored".into());
                return Ok(());
            }
        }
        let desk = self.directory.as_deref().and_then(|directory| directory.desk(desk));
        let verified: Option<Result<Receipt<Officer>, _>> =
            desk.map(|desk| receipt.verify(&object_of(item), desk));
        match verified {
            Some(Ok(_)) => {
                let vouched = Vouched { receipt: receipt.clone(), at: self.now };
                outbox::opened_by_mail(tx, item, vouched, self.sending, self.core.random())?;
                imported.opened += 1;
            }
            Some(Err(error)) => {
                imported.list_is_old |= matches!(error, ReceiptError::Key(KeyRefused::Unlisted));
                not_believed(imported, error.to_string());
            }
            None => {
                imported.list_is_old = true;
                not_believed(imported, "its desk is not in the list of desks held here".into());
            }
        }
        Ok(())
    }
}

fn object_of(item: &Item) -> Object {
    Object { kind: item.record.kind, sha256: item.record.sha256, size: item.size }
}

/// A receipt, as the network would have brought it.
fn answered(receipt: &SignedReceipt) -> Outcome {
    Outcome::Answer { status: 200, offset: None, retry_after_s: None, body: receipt.to_json() }
}

fn not_believed(imported: &mut Imported, why: String) {
    imported.not_believed += 1;
    // A stranger's answer may hold thousands.
    if imported.why_not.len() < REASONS && !imported.why_not.contains(&why) {
        imported.why_not.push(why);
    }
}

impl From<BundleError> for Fault {
    fn from(error: BundleError) -> Self {
        use crate::error::Invalid;
        match error {
            BundleError::NotForThisKey => Invalid::AnswerForAnother.into(),
            BundleError::Header(_) | BundleError::OtherFormat(_) | BundleError::BadLine(_) => {
                Invalid::NotAnAnswer.into()
            }
            BundleError::Damaged | BundleError::Unfinished | BundleError::TooMany => {
                Invalid::AnswerDamaged.into()
            }
            BundleError::Io(error) => Self::Files("the answer", error),
        }
    }
}
