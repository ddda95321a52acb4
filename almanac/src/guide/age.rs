//! How old a fact is, in words: when its source was dated, when it was gathered, how long ago that is.

use chrono::{Datelike, NaiveDate};

use super::Dated;
use crate::words::{Lang, words};

/// After how many months a screen says that a number may have changed.
pub const OLD_MONTHS: u32 = 12;

/// Such as "source dated 2024-08; gathered 22 November 2026, 3 months ago". `today` is a date by the device's clock: one before
/// the gathering is a wrong clock's, and no age is said.
pub fn age(dated: Dated, gathered: NaiveDate, today: NaiveDate, lang: Lang) -> String {
    format!("{}; {}", source_age(dated, lang), gathered_age(gathered, today, lang))
}

/// The first half: such as "source dated 2024-08".
pub fn source_age(dated: Dated, lang: Lang) -> String {
    match dated {
        Dated::NotNoted => words(lang).say("guidance-not-noted", &[]),
        Dated::Undated => words(lang).say("guidance-undated", &[]),
        dated => words(lang).say("guidance-dated", &[("date", dated.written().as_str().into())]),
    }
}

/// The second half: such as "gathered 22 November 2026, 3 months ago".
pub fn gathered_age(gathered: NaiveDate, today: NaiveDate, lang: Lang) -> String {
    let said = words(lang).say("guidance-gathered", &[("date", day(gathered, lang).as_str().into())]);
    match months_between(gathered, today) {
        None => said,
        Some(0) => format!("{said}, {}", words(lang).say("guidance-less-than-a-month-ago", &[])),
        Some(months) => {
            format!("{said}, {}", words(lang).say("guidance-months-ago", &[("months", months.into())]))
        }
    }
}

/// Whether it was gathered so long ago that a number may have changed.
pub fn is_old(gathered: NaiveDate, today: NaiveDate) -> bool {
    months_between(gathered, today).is_some_and(|months| months >= OLD_MONTHS)
}

/// A day in words, such as "22 November 2026".
pub fn day(day: NaiveDate, lang: Lang) -> String {
    let month = words(lang).say(&format!("guidance-month-{}", day.month()), &[]);
    let (number, year) = (day.day().to_string(), day.year().to_string());
    let parts =
        [("day", number.as_str().into()), ("month", month.as_str().into()), ("year", year.as_str().into())];
    words(lang).say("guidance-day", &parts)
}

/// Whole months from one day to another; none where the second is before the first.
fn months_between(from: NaiveDate, to: NaiveDate) -> Option<u32> {
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let whole = months(to) - months(from) - i64::from(to.day() < from.day());
    if to < from { None } else { u32::try_from(whole).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn said(dated: &str, today: &str, lang: Lang) -> String {
        age(Dated::read(dated).unwrap_or_default(), date("2026-11-22"), date(today), lang)
    }

    #[test]
    fn a_fact_s_age_is_said_in_words() {
        for (dated, today, says) in [
            ("2024-08", "2027-02-22", "source dated 2024-08; gathered 22 November 2026, 3 months ago"),
            ("2023-2024", "2026-12-22", "source dated 2023-2024; gathered 22 November 2026, 1 month ago"),
            ("undated", "2026-12-21", "source undated; gathered 22 November 2026, less than a month ago"),
            ("", "2028-11-22", "date of the source not noted; gathered 22 November 2026, 24 months ago"),
            // A clock that is wrong.
            ("2024", "2026-11-21", "source dated 2024; gathered 22 November 2026"),
        ] {
            assert_eq!(said(dated, today, Lang::En), says);
        }
    }

    #[test]
    fn welsh_mutates_after_two() {
        let two = said("2024-08", "2027-01-25", Lang::Cy);
        assert_eq!(two, "dyddiad y ffynhonnell: 2024-08; casglwyd 22 Tachwedd 2026, 2 fis yn ôl");
        assert!(said("2024-08", "2027-02-25", Lang::Cy).ends_with("3 mis yn ôl"));
    }

    #[test]
    fn a_year_makes_it_old() {
        let gathered = date("2026-11-22");
        assert!(!is_old(gathered, date("2027-11-21")));
        assert!(is_old(gathered, date("2027-11-22")));
        assert!(!is_old(gathered, date("1970-01-01")));
    }

    #[test]
    fn months_are_counted_by_the_calendar() {
        let between = |from, to| months_between(date(from), date(to));
        assert_eq!(between("2026-01-31", "2026-02-28"), Some(0));
        assert_eq!(between("2026-01-31", "2026-03-31"), Some(2));
        assert_eq!(between("2026-12-31", "2027-01-31"), Some(1));
        assert_eq!(between("2026-12-31", "2026-12-30"), None);
    }
}
