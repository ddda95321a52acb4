//! What a camera wrote about a picture that a draft could use.

use std::fmt;

use serde::{Deserialize, Serialize};
use turnstone_wire::{
    body::{Altitude, Bearing, Metres, Position},
    text::{Moment, Text},
};

/// What a picture says of itself: suggestions for the draft, never taken over unasked. `Debug` says nothing.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Where the camera was (GPSLatitude and the like).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// How exact that is (GPSHPositioningError).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<Metres>,
    /// How high, above the sea (GPSAltitude).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altitude_m: Option<Altitude>,
    /// When it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
    /// Where the camera pointed, by true or magnetic north as the file says (GPSImgDirection).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearing: Option<Bearing>,
    /// Make and model of the camera.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<Text>,
    /// How to turn the picture upright, 1 to 8 (EXIF 2.32, tag 0x0112); 1 is upright already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orientation: Option<u8>,
}

/// When a picture was taken, and how well that is known.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// A moment: the file says how far its clock was from UTC, or has it from satellites.
    At(Moment),
    /// The camera's clock, which says nothing of its zone: `YYYY-MM-DDTHH:MM:SS`. The draft has to say which zone.
    Clock(chrono::NaiveDateTime),
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[facts of a picture]")
    }
}

impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[when a picture was taken]")
    }
}
