//! `draft`: going on with what is not submitted yet. All of it reads, so all of it unlocks.

use std::path::PathBuf;

use serde_json::json;
use turnstone_almanac::words::{self as almanac, Lang};
use turnstone_core::{Client, DraftContent, DraftRow, Error, Invalid, Missing, Notebook, SystemClock};

use crate::{
    args::{Common, DraftAction, DraftArgs},
    attach::{self, Attaching},
    emergency,
    failure::Failure,
    fields::{Fields, fix::stand_at_station},
    home,
    output::Output,
    seen, show,
    stdin::Stdin,
    submit,
};

/// Most drafts that are listed.
const LISTED: u32 = 1_000;

/// Runs the command.
pub(crate) fn run(common: &Common, args: DraftArgs, output: &Output) -> Result<(), Failure> {
    match &args.action {
        // Before anybody is asked for a PIN.
        DraftAction::Change { fields, no_watch, .. } => check_change(fields, *no_watch)?,
        DraftAction::List { log } => return home::reading(|| list(common, *log, output)),
        DraftAction::Show { draft } => return home::reading(|| read(common, *draft, output)),
        _ => {}
    }
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    match args.action {
        // Read above.
        DraftAction::List { .. } | DraftAction::Show { .. } => Ok(()),
        DraftAction::Keep { draft, undo } => keep(&notebook, draft, !undo, output),
        DraftAction::Change { draft, sighting, no_watch, fields } => {
            change((&client, &notebook), draft, (sighting, no_watch), *fields, output)
        }
        DraftAction::Attach { draft, files, progress } => add(&notebook, draft, &files, progress, output),
        DraftAction::Detach { draft, photo } => {
            let mut note = notebook.draft(draft)?;
            note.detach(photo)?;
            let json = show::draft_json(&note)?;
            let words = format!("Draft {draft} holds {}.", show::photos(note.attachments().len()));
            drop(note);
            // It is out of the draft either way; what is not shredded now is at the next unlock.
            client.tidy(Some(&notebook)).unwrap_or_default();
            output.answer(&json, words)
        }
        DraftAction::Submit { draft, delay, shown } => {
            let note = notebook.draft(draft)?;
            emergency::warn(note.content(), &note.guide(), output);
            submit::run(&client, common, Some(Ok(Some(notebook))), note, delay, shown.as_deref(), output)
        }
        DraftAction::Rescue { reference } => {
            let draft = notebook.take_back(&reference)?;
            let words = format!(
                "{reference} is draft {draft} now: `{}` shows it, and it is submitted as another report.",
                common.typed(format_args!("draft show {draft}"))
            );
            output.answer(&json!({"outcome": "rescued", "reference": reference, "draft": draft}), words)
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

fn check_change(fields: &Fields, no_watch: bool) -> Result<(), Failure> {
    if no_watch && *fields == Fields::default() {
        return Ok(());
    }
    fields.check_change()
}

fn change(
    (client, notebook): (&Client, &Notebook),
    draft: DraftRow,
    (sighting, no_watch): (Option<u16>, bool),
    mut fields: Fields,
    output: &Output,
) -> Result<(), Failure> {
    fields.read_stdin(&mut Stdin::default())?;
    check_change(&fields, no_watch)?;
    let mut note = notebook.draft(draft)?;
    if no_watch {
        note.leave_watch()?;
    }
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
    content.sightings.swap(chosen, last);
    note.change(content)?;
    output.answer(&show::draft_json(&note)?, format_args!("Draft {draft} is changed."))
}

fn add(
    notebook: &Notebook,
    draft: DraftRow,
    files: &[PathBuf],
    progress: bool,
    output: &Output,
) -> Result<(), Failure> {
    attach::check(files, false)?;
    let mut note = notebook.draft(draft)?;
    Attaching { stdin: &mut Stdin::default(), output, progress }.add(&mut note, files)?;
    let words = format!("Draft {draft} holds {}.", show::photos(note.attachments().len()));
    output.answer(&show::draft_json(&note)?, words)
}
