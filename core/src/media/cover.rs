//! Making a part of a copy unrecognisable: whole coding blocks are painted over, and the picture is encoded anew (ADR 26).

mod blocks;
mod own;
#[cfg(test)]
mod tests;
mod tone;

use self::{blocks::Blocks, tone::Canvas};
use super::{Copied, CopyError, copy::calmly, encode::encode, jpeg, raster::Raster};

/// A part of a copy, in its own picture points from its top left. What lies outside the picture is not counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// From the left edge.
    pub x: u32,
    /// From the upper edge.
    pub y: u32,
    /// In picture points.
    pub width: u32,
    /// In picture points.
    pub height: u32,
}

impl Region {
    /// Whether it holds a point of a picture of this size. Where no region does, there is nothing to cover.
    pub fn touches(&self, width: u32, height: u32) -> bool {
        self.x < width && self.y < height && self.width > 0 && self.height > 0
    }
}

// Where a face is in a picture is nobody's business.
impl std::fmt::Debug for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[region]")
    }
}

/// How a region is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cover {
    /// Blurred: one can see that there was somebody, not who. Of all that was there, at most three tones stay, of 16 steps
    /// for each of red, green and blue.
    Blur,
    /// Cut out: painted over in one colour. Nothing of it is left.
    CutOut,
}

/// A new copy with regions covered, made of a copy that [`super::copy_of`] made.
///
/// A region grows to whole coding blocks of 16 points and one more on each side, so that no coefficient of what is left was
/// ever worked out from a point of it. Regions that touch once they have grown are one: covering a face in small pieces
/// makes no mosaic of it.
///
/// # Errors
/// [`CopyError::Damaged`] where `copy` is no such file, [`CopyError::TooLarge`] where it is larger than one can be; where no region touches the picture, nothing is covered and that is
/// an error as well ([`CopyError::NotAPicture`] is never it): ask [`Region::touches`] first.
pub fn cover(copy: &[u8], regions: &[Region], how: Cover) -> Result<Copied, CopyError> {
    own::check(copy)?;
    let mut picture = calmly(|| jpeg::decode(copy))?;
    if !paint_over(&mut picture, regions, how)? {
        return Err(CopyError::Damaged);
    }
    encode(&picture.rgb, picture.width, picture.height)
}

/// Paints the regions over; whether there was anything to paint.
fn paint_over(picture: &mut Raster, regions: &[Region], how: Cover) -> Result<bool, CopyError> {
    let side = |side: u32| usize::try_from(side).map_err(|_| CopyError::TooLarge);
    let (width, height) = (side(picture.width)?, side(picture.height)?);
    let patches = Blocks::of(regions, width, height).patches();
    let mut canvas = Canvas::new(&mut picture.rgb, width, height).ok_or(CopyError::Damaged)?;
    for patch in &patches {
        match how {
            Cover::Blur => canvas.blur(patch),
            Cover::CutOut => canvas.cut_out(patch),
        }
    }
    Ok(!patches.is_empty())
}
