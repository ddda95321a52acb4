//! Watches, read: what each is, and the sheet with which one crew hands over to the next.

use turnstone_almanac::words::Lang;
use turnstone_core::{
    Notebook as Core, WatchRow,
    view::{self, Sheet, SheetReport, WatchView},
};
use turnstone_wire::{
    body::{Sighting, Watch},
    text::Moment,
};

use super::Notebook;
use crate::{
    CoreError,
    rows::{DraftRowView, ReportRowView},
};

/// A watch.
#[derive(uniffi::Record)]
pub struct WatchRowView {
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
    /// The line of a list.
    pub text: String,
}

/// The sheet with which one crew hands over to the next.
#[derive(uniffi::Record)]
pub struct WatchSheet {
    /// The watch.
    pub watch: WatchRowView,
    /// What was submitted, the oldest first.
    pub reports: Vec<WatchReport>,
    /// What is still open, the oldest first.
    pub drafts: Vec<DraftRowView>,
    /// All of it as text, to be printed, read aloud or pasted into a log book.
    pub text: String,
}

/// A report of a watch.
#[derive(uniffi::Record)]
pub struct WatchReport {
    /// How far it has come, and who was told.
    pub report: ReportRowView,
    /// What was seen, while this device keeps a copy of it.
    pub sightings: Option<Vec<Sighting>>,
}

impl WatchRowView {
    fn of(view: WatchView, lang: Lang) -> Self {
        let text = view::watch_row_text(&view, lang);
        let WatchView { row, runs, watch, handed_over, damaged } = view;
        Self { row, runs, watch, handed_over, damaged, text }
    }
}

impl WatchSheet {
    fn of(sheet: Sheet, lang: Lang) -> Self {
        let text = view::sheet_text(&sheet, lang);
        let Sheet { watch, reports, drafts } = sheet;
        let report = |SheetReport { report, sightings }: SheetReport| WatchReport {
            report: ReportRowView::from(report),
            sightings,
        };
        Self {
            watch: WatchRowView::of(watch, lang),
            reports: reports.into_iter().map(report).collect(),
            drafts: drafts.into_iter().map(DraftRowView::from).collect(),
            text,
        }
    }
}

#[uniffi::export]
impl Notebook {
    /// The watches, newest first.
    pub async fn watches(&self, limit: u32, lang: Lang) -> Result<Vec<WatchRowView>, CoreError> {
        let watches = self.core.work(move |core| core.watches(limit)).await?;
        Ok(watches.into_iter().map(|view| WatchRowView::of(view, lang)).collect())
    }

    /// All that was seen on a watch: its reports and open drafts. None of them is anonymous.
    pub async fn watch_sheet(&self, row: WatchRow, lang: Lang) -> Result<WatchSheet, CoreError> {
        self.core.work(move |core| core.sheet(row)).await.map(|sheet| WatchSheet::of(sheet, lang))
    }

    /// The same, and notes that the watch was handed over: 30 days after that and its end it is shredded.
    pub async fn hand_over(&self, row: WatchRow, at: Moment, lang: Lang) -> Result<WatchSheet, CoreError> {
        self.core.work(move |core| core.hand_over(row, at)).await.map(|sheet| WatchSheet::of(sheet, lang))
    }

    /// Throws away what is known of a watch, for good; what was written on it stays.
    pub async fn discard_watch(&self, row: WatchRow) -> Result<(), CoreError> {
        self.core.work(move |core: &Core| core.discard_watch(row)).await
    }
}
