//! What a picture's file carries beside the picture: what is left out of its copy, in kinds that a person knows.

mod heif;
mod jpeg;
mod numbers;
mod png;
mod trailer;
mod webp;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Facts, Kind, exif::Block};

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
pub fn survey(original: &[u8]) -> Survey {
    let mut found = Found::default();
    match Kind::of(original.get(..Kind::HEAD_BYTES).unwrap_or(original)).media_type {
        "image/jpeg" => jpeg::look_through(original, &mut found),
        "image/png" => png::look_through(original, &mut found),
        "image/webp" => webp::look_through(original, &mut found),
        "image/heif" | "image/avif" => heif::look_through(original, &mut found),
        "image/tiff" => found.tiff(original),
        "image/gif" => found.size = numbers::gif_size(original),
        _ => {}
    }
    Survey { facts: found.facts, carries: found.carries.into_iter().collect(), size: found.size }
}

/// How many blocks of EXIF are read in one file: those of further pictures count as well.
const BLOCKS: usize = 16;

/// What was found so far.
#[derive(Default)]
struct Found {
    facts: Facts,
    carries: BTreeSet<Carried>,
    size: Option<(u32, u32)>,
    blocks: usize,
}

impl Found {
    fn carries(&mut self, carried: Carried) {
        self.carries.insert(carried);
    }

    /// A block of EXIF. The first one's facts are the picture's; what cannot be read is somebody's own data all the same.
    fn exif(&mut self, block: &[u8]) {
        self.blocks += 1;
        let read = if self.blocks <= BLOCKS { Block::read(block) } else { None };
        let Some(read) = read else { return self.carries(Carried::Vendor) };
        if self.blocks == 1 {
            self.facts = read.facts();
        }
        self.carries.append(&mut read.carries());
    }

    fn tiff(&mut self, file: &[u8]) {
        self.exif(file);
        self.size = Block::read(file).and_then(|block| block.size());
    }

    /// The size of the first picture in the file.
    fn sized(&mut self, width: u32, height: u32) {
        self.size.get_or_insert((width, height));
    }
}
