//! `sync`: sends what waits, and fetches what desks have answered.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Mutex,
    time::Duration,
};
use turnstone_wire::shown;

use indicatif::ProgressBar;
use serde_json::{Value, json};
use turnstone_core::{
    Client, Clock, ItemRow, ItemState, SystemClock,
    sync::{Http, Network, Progress, Sender, Summary},
    view,
};

use crate::{
    args::{Common, NetworkKind, SyncArgs},
    failure::Failure,
    home, list,
    output::Output,
};

/// How often a watch looks for something new that waits.
const LOOK: Duration = Duration::from_secs(2);
/// How often a watch asks desks for answers while nothing waits, in milliseconds.
const ASK_MS: i64 = 60_000;

/// Runs the command.
pub(crate) fn run(common: &Common, args: &SyncArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common)?;
    let network = match args.network {
        NetworkKind::Metered => Network::Metered,
        NetworkKind::Unmetered => Network::Unmetered,
    };
    let sender = client.sender(std::sync::Arc::new(Http::default()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::file("the network", &error))?;
    let mut total = Total::default();
    let came = runtime.block_on(async {
        if args.watch {
            watch(&client, &sender, network, &mut total, output).await
        } else {
            let summary = one_run(&client, &sender, network, true, &mut total, output).await?;
            total.add(summary);
            Ok(())
        }
    });
    // A request that is still under way was broken off; its item waits, as after any broken link.
    runtime.shutdown_background();
    came?;
    if total.summary.refused > 0 {
        output.line(total.words())?;
        return Err(Failure::Refused { count: total.summary.refused, summary: total.json() });
    }
    output.answer(&total.json(), total.words())
}

async fn one_run(
    client: &Client,
    sender: &Sender,
    network: Network,
    wake: bool,
    total: &mut Total,
    output: &Output,
) -> Result<Summary, Failure> {
    let waiting = u64::from(client.overview()?.waiting);
    let bar = output.bar(waiting, "sending {pos} of {len} {wide_bar} {elapsed}");
    let items = Mutex::new(std::mem::take(&mut total.items));
    let summary = sender.run(network, wake, &|progress| note(&items, &bar, progress)).await;
    bar.finish_and_clear();
    total.items = items.into_inner().unwrap_or_default();
    Ok(summary?)
}

fn note(items: &Mutex<BTreeMap<ItemRow, Progress>>, bar: &ProgressBar, progress: Progress) {
    if progress.state != ItemState::Waits {
        bar.inc(1);
    }
    if let Ok(mut items) = items.lock() {
        items.insert(progress.item, progress);
    }
}

/// Goes on until Ctrl-C: at the moment the core asks for, when something new waits, and now and then for answers.
async fn watch(
    client: &Client,
    sender: &Sender,
    network: Network,
    total: &mut Total,
    output: &Output,
) -> Result<(), Failure> {
    let clock = SystemClock::default();
    let now_ms = || clock.wall().timestamp_millis();
    let mut stop = std::pin::pin!(tokio::signal::ctrl_c());
    let mut wake = true;
    loop {
        let summary = tokio::select! {
            _ = &mut stop => return Ok(()),
            summary = one_run(client, sender, network, wake, total, output) => summary?,
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
            if now_ms() >= again_ms || now_ms() < began || client.overview()?.waiting > summary.waiting {
                break;
            }
        }
    }
}

/// What all runs of one command came to.
#[derive(Debug, Default)]
struct Total {
    summary: Summary,
    items: BTreeMap<ItemRow, Progress>,
}

impl Total {
    fn add(&mut self, run: Summary) {
        self.summary.stored += run.stored;
        self.summary.opened += run.opened;
        self.summary.refused += run.refused;
        self.summary.waiting = run.waiting;
        self.summary.reached |= run.reached;
    }

    fn outcome(&self) -> &'static str {
        let Summary { stored, opened, refused, waiting, reached, .. } = self.summary;
        match () {
            () if refused > 0 => "refused",
            () if waiting > 0 && stored == 0 && !reached => "offline",
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
            "waiting": waiting,
            "refused": refused,
            "items": items.collect::<Vec<_>>(),
        })
    }

    fn words(&self) -> String {
        let mut words = match self.outcome() {
            "offline" => {
                "No desk is in reach. What waits is safe here; try again when there is a connection."
                    .to_owned()
            }
            "nothing" => "Nothing waits.".to_owned(),
            _ => run_words(&self.summary),
        };
        let reasons = self.items.values().filter_map(|item| item.reason.as_ref());
        for reason in reasons.map(view::reason_sentence).collect::<BTreeSet<_>>() {
            let _ = write!(words, "\n- {}", shown::line(&reason));
        }
        words
    }
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
