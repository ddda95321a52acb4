//! What was understood of identifiers, how well it was seen, and what a desk would still use: in words and in JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};
use turnstone_almanac::{
    identifier, view as quality,
    words::{Lang, words as messages},
};
use turnstone_core::view::{self, Useful};
use turnstone_wire::{
    body::{Conditions, Sighting, Subject},
    shown,
};

use super::INDENT;

/// Sightings with what the program adds to them: in a draft that is not there yet.
pub(crate) fn filled(sightings: &[Sighting]) -> Vec<Sighting> {
    let mut sightings = sightings.to_vec();
    for sighting in &mut sightings {
        identifier::fill(sighting);
        quality::fill(sighting);
    }
    sightings
}

/// What was understood of each subject of each sighting, and how well it was seen, as sentences.
pub(crate) fn seen_json(sightings: &[Sighting], language: &str) -> Value {
    let lang = Lang::of(language);
    let subject = |subject: &Subject| {
        let read = |one| json!({"reading": one, "sentence": identifier::sentence(one, lang)});
        subject.understood().iter().map(read).collect::<Vec<_>>()
    };
    let sighting = |sighting: &Sighting| {
        json!({
            "understood": sighting.subjects.iter().map(subject).collect::<Vec<_>>(),
            "view": sighting.view,
            "view_sentences": sighting.view.as_ref().map_or_else(Vec::new, |view| quality::lines(view, lang)),
        })
    };
    sightings.iter().map(sighting).collect()
}

/// One subject: what was typed, and beneath it what was understood.
pub(super) fn subject_words(words: &mut String, subject: &Subject, language: &str) {
    let _ = writeln!(words, "Seen:     {}", subject.kind());
    for (name, text) in subject.fields() {
        let _ = writeln!(words, "{INDENT}{}: {}", name.replace('_', " "), shown::line(text.as_str()));
        for read in subject.understood().iter().filter(|read| read.field == name) {
            let _ = writeln!(words, "{INDENT}  = {}", identifier::sentence(read, Lang::of(language)));
        }
    }
}

/// How well it was seen, and in which conditions.
pub(super) fn view_words(words: &mut String, sighting: &Sighting, language: &str) {
    let lines = sighting.view.as_ref().map_or_else(Vec::new, |view| quality::lines(view, Lang::of(language)));
    for (at, line) in lines.iter().enumerate() {
        let label = if at == 0 { "View:" } else { "" };
        let _ = writeln!(words, "{label:<10}{line}");
    }
    if let Some(Conditions { visibility, light, sea, wind, unknown: _ }) = &sighting.conditions {
        for (name, text) in [("visibility", visibility), ("light", light), ("sea", sea), ("wind", wind)] {
            if let Some(text) = text {
                let _ = writeln!(words, "{INDENT}{name}: {}", shown::line(text.as_str()));
            }
        }
    }
}

/// What a desk would use of a draft, as JSON: each row, told or not, in order of use.
pub(crate) fn useful_json(rows: &[Useful], language: &str) -> Value {
    let lang = Lang::of(language);
    let row = |row: &Useful| {
        json!({
            "question": row.question.code(), "code": row.code, "told": row.told, "sentence": row.sentence(lang),
        })
    };
    rows.iter().map(row).collect()
}

/// What is still missing, the most useful first, so many of it at most.
pub(crate) fn missing_words(rows: &[Useful], language: &str, most: usize) -> String {
    let lang = Lang::of(language);
    let missing: Vec<_> = rows.iter().filter(|row| !row.told).take(most).collect();
    let mut out = view::completeness_sentence(rows, lang);
    if !missing.is_empty() {
        let _ = write!(out, "\n{}", messages(lang).say("complete-missing", &[]));
    }
    for row in missing {
        let _ = write!(out, "\n  {:<6} {}", row.question.name(lang), row.sentence(lang));
    }
    out
}
