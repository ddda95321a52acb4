//! Whether a desk has read a report, and what it has answered.

use std::fmt;

use chrono::{Datelike, Local};
use turnstone_wire::{
    body::Route,
    directory::DeskId,
    reference::Reference,
    text::{Moment, Text},
};

use super::ReportView;
use crate::outbox::{Item, ItemState, Lane};

/// Whether the desk has read a report's words, as far as this device knows. `Debug` shows no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// They are not there yet, or the desk refuses them.
    NotThere,
    /// They are there, and no officer has vouched for having opened them.
    NotYet,
    /// They are there; whether they were read is asked only when the witness asks, because the report is anonymous.
    NotAsked,
    /// An officer vouches for having opened them then, by the officer's clock.
    Read(Moment),
}

impl Reading {
    pub(super) fn of(route: Route, items: &[Item]) -> Self {
        let Some(words) = items.iter().find(|item| item.lane == Lane::Words) else { return Self::NotThere };
        match words.state {
            ItemState::Waits | ItemState::Refused => Self::NotThere,
            ItemState::Stored if route.is_named() => Self::NotYet,
            ItemState::Stored => Self::NotAsked,
            ItemState::Opened => {
                // The receipt was verified when it came; one that cannot be read any more still came.
                let opened = words.record.opened.as_ref();
                let signed = opened.and_then(|vouched| vouched.receipt.claims().ok()).map(|claims| claims.at);
                let at = signed.map(Moment::utc).or(opened.map(|vouched| vouched.at));
                at.map_or(Self::NotYet, Self::Read)
            }
        }
    }
}

/// Whether the desk has read a report, in words; none where it is not there yet.
pub fn reading_sentence(report: &ReportView) -> Option<String> {
    Some(match report.reading {
        Reading::NotThere => return None,
        Reading::NotYet => match &report.desk_hours {
            Some(hours) => format!("not yet read; this desk reads {hours}"),
            None => "not yet read".to_owned(),
        },
        Reading::NotAsked => {
            "whether it was read is not known: for an anonymous report nobody asks but you".into()
        }
        Reading::Read(at) => {
            // As the clock on the wall shows it. The year goes without saying in the year it was sent.
            let (at, sent) = (at.at().with_timezone(&Local), report.submitted.at().with_timezone(&Local));
            let form = if at.year() == sent.year() { "%H:%M on %-d %B" } else { "%H:%M on %-d %B %Y" };
            format!("read by the desk at {}", at.format(form))
        }
    })
}

/// Row number of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageRow(pub i64);

/// What a desk has answered. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageView {
    /// Its number.
    pub row: MessageRow,
    /// The report it answers.
    pub reference: Reference,
    /// The desk that answered.
    pub desk: DeskId,
    /// Its name, where the directory held lists it.
    pub desk_name: Option<String>,
    /// When it was written, by the officer's clock.
    pub at: Moment,
    /// When it was fetched, by this device's clock.
    pub came: Moment,
    /// What it says.
    pub words: Text,
    /// It was shown before.
    pub read: bool,
}

impl fmt::Debug for MessageView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[message]")
    }
}

/// What desks have answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Messages {
    /// What can be shown, oldest first.
    pub messages: Vec<MessageView>,
    /// How many are kept out of sight, because no officer of the desk wrote them to this report, or newer ones came first.
    pub not_believed: u32,
    /// How many wait for a newer list of desks: whoever signed them may be in it.
    pub waiting: u32,
    /// How many cannot be read on this device any more: damaged.
    pub damaged: u32,
}

/// What is not shown of the answers that came, and why; none where all are shown.
pub fn unshown_sentence(messages: &Messages) -> Option<String> {
    let number = |n: u32| if n == 1 { "1 message".to_owned() } else { format!("{n} messages") };
    let said: Vec<String> = [
        (
            messages.not_believed,
            "could not be verified: no officer of the desk wrote that to you, or newer ones came before",
        ),
        (
            messages.waiting,
            "can be verified only with a newer list of desks, which comes with the next connection",
        ),
        (messages.damaged, "cannot be read on this device any more"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| format!("{} {what}.", number(n)))
    .collect();
    if said.is_empty() { None } else { Some(said.join(" ")) }
}
