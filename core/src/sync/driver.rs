//! The sender: drives [`super::plan`] and [`super::settle`] against the store and a carrier. Its store calls run on threads
//! that may wait; nothing of the store is touched on the async executor.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, task::spawn_blocking};
use turnstone_wire::directory::DeskId;

use super::{
    apart::{Apart, reached_somebody},
    carrier::Carrier,
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
    leaving,
    outbox::{self, Item, ItemRow, ItemState, Lane, Reason, ReportRow},
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
    /// Those among them that wait for a moment of their own: of anonymous reports, which are not sent beside others.
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

/// How far an item has come, each time it comes further or its state changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The item.
    pub item: ItemRow,
    /// Its report.
    pub report: ReportRow,
    /// Words, copy or original.
    pub lane: Lane,
    /// Its size in bytes.
    pub size: u64,
    /// Bytes of it that are at the desk, as it says; while a request is under way, those handed to the link as well, which
    /// need not arrive.
    pub sent: u64,
    /// Its state now.
    pub state: ItemState,
    /// Why it waits.
    pub reason: Option<Reason>,
}

impl Progress {
    pub(crate) fn of(item: &Item) -> Self {
        Self {
            item: item.row,
            report: item.report,
            lane: item.lane,
            size: item.size,
            sent: item.sent(),
            state: item.state,
            reason: item.record.reason.clone(),
        }
    }
}

/// The one sender of a home. Holds `sync.lock` until dropped.
pub struct Sender {
    core: Arc<Core>,
    transport: Arc<dyn Transport>,
    wishes: Wishes,
    paces: Mutex<BTreeMap<DeskId, Pace>>,
    /// How far uploads are, as their desk has said in this run.
    offsets: Mutex<BTreeSet<(ItemRow, u64)>>,
    apart: Mutex<Apart>,
    _turn: File,
}

/// What a run is to do beside sending what is due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Orders {
    /// End waits that the desk did not ask for.
    pub(super) wake: bool,
    /// Ask the mailboxes of named reports.
    pub(super) mail: bool,
}

/// What a run came to, for whoever decides when the next one is.
#[derive(Debug, Default)]
pub(super) struct Ran {
    pub(super) summary: Summary,
    /// Something came further: a desk took or refused something.
    pub(super) moved: bool,
    /// Whether a mailbox was asked, and then whether a desk answered.
    pub(super) mail: Option<bool>,
    /// There are mailboxes to ask.
    pub(super) mail_due: bool,
}

/// What has happened in a run.
#[derive(Debug, Default)]
struct SoFar {
    /// Reports of which something was stored.
    stored: BTreeSet<ReportRow>,
    /// Something named reached a desk.
    named_sent: bool,
    /// Something anonymous was begun.
    apart_ran: bool,
    /// Something anonymous waits for quiet.
    wants_quiet: bool,
}

impl Sender {
    pub(crate) fn new(core: Arc<Core>, transport: Arc<dyn Transport>) -> Result<Self, Fault> {
        let turn = core.words.sender_turn()?;
        let (wishes, paces, offsets, apart) = Default::default();
        Ok(Self { core, transport, wishes, paces, offsets, apart, _turn: turn })
    }

    /// What is wished of the runs from now on, in the place of what was wished before.
    pub fn wish(&mut self, wishes: Wishes) {
        self.wishes = wishes;
    }

    /// Goes on with a home that was opened again, keeping the right to send from it.
    pub fn move_to(&mut self, client: &Client) {
        self.core = client.core();
        self.apart = Mutex::default();
    }

    /// Sends what is due until nothing more can be started, then asks the mailboxes of named reports.
    ///
    /// `wake` makes waits that the desk did not ask for end now, as when a person asks to send or the network changed. What
    /// keeps anonymous reports apart from others is not ended by it.
    ///
    /// # Errors
    /// Where the store fails; a link that fails is no error.
    pub async fn run(
        &self,
        network: Network,
        wake: bool,
        on_progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Summary, Error> {
        let (_stays, mut network) = watch::channel(network);
        let ran = self.run_once(&mut network, Orders { wake, mail: true }, on_progress).await?;
        Ok(ran.summary)
    }

    /// The same on a network that may change meanwhile.
    pub(super) async fn run_once(
        &self,
        network: &mut watch::Receiver<Network>,
        orders: Orders,
        on_progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Ran, Fault> {
        let mut ran = Ran::default();
        self.offsets().clear();
        if orders.wake && *network.borrow() != Network::Offline {
            self.wake_all().await?;
        }
        let mut running = Running::default();
        let mut so_far = SoFar::default();
        loop {
            let class = *network.borrow_and_update();
            let (window, choice) = self.look(&running.rows(), class).await?;
            choice.plan.cancel.iter().for_each(|row| running.cancel(*row));
            if self.breaks_off(&window, &choice.plan.cancel).await? {
                continue;
            }
            for row in &choice.plan.start {
                if let Some(loaded) = window.iter().find(|loaded| loaded.item.row == *row) {
                    self.begins(loaded).await?;
                    so_far.apart_ran |= !loaded.named;
                    running.start(*row, self.send(loaded.clone()));
                }
            }
            let done = tokio::select! {
                biased;
                done = running.next() => done,
                () = changed(network) => {
                    // What is under way went out on a network that is gone: nothing may ever come back on it.
                    let rows: Vec<_> = running.rows().into_iter().collect();
                    rows.iter().for_each(|row| running.cancel(*row));
                    self.breaks_off(&window, &rows).await?;
                    self.transport.network_changed();
                    self.wake_all().await?;
                    continue;
                }
                () = self.core.bell.rings_for_new() => continue,
                // Words submitted meanwhile, by whatever program, must not wait for a photo (P10).
                () = tokio::time::sleep(LOOK_AGAIN) => continue,
            };
            let Some(sent) = done else {
                (ran.summary.wake_ms, ran.summary.held) = (choice.plan.wake_ms, choice.held);
                so_far.wants_quiet = choice.wants_quiet;
                break;
            };
            let (loaded, outcome) = sent?;
            let (report, named, before) = (loaded.item.report, loaded.named, loaded.item.state);
            ran.summary.reached |= matches!(outcome, Ok(Outcome::Answer { .. }));
            let reached = reached_somebody(&outcome);
            let progress = self.settle(loaded, outcome).await?;
            self.ended(named, &progress, reached).await?;
            so_far.named_sent |= named && reached;
            ran.moved |= progress.reason.is_none() || progress.state != ItemState::Waits;
            match progress.state {
                // It was, and still is.
                ItemState::Stored if before == ItemState::Stored => continue,
                ItemState::Stored => {
                    ran.summary.stored += 1;
                    so_far.stored.insert(report);
                }
                ItemState::Refused => ran.summary.refused += 1,
                ItemState::Waits | ItemState::Opened => {}
            }
            self.core.observers.tell(&progress);
            on_progress(progress);
        }
        let class = *network.borrow();
        self.finish(&mut ran, so_far, class, orders.mail).await?;
        Ok(ran)
    }

    /// What follows once nothing more can be started: mail, and the end of what has had its time.
    async fn finish(
        &self,
        ran: &mut Ran,
        so_far: SoFar,
        network: Network,
        ask_mail: bool,
    ) -> Result<(), Fault> {
        let mut named_sent = so_far.named_sent;
        // Asking is sending, too: it has to heed the moments.
        let quiet = so_far.apart_ran || (so_far.wants_quiet && !named_sent);
        if ask_mail && !quiet && network != Network::Offline && self.is_named_moment().await? {
            named_sent |= self.ask(ran, so_far.stored).await?;
        }
        if named_sent {
            self.named_was_sent(true).await?;
            if ran.summary.held > 0 {
                // What is held waits for longer than it did before.
                let (_, choice) = self.look(&BTreeSet::new(), network).await?;
                let at_once = (!choice.plan.start.is_empty()).then(|| self.now_ms());
                ran.summary.wake_ms = at_once.or(choice.plan.wake_ms);
            }
        }
        self.tidy_up(ran).await
    }

    /// Asks the mailboxes, and for a directory in the place of one that is out of date. Whether a desk answered.
    async fn ask(&self, ran: &mut Ran, just_stored: BTreeSet<ReportRow>) -> Result<bool, Fault> {
        let asked = mail::ask(self, just_stored).await?;
        let reached = asked.answered > 0;
        (ran.summary.opened, ran.summary.messages) = (asked.opened, asked.messages);
        ran.summary.reached |= reached;
        ran.mail = Some(reached);
        ran.moved |= asked.opened + asked.messages > 0;
        if ran.summary.reached {
            self.renew_directory().await?;
        }
        Ok(reached)
    }

    /// Makes everything due now, but for what a desk asked to wait.
    async fn wake_all(&self) -> Result<(), Fault> {
        self.on_store(|core| {
            let sending = core.sending()?;
            core.words.write(|tx| outbox::wake_all(tx, sending))
        })
        .await
    }

    /// Ends what has had its time, and counts what still waits.
    async fn tidy_up(&self, ran: &mut Ran) -> Result<(), Fault> {
        let counted = self.on_store(|core| {
            let sending = core.sending()?;
            if core.words.write(|tx| outbox::tidy(tx, core.clock().wall(), sending))? {
                core.media.sweep(&core.words)?;
            }
            let looked = leaving::look(core)?;
            if looked.wiped {
                return Ok((looked, 0, false));
            }
            core.words.read(|conn| {
                let mail_due = !outbox::mail_due(conn, core.clock().wall(), sending)?.is_empty();
                Ok((looked, crate::view::Overview::read(conn)?.waiting, mail_due))
            })
        });
        let (looked, waiting, mail_due) = counted.await?;
        (ran.summary.waiting, ran.mail_due) = (waiting, mail_due);
        (ran.summary.never, ran.summary.wiped) = (looked.never, looked.wiped);
        Ok(())
    }

    pub(super) fn bodies(&self) -> Arc<dyn Bodies> {
        Arc::clone(&self.core) as Arc<dyn Bodies>
    }

    /// The way to the carrier.
    pub(super) fn transport(&self) -> Carrier<'_> {
        Carrier { sender: self, transport: self.transport.as_ref() }
    }

    pub(super) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    pub(super) fn network_changed(&self) {
        self.transport.network_changed();
    }

    pub(super) fn with_apart<T>(&self, work: impl FnOnce(&mut Apart) -> T) -> T {
        work(&mut self.apart.lock().unwrap_or_else(PoisonError::into_inner))
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

    pub(super) fn offsets(&self) -> MutexGuard<'_, BTreeSet<(ItemRow, u64)>> {
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
        if cfg!(feature = "simulation") {
            // One thread, one order of events: a seed is one course.
            return work(&self.core);
        }
        let core = Arc::clone(&self.core);
        let done = spawn_blocking(move || work(&core)).await;
        done.unwrap_or_else(|_| Err(Error::Unusable(Unusable::Inner("a thread died while storing")).into()))
    }
}

/// Ready once the network has changed; never where nobody is left to tell of it.
pub(super) async fn changed(network: &mut watch::Receiver<Network>) {
    if network.changed().await.is_err() {
        pending::<()>().await;
    }
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sender]")
    }
}
