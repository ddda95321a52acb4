//! `seen-again`: the craft is known, and only what differs is asked.

use clap::Args;
use serde_json::json;
use turnstone_almanac::words::{Lang, words};
use turnstone_core::{DraftContent, Error, Missing, Notebook, SystemClock};
use turnstone_wire::reference::Reference;

use crate::{
    args::Common,
    failure::Failure,
    fields::{self, Fields},
    home,
    output::Output,
    parse::{self, Named},
    preview, seen, show,
    stdin::Stdin,
};

/// Note that the same boat, aircraft or vehicle was seen again
///
/// The craft is copied; say only what differs: when, where, what they did this time. Of a draft it becomes one more sighting of
/// the same report; of a report that was sent, a new draft that names it. Nothing is sent by this. An anonymous report that was
/// sent cannot be seen again: nothing may link it to another.
///
/// Example: turnstone seen-again KRAKEN-7F3Q-2MXD-9K --at 50.6065,-1.9480 --what "Back again, two people now"
#[derive(Debug, Args)]
pub(crate) struct SeenAgainArgs {
    /// Number of a draft, or reference of a report
    #[arg(value_parser = parse::named, value_name = "DRAFT|REFERENCE")]
    pub(crate) of: Named,
    #[command(flatten)]
    pub(crate) fields: Box<Fields>,
}

/// Runs the command.
pub(crate) fn run(common: &Common, mut args: SeenAgainArgs, output: &Output) -> Result<(), Failure> {
    let clock = SystemClock::default();
    if *args.fields != Fields::default() {
        args.fields.read_stdin(&mut Stdin::default())?;
        args.fields.check_change()?;
    }
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    let now = fields::now(&clock);
    let (note, said) = match args.of {
        Named::Draft(draft) => {
            let mut note = notebook.draft(draft)?;
            let mut content = note.content().clone();
            let from_clock = content.when_from_clock;
            content.see_again(now).map_err(Error::from)?;
            content.when_from_clock = true;
            args.fields.apply(&mut content, &clock)?;
            content.when_from_clock |= from_clock;
            let number = content.sightings.len();
            note.change(content)?;
            (note, ("log-added", number.to_string()))
        }
        Named::Report(reference) => {
            let mut content = of_report(&notebook, &reference, now)?;
            args.fields.apply(&mut content, &clock)?;
            (notebook.note(content)?, ("log-begun", reference.to_string()))
        }
    };
    let words = words(Lang::of(&note.content().language));
    let draft = note.row().to_string();
    let (id, named) = said;
    let head = [("draft", draft.as_str().into())];
    let name = if id == "log-added" { "number" } else { "reference" };
    let mut lines = vec![words.say(id, &[&head[..], &[(name, named.as_str().into())]].concat())];
    if note.content().exercise {
        lines.push(words.say("log-exercise", &[]));
    }
    let seen = notebook.seen_before(note.content(), Some(note.row())).unwrap_or_default();
    lines.extend(seen::sentences(&seen, note.content()));
    let mut json = show::draft_json(&note)?;
    json["seen_before"] = json!(seen::json(&seen, note.content()));
    output.answer(&json, lines.join("\n"))
}

/// What to begin with; where this device does not know any more what the report said, that is told from there being no such
/// report.
fn of_report(
    notebook: &Notebook,
    reference: &Reference,
    now: turnstone_wire::text::Moment,
) -> Result<DraftContent, Failure> {
    match notebook.seen_again(reference, now) {
        Err(Error::NotFound(Missing::Report)) => {
            preview::sent(notebook, reference)?;
            Err(Error::NotFound(Missing::Report).into())
        }
        content => Ok(content?),
    }
}
