//! Seen again: the craft is known, and only what differs is asked.

use turnstone_almanac::words::{Lang, words};
use turnstone_wire::{
    body::{Relation, RelationKind, Report, Route, Sighting, Subject},
    directory::DeskId,
    limits,
    text::{Moment, Text},
};

use super::DraftContent;
use crate::error::Invalid;

impl DraftContent {
    /// Adds a sighting of the same craft, as they were described last: one report, several looks.
    ///
    /// # Errors
    /// [`Invalid::TooManySightings`].
    pub fn see_again(&mut self, from: Moment) -> Result<(), Invalid> {
        if self.sightings.len() >= limits::SIGHTINGS {
            return Err(Invalid::TooManySightings);
        }
        let subjects = last_described(&self.sightings);
        self.sightings.push(again(subjects, from, &self.language));
        Ok(())
    }

    /// What to begin with where the craft of a report that was sent are seen again: another report, on the same route, which
    /// names that one. Who the witness is has to be said anew.
    ///
    /// # Errors
    /// [`Invalid::AnonymousLog`]: nothing may link two reports of which one is anonymous.
    pub fn seen_again(report: &Report, desk: Option<DeskId>, from: Moment) -> Result<Self, Invalid> {
        if report.route == Route::Anonymous {
            return Err(Invalid::AnonymousLog);
        }
        let sighting = again(last_described(&report.sightings), from, &report.language);
        Ok(Self {
            desk,
            exercise: report.exercise,
            language: report.language.clone(),
            relates: vec![Relation { reference: report.reference, kind: RelationKind::SeenAgain }],
            when_from_clock: true,
            ..Self::new(report.scheme, report.route, vec![sighting])
        })
    }
}

fn last_described(sightings: &[Sighting]) -> &[Subject] {
    let described = sightings.iter().rev().map(|sighting| sighting.subjects.as_slice());
    described.clone().find(|subjects| subjects.iter().any(is_craft)).unwrap_or_default()
}

fn is_craft(subject: &Subject) -> bool {
    !matches!(subject, Subject::Person(_))
}

/// A look of which only the craft are known. Who was aboard and where it was heading is another matter each time.
fn again(subjects: &[Subject], from: Moment, language: &str) -> Sighting {
    let what = Text::new(words(Lang::of(language)).say("log-seen-again", &[]));
    let mut craft: Vec<_> = subjects.iter().filter(|subject| is_craft(subject)).cloned().collect();
    for subject in &mut craft {
        subject.set_understood(Vec::new());
        match subject {
            Subject::Vessel(vessel) => (vessel.people, vessel.heading) = (None, None),
            Subject::Aircraft(aircraft) => (aircraft.people, aircraft.heading) = (None, None),
            Subject::Vehicle(vehicle) => vehicle.people = None,
            Subject::Person(_) => {}
        }
    }
    Sighting { subjects: craft, ..Sighting::new(from, what) }
}
