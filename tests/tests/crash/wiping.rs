//! A wipe that is killed: the phone is as it was, or nothing of it is left once anybody opens it again; and either way nothing
//! that was wiped opens.

use std::{fs, process::Command};

use serde_json::Value;
use turnstone_tests::{field::Field, seized};

use crate::{
    secret::kept,
    world::{Expected, Job, Told, done},
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
pub(crate) fn nothing_left(phone: &Field, when: &str) {
    let left = fs::read_dir(phone.home()).map_or(0, Iterator::count);
    assert_eq!(left, 0, "{when}: nothing of the home is left");
    let keys: Value = serde_json::from_slice(&fs::read(phone.key_file()).unwrap()).unwrap();
    assert_eq!(keys["slots"].as_object().map_or(0, serde_json::Map::len), 0, "{when}: no key is left");
    seized::assert_ended(phone, &[None], when);
}

fn wiped(phone: &Field, told: &Told) -> Expected {
    if !told.succeeded {
        // Its first half may have ended the keys: then only the second can be finished.
        phone.turnstone(&["wipe", "--yes"]);
    }
    nothing_left(phone, "wipe");
    Expected::new()
}

#[test]
fn a_wipe_killed_after_any_write_can_be_finished() {
    Job::new("wipe", kept_and_set_aside, wipe_command, wiped).kill();
}
