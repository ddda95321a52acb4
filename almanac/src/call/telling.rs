//! What several sheets say of one sighting: who is in danger, what it looked like, where it went.

use turnstone_wire::{
    body::{Sighting, SignCode, Subject},
    shown,
    text::Text,
};

use super::{
    alarm::{Reason, is_danger},
    sheet::{Row, Writer, safe},
};

/// The field of a subject that says where it was heading.
const HEADING: &str = "heading";
/// The fields that count people.
const COUNTS: [&str; 2] = ["people", "count"];

/// Who is in danger: what the witness ticked that says so; asked where nothing was. Words that raised a card are not repeated
/// here as a claim: no list of words knows what they meant.
pub(super) fn danger(sighting: Option<&Sighting>, desk: &Writer<'_>) -> Row {
    let ticked = sighting.into_iter().flat_map(|sighting| &sighting.signs);
    let signs: Vec<_> = ticked.filter(|sign| is_danger(**sign)).map(|sign| sign_words(*sign, desk)).collect();
    if signs.is_empty() {
        desk.gap("danger", "call-gap-danger")
    } else {
        desk.row("danger", signs.join("; "))
    }
}

/// How many people there were, of each subject that says so.
pub(super) fn people(sighting: &Sighting, desk: &Writer<'_>) -> Option<Row> {
    let counted = sighting.subjects.iter().filter_map(|subject| {
        let counts = subject.fields().into_iter().filter(|(name, _)| COUNTS.contains(name));
        let counts: Vec<_> = counts.map(|(_, count)| safe(count)).collect();
        (!counts.is_empty())
            .then(|| format!("{}: {}", desk.name_of("kind", subject.kind()), counts.join("; ")))
    });
    let counted: Vec<_> = counted.collect();
    (!counted.is_empty()).then(|| desk.row("people", counted.join("; ")))
}

/// Why it may be danger, to read out.
pub(super) fn why(reason: Reason, desk: &Writer<'_>) -> String {
    match reason {
        Reason::Sign(code) => sign_words(code, desk),
        Reason::Word { danger, .. } => desk.say(danger.message()),
    }
}

/// One row a subject, without where it was heading and how many people: those have rows of their own.
pub(super) fn descriptions(sighting: &Sighting, desk: &Writer<'_>) -> Vec<Row> {
    let described = sighting.subjects.iter().map(|subject| {
        let fields =
            subject.fields().into_iter().filter(|(name, _)| *name != HEADING && !COUNTS.contains(name));
        desk.row("seen", described(subject, fields, desk))
    });
    described.collect()
}

/// Which way it went, of each subject that says so.
pub(super) fn direction(sighting: &Sighting, desk: &Writer<'_>) -> Option<Row> {
    let headed = sighting.subjects.iter().filter_map(|subject| {
        let heading = subject.fields().into_iter().filter(|(name, _)| *name == HEADING);
        let words: Vec<_> = heading.map(|(_, text)| safe(text)).collect();
        (!words.is_empty()).then(|| format!("{}: {}", desk.name_of("kind", subject.kind()), words.join("; ")))
    });
    let headed: Vec<_> = headed.collect();
    (!headed.is_empty()).then(|| desk.row("direction", headed.join("; ")))
}

/// A sign by its code and its words.
pub(super) fn sign_words(code: SignCode, desk: &Writer<'_>) -> String {
    match desk.guide().sign(code) {
        Some(sign) => {
            desk.fill("call-sign", &[("code", code.as_str()), ("words", sign.text.say(desk.lang()))])
        }
        None => code.to_string(),
    }
}

/// Light, sea and weather.
pub(super) fn conditions(sighting: &Sighting, desk: &Writer<'_>) -> Option<Row> {
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
    desk: &Writer<'_>,
) -> String {
    let fields: Vec<_> = fields
        .map(|(name, text)| format!("{}: {}", desk.name_of("field", name), shown::line(text.as_str().trim())))
        .collect();
    let kind = desk.name_of("kind", subject.kind());
    if fields.is_empty() { kind } else { format!("{kind}; {}", fields.join("; ")) }
}
