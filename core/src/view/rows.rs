//! Rows for screens.

use std::collections::BTreeSet;

use rusqlite::Connection;
use turnstone_wire::{
    body::{Route, Scheme, Told},
    directory::{DeskId, Directory},
    receipt::{ObjectKind, SignedReceipt},
    reference::Reference,
    text::{Moment, Text},
};

use crate::{
    error::Fault,
    outbox::{Held, Item, ItemState, Items, Lane, Moved, Outgoing, Reason, Verdict},
    people::PersonRow,
    report::{DraftAttachment, DraftContent, DraftRow},
    view::messages::Reading,
};

/// How much there is of everything: what a locked device may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overview {
    /// Drafts.
    pub drafts: u32,
    /// Reports submitted and not forgotten.
    pub reports: u32,
    /// Envelopes and attachments that wait to be sent.
    pub waiting: u32,
    /// Those a desk vouches for having stored.
    pub stored: u32,
    /// Those an officer vouches for having opened.
    pub opened: u32,
    /// Those a desk refuses.
    pub refused: u32,
    /// Answers of desks that were not shown yet. Those that came since the last unlock are counted unseen: some may turn
    /// out not to be believed.
    pub unread: u32,
    /// Something is still to be shredded at the next unlock. What is a person's own on a team's device, and is shredded when
    /// they unlock it, does not count.
    pub shred_due: bool,
}

impl Overview {
    pub(crate) fn read(conn: &Connection) -> Result<Self, Fault> {
        let count = |sql: &str| -> Result<u32, Fault> { Ok(conn.query_row(sql, [], |row| row.get(0))?) };
        Ok(Self {
            drafts: count("SELECT count(*) FROM draft")?,
            reports: count("SELECT count(*) FROM report")?,
            waiting: count("SELECT count(*) FROM item WHERE state = 0")?,
            stored: count("SELECT count(*) FROM item WHERE state = 1")?,
            opened: count("SELECT count(*) FROM item WHERE state = 2")?,
            refused: count("SELECT count(*) FROM item WHERE state = 3")?,
            unread: count("SELECT count(*) FROM mail WHERE state IN (0, 2)")?,
            shred_due: count(
                "SELECT (SELECT count(*) FROM dead_key WHERE vault = 1)
                     + (SELECT count(*) FROM dead_slot WHERE epoch >= 0)",
            )? > 0,
        })
    }
}

/// A draft.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftView {
    /// Its number.
    pub row: DraftRow,
    /// When it was begun, by this device's clock.
    pub begun: Moment,
    /// What it holds.
    pub content: DraftContent,
    /// Its photos.
    pub attachments: Vec<DraftAttachment>,
    /// Calls noted with it.
    pub told: Vec<Told>,
    /// Who of a team has it in hand; an empty name is damaged, and none is nobody's in particular.
    pub writer: Option<Text>,
}

/// What does not open on this device, because it is damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Drafts. They can be thrown away, and written again.
    pub drafts: Vec<DraftRow>,
    /// Submitted reports whose desk is not known any more.
    pub reports: u32,
}

/// A submitted report. `Debug` shows how many items it has: a desk's name is among what must not be printed.
#[derive(Clone, PartialEq)]
pub struct ReportView {
    /// Its label.
    pub reference: Reference,
    /// Its scheme.
    pub scheme: Scheme,
    /// How it is sent.
    pub route: Route,
    /// A rehearsal.
    pub exercise: bool,
    /// The desk it is sealed to.
    pub desk: DeskId,
    /// The desk's name, where the directory held lists it.
    pub desk_name: Option<String>,
    /// When the desk says it is read, where it says so.
    pub desk_hours: Option<String>,
    /// When it was submitted, by this device's clock.
    pub submitted: Moment,
    /// When it goes at the earliest, by this device's clock, where its witness chose to wait.
    pub not_before: Option<Moment>,
    /// Whether the desk has read it, as far as this device knows.
    pub reading: Reading,
    /// Answers of the desk that were not shown yet.
    pub unread: u32,
    /// Its words first, then its attachments.
    pub items: Vec<ItemView>,
    /// Calls noted with it since.
    pub told: Vec<Told>,
    /// This device can still show what it says: to whom it was kept for.
    pub has_copy: bool,
    /// Whose PIN shows it, on a team's device, where that is not the one this list was opened with.
    pub kept_by: Option<PersonRow>,
    /// Why it stays here until a person does something, if it does.
    pub held: Option<Held>,
    /// The desks it was for before, the first one first.
    pub moved: Vec<MovedView>,
    /// How many of its envelopes and attachments cannot be read on this device any more: damaged, and not sent.
    pub damaged: u32,
}

/// A desk that a report was for, until it was sealed anew for another. `Debug` hides which.
#[derive(Clone, PartialEq)]
pub struct MovedView {
    /// The desk.
    pub from: DeskId,
    /// Its name, where the directory held lists it.
    pub from_name: Option<String>,
    /// When it was sealed anew, by this device's clock.
    pub at: Moment,
    /// What that desk vouched for having stored of it.
    pub stored: Vec<SignedReceipt>,
}

impl std::fmt::Debug for MovedView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[moved, with {} receipts]", self.stored.len())
    }
}

/// An envelope or attachment of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemView {
    /// Words, copy or original.
    pub lane: Lane,
    /// Of which photo of the report it is the original or the copy; none for words.
    pub photo: Option<u16>,
    /// How far it has come.
    pub state: ItemState,
    /// Bytes to send, padding included.
    pub size: u64,
    /// Bytes the desk has, as far as known.
    pub sent: u64,
    /// Envelope or attachment.
    pub kind: ObjectKind,
    /// Its name on the intake.
    pub sha256: turnstone_wire::hash::Sha256,
    /// When the `stored` receipt came, by this device's clock.
    pub stored_at: Option<Moment>,
    /// When the `opened` receipt came, by this device's clock.
    pub opened_at: Option<Moment>,
    /// The `stored` receipt, as it was verified.
    pub stored_receipt: Option<SignedReceipt>,
    /// The `opened` receipt, as it was verified.
    pub opened_receipt: Option<SignedReceipt>,
    /// When it was sealed anew, by this device's clock.
    pub resealed_at: Option<Moment>,
    /// Why it still waits.
    pub reason: Option<Reason>,
}

impl std::fmt::Debug for ReportView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[report with {} items]", self.items.len())
    }
}

/// What an open vault knows of a report beside its record and items.
pub(crate) struct Known<'a> {
    pub(crate) told: Vec<Told>,
    pub(crate) has_copy: bool,
    /// Whose it is, where the open vault is not theirs.
    pub(crate) kept_by: Option<PersonRow>,
    /// Messages of its desk that nobody has read here.
    pub(crate) unread: u32,
    pub(crate) verdict: Verdict<'a>,
}

impl ReportView {
    pub(crate) fn new(
        outgoing: &Outgoing,
        items: &Items,
        known: Known<'_>,
        directory: Option<&Directory>,
    ) -> Self {
        let record = &outgoing.record;
        let name = |desk: &DeskId| {
            directory.and_then(|directory| directory.desk(desk)).map(|desk| desk.name("en").to_owned())
        };
        let desk = directory.and_then(|directory| directory.desk(&record.desk));
        Self {
            reference: record.reference,
            scheme: record.scheme,
            route: record.route,
            exercise: record.exercise,
            desk: record.desk.clone(),
            desk_name: desk.map(|desk| desk.name("en").to_owned()),
            desk_hours: desk.and_then(|desk| desk.hours.get("en").cloned()),
            submitted: record.submitted,
            not_before: (record.delay_ms > 0)
                .then(|| chrono::DateTime::from_timestamp_millis(record.moment().until_ms()))
                .flatten()
                .map(Moment::utc),
            reading: Reading::of(record.route, &items.readable),
            unread: known.unread,
            items: items.readable.iter().map(ItemView::new).collect(),
            // A report has words at least.
            damaged: if items.readable.is_empty() { items.damaged.max(1) } else { items.damaged },
            told: known.told,
            has_copy: known.has_copy,
            kept_by: known.kept_by,
            held: match known.verdict {
                Verdict::Held(held) => Some(held),
                Verdict::Stays | Verdict::SealAnew(_) | Verdict::Readdress(_) => None,
            },
            moved: record.moved.iter().map(|moved| MovedView::new(moved, name(&moved.from))).collect(),
        }
    }
}

impl MovedView {
    fn new(moved: &Moved, from_name: Option<String>) -> Self {
        let stored = moved.stored.iter().map(|vouched| vouched.receipt.clone()).collect();
        Self { from: moved.from.clone(), from_name, at: moved.at, stored }
    }
}

impl ItemView {
    /// How many photos there are among items: an original and its copy are one.
    pub fn photos<'a>(items: impl IntoIterator<Item = &'a Self>) -> usize {
        items.into_iter().filter_map(|item| item.photo).collect::<BTreeSet<_>>().len()
    }

    fn new(item: &Item) -> Self {
        Self {
            lane: item.lane,
            photo: item.record.photo,
            state: item.state,
            size: item.size,
            sent: item.sent(),
            kind: item.record.kind,
            sha256: item.record.sha256,
            stored_at: item.record.stored.as_ref().map(|vouched| vouched.at),
            opened_at: item.record.opened.as_ref().map(|vouched| vouched.at),
            stored_receipt: item.record.stored.as_ref().map(|vouched| vouched.receipt.clone()),
            opened_receipt: item.record.opened.as_ref().map(|vouched| vouched.receipt.clone()),
            resealed_at: item.record.resealed,
            reason: item.record.reason.clone(),
        }
    }
}
