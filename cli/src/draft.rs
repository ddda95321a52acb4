//! `draft`: going on with what is not submitted yet. All of it reads, so all of it unlocks.

use std::path::PathBuf;

use serde_json::json;
use turnstone_almanac::words::{self as almanac, Lang};
use turnstone_core::{Client, DraftContent, DraftRow, Error, Invalid, Missing, Notebook, SystemClock};
use turnstone_wire::reference::Reference;

use crate::{
    args::{Common, DraftAction, DraftArgs},
    attach::{self, Attaching},
    emergency,
    failure::Failure,
    fields::{
        Fields,
        fix::stand_at_station,
        from_photo::{self, FromPhoto, Said},
    },
    home,
    output::Output,
    own, pictures, seen,
    show::{self, photo},
    stdin::Stdin,
    submit::{self, Submitting},
};

/// Most drafts that are listed.
const LISTED: u32 = 1_000;

/// Runs the command.
pub(crate) fn run(common: &Common, args: DraftArgs, output: &Output) -> Result<(), Failure> {
    match &args.action {
        // Before anybody is asked for a PIN.
        DraftAction::Change { fields, no_watch, from_photo, take, .. } => {
            check_change(fields, *no_watch || from_photo.is_some())?;
            FromPhoto::beside(fields, take)?;
        }
        DraftAction::List { log } => return home::reading(|| list(common, *log, output)),
        DraftAction::Show { draft } => return home::reading(|| read(common, *draft, output)),
        DraftAction::Rescue { reference } => return rescue(common, reference, output),
        _ => {}
    }
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    match args.action {
        // Read above.
        DraftAction::List { .. } | DraftAction::Show { .. } | DraftAction::Rescue { .. } => Ok(()),
        DraftAction::Keep { draft, undo } => keep(&notebook, draft, !undo, output),
        DraftAction::Change { draft, sighting, no_watch, from_photo, take, fields } => {
            let photo = match from_photo {
                Some(photo) => Some((photo, FromPhoto::beside(&fields, &take)?)),
                None => None,
            };
            let chosen = Chosen { sighting, no_watch, photo };
            change((&client, &notebook), draft, chosen, *fields, output)
        }
        DraftAction::Attach { draft, files, progress } => {
            add(&notebook, common, draft, (&files, progress), output)
        }
        DraftAction::Detach { draft, photo, original } => {
            pictures::detach((&client, &notebook), draft, (photo, original), output)
        }
        DraftAction::Blur(args) => pictures::blur((&client, &notebook), common, &args, output),
        DraftAction::Copy { draft, photo, output: path } => {
            pictures::write_copy(&notebook, common, draft, (photo, &path), output)
        }
        DraftAction::CopyAgain { draft, photo } => {
            pictures::copy_again((&client, &notebook), draft, photo, output)
        }
        DraftAction::Submit { draft, delay, shown } => {
            let note = notebook.draft(draft)?;
            emergency::warn(note.content(), &note.guide(), output);
            let how = Submitting { delay, mark: shown.as_deref(), ..Submitting::default() };
            submit::run(&client, common, Some(Ok(Some(notebook))), note, how, output)
        }
        DraftAction::Discard { draft } => {
            notebook.discard(draft)?;
            output.answer(
                &json!({"outcome": "discarded", "draft": draft}),
                format_args!("Draft {draft} is gone."),
            )
        }
    }
}

/// Makes a draft again of a report that its desk refuses.
fn rescue(common: &Common, reference: &Reference, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let draft = own::unlock(&client, common, output)?.take_back(reference)?;
    let words = format!(
        "{reference} is draft {draft} now: `{}` shows it, and it is submitted as another report.",
        common.typed(format_args!("draft show {draft}"))
    );
    output.answer(&json!({"outcome": "rescued", "reference": reference, "draft": draft}), words)
}

/// Shows one draft, and where what it names was seen before.
fn read(common: &Common, draft: DraftRow, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    let note = notebook.draft(draft)?;
    emergency::warn(note.content(), &note.guide(), output);
    let seen = notebook.seen_before(note.content(), Some(draft)).unwrap_or_default();
    let mut json = show::draft_json(&note)?;
    json["seen_before"] = json!(seen::json(&seen, note.content()));
    let lines = seen::sentences(&seen, note.content()).into_iter();
    let words: Vec<_> = lines.chain([show::draft_words(common, &note)?]).collect();
    output.answer(&json, words.join("\n"))
}

/// Lists the drafts, or those of the log.
fn list(common: &Common, log: bool, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    let mut drafts = notebook.drafts(LISTED)?;
    drafts.retain(|draft| draft.content.kept || !log);
    let json: Vec<_> = drafts.iter().map(show::draft_row_json).collect();
    let words: Vec<_> = drafts.iter().map(show::draft_row_words).collect();
    let mut words = match (words.is_empty(), log) {
        (false, _) => words.join("\n"),
        (true, false) => "There are no drafts.".to_owned(),
        (true, true) => almanac::words(Lang::En).say("log-empty", &[]),
    };
    let damaged = notebook.damaged()?.drafts;
    for draft in &damaged {
        words.push_str(&format!(
            "\n{draft}: damaged on this device; it cannot be read any more. Write it again."
        ));
    }
    output.answer(&json!({ "drafts": json, "damaged": damaged }), words)
}

/// Puts a draft into the log, or takes it out.
fn keep(notebook: &Notebook, draft: DraftRow, kept: bool, output: &Output) -> Result<(), Failure> {
    let mut note = notebook.draft(draft)?;
    if kept && !note.content().route.is_named() {
        return Err(Error::Invalid(Invalid::AnonymousLog).into());
    }
    let content = DraftContent { kept, ..note.content().clone() };
    let words = almanac::words(Lang::of(&content.language));
    note.change(content)?;
    let said = if kept { "log-kept" } else { "log-not-kept" };
    let said = words.say(said, &[("draft", draft.to_string().as_str().into())]);
    output.answer(&json!({"outcome": "kept", "draft": draft, "log": kept}), said)
}

/// `else_changed`: that something is changed that is no field.
fn check_change(fields: &Fields, else_changed: bool) -> Result<(), Failure> {
    if else_changed && *fields == Fields::default() {
        return Ok(());
    }
    fields.check_change()
}

/// What is changed, beside the fields.
struct Chosen {
    /// Counted from 1; else the last.
    sighting: Option<u16>,
    /// It is left out of its watch.
    no_watch: bool,
    /// What is taken over of which photo.
    photo: Option<(u16, FromPhoto)>,
}

fn change(
    (client, notebook): (&Client, &Notebook),
    draft: DraftRow,
    Chosen { sighting, no_watch, photo }: Chosen,
    mut fields: Fields,
    output: &Output,
) -> Result<(), Failure> {
    fields.read_stdin(&mut Stdin::default())?;
    check_change(&fields, no_watch || photo.is_some())?;
    let mut note = notebook.draft(draft)?;
    let mut content = note.content().clone();
    let last = content.sightings.len().saturating_sub(1);
    let chosen = match sighting.map(usize::from) {
        Some(number) if (1..=last + 1).contains(&number) => number - 1,
        Some(_) => return Err(Error::NotFound(Missing::Sighting).into()),
        None => last,
    };
    let at_station = fields.fix.is_at_station();
    // What is typed goes into the last one.
    content.sightings.swap(chosen, last);
    fields.apply(&mut content, &SystemClock::default())?;
    if let Some(sighting) = content.sightings.last_mut().filter(|_| at_station) {
        stand_at_station(client, sighting)?;
    }
    let taken_over = match photo {
        Some((number, wanted)) => {
            let photo = from_photo::original(note.attachments(), number)?;
            Some(wanted.apply(&mut content, photo)?)
        }
        None => None,
    };
    content.sightings.swap(chosen, last);
    if no_watch {
        note.leave_watch()?;
        content.watch = None;
    }
    note.change(content)?;
    let mut json = show::draft_json(&note)?;
    json["taken_over"] = json!(taken_over.as_ref().map(Said::json));
    let sentences = taken_over.into_iter().flat_map(|said| said.sentences);
    let words: Vec<_> = [format!("Draft {draft} is changed.")].into_iter().chain(sentences).collect();
    output.answer(&json, words.join("\n"))
}

fn add(
    notebook: &Notebook,
    common: &Common,
    draft: DraftRow,
    (files, progress): (&[PathBuf], bool),
    output: &Output,
) -> Result<(), Failure> {
    attach::check(files, false)?;
    let mut note = notebook.draft(draft)?;
    let before: Vec<_> = note.attachments().iter().map(|held| held.number).collect();
    Attaching { stdin: &mut Stdin::default(), output, progress }.add(&mut note, files)?;
    let mut words = String::new();
    let shown = show::photo_shown(note.content());
    for photo in photo::of_draft(note.attachments()) {
        if !before.contains(&photo.number) {
            photo::draft_words(&mut words, common, draft, &photo, shown);
        }
    }
    words.push_str(&pictures::holds(&note));
    output.answer(&show::draft_json(&note)?, words)
}
