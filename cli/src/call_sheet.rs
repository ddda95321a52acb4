//! `call-sheet`: what to say by voice, or to copy into a form, of a draft or a sent report.

use clap::Args;
use serde_json::{Value, json};
use turnstone_almanac::{
    call::{self, Said, Sheet, SheetFor},
    words::{Lang, words},
};
use turnstone_core::{Notebook, view};
use turnstone_wire::{
    body::{Channel, Scheme},
    reference::Reference,
};

use crate::{
    args::Common,
    emergency,
    failure::Failure,
    help_now::OwnFields,
    home,
    large::large,
    output::Output,
    parse::{self, Named},
    preview,
};

/// Show what to say on the telephone or by radio, or to copy into a form, of a draft or a report
///
/// In the order in which call handlers ask, with everything you typed. Crimestoppers' sheet holds nothing of you: not where
/// you stood, whom you told, who you are. What nobody typed stands in [brackets], for you to say. Needs no desk and no
/// network; reading needs the PIN where there is one. Afterwards, note the call with `turnstone told`.
///
/// Example: turnstone call-sheet 3 --for 101
#[derive(Debug, Args)]
pub(crate) struct CallSheetArgs {
    /// Number of a draft, or reference of a report
    #[arg(value_parser = parse::named, value_name = "DRAFT|REFERENCE")]
    of: Named,
    /// Who listens: 101, crimestoppers, 999 (or 999-coastguard, 999-police), vhf (or mayday, pan-pan), online (a police form)
    #[arg(long = "for", value_parser = listener, value_name = "WHOM")]
    listener: Listener,
    /// For the radio: you are on board what is in danger yourself
    #[arg(long)]
    own_boat: bool,
    #[command(flatten)]
    own: OwnFields,
    /// Language of the sheet [default: the one you write in]
    #[arg(long, value_parser = parse::language, value_name = "en|cy")]
    lang: Option<String>,
}

/// Who listens, by scheme: 999 is one number for two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Listener {
    kraken: SheetFor,
    pegasus: SheetFor,
}

fn listener(code: &str) -> Result<Listener, String> {
    let code = code.trim().to_ascii_lowercase();
    let of = |scheme| SheetFor::of(&code, scheme);
    match (of(Scheme::Kraken), of(Scheme::Pegasus)) {
        (Some(kraken), Some(pegasus)) => Ok(Listener { kraken, pegasus }),
        _ => Err(format!("it is one of 999, vhf, {}", SheetFor::ALL.map(SheetFor::code).join(", "))),
    }
}

/// Runs the command.
pub(crate) fn run(common: &Common, args: &CallSheetArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    let (mut said, language) = match args.of {
        Named::Draft(row) => {
            let note = notebook.draft(row)?;
            let said = view::said_of_draft(note.content(), note.told(), note.attachments().len());
            (said, note.content().language.clone())
        }
        Named::Report(reference) => of_report(&notebook, &reference)?,
    };
    said.own = args.own.own(args.own_boat);
    let lang = Lang::of(args.lang.as_deref().unwrap_or(&language));
    let listener = match said.scheme {
        Scheme::Kraken => args.listener.kraken,
        Scheme::Pegasus => args.listener.pegasus,
    };
    let sheet = call::sheet(listener, &said, &client.guide(), lang)
        .map_err(|_| Failure::NotOnThisRoute(words(lang).say("call-not-on-this-route", &[])))?;
    let told = told_command(common, &args.of, listener);
    let mut json = sheet_json(&sheet);
    json["text"] = json!(sheet.to_text());
    json["told"] = json!(told);
    output.answer(&json, in_words(&sheet, told.as_deref()))
}

/// What a sent report says, while this device keeps its copy, and the calls noted since.
fn of_report(notebook: &Notebook, reference: &Reference) -> Result<(Said, String), Failure> {
    let report = preview::sent(notebook, reference)?;
    let mut told = Vec::new();
    for sent in notebook.reports(u32::MAX)?.into_iter().filter(|sent| sent.reference == *reference) {
        told.extend(sent.told);
    }
    Ok((Said::of_report(&report, &told), report.language))
}

/// How the call is noted afterwards. Not for Crimestoppers: what is noted travels with a named report, and says who rang.
fn told_command(common: &Common, of: &Named, listener: SheetFor) -> Option<String> {
    let channel = match listener {
        SheetFor::Coastguard | SheetFor::Mayday | SheetFor::PanPan => Channel::Coastguard,
        SheetFor::PoliceNow => Channel::Emergency,
        SheetFor::Police => Channel::Police,
        SheetFor::Online => Channel::Online,
        SheetFor::Crimestoppers => return None,
    };
    let of = match of {
        Named::Draft(row) => row.to_string(),
        Named::Report(reference) => reference.to_string(),
    };
    Some(common.typed(format_args!("told {of} --channel {} --number NUMBER", channel.code())))
}

fn in_words(sheet: &Sheet, told: Option<&str>) -> String {
    let mut parts = Vec::new();
    // A text for a form is copied whole: nothing else stands in it.
    if let Some(ring) = sheet.ring.first() {
        parts.push(large(&ring.number));
    }
    parts.push(sheet.to_text().trim_end().to_owned());
    let then = match (told, sheet.listener) {
        (_, SheetFor::Online) => None,
        (Some(told), _) => Some(words(sheet.lang).say("call-then-told", &[("command", told.into())])),
        (None, _) => Some(words(sheet.lang).say("call-told-crimestoppers", &[])),
    };
    parts.extend(then);
    parts.join("\n\n")
}

/// A sheet.
pub(crate) fn sheet_json(sheet: &Sheet) -> Value {
    let rows = sheet
        .rows
        .iter()
        .map(|row| json!({"part": row.part, "label": row.label, "words": row.words, "gap": row.is_gap}));
    json!({
        "for": sheet.listener.code(),
        "lang": sheet.lang.code(),
        "title": sheet.title,
        "ring": sheet.ring.iter().map(emergency::ring_json).collect::<Vec<_>>(),
        "notes": sheet.notes,
        "rows": rows.collect::<Vec<_>>(),
        "source": sheet.source,
    })
}
