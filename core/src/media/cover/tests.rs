use proptest::prelude::*;

use super::*;
use crate::media::{Pixels, copy_of_pixels};

/// A picture's points, red, green and blue.
#[derive(Clone)]
struct Plain {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Plain {
    /// A slope of colours, which no block has twice.
    fn slope(width: usize, height: usize) -> Self {
        let shade = |of: usize, all: usize| u8::try_from(60 + of * 120 / all).unwrap();
        let point = |at: usize| [shade(at % width, width), shade(at / width, height), 136];
        Self { width, height, rgb: (0..width * height).flat_map(point).collect() }
    }

    fn even(width: usize, height: usize, shade: u8) -> Self {
        Self { width, height, rgb: vec![shade; width * height * 3] }
    }

    fn with(mut self, region: Region, mut shade: impl FnMut(usize, usize) -> [u8; 3]) -> Self {
        let end = |from: u32, length: u32, side: usize| (from.saturating_add(length) as usize).min(side);
        for y in region.y as usize..end(region.y, region.height, self.height) {
            for x in region.x as usize..end(region.x, region.width, self.width) {
                let at = (y * self.width + x) * 3;
                self.rgb[at..at + 3].copy_from_slice(&shade(x - region.x as usize, y - region.y as usize));
            }
        }
        self
    }

    fn copy(&self) -> Vec<u8> {
        let sides = [self.width, self.height].map(|side| u32::try_from(side).unwrap());
        encode(&self.rgb, sides[0], sides[1]).unwrap().jpeg.to_vec()
    }
}

fn region(x: u32, y: u32, width: u32, height: u32) -> Region {
    Region { x, y, width, height }
}

fn covered(copy: &[u8], regions: &[Region], how: Cover) -> Vec<u8> {
    cover(copy, regions, how).unwrap().jpeg.to_vec()
}

/// Shades around the middle of a tone's step, so that no rounding falls on its border.
fn noise(seed: u64) -> impl FnMut(usize, usize) -> [u8; 3] {
    let mut state = seed | 1;
    move |_, _| {
        std::array::from_fn(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            72 + u8::try_from((state >> 32) % 129).unwrap()
        })
    }
}

/// Two eyes and a mouth, or the same standing on its head: another face of the same tone.
fn face(turned: bool) -> impl FnMut(usize, usize) -> [u8; 3] {
    move |x, y| {
        let y = if turned { 63 - y } else { y };
        let is_dark = (16..24).contains(&y) && (12..52).contains(&x) && !(24..40).contains(&x)
            || (44..52).contains(&y) && (20..44).contains(&x);
        if is_dark { [20; 3] } else { [151; 3] }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn p7_whatever_was_cut_out_the_copy_is_the_same_to_the_last_byte(
        (x, y, width, height) in (0u32..150, 0u32..110, 1u32..80, 1u32..80),
        seeds in any::<(u64, u64)>(),
    ) {
        let (base, region) = (Plain::slope(150, 110), region(x, y, width, height));
        let of = |seed| covered(&base.clone().with(region, noise(seed)).copy(), &[region], Cover::CutOut);
        prop_assert!(of(seeds.0) == of(seeds.1));
    }

    #[test]
    fn p7_what_was_blurred_leaves_its_tones_and_nothing_else(
        (x, y, width, height) in (0u32..60, 0u32..60, 24u32..90, 24u32..90),
        seeds in any::<(u64, u64)>(),
    ) {
        let (base, region) = (Plain::even(160, 160, 136), region(x, y, width, height));
        let of = |seed| covered(&base.clone().with(region, noise(seed)).copy(), &[region], Cover::Blur);
        prop_assert!(of(seeds.0) == of(seeds.1));
    }

    #[test]
    fn p11_no_damage_to_a_copy_is_more_than_an_error(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut copy = Plain::slope(64, 48).copy();
        let at = at.index(copy.len());
        copy[at] = byte;
        if cut {
            copy.truncate(at);
        }
        let _ = cover(&copy, &[region(8, 8, 8, 8)], Cover::Blur);
    }
}

#[test]
fn p7_two_faces_of_the_same_tone_are_blurred_to_the_same_bytes() {
    let head = region(48, 48, 64, 64);
    let of = |turned| Plain::slope(160, 160).with(head, face(turned)).copy();
    let (one, other) = (of(false), of(true));
    assert!(one != other);
    assert!(covered(&one, &[head], Cover::Blur) == covered(&other, &[head], Cover::Blur));
    assert!(covered(&one, &[head], Cover::CutOut) == covered(&other, &[head], Cover::CutOut));
    assert!(covered(&one, &[head], Cover::CutOut) != covered(&one, &[head], Cover::Blur));
}

/// A region that begins and ends one point too late, over what was mixed into its border as the picture was scaled down.
#[test]
fn p7_what_went_over_a_regions_border_as_the_copy_was_made_is_covered_too() {
    let of = |seed| {
        let picture = Plain::slope(2560, 200).with(region(399, 40, 402, 80), noise(seed));
        let rgba: Vec<u8> = picture.rgb.chunks_exact(3).flat_map(|c| [c[0], c[1], c[2], 255]).collect();
        copy_of_pixels(&Pixels { width: 2560, height: 200, rgba: rgba.into() }).unwrap().jpeg.to_vec()
    };
    let (one, other) = (of(3), of(4));
    // Points 319.2 to 640.8 of the copy, and 32 to 96.
    let hidden = [region(320, 32, 320, 64)];
    assert!(one != other);
    assert!(covered(&one, &hidden, Cover::CutOut) == covered(&other, &hidden, Cover::CutOut));
}

#[test]
fn p7_a_face_covered_in_small_pieces_is_no_mosaic() {
    let head = region(48, 48, 64, 64);
    let copy = Plain::slope(160, 160).with(head, face(false)).copy();
    let tiles: Vec<_> =
        (0..4).flat_map(|x| (0..4).map(move |y| region(48 + x * 16, 48 + y * 16, 16, 16))).collect();
    assert!(covered(&copy, &tiles, Cover::Blur) == covered(&copy, &[head], Cover::Blur));
}

#[test]
fn p7_a_blurred_patch_has_three_tones_at_most_however_large_it_is() {
    // As many steps from dark to light as there are squares in it.
    let bars = |x: usize, _| if (x / 64).is_multiple_of(2) { [40; 3] } else { [200; 3] };
    let mut picture = Plain::slope(320, 64).with(region(0, 0, 320, 64), bars);
    let patch = Blocks::of(&[region(0, 0, 320, 64)], 320, 64).patches().remove(0);
    Canvas::new(&mut picture.rgb, 320, 64).unwrap().blur(&patch);
    let row = |y: usize| &picture.rgb[y * 960..(y + 1) * 960];
    assert!((1..64).all(|y| row(y) == row(0)), "it changes along its longer side only");
    // Along it, each colour turns twice at most: at the middles of three parts.
    for colour in 0..3 {
        let values: Vec<i32> = row(0).iter().skip(colour).step_by(3).map(|v| i32::from(*v)).collect();
        let mut ways: Vec<i32> =
            values.windows(2).map(|two| (two[1] - two[0]).signum()).filter(|w| *w != 0).collect();
        ways.dedup();
        assert!(ways.len() <= 2, "{ways:?}");
    }
}

#[test]
fn what_is_not_covered_stays_as_it_was() {
    let (picture, hidden) = (Plain::slope(200, 150), region(80, 64, 20, 20));
    let was = jpeg::decode(&picture.copy()).unwrap();
    for how in [Cover::Blur, Cover::CutOut] {
        let new = cover(&picture.copy(), &[hidden], how).unwrap();
        assert_eq!((new.width, new.height), (200, 150));
        let is = jpeg::decode(&new.jpeg).unwrap();
        for (at, (was, is)) in was.rgb.chunks_exact(3).zip(is.rgb.chunks_exact(3)).enumerate() {
            let (x, y) = (at % 200, at / 200);
            let far = was.iter().zip(is).map(|(was, is)| was.abs_diff(*is)).max().unwrap();
            match (64..128).contains(&x) && (48..112).contains(&y) {
                false => assert!(far <= 8, "{x} {y}: {was:?} {is:?}"),
                true if how == Cover::CutOut => assert!(is.iter().all(|v| v.abs_diff(128) <= 3), "{is:?}"),
                true => {}
            }
        }
    }
}

#[test]
fn regions_may_overlap_reach_over_the_border_and_be_covered_again() {
    for (width, height) in [(1, 1), (15, 40), (33, 17), (100, 80)] {
        let copy = Plain::slope(width, height).copy();
        let all = region(0, 0, u32::MAX, u32::MAX);
        let once = cover(&copy, &[all, all, region(0, 0, 1, 1)], Cover::CutOut).unwrap();
        let pixels = jpeg::decode(&once.jpeg).unwrap();
        assert!(pixels.rgb.iter().all(|value| value.abs_diff(128) <= 2), "{width} {height}");
        assert!(cover(&once.jpeg, &[region(0, 0, 5, 5), region(u32::MAX, 0, 9, 9)], Cover::Blur).is_ok());
    }
}

#[test]
fn p11_where_no_region_touches_the_picture_nothing_is_made() {
    let copy = Plain::slope(64, 48).copy();
    let beside = [region(64, 0, 9, 9), region(0, 48, 9, 9), region(3, 3, 0, 9), region(u32::MAX, 0, 9, 9)];
    assert!(beside.iter().all(|region| !region.touches(64, 48)) && region(63, 47, 1, 1).touches(64, 48));
    for regions in [&beside[..], &[]] {
        assert_eq!(cover(&copy, regions, Cover::Blur).unwrap_err(), CopyError::Damaged);
    }
}

#[test]
fn p11_what_is_no_copy_is_refused_by_type() {
    let copy = Plain::slope(64, 48).copy();
    let frame = copy.windows(2).position(|two| matches!(two, [0xFF, 0xC0 | 0xC2])).unwrap();
    let with = |at: usize, bytes: &[u8]| {
        let mut file = copy.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    // A comment, as no copy has one, before everything else.
    let commented = [&copy[..2], b"\xFF\xFE\x00\x04hi", &copy[2..]].concat();
    // The same for what the camera writes.
    let with_exif = [&copy[..2], b"\xFF\xE1\x00\x08Exif\0\0", &copy[2..]].concat();
    let cases = [
        (Vec::new(), CopyError::Damaged),
        (b"no picture".to_vec(), CopyError::Damaged),
        (copy[..20].to_vec(), CopyError::Damaged),
        (copy[..frame + 4].to_vec(), CopyError::Damaged),
        (with(frame + 5, &[0xFF, 0xFF, 0xFF, 0xFF]), CopyError::TooLarge),
        (with(frame + 5, &[0, 0, 0, 0]), CopyError::Damaged),
        (with(frame + 4, &[12]), CopyError::Damaged),
        (with(2, &[0x00]), CopyError::Damaged),
        (commented, CopyError::Damaged),
        (with_exif, CopyError::Damaged),
        (vec![0xFF; 8 * 1024 * 1024 + 1], CopyError::TooLarge),
    ];
    for (file, expected) in cases {
        let why = cover(&file, &[region(8, 8, 8, 8)], Cover::CutOut).unwrap_err();
        assert_eq!(why, expected, "{} bytes", file.len());
    }
}
