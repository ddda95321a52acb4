//! A harbour or an airfield of the table.

use std::fmt;

use turnstone_wire::body::Position;

/// Which list a place stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Harbours, ports, marinas, docks and landings.
    Harbour,
    /// Airfields, strips, heliports and the like.
    Airfield,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Harbour, Self::Airfield];

    /// A stable code (`harbour`, `airfield`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Harbour => "harbour",
            Self::Airfield => "airfield",
        }
    }
}

/// What a place is, more closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// A port.
    Port,
    /// A harbour.
    Harbour,
    /// A marina.
    Marina,
    /// An anchorage.
    Anchorage,
    /// A dock, a dock basin or a dockyard.
    Dock,
    /// A landing or a ferry terminal.
    Landing,
    /// An airport with scheduled flights, or a military station of that size.
    Airport,
    /// A small airfield, a strip, a farm.
    Airfield,
    /// A place for helicopters.
    Heliport,
    /// A hospital's place for helicopters.
    HospitalHelipad,
    /// Water that seaplanes use.
    Seaplanes,
    /// A place for balloons.
    Balloons,
}

impl Sort {
    /// All of them, in the order of their numbers in a table.
    pub const ALL: [Self; 12] = [
        Self::Port,
        Self::Harbour,
        Self::Marina,
        Self::Anchorage,
        Self::Dock,
        Self::Landing,
        Self::Airport,
        Self::Airfield,
        Self::Heliport,
        Self::HospitalHelipad,
        Self::Seaplanes,
        Self::Balloons,
    ];

    /// A stable code, also the end of its message's id (`place-sort-marina`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Port => "port",
            Self::Harbour => "harbour",
            Self::Marina => "marina",
            Self::Anchorage => "anchorage",
            Self::Dock => "dock",
            Self::Landing => "landing",
            Self::Airport => "airport",
            Self::Airfield => "airfield",
            Self::Heliport => "heliport",
            Self::HospitalHelipad => "hospital-helipad",
            Self::Seaplanes => "seaplanes",
            Self::Balloons => "balloons",
        }
    }

    /// The list that such a place stands in.
    pub fn kind(self) -> Kind {
        match self {
            Self::Port | Self::Harbour | Self::Marina | Self::Anchorage | Self::Dock | Self::Landing => {
                Kind::Harbour
            }
            _ => Kind::Airfield,
        }
    }
}

/// A harbour or an airfield. `Debug` hides which: the one that is nearest tells where somebody is.
#[derive(Clone, PartialEq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Which list it stands in.
    pub kind: Kind,
    /// What it is, more closely.
    pub sort: Sort,
    /// Its code: UN/LOCODE of a harbour; of an airfield ICAO's, else the one that GPS sets use, else that of OurAirports
    /// (`GB-` and four digits, which is nobody else's). Empty where there is none.
    pub code: String,
    /// The town or parish it belongs to; empty where the sources name none.
    pub locality: String,
    /// Where its sources put it.
    pub position: Position,
    /// The sources give whole minutes of arc only: the place may be 1 to 2 km from there.
    pub rough: bool,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.kind.code())
    }
}
