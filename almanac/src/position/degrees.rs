//! Latitude and longitude in degrees, whatever the punctuation.
//!
//! A comma may begin decimals or part numbers, a hyphen may be a minus sign or stand between degrees and minutes: the text
//! is read each way that makes sense, and where two ways lead to two places, neither is taken.

use turnstone_wire::body::{Metres, PlaceError, Position};

use super::{
    Form, Read, ReadError,
    lex::{self, Axis, Hemisphere, Number, Part, Punctuation},
    one_of,
};

/// Metres in a degree of latitude, near enough for a precision.
const DEGREE_M: f64 = 111_200.0;

/// The seas around these islands, in degrees: where a position is that far from all of them, and with latitude and
/// longitude exchanged is not, they are probably exchanged.
const HOME_WATERS: (std::ops::RangeInclusive<f64>, std::ops::RangeInclusive<f64>) =
    (48.0..=63.0, -16.0..=6.0);

/// Reads a plain text ([`lex::plain`]).
pub(super) fn read(text: &str) -> Result<Read, ReadError> {
    let between_digits = |sign: u8| {
        text.as_bytes()
            .windows(3)
            .any(|three| three[0].is_ascii_digit() && three[1] == sign && three[2].is_ascii_digit())
    };
    let commas = [false, true].into_iter().filter(|decimal| !decimal || between_digits(b','));
    let joins = text.contains("°-") || between_digits(b'-');
    let mut readings = Vec::new();
    let mut error: Option<ReadError> = None;
    for decimal_comma in commas {
        for joining_hyphen in [false, true].into_iter().filter(|joining| !joining || joins) {
            let punctuation = Punctuation { decimal_comma, joining_hyphen };
            let read = lex::parts(text, punctuation).and_then(|parts| pair(&parts, punctuation));
            match read {
                Ok(read) => readings.push(read),
                Err(ReadError::Ambiguous { readings: several }) => readings.extend(several),
                Err(other) if error.as_ref().is_none_or(|known| known.stage() < other.stage()) => {
                    error = Some(other);
                }
                Err(_) => {}
            }
        }
    }
    one_of(readings).unwrap_or_else(|| Err(error.unwrap_or(ReadError::NotUnderstood)))
}

/// Two coordinates.
fn pair(parts: &[Part], punctuation: Punctuation) -> Result<Read, ReadError> {
    let (first, second) = split(parts)?;
    let lettered = parts.iter().any(|part| matches!(part, Part::Letter(_)));
    let first = Coordinate::of(first, lettered)?;
    let second = Coordinate::of(second, lettered)?;
    // Where commas begin decimals, each of the two numbers has some: a lone comma is more likely to stand between.
    if punctuation.decimal_comma && !(first.has_decimals && second.has_decimals) {
        return Err(ReadError::NotUnderstood);
    }
    // And where hyphens join, each has minutes.
    if punctuation.joining_hyphen && (first.parts == 1 || second.parts == 1) {
        return Err(ReadError::Half);
    }
    let (axes, is_said) = match (first.axis, second.axis) {
        (Some(one), Some(other)) if one == other => return Err(ReadError::SameAxis),
        (Some(Axis::Longitude), _) | (_, Some(Axis::Latitude)) => ((second, first), true),
        (None, None) => ((first, second), false),
        _ => ((first, second), true),
    };
    let (lat, lon) = axes;
    let readings = lat.readings(&lon)?;
    match readings.as_slice() {
        [read] if !is_said => with_order(*read),
        [read] => Ok(*read),
        _ => Err(ReadError::Ambiguous { readings }),
    }
}

/// A reading whose order nothing says: far from home waters it may be the other way round.
fn with_order(read: Read) -> Result<Read, ReadError> {
    let is_home = |position: &Position| {
        HOME_WATERS.0.contains(&position.lat_deg()) && HOME_WATERS.1.contains(&position.lon_deg())
    };
    let Ok(other) = Position::new(read.position.lon_deg(), read.position.lat_deg()) else { return Ok(read) };
    if is_home(&other) && !is_home(&read.position) {
        return Err(ReadError::Ambiguous { readings: vec![Read { position: other, ..read }, read] });
    }
    Ok(read)
}

/// Parts the two coordinates, by what was written to part them.
fn split(parts: &[Part]) -> Result<(&[Part], &[Part]), ReadError> {
    let at = |wanted: fn(&Part) -> bool| -> Vec<usize> {
        parts.iter().enumerate().filter(|(_, part)| wanted(part)).map(|(i, _)| i).collect()
    };
    let numbers = at(|part| matches!(part, Part::Number(_)));
    let letters = at(|part| matches!(part, Part::Letter(_)));
    match numbers.len() {
        0 => return Err(ReadError::NotUnderstood),
        1 => return Err(ReadError::OneNumber),
        7.. => return Err(ReadError::Count),
        _ => {}
    }
    let (begin, end) = (numbers[0], numbers[numbers.len() - 1]);
    let inner =
        |found: Vec<usize>| -> Vec<usize> { found.into_iter().filter(|&i| begin < i && i < end).collect() };
    match *letters.as_slice() {
        [one, other] if one < begin && other < end => return Ok(parts.split_at(other)),
        [one, other] if begin < one && other > end => return Ok(parts.split_at(one + 1)),
        [_, _, _, ..] => return Err(ReadError::SameAxis),
        _ => {}
    }
    if let [.., label] = *inner(at(|part| matches!(part, Part::Label(_)))).as_slice() {
        return Ok(parts.split_at(label));
    }
    if let [only] = *inner(at(|part| *part == Part::Break)).as_slice() {
        return Ok(parts.split_at(only));
    }
    if letters.iter().any(|&letter| begin < letter && letter < end) {
        return Err(ReadError::OneLetter);
    }
    if let [first, ..] = *inner(at(|part| matches!(part, Part::Sign { .. }))).as_slice() {
        return Ok(parts.split_at(first));
    }
    // A second sign for degrees stands behind the second coordinate's first number.
    if let [_, second, ..] = *at(|part| *part == Part::Mark(0)).as_slice()
        && let Some(&number) = numbers.iter().rfind(|&&number| number < second)
    {
        return Ok(parts.split_at(number));
    }
    let bare = parts.len() == 2;
    match *numbers.as_slice() {
        [_, _] if bare && is_half(parts) => Err(ReadError::Half),
        [_, second] => Ok(parts.split_at(second)),
        [_, _, middle, _] | [_, _, _, middle, _, _] => Ok(parts.split_at(middle)),
        _ => Err(ReadError::Count),
    }
}

/// Two bare numbers that are more likely the degrees and minutes of one coordinate.
fn is_half(parts: &[Part]) -> bool {
    let [Part::Number(degrees), Part::Number(minutes)] = parts else { return false };
    degrees.decimals.is_none() && minutes.value() < 60.0
}

/// One of the two, without its sign.
struct Coordinate {
    degrees: f64,
    /// How many of degrees, minutes and seconds were written.
    parts: usize,
    /// What its last figure stands for, in degrees.
    unit_deg: f64,
    has_decimals: bool,
    axis: Option<Axis>,
    letter: Option<Hemisphere>,
    /// Written with a sign: whether that is a minus.
    minus: Option<bool>,
}

impl Coordinate {
    /// Reads the parts of one coordinate; `lettered` where the text has letters for hemispheres.
    fn of(parts: &[Part], lettered: bool) -> Result<Self, ReadError> {
        let mut numbers: Vec<&Number> = Vec::new();
        let (mut marks, mut before_letter) = (0, 0);
        let (mut letter, mut label, mut minus) = (None, None, None);
        for part in parts {
            match part {
                Part::Number(number) => numbers.push(number),
                // Each sign stands behind its number, and at most one behind each.
                Part::Mark(mark) if mark + 1 == numbers.len() && marks < numbers.len() => {
                    marks = numbers.len()
                }
                Part::Mark(_) => return Err(ReadError::NotUnderstood),
                Part::Letter(hemisphere) => {
                    if letter.replace(*hemisphere).is_some() {
                        return Err(ReadError::SameAxis);
                    }
                    before_letter = numbers.len();
                }
                Part::Label(axis) => {
                    if label.replace(*axis).is_some() {
                        return Err(ReadError::SameAxis);
                    }
                }
                Part::Sign { minus: is_minus } => {
                    if !numbers.is_empty() || minus.replace(*is_minus).is_some() {
                        return Err(ReadError::NotUnderstood);
                    }
                }
                Part::Break => {}
            }
        }
        if letter.is_some() && minus.is_some() {
            return Err(ReadError::SignAndLetter);
        }
        // A letter stands before all figures or behind them.
        if before_letter != 0 && before_letter != numbers.len() {
            return Err(ReadError::NotUnderstood);
        }
        let axis = letter.map(Hemisphere::axis);
        if matches!((axis, label), (Some(axis), Some(label)) if axis != label) {
            return Err(ReadError::SameAxis);
        }
        let figures = match *numbers.as_slice() {
            [] => return Err(ReadError::OneNumber),
            [only] if lettered && marks == 0 && only.whole.len() >= 4 => run_together(only)?,
            _ => numbers.into_iter().cloned().collect(),
        };
        let (degrees, unit_deg) = in_degrees(&figures)?;
        let has_decimals = figures.last().is_some_and(|number| number.decimals.is_some());
        Ok(Self {
            degrees,
            parts: figures.len(),
            unit_deg,
            has_decimals,
            axis: axis.or(label),
            letter,
            minus,
        })
    }

    /// Whether it lies south or west; unknown without a letter and without a sign.
    fn is_negative(&self) -> Option<bool> {
        self.letter.map(Hemisphere::is_negative).or(self.minus)
    }

    /// All readings of a latitude and a longitude. Where one has a letter and the other neither that nor a sign, or minutes
    /// have no letters at all, the hemisphere is open: people who write so leave "west" out as often as "east".
    fn readings(&self, lon: &Self) -> Result<Vec<Read>, ReadError> {
        let signed = self.minus.is_some() || lon.minus.is_some();
        let lettered = self.letter.is_some() || lon.letter.is_some();
        let in_minutes = self.parts > 1 || lon.parts > 1;
        let both = |is_negative: Option<bool>, is_open: bool| match is_negative {
            Some(is_negative) => vec![is_negative],
            None if is_open => vec![false, true],
            None => vec![false],
        };
        let south = both(self.is_negative(), lettered);
        let west = both(lon.is_negative(), lettered || (in_minutes && !signed));
        let mut readings = Vec::new();
        for is_south in south {
            for &is_west in &west {
                readings.push(self.reading(lon, is_south, is_west)?);
            }
        }
        Ok(readings)
    }

    fn reading(&self, lon: &Self, is_south: bool, is_west: bool) -> Result<Read, ReadError> {
        let signed = |degrees: f64, is_negative: bool| if is_negative { -degrees } else { degrees };
        let position =
            Position::new(signed(self.degrees, is_south), signed(lon.degrees, is_west)).map_err(|error| {
                if error == PlaceError::Latitude { ReadError::Latitude } else { ReadError::Longitude }
            })?;
        let east_deg = lon.unit_deg * position.lat_deg().to_radians().cos();
        let precision_m =
            Metres::new(self.unit_deg.max(east_deg) / 2.0 * DEGREE_M).map_err(|_| ReadError::Latitude)?;
        let form = match self.parts.max(lon.parts) {
            1 => Form::Decimal,
            2 => Form::DegreesMinutes,
            _ => Form::DegreesMinutesSeconds,
        };
        Ok(Read { position, precision_m, form })
    }
}

/// Degrees, minutes and seconds in one number, as ISO 6709 (annexe H) and radios write them: two or three digits of degrees,
/// then two each.
fn run_together(number: &Number) -> Result<Vec<Number>, ReadError> {
    let whole = number.whole.as_str();
    let degrees = 2 + whole.len() % 2;
    let ends: &[usize] = match whole.len() {
        4 | 5 => &[degrees, degrees + 2],
        6 | 7 => &[degrees, degrees + 2, degrees + 4],
        _ => return Err(ReadError::Count),
    };
    let mut start = 0;
    let mut numbers = Vec::new();
    for &end in ends {
        let decimals = number.decimals.clone().filter(|_| end == whole.len());
        numbers.push(Number { whole: whole[start..end].to_owned(), decimals });
        start = end;
    }
    Ok(numbers)
}

/// The sum of up to three numbers in degrees, and what the last figure stands for.
fn in_degrees(numbers: &[Number]) -> Result<(f64, f64), ReadError> {
    let Some((last, before)) = numbers.split_last() else { return Err(ReadError::OneNumber) };
    if before.iter().any(|number| number.decimals.is_some()) {
        return Err(ReadError::NotUnderstood);
    }
    let mut degrees = 0.0;
    for (number, (unit_deg, too_many)) in numbers.iter().zip([
        (1.0, None),
        (60.0, Some(ReadError::Minutes)),
        (3600.0, Some(ReadError::Seconds)),
    ]) {
        let value = number.value();
        if let Some(error) = too_many.filter(|_| value >= 60.0) {
            return Err(error);
        }
        degrees += value / unit_deg;
    }
    let unit_deg = match numbers.len() {
        1 => 1.0,
        2 => 1.0 / 60.0,
        3 => 1.0 / 3600.0,
        _ => return Err(ReadError::Count),
    };
    let decimals = last.decimals.as_ref().map_or(0, String::len);
    Ok((degrees, unit_deg * 0.1_f64.powi(i32::try_from(decimals).unwrap_or(i32::MAX))))
}

impl Number {
    /// Its value; a number that no `f64` holds is out of every range.
    fn value(&self) -> f64 {
        let decimals = self.decimals.as_deref().unwrap_or_default();
        format!("{}.{decimals}", self.whole).parse().unwrap_or(f64::INFINITY)
    }
}
