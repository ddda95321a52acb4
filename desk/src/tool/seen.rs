//! What was understood of identifiers and how well it was seen, in words for officers.

use turnstone_almanac::{identifier, view, words::Lang};
use turnstone_wire::body::{Sighting, Subject, Understood};

/// What is understood of a subject: what the witness's program wrote beside it, or, where it wrote nothing, what this program
/// makes of it. Either is a reading of what was typed, which stands beside it.
fn understood(subject: &Subject) -> Vec<Understood> {
    match subject.understood() {
        [] => {
            let read = |(field, text): (&str, &turnstone_wire::text::Text)| {
                identifier::understand(subject.kind(), field, text.as_str())
            };
            subject.fields().into_iter().flat_map(read).collect()
        }
        written => written.to_vec(),
    }
}

/// What is understood of one field, a line for each reading. Safe to show.
pub(super) fn readings(subject: &Subject, field: &str) -> Vec<String> {
    let all = understood(subject);
    all.iter().filter(|one| one.field == field).map(|one| identifier::sentence(one, Lang::En)).collect()
}

/// What is understood of all subjects of a sighting. Safe to show.
pub(super) fn all_readings(sighting: &Sighting) -> Vec<String> {
    let subjects = sighting.subjects.iter();
    subjects.flat_map(understood).map(|one| identifier::sentence(&one, Lang::En)).collect()
}

/// How well it was seen. Safe to show.
pub(super) fn quality(sighting: &Sighting) -> Vec<String> {
    sighting.view.as_ref().map_or_else(Vec::new, |seen| view::lines(seen, Lang::En))
}
