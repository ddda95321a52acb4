//! `writer`: who writes on a team's device. Needs no PIN.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use turnstone_almanac::words::Lang;
use turnstone_core::{Client, Error, Missing, OpenNotes, PersonRow, PersonView, Writer, view};
use turnstone_wire::text::Text;

use crate::{args::Common, failure::Failure, home, output::Output, parse};

/// Show or change who writes on a team's device; needs no PIN
///
/// A name comes from the list of the team's set-up, or is typed. New notes are in that person's hand. The notes that the one
/// before has open are handed over; with --keep they stay in their name. None is dropped, and what waits to be sent
/// is not touched. Names stay on this device.
#[derive(Debug, Args)]
pub(crate) struct WriterArgs {
    #[command(subcommand)]
    action: WriterAction,
    /// Language of the answer
    #[arg(long, global = true, value_parser = parse::language, value_name = "en|cy", default_value = "en")]
    lang: String,
}

#[derive(Debug, Subcommand)]
enum WriterAction {
    /// Show who writes now, and everybody who may
    ///
    /// Example: turnstone writer show
    Show,
    /// Somebody writes from now on
    ///
    /// Example: turnstone writer is "A. Lookout"
    Is {
        /// Their name; case and spaces make no difference
        #[arg(value_parser = parse::text(), value_name = "NAME")]
        name: Text,
        /// The notes that are open stay in the name of whoever wrote before
        #[arg(long)]
        keep: bool,
    },
    /// Nobody in particular writes from now on
    ///
    /// Example: turnstone writer nobody
    Nobody {
        /// The notes that are open stay in the name of whoever wrote before
        #[arg(long)]
        keep: bool,
    },
    /// Take a name off this device; their open notes are handed over to whoever writes now
    ///
    /// Example: turnstone writer forget "A. Lookout"
    Forget {
        /// Their name
        #[arg(value_parser = parse::text(), value_name = "NAME")]
        name: Text,
    },
}

/// Runs the command.
pub(crate) fn run(common: &Common, args: &WriterArgs, output: &Output) -> Result<(), Failure> {
    let lang = Lang::of(&args.lang);
    let client = home::open(common, output)?;
    match &args.action {
        WriterAction::Show => show(&client, lang, output),
        WriterAction::Is { name, keep } => {
            change(&client, Some(Writer::Named(name.clone())), *keep, lang, output)
        }
        WriterAction::Nobody { keep } => change(&client, None, *keep, lang, output),
        WriterAction::Forget { name } => {
            let person = find(&client, name)?;
            let notes = client.forget_person(person.row)?;
            let said = view::forgotten_person_sentences(&person.name, notes, lang);
            let json = json!({"outcome": "forgotten", "handed_over": notes, "sentences": said});
            output.answer(&json, said.join("\n"))
        }
    }
}

/// A person of this device, by a name as it is typed.
pub(crate) fn find(client: &Client, name: &Text) -> Result<PersonView, Failure> {
    let row: Option<PersonRow> = client.person_named(name)?;
    let person = client.people()?.into_iter().find(|person| Some(person.row) == row);
    person.ok_or(Error::NotFound(Missing::Person).into())
}

fn change(
    client: &Client,
    writer: Option<Writer>,
    keep: bool,
    lang: Lang,
    output: &Output,
) -> Result<(), Failure> {
    let notes = if keep { OpenNotes::KeepInTheirName } else { OpenNotes::HandOver };
    let changed = client.set_writer(writer, notes)?;
    let said = view::changed_writer_sentences(&changed, lang);
    let row = |person: &Option<PersonView>| person.as_ref().map(|person| person.row);
    let json = json!({
        "outcome": if row(&changed.before) == row(&changed.now) { "same" } else { "changed" },
        "before": changed.before.as_ref().map(person_json),
        "writer": changed.now.as_ref().map(person_json),
        "open_notes": changed.open_notes,
        "handed_over": changed.handed_over,
        "sentences": said,
    });
    output.answer(&json, said.join("\n"))
}

fn show(client: &Client, lang: Lang, output: &Output) -> Result<(), Failure> {
    let (people, team) = (client.people()?, client.usual()?.team);
    let now = people.iter().find(|person| person.writes_now);
    let mut lines = match team {
        true => vec![view::writer_sentence(now, lang), view::writer_rule(lang)],
        false => vec![view::profile_sentence(view::ProfileStep::None, lang)],
    };
    lines.extend(people.iter().map(|person| view::person_row_text(person, lang)));
    let json = json!({
        "outcome": "shown",
        "team": team,
        "writer": now.map(person_json),
        "people": people.iter().map(person_json).collect::<Vec<_>>(),
        "sentences": lines,
    });
    output.answer(&json, lines.join("\n"))
}

fn person_json(person: &PersonView) -> Value {
    json!({
        "person": person.row,
        "name": person.name,
        "pin": person.has_pin,
        "listed": person.listed,
        "writes_now": person.writes_now,
        "open_notes": person.open_notes,
    })
}
