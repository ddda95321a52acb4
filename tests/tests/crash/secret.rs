//! What a PIN's coming, changing and going leaves after a kill: the old or the new, all that was kept, the outbox untouched, and
//! nothing that opens the folder as it was.

use std::process::Command;

use serde_json::Value;
use turnstone_tests::{field::Field, seized};

use crate::{
    phone::{draft, kept_reference, waiting},
    world::{Expected, Job, Told, WHAT, done, finish, listed, references},
};

pub(crate) const PIN: &str = "258025";
pub(crate) const OTHER: &str = "741963";

/// A report that waits with its photo, and a draft; under a PIN where one is named.
pub(crate) fn kept(phone: &Field, pin: Option<&str>) {
    if let Some(pin) = pin {
        let mut set = phone.command(&["pin", "set", "--new-pin-env", "NEW"]);
        done(&phone.done(set.env("NEW", pin).output().unwrap()));
    }
    // Written while it is locked, and taken in by an unlock: what lies at the door has been seen to elsewhere.
    waiting(phone);
    draft(phone, false);
    done(&match pin {
        Some(pin) => phone.turnstone_with_pin(pin, &["unlock"]),
        None => phone.turnstone(&["unlock"]),
    });
    seized::seize(phone);
    seized::assert_opened_then(phone, pin);
}

/// What it lists where it opens with this PIN, or without one.
pub(crate) fn opens(phone: &Field, pin: Option<&str>) -> Option<Value> {
    let listed = listed(phone);
    let opened = match (listed["locked"] == false, pin) {
        (open, None) => return open.then_some(listed),
        // Where there is no PIN, any opens.
        (true, Some(_)) => return None,
        (false, Some(pin)) => phone.turnstone_with_pin(pin, &["list"]),
    };
    (opened.code == Some(0) && opened.json["locked"] == false).then_some(opened.json)
}

/// A command that gives the vault another PIN, or takes its PIN away.
struct Change {
    outcome: &'static str,
    command: fn(&Field) -> Command,
    old: Option<&'static str>,
    new: Option<&'static str>,
}

const SET: Change = Change {
    outcome: "set",
    command: |phone| {
        let mut command = phone.command(&["pin", "set", "--new-pin-env", "NEW"]);
        command.env("NEW", PIN);
        command
    },
    old: None,
    new: Some(PIN),
};
const CHANGE: Change = Change {
    outcome: "changed",
    command: |phone| {
        let mut command = phone.command(&["pin", "change", "--pin-env", "OLD", "--new-pin-env", "NEW"]);
        command.env("OLD", PIN).env("NEW", OTHER);
        command
    },
    old: Some(PIN),
    new: Some(OTHER),
};
const REMOVE: Change = Change {
    outcome: "removed",
    command: |phone| {
        let mut command = phone.command(&["pin", "remove", "--pin-env", "OLD"]);
        command.env("OLD", PIN);
        command
    },
    old: Some(PIN),
    new: None,
};

/// What must hold whenever it was killed: one of the two opens all there was; once the new one does, nothing else ever will.
fn changed(phone: &Field, told: &Told, change: &Change) -> Expected {
    seized::assert_outbox(phone, change.outcome);
    let (by_old, by_new) = (opens(phone, change.old), opens(phone, change.new));
    assert_ne!(by_old.is_some(), by_new.is_some(), "{}: the old or the new", change.outcome);
    if told.succeeded || told.json["outcome"] == change.outcome {
        assert!(by_new.is_some(), "said to be {}", change.outcome);
    }
    if by_old.is_some() {
        done(&phone.done((change.command)(phone).output().unwrap()));
    }
    let listed = by_old.or(by_new).unwrap();
    let reference = kept_reference(phone);
    assert_eq!(references(&listed), [reference.as_str()], "{listed}");
    let (copy, drafts) = (&listed["reports"][0]["copy_kept"], &listed["counts"]["drafts"]);
    assert_eq!((copy, drafts), (&true.into(), &1.into()), "{listed}");
    seized::assert_outbox(phone, "once it is done");
    // The new PIN was used: whatever a kill left undone of the shred is done.
    assert!(opens(phone, change.new).is_some(), "it is done by now");
    // To a folder with a PIN, none is no answer.
    let pins = [change.old, change.new].into_iter().filter(|pin| pin.is_some() || change.old.is_none());
    seized::assert_ended(phone, &pins.collect::<Vec<_>>(), change.outcome);
    finish(phone, Expected::from([(reference, (WHAT, 1))]))
}

#[test]
fn p1_p6_a_pin_set_and_killed_after_any_write_is_set_or_not_and_keeps_all() {
    Job::new("pin set", |phone| kept(phone, None), SET.command, |phone, told| changed(phone, told, &SET))
        .kill();
}

#[test]
fn p1_p6_a_pin_changed_and_killed_after_any_write_is_the_old_or_the_new_one() {
    Job::new(
        "pin change",
        |phone| kept(phone, Some(PIN)),
        CHANGE.command,
        |phone, told| changed(phone, told, &CHANGE),
    )
    .kill();
}

#[test]
fn p1_p6_a_pin_removed_and_killed_after_any_write_is_there_or_not_and_keeps_all() {
    Job::new(
        "pin remove",
        |phone| kept(phone, Some(PIN)),
        REMOVE.command,
        |phone, told| changed(phone, told, &REMOVE),
    )
    .kill();
}

/// What must hold whenever the forgetting of a PIN was killed: its PIN opens all, or nothing is kept and there is none; what
/// waits is the same and goes.
fn forgotten(phone: &Field, told: &Told) -> Expected {
    seized::assert_sealed_outbox(phone, "pin forget");
    let (by_old, by_none) = (opens(phone, Some(PIN)), opens(phone, None));
    assert_ne!(by_old.is_some(), by_none.is_some(), "the old or the new");
    assert!(!told.succeeded || by_none.is_some(), "said to be forgotten: {}", told.json);
    if let Some(listed) = by_old {
        assert_eq!(
            (&listed["reports"][0]["copy_kept"], &listed["counts"]["drafts"]),
            (&true.into(), &1.into())
        );
        done(&phone.turnstone(&FORGET));
    }
    let listed = opens(phone, None).unwrap();
    let reference = kept_reference(phone);
    assert_eq!(references(&listed), [reference.as_str()], "what waits is listed: {listed}");
    assert_eq!((&listed["reports"][0]["copy_kept"], &listed["counts"]["drafts"]), (&false.into(), &0.into()));
    seized::assert_sealed_outbox(phone, "once it is forgotten");
    seized::assert_ended(phone, &[Some(PIN)], "pin forget");
    finish(phone, Expected::from([(reference, (WHAT, 1))]))
}

const FORGET: [&str; 3] = ["pin", "forget", "--yes"];

#[test]
fn p1_p6_a_pin_forgotten_and_killed_after_any_write_is_there_with_all_or_gone_with_all_that_it_opened() {
    Job::new("pin forget", |phone| kept(phone, Some(PIN)), |phone| phone.command(&FORGET), forgotten).kill();
}
