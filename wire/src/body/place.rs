//! Where: the observer's fix and the target's place, which never mix.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{Moment, Text, Unknown};

/// Why numbers are no place.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum PlaceError {
    /// Latitude is not a number from -90 to 90.
    #[error("a latitude lies between -90 and 90 degrees")]
    Latitude,
    /// Longitude is not a number from -180 to 180.
    #[error("a longitude lies between -180 and 180 degrees")]
    Longitude,
    /// A bearing is not a number from 0 to 360.
    #[error("a bearing lies between 0 and 360 degrees")]
    Bearing,
    /// A length is not a number from 0 to 40,000 km.
    #[error("a distance in metres is a number from 0 to 40,000,000")]
    Metres,
    /// A height is not a number from -1,000 to 100,000.
    #[error("an altitude in metres is a number from -1,000 to 100,000")]
    Altitude,
    /// An angle's give-or-take is not a number from 0 to 180.
    #[error("a give-or-take in degrees is a number from 0 to 180")]
    Degrees,
}

/// A point on WGS 84, in decimal degrees. `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawPosition", into = "RawPosition")]
pub struct Position {
    lat: f64,
    lon: f64,
}

#[derive(Serialize, Deserialize)]
struct RawPosition {
    lat: f64,
    lon: f64,
}

impl Position {
    /// Latitude and longitude in degrees, north and east positive.
    ///
    /// # Errors
    /// [`PlaceError`] for anything that is no place, NaN included.
    pub fn new(lat_deg: f64, lon_deg: f64) -> Result<Self, PlaceError> {
        if !(-90.0..=90.0).contains(&lat_deg) {
            return Err(PlaceError::Latitude);
        }
        if !(-180.0..=180.0).contains(&lon_deg) {
            return Err(PlaceError::Longitude);
        }
        Ok(Self { lat: lat_deg, lon: lon_deg })
    }

    /// Degrees north.
    pub fn lat_deg(&self) -> f64 {
        self.lat
    }

    /// Degrees east.
    pub fn lon_deg(&self) -> f64 {
        self.lon
    }
}

impl TryFrom<RawPosition> for Position {
    type Error = PlaceError;

    fn try_from(raw: RawPosition) -> Result<Self, PlaceError> {
        Self::new(raw.lat, raw.lon)
    }
}

impl From<Position> for RawPosition {
    fn from(position: Position) -> Self {
        Self { lat: position.lat, lon: position.lon }
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[position]")
    }
}

/// A length in metres, from 0 to 40,000 km. `Debug` hides it: a range from a known quay is a position.
#[derive(Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Metres(f64);

impl Metres {
    /// Wraps a length.
    ///
    /// # Errors
    /// [`PlaceError::Metres`] for a negative, endless or unheard-of length.
    pub fn new(metres: f64) -> Result<Self, PlaceError> {
        if (0.0..=40_000_000.0).contains(&metres) { Ok(Self(metres)) } else { Err(PlaceError::Metres) }
    }

    /// The length in metres.
    pub fn metres(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Metres {
    type Error = PlaceError;

    fn try_from(metres: f64) -> Result<Self, PlaceError> {
        Self::new(metres)
    }
}

impl From<Metres> for f64 {
    fn from(metres: Metres) -> Self {
        metres.0
    }
}

impl fmt::Debug for Metres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[metres]")
    }
}

/// A height in metres above the sea, from -1,000 to 100,000. `Debug` hides it: on a cliff it tells which.
#[derive(Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Altitude(f64);

impl Altitude {
    /// Wraps a height.
    ///
    /// # Errors
    /// [`PlaceError::Altitude`] for one where nobody stands or flies.
    pub fn new(metres: f64) -> Result<Self, PlaceError> {
        if (-1_000.0..=100_000.0).contains(&metres) { Ok(Self(metres)) } else { Err(PlaceError::Altitude) }
    }

    /// The height in metres.
    pub fn metres(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Altitude {
    type Error = PlaceError;

    fn try_from(metres: f64) -> Result<Self, PlaceError> {
        Self::new(metres)
    }
}

impl From<Altitude> for f64 {
    fn from(altitude: Altitude) -> Self {
        altitude.0
    }
}

impl fmt::Debug for Altitude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[altitude]")
    }
}

/// Which north a bearing is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum North {
    /// The geographic pole.
    True,
    /// As a hand compass shows it, not corrected.
    Magnetic,
}

/// A direction in degrees clockwise from north. `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawBearing", into = "RawBearing")]
pub struct Bearing {
    deg: f64,
    north: North,
}

#[derive(Serialize, Deserialize)]
struct RawBearing {
    deg: f64,
    north: North,
}

impl Bearing {
    /// Degrees from 0 to 360, clockwise from `north`.
    ///
    /// # Errors
    /// [`PlaceError::Bearing`] for anything else; 400 is a slip, not 40.
    pub fn new(deg: f64, north: North) -> Result<Self, PlaceError> {
        if (0.0..=360.0).contains(&deg) { Ok(Self { deg, north }) } else { Err(PlaceError::Bearing) }
    }

    /// Degrees clockwise.
    pub fn deg(&self) -> f64 {
        self.deg
    }

    /// From which north.
    pub fn north(&self) -> North {
        self.north
    }
}

impl TryFrom<RawBearing> for Bearing {
    type Error = PlaceError;

    fn try_from(raw: RawBearing) -> Result<Self, PlaceError> {
        Self::new(raw.deg, raw.north)
    }
}

impl From<Bearing> for RawBearing {
    fn from(bearing: Bearing) -> Self {
        Self { deg: bearing.deg, north: bearing.north }
    }
}

impl fmt::Debug for Bearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[bearing]")
    }
}

/// By how many degrees an angle may be wrong, from 0 to 180. `Debug` hides it, as it does a bearing.
#[derive(Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Degrees(f64);

impl Degrees {
    /// Wraps an angle.
    ///
    /// # Errors
    /// [`PlaceError::Degrees`] for one that is negative, or more than half a turn.
    pub fn new(deg: f64) -> Result<Self, PlaceError> {
        if (0.0..=180.0).contains(&deg) { Ok(Self(deg)) } else { Err(PlaceError::Degrees) }
    }

    /// The angle in degrees.
    pub fn deg(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Degrees {
    type Error = PlaceError;

    fn try_from(deg: f64) -> Result<Self, PlaceError> {
        Self::new(deg)
    }
}

impl From<Degrees> for f64 {
    fn from(degrees: Degrees) -> Self {
        degrees.0
    }
}

impl fmt::Debug for Degrees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[degrees]")
    }
}

/// What a fix came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// The point.
    #[serde(flatten)]
    pub position: Position,
    /// Radius in metres within which the point lies, as the phone claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<Metres>,
    /// When it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Moment>,
    /// What it came from.
    pub source: FixSource,
    /// The system said that a program made this fix up.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub mock: bool,
    /// Height above the sea, as whatever gave the fix claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altitude_m: Option<Altitude>,
    /// What a surveyed place is called. An anonymous report leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
}

impl Fix {
    /// A fix of which nothing is known but the point and what it came from.
    pub fn new(position: Position, source: FixSource) -> Self {
        Self { position, accuracy_m: None, at: None, source, mock: false, altitude_m: None, name: None }
    }
}

/// Where the thing was.
///
/// An accuracy is the radius of a circle, and a give-or-take the half-width of a range, that holds the truth in about two
/// cases of three (68 %), as phones state theirs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Target {
    /// Where the witness stood.
    SamePlace,
    /// At a point.
    Point {
        /// The point.
        #[serde(flatten)]
        position: Position,
        /// Radius in metres.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        accuracy_m: Option<Metres>,
    },
    /// In a direction, so far away.
    BearingRange {
        /// The direction, from the observer's fix.
        bearing: Bearing,
        /// The distance in metres.
        range_m: Metres,
        /// By how many degrees the direction may be wrong.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        give_or_take_deg: Option<Degrees>,
        /// By how many metres the distance may be wrong.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        give_or_take_m: Option<Metres>,
    },
    /// At a place that has a name.
    Named {
        /// The name as the witness gave it.
        name: Text,
        /// What else a newer version says of it.
        #[serde(flatten)]
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

impl Target {
    /// A bearing and a range of which nobody has said how exact they are.
    pub fn bearing_range(bearing: Bearing, range_m: Metres) -> Self {
        Self::BearingRange { bearing, range_m, give_or_take_deg: None, give_or_take_m: None }
    }
}

/// One of two bearings that cross.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BearingLine {
    /// Where it was taken; where that is not said, at the observer's fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Position>,
    /// Radius in metres around `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<Metres>,
    /// The direction.
    pub bearing: Bearing,
    /// By how many degrees the direction may be wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub give_or_take_deg: Option<Degrees>,
}

impl BearingLine {
    /// A bearing of which nobody has said how exact it is; from the observer's fix where `from` is none.
    pub fn new(from: Option<Position>, bearing: Bearing) -> Self {
        Self { from, accuracy_m: None, bearing, give_or_take_deg: None }
    }
}
