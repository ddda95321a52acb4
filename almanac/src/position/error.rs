//! Why a text is no position, each in one sentence: what was read, and what to write instead.

use std::fmt;

use super::{Form, Read};
use crate::words::{Lang, words};

/// Why a text is no position. None of them shows what was typed: that is where somebody stood.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadError {
    /// Nothing was written.
    Empty,
    /// It is longer than any position.
    TooLong,
    /// A word or a sign is in it that belongs to no position, or at the wrong place.
    NotUnderstood,
    /// It holds one number.
    OneNumber,
    /// It looks like the degrees and minutes of one coordinate, without the other.
    Half,
    /// Its numbers do not make two coordinates.
    Count,
    /// Two latitudes, two longitudes, or more letters than two.
    SameAxis,
    /// One letter stands between the numbers, so that nobody can tell which it belongs to.
    OneLetter,
    /// One coordinate has a sign and a letter.
    SignAndLetter,
    /// Sixty minutes or more.
    Minutes,
    /// Sixty seconds or more.
    Seconds,
    /// More than 90 degrees of latitude.
    Latitude,
    /// More than 180 degrees of longitude.
    Longitude,
    /// No square has these letters.
    GridLetters,
    /// Not as many figures for east as for north.
    GridUneven,
    /// Fewer than four figures, or more than ten.
    GridFigures,
    /// A letter that looks like a figure stands among the figures.
    Nought,
    /// It can be read in more than one way.
    Ambiguous {
        /// All of them: two or more, of different places. A person may choose one.
        readings: Vec<Read>,
    },
}

/// What an ambiguous text leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Whether east or west, or north or south.
    Hemisphere,
    /// Whether latitude or longitude comes first: as it stands it is far from these islands.
    Order,
    /// Whether it is a reference of the Irish Grid or begins with a latitude.
    Grid,
    /// Whether a comma or a hyphen begins decimals, parts numbers or is a minus sign.
    Punctuation,
}

impl ReadError {
    /// The sentence, in a language.
    pub fn say(&self, lang: Lang) -> String {
        words(lang).say(self.message(), &[])
    }

    /// What is open, of an ambiguous text.
    pub fn doubt(&self) -> Option<Doubt> {
        let Self::Ambiguous { readings } = self else { return None };
        let (first, others) = readings.split_first()?;
        let place = |read: &Read| (read.position.lat_deg(), read.position.lon_deg());
        let (lat, lon) = place(first);
        let is_grid = |read: &Read| matches!(read.form, Form::OsGrid { .. } | Form::IrishGrid { .. });
        Some(if readings.iter().any(is_grid) {
            Doubt::Grid
        } else if readings.iter().any(|read| read.form != first.form) {
            Doubt::Punctuation
        } else if others.iter().all(|other| place(other) == (lon, lat)) {
            Doubt::Order
        } else if others
            .iter()
            .all(|other| (place(other).0.abs(), place(other).1.abs()) == (lat.abs(), lon.abs()))
        {
            Doubt::Hemisphere
        } else {
            Doubt::Punctuation
        })
    }

    /// The id of the message.
    fn message(&self) -> &'static str {
        match self {
            Self::Empty => "position-empty",
            Self::TooLong => "position-too-long",
            Self::NotUnderstood => "position-not-understood",
            Self::OneNumber => "position-one-number",
            Self::Half => "position-half",
            Self::Count => "position-count",
            Self::SameAxis => "position-same-axis",
            Self::OneLetter => "position-one-letter",
            Self::SignAndLetter => "position-sign-and-letter",
            Self::Minutes => "position-minutes",
            Self::Seconds => "position-seconds",
            Self::Latitude => "position-latitude",
            Self::Longitude => "position-longitude",
            Self::GridLetters => "position-grid-letters",
            Self::GridUneven => "position-grid-uneven",
            Self::GridFigures => "position-grid-figures",
            Self::Nought => "position-nought",
            Self::Ambiguous { .. } => match self.doubt() {
                Some(Doubt::Hemisphere) => "position-doubt-hemisphere",
                Some(Doubt::Order) => "position-doubt-order",
                Some(Doubt::Grid) => "position-doubt-grid",
                Some(Doubt::Punctuation) | None => "position-doubt-punctuation",
            },
        }
    }

    /// How far the reading came: of several ways that all fail, the one that came farthest says best what is wrong.
    pub(super) fn stage(&self) -> u8 {
        match self {
            Self::Empty | Self::TooLong | Self::NotUnderstood | Self::OneNumber => 0,
            Self::Half | Self::Count => 1,
            Self::SameAxis | Self::OneLetter | Self::SignAndLetter => 2,
            Self::Minutes | Self::Seconds => 3,
            Self::Latitude | Self::Longitude => 4,
            Self::GridLetters
            | Self::GridUneven
            | Self::GridFigures
            | Self::Nought
            | Self::Ambiguous { .. } => 5,
        }
    }
}

/// In English: for logs and for the command line's own usage, which are.
impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ReadError {}
