//! Covering parts of a copy: of files that are none, and of honest ones with any regions at all.

use std::sync::OnceLock;

use turnstone_core::media::{Copied, Cover, Pixels, Region, copy_of_pixels, cover};
use zeroize::Zeroizing;

use crate::{
    copy::{bare, is_quick},
    marker,
};

/// A file is refused, or what is covered is a bare copy of the same size. So is an honest copy, where a region touches it.
pub fn check(data: &[u8]) {
    let (regions, file) = regions(data);
    let shown: Vec<_> = regions.iter().map(|region| format!("{region:?}")).collect();
    assert!(shown.iter().all(|region| !region.contains(|c: char| c.is_ascii_digit())), "shows where");
    for how in [Cover::Blur, Cover::CutOut] {
        for file in marker::variants(file).iter().filter(|file| is_quick(file)) {
            match cover(file, &regions, how) {
                Ok(covered) => bare(&covered),
                Err(error) => marker::error_says_nothing(&error),
            }
        }
        let Some(copy) = honest() else { continue };
        if let Ok(covered) = cover(&copy.jpeg, &regions, how) {
            assert_eq!((covered.width, covered.height), (copy.width, copy.height));
            bare(&covered);
        }
    }
}

/// Up to seven regions by the first bytes, of any size, and the rest of the bytes.
fn regions(data: &[u8]) -> (Vec<Region>, &[u8]) {
    let Some((count, mut rest)) = data.split_first() else { return (Vec::new(), data) };
    let mut regions = Vec::new();
    for _ in 0..count % 8 {
        let Some((numbers, after)) = rest.split_first_chunk::<8>() else { break };
        let [x, y, width, height] = [0, 2, 4, 6].map(|at| {
            // Near the picture, or as far away as there is.
            let number = u32::from(u16::from_le_bytes([numbers[at], numbers[at + 1]]));
            if number >= 0xFF00 { u32::MAX - (number - 0xFF00) } else { number }
        });
        regions.push(Region { x, y, width, height });
        rest = after;
    }
    (regions, rest)
}

/// A copy of 100 x 60 points with something to see in each of its blocks.
fn honest() -> Option<&'static Copied> {
    static COPY: OnceLock<Option<Copied>> = OnceLock::new();
    let made = COPY.get_or_init(|| {
        let points = (0..6000_u32).flat_map(|at| [at % 251, at % 199, at % 97, 255]);
        let rgba = Zeroizing::new(points.filter_map(|value| u8::try_from(value).ok()).collect());
        copy_of_pixels(&Pixels { width: 100, height: 60, rgba }).ok()
    });
    made.as_ref()
}
