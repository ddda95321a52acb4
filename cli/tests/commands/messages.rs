//! `messages`, as far as no desk is needed for it; with one it is tested in the suites that span programs.

use crate::kit::{Computer, with_desk};

fn words(computer: &Computer, code: i32, args: &[&str]) -> String {
    let output = computer.run(code, args);
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn where_nothing_was_answered_a_person_is_told_how_to_ask_and_a_script_gets_an_empty_list() {
    let computer = with_desk();
    let said = words(&computer, 0, &["messages"]);
    assert!(said.starts_with("No answers.") && said.contains(" messages --check` asks now"), "{said}");
    let answered = computer.json(0, &["messages"]);
    let none =
        serde_json::json!({"messages": [], "not_believed": 0, "waiting": 0, "damaged": 0, "asked": null});
    assert_eq!(answered, none);
}

#[test]
fn p9_no_desk_in_reach_is_no_error_and_what_was_never_sent_is_not_asked_after() {
    let computer = with_desk();
    let sent = computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    let reference = sent["reference"].as_str().unwrap();
    let listed = computer.json(0, &["list"]);
    assert_eq!(
        listed["reports"][0]["reading"],
        serde_json::json!({"state": "not_there", "at": null, "text": null})
    );
    assert_eq!((&listed["reports"][0]["unread"], &listed["counts"]["unread"]), (&0.into(), &0.into()));
    let asked = computer.json(0, &["messages", "--check", reference]);
    assert_eq!((&asked["asked"]["silent"], &asked["asked"]["answered"]), (&0.into(), &0.into()));
}

#[test]
fn p11_what_cannot_be_shown_is_said() {
    let computer = with_desk();
    computer.run(2, &["messages", "nonsense"]);
    computer.run(2, &["messages", "--check", "KRAKEN-0000-0000-01"]);
    let missing = computer.json(1, &["messages", "KRAKEN-MGRC-CP3A-YP"]);
    assert_eq!(missing["error"]["code"], "not_found");
    computer.set_pin("2580");
    assert_eq!(computer.json(1, &["messages"])["error"]["code"], "locked");
    assert_eq!(computer.json(1, &["messages", "--check"])["error"]["code"], "locked");
}
