//! The sender: drives [`plan`] and [`settle`] against the store and a carrier. Its store calls run on threads that may
//! wait; nothing of the store is touched on the async executor.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fs::File,
    sync::Arc,
    time::Duration,
};

use futures_util::{
    StreamExt,
    future::{AbortHandle, BoxFuture, abortable},
    stream::FuturesUnordered,
};
use tokio::task::spawn_blocking;
use turnstone_wire::{
    directory::{DeskId, Directory},
    receipt::Object,
    text::Moment,
};

use super::{
    mail,
    plan::{Due, Network, Plan, plan},
    settle::{Settling, settle},
    step::{Bodies, Failure, Outcome, Sending, Step, Transport, directory_step},
};
use crate::{
    Client,
    error::{Error, Fault, Unusable, readable},
    outbox::{self, Item, ItemRow, ItemState, Reason, Upload, Vouched},
    random,
    shared::Core,
};

/// How often the outbox is looked at while something is under way.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Most due items of a lane that are looked at together (DESIGN 6).
const WINDOW: u32 = 64;

/// What a run of the sender came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Objects that got their `stored` receipt in this run.
    pub stored: u32,
    /// Objects whose `opened` receipt came in this run.
    pub opened: u32,
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

/// An item and what came of its step; or why no step could be made.
type Sent = (Loaded, Result<Outcome, Reason>);

/// The steps under way. One that is cancelled is a request that is broken off; its item stays waiting.
#[derive(Default)]
struct Running<'a> {
    steps: FuturesUnordered<BoxFuture<'a, Option<Result<Sent, Fault>>>>,
    handles: BTreeMap<ItemRow, AbortHandle>,
}

impl<'a> Running<'a> {
    fn rows(&self) -> BTreeSet<ItemRow> {
        self.handles.keys().copied().collect()
    }

    fn start(&mut self, row: ItemRow, step: impl Future<Output = Result<Sent, Fault>> + Send + 'a) {
        let (step, handle) = abortable(step);
        self.handles.insert(row, handle);
        self.steps.push(Box::pin(async move { step.await.ok() }));
    }

    fn cancel(&mut self, row: ItemRow) {
        if let Some(handle) = self.handles.remove(&row) {
            handle.abort();
        }
    }

    /// The next step that ends by itself; `None` once nothing is under way.
    async fn next(&mut self) -> Option<Result<Sent, Fault>> {
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

/// Whether an item cannot go as things are, whatever the link.
fn is_stuck(item: &Item) -> bool {
    let stuck = [Reason::Unreadable, Reason::DeskUnlisted, Reason::NotEncrypted, Reason::KeyDead];
    item.record.reason.as_ref().is_some_and(|reason| stuck.contains(reason))
}

/// The one sender of a home. Holds `sync.lock` until dropped.
pub struct Sender {
    core: Arc<Core>,
    transport: Arc<dyn Transport>,
    _turn: File,
}

/// A desk's number in the plan, and whether its reports go apart.
#[derive(Debug, Clone)]
struct Loaded {
    item: Item,
    desk: DeskId,
    named: bool,
}

impl Sender {
    pub(crate) fn new(core: Arc<Core>, transport: Arc<dyn Transport>) -> Result<Self, Fault> {
        let turn = core.words.sender_turn()?;
        Ok(Self { core, transport, _turn: turn })
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
        if wake && network != Network::Offline {
            self.on_store(|core| {
                let sending = core.sending()?;
                core.words.write(|tx| {
                    let due = outbox::due_items(tx, u32::MAX, sending)?;
                    outbox::wake_all(tx, &due)
                })
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
            let report = loaded.item.report;
            summary.reached |= matches!(outcome, Ok(Outcome::Answer { .. }));
            let progress = self.settle(loaded, outcome).await?;
            match progress.state {
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
            let (opened, reached) = mail::ask(self, just_stored).await?;
            summary.opened = opened;
            summary.reached |= reached;
            if summary.reached {
                self.renew_expired_directory().await?;
            }
        }
        summary.waiting = self.tidy_up().await?;
        Ok(summary)
    }

    /// The window of due items, and the plan for it.
    async fn look(
        &self,
        under_way: &BTreeSet<ItemRow>,
        network: Network,
    ) -> Result<(Vec<Loaded>, Plan), Fault> {
        let window = self
            .on_store(|core| {
                let sending = core.sending()?;
                core.words.read(|conn| {
                    let mut reports = BTreeMap::new();
                    let mut loaded = Vec::new();
                    for item in outbox::due_items(conn, WINDOW, sending)? {
                        let record = match reports.entry(item.report) {
                            Entry::Occupied(known) => known.into_mut(),
                            Entry::Vacant(new) => {
                                let report = outbox::report(conn, item.report, sending, None);
                                // One that is damaged, or gone, must not keep the others from going.
                                let report = match report {
                                    Err(Fault::Error(Error::NotFound(_))) => None,
                                    report => readable(report)?,
                                };
                                new.insert(report.map(|report| report.record))
                            }
                        };
                        if let Some(record) = record {
                            let (desk, named) = (record.desk.clone(), record.route.is_named());
                            loaded.push(Loaded { item, desk, named });
                        }
                    }
                    Ok(loaded)
                })
            })
            .await?;
        let mut desks: BTreeMap<&DeskId, u32> = BTreeMap::new();
        let mut due = Vec::with_capacity(window.len());
        for loaded in &window {
            let next_number = u32::try_from(desks.len()).unwrap_or(u32::MAX);
            let desk = *desks.entry(&loaded.desk).or_insert(next_number);
            let item = &loaded.item;
            due.push(Due {
                item: item.row,
                desk,
                lane: item.lane,
                next_try_ms: item.next_try_ms,
                stuck: is_stuck(item),
            });
        }
        let plan = plan(&due, under_way, self.now_ms(), network);
        Ok((window, plan))
    }

    /// Carries one item's next step.
    async fn send(&self, loaded: Loaded) -> Result<Sent, Fault> {
        let outcome = match self.prepare(loaded.clone()).await? {
            Ok(step) => Ok(self.transport.carry(step, self.bodies()).await),
            Err(reason) => Err(reason),
        };
        Ok((loaded, outcome))
    }

    /// Makes the step. An upload about to begin is noted as begun first: after a kill the desk is asked.
    async fn prepare(&self, loaded: Loaded) -> Result<Result<Step, Reason>, Fault> {
        let prepared = self.on_store(move |core| {
            let directory = core.directory()?;
            let Some(desk) = directory.as_deref().and_then(|directory| directory.desk(&loaded.desk)) else {
                return Ok(Err(Reason::DeskUnlisted));
            };
            let envelope = core.words.read(|conn| loaded.item.envelope(conn))?;
            if let (Some(media), Upload::Fresh) = (loaded.item.media, loaded.item.upload)
                && core.media.sha256(media)? != loaded.item.record.sha256
            {
                // Found out here, and not by the desk once all of it was sent.
                return Ok(Err(Reason::Unreadable));
            }
            let step = Sending { item: &loaded.item, desk, envelope, apart: !loaded.named }.step();
            if loaded.item.media.is_some() && loaded.item.upload == Upload::Fresh {
                let begun = Item { upload: Upload::Unknown(0), ..loaded.item.clone() };
                let sending = core.sending()?;
                core.words.write(|tx| outbox::apply_item(tx, &begun, sending, core.random()))?;
            }
            Ok(step)
        });
        match prepared.await {
            // Damaged: it must not keep the others from going.
            Err(fault) if fault.is_damage() || matches!(fault, Fault::Sealed(_)) => {
                Ok(Err(Reason::Unreadable))
            }
            prepared => prepared,
        }
    }

    /// Settles an outcome and writes the change, durably.
    async fn settle(&self, loaded: Loaded, outcome: Result<Outcome, Reason>) -> Result<Progress, Fault> {
        let now_ms = self.now_ms();
        let fetch = self
            .on_store(move |core| {
                let mut item = loaded.item;
                let directory = core.directory()?;
                let desk = directory.as_deref().and_then(|directory| directory.desk(&loaded.desk));
                let jitter = u32::from_be_bytes(random::bytes(core.random())?);
                let mut fetch_directory = false;
                match (desk, outcome) {
                    (Some(desk), Ok(outcome)) => {
                        let object =
                            Object { kind: item.record.kind, sha256: item.record.sha256, size: item.size };
                        let settling =
                            Settling { object, desk, upload: item.upload, attempts: item.attempts };
                        let change = settle(&settling, &outcome, now_ms, jitter);
                        fetch_directory = change.fetch_directory;
                        item.state = change.state;
                        item.upload = change.upload;
                        item.attempts = change.attempts;
                        item.next_try_ms = change.next_try_ms;
                        item.record.reason = change.reason;
                        let at = Moment::utc(core.clock().wall());
                        item.record.stored = change.receipt.map(|receipt| Vouched { receipt, at });
                    }
                    // Nothing was sent: another directory may change that, not another try in a second.
                    (_, outcome) => {
                        item.record.reason = Some(outcome.err().unwrap_or(Reason::DeskUnlisted));
                        item.next_try_ms = now_ms.saturating_add(super::settle::LONGEST_WAIT_MS);
                    }
                }
                let sending = core.sending()?;
                core.words.write(|tx| outbox::apply_item(tx, &item, sending, core.random()))?;
                let progress = Progress {
                    item: item.row,
                    size: item.size,
                    state: item.state,
                    reason: item.record.reason,
                };
                Ok((progress, fetch_directory.then_some((directory, loaded.desk, !loaded.named))))
            })
            .await?;
        let (progress, fetch) = fetch;
        if let Some((Some(directory), desk, apart)) = fetch {
            self.fetch_directory(&directory, &desk, apart).await?;
        }
        Ok(progress)
    }

    /// Fetches the directory a desk serves, and takes it where it is signed and newer. Whatever else comes is ignored:
    /// the one held stays.
    pub(super) async fn fetch_directory(
        &self,
        directory: &Directory,
        desk: &DeskId,
        apart: bool,
    ) -> Result<(), Fault> {
        let Some(Ok(step)) = directory.desk(desk).map(|desk| directory_step(desk, apart)) else {
            return Ok(());
        };
        if let Outcome::Answer { status: 200, body, .. } = self.transport.carry(step, self.bodies()).await {
            self.on_store(move |core| match core.take_directory(&body) {
                Ok(_) | Err(Fault::Error(Error::Invalid(_))) => Ok(()),
                Err(fault) => Err(fault),
            })
            .await?;
        }
        Ok(())
    }

    /// A directory that asked to be replaced is asked for once, of the first desk in it that has one to give.
    async fn renew_expired_directory(&self) -> Result<(), Fault> {
        let held = self.on_store(|core| Ok((core.directory()?, core.clock().wall()))).await?;
        if let (Some(directory), now) = held
            && directory.expires() < now
            && let Some(desk) = directory.desks().first()
        {
            self.fetch_directory(&directory, &desk.id, false).await?;
        }
        Ok(())
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

impl Bodies for Core {
    fn read(&self, media: i64, from: u64, len: usize) -> Result<Vec<u8>, Failure> {
        self.media.read(media, from, len).map_err(|_| Failure::Unreadable)
    }
}
