//! For the simulation of sending (`tests/tests/simulation`): kills, full disks and planted bugs, and a look at the
//! outbox. A matter of one thread: each runs a world of its own.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use rusqlite::ffi;
use turnstone_wire::{
    directory::DeskId,
    receipt::{Object, SignedReceipt},
    reference::Reference,
};

pub use crate::seam::Planted;
use crate::{
    Client, Error, Note,
    error::Fault,
    outbox::{self, ItemRow, ItemState, Lane, Reason, ReportRow, Upload},
    sync::{Arm, Verdict},
};

thread_local! {
    static DEAD: Cell<bool> = const { Cell::new(false) };
    static POINTS_LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    static FAILING_WRITES: Cell<u32> = const { Cell::new(0) };
    static ARMS: RefCell<BTreeMap<Arm, u64>> = const { RefCell::new(BTreeMap::new()) };
    static VERDICTS: RefCell<BTreeMap<Verdict, u64>> = const { RefCell::new(BTreeMap::new()) };
    static PLANTED: RefCell<Option<Planted>> = const { RefCell::new(None) };
}

/// In every build with this feature, and in no other: whoever ships a program can look for it.
const MARK: &str = "turnstone: this build can be made to fail on purpose";

/// Plants a bug in this thread, or takes it out.
pub fn plant(bug: Option<Planted>) {
    PLANTED.replace(bug);
}

/// Kills the phone's program after so many more points: before and after each transaction. From then on, nothing it
/// does has any effect, until [`revive`].
pub fn kill_after(points: Option<u32>) {
    POINTS_LEFT.set(points);
}

/// Kills the phone's program now.
pub fn kill() {
    DEAD.set(true);
    POINTS_LEFT.set(None);
}

/// Whether the phone's program was killed.
pub fn is_dead() -> bool {
    DEAD.get()
}

/// Starts a new program: to be called once all of the killed one was dropped.
pub fn revive() {
    DEAD.set(false);
    POINTS_LEFT.set(None);
}

/// Lets the next so many transactions meet a full disk.
pub fn fill_disk(transactions: u32) {
    FAILING_WRITES.set(transactions);
}

/// How often each arm of `settle` and each verdict of `plan` was reached in this thread so far.
pub fn reached() -> (BTreeMap<Arm, u64>, BTreeMap<Verdict, u64>) {
    (ARMS.with_borrow(Clone::clone), VERDICTS.with_borrow(Clone::clone))
}

pub(crate) fn settled(arm: Arm) {
    ARMS.with_borrow_mut(|arms| *arms.entry(arm).or_default() += 1);
}

pub(crate) fn planned(verdicts: &[(ItemRow, Verdict)]) {
    VERDICTS.with_borrow_mut(|counted| {
        for (_, verdict) in verdicts {
            *counted.entry(*verdict).or_default() += 1;
        }
    });
}

pub(crate) fn is_planted(bug: Planted) -> bool {
    std::hint::black_box(MARK);
    PLANTED.with_borrow(|planted| *planted == Some(bug))
}

pub(crate) fn alive() -> Result<(), Fault> {
    if DEAD.get() { Err(Fault::Files("a killed program", std::io::ErrorKind::Other.into())) } else { Ok(()) }
}

pub(crate) fn point() -> Result<(), Fault> {
    match POINTS_LEFT.get() {
        Some(0) => kill(),
        Some(left) => POINTS_LEFT.set(Some(left - 1)),
        None => {}
    }
    alive()
}

pub(crate) fn room() -> Result<(), Fault> {
    let left = FAILING_WRITES.get();
    if left == 0 {
        return Ok(());
    }
    FAILING_WRITES.set(left - 1);
    Err(Fault::Sqlite(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None)))
}

/// An item of the outbox as it stands.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its row.
    pub row: ItemRow,
    /// Its report's row.
    pub report: ReportRow,
    /// Its report's label.
    pub reference: Reference,
    /// The desk it goes to.
    pub desk: DeskId,
    /// Its lane.
    pub lane: Lane,
    /// It is of a named report.
    pub named: bool,
    /// The bytes it stands for.
    pub object: Object,
    /// Its state.
    pub state: ItemState,
    /// How far its upload has come.
    pub upload: Upload,
    /// Failed tries since the last progress.
    pub attempts: u32,
    /// Not before this moment, in milliseconds since 1970.
    pub next_try_ms: i64,
    /// The envelope's bytes, where they are kept.
    pub envelope: Option<Vec<u8>>,
    /// Its row in `media.db`, where that is named.
    pub media: Option<i64>,
    /// The receipt it is stored by.
    pub stored: Option<SignedReceipt>,
    /// Why it waits.
    pub reason: Option<Reason>,
}

/// Every item of the outbox, by row.
///
/// # Errors
/// Where the home cannot be read.
pub fn outbox(client: &Client) -> Result<Vec<Seen>, Error> {
    let core = client.core();
    let sending = core.sending()?;
    let mut seen = core.words.read(|conn| {
        let mut all = Vec::new();
        for report in outbox::reports(conn, u32::MAX, sending, None)? {
            for item in outbox::items_of(conn, &report, sending, None)?.readable {
                all.push(Seen {
                    row: item.row,
                    report: item.report,
                    reference: report.record.reference,
                    desk: report.record.desk.clone(),
                    lane: item.lane,
                    named: report.record.route.is_named(),
                    object: Object { kind: item.record.kind, sha256: item.record.sha256, size: item.size },
                    state: item.state,
                    upload: item.upload,
                    attempts: item.attempts,
                    next_try_ms: item.next_try_ms,
                    envelope: item.envelope(conn)?,
                    media: item.media,
                    stored: item.record.stored.map(|vouched| vouched.receipt),
                    reason: item.record.reason,
                });
            }
        }
        Ok(all)
    })?;
    seen.sort_by_key(|item| item.row);
    Ok(seen)
}

/// Takes bytes into a draft as the copy of a photo, of the one with this number or of one that has no original, whatever they
/// are: how copies are made is not what is simulated.
///
/// # Errors
/// As [`Note::attach`].
pub fn attach_copy(note: &mut Note, of: Option<u16>, bytes: &[u8]) -> Result<(), Error> {
    note.attach_copy_by_hand(of, bytes)?;
    Ok(())
}
