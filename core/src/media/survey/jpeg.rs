//! The segments of a JPEG file (ITU-T T.81, annex B), and what makers put into them.

use super::{
    Carried, Found,
    numbers::{be_u16, holds, piece},
    trailer,
};

const START: u8 = 0xD8;
const END: u8 = 0xD9;

pub(super) fn look_through(file: &[u8], found: &mut Found) {
    if let Some(end) = picture(file, found) {
        trailer::look_through(file.get(end..).unwrap_or_default(), found);
    }
}

/// Looks through one picture, and gives back where it ends; none where it is cut short.
pub(super) fn picture(file: &[u8], found: &mut Found) -> Option<usize> {
    let mut at = 2;
    loop {
        // Between markers there are only the coded picture points, in which no marker can stand.
        at += file.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        at += file.get(at..)?.iter().position(|byte| *byte != 0xFF)?;
        let marker = *file.get(at)?;
        at += 1;
        match marker {
            // A stuffed byte, a marker without a segment, a restart.
            0x00 | 0x01 | 0xD0..=0xD7 | START => continue,
            END => return Some(at),
            _ => {}
        }
        let length = usize::from(be_u16(file, at)?);
        segment(marker, piece(file, at + 2, length.saturating_sub(2)), found);
        at += length.max(2);
    }
}

fn segment(marker: u8, data: &[u8], found: &mut Found) {
    match marker {
        // SOF0 to SOF15 without DHT, JPG and DAC.
        0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
            if let (Some(height), Some(width)) = (be_u16(data, 1), be_u16(data, 3)) {
                found.sized(width.into(), height.into());
            }
        }
        0xE0 => app0(data, found),
        0xE1 => app1(data, found),
        0xE2 => app2(data, found),
        0xED => app13(data, found),
        // Adobe's, which says how the colours are coded.
        0xEE if data.starts_with(b"Adobe") => {}
        0xE3..=0xEF => found.carries(Carried::Vendor),
        // COM.
        0xFE => found.carries(Carried::Text),
        _ => {}
    }
}

/// JFIF, with a thumbnail where its last two numbers are not nought (JFIF 1.02), or its extension, which is one.
fn app0(data: &[u8], found: &mut Found) {
    if data.starts_with(b"JFIF\0") {
        if data.get(12..14).is_some_and(|size| !size.contains(&0)) {
            found.carries(Carried::Thumbnail);
        }
    } else if data.starts_with(b"JFXX\0") {
        found.carries(Carried::Thumbnail);
    } else {
        found.carries(Carried::Vendor);
    }
}

/// EXIF; XMP (part 3, section 1.1.3), which can hold a depth map or the picture before it was edited in base 64.
fn app1(data: &[u8], found: &mut Found) {
    if let Some(block) = data.strip_prefix(b"Exif\0") {
        found.exif(block.get(1..).unwrap_or_default());
    } else if data.starts_with(b"http://ns.adobe.com/x") {
        found.carries(Carried::Xmp);
        if [b"GDepth:Data".as_slice(), b"GImage:Data"].iter().any(|name| holds(data, name)) {
            found.carries(Carried::FurtherPictures);
        }
    } else {
        found.carries(Carried::Vendor);
    }
}

/// An ICC profile (ICC.1, annex B.4), or the list of a multi-picture file (CIPA DC-007).
fn app2(data: &[u8], found: &mut Found) {
    found.carries(if data.starts_with(b"ICC_PROFILE\0") {
        Carried::ColourProfile
    } else if data.starts_with(b"MPF\0") {
        Carried::FurtherPictures
    } else {
        Carried::Vendor
    });
}

/// Photoshop's resources: IPTC is number 0x0404, a thumbnail 0x0409 or 0x040C.
fn app13(data: &[u8], found: &mut Found) {
    let has = |number: [u8; 2]| holds(data, &[b"8BIM".as_slice(), &number].concat());
    let (iptc, thumbnail) = (has([4, 4]), has([4, 9]) || has([4, 12]));
    if iptc {
        found.carries(Carried::Iptc);
    }
    if thumbnail {
        found.carries(Carried::Thumbnail);
    }
    if !iptc && !thumbnail {
        found.carries(Carried::Vendor);
    }
}
