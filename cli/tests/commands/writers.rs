//! Who writes on a team's device.

use assert_cmd::Command;
use serde_json::Value;

use crate::kit::{Computer, ended, with_desk};

/// A computer of a team with two people on its list, locked by a PIN.
fn of_team() -> Computer {
    let computer = with_desk();
    let mut make = Command::new(env!("CARGO_BIN_EXE_turnstone"));
    let file = computer.path("team.profile");
    make.args(["desk", "profile"]).arg(computer.path("desk")).arg("--to").arg(&file);
    make.args(["--team", "Gull Point Watch", "--person", "A. Lookout", "--person", "B. Lookout"]);
    ended(&mut make, 0);
    computer.run(0, &["profile", "take", file.to_str().unwrap()]);
    computer.set_pin("2580");
    computer
}

fn said(computer: &Computer, args: &[&str]) -> String {
    String::from_utf8(computer.run(0, args).stdout).unwrap()
}

fn names(people: &Value) -> Vec<&str> {
    people.as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect()
}

#[test]
fn p6_names_are_listed_and_typed_and_reports_written_without_the_pin() {
    let computer = of_team();
    let shown = computer.json(0, &["writer", "show"]);
    assert_eq!((&shown["team"], &shown["writer"]), (&true.into(), &Value::Null));
    assert_eq!(names(&shown["people"]), ["A. Lookout", "B. Lookout"]);
    assert_eq!(said(&computer, &["writer", "is", "a. lookout"]), "A. Lookout writes now.\n");
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    let changed = computer.json(0, &["writer", "is", "C. Visitor"]);
    assert_eq!((changed["outcome"].as_str(), changed["open_notes"].as_u64()), (Some("changed"), Some(1)));
    assert_eq!((&changed["handed_over"], &changed["before"]["name"]), (&true.into(), &"A. Lookout".into()));
    assert_eq!(changed["writer"]["open_notes"], 1);
    let submitted = computer.json(0, &["report", "kraken", "--what", "Another RIB"]);
    assert_eq!(submitted["outcome"], "submitted");
    // One report by somebody else: who writes stays.
    computer.run(0, &["report", "kraken", "--what", "A third", "--draft", "--writer", "B. LOOKOUT"]);
    let shown = said(&computer, &["writer", "show"]);
    for line in [
        "C. Visitor writes now.",
        "Names stay on this device",
        "A. Lookout: no note open; on the team's list",
        "B. Lookout: one note open; on the team's list",
        "C. Visitor: one note open",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    // Reading the notes needs the team's PIN, and says who has each in hand.
    let drafts = computer.with_pin("2580", 0, &["draft", "list"])["drafts"].clone();
    let writers: Vec<_> = drafts.as_array().unwrap().iter().map(|draft| draft["writer"].as_str()).collect();
    assert_eq!(writers, [Some("B. Lookout"), Some("C. Visitor")]);
    assert_eq!(computer.with_pin("2580", 0, &["draft", "show", "3"])["writer"], "B. Lookout");
    let mut words = computer.command(&["draft", "list", "--pin-env", "PIN"]);
    let listed = String::from_utf8(ended(words.env("PIN", "2580"), 0).stdout).unwrap();
    assert!(listed.contains("A third, no photos (B. Lookout)"), "{listed}");
    let mut words = computer.command(&["draft", "show", "1", "--pin-env", "PIN"]);
    let shown = String::from_utf8(ended(words.env("PIN", "2580"), 0).stdout).unwrap();
    assert!(shown.contains("\nIn the hand of C. Visitor.\n"), "{shown}");
}

#[test]
fn notes_are_handed_over_or_kept_in_a_name_and_a_name_is_forgotten() {
    let computer = of_team();
    computer.run(0, &["writer", "is", "A. Lookout"]);
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    assert_eq!(
        said(&computer, &["writer", "is", "B. Lookout", "--keep"]),
        "B. Lookout writes now.\nOne open note stays in the name of A. Lookout.\n"
    );
    assert_eq!(
        said(&computer, &["writer", "nobody", "--lang", "cy"]),
        "Neb yn benodol sy'n ysgrifennu nawr.\nNid oedd gan B. Lookout nodyn ar agor.\n"
    );
    assert!(said(&computer, &["writer", "nobody"]).contains("nothing has changed"));
    assert_eq!(computer.json(0, &["writer", "nobody"])["outcome"], "same");
    let forgotten = computer.json(0, &["writer", "forget", "A. LOOKOUT"]);
    assert_eq!((&forgotten["outcome"], &forgotten["handed_over"]), (&"forgotten".into(), &1.into()));
    // The list has the name: somebody new by it, with nothing in hand.
    let people = computer.json(0, &["writer", "show"])["people"].clone();
    assert_eq!(names(&people), ["B. Lookout", "A. Lookout"]);
    assert_eq!(people[1]["open_notes"], 0);
    assert_eq!(computer.json(0, &["writer", "is", "B. Lookout"])["writer"]["open_notes"], 1);
    assert_eq!(computer.with_pin("2580", 0, &["draft", "list"])["drafts"].as_array().unwrap().len(), 1);
}

#[test]
fn p11_what_is_no_name_is_refused_and_not_repeated() {
    let computer = of_team();
    let refused = computer.json(1, &["writer", "is", " \u{1b} "]);
    assert_eq!(refused["error"]["code"], "invalid");
    let unknown = computer.json(1, &["writer", "forget", "Z. Unheard"]);
    assert_eq!(unknown["error"]["code"], "not_found");
    assert!(!unknown.to_string().contains("Unheard"), "{unknown}");
    assert_eq!(computer.json(0, &["writer", "show"])["writer"], Value::Null);
    // A name that would move a cursor is shown as what it is.
    computer.run(0, &["writer", "is", "Eve\u{202e}\u{9b}2J"]);
    let shown = said(&computer, &["writer", "show"]);
    assert!(shown.contains("Eve\\u{202e} 2J writes now.") && !shown.contains('\u{202e}'), "{shown}");
}

#[test]
fn p9_a_personal_device_has_no_writers_and_a_report_that_names_one_is_kept() {
    let computer = with_desk();
    let refused = computer.json(1, &["writer", "is", "A. Lookout"]);
    assert!(refused["error"]["message"].as_str().unwrap().contains("personal device"), "{refused}");
    let shown = computer.json(0, &["writer", "show"]);
    assert_eq!((&shown["team"], names(&shown["people"]).len()), (&false.into(), 0));
    assert!(said(&computer, &["writer", "show"]).contains("personal device"));
    let kept = computer.json(1, &["report", "kraken", "--what", "Grey RIB", "--writer", "A. Lookout"]);
    assert_eq!((kept["outcome"].as_str(), kept["draft"].as_u64()), (Some("kept"), Some(1)));
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
    assert_eq!(computer.json(0, &["draft", "list"])["drafts"], Value::Array(Vec::new()));
}
