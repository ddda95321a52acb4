//! `place`: before anything is set up, and with desks of areas.

use std::str;

use crate::kit::{Computer, ended, make_desk, sign_directory};

const SWANAGE: &str = "50.6082,-1.9480";

#[test]
fn p9_a_place_is_described_before_anything_is_set_up_and_nothing_is_left_behind() {
    let computer = Computer::new();
    let place = computer.json(0, &["place", SWANAGE]);
    assert_eq!(place["harbours"][0]["name"], "Swanage");
    assert_eq!(place["police_area"]["code"], "E23000039");
    assert_eq!(place["police_area"]["nearest"], true);
    assert_eq!(place["suggested"]["scheme"], "kraken");
    assert!(place["forms"]["os_grid"].as_str().unwrap().starts_with("SZ"));
    assert!(place["desks"][0]["desk"].is_null() && place["desks"][0]["reason_text"].is_string());
    assert!(!computer.path("home").exists());
}

#[test]
fn a_grid_reference_a_chart_position_and_a_position_in_the_south_are_read() {
    let computer = Computer::new();
    for typed in ["SZ 037 787", "50°36.492'N 001°56.880'W", SWANAGE] {
        assert_eq!(computer.json(0, &["place", typed])["police_area"]["name"], "Dorset", "{typed}");
    }
    let south = computer.json(0, &["place", "-51.7,-57.85"]);
    assert!(south["police_area"].is_null() && south["suggested"]["why"] == "at-sea");
}

#[test]
fn names_are_found_and_told_apart_and_what_is_left_out_is_counted() {
    let computer = Computer::new();
    let found =
        computer.json(0, &["place", "Manor Farm Airstrip", "--near", "51.4150,-1.5150", "--number", "7"]);
    let names: Vec<_> = found["matches"].as_array().unwrap().iter().map(|row| &row["name"]).collect();
    assert!(names.len() == 7 && names.iter().all(|name| *name == "Manor Farm Airstrip"));
    assert!(
        found["matches"][0]["metres"].as_f64().unwrap() < found["matches"][1]["metres"].as_f64().unwrap()
    );
    assert!(found["left_out"].as_u64().unwrap() > 0);
    assert_eq!(computer.json(0, &["place", "abertawe"])["matches"][0]["name"], "Swansea");
    assert!(computer.json(0, &["place", "no such place"])["matches"].as_array().unwrap().is_empty());
}

#[test]
fn p11_a_position_gone_wrong_is_no_name_and_is_not_repeated() {
    let computer = Computer::new();
    for typed in ["91.4711,0", "50 36,39 N 1 56,38 W", "50.4711"] {
        let refused = computer.run(2, &["place", typed]);
        let said = [refused.stdout, refused.stderr].concat();
        let said = str::from_utf8(&said).unwrap();
        assert!(!said.contains("4711") && !said.contains("56,38"), "{said}");
    }
}

#[test]
fn about_names_the_makers_of_the_data() {
    let computer = Computer::new();
    let shown = ended(&mut computer.command(&["place", "--about"]), 0).stdout;
    let shown = str::from_utf8(&shown).unwrap();
    for maker in
        ["OurAirports", "GeoNames", "Office for National Statistics", "Natural Earth", "World Port Index"]
    {
        assert!(shown.contains(maker), "{maker}");
    }
}

#[test]
fn welsh_is_said_in_welsh_and_as_not_reviewed() {
    let computer = Computer::new();
    let shown = ended(&mut computer.command(&["place", SWANAGE, "--lang", "cy"]), 0).stdout;
    let shown = str::from_utf8(&shown).unwrap();
    assert!(shown.contains("ardal heddlu") && shown.contains("siaradwr Cymraeg"), "{shown}");
}

/// A computer that knows two desks: one for Dorset, one for everywhere.
fn with_desks_of_areas() -> Computer {
    let computer = Computer::new();
    let [dorset, national, all] = ["dorset", "national", "all"].map(|name| computer.path(name));
    make_desk(&dorset, "dorset-desk");
    make_desk(&national, "national-desk");
    sign_directory(&[dorset, national], &all, |payload| {
        payload.desks[0].areas = vec!["E23000039".to_owned()];
    });
    computer.init_with(0, &all);
    computer
}

#[test]
fn the_desk_of_a_place_is_named_with_its_reason_and_a_draft_says_where_it_goes() {
    let computer = with_desks_of_areas();
    let desk = &computer.json(0, &["place", SWANAGE])["desks"][0];
    assert_eq!((&desk["desk"], &desk["reason"]), (&"dorset-desk".into(), &"target-area".into()));
    assert!(desk["reason_text"].as_str().unwrap().ends_with("Dorset"));
    let desk = &computer.json(0, &["place", "49.9600,-5.2060", "--route", "confidential"])["desks"][0];
    assert_eq!((&desk["desk"], &desk["reason"]), (&"national-desk".into(), &"everywhere".into()));

    computer.json(0, &["report", "kraken", "--what", "a boat", "--target-at", SWANAGE, "--draft"]);
    let goes_to = &computer.json(0, &["draft", "show", "1"])["goes_to"];
    assert_eq!((&goes_to["desk"], &goes_to["reason"]), (&"dorset-desk".into(), &"target-area".into()));
    let shown = computer.run(0, &["draft", "show", "1"]).stdout;
    let line = "Goes to:  Harbour, because it answers for the police area of what was seen: Dorset";
    assert!(str::from_utf8(&shown).unwrap().contains(line), "{}", String::from_utf8_lossy(&shown));
    // It goes there when it is submitted.
    let submitted = computer.json(0, &["draft", "submit", "1"]);
    assert_eq!(submitted["reference"].as_str().map(|reference| &reference[..7]), Some("KRAKEN-"));
}
