//! Before a reference or a receipt leaves, all that it speaks of is flushed to the disk, by the system calls of the real
//! programs (P1, P2); and each of those flushes is needed.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::Command,
    thread,
};

use rustix::process::{Signal, kill_process};
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    asked::{ask, break_off},
    field::{Field, listens_at},
    photo, programs,
    trace::{
        call::Call,
        power_cut::{Verdict, is_flush, judge},
        say,
        step::Stepper,
    },
};

const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";

/// A run and what was there before it.
struct Run {
    name: &'static str,
    calls: Vec<Call>,
    below: String,
    there: BTreeSet<String>,
    acknowledges: fn(&Call) -> bool,
}

/// The client's answer.
fn is_answer(call: &Call) -> bool {
    call.name == "write" && call.arguments.starts_with("1<")
}

/// Anything that leaves by a connection: the first of it may be the receipt.
fn is_reply(call: &Call) -> bool {
    call.arguments.split_once('<').is_some_and(|(_, rest)| rest.starts_with("TCP:"))
        && (call.name.starts_with("send") || call.name.starts_with("write"))
}

fn phone(url: &str) -> Field {
    let field = Field::new(url);
    fs::write(field.path("small.jpg"), &photo::DEMO_PHOTO[..40_000]).unwrap();
    field
}

fn record(name: &'static str, field: &Field, command: &Command) -> Run {
    let (below, there) = before(field);
    let stepped = Stepper::start(command, &field.path(""), &field.path("trace")).walk(None);
    assert_eq!(stepped.code, Some(0), "{name}");
    Run { name, calls: stepped.calls, below, there, acknowledges: is_answer }
}

fn before(field: &Field) -> (String, BTreeSet<String>) {
    let mut there = BTreeSet::new();
    list(&field.path(""), &mut there);
    (field.path("").to_str().unwrap().trim_end_matches('/').to_owned(), there)
}

fn list(folder: &Path, there: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        there.insert(path.to_str().unwrap().to_owned());
        if path.is_dir() {
            list(&path, there);
        }
    }
}

impl Run {
    fn judge(&self, without: Option<&Call>) -> Verdict {
        let calls: Vec<_> = self.calls.iter().filter(|call| Some(*call) != without).cloned().collect();
        judge(&calls, &self.below, &self.there, self.acknowledges)
    }

    /// That the run is sound, and that without any one of its flushes it is not.
    fn check(&self, fewest: usize) {
        let sound = self.judge(None);
        assert!(!sound.acknowledgements.is_empty(), "{}: nothing was acknowledged", self.name);
        let complaints: Vec<_> = sound.complaints.iter().map(ToString::to_string).take(20).collect();
        let around = |line: usize| {
            let near = self.calls.iter().filter(move |call| call.began + 25 > line && call.began < line + 3);
            near.map(|call| {
                format!("{} {} {}({}) = {}", call.began, call.thread, call.name, call.arguments, call.result)
            })
        };
        let first: Vec<_> =
            sound.complaints.iter().take(1).flat_map(|complaint| around(complaint.line)).collect();
        assert!(
            complaints.is_empty(),
            "{}:\n{}\nwhat led to the first:\n{}",
            self.name,
            complaints.join("\n"),
            first.join("\n")
        );

        let is_ours = |call: &&Call| is_flush(call) && call.path().starts_with(&self.below);
        let flushes: Vec<_> = self.calls.iter().filter(is_ours).collect();
        let (mut needed, mut idle, mut unneeded) = (0, Vec::new(), Vec::new());
        for flush in &flushes {
            let file = flush.path().trim_start_matches(&self.below).trim_start_matches('/');
            if sound.idle.contains(&flush.began) {
                idle.push(file);
            } else if !self.judge(Some(flush)).complaints.is_empty() {
                needed += 1;
            } else if flushes.iter().any(|later| later.began > flush.ended && later.path() == flush.path()) {
                unneeded.push(file);
            } else {
                panic!("{}: nobody would miss the flush of {file} on line {}", self.name, flush.began);
            }
        }
        assert!(needed >= fewest, "{}: only {needed} flushes are needed", self.name);
        let line = format!(
            "flushes of {}: {} flushes, without any of {needed} a power cut loses something; nothing to flush: {idle:?}; another follows before anything depends on it: {unneeded:?}",
            self.name,
            flushes.len(),
        );
        say(&line);
    }
}

#[test]
fn p1_no_reference_leaves_before_all_of_its_report_is_flushed() {
    let field = phone("http://127.0.0.1:9");
    let photo = field.path("small.jpg");
    let command = field.command(&["report", "kraken", "--what", WHAT, "--attach", photo.to_str().unwrap()]);
    record("report with a photo", &field, &command).check(14);
}

#[test]
fn p1_no_reference_leaves_a_locked_phone_before_all_of_its_report_is_flushed() {
    let field = phone("http://127.0.0.1:9");
    let mut set = field.command(&["pin", "set", "--new-pin-env", "NEW"]);
    assert!(set.env("NEW", "258025").output().unwrap().status.success());
    let photo = field.path("small.jpg");
    let command = field.command(&["report", "kraken", "--what", WHAT, "--attach", photo.to_str().unwrap()]);
    record("report with a photo, locked", &field, &command).check(8);
}

#[test]
fn p1_no_photo_is_said_to_be_added_before_all_of_it_is_flushed() {
    let field = phone("http://127.0.0.1:9");
    let draft = field.turnstone(&["report", "kraken", "--what", WHAT, "--draft"]);
    assert_eq!(draft.code, Some(0));
    // Larger than one transaction's cache, and new to this phone.
    record(
        "draft attach",
        &field,
        &field.command(&["draft", "attach", "1", field.photo().to_str().unwrap()]),
    )
    .check(14);
}

#[test]
fn p1_a_draft_said_to_be_discarded_stays_so_and_its_photo_goes_after_its_name() {
    let field = phone("http://127.0.0.1:9");
    let photo = field.path("small.jpg");
    let draft = field.turnstone(&[
        "report",
        "kraken",
        "--what",
        WHAT,
        "--draft",
        "--attach",
        photo.to_str().unwrap(),
    ]);
    assert_eq!(draft.code, Some(0));
    record("draft discard", &field, &field.command(&["draft", "discard", "1"])).check(20);
}

#[test]
fn p1_a_phone_is_set_up_only_when_its_keys_are_flushed() {
    let field = phone("http://127.0.0.1:9");
    let mut init = Command::new(programs::turnstone());
    init.args(["init", "--json", "--home"]).arg(field.path("other/phone"));
    init.arg("--key-file").arg(field.path("elsewhere/deep/keys"));
    record("init", &field, &init).check(22);
}

/// A photo in two parts, one request after the other: of two that go side by side the trace cannot tell which of them an
/// answer is for, and a phone asks for its mail while a photo begins.
fn upload(address: SocketAddr) {
    let bytes = &photo::DEMO_PHOTO[..40_000];
    let begun = ask(address, "POST", bytes, "upload-length: 40000\r\n", b"").unwrap();
    assert_eq!((begun.status, begun.offset), (201, Some(0)));
    break_off(address, bytes, 35_000).unwrap();
    // The second is told how much of it is safe.
    let safe = ask(address, "HEAD", bytes, "", b"").unwrap();
    assert_eq!((safe.status, safe.offset), (200, Some(35_000)));
    let ended = ask(address, "PATCH", bytes, "upload-offset: 35000\r\n", &bytes[35_000..]).unwrap();
    assert_eq!((ended.status, ended.offset), (200, Some(40_000)));
}

#[test]
fn p2_no_receipt_leaves_before_all_that_it_is_for_is_flushed() {
    let link = CutLink::listen().unwrap();
    let field = phone(&format!("http://{}", link.address()));
    assert_eq!(field.turnstone(&["report", "kraken", "--what", WHAT]).code, Some(0));
    let (below, there) = before(&field);
    let mut stepper = Stepper::start(&field.serve_command(), &field.path("desk"), &field.path("trace"));
    let ((out, _err), pid) = (stepper.output(), stepper.pid());
    let stepped = thread::scope(|scope| {
        let walking = scope.spawn(move || stepper.walk(None));
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).unwrap();
        let address = listens_at(&line).unwrap();
        link.set_target(Some(address));
        let synced = field.turnstone(&["sync"]);
        assert_eq!((synced.code, &synced.json["waiting"]), (Some(0), &0.into()), "{}", synced.json);
        upload(address);
        kill_process(pid, Signal::TERM).unwrap();
        walking.join().unwrap()
    });
    let calls = stepped.calls;
    Run { name: "serve, a report and its photo", calls, below, there, acknowledges: is_reply }.check(18);
}
