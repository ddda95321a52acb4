//! A sentence in each language, with what is known of its review and of where it comes from.

use chrono::NaiveDate;

use crate::words::Lang;

/// A text in each language, held by whoever holds this: it may have come from a pack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worded {
    /// In English.
    pub en: String,
    /// In Welsh.
    pub cy: String,
    /// Whether the English stands as it was signed.
    pub en_reviewed: bool,
    /// Whether somebody who speaks Welsh has signed the Welsh.
    pub cy_reviewed: bool,
}

impl Worded {
    /// The text in a language.
    pub fn say(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Cy => &self.cy,
        }
    }

    /// Whether somebody who speaks the language has signed it.
    pub fn reviewed(&self, lang: Lang) -> bool {
        match lang {
            Lang::En => self.en_reviewed,
            Lang::Cy => self.cy_reviewed,
        }
    }
}

/// Where a fact was read, and how old that was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// Whose pages.
    pub name: Worded,
    /// How old they were.
    pub dated: Dated,
}

/// How a source is dated: as exactly as it says itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dated {
    /// Nobody noted a date.
    #[default]
    NotNoted,
    /// The page bears no date.
    Undated,
    /// Of a year.
    Year(u16),
    /// Of these years, both included.
    Years(u16, u16),
    /// Of a month, from 1.
    Month(u16, u8),
    /// Of a day.
    Day(NaiveDate),
}

impl Dated {
    /// Reads `undated`, `2024`, `2023-2024`, `2024-08` or `2022-08-12`; nothing else.
    pub fn read(text: &str) -> Option<Self> {
        let number =
            |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u16>().ok())?;
        let year = |text: &str| number(text).filter(|year| text.len() == 4 && (1900..2200).contains(year));
        let parts: Vec<_> = text.split('-').collect();
        match parts[..] {
            ["undated"] => Some(Self::Undated),
            [only] => year(only).map(Self::Year),
            [from, to] if to.len() == 4 => {
                let (from, to) = (year(from)?, year(to)?);
                (from < to).then_some(Self::Years(from, to))
            }
            [in_year, month] => {
                let month = number(month).filter(|n| month.len() == 2 && (1..=12).contains(n))?;
                Some(Self::Month(year(in_year)?, u8::try_from(month).ok()?))
            }
            [_, _, _] => NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()
                .filter(|day| day.to_string() == text)
                .map(Self::Day),
            _ => None,
        }
    }

    /// The same as it is written; empty where nothing is noted.
    pub fn written(self) -> String {
        match self {
            Self::NotNoted => String::new(),
            Self::Undated => "undated".to_owned(),
            Self::Year(year) => year.to_string(),
            Self::Years(from, to) => format!("{from}-{to}"),
            Self::Month(year, month) => format!("{year}-{month:02}"),
            Self::Day(day) => day.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_a_source_is_dated_comes_back_as_written() {
        for text in ["undated", "2024", "2023-2024", "2024-08", "2022-08-12"] {
            assert_eq!(Dated::read(text).map(Dated::written).as_deref(), Some(text));
        }
        for text in
            ["", "24", "2024-13", "2024-00", "2024-8", "2024-2023", "2022-02-30", "2022-8-12", "+024", "x"]
        {
            assert_eq!(Dated::read(text), None, "{text}");
        }
    }
}
