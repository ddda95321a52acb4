//! The chunks of a PNG file (W3C PNG, third edition).

use super::{
    Carried, Found,
    numbers::{be_length, be_u32, piece},
    trailer,
};

const SIGNATURE: usize = 8;
/// Length, type and check sum.
const AROUND: usize = 12;

pub(super) fn look_through(file: &[u8], found: &mut Found) {
    let mut at = SIGNATURE;
    while let (Some(length), Some(kind)) = (be_length(file, at), file.get(at + 4..at + 8)) {
        let data = piece(file, at + 8, length);
        let next = length.saturating_add(at + AROUND);
        if kind == b"IEND" {
            return trailer::look_through(file.get(next..).unwrap_or_default(), found);
        }
        chunk(kind, data, found);
        if next > file.len() {
            return;
        }
        at = next;
    }
}

fn chunk(kind: &[u8], data: &[u8], found: &mut Found) {
    match kind {
        b"IHDR" => {
            if let (Some(width), Some(height)) = (be_u32(data, 0), be_u32(data, 4)) {
                found.sized(width, height);
            }
        }
        // What shows the picture, and in which colours and at which size.
        b"PLTE" | b"IDAT" | b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"cICP" | b"mDCV" | b"cLLI" | b"sBIT"
        | b"bKGD" | b"hIST" | b"pHYs" => {}
        b"eXIf" => found.exif(data),
        b"tIME" => found.carries(Carried::Time),
        b"iCCP" => found.carries(Carried::ColourProfile),
        b"tEXt" | b"zTXt" | b"iTXt" => found.carries(text(data)),
        b"acTL" | b"fcTL" | b"fdAT" => found.carries(Carried::FurtherPictures),
        _ => found.carries(Carried::Vendor),
    }
}

/// By its keyword. ImageMagick's raw profiles are whole blocks of EXIF, IPTC or XMP in hexadecimal; they are not read.
fn text(data: &[u8]) -> Carried {
    let profile = |names: &[&[u8]]| names.iter().any(|name| data.starts_with(name));
    if profile(&[b"XML:com.adobe.xmp\0", b"Raw profile type xmp\0"]) {
        Carried::Xmp
    } else if profile(&[b"Raw profile type iptc\0", b"Raw profile type 8bim\0"]) {
        Carried::Iptc
    } else if profile(&[b"Raw profile type icc\0", b"Raw profile type icm\0"]) {
        Carried::ColourProfile
    } else {
        Carried::Text
    }
}
