//! Letters and figures of a grid reference.
//!
//! Both grids letter squares by A to Z without I in rows of five from the north-west. The National Grid does so twice, first
//! for squares of 500 km from a false origin 1,000 km west and 500 km south of its own, then within each for squares of
//! 100 km; it ends 700 km east and 1,300 km north. The Irish Grid is one such square of 500 km. (The guide, section 7.)

use super::{FEWEST_FIGURES, Grid, GridError, GridPoint, MOST_FIGURES, Square};

const ALPHABET: &[u8; 25] = b"ABCDEFGHJKLMNOPQRSTUVWXYZ";

impl Grid {
    /// How many squares of 100 km east and north.
    fn squares(self) -> (u32, u32) {
        match self {
            Self::Os => (7, 13),
            Self::Irish => (5, 5),
        }
    }
}

/// Whether a point lies in a lettered square.
pub(super) fn is_within(grid: Grid, point: &GridPoint) -> bool {
    let (east, north) = grid.squares();
    (0.0..f64::from(east) * 100_000.0).contains(&point.easting_m)
        && (0.0..f64::from(north) * 100_000.0).contains(&point.northing_m)
}

/// The reference of the square in which a point lies.
pub(super) fn write(grid: Grid, point: &GridPoint, figures: u8) -> Option<String> {
    if !(FEWEST_FIGURES..=MOST_FIGURES).contains(&figures) || !figures.is_multiple_of(2) {
        return None;
    }
    let (east, north) = (metres(point.easting_m)?, metres(point.northing_m)?);
    let letters = letters_of(grid, east / 100_000, north / 100_000)?;
    let each = usize::from(figures / 2);
    let unit = 10_u32.pow(5 - u32::from(figures / 2));
    let (east, north) = (east % 100_000 / unit, north % 100_000 / unit);
    Some(format!("{letters} {east:0each$} {north:0each$}"))
}

/// The square that a reference names.
pub(super) fn read(grid: Grid, letters: &str, easting: &str, northing: &str) -> Result<Square, GridError> {
    let (column, row) = square_of(grid, letters).ok_or(GridError::Letters)?;
    if easting.len() != northing.len() {
        return Err(GridError::Uneven);
    }
    let figures = u8::try_from(easting.len() * 2).map_err(|_| GridError::Figures)?;
    if !(FEWEST_FIGURES..=MOST_FIGURES).contains(&figures) {
        return Err(GridError::Figures);
    }
    let unit = 10_u32.pow(5 - u32::from(figures / 2));
    let within = |digits: &str| digits.parse::<u32>().map_err(|_| GridError::Figures);
    let corner = GridPoint {
        easting_m: f64::from(column * 100_000 + within(easting)? * unit),
        northing_m: f64::from(row * 100_000 + within(northing)? * unit),
    };
    Ok(Square { corner, side_m: f64::from(unit) })
}

/// Whole metres, for a length within some thousand kilometres.
fn metres(length_m: f64) -> Option<u32> {
    // By its digits: a cast would cut silently.
    let floor = length_m.floor();
    if !(0.0..2_000_000.0).contains(&floor) {
        return None;
    }
    format!("{floor:.0}").parse().ok()
}

/// The letters of the square in a column counted from the west and a row counted from the south.
fn letters_of(grid: Grid, column: u32, row: u32) -> Option<String> {
    let letter = |column: u32, row: u32| {
        let index = usize::try_from((4 - row) * 5 + column).ok()?;
        ALPHABET.get(index).map(|letter| char::from(*letter))
    };
    let (columns, rows) = grid.squares();
    if column >= columns || row >= rows {
        return None;
    }
    match grid {
        Grid::Os => {
            let large = letter(column / 5 + 2, row / 5 + 1)?;
            Some([large, letter(column % 5, row % 5)?].into_iter().collect())
        }
        Grid::Irish => letter(column, row).map(String::from),
    }
}

/// Column and row of the square with these letters.
fn square_of(grid: Grid, letters: &str) -> Option<(u32, u32)> {
    let place = |letter: u8| {
        let index = ALPHABET.iter().position(|one| *one == letter)?;
        let index = u32::try_from(index).ok()?;
        Some((index % 5, 4 - index / 5))
    };
    let (column, row) = match (grid, letters.as_bytes()) {
        (Grid::Os, &[large, small]) => {
            let ((large_column, large_row), (column, row)) = (place(large)?, place(small)?);
            let column = (large_column * 5 + column).checked_sub(10)?;
            (column, (large_row * 5 + row).checked_sub(5)?)
        }
        (Grid::Irish, &[letter]) => place(letter)?,
        _ => return None,
    };
    let (columns, rows) = grid.squares();
    (column < columns && row < rows).then_some((column, row))
}
