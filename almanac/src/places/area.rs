//! The police area of a position.
//!
//! Land is clipped at mean high water, so piers, quays and the sea lie outside every area: there the nearest one counts, up
//! to twelve nautical miles, and it is said that it was the nearest. Near a border, and at sea, the next one is named as well.

use std::fmt;

use turnstone_wire::body::Position;

use super::{
    Places,
    outline::{Edges, Outline, Work},
};
use crate::geodesy;

/// How far an area reaches beyond its land, in metres: 12 nautical miles of 1,852 m, the breadth of the territorial sea
/// (UN Convention on the Law of the Sea, article 3).
pub const CAP_M: f64 = 12.0 * 1_852.0;

/// How near a border must be for the area beyond it to be named, in metres. The outlines are simplified at 200 m, and an
/// officer from the other side of it may be the nearer one.
pub const BORDER_M: f64 = 2_000.0;

/// An area of the table: that of a police force, or a country beyond them.
#[derive(Clone)]
pub(super) struct Area {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) outside: bool,
    pub(super) outline: Outline,
}

/// The police area of a position. `Debug` hides which.
#[derive(Clone, PartialEq)]
pub struct PoliceArea {
    /// The ONS code of the area (`E23000039`); of a country outside the UK's police areas its ISO 3166 code (`IE`).
    pub code: String,
    /// The name of the force, or of the country in English.
    pub name: String,
    /// It is no police area of the UK: Ireland, the Isle of Man, the Channel Islands, the continent.
    pub outside: bool,
    /// The position lies in no area; this is the nearest.
    pub nearest: bool,
    /// How far the area is, in metres; nothing for a position within it.
    pub metres: f64,
    /// The next one, where the position lies near a border or at sea.
    pub runner_up: Option<OtherArea>,
}

/// An area that a position is near to. `Debug` hides which.
#[derive(Clone, PartialEq)]
pub struct OtherArea {
    /// As [`PoliceArea::code`].
    pub code: String,
    /// As [`PoliceArea::name`].
    pub name: String,
    /// As [`PoliceArea::outside`].
    pub outside: bool,
    /// How far it is, in metres.
    pub metres: f64,
}

impl PoliceArea {
    /// The code of the police area in the UK that answers for the position: its own; at sea, where another country is
    /// nearer, that of the UK's which comes next. None on land outside the UK.
    pub fn in_uk(&self) -> Option<&str> {
        if !self.outside {
            return Some(&self.code);
        }
        let next = self.runner_up.as_ref().filter(|next| self.nearest && !next.outside);
        next.map(|next| next.code.as_str())
    }
}

impl fmt::Debug for PoliceArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[police area]")
    }
}

impl fmt::Debug for OtherArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[police area]")
    }
}

impl Places {
    /// The police area of a position; none further than [`CAP_M`] from all of them.
    pub fn police_area(&self, position: &Position) -> Option<PoliceArea> {
        self.police_area_by(position, &mut Work::default())
    }

    pub(super) fn police_area_by(&self, position: &Position, work: &mut Work) -> Option<PoliceArea> {
        // The UK's areas come first in the table: where a coarser outline of a neighbour overlaps one, that one counts.
        let own = self.areas.iter().find(|area| area.outline.holds(position, work));
        let (area, metres, beyond_m) = match own {
            Some(area) => (area, 0.0, BORDER_M),
            None => {
                let (area, metres) = self.closest_area(position, None, CAP_M, work)?;
                (area, metres, CAP_M)
            }
        };
        let next = self.closest_area(position, Some(area), beyond_m, work);
        Some(PoliceArea {
            code: area.code.clone(),
            name: area.name.clone(),
            outside: area.outside,
            nearest: own.is_none(),
            metres,
            runner_up: next.map(|(next, metres)| OtherArea {
                code: next.code.clone(),
                name: next.name.clone(),
                outside: next.outside,
                metres,
            }),
        })
    }

    /// The nearest area but one, and how far it is by the geodesic.
    fn closest_area(
        &self,
        position: &Position,
        but: Option<&Area>,
        within_m: f64,
        work: &mut Work,
    ) -> Option<(&Area, f64)> {
        let mut best = None;
        let mut best_m = within_m;
        for area in &self.areas {
            if but.is_some_and(|but| but.code == area.code) {
                continue;
            }
            if let Some(closest) = area.outline.closest(position, Edges::All, best_m, work) {
                best_m = closest.metres;
                best = Some((area, closest.position));
            }
        }
        best.map(|(area, closest)| (area, geodesy::leg(position, &closest).metres))
    }

    /// How far the nearest coast is, if it is nearer than `within_m`: an edge that no two areas share.
    pub(super) fn coast_m(&self, position: &Position, within_m: f64, work: &mut Work) -> Option<f64> {
        let mut best = None;
        let mut best_m = within_m;
        for area in &self.areas {
            if let Some(closest) = area.outline.closest(position, Edges::Coast, best_m, work) {
                best_m = closest.metres;
                best = Some(closest.position);
            }
        }
        best.map(|closest| geodesy::leg(position, &closest).metres)
    }

    /// The name of an area by its code.
    pub fn area_name(&self, code: &str) -> Option<&str> {
        self.areas.iter().find(|area| area.code == code).map(|area| area.name.as_str())
    }
}
