//! `watch`: a stretch of duty, its people and conditions, and the sheet for the next crew.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use turnstone_almanac::words::{Lang, words};
use turnstone_core::{
    Client, Error, Missing, Notebook, SystemClock, WatchNote, WatchRow,
    view::{self, Sheet, WatchView},
};
use turnstone_wire::text::{Moment, Text};

use crate::{
    args::Common, failure::Failure, fields, fields::conditions::ConditionFields, home, list, output::Output,
    parse, show,
};

/// Most watches that are listed.
const LISTED: u32 = 1_000;

/// Group what is seen on a stretch of duty, and hand it over to the next crew
///
/// While a watch runs, what is written is grouped under it, and reports tell their desk who was on it; `report --no-watch`
/// leaves it out. Anonymous reports are never part of a watch. Beginning one, adding to it and ending it need no PIN;
/// reading it does.
///
/// Example: turnstone watch start --station "Peveril Point" --person "A. Lookout" --sea slight
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    #[command(subcommand)]
    pub(crate) action: WatchAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WatchAction {
    /// Begin a watch; one that still runs ends with it
    ///
    /// Example: turnstone watch start --station "Peveril Point" --person "A. Lookout" --person "B. Relief"
    Start {
        #[command(flatten)]
        fields: WatchFields,
    },
    /// Add people or conditions to the watch that runs
    ///
    /// Example: turnstone watch add --person "C. Relief" --visibility "down to half a mile"
    Add {
        #[command(flatten)]
        fields: WatchFields,
    },
    /// End the watch that runs
    ///
    /// Example: turnstone watch stop
    Stop {
        /// When [default: now], such as 2026-05-03T21:40:00+01:00
        #[arg(long, value_parser = parse::moment, value_name = "RFC3339")]
        at: Option<Moment>,
    },
    /// List the watches, newest first
    List {
        #[command(flatten)]
        said: Said,
    },
    /// Show the sheet of a watch
    ///
    /// Example: turnstone watch show 3 --lang cy
    Show {
        #[command(flatten)]
        of: Which,
    },
    /// Print the sheet of a watch, and note that it was handed over
    ///
    /// What was seen, what was sent, who was told, what is still open. 30 days after a watch has ended and been handed over,
    /// what this device knows of it is shredded; the reports stay as long as they would without it.
    ///
    /// Example: turnstone watch hand-over > sheet.txt
    HandOver {
        #[command(flatten)]
        of: Which,
    },
    /// Throw away what is known of a watch, for good; what was written on it stays
    ///
    /// Example: turnstone watch discard 3
    Discard {
        /// Number of the watch
        #[arg(value_parser = row)]
        watch: WatchRow,
    },
}

/// What can be said of a watch. All of it is optional.
#[derive(Debug, Args)]
pub(crate) struct WatchFields {
    /// The lookout, boat or airfield
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    station: Option<Text>,
    /// Who is on it; may be repeated
    #[arg(long, value_parser = parse::text(), value_name = "NAME")]
    person: Vec<Text>,
    #[command(flatten)]
    conditions: ConditionFields,
    /// When [default: now], such as 2026-05-03T21:40:00+01:00
    #[arg(long, value_parser = parse::moment, value_name = "RFC3339")]
    at: Option<Moment>,
    #[command(flatten)]
    said: Said,
}

/// Which watch, and in which language.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Number of the watch [default: the one that runs, or the last]
    #[arg(value_parser = row)]
    watch: Option<WatchRow>,
    #[command(flatten)]
    said: Said,
}

/// In which language to answer.
#[derive(Debug, Args)]
pub(crate) struct Said {
    /// Language of the answer: en [default] or cy
    #[arg(long, value_parser = parse::language, value_name = "en|cy")]
    lang: Option<String>,
}

impl Said {
    fn lang(&self) -> Lang {
        Lang::of(self.lang.as_deref().unwrap_or_default())
    }
}

impl WatchFields {
    fn into_note(self) -> (WatchNote, Moment, Lang) {
        let Self { station, person: people, conditions, at, said } = self;
        let note = WatchNote { station, people, conditions: conditions.apply(None) };
        (note, at.unwrap_or_else(now), said.lang())
    }
}

/// Runs the command.
pub(crate) fn run(common: &Common, args: WatchArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let done = |outcome: &str, id: &str, watch: WatchRow, lang: Lang| {
        output.answer(&json!({"outcome": outcome, "watch": watch}), numbered(id, watch, lang))
    };
    match args.action {
        WatchAction::Start { fields } => {
            let (note, at, lang) = fields.into_note();
            done("started", "watch-started", client.start_watch(&note, at)?, lang)
        }
        WatchAction::Add { fields } => {
            let (note, at, lang) = fields.into_note();
            if note == WatchNote::default() {
                return Err(Failure::Usage(
                    "say what to add, such as --person NAME; --help names all there is".to_owned(),
                ));
            }
            done("noted", "watch-noted", client.add_to_watch(&note, at)?, lang)
        }
        WatchAction::Stop { at } => {
            done("stopped", "watch-stopped", client.stop_watch(at.unwrap_or_else(now))?, Lang::En)
        }
        WatchAction::Discard { watch } => {
            home::unlock(&client, common, output)?.discard_watch(watch)?;
            done("discarded", "watch-discarded", watch, Lang::En)
        }
        WatchAction::List { said } => all(&home::unlock(&client, common, output)?, said.lang(), output),
        WatchAction::Show { of } => {
            let notebook = home::unlock(&client, common, output)?;
            let sheet = notebook.sheet(which(&notebook, of.watch)?)?;
            output.answer(&sheet_json(&sheet), view::sheet_text(&sheet, of.said.lang()))
        }
        WatchAction::HandOver { of } => {
            let notebook = home::unlock(&client, common, output)?;
            let sheet = notebook.hand_over(which(&notebook, of.watch)?, now())?;
            output.answer(&sheet_json(&sheet), view::sheet_text(&sheet, of.said.lang()))
        }
    }
}

/// The open vault, where a watch runs and that takes no question: its people travel with a report. What cannot be known of a
/// watch keeps nobody from writing.
pub(crate) fn unasked(client: &Client, common: &Common) -> Option<Result<Option<Notebook>, Failure>> {
    client.running_watch().ok().flatten()?;
    Some(home::unlock_unasked(client, common))
}

fn all(notebook: &Notebook, lang: Lang, output: &Output) -> Result<(), Failure> {
    let watches = notebook.watches(LISTED)?;
    let rows: Vec<_> = watches.iter().map(|watch| view::watch_row_text(watch, lang)).collect();
    let said = if rows.is_empty() { words(lang).say("watch-none", &[]) } else { rows.join("\n") };
    output.answer(&json!({"watches": watches.iter().map(watch_json).collect::<Vec<_>>()}), said)
}

/// The watch that was named, or the one that runs, or the last one.
fn which(notebook: &Notebook, named: Option<WatchRow>) -> Result<WatchRow, Failure> {
    if let Some(named) = named {
        return Ok(named);
    }
    // A new one ends the one before, so the one that runs is the last.
    let last = notebook.watches(1)?.into_iter().next();
    Ok(last.ok_or(Error::NotFound(Missing::Watch))?.row)
}

fn watch_json(view: &WatchView) -> Value {
    json!({
        "watch": view.row,
        "runs": view.runs,
        "station": view.watch.station,
        "from": view.watch.from,
        "until": view.watch.until,
        "people": view.watch.people,
        "conditions": view.watch.conditions,
        "handed_over": view.handed_over,
        "damaged": view.damaged,
    })
}

fn sheet_json(sheet: &Sheet) -> Value {
    let mut json = watch_json(&sheet.watch);
    let reports = sheet.reports.iter().map(|report| {
        let mut row = list::report_json(&report.report);
        row["sightings"] = json!(report.sightings);
        row
    });
    json["reports"] = reports.collect();
    let drafts = sheet.drafts.iter().map(|draft| {
        let mut row = show::draft_row_json(draft);
        row["sightings"] = json!(draft.content.sightings);
        row
    });
    json["drafts"] = drafts.collect();
    json
}

fn numbered(id: &str, watch: WatchRow, lang: Lang) -> String {
    words(lang).say(id, &[("number", watch.to_string().as_str().into())])
}

fn now() -> Moment {
    fields::now(&SystemClock::default())
}

fn row(text: &str) -> Result<WatchRow, String> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number
        .map(WatchRow)
        .ok_or_else(|| "a watch has a number, such as 3; `turnstone watch list` shows them".to_owned())
}
