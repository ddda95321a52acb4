//! From a draft to a reference: the end of `report` and of `draft submit`.

use chrono::TimeDelta;
use serde_json::{Value, json};
use turnstone_almanac::words::{Lang, words};
use turnstone_core::{Client, DraftContent, DraftRow, Error, NotSendable, Note, Submitted, Unusable, view};

use crate::{
    args::Common,
    emergency,
    failure::Failure,
    fields::from_photo::Said,
    home,
    output::Output,
    preview,
    seen::{self, Unasked},
    show::{
        self,
        photo::{self, Photo, Shown},
    },
};

/// Most things still missing that are named when a report is submitted: what helps most, and not a list of duties.
const STILL_MISSING: usize = 3;

/// How a draft is submitted.
#[derive(Debug, Default)]
pub(crate) struct Submitting<'a> {
    /// Not before so long has passed.
    pub(crate) delay: Option<TimeDelta>,
    /// Only what was shown under this mark.
    pub(crate) mark: Option<&'a str>,
    /// What was taken over of a photo just now.
    pub(crate) taken_over: Option<Said>,
    /// Its photos were just given, and nobody has seen yet what they say.
    pub(crate) photos_are_new: bool,
}

/// Submits, says the reference at once, and then shreds what is left of the draft.
pub(crate) fn run(
    client: &Client,
    common: &Common,
    mut unlocked: Unasked,
    note: Note,
    how: Submitting<'_>,
    output: &Output,
) -> Result<(), Failure> {
    let (draft, content) = (note.row(), note.content().clone());
    let lang = Lang::of(&content.language);
    let seen = seen::before(client, common, &mut unlocked, &note);
    let (seen_json, seen) = (seen::json(&seen, &content), seen::sentences(&seen, &content));
    let (emergency, useful) = (emergency::json(&content, &note.guide()), show::useful(&note));
    // What cannot be checked is said by the submission itself.
    let notices: Vec<_> = note.check().map_or_else(|_| Vec::new(), |check| check.notices);
    let (photos, photos_json) = photos(&note, &how);
    let delay = how.delay;
    let submitted = match how.mark.map(|mark| note.prepare().and_then(|shown| preview::as_shown(shown, mark)))
    {
        None => note.submit_delayed(delay.unwrap_or_default()),
        Some(Ok(shown)) => note.submit_prepared(shown, delay.unwrap_or_default()),
        Some(Err(error)) => Err((Box::new(note), error)),
    };
    match submitted {
        Ok(Submitted { reference, .. }) => {
            let notices: Vec<_> =
                notices.into_iter().map(|notice| view::notice_sentence(notice, lang)).collect();
            let not_before = delay.map(|delay| chrono::Local::now() + delay);
            let json = json!({
                "outcome": "submitted",
                "reference": reference,
                "notices": notices,
                "photos": photos_json,
                "taken_over": how.taken_over.as_ref().map(Said::json),
                "useful": show::seen::useful_json(&useful, &content.language),
                "seen_before": seen_json,
                "delay_s": delay.map(|delay| delay.num_seconds()),
                "emergency": emergency,
            });
            let after = not_before.map_or_else(String::new, |at| format!(" after {}", clock_time(&at)));
            // The reference alone on the first line, so that a script can take it.
            let words = format!(
                "{reference}\nIt is safe on this device, and goes with the next `{}`{after}.",
                common.typed("sync")
            );
            let words: Vec<_> = [words].into_iter().chain(photos).chain(seen).collect();
            output.answer(&json, words.join("\n"))?;
            notices.iter().for_each(|sentence| output.advice(sentence));
            let missing = show::seen::missing_words(&useful, &content.language, STILL_MISSING);
            missing.lines().for_each(|line| output.advice(line));
            tidy(client, common, unlocked, output);
            Ok(())
        }
        Err((note, error)) => {
            drop(note);
            kept(client, common, draft, &content, error, output)
        }
    }
}

/// What is sent of each photo and what is left out of it, with what they suggest and nobody took over; in words and for scripts.
fn photos(note: &Note, how: &Submitting<'_>) -> (Vec<String>, Vec<Value>) {
    let shown = if note.content().route.is_named() { Shown::Named } else { Shown::AnonymousSubmitted };
    let photos = photo::of_draft(note.attachments());
    let mut lines: Vec<_> = photos.iter().map(|photo| photo::line(photo, shown)).collect();
    match &how.taken_over {
        Some(said) => lines.extend(said.sentences.iter().cloned()),
        None if how.photos_are_new => {
            let suggestions: Vec<_> = photos.iter().filter_map(Photo::suggestion).collect();
            let any = !suggestions.is_empty();
            lines.extend(suggestions);
            lines.extend(any.then(|| "That was not taken over; --from-photo does.".to_owned()));
        }
        None => {}
    }
    (lines, photos.iter().map(Photo::json).collect())
}

/// A moment as the clock on the wall shows it, with the day where that is another one.
pub(crate) fn clock_time(at: &chrono::DateTime<chrono::Local>) -> String {
    let today = chrono::Local::now().date_naive() == at.date_naive();
    at.format(if today { "%H:%M" } else { "%H:%M on %-d %B" }).to_string()
}

/// Shreds what is left of the draft where that takes no question. The report is out of the draft either way, so nothing
/// that fails here is a failure of the command.
fn tidy(client: &Client, common: &Common, unlocked: Unasked, output: &Output) {
    let tidied = unlocked
        .unwrap_or_else(|| home::unlock_unasked(client, common))
        .and_then(|notebook| Ok(client.tidy(notebook.as_ref())?));
    if let Err(failure) = tidied {
        output.advice(&format!("What is left of the draft is shredded at the next unlock ({failure})."));
    }
}

/// Says that it did not go out, that it is kept, and what to do.
fn kept(
    client: &Client,
    common: &Common,
    draft: DraftRow,
    content: &DraftContent,
    error: Error,
    output: &Output,
) -> Result<(), Failure> {
    let code_word = content.scheme.code_word();
    let typed = |command: &str| common.typed(command.replace("DRAFT", &draft.to_string()));
    let (submit, told) = (typed("draft submit DRAFT"), typed("told DRAFT --channel 101"));
    let next = match &error {
        Error::NotSendable(NotSendable::NoDesk) => {
            let (sentence, sheet) = no_desk(common, draft, content);
            output.advice(&sentence);
            let json = json!({
                "outcome": "kept", "draft": draft, "reference": null, "reason": "no_desk", "message": sentence,
                "call_sheet": sheet, "emergency": emergency::json(content, &client.guide()),
            });
            return output.answer_in_json(&json);
        }
        Error::NotSendable(NotSendable::SeveralDesks | NotSendable::DeskDoesNotTake) => format!(
            "choose one with `{}` ({}), then `{submit}`",
            typed("draft change DRAFT --desk ID"),
            desks(client)
        ),
        Error::NotSendable(NotSendable::TeamDevice | NotSendable::RouteNotOfTeam) => {
            let right = show::remedy(common, draft, &error).unwrap_or_default();
            format!("{right}, then `{submit}`")
        }
        Error::NotSendable(
            NotSendable::TooLarge { what: "photos" | "a number of photos", .. }
            | NotSendable::NotAnonymously { .. }
            | NotSendable::PhotoWithoutCopy { .. },
        ) => {
            let right = show::remedy(common, draft, &error).unwrap_or_default();
            format!("{right}, then `{submit}`")
        }
        Error::NotSendable(_) => {
            format!("ring 101, or Crimestoppers, quoting {code_word}, and note it with `{told}`")
        }
        Error::Invalid(_) | Error::Unusable(Unusable::Unreadable("a photo")) => {
            let right = show::remedy(common, draft, &error).unwrap_or_else(|| "put it right".to_owned());
            format!("{right}, then `{submit}`")
        }
        Error::Unusable(Unusable::KeyStore(_)) => format!(
            "it goes out with `{submit}` once its keys can be reached. If they are gone for good, nothing here opens any more: `{}` begins anew; then write it again",
            common.typed("init --anew")
        ),
        _ => format!("try again with `{submit}`"),
    };
    Err(Failure::Kept { draft, cause: Box::new(error.into()), next })
}

/// That a note stays here for want of a desk, how it is told by voice, and the command that shows what to say.
fn no_desk(common: &Common, draft: DraftRow, content: &DraftContent) -> (String, String) {
    let typed = |command: &str| common.typed(command.replace("DRAFT", &draft.to_string()));
    let sheet = typed("call-sheet DRAFT --for 101");
    let crimestoppers = typed("call-sheet DRAFT --for crimestoppers");
    let (told, number) = (typed("told DRAFT --channel 101"), draft.to_string());
    let texts = [
        ("draft", number.as_str().into()),
        ("crimestoppers", crimestoppers.as_str().into()),
        ("told", told.as_str().into()),
        ("code_word", content.scheme.code_word().into()),
        ("sheet", sheet.as_str().into()),
    ];
    let id = if content.route.is_named() { "call-no-desk" } else { "call-no-desk-anonymous" };
    let sentence = words(Lang::of(&content.language)).say(id, &texts);
    (sentence, if content.route.is_named() { sheet } else { crimestoppers })
}

/// The desks there are, by what is typed for them.
fn desks(client: &Client) -> String {
    let directory = client.directory().ok().flatten();
    let ids: Vec<_> = directory
        .iter()
        .flat_map(|directory| directory.desks().iter())
        .map(|desk| desk.id.as_str().to_owned())
        .collect();
    ids.join(", ")
}
