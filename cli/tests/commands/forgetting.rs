//! `pin forget` and `wipe --after-sending`: each says what is lost and what is still sent, asks for a word or `--yes`, and needs
//! no PIN.

use serde_json::json;

use crate::{
    kit::{Computer, with_desk},
    sending::{refusing_desk, with_desk_at},
};

fn with_things(pin: &str) -> Computer {
    let computer = with_desk();
    computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    computer.json(0, &["report", "kraken", "--what", "Two men", "--draft"]);
    computer.json(0, &["watch", "start"]);
    computer.set_pin(pin);
    computer
}

#[test]
fn p6_a_forgotten_pin_is_forgotten_without_it_and_what_is_lost_is_said_first() {
    let computer = with_things("2580");
    // Without a terminal it says what would be lost, changes nothing, and asks for --yes.
    let refused = computer.run(2, &["pin", "forget"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("One draft is lost") && said.contains("One report that waits is still sent"),
        "{said}"
    );
    assert!(said.contains("One watch is lost") && said.contains("--yes"), "{said}");
    assert_eq!(computer.with_pin("2580", 0, &["list"])["counts"]["drafts"], 1, "nothing was changed");

    let forgotten = computer.json(0, &["pin", "forget", "--yes"]);
    assert_eq!((&forgotten["outcome"], &forgotten["pin"]), (&json!("forgotten"), &json!(false)));
    assert_eq!((&forgotten["lost"]["drafts"], &forgotten["lost"]["still_sent"]), (&json!(1), &json!(1)));
    let list = computer.json(0, &["list"]);
    assert_eq!((&list["locked"], &list["counts"]["drafts"]), (&json!(false), &json!(0)));
    assert_eq!(list["counts"]["waiting"], 1, "what is sealed waits as before");
    // P9: writing goes on, and a PIN can be set again.
    computer.json(0, &["report", "kraken", "--what", "After", "--draft"]);
    computer.set_pin("1379");
    assert_eq!(computer.with_pin("1379", 0, &["list"])["counts"]["drafts"], 1);
}

#[test]
fn without_a_pin_there_is_none_to_forget() {
    let computer = Computer::set_up();
    assert_eq!(computer.json(1, &["pin", "forget", "--yes"])["error"]["code"], "no_pin");
}

#[test]
fn wipe_after_sending_says_what_it_ends_waits_for_what_waits_and_then_shows_a_new_folder() {
    let computer = with_desk_at(&refusing_desk());
    computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    computer.json(0, &["report", "kraken", "--what", "Two men", "--draft"]);
    computer.set_pin("2580");
    let refused = computer.run(2, &["wipe", "--after-sending"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    for part in ["ended at once", "One draft is lost", "still sent", "can be an offence", "--yes"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(computer.with_pin("2580", 0, &["list"])["counts"]["drafts"], 1, "nothing was changed");

    let left = computer.json(0, &["wipe", "--after-sending", "--yes"]);
    assert_eq!((&left["outcome"], &left["lost"]["still_sent"]), (&json!("leaving"), &json!(1)));
    let list = computer.json(0, &["list"]);
    assert_eq!((&list["reason"], &list["reports"]), (&json!("leaving"), &json!(null)), "numbers alone");
    assert_eq!((&list["counts"]["drafts"], &list["counts"]["waiting"]), (&json!(0), &json!(1)));
    let words = String::from_utf8(computer.run(0, &["list"]).stdout).unwrap();
    assert!(words.contains("one report is still to be sent"), "{words}");
    // The desk refuses: that is an answer, and the last one.
    let said = String::from_utf8(computer.run(0, &["sync"]).stdout).unwrap();
    assert!(said.contains("A desk refused one thing") && said.contains("this folder is wiped"), "{said}");
    assert_eq!(computer.json(1, &["list"])["error"]["code"], "not_set_up");
    assert!(!computer.path("home").exists());
    assert_eq!(computer.json(0, &["init"])["outcome"], "set_up");
}

#[test]
fn p9_a_note_written_while_a_folder_is_being_left_is_kept_and_that_is_said() {
    let computer = with_desk();
    computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    computer.json(0, &["wipe", "--after-sending", "--yes"]);
    assert_eq!(computer.json(0, &["sync"])["leaving"], json!({"waits": 1, "called_off": false}));
    computer.json(0, &["report", "kraken", "--what", "Another one", "--draft"]);
    assert_eq!(computer.json(0, &["sync"])["leaving"], json!({"waits": 1, "called_off": true}));
    let words = String::from_utf8(computer.run(0, &["list"]).stdout).unwrap();
    assert!(words.contains("the folder is not wiped by itself"), "{words}");
    assert_eq!(computer.json(0, &["draft", "list"])["drafts"].as_array().unwrap().len(), 1);
    // Whoever wants it gone at once still can.
    assert_eq!(computer.json(0, &["wipe", "--yes"])["outcome"], "wiped");
}

#[test]
fn where_nothing_waits_wipe_after_sending_wipes() {
    let computer = Computer::set_up();
    assert_eq!(computer.json(0, &["wipe", "--after-sending", "--yes"])["outcome"], "wiped");
    assert_eq!(computer.json(1, &["wipe", "--after-sending", "--yes"])["error"]["code"], "not_set_up");
}
