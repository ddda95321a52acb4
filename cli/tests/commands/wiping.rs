//! `wipe` by the program: what it takes, what it leaves, and what the folder says afterwards.

use std::{fs, process::Stdio};

use serde_json::Value;

use crate::kit::{Computer, ended, json, with_desk};

fn names(computer: &Computer) -> Vec<String> {
    let entries = fs::read_dir(computer.path("home")).into_iter().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn slots(computer: &Computer) -> usize {
    let keys: Value = serde_json::from_slice(&fs::read(computer.path("keys")).unwrap()).unwrap();
    keys["slots"].as_object().unwrap().len()
}

/// A computer with something set aside and a bundle in its folder, and a report that waits.
fn full_computer() -> Computer {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    let bundle = computer.path("reports.bundle");
    computer.run(0, &["export", bundle.to_str().unwrap()]);
    computer.run(0, &["init", "--anew", "--yes"]);
    computer.run(0, &["report", "kraken", "--what", "Grey RIB again", "--draft"]);
    fs::rename(&bundle, computer.path("home/film.mp4")).unwrap();
    fs::write(computer.path("home/.more.bundle.part"), b"age-enc").unwrap();
    assert!(computer.path("home/set-aside-1").is_dir());
    computer
}

#[test]
fn a_wipe_takes_what_was_set_aside_and_bundles_in_the_folder_and_leaves_what_is_not_its_own() {
    let computer = full_computer();
    fs::write(computer.path("home/notes.txt"), "theirs").unwrap();
    assert_eq!(computer.json(0, &["wipe", "--yes"])["outcome"], "wiped");
    assert_eq!((names(&computer), slots(&computer)), (vec!["notes.txt".to_owned()], 0));
    assert_eq!(computer.json(1, &["wipe", "--yes"])["error"]["code"], "not_set_up");
    // Set up again it is as new.
    computer.run(0, &["init"]);
    assert_eq!(computer.json(0, &["list"])["counts"]["drafts"], 0);
}

#[test]
fn p6_a_locked_home_is_wiped_without_its_pin_and_says_what_a_new_folder_says() {
    let (computer, fresh) = (full_computer(), Computer::new());
    computer.set_pin("2580");
    computer.json(0, &["wipe", "--yes"]);
    assert!(!computer.path("home").exists());
    for args in
        [&["list"][..], &["report", "kraken", "--what", "x"], &["unlock"], &["sync"], &["wipe", "--yes"]]
    {
        let said = |computer: &Computer| {
            let answer = computer.json(1, args).to_string();
            answer.replace(&*computer.folder.path().to_string_lossy(), "")
        };
        assert_eq!(said(&computer), said(&fresh), "{args:?}");
    }
}

#[test]
fn p4_once_a_key_file_that_was_away_is_back_the_next_command_ends_the_keys() {
    let computer = full_computer();
    fs::rename(computer.path("keys"), computer.path("pulled")).unwrap();
    let wiped = computer.json(1, &["wipe", "--yes"]);
    assert_eq!((&wiped["outcome"], names(&computer)), (&"partly_wiped".into(), vec!["wiping".to_owned()]));
    fs::rename(computer.path("pulled"), computer.path("keys")).unwrap();
    assert!(slots(&computer) > 2);
    assert_eq!(computer.json(1, &["list"])["error"]["code"], "not_set_up");
    assert_eq!((slots(&computer), computer.path("home").exists()), (0, false));
}

#[test]
fn of_several_programs_that_wipe_at_once_none_fails_but_by_finding_nothing() {
    let computer = full_computer();
    let wipe = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_turnstone"));
        command.args(["wipe", "--yes", "--json", "--home"]).arg(computer.path("home"));
        command.arg("--key-file").arg(computer.path("keys"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let wiping: Vec<_> = (0..4).map(|_| wipe()).collect();
    for program in wiping {
        let ended = program.wait_with_output().unwrap();
        let said: Value = serde_json::from_slice(&ended.stdout).unwrap();
        assert!(said["outcome"] == "wiped" || said["error"]["code"] == "not_set_up", "{said}");
    }
    assert_eq!((slots(&computer), computer.path("home").exists()), (0, false));
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_a_link_is_wiped_where_it_leads_and_can_be_set_up_again() {
    let computer = Computer::new();
    fs::create_dir(computer.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(computer.path("elsewhere"), computer.path("home")).unwrap();
    computer.run(0, &["init"]);
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    computer.run(0, &["wipe", "--yes"]);
    assert!(!computer.path("elsewhere").exists());
    assert_eq!(json(&ended(computer.command(&["list"]).arg("--json"), 1))["error"]["code"], "not_set_up");
    computer.run(0, &["init"]);
    assert!(computer.path("elsewhere/words.db").exists());
}
