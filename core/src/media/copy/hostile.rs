//! Files made to do harm: a typed reason, in bounded time and memory. How much memory, the suite `picture_memory` measures.

use std::io::Cursor;

use jpeg_encoder::{ColorType, SamplingFactor};
use proptest::prelude::*;

use super::{
    tests::{jpeg, jpeg_by, png_by_hand, png_of_chunks, quarters},
    *,
};

fn small_jpeg() -> Vec<u8> {
    jpeg(&quarters(64, 48), 64, 48, ColorType::Rgb)
}

fn small_progressive() -> Vec<u8> {
    jpeg_by(&quarters(64, 48), 64, 48, ColorType::Rgb, |encoder| {
        encoder.set_progressive(true);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    })
}

fn small_png() -> Vec<u8> {
    let rows = quarters(24, 16).chunks(72).flat_map(|row| [&[0][..], row].concat()).collect::<Vec<_>>();
    png_by_hand(&png_header(24, 16, 8, 2, 0), &rows)
}

fn small_webp() -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = image_webp::WebPEncoder::new(Cursor::new(&mut file));
    encoder.encode(&quarters(64, 48), 64, 48, image_webp::ColorType::Rgb8).unwrap();
    file
}

fn png_header(width: u32, height: u32, depth: u8, colours: u8, interlace: u8) -> Vec<u8> {
    [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colours, 0, 0, interlace]].concat()
}

/// The same JPEG file, whose frame says another size.
fn saying(mut file: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = file.windows(3).position(|head| matches!(head, [0xff, 0xc0 | 0xc2, 0])).unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, bytes) in chunks {
        body.extend_from_slice(*name);
        body.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_le_bytes());
        body.extend_from_slice(bytes);
    }
    [&b"RIFF"[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
}

#[test]
fn p9_sixty_thousand_by_sixty_thousand_is_too_large() {
    let huge = [
        saying(small_jpeg(), 60_000, 60_000),
        saying(small_progressive(), 60_000, 60_000),
        saying(small_jpeg(), u16::MAX, u16::MAX),
        png_by_hand(&png_header(60_000, 60_000, 8, 2, 0), &[0; 16]),
        png_by_hand(&png_header(60_000, 60_000, 8, 2, 1), &[0; 16]),
        png_by_hand(&png_header(u32::MAX >> 1, 1, 8, 2, 0), &[0; 16]),
        png_by_hand(&png_header(1, u32::MAX >> 1, 8, 2, 0), &[0; 16]),
        riff(&[(b"VP8 ", &[0, 0, 0, 0x9d, 1, 0x2a, 0xff, 0x3f, 0xff, 0x3f])]),
        riff(&[(b"VP8L", &[0x2f, 0xfe, 0xbf, 0xff, 0x0f, 0, 0, 0])]),
    ];
    for file in huge {
        assert_eq!(copy_of(&file).unwrap_err(), CopyError::TooLarge);
    }
}

/// The canvas is small; the picture inside says 16,383 by 16,383, for which its decoder would make room before it looks again.
#[test]
fn p9_a_small_webp_with_a_huge_picture_inside_is_too_large() {
    let canvas = [0, 0, 0, 0, 9, 0, 0, 9, 0, 0];
    let inside = [0, 0, 0, 0x9d, 1, 0x2a, 0xff, 0x3f, 0xff, 0x3f];
    let file = riff(&[(b"VP8X", &canvas), (b"VP8 ", &inside)]);
    assert_eq!(copy_of(&file).unwrap_err(), CopyError::TooLarge);
}

/// Eleven bytes of a lossless WebP can make a table of four kilobytes.
#[test]
fn p9_a_lossless_webp_of_many_bytes_is_too_large() {
    let mut body = vec![0x2f, 63, 0xc0, 0x0b, 0];
    body.resize(500_000, 0x55);
    assert_eq!(copy_of(&riff(&[(b"VP8L", &body)])).unwrap_err(), CopyError::TooLarge);
}

#[test]
fn p9_a_progressive_picture_that_would_not_fit_in_memory_is_too_large() {
    // A sequential one of that size is read in rows, and is not: the suite `picture_memory`.
    assert_eq!(copy_of(&saying(small_progressive(), 8160, 6120)).unwrap_err(), CopyError::TooLarge);
}

/// A gigabyte and a half of zeros: four rows of the file are all that it takes to say so.
#[test]
fn p9_a_png_that_stands_for_too_many_bytes_is_too_large() {
    let file = png_by_hand(&png_header(14_000, 13_000, 16, 6, 0), &[0; 16]);
    assert_eq!(copy_of(&file).unwrap_err(), CopyError::TooLarge);
}

#[test]
fn p9_a_file_of_more_bytes_than_are_read_is_too_large() {
    let mut file = small_jpeg();
    file.resize(usize::try_from(ORIGINAL_BYTES).unwrap() + 1, 0);
    assert_eq!(copy_of(&file).unwrap_err(), CopyError::TooLarge);
}

/// Scans without end: each costs a pass over the whole picture.
#[test]
fn p9_a_picture_of_thousands_of_scans_is_refused() {
    let file = small_progressive();
    let scans: Vec<_> = file.windows(2).enumerate().filter(|(_, two)| *two == [0xff, 0xda]).collect();
    let last = scans.last().unwrap().0;
    let (head, scan) = (&file[..last], &file[last..file.len() - 2]);
    let few = [head, &scan.repeat(3), &[0xff, 0xd9]].concat();
    assert!(copy_of(&few).is_ok());
    let many = [head, &scan.repeat(3000), &[0xff, 0xd9]].concat();
    assert_eq!(copy_of(&many).unwrap_err(), CopyError::Damaged);
}

#[test]
fn p9_a_picture_without_points_is_damaged() {
    for (width, height) in [(0, 48), (64, 0), (0, 0)] {
        assert_eq!(copy_of(&saying(small_jpeg(), width, height)).unwrap_err(), CopyError::Damaged);
        let file = png_by_hand(&png_header(width.into(), height.into(), 8, 2, 0), &[0; 16]);
        assert_eq!(copy_of(&file).unwrap_err(), CopyError::Damaged);
    }
}

/// A picture of which the lower half is missing is none: what is grey in it was perhaps the seal.
#[test]
fn p9_a_file_that_is_cut_short_is_damaged_wherever_it_is_cut() {
    for file in [small_jpeg(), small_progressive(), small_png(), small_webp()] {
        assert!(copy_of(&file).is_ok());
        for length in (12..file.len() * 9 / 10).step_by(7) {
            let why = copy_of(&file[..length]).unwrap_err();
            assert!(matches!(why, CopyError::Damaged | CopyError::NotAPicture), "{why:?} at {length}");
        }
    }
}

/// A JPEG file that is a ZIP archive as well, or has a film after its end: the picture, and nothing of the rest.
#[test]
fn what_follows_the_end_of_a_picture_is_not_read() {
    let file = small_jpeg();
    let polyglot = [&file[..], b"PK\x03\x04 an archive", b"PK\x05\x06"].concat();
    assert!(copy_of(&polyglot).unwrap() == copy_of(&file).unwrap());
    let png = small_png();
    assert!(copy_of(&[&png[..], b"after the end"].concat()).unwrap() == copy_of(&png).unwrap());
}

#[test]
fn p9_chunks_and_segments_that_lie_about_their_length_are_damaged() {
    let mut file = small_jpeg();
    file[4] = 0xff;
    assert_eq!(copy_of(&file).unwrap_err(), CopyError::Damaged);
    file[4] = 0;
    file[5] = 0;
    assert_eq!(copy_of(&file).unwrap_err(), CopyError::Damaged);
    let mut png = png_of_chunks(&[(*b"IHDR", &png_header(8, 8, 8, 2, 0)), (*b"IDAT", b""), (*b"IEND", b"")]);
    assert_eq!(copy_of(&png).unwrap_err(), CopyError::Damaged);
    png[33] = 0x7f;
    assert_eq!(copy_of(&png).unwrap_err(), CopyError::Damaged);
}

#[test]
fn p9_a_decoder_that_panics_is_a_picture_that_cannot_be_read() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = calmly(|| panic!("a decoder's mistake"));
    std::panic::set_hook(hook);
    assert!(matches!(result, Err(CopyError::Damaged)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Bytes changed at random: decoders are asked themselves, so that a panic is seen.
    #[test]
    fn p9_changed_bytes_make_no_decoder_panic(
        which in 0usize..4,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut file = [small_jpeg, small_progressive, small_png, small_webp][which]();
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = match which {
            0 | 1 => jpeg::decode(&file),
            2 => png::decode(&file),
            _ => webp::decode(&file),
        };
        let _ = copy_of(&file);
    }
}
