//! Which of several desks a draft goes to.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use turnstone_almanac::places;
use turnstone_wire::{
    body::{Bearing, Fix, FixSource, Metres, North},
    directory::{FORMAT, Payload, Roots, SignedDirectory},
    key::SigningKey,
    text::{Moment, Text},
};

use super::*;
use crate::tests::kit::bare_desk;

const DORSET: &str = "E23000039";
const DEVON_CORNWALL: &str = "E23000035";
const KENT: &str = "E23000032";

/// Swanage pier, at sea by the map; Lyme Bay off Seaton; Jersey; far out.
const SWANAGE: (f64, f64) = (50.6082, -1.9480);
const SEATON: (f64, f64) = (50.6900, -3.0700);
const JERSEY: (f64, f64) = (49.2200, -2.1300);
const ATLANTIC: (f64, f64) = (49.0000, -12.0000);

fn desk(id: &str, areas: &[&str]) -> Desk {
    Desk {
        names: BTreeMap::from([("en".into(), format!("The {id} desk")), ("cy".into(), format!("Desg {id}"))]),
        areas: areas.iter().map(|&area| area.to_owned()).collect(),
        ..bare_desk(id)
    }
}

fn directory(desks: Vec<Desk>) -> Directory {
    let root = SigningKey::from_seed([3; 32]).unwrap();
    let issued = "2026-05-01T00:00:00Z".parse().unwrap();
    let expires = issued + TimeDelta::days(365);
    let payload = Payload { format: FORMAT.into(), root_generation: 1, sequence: 1, issued, expires, desks };
    let signed = SignedDirectory::sign(&payload, &[&root]).unwrap();
    signed.verify(&Roots::new(vec![root.public()]).unwrap()).unwrap()
}

fn at((lat, lon): (f64, f64)) -> Position {
    Position::new(lat, lon).unwrap()
}

fn point(place: (f64, f64)) -> Target {
    Target::Point { position: at(place), accuracy_m: None }
}

fn draft(route: Route, observer: Option<(f64, f64)>, target: Option<Target>) -> DraftContent {
    let when = Moment::parse("2026-05-03T21:40:00+01:00").unwrap();
    let mut sighting = Sighting::new(when, Text::from("a boat"));
    sighting.observer = observer.map(|place| Fix::new(at(place), FixSource::Gnss));
    sighting.target = target;
    DraftContent::new(Scheme::Kraken, route, vec![sighting])
}

fn chosen_of(content: &DraftContent, desks: &[Desk]) -> Result<(String, DeskReason), NotSendable> {
    let chosen = chosen(content, Some(&directory(desks.to_vec())), places::built_in())?;
    Ok((chosen.desk.as_str().to_owned(), chosen.why))
}

fn goes(content: &DraftContent, desks: &[Desk]) -> (String, DeskReason) {
    chosen_of(content, desks).unwrap()
}

fn three() -> [Desk; 3] {
    [desk("dorset", &[DORSET]), desk("west", &[DEVON_CORNWALL]), desk("national", &[])]
}

#[test]
fn the_area_of_what_was_seen_comes_first_then_where_the_witness_stood_then_everywhere() {
    for (observer, target, expected) in [
        (Some(SEATON), Some(point(SWANAGE)), ("dorset", DeskReason::TargetArea)),
        (Some(SWANAGE), Some(point(SEATON)), ("west", DeskReason::TargetArea)),
        (None, Some(point(SWANAGE)), ("dorset", DeskReason::TargetArea)),
        (Some(SWANAGE), Some(Target::SamePlace), ("dorset", DeskReason::TargetArea)),
        (Some(SWANAGE), None, ("dorset", DeskReason::ObserverArea)),
        (Some(SWANAGE), Some(point(ATLANTIC)), ("dorset", DeskReason::ObserverArea)),
        (Some(ATLANTIC), None, ("national", DeskReason::Everywhere)),
        (Some(JERSEY), None, ("national", DeskReason::Everywhere)),
        (None, None, ("national", DeskReason::Everywhere)),
    ] {
        let (desk, why) = goes(&draft(Route::Police, observer, target), &three());
        assert_eq!((desk.as_str(), why), expected);
    }
}

#[test]
fn a_bearing_and_a_range_lead_into_the_area_they_point_at() {
    // From Lyme Regis, in Dorset, 12 km west by south: off Seaton and Beer.
    let bearing = Bearing::new(245.0, North::True).unwrap();
    let target = Target::bearing_range(bearing, Metres::new(12_000.0).unwrap());
    let content = draft(Route::Police, Some((50.7240, -2.9300)), Some(target));
    assert_eq!(goes(&content, &three()), ("west".to_owned(), DeskReason::TargetArea));
}

#[test]
fn the_witness_choice_beats_every_area() {
    let mut content = draft(Route::Police, None, Some(point(SWANAGE)));
    content.desk = Some(DeskId::parse("west").unwrap());
    assert_eq!(goes(&content, &three()), ("west".to_owned(), DeskReason::Chosen));
    content.desk = Some(DeskId::parse("nobody").unwrap());
    assert_eq!(chosen_of(&content, &three()), Err(NotSendable::DeskDoesNotTake));
}

#[test]
fn two_desks_that_fit_alike_are_a_question_and_none_is_no_desk() {
    let two = [desk("police", &[DORSET]), desk("harbour", &[DORSET, KENT]), desk("national", &[])];
    let swanage = draft(Route::Police, None, Some(point(SWANAGE)));
    assert_eq!(chosen_of(&swanage, &two), Err(NotSendable::SeveralDesks));
    let national = [desk("one", &[]), desk("two", &[])];
    assert_eq!(chosen_of(&swanage, &national), Err(NotSendable::SeveralDesks));
    assert_eq!(chosen_of(&swanage, &[desk("kent", &[KENT])]), Err(NotSendable::NoDesk));
    assert_eq!(chosen_of(&swanage, &[]), Err(NotSendable::NoDesk));
    assert_eq!(chosen(&swanage, None, places::built_in()), Err(NotSendable::NoDesk));
}

#[test]
fn where_no_place_is_known_the_only_desk_is_taken_whatever_its_area() {
    let nowhere = draft(Route::Police, None, None);
    assert_eq!(goes(&nowhere, &[desk("kent", &[KENT])]), ("kent".to_owned(), DeskReason::Only));
    let two = [desk("kent", &[KENT]), desk("dorset", &[DORSET])];
    assert_eq!(chosen_of(&nowhere, &two), Err(NotSendable::SeveralDesks));
    assert_eq!(goes(&nowhere, &[desk("national", &[])]), ("national".to_owned(), DeskReason::Only));
}

#[test]
fn a_desk_that_does_not_take_the_scheme_or_the_route_is_passed_over() {
    let mut desks = three();
    desks[0].routes = vec![Route::Confidential];
    let content = draft(Route::Police, None, Some(point(SWANAGE)));
    assert_eq!(goes(&content, &desks), ("national".to_owned(), DeskReason::Everywhere));
    desks[2].schemes = vec![Scheme::Pegasus];
    assert_eq!(chosen_of(&content, &desks), Err(NotSendable::NoDesk));
}

#[test]
fn at_sea_off_another_country_the_uks_area_answers() {
    // In the Dover Strait, nearer to France.
    let content = draft(Route::Police, None, Some(point((50.9800, 1.5200))));
    let desks = [desk("kent", &[KENT]), desk("dorset", &[DORSET])];
    assert_eq!(goes(&content, &desks), ("kent".to_owned(), DeskReason::TargetArea));
}

#[test]
fn p7_the_desk_of_an_anonymous_report_does_not_tell_where_the_witness_stood() {
    let mut content = draft(Route::Anonymous, Some(SWANAGE), None);
    assert_eq!(goes(&content, &three()), ("national".to_owned(), DeskReason::Everywhere));
    content.sightings[0].target = Some(Target::SamePlace);
    assert_eq!(goes(&content, &three()), ("national".to_owned(), DeskReason::Everywhere));
    // What the report carries may be told: the point of a target, and the fix where that was chosen.
    content.sightings[0].target = Some(point(SEATON));
    assert_eq!(goes(&content, &three()), ("west".to_owned(), DeskReason::TargetArea));
    content.sightings[0].target = None;
    content.send_fix = true;
    assert_eq!(goes(&content, &three()), ("dorset".to_owned(), DeskReason::ObserverArea));
}

#[test]
fn the_reason_names_the_area_and_the_desk_in_the_language_of_the_draft() {
    let mut content = draft(Route::Police, None, Some(point(SWANAGE)));
    content.language = "cy".to_owned();
    let chosen = chosen(&content, Some(&directory(three().to_vec())), places::built_in()).unwrap();
    assert_eq!((chosen.name.as_str(), chosen.area.as_deref()), ("Desg dorset", Some("Dorset")));
    assert_eq!(format!("{chosen:?}"), "[desk, target-area]");
}

#[test]
fn p9_without_a_table_of_places_a_desk_is_still_found() {
    let empty = Places::read(b"turnstone.places/1\n\0\0\0\0").unwrap();
    let content = draft(Route::Police, Some(SWANAGE), None);
    let directory = directory(three().to_vec());
    assert_eq!(desk_for(&content, Some(&directory), &empty).unwrap().id.as_str(), "national");
}
