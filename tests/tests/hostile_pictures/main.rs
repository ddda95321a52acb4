//! Hostile pictures through the real programs: whatever a file says of itself, its report is written and sent, the desk has the
//! file byte for byte, why there is no copy is said, and the program keeps within its memory and time.
//!
//! Memory and time are bounded by the system, not measured: a program that asks for more than [`DATA_KB`] of its own memory, or
//! computes for more than [`SECONDS`], dies of it, and its test with it.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a suite: what fails here fails the suite"
)]

use std::{fs, process::Command};

use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::field::{Done, Field, Server};

use crate::files::{Becomes, Hostile};

mod bytes;
mod files;

/// What a picture's copy may take (200 MB), and what the program is besides, in KiB: heap, stacks of threads and whatever else
/// is its own to write (RLIMIT_DATA, setrlimit(2)).
const DATA_KB: u32 = 256 * 1024;
/// Seconds of computing, in a build for tests and on a machine that does other things.
const SECONDS: u32 = 60;

const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";

/// A phone, and a desk that listens.
struct World {
    field: Field,
    _server: Server,
    _link: CutLink,
}

impl World {
    fn new() -> Self {
        let link = CutLink::listen().unwrap();
        let field = Field::new(&format!("http://{}", link.address()));
        let server = field.serve();
        link.set_target(Some(server.address()));
        Self { field, _server: server, _link: link }
    }

    /// Runs `turnstone` within its bounds.
    fn bounded(&self, arguments: &[&str]) -> Done {
        let plain = self.field.command(arguments);
        let mut command = Command::new("sh");
        let limits = format!("ulimit -d {DATA_KB} && ulimit -t {SECONDS} && exec \"$@\"");
        command.args(["-c", &limits, "sh"]).arg(plain.get_program()).args(plain.get_args());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(plain.get_current_dir().unwrap()).stdin(std::process::Stdio::null());
        self.field.done(command.output().unwrap())
    }

    /// Reports one file.
    fn report(&self, file: &Hostile, more: &[&str]) -> Done {
        let path = self.field.path(file.name);
        fs::write(&path, &file.bytes).unwrap();
        let report = ["report", "kraken", "--what", WHAT, "--attach", path.to_str().unwrap()];
        let done = self.bounded(&[&report[..], more].concat());
        fs::remove_file(path).unwrap();
        done
    }

    /// Sends all that waits and opens it at the desk.
    fn deliver(&self) {
        for _ in 0..20 {
            let sync = self.field.turnstone(&["sync", "--network", "unmetered"]);
            assert_eq!(sync.code, Some(0), "{}", sync.said);
            if sync.json["outcome"] == "delivered" {
                break;
            }
        }
        self.field.open();
    }

    /// Every file that the desk opened of a report.
    fn at_the_desk(&self, reference: &str) -> Vec<Vec<u8>> {
        let entries = fs::read_dir(self.field.opened(reference)).unwrap();
        entries.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
    }
}

/// What the program says of the one photo of a draft or report.
fn becomes(photo: &Value) -> (bool, Value) {
    (!photo["copy"].is_null(), photo["no_copy"].clone())
}

fn expected(file: &Hostile) -> (bool, Value) {
    match file.becomes {
        Becomes::Copied => (true, Value::Null),
        Becomes::Why(why) => (false, why.into()),
        Becomes::NoPicture => (false, Value::Null),
    }
}

#[test]
fn p9_p11_no_hostile_picture_keeps_a_report_from_its_desk_or_changes_a_byte_of_what_was_given() {
    let world = World::new();
    let (mut sent, mut wrong) = (Vec::new(), Vec::new());
    for file in files::all() {
        let done = world.report(&file, &[]);
        assert_eq!(done.code, Some(0), "{}: {}", file.name, done.said);
        let became = becomes(&done.json["photos"][0]);
        if became != expected(&file) {
            wrong.push((file.name, became));
            continue;
        }
        if let Becomes::Why(_) = file.becomes {
            assert!(done.json["photos"][0]["no_copy_text"].is_string(), "{}: {}", file.name, done.json);
        }
        sent.push((done.json["reference"].as_str().unwrap().to_owned(), file));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    world.deliver();
    for (reference, file) in &sent {
        let desk = world.at_the_desk(reference);
        assert!(desk.contains(&file.bytes), "{}: the original is at the desk", file.name);
    }
}

#[test]
fn p7_of_no_hostile_picture_does_the_original_go_in_an_anonymous_report() {
    let world = World::new();
    let mut sent = Vec::new();
    for file in files::all() {
        let done = world.report(&file, &["--route", "anonymous"]);
        match file.becomes {
            Becomes::Copied => {
                assert_eq!(done.code, Some(0), "{}: {}", file.name, done.said);
                sent.push(done.json["reference"].clone());
            }
            Becomes::Why(_) => {
                assert_eq!(done.code, Some(1), "{}", file.name);
                assert_eq!(done.json["outcome"], "kept", "{}: {}", file.name, done.json);
                assert_eq!(done.json["reason"], "photo_without_copy", "{}: {}", file.name, done.json);
                let shown = world.field.turnstone(&["draft", "show", &done.json["draft"].to_string()]);
                assert_eq!(becomes(&shown.json["photos"][0]), expected(&file), "{}", file.name);
                let size = shown.json["photos"][0]["original"]["size"].as_u64();
                assert_eq!(size, Some(file.bytes.len() as u64), "{}: it is kept", file.name);
            }
            Becomes::NoPicture => {
                assert_eq!(done.code, Some(1), "{}", file.name);
                let why = done.json["error"]["message"].as_str().unwrap();
                assert!(why.contains("Give a still of it"), "{}: {why}", file.name);
                let shown = world.field.turnstone(&["draft", "show", &done.json["draft"].to_string()]);
                assert_eq!(shown.json["photos"].as_array().map(Vec::len), Some(0), "{}", file.name);
            }
        }
    }
    // Words and one copy each, and nothing else waits.
    let listed = world.field.turnstone(&["list"]).json;
    let reports = listed["reports"].as_array().unwrap();
    assert_eq!(reports.len(), sent.len());
    for report in reports {
        let items = report["items"].as_array().unwrap();
        let lanes: Vec<_> = items.iter().map(|item| item["lane"].as_str().unwrap()).collect();
        assert_eq!(lanes, ["words", "copies"], "{report}");
    }
}

#[test]
fn p11_a_hostile_picture_added_to_a_draft_changes_nothing_of_what_was_there() {
    let world = World::new();
    let draft =
        world.field.turnstone(&["report", "kraken", "--what", WHAT, "--draft"]).json["draft"].to_string();
    let whole = world.field.path("whole.jpg");
    fs::write(&whole, files::small()).unwrap();
    let first = world.bounded(&["draft", "attach", &draft, whole.to_str().unwrap()]);
    assert_eq!(becomes(&first.json["photos"][0]), (true, Value::Null), "{}", first.json);
    let of_interest =
        ["sixty-thousand-square.jpg", "thousands-of-scans.jpg", "a-bomb-in-its-text.png", "a-note.jpg"];
    for file in files::all().into_iter().filter(|file| of_interest.contains(&file.name)) {
        let path = world.field.path(file.name);
        fs::write(&path, &file.bytes).unwrap();
        let added = world.bounded(&["draft", "attach", &draft, path.to_str().unwrap()]);
        assert_eq!(added.code, Some(0), "{}: {}", file.name, added.said);
        assert_eq!(added.json["photos"][0], first.json["photos"][0], "{}", file.name);
        let photos = added.json["photos"].as_array().unwrap();
        assert_eq!(becomes(photos.last().unwrap()), expected(&file), "{}", file.name);
    }
    let submitted = world.bounded(&["draft", "submit", &draft]);
    assert_eq!(submitted.json["outcome"], "submitted", "{}", submitted.said);
}
