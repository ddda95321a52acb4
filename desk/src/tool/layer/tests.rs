//! What a desk learns of where a thing was: on a map, in a table, in plain words.

use turnstone_wire::body::{Bearing, BearingLine, Metres, North, Target};

use super::*;
use crate::{
    testing::report,
    tool::{filed::ContactState, table, words},
};

/// A report whose thing was there.
fn seen(target: Target) -> Report {
    let mut report = report(1, "a boat");
    report.sightings[0].target = Some(target);
    report
}

fn by_compass() -> Report {
    let bearing = Bearing::new(140.0, North::Magnetic).unwrap();
    seen(Target::bearing_range(bearing, Metres::new(14_000.0).unwrap()))
}

fn feature_of(report: Report) -> Value {
    let layer: Value = serde_json::from_str(&text(&[("folder".into(), report)]).unwrap()).unwrap();
    layer["features"][0].clone()
}

#[test]
fn a_map_layer_has_position_ellipse_wording_and_the_declination_used() {
    let feature = feature_of(by_compass());
    let (found, wanted) = (&feature["geometry"]["coordinates"], [-1.8227, 50.5092]);
    for (coordinate, wanted) in wanted.into_iter().enumerate() {
        assert!((found[coordinate].as_f64().unwrap() - wanted).abs() < 0.0005, "{feature}");
    }
    let told = &feature["properties"]["where"];
    assert_eq!(feature["properties"]["kind"], "target");
    assert_eq!(told["declination_deg"], 0.61);
    assert_eq!(told["ellipse"]["percent"], 95);
    let semi_major_m = told["ellipse"]["semi_major_m"].as_f64().unwrap();
    assert!((10_000.0..11_000.0).contains(&semi_major_m), "{told}");
    assert!((140.0..141.5).contains(&told["ellipse"]["orientation_deg_true"].as_f64().unwrap()));
    assert_eq!(
        told["from_witness"],
        "about 14 km (7.6 nautical miles), 140 degrees true, from where the witness stood"
    );
    assert!(told["from_mark"].as_str().unwrap().starts_with("about "), "{told}");
}

#[test]
fn a_table_has_them_too() {
    let csv = table::text(&[("folder".into(), by_compass())]).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| row[names.iter().position(|other| other == name).unwrap()].to_owned();
    assert_eq!(cell("declination_deg"), "0.61");
    assert!(cell("target_lat").starts_with("50.509"));
    assert!(cell("ellipse_95_semi_major_m").parse::<f64>().unwrap() > 10_000.0);
    assert!(cell("ellipse_95_orientation_deg_true").starts_with("140."));
    assert!(cell("where").contains("140 degrees true, from where the witness stood; 95 % likely within"));
}

#[test]
fn plain_words_say_what_was_said_and_what_was_worked_out_apart() {
    let filed = crate::tool::index::Filed {
        id: by_compass().id,
        body: turnstone_wire::hash::Sha256::of(b""),
        but_for_contact: None,
        done: Default::default(),
        missing: Vec::new(),
        same_id: Vec::new(),
        checked: true,
        contact_sealed: false,
    };
    let written = words::of(&by_compass(), &filed, ContactState::None);
    assert!(
        written.contains("  The thing was 14000 m away; bearing 140 degrees (by compass)\n"),
        "{written}"
    );
    assert!(
        written.contains("  Worked out: about 14 km (7.6 nautical miles), 140 degrees true, from where the")
    );
    assert!(written.contains("  Worked out: A compass there points 0.6 degrees east of true north;"));
}

#[test]
fn two_bearings_that_do_not_cross_are_no_point_in_nowhere() {
    let south = Bearing::new(180.0, North::True).unwrap();
    let cross = Target::Cross {
        first: BearingLine::new(None, south),
        second: BearingLine::new(Position::new(50.6, -1.8).ok(), south),
    };
    let feature = feature_of(seen(cross.clone()));
    assert_eq!(feature["properties"]["kind"], "observer");
    assert!(feature["properties"]["where"]["reason"].as_str().unwrap().contains("nearly parallel"));
    let csv = table::text(&[("folder".into(), seen(cross))]).unwrap();
    assert!(csv.contains("nearly parallel"));
}
