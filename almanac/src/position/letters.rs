//! Grid references: one or two letters, then figures.

use turnstone_wire::body::Metres;

use super::{Form, Read, ReadError};
use crate::grid::{Grid, GridError};

/// Words that people write before a reference.
const BEFORE: [&str; 10] =
    ["IRISH", "OSGB", "OSNI", "OSI", "NGR", "GRID", "REFERENCE", "REF", "OS", "NATIONAL"];

/// Reads a plain text as a grid reference; none where it has not the shape of one.
pub(super) fn read(text: &str) -> Option<Result<Read, ReadError>> {
    let text = without_words(text);
    let (letters, figures) =
        text.split_at(text.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(text.len()));
    let is_shape = |c: char| c.is_ascii_digit() || " ,;/-".contains(c);
    if figures.chars().any(|c| !is_shape(c)) || !figures.contains(|c: char| c.is_ascii_digit()) {
        return is_nought(letters, figures).then_some(Err(ReadError::Nought));
    }
    let grid = match letters.len() {
        1 => Grid::Irish,
        2 => Grid::Os,
        3 if is_nought(letters, figures) => return Some(Err(ReadError::Nought)),
        _ => return None,
    };
    Some(square(grid, letters, figures))
}

/// A letter that looks like a figure stands among the figures of a reference.
fn is_nought(letters: &str, figures: &str) -> bool {
    let looks = |c: char| "OIL".contains(c);
    let stem = letters.trim_end_matches(looks);
    let among = letters.len() > stem.len() || figures.contains(looks);
    let rest = figures.chars().all(|c| c.is_ascii_digit() || looks(c) || " ,;/-".contains(c));
    let digits = figures.chars().filter(char::is_ascii_digit).count();
    among && rest && digits >= 3 && stem.len() == 2 && Grid::Os.square(stem, "00", "00").is_ok()
}

/// Whether a reference begins with a letter that also is a hemisphere's.
pub(super) fn has_a_hemisphere(text: &str) -> bool {
    let letters = text.trim_start_matches(|c: char| !c.is_ascii_uppercase());
    let one = letters.chars().nth(1).is_none_or(|c| !c.is_ascii_uppercase());
    one && letters.starts_with(['N', 'S', 'E', 'W'])
}

/// Whether a reference of the Irish Grid also reads as a latitude around these islands, and more: `N 50 36`.
pub(super) fn is_a_latitude_too(text: &str) -> bool {
    let digits = text.trim_start_matches(['N', 'S', ' ']);
    let degrees = digits.get(..2).and_then(|degrees| degrees.parse::<u8>().ok());
    has_a_hemisphere(text)
        && text.starts_with(['N', 'S'])
        && degrees.is_some_and(|deg| (48..=63).contains(&deg))
}

fn without_words(text: &str) -> &str {
    let mut rest = text;
    loop {
        let word = BEFORE.iter().find_map(|word| rest.strip_prefix(word));
        match word.map(|after| after.trim_start_matches([' ', ':', '.'])) {
            // "OS" is also how a reference may begin: what follows a word has letters of its own.
            Some(after) if after.starts_with(|c: char| c.is_ascii_uppercase()) => rest = after,
            _ => return rest,
        }
    }
}

fn square(grid: Grid, letters: &str, figures: &str) -> Result<Read, ReadError> {
    let groups: Vec<&str> =
        figures.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let all = groups.concat();
    let (easting, northing) = match *groups.as_slice() {
        [easting, northing] => (easting, northing),
        // In one run; or read out figure by figure.
        ref groups if groups.len() == 1 || groups.iter().all(|group| group.len() == 1) => {
            if all.len() % 2 == 1 {
                return Err(ReadError::GridUneven);
            }
            all.split_at(all.len() / 2)
        }
        _ => return Err(ReadError::GridUneven),
    };
    let square = grid.square(letters, easting, northing).map_err(|error| match error {
        GridError::Letters => ReadError::GridLetters,
        GridError::Uneven => ReadError::GridUneven,
        GridError::Figures => ReadError::GridFigures,
    })?;
    let position = grid.position(&square.middle()).ok_or(ReadError::GridLetters)?;
    let precision_m = Metres::new(square.side_m / 2.0).map_err(|_| ReadError::GridFigures)?;
    let figures = u8::try_from(all.len()).map_err(|_| ReadError::GridFigures)?;
    let form = match grid {
        Grid::Os => Form::OsGrid { figures },
        Grid::Irish => Form::IrishGrid { figures },
    };
    Ok(Read { position, precision_m, form })
}
