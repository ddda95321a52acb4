//! A link that does to each request what a test says.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use super::kit::PlayedIntake;
use crate::{
    Client,
    sync::{Bodies, Failure, Method, Network, Outcome, Sender, Step, StepBody, Summary, Transport},
};

/// What becomes of one request.
pub(super) enum Fate {
    /// It is carried, and so is the answer.
    Arrives,
    /// So many bytes of its body arrive, and the connection breaks.
    CutAfter(u64),
    /// So many bytes arrive, and then nothing moves any more.
    HangsAfter(u64),
    /// It arrives, and the answer is lost.
    LosesAnswer,
    /// Somebody else answers.
    Answered(Outcome),
}

type Script = Box<dyn FnMut(&Step) -> Fate + Send>;

/// The link.
pub(super) struct BadLink {
    pub(super) intake: Arc<PlayedIntake>,
    script: Mutex<Script>,
}

impl BadLink {
    pub(super) fn to(
        intake: &Arc<PlayedIntake>,
        script: impl FnMut(&Step) -> Fate + Send + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { intake: Arc::clone(intake), script: Mutex::new(Box::new(script)) })
    }
}

impl Transport for BadLink {
    fn carry(
        &self,
        mut step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        let fate = (self.script.lock().unwrap())(&step);
        if let Fate::Answered(outcome) = fate {
            self.intake.requests.lock().unwrap().push(step);
            return Box::pin(async { outcome });
        }
        if let (Fate::CutAfter(most) | Fate::HangsAfter(most), StepBody::Media { len, .. }) =
            (&fate, &mut step.body)
        {
            *len = (*len).min(*most);
        }
        Box::pin(async move {
            let outcome = self.intake.carry(step, bodies).await;
            match fate {
                Fate::Arrives | Fate::Answered(_) => outcome,
                Fate::CutAfter(_) | Fate::LosesAnswer => Outcome::Failed(Failure::Broken),
                Fate::HangsAfter(_) => std::future::pending().await,
            }
        })
    }
}

/// One run of a sender, in time that stands still but for waits; for at most two seconds of that, if it hangs.
pub(super) fn run(client: &Client, transport: Arc<dyn Transport>) -> Option<Summary> {
    run_of(&client.sender(transport).unwrap())
}

/// The same of a sender there is.
pub(super) fn run_of(sender: &Sender) -> Option<Summary> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let run = sender.run(Network::Unmetered, true, &|_| {});
        tokio::time::timeout(std::time::Duration::from_secs(2), run).await.ok().map(Result::unwrap)
    })
}

/// The requests so far, and an end to remembering them: method, whether it is for words, and bytes of its body.
pub(super) fn requests(intake: &PlayedIntake) -> Vec<(Method, bool, u64)> {
    let steps = std::mem::take(&mut *intake.requests.lock().unwrap());
    let objects = steps.iter().filter(|step| !step.url.contains("mailbox"));
    objects.map(|step| (step.method, step.url.contains("/reports/"), step.body.len())).collect()
}

/// How many bytes of attachments arrived.
pub(super) fn attachment_bytes(requests: &[(Method, bool, u64)]) -> u64 {
    requests.iter().filter(|(_, words, _)| !words).map(|(_, _, bytes)| bytes).sum()
}
