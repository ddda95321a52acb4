//! `readdress`: seals a report for another desk, because its witness says so.

use serde_json::json;
use turnstone_core::{Client, Error, NotSendable};
use turnstone_wire::{directory::DeskId, shown};

use crate::{
    args::{Common, ReaddressArgs},
    failure::Failure,
    home,
    output::Output,
    own,
    parse::DeskChoice,
};

/// Runs the command.
pub(crate) fn run(common: &Common, args: &ReaddressArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let notebook = own::unlock(&client, common, output)?;
    let chosen = match &args.desk {
        Some(DeskChoice::Desk(id)) => Some(id),
        Some(DeskChoice::None) | None => None,
    };
    let desk =
        notebook.readdress(&args.reference, chosen).map_err(|error| why(&client, common, args, error))?;
    let json = json!({"outcome": "readdressed", "reference": args.reference, "desk": desk});
    let words = format!(
        "{} is sealed for {} now, and goes there with the next `{}`.",
        args.reference,
        name(&client, &desk),
        common.typed("sync")
    );
    output.answer(&json, words)
}

/// The failure, with the desks there are to choose from.
fn why(client: &Client, common: &Common, args: &ReaddressArgs, error: Error) -> Failure {
    match error {
        Error::NotSendable(NotSendable::SeveralDesks | NotSendable::DeskDoesNotTake) => Failure::WhichDesk {
            cause: error,
            readdress: common.typed_as(format_args!("readdress {} --desk ID", args.reference)),
            desks: desks(client),
        },
        error => error.into(),
    }
}

fn name(client: &Client, desk: &DeskId) -> String {
    let directory = client.directory().ok().flatten();
    let name = directory.and_then(|directory| Some(directory.desk(desk)?.name("en").to_owned()));
    shown::line(&name.unwrap_or_else(|| desk.as_str().to_owned()))
}

/// The desks that are open, by what is typed for them.
fn desks(client: &Client) -> String {
    let directory = client.directory().ok().flatten();
    let desks = directory.iter().flat_map(|directory| directory.desks());
    desks.filter(|desk| !desk.closed).map(|desk| desk.id.as_str()).collect::<Vec<_>>().join(", ")
}
