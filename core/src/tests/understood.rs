//! What the program adds to a report beside what was typed: that the desk gets both, and that it tells and stops nothing.

use turnstone_almanac::{identifier, view};
use turnstone_wire::{
    body::{
        Fix, FixSource, Metres, Position, Report, Route, Sighting, Subject, Target, Vehicle, Vessel, View,
    },
    receipt::ObjectKind,
    text::Text,
};

use super::kit::{Phone, PlayedIntake, content, sync};
use crate::{DraftContent, Notice};

fn vessel() -> Subject {
    Subject::Vessel(Vessel {
        number: Some(Text::from("pz 12?")),
        imo: Some(Text::from("907472?")),
        ..Vessel::default()
    })
}

/// What the desk reads of the one report that a phone has sent.
fn at_the_desk(phone: &Phone, draft: DraftContent) -> Report {
    let client = phone.open();
    client.note(draft).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    let envelope = intake.of_kind(ObjectKind::Report).remove(0);
    let opened = turnstone_wire::envelope::open(&envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    Report::parse(&opened.body).unwrap()
}

/// An anonymous draft of a boat at one place, seen from somewhere.
fn seen_from(lat: f64, lon: f64) -> DraftContent {
    let mut draft = content(Route::Anonymous);
    let sighting = &mut draft.sightings[0];
    sighting.observer = Some(Fix::new(Position::new(lat, lon).unwrap(), FixSource::Gnss));
    sighting.target =
        Some(Target::Point { position: Position::new(50.59, -1.93).unwrap(), accuracy_m: None });
    sighting.subjects = vec![vessel()];
    sighting.view = Some(View {
        lasted_s: Some(20),
        seen_from_m: Metres::new((lat - 50.0) * 1_000.0).ok(),
        in_the_way: Some(Text::from("spray")),
        known_before: Some(Text::new(format!("from my window at {lat}"))),
        ..View::default()
    });
    draft
}

#[test]
fn the_desk_gets_what_was_typed_and_what_was_understood() {
    let mut draft = content(Route::Police);
    draft.sightings[0].subjects = vec![vessel()];
    let report = at_the_desk(&Phone::new(), draft);
    let Subject::Vessel(read) = &report.sightings[0].subjects[0] else { panic!("no vessel") };
    assert_eq!(read.number.as_ref().unwrap().as_str(), "pz 12?");
    let said: Vec<_> = read.understood.iter().map(|one| (one.field.as_str(), one.normal.as_str())).collect();
    assert_eq!(said, [("number", "PZ 12?"), ("imo", "9074729")]);
    let view = report.sightings[0].view.as_ref().unwrap();
    assert_eq!(view.seen_from_m.unwrap().metres(), 900.0);
    assert_eq!(view.light.as_ref().unwrap().phase, "civil-twilight");
}

#[test]
fn p7_from_where_an_anonymous_witness_saw_it_leads_to_no_other_report() {
    let one = at_the_desk(&Phone::new(), seen_from(50.61, -1.95));
    let other = at_the_desk(&Phone::new(), seen_from(50.64, -1.80));
    assert_eq!(one.sightings, other.sightings);
    let view = one.sightings[0].view.as_ref().unwrap();
    assert_eq!((view.seen_from_m, &view.known_before), (None, &None));
    // What is about the view and the thing stays.
    assert_eq!((view.lasted_s, view.in_the_way.as_ref().unwrap().as_str()), (Some(20), "spray"));
    assert!(!one.sightings[0].subjects[0].understood().is_empty());
}

#[test]
fn p7_what_is_filled_in_follows_from_the_rest_of_the_body() {
    for route in Route::ALL {
        let report = at_the_desk(&Phone::new(), DraftContent { route, ..seen_from(50.61, -1.95) });
        let mut again: Sighting = report.sightings[0].clone();
        again.subjects[0].set_understood(Vec::new());
        again.view.as_mut().unwrap().light = None;
        identifier::fill(&mut again);
        view::fill(&mut again);
        assert!(again == report.sightings[0], "{}", route.code());
    }
}

#[test]
fn p7_who_says_where_they_stood_may_say_from_how_far_but_not_what_they_knew() {
    let phone = Phone::new();
    let client = phone.open();
    let told = |draft| client.note(draft).unwrap().check().unwrap().notices.contains(&Notice::ViewLeftOut);
    assert!(told(seen_from(50.61, -1.95)), "said before");
    assert!(
        !told(content(Route::Anonymous))
            && !told(DraftContent { route: Route::Police, ..seen_from(50.6, -1.9) })
    );
    let report = at_the_desk(&phone, DraftContent { send_fix: true, ..seen_from(50.61, -1.95) });
    let view = report.sightings[0].view.as_ref().unwrap();
    assert_eq!(
        (view.seen_from_m.map(|metres| metres.metres().round()), &view.known_before),
        (Some(610.0), &None)
    );
}

#[test]
fn p9_help_that_would_make_a_report_too_large_for_its_desk_is_left_out() {
    let plate = Some(Text::from("A??????"));
    let marks = Some(Text::new("a scratch ".repeat(20)));
    let vehicle = Subject::Vehicle(Vehicle { registration: plate, marks, ..Vehicle::default() });
    let mut draft = content(Route::Police);
    draft.sightings[0].subjects = vec![vehicle; 32];
    draft.sightings = vec![draft.sightings[0].clone(); 32];
    let report = at_the_desk(&Phone::new(), draft);
    assert_eq!((report.sightings.len(), report.sightings[0].subjects.len()), (32, 32));
    assert!(
        report
            .sightings
            .iter()
            .flat_map(|sighting| &sighting.subjects)
            .all(|one| one.understood().is_empty())
    );
}

#[test]
fn p9_no_identifier_stands_in_the_way_of_a_report() {
    for typed in ["", "?", "???????", "1", "not a number at all", "\u{1f6a4}", "9074728", "IMO"] {
        let all = Vessel {
            number: Some(Text::from(typed)),
            registration: Some(Text::from(typed)),
            imo: Some(Text::from(typed)),
            mmsi: Some(Text::from(typed)),
            call_sign: Some(Text::from(typed)),
            other: Some(Text::from(typed)),
            ..Vessel::default()
        };
        let mut draft = content(Route::Police);
        draft.sightings[0].subjects = vec![Subject::Vessel(all)];
        let report = at_the_desk(&Phone::new(), draft);
        let Subject::Vessel(read) = &report.sightings[0].subjects[0] else { panic!("no vessel") };
        assert_eq!(read.imo.as_ref().unwrap().as_str(), typed);
    }
}

#[test]
fn what_somebody_else_claims_to_have_understood_is_not_passed_on() {
    let mut draft = content(Route::Police);
    let mut claimed = vessel();
    claimed.set_understood(vec![turnstone_wire::body::Understood::new("imo", "imo", Text::from("0000000"))]);
    draft.sightings[0].subjects = vec![claimed];
    let report = at_the_desk(&Phone::new(), draft);
    assert!(report.sightings[0].subjects[0].understood().iter().all(|one| one.normal.as_str() != "0000000"));
}
