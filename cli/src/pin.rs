//! `lock`, `unlock` and `pin`. Each command is a sitting of its own, so a lock is a matter of having a PIN.

use serde_json::{Value, json};
use turnstone_almanac::words::Lang;
use turnstone_core::{
    ChangedPin, Client, Error, Invalid, Pin,
    view::{self, Losing, WipePinStep},
};

use crate::{
    args::{Common, PinAction, PinArgs},
    failure::Failure,
    home,
    output::Output,
    own_pin, wipe_pin,
};

/// Runs `lock`.
pub(crate) fn lock(common: &Common, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    if !client.has_pin()? {
        return Err(no_pin(common));
    }
    let wait_ms = client.pin_wait()?;
    let mut words = "It is locked: nothing stays open between two commands.".to_owned();
    if let Some(wait_ms) = wait_ms {
        let wait = view::wait_text(wait_ms, Lang::En);
        words.push_str(&format!(" After too many wrong PINs the next is tried in {wait}."));
    }
    output.answer(&json!({"outcome": "locked", "wait_ms": wait_ms.unwrap_or(0)}), words)
}

/// Runs `unlock`.
pub(crate) fn unlock(common: &Common, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let due = client.overview()?.shred_due;
    let has_pin = client.has_pin()?;
    drop(home::unlock(&client, common, output)?);
    let right = if has_pin { "The PIN is right." } else { "There is no PIN." };
    let shredded = if due {
        "What was submitted or discarded is shredded now."
    } else {
        "Nothing waited to be shredded."
    };
    output.answer(
        &json!({"outcome": "unlocked", "pin": has_pin, "shredded": due}),
        format_args!("{right} {shredded} It is locked again now: each command is a sitting of its own."),
    )
}

/// Runs `pin`.
pub(crate) fn change(common: &Common, args: &PinArgs, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    if let Some(name) = &common.person {
        return own_pin::change((&client, name), common, args, output);
    }
    match (args.action, client.has_pin()?) {
        (PinAction::Set, false) => {
            let notebook = client.unlock(None)?;
            // Before there is a PIN, a variable named for it can only hold the new one.
            let variable = args.new_pin_env.as_ref().or(common.pin_env.as_ref());
            let changed = notebook.change_pin(Some(&new_pin(variable, output)?))?;
            let words = "Reading here needs the PIN from now on. Writing and sending do not.";
            said(&client, output, ("set", changed), words)
        }
        (PinAction::Set, true) => Err(wrong("there is a PIN already; `pin change` replaces it")),
        (PinAction::Change, true) => {
            let notebook = home::unlock(&client, common, output)?;
            let changed = notebook.change_pin(Some(&new_pin(args.new_pin_env.as_ref(), output)?))?;
            let words = "The new PIN stands. Nothing opens with the old one, old copies included.";
            said(&client, output, ("changed", changed), words)
        }
        (PinAction::Remove, true) => {
            let changed = home::unlock(&client, common, output)?.change_pin(None)?;
            said(&client, output, ("removed", changed), "Reading here needs no PIN any more.")
        }
        (PinAction::SetWipe, true) => wipe_pin::set(&client, common, args, output),
        (PinAction::RemoveWipe, true) => wipe_pin::remove(&client, common, output),
        (PinAction::Forget, true) => forget(&client, args.yes, output),
        (_, false) => Err(no_pin(common)),
    }
}

/// What has to be typed to forget a PIN: more than a slip of the finger.
pub(crate) const FORGET: &str = "FORGET";

/// Forgets the PIN, once it was said what goes with it.
fn forget(client: &Client, yes: bool, output: &Output) -> Result<(), Failure> {
    if !yes {
        let lost = view::losing_lines(&client.what_is_lost()?, Lang::En);
        if !output.can_ask() {
            return Err(Failure::Usage(format!("{} Without a terminal it needs --yes.", lost.join(" "))));
        }
        lost.iter().for_each(|line| output.advice(line));
        if output.ask(&format!("Type {FORGET} to go on:"))? != FORGET {
            return Err(Failure::NotConfirmed);
        }
    }
    let lost = client.forget_pin()?;
    let mut lines = vec![view::pin_forgotten_sentence(Lang::En)];
    lines.extend(view::losing_lines(&lost, Lang::En));
    output.answer(
        &json!({"outcome": "forgotten", "pin": client.has_pin()?, "lost": losing_json(&lost), "text": lines}),
        lines.join("\n"),
    )
}

/// What is lost and what is still sent, as numbers.
pub(crate) fn losing_json(lost: &Losing) -> Value {
    json!({
        "drafts": lost.drafts,
        "copies": lost.copies,
        "records": lost.records,
        "answers": lost.answers,
        "calls": lost.calls,
        "watches": lost.watches,
        "still_sent": lost.still_sent,
        "photos_still_sent": lost.photos_still_sent,
        "never_sent": lost.never_sent,
        "answers_to_come": lost.awaits_answers,
    })
}

fn said(
    client: &Client,
    output: &Output,
    (outcome, changed): (&str, ChangedPin),
    words: &str,
) -> Result<(), Failure> {
    let ended = changed.wipe_pin_ended.then(|| view::wipe_pin_sentence(WipePinStep::Ended, Lang::En));
    let json = json!({
        "outcome": outcome, "pin": client.has_pin()?, "wipe_pin_ended": changed.wipe_pin_ended,
    });
    let words: Vec<_> = [words.to_owned()].into_iter().chain(ended).collect();
    output.answer(&json, words.join("\n"))
}

/// The new PIN, from a variable or asked for twice.
pub(crate) fn new_pin(variable: Option<&String>, output: &Output) -> Result<Pin, Failure> {
    if let Some(variable) = variable {
        return home::pin_from(variable);
    }
    if !output.can_ask() {
        return Err(Failure::Usage(
            "name the variable that holds the new PIN with --new-pin-env, or use a terminal".to_owned(),
        ));
    }
    home::ask_new_pin("New PIN")
}

fn no_pin(common: &Common) -> Failure {
    Failure::NoPin { set: common.typed("pin set") }
}

fn wrong(why: &'static str) -> Failure {
    Error::Invalid(Invalid::Pin(why)).into()
}
