//! Steps that something else carries: a system's background transfer, another process, after this one has ended.
//!
//! [`Sender::next_steps`] gives out what may go now, each [`Step`] with a [`Ticket`]; [`Sender::settle_ticket`] takes what
//! came of one, in this process or in a later one. Between the two nothing is held: a step whose outcome never comes leaves
//! its item waiting, and the next call that does not name its ticket as under way makes another. A step and its outcome
//! are plain values that can be written down (`form.rs`); a body for a carrier that wants a file is written by
//! [`Sender::write_body`].

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use super::{
    apart::Choice,
    apart::reached_somebody,
    driver::{Progress, Sender},
    plan::Network,
    settle::{Settling, settle},
    step::{Bodies, Outcome, Step, StepBody},
    window::{Heading, Loaded},
};
use crate::{
    error::{Error, Fault, readable_if_there},
    leaving,
    outbox::{self, Item, ItemRow, ItemState, Upload},
    vault::Uid,
};

/// Bytes of an attachment read and written at a time.
const PIECE: u64 = 256 * 1024;

/// Which item a step was made for, and as how far along. One line of text, for a shell to keep beside the request; it
/// tells nothing of the report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Ticket {
    item: ItemRow,
    /// Row numbers come again; this does not.
    uid: [u8; 16],
    /// What the step was made from.
    from: Upload,
    /// What the store has held since.
    noted: Upload,
    attempts: u32,
}

/// What there is to do, as [`Sender::next_steps`] gives it out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NextSteps {
    /// Requests to begin.
    pub start: Vec<(Ticket, Step)>,
    /// Requests under way to break off: words for the same desk are due (P10), or the network is gone.
    pub cancel: Vec<Ticket>,
    /// When to ask again if nothing else happens, in milliseconds since 1970.
    pub wake_ms: Option<i64>,
}

/// A text that is no ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no ticket of a step")]
pub struct NotATicket;

impl Sender {
    /// The steps that may go now, by the same plan as [`Sender::run`]'s. `under_way` are the tickets whose requests the
    /// carrier still has; forgetting one costs bytes and nothing else.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn next_steps(&self, network: Network, under_way: &[Ticket]) -> Result<NextSteps, Error> {
        Ok(self.next_steps_inner(network, under_way).await?)
    }

    async fn next_steps_inner(&self, network: Network, under_way: &[Ticket]) -> Result<NextSteps, Fault> {
        let running: BTreeMap<ItemRow, &Ticket> =
            under_way.iter().map(|ticket| (ticket.item, ticket)).collect();
        let (window, Choice { plan, .. }) = self.look(&running.keys().copied().collect(), network).await?;
        let mut next = NextSteps { wake_ms: plan.wake_ms, ..NextSteps::default() };
        self.breaks_off(&window, &plan.cancel).await?;
        next.cancel = plan.cancel.iter().filter_map(|row| Some((*running.get(row)?).clone())).collect();
        let may_go = plan.start.iter().filter_map(|row| window.iter().find(|loaded| loaded.item.row == *row));
        // What is stored is asked after by a sender that runs.
        for loaded in may_go.filter(|loaded| loaded.item.state == ItemState::Waits) {
            match self.prepare(loaded.clone()).await? {
                Ok(step) => {
                    let step = match self.transport().routed(step).await {
                        Ok(step) => step,
                        Err(failure) => {
                            self.settle(loaded.clone(), Ok(Outcome::Failed(failure))).await?;
                            continue;
                        }
                    };
                    self.begins(loaded).await?;
                    // Making the step may have noted something; and another program may have ended the item meanwhile.
                    if let Some(held) = self.held(loaded.item.row).await? {
                        next.start.push((Ticket::of(&loaded.item, held.item.upload), step));
                    }
                }
                Err(reason) => drop(self.settle(loaded.clone(), Err(reason)).await?),
            }
        }
        Ok(next)
    }

    /// Writes the bytes that a step sends, for a carrier that wants them in a file. They are sealed.
    ///
    /// # Errors
    /// Where they cannot be read, or written.
    pub fn write_body(&self, step: &Step, to: &mut dyn Write) -> io::Result<()> {
        step.write_body(self.bodies().as_ref(), to)
    }

    /// Settles what came of a step that [`Sender::next_steps`] gave out, in whatever process. Returns how its item stands
    /// now; `None` where the item is gone.
    ///
    /// An outcome may come late, after the item went on by other ways: then only a verified receipt still counts.
    ///
    /// # Errors
    /// Where the store fails: the ticket can be settled again.
    pub async fn settle_ticket(&self, ticket: &Ticket, outcome: Outcome) -> Result<Option<Progress>, Error> {
        Ok(self.settle_ticket_inner(ticket.clone(), outcome).await?)
    }

    async fn settle_ticket_inner(&self, ticket: Ticket, outcome: Outcome) -> Result<Option<Progress>, Fault> {
        let found = self.held(ticket.item).await?;
        let Some(mut loaded) = found.filter(|loaded| loaded.item.uid.0 == ticket.uid) else {
            return Ok(None);
        };
        let item = &mut loaded.item;
        let in_time =
            item.state == ItemState::Waits && (item.upload, item.attempts) == (ticket.noted, ticket.attempts);
        item.upload = ticket.from;
        if in_time || self.is_receipt(&loaded, &outcome).await? {
            let (named, outcome) = (loaded.named, Ok(outcome));
            let reached = reached_somebody(&outcome);
            let progress = self.settle(loaded, outcome).await?;
            self.ended(named, &progress, reached).await?;
            self.on_store(|core| leaving::look(core).map(drop)).await?;
            return Ok(Some(progress));
        }
        Ok(Some(Progress::of(&loaded.item)))
    }

    /// An item as the store holds it now; `None` where it is gone, or in the vault as a finished report's.
    async fn held(&self, row: ItemRow) -> Result<Option<Loaded>, Fault> {
        let found = self.on_store(move |core| {
            let sending = core.sending()?;
            core.words.read(|conn| {
                let item = outbox::item(conn, row, sending)?;
                let record = outbox::report(conn, item.report, sending, None)?.record;
                Ok(Loaded::alone(item, &Heading::of(&record)))
            })
        });
        readable_if_there(found.await)
    }

    /// Whether an outcome would end the item's waiting by a receipt.
    async fn is_receipt(&self, loaded: &Loaded, outcome: &Outcome) -> Result<bool, Fault> {
        let (loaded, outcome, now_ms) = (loaded.clone(), outcome.clone(), self.now_ms());
        self.on_store(move |core| {
            let directory = core.directory()?;
            let Some(desk) = directory.as_deref().and_then(|directory| directory.desk(&loaded.desk)) else {
                return Ok(false);
            };
            let change = settle(&Settling::of(&loaded.item, desk, loaded.named), &outcome, now_ms, 0);
            Ok(loaded.item.state == ItemState::Waits && change.state == ItemState::Stored)
        })
        .await
    }
}

impl Step {
    /// Writes the bytes that it sends, an attachment's read through `bodies`.
    ///
    /// # Errors
    /// Where they cannot be read, or written.
    pub fn write_body(&self, bodies: &dyn Bodies, to: &mut dyn Write) -> io::Result<()> {
        match &self.body {
            StepBody::Empty => Ok(()),
            StepBody::Bytes(bytes) => to.write_all(bytes),
            StepBody::Media { media, from, len } => {
                let (mut at, end) = (*from, from.saturating_add(*len));
                while at < end {
                    let wanted = usize::try_from((end - at).min(PIECE)).map_err(io::Error::other)?;
                    let unreadable = || io::Error::other("the attachment cannot be read on this device");
                    let piece = bodies.read(*media, at, wanted).map_err(|_| unreadable())?;
                    if piece.is_empty() {
                        return Err(unreadable());
                    }
                    to.write_all(&piece)?;
                    at += piece.len() as u64;
                }
                Ok(())
            }
        }
    }
}

impl Ticket {
    fn of(item: &Item, noted: Upload) -> Self {
        Self { item: item.row, uid: item.uid.0, from: item.upload, noted, attempts: item.attempts }
    }

    /// Which item it is for, as [`Progress`] names it.
    pub fn item(&self) -> ItemRow {
        self.item
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { item, uid, from, noted, attempts } = self;
        write!(f, "step-1 {} {} {} {} {attempts}", item.0, Uid(*uid).to_hex(), Along(*from), Along(*noted))
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[ticket]")
    }
}

impl FromStr for Ticket {
    type Err = NotATicket;

    fn from_str(text: &str) -> Result<Self, NotATicket> {
        let mut words = text.split(' ');
        let mut word = || words.next().ok_or(NotATicket);
        if word()? != "step-1" {
            return Err(NotATicket);
        }
        let ticket = Self {
            item: ItemRow(word()?.parse().map_err(|_| NotATicket)?),
            uid: Uid::from_hex(word()?).ok_or(NotATicket)?.0,
            from: Along::parse(word()?)?,
            noted: Along::parse(word()?)?,
            attempts: word()?.parse().map_err(|_| NotATicket)?,
        };
        if words.next().is_some() { Err(NotATicket) } else { Ok(ticket) }
    }
}

impl From<Ticket> for String {
    fn from(ticket: Ticket) -> Self {
        ticket.to_string()
    }
}

impl TryFrom<String> for Ticket {
    type Error = NotATicket;

    fn try_from(text: String) -> Result<Self, NotATicket> {
        text.parse()
    }
}

/// How far an upload has come, in a word.
struct Along(Upload);

impl fmt::Display for Along {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Upload::Fresh => f.write_str("fresh"),
            Upload::Unknown(last) => write!(f, "unknown-{last}"),
            Upload::At(offset) => write!(f, "at-{offset}"),
        }
    }
}

impl Along {
    fn parse(word: &str) -> Result<Upload, NotATicket> {
        let number = |text: &str| text.parse().map_err(|_| NotATicket);
        match word.split_once('-') {
            None if word == "fresh" => Ok(Upload::Fresh),
            Some(("unknown", last)) => Ok(Upload::Unknown(number(last)?)),
            Some(("at", offset)) => Ok(Upload::At(number(offset)?)),
            _ => Err(NotATicket),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_comes_back_from_its_text_and_nothing_else_is_one() {
        for (from, noted) in [
            (Upload::Fresh, Upload::Unknown(0)),
            (Upload::At(7), Upload::At(7)),
            (Upload::Unknown(u64::MAX), Upload::Unknown(u64::MAX)),
        ] {
            let ticket = Ticket { item: ItemRow(5), uid: [7; 16], from, noted, attempts: 3 };
            assert_eq!(ticket.to_string().parse(), Ok(ticket.clone()));
            assert_eq!(
                serde_json::from_str::<Ticket>(&serde_json::to_string(&ticket).unwrap()).unwrap(),
                ticket
            );
            assert_eq!(format!("{ticket:?}"), "[ticket]");
        }
        let uid = "07070707070707070707070707070707";
        let text = format!("step-1 5 {uid} fresh unknown-0 3");
        assert!(text.parse::<Ticket>().is_ok());
        for bad in [
            String::new(),
            text.replace("step-1", "step-2"),
            text.replace("fresh", "stale"),
            text.replace("unknown-0", "unknown-"),
            text.replace(uid, "07"),
            format!("{text} 4"),
        ] {
            assert_eq!(bad.parse::<Ticket>(), Err(NotATicket), "{bad}");
        }
    }
}
