//! The processes of the pretended background carrier, and a shell that uses it: each does one thing and is gone.
//!
//! `background take HOME KEYS ERRANDS` writes down what may go, `launch ERRAND` has it carried and is killed, `carry ERRAND`
//! carries it, `answer ERRAND` tells what came of it, `settle HOME KEYS ERRANDS` settles all that came back.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program of the tests: it prints, or ends with the reason"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use rustix::process::{Signal, getpid, kill_process};
use turnstone_core::{
    Client, ItemState, KeyFile, Ports, SystemClock, SystemRandom,
    sync::{Http, Network, Patience, Sender, Ticket},
};
use turnstone_tests::background::Errand;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments.as_slice() {
        ["take", home, keys, errands] => take(&sender(home, keys), Path::new(errands)),
        ["launch", errand, connect, stalled] => launch(errand, connect, stalled),
        ["carry", errand, connect, stalled] => {
            let patience = Patience { connect: milliseconds(connect), stalled: milliseconds(stalled) };
            Errand::at(Path::new(errand)).carry(patience);
        }
        ["answer", errand] => {
            println!("{}", serde_json::to_string(&Errand::at(Path::new(errand)).outcome().unwrap()).unwrap());
        }
        ["settle", home, keys, errands] => settle(&sender(home, keys), Path::new(errands)),
        _ => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}

fn milliseconds(text: &str) -> Duration {
    Duration::from_millis(text.parse().unwrap())
}

fn sender(home: &str, keys: &str) -> Sender {
    let ports = Ports {
        key_store: Arc::new(KeyFile::new(keys)),
        clock: Arc::new(SystemClock::default()),
        random: Arc::new(SystemRandom::default()),
    };
    Client::open(Path::new(home), ports).unwrap().sender(Arc::new(Http::default())).unwrap()
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(work)
}

/// The errands under way, each with its ticket.
fn tickets(errands: &Path) -> Vec<(PathBuf, Ticket)> {
    let folders = fs::read_dir(errands).into_iter().flatten().map(|entry| entry.unwrap().path());
    folders
        .filter_map(|folder| {
            Some((folder.clone(), fs::read_to_string(folder.join("ticket")).ok()?.parse().ok()?))
        })
        .collect()
}

fn take(sender: &Sender, errands: &Path) {
    let under_way: Vec<_> = tickets(errands).into_iter().map(|(_, ticket)| ticket).collect();
    let next = run(sender.next_steps(Network::Unmetered, &under_way)).unwrap();
    for (ticket, step) in &next.start {
        let folder = errands.join(ticket.to_string());
        Errand::write(&folder, step, |file| sender.write_body(step, file)).unwrap();
        fs::write(folder.join("ticket"), ticket.to_string()).unwrap();
        println!("{}", folder.display());
    }
}

fn launch(errand: &str, connect: &str, stalled: &str) {
    let own = std::env::current_exe().unwrap();
    let mut carrier = Command::new(own);
    carrier.args(["carry", errand, connect, stalled]).stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = carrier.spawn().unwrap();
    // It has said who it is once it can be called off; or it has ended, and tells why by itself.
    while !Path::new(errand).join("carrier").exists() && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    kill_process(getpid(), Signal::KILL).unwrap();
}

fn settle(sender: &Sender, errands: &Path) {
    for (folder, ticket) in tickets(errands) {
        let Some(outcome) = Errand::at(&folder).outcome() else { continue };
        let progress = run(sender.settle_ticket(&ticket, outcome)).unwrap();
        // Settled first: a kill in between settles once more, which does no harm.
        fs::remove_dir_all(&folder).unwrap();
        let state = progress.map_or("gone", |progress| match progress.state {
            ItemState::Waits => "waits",
            ItemState::Stored => "stored",
            ItemState::Opened => "opened",
            ItemState::Refused => "refused",
        });
        println!("{state}");
    }
}
