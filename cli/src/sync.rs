//! `sync`: sends what waits, and fetches what desks have answered.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Mutex,
    time::Duration,
};

use indicatif::ProgressBar;
use serde_json::{Value, json};
use turnstone_core::{
    Client, Clock, Error, ItemRow, ItemState, Reason, SystemClock, Unusable,
    sync::{Http, Network, Progress, Sender, Summary},
    view,
};
use turnstone_wire::{answer::RefusalCode, shown};

use crate::{
    args::{Common, NetworkKind, SyncArgs},
    failure::Failure,
    home, list,
    output::Output,
};

/// How long the threads of a run may take to let go of the home folder.
const LET_GO: Duration = Duration::from_secs(5);
/// How often a watch looks for something new that waits.
const LOOK: Duration = Duration::from_secs(2);
/// How long a watch waits after a trouble of this device.
const TROUBLED: Duration = Duration::from_secs(5);
/// How often a watch asks desks for answers while nothing waits, in milliseconds.
const ASK_MS: i64 = 60_000;

/// Runs the command.
pub(crate) fn run(common: &Common, args: &SyncArgs, output: &Output) -> Result<(), Failure> {
    let mut sending = Sending::open(common, output)?;
    let network = match args.network {
        NetworkKind::Metered => Network::Metered,
        NetworkKind::Unmetered => Network::Unmetered,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::file("the network", &error))?;
    let mut total = Total::default();
    let came = runtime.block_on(async {
        if args.watch {
            watch(common, &mut sending, network, &mut total, output).await
        } else {
            let summary = one_run(&sending, network, true, &mut total, output).await?;
            total.add(summary);
            Ok(())
        }
    });
    // A request that is still under way was broken off; its item waits, as after any broken link. What holds the home
    // folder open is let go of before this ends, so that SQLite clears its log away; nothing but a look-up of a name, which
    // nothing can break off, takes longer.
    runtime.shutdown_timeout(LET_GO);
    came?;
    total.metered = network == Network::Metered;
    // Those of earlier runs too: what a desk refuses is not reported until somebody does something about it.
    let overview = sending.client.overview()?;
    (total.summary.refused, total.summary.waiting) = (overview.refused, overview.waiting);
    let (mut words, count) = (total.words(), total.summary.refused);
    if total.photos_wait() {
        let sync = common.typed("sync");
        let _ = write!(words, "\nPhotos wait for a network that is not metered: `{sync}` there sends them.");
    }
    if total.waits_for_unlock() {
        let [unlock, list] = ["unlock", "list"].map(|command| common.typed(command));
        let _ = write!(words, "\nTo have it sealed anew: `{unlock}`. `{list}` says what is left to do.");
    }
    if count > 0 {
        output.line(words)?;
        let [list, rescue, forget] = ["list", "draft rescue", "forget"].map(|command| common.typed(command));
        return Err(Failure::Refused { count, list, rescue, forget, summary: total.json() });
    }
    output.answer(&total.json(), words)
}

/// A home, and the right to send from it.
struct Sending {
    sender: Sender,
    client: Client,
}

impl Sending {
    fn open(common: &Common, output: &Output) -> Result<Self, Failure> {
        let client = home::open(common, output)?;
        if client.has_pin().is_ok_and(|has_pin| !has_pin) {
            // What waits for an unlock, such as being sealed anew, need wait for nobody here. Where it fails, sending goes on.
            client.unlock(None).map(drop).unwrap_or_default();
        }
        Ok(Self { sender: client.sender(std::sync::Arc::new(Http::default()))?, client })
    }
}

async fn one_run(
    sending: &Sending,
    network: Network,
    wake: bool,
    total: &mut Total,
    output: &Output,
) -> Result<Summary, Failure> {
    let waiting = u64::from(sending.client.overview()?.waiting);
    let bar = output.bar(waiting, "sending {pos} of {len} {wide_bar} {elapsed}");
    let items = Mutex::new(&mut total.items);
    let summary = sending.sender.run(network, wake, &|progress| note(&items, &bar, progress)).await;
    bar.finish_and_clear();
    Ok(summary?)
}

fn note(items: &Mutex<&mut BTreeMap<ItemRow, Progress>>, bar: &ProgressBar, progress: Progress) {
    if progress.state != ItemState::Waits {
        bar.inc(1);
    }
    if let Ok(mut items) = items.lock() {
        items.insert(progress.item, progress);
    }
}

/// Ready when somebody asks the program to end: Ctrl-C, or SIGTERM.
fn asked_to_end() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error| Failure::file("the signals", &error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Goes on until it is asked to end: at the moment the core asks for, when something new waits, and now and then for answers.
async fn watch(
    common: &Common,
    sending: &mut Sending,
    network: Network,
    total: &mut Total,
    output: &Output,
) -> Result<(), Failure> {
    let clock = SystemClock::default();
    let now_ms = || clock.wall().timestamp_millis();
    let mut stop = std::pin::pin!(asked_to_end()?);
    let mut wake = true;
    loop {
        let run = tokio::select! {
            _ = &mut stop => return Ok(()),
            run = one_run(sending, network, wake, total, output) => run,
        };
        let summary = match run {
            Ok(summary) => summary,
            Err(Failure::Core(error)) if passes(&error) => {
                output.advice(&format!("turnstone: {error}; the watch goes on"));
                tokio::select! {
                    _ = &mut stop => return Ok(()),
                    () = tokio::time::sleep(TROUBLED) => {}
                }
                if home::needs_opening(&error) {
                    // What is read and written from now on is what was carried over.
                    sending.client = home::open(common, output)?;
                    sending.sender.move_to(&sending.client);
                }
                continue;
            }
            Err(failure) => return Err(failure),
        };
        wake = false;
        if summary.stored + summary.opened + summary.refused > 0 {
            output.line(run_words(&summary))?;
        }
        total.add(summary);
        let began = now_ms();
        let again_ms = summary.wake_ms.map_or(began + ASK_MS, |wake_ms| wake_ms.min(began + ASK_MS));
        loop {
            tokio::select! {
                _ = &mut stop => return Ok(()),
                () = tokio::time::sleep(LOOK) => {}
            }
            // A clock that was set back must not keep anything waiting.
            if now_ms() >= again_ms || now_ms() < began || looks_new(sending, summary.waiting) {
                break;
            }
        }
    }
}

/// Whether more waits than there did. What goes wrong in looking goes wrong in the next run as well, which tells it.
fn looks_new(sending: &Sending, waiting: u32) -> bool {
    sending.client.overview().map_or(true, |overview| overview.waiting > waiting)
}

/// Troubles that end by themselves, or once somebody makes room: no reason to stop watching.
fn passes(error: &Error) -> bool {
    matches!(error, Error::StorageFull | Error::Busy(_) | Error::Unusable(Unusable::KeyStore(_)))
        || home::needs_opening(error)
}

/// What all runs of one command came to.
#[derive(Debug, Default)]
struct Total {
    summary: Summary,
    items: BTreeMap<ItemRow, Progress>,
    metered: bool,
}

impl Total {
    fn add(&mut self, run: Summary) {
        self.summary.stored += run.stored;
        self.summary.opened += run.opened;
        self.summary.messages += run.messages;
        self.summary.refused += run.refused;
        self.summary.waiting = run.waiting;
        self.summary.reached |= run.reached;
    }

    /// What was tried and waits.
    fn tried(&self) -> impl Iterator<Item = &Progress> {
        self.items.values().filter(|item| item.state == ItemState::Waits)
    }

    /// Something waits that a metered network is not asked to carry.
    fn photos_wait(&self) -> bool {
        self.metered && self.summary.waiting as usize > self.tried().count()
    }

    /// Whether it is the connection that what waits is waiting for.
    fn is_offline(&self) -> bool {
        let Summary { stored, waiting, reached, .. } = self.summary;
        let for_connection = self.tried().any(|item| !item.reason.as_ref().is_some_and(is_held));
        waiting > 0 && stored == 0 && !reached && for_connection
    }

    fn outcome(&self) -> &'static str {
        let Summary { stored, opened, refused, waiting, .. } = self.summary;
        match () {
            () if refused > 0 => "refused",
            () if self.is_offline() => "offline",
            () if waiting > 0 => "waiting",
            () if stored + opened > 0 => "delivered",
            () => "nothing",
        }
    }

    fn json(&self) -> Value {
        let Summary { stored, opened, refused, waiting, .. } = self.summary;
        let items = self.items.values().map(|item| {
            json!({
                "size": item.size,
                "state": list::state_code(item.state),
                "reason": item.reason,
                "reason_text": item.reason.as_ref().map(view::reason_sentence),
            })
        });
        json!({
            "outcome": self.outcome(),
            "stored": stored,
            "opened": opened,
            "messages": self.summary.messages,
            "waiting": waiting,
            "refused": refused,
            "photos_wait_for_unmetered": self.photos_wait(),
            "items": items.collect::<Vec<_>>(),
        })
    }

    fn waits_for_unlock(&self) -> bool {
        self.items.values().filter_map(|item| item.reason.as_ref()).any(waits_for_unlock)
    }

    fn words(&self) -> String {
        let mut words =
            if self.outcome() == "nothing" { "Nothing waits.".to_owned() } else { run_words(&self.summary) };
        if self.is_offline() {
            words = "No desk is in reach. What waits is safe here; try again when there is a connection."
                .to_owned();
        }
        if self.summary.messages > 0 {
            let _ = write!(words, "\nAnswers of desks: {}, which `messages` shows.", self.summary.messages);
        }
        let reasons = self.items.values().filter_map(|item| item.reason.as_ref());
        for reason in reasons.map(view::reason_sentence).collect::<BTreeSet<_>>() {
            let _ = write!(words, "\n- {}", shown::line(&reason));
        }
        words
    }
}

/// Whether an unlock may make it go.
fn waits_for_unlock(reason: &Reason) -> bool {
    use Reason::{DeskClosed, DeskUnlisted, KeyDead, Refused};
    matches!(reason, DeskClosed | DeskUnlisted | KeyDead | Refused(RefusalCode::DeadKey))
}

/// Whether something stays here whatever the connection: another try changes nothing.
fn is_held(reason: &Reason) -> bool {
    use Reason::{DeskClosed, DeskUnlisted, KeyDead, NotEncrypted, Unreadable};
    matches!(reason, NotEncrypted | DeskUnlisted | DeskClosed | KeyDead | Unreadable)
}

fn run_words(summary: &Summary) -> String {
    let parts = [
        (summary.stored, "now safe at the desk"),
        (summary.opened, "now read by the desk"),
        (summary.refused, "refused by the desk"),
        (summary.waiting, "still waiting"),
    ];
    let said: Vec<_> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    format!("Words and photos: {}.", said.join(", "))
}
