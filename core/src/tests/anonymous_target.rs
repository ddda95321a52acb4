//! P7: where the thing was goes with an anonymous report; the way back to the witness does not.

use chrono::{DateTime, Utc};
use serde_json::Value;
use turnstone_almanac::{geodesy, magnetic};
use turnstone_wire::body::{Bearing, BearingLine, Fix, Metres, North, Position, Route, Target};

use super::kit::{Phone, content};
use crate::DraftContent;

/// What an anonymous report would say of this target, and all of it as text.
fn sent(change: impl FnOnce(&mut DraftContent)) -> (Option<Target>, Value) {
    let mut draft = content(Route::Anonymous);
    change(&mut draft);
    let report = Phone::new().open().note(draft).unwrap().preview().unwrap();
    (report.sightings[0].target.clone(), serde_json::to_value(&report.sightings[0]).unwrap())
}

fn metres(metres: f64) -> Metres {
    Metres::new(metres).unwrap()
}

fn point(target: Option<Target>) -> (Position, f64) {
    let Some(Target::Point { position, accuracy_m: Some(accuracy_m) }) = target else { panic!("no point") };
    (position, accuracy_m.metres())
}

fn fix() -> Fix {
    content(Route::Anonymous).sightings[0].observer.clone().unwrap()
}

#[test]
fn p7_a_compass_bearing_and_a_range_become_the_point_they_lead_to_and_nothing_leads_back() {
    let bearing = Bearing::new(143.728, North::Magnetic).unwrap();
    let (target, sighting) =
        sent(|draft| draft.sightings[0].target = Some(Target::bearing_range(bearing, metres(913.25))));
    let (position, _) = point(target);
    let on: DateTime<Utc> = "2026-05-03T19:41:17Z".parse().unwrap();
    let declination = magnetic::declination(&fix().position, on);
    assert!(declination.deg > 0.5, "0.6 degrees east off Swanage in 2026");
    let leg = geodesy::leg(&fix().position, &position);
    assert!((leg.metres - 913.25).abs() < 1e-6);
    assert!((leg.bearing_deg - 143.728 - declination.deg).abs() < 1e-6);
    let text = sighting.to_string();
    for back in ["observer", "bearing", "range", "give_or_take_m", "50.6065", "1.948033", "913.25", "143.7"] {
        assert!(!text.contains(back), "{back} in {text}");
    }
}

#[test]
fn p7_the_accuracy_of_that_point_is_the_ellipses_and_too_coarse_to_tell_the_range() {
    let bearing = Bearing::new(143.728, North::True).unwrap();
    let accuracy = |range_m: f64| {
        let target = Target::bearing_range(bearing, metres(range_m));
        point(sent(|draft| draft.sightings[0].target = Some(target)).0).1
    };
    // Three tenths of the range, in two dimensions: 0.3 * 1.51.
    let accuracies: Vec<_> = [450.0, 600.0, 900.0, 1_100.0, 3_000.0].map(accuracy).to_vec();
    assert_eq!(accuracies, [500.0, 500.0, 500.0, 500.0, 2_000.0]);
    for range_m in [20.0, 317.0, 5_432.0, 100_000.0, 40_000_000.0] {
        let accuracy_m = accuracy(range_m);
        let leading = accuracy_m / 10_f64.powf(accuracy_m.log10().floor());
        assert!([1.0, 2.0, 5.0].iter().any(|step| (leading - step).abs() < 1e-9), "{accuracy_m}");
    }
}

#[test]
fn p7_two_bearings_become_the_point_where_they_cross_and_neither_place_is_told() {
    let boat = Position::new(50.5512, -1.8934).unwrap();
    let other = Position::new(50.593_513, -1.824_317).unwrap();
    let toward = |from: &Position| Bearing::new(geodesy::leg(from, &boat).bearing_deg, North::True).unwrap();
    let cross = Target::Cross {
        first: BearingLine::new(None, toward(&fix().position)),
        second: BearingLine::new(Some(other), toward(&other)),
    };
    let (target, sighting) = sent(|draft| draft.sightings[0].target = Some(cross));
    let (position, _) = point(target);
    assert!(geodesy::leg(&position, &boat).metres < 0.01);
    let text = sighting.to_string();
    for back in ["observer", "bearing", "first", "50.6065", "1.948033", "50.593513", "1.824317"] {
        assert!(!text.contains(back), "{back} in {text}");
    }
}

#[test]
fn p7_what_leads_to_no_point_is_left_out_and_a_point_stays_as_it_was_given() {
    let same = Bearing::new(180.0, North::True).unwrap();
    let parallel = Target::Cross {
        first: BearingLine::new(None, same),
        second: BearingLine::new(Position::new(50.6, -1.8).ok(), same),
    };
    for target in [parallel, Target::SamePlace] {
        assert_eq!(sent(|draft| draft.sightings[0].target = Some(target)).0, None);
    }
    let given =
        Target::Point { position: Position::new(50.59, -1.93).unwrap(), accuracy_m: Some(metres(37.0)) };
    let kept = sent(|draft| draft.sightings[0].target = Some(given.clone())).0;
    assert_eq!(kept, Some(given));
}
