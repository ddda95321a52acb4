//! Copies of whatever is called a picture.

use turnstone_core::media::{COPY_SIDE, Copied, Pixels, copy_of, copy_of_pixels, survey};
use zeroize::Zeroizing;

use crate::marker;

/// A file is refused, or its copy is a JPEG no larger than a copy is, with nothing in it but the picture. So is the copy of picture
/// points, where there are as many as their size says.
pub fn check(data: &[u8]) {
    for file in marker::variants(data).iter().filter(|file| is_quick(file)) {
        match copy_of(file) {
            Ok(copy) => bare(&copy),
            Err(error) => marker::error_says_nothing(&error),
        }
    }
    let Some(([width, height], rest)) = data.split_first_chunk() else { return };
    let (width, height) = (u32::from(*width), u32::from(*height));
    let pixels = Pixels { width, height, rgba: Zeroizing::new(rest.to_vec()) };
    marker::says_nothing(&format!("{pixels:?}"));
    let fits = rest.len() as u64 == 4 * u64::from(width) * u64::from(height);
    match copy_of_pixels(&pixels) {
        Ok(copy) => {
            assert!(fits, "points are made up");
            assert_eq!((copy.width, copy.height), (width, height));
            bare(&copy);
        }
        Err(error) => marker::error_says_nothing(&error),
    }
}

/// Whether a file claims so few points that very many such files can be tried. What larger ones may take is tested by
/// `copy/hostile.rs` and `picture_memory`.
pub(crate) fn is_quick(file: &[u8]) -> bool {
    const POINTS: u64 = 1_000_000;
    survey(file).size.is_none_or(|(width, height)| u64::from(width) * u64::from(height) <= POINTS)
}

/// Nothing is left in a copy that could be left out of one.
#[track_caller]
pub(crate) fn bare(copy: &Copied) {
    let said = survey(&copy.jpeg);
    assert_eq!(said.size, Some((copy.width, copy.height)));
    assert!(said.carries.is_empty(), "a copy carries {:?}", said.carries);
    let sides = 1..=COPY_SIDE;
    assert!(sides.contains(&copy.width) && sides.contains(&copy.height));
    assert!(copy.jpeg.starts_with(b"\xFF\xD8\xFF") && copy.jpeg.ends_with(b"\xFF\xD9"));
    marker::says_nothing(&format!("{copy:?}"));
}
