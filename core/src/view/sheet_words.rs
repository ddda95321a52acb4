//! The hand-over sheet in words, as it is printed, read aloud or pasted into a log book.

use turnstone_almanac::{
    target,
    words::{Lang, Words, words},
};
use turnstone_wire::{
    body::{Conditions, Fix, North, Position, Sighting, Subject, Target, Told},
    shown,
    text::{Moment, Text},
};

use super::{DraftView, ItemView, ReportView, Sheet, SheetReport, WatchView, in_hand_sentence};
use crate::outbox::{ItemState, Lane};

/// How far what belongs to a heading is set in.
const INDENT: &str = "  ";

/// The whole sheet. What people wrote is made safe to show.
pub fn sheet_text(sheet: &Sheet, lang: Lang) -> String {
    let words = words(lang);
    let mut lines = watch_lines(&sheet.watch, words);
    let part = |heading: &str, none: &str, rows: Vec<String>| {
        let mut part = vec![String::new(), words.say(heading, &[])];
        part.extend(rows.iter().map(|row| format!("{INDENT}{row}")));
        if rows.is_empty() {
            part.push(format!("{INDENT}{}", words.say(none, &[])));
        }
        part
    };
    lines.extend(part("watch-seen", "watch-nothing-seen", seen_lines(sheet, words)));
    let sent = sheet.reports.iter().flat_map(|report| sent_lines(&report.report, words));
    lines.extend(part("watch-sent", "watch-nothing-sent", sent.collect()));
    lines.extend(part("watch-told", "watch-nobody-told", told_lines(sheet, words)));
    let open = sheet.drafts.iter().map(|draft| {
        let id = if draft.content.kept { "watch-open-kept" } else { "watch-open-draft" };
        let open = words.say(id, &[("draft", draft.row.to_string().as_str().into())]);
        match &draft.writer {
            Some(writer) => format!("{open} {}", in_hand_sentence(writer, lang)),
            None => open,
        }
    });
    lines.extend(part("watch-open", "watch-nothing-open", open.collect()));
    lines.extend([String::new(), words.say("watch-no-anonymous", &[]), words.say("watch-kept", &[])]);
    lines.join("\n")
}

/// One line of a list of watches.
pub fn watch_row_text(view: &WatchView, lang: Lang) -> String {
    let (at, until) = (view.watch.from, view.watch.until);
    let said = |at: Option<Moment>| at.map_or_else(|| "?".to_owned(), |at| day_and_time(at, lang));
    let id = match (view.runs, view.handed_over) {
        (true, _) => "watch-row-runs",
        (false, None) => "watch-row-ended",
        (false, Some(_)) => "watch-row-handed-over",
    };
    let (number, at, until) = (view.row.to_string(), said(at), said(until));
    words(lang).say(
        id,
        &[("number", number.as_str().into()), ("at", at.as_str().into()), ("until", until.as_str().into())],
    )
}

/// A day as people write it: "3 May 2026".
pub(super) fn day(at: Moment, lang: Lang) -> String {
    use chrono::Datelike;
    let (words, at) = (words(lang), at.at());
    let (day, year) = (at.day().to_string(), at.year().to_string());
    let month = words.say(&format!("log-month-{}", at.month()), &[]);
    let args =
        [("day", day.as_str().into()), ("month", month.as_str().into()), ("year", year.as_str().into())];
    words.say("log-date", &args)
}

/// The same with the time, by the clock it was written down by: "3 May 2026, 20:41".
pub(super) fn day_and_time(at: Moment, lang: Lang) -> String {
    let (date, time) = (day(at, lang), at.at().format("%H:%M").to_string());
    words(lang).say("log-moment", &[("date", date.as_str().into()), ("time", time.as_str().into())])
}

fn watch_lines(view: &WatchView, words: &Words) -> Vec<String> {
    let with = |id: &str, name: &str, text: &str| words.say(id, &[(name, text.into())]);
    let watch = &view.watch;
    let mut lines = vec![with("watch-title", "number", &view.row.to_string())];
    lines.push(match &watch.station {
        Some(station) => with("watch-station", "station", &safe(station)),
        None => words.say("watch-no-station", &[]),
    });
    if let Some(from) = watch.from {
        lines.push(with("watch-began", "at", &day_and_time(from, words.lang())));
    }
    match watch.until {
        Some(until) => lines.push(with("watch-ended", "at", &day_and_time(until, words.lang()))),
        None if view.runs => lines.push(words.say("watch-runs", &[])),
        None => {}
    }
    let people: Vec<_> = watch.people.iter().map(safe).collect();
    lines.push(match people.is_empty() {
        false => with("watch-people", "people", &people.join("; ")),
        true => words.say("watch-no-people", &[]),
    });
    if let Some(Conditions { visibility, light, sea, wind, unknown: _ }) = &watch.conditions {
        let said = [("visibility", visibility), ("light", light), ("sea", sea), ("wind", wind)];
        for (name, text) in said {
            lines.extend(text.iter().map(|text| with(&format!("watch-{name}"), "text", &safe(text))));
        }
    }
    if view.damaged > 0 {
        lines.push(words.say("watch-damaged", &[("n", view.damaged.into())]));
    }
    lines
}

/// The sightings of all reports and drafts, the oldest first.
fn seen_lines(sheet: &Sheet, words: &Words) -> Vec<String> {
    let (mut seen, mut gone) = (Vec::new(), Vec::new());
    for SheetReport { report, sightings } in &sheet.reports {
        let about = report.reference.to_string();
        match sightings {
            Some(sightings) => seen.extend(sightings.iter().map(|one| (one, about.clone(), report.exercise))),
            None => gone.push(words.say("watch-copy-gone", &[("about", about.as_str().into())])),
        }
    }
    for draft in &sheet.drafts {
        let about = about_draft(draft, words);
        let exercise = draft.content.exercise;
        seen.extend(draft.content.sightings.iter().map(|one| (one, about.clone(), exercise)));
    }
    seen.sort_by_key(|(sighting, ..)| sighting.when.from.at());
    let lines = seen.into_iter().flat_map(|(sighting, about, exercise)| {
        let mut lines = sighting_lines(sighting, &about, words);
        if exercise {
            lines.insert(1, format!("{INDENT}{}", words.say("watch-exercise", &[])));
        }
        lines
    });
    lines.chain(gone).collect()
}

fn sighting_lines(sighting: &Sighting, about: &str, words: &Words) -> Vec<String> {
    let at = day_and_time(sighting.when.from, words.lang());
    let mut lines =
        vec![format!("{at}, {about}: {}", shown::lines(sighting.what.as_str(), &INDENT.repeat(3)))];
    let place = target_words(sighting, words);
    let stood = sighting.observer.as_ref().map(|Fix { position, .. }| {
        words.say("watch-stood", &[("place", place_words(position).as_str().into())])
    });
    let places: Vec<_> = stood.into_iter().chain(place).collect();
    if !places.is_empty() {
        lines.push(format!("{INDENT}{}", places.join("; ")));
    }
    lines.extend(sighting.subjects.iter().map(|subject| format!("{INDENT}{}", craft_words(subject, words))));
    lines
}

fn target_words(sighting: &Sighting, words: &Words) -> Option<String> {
    let was_at = |place: &str| words.say("watch-was-at", &[("place", place.into())]);
    match sighting.target.as_ref()? {
        Target::Point { position, .. } => Some(was_at(&place_words(position))),
        Target::Named { name, .. } => Some(was_at(&safe(name))),
        Target::BearingRange { bearing, range_m, .. } => {
            let id = match bearing.north() {
                North::True => "watch-bearing-true",
                North::Magnetic => "watch-bearing-magnetic",
            };
            let (deg, metres) = (bearing.deg().to_string(), range_m.metres().to_string());
            Some(words.say(id, &[("deg", deg.as_str().into()), ("metres", metres.as_str().into())]))
        }
        crossed @ Target::Cross { .. } => {
            let on = sighting.when.from.at().to_utc();
            let found = target::locate(sighting.observer.as_ref(), crossed, on)?;
            Some(was_at(&place_words(&found.position)))
        }
        Target::SamePlace => None,
    }
}

fn place_words(position: &Position) -> String {
    format!("{:.5}, {:.5}", position.lat_deg(), position.lon_deg())
}

fn craft_words(subject: &Subject, words: &Words) -> String {
    let fields: Vec<_> = subject.fields().into_iter().map(|(_, text)| safe(text)).collect();
    format!("{}: {}", words.say(&format!("watch-kind-{}", subject.kind()), &[]), fields.join(", "))
}

fn sent_lines(report: &ReportView, words: &Words) -> Vec<String> {
    let (photos, letters): (Vec<_>, Vec<_>) = report.items.iter().partition(|item| item.lane != Lane::Words);
    let id = match letters.first().map_or(ItemState::Waits, |item: &&ItemView| item.state) {
        ItemState::Waits => "watch-words-waits",
        ItemState::Stored => "watch-words-stored",
        ItemState::Opened => "watch-words-opened",
        ItemState::Refused => "watch-words-refused",
    };
    let desk = shown::line(report.desk_name.as_deref().unwrap_or(report.desk.as_str()));
    let reference = report.reference.to_string();
    let mut lines =
        vec![words.say(id, &[("reference", reference.as_str().into()), ("desk", desk.as_str().into())])];
    let waiting = ItemView::photos(photos.into_iter().filter(|item| item.state == ItemState::Waits));
    if waiting > 0 {
        let n = u32::try_from(waiting).unwrap_or(u32::MAX);
        lines.push(format!("{INDENT}{}", words.say("watch-photos-wait", &[("n", n.into())])));
    }
    lines
}

fn told_lines(sheet: &Sheet, words: &Words) -> Vec<String> {
    let of_reports =
        sheet.reports.iter().map(|report| (report.report.reference.to_string(), &report.report.told));
    let of_drafts = sheet.drafts.iter().map(|draft| (about_draft(draft, words), &draft.told));
    let calls = of_reports
        .chain(of_drafts)
        .flat_map(|(about, told)| told.iter().map(move |call| (call, about.clone())));
    let mut calls: Vec<(&Told, String)> = calls.collect();
    calls.sort_by_key(|(call, _)| call.at.at());
    calls.iter().map(|(call, about)| told_line(call, about, words)).collect()
}

fn told_line(call: &Told, about: &str, words: &Words) -> String {
    let channel = words.say(&format!("watch-channel-{}", call.channel.code()), &[]);
    let at = day_and_time(call.at, words.lang());
    let args = [("channel", channel.as_str().into()), ("at", at.as_str().into()), ("about", about.into())];
    match &call.number {
        Some(number) => {
            let number = safe(number);
            words.say("watch-told-number", &[&args[..], &[("number", number.as_str().into())]].concat())
        }
        None => words.say("watch-told-plain", &args),
    }
}

fn about_draft(draft: &DraftView, words: &Words) -> String {
    words.say("watch-draft", &[("draft", draft.row.to_string().as_str().into())])
}

/// What somebody wrote, on one line and without signs that a terminal obeys.
fn safe(text: &Text) -> String {
    shown::line(text.as_str())
}
