//! What several sheets say of one sighting: who is in danger, what it looked like, where it went.

use turnstone_wire::{
    body::{Sighting, SignCode, Subject},
    shown,
    text::Text,
};

use super::{
    alarm::{Reason, alarm},
    said::Said,
    sheet::{Row, Writer, safe},
};
use crate::sign;

/// The field of a subject that says where it was heading.
const HEADING: &str = "heading";
/// The fields that count people.
const COUNTS: [&str; 2] = ["people", "count"];

/// Who is in danger: how many there were, by each subject that says so, and why it may be danger. Where neither was typed,
/// that is asked.
pub(super) fn danger(said: &Said, sighting: Option<&Sighting>, desk: &Writer) -> Vec<Row> {
    let mut parts: Vec<String> = Vec::new();
    if let Some(alarm) = alarm(said) {
        let mut reasons: Vec<_> = alarm.reasons.iter().map(|reason| why(*reason, desk)).collect();
        reasons.dedup();
        parts.extend(reasons);
    }
    for subject in sighting.iter().flat_map(|sighting| &sighting.subjects) {
        for (name, count) in subject.fields().into_iter().filter(|(name, _)| COUNTS.contains(name)) {
            let (kind, name) = (desk.name_of("kind", subject.kind()), desk.name_of("field", name));
            parts.push(format!("{kind}, {name}: {}", safe(count)));
        }
    }
    match parts.is_empty() {
        true => vec![desk.gap("danger", "call-gap-danger")],
        false => vec![desk.row("danger", parts.join("; "))],
    }
}

/// Why it may be danger, to read out.
pub(super) fn why(reason: Reason, desk: &Writer) -> String {
    match reason {
        Reason::Sign(code) => sign_words(code, desk),
        Reason::Word { danger, .. } => desk.say(danger.message()),
    }
}

/// One row a subject, without where it was heading.
pub(super) fn descriptions(sighting: &Sighting, desk: &Writer) -> Vec<Row> {
    let described = sighting.subjects.iter().map(|subject| {
        let fields = subject.fields().into_iter().filter(|(name, _)| *name != HEADING);
        desk.row("seen", described(subject, fields, desk))
    });
    described.collect()
}

/// Which way it went, of each subject that says so.
pub(super) fn direction(sighting: &Sighting, desk: &Writer) -> Option<Row> {
    let headed = sighting.subjects.iter().filter_map(|subject| {
        let heading = subject.fields().into_iter().filter(|(name, _)| *name == HEADING);
        let words: Vec<_> = heading.map(|(_, text)| safe(text)).collect();
        (!words.is_empty()).then(|| format!("{}: {}", desk.name_of("kind", subject.kind()), words.join("; ")))
    });
    let headed: Vec<_> = headed.collect();
    (!headed.is_empty()).then(|| desk.row("direction", headed.join("; ")))
}

/// A sign by its code and its words.
pub(super) fn sign_words(code: SignCode, desk: &Writer) -> String {
    let words = sign::describe(code).unwrap_or_default();
    desk.fill("call-sign", &[("code", code.as_str()), ("words", words)])
}

/// Light, sea and weather.
pub(super) fn conditions(sighting: &Sighting, desk: &Writer) -> Option<Row> {
    let conditions = sighting.conditions.as_ref()?;
    let fields = [
        ("visibility", &conditions.visibility),
        ("light", &conditions.light),
        ("sea", &conditions.sea),
        ("wind", &conditions.wind),
    ];
    let said = fields.into_iter().filter_map(|(name, text)| {
        Some(format!("{}: {}", desk.name_of("field", name), safe(text.as_ref()?)))
    });
    let said: Vec<_> = said.collect();
    (!said.is_empty()).then(|| desk.row("conditions", said.join("; ")))
}

fn described<'a>(
    subject: &Subject,
    fields: impl Iterator<Item = (&'static str, &'a Text)>,
    desk: &Writer,
) -> String {
    let fields: Vec<_> = fields
        .map(|(name, text)| format!("{}: {}", desk.name_of("field", name), shown::line(text.as_str().trim())))
        .collect();
    let kind = desk.name_of("kind", subject.kind());
    if fields.is_empty() { kind } else { format!("{kind}; {}", fields.join("; ")) }
}
