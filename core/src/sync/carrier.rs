//! The way from the sender to its carrier: what holds for every request, whatever it is for.

use std::sync::Arc;

use super::{
    driver::{Progress, Sender},
    step::{Bodies, Failure, Outcome, Step, StepBody, Transport},
    window::Loaded,
};
use crate::{error::Fault, settings, shared::Core};

/// A carrier that sends by the home's proxy what has to go there.
pub(super) struct Carrier<'a> {
    pub(super) sender: &'a Sender,
    pub(super) transport: &'a dyn Transport,
}

impl Carrier<'_> {
    /// Carries a step, by the proxy where one is set for it. A setting that is there and cannot be read stops it: it must not
    /// go around the proxy for that.
    pub(super) async fn carry(&self, step: Step, bodies: Arc<dyn Bodies>) -> Outcome {
        match self.routed(step).await {
            Ok(step) => self.transport.carry(step, bodies).await,
            Err(failure) => Outcome::Failed(failure),
        }
    }

    /// A step with the proxy that it has to go by.
    pub(super) async fn routed(&self, mut step: Step) -> Result<Step, Failure> {
        let setting = self.sender.on_store(|core| {
            let sending = core.sending()?;
            core.words.read(|conn| settings::proxy(conn, sending))
        });
        match setting.await {
            Ok(setting) => step.proxy = setting.and_then(|setting| setting.of_step(step.apart)),
            Err(Fault::Sealed(_)) => return Err(Failure::NoProxy),
            Err(_) => return Err(Failure::Unreachable),
        }
        Ok(step)
    }
}

/// The bodies of one item's step, which tell the observers how much of it was handed to the link.
pub(super) struct Followed {
    core: Arc<Core>,
    progress: Progress,
    from: u64,
}

impl Followed {
    /// The bodies of a step; those of the core itself where nobody follows.
    pub(super) fn of(core: &Arc<Core>, loaded: &Loaded, step: &Step) -> Arc<dyn Bodies> {
        let from = match step.body {
            StepBody::Media { from, .. } => from,
            StepBody::Bytes(_) => 0,
            StepBody::Empty => return Arc::clone(core) as Arc<dyn Bodies>,
        };
        if core.observers.is_empty() {
            return Arc::clone(core) as Arc<dyn Bodies>;
        }
        let item = &loaded.item;
        let progress = Progress { sent: from, reason: None, ..Progress::of(item) };
        Arc::new(Self { core: Arc::clone(core), progress, from })
    }
}

impl Bodies for Followed {
    fn read(&self, media: i64, from: u64, len: usize) -> Result<Vec<u8>, Failure> {
        self.core.read(media, from, len)
    }

    fn handed(&self, bytes: u64) {
        let sent = self.from.saturating_add(bytes).min(self.progress.size);
        self.core.observers.tell(&Progress { sent, ..self.progress.clone() });
    }
}
