//! The intake under load on loopback: reports a second with receipts after fsync, and uploads beside `@tus/server`, which does
//! not fsync. Client and server share the machine.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use turnstone_core::sync::{Bodies, Failure, Http, Method, Outcome, Step, StepBody, Transport};
use turnstone_tests::{
    draw::Draw,
    field::Server,
    peers::{self, OtherServer},
};
use turnstone_wire::{answer, hash::Sha256};

use crate::{
    measure::time,
    phone::{Phone, content},
};

const AT_ONCE: usize = 64;
const SMALL_BYTES: usize = 4 * 1024;
const LARGE_BYTES: usize = 100_000_000;

pub(crate) fn run(options: &crate::Options) {
    let phone = Phone::new("http://127.0.0.1:9");
    let folder = phone.folder.path();
    let server = Server::start(&folder.join("desk/server"));
    let ours = Load::new(server.address());
    reports(&phone, &ours, options.size(4_000));
    if !peers::are_there() {
        println!("  @tus/server: left out: it is not installed here");
        return;
    }
    peers::lay_out(&folder.join("peers"));
    let other = OtherServer::start(&folder.join("peers"), &folder.join("theirs"), None);
    let theirs = Load::new(other.address());
    let small = options.size(2_000);
    let runs = options.runs.clamp(1, 3);
    compare(
        &format!("{small} uploads of 4 KiB"),
        runs,
        &ours,
        &theirs,
        small,
        SMALL_BYTES,
        "at least 2 times as fast",
    );
    let large = options.size(LARGE_BYTES);
    compare(&format!("5 uploads of {} MB", large / 1_000_000), runs, &ours, &theirs, 5, large, "level");
}

/// Envelopes as phones send them.
fn reports(phone: &Phone, ours: &Load, count: usize) {
    for _ in 0..count {
        phone.client.note(content(300)).unwrap().submit().unwrap();
    }
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let mut select = words.prepare("SELECT envelope FROM item").unwrap();
    let envelopes = select.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap().map(Result::unwrap);
    let steps: Vec<_> = envelopes.map(|envelope| ours.report(envelope)).collect();
    let took = ours.carry(steps, Arc::new(Nothing));
    println!(
        "  {count} reports with receipts after fsync, {AT_ONCE} at once: {:.0} a second; goal: 100 times the 84 a second of ODK \
         Central on 2 cores",
        per_second(count, took)
    );
}

/// Uploads as many things to both, in turn, and prints the medians.
fn compare(what: &str, runs: usize, ours: &Load, theirs: &Load, count: usize, bytes: usize, goal: &str) {
    let mut pairs = crate::measure::Pairs::default();
    for run in 0..runs {
        let mut times = [ours, theirs].into_iter().map(|load| {
            // Others in each run: content has one name.
            let seed = (1 + run * 1_000_000) as u64;
            let attachments: Vec<Vec<u8>> =
                (0..count).map(|n| Draw::nth(seed, n as u64).bytes(bytes)).collect();
            let steps = attachments.iter().enumerate().map(|(n, bytes)| load.upload(n, bytes)).collect();
            load.carry(steps, Arc::new(InMemory(attachments)))
        });
        pairs.push(times.next().unwrap(), times.next().unwrap());
    }
    pairs.print(&format!("{what}, ours"), "@tus/server", goal);
    println!("  ours fsyncs before it answers, @tus/server does not");
}

/// A server that is asked much.
struct Load {
    url: String,
    carrier: Arc<Http>,
    runtime: tokio::runtime::Runtime,
}

impl Load {
    fn new(address: SocketAddr) -> Self {
        Self { url: format!("http://{address}"), carrier: Arc::default(), runtime: crate::runtime() }
    }

    fn report(&self, envelope: Vec<u8>) -> Step {
        let path = answer::report_path(&Sha256::of(&envelope));
        let headers = vec![("content-type", "application/octet-stream".to_owned())];
        self.step(Method::Put, &path, headers, StepBody::Bytes(envelope))
    }

    /// A creation that brings all of it along.
    fn upload(&self, number: usize, bytes: &[u8]) -> Step {
        let headers = vec![
            ("tus-resumable", answer::TUS_VERSION.to_owned()),
            ("upload-length", bytes.len().to_string()),
            ("content-type", answer::TUS_CHUNK_TYPE.to_owned()),
        ];
        let media = i64::try_from(number).unwrap();
        let body = StepBody::Media { media, from: 0, len: bytes.len() as u64 };
        self.step(Method::Post, &answer::attachment_path(&Sha256::of(bytes)), headers, body)
    }

    fn step(&self, method: Method, path: &str, headers: Vec<(&'static str, String)>, body: StepBody) -> Step {
        let (url, tls_roots) = (format!("{}{path}", self.url), [].into());
        Step { method, url, headers, body, apart: false, proxy: None, tls_roots, answer_limit: 16 * 1024 }
    }

    /// Carries all of it, so many at once; how long that took.
    fn carry(&self, steps: Vec<Step>, bodies: Arc<dyn Bodies>) -> Duration {
        let (steps, next) = (Arc::new(steps), Arc::new(AtomicUsize::new(0)));
        let work = async {
            let workers = (0..AT_ONCE).map(|_| {
                let (steps, next) = (Arc::clone(&steps), Arc::clone(&next));
                let (carrier, bodies) = (Arc::clone(&self.carrier), Arc::clone(&bodies));
                tokio::spawn(async move {
                    while let Some(step) = steps.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let outcome = carrier.carry(step.clone(), Arc::clone(&bodies)).await;
                        assert!(matches!(outcome, Outcome::Answer { status: 201, .. }), "{outcome:?}");
                    }
                })
            });
            for worker in workers.collect::<Vec<_>>() {
                worker.await.unwrap();
            }
        };
        time(|| self.runtime.block_on(work)).0
    }
}

/// Attachments in memory, by number.
struct InMemory(Vec<Vec<u8>>);

impl Bodies for InMemory {
    fn read(&self, media: i64, from: u64, len: usize) -> Result<Vec<u8>, Failure> {
        let (bytes, from) = (&self.0[usize::try_from(media).unwrap()], usize::try_from(from).unwrap());
        Ok(bytes[from..bytes.len().min(from + len)].to_vec())
    }
}

struct Nothing;

impl Bodies for Nothing {
    fn read(&self, _: i64, _: u64, _: usize) -> Result<Vec<u8>, Failure> {
        Err(Failure::Unreadable)
    }
}

#[expect(clippy::cast_precision_loss, reason = "whole numbers a second")]
fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
