//! Decoding PNG (W3C PNG 3): every colour type and depth, interlaced or not, and of an animation what a reader without
//! animations shows.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Reader, Transformations};
use zeroize::Zeroizing;

use super::{
    CopyError,
    limits::{fits, room},
    raster::{Points, Raster, Shrinking},
};

/// Bytes of a picture before they are compressed that are read: time, not memory, as they are read row by row. A few kilobytes of
/// file can stand for all of it.
const PLAIN_BYTES: u64 = 800_000_000;
/// What the decoder itself may take for what is not the picture.
const ASIDE_BYTES: usize = 8 << 20;

/// Decodes a PNG file, scaled down.
pub(super) fn decode(file: &[u8]) -> Result<Raster, CopyError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: ASIDE_BYTES });
    // What is left out of a copy is not even read.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(|why| refused(&why))?;
    let (width, height) = header.size();
    let interlaced = header.interlaced;
    // Two rows of up to eight bytes a point while one is undone from the other, the same twice for what was inflated; whole,
    // where it comes in seven passes.
    let row = u64::from(width) * 8;
    fits(file, width, height, if interlaced { row / 2 * u64::from(height) } else { row * 4 })?;
    let mut reader = decoder.read_info().map_err(|why| refused(&why))?;
    let info = reader.info();
    let plain = u64::try_from(info.raw_bytes()).map_err(|_| CopyError::TooLarge)?;
    if plain > PLAIN_BYTES {
        return Err(CopyError::TooLarge);
    }
    let points = match reader.output_color_type() {
        (ColorType::Grayscale, BitDepth::Eight) => Points::Grey,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => Points::GreyAlpha,
        (ColorType::Rgb, BitDepth::Eight) => Points::Rgb,
        (ColorType::Rgba, BitDepth::Eight) => Points::Rgba,
        _ => return Err(CopyError::Damaged),
    };
    let mut shrinking = Shrinking::new(width, height)?;
    if interlaced {
        whole(&mut reader, points, &mut shrinking)?;
    } else {
        while let Some(row) = reader.next_row().map_err(|why| refused(&why))? {
            shrinking.push_points(row.data(), points)?;
            // The rows there are; what follows them, animations among it, is not read.
            if shrinking.is_full() {
                break;
            }
        }
    }
    shrinking.finish()
}

/// A picture in seven passes: put together, then shrunk.
fn whole(
    reader: &mut Reader<Cursor<&[u8]>>,
    points: Points,
    shrinking: &mut Shrinking,
) -> Result<(), CopyError> {
    let (width, height) = reader.info().size();
    let row_bytes = u64::from(width) * points.bytes();
    let stride = usize::try_from(row_bytes).map_err(|_| CopyError::TooLarge)?;
    let mut picture = Zeroizing::new(room(row_bytes * u64::from(height))?);
    reader.next_frame(&mut picture).map_err(|why| refused(&why))?;
    picture.chunks_exact(stride).try_for_each(|row| shrinking.push_points(row, points))
}

fn refused(why: &DecodingError) -> CopyError {
    if matches!(why, DecodingError::LimitsExceeded) { CopyError::TooLarge } else { CopyError::Damaged }
}
