//! A phone before a command, the command, and what must hold after it, however it ended.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::Path,
    process::{Command, Output},
};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    field::{Done, Field},
    photo,
    trace::{
        fault::{self, Fault},
        say,
        step::{Stepped, Stepper},
    },
};

pub(crate) const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";
const LATER: &str = "The same boat again, an hour later";

/// A command with fewer was not watched.
const FEWEST: usize = 20;
/// Up to so many write points are all taken; of more, the first and the last of them and a stride between.
const ALL: usize = 400;
const ENDS: usize = 40;
const STRIDE: usize = 7;
/// What is sealed is as long as chance has it (`age` adds a stanza of random length to each header), so one run writes a page
/// more than another, and each page is two writes. No run differs by more points than this.
const BY_CHANCE: usize = 8;

/// What a command told before it ended, and how it ended.
pub(crate) struct Told {
    /// Its one document; null where it was killed before.
    pub(crate) json: Value,
    /// Whether it came to its end, and as it should.
    pub(crate) succeeded: bool,
}

/// Reports that the desk must hold in the end: words, and number of originals and copies, by reference.
pub(crate) type Expected = BTreeMap<String, (&'static str, usize)>;

/// One command under attack.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    /// Everything as it is before the command.
    pub(crate) before: Field,
    /// The line between phone and desk.
    pub(crate) link: CutLink,
    pub(crate) command: fn(&Field) -> Command,
    /// Checks what is left, finishes what was begun, and says what the desk must hold.
    pub(crate) after: fn(&Field, &Told) -> Expected,
    /// How it ends when it comes to its end: some do their work and answer that nothing is there.
    pub(crate) code: i32,
}

impl Job {
    /// A phone that is set up with a desk, after `prepare`.
    pub(crate) fn new(
        name: &'static str,
        prepare: impl FnOnce(&Field),
        command: fn(&Field) -> Command,
        after: fn(&Field, &Told) -> Expected,
    ) -> Self {
        let link = CutLink::listen().unwrap();
        let before = Field::new(&format!("http://{}", link.address()));
        fs::write(before.path("small.jpg"), &photo::DEMO_PHOTO[..40_000]).unwrap();
        prepare(&before);
        Self { name, before, link, command, after, code: 0 }
    }

    /// Kills the command after each of its write points.
    pub(crate) fn kill(self) -> usize {
        let server = self.before.serve();
        self.link.set_target(Some(server.address()));
        let (mut expected, counted) = self.struck(None);
        assert!(counted.points >= FEWEST, "{}: {} write points", self.name, counted.points);
        let mut to_try = chosen(counted.points);
        let mut killed = 0;
        while let Some(point) = to_try.pop() {
            let (more, stepped) = self.struck(Some(point));
            expected.extend(more);
            if stepped.code.is_none() {
                assert_eq!(stepped.points, point, "{}: killed after another point", self.name);
                killed += 1;
            } else {
                // It ended before it came so far: see `BY_CHANCE`. The last point that it had is struck instead.
                let fewer = point - stepped.points;
                assert!((1..=BY_CHANCE).contains(&fewer), "{}: {fewer} points fewer than before", self.name);
                to_try.push(stepped.points);
            }
        }
        say(&format!("{}: {} write points, killed after {killed} of them", self.name, counted.points));
        at_the_desk(&self.before, &expected);
        counted.points
    }

    fn struck(&self, kill_after: Option<usize>) -> (Expected, Stepped) {
        let phone = self.before.again();
        let command = (self.command)(&phone);
        let mut stepper = Stepper::start(&command, &phone.path(""), &phone.path("trace"));
        let (mut out, _err) = stepper.output();
        let stepped = stepper.walk(kill_after);
        let mut printed = Vec::new();
        out.read_to_end(&mut printed).unwrap();
        let json = serde_json::from_slice(&printed).unwrap_or(Value::Null);
        let told = Told { json, succeeded: stepped.code == Some(self.code) };
        assert!(kill_after.is_some() || told.succeeded, "{}: {}", self.name, told.json);
        ((self.after)(&phone, &told), stepped)
    }

    /// Lets the disk fail at each write point in every way.
    pub(crate) fn fail(self) {
        let server = self.before.serve();
        self.link.set_target(Some(server.address()));
        let phone = self.before.again();
        let below = phone.path("");
        let calls = Stepper::start(&(self.command)(&phone), &below, &phone.path("trace")).walk(None).calls;
        let (places, files) = fault::places(&calls, below.to_str().unwrap());
        let files: Vec<_> =
            files.iter().filter_map(|file| Path::new(file).strip_prefix(&below).ok()).collect();
        assert!(places.len() >= FEWEST, "{}: {} write points", self.name, places.len());
        let mut expected = Expected::new();
        for fault in Fault::ALL {
            let chosen = chosen(places.len());
            let mut struck = 0;
            // A run that came not as far (see `BY_CHANCE`) is tried at the call before.
            let mut to_try: Vec<_> = chosen.iter().rev().map(|&point| places[point - 1].clone()).collect();
            while let Some(place) = to_try.pop() {
                let phone = self.before.again();
                let files = files.iter().map(|file| phone.path(file.to_str().unwrap()));
                let files =
                    files.map(|file| file.to_str().unwrap().trim_end_matches('/').to_owned()).collect();
                let command = (self.command)(&phone);
                let (output, failed) = fault::run(&command, fault, &place, &files, &phone.path("trace"));
                match failed.is_empty() {
                    false => struck += 1,
                    true if fault != Fault::NoSpaceFrom => to_try.extend(place.earlier()),
                    true => {}
                }
                let told = typed(&output, &format!("{}, {fault:?} at {place:?}", self.name));
                expected.extend((self.after)(&phone, &told));
            }
            say(&format!("{}: {} write points, {fault:?} at {struck} of them", self.name, places.len()));
            // Where a lasting fault begins after the last call that needs room, nothing fails.
            assert!(struck == chosen.len() || fault == Fault::NoSpaceFrom && struck * 2 > chosen.len());
        }
        at_the_desk(&self.before, &expected);
    }
}

/// The write points to strike at, from 1.
pub(crate) fn chosen(points: usize) -> Vec<usize> {
    let takes = |n: &usize| points <= ALL || *n <= ENDS || *n > points - ENDS || n.is_multiple_of(STRIDE);
    (1..=points).filter(takes).collect()
}

/// That a program whose disk failed ended as a program ends: it succeeded, or failed with a sentence and its document.
pub(crate) fn typed(output: &Output, when: &str) -> Told {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{when}: {said}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    match output.status.code() {
        Some(0) => {}
        Some(1) => {
            let sentence = json["error"]["message"].as_str().unwrap_or_default();
            assert!(!sentence.is_empty() && !said.is_empty(), "{when}: no sentence: {json} {said}");
        }
        code => panic!("{when}: ended with {code:?}: {said}"),
    }
    Told { json, succeeded: output.status.success() }
}

/// What the phone lists; it must open.
pub(crate) fn listed(phone: &Field) -> Value {
    let done = phone.turnstone(&["list"]);
    assert_eq!(done.code, Some(0), "the phone opens: {}", done.said);
    done.json
}

pub(crate) fn references(listed: &Value) -> Vec<String> {
    let reports = listed["reports"].as_array().unwrap().iter();
    reports.map(|report| report["reference"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn reference(done: &Done) -> String {
    assert_eq!(done.code, Some(0), "{} {}", done.said, done.json);
    done.json["reference"].as_str().unwrap_or_else(|| panic!("a reference: {}", done.json)).to_owned()
}

pub(crate) fn done(code: &Done) {
    assert_eq!(code.code, Some(0), "{}", code.said);
}

/// Writes another report, sends all there is, and asks the phone whether all of it is safe at the desk.
pub(crate) fn finish(phone: &Field, mut expected: Expected) -> Expected {
    let another = phone.turnstone(&["report", "kraken", "--what", LATER]);
    expected.insert(reference(&another), (LATER, 0));
    let synced = phone.turnstone(&["sync"]);
    assert_eq!((synced.code, &synced.json["waiting"]), (Some(0), &Value::from(0)), "{}", synced.said);
    // Of this very phone: another one's copy of a report at the desk does not stand for one that is lost here.
    let items: usize = expected.values().map(|(_, photos)| 1 + photos).sum();
    assert_eq!(synced.json["stored"], items, "each of them with a receipt: {}", synced.json);
    expected
}

/// How many attachments lie in the phone's `media.db`, whether or not something names them.
pub(crate) fn photos_held(phone: &Field) -> i64 {
    let path = phone.home().join("media.db");
    let media = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    media.query_row("SELECT count(*) FROM media", [], |row| row.get(0)).unwrap()
}

/// Ends all waits of the phone, as time would.
pub(crate) fn an_hour_passes(phone: &Field) {
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("UPDATE item SET next_try = 0 WHERE state = 0", []).unwrap();
}

/// That the desk, once it has opened all that came, holds exactly this, each once and byte for byte.
pub(crate) fn at_the_desk(field: &Field, expected: &Expected) {
    let small = fs::read(field.path("small.jpg")).unwrap();
    field.open();
    let folders = fs::read_dir(field.path("opened")).unwrap().map(|entry| entry.unwrap().path());
    let mut found = Expected::new();
    for folder in folders.filter(|folder| folder.join("report.json").is_file()) {
        let body: Value = serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap()).unwrap();
        let reference = body["reference"].as_str().unwrap().to_owned();
        // Words as they were written, or none of ours.
        let what = [WHAT, LATER].into_iter().find(|what| body["sightings"][0]["what"] == **what);
        let text = fs::read_to_string(folder.join("report.txt")).unwrap();
        assert!(text.contains(what.unwrap()), "{reference}: for people as for programs");
        let photos = body["attachments"].as_array().map_or(&[][..], Vec::as_slice);
        for one in photos {
            let (number, copy) = (&one["number"], one["role"] == "copy");
            let name = if copy { format!("{number}-copy.jpg") } else { format!("{number}.jpg") };
            let photo = fs::read(folder.join(name)).unwrap();
            let whole = if copy {
                photo.starts_with(&[0xff, 0xd8]) && photo.ends_with(&[0xff, 0xd9])
            } else {
                photo == small || photo == photo::DEMO_PHOTO
            };
            assert!(whole, "{reference}: another photo than was added");
        }
        let twice = found.insert(reference, (what.unwrap(), photos.len()));
        assert!(twice.is_none(), "a report lies at the desk twice");
    }
    let missing: Vec<_> = expected.iter().filter(|one| found.get(one.0) != Some(one.1)).collect();
    assert!(missing.is_empty(), "told of and not at the desk: {missing:?}");
    let unknown: Vec<_> = found.keys().filter(|one| !expected.contains_key(*one)).collect();
    assert!(unknown.is_empty(), "at the desk, and nobody told of it: {unknown:?}");
}
