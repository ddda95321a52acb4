//! What a witness has typed so far, from a draft, a sent report or a few arguments: the one thing all sheets are made of.

use std::{collections::BTreeSet, fmt};

use turnstone_wire::{
    body::{Relation, Report, Route, Scheme, Sighting, Told, Watch},
    text::Text,
};

/// The witness's own boat, for the radio: nothing else knows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Own {
    /// The witness is on board what is in danger: a Mayday of their own, and no relayed one.
    pub in_danger: bool,
    /// Name of the boat or station.
    pub name: Option<Text>,
    /// Call sign or MMSI.
    pub call_sign: Option<Text>,
    /// How many are on board.
    pub aboard: Option<Text>,
}

/// What was typed. Everything may be missing. `Debug` shows how much there is.
#[derive(Clone, PartialEq)]
pub struct Said {
    /// Whose code word is quoted.
    pub scheme: Scheme,
    /// How the report is sent: on a named one, the witness's details may be read out.
    pub route: Route,
    /// A rehearsal: nothing happened.
    pub exercise: bool,
    /// What was seen.
    pub sightings: Vec<Sighting>,
    /// Earlier reports it belongs to.
    pub relates: Vec<Relation>,
    /// The stretch of duty.
    pub watch: Option<Watch>,
    /// Whom the witness has told already.
    pub told: Vec<Told>,
    /// Who the witness is.
    pub contact: Option<Text>,
    /// How many photos there are to show.
    pub photos: usize,
    /// The witness's own boat.
    pub own: Own,
}

impl Said {
    /// What was seen, and nothing else.
    pub fn new(scheme: Scheme, route: Route, sightings: Vec<Sighting>) -> Self {
        Self {
            scheme,
            route,
            exercise: false,
            sightings,
            relates: Vec::new(),
            watch: None,
            told: Vec::new(),
            contact: None,
            photos: 0,
            own: Own::default(),
        }
    }

    /// What a sent report says, with the calls noted since. Its contact is sealed, and not among it.
    pub fn of_report(report: &Report, told_since: &[Told]) -> Self {
        let mut told = report.told.clone();
        told.extend(told_since.iter().filter(|call| !report.told.contains(call)).cloned());
        Self {
            exercise: report.exercise,
            relates: report.relates.clone(),
            watch: report.watch.clone(),
            told,
            // An original and its copy are one photo.
            photos: report.attachments.iter().map(|part| part.number).collect::<BTreeSet<_>>().len(),
            ..Self::new(report.scheme, report.route, report.sightings.clone())
        }
    }

    /// Every text that tells what was seen.
    pub(super) fn words(&self) -> impl Iterator<Item = &Text> {
        self.sightings.iter().flat_map(|sighting| {
            let place = match &sighting.target {
                Some(turnstone_wire::body::Target::Named { name, .. }) => Some(name),
                _ => None,
            };
            let subjects = sighting.subjects.iter().flat_map(|subject| subject.fields());
            [Some(&sighting.what), sighting.why.as_ref(), place]
                .into_iter()
                .flatten()
                .chain(subjects.map(|(_, text)| text))
        })
    }

    /// Whether the witness's own details may stand on a sheet that is made of it.
    pub(super) fn is_named(&self) -> bool {
        self.route.is_named()
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[said of {} sightings]", self.sightings.len())
    }
}
