//! The intake and the desk tool, and the phone that talks to them. Each run has a desk of its own.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read},
    process::{Child, Command},
    thread,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    field::{Field, listens_at},
    photo, seized,
    trace::{
        fault::{self, Fault, Place},
        say,
        step::{Stepped, Stepper},
    },
};

use crate::{
    wiping::nothing_left,
    world::{Expected, WHAT, an_hour_passes, at_the_desk, chosen, done, listed, reference, typed},
};

/// A phone with a report and a photo that wait, and its desk.
struct Waiting {
    before: Field,
    link: CutLink,
    expected: Expected,
    /// What the phone must show as answered in the end.
    answers: &'static [&'static str],
    /// It is to be wiped once all is sent.
    leaves: bool,
}

/// What an officer answers.
const ANSWER: &str = "Thank you. Two boats were met at the quay.";

impl Waiting {
    fn new() -> Self {
        let link = CutLink::listen().unwrap();
        let before = Field::new(&format!("http://{}", link.address()));
        std::fs::write(before.path("small.jpg"), &photo::DEMO_PHOTO[..40_000]).unwrap();
        let report = before.turnstone(&["report", "kraken", "--what", WHAT, "--attach", "small.jpg"]);
        let expected = Expected::from([(reference(&report), (WHAT, 1))]);
        Self { before, link, expected, answers: &[], leaves: false }
    }

    /// All of it at the desk, and where asked for opened there.
    fn delivered(opened: bool) -> Self {
        let waiting = Self::new();
        let server = waiting.before.serve();
        waiting.link.set_target(Some(server.address()));
        done(&waiting.before.turnstone(&["sync"]));
        if opened {
            waiting.before.open();
        }
        waiting
    }

    /// The phone is being left: nothing can be read on it, and it is wiped once all is sent.
    fn leaving() -> Self {
        let waiting = Self::new();
        seized::seize(&waiting.before);
        seized::assert_opened_then(&waiting.before, None);
        done(&waiting.before.turnstone(&["wipe", "--after-sending", "--yes"]));
        Self { leaves: true, ..waiting }
    }

    /// That all is delivered and opened, once, and that nothing is left on the phone.
    fn finish_leaving(&self, world: &Field, when: &str) {
        let server = world.serve();
        self.link.set_target(Some(server.address()));
        let synced = world.turnstone(&["sync"]);
        let said = (synced.code, synced.json["error"]["code"].as_str());
        assert!(matches!(said, (Some(0), None) | (Some(1), Some("not_set_up"))), "{when}: {}", synced.said);
        nothing_left(world, &[None], when);
        at_the_desk(world, &self.expected);
    }

    /// That, and answered by an officer.
    fn answered() -> Self {
        let waiting = Self::delivered(true);
        waiting.before.reply(waiting.reference(), ANSWER);
        Self { answers: &[ANSWER], ..waiting }
    }

    fn reference(&self) -> &str {
        self.expected.keys().next().unwrap()
    }

    /// That with a phone and a desk that work, all is delivered and opened, once, and the phone knows.
    fn finish(&self, world: &Field, when: &str) {
        if self.leaves {
            return self.finish_leaving(world, when);
        }
        listed(world);
        let server = world.serve();
        self.link.set_target(Some(server.address()));
        let synced = world.turnstone(&["sync"]);
        assert_eq!(
            (synced.code, &synced.json["waiting"]),
            (Some(0), &Value::from(0)),
            "{when}: {}",
            synced.json
        );
        at_the_desk(world, &self.expected);
        done(&world.turnstone(&["sync"]));
        let counts = &listed(world)["counts"];
        assert_eq!((&counts["stored"], &counts["waiting"]), (&Value::from(0), &Value::from(0)), "{counts}");
        if !self.answers.is_empty() {
            assert_eq!(answers(world), self.answers, "{when}");
        }
    }

    /// The phone's `sync` with the desk's intake beside it.
    fn sync(&self, world: &Field, kill_after: Option<usize>) -> Stepped {
        let server = world.serve();
        self.link.set_target(Some(server.address()));
        let command = world.command(&["sync"]);
        Stepper::start(&command, &world.path(""), &world.path("trace")).walk(kill_after)
    }

    /// The desk's `serve`, with a `sync` of the phone beside it.
    fn serve(&self, world: &Field, kill_after: Option<usize>) -> Stepped {
        let mut stepper = Stepper::start(&world.serve_command(), &world.path(""), &world.path("trace"));
        let ((out, _err), pid) = (stepper.output(), stepper.pid());
        thread::scope(|scope| {
            let walking = scope.spawn(move || stepper.walk(kill_after));
            self.sync_beside(world, out);
            if !walking.is_finished() {
                kill_process(pid, Signal::TERM).unwrap_or_default();
            }
            walking.join().unwrap()
        })
    }

    /// Waits until an intake says where it listens, and has the phone sync with it; whatever comes of that.
    fn sync_beside(&self, world: &Field, said: impl Read) {
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line).unwrap();
        if let Some(address) = listens_at(&line) {
            self.link.set_target(Some(address));
            done(&world.turnstone(&["sync"]));
        }
    }

    /// Kills whatever `run` starts after each of its write points. Threads take turns in no fixed order, so a run may have
    /// a write or two more or fewer than the one that was counted.
    fn kill(&self, name: &str, run: impl Fn(&Field, Option<usize>) -> Stepped) {
        let world = self.before.again();
        let points = run(&world, None).points;
        assert!(points >= 20, "{name}: {points} write points");
        self.finish(&world, name);
        let chosen = chosen(points);
        let mut struck = BTreeSet::new();
        for &point in &chosen {
            let world = self.before.again();
            let stepped = run(&world, Some(point));
            if stepped.code.is_none() {
                struck.insert(stepped.points);
            }
            self.finish(&world, &format!("{name}, killed after {point}"));
        }
        say(&format!("{name}: {points} write points, killed after {} of them", struck.len()));
        // Of a short run the last ones may be missed: a database is closed in one write or in several.
        let missed = 3.max(chosen.len() / 6);
        assert!(struck.len() + missed >= chosen.len(), "{name}: struck at {struck:?}");
    }

    /// Lets the disk fail below whatever `run` starts; `calls` of a run tell where it can.
    fn fail(
        &self,
        name: &str,
        counted: Stepped,
        world: Field,
        run: impl Fn(&Field, Fault, &Place, &BTreeSet<String>),
    ) {
        let below = world.path("");
        let (mut places, files) = fault::places(&counted.calls, below.to_str().unwrap());
        let points = places.len();
        // In each thread that makes so many calls: threads that do the same count once.
        places.sort();
        places.dedup_by_key(|place| (place.name.clone(), place.nth));
        // Files that are called otherwise in each run cannot be named beforehand.
        let called_otherwise = ["/in-", "/hand-", "/.answer-"];
        let is_named = |file: &&String| !called_otherwise.iter().any(|name| file.contains(name));
        let files: Vec<_> = files.iter().filter(is_named).collect();
        for fault in Fault::ALL {
            let mut struck = 0;
            let mut to_try: Vec<Place> = places.iter().rev().cloned().collect();
            while let Some(place) = to_try.pop() {
                let world = self.before.again();
                let there =
                    |file: &&String| file.strip_prefix(below.to_str().unwrap()).map(|file| world.path(file));
                let files = files.iter().filter_map(there);
                let files =
                    files.map(|file| file.to_str().unwrap().trim_end_matches('/').to_owned()).collect();
                run(&world, fault, &place, &files);
                match fault::failed(&world.path("trace")).is_empty() {
                    false => struck += 1,
                    true => to_try.extend(place.earlier()),
                }
                // A desk without space asks for a while, which a phone keeps to whoever asks it to send.
                an_hour_passes(&world);
                self.finish(&world, &format!("{name}, {fault:?} at {place:?}"));
            }
            let of = places.len();
            say(&format!(
                "{name}: {points} write points, {of} by call and thread, {fault:?} at {struck} of those"
            ));
            assert!(struck * 5 >= of * 4, "{name}: {fault:?} struck at {struck} of {of}");
        }
    }
}

/// What the phone shows as answered.
fn answers(world: &Field) -> Vec<String> {
    let shown = world.turnstone(&["messages"]);
    done(&shown);
    assert_eq!((&shown.json["not_believed"], &shown.json["damaged"]), (&Value::from(0), &Value::from(0)));
    let messages = shown.json["messages"].as_array().unwrap().iter();
    messages.map(|message| message["text"].as_str().unwrap().to_owned()).collect()
}

/// The desk's `import` of a bundle, not started.
fn import_command(world: &Field) -> Command {
    let path = |name: &str| world.path(name).to_str().unwrap().to_owned();
    let (bundle, server, answer) = (path("bundle"), path("desk/server"), path("answer"));
    world.desk_command(&["import", &bundle, "--to", &server, "--answer", &answer, "--force"])
}

/// A phone whose words and photo wait, and lie in a bundle as well.
fn carried() -> Waiting {
    let waiting = Waiting::new();
    let bundle = waiting.before.path("bundle");
    done(&waiting.before.turnstone(&["export", bundle.to_str().unwrap()]));
    waiting
}

/// That the bundle can be taken in again, and its answer taken by the phone, whatever became of the first time.
fn import_again(world: &Field, when: &str) {
    let again = world.done(import_command(world).output().unwrap());
    assert_eq!((again.code, &again.json["receipts"]), (Some(0), &2.into()), "{when}: {}", again.said);
    let left = std::fs::read_dir(world.path("desk/server/incoming")).unwrap().count();
    assert_eq!(left, 0, "{when}: what the first time left is swept");
    let came = world.turnstone(&["import", world.path("answer").to_str().unwrap()]);
    assert_eq!((came.code, &came.json["stored"]), (Some(0), &2.into()), "{when}: {}", came.said);
}

/// An intake that strace started, ended by its own process id.
fn end(mut child: Child) {
    if child.try_wait().unwrap().is_none() {
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}: {said}", output.status);
}

#[test]
fn p2_p3_a_sync_killed_after_any_write_delivers_once() {
    let waiting = Waiting::new();
    waiting.kill("sync", |world, kill_after| waiting.sync(world, kill_after));
}

#[test]
fn p2_p3_a_sync_of_a_phone_that_is_left_killed_after_any_write_delivers_once_and_leaves_nothing() {
    let waiting = Waiting::leaving();
    waiting.kill("sync of a phone that is left", |world, kill_after| waiting.sync(world, kill_after));
}

#[test]
fn p2_p3_a_sync_that_fetches_opened_receipts_and_is_killed_after_any_write_ends_the_same() {
    let waiting = Waiting::answered();
    waiting.kill("sync that fetches opened receipts and a reply", |world, kill_after| {
        waiting.sync(world, kill_after)
    });
}

#[test]
fn p3_a_reply_killed_after_any_write_is_read_once_or_was_never_written() {
    let waiting = Waiting::delivered(true);
    waiting.kill("reply", |world, kill_after| {
        let command = world.reply_command(waiting.reference(), ANSWER);
        let stepped = Stepper::start(&command, &world.path(""), &world.path("trace")).walk(kill_after);
        // What was written down and not left goes with the next `open`.
        world.open();
        let server = world.serve();
        waiting.link.set_target(Some(server.address()));
        done(&world.turnstone(&["sync"]));
        let answers = answers(world);
        assert!(answers.is_empty() || answers == [ANSWER], "killed after {kill_after:?}: {answers:?}");
        assert!(!answers.is_empty() || stepped.code.is_none(), "it came to its end, and nothing came of it");
        stepped
    });
}

#[test]
fn p2_p3_an_intake_killed_after_any_write_holds_what_it_gave_receipts_for() {
    let waiting = Waiting::new();
    waiting.kill("serve", |world, kill_after| waiting.serve(world, kill_after));
}

#[test]
fn p3_a_desk_tool_killed_after_any_write_opens_once() {
    let waiting = Waiting::delivered(false);
    waiting.kill("open", |world, kill_after| {
        Stepper::start(&world.open_command(), &world.path(""), &world.path("trace")).walk(kill_after)
    });
}

#[test]
fn p2_p3_a_desk_killed_after_any_write_while_it_takes_a_bundle_in_takes_it_in_once() {
    let waiting = carried();
    waiting.kill("desk import", |world, kill_after| {
        let stepped =
            Stepper::start(&import_command(world), &world.path(""), &world.path("trace")).walk(kill_after);
        import_again(world, &format!("killed after {kill_after:?}"));
        stepped
    });
}

#[test]
fn p2_p3_a_desk_whose_disk_fails_at_any_write_while_it_takes_a_bundle_in_vouches_for_what_it_holds() {
    let waiting = carried();
    let world = waiting.before.again();
    let counted = Stepper::start(&import_command(&world), &world.path(""), &world.path("trace")).walk(None);
    waiting.fail("desk import", counted, world, |world, fault, place, files| {
        let (output, _) = fault::run(&import_command(world), fault, place, files, &world.path("trace"));
        typed(&output, &format!("desk import, {fault:?} at {place:?}"));
        import_again(world, &format!("{fault:?} at {place:?}"));
    });
}

#[test]
fn p2_p9_a_sync_whose_disk_fails_at_any_write_delivers_once() {
    let waiting = Waiting::new();
    let world = waiting.before.again();
    let counted = waiting.sync(&world, None);
    waiting.fail("sync", counted, world, |world, fault, place, files| {
        let server = world.serve();
        waiting.link.set_target(Some(server.address()));
        let (output, _) = fault::run(&world.command(&["sync"]), fault, place, files, &world.path("trace"));
        typed(&output, &format!("sync, {fault:?} at {place:?}"));
    });
}

#[test]
fn p2_p3_an_intake_whose_disk_fails_at_any_write_gives_no_receipt_for_what_it_lost() {
    let waiting = Waiting::new();
    let world = waiting.before.again();
    let counted = waiting.serve(&world, None);
    waiting.fail("serve", counted, world, |world, fault, place, files| {
        let mut child = fault::start(&world.serve_command(), fault, place, files, &world.path("trace"));
        waiting.sync_beside(world, child.stdout.take().unwrap());
        end(child);
    });
}

#[test]
fn p3_a_desk_tool_whose_disk_fails_at_any_write_opens_once() {
    let waiting = Waiting::delivered(false);
    let world = waiting.before.again();
    let counted = Stepper::start(&world.open_command(), &world.path(""), &world.path("trace")).walk(None);
    waiting.fail("open", counted, world, |world, fault, place, files| {
        let (output, _) = fault::run(&world.open_command(), fault, place, files, &world.path("trace"));
        typed(&output, &format!("open, {fault:?} at {place:?}"));
    });
}
