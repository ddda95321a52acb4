//! `pin forget`: says what is lost and what is still sent, asks for a word or `--yes`, and needs no PIN.

use serde_json::json;

use crate::kit::{Computer, with_desk};

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
