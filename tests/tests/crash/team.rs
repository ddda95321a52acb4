//! A team's device whose set-up, or whose writer, changes while a program is killed: the old or the new, and what waits is
//! the same in every byte.

use std::process::Command;

use serde_json::Value;
use turnstone_tests::{field::Field, seized};

use crate::{
    phone::{draft, kept_reference, waiting},
    secret::{OTHER, PIN},
    world::{Expected, Job, Told, WHAT, done, finish, listed},
};

const TEAM: &str = "Gull Point Watch";

/// A team's profile, signed with the desk's keys, beside the phone.
fn make_profile(phone: &Field) {
    let (desk, to) = (phone.path("desk"), phone.path("team.profile"));
    phone.desk(
        ["profile".as_ref(), desk.as_os_str(), "--to".as_ref(), to.as_os_str()],
        ["--team", TEAM, "--person", "A. Lookout", "--person", "B. Lookout"],
    );
}

/// A report that waits, and a draft, on a phone with a profile beside it.
fn kept(phone: &Field) {
    make_profile(phone);
    draft(phone, true);
    waiting(phone);
}

/// The team in force; null where there is none.
fn team(phone: &Field) -> Value {
    let shown = phone.turnstone(&["profile", "show"]);
    done(&shown);
    shown.json["profile"]["team"].clone()
}

/// That what waits is as it was, and the draft too.
fn untouched(phone: &Field, when: &str) {
    seized::assert_outbox(phone, when);
    let counts = &listed(phone)["counts"];
    assert_eq!((&counts["drafts"], &counts["reports"]), (&1.into(), &1.into()), "{when}: {counts}");
}

/// Sends the report and the draft.
fn send_all(phone: &Field) -> Expected {
    let second = phone.turnstone(&["draft", "submit", "1"]);
    let second = crate::world::reference(&second);
    finish(phone, Expected::from([(kept_reference(phone), (WHAT, 1)), (second, (WHAT, 1))]))
}

fn taken(phone: &Field, told: &Told) -> Expected {
    untouched(phone, "profile take");
    let team_now = team(phone);
    assert!(team_now.is_null() || team_now == TEAM, "{team_now}");
    assert!(!told.succeeded || team_now == TEAM, "said to be taken: {}", told.json);
    if team_now.is_null() {
        done(&phone.turnstone(&["profile", "take", "team.profile"]));
    }
    untouched(phone, "once it is taken");
    send_all(phone)
}

fn left(phone: &Field, told: &Told) -> Expected {
    untouched(phone, "profile leave");
    let team_now = team(phone);
    assert!(team_now.is_null() || team_now == TEAM, "{team_now}");
    assert!(!told.succeeded || team_now.is_null(), "said to be left: {}", told.json);
    done(&phone.turnstone(&["profile", "leave"]));
    untouched(phone, "once it is left");
    send_all(phone)
}

/// A locked team's device with a note in the hand of A, and a report of theirs that waits.
fn written_by_a(phone: &Field) {
    make_profile(phone);
    done(&phone.turnstone(&["profile", "take", "team.profile"]));
    let mut set = phone.command(&["pin", "set", "--new-pin-env", "NEW"]);
    done(&phone.done(set.env("NEW", PIN).output().unwrap()));
    done(&phone.turnstone(&["writer", "is", "A. Lookout"]));
    draft(phone, false);
    waiting(phone);
    seized::seize(phone);
}

fn writer_is_b(phone: &Field) -> Command {
    phone.command(&["writer", "is", "B. Lookout"])
}

/// One of the two writes, and has the one note that is open.
fn writer_changed(phone: &Field, told: &Told) -> Expected {
    untouched(phone, "writer is");
    let shown = phone.turnstone(&["writer", "show"]);
    done(&shown);
    let now = &shown.json["writer"];
    assert!(now["name"] == "A. Lookout" || now["name"] == "B. Lookout", "{now}");
    assert_eq!(now["open_notes"], 1, "handed over in one step with the change: {}", shown.json);
    assert!(!told.succeeded || now["name"] == "B. Lookout", "said to be changed: {}", told.json);
    done(&phone.done(writer_is_b(phone).output().unwrap()));
    untouched(phone, "once B writes");
    let note = phone.turnstone_with_pin(PIN, &["draft", "show", "1"]);
    assert_eq!(note.json["writer"], "B. Lookout", "{}", note.json);
    let second = crate::world::reference(&phone.turnstone_with_pin(PIN, &["draft", "submit", "1"]));
    finish(phone, Expected::from([(kept_reference(phone), (WHAT, 1)), (second, (WHAT, 0))]))
}

#[test]
fn p1_p6_a_change_of_writer_killed_after_any_write_is_whole_or_not_begun_and_drops_no_note() {
    Job::new("writer is", written_by_a, writer_is_b, writer_changed).kill();
}

/// A locked team's device where A has a PIN of their own, and a report of theirs waits.
fn with_own_pin(phone: &Field) {
    make_profile(phone);
    done(&phone.turnstone(&["profile", "take", "team.profile"]));
    done(&phone.turnstone(&["writer", "is", "A. Lookout"]));
    done(&phone.done(set_own(phone).output().unwrap()));
    draft(phone, false);
    waiting(phone);
    seized::seize(phone);
}

fn set_own(phone: &Field) -> Command {
    let mut set = phone.command(&["pin", "set", "--as", "A. Lookout", "--new-pin-env", "NEW"]);
    set.env("NEW", PIN);
    set
}

fn change_own(phone: &Field) -> Command {
    let named = ["--pin-env", "PIN", "--new-pin-env", "NEW"];
    let mut change = phone.command(&["pin", "change", "--as", "A. Lookout"]);
    change.args(named).env("PIN", PIN).env("NEW", OTHER);
    change
}

fn forget_own(phone: &Field) -> Command {
    phone.command(&["pin", "forget", "--as", "A. Lookout", "--yes"])
}

/// Why what A wrote cannot be read with their PIN; nothing where it can.
fn unread(phone: &Field) -> Option<String> {
    unread_with(phone, PIN)
}

fn unread_with(phone: &Field, pin: &str) -> Option<String> {
    let read = ["preview", &kept_reference(phone), "--as", "A. Lookout"];
    let shown = phone.turnstone_with_pin(pin, &read);
    if shown.code == Some(0) {
        assert_eq!(shown.json["report"]["sightings"][0]["what"], WHAT);
        return None;
    }
    Some(shown.json["error"]["code"].as_str().unwrap_or_default().to_owned())
}

/// Their PIN opens their copy, or there is none and neither is the copy; what waits is the same, and the team's note too.
fn own_forgotten(phone: &Field, told: &Told) -> Expected {
    seized::assert_sealed_outbox(phone, "pin forget --as");
    match unread(phone).as_deref() {
        None => {
            assert!(!told.succeeded, "said to be forgotten: {}", told.json);
            done(&phone.done(forget_own(phone).output().unwrap()));
        }
        Some(why) => assert_eq!(why, "no_pin_of_their_own"),
    }
    // Another PIN of theirs opens nothing of before.
    done(&phone.done(set_own(phone).output().unwrap()));
    assert_eq!(unread(phone).as_deref(), Some("not_found"));
    seized::assert_sealed_outbox(phone, "once it is forgotten");
    let note = phone.turnstone(&["draft", "submit", "1"]);
    let note = crate::world::reference(&note);
    finish(phone, Expected::from([(kept_reference(phone), (WHAT, 1)), (note, (WHAT, 0))]))
}

#[test]
fn p1_p3_a_persons_pin_forgotten_and_killed_after_any_write_is_there_with_its_copies_or_gone_with_them() {
    Job::new("pin forget --as", with_own_pin, forget_own, own_forgotten).kill();
}

/// Their old PIN opens their copy or the new one does; what waits is the same.
fn own_changed(phone: &Field, told: &Told) -> Expected {
    seized::assert_outbox(phone, "pin change --as");
    let (old, new) = (unread_with(phone, PIN), unread_with(phone, OTHER));
    assert_ne!(old.is_none(), new.is_none(), "the old or the new: {old:?}, {new:?}");
    assert!(new.is_none() || !told.succeeded, "said to be changed: {}", told.json);
    let note = crate::world::reference(&phone.turnstone(&["draft", "submit", "1"]));
    finish(phone, Expected::from([(kept_reference(phone), (WHAT, 1)), (note, (WHAT, 0))]))
}

#[test]
fn p1_p3_a_persons_pin_changed_and_killed_after_any_write_is_the_old_or_the_new_one() {
    Job::new("pin change --as", with_own_pin, change_own, own_changed).kill();
}

/// A locked team's device where A writes, without a PIN of their own, and a report of theirs waits.
fn without_own_pin(phone: &Field) {
    make_profile(phone);
    done(&phone.turnstone(&["profile", "take", "team.profile"]));
    done(&phone.turnstone(&["writer", "is", "A. Lookout"]));
    draft(phone, false);
    waiting(phone);
    seized::seize(phone);
}

/// They have a PIN or none, and in the end one that keeps what they submit; what waits is the same.
fn own_set(phone: &Field, told: &Told) -> Expected {
    seized::assert_outbox(phone, "pin set --as");
    let again = phone.done(set_own(phone).output().unwrap());
    assert!(again.code == Some(0) || again.json["error"]["code"] == "invalid", "{}", again.said);
    assert!(!told.succeeded || again.code != Some(0), "said to be set: {}", told.json);
    let note = crate::world::reference(&phone.turnstone(&["draft", "submit", "1"]));
    let shown = phone.turnstone_with_pin(PIN, &["preview", &note, "--as", "A. Lookout"]);
    assert_eq!(shown.json["report"]["sightings"][0]["what"], WHAT, "{}", shown.said);
    finish(phone, Expected::from([(kept_reference(phone), (WHAT, 1)), (note, (WHAT, 0))]))
}

#[test]
fn p1_p3_a_persons_pin_set_and_killed_after_any_write_is_set_or_not_and_touches_nothing_that_waits() {
    Job::new("pin set --as", without_own_pin, set_own, own_set).kill();
}

#[test]
fn p1_p3_a_profile_taken_and_killed_after_any_write_is_in_force_or_not_and_touches_nothing_that_waits() {
    let prepare = |phone: &Field| {
        kept(phone);
        seized::seize(phone);
    };
    Job::new("profile take", prepare, |phone| phone.command(&["profile", "take", "team.profile"]), taken)
        .kill();
}

#[test]
fn p1_p3_a_profile_left_and_killed_after_any_write_is_in_force_or_not_and_touches_nothing_that_waits() {
    let prepare = |phone: &Field| {
        kept(phone);
        done(&phone.turnstone(&["profile", "take", "team.profile"]));
        seized::seize(phone);
    };
    Job::new("profile leave", prepare, |phone| phone.command(&["profile", "leave"]), left).kill();
}
