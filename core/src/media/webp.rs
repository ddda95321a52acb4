//! Decoding WebP (RFC 9649): lossy and lossless, and of an animation the first picture.

use std::io::Cursor;

use image_webp::WebPDecoder;
use zeroize::Zeroizing;

use super::{
    CopyError,
    limits::{fits, room},
    raster::{Points, Raster, Shrinking},
};

/// What one byte of a losslessly coded picture can make its decoder take: a Huffman code of eleven bytes makes a table of four
/// kilobytes, and there may be as many codes as a file likes (RFC 9649, 6.2.2; `image-webp` 0.2.4, `huffman.rs`).
const TABLES: u64 = 400;

/// Decodes a WebP file, scaled down.
pub(super) fn decode(file: &[u8]) -> Result<Raster, CopyError> {
    // Lossy pictures inside say sizes of their own, and room is made for them before they are compared with the file's.
    let inside = lossy_points(file);
    let mut decoder = WebPDecoder::new(Cursor::new(file)).map_err(|_| CopyError::Damaged)?;
    let (width, height) = decoder.dimensions();
    let canvas = u64::from(width) * u64::from(height);
    // Bytes a point, at the worst of what the decoder makes: the canvas, the frame, and what is handed out, each with alpha.
    let each = if decoder.is_animated() { 12 } else { 8 };
    let lossless = holds(file, b"VP8L") || holds(file, b"ALPH");
    let tables =
        if lossless { u64::try_from(file.len()).unwrap_or(u64::MAX).saturating_mul(TABLES) } else { 0 };
    // A lossy frame is a point and a half of its own, and an alpha channel is coded as a picture of four bytes a point.
    let alpha = if holds(file, b"ALPH") { canvas.saturating_mul(6) } else { 0 };
    let needed = [canvas.saturating_mul(each), inside.saturating_mul(5), tables, alpha];
    fits(file, width, height, needed.into_iter().fold(0, u64::saturating_add))?;
    let points = if decoder.has_alpha() { Points::Rgba } else { Points::Rgb };
    let mut picture = Zeroizing::new(room(canvas * points.bytes())?);
    decoder.read_image(&mut picture).map_err(|_| CopyError::Damaged)?;
    let mut shrinking = Shrinking::new(width, height)?;
    let row = picture.len() / usize::try_from(height).map_err(|_| CopyError::TooLarge)?;
    picture.chunks_exact(row).try_for_each(|row| shrinking.push_points(row, points))?;
    shrinking.finish()
}

/// Whether these four bytes occur anywhere: whatever a walk over chunks would make of a file that was built to lead it astray.
fn holds(file: &[u8], name: &[u8; 4]) -> bool {
    file.windows(4).any(|four| four == name)
}

/// The most points that anything which looks like a lossy picture says it has (RFC 6386, 9.1): its chunk's name and length, a
/// tag of three bytes, the start code, and width and height in 14 bits each.
fn lossy_points(file: &[u8]) -> u64 {
    let pictures =
        file.windows(18).filter(|head| head.starts_with(b"VP8 ") && head[11..14] == [0x9d, 0x01, 0x2a]);
    let side = |low: u8, high: u8| u64::from(u16::from_le_bytes([low, high]) & 0x3fff);
    pictures.map(|head| side(head[14], head[15]) * side(head[16], head[17])).max().unwrap_or(0)
}
