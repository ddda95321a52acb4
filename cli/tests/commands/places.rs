//! The home folder and the key file: set up, damaged, wiped; and files that are not there.

use std::fs;

use serde_json::Value;

use crate::kit::{Computer, ended, json, make_desk, merge_directories, with_desk};

/// The files of the home folder.
fn home_files(computer: &Computer) -> usize {
    fs::read_dir(computer.path("home"))
        .into_iter()
        .flatten()
        .filter(|file| file.as_ref().unwrap().path().is_file())
        .count()
}

/// What is left, in one text.
fn left(answer: &Value) -> String {
    assert_eq!(answer["outcome"], "partly_wiped");
    answer["left"].to_string()
}

#[test]
fn a_home_with_a_damaged_key_file_is_wiped_and_the_keys_that_may_be_left_are_named() {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    fs::write(computer.path("keys"), "no keys").unwrap();
    let wiped = computer.json(1, &["wipe", "--yes"]);
    let keys = computer.path("keys").canonicalize().unwrap();
    assert!(left(&wiped).contains(&format!("keys may be left in {}", keys.display())), "{wiped}");
    assert_eq!(home_files(&computer), 1, "the note of which keys are still to be ended");
    assert_eq!(computer.json(1, &["list"])["error"]["code"], "not_set_up");
}

#[test]
fn a_home_without_its_key_file_is_wiped_and_none_is_made() {
    let computer = with_desk();
    fs::remove_file(computer.path("keys")).unwrap();
    let wiped = computer.json(1, &["wipe", "--yes"]);
    assert!(left(&wiped).contains("there is no key file"), "{wiped}");
    assert_eq!(home_files(&computer), 1, "the note of which keys are still to be ended");
    assert!(!computer.path("keys").exists());
}

#[test]
fn a_home_with_a_damaged_or_missing_database_is_wiped() {
    for damage in ["damaged", "missing"] {
        let computer = with_desk();
        let words = computer.path("home").join("words.db");
        if damage == "damaged" {
            fs::write(&words, "no database, and longer than a header of one hundred bytes ".repeat(9))
                .unwrap();
        } else {
            fs::remove_file(&words).unwrap();
        }
        let wiped = computer.json(1, &["wipe", "--yes"]);
        assert!(left(&wiped).contains("keys may be left in"), "{damage}: {wiped}");
        assert_eq!(home_files(&computer), 0, "{damage}");
        assert_eq!(computer.json(1, &["wipe", "--yes"])["error"]["code"], "not_set_up");
    }
}

#[test]
fn a_home_without_desks_takes_them_later_and_what_was_kept_goes_to_them() {
    let computer = Computer::set_up();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    let desk = computer.path("desk");
    make_desk(&desk, "harbour");
    let updated = computer.init_with(0, &desk);
    assert_eq!((&updated["outcome"], &updated["desks"][0]), (&"updated".into(), &"harbour".into()));
    assert_eq!(computer.init_with(0, &desk)["outcome"], "updated");
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn root_keys_that_did_not_sign_the_directory_are_not_taken() {
    let computer = Computer::set_up();
    let desks = ["east", "west"].map(|id| computer.path(id));
    make_desk(&desks[0], "east");
    make_desk(&desks[1], "west");
    let mut init = computer.command(&["init", "--json"]);
    init.arg("--directory").arg(desks[0].join("directory.json"));
    init.arg("--root-key").arg(desks[1].join("root.pub"));
    assert_eq!(json(&ended(&mut init, 1))["error"]["code"], "invalid");
    assert_eq!(computer.init_with(0, &desks[0])["desks"][0], "east");
    // Once taken they stay: whoever has the device for a minute names no desk of their own.
    assert_eq!(computer.init_with(1, &desks[1])["error"]["code"], "invalid");
    merge_directories(&desks, computer.folder.path());
    assert_eq!(computer.init_with(1, computer.folder.path())["error"]["code"], "invalid");
}

#[test]
fn a_home_that_is_set_up_is_left_as_it_is_and_no_wipe_is_advised() {
    let computer = with_desk();
    let refused = computer.json(1, &["init"]);
    assert_eq!(refused["error"]["code"], "already_set_up");
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.contains("--directory FILE --root-key FILE") && !message.contains("wipe"), "{message}");
    let help = String::from_utf8(computer.run(0, &["init", "--help"]).stdout).unwrap();
    assert!(help.contains("set up already"), "{help}");
}

#[test]
fn where_nothing_is_set_up_the_folder_is_named_and_what_to_type() {
    let computer = Computer::new();
    let refused = computer.json(1, &["list"]);
    assert_eq!(refused["error"]["code"], "not_set_up");
    let message = refused["error"]["message"].as_str().unwrap();
    let (home, keys) = (computer.path("home"), computer.path("keys"));
    assert!(message.contains(&format!("in {} yet", home.display())), "{message}");
    let init = format!("`turnstone --home {} --key-file {} init`", home.display(), keys.display());
    assert!(message.contains(&init), "{message}");
}

#[test]
fn a_file_that_is_not_there_is_said_in_words() {
    let computer = Computer::set_up();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    let (missing, folder) = (computer.path("missing.jpg"), computer.path("home"));
    for (file, why) in [(&missing, "there is no such file"), (&folder, "it is a folder, not a file")] {
        let refused = computer.json(1, &["draft", "attach", "1", file.to_str().unwrap()]);
        assert_eq!(refused["error"]["message"], format!("{}: {why}", file.display()));
    }
    let refused = computer.init_with(1, &computer.path("nowhere"));
    assert!(refused["error"]["message"].as_str().unwrap().ends_with("there is no such file"), "{refused}");
}

#[test]
fn what_is_to_be_typed_can_be_typed_whatever_the_folder_is_called() {
    let computer = Computer::new();
    let home = computer.path("Ann's reports");
    let typed = |args: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_turnstone"));
        command.args(args).arg("--home").arg(&home).arg("--key-file").arg(computer.path("keys"));
        ended(&mut command, 0)
    };
    typed(&["init"]);
    let kept =
        String::from_utf8(typed(&["report", "kraken", "--what", "Grey RIB", "--draft"]).stdout).unwrap();
    let submit = kept.split('`').nth(1).unwrap();
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_turnstone")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut shell = assert_cmd::Command::new("sh");
    let answer = ended(shell.args(["-c", &format!("{submit} --json")]).env("PATH", path), 0);
    assert_eq!(json(&answer)["reason"], "no_desk");
}
