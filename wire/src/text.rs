//! Words, moments and numbers of a witness, as types that never print themselves by accident.

use std::fmt;

use chrono::{DateTime, Datelike, FixedOffset, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

/// Something a witness wrote. `Debug` shows its length only; [`Text::as_str`] is the one way to read it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// Wraps words as they were typed.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True where nothing but white space was written.
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Length in bytes of UTF-8.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True where not even white space was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[text of {} bytes]", self.0.len())
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Self::new(words)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// A moment on some clock, to the second, with the offset it was written in (RFC 3339). `Debug` hides it: the time
/// of a report is among the things that must not be found on a phone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(DateTime<FixedOffset>);

impl Moment {
    /// Wraps a moment, dropping what is below a second. One of a year with more than four digits, which RFC 3339 cannot
    /// write, becomes one that it can: whatever a clock says, what is written down with it is read back.
    pub fn new(at: DateTime<FixedOffset>) -> Self {
        let at = at - chrono::TimeDelta::nanoseconds(i64::from(at.timestamp_subsec_nanos()));
        let bound = match at.year() {
            0..=9999 => None,
            year if year < 0 => Some(DateTime::UNIX_EPOCH),
            // 9999-12-31T23:59:59Z
            _ => DateTime::from_timestamp(253_402_300_799, 0),
        };
        Self(bound.map_or(at, |bound| bound.fixed_offset()))
    }

    /// The same in UTC.
    pub fn utc(at: DateTime<Utc>) -> Self {
        Self::new(at.fixed_offset())
    }

    /// Parses RFC 3339.
    ///
    /// # Errors
    /// Where the text is not RFC 3339, such as a date without a time.
    pub fn parse(text: &str) -> Result<Self, chrono::ParseError> {
        DateTime::parse_from_rfc3339(text).map(Self::new)
    }

    /// The moment, for arithmetic.
    pub fn at(&self) -> DateTime<FixedOffset> {
        self.0
    }

    /// RFC 3339 with whole seconds.
    pub fn to_rfc3339(&self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[moment]")
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|_| serde::de::Error::custom("a moment is not RFC 3339"))
    }
}

/// Fields that a newer minor version added and this one does not know. They are kept and written back, so that a
/// report passed through an older program loses nothing.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unknown(serde_json::Map<String, serde_json::Value>);

impl Unknown {
    /// True where every field was known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the unknown fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} unknown fields]", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p8_debug_of_words_and_moments_shows_neither() {
        let text = Text::new("black RIB off the pier");
        let moment = Moment::parse("2026-05-03T21:40:00+01:00").unwrap();
        let shown = format!("{text:?} {moment:?}");
        assert_eq!(shown, "[text of 22 bytes] [moment]");
    }

    #[test]
    fn a_moment_keeps_its_offset_and_drops_fractions() {
        let moment = Moment::parse("2026-05-03T21:40:00.75+01:00").unwrap();
        assert_eq!(moment.to_rfc3339(), "2026-05-03T21:40:00+01:00");
        assert!(Moment::parse("2026-05-03").is_err());
    }

    #[test]
    fn p9_whatever_a_clock_says_is_read_back() {
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, DateTime::UNIX_EPOCH] {
            let moment = Moment::utc(at);
            assert_eq!(Moment::parse(&moment.to_rfc3339()), Ok(moment), "{at}");
        }
    }
}
