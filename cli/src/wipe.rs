//! `wipe`: the keys first, then the files.

use serde_json::json;

use crate::{
    args::{Common, WipeArgs},
    failure::Failure,
    home,
    output::Output,
};

const WARNING: &str = "This ends all keys and removes all drafts and reports from this device, those that wait to be sent included. It cannot be undone. Destroying data that an investigation needs can be an offence.";
/// What has to be typed: more than a slip of the finger.
const ANSWER: &str = "WIPE";

/// Runs the command.
pub(crate) fn run(common: &Common, args: &WipeArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common)?;
    if !args.yes {
        if !output.can_ask() {
            return Err(Failure::Usage(format!("{WARNING} Without a terminal it needs --yes.")));
        }
        output.advice(WARNING);
        if output.ask(&format!("Type {ANSWER} to go on:"))? != ANSWER {
            return Err(Failure::NotConfirmed);
        }
    }
    client.wipe()?;
    output.answer(
        &json!({"outcome": "wiped"}),
        "The keys are ended and the files are gone. It cannot be undone.",
    )
}
