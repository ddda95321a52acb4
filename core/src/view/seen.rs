//! Where a craft was seen before, and the sentence that says so.

use turnstone_almanac::{
    mark::Mark,
    words::{Lang, words},
};
use turnstone_wire::{reference::Reference, text::Moment};

use super::sheet_words::day;
use crate::report::DraftRow;

/// One earlier time that the same craft was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenBefore {
    /// What tells of it.
    pub of: SeenIn,
    /// When it was seen.
    pub when: Moment,
    /// By what it is known again.
    pub matched: Mark,
}

/// What tells of an earlier time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeenIn {
    /// A draft of the log.
    Draft(DraftRow),
    /// A report that was sent.
    Report(Reference),
}

/// Says it: "Name on the hull: you reported the same one, or one like it, on 3 May 2026, as KRAKEN-7F3Q-2MXD-9K."
pub fn seen_before_sentence(seen: &SeenBefore, lang: Lang) -> String {
    let words = words(lang);
    let mark = words.say(&format!("log-mark-{}", seen.matched.code()), &[]);
    let date = day(seen.when, lang);
    let head = [("mark", mark.as_str().into()), ("date", date.as_str().into())];
    match seen.of {
        SeenIn::Report(reference) => {
            let reference = reference.to_string();
            words.say(
                "log-reported-before",
                &[&head[..], &[("reference", reference.as_str().into())]].concat(),
            )
        }
        SeenIn::Draft(row) => {
            let draft = row.to_string();
            words.say("log-noted-before", &[&head[..], &[("draft", draft.as_str().into())]].concat())
        }
    }
}
