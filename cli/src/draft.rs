//! `draft`: going on with what is not submitted yet. All of it reads, so all of it unlocks.

use std::path::PathBuf;

use serde_json::json;
use turnstone_core::{DraftRow, Notebook, SystemClock};

use crate::{
    args::{Common, DraftAction, DraftArgs},
    attach::{self, Attaching},
    emergency,
    failure::Failure,
    fields::Fields,
    home,
    output::Output,
    show,
    stdin::Stdin,
    submit,
};

/// Most drafts that are listed.
const LISTED: u32 = 1_000;

/// Runs the command.
pub(crate) fn run(common: &Common, args: DraftArgs, output: &Output) -> Result<(), Failure> {
    if let DraftAction::Change { fields, .. } = &args.action {
        // Before anybody is asked for a PIN.
        fields.check_change()?;
    }
    let shown = match args.action {
        DraftAction::List => Some(None),
        DraftAction::Show { draft } => Some(Some(draft)),
        _ => None,
    };
    if let Some(draft) = shown {
        return home::reading(|| read(common, draft, output));
    }
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    match args.action {
        // Read above.
        DraftAction::List | DraftAction::Show { .. } => Ok(()),
        DraftAction::Change { draft, fields } => change(&notebook, draft, *fields, output),
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
            emergency::warn(note.content(), output);
            submit::run(&client, common, Some(notebook), note, delay, shown.as_deref(), output)
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

/// Shows one draft, or lists them all.
fn read(common: &Common, draft: Option<DraftRow>, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    match draft {
        None => list(&notebook, output),
        Some(draft) => {
            let note = notebook.draft(draft)?;
            emergency::warn(note.content(), output);
            output.answer(&show::draft_json(&note)?, show::draft_words(common, &note)?)
        }
    }
}

fn list(notebook: &Notebook, output: &Output) -> Result<(), Failure> {
    let drafts = notebook.drafts(LISTED)?;
    let json: Vec<_> = drafts.iter().map(show::draft_row_json).collect();
    let words: Vec<_> = drafts.iter().map(show::draft_row_words).collect();
    let mut words = if words.is_empty() { "There are no drafts.".to_owned() } else { words.join("\n") };
    let damaged = notebook.damaged()?.drafts;
    for draft in &damaged {
        words.push_str(&format!(
            "\n{draft}: damaged on this device; it cannot be read any more. Write it again."
        ));
    }
    output.answer(&json!({ "drafts": json, "damaged": damaged }), words)
}

fn change(notebook: &Notebook, draft: DraftRow, mut fields: Fields, output: &Output) -> Result<(), Failure> {
    fields.read_stdin(&mut Stdin::default())?;
    fields.check_change()?;
    let mut note = notebook.draft(draft)?;
    let mut content = note.content().clone();
    fields.apply(&mut content, &SystemClock::default())?;
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
