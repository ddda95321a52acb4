//! What may stand in a picture's file beside the picture, each with bytes that occur nowhere else.

use chrono::{DateTime, FixedOffset};
use turnstone_wire::body::Position;

use super::{
    PhoneExif,
    jpeg::{self, Coding},
    scene::Scene,
};
use crate::draw::Draw;

/// What a phone of this make writes; the place and the time are those of the demo.
pub fn phone(make: &str, model: &str) -> PhoneExif {
    PhoneExif { make: make.to_owned(), model: model.to_owned(), ..PhoneExif::demo() }
}

/// Far in the south and west, in winter.
///
/// # Panics
/// Never: a fixed place and a fixed moment.
pub fn far_away(make: &str, model: &str) -> PhoneExif {
    PhoneExif {
        position: Position::new(-54.2811, -36.5092).expect("a fixed place"),
        taken: DateTime::<FixedOffset>::parse_from_rfc3339("2026-07-09T06:05:04-02:00")
            .expect("a fixed moment"),
        img_direction_deg: 300.25,
        ..phone(make, model)
    }
}

/// Bytes of no meaning, other ones for each name.
pub fn noise(name: &str, count: usize) -> Vec<u8> {
    let seed = name.bytes().fold(7_u64, |seed, byte| seed.wrapping_mul(131).wrapping_add(u64::from(byte)));
    Draw::of(seed).bytes(count)
}

/// Words that are looked for.
pub fn words(name: &str) -> String {
    format!("planted {name}: taken from the old pier, handset 35-209900-176148-1")
}

/// A maker's notes: what they begin with, and what only the maker can read.
pub fn notes(head: &[u8]) -> Vec<u8> {
    [head, words("notes").as_bytes(), &noise("notes", 900)].concat()
}

/// A small picture of the picture.
pub fn thumbnail(seed: u64) -> Vec<u8> {
    jpeg::bare(&Scene::new(160, 120, seed), Coding::Baseline)
}

/// A thumbnail that has an EXIF block of its own, with a place.
pub fn thumbnail_with_exif(seed: u64) -> Vec<u8> {
    let block = super::exif_block::ExifBlock::of(&far_away("Example", "Thumbnail"));
    jpeg::with_segments(&thumbnail(seed), &[jpeg::exif(&block.to_tiff())])
}

/// XMP with these properties, as attributes of its one description.
pub fn xmp(properties: &str) -> String {
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" \
         xmlns:GCamera=\"http://ns.google.com/photos/1.0/camera/\" \
         xmlns:GDepth=\"http://ns.google.com/photos/1.0/depthmap/\" \
         xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\" \
         xmlns:HDRGainMap=\"http://ns.apple.com/HDRGainMap/1.0/\" \
         xmlns:drone-dji=\"http://www.dji.com/drone-dji/1.0/\" {properties}/></rdf:RDF></x:xmpmeta>\
         <?xpacket end=\"w\"?>"
    )
}

/// A film of the kind that motion photos have: the boxes of an MP4 file (ISO 14496-12), and noise in place of its pictures.
///
/// # Panics
/// Never: it is short.
pub fn film() -> Vec<u8> {
    let place = b"\0\0\0\x22\xa9xyz\0\x12\x15\xc7+50.6065-001.9480/";
    [
        boxed(b"ftyp", b"isom\0\0\x02\0isommp42"),
        boxed(b"moov", &boxed(b"udta", &[&place[..], &[0; 4]].concat())),
        boxed(b"mdat", &noise("film", 20_000)),
    ]
    .concat()
}

/// One box of ISO 14496-12.
///
/// # Panics
/// Where it is longer than 4 GB.
pub fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).expect("a box of the suites is short");
    [&length.to_be_bytes()[..], name, content].concat()
}

/// A colour profile that names a device (ICC.1:2010, 7.2): a header and two texts.
///
/// # Panics
/// Never: it is short.
pub fn profile() -> Vec<u8> {
    let text = |text: &str| [b"text\0\0\0\0", text.as_bytes(), b"\0"].concat();
    let description = text(&words("profile"));
    let copyright = text("nobody");
    let from = 128 + 4 + 2 * 12;
    let mut profile = vec![0; 128];
    profile[4..8].copy_from_slice(b"Exmp");
    profile[8..12].copy_from_slice(&[4, 0x30, 0, 0]);
    profile[12..24].copy_from_slice(b"mntrRGB XYZ ");
    profile[24..36].copy_from_slice(&[7, 234, 0, 5, 0, 3, 0, 20, 0, 10, 0, 0]);
    profile[36..44].copy_from_slice(b"acspEXMP");
    profile[48..52].copy_from_slice(b"HndS");
    profile[68..80].copy_from_slice(&[0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D]);
    profile.extend([0, 0, 0, 2]);
    for (tag, at, length) in
        [(b"desc", from, description.len()), (b"cprt", from + description.len(), copyright.len())]
    {
        profile.extend(tag);
        profile.extend(u32::try_from(at).expect("short").to_be_bytes());
        profile.extend(u32::try_from(length).expect("short").to_be_bytes());
    }
    profile.extend(description);
    profile.extend(copyright);
    let length = u32::try_from(profile.len()).expect("short");
    profile[..4].copy_from_slice(&length.to_be_bytes());
    profile
}

/// A ZIP archive of one stored file (APPNOTE 4.3).
///
/// # Panics
/// Never: it is short.
pub fn zip() -> Vec<u8> {
    let content = words("archive").into_bytes();
    let length = u32::try_from(content.len()).expect("short").to_le_bytes();
    // Version 1.0, stored, at midnight of the first day there is; its checksum is not looked at.
    let about =
        [&[10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 1, 2, 3, 4][..], &length, &length, &[8, 0, 0, 0]].concat();
    let file = [b"PK\x03\x04", &about[..], b"note.txt", &content].concat();
    let listed = [b"PK\x01\x02\x0a\0", &about[..], &[0; 14], b"note.txt"].concat();
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
        &u32::try_from(listed.len()).expect("short").to_le_bytes()[..],
        &u32::try_from(file.len()).expect("short").to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    [file, listed, end].concat()
}
