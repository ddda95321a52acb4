//! A photo, video or sound of a draft, and what its file says of itself.

use turnstone_core::{
    DraftAttachment,
    media::{Carried, Facts, MediaKind, Taken},
    view::{left_out, suggestion},
};
use turnstone_wire::{
    body::{Altitude, Bearing, Metres, Position, Role},
    hash::Sha256,
    text::{Moment, Text},
};

use crate::error::copy_code;

/// As the camera gave it, or without metadata.
#[uniffi::remote(Enum)]
pub enum Role {
    /// What the camera gave.
    Original,
    /// A small picture with nothing in it but the picture.
    Copy,
}

/// What a file is, in the large.
#[uniffi::remote(Enum)]
pub enum MediaKind {
    /// A still picture.
    Picture,
    /// A film.
    Video,
    /// A recording.
    Sound,
    /// Anything else.
    Other,
}

/// A photo, video or sound of a draft.
#[derive(uniffi::Record)]
pub struct AttachmentRow {
    /// Counted from 1; an original and its copy have one number.
    pub number: u16,
    /// Original or copy.
    pub role: Role,
    /// What it is, in the large.
    pub kind: MediaKind,
    /// By its content.
    pub media_type: String,
    /// True size in bytes.
    pub size: u64,
    /// Hash of the true bytes.
    pub sha256: Sha256,
    /// Size of the sealed file in bytes.
    pub sealed_size: u64,
    /// Hash of the sealed file.
    pub sealed_sha256: Sha256,
    /// Width of a picture in picture points, where it is known.
    pub width: Option<u32>,
    /// Height of a picture in picture points, where it is known.
    pub height: Option<u32>,
    /// What an original says of itself: suggestions, never taken over unasked.
    pub facts: FactsRow,
    /// What a draft could take over from it, in a sentence, in English.
    pub suggestion: Option<String>,
    /// What its copy comes without, in English: "without place, time and camera".
    pub left_out: Option<String>,
    /// Why there is no copy of an original: a code such as `copy-no-decoder`.
    pub no_copy: Option<String>,
}

/// What a picture says of itself.
#[derive(uniffi::Record)]
pub struct FactsRow {
    /// Where the camera was.
    pub position: Option<Position>,
    /// How exact that is, in metres.
    pub accuracy_m: Option<Metres>,
    /// How high above the sea, in metres.
    pub altitude_m: Option<Altitude>,
    /// When it was taken, where the file says how far its clock was from UTC.
    pub taken_at: Option<Moment>,
    /// When it was taken by a clock that says nothing of its zone: `YYYY-MM-DDTHH:MM:SS`.
    pub taken_by_camera_clock: Option<String>,
    /// Where the camera pointed.
    pub bearing: Option<Bearing>,
    /// Make and model of the camera.
    pub camera: Option<Text>,
    /// How to turn the picture upright, 1 to 8 (EXIF 2.32, tag 0x0112).
    pub orientation: Option<u8>,
}

impl From<Facts> for FactsRow {
    fn from(facts: Facts) -> Self {
        let Facts { position, accuracy_m, altitude_m, taken, bearing, camera, orientation } = facts;
        let (taken_at, taken_by_camera_clock) = match taken {
            None => (None, None),
            Some(Taken::At(moment)) => (Some(moment), None),
            Some(Taken::Clock(clock)) => (None, Some(clock.format("%Y-%m-%dT%H:%M:%S").to_string())),
        };
        Self {
            position,
            accuracy_m,
            altitude_m,
            taken_at,
            taken_by_camera_clock,
            bearing,
            camera,
            orientation,
        }
    }
}

impl From<&DraftAttachment> for AttachmentRow {
    fn from(held: &DraftAttachment) -> Self {
        let carries: &[Carried] = &held.carries;
        Self {
            number: held.number,
            role: held.role,
            kind: held.kind(),
            media_type: held.media_type.clone(),
            size: held.size,
            sha256: held.sha256,
            sealed_size: held.sealed_size,
            sealed_sha256: held.sealed_sha256,
            width: held.points.map(|(width, _)| width),
            height: held.points.map(|(_, height)| height),
            suggestion: suggestion(&held.facts),
            left_out: left_out(carries),
            facts: held.facts.clone().into(),
            no_copy: held.no_copy.map(|why| copy_code(why).to_owned()),
        }
    }
}
