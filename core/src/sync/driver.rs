//! The sender: drives [`super::plan`] and [`super::settle`] against the store and a carrier. Its store calls run on threads
//! that may wait; nothing of the store is touched on the async executor.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::task::spawn_blocking;
use turnstone_wire::directory::DeskId;

use super::{
    mail,
    pace::Pace,
    plan::Network,
    running::Running,
    step::{Bodies, Outcome, Transport},
    wishes::Wishes,
};
use crate::{
    Client,
    error::{Error, Fault, Unusable},
    outbox::{self, ItemRow, ItemState, Reason},
    shared::Core,
};

/// How often the outbox is looked at while something is under way.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What a run of the sender came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    /// A desk answered.
    pub reached: bool,
    /// When to run again if nothing else happens, in milliseconds since 1970.
    pub wake_ms: Option<i64>,
}

/// Something that happened to an item while sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The item.
    pub item: ItemRow,
    /// Its size in bytes.
    pub size: u64,
    /// Its state now.
    pub state: ItemState,
    /// Why it waits.
    pub reason: Option<Reason>,
}

/// The one sender of a home. Holds `sync.lock` until dropped.
pub struct Sender {
    core: Arc<Core>,
    transport: Arc<dyn Transport>,
    wishes: Wishes,
    paces: Mutex<BTreeMap<DeskId, Pace>>,
    /// How far uploads are, where their desk has just said so and nothing was sent since.
    offsets: Mutex<BTreeMap<ItemRow, u64>>,
    _turn: File,
}

impl Sender {
    pub(crate) fn new(core: Arc<Core>, transport: Arc<dyn Transport>) -> Result<Self, Fault> {
        let turn = core.words.sender_turn()?;
        let (wishes, paces, offsets) = Default::default();
        Ok(Self { core, transport, wishes, paces, offsets, _turn: turn })
    }

    /// What is wished of the runs from now on, in the place of what was wished before.
    pub fn wish(&mut self, wishes: Wishes) {
        self.wishes = wishes;
    }

    /// Goes on with a home that was opened again, keeping the right to send from it.
    pub fn move_to(&mut self, client: &Client) {
        self.core = client.core();
    }

    /// Sends what is due until nothing more can be started, then asks the mailboxes of named reports.
    ///
    /// `wake` makes waits that the desk did not ask for end now, as when a person asks to send or the network changed.
    ///
    /// # Errors
    /// Where the store fails; a link that fails is no error.
    pub async fn run(
        &self,
        network: Network,
        wake: bool,
        on_progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Summary, Error> {
        Ok(self.run_inner(network, wake, on_progress).await?)
    }

    async fn run_inner(
        &self,
        network: Network,
        wake: bool,
        on_progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Summary, Fault> {
        let mut summary = Summary::default();
        self.offsets().clear();
        if wake && network != Network::Offline {
            self.on_store(|core| {
                let sending = core.sending()?;
                core.words.write(|tx| outbox::wake_all(tx, sending))
            })
            .await?;
        }
        let mut running = Running::default();
        let mut just_stored = BTreeSet::new();
        loop {
            let (window, next) = self.look(&running.rows(), network).await?;
            next.cancel.iter().for_each(|row| running.cancel(*row));
            for row in &next.start {
                if let Some(loaded) = window.iter().find(|loaded| loaded.item.row == *row) {
                    running.start(*row, self.send(loaded.clone()));
                }
            }
            let done = tokio::select! {
                done = running.next() => done,
                // Words submitted meanwhile, by whatever program, must not wait for a photo (P10).
                () = tokio::time::sleep(LOOK_AGAIN) => continue,
            };
            let Some(sent) = done else {
                summary.wake_ms = next.wake_ms;
                break;
            };
            let (loaded, outcome) = sent?;
            let (report, before) = (loaded.item.report, loaded.item.state);
            summary.reached |= matches!(outcome, Ok(Outcome::Answer { .. }));
            let progress = self.settle(loaded, outcome).await?;
            match progress.state {
                // It was, and still is.
                ItemState::Stored if before == ItemState::Stored => continue,
                ItemState::Stored => {
                    summary.stored += 1;
                    just_stored.insert(report);
                }
                ItemState::Refused => summary.refused += 1,
                ItemState::Waits | ItemState::Opened => {}
            }
            on_progress(progress);
        }
        if network != Network::Offline {
            let asked = mail::ask(self, just_stored).await?;
            (summary.opened, summary.messages) = (asked.opened, asked.messages);
            summary.reached |= asked.answered > 0;
            if summary.reached {
                self.renew_expired_directory().await?;
            }
        }
        summary.waiting = self.tidy_up().await?;
        Ok(summary)
    }

    /// Ends what has had its time, and counts what still waits.
    async fn tidy_up(&self) -> Result<u32, Fault> {
        self.on_store(|core| {
            let sending = core.sending()?;
            if core.words.write(|tx| outbox::tidy(tx, core.clock().wall(), sending))? {
                core.media.sweep(&core.words)?;
            }
            Ok(core.words.read(crate::view::Overview::read)?.waiting)
        })
        .await
    }

    pub(super) fn bodies(&self) -> Arc<dyn Bodies> {
        Arc::clone(&self.core) as Arc<dyn Bodies>
    }

    pub(super) fn transport(&self) -> &dyn Transport {
        self.transport.as_ref()
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.core.clock().wall().timestamp_millis()
    }

    pub(super) fn monotonic_ms(&self) -> u64 {
        self.core.clock().monotonic_ms()
    }

    pub(super) fn wishes(&self) -> Wishes {
        self.wishes
    }

    pub(super) fn offsets(&self) -> MutexGuard<'_, BTreeMap<ItemRow, u64>> {
        self.offsets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pace of an item's desk.
    pub(super) fn pace<T>(&self, desk: &DeskId, with: impl FnOnce(&mut Pace) -> T) -> T {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        with(paces.entry(desk.clone()).or_default())
    }

    /// Runs store work on a thread that may wait.
    pub(super) async fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Core) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let core = Arc::clone(&self.core);
        let done = spawn_blocking(move || work(&core)).await;
        done.unwrap_or_else(|_| Err(Error::Unusable(Unusable::Inner("a thread died while storing")).into()))
    }
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sender]")
    }
}
