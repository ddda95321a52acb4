//! `pin --as`: the PIN of one person's own on a team's device.

use serde_json::json;
use turnstone_almanac::words::Lang;
use turnstone_core::{
    Client, Error, Invalid, PersonView,
    view::{self, OwnPinStep},
};
use turnstone_wire::text::Text;

use crate::{
    args::{Common, PinAction, PinArgs},
    failure::Failure,
    home,
    output::Output,
    own,
    pin::{FORGET, losing_json, new_pin},
    writer,
};

/// Runs `pin` for a person.
pub(crate) fn change(
    (client, name): (&Client, &Text),
    common: &Common,
    args: &PinArgs,
    output: &Output,
) -> Result<(), Failure> {
    let person = writer::find(client, name)?;
    match args.action {
        PinAction::Set if person.has_pin => {
            Err(Error::Invalid(Invalid::Pin("they have a PIN of their own already, which only they change"))
                .into())
        }
        PinAction::Set => {
            let has_pin = client.has_pin()?;
            // Before the team has one, a variable named for it can only hold the new one.
            let variable = args.new_pin_env.as_ref().or(common.pin_env.as_ref().filter(|_| !has_pin));
            let notebook =
                if has_pin { home::unlock(client, common, output)? } else { client.unlock(None)? };
            notebook.set_person_pin(person.row, &new_pin(variable, output)?)?;
            said(&person, ("set", true), OwnPinStep::Set, output)
        }
        PinAction::Change => {
            let own = own::unlock_as((client, name), common, output)?;
            own.change_pin(&new_pin(args.new_pin_env.as_ref(), output)?)?;
            said(&person, ("changed", true), OwnPinStep::Changed, output)
        }
        // Both end what only the PIN opens: one with it, the other without.
        PinAction::Remove => {
            let own = own::unlock_as((client, name), common, output)?;
            agreed((client, &person), args.yes, output)?;
            let lost = own.remove_pin()?;
            ended(&person, "removed", &lost, output)
        }
        PinAction::Forget => {
            agreed((client, &person), args.yes, output)?;
            let lost = client.forget_person_pin(person.row)?;
            ended(&person, "forgotten", &lost, output)
        }
        PinAction::SetWipe | PinAction::RemoveWipe => Err(Failure::Usage(
            "a wipe PIN stands beside the device's PIN, and nobody's own has one: leave out --as".to_owned(),
        )),
    }
}

/// Says what is lost with a person's PIN, and has it agreed to.
fn agreed((client, person): (&Client, &PersonView), yes: bool, output: &Output) -> Result<(), Failure> {
    let lost = client.what_a_person_loses(person.row)?;
    if yes {
        return Ok(());
    }
    let mut lines = vec![view::own_pin_sentence(OwnPinStep::BeforeEnd, person.name.as_str(), Lang::En)];
    lines.extend(view::losing_lines(&lost, Lang::En));
    if !output.can_ask() {
        return Err(Failure::Usage(format!("{} Without a terminal it needs --yes.", lines.join(" "))));
    }
    lines.iter().for_each(|line| output.advice(line));
    if output.ask(&format!("Type {FORGET} to go on:"))? == FORGET {
        Ok(())
    } else {
        Err(Failure::NotConfirmed)
    }
}

fn ended(person: &PersonView, outcome: &str, lost: &view::Losing, output: &Output) -> Result<(), Failure> {
    let mut lines = vec![view::own_pin_sentence(OwnPinStep::Ended, person.name.as_str(), Lang::En)];
    lines.extend(view::losing_lines(lost, Lang::En));
    let json = json!({
        "outcome": outcome, "person": person.row, "pin": false, "lost": losing_json(lost), "text": lines,
    });
    output.answer(&json, lines.join("\n"))
}

fn said(
    person: &PersonView,
    (outcome, pin): (&str, bool),
    step: OwnPinStep,
    output: &Output,
) -> Result<(), Failure> {
    let words = view::own_pin_sentence(step, person.name.as_str(), Lang::En);
    output.answer(&json!({"outcome": outcome, "person": person.row, "pin": pin}), words)
}
