//! Where: a witness's fix and a target's place.

use turnstone_wire::{
    body::{
        Altitude, Bearing, BearingLine, Degrees, Fix, FixSource, Metres, North, PlaceError, Position, Target,
    },
    text::{Moment, Text, Unknown},
};

use crate::CoreError;

impl From<PlaceError> for CoreError {
    fn from(error: PlaceError) -> Self {
        Self::no(match error {
            PlaceError::Latitude => "latitude",
            PlaceError::Longitude => "longitude",
            PlaceError::Bearing => "bearing",
            PlaceError::Metres => "metres",
            PlaceError::Altitude => "altitude",
            PlaceError::Degrees => "degrees",
        })
    }
}

/// A point on WGS 84, in decimal degrees.
#[derive(uniffi::Record)]
pub struct Coordinates {
    /// North, from -90 to 90.
    pub lat_deg: f64,
    /// East, from -180 to 180.
    pub lon_deg: f64,
}

uniffi::custom_type!(Position, Coordinates, {
    remote,
    try_lift: |at| Position::new(at.lat_deg, at.lon_deg).map_err(|e| CoreError::from(e).into()),
    lower: |position| Coordinates { lat_deg: position.lat_deg(), lon_deg: position.lon_deg() },
});

/// A direction in degrees clockwise from a north.
#[derive(uniffi::Record)]
pub struct Direction {
    /// From 0 to 360, clockwise.
    pub deg: f64,
    /// From which north.
    pub north: North,
}

uniffi::custom_type!(Bearing, Direction, {
    remote,
    try_lift: |to| Bearing::new(to.deg, to.north).map_err(|e| CoreError::from(e).into()),
    lower: |bearing| Direction { deg: bearing.deg(), north: bearing.north() },
});

uniffi::custom_type!(Metres, f64, {
    remote,
    try_lift: |metres| Metres::new(metres).map_err(|e| CoreError::from(e).into()),
    lower: |metres| metres.metres(),
});

uniffi::custom_type!(Altitude, f64, {
    remote,
    try_lift: |metres| Altitude::new(metres).map_err(|e| CoreError::from(e).into()),
    lower: |altitude| altitude.metres(),
});

uniffi::custom_type!(Degrees, f64, {
    remote,
    try_lift: |deg| Degrees::new(deg).map_err(|e| CoreError::from(e).into()),
    lower: |degrees| degrees.deg(),
});

/// Which north a bearing is counted from.
#[uniffi::remote(Enum)]
pub enum North {
    /// The geographic pole.
    True,
    /// As a hand compass shows it, not corrected.
    Magnetic,
}

/// What a fix came from.
#[uniffi::remote(Enum)]
pub enum FixSource {
    /// Satellites.
    Gnss,
    /// Masts or Wi-Fi.
    Network,
    /// Typed or tapped by the witness.
    Hand,
    /// Read from a photo.
    Photo,
    /// A place surveyed once, such as a lookout.
    Station,
}

/// Where the witness stood.
#[uniffi::remote(Record)]
pub struct Fix {
    /// The point.
    pub position: Position,
    /// Radius in metres within which the point lies, as the phone claims.
    #[uniffi(default = None)]
    pub accuracy_m: Option<Metres>,
    /// When it was taken.
    #[uniffi(default = None)]
    pub at: Option<Moment>,
    /// What it came from.
    pub source: FixSource,
    /// The system said that a program made this fix up.
    #[uniffi(default = false)]
    pub mock: bool,
    /// Height above the sea in metres, as whatever gave the fix claims.
    #[uniffi(default = None)]
    pub altitude_m: Option<Altitude>,
    /// What a surveyed place is called. An anonymous report leaves it out.
    #[uniffi(default = None)]
    pub name: Option<Text>,
}

/// Where the thing was. Accuracies and give-or-takes hold the truth in about two cases of three.
#[uniffi::remote(Enum)]
pub enum Target {
    /// Where the witness stood.
    SamePlace,
    /// At a point.
    Point {
        /// The point.
        position: Position,
        /// Radius in metres.
        #[uniffi(default = None)]
        accuracy_m: Option<Metres>,
    },
    /// In a direction, so far away.
    BearingRange {
        /// The direction, from the observer's fix.
        bearing: Bearing,
        /// The distance in metres.
        range_m: Metres,
        /// By how many degrees the direction may be wrong.
        #[uniffi(default = None)]
        give_or_take_deg: Option<Degrees>,
        /// By how many metres the distance may be wrong.
        #[uniffi(default = None)]
        give_or_take_m: Option<Metres>,
    },
    /// At a place that has a name.
    Named {
        /// The name as the witness gave it.
        name: Text,
        /// What a newer version said of it; to be left as it is.
        #[uniffi(default)]
        unknown: Unknown,
    },
    /// Where two bearings cross, each taken from a place of its own.
    Cross {
        /// One.
        first: BearingLine,
        /// The other.
        second: BearingLine,
    },
}

/// One of two bearings that cross.
#[uniffi::remote(Record)]
pub struct BearingLine {
    /// Where it was taken; where that is not said, at the observer's fix.
    #[uniffi(default = None)]
    pub from: Option<Position>,
    /// Radius in metres around `from`.
    #[uniffi(default = None)]
    pub accuracy_m: Option<Metres>,
    /// The direction.
    pub bearing: Bearing,
    /// By how many degrees the direction may be wrong.
    #[uniffi(default = None)]
    pub give_or_take_deg: Option<Degrees>,
}
