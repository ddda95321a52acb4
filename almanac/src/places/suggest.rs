//! Which scheme a place suggests. It suggests and never refuses: there is no map of rivers, canals, lochs and broads here,
//! so what reads as dry land may be a waterway; and a boat may be seen from an airfield.

use std::fmt;

use turnstone_wire::body::{Position, Scheme};

use super::{Kind, Places, Sort, outline::Work};

/// On land, this near to an airfield and further from the coast, Pegasus comes first, in metres.
pub const AIRFIELD_M: f64 = 1_000.0;
/// On land, this near to the coast, Kraken comes first, in metres.
pub const COAST_M: f64 = 2_000.0;
/// The same of a harbour: those up a river lie further inland, and half of their positions are 1 to 2 km off.
pub const HARBOUR_M: f64 = 3_000.0;

/// What a place suggests. `Debug` hides it: it tells on which kind of ground somebody stands.
#[derive(Clone, Copy, PartialEq)]
pub struct Suggested {
    /// The scheme to offer first; none where the map gives no reason for either. Each can be chosen everywhere.
    pub scheme: Option<Scheme>,
    /// Why.
    pub why: Why,
}

/// Why a place suggests a scheme, with lengths in metres. `Debug` hides the lengths.
#[derive(Clone, Copy, PartialEq)]
pub enum Why {
    /// It lies in no area of land, with the coast nearer than 12 nautical miles or further.
    AtSea,
    /// An airfield is within [`AIRFIELD_M`], and nearer than the coast.
    Airfield(f64),
    /// The coast is within [`COAST_M`].
    Coast(f64),
    /// A harbour is within [`HARBOUR_M`].
    Harbour(f64),
    /// None of these.
    Inland,
}

impl Why {
    /// A stable code, also the end of its message's id (`place-suggests-at-sea`).
    pub fn code(self) -> &'static str {
        match self {
            Self::AtSea => "at-sea",
            Self::Airfield(_) => "airfield",
            Self::Coast(_) => "coast",
            Self::Harbour(_) => "harbour",
            Self::Inland => "inland",
        }
    }

    /// How far what it speaks of is.
    pub fn metres(self) -> Option<f64> {
        match self {
            Self::Airfield(metres) | Self::Coast(metres) | Self::Harbour(metres) => Some(metres),
            Self::AtSea | Self::Inland => None,
        }
    }
}

impl fmt::Debug for Suggested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[suggested]")
    }
}

impl fmt::Debug for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[why]")
    }
}

impl Places {
    /// The scheme that a position suggests. At sea: Kraken. On land: what is nearer of an airfield (a hospital's helipad is
    /// none) within [`AIRFIELD_M`] and the coast within [`COAST_M`], for a lighthouse has its helipad too; else a harbour
    /// within [`HARBOUR_M`]; else neither.
    pub fn scheme_for(&self, position: &Position) -> Suggested {
        let mut work = Work::default();
        let at_sea = !self.areas.iter().any(|area| area.outline.holds(position, &mut work));
        let nearest = |kind| {
            let fits = |place: &super::Place| place.sort != Sort::HospitalHelipad;
            self.nearest_where(position, kind, 1, fits).0.first().map(|near| near.metres)
        };
        let why = if at_sea {
            Why::AtSea
        } else {
            let airfield = nearest(Kind::Airfield).filter(|metres| *metres <= AIRFIELD_M);
            let coast = self.coast_m(position, COAST_M, &mut work);
            let harbour = || nearest(Kind::Harbour).filter(|metres| *metres <= HARBOUR_M);
            match (airfield, coast) {
                (Some(airfield), coast) if coast.is_none_or(|coast| airfield < coast) => {
                    Why::Airfield(airfield)
                }
                (_, Some(coast)) => Why::Coast(coast),
                _ => harbour().map_or(Why::Inland, Why::Harbour),
            }
        };
        let scheme = match why {
            Why::Airfield(_) => Some(Scheme::Pegasus),
            Why::AtSea | Why::Coast(_) | Why::Harbour(_) => Some(Scheme::Kraken),
            Why::Inland => None,
        };
        Suggested { scheme, why }
    }
}
