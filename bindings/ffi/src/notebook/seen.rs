//! Where a craft was seen before.

use turnstone_almanac::words::Lang;
use turnstone_core::{
    DraftContent, DraftRow,
    view::{self, SeenBefore, SeenIn},
};
use turnstone_wire::{reference::Reference, text::Moment};

use super::Notebook;
use crate::CoreError;

/// What tells of an earlier time.
#[uniffi::remote(Enum)]
pub enum SeenIn {
    /// A draft of the log.
    Draft(DraftRow),
    /// A report that was sent.
    Report(Reference),
}

/// One earlier time that the same craft was seen.
#[derive(uniffi::Record)]
pub struct SeenBeforeRow {
    /// What tells of it.
    pub of: SeenIn,
    /// When it was seen.
    pub when: Moment,
    /// By what it is known again, as a stable code.
    pub matched: String,
    /// All of it in a sentence.
    pub sentence: String,
}

impl SeenBeforeRow {
    fn of(seen: SeenBefore, lang: Lang) -> Self {
        let sentence = view::seen_before_sentence(&seen, lang);
        let SeenBefore { of, when, matched } = seen;
        Self { of, when, matched: matched.code().to_owned(), sentence }
    }
}

#[uniffi::export]
impl Notebook {
    /// Where the craft of a draft were seen before, by what is written on them, the newest first. `own` is the draft's number,
    /// where it has one. Anonymous reports neither look nor are found.
    pub async fn seen_before(
        &self,
        content: DraftContent,
        own: Option<DraftRow>,
        lang: Lang,
    ) -> Result<Vec<SeenBeforeRow>, CoreError> {
        let seen = self.core.work(move |core| core.seen_before(&content, own)).await?;
        Ok(seen.into_iter().map(|seen| SeenBeforeRow::of(seen, lang)).collect())
    }
}
