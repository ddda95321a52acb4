//! `pin set-wipe` and `pin remove-wipe`: a second PIN that wipes, explained before it is chosen.

use serde_json::json;
use turnstone_almanac::words::Lang;
use turnstone_core::{
    Client, Pin,
    view::{self, WipePinStep},
};

use crate::{
    args::{Common, PinArgs},
    failure::Failure,
    home,
    output::Output,
};

/// What has to be typed to choose one: more than a slip of the finger.
const CHOOSE: &str = "CHOOSE";

/// Sets a wipe PIN, or another one, once it was said what it does and what it cannot do.
pub(crate) fn set(client: &Client, common: &Common, args: &PinArgs, output: &Output) -> Result<(), Failure> {
    let explained = view::wipe_pin_explained(Lang::En);
    if !args.yes {
        if !output.can_ask() {
            return Err(Failure::Usage(format!(
                "{} Without a terminal it needs --yes.",
                explained.join(" ")
            )));
        }
        explained.iter().for_each(|line| output.advice(line));
        if output.ask(&format!("Type {CHOOSE} to go on:"))? != CHOOSE {
            return Err(Failure::NotConfirmed);
        }
    }
    let pin = home::pin(client, common, output)?;
    let notebook = client.unlock(Some(&pin))?;
    notebook.set_wipe_pin(&pin, &wipe_pin(args.wipe_pin_env.as_ref(), output)?)?;
    let set = view::wipe_pin_sentence(WipePinStep::Set, Lang::En);
    let json = json!({"outcome": "wipe_pin_set", "pin": true, "wipe_pin": true, "explained": explained});
    output.answer(&json, set)
}

/// Takes it away.
pub(crate) fn remove(client: &Client, common: &Common, output: &Output) -> Result<(), Failure> {
    let was_there = home::unlock(client, common, output)?.remove_wipe_pin()?;
    let (outcome, step) = match was_there {
        true => ("wipe_pin_removed", WipePinStep::Removed),
        false => ("no_wipe_pin", WipePinStep::None),
    };
    let json = json!({"outcome": outcome, "pin": true, "wipe_pin": false});
    output.answer(&json, view::wipe_pin_sentence(step, Lang::En))
}

/// The wipe PIN, from a variable or asked for twice.
fn wipe_pin(variable: Option<&String>, output: &Output) -> Result<Pin, Failure> {
    match variable {
        Some(variable) => home::pin_from(variable),
        None if output.can_ask() => home::ask_new_pin("Wipe PIN"),
        None => Err(Failure::Usage(
            "name the variable that holds the wipe PIN with --wipe-pin-env, or use a terminal".to_owned(),
        )),
    }
}
