//! The card that is shown before sending where what was typed may be an emergency. It stops nothing (P12).

use serde_json::{Value, json};
use turnstone_almanac::{
    call::{Card, Ring},
    guide::Guide,
};
use turnstone_core::{DraftContent, view};

use crate::output::Output;

/// Says on standard error whom to ring, before anything else is done. Not why: standard error goes to logs, and the reason
/// tells what was written (P8).
pub(crate) fn warn(content: &DraftContent, guide: &Guide, output: &Output) {
    let Some(card) = view::emergency(content, guide) else { return };
    output.advice(&card.title);
    card.ring.iter().for_each(|ring| output.advice(&format!("* {}", ring.words)));
    card.notes.iter().for_each(|note| output.advice(&format!("! {note}")));
    output.advice(&card.pass);
}

/// The same with its reasons, for `--json`; null where there is none.
pub(crate) fn json(content: &DraftContent, guide: &Guide) -> Value {
    view::emergency(content, guide).map_or(Value::Null, |card| card_json(&card))
}

/// A card.
pub(crate) fn card_json(card: &Card) -> Value {
    let because = card.because.iter().map(|(code, words)| json!({"code": code, "words": words}));
    json!({
        "title": card.title,
        "because": because.collect::<Vec<_>>(),
        "ring": card.ring.iter().map(ring_json).collect::<Vec<_>>(),
        "notes": card.notes,
        "pass": card.pass,
    })
}

/// A number to ring.
pub(crate) fn ring_json(ring: &Ring) -> Value {
    json!({
        "line": ring.line,
        "number": ring.number,
        "dials": ring.dials,
        "words": ring.words,
        "source": ring.source,
        "seen": ring.seen,
    })
}
