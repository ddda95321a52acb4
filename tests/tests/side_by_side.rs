//! Several programs on one home folder: `sync --watch` sends while others write, tell, list and change the PIN. Nothing is
//! lost, nothing goes twice, nobody is told to come back later for work that takes a moment.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{
    collections::BTreeSet,
    fs,
    io::Read,
    process::{Child, Command, Output, Stdio},
    thread,
};

use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    awaited::{becomes, holds_lock},
    field::Field,
};

const PIN: &str = "258025";
/// How many programs do each kind of work, one after another.
const ROUNDS: usize = 4;

/// A watch of its own process, ended by its own id.
struct Watch(Child);

impl Watch {
    fn start(field: &Field) -> Self {
        let mut watch = field.command(&["sync", "--watch"]);
        let watch = Self(watch.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
        assert!(
            becomes(|| holds_lock(watch.0.id(), &field.home().join("sync.lock"))),
            "it never took its turn"
        );
        watch
    }

    /// Asks it to end, as whoever closes the terminal does, and takes its one document.
    fn end(mut self) -> Value {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.0.id()).unwrap()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(becomes(|| self.0.try_wait().unwrap().is_some()), "it never ended");
        let mut said = String::new();
        self.0.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        serde_json::from_str(&said).unwrap()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.kill().and_then(|()| self.0.wait()).map(drop).unwrap_or_default();
    }
}

/// Runs a program that must succeed, and gives its document. The field itself belongs to one thread.
fn run(mut command: Command) -> Value {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert_eq!(status.code(), Some(0), "{command:?}: {}", String::from_utf8_lossy(&stderr));
    serde_json::from_slice(&stdout).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn with_pin(field: &Field, arguments: &[&str]) -> Command {
    let mut command = field.command(arguments);
    command.args(["--pin-env", "TEST_PIN"]).env("TEST_PIN", PIN);
    command
}

fn waiting(field: &Field) -> Value {
    field.turnstone(&["list"]).json["counts"]["waiting"].clone()
}

/// What lies at the desk, by what was written.
fn at_the_desk(field: &Field) -> Vec<String> {
    field.open();
    let opened = fs::read_dir(field.path("opened")).unwrap().map(|entry| entry.unwrap().path());
    let bodies = opened.filter_map(|path| fs::read(path.join("report.json")).ok());
    let mut what: Vec<_> = bodies
        .map(|body| text(&serde_json::from_slice::<Value>(&body).unwrap()["sightings"][0]["what"]))
        .collect();
    what.sort();
    what
}

#[test]
fn p3_while_a_watch_sends_others_write_tell_and_list_and_each_report_arrives_once() {
    let link = CutLink::listen().unwrap();
    let field = Field::new(&format!("http://{}", link.address()));
    let server = field.serve();
    link.set_target(Some(server.address()));
    let watch = Watch::start(&field);
    let photo = field.photo();
    let photo = photo.to_str().unwrap();
    let command = |arguments: &[&str]| field.command(arguments);
    let mut expected = Vec::new();
    thread::scope(|scope| {
        for writer in ["east", "west"] {
            for round in 0..ROUNDS {
                expected.push(format!("{writer} {round}"));
            }
            let commands: Vec<_> = (0..ROUNDS)
                .map(|round| {
                    let what = format!("{writer} {round}");
                    let mut report = vec!["report", "kraken", "--what", &what];
                    if round % 2 == 0 {
                        report.extend(["--attach", photo]);
                    }
                    command(&report)
                })
                .collect();
            let told = |reference: &str| command(&["told", reference, "--channel", "101"]);
            let calls: Vec<_> = (0..ROUNDS).map(|_| told("KRAKEN")).collect();
            scope.spawn(move || {
                for (report, told) in commands.into_iter().zip(calls) {
                    let reference = text(&run(report)["reference"]);
                    run(about(told, &reference));
                }
            });
        }
        let drafts: Vec<_> = (0..ROUNDS)
            .map(|round| {
                let what = format!("draft {round}");
                expected.push(format!("{what}, changed"));
                let (begin, changed) =
                    (command(&["report", "kraken", "--what", &what, "--draft"]), format!("{what}, changed"));
                let attach = command(&["draft", "attach", "KRAKEN", photo]);
                let change = command(&["draft", "change", "KRAKEN", "--what", &changed]);
                let told = command(&["told", "KRAKEN", "--channel", "coastguard"]);
                (begin, [attach, change, told], command(&["draft", "submit", "KRAKEN"]))
            })
            .collect();
        scope.spawn(move || {
            for (begin, work, submit) in drafts {
                let draft = run(begin)["draft"].to_string();
                work.into_iter().for_each(|step| drop(run(about(step, &draft))));
                assert_eq!(run(about(submit, &draft))["outcome"], "submitted");
            }
        });
        let lists: Vec<_> = (0..3 * ROUNDS)
            .map(|_| (command(&["list"]), command(&["draft", "list"]), command(&["sync"])))
            .collect();
        scope.spawn(move || {
            for (list, drafts, mut sync) in lists {
                assert_eq!(run(list)["locked"], false);
                assert!(run(drafts)["drafts"].is_array());
                let second = sync.output().unwrap();
                let document: Value = serde_json::from_slice(&second.stdout).unwrap();
                let turned_away = (second.status.code(), &document["error"]["code"]);
                assert_eq!(turned_away, (Some(1), &"already_sending".into()));
            }
        });
    });
    all_arrived_once(&field, watch, expected, 2 * ROUNDS / 2 + ROUNDS);
}

/// Waits for the watch to have sent all, ends it, and looks at the phone and at the desk.
fn all_arrived_once(field: &Field, watch: Watch, mut expected: Vec<String>, photos: usize) {
    assert!(becomes(|| waiting(field) == 0), "the watch never sent all: {}", waiting(field));
    let sent = watch.end();
    expected.sort();
    // Of each photo its original and its copy.
    assert_eq!(sent["stored"], expected.len() + 2 * photos, "{sent}");
    let listed = field.turnstone(&["list"]).json;
    assert_eq!((&listed["counts"]["drafts"], &listed["counts"]["refused"]), (&0.into(), &0.into()));
    let reports = listed["reports"].as_array().unwrap();
    let references: BTreeSet<_> = reports.iter().map(|report| text(&report["reference"])).collect();
    assert_eq!((reports.len(), references.len()), (expected.len(), expected.len()));
    assert!(reports.iter().all(|report| report["told"].as_array().unwrap().len() == 1), "{reports:?}");
    assert_eq!(at_the_desk(field), expected);
    // Whoever sends next is not in anybody's way.
    assert_eq!(field.turnstone(&["sync"]).code, Some(0));
}

/// The same command about another report or draft than the stand-in.
fn about(command: Command, named: &str) -> Command {
    let mut other = Command::new(command.get_program());
    other.args(command.get_args().map(|arg| if arg == "KRAKEN" { named.as_ref() } else { arg }));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => other.env(name, value),
            None => other.env_remove(name),
        };
    }
    other.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::null());
    other
}

#[test]
fn p6_while_the_pin_is_set_changed_and_removed_a_watch_sends_and_others_write() {
    let link = CutLink::listen().unwrap();
    let field = Field::new(&format!("http://{}", link.address()));
    let server = field.serve();
    link.set_target(Some(server.address()));
    let watch = Watch::start(&field);
    let reports: Vec<_> = (0..3 * ROUNDS)
        .map(|round| field.command(&["report", "kraken", "--what", &format!("report {round:02}")]))
        .collect();
    let pins: Vec<_> = (0..ROUNDS)
        .flat_map(|_| {
            let mut set = field.command(&["pin", "set", "--new-pin-env", "NEW"]);
            set.env("NEW", PIN);
            let mut change = with_pin(&field, &["pin", "change", "--new-pin-env", "NEW"]);
            change.env("NEW", PIN);
            [set, with_pin(&field, &["draft", "list"]), change, with_pin(&field, &["pin", "remove"])]
        })
        .collect();
    thread::scope(|scope| {
        let (even, odd): (Vec<_>, Vec<_>) = reports.into_iter().enumerate().partition(|(n, _)| n % 2 == 0);
        for half in [even, odd] {
            scope.spawn(move || {
                for (_, report) in half {
                    assert_eq!(run(report)["outcome"], "submitted");
                }
            });
        }
        scope.spawn(move || pins.into_iter().for_each(|pin| drop(run(pin))));
    });
    assert!(becomes(|| waiting(&field) == 0), "the watch never sent all: {}", waiting(&field));
    assert_eq!(watch.end()["stored"], 3 * ROUNDS);
    assert_eq!(at_the_desk(&field), (0..3 * ROUNDS).map(|n| format!("report {n:02}")).collect::<Vec<_>>());
    assert_eq!(field.turnstone(&["list"]).json["reports"].as_array().unwrap().len(), 3 * ROUNDS);
}

#[test]
fn p9_a_watch_that_is_killed_leaves_its_turn_to_the_next() {
    let field = Field::new("http://127.0.0.1:9");
    let watch = Watch::start(&field);
    let second = field.turnstone(&["sync"]);
    assert_eq!((second.code, &second.json["error"]["code"]), (Some(1), &"already_sending".into()));
    assert_eq!(field.turnstone(&["report", "kraken", "--what", "x"]).code, Some(0));
    drop(watch);
    assert_eq!(field.turnstone(&["sync"]).json["outcome"], "offline");
}
