//! JPEG.

use super::*;

/// A segment.
fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], length.as_slice(), data].concat()
}

/// A JPEG's skeleton with segments before the picture: 640 x 480 points, and coded ones with a stuffed byte and a restart.
fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    let jfif = segment(0xE0, b"JFIF\0\x01\x01\0\0\x48\0\x48\0\0");
    let frame = segment(0xC0, b"\x08\x01\xE0\x02\x80\x01\x01\x11\0");
    let scan = segment(0xDA, b"\x01\x01\0\0\x3F\0");
    let coded = b"\x12\xFF\0\x34\xFF\xD0\x56";
    [b"\xFF\xD8".as_slice(), &jfif, &segments.concat(), &frame, &scan, coded, b"\xFF\xD9"].concat()
}

fn exif() -> Vec<u8> {
    segment(0xE1, &[b"Exif\0\0", EXIF].concat())
}

#[test]
fn a_bare_picture_carries_nothing() {
    let said = survey(&jpeg(&[]));
    assert_eq!(said, Survey { size: Some((640, 480)), ..Survey::default() });
    assert_eq!(carries(&jpeg(&[segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01")])), []);
}

#[test]
fn exif_is_read() {
    assert_eq!(survey(&jpeg(&[exif()])).facts.orientation, Some(6));
}

#[test]
fn each_segment_is_named() {
    let iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x05\x1c\x02\x78\0\0";
    for (marker, data, kind) in [
        (0xE0, b"JFXX\0\x10".as_slice(), Carried::Thumbnail),
        (0xE0, b"JFIF\0\x01\x01\0\0\x48\0\x48\x02\x02", Carried::Thumbnail),
        (0xE0, b"AVI1\0", Carried::Vendor),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>", Carried::Xmp),
        (0xE1, b"http://ns.adobe.com/xmp/extension/\0abc", Carried::Xmp),
        (0xE1, b"FLIR\0", Carried::Vendor),
        (0xE2, b"ICC_PROFILE\0\x01\x01", Carried::ColourProfile),
        (0xE2, b"MPF\0MM\0\x2a", Carried::FurtherPictures),
        (0xE2, b"FPXR\0", Carried::Vendor),
        (0xE5, b"Example\0", Carried::Vendor),
        (0xEB, b"JP\0\x01", Carried::Vendor),
        (0xED, iptc, Carried::Iptc),
        (0xED, b"Photoshop 3.0\x008BIM\x04\x0c\0\0", Carried::Thumbnail),
        (0xED, b"Photoshop 3.0\x008BIM\x03\xed\0\0", Carried::Vendor),
        (0xEE, b"Example", Carried::Vendor),
        (0xFE, b"hello", Carried::Text),
        (0xE1, b"Exif\0\0no TIFF structure", Carried::Vendor),
    ] {
        assert_eq!(carries(&jpeg(&[segment(marker, data)])), [kind], "{marker:x} {data:?}");
    }
}

#[test]
fn a_depth_map_in_xmp_is_a_further_picture() {
    let depth = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<GDepth:Data>/9j/</GDepth:Data>");
    assert_eq!(carries(&jpeg(&[depth])), [Carried::Xmp, Carried::FurtherPictures]);
}

#[test]
fn what_lies_after_the_end_is_named() {
    let after = |rest: &[&[u8]]| carries(&[jpeg(&[]), rest.concat()].concat());
    assert_eq!(after(&[b"hello"]), [Carried::Trailing]);
    assert_eq!(after(&[b"PK\x03\x04 a ZIP as well"]), [Carried::Trailing]);
    assert_eq!(after(&[&[0; 9]]), [], "padding says nothing");
    assert_eq!(after(&[FILM]), [Carried::Film]);
    assert_eq!(after(&[&[0; 9], FILM]), [Carried::Film]);
    assert_eq!(after(&[b"junk", FILM]), [Carried::Film, Carried::Trailing]);
    assert_eq!(
        after(&[b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data", FILM, b"SEFHxSEFT"]),
        [Carried::Film, Carried::Vendor]
    );
    assert_eq!(after(&[&jpeg(&[])]), [Carried::FurtherPictures]);
    assert_eq!(after(&[&[0; 7], &jpeg(&[]), FILM]), [Carried::Film, Carried::FurtherPictures]);
    assert_eq!(after(&[&jpeg(&[]), b"rest"]), [Carried::FurtherPictures, Carried::Trailing]);
}

#[test]
fn a_further_picture_is_looked_through_too_but_its_facts_are_not_the_pictures() {
    let second = jpeg(&[segment(0xFE, b"hello"), exif()]);
    let said = survey(&[jpeg(&[]), second.clone()].concat());
    assert_eq!(said.carries, [Carried::Text, Carried::FurtherPictures]);
    assert_eq!(said.size, Some((640, 480)));
    let turned_back = [b"Exif\0\0", EXIF].concat().into_iter().map(|byte| if byte == 6 { 3 } else { byte });
    let first = jpeg(&[segment(0xE1, &turned_back.collect::<Vec<_>>())]);
    assert_eq!(survey(&[first, second].concat()).facts.orientation, Some(3));
}

#[test]
fn only_so_many_blocks_of_exif_are_read() {
    let said = survey(&jpeg(&vec![exif(); BLOCKS + 1]));
    assert_eq!((said.facts.orientation, said.carries), (Some(6), vec![Carried::Vendor]));
}

#[test]
fn p11_a_million_segments_and_a_length_past_the_end_are_walked_through() {
    let empty = [0xFF, 0xE5, 0, 2].repeat(1 << 20);
    assert_eq!(carries(&[b"\xFF\xD8".as_slice(), &empty].concat()), [Carried::Vendor]);
    let nought = [0xFF, 0xFE, 0, 0].repeat(1000);
    assert_eq!(carries(&[b"\xFF\xD8".as_slice(), &nought].concat()), [Carried::Text]);
    assert_eq!(carries(b"\xFF\xD8\xFF\xFE\xFF\xFFcut"), [Carried::Text]);
}

#[test]
fn p11_no_beginning_and_no_changed_byte_breaks_it() {
    let mpf = segment(0xE2, b"MPF\0MM\0\x2a");
    p11_whatever_is_changed(&[jpeg(&[exif(), mpf]), jpeg(&[]), FILM.to_vec()].concat());
}
