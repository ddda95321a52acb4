//! Encoding a copy: a JPEG file with nothing in it but the picture.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zeroize::Zeroizing;

use super::{Copied, CopyError};

/// About how long a copy is at most, in bytes.
pub(super) const COPY_BYTES: usize = 300_000;
/// JPEG qualities that are tried, the best first; the first that keeps within [`COPY_BYTES`] is taken, and the last whatever it
/// gives: below it a face in the distance is four blocks.
const QUALITIES: [u8; 5] = [85, 77, 68, 58, 46];

/// Encodes picture points, red, green and blue of 8 bits each without gaps, as a copy.
///
/// # Errors
/// [`CopyError::Damaged`] where there are not as many bytes as the size says, or none; [`CopyError::TooLarge`] where a side
/// is more than the format can say, 65,535.
pub(super) fn encode(rgb: &[u8], width: u32, height: u32) -> Result<Copied, CopyError> {
    let sides = (u16::try_from(width), u16::try_from(height));
    let (Ok(wide), Ok(high)) = sides else { return Err(CopyError::TooLarge) };
    if rgb.is_empty() || rgb.len() != usize::from(wide) * usize::from(high) * 3 {
        return Err(CopyError::Damaged);
    }
    let mut jpeg = Zeroizing::new(Vec::new());
    for quality in QUALITIES {
        jpeg = Zeroizing::new(Vec::with_capacity(COPY_BYTES));
        let mut encoder = Encoder::new(&mut *jpeg, quality);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        encoder.encode(rgb, wide, high, ColorType::Rgb).map_err(|_| CopyError::Damaged)?;
        if jpeg.len() <= COPY_BYTES {
            break;
        }
    }
    Ok(Copied { jpeg, width, height })
}
