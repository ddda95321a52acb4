//! Positions against what is known to the millimetre, ellipses against ten thousand throws of the dice.

mod chance;

use chrono::TimeZone;
use proptest::prelude::*;
use turnstone_wire::{
    body::{BearingLine, FixSource},
    text::Text,
};

use super::*;

fn position(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

fn metres(metres: f64) -> Metres {
    Metres::new(metres).unwrap()
}

fn degrees(deg: f64) -> Degrees {
    Degrees::new(deg).unwrap()
}

fn bearing(deg: f64, north: North) -> Bearing {
    Bearing::new(deg, north).unwrap()
}

fn on(year: i32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 7, 1, 12, 0, 0).unwrap()
}

/// A fix of known accuracy.
fn quay(accuracy_m: f64) -> Fix {
    Fix { accuracy_m: Some(metres(accuracy_m)), ..Fix::new(position(50.6065, -1.948), FixSource::Gnss) }
}

fn along(deg: f64, north: North, range_m: f64) -> Target {
    Target::bearing_range(bearing(deg, north), metres(range_m))
}

/// One bearing of a cross, by which somebody at `from` saw the thing at `thing`.
fn line_to(from: Position, thing: &Position, give_or_take_deg: f64) -> BearingLine {
    BearingLine {
        accuracy_m: Some(metres(10.0)),
        give_or_take_deg: Some(degrees(give_or_take_deg)),
        ..BearingLine::new(Some(from), bearing(geodesy::leg(&from, thing).bearing_deg, North::True))
    }
}

fn apart_m(one: &Position, other: &Position) -> f64 {
    geodesy::leg(one, other).metres
}

#[test]
fn a_bearing_and_a_range_lead_along_the_geodesic() {
    let stood = quay(5.0);
    let found = find(Some(&stood), &along(225.0, North::True, 12_345.0), on(2026)).unwrap();
    let leg = geodesy::leg(&stood.position, &found.position);
    assert!((leg.metres - 12_345.0).abs() < 1e-6 && (leg.bearing_deg - 225.0).abs() < 1e-9);
    assert_eq!(found.declination, None);
}

/// The promise: a compass bearing is corrected by the declination of the place and of the day.
#[test]
fn a_compass_bearing_is_corrected_by_the_declination_there_and_then() {
    let stood = Fix::new(position(58.2, -6.38), FixSource::Station);
    for year in [2021, 2026, 2029] {
        let found = find(Some(&stood), &along(135.0, North::Magnetic, 5_000.0), on(year)).unwrap();
        let declination = magnetic::declination(&stood.position, on(year));
        assert_eq!(found.declination, Some(declination));
        assert!(declination.deg < -1.0, "it is west of north at Stornoway until 2030");
        let leg = geodesy::leg(&stood.position, &found.position);
        assert!((leg.bearing_deg - (135.0 + declination.deg)).abs() < 1e-6);
        let uncorrected = find(Some(&stood), &along(135.0, North::True, 5_000.0), on(year)).unwrap();
        assert!(apart_m(&uncorrected.position, &found.position) > 100.0);
        // What the model may be wrong by is in the ellipse.
        assert!(
            found.ellipse.semi_major_m.hypot(found.ellipse.semi_minor_m)
                > uncorrected.ellipse.semi_major_m.hypot(uncorrected.ellipse.semi_minor_m)
        );
    }
}

#[test]
fn p9_a_clock_far_from_the_models_years_still_gives_a_position() {
    for at in [DateTime::UNIX_EPOCH, on(2031), on(9999)] {
        let found = find(Some(&quay(5.0)), &along(10.0, North::Magnetic, 900.0), at).unwrap();
        assert!(found.declination.unwrap().outside_model);
        assert!(found.ellipse.semi_major_m.is_finite());
    }
}

#[test]
fn the_same_place_is_the_fix_and_a_point_is_itself() {
    let stood = quay(12.0);
    let same = find(Some(&stood), &Target::SamePlace, on(2026)).unwrap();
    assert_eq!((same.position, same.assumed.as_slice()), (stood.position, &[Assumed::SamePlace][..]));
    assert!((same.ellipse.accuracy_m() - 12.0_f64.hypot(25.0)).abs() < 1e-9);
    let buoy = Target::Point { position: position(50.59, -1.93), accuracy_m: Some(metres(40.0)) };
    for observer in [Some(&stood), None] {
        let point = find(observer, &buoy, on(2026)).unwrap();
        assert_eq!((point.position, point.assumed.as_slice()), (position(50.59, -1.93), &[][..]));
        assert!((point.ellipse.accuracy_m() - 40.0).abs() < 1e-9);
    }
}

#[test]
fn without_a_fix_nothing_is_made_up() {
    assert_eq!(find(None, &Target::SamePlace, on(2026)), Err(Unlocated::NoFix));
    assert_eq!(find(None, &along(90.0, North::True, 500.0), on(2026)), Err(Unlocated::NoFix));
    let named = Target::Named { name: Text::from("the old jetty"), unknown: Default::default() };
    assert_eq!(find(Some(&quay(5.0)), &named, on(2026)), Err(Unlocated::Named));
    let line = BearingLine::new(None, bearing(40.0, North::True));
    let cross = Target::Cross { first: line.clone(), second: line };
    assert_eq!(find(None, &cross, on(2026)), Err(Unlocated::NoFix));
    assert_eq!(locate(None, &cross, on(2026)), None);
}

#[test]
fn what_was_not_said_is_assumed_and_told() {
    let stood = Fix::new(position(50.6065, -1.948), FixSource::Hand);
    let found = find(Some(&stood), &along(140.0, North::True, 900.0), on(2026)).unwrap();
    let mut assumed = found.assumed.clone();
    assumed.sort_unstable();
    assert_eq!(assumed, [Assumed::Bearing, Assumed::Range, Assumed::Fix]);
    let said = Target::BearingRange {
        bearing: bearing(140.0, North::True),
        range_m: metres(900.0),
        give_or_take_deg: Some(degrees(10.0)),
        give_or_take_m: Some(metres(270.0)),
    };
    let stood = Fix { accuracy_m: Some(metres(100.0)), ..stood };
    let told = find(Some(&stood), &said, on(2026)).unwrap();
    assert_eq!((told.ellipse, told.assumed.as_slice()), (found.ellipse, &[][..]));
}

/// Two lookouts five kilometres apart and a boat off the coast: the bearings to it cross at it.
#[test]
fn two_bearings_cross_at_the_thing() {
    let boat = position(50.5512, -1.8934);
    let first = line_to(position(50.6065, -1.948), &boat, 2.0);
    let second = line_to(position(50.5935, -1.8243), &boat, 2.0);
    let found =
        find(None, &Target::Cross { first: first.clone(), second: second.clone() }, on(2026)).unwrap();
    assert!(apart_m(&found.position, &boat) < 0.01);
    let swapped = find(None, &Target::Cross { first: second, second: first.clone() }, on(2026)).unwrap();
    assert!(apart_m(&found.position, &swapped.position) < 0.01);
    // A line without a place of its own is from the observer's fix.
    let own = Target::Cross {
        first: BearingLine { from: None, ..first },
        second: line_to(position(50.5935, -1.8243), &boat, 2.0),
    };
    assert!(apart_m(&find(Some(&quay(10.0)), &own, on(2026)).unwrap().position, &boat) < 0.01);
}

#[test]
fn bearings_that_cross_nowhere_are_refused_by_name_and_give_no_point() {
    let (west, east) = (position(50.60, -2.0), position(50.60, -1.9));
    let cross = |first: (Position, f64, f64), second: (Position, f64, f64)| {
        let line = |(from, deg, give_or_take): (Position, f64, f64)| BearingLine {
            accuracy_m: Some(metres(10.0)),
            give_or_take_deg: Some(degrees(give_or_take)),
            ..BearingLine::new(Some(from), bearing(deg, North::True))
        };
        find(None, &Target::Cross { first: line(first), second: line(second) }, on(2026))
    };
    let no = |why: NoCross| Err(Unlocated::NoCross(why));
    // Side by side, exactly and nearly.
    assert_eq!(cross((west, 180.0, 1.0), (east, 180.0, 1.0)), no(NoCross::Parallel));
    assert_eq!(cross((west, 180.0, 1.0), (east, 184.0, 1.0)), no(NoCross::Parallel));
    // Eighteen degrees are a cross where each is good to five, and none where each is good to ten.
    assert!(cross((west, 171.0, 5.0), (east, 189.0, 5.0)).is_ok());
    assert_eq!(cross((west, 171.0, 10.0), (east, 189.0, 10.0)), no(NoCross::Parallel));
    // Towards each other: the thing is somewhere between, and nobody knows where.
    assert_eq!(cross((west, 90.0, 2.0), (east, 270.0, 2.0)), no(NoCross::Parallel));
    // Away from each other.
    assert_eq!(cross((west, 225.0, 2.0), (east, 135.0, 2.0)), no(NoCross::Apart));
    // One looks ahead, the other's line is behind them.
    assert_eq!(cross((west, 45.0, 2.0), (east, 135.0, 2.0)), no(NoCross::Apart));
    // From one place, and from two that may be one.
    assert_eq!(cross((west, 100.0, 2.0), (west, 190.0, 2.0)), no(NoCross::SamePlace));
    let beside = position(50.60, -1.9999);
    assert_eq!(cross((west, 100.0, 2.0), (beside, 190.0, 2.0)), no(NoCross::SamePlace));
    // Across the world: it is another kind of mistake than a flat angle.
    let far = position(43.0, 5.0);
    assert_eq!(cross((west, 270.0, 0.1), (far, 300.0, 0.1)), no(NoCross::TooFar));
}

proptest! {
    /// Wherever two people look at one thing under a good angle, the cross is at it.
    #[test]
    fn a_cross_gives_back_what_both_saw(
        lat in -60.0..70.0_f64, lon in -180.0..180.0_f64,
        to_first_deg in 0.0..360.0_f64, first_m in 200.0..60_000.0_f64,
        angle_deg in 20.0..160.0_f64, second_m in 200.0..60_000.0_f64,
    ) {
        let thing = position(lat, lon);
        let first = geodesy::along(&thing, to_first_deg, first_m).unwrap().position;
        let second = geodesy::along(&thing, to_first_deg + angle_deg, second_m).unwrap().position;
        let target = Target::Cross { first: line_to(first, &thing, 2.0), second: line_to(second, &thing, 2.0) };
        let found = find(None, &target, on(2026)).unwrap();
        prop_assert!(apart_m(&found.position, &thing) < 0.01);
        prop_assert!(found.ellipse.semi_minor_m > 0.0);
    }

    /// P9: no target, however odd, is met with anything but a place or a reason.
    #[test]
    fn p9_odd_targets_get_an_answer(
        lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64, deg in 0.0..=360.0_f64,
        range_m in prop_oneof![Just(0.0), 0.0..40_000_000.0_f64],
        or_deg in prop_oneof![Just(0.0), 0.0..=180.0_f64], or_m in prop_oneof![Just(0.0), 0.0..=40_000_000.0_f64],
        other in (-90.0..=90.0_f64, -180.0..=180.0_f64, 0.0..=360.0_f64), year in 0..9999_i32,
    ) {
        let stood = Fix { accuracy_m: Some(metres(or_m)), ..Fix::new(position(lat, lon), FixSource::Hand) };
        let range = Target::BearingRange {
            bearing: bearing(deg, North::Magnetic),
            range_m: metres(range_m),
            give_or_take_deg: Some(degrees(or_deg)),
            give_or_take_m: Some(metres(or_m)),
        };
        let line = |from, deg| BearingLine {
            give_or_take_deg: Some(degrees(or_deg)),
            ..BearingLine::new(from, bearing(deg, North::Magnetic))
        };
        let cross = Target::Cross {
            first: line(None, deg),
            second: line(Some(position(other.0, other.1)), other.2),
        };
        for target in [range, cross] {
            match find(Some(&stood), &target, on(year)) {
                Ok(found) => {
                    let Ellipse { semi_major_m, semi_minor_m, orientation_deg_true } = found.ellipse;
                    prop_assert!(semi_major_m.is_finite() && semi_minor_m >= 0.0 && semi_minor_m <= semi_major_m + 1e-6);
                    prop_assert!((0.0..180.0).contains(&orientation_deg_true));
                }
                Err(why) => prop_assert!(matches!(why, Unlocated::NoCross(_)), "{why}"),
            }
        }
    }
}
