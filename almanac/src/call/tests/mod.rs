//! Who is raised, what is said, and what is not.

mod cards;
mod numbers;
mod sheets;

use turnstone_wire::{
    body::{
        Bearing, Channel, Conditions, Fix, FixSource, Metres, North, Person, Position, Relation,
        RelationKind, ReportId, Route, Scheme, Sighting, Subject, Target, Told, Vessel, Watch,
    },
    reference::Reference,
    text::{Moment, Text},
};

use super::*;
use crate::{guide, words::Lang};

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn sighting(what: &str) -> Sighting {
    Sighting::new(moment("2026-05-03T21:40:00+01:00"), Text::from(what))
}

fn said(sightings: Vec<Sighting>) -> Said {
    Said::new(Scheme::Kraken, Route::Police, sightings)
}

fn of(listener: SheetFor, said: &Said) -> Sheet {
    sheet(listener, said, guide::built_in(), Lang::En).unwrap()
}

/// A report with something in every place.
fn full() -> Said {
    let fix = Fix {
        accuracy_m: Some(Metres::new(17.375).unwrap()),
        ..Fix::new(Position::new(50.571_893, -1.862_417).unwrap(), FixSource::Hand)
    };
    let vessel = Vessel {
        silhouette: Some("RIB".into()),
        name: Some("Quillwort".into()),
        number: Some("GBR 1?7".into()),
        hull_colour: Some("grey".into()),
        people: Some("nine".into()),
        heading: Some("south-west, fast".into()),
        ..Vessel::default()
    };
    let person =
        Person { clothing: Some("orange oilskins".into()), count: Some("two".into()), ..Person::default() };
    let reference = Reference::of(Scheme::Kraken, &ReportId::from_bytes([9; 16]));
    let seen = Sighting {
        observer: Some(fix),
        target: Some(Target::bearing_range(
            Bearing::new(143.728, North::True).unwrap(),
            Metres::new(913.25).unwrap(),
        )),
        why: Some("They doused the lamp".into()),
        signs: vec!["K07".parse().unwrap()],
        subjects: vec![Subject::Vessel(vessel), Subject::Person(person)],
        conditions: Some(Conditions {
            light: Some("dusk".into()),
            sea: Some("slight".into()),
            ..Conditions::default()
        }),
        ..sighting("Two men lowering parcels")
    };
    Said {
        relates: vec![Relation { reference, kind: RelationKind::Adds }],
        watch: Some(Watch {
            station: Some("Lookout Tern".into()),
            people: vec!["Sam Dunlin".into()],
            ..Watch::default()
        }),
        told: vec![Told {
            channel: Channel::Coastguard,
            at: moment("2026-05-03T22:05:00+01:00"),
            number: Some("CG Plover 4471".into()),
        }],
        contact: Some("Jo Wagtail, 07700 900417".into()),
        photos: 2,
        ..said(vec![seen])
    }
}
