//! Mailboxes: where `opened` receipts and replies wait. Asked along with sending, for named reports only; an anonymous
//! report's mailbox is asked when its witness asks for it, alone and over a connection of its own, never by itself: asked
//! together with another it would tell the intake that both are one phone's (DESIGN 4, P7).

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use futures_util::{StreamExt, stream};
use rusqlite::Connection;
use turnstone_wire::{
    directory::{DeskId, KeyRefused},
    key::Officer,
    mailbox::{MailboxAnswer, MailboxItem, MailboxToken},
    receipt::{Object, Receipt, ReceiptError, SignedReceipt},
    reference::Reference,
    reply::SealedReply,
    text::Moment,
};

use super::{
    driver::{Progress, Sender},
    step::{Outcome, mailbox_step},
};
use crate::{
    error::{Error, Fault},
    notebook::Notebook,
    outbox::{self, ItemState, NewMail, Outgoing, ReportRow, Vouched},
    shared::Core,
};

/// Most mailboxes asked at once.
const AT_ONCE: usize = 32;

/// What came of asking mailboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// Mailboxes asked that answered.
    pub answered: u32,
    /// Mailboxes of which nobody answered.
    pub silent: u32,
    /// `opened` receipts taken.
    pub opened: u32,
    /// Replies that were not there before. Whether they are believed shows when the vault is open.
    pub messages: u32,
    /// Anonymous reports that were left out: each is asked after alone.
    pub left_out: u32,
}

/// What one mailbox held.
#[derive(Debug, Clone, Copy, Default)]
struct Taken {
    opened: u32,
    messages: u32,
    /// Something is by a key that the directory held does not list.
    unlisted: bool,
}

/// Asks the mailbox of each named report that may hold something, but for those stored in this very run: nobody reads that
/// fast.
pub(super) async fn ask(sender: &Sender, just_stored: BTreeSet<ReportRow>) -> Result<Asked, Fault> {
    let due = sender
        .on_store(|core| {
            let (sending, now) = (core.sending()?, core.clock().wall());
            core.words.read(|conn| outbox::mail_due(conn, now, sending))
        })
        .await?;
    let due = due.into_iter().filter(|outgoing| !just_stored.contains(&outgoing.row)).collect();
    Round::new(sender, false).ask_all(due).await
}

impl Sender {
    /// Asks mailboxes now: that of one report, or those of all named ones. An anonymous report's is asked only where it is the
    /// one named, over a connection of its own.
    ///
    /// # Errors
    /// [`Error::Locked`], [`crate::Missing::Report`]; a link that fails is no error.
    pub async fn ask_mail(&self, notebook: &Notebook, about: Option<&Reference>) -> Result<Asked, Error> {
        let (cell, about) = (Arc::clone(notebook.cell()), about.copied());
        let reading = Arc::clone(&cell);
        let reports = self
            .on_store(move |core| {
                let sending = core.sending()?;
                reading.read(|conn, keys| {
                    let reports = match about {
                        Some(about) => {
                            vec![outbox::find_report(conn, &about, sending, Some(keys.reader()))?]
                        }
                        None => outbox::reports(conn, u32::MAX, sending, Some(keys.reader()))?,
                    };
                    sent(conn, reports)
                })
            })
            .await?;
        let apart = about.is_some() && reports.iter().any(|outgoing| !outgoing.record.route.is_named());
        let (asked, left_out): (Vec<_>, Vec<_>) =
            reports.into_iter().partition(|outgoing| apart || outgoing.record.route.is_named());
        let round = Round::new(self, apart);
        let came = round.ask_all(asked.clone()).await?;
        let taking = Arc::clone(&cell);
        self.on_store(move |_| taking.take_mail()).await?;
        // Only now it shows which replies wait for a newer directory.
        round.ask_for_directories(asked).await?;
        self.on_store(move |_| cell.take_mail()).await?;
        Ok(Asked { left_out: u32::try_from(left_out.len()).unwrap_or(u32::MAX), ..came })
    }
}

/// Those of which something was ever sent: nobody can have answered the others.
fn sent(conn: &Connection, reports: Vec<Outgoing>) -> Result<Vec<Outgoing>, Fault> {
    let mut stored =
        conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM item WHERE report = ?1 AND state IN (1, 2))")?;
    let mut asked = Vec::new();
    for outgoing in reports {
        if stored.query_row([outgoing.row.0], |row| row.get(0))? {
            asked.push(outgoing);
        }
    }
    Ok(asked)
}

/// One round of asking.
struct Round<'a> {
    sender: &'a Sender,
    /// Over connections of their own.
    apart: bool,
    /// Desks that did not answer in this round.
    silent: Mutex<BTreeSet<DeskId>>,
    /// Desks that were asked for a newer directory in this round.
    renewed: Mutex<BTreeSet<DeskId>>,
}

impl<'a> Round<'a> {
    fn new(sender: &'a Sender, apart: bool) -> Self {
        Self { sender, apart, silent: Mutex::default(), renewed: Mutex::default() }
    }

    async fn ask_all(&self, reports: Vec<Outgoing>) -> Result<Asked, Fault> {
        let mut answers =
            stream::iter(reports).map(|outgoing| self.ask_unless_silent(outgoing)).buffer_unordered(AT_ONCE);
        let mut asked = Asked::default();
        while let Some(answer) = answers.next().await {
            match answer? {
                Some(taken) => {
                    asked.answered += 1;
                    asked.opened += taken.opened;
                    asked.messages += taken.messages;
                }
                None => asked.silent += 1,
            }
        }
        Ok(asked)
    }

    /// `None`: nobody answered. A desk that did not answer just now will not answer for the next report either.
    async fn ask_unless_silent(&self, outgoing: Outgoing) -> Result<Option<Taken>, Fault> {
        let desk = outgoing.record.desk.clone();
        if self.silent.lock().is_ok_and(|silent| silent.contains(&desk)) {
            return Ok(None);
        }
        let taken = self.ask_one(outgoing).await?;
        if taken.is_none()
            && let Ok(mut silent) = self.silent.lock()
        {
            silent.insert(desk);
        }
        Ok(taken)
    }

    async fn ask_one(&self, outgoing: Outgoing) -> Result<Option<Taken>, Fault> {
        let (sender, apart) = (self.sender, self.apart);
        let (desk_id, clear) = (outgoing.record.desk.clone(), sender.wishes().allow_clear);
        let Some(token) = MailboxToken::parse(&outgoing.record.mailbox) else {
            return Err(Fault::Sealed("the outbox"));
        };
        let step = sender
            .on_store(move |core| {
                let directory = core.directory()?;
                let desk = directory.as_deref().and_then(|directory| directory.desk(&desk_id));
                Ok(desk.and_then(|desk| mailbox_step(desk, &token, apart, clear).ok()))
            })
            .await?;
        let Some(step) = step else { return Ok(None) };
        let Outcome::Answer { status, body, .. } = sender.transport().carry(step, sender.bodies()).await
        else {
            return Ok(None);
        };
        let answer = if status == 200 { MailboxAnswer::parse(&body).ok() } else { None };
        let (row, desk) = (outgoing.row, outgoing.record.desk.clone());
        let taken = sender.on_store(move |core| take(core, &outgoing, answer.unwrap_or_default())).await?;
        if taken.unlisted {
            // An officer's key that the directory held does not list: a newer one may, and the next time believes it.
            self.renew(&desk, vec![row]).await?;
        }
        Ok(Some(taken))
    }

    /// Asks for a newer directory where a reply waits for one.
    async fn ask_for_directories(&self, reports: Vec<Outgoing>) -> Result<(), Fault> {
        for outgoing in reports {
            let row = outgoing.row;
            let waits = move |core: &Core| core.words.read(|conn| outbox::waits_for_directory(conn, row));
            if self.sender.on_store(waits).await? {
                self.renew(&outgoing.record.desk, vec![row]).await?;
            }
        }
        Ok(())
    }

    /// Fetches the directory that a desk serves, once a round, and has what waited for it looked at again.
    async fn renew(&self, desk: &DeskId, waiting: Vec<ReportRow>) -> Result<(), Fault> {
        let first = self.renewed.lock().is_ok_and(|mut renewed| renewed.insert(desk.clone()));
        if first && let Some(directory) = self.sender.on_store(|core| core.directory()).await? {
            self.sender.fetch_directory(&directory, desk, self.apart).await?;
        }
        self.sender
            .on_store(move |core| {
                core.words.write(|tx| waiting.iter().try_for_each(|row| outbox::try_mail_again(tx, *row)))
            })
            .await
    }
}

/// Takes what a mailbox held: receipts that verify for what is stored, and replies as they are.
fn take(core: &Core, outgoing: &Outgoing, answer: MailboxAnswer) -> Result<Taken, Fault> {
    let (mut receipts, mut replies) = (Vec::new(), Vec::new());
    for item in answer.items {
        match item {
            MailboxItem::Receipt { receipt } => receipts.push(receipt),
            MailboxItem::Reply { reply } => replies.push(reply),
            MailboxItem::Unknown => {}
        }
    }
    let mut taken = Taken::default();
    if !receipts.is_empty() {
        (taken.opened, taken.unlisted) = take_receipts(core, outgoing, &receipts)?;
    }
    if !replies.is_empty() {
        taken.messages = take_replies(core, outgoing, replies)?;
    }
    // What an earlier look found to wait for a newer directory.
    taken.unlisted |= core.words.read(|conn| outbox::waits_for_directory(conn, outgoing.row))?;
    Ok(taken)
}

/// Keeps the replies that are new, all or none.
fn take_replies(core: &Core, outgoing: &Outgoing, replies: Vec<SealedReply>) -> Result<u32, Fault> {
    let (sending, came) = (core.sending()?, Moment::utc(core.clock().wall()));
    let new = |reply| NewMail { desk: outgoing.record.desk.clone(), came, reply };
    let replies: Vec<NewMail> = replies.into_iter().map(new).collect();
    core.words.write(|tx| {
        let mut kept = 0;
        for mail in &replies {
            kept += u32::from(outbox::keep_reply(tx, outgoing, mail, sending, core.random())?);
        }
        Ok(kept)
    })
}

/// Takes the receipts that verify for what is stored; how many, and whether one is by a key that is not listed.
fn take_receipts(core: &Core, outgoing: &Outgoing, receipts: &[SignedReceipt]) -> Result<(u32, bool), Fault> {
    let directory = core.directory()?;
    let Some(desk) = directory.as_deref().and_then(|directory| directory.desk(&outgoing.record.desk)) else {
        return Ok((0, false));
    };
    let sending = core.sending()?;
    let (taken, unlisted, opened) = core.words.write(|tx| {
        let (mut taken, mut unlisted) = (0, false);
        let mut opened = Vec::new();
        for mut item in outbox::items_of(tx, outgoing, sending, None)?.readable {
            if item.state != ItemState::Stored {
                continue;
            }
            let object = Object { kind: item.record.kind, sha256: item.record.sha256, size: item.size };
            for receipt in receipts {
                let verified: Result<Receipt<Officer>, _> = receipt.verify(&object, desk);
                unlisted |= matches!(verified, Err(ReceiptError::Key(KeyRefused::Unlisted)));
                if verified.is_ok() {
                    let at = Moment::utc(core.clock().wall());
                    let vouched = Vouched { receipt: receipt.clone(), at };
                    outbox::opened_by_mail(tx, &mut item, vouched, sending, core.random())?;
                    taken += 1;
                    opened.push(Progress::of(&item));
                    break;
                }
            }
        }
        Ok((taken, unlisted, opened))
    })?;
    opened.iter().for_each(|progress| core.observers.tell(progress));
    if taken > 0 {
        core.media.sweep(&core.words)?;
    }
    Ok((taken, unlisted))
}
