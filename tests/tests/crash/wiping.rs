//! A wipe that is killed: the phone is as it was, or nothing of it is left once anybody opens it again; and either way nothing
//! that was wiped opens.

use std::{fs, process::Command};

use serde_json::Value;
use turnstone_tests::{field::Field, seized};

use crate::{
    phone::kept_reference,
    secret::{PIN, kept, opens},
    world::{Expected, Job, Told, WHAT, done, listed},
};

/// A report that waits, a draft, and a database that was set aside with the same in it.
fn kept_and_set_aside(phone: &Field) {
    fs::create_dir(phone.home().join("damaged-words.part")).unwrap();
    done(&phone.turnstone(&["list"]));
    assert!(phone.home().join("damaged-words-1/words.db").is_file());
    kept(phone, None);
}

fn wipe_command(phone: &Field) -> Command {
    phone.command(&["wipe", "--yes"])
}

/// That nothing of the home is left, and no key; what was put there before opens nothing.
pub(crate) fn nothing_left(phone: &Field, pins: &[Option<&str>], when: &str) {
    let left = fs::read_dir(phone.home()).map_or(0, Iterator::count);
    assert_eq!(left, 0, "{when}: nothing of the home is left");
    let keys: Value = serde_json::from_slice(&fs::read(phone.key_file()).unwrap()).unwrap();
    assert_eq!(keys["slots"].as_object().map_or(0, serde_json::Map::len), 0, "{when}: no key is left");
    seized::assert_ended(phone, pins, when);
}

/// Whether it is there as it was, by its PIN where it has one; else whoever opened it has finished the wipe.
pub(crate) fn is_whole(phone: &Field, pin: Option<&str>, when: &str) -> bool {
    let opened = phone.turnstone(&["list"]);
    if opened.code != Some(0) {
        assert_eq!(opened.json["error"]["code"], "not_set_up", "{when}: {}", opened.said);
        return false;
    }
    seized::assert_outbox(phone, when);
    let listed = opens(phone, pin).unwrap_or_else(|| panic!("{when}: neither whole nor wiped"));
    let (copy, drafts) = (&listed["reports"][0]["copy_kept"], &listed["counts"]["drafts"]);
    assert_eq!((copy, drafts), (&true.into(), &1.into()), "{when}: {listed}");
    true
}

fn wiped(phone: &Field, told: &Told) -> Expected {
    if is_whole(phone, None, "wipe") {
        assert!(!told.succeeded, "said to be wiped: {}", told.json);
        done(&phone.turnstone(&["wipe", "--yes"]));
    }
    nothing_left(phone, &[None], "wipe");
    Expected::new()
}

const AFTER_SENDING: [&str; 3] = ["wipe", "--after-sending", "--yes"];

/// All that could be read is there, or nothing of it; what waits is the same, and once it is sent nothing is left.
fn leaving(phone: &Field, told: &Told) -> Expected {
    seized::assert_sealed_outbox(phone, "wipe --after-sending");
    if let Some(listed) = opens(phone, Some(PIN)) {
        assert!(!told.succeeded, "said to be leaving: {}", told.json);
        let (copy, drafts) = (&listed["reports"][0]["copy_kept"], &listed["counts"]["drafts"]);
        assert_eq!((copy, drafts), (&true.into(), &1.into()), "{listed}");
        done(&phone.turnstone(&AFTER_SENDING));
    }
    assert_eq!(listed(phone)["counts"]["drafts"], 0);
    seized::assert_sealed_outbox(phone, "once it is leaving");
    seized::assert_ended(phone, &[Some(PIN)], "wipe --after-sending");
    done(&phone.turnstone(&["sync"]));
    nothing_left(phone, &[Some(PIN)], "all is sent");
    Expected::from([(kept_reference(phone), (WHAT, 1))])
}

#[test]
fn a_wipe_killed_after_any_write_has_not_begun_or_is_finished_by_the_next_opening() {
    Job::new("wipe", kept_and_set_aside, wipe_command, wiped).kill();
}

#[test]
fn p2_p3_a_wipe_after_sending_killed_after_any_write_has_not_begun_or_goes_on_and_all_is_delivered() {
    let prepare = |phone: &Field| kept(phone, Some(PIN));
    Job::new("wipe --after-sending", prepare, |phone| phone.command(&AFTER_SENDING), leaving).kill();
}
