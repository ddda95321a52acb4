//! Quick answers against slow ones: the same, and with little looked at.

use proptest::prelude::*;
use turnstone_wire::body::Position;

use super::{
    super::{
        outline::{Edges, Work},
        *,
    },
    at,
};
use crate::geodesy;

/// The nearest places by the geodesic to every one of the list.
fn slowly(position: &Position, kind: Kind, n: usize) -> Vec<f64> {
    let metres = |listed: &Listed| geodesy::leg(&listed.place.position, position).metres;
    let mut all: Vec<f64> = built_in().listed(kind).iter().map(metres).collect();
    all.sort_by(f64::total_cmp);
    all.truncate(n);
    all
}

#[test]
fn the_nearest_harbour_and_airfield_of_real_places() {
    for (lat, lon, kind, name, within_m) in [
        (50.6065, -1.9480, Kind::Harbour, "Swanage", 1_300.0),
        (50.7150, -1.9870, Kind::Harbour, "Poole", 1_000.0),
        (49.9140, -6.3160, Kind::Airfield, "St. Mary's Airport", 2_000.0),
        (51.4680, -0.4550, Kind::Airfield, "London Heathrow Airport", 1_500.0),
        (60.1540, -1.1480, Kind::Harbour, "Lerwick", 1_500.0),
        (52.4539, -1.7480, Kind::Airfield, "Birmingham Airport", 100.0),
    ] {
        let near = &built_in().nearest(&at(lat, lon), kind, 1)[0];
        assert!(
            near.name.contains(name) && near.metres < within_m,
            "{name}: {} at {}",
            near.name,
            near.metres
        );
    }
}

#[test]
fn the_bearing_is_the_one_from_the_place_to_the_position() {
    // Due south of its place.
    let harbour = &built_in().search("GBSWE", None, 1)[0].place;
    let south = at(harbour.position.lat_deg() - 0.009, harbour.position.lon_deg());
    let near = &built_in().nearest(&south, Kind::Harbour, 1)[0];
    assert_eq!(near.code, "GBSWE");
    assert!((near.bearing_deg_true - 180.0).abs() < 0.01 && (near.metres - 1_001.0).abs() < 2.0);
}

#[test]
fn little_is_looked_at() {
    let places = built_in();
    let spots =
        [(50.6065, -1.948), (52.4775, -1.909), (57.1, -2.0), (54.8, 2.3), (60.15, -1.15), (51.5, -0.1)];
    let mut most = (0, Work::default());
    for (lat, lon) in spots {
        let position = at(lat, lon);
        for kind in Kind::ALL {
            most.0 = most.0.max(places.nearest_where(&position, kind, 3, |_| true).1);
        }
        let mut work = Work::default();
        places.police_area_by(&position, &mut work);
        most.1.outlines = most.1.outlines.max(work.outlines);
        most.1.edges = most.1.edges.max(work.edges);
    }
    // Of 1,223 places, 52 areas (each asked twice or three times) and 40,000 edges.
    assert!(most.0 < 700, "{} places", most.0);
    assert!(most.1.outlines <= 20, "{} outlines", most.1.outlines);
    assert!(most.1.edges < 4_000, "{} edges", most.1.edges);
}

proptest! {
    #[test]
    fn the_nearest_places_are_those_that_a_look_at_all_of_them_finds(
        lat in 48.0..62.0_f64, lon in -15.0..4.0_f64, n in 0..6_usize,
    ) {
        let position = at(lat, lon);
        for kind in Kind::ALL {
            let near: Vec<f64> = built_in().nearest(&position, kind, n).iter().map(|near| near.metres).collect();
            prop_assert_eq!(near, slowly(&position, kind, n));
        }
    }

    #[test]
    fn the_nearest_places_from_anywhere_on_earth(lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64) {
        let position = at(lat, lon);
        let near = built_in().nearest(&position, Kind::Harbour, 2);
        prop_assert_eq!(near.iter().map(|near| near.metres).collect::<Vec<_>>(), slowly(&position, Kind::Harbour, 2));
    }

    /// On borders and corners too: the outlines' own grid is what is drawn from.
    #[test]
    fn no_position_is_in_two_police_areas(lat in 499_000..609_000_i32, lon in -80_000..18_000_i32) {
        let position = at(f64::from(lat) / 1e4, f64::from(lon) / 1e4);
        let mut work = Work::default();
        let police = built_in().areas.iter().filter(|area| !area.outside);
        prop_assert!(police.filter(|area| area.outline.holds(&position, &mut work)).count() <= 1);
    }

    /// A position is as far from its nearest edge as the least of all edges taken one by one.
    #[test]
    fn the_nearest_area_is_the_one_that_a_look_at_all_of_them_finds(
        lat in 49.0..61.5_f64, lon in -9.0..3.0_f64,
    ) {
        let position = at(lat, lon);
        let found = built_in().police_area(&position);
        let each = built_in().areas.iter().filter_map(|area| {
            let work = &mut Work::default();
            let inside = area.outline.holds(&position, work);
            let closest = area.outline.closest(&position, Edges::All, CAP_M, work).map(|closest| closest.metres);
            Some((if inside { 0.0 } else { closest? }, area))
        });
        let least = each.min_by(|(metres, _), (other, _)| metres.total_cmp(other));
        prop_assert_eq!(found.map(|area| area.code), least.map(|(_, area)| area.code.clone()));
    }
}
