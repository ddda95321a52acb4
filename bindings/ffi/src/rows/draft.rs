//! A draft, as a list shows it.

use turnstone_core::{DraftContent, DraftRow, view::DraftView};
use turnstone_wire::{
    body::Told,
    text::{Moment, Text},
};

use crate::report::AttachmentRow;

/// A draft.
#[derive(uniffi::Record)]
pub struct DraftRowView {
    /// Its number.
    pub row: DraftRow,
    /// When it was begun, by this device's clock.
    pub begun: Moment,
    /// What it holds.
    pub content: DraftContent,
    /// Its photos.
    pub attachments: Vec<AttachmentRow>,
    /// Calls noted with it.
    pub told: Vec<Told>,
    /// Who of a team has it in hand; an empty name is damaged, and none is nobody's in particular.
    pub writer: Option<Text>,
}

impl From<DraftView> for DraftRowView {
    fn from(view: DraftView) -> Self {
        let DraftView { row, begun, content, attachments, told, writer } = view;
        let attachments = attachments.iter().map(AttachmentRow::from).collect();
        Self { row, begun, content, attachments, told, writer }
    }
}
