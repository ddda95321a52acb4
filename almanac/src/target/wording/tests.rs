use turnstone_wire::body::{Bearing, Fix, FixSource, Metres, North, Target};

use super::*;
use crate::target::{NoCross, find};

fn position(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

fn metres(metres: f64) -> Metres {
    Metres::new(metres).unwrap()
}

/// The end of Swanage pier.
fn pier() -> Position {
    position(50.6092, -1.9494)
}

/// Something so far from the pier, known to so many metres.
fn off_the_pier(bearing_deg: f64, range_m: f64, accuracy_m: f64) -> Located {
    let position = geodesy::along(&pier(), bearing_deg, range_m).unwrap().position;
    let target = Target::Point { position, accuracy_m: Some(metres(accuracy_m)) };
    find(None, &target, chrono::DateTime::UNIX_EPOCH).unwrap()
}

fn from_the_pier(located: &Located, units: Units, lang: Lang) -> String {
    wording(located, &Mark::new("the end of Swanage pier", pier()), units, lang)
}

#[test]
fn a_desk_reads_where_it_was_from_a_place_it_knows() {
    let cases = [
        (140.0, 900.0, 250.0, "about 900 m, 140 degrees true, from the end of Swanage pier"),
        (140.0, 911.0, 250.0, "about 900 m, 140 degrees true, from the end of Swanage pier"),
        (143.0, 911.0, 20.0, "about 900 m, 143 degrees true, from the end of Swanage pier"),
        (143.0, 911.0, 60.0, "about 900 m, 145 degrees true, from the end of Swanage pier"),
        (7.0, 64.0, 2.0, "about 60 m, 007 degrees true, from the end of Swanage pier"),
        (359.8, 998.0, 1.0, "about 1 km, 000 degrees true, from the end of Swanage pier"),
        (215.0, 4_321.0, 1_100.0, "about 4.3 km, 220 degrees true, from the end of Swanage pier"),
        (215.0, 14_321.0, 50.0, "about 14 km, 215 degrees true, from the end of Swanage pier"),
        (215.0, 9_970.0, 50.0, "about 10 km, 215 degrees true, from the end of Swanage pier"),
        (90.0, 12.0, 2.0, "at the end of Swanage pier, or close to it"),
        (90.0, 200.0, 400.0, "at the end of Swanage pier, or close to it"),
    ];
    for (bearing_deg, range_m, accuracy_m, words) in cases {
        let found = off_the_pier(bearing_deg, range_m, accuracy_m);
        assert_eq!(from_the_pier(&found, Units::Metric, Lang::En), words);
    }
}

#[test]
fn from_a_place_that_is_known_roughly_little_is_told() {
    let swanage = Mark { vague_m: 2_000.0, ..Mark::new("Swanage", pier()) };
    let said = |range_m: f64| wording(&off_the_pier(143.0, range_m, 20.0), &swanage, Units::Metric, Lang::En);
    assert_eq!(said(900.0), "in the area of Swanage");
    assert_eq!(said(4_321.0), "about 4 km, 140 degrees true, from Swanage");
    assert_eq!(said(14_321.0), "about 14 km, 145 degrees true, from Swanage");
}

#[test]
fn a_coastguard_hears_nautical_miles_beside_kilometres() {
    let cases = [
        (900.0, "900 m"),
        (1_852.0, "1.9 km (1 nautical mile)"),
        (4_321.0, "4.3 km (2.3 nautical miles)"),
        (37_040.0, "37 km (20 nautical miles)"),
    ];
    for (range_m, words) in cases {
        assert_eq!(distance(range_m, Units::MetricAndNautical, Lang::En), words);
    }
    assert_eq!(distance(4_321.0, Units::Metric, Lang::En), "4.3 km");
    let found = off_the_pier(140.0, 4_321.0, 100.0);
    assert_eq!(
        from_the_pier(&found, Units::MetricAndNautical, Lang::En),
        "about 4.3 km (2.3 nautical miles), 140 degrees true, from the end of Swanage pier"
    );
}

#[test]
fn the_same_is_said_in_welsh() {
    let found = off_the_pier(140.0, 4_321.0, 600.0);
    let mark = Mark::new("ben pier Swanage", pier());
    assert_eq!(
        wording(&found, &mark, Units::MetricAndNautical, Lang::Cy),
        "tua 4.3 km (2.3 milltir fôr), i gyfeiriad 140 gradd o'r gogledd gwir, wrth fesur o ben pier Swanage"
    );
    // Every one of Welsh's six forms, where a whole number of miles meets a word.
    let forms = [1.0, 2.0, 3.0, 6.0, 11.0]
        .map(|miles| distance(miles * NAUTICAL_MILE_M, Units::MetricAndNautical, Lang::Cy));
    assert_eq!(
        forms,
        [
            "1.9 km (1 filltir fôr)",
            "3.7 km (2 filltir fôr)",
            "5.6 km (3 milltir fôr)",
            "11 km (5.9 milltir fôr)",
            "20 km (11 milltir fôr)",
        ]
    );
}

#[test]
fn how_likely_is_said_with_its_percentage() {
    let round = off_the_pier(140.0, 900.0, 100.0);
    assert_eq!(likely(&round.ellipse, Lang::En), "95 % likely within about 170 m of there");
    let stood = Fix { accuracy_m: Some(metres(10.0)), ..Fix::new(pier(), FixSource::Gnss) };
    let bearing = Bearing::new(140.0, North::True).unwrap();
    let target = Target::bearing_range(bearing, metres(900.0));
    let long = find(Some(&stood), &target, chrono::DateTime::UNIX_EPOCH).unwrap();
    assert_eq!(
        likely(&long.ellipse, Lang::En),
        "95 % likely within about 700 m either way along 140 and 320 degrees true, and 400 m either way across that"
    );
    assert_eq!(
        wording_from_witness(&long, &pier(), Units::Metric, Lang::En),
        "about 900 m, 140 degrees true, from where the witness stood"
    );
}

#[test]
fn the_declination_and_each_assumption_are_told() {
    let stood = Fix::new(position(58.2, -6.38), FixSource::Hand);
    let target = Target::bearing_range(Bearing::new(140.0, North::Magnetic).unwrap(), metres(900.0));
    let on = "2026-07-01T12:00:00Z".parse().unwrap();
    let told = remarks(&find(Some(&stood), &target, on).unwrap(), Lang::En);
    assert_eq!(
        told,
        [
            "A compass there points 2.0 degrees west of true north; the bearing was corrected for it.",
            "How exact the bearing is was not said: give or take 10 degrees was assumed.",
            "How exact the place where the witness stood is was not said: it was assumed by what the position came from.",
            "How exact the distance is was not said: give or take 30 percent was assumed.",
        ]
    );
    let later = find(Some(&stood), &target, "2040-07-01T12:00:00Z".parse().unwrap()).unwrap();
    assert!(remarks(&later, Lang::En)[1].contains("2020 to 2029"));
    let point = Target::Point { position: pier(), accuracy_m: None };
    let assumed = remarks(&find(None, &point, on).unwrap(), Lang::En);
    assert_eq!(assumed, ["How exact the point is was not said: within 100 m was assumed."]);
}

#[test]
fn every_reason_for_no_position_is_said_in_each_language() {
    let no_cross = [NoCross::SamePlace, NoCross::Parallel, NoCross::Apart, NoCross::TooFar];
    let reasons = no_cross.map(Unlocated::from);
    for lang in Lang::ALL {
        let mut said: Vec<_> = reasons
            .into_iter()
            .chain([Unlocated::Named, Unlocated::NoFix])
            .map(|why| unlocated(why, lang))
            .collect();
        assert!(said.iter().all(|sentence| sentence.ends_with('.')));
        said.sort_unstable();
        said.dedup();
        assert_eq!(said.len(), 6);
    }
    assert_ne!(unlocated(Unlocated::NoFix, Lang::En), unlocated(Unlocated::NoFix, Lang::Cy));
}

#[test]
fn p8_nothing_of_a_worked_out_place_is_printed() {
    let found = off_the_pier(140.0, 913.25, 143.728);
    let mark = Mark::new("Quillwort", pier());
    let printed = format!("{found:?} {:?} {mark:?} {:?}", found.ellipse, found.assumed);
    for secret in ["50.", "1.9", "913", "143", "Quillwort"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
