//! What a picture's file says and carries, whatever the file is.

use turnstone_core::{
    media::{Facts, Kind, survey},
    view,
};

use crate::{made, marker};

/// Any bytes at all are looked through, alone and as the EXIF of a JPEG, a PNG and a WebP. What is said of them is written and read
/// again, is safe to show, and shows nothing in `Debug`.
pub fn check(data: &[u8]) {
    for bytes in marker::variants(data) {
        look_through(&bytes);
        for file in as_exif(&bytes) {
            look_through(&file);
        }
    }
}

fn look_through(file: &[u8]) {
    let head = Kind::of(file);
    assert_eq!(head, Kind::of(&file[..file.len().min(Kind::HEAD_BYTES)]), "what a file is lies in its head");
    let said = survey(file);
    assert_eq!(said, survey(file), "the same file says something else");
    assert!(said.carries.is_sorted_by(|one, other| one < other), "each kind once, and in order");
    marker::says_nothing(&format!("{said:?}"));
    let facts = &said.facts;
    assert!(facts.orientation.is_none_or(|turned| (1..=8).contains(&turned)));
    assert!(
        facts
            .camera
            .as_ref()
            .is_none_or(|camera| !camera.is_empty() && camera.as_str().chars().count() <= 80)
    );
    let written = made(serde_json::to_vec(facts));
    let read: Facts = made(serde_json::from_slice(&written));
    assert!(read == *facts, "facts do not survive being written");
    let shown = view::suggestion(facts).unwrap_or_default();
    assert!(!shown.chars().any(char::is_control), "a suggestion moves the reader's cursor");
    assert_eq!(view::left_out(&said.carries).is_some(), !said.carries.is_empty());
}

/// The block in the places where EXIF is looked for, as far as it fits there.
fn as_exif(block: &[u8]) -> [Vec<u8>; 3] {
    let short = &block[..block.len().min(0xFFFF - 8)];
    let segment = made(u16::try_from(short.len() + 8)).to_be_bytes();
    let length = made(u32::try_from(block.len()));
    [
        [b"\xFF\xD8\xFF\xE1".as_slice(), &segment, b"Exif\0\0", short, b"\xFF\xD9"].concat(),
        [b"\x89PNG\r\n\x1a\n".as_slice(), &length.to_be_bytes(), b"eXIf", block, b"CRC_"].concat(),
        [b"RIFF\xFF\xFF\xFF\xFFWEBPEXIF".as_slice(), &length.to_le_bytes(), block].concat(),
    ]
}
