//! The table compiled in, against real places and against the slow way to answer.

mod bytes;
mod finding;
mod nearby;
mod real;

use turnstone_wire::body::Position;

use super::*;

fn at(lat_deg: f64, lon_deg: f64) -> Position {
    Position::new(lat_deg, lon_deg).unwrap()
}

#[test]
fn the_table_compiled_in_reads_and_is_not_empty() {
    let places = Places::read(BUILT_IN_BYTES).unwrap();
    // 1,268 harbours less 25 whose sources disagree and 92 inland; 1,595 airfields less 372 closed (the data's README).
    assert_eq!(places.count(Kind::Harbour), 1_151);
    assert_eq!(places.count(Kind::Airfield), 1_223);
    assert_eq!(places.areas.iter().filter(|area| !area.outside).count(), 45);
    assert_eq!(format!("{places:?}"), "[1151 harbours, 1223 airfields, 52 areas]");
    assert_eq!(places.area_name("E23000039"), Some("Dorset"));
    assert_eq!(places.area_name("IM"), Some("Isle of Man"));
}

#[test]
fn what_is_compiled_in_is_under_a_megabyte() {
    assert!(BUILT_IN_BYTES.len() < 1_000_000, "{}", BUILT_IN_BYTES.len());
}

#[test]
fn the_makers_of_the_data_are_named_as_their_licences_ask() {
    let credits = built_in().credits().join("\n");
    for words in [
        "OurAirports",
        "World Port Index",
        "Contains data from GeoNames (geonames.org), CC BY 4.0",
        "UN/LOCODE",
        "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. Contains OS data © Crown copyright and database right.",
        "Natural Earth",
    ] {
        assert!(credits.contains(words), "{words}");
    }
}

#[test]
fn the_conflict_and_inland_harbours_and_the_closed_airfields_are_left_out() {
    let places = built_in();
    let names = |text: &str| -> Vec<String> {
        places.search(text, None, 20).into_iter().map(|found| found.place.name).collect()
    };
    // Aldeburgh's two sources are 10.3 km apart; Bodffordd lies 7 km inland; Penzance Heliport moved.
    for gone in ["Aldeburgh", "Bodffordd", "RAF Castle Camps"] {
        assert!(!names(gone).iter().any(|name| name == gone), "{gone}");
    }
}

#[test]
fn hospital_helipads_are_tagged() {
    let airfields = built_in().listed(Kind::Airfield).iter();
    let tagged: Vec<_> = airfields
        .filter(|listed| listed.place.sort == Sort::HospitalHelipad)
        .map(|listed| &listed.place.name)
        .collect();
    // 47 by the word "hospital" in the name or the keywords, and five infirmaries.
    assert_eq!(tagged.len(), 52);
    assert!(
        tagged.iter().any(|name| name.contains("Hospital"))
            && tagged.iter().any(|name| name.contains("Infirmary"))
    );
}

#[test]
fn an_empty_table_answers_every_question() {
    let empty = Places::read(b"turnstone.places/1\n\0\0\0\0").unwrap();
    assert!(empty.nearest(&at(50.0, 0.0), Kind::Harbour, 5).is_empty());
    assert!(empty.search("swanage", None, 5).is_empty());
    assert_eq!(empty.police_area(&at(50.0, 0.0)), None);
    assert_eq!(empty.scheme_for(&at(50.0, 0.0)).why, Why::AtSea);
}

#[test]
fn p8_debug_names_no_place_and_no_area() {
    let places = built_in();
    let quay = at(50.6065, -1.948);
    let near = places.nearest(&quay, Kind::Harbour, 1);
    let found = places.search("Swanage", Some(&quay), 1);
    let area = places.police_area(&quay).unwrap();
    let suggested = places.scheme_for(&quay);
    let debug = format!(
        "{places:?} {near:?} {found:?} {area:?} {:?} {suggested:?} {:?}",
        area.runner_up, suggested.why
    );
    for word in ["Swanage", "Dorset", "E23", "50.", "1.9", "GBSWE"] {
        assert!(!debug.contains(word), "{word} in {debug}");
    }
}
