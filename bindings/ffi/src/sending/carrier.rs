//! Requests carried by another language: the system's own network stack, for as long as this process runs.

use std::{future::Future, pin::Pin, sync::Arc};

use tokio::task::spawn_blocking;
use turnstone_core::sync::{self, Failure};
use uniffi::UnexpectedUniFFICallbackError;

use super::step::{Outcome, Step};

/// Something that carries requests. It decides nothing, repeats nothing and follows no redirection: one step, one outcome.
#[uniffi::export(with_foreign)]
pub trait Transport: Send + Sync {
    /// Carries a step, and returns when it has an outcome. Called on threads of the core, several at once; what it throws counts
    /// as a broken connection.
    fn carry(&self, step: Step, bodies: Arc<Bodies>) -> Result<Outcome, TransportError>;

    /// The device is on another network: connections made on the last one lead nowhere.
    fn network_changed(&self) -> Result<(), TransportError>;
}

/// A carrier could not do its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum TransportError {
    /// It failed.
    #[error("a carrier failed")]
    Failed,
}

impl From<UnexpectedUniFFICallbackError> for TransportError {
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

/// Where a carrier reads attachments from, on its own thread.
#[derive(uniffi::Object)]
pub struct Bodies(Arc<dyn sync::Bodies>);

#[uniffi::export]
impl Bodies {
    /// At most `len` sealed bytes of an attachment from an offset; fewer only at the end. For a carrier's thread: it waits for
    /// the store.
    pub fn read(&self, media: i64, offset: u64, len: u32) -> Result<Vec<u8>, TransportError> {
        let len = usize::try_from(len).map_err(|_| TransportError::Failed)?;
        self.0.read(media, offset, len).map_err(|_| TransportError::Failed)
    }

    /// Told by a carrier that can: so many bytes of the step's body were handed to the link so far.
    pub fn handed(&self, bytes: u64) {
        self.0.handed(bytes);
    }
}

/// A carrier of another language, as the core calls it.
pub(crate) struct Carried(pub(crate) Arc<dyn Transport>);

impl sync::Transport for Carried {
    fn carry(
        &self,
        step: sync::Step,
        bodies: Arc<dyn sync::Bodies>,
    ) -> Pin<Box<dyn Future<Output = sync::Outcome> + Send + '_>> {
        let carrier = Arc::clone(&self.0);
        Box::pin(async move {
            let carried = spawn_blocking(move || carrier.carry(step.into(), Arc::new(Bodies(bodies)))).await;
            match carried {
                Ok(Ok(outcome)) => outcome.into(),
                Ok(Err(TransportError::Failed)) | Err(_) => sync::Outcome::Failed(Failure::Broken),
            }
        })
    }

    fn network_changed(&self) {
        self.0.network_changed().unwrap_or_default();
    }
}
