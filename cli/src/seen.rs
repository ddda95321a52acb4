//! "You reported this hull on 3 May": said where the vault is open anyway, or opens without a question.

use serde_json::{Value, json};
use turnstone_almanac::{mark, words::Lang};
use turnstone_core::{
    Client, DraftContent, Note, Notebook,
    view::{self, SeenBefore, SeenIn},
};

use crate::{args::Common, failure::Failure, home};

/// The open vault, where it was opened or tried to be: nobody's wrong PIN is counted twice.
pub(crate) type Unasked = Option<Result<Option<Notebook>, Failure>>;

/// Where the craft of a draft were seen before. The vault is opened only where there is something to look for, and something
/// to look through; what fails here keeps nobody from submitting.
pub(crate) fn before(
    client: &Client,
    common: &Common,
    unlocked: &mut Unasked,
    note: &Note,
) -> Vec<SeenBefore> {
    let content = note.content();
    let subjects = content.sightings.iter().flat_map(|sighting| &sighting.subjects);
    let is_kept = client.overview().is_ok_and(|counts| counts.reports > 0 || counts.drafts > 1);
    if !content.route.is_named() || !is_kept || !subjects.into_iter().any(mark::has_any) {
        return Vec::new();
    }
    let unlocked = unlocked.get_or_insert_with(|| home::unlock_unasked(client, common));
    let found = unlocked.as_ref().ok().and_then(Option::as_ref);
    found.and_then(|notebook| notebook.seen_before(content, Some(note.row())).ok()).unwrap_or_default()
}

/// One sentence for each, in the language of the draft.
pub(crate) fn sentences(seen: &[SeenBefore], content: &DraftContent) -> Vec<String> {
    let lang = Lang::of(&content.language);
    seen.iter().map(|one| view::seen_before_sentence(one, lang)).collect()
}

/// The same for scripts.
pub(crate) fn json(seen: &[SeenBefore], content: &DraftContent) -> Vec<Value> {
    let rows = seen.iter().zip(sentences(seen, content)).map(|(one, sentence)| {
        let (draft, reference) = match one.of {
            SeenIn::Draft(draft) => (Some(draft), None),
            SeenIn::Report(reference) => (None, Some(reference)),
        };
        json!({
            "draft": draft,
            "reference": reference,
            "when": one.when,
            "mark": one.matched.code(),
            "sentence": sentence,
        })
    });
    rows.collect()
}
