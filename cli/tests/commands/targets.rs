//! Where the thing was: said in every way there is, and worked out for who reads it.

use serde_json::{Value, json};

use crate::kit::{Computer, with_desk};

const STOOD: [&str; 4] = ["--at", "58.2000,-6.3800", "--when", "2026-07-01T12:00:00+01:00"];

/// A draft of such a target, as `draft show` gives it.
fn draft(computer: &Computer, target: &[&str]) -> Value {
    let begin = ["report", "kraken", "--what", "Grey RIB", "--draft"];
    let kept = computer.json(0, &[&begin[..], &STOOD, target].concat());
    computer.json(0, &["draft", "show", &kept["draft"].to_string()])
}

#[test]
fn every_way_of_saying_where_it_was_is_kept_and_worked_out() {
    let computer = Computer::set_up();
    let magnetic = draft(&computer, &["--bearing", "140", "--magnetic", "--range", "2400"]);
    let located = &magnetic["located"][0];
    assert_eq!(located["declination_deg"], json!(-2.03));
    assert_eq!(located["ellipse"]["percent"], 95);
    assert!(located["position"]["lat"].as_f64().unwrap() < 58.2);
    let from = "about 2.4 km (1.3 nautical miles), 140 degrees true, from where the witness stood";
    assert_eq!(located["from_witness"], from);
    assert!(located["from_mark"].as_str().unwrap().ends_with("from Stornoway Harbour"), "{located}");

    let exact = ["--bearing", "140", "--range", "2400", "--give-or-take-deg", "2", "--give-or-take-m", "50"];
    let sure = draft(&computer, &exact);
    assert_eq!(sure["content"]["sightings"][0]["target"]["give_or_take_deg"], 2.0);
    let semi_major = |draft: &Value| draft["located"][0]["ellipse"]["semi_major_m"].as_f64().unwrap();
    assert!(semi_major(&sure) < semi_major(&magnetic) / 3.0);

    let cross =
        draft(&computer, &["--bearing", "180", "--cross-from", "58.2000,-6.3000", "--cross-bearing", "240"]);
    let crossed = &cross["located"][0]["position"];
    assert!((crossed["lon"].as_f64().unwrap() - -6.38).abs() < 0.001, "{cross}");
    let parallel =
        draft(&computer, &["--bearing", "180", "--cross-from", "58.2000,-6.3000", "--cross-bearing", "181"]);
    assert_eq!(parallel["located"][0]["position"], Value::Null);
    assert!(parallel["located"][0]["reason"].as_str().unwrap().contains("nearly parallel"));

    let point = draft(&computer, &["--target-at", "58.18,-6.37", "--target-accuracy", "40"]);
    assert_eq!(point["content"]["sightings"][0]["target"]["accuracy_m"], 40.0);
    let same = draft(&computer, &["--same-place"]);
    assert_eq!(same["located"][0]["position"]["lat"], 58.2);
    let named = draft(&computer, &["--target-name", "the old jetty"]);
    assert_eq!(named["located"][0]["reason"], "It is a place known by its name only.");
    assert_eq!(draft(&computer, &[])["located"], json!([null]));
}

#[test]
fn p9_a_target_that_leads_nowhere_stops_no_report() {
    let computer = with_desk();
    let parallel = ["--bearing", "180", "--cross-from", "58.2000,-6.3000", "--cross-bearing", "181"];
    let no_fix = ["--bearing", "180", "--range", "900"];
    for target in [&parallel[..], &no_fix] {
        let sent = computer.json(0, &[&["report", "kraken", "--what", "Grey RIB"][..], target].concat());
        assert_eq!(sent["outcome"], "submitted");
    }
}

#[test]
fn the_words_say_where_it_was_in_the_language_of_the_draft() {
    let computer = with_desk();
    let begin = ["report", "kraken", "--what", "RIB llwyd", "--lang", "cy", "--draft"];
    computer.run(0, &[&begin[..], &STOOD, &["--bearing", "140", "--magnetic", "--range", "2400"]].concat());
    let shown = String::from_utf8(computer.run(0, &["draft", "show", "1"]).stdout).unwrap();
    for words in [
        "bearing 140 degrees magnetic, 2400 m away\n",
        "o'r man lle safai'r tyst\n",
        "Mae cwmpawd yno'n pwyntio 2.0 gradd i'r gorllewin",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
    let preview = computer.json(0, &["preview", "1"]);
    assert_eq!(preview["located"], computer.json(0, &["draft", "show", "1"])["located"]);
}

#[test]
fn p7_a_preview_of_an_anonymous_report_shows_the_point_and_no_way_back() {
    let computer = with_desk();
    let begin = ["report", "kraken", "--what", "Grey RIB", "--route", "anonymous", "--draft"];
    computer.run(0, &[&begin[..], &STOOD, &["--bearing", "140", "--magnetic", "--range", "2400"]].concat());
    let preview = computer.json(0, &["preview", "1"]);
    assert_eq!(preview["report"]["sightings"][0]["target"]["kind"], "point");
    assert_eq!(preview["located"][0]["from_witness"], Value::Null);
    assert_eq!(preview["located"][0]["declination_deg"], Value::Null);
    let shown = String::from_utf8(computer.run(0, &["preview", "1"]).stdout).unwrap();
    assert!(
        !shown.contains("58.2,") && !shown.contains("140") && !shown.contains("witness stood"),
        "{shown}"
    );
}
