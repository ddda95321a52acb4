//! What stands in for what the witness did not say.
//!
//! Nothing here was measured for witnesses on a quay: these are careful round numbers, larger than what instruments reach, and each
//! one that is used is told beside the result.

use turnstone_wire::body::{Degrees, Fix, Metres};

use crate::fix::assumed_radius_m;

/// Something that was not said, and what was taken for it. As everywhere, the range that holds the truth in two cases of three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assumed {
    /// How exact the bearing is: [`Assumed::BEARING_DEG`].
    Bearing,
    /// How exact the range is: [`Assumed::RANGE_PERCENT`] of it, [`Assumed::RANGE_LEAST_M`] at least.
    Range,
    /// How exact the observer's fix is: by what it came from ([`assumed_radius_m`]).
    Fix,
    /// How exact the point on the map is: [`Assumed::POINT_M`].
    Point,
    /// How far apart two things in the same place may be: [`Assumed::SAME_PLACE_M`].
    SamePlace,
}

impl Assumed {
    /// A bearing by a hand compass, a phone or a guess from the lie of the coast, in degrees.
    pub const BEARING_DEG: u32 = 10;
    /// A range judged by eye over water, in percent of it.
    pub const RANGE_PERCENT: u32 = 30;
    /// A range judged by eye close by, in metres.
    pub const RANGE_LEAST_M: u32 = 10;
    /// A point put on a map or typed from a chart, in metres.
    pub const POINT_M: u32 = 100;
    /// "Here", in metres.
    pub const SAME_PLACE_M: u32 = 25;

    /// All of them.
    pub const ALL: [Self; 5] = [Self::Bearing, Self::Range, Self::Fix, Self::Point, Self::SamePlace];

    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bearing => "bearing",
            Self::Range => "range",
            Self::Fix => "fix",
            Self::Point => "point",
            Self::SamePlace => "same-place",
        }
    }
}

pub(super) fn fix_accuracy_m(fix: &Fix, assumed: &mut Vec<Assumed>) -> f64 {
    stated(fix.accuracy_m, Assumed::Fix, assumed_radius_m(fix.source), assumed)
}

pub(super) fn point_accuracy_m(accuracy_m: Option<Metres>, assumed: &mut Vec<Assumed>) -> f64 {
    stated(accuracy_m, Assumed::Point, Assumed::POINT_M.into(), assumed)
}

pub(super) fn same_place_m(assumed: &mut Vec<Assumed>) -> f64 {
    stated(None, Assumed::SamePlace, Assumed::SAME_PLACE_M.into(), assumed)
}

pub(super) fn range_m(range_m: Metres, give_or_take_m: Option<Metres>, assumed: &mut Vec<Assumed>) -> f64 {
    let judged = range_m.metres() * f64::from(Assumed::RANGE_PERCENT) / 100.0;
    stated(give_or_take_m, Assumed::Range, judged.max(Assumed::RANGE_LEAST_M.into()), assumed)
}

pub(super) fn bearing_deg(give_or_take_deg: Option<Degrees>, assumed: &mut Vec<Assumed>) -> f64 {
    match give_or_take_deg {
        Some(degrees) => degrees.deg(),
        None => {
            note(Assumed::Bearing, assumed);
            Assumed::BEARING_DEG.into()
        }
    }
}

fn stated(said: Option<Metres>, what: Assumed, instead_m: f64, assumed: &mut Vec<Assumed>) -> f64 {
    match said {
        Some(metres) => metres.metres(),
        None => {
            note(what, assumed);
            instead_m
        }
    }
}

fn note(what: Assumed, assumed: &mut Vec<Assumed>) {
    if !assumed.contains(&what) {
        assumed.push(what);
    }
}
