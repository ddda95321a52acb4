//! PNG and WebP.

use super::*;

fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length, kind.as_slice(), data, b"CRC_"].concat()
}

fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    let head = png_chunk(b"IHDR", b"\0\0\x02\x80\0\0\x01\xE0\x08\x02\0\0\0");
    let rest = [png_chunk(b"pHYs", &[0; 9]), png_chunk(b"IDAT", b"x"), png_chunk(b"IEND", b"")].concat();
    [b"\x89PNG\r\n\x1a\n".as_slice(), &head, &chunks.concat(), &rest].concat()
}

fn webp_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    [kind.as_slice(), &length, data, &vec![0; data.len() % 2]].concat()
}

fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    let chunks = chunks.concat();
    let length = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
    [b"RIFF".as_slice(), &length, b"WEBP", &chunks].concat()
}

/// 640 x 480 points.
fn vp8x() -> Vec<u8> {
    webp_chunk(b"VP8X", b"\0\0\0\0\x7f\x02\0\xdf\x01\0")
}

#[test]
fn each_chunk_of_a_png_is_named() {
    assert_eq!(survey(&png(&[])), Survey { size: Some((640, 480)), ..Survey::default() });
    for (kind, data, carried) in [
        (b"tEXt", b"Comment\0hello".as_slice(), Carried::Text),
        (b"zTXt", b"Comment\0\0x", Carried::Text),
        (b"iTXt", b"Comment\0\0\0\0\0hello", Carried::Text),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>", Carried::Xmp),
        (b"zTXt", b"Raw profile type iptc\0\0x", Carried::Iptc),
        (b"tEXt", b"Raw profile type exif\0x", Carried::Text),
        (b"tIME", &[0; 7], Carried::Time),
        (b"iCCP", b"screen\0\0x", Carried::ColourProfile),
        (b"acTL", &[0; 8], Carried::FurtherPictures),
        (b"caBX", b"x", Carried::Vendor),
    ] {
        assert_eq!(carries(&png(&[png_chunk(kind, data)])), [carried], "{kind:?}");
    }
    assert_eq!(survey(&png(&[png_chunk(b"eXIf", EXIF)])).facts.orientation, Some(6));
    assert_eq!(carries(&[png(&[]), b"more".to_vec()].concat()), [Carried::Trailing]);
    assert_eq!(carries(&[png(&[]), FILM.to_vec()].concat()), [Carried::Film]);
}

#[test]
fn each_chunk_of_a_webp_is_named() {
    assert_eq!(survey(&webp(&[vp8x()])), Survey { size: Some((640, 480)), ..Survey::default() });
    for (kind, carried) in [
        (b"XMP ", Carried::Xmp),
        (b"ICCP", Carried::ColourProfile),
        (b"what", Carried::Vendor),
        (b"EXIF", Carried::Vendor),
    ] {
        assert_eq!(carries(&webp(&[vp8x(), webp_chunk(kind, b"odd")])), [carried], "{kind:?}");
    }
    let frame = webp_chunk(b"ANMF", b"frame");
    assert_eq!(carries(&webp(&[vp8x(), frame.clone()])), []);
    assert_eq!(carries(&webp(&[vp8x(), frame.clone(), frame])), [Carried::FurtherPictures]);
    for head in [b"".as_slice(), b"Exif\0\0"] {
        let exif = webp_chunk(b"EXIF", &[head, EXIF].concat());
        assert_eq!(survey(&webp(&[vp8x(), exif])).facts.orientation, Some(6));
    }
    assert_eq!(carries(&[webp(&[vp8x()]), b"more".to_vec()].concat()), [Carried::Trailing]);
}

#[test]
fn a_webp_without_an_extended_head_has_a_size() {
    let lossy = webp_chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a\x80\x02\xe0\x01");
    assert_eq!(survey(&webp(&[lossy])).size, Some((640, 480)));
    // 639 and 479 in fourteen bits each.
    let bits = (639_u32 | 479 << 14).to_le_bytes();
    let lossless = webp_chunk(b"VP8L", &[b"\x2f".as_slice(), &bits].concat());
    assert_eq!(survey(&webp(&[lossless])).size, Some((640, 480)));
}

#[test]
fn p11_lengths_past_the_end_end_the_walk() {
    let mut long = png(&[png_chunk(b"tEXt", b"Comment\0hello")]);
    long[33..37].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(carries(&long), [Carried::Text]);
    let mut long = webp(&[vp8x(), webp_chunk(b"XMP ", b"x")]);
    long[34..38].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(carries(&long), [Carried::Xmp]);
}

#[test]
fn p11_no_beginning_and_no_changed_byte_breaks_them() {
    p11_whatever_is_changed(&[png(&[png_chunk(b"eXIf", EXIF)]), FILM.to_vec()].concat());
    p11_whatever_is_changed(&webp(&[vp8x(), webp_chunk(b"EXIF", EXIF)]));
}
