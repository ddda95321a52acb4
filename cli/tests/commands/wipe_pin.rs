//! `pin set-wipe` and `pin remove-wipe`, and what every command says once the wipe PIN was given: what it says on a folder that
//! was never set up.

use std::process::Output;

use serde_json::{Value, json};

use crate::kit::{self, Computer, ended, with_desk};

const SET: [&str; 7] = ["pin", "set-wipe", "--yes", "--pin-env", "PIN", "--wipe-pin-env", "WIPE"];

fn set_wipe_pin(computer: &Computer, code: i32, pin: &str, wipe: &str) -> Value {
    let mut command = computer.command(&SET);
    kit::json(&ended(command.arg("--json").env("PIN", pin).env("WIPE", wipe), code))
}

fn with_wipe_pin() -> Computer {
    let computer = with_desk();
    computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    computer.json(0, &["report", "kraken", "--what", "Two men", "--draft"]);
    computer.set_pin("2580");
    assert_eq!(set_wipe_pin(&computer, 0, "2580", "7391")["wipe_pin"], true);
    computer
}

/// What a command ends with, with places that differ taken out.
fn said(computer: &Computer, args: &[&str], as_json: bool) -> (Option<i32>, String, String) {
    let mut command = computer.command(args);
    command.args(["--pin-env", "PIN"]).env("PIN", "7391");
    if as_json {
        command.arg("--json");
    }
    let Output { status, stdout, stderr } = command.output().unwrap();
    let folder = computer.folder.path().to_string_lossy().into_owned();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&folder, "FOLDER");
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn once_the_wipe_pin_was_given_every_command_says_what_a_fresh_folder_says() {
    let commands: [&[&str]; 16] = [
        &["list"],
        &["unlock"],
        &["messages"],
        &["preview", "1"],
        &["draft", "list"],
        &["draft", "submit", "1"],
        &["report", "kraken", "--what", "Red yacht"],
        &["settings"],
        &["watch", "list"],
        &["pin", "remove-wipe"],
        &["call-sheet", "1", "--for", "101"],
        &["pin", "remove"],
        &["pin", "change"],
        &["export", "waits.bundle"],
        &["seen-again", "1"],
        &["profile", "leave"],
    ];
    for args in commands {
        for as_json in [false, true] {
            let (fresh, wiped) = (Computer::new(), with_wipe_pin());
            let on_fresh = said(&fresh, args, as_json);
            assert_eq!(on_fresh.0, Some(1), "{args:?}");
            assert_eq!(said(&wiped, args, as_json), on_fresh, "the command that was given it: {args:?}");
            assert_eq!(said(&wiped, args, as_json), on_fresh, "and the next one: {args:?}");
            assert!(!wiped.path("home").join("words.db").exists());
        }
    }
}

#[test]
fn a_wipe_pin_is_explained_before_it_is_set() {
    let computer = with_desk();
    computer.set_pin("2580");
    let mut without = computer.command(&["pin", "set-wipe", "--pin-env", "PIN", "--wipe-pin-env", "WIPE"]);
    let refused = ended(without.env("PIN", "2580").env("WIPE", "7391"), 2);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("can be an offence") && said.contains("It hides nothing from an examination"),
        "{said}"
    );
    assert!(said.contains("--yes") && !said.contains("7391"), "{said}");
    assert_eq!(computer.with_pin("2580", 0, &["pin", "remove-wipe"])["outcome"], "no_wipe_pin");
    let set = set_wipe_pin(&computer, 0, "2580", "7391");
    assert!(set["explained"].to_string().contains("can be an offence"), "{set}");
    assert_eq!(computer.with_pin("2580", 0, &["pin", "remove-wipe"])["outcome"], "wipe_pin_removed");
    assert_eq!(computer.with_pin("7391", 1, &["list"])["error"]["code"], "wrong_pin", "it wipes no more");
}

#[test]
fn a_wipe_pin_needs_a_pin_that_it_is_no_slip_of_and_ends_when_that_is_changed() {
    let computer = with_desk();
    assert_eq!(set_wipe_pin(&computer, 1, "2580", "7391")["error"]["code"], "no_pin");
    computer.set_pin("2580");
    assert_eq!(set_wipe_pin(&computer, 1, "2580", "2850")["error"]["code"], "invalid");
    assert_eq!(set_wipe_pin(&computer, 1, "1111", "7391")["error"]["code"], "wrong_pin");
    set_wipe_pin(&computer, 0, "2580", "7391");
    let change = |pin: &str, new: &str| {
        let mut command =
            computer.command(&["pin", "change", "--json", "--pin-env", "PIN", "--new-pin-env", "NEW"]);
        kit::json(&ended(command.env("PIN", pin).env("NEW", new), 0))
    };
    assert_eq!(change("2580", "1470")["wipe_pin_ended"], json!(true));
    assert_eq!(change("1470", "2580")["wipe_pin_ended"], json!(false));
    assert_eq!(computer.with_pin("7391", 1, &["list"])["error"]["code"], "wrong_pin");
}
