//! `told`: whom the witness has told by voice.

use serde_json::json;
use turnstone_core::{About, Client, Error, Missing, SystemClock};
use turnstone_wire::{body::Told, reference::Reference};

use crate::{
    args::{Common, ToldArgs},
    failure::Failure,
    fields, home,
    output::Output,
    parse::Named,
};

/// Runs the command.
pub(crate) fn run(common: &Common, args: ToldArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let at = args.at.unwrap_or_else(|| fields::now(&SystemClock::default()));
    let told = Told { channel: args.channel, at, number: args.number };
    let (draft, reference) = match args.about {
        Named::Draft(row) => {
            client.tell(About::Draft(row), &told)?;
            (Some(row), None)
        }
        Named::Report(reference) => {
            tell_of_report(&client, common, reference, &told, output)?;
            (None, Some(reference))
        }
    };
    let json = json!({"outcome": "noted", "draft": draft, "reference": reference, "told": told});
    let words = match draft {
        Some(draft) => format!("Noted; it travels with draft {draft} if that is submitted."),
        None => "Noted on this device, beside the report.".to_owned(),
    };
    output.answer(&json, words)
}

/// A report that is finished is found in the notebook only: then the PIN is needed after all.
fn tell_of_report(
    client: &Client,
    common: &Common,
    reference: Reference,
    told: &Told,
    output: &Output,
) -> Result<(), Failure> {
    match client.tell(About::Report(reference), told) {
        Err(Error::NotFound(Missing::Report)) => {
            Ok(home::unlock(client, common, output)?.tell(&reference, told)?)
        }
        told => Ok(told?),
    }
}
