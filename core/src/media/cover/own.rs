//! Whether a file is a copy as this program makes them, by its head alone.

use super::super::{COPY_SIDE, CopyError};

/// No copy is longer: noise of the largest size takes a quarter of it.
const BYTES: usize = 8 * 1024 * 1024;

/// That a file is a JPEG of a copy's size, with no segment before its first scan but those that a copy has (ITU-T T.81, B.1.1.3):
/// a larger one would be scaled down when it is read, and regions would cover something else.
///
/// # Errors
/// [`CopyError::Damaged`], [`CopyError::TooLarge`].
pub(super) fn check(file: &[u8]) -> Result<(), CopyError> {
    if file.len() > BYTES {
        return Err(CopyError::TooLarge);
    }
    let mut rest = file.strip_prefix(&[0xFF, 0xD8]).ok_or(CopyError::Damaged)?;
    let mut has_size = false;
    loop {
        let (&[mark, kind, high, low], body) = rest.split_first_chunk().ok_or(CopyError::Damaged)?;
        let length = usize::from(u16::from_be_bytes([high, low])).checked_sub(2).ok_or(CopyError::Damaged)?;
        let (segment, after) = body.split_at_checked(length).ok_or(CopyError::Damaged)?;
        match (mark, kind) {
            // Frame: precision, height, width (B.2.2).
            (0xFF, 0xC0 | 0xC2) => match *segment {
                [8, a, b, c, d, ..] => {
                    let sides = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])].map(u32::from);
                    if sides.iter().any(|side| *side > COPY_SIDE) {
                        return Err(CopyError::TooLarge);
                    }
                    has_size = true;
                }
                _ => return Err(CopyError::Damaged),
            },
            // JFIF's own, tables of quantisation, of Huffman codes.
            (0xFF, 0xE0 | 0xDB | 0xC4) => {}
            (0xFF, 0xDA) if has_size => return Ok(()),
            _ => return Err(CopyError::Damaged),
        }
        rest = after;
    }
}
