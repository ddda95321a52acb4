//! To which desk a draft goes, and why.
//!
//! In this order: the desk that was chosen; the desk that answers for the police area of what was seen; the one for the
//! area where the witness stood; one that answers for everywhere; where no place is known, the only one there is. Two that
//! fit alike are a question for the witness, and none is: the note is kept, and told by voice.

use std::fmt;

use turnstone_almanac::{places::Places, target};
use turnstone_wire::{
    body::{Position, Route, Scheme, Sighting, Target},
    directory::{Desk, DeskId, Directory},
};

use super::{DraftContent, team};
use crate::error::NotSendable;

/// The desk that a draft goes to. `Debug` hides which, and where.
#[derive(Clone, PartialEq, Eq)]
pub struct ChosenDesk {
    /// Its id.
    pub desk: DeskId,
    /// Its name, in the language of the draft.
    pub name: String,
    /// Why this one.
    pub why: DeskReason,
    /// The name of the police area that the choice rests on, if it rests on one.
    pub area: Option<String>,
}

/// Why a desk was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskReason {
    /// The witness chose it.
    Chosen,
    /// The team whose device this is reports there.
    Team,
    /// It answers for the police area of what was seen.
    TargetArea,
    /// It answers for the police area where the witness stood; none answers for that of what was seen, or it is not known.
    ObserverArea,
    /// It answers for everywhere, and none answers for this place alone.
    Everywhere,
    /// No other desk takes such reports, and it answers for everywhere, or nothing says where it was.
    Only,
}

impl DeskReason {
    /// A stable code, also the end of its message's id (`desk-why-target-area`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Team => "team",
            Self::TargetArea => "target-area",
            Self::ObserverArea => "observer-area",
            Self::Everywhere => "everywhere",
            Self::Only => "only",
        }
    }
}

impl fmt::Debug for ChosenDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[desk, {}]", self.why.code())
    }
}

/// The desk a draft goes to.
pub(crate) fn desk_for<'a>(
    content: &DraftContent,
    directory: Option<&'a Directory>,
    places: &Places,
) -> Result<&'a Desk, NotSendable> {
    Wanted::of(content).choose(directory, places).map(|choice| choice.desk)
}

/// The same, with why, to be shown.
pub(crate) fn chosen(
    content: &DraftContent,
    directory: Option<&Directory>,
    places: &Places,
) -> Result<ChosenDesk, NotSendable> {
    Wanted::of(content).choose(directory, places).map(|choice| choice.shown(&content.language, places))
}

/// The desk that a report of something seen at a position would go to.
pub(crate) fn desk_at(
    position: Position,
    (scheme, route): (Scheme, Route),
    directory: Option<&Directory>,
    (places, language): (&Places, &str),
) -> Result<ChosenDesk, NotSendable> {
    let wanted = Wanted { scheme, route, desk: None, target: Some(position), observer: None };
    wanted.choose(directory, places).map(|choice| choice.shown(language, places))
}

/// What a desk is chosen by.
struct Wanted<'a> {
    scheme: Scheme,
    route: Route,
    desk: Option<&'a DeskId>,
    target: Option<Position>,
    observer: Option<Position>,
}

struct Choice<'a> {
    desk: &'a Desk,
    why: DeskReason,
    /// Code of the police area.
    area: Option<String>,
}

impl Choice<'_> {
    fn shown(self, language: &str, places: &Places) -> ChosenDesk {
        let area = self.area.and_then(|code| places.area_name(&code).map(str::to_owned));
        ChosenDesk {
            desk: self.desk.id.clone(),
            name: self.desk.name(language).to_owned(),
            why: self.why,
            area,
        }
    }
}

impl<'a> Wanted<'a> {
    /// Where it was and where the witness stood, by the first sighting that says so. Where the report does not carry the
    /// witness's own place, the choice of a desk must not tell it either (P7).
    fn of(content: &'a DraftContent) -> Self {
        let carried = content.route != Route::Anonymous || content.send_fix;
        let seen_at = |sighting: &Sighting| {
            let place = sighting.target.as_ref()?;
            // Of bearings and a range the report carries the point.
            let told = carried || !matches!(place, Target::SamePlace);
            let found = target::locate(sighting.observer.as_ref(), place, sighting.when.from.at().to_utc());
            found.filter(|_| told).map(|found| found.position)
        };
        let observer =
            |sighting: &Sighting| sighting.observer.as_ref().map(|fix| fix.position).filter(|_| carried);
        Self {
            scheme: content.scheme,
            route: content.route,
            desk: content.desk.as_ref(),
            target: content.sightings.iter().find_map(seen_at),
            observer: content.sightings.iter().find_map(observer),
        }
    }

    fn choose<'b>(
        &self,
        directory: Option<&'b Directory>,
        places: &Places,
    ) -> Result<Choice<'b>, NotSendable> {
        let directory = directory.ok_or(NotSendable::NoDesk)?;
        let takes = |desk: &&Desk| desk.takes(self.scheme, self.route);
        if let Some(id) = self.desk {
            let desk = directory.choosable(id).filter(takes).ok_or(NotSendable::DeskDoesNotTake)?;
            return Ok(Choice { desk, why: DeskReason::Chosen, area: None });
        }
        if let Some(desk) = team::preferred(directory, self.scheme, self.route) {
            return Ok(Choice { desk, why: DeskReason::Team, area: None });
        }
        match self.listed(directory, places) {
            Err(NotSendable::NoDesk) => {
                let desk = team::instead_of_none(directory, self.scheme, self.route)?;
                Ok(Choice { desk, why: DeskReason::Team, area: None })
            }
            found => found,
        }
    }

    /// The desk of the list, by the place.
    fn listed<'b>(&self, directory: &'b Directory, places: &Places) -> Result<Choice<'b>, NotSendable> {
        let takes = |desk: &&Desk| desk.takes(self.scheme, self.route);
        let desks: Vec<&Desk> = directory.desks().iter().filter(takes).collect();
        for (position, why) in
            [(self.target, DeskReason::TargetArea), (self.observer, DeskReason::ObserverArea)]
        {
            let area = position.and_then(|position| places.police_area(&position));
            let Some(code) = area.as_ref().and_then(|area| area.in_uk()) else { continue };
            let of_area = desks.iter().filter(|desk| desk.areas.iter().any(|area| area == code));
            if let Some(desk) = one_of(of_area)? {
                return Ok(Choice { desk, why, area: Some(code.to_owned()) });
            }
        }
        if let Some(desk) = one_of(desks.iter().filter(|desk| desk.areas.is_empty()))? {
            let why = if desks.len() == 1 { DeskReason::Only } else { DeskReason::Everywhere };
            return Ok(Choice { desk, why, area: None });
        }
        // All that are left answer for other places, if it is known where it was.
        let known = self.target.is_some() || self.observer.is_some();
        let left = if known { None } else { one_of(desks.iter())? };
        let only = left.map(|desk| Choice { desk, why: DeskReason::Only, area: None });
        only.ok_or(NotSendable::NoDesk)
    }
}

/// The only one; none where there is none.
fn one_of<'a, 'b: 'a>(
    mut desks: impl Iterator<Item = &'a &'b Desk>,
) -> Result<Option<&'b Desk>, NotSendable> {
    match (desks.next(), desks.next()) {
        (_, Some(_)) => Err(NotSendable::SeveralDesks),
        (desk, None) => Ok(desk.copied()),
    }
}

#[cfg(test)]
mod tests;
