//! The steps under way.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
};

use futures_util::{
    StreamExt,
    future::{AbortHandle, BoxFuture, abortable},
    stream::FuturesUnordered,
};

use super::{step::Outcome, window::Loaded};
use crate::{
    error::Fault,
    outbox::{ItemRow, Reason},
};

/// An item and what came of its step; or why no step could be made.
pub(super) type Sent = (Loaded, Result<Outcome, Reason>);

/// The steps under way. One that is cancelled is a request that is broken off; its item stays waiting.
#[derive(Default)]
pub(super) struct Running<'a> {
    steps: FuturesUnordered<BoxFuture<'a, Option<Result<Sent, Fault>>>>,
    handles: BTreeMap<ItemRow, AbortHandle>,
}

impl<'a> Running<'a> {
    pub(super) fn rows(&self) -> BTreeSet<ItemRow> {
        self.handles.keys().copied().collect()
    }

    pub(super) fn start(
        &mut self,
        row: ItemRow,
        step: impl Future<Output = Result<Sent, Fault>> + Send + 'a,
    ) {
        let (step, handle) = abortable(step);
        self.handles.insert(row, handle);
        self.steps.push(Box::pin(async move { step.await.ok() }));
    }

    pub(super) fn cancel(&mut self, row: ItemRow) {
        if let Some(handle) = self.handles.remove(&row) {
            handle.abort();
        }
    }

    /// The next step that ends by itself; `None` once nothing is under way.
    pub(super) async fn next(&mut self) -> Option<Result<Sent, Fault>> {
        loop {
            match self.steps.next().await? {
                None => {}
                Some(Ok(sent)) => {
                    self.handles.remove(&sent.0.item.row);
                    return Some(Ok(sent));
                }
                Some(Err(fault)) => return Some(Err(fault)),
            }
        }
    }
}
