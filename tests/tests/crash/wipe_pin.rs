//! A wipe PIN that comes, changes or goes, and a wipe by one, killed: the PIN opens all there was and one wipe PIN counts, the old or
//! the new; or nothing is left once anybody opens the folder again.

use std::process::Command;

use turnstone_tests::{field::Field, seized};

use crate::{
    phone::kept_reference,
    secret::{PIN, kept, opens},
    wiping::{is_whole, nothing_left},
    world::{Expected, Job, Told, WHAT, done, finish},
};

const WIPE: &str = "147036";
const OTHER_WIPE: &str = "863590";
const NEW_PIN: &str = "741963";

fn set_wipe(phone: &Field, wipe: &str) -> Command {
    let named = ["--pin-env", "PIN", "--wipe-pin-env", "WIPE"];
    let mut set = phone.command(&["pin", "set-wipe", "--yes"]);
    set.args(named).env("PIN", PIN).env("WIPE", wipe);
    set
}

fn with_wipe_pin(phone: &Field) {
    kept(phone, Some(PIN));
    done(&phone.done(set_wipe(phone, WIPE).output().unwrap()));
    seized::seize(phone);
}

/// Whether a PIN wipes: tried on a copy of the phone.
fn wipes(phone: &Field, wipe: &str) -> bool {
    let given = phone.again().turnstone_with_pin(wipe, &["list"]);
    let code = &given.json["error"]["code"];
    assert!(code == "not_set_up" || code == "wrong_pin", "{}", given.said);
    code == "not_set_up"
}

/// That the PIN opens all there was.
fn whole(phone: &Field, when: &str) {
    assert!(is_whole(phone, Some(PIN), when), "{when}: it was wiped, and nobody gave the wipe PIN");
}

/// Wipes it by the wipe PIN that counts: nothing is left, and nothing of before opens.
fn wiped_by(phone: &Field, wipe: &str, when: &str) -> Expected {
    assert_eq!(phone.turnstone_with_pin(wipe, &["list"]).json["error"]["code"], "not_set_up", "{when}");
    nothing_left(phone, &[Some(PIN), Some(wipe)], when);
    Expected::new()
}

#[test]
fn a_wipe_pin_set_and_killed_after_any_write_counts_or_does_not_and_the_pin_opens_all() {
    let check = |phone: &Field, told: &Told| {
        whole(phone, "pin set-wipe");
        let counts = wipes(phone, WIPE);
        assert!(counts || !told.succeeded, "said to be set: {}", told.json);
        done(&phone.done(set_wipe(phone, WIPE).output().unwrap()));
        wiped_by(phone, WIPE, "once it is set")
    };
    Job::new("pin set-wipe", |phone| kept(phone, Some(PIN)), |phone| set_wipe(phone, WIPE), check).kill();
}

#[test]
fn another_wipe_pin_set_and_killed_after_any_write_is_the_old_or_the_new_one() {
    let check = |phone: &Field, told: &Told| {
        whole(phone, "pin set-wipe, again");
        let (old, new) = (wipes(phone, WIPE), wipes(phone, OTHER_WIPE));
        assert_ne!(old, new, "one of the two, and never both");
        assert!(new || !told.succeeded, "said to be set: {}", told.json);
        if old {
            done(&phone.done(set_wipe(phone, OTHER_WIPE).output().unwrap()));
        }
        assert!(!wipes(phone, WIPE));
        wiped_by(phone, OTHER_WIPE, "once another is set")
    };
    let command = |phone: &Field| set_wipe(phone, OTHER_WIPE);
    Job::new("pin set-wipe, again", with_wipe_pin, command, check).kill();
}

#[test]
fn a_wipe_pin_taken_away_and_killed_after_any_write_counts_or_does_not_and_all_is_delivered() {
    const REMOVE: [&str; 2] = ["pin", "remove-wipe"];
    let command = |phone: &Field| {
        let mut remove = phone.command(&REMOVE);
        remove.args(["--pin-env", "PIN"]).env("PIN", PIN);
        remove
    };
    let check = |phone: &Field, told: &Told| {
        whole(phone, "pin remove-wipe");
        assert!(!(told.succeeded && wipes(phone, WIPE)), "said to be taken away: {}", told.json);
        done(&phone.turnstone_with_pin(PIN, &REMOVE));
        assert!(!wipes(phone, WIPE));
        finish(phone, Expected::from([(kept_reference(phone), (WHAT, 1))]))
    };
    Job::new("pin remove-wipe", with_wipe_pin, command, check).kill();
}

#[test]
fn a_pin_changed_beside_a_wipe_pin_and_killed_after_any_write_ends_it_or_is_not_changed() {
    let command = |phone: &Field| {
        let mut change = phone.command(&["pin", "change", "--pin-env", "OLD", "--new-pin-env", "NEW"]);
        change.env("OLD", PIN).env("NEW", NEW_PIN);
        change
    };
    let check = |phone: &Field, told: &Told| {
        seized::assert_outbox(phone, "pin change");
        let (old, new) = (opens(phone, Some(PIN)), opens(phone, Some(NEW_PIN)));
        assert_ne!(old.is_some(), new.is_some(), "the old or the new");
        assert_eq!(wipes(phone, WIPE), old.is_some(), "it stands beside the old one, and ends with it");
        assert!(new.is_some() || !told.succeeded, "said to be changed: {}", told.json);
        finish(phone, Expected::from([(kept_reference(phone), (WHAT, 1))]))
    };
    Job::new("pin change, beside a wipe PIN", with_wipe_pin, command, check).kill();
}

#[test]
fn a_wipe_by_the_wipe_pin_killed_after_any_write_has_not_begun_or_is_finished_by_the_next_opening() {
    let command = |phone: &Field| {
        let mut list = phone.command(&["list", "--pin-env", "PIN"]);
        list.env("PIN", WIPE);
        list
    };
    let check = |phone: &Field, told: &Told| {
        let when = "list with the wipe PIN";
        let said = told.succeeded || told.json["error"]["code"] == "not_set_up";
        if is_whole(phone, Some(PIN), when) {
            assert!(!said, "said to be a folder that was never set up");
            return wiped_by(phone, WIPE, when);
        }
        nothing_left(phone, &[Some(PIN), Some(WIPE)], when);
        Expected::new()
    };
    Job { code: 1, ..Job::new("list with the wipe PIN", with_wipe_pin, command, check) }.kill();
}
