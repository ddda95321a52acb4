//! The log, what is seen again, and watches, as they are typed.

use serde_json::{Value, json};

use crate::kit::{Computer, ended, with_desk};

const HULL: &str = r#"{"name":"Sea Spray","number":"PZ 123","people":"3"}"#;

fn words(computer: &Computer, args: &[&str]) -> String {
    String::from_utf8(computer.run(0, args).stdout).unwrap()
}

fn reference(sent: &Value) -> String {
    sent["reference"].as_str().unwrap().to_owned()
}

#[test]
fn a_draft_is_kept_in_the_log_until_it_matters() {
    let computer = with_desk();
    for what in ["Grey RIB", "White yacht"] {
        computer.run(0, &["report", "kraken", "--what", what, "--draft"]);
    }
    assert_eq!(words(&computer, &["draft", "list", "--log"]), "There is nothing in the log.\n");
    assert_eq!(computer.json(0, &["draft", "keep", "1"])["log"], true);
    let log = computer.json(0, &["draft", "list", "--log"]);
    assert_eq!((log["drafts"].as_array().unwrap().len(), &log["drafts"][0]["what"]), (1, &json!("Grey RIB")));
    assert_eq!(computer.json(0, &["draft", "list"])["drafts"].as_array().unwrap().len(), 2);
    assert!(words(&computer, &["draft", "show", "1"]).contains("Kept in the log"));
    computer.json(0, &["draft", "keep", "1", "--undo"]);
    assert!(computer.json(0, &["draft", "list", "--log"])["drafts"].as_array().unwrap().is_empty());
    computer.json(0, &["draft", "keep", "1"]);
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn p7_an_anonymous_draft_is_in_no_log_and_an_anonymous_report_is_not_seen_again() {
    let computer = with_desk();
    let anonymous = ["report", "kraken", "--what", "Grey RIB", "--vessel", HULL, "--route", "anonymous"];
    computer.run(0, &[&anonymous[..], &["--draft"]].concat());
    let refused = computer.json(1, &["draft", "keep", "1"]);
    assert!(refused["error"]["message"].as_str().unwrap().contains("enters no log"), "{refused}");
    let sent = computer.json(0, &anonymous);
    let refused = computer.json(1, &["seen-again", &reference(&sent)]);
    assert!(refused["error"]["message"].as_str().unwrap().contains("enters no log"), "{refused}");
    // Nor is it told of when the same boat is reported under a name.
    let named = computer.json(0, &["report", "kraken", "--what", "Grey RIB", "--vessel", HULL]);
    assert_eq!(named["seen_before"], json!([]));
}

#[test]
fn one_report_holds_several_sightings_and_any_of_them_can_be_changed() {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--vessel", HULL, "--draft"]);
    let again = computer.json(0, &["seen-again", "1", "--at", "50.6065,-1.9480"]);
    let sightings = again["content"]["sightings"].as_array().unwrap();
    assert_eq!(sightings.len(), 2);
    assert_eq!(
        sightings[1]["subjects"][0],
        json!({"kind": "vessel", "name": "Sea Spray", "number": "PZ 123"})
    );
    assert_eq!((&sightings[1]["what"], sightings[0].get("observer")), (&json!("Seen again."), None));
    computer.json(0, &["draft", "change", "1", "--sighting", "1", "--why", "No lights"]);
    let changed = computer.json(0, &["draft", "change", "1", "--what", "It came back"]);
    let said: Vec<_> = (0..2)
        .map(|n| [&changed["content"]["sightings"][n]["what"], &changed["content"]["sightings"][n]["why"]])
        .collect();
    assert_eq!(said, [[&json!("Grey RIB"), &json!("No lights")], [&json!("It came back"), &Value::Null]]);
    for none in ["0", "3"] {
        let refused = computer.json(1, &["draft", "change", "1", "--sighting", none, "--why", "w"]);
        assert_eq!(refused["error"]["code"], "not_found");
    }
    let shown = words(&computer, &["draft", "show", "1"]);
    assert!(shown.contains("Sighting 1\n") && shown.contains("Sighting 2\n"), "{shown}");
    let sent = computer.json(0, &["draft", "submit", "1"]);
    let preview = words(&computer, &["preview", &reference(&sent)]);
    assert!(preview.contains("Sighting 2\n"), "{preview}");
}

#[test]
fn what_was_reported_is_seen_again_in_a_draft_that_names_it() {
    let computer = with_desk();
    let sent =
        computer.json(0, &["report", "kraken", "--what", "Grey RIB", "--vessel", HULL, "--contact", "Ann"]);
    let reference = reference(&sent);
    let again = computer.json(0, &["seen-again", &reference, "--what", "Back, two people"]);
    assert_eq!(again["content"]["relates"], json!([{"reference": reference, "kind": "seen-again"}]));
    assert_eq!(again["content"]["contact"], Value::Null);
    assert_eq!(again["content"]["sightings"][0]["what"], "Back, two people");
    assert!(words(&computer, &["preview", "2"]).contains(&format!("Again:    {reference}")));
    computer.json(0, &["draft", "submit", "2"]);
    computer.run(0, &["forget", &reference]);
    assert_eq!(computer.json(1, &["seen-again", &reference])["error"]["code"], "no_copy");
    assert_eq!(computer.json(1, &["seen-again", "KRAKEN-0000-0000-00"])["error"]["code"], "not_found");
}

#[test]
fn you_reported_this_hull_is_said_where_nobody_has_to_ask_for_a_pin() {
    let computer = with_desk();
    let report =
        ["report", "kraken", "--what", "Grey RIB", "--vessel", HULL, "--when", "2026-05-03T20:10:41+01:00"];
    let first = computer.json(0, &report);
    assert_eq!(first["seen_before"], json!([]));
    let again = ["report", "kraken", "--what", "Again", "--vessel", r#"{"number":"pz 1?3"}"#];
    let seen = computer.json(0, &again);
    assert_eq!(seen["seen_before"][0]["reference"], first["reference"]);
    assert_eq!(
        (&seen["seen_before"][0]["mark"], &seen["seen_before"][0]["when"]),
        (&json!("hull-number"), &json!("2026-05-03T20:10:41+01:00"))
    );
    let said = words(&computer, &[&again[..], &["--lang", "cy"]].concat());
    assert!(said.starts_with("KRAKEN-") && said.contains("ar 3 Mai 2026"), "{said}");
    let draft = computer.json(0, &[&again[..], &["--draft"]].concat())["draft"].to_string();
    assert!(
        words(&computer, &["draft", "show", &draft])
            .contains("you reported the same one, or one like it, on 3 May 2026")
    );
    // A report that has no name or number looks for nothing, and one behind a PIN asks for none.
    assert_eq!(computer.json(0, &["report", "kraken", "--what", "w"])["seen_before"], json!([]));
    computer.set_pin("2580");
    assert_eq!(computer.json(0, &again)["seen_before"], json!([]));
    assert!(!computer.with_pin("2580", 0, &again)["seen_before"].as_array().unwrap().is_empty());
}

#[test]
fn a_wrong_pin_given_with_a_report_is_counted_once_and_stops_nothing() {
    let computer = with_desk();
    computer.json(0, &["report", "kraken", "--what", "Grey RIB", "--vessel", HULL]);
    computer.run(0, &["watch", "start"]);
    computer.set_pin("2580");
    let sent = computer.with_pin("0000", 0, &["report", "kraken", "--what", "Grey RIB", "--vessel", HULL]);
    assert_eq!(sent["outcome"], "submitted");
    let refused = computer.with_pin("0001", 1, &["draft", "list"]);
    assert!(refused["error"]["message"].as_str().unwrap().contains("2 wrong in a row"), "{refused}");
}

#[test]
fn a_watch_is_begun_added_to_and_ended_without_the_pin_and_handed_over_with_it() {
    let computer = with_desk();
    computer.set_pin("2580");
    let start = ["watch", "start", "--station", "Peveril Point", "--person", "A. Lookout", "--sea", "slight"];
    assert_eq!(computer.json(0, &start), json!({"outcome": "started", "watch": 1}));
    computer.run(0, &["watch", "add", "--person", "B. Relief", "--visibility", "good"]);
    assert_eq!(computer.json(2, &["watch", "add"])["error"]["code"], "usage");
    // Of this one the desk hears no names, for nobody could read them; the sheet knows it all the same.
    computer.json(0, &["report", "kraken", "--what", "While locked"]);
    let unlocked = computer.with_pin("2580", 0, &["report", "kraken", "--what", "While unlocked", "--draft"]);
    assert_eq!(unlocked["draft"], 2);
    computer.json(0, &["report", "kraken", "--what", "No watch", "--draft", "--no-watch"]);
    computer.with_pin("2580", 0, &["draft", "change", "2", "--why", "w"]);
    assert_eq!(computer.json(1, &["watch", "show"])["error"]["code"], "locked");
    computer.run(0, &["watch", "stop"]);
    assert_eq!(computer.json(1, &["watch", "stop"])["error"]["code"], "not_found");

    let sheet = computer.with_pin("2580", 0, &["watch", "show"]);
    assert_eq!(
        (&sheet["people"], &sheet["runs"], &sheet["handed_over"]),
        (&json!(["A. Lookout", "B. Relief"]), &json!(false), &Value::Null)
    );
    assert_eq!(sheet["conditions"], json!({"visibility": "good", "sea": "slight"}));
    assert_eq!(sheet["reports"][0]["sightings"][0]["what"], "While locked");
    let drafts = sheet["drafts"].as_array().unwrap();
    assert_eq!((drafts.len(), &drafts[0]["draft"]), (1, &json!(2)));
    let preview = computer.with_pin("2580", 0, &["preview", "2"]);
    assert_eq!(preview["report"]["watch"]["people"], json!(["A. Lookout", "B. Relief"]));
    computer.with_pin("2580", 0, &["draft", "change", "2", "--no-watch"]);
    assert!(computer.with_pin("2580", 0, &["preview", "2"])["report"].get("watch").is_none());

    let mut hand_over = computer.command(&["watch", "hand-over", "1", "--lang", "cy", "--pin-env", "PIN"]);
    let sheet = String::from_utf8(ended(hand_over.env("PIN", "2580"), 0).stdout).unwrap();
    assert!(sheet.contains("Gorsaf: Peveril Point") && sheet.contains("Nid oes drafft ar agor."), "{sheet}");
    let list = computer.with_pin("2580", 0, &["watch", "list"]);
    assert!(list["watches"][0]["handed_over"].is_string(), "{list}");
    computer.with_pin("2580", 0, &["watch", "discard", "1"]);
    assert_eq!(computer.with_pin("2580", 1, &["watch", "show"])["error"]["code"], "not_found");
    assert_eq!(computer.with_pin("2580", 0, &["watch", "list"])["watches"], json!([]));
}

#[test]
fn p7_an_anonymous_report_of_a_watch_tells_nobody_who_was_on_it_and_is_on_no_sheet() {
    let computer = with_desk();
    computer.run(0, &["watch", "start", "--person", "A. Lookout"]);
    let anonymous = ["report", "kraken", "--what", "w", "--route", "anonymous"];
    computer.json(0, &anonymous);
    computer.json(0, &[&anonymous[..], &["--draft"]].concat());
    assert!(computer.json(0, &["preview", "2"])["report"].get("watch").is_none());
    let sheet = computer.json(0, &["watch", "hand-over"]);
    assert_eq!((&sheet["reports"], &sheet["drafts"]), (&json!([]), &json!([])));
}
