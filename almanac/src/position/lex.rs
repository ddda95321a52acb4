//! From characters to the parts of a position: numbers, marks, letters, signs and breaks.

use super::ReadError;

/// Longest text that is read, in characters: no form needs a third of it.
const LONGEST: usize = 120;

/// A text with one spelling for each sign: capital letters, `-`, `°`, `'` and `"`, spaces, and `;` for the end of a line.
///
/// # Errors
/// [`ReadError::Empty`] and [`ReadError::TooLong`].
pub(super) fn plain(text: &str) -> Result<String, ReadError> {
    if text.chars().nth(LONGEST).is_some() {
        return Err(ReadError::TooLong);
    }
    let plain: String = text.trim().chars().filter_map(one_spelling).collect();
    let plain = plain.trim_matches(|c: char| c.is_whitespace() || "()[]<>.,;".contains(c));
    if plain.is_empty() { Err(ReadError::Empty) } else { Ok(plain.to_owned()) }
}

fn one_spelling(c: char) -> Option<char> {
    Some(match c {
        '\n' | '\r' => ';',
        // The degree sign, and what looks like it on a keyboard: the masculine ordinal and the ring above.
        '°' | 'º' | '\u{2da}' => '°',
        // The prime, quotation marks, accents and the modifier letter: maps and phones print each of them for minutes.
        '\u{2032}' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{b4}' | '`' | '\u{2b9}' => '\'',
        '\u{2033}' | '\u{201c}' | '\u{201d}' | '\u{201f}' | '\u{2ba}' => '"',
        // The minus sign proper, hyphens and dashes.
        '\u{2212}' | '\u{2010}'..='\u{2015}' | '\u{fe63}' | '\u{ff0d}' => '-',
        // Marks of direction and of width that come along when a text is copied.
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{ad}' => {
            return None;
        }
        c if c.is_whitespace() => ' ',
        c => c.to_ascii_uppercase(),
    })
}

/// A part of a position.
#[derive(Clone, PartialEq)]
pub(super) enum Part {
    Number(Number),
    /// The sign behind a number: 0 for degrees, 1 for minutes, 2 for seconds.
    Mark(usize),
    Letter(Hemisphere),
    Sign {
        minus: bool,
    },
    /// A comma, a semicolon, a stroke, the end of a line.
    Break,
    /// "Latitude" or "longitude".
    Label(Axis),
}

/// Digits as they were written.
#[derive(Clone, PartialEq)]
pub(super) struct Number {
    pub(super) whole: String,
    pub(super) decimals: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Latitude,
    Longitude,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hemisphere {
    North,
    South,
    East,
    West,
}

impl Hemisphere {
    pub(super) fn axis(self) -> Axis {
        match self {
            Self::North | Self::South => Axis::Latitude,
            Self::East | Self::West => Axis::Longitude,
        }
    }

    pub(super) fn is_negative(self) -> bool {
        matches!(self, Self::South | Self::West)
    }
}

/// What punctuation that is used in two ways stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Punctuation {
    /// A comma between digits begins decimals; else it stands between numbers.
    pub(super) decimal_comma: bool,
    /// A hyphen between digits stands between degrees and minutes; else it is a minus sign.
    pub(super) joining_hyphen: bool,
}

/// The parts of a plain text.
pub(super) fn parts(text: &str, punctuation: Punctuation) -> Result<Vec<Part>, ReadError> {
    let chars: Vec<char> = text.chars().collect();
    let digit_at = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let mut parts = Vec::new();
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        let start = i;
        i += 1;
        parts.push(match c {
            // A colon stands behind a label, or between degrees and minutes.
            ' ' | ':' | '=' => continue,
            '0'..='9' => {
                let (number, end) = number(&chars, start, punctuation)?;
                i = end;
                Part::Number(number)
            }
            '-' if punctuation.joining_hyphen && start > 0 && is_joint(&chars, start) && digit_at(i) => {
                continue;
            }
            // Glued to whole degrees, it is more likely to stand before their minutes.
            '-' if digit_at(i) && start > 0 && chars[start - 1].is_ascii_digit() && is_whole(&parts) => {
                return Err(ReadError::NotUnderstood);
            }
            '-' | '+' => Part::Sign { minus: c == '-' },
            ',' | ';' | '/' | '|' => Part::Break,
            '°' => Part::Mark(0),
            '\'' if chars.get(i) == Some(&'\'') => {
                i += 1;
                Part::Mark(2)
            }
            '\'' => Part::Mark(1),
            '"' => Part::Mark(2),
            c if c.is_alphabetic() => {
                while chars.get(i).is_some_and(|c| c.is_alphabetic()) {
                    i += 1;
                }
                word(&chars[start..i].iter().collect::<String>())?
            }
            _ => return Err(ReadError::NotUnderstood),
        });
    }
    Ok(parts)
}

/// Whether what stands before a hyphen is degrees: digits, with or without their sign.
fn is_joint(chars: &[char], hyphen: usize) -> bool {
    chars[hyphen - 1].is_ascii_digit() || chars[hyphen - 1] == '°'
}

/// Whether what was read last is a number without decimals.
fn is_whole(parts: &[Part]) -> bool {
    matches!(parts.last(), Some(Part::Number(Number { decimals: None, .. })))
}

fn number(chars: &[char], start: usize, punctuation: Punctuation) -> Result<(Number, usize), ReadError> {
    let digits_from = |from: usize| chars[from..].iter().take_while(|c| c.is_ascii_digit()).count() + from;
    let end = digits_from(start);
    let whole: String = chars[start..end].iter().collect();
    let next_is_digit = chars.get(end + 1).is_some_and(char::is_ascii_digit);
    let is_point = match chars.get(end) {
        Some('.') => true,
        Some(',') => punctuation.decimal_comma && next_is_digit,
        _ => false,
    };
    if !is_point {
        return Ok((Number { whole, decimals: None }, end));
    }
    let last = digits_from(end + 1);
    // Two points are no number; and nobody writes one position with both a decimal point and a decimal comma.
    let mixed = punctuation.decimal_comma && chars[end] == '.';
    if chars.get(last) == Some(&'.') || mixed {
        return Err(ReadError::NotUnderstood);
    }
    Ok((Number { whole, decimals: Some(chars[end + 1..last].iter().collect()) }, last))
}

/// Letters and words, English and Welsh.
fn word(word: &str) -> Result<Part, ReadError> {
    Ok(match word {
        "N" | "NORTH" | "GOGLEDD" => Part::Letter(Hemisphere::North),
        "S" | "SOUTH" | "DE" => Part::Letter(Hemisphere::South),
        "E" | "EAST" | "DWYRAIN" => Part::Letter(Hemisphere::East),
        "W" | "WEST" | "GORLLEWIN" => Part::Letter(Hemisphere::West),
        "LAT" | "LATITUDE" | "LLEDRED" => Part::Label(Axis::Latitude),
        "LON" | "LONG" | "LNG" | "LONGITUDE" | "HYDRED" => Part::Label(Axis::Longitude),
        "DEG" | "DEGS" | "DEGREE" | "DEGREES" | "GRADD" => Part::Mark(0),
        "MIN" | "MINS" | "MINUTE" | "MINUTES" | "MUNUD" => Part::Mark(1),
        "SEC" | "SECS" | "SECOND" | "SECONDS" | "EILIAD" => Part::Mark(2),
        _ => return Err(ReadError::NotUnderstood),
    })
}
