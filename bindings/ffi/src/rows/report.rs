//! A submitted report, as a list shows it.

use turnstone_core::{
    Held,
    view::{MovedView, Reading, ReportView, reading_sentence},
};
use turnstone_wire::{
    body::{Route, Scheme, Told},
    directory::DeskId,
    reference::Reference,
    text::Moment,
};

use super::{ItemRowView, item::json};

/// Whether the desk has read a report's words, as far as this device knows.
#[uniffi::remote(Enum)]
pub enum Reading {
    /// They are not there yet, or the desk refuses them.
    NotThere,
    /// They are there, and no officer has vouched for having opened them.
    NotYet,
    /// They are there; whether they were read is asked only when the witness asks, because the report is anonymous.
    NotAsked,
    /// An officer vouches for having opened them then, by the officer's clock.
    Read(Moment),
}

/// Why a report stays here until a person does something.
#[uniffi::remote(Enum)]
pub enum Held {
    /// Nothing on this device can seal it anew.
    NoCopy,
    /// Its desk has no key it could be sealed anew to.
    NoKey,
    /// Its desk is gone, and no other takes such reports.
    NoOtherDesk,
    /// Its desk is gone, and several others could take it.
    SeveralDesks,
    /// Its desk is gone, and it is confidential: another organisation gets it only when its witness says so.
    Confidential,
    /// Its desk is gone, and the others that take such reports take none as large.
    TooLarge,
    /// Its desk has the words, is gone, and lacks photos.
    Halfway,
}

/// A desk that a report was for, until it was sealed anew for another.
#[derive(uniffi::Record)]
pub struct MovedRow {
    /// The desk.
    pub from_desk: DeskId,
    /// Its name, where the directory held lists it.
    pub from_name: Option<String>,
    /// When it was sealed anew, by this device's clock.
    pub at: Moment,
    /// What that desk vouched for having stored of it, as JSON.
    pub stored: Vec<String>,
}

impl From<MovedView> for MovedRow {
    fn from(view: MovedView) -> Self {
        let MovedView { from, from_name, at, stored } = view;
        Self { from_desk: from, from_name, at, stored: stored.iter().map(json).collect() }
    }
}

/// A submitted report.
#[derive(uniffi::Record)]
pub struct ReportRowView {
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
    /// The same in a sentence, in English; none where it is not there yet.
    pub reading_sentence: Option<String>,
    /// Answers of the desk that were not shown yet.
    pub unread: u32,
    /// Its words first, then its attachments.
    pub items: Vec<ItemRowView>,
    /// Calls noted with it since.
    pub told: Vec<Told>,
    /// This device can still show what it says: to whom it was kept for.
    pub has_copy: bool,
    /// The number of the person whose PIN shows it, on a team's device, where that is not the one this list was opened with.
    pub kept_by: Option<i64>,
    /// Why it stays here until a person does something, if it does.
    pub held: Option<Held>,
    /// The desks it was for before, the first one first.
    pub moved: Vec<MovedRow>,
    /// How many of its envelopes and attachments cannot be read on this device any more: damaged, and not sent.
    pub damaged: u32,
}

impl From<ReportView> for ReportRowView {
    fn from(view: ReportView) -> Self {
        let reading_sentence = reading_sentence(&view);
        #[rustfmt::skip]
        let ReportView {
            reference, scheme, route, exercise, desk, desk_name, desk_hours, submitted, not_before, reading, unread,
            items, told, has_copy, kept_by, held, moved, damaged,
        } = view;
        Self {
            reference,
            scheme,
            route,
            exercise,
            desk,
            desk_name,
            desk_hours,
            submitted,
            not_before,
            reading,
            reading_sentence,
            unread,
            items: items.into_iter().map(ItemRowView::from).collect(),
            told,
            has_copy,
            kept_by: kept_by.map(|person| person.0),
            held,
            moved: moved.into_iter().map(MovedRow::from).collect(),
            damaged,
        }
    }
}
