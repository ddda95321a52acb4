//! When it was, as people say it.

use chrono::{Datelike, Timelike};
use turnstone_wire::{body::When, text::Moment};

use super::sheet::Writer;

/// From when to when, give or take.
pub(super) fn of(when: &When, desk: &Writer<'_>) -> String {
    let from = moment(&when.from, desk);
    let mut said = match &when.until {
        Some(until) => desk.fill("call-from-until", &[("from", &from), ("until", &moment(until, desk))]),
        None => from,
    };
    if let Some(seconds) = when.give_or_take_s {
        let about = match (seconds / 60, seconds % 60) {
            (minutes, 0) => desk.count("call-give-or-take-minutes", minutes),
            _ => desk.count("call-give-or-take-seconds", seconds),
        };
        said.push_str(&format!("; {about}"));
    }
    said
}

/// A moment in the offset it was written in.
pub(super) fn moment(moment: &Moment, desk: &Writer<'_>) -> String {
    let at = moment.at();
    let clock = at.format(if at.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string();
    let month = desk.say(&format!("call-month-{}", at.month()));
    let (day, year) = (at.day().to_string(), at.year().to_string());
    let texts = [("clock", clock.as_str()), ("day", &day), ("month", &month), ("year", &year)];
    desk.fill("call-moment", &texts)
}
