//! A position as somebody types it, reads it off a map, or says it.
//!
//! [`read`] takes any form people use: decimal degrees, degrees and minutes as on a chart, degrees, minutes and seconds,
//! references of the National Grid and of the Irish Grid. It never chooses silently between two readings: where a text has
//! more than one, [`ReadError::Ambiguous`] holds them all, for a person to choose from. [`write()`] gives each form back, and
//! [`spoken`] what to say on a telephone or a radio.

mod degrees;
mod error;
mod letters;
mod lex;
mod spoken;
mod write;

use turnstone_wire::body::{Metres, Position};

pub use self::{
    error::{Doubt, ReadError},
    spoken::{Listener, spoken},
    write::{irish_grid, os_grid, write},
};

/// In which form a position was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Decimal degrees.
    Decimal,
    /// Degrees and minutes, as on a chart.
    DegreesMinutes,
    /// Degrees, minutes and seconds.
    DegreesMinutesSeconds,
    /// A reference of the National Grid of Great Britain.
    OsGrid {
        /// How many figures it has: 4, 6, 8 or 10.
        figures: u8,
    },
    /// A reference of the Irish Grid.
    IrishGrid {
        /// How many figures it has: 4, 6, 8 or 10.
        figures: u8,
    },
}

/// What was read. `Debug` hides the place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Read {
    /// The point: of a grid reference, the middle of its square.
    pub position: Position,
    /// Half of what the last figure stands for, on the ground: half the side of a grid reference's square, 5.6 m where a
    /// latitude in degrees has four decimals.
    pub precision_m: Metres,
    /// How it was written.
    pub form: Form,
}

/// Up to this precision, a position counts as a point.
const POINT_M: f64 = 10.0;

impl Read {
    /// The radius that holds all that the writing may mean: the half diagonal of a square whose half side is
    /// [`Read::precision_m`]. None where that half is 10 m or less: then it is a point for anybody's purpose.
    pub fn accuracy_m(&self) -> Option<Metres> {
        let half_m = self.precision_m.metres();
        let radius_m = (half_m * std::f64::consts::SQRT_2).ceil();
        if half_m > POINT_M { Metres::new(radius_m).ok() } else { None }
    }
}

/// Reads a position in any form.
///
/// # Errors
/// [`ReadError`], with one sentence to show; the text is not repeated in it.
///
/// ```
/// use turnstone_almanac::position::{Form, ReadError, read};
///
/// let chart = read("50°36.390'N 001°56.880'W")?;
/// assert_eq!((chart.form, chart.position), (Form::DegreesMinutes, read("50.6065, -1.948")?.position));
/// assert_eq!(read("SZ 036 786")?.form, Form::OsGrid { figures: 6 });
/// // 36 minutes and 39 seconds, or 36.39 minutes?
/// let Err(ReadError::Ambiguous { readings }) = read("50 36,39 N 1 56,38 W") else { panic!() };
/// assert_eq!(readings.len(), 2);
/// # Ok::<(), ReadError>(())
/// ```
pub fn read(text: &str) -> Result<Read, ReadError> {
    let text = lex::plain(text)?;
    let squares = match letters::read(&text) {
        None => return degrees::read(&text),
        Some(Ok(square)) if letters::is_a_latitude_too(&text) => square,
        Some(Err(_)) if letters::has_a_hemisphere(&text) => return degrees::read(&text),
        Some(read) => return read,
    };
    let degrees = match degrees::read(&text) {
        Ok(read) => vec![read],
        Err(ReadError::Ambiguous { readings }) => readings,
        Err(_) => Vec::new(),
    };
    one_of([vec![squares], degrees].concat()).unwrap_or(Err(ReadError::NotUnderstood))
}

/// The only one of some readings; those of one place count as one. None where there is none at all.
fn one_of(readings: Vec<Read>) -> Option<Result<Read, ReadError>> {
    let mut different: Vec<Read> = Vec::new();
    for read in readings {
        if different.iter().all(|known| known.position != read.position) {
            different.push(read);
        }
    }
    match *different.as_slice() {
        [] => None,
        [only] => Some(Ok(only)),
        _ => Some(Err(ReadError::Ambiguous { readings: different })),
    }
}

#[cfg(test)]
mod tests;
