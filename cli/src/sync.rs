//! `sync`: sends what waits, and fetches what desks have answered.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use turnstone_almanac::words::Lang;
use turnstone_core::{
    Client, ItemRow, ItemState, Leaving, Reason,
    sync::{Http, Network, Pace, Progress, Sender, Summary, Watched, Wishes},
    view,
};
use turnstone_wire::{answer::RefusalCode, shown};

use crate::{
    args::{Common, NetworkKind, SyncArgs},
    failure::Failure,
    home, list,
    output::Output,
    progress::Board,
    submit::clock_time,
};

/// How long the threads of a run may take to let go of the home folder.
const LET_GO: Duration = Duration::from_secs(5);
/// How long a watch waits before it opens a damaged home anew.
const TROUBLED: Duration = Duration::from_secs(5);
/// How often a watch asks desks for answers, and looks for what other commands have submitted.
const PACE: Pace = Pace { mail_every: Duration::from_secs(60), look_every: Some(Duration::from_secs(2)) };

/// Runs the command.
pub(crate) fn run(common: &Common, args: &SyncArgs, output: &Output) -> Result<(), Failure> {
    let mut sending = Sending::open(common, output)?;
    sending.sender.wish(Wishes {
        originals_now: args.originals_now,
        copies_wait: args.copies_wait,
        allow_clear: args.allow_clear,
    });
    let network = match args.network {
        NetworkKind::Metered => Network::Metered,
        NetworkKind::Unmetered => Network::Unmetered,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::file("the network", &error))?;
    let total = Mutex::new(Total::default());
    let came = runtime.block_on(async {
        if args.watch {
            watch(common, &mut sending, network, &total, output).await
        } else {
            one_run(&sending, network, &total, output).await
        }
    });
    // A request that is still under way was broken off; its item waits, as after any broken link. What holds the home
    // folder open is let go of before this ends, so that SQLite clears its log away; nothing but a look-up of a name, which
    // nothing can break off, takes longer.
    runtime.shutdown_timeout(LET_GO);
    came?;
    let mut total = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    if total.summary.wiped {
        return output.answer(&total.json(), total.words());
    }
    total.leaving = sending.client.leaving().unwrap_or_default();
    total.metered = network == Network::Metered;
    // Those of earlier runs too: what a desk refuses is not reported until somebody does something about it.
    let overview = sending.client.overview()?;
    total.summary.waiting = overview.waiting;
    // Of a folder that is being left nothing stays that somebody could do something about: it is said when it happens.
    if total.leaving.is_none() {
        total.summary.refused = overview.refused;
    }
    let (mut words, count) = (total.words(), total.summary.refused);
    let sync = common.typed("sync");
    if total.photos_wait() {
        let _ = write!(words, "\nPhotos wait for a network that is not metered: `{sync}` there sends them.");
    }
    if total.waits_for_unlock() {
        let [unlock, list] = ["unlock", "list"].map(|command| common.typed(command));
        let _ = write!(words, "\nTo have it sealed anew: `{unlock}`. `{list}` says what is left to do.");
    }
    if let Some(held) = total.held_words(&sync) {
        let _ = write!(words, "\n{held}");
    }
    if count > 0 && total.leaving.is_none() {
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
        Ok(Self { sender: client.sender(Arc::new(Http::default()))?, client })
    }
}

async fn one_run(
    sending: &Sending,
    network: Network,
    total: &Mutex<Total>,
    output: &Output,
) -> Result<(), Failure> {
    let board = Board::new(&sending.client, output);
    let _following = board.follow(&sending.client);
    let summary = sending.sender.run(network, true, &|progress| lock(total).note(&board, progress)).await;
    board.clear();
    let mut total = lock(total);
    total.add(summary?);
    total.unwritten()
}

fn lock(total: &Mutex<Total>) -> MutexGuard<'_, Total> {
    total.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Goes on until it is asked to end; when it wakes, and what for, is the core's to decide.
async fn watch(
    common: &Common,
    sending: &mut Sending,
    network: Network,
    total: &Mutex<Total>,
    output: &Output,
) -> Result<(), Failure> {
    let mut stop = std::pin::pin!(asked_to_end()?);
    // Nobody tells this program of another network.
    let (_stays, network) = tokio::sync::watch::channel(network);
    loop {
        let board = Board::new(&sending.client, output);
        let following = board.follow(&sending.client);
        let on_progress = |progress| lock(total).note(&board, progress);
        let heard = |watched| heard(watched, &board, total);
        let ended = tokio::select! {
            () = &mut stop => None,
            ended = sending.sender.watch(network.clone(), PACE, &heard, &on_progress) => Some(ended),
        };
        drop(following);
        board.clear();
        match ended {
            None => return lock(total).unwritten(),
            Some(Err(_)) if lock(total).summary.wiped => return lock(total).unwritten(),
            Some(Err(error)) if home::needs_opening(&error) => {
                output.advice(&format!("turnstone: {error}; the watch goes on"));
                tokio::select! {
                    () = &mut stop => return lock(total).unwritten(),
                    () = tokio::time::sleep(TROUBLED) => {}
                }
                // What is read and written from now on is what was carried over.
                sending.client = home::open(common, output)?;
                sending.sender.move_to(&sending.client);
            }
            Some(Err(error)) => return Err(error.into()),
            Some(Ok(never)) => match never {},
        }
    }
}

fn heard(watched: Watched, board: &Board, total: &Mutex<Total>) {
    match watched {
        Watched::Ran(summary) => {
            let mut total = lock(total);
            total.add(summary);
            if summary.stored + summary.opened + summary.refused > 0 {
                let said = board.line(run_words(&summary));
                total.said(said);
            }
        }
        Watched::Troubled(error) => board.advice(&format!("turnstone: {error}; the watch goes on")),
    }
}

/// What all runs of one command came to.
#[derive(Debug, Default)]
struct Total {
    summary: Summary,
    items: BTreeMap<ItemRow, Progress>,
    metered: bool,
    /// How far the home is, where it is being left.
    leaving: Option<Leaving>,
    /// Why a line could not be said.
    unsaid: Option<Failure>,
}

impl Total {
    fn add(&mut self, run: Summary) {
        self.summary.stored += run.stored;
        self.summary.opened += run.opened;
        self.summary.messages += run.messages;
        self.summary.refused += run.refused;
        self.summary.waiting = run.waiting;
        self.summary.reached |= run.reached;
        self.summary.never += run.never;
        self.summary.wiped |= run.wiped;
        (self.summary.held, self.summary.wake_ms) = (run.held, run.wake_ms);
    }

    /// Something was tried, and this is what came of it.
    fn note(&mut self, board: &Board, progress: Progress) {
        let said = board.settled(&progress);
        self.said(said);
        self.items.insert(progress.item, progress);
    }

    fn said(&mut self, said: Result<(), Failure>) {
        if let Err(failure) = said {
            self.unsaid.get_or_insert(failure);
        }
    }

    fn unwritten(&mut self) -> Result<(), Failure> {
        self.unsaid.take().map_or(Ok(()), Err)
    }

    /// What was tried and waits.
    fn tried(&self) -> impl Iterator<Item = &Progress> {
        self.items.values().filter(|item| item.state == ItemState::Waits)
    }

    /// Something waits that a metered network is not asked to carry.
    fn photos_wait(&self) -> bool {
        let Summary { waiting, held, .. } = self.summary;
        self.metered && waiting.saturating_sub(held) as usize > self.tried().count()
    }

    /// What waits for a moment of its own, and until when.
    fn held_words(&self, sync: &str) -> Option<String> {
        let held = self.summary.held;
        let at = self.wakes().map_or_else(String::new, |at| format!(" after {}", clock_time(&at.into())));
        (held > 0).then(|| {
            format!(
                "Anonymous, and held back so that nothing is sent beside it: {held}. `{sync}`{at} sends the next, and `{sync} --watch` all of it."
            )
        })
    }

    /// When it is worth trying again.
    fn wakes(&self) -> Option<DateTime<Utc>> {
        self.summary.wake_ms.and_then(DateTime::from_timestamp_millis)
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
            () if self.summary.wiped => "wiped",
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
                "lane": list::lane_code(item.lane),
                "size": item.size,
                "sent": item.sent,
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
            "held": self.summary.held,
            "never_sent": self.summary.never,
            "leaving": self.leaving.map(|leaving| json!({"waits": leaving.waits, "called_off": leaving.called_off})),
            // No moment: those are for whoever unlocks.
            "next_try_in_s": self.wakes().map(|at| (at - Utc::now()).num_seconds().max(0)),
            "items": items.collect::<Vec<_>>(),
        })
    }

    fn waits_for_unlock(&self) -> bool {
        self.items.values().filter_map(|item| item.reason.as_ref()).any(waits_for_unlock)
    }

    fn words(&self) -> String {
        let Summary { stored, opened, refused, waiting, .. } = self.summary;
        let nothing = stored + opened + refused + waiting == 0;
        let mut words = if nothing { "Nothing waits.".to_owned() } else { run_words(&self.summary) };
        if self.is_offline() {
            words = "No desk is in reach. What waits is safe here; try again when there is a connection."
                .to_owned();
        }
        if self.summary.messages > 0 {
            let _ = write!(words, "\nAnswers of desks: {}, which `messages` shows.", self.summary.messages);
        }
        if refused > 0 && (self.summary.wiped || self.leaving.is_some()) {
            let _ = write!(words, "\n{}", view::refused_sentence(refused, Lang::En));
        }
        if self.summary.never > 0 {
            let _ = write!(words, "\n{}", view::never_sentence(self.summary.never, Lang::En));
        }
        if self.summary.wiped {
            let _ = write!(words, "\n{}", view::left_sentence(Lang::En));
        } else if let Some(leaving) = self.leaving {
            let _ = write!(words, "\n{}", view::leaving_sentence(leaving, Lang::En));
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
