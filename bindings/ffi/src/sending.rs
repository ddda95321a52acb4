//! Sending: a run until nothing more can go, a watch for as long as a program runs, and steps for other carriers.

pub mod carrier;
pub mod step;

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use turnstone_core::sync::{Network, Wishes};
use turnstone_core::{
    Error,
    sync::{self, Asked, NextSteps, Pace, Summary, Ticket},
};
use turnstone_wire::reference::Reference;

pub(crate) use self::carrier::Carried;
pub use self::{
    carrier::Transport,
    step::{Outcome, Step, StepBody},
};
use crate::{
    CoreError, Notebook, OwnNotebook,
    observer::ProgressRow,
    runtime::{Kept, task, work},
};

/// The one sender of a home. Holds the right to send from it until nobody holds it any more, or it is closed.
#[derive(uniffi::Object)]
pub struct Sender {
    core: Kept<sync::Sender>,
    network: watch::Sender<Network>,
}

/// What kind of network there is, as the shell says.
#[uniffi::remote(Enum)]
pub enum Network {
    /// None.
    Offline,
    /// One that costs: words and copies go.
    Metered,
    /// One that does not: everything goes.
    Unmetered,
}

/// What a person wishes of the sender; by default nothing.
#[uniffi::remote(Record)]
pub struct Wishes {
    /// Originals go at once, on a metered network too.
    #[uniffi(default = false)]
    pub originals_now: bool,
    /// Copies wait for an unmetered network, as originals do.
    #[uniffi(default = false)]
    pub copies_wait: bool,
    /// Desks whose address is not encrypted are sent to: for a trial in a closed network.
    #[uniffi(default = false)]
    pub allow_clear: bool,
}

/// What a run of the sender came to.
#[uniffi::remote(Record)]
pub struct Summary {
    /// Objects that got their `stored` receipt in this run.
    pub stored: u32,
    /// Objects whose `opened` receipt came in this run.
    pub opened: u32,
    /// Answers of desks that came in this run.
    pub messages: u32,
    /// Objects the desk refused in this run.
    pub refused: u32,
    /// Objects that still wait.
    pub waiting: u32,
    /// Those among them that wait for a moment of their own: of anonymous reports.
    pub held: u32,
    /// Reports that could never go, and were ended because the home is being left.
    pub never: u32,
    /// The home was being left, the last of it is gone, and it is wiped.
    pub wiped: bool,
    /// A desk answered.
    pub reached: bool,
    /// When to run again if nothing else happens, in milliseconds since 1970.
    pub wake_ms: Option<i64>,
}

/// What came of asking mailboxes.
#[uniffi::remote(Record)]
pub struct Asked {
    /// Mailboxes asked that answered.
    pub answered: u32,
    /// Mailboxes of which nobody answered.
    pub silent: u32,
    /// `opened` receipts taken.
    pub opened: u32,
    /// Replies that were not there before.
    pub messages: u32,
    /// Anonymous reports that were left out: each is asked after alone.
    pub left_out: u32,
}

/// A request to begin, and the line of text that its outcome is settled by.
#[derive(uniffi::Record)]
pub struct StartedStep {
    /// To be kept beside the request; it tells nothing of the report.
    pub ticket: Ticket,
    /// The request.
    pub step: Step,
}

/// What there is to do for a carrier that outlives this process.
#[derive(uniffi::Record)]
pub struct NextStepsRow {
    /// Requests to begin.
    pub start: Vec<StartedStep>,
    /// Requests under way to break off.
    pub cancel: Vec<Ticket>,
    /// When to ask again if nothing else happens, in milliseconds since 1970.
    pub wake_ms: Option<i64>,
}

impl From<NextSteps> for NextStepsRow {
    fn from(next: NextSteps) -> Self {
        let NextSteps { start, cancel, wake_ms } = next;
        let started = |(ticket, step): (Ticket, sync::Step)| StartedStep { ticket, step: step.into() };
        Self { start: start.into_iter().map(started).collect(), cancel, wake_ms }
    }
}

impl Sender {
    pub(crate) fn of(mut core: sync::Sender, wishes: Wishes) -> Arc<Self> {
        core.wish(wishes);
        Arc::new(Self { core: Kept::new(core), network: watch::Sender::new(Network::Offline) })
    }
}

#[uniffi::export]
impl Sender {
    /// Sends what is due until nothing more can be started, then asks the mailboxes of named reports. `wake` ends waits that the
    /// desk did not ask for, as when a person asks to send. Cancelled, it breaks requests off; what they were for waits.
    pub async fn run(&self, network: Network, wake: bool) -> Result<Summary, CoreError> {
        let core = self.core.held()?;
        task(async move { core.run(network, wake, &|_| ()).await }).await
    }

    /// Says which network there is, to a watch that runs or will.
    pub fn set_network(&self, network: Network) {
        self.network.send_replace(network);
    }

    /// Sends what is due, when it is due, until it is cancelled: on the network last set, offline at first. `mail_every_s` is
    /// how often mailboxes are asked; `look_every_s` how often to look for what other programs submitted, where there are such.
    pub async fn watch(&self, mail_every_s: u32, look_every_s: Option<u32>) -> Result<(), CoreError> {
        let seconds = |s: u32| Duration::from_secs(s.into());
        let pace = Pace { mail_every: seconds(mail_every_s), look_every: look_every_s.map(seconds) };
        let (core, network) = (self.core.held()?, self.network.subscribe());
        task(async move { core.watch(network, pace, &|_| (), &|_| ()).await.map(|never| match never {}) })
            .await
    }

    /// Asks mailboxes now: that of one report, or those of all named ones.
    pub async fn ask_mail(
        &self,
        notebook: Arc<Notebook>,
        about: Option<Reference>,
    ) -> Result<Asked, CoreError> {
        let (core, notebook) = (self.core.held()?, notebook.core()?);
        task(async move { core.ask_mail(&notebook, about.as_ref()).await }).await
    }

    /// Asks the mailboxes of a person's own reports now.
    pub async fn ask_own_mail(
        &self,
        own: Arc<OwnNotebook>,
        about: Option<Reference>,
    ) -> Result<Asked, CoreError> {
        let (core, own) = (self.core.held()?, own.core()?);
        task(async move { core.ask_own_mail(&own, about.as_ref()).await }).await
    }

    /// The requests that may go now, for a carrier that outlives this process. `under_way` are the tickets whose requests the
    /// carrier still has; forgetting one costs bytes and nothing else.
    pub async fn next_steps(
        &self,
        network: Network,
        under_way: Vec<Ticket>,
    ) -> Result<NextStepsRow, CoreError> {
        let core = self.core.held()?;
        task(async move { core.next_steps(network, &under_way).await }).await.map(NextStepsRow::from)
    }

    /// Writes the bytes that a step sends into a file, for a carrier that wants them there. They are sealed.
    pub async fn write_body(&self, body: StepBody, path: String) -> Result<(), CoreError> {
        let core = self.core.held()?;
        work(move || step::write_body(&core, body, &path)).await
    }

    /// Settles what came of a step, in this process or a later one. Returns how its item stands; none where that is gone.
    pub async fn settle(&self, ticket: Ticket, outcome: Outcome) -> Result<Option<ProgressRow>, CoreError> {
        let core = self.core.held()?;
        let settled = task(async move { core.settle_ticket(&ticket, outcome.into()).await });
        Ok(settled.await?.map(ProgressRow::from))
    }
}

/// A file of this device failed.
fn files(error: std::io::Error) -> Error {
    Error::Unusable(turnstone_core::Unusable::Files { what: "the file", kind: error.kind() })
}
