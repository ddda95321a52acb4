//! Following what is sent.

use std::sync::{Arc, Mutex, PoisonError};

use turnstone_core::{ItemRow, ItemState, Lane, ReportRow, sync};
use uniffi::UnexpectedUniFFICallbackError;

use crate::rows::ReasonRow;

/// Somebody who follows what is sent.
#[uniffi::export(with_foreign)]
pub trait Observer: Send + Sync {
    /// Something has moved, or changed its state. Called on a thread of the subscription's own, one call at a time: whoever is
    /// slow here holds up no sending, and may miss what was in between, never what came last. What it throws changes nothing.
    fn progressed(&self, progress: ProgressRow) -> Result<(), ObserverError>;
}

/// An observer could not do its part. Nobody minds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum ObserverError {
    /// It failed.
    #[error("an observer failed")]
    Failed,
}

impl From<UnexpectedUniFFICallbackError> for ObserverError {
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

/// How far an item has come.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProgressRow {
    /// The item.
    pub item: ItemRow,
    /// Its report.
    pub report: ReportRow,
    /// Words, copy or original.
    pub lane: Lane,
    /// Its size in bytes.
    pub size: u64,
    /// Bytes of it that are at the desk, as it says; while a request is under way, those handed to the link as well.
    pub sent: u64,
    /// Its state now.
    pub state: ItemState,
    /// Why it waits.
    pub reason: Option<ReasonRow>,
}

impl From<sync::Progress> for ProgressRow {
    fn from(progress: sync::Progress) -> Self {
        let sync::Progress { item, report, lane, size, sent, state, reason } = progress;
        Self { item, report, lane, size, sent, state, reason: reason.as_ref().map(ReasonRow::from) }
    }
}

/// An observer of another language, as the core calls it.
pub(crate) struct Followed(pub(crate) Arc<dyn Observer>);

impl sync::Observer for Followed {
    fn progressed(&self, progress: &sync::Progress) {
        self.0.progressed(progress.clone().into()).unwrap_or_default();
    }
}

/// Follows until it is ended, or nobody holds it any more. A call that is under way then still ends.
#[derive(uniffi::Object)]
pub struct Subscription(Mutex<Option<sync::Subscription>>);

impl Subscription {
    pub(crate) fn of(core: sync::Subscription) -> Self {
        Self(Mutex::new(Some(core)))
    }
}

#[uniffi::export]
impl Subscription {
    /// Ends it; once more is no error.
    pub fn end(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
