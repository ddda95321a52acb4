//! `wipe`: the keys first, then the files; whatever is damaged or missing, all that can be removed is.

use serde_json::json;
use turnstone_almanac::words::Lang;
use turnstone_core::{Client, Error, KeyFile, Missing, Unusable, view};

use crate::{
    args::{Common, WipeArgs},
    failure::Failure,
    home::{self, Places, ports_with},
    output::Output,
    pin,
};

const WARNING: &str = "This ends all keys and removes all drafts and reports from this device, those that wait to be sent, those set aside and bundles in its folder included. It cannot be undone. Destroying data that an investigation needs can be an offence.";
/// What has to be typed: more than a slip of the finger.
const ANSWER: &str = "WIPE";

/// There while keys are still to be ended.
const MARKER: &str = "wiping";

/// Runs the command.
pub(crate) fn run(common: &Common, args: &WipeArgs, output: &Output) -> Result<(), Failure> {
    if args.after_sending {
        return after_sending(common, args, output);
    }
    let places = Places::of(common)?;
    if left(&places).is_empty() {
        return Err(home::unusable(common, &places, Error::NotFound(Missing::Home)));
    }
    if !args.yes {
        if !output.can_ask() {
            return Err(Failure::Usage(format!("{WARNING} Without a terminal it needs --yes.")));
        }
        output.advice(WARNING);
        if output.ask(&format!("Type {ANSWER} to go on:"))? != ANSWER {
            return Err(Failure::NotConfirmed);
        }
    }
    // Deleting a slot opens nothing, so the keyring is not asked: it may be what is broken.
    let wiped = Client::wipe_at(&places.home, ports_with(KeyFile::new(&places.key_file)));
    match wiped {
        // Another program was quicker.
        Err(error @ Error::NotFound(Missing::Home)) => return Err(home::unusable(common, &places, error)),
        wiped => wiped.map_err(|error| partly(&places, error))?,
    }
    output.answer(
        &json!({"outcome": "wiped"}),
        "The keys are ended and the files are gone. It cannot be undone.",
    )
}

/// Ends what can be read, and lets what waits be sent first.
fn after_sending(common: &Common, args: &WipeArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    if !args.yes {
        let warning = view::leaving_warning(&client.what_leaving_ends()?, Lang::En);
        if !output.can_ask() {
            return Err(Failure::Usage(format!("{} Without a terminal it needs --yes.", warning.join(" "))));
        }
        warning.iter().for_each(|line| output.advice(line));
        if output.ask(&format!("Type {ANSWER} to go on:"))? != ANSWER {
            return Err(Failure::NotConfirmed);
        }
    }
    let left = client.wipe_after_sending()?;
    let mut lines = view::left_lines(&left, Lang::En);
    if !left.wiped {
        lines.push(format!("`{}` sends what waits.", common.typed("sync")));
    }
    let outcome = if left.wiped { "wiped" } else { "leaving" };
    output.answer(
        &json!({"outcome": outcome, "lost": pin::losing_json(&left.lost), "text": lines}),
        lines.join("\n"),
    )
}

/// What could not be done, and what is left to do by hand.
fn partly(places: &Places, error: Error) -> Failure {
    let mut parts: Vec<_> = left(places)
        .iter()
        // It holds what is left to do, for the next time.
        .filter(|file| !file.ends_with(MARKER))
        .map(|file| format!("{} is still there; remove it yourself", file.display()))
        .collect();
    // The files come after the keys: whatever else failed first stood in the way of the keys.
    let only_files = matches!(error, Error::Unusable(Unusable::Files { what: "the home folder", .. }));
    if !only_files {
        let key_file = places.key_file.display();
        parts.push(if places.key_file.exists() {
            format!(
                "keys may be left in {key_file}: once it can be used, the next command here ends those that are known; or remove it yourself, if no other folder of reports uses it"
            )
        } else {
            format!("there is no key file {key_file}; if the keys lie in another one, remove that yourself")
        });
    }
    if parts.len() == usize::from(!only_files) {
        parts.push("the files with reports are gone".to_owned());
    }
    Failure::PartlyWiped { cause: Box::new(error.into()), left: parts }
}

/// The files and folders of a home folder that are there.
fn left(places: &Places) -> Vec<std::path::PathBuf> {
    turnstone_core::home_contents(&places.home)
}
