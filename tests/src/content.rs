//! What a witness might write, and no more.

use turnstone_core::DraftContent;
use turnstone_wire::{
    body::{Route, Scheme, Sighting, When},
    text::{Moment, Text},
};

/// A report of one sighting at a moment, without anything but its words.
pub fn content(route: Route, at: Moment, what: Text) -> DraftContent {
    DraftContent {
        scheme: Scheme::Kraken,
        route,
        desk: None,
        urgent: false,
        exercise: false,
        language: "en".into(),
        sightings: vec![Sighting {
            when: When { from: at, until: None, give_or_take_s: None },
            observer: None,
            target: None,
            signs: vec![],
            what,
            why: None,
            subjects: vec![],
            conditions: None,
            attachments: vec![],
            unknown: Default::default(),
        }],
        relates: vec![],
        watch: None,
        contact: None,
        send_fix: false,
        when_from_clock: false,
    }
}
