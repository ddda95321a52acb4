//! The copy: decoded, turned upright, scaled down, encoded anew.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    Kind, MediaKind,
    encode::encode,
    jpeg,
    limits::SIDE,
    png,
    raster::{Points, Raster, Shrinking},
    survey,
    upright::upright,
    webp,
};

/// The longest side of a copy, in picture points.
pub const COPY_SIDE: u32 = 2048;
/// No copy is made of a file of more bytes.
pub const ORIGINAL_BYTES: u64 = 96 * 1024 * 1024;

/// Picture points as an operating system's own decoder hands them over, upright: for what this program cannot decode (HEIC),
/// and for a still of a film.
#[derive(Clone)]
pub struct Pixels {
    /// In picture points.
    pub width: u32,
    /// In picture points.
    pub height: u32,
    /// Red, green, blue, alpha, 8 bits each, row by row from the top left, without gaps: `width * height * 4` bytes.
    pub rgba: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[picture points]")
    }
}

/// A copy: a JPEG file with nothing in it but the picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Copied {
    /// The file.
    pub jpeg: Zeroizing<Vec<u8>>,
    /// In picture points.
    pub width: u32,
    /// In picture points.
    pub height: u32,
}

impl fmt::Debug for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[copy of a picture]")
    }
}

/// Why there is no copy. The original can be kept all the same.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyError {
    /// It is no picture.
    #[error("it is no picture")]
    NotAPicture,
    /// A picture of a kind that is not decoded here; the shell's operating system may.
    #[error("pictures of its kind are not read here")]
    NoDecoder,
    /// It is cut short, damaged, or made to do harm.
    #[error("the picture is damaged")]
    Damaged,
    /// The picture has more points than are decoded here, or its file is too long.
    #[error("the picture is too large to be read here")]
    TooLarge,
    /// There is no room in this device's memory.
    #[error("there is not enough memory for the picture")]
    NoMemory,
}

/// Makes the copy of a picture's file: JPEG, PNG or WebP.
///
/// # Errors
/// [`CopyError`], in bounded time and memory whatever the file says of itself.
pub fn copy_of(original: &[u8]) -> Result<Copied, CopyError> {
    let kind = Kind::of(original);
    if kind.kind != MediaKind::Picture {
        return Err(CopyError::NotAPicture);
    }
    if u64::try_from(original.len()).is_ok_and(|bytes| bytes > ORIGINAL_BYTES) {
        return Err(CopyError::TooLarge);
    }
    let raster = calmly(|| match kind.media_type {
        "image/jpeg" => jpeg::decode(original),
        "image/png" => png::decode(original),
        "image/webp" => webp::decode(original),
        _ => Err(CopyError::NoDecoder),
    })?;
    finished(raster, survey(original).facts.orientation.unwrap_or(1))
}

/// Decodes, and takes a decoder's panic for what it is: a picture that it cannot read. They are fuzzed by their authors and here,
/// and still the last thing that somebody writing a report needs is a program that ends.
pub(super) fn calmly(decode: impl FnOnce() -> Result<Raster, CopyError>) -> Result<Raster, CopyError> {
    panic::catch_unwind(AssertUnwindSafe(decode)).unwrap_or(Err(CopyError::Damaged))
}

fn finished(raster: Raster, orientation: u8) -> Result<Copied, CopyError> {
    let Raster { width, height, rgb } = upright(raster, orientation);
    encode(&rgb, width, height)
}

/// Makes a copy of picture points that were decoded elsewhere.
///
/// # Errors
/// [`CopyError::Damaged`] where there are not as many bytes as its size says; [`CopyError::TooLarge`].
pub fn copy_of_pixels(pixels: &Pixels) -> Result<Copied, CopyError> {
    let row = u64::from(pixels.width) * 4;
    let bytes = u64::try_from(pixels.rgba.len()).map_err(|_| CopyError::TooLarge)?;
    if pixels.width.max(pixels.height) > SIDE {
        return Err(CopyError::TooLarge);
    }
    if bytes == 0 || row * u64::from(pixels.height) != bytes {
        return Err(CopyError::Damaged);
    }
    let row = usize::try_from(row).map_err(|_| CopyError::TooLarge)?;
    let mut shrinking = Shrinking::new(pixels.width, pixels.height)?;
    pixels.rgba.chunks_exact(row).try_for_each(|row| shrinking.push_points(row, Points::Rgba))?;
    finished(shrinking.finish()?, 1)
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
