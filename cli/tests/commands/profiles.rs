//! A team's device, the usual route, and what an anonymous report gives away.

use std::fs;

use assert_cmd::Command;
use serde_json::Value;

use crate::kit::{Computer, ended, json, make_desk, with_desk};

/// Makes and signs a profile with the key of a desk's folder; what the desk tool says of it.
fn make_profile(computer: &Computer, desk: &str, more: &[&str]) -> Value {
    let mut make = Command::new(env!("CARGO_BIN_EXE_turnstone"));
    make.args(["desk", "--json", "profile"])
        .arg(computer.path(desk))
        .arg("--to")
        .arg(computer.path("team.profile"));
    make.args(["--team", "Gull Point Watch", "--station", "Gull Point", "--at", "50.6,-1.95", "--force"])
        .args(more);
    json(&ended(&mut make, 0))
}

fn said(computer: &Computer, code: i32, args: &[&str]) -> String {
    let output = computer.run(code, args);
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn a_listed_teams_profile_is_taken_shown_and_left() {
    let computer = with_desk();
    make_profile(
        &computer,
        "desk",
        &["--route", "confidential", "--desk", "harbour", "--lang", "cy", "--person", "Jo"],
    );
    let file = computer.path("team.profile");
    let file = file.to_str().unwrap();
    let taken = computer.json(0, &["profile", "take", file]);
    assert_eq!((&taken["outcome"], &taken["profile"]["in_national_list"]), (&"taken".into(), &true.into()));
    let shown = said(&computer, 0, &["profile", "show"]);
    for part in ["Gull Point Watch", "Station: Gull Point", "Jo", "Reports go to: Harbour", "Confidentially"]
    {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(said(&computer, 0, &["profile", "show", "--lang", "cy"]).contains("Gorsaf: Gull Point"));
    assert_eq!(computer.json(0, &["settings"])["team"], true);
    // Nothing named: the team's route and language.
    computer.run(0, &["report", "kraken", "--what", "RIB llwyd", "--draft"]);
    let content = computer.json(0, &["draft", "show", "1"])["content"].clone();
    assert_eq!((content["route"].as_str(), content["language"].as_str()), (Some("confidential"), Some("cy")));
    assert_eq!(content["contact"], Value::Null);
    assert_eq!(computer.json(0, &["profile", "leave"])["outcome"], "left");
    assert_eq!(computer.json(0, &["profile", "leave"])["outcome"], "none");
    assert_eq!(computer.json(0, &["profile", "show"])["profile"], Value::Null);
}

#[test]
fn a_profile_from_outside_needs_its_four_words_and_is_marked() {
    let computer = with_desk();
    make_desk(&computer.path("other"), "watch-desk");
    let made = make_profile(&computer, "other", &["--bring"]);
    let words: Vec<_> = made["words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let file = computer.path("team.profile");
    let file = file.to_str().unwrap();
    let needed = computer.json(1, &["profile", "take", file]);
    assert_eq!(needed["error"]["code"], "four_words_needed");
    let message = needed["error"]["message"].as_str().unwrap();
    assert!(message.contains("not in the national list") && message.contains("--words"), "{message}");
    assert!(words.iter().all(|word| !message.contains(&format!(" {word} {}", words[1]))), "{message}");
    let differ = computer.json(1, &["profile", "take", file, "--words", "abandon ability able about"]);
    assert_eq!(differ["error"]["code"], "four_words_differ");
    assert_eq!(computer.json(0, &["profile", "show"])["profile"], Value::Null);
    // The QR text is the same profile.
    let text = made["qr_text"].as_str().unwrap();
    let mut take =
        computer.command(&["profile", "take", "-", "--words", &words.join(", ").to_uppercase(), "--json"]);
    let taken = json(&ended(take.write_stdin(text), 0));
    assert_eq!(taken["profile"]["in_national_list"], false);
    // The listed desk takes the report; the other one is gone to by its name, and marked.
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    assert_eq!(computer.json(0, &["preview", "1"])["desk"]["id"], "harbour");
    computer.run(0, &["draft", "change", "1", "--desk", "watch-desk"]);
    assert_eq!(computer.json(0, &["preview", "1"])["desk"]["in_national_list"], false);
    assert!(said(&computer, 0, &["preview", "1"]).contains("not in the national list"));
    assert!(said(&computer, 0, &["draft", "submit", "1"]).contains("not in the national list"));
    computer.run(0, &["profile", "leave"]);
    assert_eq!(computer.json(0, &["list"])["reports"][0]["items"][0]["state"], "waits");
}

#[test]
fn p9_an_anonymous_report_on_a_teams_device_is_kept_with_advice() {
    let computer = with_desk();
    make_profile(&computer, "desk", &[]);
    computer.run(0, &["profile", "take", computer.path("team.profile").to_str().unwrap()]);
    let kept = computer.json(1, &["report", "kraken", "--what", "Grey RIB", "--route", "anonymous"]);
    assert_eq!((kept["outcome"].as_str(), kept["reason"].as_str()), (Some("kept"), Some("team_device")));
    let message = kept["error"]["message"].as_str().unwrap();
    for part in ["who was on watch", "phone of your own", "Crimestoppers", " draft change 1 --route ROUTE`"] {
        assert!(message.contains(part), "{message}");
    }
    computer.run(0, &["draft", "change", "1", "--route", "police"]);
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn the_usual_route_is_set_and_a_named_one_beats_it() {
    let computer = with_desk();
    assert_eq!(computer.json(0, &["settings"])["route"], Value::Null);
    assert_eq!(computer.json(0, &["settings", "--route", "confidential"])["route"], "confidential");
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--route", "police", "--draft"]);
    let route = |draft: &str| computer.json(0, &["draft", "show", draft])["content"]["route"].clone();
    assert_eq!((route("1"), route("2")), ("confidential".into(), "police".into()));
    let refused = computer.json(2, &["settings", "--route", "anonymous"]);
    assert!(refused["error"]["message"].as_str().unwrap().contains("chosen for each report"), "{refused}");
    assert_eq!(computer.json(0, &["settings", "--route", "ask"])["route"], Value::Null);
}

#[test]
fn p7_what_an_anonymous_report_gives_away_is_said_in_its_language_and_it_goes() {
    let computer = with_desk();
    let report = |lang: &str| {
        let what = "ring me on 07700 900123 or jo@example.org";
        computer.json(0, &["report", "kraken", "--what", what, "--route", "anonymous", "--lang", lang])
    };
    for (lang, parts) in
        [("en", ["telephone number", "email address"]), ("cy", ["rhif ffôn", "cyfeiriad e-bost"])]
    {
        let submitted = report(lang);
        assert_eq!(submitted["outcome"], "submitted");
        let notices = submitted["notices"].to_string();
        assert!(parts.iter().all(|part| notices.contains(part)), "{notices}");
    }
}

#[test]
fn p11_what_is_no_profile_is_refused_and_changes_nothing() {
    let computer = with_desk();
    let file = computer.path("no.profile");
    fs::write(&file, "Gull Point Watch").unwrap();
    let refused = computer.json(1, &["profile", "take", file.to_str().unwrap()]);
    assert_eq!(refused["error"]["code"], "invalid");
    assert!(!refused.to_string().contains("Gull Point Watch"), "{refused}");
    assert_eq!(computer.json(1, &["profile", "take", "nowhere.profile"])["error"]["code"], "file");
    computer.set_pin("2580");
    assert_eq!(computer.json(1, &["profile", "show"])["error"]["code"], "locked");
    assert_eq!(computer.with_pin("2580", 0, &["profile", "show"])["profile"], Value::Null);
}
