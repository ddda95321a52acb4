//! A team's device whose set-up, or whose writer, changes while a program is killed: the old or the new, and what waits is
//! the same in every byte.

use serde_json::Value;
use turnstone_tests::{field::Field, outbox::Outbox, seized};

use crate::{
    phone::{draft, kept_reference, waiting},
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
    Outbox::of(&phone.home()).assert_same(&seized::outbox(phone), when);
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
