//! What is a person's own on a team's device, in the witness's language.

use turnstone_almanac::words::{Lang, words};
use turnstone_wire::shown;

/// What became of a person's own PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnPinStep {
    /// They have one now.
    Set,
    /// Another one stands.
    Changed,
    /// It is to end: what is lost follows.
    BeforeEnd,
    /// It has ended.
    Ended,
}

/// One of the sentences about a person's own PIN.
pub fn own_pin_sentence(step: OwnPinStep, name: &str, lang: Lang) -> String {
    let id = match step {
        OwnPinStep::Set => "own-set",
        OwnPinStep::Changed => "own-changed",
        OwnPinStep::BeforeEnd => "own-before-end",
        OwnPinStep::Ended => "own-ended",
    };
    words(lang).say(id, &[("name", shown::line(name).as_str().into())])
}

/// Whose PIN shows what a report says; without a name where that is damaged.
pub fn own_copy_sentence(name: Option<&str>, lang: Lang) -> String {
    match name.map(shown::line).filter(|name| !name.is_empty()) {
        Some(name) => words(lang).say("own-copy", &[("name", name.as_str().into())]),
        None => words(lang).say("own-copy-unnamed", &[]),
    }
}
