//! Where the witness stood: a station surveyed once, and several fixes of one sighting.

use turnstone_wire::{
    body::{Altitude, Fix, FixSource, Metres, Position, Report, Route},
    receipt::ObjectKind,
    text::Text,
};

use super::kit::{Phone, PlayedIntake, content, sync};
use crate::{DraftContent, Error, Station};

const NAME: &str = "Quillwort lookout";

fn station() -> Station {
    let position = Position::new(50.571_893, -1.862_417).unwrap();
    Station { name: Text::from(NAME), position, accuracy_m: Metres::new(2.0).ok() }
}

/// A draft from the station, with a further fix of a phone.
fn from_the_station(route: Route) -> DraftContent {
    let mut content = content(route);
    let sighting = &mut content.sightings[0];
    let phones =
        Fix { altitude_m: Altitude::new(31.5).ok(), ..Fix::new(station().position, FixSource::Network) };
    sighting.fixes = vec![sighting.observer.take().unwrap(), phones];
    sighting.observer = Some(station().fix());
    content
}

/// The body that a desk opens.
fn sent(content: DraftContent) -> Report {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    for _ in 0..3 {
        sync(&client, &intake);
        phone.clock.advance(chrono::TimeDelta::minutes(15));
    }
    let envelope = intake.of_kind(ObjectKind::Report).into_iter().next().unwrap();
    let opened = turnstone_wire::envelope::open(&envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    Report::parse(&opened.body).unwrap()
}

#[test]
fn p6_a_station_set_once_is_there_without_an_unlock_and_after_the_next_start() {
    let phone = Phone::new();
    assert_eq!(phone.open().station().unwrap(), None);
    let notebook = phone.open().unlock(None).unwrap();
    notebook.set_station(Some(&station())).unwrap();
    assert_eq!(phone.open().station().unwrap(), Some(station()));
    notebook.set_station(None).unwrap();
    assert_eq!(phone.open().station().unwrap(), None);
    notebook.lock();
    assert_eq!(notebook.set_station(Some(&station())), Err(Error::Locked));
}

#[test]
fn p8_a_stations_name_and_place_are_nowhere_in_clear() {
    let phone = Phone::new();
    let client = phone.open();
    client.unlock(None).unwrap().set_station(Some(&station())).unwrap();
    drop(client);
    for (file, bytes) in phone.files() {
        for clear in [NAME, "Quillwort", "50.571893", "1.862417"] {
            let found = bytes.windows(clear.len()).any(|window| window == clear.as_bytes());
            assert!(!found, "{clear} in {file}");
        }
    }
    assert!(!format!("{:?}", station()).contains("Quillwort"));
}

#[test]
fn a_desk_reads_the_station_and_the_further_fixes_of_a_named_report() {
    let report = sent(from_the_station(Route::Police));
    let sighting = &report.sightings[0];
    let fix = sighting.observer.as_ref().unwrap();
    assert_eq!((fix.source, fix.name.as_ref().unwrap().as_str()), (FixSource::Station, NAME));
    assert_eq!(sighting.fixes.len(), 2);
    assert_eq!(sighting.fixes[1].altitude_m.unwrap().metres(), 31.5);
}

#[test]
fn p7_an_anonymous_report_holds_no_further_fixes_and_no_stations_name() {
    for send_fix in [false, true] {
        let report = sent(DraftContent { send_fix, ..from_the_station(Route::Anonymous) });
        let sighting = &report.sightings[0];
        assert!(sighting.fixes.is_empty());
        assert_eq!(sighting.observer.is_some(), send_fix);
        assert!(sighting.observer.as_ref().is_none_or(|fix| fix.name.is_none() && fix.at.is_none()));
        let json = String::from_utf8(report.to_padded_bytes().unwrap()).unwrap();
        assert!(!json.contains("Quillwort"));
    }
}
