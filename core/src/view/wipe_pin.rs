//! The wipe PIN, explained before it is set, and what became of it, in the witness's language.

use turnstone_almanac::words::{Lang, words};

/// What somebody must have read before they choose a wipe PIN, a sentence or two each: what it does, what it cannot do, and what
/// it may be before the law.
pub fn wipe_pin_explained(lang: Lang) -> Vec<String> {
    let ids = [
        "wipe-pin-does",
        "wipe-pin-shows",
        "wipe-pin-forensic",
        "wipe-pin-offence",
        "wipe-pin-waits",
        "wipe-pin-ends",
    ];
    ids.iter().map(|id| words(lang).say(id, &[])).collect()
}

/// What became of the wipe PIN.
pub fn wipe_pin_sentence(step: WipePinStep, lang: Lang) -> String {
    let id = match step {
        WipePinStep::Set => "wipe-pin-set",
        WipePinStep::Removed => "wipe-pin-removed",
        WipePinStep::None => "wipe-pin-none",
        WipePinStep::Ended => "wipe-pin-ended",
    };
    words(lang).say(id, &[])
}

/// A step in the life of a wipe PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WipePinStep {
    /// It was set, perhaps in place of another one.
    Set,
    /// It was taken away.
    Removed,
    /// There is none.
    None,
    /// It ended with the PIN.
    Ended,
}
