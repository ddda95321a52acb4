//! Carried by hand: what waits goes onto a stick, and receipts come back on one (DESIGN 6).
//!
//! Writing a bundle changes nothing here: its items wait as before, and go by whatever comes first, a network or the stick.
//! The desk knows every object by its hash, so that both together leave one copy there (P3). A receipt out of an answer is
//! settled like one off the network, and only where it is one: whatever else a stick holds puts nothing off. Nothing
//! is kept of a bundle: the key that opens the answer is made again of the sending key and of 16 bytes that travel with
//! it. Neither needs an unlock (P6).

mod export;
mod import;

use turnstone_wire::directory::DeskId;

pub(crate) use export::{export, parcels};
pub(crate) use import::import;

use crate::outbox::{ItemRow, Reason, ReportRow};

/// What goes into one bundle: all that waits for a desk, or, so that a stick links nothing, one anonymous report.
#[derive(Clone, PartialEq, Eq)]
pub struct Parcel {
    /// The desk.
    pub desk: DeskId,
    /// The anonymous report that travels alone.
    pub(crate) report: Option<ReportRow>,
    /// How many words and photos wait.
    pub objects: u32,
    /// Their size in bytes, padding included.
    pub bytes: u64,
}

impl std::fmt::Debug for Parcel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[parcel of {} objects]", self.objects)
    }
}

/// Everything that could be carried by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parcels {
    /// One for each desk, with all that waits for it of named reports.
    pub named: Vec<Parcel>,
    /// One for each anonymous report.
    pub anonymous: Vec<Parcel>,
    /// Words and photos of which this device no longer knows where they go: damaged.
    pub damaged: u32,
}

/// What went into a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// Words and photos in it.
    pub objects: u32,
    /// Their size in bytes, padding included.
    pub bytes: u64,
    /// What was left out, and why; it waits as before.
    pub left_out: Vec<(ItemRow, Reason)>,
    /// How many more wait than one bundle holds: for the next one, once receipts for these have come.
    pub more: u32,
}

/// What came of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Words and photos that the desk now vouches for having stored.
    pub stored: u32,
    /// Those that an officer now vouches for having opened.
    pub opened: u32,
    /// Receipts for what was vouched for before.
    pub known: u32,
    /// Receipts for what does not wait here.
    pub others: u32,
    /// Receipts that are not believed; what they are for waits as before.
    pub not_believed: u32,
    /// Why not, each reason once.
    pub why_not: Vec<String>,
    /// One of them is by a key that the list of desks held here does not have: a newer list may.
    pub list_is_old: bool,
    /// Why the answer could not be read to its end; what came before counts.
    pub broken_off: Option<String>,
    /// The home was being left, the last of it is vouched for, and it is wiped.
    pub wiped: bool,
}
