//! Words planted in the input, and the check that nothing shown holds them.

use std::fmt::{Debug, Display};

const WORD: &str = "Gweilo";
const NUMBER: &str = "07700900123";

/// The input as it is, and once more with a marker planted at a place that the input itself decides.
pub(crate) fn variants(data: &[u8]) -> [Vec<u8>; 2] {
    let mut planted = data.to_vec();
    let place = place(data, data.len() + 1);
    planted.splice(place..place, format!("{WORD}{NUMBER}").into_bytes());
    [data.to_vec(), planted]
}

/// A number below `end` that depends on all the bytes and on nothing else (FNV-1a).
pub(crate) fn place(data: &[u8], end: usize) -> usize {
    let hash = data.iter().fold(0x811c_9dc5_u32, |hash, &b| (hash ^ u32::from(b)).wrapping_mul(0x0100_0193));
    usize::try_from(hash).unwrap_or(0) % end.max(1)
}

/// Neither the text of an error nor its `Debug` shows what was planted.
#[track_caller]
pub(crate) fn error_says_nothing(error: &(impl Display + Debug)) {
    says_nothing(&format!("{error} {error:?}"));
}

/// Nothing of what was planted is shown, in whatever case.
#[track_caller]
pub(crate) fn says_nothing(shown: &str) {
    let lower = shown.to_lowercase();
    assert!(
        !lower.contains(&WORD.to_lowercase()) && !lower.contains(NUMBER),
        "shows its input: {shown:.400}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_planted_inside_and_found_again() {
        let [plain, planted] = variants(b"some words");
        assert_eq!(plain, b"some words");
        let text = String::from_utf8(planted).unwrap();
        assert!(text.contains("Gweilo07700900123") && text.len() == plain.len() + 17);
        says_nothing("some words");
        for shown in [text.as_str(), "in GWEILO's words", "rang 07700900123"] {
            assert!(std::panic::catch_unwind(|| says_nothing(shown)).is_err(), "{shown}");
        }
    }

    #[test]
    fn a_place_lies_below_its_end() {
        for end in 0..40 {
            assert!(place(b"some words", end) < end.max(1));
        }
    }
}
