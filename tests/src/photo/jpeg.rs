//! JPEG files put together of their parts: the picture, the segments before it, and what lies behind its end.

use jpeg_encoder::{ColorType, Encoder, QuantizationTableType, SamplingFactor};

use super::scene::Scene;

/// How a picture is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As most phones do: one scan, colours at half the points.
    Baseline,
    /// In several scans, each finer.
    Progressive,
    /// With marks to begin anew at.
    Restarts,
    /// Without colours.
    Grey,
    /// In four inks.
    Cmyk,
    /// In four inks, three of them as brightness and colours.
    Ycck,
    /// Colours at all points.
    FullColour,
}

/// The file of a picture without anything else: no JFIF header either, as phones write none.
///
/// # Panics
/// Where the scene is larger than a JPEG can be.
pub fn bare(scene: &Scene, coding: Coding) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 85);
    encoder.set_quantization_tables(own_table(21), own_table(23));
    encoder.set_sampling_factor(match coding {
        Coding::Baseline | Coding::Progressive | Coding::Restarts => SamplingFactor::R_4_2_0,
        _ => SamplingFactor::R_4_4_4,
    });
    encoder.set_progressive(coding == Coding::Progressive);
    if coding == Coding::Restarts {
        encoder.set_restart_interval(7);
    }
    let (points, colours) = match coding {
        Coding::Grey => (scene.grey(), ColorType::Luma),
        Coding::Cmyk => (scene.cmyk(), ColorType::Cmyk),
        Coding::Ycck => (scene.cmyk(), ColorType::CmykAsYcck),
        _ => (scene.rgb.clone(), ColorType::Rgb),
    };
    let (width, height) = (side(scene.width), side(scene.height));
    encoder.encode(&points, width, height, colours).expect("a scene of this size can be coded");
    without_jfif(file)
}

/// A table of no standard and of no other encoder: quantisation tables tell cameras apart, so a copy must not have them.
fn own_table(first: u16) -> QuantizationTableType {
    let mut table = [0; 64];
    for (place, value) in (0_u16..).zip(&mut table) {
        *value = first + (place * 37 + first) % 11;
    }
    QuantizationTableType::Custom(Box::new(table))
}

fn without_jfif(file: Vec<u8>) -> Vec<u8> {
    let jfif = file.get(2..4) == Some(&[0xFF, 0xE0]);
    let after = if jfif { 4 + usize::from(u16::from_be_bytes([file[4], file[5]])) } else { 2 };
    [&file[..2], &file[after..]].concat()
}

/// One segment.
///
/// # Panics
/// Where the content is longer than a segment can be.
pub fn segment(marker: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u16::try_from(content.len() + 2).expect("a segment holds at most 65,533 bytes");
    [&[0xFF, marker][..], &length.to_be_bytes(), &content].concat()
}

/// The file with segments right after its start.
pub fn with_segments(file: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    [&file[..2], &segments.concat(), &file[2..]].concat()
}

/// APP1 with an EXIF block.
pub fn exif(tiff: &[u8]) -> Vec<u8> {
    segment(0xE1, &[b"Exif\0\0", tiff])
}

/// APP1 with XMP (XMP specification, part 3, 1.1.3).
pub fn xmp(packet: &str) -> Vec<u8> {
    segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()])
}

/// The further APP1 segments of XMP that is longer than one holds (XMP specification, part 3, 1.1.3.1).
///
/// # Panics
/// Where it is longer than 4 GB.
pub fn extended_xmp(guid: &str, packet: &str) -> Vec<Vec<u8>> {
    let whole = u32::try_from(packet.len()).expect("four bytes hold its length").to_be_bytes();
    let mut offset = 0_u32;
    let mut segments = Vec::new();
    for part in packet.as_bytes().chunks(65_000) {
        let head: [&[u8]; 2] = [b"http://ns.adobe.com/xmp/extension/\0", guid.as_bytes()];
        segments.push(segment(0xE1, &[head[0], head[1], &whole, &offset.to_be_bytes(), part]));
        offset += u32::try_from(part.len()).expect("a part is short");
    }
    segments
}

/// APP2 segments with a colour profile (ICC.1:2010, B.4).
///
/// # Panics
/// Where it fills more segments than can be counted.
pub fn icc(profile: &[u8]) -> Vec<Vec<u8>> {
    let parts: Vec<_> = profile.chunks(60_000).collect();
    let count = u8::try_from(parts.len()).expect("at most 255 parts");
    (1..=count)
        .zip(parts)
        .map(|(number, part)| segment(0xE2, &[b"ICC_PROFILE\0", &[number, count], part]))
        .collect()
}

/// APP13 with what Photoshop keeps: named blocks, of which 0x0404 is IPTC and 0x040C a thumbnail.
///
/// # Panics
/// Where a block is longer than 4 GB.
pub fn photoshop(blocks: &[(u16, &[u8])]) -> Vec<u8> {
    let mut content = b"Photoshop 3.0\0".to_vec();
    for (id, block) in blocks {
        content.extend_from_slice(b"8BIM");
        content.extend_from_slice(&id.to_be_bytes());
        content.extend_from_slice(&[0, 0]);
        content.extend_from_slice(&u32::try_from(block.len()).expect("four bytes hold it").to_be_bytes());
        content.extend_from_slice(block);
        content.resize(content.len().next_multiple_of(2), 0);
    }
    segment(0xED, &[&content])
}

/// One IPTC value (IPTC-IIM 4.2): record 2, the application's.
pub fn iptc(dataset: u8, text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("an IPTC text is short").to_be_bytes();
    [&[0x1C, 2, dataset][..], &length, text.as_bytes()].concat()
}

/// The file with further pictures behind its end, and the APP2 that lists them (CIPA DC-007). Segments go before that.
///
/// # Panics
/// Where it grows past 4 GB.
pub fn multi_picture(file: &[u8], segments: &[Vec<u8>], further: &[&[u8]]) -> Vec<u8> {
    let before = segments.concat();
    let count = further.len() + 1;
    // 4 letters, the TIFF header, a directory of three entries, and 16 bytes a picture.
    let length = 4 + 8 + 2 + 3 * 12 + 4 + 16 * count;
    let first = file.len() + before.len() + length + 4;
    let mut list = b"MPF\0MM\0\x2A\0\0\0\x08\0\x03".to_vec();
    let entry = |tag: u16, kind: u16, count: usize, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &long(count), &value].concat()
    };
    list.extend(entry(0xB000, 7, 4, *b"0100"));
    list.extend(entry(0xB001, 4, 1, long(count)));
    list.extend(entry(0xB002, 7, 16 * count, long(8 + 2 + 36 + 4)));
    list.extend([0; 4]);
    list.extend([&[0x20, 3, 0, 0][..], &long(first), &long(0), &[0; 4]].concat());
    // Offsets count from the TIFF header, which lies behind SOI, what is before, marker, length and four letters.
    let from = 2 + before.len() + 4 + 4;
    let mut at = first;
    for picture in further {
        list.extend([&[0, 0, 0, 0][..], &long(picture.len()), &long(at - from), &[0; 4]].concat());
        at += picture.len();
    }
    assert_eq!(list.len(), length, "the list is as long as was counted");
    let whole = [&file[..2], &before, &segment(0xE2, &[&list]), &file[2..]].concat();
    [&whole, &further.concat()[..]].concat()
}

fn long(value: usize) -> [u8; 4] {
    u32::try_from(value).expect("a file of the suites is short").to_be_bytes()
}

fn side(value: u32) -> u16 {
    u16::try_from(value).expect("a JPEG has at most 65,535 points a side")
}
