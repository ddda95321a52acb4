//! A phone as it lay there once, its folder and its keys, kept beside it; and that folder put back on the phone later, as
//! from a backup, or by whoever had copied it.
#![expect(clippy::unwrap_used, reason = "a kit that cannot do its work ends the suite")]

use std::{fs, path::PathBuf};

use crate::{
    field::{Done, Field, copy_folder},
    outbox::Outbox,
};

/// Where it is kept, below the phone's own folder: a copy of that has it as well.
const FOLDER: &str = "seized";

/// The folder as it was then.
pub fn home(phone: &Field) -> PathBuf {
    phone.path(FOLDER).join("phone")
}

/// Keeps the phone as it is now, in the place of what was kept before.
///
/// # Panics
/// Where it cannot be copied.
pub fn seize(phone: &Field) {
    if phone.path(FOLDER).exists() {
        fs::remove_dir_all(phone.path(FOLDER)).unwrap();
    }
    fs::create_dir(phone.path(FOLDER)).unwrap();
    fs::create_dir(home(phone)).unwrap();
    copy_folder(&phone.home(), &home(phone));
    fs::copy(phone.key_file(), phone.path(FOLDER).join("keys")).unwrap();
}

/// That what waits is the same in every byte as it was then.
///
/// # Panics
/// Where it is not.
#[track_caller]
pub fn assert_outbox(phone: &Field, when: &str) {
    Outbox::of(&phone.home()).assert_same(&Outbox::of(&home(phone)), when);
}

/// The same, but that nothing opens replies any more.
///
/// # Panics
/// Where it is not.
#[track_caller]
pub fn assert_sealed_outbox(phone: &Field, when: &str) {
    Outbox::sealed_of(&phone.home()).assert_same(&Outbox::sealed_of(&home(phone)), when);
}

/// What `unlock` says where the folder as it was then lies on the phone again, and its keys are those of now, or, to show that
/// whoever tries can do it, those of then.
///
/// # Panics
/// Where it cannot be put back.
pub fn put_back(phone: &Field, pin: Option<&str>, keys_of_then: bool) -> Done {
    let thief = phone.again();
    if thief.home().exists() {
        fs::remove_dir_all(thief.home()).unwrap();
    }
    fs::create_dir(thief.home()).unwrap();
    copy_folder(&home(phone), &thief.home());
    if keys_of_then {
        fs::copy(thief.path(FOLDER).join("keys"), thief.key_file()).unwrap();
    }
    match pin {
        Some(pin) => thief.turnstone_with_pin(pin, &["unlock"]),
        None => thief.turnstone(&["unlock"]),
    }
}

/// That whoever has the folder and the keys of then opens it: else nothing is shown by their failing later.
///
/// # Panics
/// Where they do not.
#[track_caller]
pub fn assert_opened_then(phone: &Field, pin: Option<&str>) {
    let capable = put_back(phone, pin, true);
    assert_eq!(capable.code, Some(0), "with the keys that were: {}", capable.said);
}

/// That the folder as it was then opens with none of these PINs, by the keys the phone has now.
///
/// # Panics
/// Where it opens.
#[track_caller]
pub fn assert_ended(phone: &Field, pins: &[Option<&str>], when: &str) {
    for pin in pins {
        let opened = put_back(phone, *pin, false);
        let code = opened.json["error"]["code"].as_str().unwrap_or_default().to_owned();
        assert_eq!((opened.code, code.as_str()), (Some(1), "keys_missing"), "{when}: {}", opened.said);
    }
}
