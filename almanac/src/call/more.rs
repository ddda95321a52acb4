//! What else was noted of a sighting, by its own names: how well it was seen, and whatever a later version asks. A sheet that
//! says everything must not depend on knowing each field.

use serde::Serialize;
use serde_json::Value;
use turnstone_wire::{body::Sighting, shown};

use super::sheet::{Row, Writer};

/// What has rows of its own, is no word to say, or is said by the best of it (`fixes`).
const SIGHTING: [&str; 10] =
    ["when", "observer", "target", "signs", "what", "why", "subjects", "conditions", "attachments", "fixes"];
/// The same of a fix.
const FIX: [&str; 6] = ["lat", "lon", "accuracy_m", "at", "source", "mock"];

/// One row of it, where there is any.
pub(super) fn row(sighting: &Sighting, desk: &Writer<'_>) -> Option<Row> {
    let mut parts = leaves(sighting, &SIGHTING, desk);
    parts.extend(sighting.observer.iter().flat_map(|fix| leaves(fix, &FIX, desk)));
    (!parts.is_empty()).then(|| desk.row("more", parts.join("; ")))
}

/// The texts and numbers of a value that are not among `told`, and those one step below.
fn leaves(value: &impl Serialize, told: &[&str], desk: &Writer<'_>) -> Vec<String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(value) else { return Vec::new() };
    let mut parts = Vec::new();
    for (name, value) in fields.iter().filter(|(name, _)| !told.contains(&name.as_str())) {
        match value {
            Value::Object(below) => {
                parts.extend(below.iter().filter_map(|(name, value)| leaf(name, value, desk)));
            }
            value => parts.extend(leaf(name, value, desk)),
        }
    }
    parts
}

fn leaf(name: &str, value: &Value, desk: &Writer<'_>) -> Option<String> {
    let words = match value {
        Value::String(text) => shown::line(text.trim()),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    // A name may come from another program, as a text may.
    let name = shown::line(&desk.name_of("field", name));
    (!words.is_empty()).then(|| format!("{name}: {words}"))
}
