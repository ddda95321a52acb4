//! The program as a script sees it: arguments, one JSON document, exit codes.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod arguments;
mod by_hand;
mod desks_close;
mod directories;
mod drafts;
mod folders;
mod forgetting;
mod full_disk;
mod guide;
mod help;
mod kit;
mod locking;
mod log;
mod messages;
mod own;
mod photos;
mod pictures;
mod pin_delays;
mod place;
mod places;
mod profiles;
mod routes;
mod sending;
mod standing;

mod targets;
mod troubles;
mod understood;
mod wipe_pin;
mod wiping;
mod writers;

use std::fs;

use assert_cmd::Command;
use serde_json::Value;

use crate::kit::{Computer, ended, json, make_desk, merge_directories, with_desk};

#[test]
fn p9_without_a_desk_a_report_is_kept_and_the_call_made_instead_is_noted() {
    let computer = Computer::set_up();
    let kept = computer.json(0, &["report", "kraken", "--what", "Grey RIB, no lights", "--at", "50.6,-1.9"]);
    assert_eq!(kept["outcome"], "kept");
    assert_eq!(kept["draft"], 1);
    assert_eq!(kept["reference"], Value::Null);
    assert_eq!(kept["reason"], "no_desk");
    computer.run(0, &["told", "1", "--channel", "101", "--number", "log 512"]);
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["content"]["sightings"][0]["what"], "Grey RIB, no lights");
    assert_eq!(shown["told"][0]["channel"], "101");
    assert_eq!(shown["told"][0]["number"], "log 512");
}

#[test]
fn p9_what_is_kept_gives_a_script_no_first_line_and_a_person_a_sentence() {
    let computer = Computer::set_up();
    let output = computer.run(0, &["report", "pegasus", "--what", "low aircraft"]);
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("PEGASUS") && said.contains(" told 1 --channel 101`"), "{said}");
}

#[test]
fn the_first_line_is_the_reference_alone_and_no_desk_in_reach_is_no_error() {
    let computer = with_desk();
    let output = computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    let said = String::from_utf8(output.stdout).unwrap();
    let reference = said.lines().next().unwrap();
    assert!(reference.parse::<turnstone_wire::reference::Reference>().is_ok(), "{reference}");
    let listed = computer.json(0, &["list"]);
    assert_eq!(listed["reports"][0]["reference"], reference);
    assert_eq!(listed["reports"][0]["items"][0]["state"], "waits");
    let sent = computer.json(0, &["sync"]);
    assert_eq!((&sent["outcome"], &sent["waiting"]), (&"offline".into(), &1.into()));
    assert_eq!(sent["items"][0]["reason"], "no_connection");
    computer.run(0, &["told", reference, "--channel", "coastguard"]);
    assert_eq!(computer.json(0, &["list"])["reports"][0]["told"][0]["channel"], "coastguard");
    assert_eq!(computer.json(0, &["forget", reference])["still_waits"], true);
}

#[test]
fn p9_where_several_desks_could_take_it_it_is_kept_until_one_is_chosen() {
    let computer = Computer::new();
    let desks = ["east", "west"].map(|id| computer.path(id));
    make_desk(&desks[0], "east");
    make_desk(&desks[1], "west");
    merge_directories(&desks, computer.folder.path());
    let (directory, root) = (computer.path("directory.json"), computer.path("root.pub"));
    ended(computer.command(&["init"]).arg("--directory").arg(directory).arg("--root-key").arg(root), 0);
    let kept = computer.json(1, &["report", "kraken", "--what", "Grey RIB"]);
    assert_eq!((&kept["outcome"], &kept["reason"]), (&"kept".into(), &"several_desks".into()));
    let message = kept["error"]["message"].as_str().unwrap();
    assert!(message.contains("east, west") && message.contains("draft change 1 --desk ID"), "{message}");
    computer.run(0, &["draft", "change", "1", "--desk", "west"]);
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
    assert_eq!(computer.json(0, &["list"])["reports"][0]["desk"], "west");
}

#[test]
fn p6_with_a_pin_set_and_not_given_reports_are_written_and_only_numbers_are_read() {
    let computer = with_desk();
    computer.set_pin("2580");
    let sent =
        computer.json(0, &["report", "kraken", "--what", "Grey RIB", "--contact", "Ann, 01929 000000"]);
    assert_eq!(sent["outcome"], "submitted");
    let listed = computer.json(0, &["list"]);
    assert_eq!(listed["locked"], true);
    assert_eq!(listed["counts"]["reports"], 1);
    assert_eq!(listed["counts"]["waiting"], 1);
    assert_eq!(listed["reports"], Value::Null);
    assert_eq!(computer.json(1, &["draft", "list"])["error"]["code"], "locked");
    let opened = computer.with_pin("2580", 0, &["list"]);
    assert_eq!(opened["reports"][0]["reference"], sent["reference"]);
}

#[test]
fn a_wrong_pin_ends_with_1_and_the_right_one_shreds_what_waited() {
    let computer = with_desk();
    computer.set_pin("2580");
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    let wrong = computer.with_pin("1234", 1, &["unlock"]);
    assert_eq!(wrong["error"]["code"], "wrong_pin");
    let right = computer.with_pin("2580", 0, &["unlock"]);
    assert_eq!(right["shredded"], true);
    assert_eq!(computer.with_pin("2580", 0, &["unlock"])["shredded"], false);
    assert_eq!(computer.with_pin("2580", 0, &["pin", "remove"])["pin"], false);
    assert_eq!(computer.json(1, &["lock"])["error"]["code"], "no_pin");
}

#[test]
fn p11_a_photo_that_cannot_be_read_keeps_the_words_and_the_other_photos() {
    let computer = with_desk();
    let (missing, photo) = (computer.path("missing.jpg"), computer.path("photo.jpg"));
    fs::write(&photo, b"\xff\xd8\xff\xe0 not much of a photo").unwrap();
    let (missing, photo) = (missing.to_str().unwrap(), photo.to_str().unwrap());
    let kept =
        computer.json(1, &["report", "kraken", "--what", "Grey RIB", "--attach", missing, "--attach", photo]);
    assert_eq!(
        (&kept["outcome"], &kept["draft"], &kept["reference"]),
        (&"kept".into(), &1.into(), &Value::Null)
    );
    assert_eq!(kept["error"]["code"], "file");
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["attachments"][0]["media_type"], "image/jpeg");
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn a_photo_comes_through_a_pipe_and_progress_is_said_to_whoever_asks() {
    let computer = Computer::set_up();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    let photo = include_bytes!("../../src/demo/photo.jpg");
    let mut attach = computer.command(&["draft", "attach", "1", "/dev/stdin", "--progress", "--json"]);
    let output = ended(attach.write_stdin(photo.as_slice()), 0);
    let shown = json(&output);
    assert_eq!(shown["attachments"][0]["size"], photo.len());
    let sha256 = turnstone_wire::hash::Sha256::of(photo).to_string();
    assert_eq!(shown["attachments"][0]["sha256"], sha256);
    assert!(String::from_utf8(output.stderr).unwrap().contains("stored 524288\n"));
}

#[test]
fn words_come_from_standard_input_once() {
    let computer = Computer::set_up();
    let mut report = computer.command(&["report", "kraken", "--what", "-", "--draft"]);
    ended(report.write_stdin("Ynys Môn:\ntwo boats\n"), 0);
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["content"]["sightings"][0]["what"], "Ynys Môn:\ntwo boats");
    let both = ["report", "kraken", "--what", "-", "--attach", "/dev/stdin"];
    let refused = ended(computer.command(&both).arg("--json").write_stdin("x"), 2);
    assert_eq!(json(&refused)["error"]["code"], "usage");
    assert_eq!(computer.json(0, &["draft", "list"])["drafts"].as_array().unwrap().len(), 1);
}

#[test]
fn wrong_usage_ends_with_2_and_one_document() {
    let computer = Computer::set_up();
    for args in [
        &["report", "kraken"][..],
        &["report", "dragon", "--what", "x"],
        &["report", "kraken", "--what", "x", "--vessel", r#"{"colour":"grey"}"#],
        &["report", "kraken", "--what", "x", "--bearing", "210"],
        &["draft", "show", "three"],
        &["told", "KRAKEN-7F3Q", "--channel", "101"],
        &["wipe"],
        &["export"],
        &["guide", "dragon"],
        &["place"],
        &["place", "91,0"],
    ] {
        let refused = computer.json(2, args);
        assert_eq!(refused["error"]["code"], "usage", "{args:?}");
        assert!(!refused["error"]["message"].as_str().unwrap().is_empty(), "{args:?}");
    }
    let colour = computer.json(2, &["report", "kraken", "--what", "x", "--vessel", r#"{"colour":"grey"}"#]);
    let message = colour["error"]["message"].as_str().unwrap();
    assert!(message.contains("\"colour\"") && message.contains("hull_colour"), "{message}");
}

#[test]
fn the_key_file_never_lies_inside_home() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let mut init = Command::new(env!("CARGO_BIN_EXE_turnstone"));
    init.args(["init", "--json", "--home"]).arg(&home).arg("--key-file").arg(home.join("keys"));
    assert_eq!(json(&ended(&mut init, 1))["error"]["code"], "key_file_inside_home");
    assert!(!home.exists());
}

#[test]
fn p7_a_preview_shows_what_the_desk_sees_and_no_key() {
    let computer = with_desk();
    computer.run(
        0,
        &["report", "kraken", "--what", "Grey RIB", "--at", "50.6,-1.9", "--route", "anonymous", "--draft"],
    );
    let seen = computer.json(0, &["preview", "1"]);
    let report = &seen["report"];
    assert_eq!(report["sightings"][0]["what"], "Grey RIB");
    assert_eq!(report["sightings"][0]["observer"], Value::Null);
    assert!(report.get("mailbox").is_none() && report.get("app").is_none());
    assert!(!seen.to_string().contains("AGE-SECRET-KEY"));
}

#[test]
fn what_acts_on_a_terminal_is_written_out() {
    let computer = Computer::set_up();
    computer.run(0, &["report", "kraken", "--what", "a\u{1b}[2Jb\u{202e}c", "--draft"]);
    for args in [&["draft", "show", "1"][..], &["draft", "list"], &["draft", "show", "1", "--json"]] {
        let said = String::from_utf8(computer.run(0, args).stdout).unwrap();
        assert!(!said.contains(['\u{1b}', '\u{202e}']), "{said}");
    }
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["content"]["sightings"][0]["what"], "a\u{1b}[2Jb\u{202e}c");
}

#[test]
fn wiped_is_wiped() {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    assert_eq!(computer.json(0, &["wipe", "--yes"])["outcome"], "wiped");
    assert_eq!(computer.json(1, &["list"])["error"]["code"], "not_set_up");
    assert_eq!(computer.json(0, &["init"])["outcome"], "set_up");
    assert_eq!(computer.json(1, &["init"])["error"]["code"], "already_set_up");
}

#[test]
fn whoever_stops_reading_breaks_nothing() {
    let computer = Computer::set_up();
    let mut list = std::process::Command::new(env!("CARGO_BIN_EXE_turnstone"));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    list.args(["list", "--home"]).arg(computer.path("home")).arg("--key-file").arg(computer.path("keys"));
    assert!(list.stdout(writer).status().unwrap().success());
}
