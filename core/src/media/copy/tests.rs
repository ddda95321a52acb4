//! Copies of pictures of every kind that cameras and programs write.

use std::io::Cursor;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use proptest::prelude::*;

use super::*;
use crate::media::encode::COPY_BYTES;

/// Red, green, blue.
pub(super) type Point = [u8; 3];

pub(super) const RED: Point = [255, 0, 0];
pub(super) const GREEN: Point = [0, 255, 0];
pub(super) const BLUE: Point = [0, 0, 255];
pub(super) const WHITE: Point = [255; 3];

/// A picture whose quarters are red, green (above), blue and white: turned any way, it tells how.
pub(super) fn quarters(width: usize, height: usize) -> Vec<u8> {
    let colour = |at: usize| match ((at % width) * 2 < width, at / width * 2 < height) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => WHITE,
    };
    (0..width * height).flat_map(colour).collect()
}

pub(super) fn jpeg(points: &[u8], width: usize, height: usize, colours: ColorType) -> Vec<u8> {
    jpeg_by(points, width, height, colours, |_| {})
}

pub(super) fn jpeg_by(
    points: &[u8],
    width: usize,
    height: usize,
    colours: ColorType,
    set: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 95);
    set(&mut encoder);
    encoder.encode(points, width.try_into().unwrap(), height.try_into().unwrap(), colours).unwrap();
    file
}

fn png_of(
    points: &[u8],
    width: u32,
    height: u32,
    set: impl FnOnce(&mut ::png::Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, width, height);
    set(&mut encoder);
    encoder.write_header().unwrap().write_image_data(points).unwrap();
    file
}

/// A file with an EXIF block that says how the camera was held, and nothing else.
fn held(file: &[u8], orientation: u8) -> Vec<u8> {
    let tiff =
        [&b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation], &[0; 6]].concat();
    let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
    [&file[..2], &[0xff, 0xe1], &length, &tiff, &file[2..]].concat()
}

/// What a copy shows in the middle of its quarters: upper left, upper right, lower left, lower right.
fn shown(copied: &Copied) -> [Point; 4] {
    let decoded = jpeg::decode(&copied.jpeg).unwrap();
    assert_eq!((decoded.width, decoded.height), (copied.width, copied.height));
    let (width, height) = (decoded.width, decoded.height);
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| {
        let at = usize::try_from(height * y / 4 * width + width * x / 4).unwrap() * 3;
        [decoded.rgb[at], decoded.rgb[at + 1], decoded.rgb[at + 2]]
    })
}

#[track_caller]
fn assert_shows(copied: &Copied, wanted: [Point; 4]) {
    let shown = shown(copied);
    let near = |a: Point, b: Point| a.into_iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 12);
    assert!(shown.into_iter().zip(wanted).all(|(a, b)| near(a, b)), "{shown:?} is not {wanted:?}");
}

/// The markers of a JPEG file in order, up to its end; and that it ends there.
fn markers(file: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    let mut at = 2;
    assert_eq!(file[..2], [0xff, 0xd8]);
    loop {
        assert_eq!(file[at], 0xff);
        found.push(file[at + 1]);
        if file[at + 1] == 0xd9 {
            assert_eq!(at + 2, file.len(), "bytes after the end");
            return found;
        }
        at += 2 + usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        if found.ends_with(&[0xda]) {
            while file[at] != 0xff || file[at + 1] == 0 {
                at += 1;
            }
        }
    }
}

const UPRIGHT: [Point; 4] = [RED, GREEN, BLUE, WHITE];

#[test]
fn a_copy_has_the_longest_side_cut_down_and_its_proportions_kept() {
    for ((width, height), small) in [
        ((2600, 1300), (2048, 1024)),
        ((1300, 2600), (1024, 2048)),
        ((2049, 5), (2048, 5)),
        ((4096, 1), (2048, 1)),
        ((2048, 64), (2048, 64)),
    ] {
        let copied = copy_of(&jpeg(&quarters(width, height), width, height, ColorType::Rgb)).unwrap();
        assert_eq!((copied.width, copied.height), small);
        let again = copy_of(&copied.jpeg).unwrap();
        assert_eq!((again.width, again.height), small);
    }
}

#[test]
fn a_small_picture_is_not_made_larger() {
    let copied = copy_of(&jpeg(&quarters(40, 30), 40, 30, ColorType::Rgb)).unwrap();
    assert_eq!((copied.width, copied.height), (40, 30));
    assert_shows(&copied, UPRIGHT);
}

/// The copy holds what decoding takes and no segment more: the header of JFIF, which is the same in every copy, the tables, the
/// frame, the scan, the end.
#[test]
fn p7_a_copy_holds_nothing_but_the_picture() {
    let secret = b"a camera's serial number";
    let file = jpeg_by(&quarters(64, 48), 64, 48, ColorType::Rgb, |encoder| {
        for nr in 1..=15 {
            encoder.add_app_segment(nr, secret.to_vec()).unwrap();
        }
    });
    let file = [&held(&file, 1)[..], b"a film after the end"].concat();
    let copied = copy_of(&file).unwrap();
    assert_eq!(markers(&copied.jpeg), [0xe0, 0xc0, 0xdb, 0xdb, 0xc4, 0xc4, 0xc4, 0xc4, 0xda, 0xd9]);
    assert_eq!(copied.jpeg[2..20], *b"\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
}

#[test]
fn p7_two_pictures_of_the_same_points_make_the_same_copy() {
    let plain = jpeg(&quarters(64, 48), 64, 48, ColorType::Rgb);
    let told = held(
        &jpeg_by(&quarters(64, 48), 64, 48, ColorType::Rgb, |encoder| {
            encoder.add_app_segment(13, b"Photoshop 3.0\0and a name".to_vec()).unwrap();
        }),
        1,
    );
    assert!(copy_of(&plain).unwrap() == copy_of(&told).unwrap());
}

#[test]
fn all_eight_ways_of_holding_a_camera_come_out_upright() {
    // Upper left, upper right, lower left, lower right of what is shown, where the file's own are R, G, B, W (EXIF 2.32, 4.6.4).
    let (r, g, b, w) = (RED, GREEN, BLUE, WHITE);
    let wanted = [
        [r, g, b, w],
        [g, r, w, b],
        [w, b, g, r],
        [b, w, r, g],
        [r, b, g, w],
        [b, r, w, g],
        [w, g, b, r],
        [g, w, r, b],
    ];
    for (orientation, wanted) in (1..=8).zip(wanted) {
        for (width, height) in [(64, 48), (2100, 300)] {
            let file = held(&jpeg(&quarters(width, height), width, height, ColorType::Rgb), orientation);
            let copied = copy_of(&file).unwrap();
            assert_shows(&copied, wanted);
            assert_eq!(copied.width < copied.height, orientation > 4);
        }
    }
}

#[test]
fn an_orientation_that_there_is_not_leaves_the_picture_as_it_is() {
    for orientation in [0, 9, 255] {
        let file = held(&jpeg(&quarters(64, 48), 64, 48, ColorType::Rgb), orientation);
        assert_shows(&copy_of(&file).unwrap(), UPRIGHT);
    }
}

#[test]
fn jpeg_of_every_sampling_progressive_and_in_several_scans_is_read() {
    let factors = [
        SamplingFactor::R_4_4_4,
        SamplingFactor::R_4_2_2,
        SamplingFactor::R_4_2_0,
        SamplingFactor::R_4_4_0,
        SamplingFactor::R_4_1_1,
    ];
    for factor in factors {
        for (progressive, optimised, restart) in
            [(false, false, 0), (true, true, 0), (false, true, 0), (false, false, 3)]
        {
            let file = jpeg_by(&quarters(100, 76), 100, 76, ColorType::Rgb, |encoder| {
                encoder.set_sampling_factor(factor);
                encoder.set_progressive(progressive);
                encoder.set_optimized_huffman_tables(optimised);
                if restart > 0 {
                    encoder.set_restart_interval(restart);
                }
            });
            let several_scans = matches!(factor, SamplingFactor::R_4_1_1);
            if several_scans && restart > 0 {
                assert_eq!(copy_of(&file).unwrap_err(), CopyError::NoDecoder);
                continue;
            }
            let copied = copy_of(&file).unwrap();
            assert_eq!((copied.width, copied.height), (100, 76));
            assert_shows(&copied, UPRIGHT);
        }
    }
}

/// Restarts (DRI) in a picture of several scans: its decoder would make another picture of it, so none is better.
#[test]
fn a_picture_in_several_scans_with_restarts_is_not_read() {
    let file = jpeg_by(&quarters(64, 48), 64, 48, ColorType::Rgb, |encoder| {
        encoder.set_progressive(true);
        encoder.set_restart_interval(4);
    });
    assert_eq!(copy_of(&file).unwrap_err(), CopyError::NoDecoder);
}

#[test]
fn grey_and_inks_are_read_as_they_look() {
    let grey: Vec<u8> = quarters(64, 48).chunks(3).map(|point| point[0] / 2 + point[1] / 4).collect();
    let copied = copy_of(&jpeg(&grey, 64, 48, ColorType::Luma)).unwrap();
    assert_shows(&copied, [[127; 3], [63; 3], [0; 3], [190; 3]]);

    // Inks, as Adobe writes them: 255 is none.
    let inks: Vec<u8> =
        quarters(64, 48).chunks(3).flat_map(|point| [point[0], point[1], point[2], 255]).collect();
    // The encoder turns them round before it writes, as its own argument is plain inks.
    let plain: Vec<u8> = inks.iter().map(|ink| 255 - ink).collect();
    for (points, colours) in [(&plain, ColorType::Cmyk), (&plain, ColorType::CmykAsYcck)] {
        assert_shows(&copy_of(&jpeg(points, 64, 48, colours)).unwrap(), UPRIGHT);
    }
}

#[test]
fn png_of_every_kind_is_read() {
    use ::png::{BitDepth, ColorType};

    let rgb = quarters(60, 44);
    let set = |colours, depth| {
        move |encoder: &mut ::png::Encoder<&mut Vec<u8>>| {
            encoder.set_color(colours);
            encoder.set_depth(depth);
        }
    };
    let deep: Vec<u8> = rgb.iter().flat_map(|&sample| [sample, 7]).collect();
    // White is there as a transparent black.
    let see_through: Vec<u8> =
        rgb.chunks(3).flat_map(|p| if p == WHITE { [0; 4] } else { [p[0], p[1], p[2], 255] }).collect();
    let of_palette: Vec<u8> = rgb.chunks(3).map(|p| u8::from(p[0] > 0) + 2 * u8::from(p[1] > 0)).collect();
    let palette = |encoder: &mut ::png::Encoder<&mut Vec<u8>>| {
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette([BLUE, RED, GREEN, [1, 2, 3]].concat());
        encoder.set_trns(vec![255, 255, 255, 0]);
    };
    for file in [
        png_of(&rgb, 60, 44, set(ColorType::Rgb, BitDepth::Eight)),
        png_of(&deep, 60, 44, set(ColorType::Rgb, BitDepth::Sixteen)),
        png_of(&see_through, 60, 44, set(ColorType::Rgba, BitDepth::Eight)),
        png_of(&of_palette, 60, 44, palette),
    ] {
        assert_shows(&copy_of(&file).unwrap(), UPRIGHT);
    }
    let grey: Vec<u8> = rgb.chunks(3).flat_map(|p| [p[0], 128]).collect();
    let copied = copy_of(&png_of(&grey, 60, 44, set(ColorType::GrayscaleAlpha, BitDepth::Eight))).unwrap();
    assert_shows(&copied, [[255; 3], [127; 3], [127; 3], [255; 3]]);
    let bits = png_of(&[0b1111_0000; 44 * 8], 60, 44, set(ColorType::Grayscale, BitDepth::One));
    assert!(copy_of(&bits).is_ok());
}

/// The same picture in seven passes, by hand: the encoder writes no such files.
#[test]
fn png_in_seven_passes_is_read() {
    let (width, height) = (24, 16);
    let rgb = quarters(width, height);
    let mut rows = Vec::new();
    for (x0, y0, dx, dy) in
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    {
        for y in (y0..height).step_by(dy) {
            rows.push(0);
            for x in (x0..width).step_by(dx) {
                rows.extend_from_slice(&rgb[(y * width + x) * 3..][..3]);
            }
        }
    }
    let header = [&24u32.to_be_bytes()[..], &16u32.to_be_bytes(), &[8, 2, 0, 0, 1]].concat();
    let file = png_by_hand(&header, &rows);
    assert_shows(&copy_of(&file).unwrap(), UPRIGHT);
}

/// A PNG file of a header (IHDR) and rows that are not compressed.
pub(super) fn png_by_hand(header: &[u8], rows: &[u8]) -> Vec<u8> {
    let mut stored = vec![0x78, 0x01];
    for (nr, block) in rows.chunks(60_000).enumerate() {
        let length = u16::try_from(block.len()).unwrap();
        stored.push(u8::from((nr + 1) * 60_000 >= rows.len()));
        stored.extend_from_slice(&length.to_le_bytes());
        stored.extend_from_slice(&(!length).to_le_bytes());
        stored.extend_from_slice(block);
    }
    let (a, b) = rows.iter().fold((1u32, 0u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    stored.extend_from_slice(&(b << 16 | a).to_be_bytes());
    png_of_chunks(&[(*b"IHDR", header), (*b"IDAT", &stored), (*b"IEND", &[])])
}

pub(super) fn png_of_chunks(chunks: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, body) in chunks {
        file.extend_from_slice(&u32::try_from(body.len()).unwrap().to_be_bytes());
        let start = file.len();
        file.extend_from_slice(name);
        file.extend_from_slice(body);
        file.extend_from_slice(&crc(&file[start..]).to_be_bytes());
    }
    file
}

/// PNG's checksum (W3C PNG 3, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(
            crc ^ u32::from(byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

#[test]
fn the_first_picture_of_an_animation_is_copied() {
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, 32, 32);
    encoder.set_color(::png::ColorType::Rgb);
    encoder.set_animated(3, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&quarters(32, 32)).unwrap();
    writer.write_image_data(&[0; 32 * 32 * 3]).unwrap();
    writer.write_image_data(&[9; 32 * 32 * 3]).unwrap();
    writer.finish().unwrap();
    assert_shows(&copy_of(&file).unwrap(), UPRIGHT);
}

#[test]
fn lossless_webp_is_read_and_what_is_transparent_is_white() {
    let see_through: Vec<u8> = quarters(60, 44)
        .chunks(3)
        .flat_map(|p| if p == WHITE { [0; 4] } else { [p[0], p[1], p[2], 255] })
        .collect();
    for (points, colours) in
        [(&quarters(60, 44), image_webp::ColorType::Rgb8), (&see_through, image_webp::ColorType::Rgba8)]
    {
        let mut file = Vec::new();
        image_webp::WebPEncoder::new(Cursor::new(&mut file)).encode(points, 60, 44, colours).unwrap();
        assert_shows(&copy_of(&file).unwrap(), UPRIGHT);
    }
}

#[test]
fn points_decoded_elsewhere_make_a_copy() {
    let rgba = quarters(60, 44).chunks(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect::<Vec<_>>();
    let pixels = Pixels { width: 60, height: 44, rgba: rgba.into() };
    let copied = copy_of_pixels(&pixels).unwrap();
    assert_shows(&copied, UPRIGHT);
    let large = Pixels { width: 4100, height: 2, rgba: vec![200; 4100 * 2 * 4].into() };
    assert_eq!(copy_of_pixels(&large).unwrap().width, 2048);
}

#[test]
fn points_that_are_fewer_or_more_than_their_size_are_refused() {
    for (width, height, bytes) in [(4, 4, 63), (4, 4, 65), (0, 4, 0), (0, 0, 0), (u32::MAX, u32::MAX, 4)] {
        let pixels = Pixels { width, height, rgba: vec![0; bytes].into() };
        let wanted = if width == u32::MAX { CopyError::TooLarge } else { CopyError::Damaged };
        assert_eq!(copy_of_pixels(&pixels).unwrap_err(), wanted);
    }
}

/// Noise is the worst there is to code; a photo of 2,048 by 1,536 takes a third of it.
#[test]
fn a_copy_is_about_300_kb_and_noise_is_no_longer_than_twice_that() {
    let mut state = 1u32;
    let noise: Vec<u8> = (0..1024 * 768 * 3)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24).to_le_bytes()[0]
        })
        .collect();
    let copied = encode(&noise, 1024, 768).unwrap();
    assert!(copied.jpeg.len() < 2 * COPY_BYTES, "{}", copied.jpeg.len());
    let soft: Vec<u8> = noise.iter().map(|sample| 100 + sample / 8).collect();
    assert!(encode(&soft, 1024, 768).unwrap().jpeg.len() <= COPY_BYTES);
}

#[test]
fn a_film_and_a_text_are_no_picture() {
    for file in [&b""[..], b"plain text", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", b"RIFF\0\0\0\0WAVEfmt "] {
        assert_eq!(copy_of(file).unwrap_err(), CopyError::NotAPicture);
    }
}

#[test]
fn pictures_that_are_not_read_here_are_said_to_be_such() {
    for file in
        [&b"GIF89a\x01\0\x01\0\0\0\0"[..], b"II*\0\x08\0\0\0\0\0", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"]
    {
        assert_eq!(copy_of(file).unwrap_err(), CopyError::NoDecoder);
    }
    // Arithmetic codes, lossless, and 12 bits a sample: JPEG by name, and of no camera's making.
    let mut file = jpeg(&quarters(64, 48), 64, 48, ColorType::Rgb);
    let frame = file.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    for process in [0xc9, 0xca, 0xc3, 0xc5] {
        file[frame + 1] = process;
        assert_eq!(copy_of(&file).unwrap_err(), CopyError::NoDecoder);
    }
    file[frame + 1] = 0xc1;
    assert!(copy_of(&file).is_ok());
    file[frame + 4] = 12;
    assert_eq!(copy_of(&file).unwrap_err(), CopyError::NoDecoder);
}

#[test]
fn p8_debug_of_a_copy_and_of_points_says_nothing() {
    let copied = copy_of(&jpeg(&quarters(64, 48), 64, 48, ColorType::Rgb)).unwrap();
    assert_eq!(format!("{copied:?}"), "[copy of a picture]");
    let pixels = Pixels { width: 64, height: 48, rgba: vec![0; 64 * 48 * 4].into() };
    assert_eq!(format!("{pixels:?}"), "[picture points]");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The mean stays what it was, whatever the sizes: no point of the large picture is left out or counted twice.
    #[test]
    fn shrinking_keeps_the_mean(width in 2049u32..5000, height in 1u32..40, seed in any::<u32>()) {
        let mut shrinking = Shrinking::new(width, height).unwrap();
        let (mut state, mut sum) = (seed, 0u64);
        for _ in 0..height {
            let row: Vec<u8> = (0..width * 3).map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24).to_le_bytes()[0]
            }).collect();
            sum += row.iter().map(|&sample| u64::from(sample)).sum::<u64>();
            shrinking.push(&row).unwrap();
        }
        let small = shrinking.finish().unwrap();
        let mean = sum * 100 / u64::from(width * height * 3);
        let small_mean = small.rgb.iter().map(|&sample| u64::from(sample)).sum::<u64>() * 100 / small.rgb.len() as u64;
        prop_assert!(mean.abs_diff(small_mean) <= 100, "{mean} {small_mean}");
    }

    /// One colour stays that colour to the last bit, so shares add up to one.
    #[test]
    fn shrinking_one_colour_gives_that_colour(width in 2049u32..9000, height in 1u32..20, sample in any::<u8>()) {
        let mut shrinking = Shrinking::new(width, height).unwrap();
        let row = vec![sample; usize::try_from(width).unwrap() * 3];
        (0..height).for_each(|_| shrinking.push(&row).unwrap());
        let small = shrinking.finish().unwrap();
        prop_assert!(small.rgb.iter().all(|&small| small == sample));
        prop_assert_eq!(small.rgb.len(), usize::try_from(small.width * small.height * 3).unwrap());
    }
}
