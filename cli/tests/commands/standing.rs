//! Where the witness stood: any form of a position, several fixes, and the surveyed station.

use serde_json::Value;

use crate::kit::{Computer, with_desk};

const WHAT: [&str; 4] = ["report", "kraken", "--what", "Grey RIB"];
const WHEN: [&str; 2] = ["--when", "2026-05-03T21:40:00+01:00"];
const STATION: &str = "Old lookout, SZ 0360 7860";

fn said(computer: &Computer, args: &[&str]) -> String {
    String::from_utf8(computer.run(0, args).stdout).unwrap()
}

/// The sighting of a draft written with some arguments.
fn drafted(computer: &Computer, more: &[&str]) -> Value {
    let draft = computer.json(0, &[&WHAT[..], &WHEN, more, &["--draft"]].concat())["draft"].to_string();
    computer.json(0, &["draft", "show", &draft])["content"]["sightings"][0].clone()
}

#[test]
fn a_position_in_any_form_is_where_the_witness_stood() {
    let computer = with_desk();
    for at in [
        "50.6065,-1.9480",
        "50 36.39 N 1 56.88 W",
        "50°36'23.4\"N 1°56'52.8\"W",
        "SZ 03776 78533",
        "sz03777853",
    ] {
        let fix = &drafted(&computer, &["--at", at])["observer"];
        let (lat, lon) = (fix["lat"].as_f64().unwrap(), fix["lon"].as_f64().unwrap());
        assert!((lat - 50.6065).abs() < 0.0002 && (lon + 1.948).abs() < 0.0002, "{at}: {fix}");
        assert_eq!((&fix["source"], &fix["accuracy_m"]), (&"hand".into(), &Value::Null), "{at}");
    }
    let square = &drafted(&computer, &["--at", "SZ 03 78"])["observer"];
    assert_eq!(square["accuracy_m"], 708.0, "the half diagonal of a square of a kilometre");
    let sure = &drafted(&computer, &["--at", "SZ 03 78", "--accuracy", "100"])["observer"];
    assert_eq!(sure["accuracy_m"], 100.0);
}

#[test]
fn all_that_is_known_of_a_fix_is_kept_and_shown_and_an_old_one_is_marked() {
    let computer = with_desk();
    let known = ["--at", "50.6065,-1.948", "--accuracy", "8", "--altitude", "31.5", "--at-source", "gnss"];
    let more = ["--at-time", "2026-05-03T21:30:00+01:00", "--mock"];
    let sighting = drafted(&computer, &[&known[..], &more].concat());
    let fix = &sighting["observer"];
    assert_eq!(
        (&fix["altitude_m"], &fix["source"], &fix["mock"]),
        (&31.5.into(), &"gnss".into(), &true.into())
    );
    let shown = said(&computer, &["draft", "show", "1"]);
    for says in [
        "(SZ 037",
        "within 8 m",
        "by satellites",
        "altitude 32 m",
        "old: taken 10 minutes",
        "made this position up",
    ] {
        assert!(shown.contains(says), "{says}: {shown}");
    }
}

#[test]
fn of_several_fixes_the_best_is_taken_and_the_others_go_along() {
    let computer = with_desk();
    let network =
        r#"{"at":"50.61,-1.95","source":"network","accuracy_m":900,"time":"2026-05-03T21:40:00+01:00"}"#;
    let old = r#"{"at":"50.60,-1.95","source":"gnss","accuracy_m":4,"time":"2026-05-03T21:00:00+01:00"}"#;
    let gnss = r#"{"at":"SZ 0378 7857","source":"gnss","accuracy_m":8,"altitude_m":3,"time":"2026-05-03T21:39:00+01:00"}"#;
    let sighting = drafted(&computer, &["--fix", network, "--fix", old, "--fix", gnss]);
    assert_eq!(sighting["observer"]["altitude_m"], 3.0);
    assert_eq!(sighting["fixes"].as_array().unwrap().len(), 2);
    let shown = said(&computer, &["draft", "show", "1"]);
    assert!(shown.matches("Or at:").count() == 2 && shown.contains("old: taken 40 minutes"), "{shown}");
    // What somebody says beats what a phone finds.
    let by_hand = drafted(&computer, &["--at", "SZ 0360 7860", "--fix", gnss]);
    assert_eq!(
        (&by_hand["observer"]["source"], &by_hand["fixes"][0]["source"]),
        (&"hand".into(), &"gnss".into())
    );
    let many: Vec<&str> = std::iter::repeat_n(["--fix", gnss], 17).flatten().collect();
    assert_eq!(computer.json(2, &[&WHAT[..], &many].concat())["error"]["code"], "usage");
    for wrong in [r#"{"at":"Quillwort","source":"gnss"}"#, r#"{"at":"SZ 036 786"}"#, "Quillwort"] {
        let error = computer.json(2, &[&WHAT[..], &["--fix", wrong]].concat())["error"].to_string();
        assert!(!error.contains("Quillwort"), "{error}");
    }
}

#[test]
fn a_station_surveyed_once_is_where_the_witness_stands_by_one_word() {
    let computer = with_desk();
    assert_eq!(computer.json(0, &["settings"])["station"], Value::Null);
    let set = computer.json(0, &["settings", "--station", STATION]);
    assert_eq!(set["station"]["name"], "Old lookout");
    assert!(said(&computer, &["settings"]).contains("The station is Old lookout, at 50.60"));
    let fix = drafted(&computer, &["--at", "station"])["observer"].clone();
    assert_eq!((&fix["source"], &fix["name"]), (&"station".into(), &"Old lookout".into()));
    let shown = said(&computer, &["draft", "show", "1"]);
    assert!(shown.contains("Old lookout") && shown.contains("a surveyed station"), "{shown}");
    // A draft goes there as well; what it held before stays beside it.
    drafted(&computer, &["--at", "50.61,-1.95", "--at-source", "gnss"]);
    let changed = computer.json(0, &["draft", "change", "2", "--at", "station"]);
    let sighting = &changed["content"]["sightings"][0];
    assert_eq!(
        (&sighting["observer"]["source"], &sighting["fixes"][0]["source"]),
        (&"station".into(), &"gnss".into())
    );
    assert_eq!(computer.json(0, &["settings", "--no-station"])["station"], Value::Null);
}

#[test]
fn p9_without_a_station_the_words_are_kept_and_what_to_do_is_said() {
    let computer = with_desk();
    let error = computer.json(1, &[&WHAT[..], &["--at", "station"]].concat())["error"].clone();
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("draft 1") && message.contains("settings --station"), "{message}");
    let kept = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(kept["content"]["sightings"][0]["what"], "Grey RIB");
    assert_eq!(computer.json(2, &["draft", "change", "1", "--at", "station"])["error"]["code"], "usage");
}

#[test]
fn p6_writing_at_the_station_needs_no_pin_and_reading_its_place_does() {
    let computer = with_desk();
    computer.run(0, &["settings", "--station", STATION]);
    computer.set_pin("258025");
    assert_eq!(computer.json(1, &["settings"])["error"]["code"], "locked");
    assert_eq!(computer.json(0, &[&WHAT[..], &["--at", "station"]].concat())["outcome"], "submitted");
}
