//! A phone whose every call is searched: what it printed, and every byte it left on the disk.

use std::{
    cell::Cell,
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{field::Field, scan::Finding};

use crate::{
    files::{self, State},
    planted::Planted,
    printing,
};

/// What might make a program talkative, set for every call.
const TALKATIVE: [(&str, &str); 6] = [
    ("RUST_LOG", "trace"),
    ("RUST_BACKTRACE", "full"),
    ("RUST_LIB_BACKTRACE", "1"),
    ("RUST_SPANTRACE", "full"),
    ("SQLITE_TRACE", "1"),
    ("DEBUG", "1"),
];

/// A phone, a desk and a link between them, watched.
pub(crate) struct Phone {
    pub(crate) field: Field,
    pub(crate) link: CutLink,
    pub(crate) planted: Planted,
    json: bool,
    state: Cell<State>,
}

/// One call, before it is made.
pub(crate) struct Call<'a> {
    pub(crate) arguments: &'a [&'a str],
    pub(crate) stdin: &'a str,
    pub(crate) pins: [&'a str; 2],
}

impl<'a> Call<'a> {
    pub(crate) fn of(arguments: &'a [&'a str]) -> Self {
        Self { arguments, stdin: "", pins: ["", ""] }
    }
}

impl Phone {
    /// A desk set up, and a phone that is not.
    pub(crate) fn bare(json: bool) -> Self {
        let (field, link) = (Field::bare(), CutLink::listen().unwrap());
        let address = link.address().to_string();
        let desk = field.path("desk");
        field.desk(
            ["init".as_ref(), desk.as_os_str(), "--id".as_ref(), crate::planted::DESK.as_ref()],
            ["--name", crate::planted::DESK_NAME, "--url", &format!("http://{address}")],
        );
        let planted = Planted::new(&address);
        Self { field, link, planted, json, state: Cell::new(State::Whole) }
    }

    /// A phone set up.
    pub(crate) fn new(json: bool) -> Self {
        let phone = Self::bare(json);
        let (directory, root) = (phone.path("desk/directory.json"), phone.path("desk/root.pub"));
        phone.ends(0, &["init", "--directory", &directory, "--root-key", &root]);
        phone
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.field.path(name).to_str().unwrap().to_owned()
    }

    /// Makes a call, searches for what it left, and asserts how it ended.
    pub(crate) fn ends(&self, code: i32, arguments: &[&str]) -> String {
        self.call(code, &Call::of(arguments))
    }

    /// The same, with standard input and PINs.
    pub(crate) fn call(&self, code: i32, call: &Call<'_>) -> String {
        let command = if self.json {
            self.field.command(call.arguments)
        } else {
            self.field.command_in_words(call.arguments)
        };
        let output = self.output(command, call);
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{:?}: {shown}{said}", call.arguments);
        if self.state.get() == State::Killed {
            self.state.set(State::TakenUp);
        }
        self.search(call.arguments, &output);
        shown
    }

    /// Makes a call that is killed at its `nth` write, searches for what it left, and says whether it was killed.
    pub(crate) fn killed_at(&self, nth: u32, call: &Call<'_>) -> bool {
        let output = self.output(self.field.command_killed_at(nth, call.arguments), call);
        let killed = output.status.code().is_none();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(killed || output.status.success(), "{:?} at {nth}: {said}", call.arguments);
        if killed {
            self.state.set(State::Killed);
        }
        self.search(call.arguments, &output);
        killed
    }

    fn output(&self, mut command: Command, call: &Call<'_>) -> Output {
        command.envs(TALKATIVE).env("PIN_IN_USE", call.pins[0]).env("PIN_TO_COME", call.pins[1]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|why| panic!("{:?} does not start: {why}", command.get_program()));
        // Who does not read it has closed it by now.
        let _ = child.stdin.take().unwrap().write_all(call.stdin.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Searches what a call printed and everything on the disk.
    fn search(&self, arguments: &[&str], output: &Output) {
        let scan = self.planted.scan();
        let allowed = printing::allowed(arguments, self.json);
        let mut printed = scan.bytes("standard output", &output.stdout);
        printed.retain(|finding| !self.planted.is_one_of(&finding.needle, allowed));
        let said = scan.bytes("standard error", &output.stderr);
        let mut found = [printed, said].concat();
        for place in ["phone", "user", "tmp", "stick"].map(|place| self.field.path(place)) {
            found.extend(if place.exists() { scan.folder(&place).unwrap() } else { Vec::new() });
        }
        let after = format!("{arguments:?}, {:?}", self.state.get());
        assert!(found.is_empty(), "after {after}: {}", told(&found));
        files::check(&self.field, self.state.get(), &after);
    }

    /// Remembers the phone as it is now.
    pub(crate) fn keep(&self) {
        ["phone", "user"]
            .iter()
            .for_each(|place| copy(&self.field.path(place), &self.field.path("kept").join(place)));
    }

    /// Makes the phone what it was when it was kept.
    pub(crate) fn restore(&self) {
        for place in ["phone", "user"] {
            fs::remove_dir_all(self.field.path(place)).unwrap();
            copy(&self.field.path("kept").join(place), &self.field.path(place));
        }
        self.state.set(State::Whole);
    }
}

fn told(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("\n  {finding}")).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
