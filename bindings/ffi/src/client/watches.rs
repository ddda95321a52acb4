//! Watches: begun, added to and ended without an unlock.

use turnstone_core::{Client as Core, WatchNote, WatchRow};
use turnstone_wire::text::Moment;

use super::Client;
use crate::CoreError;

#[uniffi::export]
impl Client {
    /// Begins a watch, and ends one that still runs. New drafts are grouped under it.
    pub async fn start_watch(&self, note: WatchNote, at: Moment) -> Result<WatchRow, CoreError> {
        self.core.work(move |core| core.start_watch(&note, at)).await
    }

    /// Adds people or conditions to the watch that runs.
    pub async fn add_to_watch(&self, note: WatchNote, at: Moment) -> Result<WatchRow, CoreError> {
        self.core.work(move |core| core.add_to_watch(&note, at)).await
    }

    /// Ends the watch that runs.
    pub async fn stop_watch(&self, at: Moment) -> Result<WatchRow, CoreError> {
        self.core.work(move |core| core.stop_watch(at)).await
    }

    /// The watch that runs, if one does.
    pub async fn running_watch(&self) -> Result<Option<WatchRow>, CoreError> {
        self.core.work(Core::running_watch).await
    }
}
