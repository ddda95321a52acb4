//! What is asked of the table of places, against a walk over a CSV file of the same places.

use std::fmt::Write as _;

use turnstone_almanac::{
    geodesy,
    places::{BUILT_IN_BYTES, Kind, Places, built_in},
};
use turnstone_wire::body::Position;

use crate::measure::{Pairs, time};

/// A quay, a city, an island, the open sea.
const SPOTS: [(f64, f64); 6] = [
    (50.6065, -1.948),
    (52.4775, -1.909),
    (60.154, -1.148),
    (54.8, 2.3),
    (49.9147, -6.315),
    (54.835, -7.485),
];

pub(crate) fn run(runs: usize) {
    let csv = csv();
    println!("  the table: {} bytes compiled in", BUILT_IN_BYTES.len());
    let (read, places) = time(|| Places::read(BUILT_IN_BYTES));
    places.unwrap();
    println!("  read and checked, once: {:.2} ms; goal: 5 ms", read.as_secs_f64() * 1000.0);
    let spots: Vec<_> = SPOTS.iter().map(|(lat, lon)| Position::new(*lat, *lon).unwrap()).collect();
    let mut nearest = Pairs::default();
    let mut found = Pairs::default();
    for _ in 0..runs {
        for spot in &spots {
            let (ours, near) = time(|| built_in().nearest(spot, Kind::Harbour, 3));
            let (theirs, walked) = time(|| walk(&csv, spot));
            assert!((near[0].metres - walked).abs() < 1.0);
            nearest.push(ours, theirs);
            let (ours, named) = time(|| built_in().search("swanage", Some(spot), 5));
            let (theirs, rows) =
                time(|| csv.lines().filter(|row| row.to_lowercase().contains("swanage")).count());
            assert!(named.len() <= rows);
            found.push(ours, theirs);
        }
    }
    nearest.print("three nearest harbours", "a walk over the CSV", "within 5 ms, and faster than the walk");
    found.print("a place by its name", "a search in the CSV's lower-case lines", "within 5 ms");
    for (name, ask) in QUESTIONS {
        let longest = spots.iter().flat_map(|spot| (0..runs).map(move |_| time(|| ask(spot)).0)).max();
        let longest = longest.unwrap_or_default().as_secs_f64() * 1000.0;
        println!("  {name}: {longest:.2} ms at most; goal: 5 ms");
    }
}

type Question = (&'static str, fn(&Position));

const QUESTIONS: [Question; 5] = [
    ("the police area and the next one", |spot| drop(built_in().police_area(spot))),
    ("the scheme that a place suggests", |spot| {
        built_in().scheme_for(spot);
    }),
    ("ten airfields", |spot| drop(built_in().nearest(spot, Kind::Airfield, 10))),
    ("seven of one name", |spot| drop(built_in().search("Manor Farm Airstrip", Some(spot), 7))),
    ("a name of one letter", |spot| drop(built_in().search("a", Some(spot), 10))),
];

/// The harbours of the table as the file that somebody would have instead.
fn csv() -> String {
    let mut csv = String::from("name,lat,lon\n");
    let anywhere = Position::new(54.0, -3.0).unwrap();
    for place in built_in().nearest(&anywhere, Kind::Harbour, usize::MAX) {
        let (lat, lon) = (place.position.lat_deg(), place.position.lon_deg());
        writeln!(csv, "\"{}\",{lat},{lon}", place.name).unwrap();
    }
    csv
}

/// How far the nearest harbour is, by a look at every row.
fn walk(csv: &str, from: &Position) -> f64 {
    let metres = csv.lines().skip(1).map(|row| {
        let mut fields = row.rsplit(',').map(str::parse);
        let (lon, lat): (f64, f64) = (fields.next().unwrap().unwrap(), fields.next().unwrap().unwrap());
        geodesy::leg(&Position::new(lat, lon).unwrap(), from).metres
    });
    metres.fold(f64::INFINITY, f64::min)
}
