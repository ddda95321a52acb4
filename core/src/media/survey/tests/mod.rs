//! Files put together by hand, segment by segment: what each carries is said, and no more.

mod boxes;
mod chunks;
mod segments;

use super::*;

/// A block of EXIF that says one thing: turn it by a quarter.
const EXIF: &[u8] = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
/// First bytes of a film.
const FILM: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42\0\0\0\x08mdat";

fn carries(file: &[u8]) -> Vec<Carried> {
    survey(file).carries
}

/// Every beginning of a file, and every file with one byte changed: nothing of it panics.
fn p11_whatever_is_changed(file: &[u8]) {
    for at in 0..file.len() {
        let _ = survey(&file[..at]);
        for byte in [0, 0x7F, 0xFF] {
            let mut changed = file.to_vec();
            changed[at] = byte;
            let _ = survey(&changed);
        }
    }
}

#[test]
fn what_is_no_picture_carries_nothing() {
    for file in [b"".as_slice(), b"words", FILM, b"PK\x03\x04"] {
        assert_eq!(survey(file), Survey::default());
    }
}

#[test]
fn a_gif_has_a_size() {
    assert_eq!(survey(b"GIF89a\x40\x01\xF0\0\0\0\0").size, Some((320, 240)));
}

#[test]
fn a_tiff_is_a_block_of_exif_itself() {
    let said = survey(&[EXIF, b"picture"].concat());
    assert_eq!(said.facts.orientation, Some(6));
}

proptest::proptest! {
    #[test]
    fn p11_no_file_at_all_is_too_much(bytes: Vec<u8>, head in 0..6_usize) {
        let heads: [&[u8]; 6] = [
            b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\xffWEBP", b"\0\0\0\x14ftypheic\0\0\0\0mif1",
            b"II\x2a\0\x08\0\0\0", b"GIF89a",
        ];
        let _ = survey(&[heads[head], &bytes].concat());
    }
}
