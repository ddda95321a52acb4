//! Turning a picture upright, by what its file says of the camera's hold (EXIF 2.32, tag 0x0112).

use zeroize::Zeroizing;

use super::raster::Raster;

/// The picture as its eight orientations ask: 1 and anything unknown leave it as it is.
pub(super) fn upright(picture: Raster, orientation: u8) -> Raster {
    // Where the left edge and the upper edge of the upright picture lie in the one that was stored.
    let (mirrored, turned_over, sides_change) = match orientation {
        2 => (true, false, false),
        3 => (true, true, false),
        4 => (false, true, false),
        5 => (false, false, true),
        6 => (false, true, true),
        7 => (true, true, true),
        8 => (true, false, true),
        _ => return picture,
    };
    let Raster { width, height, rgb } = picture;
    let (Ok(wide), Ok(high)) = (usize::try_from(width), usize::try_from(height)) else {
        return Raster { width, height, rgb };
    };
    let (new_wide, new_high) = if sides_change { (high, wide) } else { (wide, high) };
    let mut turned = Zeroizing::new(Vec::with_capacity(rgb.len()));
    for y in 0..new_high {
        for x in 0..new_wide {
            let (x, y) = if sides_change { (y, x) } else { (x, y) };
            let x = if mirrored { wide - 1 - x } else { x };
            let y = if turned_over { high - 1 - y } else { y };
            let at = (y * wide + x) * 3;
            turned.extend_from_slice(&rgb[at..at + 3]);
        }
    }
    let (width, height) = if sides_change { (height, width) } else { (width, height) };
    Raster { width, height, rgb: turned }
}
