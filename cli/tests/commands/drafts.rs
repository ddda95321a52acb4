//! Changing drafts, and what is said of wrong usage.

use std::fs;

use serde_json::Value;

use crate::kit::{Computer, ended, json, with_desk};

/// More than a desk takes in one text.
fn too_long() -> String {
    "x".repeat(64 * 1024 + 1)
}

#[test]
fn a_contact_and_the_choice_of_a_desk_can_be_taken_out_again() {
    let computer = with_desk();
    let begin =
        ["report", "kraken", "--what", "Grey RIB", "--contact", "Ann", "--desk", "harbour", "--draft"];
    computer.run(0, &begin);
    let changed = computer.json(0, &["draft", "change", "1", "--contact", "", "--desk", ""]);
    assert_eq!(changed["content"]["contact"], Value::Null);
    assert_eq!(changed["content"]["desk"], Value::Null);
    assert_eq!(changed["content"]["sightings"][0]["what"], "Grey RIB");
}

#[test]
fn a_change_of_nothing_is_wrong_usage() {
    let computer = Computer::set_up();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    let refused = computer.json(2, &["draft", "change", "1"]);
    assert!(refused["error"]["message"].as_str().unwrap().contains("say what to change"), "{refused}");
}

#[test]
fn an_anonymous_draft_says_how_to_take_out_what_would_name_the_witness() {
    let computer = with_desk();
    let photo = computer.path("photo.jpg");
    fs::write(&photo, b"\xff\xd8\xff\xe0 not much of a photo").unwrap();
    let photo = photo.to_str().unwrap();
    let begin = ["report", "kraken", "--what", "Grey RIB", "--contact", "Ann", "--attach", photo, "--draft"];
    computer.run(0, &begin);
    computer.run(0, &["draft", "change", "1", "--route", "anonymous"]);
    let kept = computer.json(1, &["draft", "submit", "1"]);
    let message = kept["error"]["message"].as_str().unwrap();
    assert!(message.contains(" draft change 1 --contact \"\"`"), "{message}");
    computer.run(0, &["draft", "change", "1", "--contact", ""]);
    let kept = computer.json(1, &["draft", "submit", "1"]);
    assert_eq!(kept["error"]["code"], "photo_without_copy");
    let message = kept["error"]["message"].as_str().unwrap();
    assert!(message.contains(" draft detach 1 1`"), "{message}");
    let shown = String::from_utf8(computer.run(0, &["draft", "show", "1"]).stdout).unwrap();
    assert!(shown.contains(" draft detach 1 1`"), "{shown}");
    assert_eq!(computer.json(1, &["draft", "detach", "1", "2"])["error"]["code"], "not_found");
    let detached = computer.json(0, &["draft", "detach", "1", "1"]);
    assert_eq!(detached["attachments"].as_array().unwrap().len(), 0);
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn p11_words_too_long_for_a_desk_are_kept_from_standard_input_too() {
    let computer = with_desk();
    let mut report = computer.command(&["report", "kraken", "--what", "-", "--json"]);
    let kept = json(&ended(report.write_stdin(too_long()), 1));
    assert_eq!((&kept["outcome"], &kept["draft"]), (&"kept".into(), &1.into()));
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["content"]["sightings"][0]["what"], too_long());
}

#[test]
fn p11_words_too_long_for_a_desk_replace_nothing() {
    let computer = Computer::set_up();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    let text = too_long();
    let refused = computer.json(1, &["draft", "change", "1", "--what", &text]);
    assert_eq!(refused["error"]["code"], "invalid");
    let mut change = computer.command(&["draft", "change", "1", "--what", "-", "--json"]);
    assert_eq!(json(&ended(change.write_stdin(text), 1))["error"]["code"], "invalid");
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["content"]["sightings"][0]["what"], "Grey RIB");
}

#[test]
fn wrong_usage_names_the_argument_that_is_missing() {
    let computer = Computer::set_up();
    for (args, missing) in [
        (&["told", "1"][..], "--channel"),
        (&["draft", "detach", "1"], "PHOTO_NUMBER"),
        (&["preview"], "DRAFT"),
    ] {
        let refused = computer.json(2, args);
        assert!(refused["error"]["message"].as_str().unwrap().contains(missing), "{refused}");
    }
}

#[test]
fn p7_a_draft_can_be_submitted_as_it_was_shown_and_not_otherwise() {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--contact", "Ann", "--draft"]);
    let shown = computer.json(0, &["preview", "1"]);
    let mark = shown["shown"].as_str().unwrap();
    assert_eq!(computer.json(0, &["preview", "1"])["shown"], mark);
    let words = String::from_utf8(computer.run(0, &["preview", "1"]).stdout).unwrap();
    assert!(words.contains(&format!(" draft submit 1 --shown {mark}`")), "{words}");
    computer.run(0, &["draft", "change", "1", "--what", "Black RIB"]);
    let kept = computer.json(1, &["draft", "submit", "1", "--shown", mark]);
    assert_eq!(kept["outcome"], "kept");
    let message = kept["error"]["message"].as_str().unwrap();
    assert!(message.contains(" preview 1`"), "{message}");
    let anew = computer.json(0, &["preview", "1"]);
    let submit = ["draft", "submit", "1", "--shown", anew["shown"].as_str().unwrap()];
    let reference = computer.json(0, &submit)["reference"].as_str().unwrap().to_owned();
    // The clock goes on between the two; all else that is shown of the copy is what was shown before.
    let mut sent = computer.json(0, &["preview", &reference])["report"].clone();
    let mut before = anew["report"].clone();
    for body in [&mut sent, &mut before] {
        body["clocks"].take();
        body["contact"].take();
    }
    assert_eq!(sent, before);
    let refused = computer.json(2, &["draft", "submit", "1", "--shown", "not a mark"]);
    assert!(refused["error"]["message"].as_str().unwrap().contains("16 digits"), "{refused}");
}
