//! The chunks of a WebP file (RFC 9649).

use super::{
    Carried, Found,
    numbers::{le_u16, le_u32, piece},
    trailer,
};

/// `RIFF`, the length of all that follows, `WEBP`.
const HEAD: usize = 12;
/// Type and length.
const CHUNK_HEAD: usize = 8;

pub(super) fn look_through(file: &[u8], found: &mut Found) {
    let claimed = le_u32(file, 4).and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    let end = claimed.saturating_add(8).min(file.len());
    let chunks = piece(file, 0, end);
    let mut at = HEAD;
    let mut frames = 0;
    while let Some(kind) = chunks.get(at..at + 4) {
        let Some(length) = le_u32(chunks, at + 4).and_then(|length| usize::try_from(length).ok()) else {
            break;
        };
        chunk(kind, piece(chunks, at + CHUNK_HEAD, length), found);
        frames += usize::from(kind == b"ANMF");
        // A chunk of an odd length is followed by one more byte.
        at = length.saturating_add(length % 2).saturating_add(at + CHUNK_HEAD).min(end);
    }
    if frames > 1 {
        found.carries(Carried::FurtherPictures);
    }
    trailer::look_through(file.get(end..).unwrap_or_default(), found);
}

fn chunk(kind: &[u8], data: &[u8], found: &mut Found) {
    match kind {
        b"VP8X" => {
            if let (Some(width), Some(height)) = (le_u24(data, 4), le_u24(data, 7)) {
                found.sized(width + 1, height + 1);
            }
        }
        b"VP8 " => {
            // Three bytes of the frame's head, three of a start code, then 14 bits each (RFC 6386, section 9.1).
            if let (Some(width), Some(height)) = (le_u16(data, 6), le_u16(data, 8)) {
                found.sized(u32::from(width & 0x3FFF), u32::from(height & 0x3FFF));
            }
        }
        b"VP8L" => {
            // A signature byte, then 14 bits each, both one less than they are.
            if let Some(bits) = le_u32(data, 1) {
                found.sized((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
            }
        }
        b"ALPH" | b"ANIM" | b"ANMF" => {}
        // Some programs put the head of a JPEG's segment before it.
        b"EXIF" => found.exif(data.strip_prefix(b"Exif\0\0").unwrap_or(data)),
        b"XMP " => found.carries(Carried::Xmp),
        b"ICCP" => found.carries(Carried::ColourProfile),
        _ => found.carries(Carried::Vendor),
    }
}

fn le_u24(data: &[u8], at: usize) -> Option<u32> {
    let [low, middle, high] = *data.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes([low, middle, high, 0]))
}
