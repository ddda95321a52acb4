//! What reading needs: the open vault. After a lock, or a while without use, every call answers `Locked`.

pub mod profile;
pub mod seen;
pub mod settings;
pub mod watches;

use std::sync::Arc;

use turnstone_core::{self as core, DraftContent, DraftRow, view::Damaged, view::MessageRow, view::Messages};
use turnstone_wire::{body::Told, directory::DeskId, reference::Reference, text::Moment};

use crate::{
    CoreError, Note, note,
    report::ReportCopy,
    rows::{DraftRowView, ReportRowView},
    runtime::Kept,
};

/// The unlocked half of a home: drafts, sent reports, answers, the PIN. Locks when nobody holds it any more.
#[derive(uniffi::Object)]
pub struct Notebook {
    core: Kept<core::Notebook>,
}

/// What does not open on this device, because it is damaged.
#[uniffi::remote(Record)]
pub struct Damaged {
    /// Drafts. They can be thrown away, and written again.
    pub drafts: Vec<DraftRow>,
    /// Submitted reports whose desk is not known any more.
    pub reports: u32,
}

impl Notebook {
    pub(crate) fn of(core: core::Notebook) -> Arc<Self> {
        Arc::new(Self { core: Kept::new(core) })
    }

    pub(crate) fn core(&self) -> Result<Arc<core::Notebook>, CoreError> {
        self.core.held()
    }
}

#[uniffi::export]
impl Notebook {
    /// Closes the vault; its keys are wiped from memory.
    pub async fn lock(&self) -> Result<(), CoreError> {
        let lock = |core: &core::Notebook| {
            core.lock();
            Ok(())
        };
        self.core.work(lock).await
    }

    /// Begins a report, as the client does; what is shredded for it is shredded at once.
    pub async fn note(&self, content: DraftContent) -> Result<Arc<Note>, CoreError> {
        self.core.work(move |core| core.note(content)).await.map(note::held)
    }

    /// The drafts, newest first.
    pub async fn drafts(&self, limit: u32) -> Result<Vec<DraftRowView>, CoreError> {
        let drafts = self.core.work(move |core| core.drafts(limit)).await?;
        Ok(drafts.into_iter().map(DraftRowView::from).collect())
    }

    /// Opens a draft to go on with it.
    pub async fn draft(&self, row: DraftRow) -> Result<Arc<Note>, CoreError> {
        self.core.work(move |core| core.draft(row)).await.map(note::held)
    }

    /// Throws a draft away for good, with its photos, whether or not it can still be read.
    pub async fn discard(&self, row: DraftRow) -> Result<(), CoreError> {
        self.core.work(move |core| core.discard(row)).await
    }

    /// What is damaged on this device and cannot be read any more.
    pub async fn damaged(&self) -> Result<Damaged, CoreError> {
        self.core.work(core::Notebook::damaged).await
    }

    /// Submitted reports, newest first.
    pub async fn reports(&self, limit: u32) -> Result<Vec<ReportRowView>, CoreError> {
        let reports = self.core.work(move |core| core.reports(limit)).await?;
        Ok(reports.into_iter().map(ReportRowView::from).collect())
    }

    /// What a sent report says, while its copy is kept here.
    pub async fn copy(&self, reference: Reference) -> Result<ReportCopy, CoreError> {
        self.core.work(move |core| core.copy(&reference)).await.map(|report| ReportCopy::from(&report))
    }

    /// Notes whom the witness has told, of any report, finished ones included.
    pub async fn tell(&self, reference: Reference, told: Told) -> Result<(), CoreError> {
        self.core.work(move |core| core.tell(&reference, &told)).await
    }

    /// Forgets a sent report: its copy is shredded, and its record too where nothing of it is left to send.
    pub async fn forget(&self, reference: Reference) -> Result<(), CoreError> {
        self.core.work(move |core| core.forget(&reference)).await
    }

    /// What desks have answered: to one report, or to all.
    pub async fn messages(&self, about: Option<Reference>) -> Result<Messages, CoreError> {
        self.core.work(move |core| core.messages(about.as_ref())).await
    }

    /// Notes that messages were shown.
    pub async fn mark_read(&self, rows: Vec<MessageRow>) -> Result<(), CoreError> {
        self.core.work(move |core| core.mark_read(&rows)).await
    }

    /// Seals a report for another desk: the one named, or the only other one that takes such reports.
    pub async fn readdress(&self, reference: Reference, desk: Option<DeskId>) -> Result<DeskId, CoreError> {
        self.core.work(move |core| core.readdress(&reference, desk.as_ref())).await
    }

    /// Makes a report that its desk refuses a draft again; the refused one is gone.
    pub async fn take_back(&self, reference: Reference) -> Result<DraftRow, CoreError> {
        self.core.work(move |core| core.take_back(&reference)).await
    }

    /// What a new report of something seen again begins with.
    pub async fn seen_again(&self, reference: Reference, at: Moment) -> Result<DraftContent, CoreError> {
        self.core.work(move |core| core.seen_again(&reference, at)).await
    }
}
