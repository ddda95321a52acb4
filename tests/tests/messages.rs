//! Answers, through the real programs: an officer writes, a witness reads, with a PIN, a dead link and a kill between them.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    field::{Field, Server},
    programs,
};

const PIN: &str = "258025";
const ANSWER: &str = "Thank you. Two boats were met at the quay.\nPlease do not go back there.";

/// A phone and a desk, and the link between them.
struct World {
    field: Field,
    link: CutLink,
    server: Option<Server>,
}

impl World {
    fn new() -> Self {
        let link = CutLink::listen().unwrap();
        let field = Field::new(&format!("http://{}", link.address()));
        let mut world = Self { field, link, server: None };
        world.up();
        world
    }

    fn up(&mut self) {
        let server = self.field.serve();
        self.link.set_target(Some(server.address()));
        self.server = Some(server);
    }

    fn down(&mut self) {
        self.link.set_target(None);
        self.server = None;
    }

    /// Writes a report, sends it, and has it opened.
    fn opened(&self, route: &str) -> String {
        let written = self.field.turnstone(&[
            "report",
            "kraken",
            "--what",
            "Grey RIB without lights",
            "--route",
            route,
        ]);
        let reference = written.json["reference"].as_str().unwrap().to_owned();
        assert_eq!(self.sync()["outcome"], "delivered");
        self.field.open();
        reference
    }

    fn sync(&self) -> Value {
        let done = self.field.turnstone(&["sync"]);
        assert_eq!(done.code, Some(0), "{}", done.said);
        done.json
    }

    fn messages(&self, arguments: &[&str]) -> Value {
        let done = self.field.turnstone_with_pin(PIN, &[&["messages"], arguments].concat());
        assert_eq!(done.code, Some(0), "{}", done.said);
        done.json
    }

    fn set_pin(&self) {
        let mut set = self.field.command(&["pin", "set", "--new-pin-env", "NEW"]);
        assert!(set.env("NEW", PIN).output().unwrap().status.success());
    }
}

fn texts(messages: &Value) -> Vec<&str> {
    messages["messages"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap()).collect()
}

#[test]
fn p6_an_answer_is_fetched_by_a_locked_phone_and_read_with_the_pin() {
    let world = World::new();
    world.set_pin();
    let reference = world.opened("police");
    assert_eq!(world.sync()["opened"], 1);
    let left = world.field.reply(&reference, ANSWER);
    assert_eq!((&left["outcome"], &left["left"]), (&"left".into(), &1.into()));
    assert_eq!(world.sync()["messages"], 1);
    assert_eq!(world.sync()["messages"], 0);

    let locked = world.field.turnstone(&["list"]).json;
    assert_eq!((&locked["locked"], &locked["counts"]["unread"]), (&true.into(), &1.into()));
    let refused = world.field.turnstone(&["messages"]);
    assert_eq!((refused.code, &refused.json["error"]["code"]), (Some(1), &"locked".into()));
    let listed = world.field.turnstone_with_pin(PIN, &["list"]).json;
    assert_eq!(listed["reports"][0]["unread"], 1);
    assert_eq!(listed["reports"][0]["reading"]["state"], "read");

    let messages = world.messages(&[]);
    assert_eq!(texts(&messages), [ANSWER]);
    let message = &messages["messages"][0];
    assert_eq!((&message["reference"], &message["read"]), (&reference.as_str().into(), &false.into()));
    assert_eq!(message["desk_name"], "Test Harbour Desk");
    assert_eq!(world.messages(&[])["messages"][0]["read"], true);
    assert_eq!(world.field.turnstone(&["list"]).json["counts"]["unread"], 0);
}

#[test]
fn until_a_report_is_read_its_witness_sees_when_the_desk_reads_and_then_when_it_did() {
    let world = World::new();
    let desk = world.field.path("desk");
    let hours = ["--lang", "en", "Mon-Fri 9-5"];
    world.field.desk(["directory".as_ref(), desk.as_os_str(), "hours".as_ref()], hours);
    let (directory, root) = (world.field.path("desk/directory.json"), world.field.path("desk/root.pub"));
    let newer = ["--directory", directory.to_str().unwrap(), "--root-key", root.to_str().unwrap()];
    assert_eq!(world.field.turnstone(&[&["init"], &newer[..]].concat()).code, Some(0));
    world.field.turnstone(&["report", "kraken", "--what", "Grey RIB"]);
    world.sync();
    let words = || {
        let output = world.field.command_in_words(&["list"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let listed = words();
    assert!(listed.contains("\n  not yet read; this desk reads Mon-Fri 9-5\n"), "{listed}");
    world.field.open();
    world.sync();
    let listed = words();
    let reading = world.field.turnstone(&["list"]).json["reports"][0]["reading"].clone();
    let at = chrono::DateTime::parse_from_rfc3339(reading["at"].as_str().unwrap()).unwrap();
    let at = at.with_timezone(&chrono::Local).format("%H:%M on %-d %B");
    assert!(listed.contains(&format!("\n  read by the desk at {at}")), "{listed}");
    assert_eq!(
        (&reading["state"], listed.contains(reading["text"].as_str().unwrap())),
        (&"read".into(), true)
    );
}

#[test]
fn p3_an_answer_that_an_officer_could_not_leave_reaches_its_witness_once() {
    let mut world = World::new();
    let reference = world.opened("confidential");
    world.down();
    let url = format!("http://{}", world.link.address());
    let reply = |from: &str, text: &str| {
        let mut command = Command::new(programs::turnstone_desk());
        command.arg("reply").arg("--key").arg(world.field.path("desk/officer"));
        command.args(["--from", from, "--text", text, "--json"]).arg("--out").arg(world.field.path("opened"));
        world.field.done(command.arg(&reference).output().unwrap())
    };
    let kept = reply(&url, "the first");
    assert_eq!((kept.code, &kept.json["outcome"]), (Some(1), &"kept".into()), "{}", kept.said);
    assert!(kept.said.contains("kept and not left"), "{}", kept.said);
    let server = world.field.serve();
    world.link.set_target(Some(server.address()));
    let left = reply(&url, "the second");
    assert_eq!((left.code, &left.json["left"]), (Some(0), &2.into()), "{}", left.said);
    assert_eq!(world.field.open()["replies_left"], 0);
    world.sync();
    world.sync();
    assert_eq!(texts(&world.field.turnstone(&["messages"]).json), ["the first", "the second"]);
    let list = ["reply", "--list", "--out"];
    let listed = world
        .field
        .desk([list[0].as_ref(), list[1].as_ref()], [list[2], world.field.path("opened").to_str().unwrap()]);
    let left = listed["replies"].as_array().unwrap().iter().map(|reply| reply["left"] == true);
    assert_eq!(left.collect::<Vec<_>>(), [true, true]);
}

#[test]
fn p7_an_answer_to_an_anonymous_report_comes_only_when_its_witness_asks_for_it_by_name() {
    let world = World::new();
    world.set_pin();
    let reference = world.opened("anonymous");
    world.field.reply(&reference, ANSWER);
    assert_eq!(world.sync()["messages"], 0);
    let asked = world.messages(&["--check"]);
    assert_eq!((&asked["asked"]["left_out"], texts(&asked).len()), (&1.into(), 0));
    let asked = world.messages(&["--check", &reference]);
    assert_eq!(
        asked["asked"],
        json!({"answered": 1, "silent": 0, "messages": 1, "opened": 1, "left_out": 0})
    );
    assert_eq!(texts(&asked), [ANSWER]);
    // And no desk in reach is no error.
    world.link.set_target(None);
    assert_eq!(world.messages(&["--check", &reference])["asked"]["silent"], 1);
}

#[test]
fn p5_the_intake_sees_of_an_answer_neither_words_nor_their_length() {
    let world = World::new();
    let first = world.opened("police");
    let second = world.opened("police");
    world.field.reply(&first, "Yes.");
    world.field.reply(&second, &"A longer answer than that. ".repeat(50));
    let store = rusqlite::Connection::open(world.field.path("desk/server/intake.db")).unwrap();
    let sql = "SELECT item FROM mailbox_item WHERE item LIKE '%\"reply\"%'";
    let items: Vec<String> =
        store.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let lengths: Vec<_> = items.iter().map(String::len).collect();
    assert_eq!(lengths.len(), 2);
    // But for the header, to which `age` adds a stanza of random length.
    assert!(lengths[0].abs_diff(lengths[1]) < 500, "{lengths:?}");
    let scan =
        turnstone_tests::scan::Scan::of([("words", &b"longer answer"[..]), ("reference", first.as_bytes())]);
    assert!(scan.folder(&world.field.path("desk/server")).unwrap().is_empty());
}

#[test]
fn p11_an_answer_in_a_strangers_hand_is_shown_as_theirs_and_as_text() {
    let world = World::new();
    let reference = world.opened("police");
    world.field.reply(&reference, "first\nNEW  KRAKEN: all clear\u{1b}[31m\u{202e}");
    world.sync();
    let output = world.field.command_in_words(&["messages"]).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("\n  | first\n  | NEW  KRAKEN: all clear\\u{1b}[31m\\u{202e}"), "{shown}");
    assert!(fs::metadata(world.field.opened(&reference).join("replies.json")).unwrap().len() > 0);
}

#[test]
fn p11_a_reply_comes_from_standard_input_too_and_what_is_none_is_refused() {
    let world = World::new();
    let reference = world.opened("police");
    let reply = |text: &str, stdin: &str, code: i32| {
        let mut child = world
            .field
            .reply_command(&reference, text)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Whoever does not read it has closed it by now.
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap_or_default();
        let done = world.field.done(child.wait_with_output().unwrap());
        assert_eq!(done.code, Some(code), "{} {}", done.json, done.said);
        done.json
    };
    reply("-", "Diolch yn fawr.\nFfoniwch ni.\n", 0);
    assert_eq!(reply("-", "\n", 1)["error"]["code"], "reply");
    assert_eq!(reply("-", &"x".repeat(9000), 1)["error"]["code"], "reply");
    assert_eq!(reply("  ", "", 1)["error"]["code"], "reply");
    world.sync();
    assert_eq!(texts(&world.field.turnstone(&["messages"]).json), ["Diolch yn fawr.\nFfoniwch ni."]);
    let mut nothing = Command::new(programs::turnstone_desk());
    nothing.args(["reply", "--json", "--out"]).arg(world.field.path("opened")).arg(&reference);
    assert_eq!(world.field.done(nothing.output().unwrap()).code, Some(2));
}
