//! A number as large as a terminal can show it, for a device that cannot dial: to be read across a boat, or dialled on
//! another telephone.

/// Rows of a sign.
const ROWS: usize = 5;

/// The number in block letters; signs that no number or channel has are left out.
pub(crate) fn large(number: &str) -> String {
    let signs: Vec<_> = number.chars().filter_map(sign).collect();
    let row = |row: usize| {
        let line: Vec<_> = signs.iter().map(|sign| sign[row]).collect();
        line.join("  ").trim_end().to_owned()
    };
    (0..ROWS).map(row).collect::<Vec<_>>().join("\n")
}

#[rustfmt::skip] // A sign is read across its rows.
fn sign(c: char) -> Option<[&'static str; ROWS]> {
    Some(match c {
        '0' => ["####", "#  #", "#  #", "#  #", "####"],
        '1' => ["  # ", " ## ", "  # ", "  # ", " ###"],
        '2' => ["####", "   #", "####", "#   ", "####"],
        '3' => ["####", "   #", " ###", "   #", "####"],
        '4' => ["#  #", "#  #", "####", "   #", "   #"],
        '5' => ["####", "#   ", "####", "   #", "####"],
        '6' => ["####", "#   ", "####", "#  #", "####"],
        '7' => ["####", "   #", "  # ", " #  ", " #  "],
        '8' => ["####", "#  #", "####", "#  #", "####"],
        '9' => ["####", "#  #", "####", "   #", "####"],
        'V' => ["#  #", "#  #", "#  #", "#  #", " ## "],
        'H' => ["#  #", "#  #", "####", "#  #", "#  #"],
        'F' => ["####", "#   ", "### ", "#   ", "#   "],
        ' ' => [" ", " ", " ", " ", " "],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use turnstone_almanac::{call, guide, words::Lang};

    use super::*;

    #[test]
    fn every_number_of_help_now_fits_a_terminal_and_loses_no_sign() {
        for ring in
            call::help_now(None, guide::built_in(), Lang::En).into_iter().flat_map(|advice| advice.ring)
        {
            let shown = large(&ring.number);
            assert_eq!(shown.lines().count(), ROWS);
            assert!(shown.lines().all(|line| line.chars().count() <= 80), "{}", ring.number);
            assert!(ring.number.chars().all(|c| sign(c).is_some()), "{}", ring.number);
        }
    }

    #[test]
    fn no_two_signs_look_alike() {
        let all: BTreeSet<_> = "0123456789VHF ".chars().map(|c| sign(c).unwrap()).collect();
        assert_eq!(all.len(), 14);
    }
}
