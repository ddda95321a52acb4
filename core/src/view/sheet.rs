//! What a watch comes to, as rows: the watch itself, what was seen on it, what was sent, what is still open.

use turnstone_wire::{
    body::{Sighting, Watch},
    text::Moment,
};

use super::{DraftView, ReportView};
use crate::watch::WatchRow;

/// A watch. `Debug` hides its people.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchView {
    /// Its number.
    pub row: WatchRow,
    /// New drafts are grouped under it.
    pub runs: bool,
    /// Station, people, conditions, when it began and ended.
    pub watch: Watch,
    /// When it was handed over last.
    pub handed_over: Option<Moment>,
    /// How many of its entries cannot be read on this device any more.
    pub damaged: u32,
}

/// The sheet with which one crew hands over to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The watch.
    pub watch: WatchView,
    /// What was submitted, the oldest first.
    pub reports: Vec<SheetReport>,
    /// What is still open, the oldest first.
    pub drafts: Vec<DraftView>,
}

/// A report of a watch.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetReport {
    /// How far it has come, and who was told.
    pub report: ReportView,
    /// What was seen, while this device keeps a copy of it.
    pub sightings: Option<Vec<Sighting>>,
}
