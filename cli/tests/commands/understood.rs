//! What the program makes of what was typed: shown beside it, in words and in JSON, in the draft's language.

use crate::kit::{Computer, with_desk};

const BOAT: &str = r#"{"number":"pz 12?","imo":"907472?","people":"3"}"#;

/// A draft of a boat, with what was typed of the view.
fn written(computer: &Computer, more: &[&str]) {
    let typed = [
        "report",
        "kraken",
        "--draft",
        "--what",
        "Grey RIB",
        "--vessel",
        BOAT,
        "--at",
        "50.6065,-1.9480",
        "--bearing",
        "140",
        "--range",
        "900",
        "--when",
        "2026-05-03T20:41:00+01:00",
        "--until",
        "2026-05-03T20:43:00+01:00",
        "--in-the-way",
        "spray",
        "--known-before",
        "moored here",
        "--wind",
        "none",
    ];
    computer.run(0, &[&typed[..], more].concat());
}

fn words(computer: &Computer, args: &[&str]) -> String {
    String::from_utf8(computer.run(0, args).stdout).unwrap()
}

#[test]
fn a_draft_shows_what_was_understood_beneath_what_was_typed_and_what_is_missing() {
    let computer = with_desk();
    written(&computer, &[]);
    let shown = words(&computer, &["draft", "show", "1"]);
    for line in [
        "number: pz 12?",
        "= fishing boat: PZ 12?, Penzance, United Kingdom",
        "= IMO ship number: 9074729; the sign that was not seen was worked out from the check digit",
        "View:     in view for 2 minutes",
        "from 900 m away",
        "civil twilight, evening",
        "known before: moored here",
        "wind: none",
        "WHY    why it seemed wrong to you",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    let json = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(json["content"]["sightings"][0]["subjects"][0]["imo"], "907472?");
    let readings = json["seen"][0]["understood"][0].as_array().unwrap();
    let normal: Vec<_> = readings.iter().map(|one| one["reading"]["normal"].as_str().unwrap()).collect();
    assert_eq!(normal, ["PZ 12?", "9074729"]);
    assert_eq!(json["seen"][0]["view"]["light"]["phase"], "civil-twilight");
    let missing = json["useful"].as_array().unwrap().iter().find(|row| row["told"] == false).unwrap();
    assert_eq!((&missing["question"], &missing["code"]), (&"who".into(), &"looks".into()));
    // The preview is what the desk will see, and says the same.
    let preview = computer.json(0, &["preview", "1"]);
    assert_eq!(preview["report"]["sightings"][0]["subjects"][0]["understood"][1]["normal"], "9074729");
    assert_eq!(preview["useful"], json["useful"]);
}

#[test]
fn what_is_missing_is_said_after_a_report_and_stops_nothing() {
    let computer = with_desk();
    let output = computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("Only a word of what was seen is needed.\n")
            && said.contains("\n  WHERE  where it was"),
        "lines, and not their escapes: {said}"
    );
    let json = computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    assert_eq!(json["outcome"], "submitted");
    assert_eq!(json["useful"][0]["code"], "what");
}

#[test]
fn a_welsh_draft_is_answered_in_welsh() {
    let computer = with_desk();
    written(&computer, &["--lang", "cy"]);
    let shown = words(&computer, &["draft", "show", "1"]);
    for line in ["cwch pysgota: PZ 12?, Penzance, Y Deyrnas Unedig", "yn y golwg am 2 funud", "PAM"] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn p7_an_anonymous_preview_leaves_out_from_how_far_and_what_was_known_and_the_check_says_so() {
    let computer = with_desk();
    written(&computer, &["--route", "anonymous", "--seen-from", "850"]);
    let preview = computer.json(0, &["preview", "1"]);
    let view = &preview["report"]["sightings"][0]["view"];
    assert_eq!(
        (&view["seen_from_m"], &view["known_before"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!((&view["in_the_way"], &view["lasted_s"]), (&"spray".into(), &120.into()));
    let notices = computer.json(0, &["draft", "show", "1"])["notices"].to_string();
    assert!(notices.contains("whether you knew it before"), "{notices}");
}

#[test]
fn p9_what_cannot_be_an_identifier_is_taken_as_it_is() {
    let computer = with_desk();
    let odd = r#"{"imo":"no idea","mmsi":"99","call_sign":"?","registration":"???"}"#;
    let sent = computer.json(0, &["report", "kraken", "--what", "Grey RIB", "--vessel", odd]);
    assert_eq!(sent["outcome"], "submitted");
}

#[test]
fn p11_a_time_of_watching_that_is_none_is_refused_and_not_repeated() {
    let computer = with_desk();
    let refused = computer.json(2, &["report", "kraken", "--what", "x", "--seen-for", "quillwort"]);
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.contains("20s, 5m or 1h") && !message.contains("quillwort"), "{message}");
}
