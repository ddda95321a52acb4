//! Messages: what desks have answered. A reply is fetched while the phone is locked and kept as it came; once the vault is
//! open it is opened with the report's own reply key, believed or not, and sealed anew under a key made of that one, so that
//! both end when the report is forgotten.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use turnstone_wire::{
    directory::{DeskId, Directory, KeyRefused},
    key::{self, DeskIdentity, KeyId},
    reference::Reference,
    reply::{Reply, ReplyError},
    text::{Moment, Text},
};

use crate::{
    error::{Error, Fault, readable},
    notebook::{Keys, Notebook, VaultCell},
    outbox::{self, MailRow, MailState, NewMail, Outgoing, ReportRow, Sealed},
    random::Random,
    vault::{Purpose, SealingKey, Uid, VaultId},
    view::{MessageRow, MessageView, Messages},
};

/// A reply that was opened and believed, as it is sealed. `Debug` hides it.
#[derive(Clone, Serialize, Deserialize)]
struct Message {
    counter: u64,
    key: KeyId,
    at: Moment,
    came: Moment,
    desk: DeskId,
    words: Text,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[message]")
    }
}

impl Message {
    fn open(sealed: &Sealed, key: &SealingKey) -> Result<Self, Fault> {
        let damaged = || Fault::Sealed("a message");
        let plain = key.open(Purpose::Message, &sealed.uid, &[], &sealed.sealed).map_err(|_| damaged())?;
        serde_json::from_slice(&plain).map_err(|_| damaged())
    }

    fn seal(&self, uid: &Uid, key: &SealingKey, random: &dyn Random) -> Result<Vec<u8>, Fault> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(self)?);
        key.seal(Purpose::Message, uid, &[], &plain, random)
    }

    /// The same words, signed once: sealed a second time they are no second message.
    fn is_the_same(&self, reply: &Reply) -> bool {
        (self.counter, self.key, self.at, &self.words) == (reply.counter, reply.key, reply.at, &reply.words)
    }
}

/// What opens the messages of one report.
struct ReplyKeys {
    identity: DeskIdentity<key::Reply>,
    messages: SealingKey,
}

impl ReplyKeys {
    /// From the vault; none where the report's messages were forgotten.
    fn of(conn: &Connection, report: ReportRow, keys: &Keys<'_>) -> Result<Option<Self>, Fault> {
        let uid: Option<Uid> = conn
            .query_row("SELECT reply_key FROM report WHERE id = ?1", [report.0], |row| row.get(0))
            .optional()?
            .flatten();
        let Some(uid) = uid else { return Ok(None) };
        let secret = keys.secret(conn, &uid)?;
        let text = std::str::from_utf8(&secret).map_err(|_| Fault::Sealed("a key"))?;
        let identity = DeskIdentity::parse(text).map_err(|_| Fault::Sealed("a key"))?;
        Ok(Some(Self { identity, messages: SealingKey::of_messages(&secret)? }))
    }
}

/// What one look at a reply came to.
enum Looked {
    Believed(Box<(Reply, NewMail)>),
    Unlisted,
    NotBelieved,
}

fn look(
    sealed: &Sealed,
    outgoing: &Outgoing,
    keys: &ReplyKeys,
    directory: &Directory,
    sending: &SealingKey,
) -> Looked {
    let Ok(mail) = NewMail::open(sealed, sending) else { return Looked::NotBelieved };
    let Ok(signed) = mail.reply.open(&keys.identity) else { return Looked::NotBelieved };
    let Some(desk) = directory.desk(&mail.desk) else { return Looked::Unlisted };
    match signed.verify(&outgoing.record.id, desk) {
        Ok(reply) => Looked::Believed(Box::new((reply, mail))),
        Err(ReplyError::Key(KeyRefused::Unlisted)) => Looked::Unlisted,
        Err(_) => Looked::NotBelieved,
    }
}

/// Opens the replies of one report that came since. One that is not believed stops no other.
fn take_of(
    tx: &Transaction<'_>,
    outgoing: &Outgoing,
    keys: &ReplyKeys,
    directory: &Directory,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let (mut believed, mut known) = (Vec::new(), Vec::new());
    for sealed in outbox::mail_of(tx, outgoing.row)? {
        match sealed.state {
            MailState::Came | MailState::Unlisted => {
                match look(&sealed, outgoing, keys, directory, sending) {
                    Looked::Believed(looked) => believed.push((looked, sealed)),
                    Looked::Unlisted => {
                        outbox::set_mail(tx, outgoing.row, sealed.row, MailState::Unlisted, None)?;
                    }
                    Looked::NotBelieved => {
                        outbox::set_mail(tx, outgoing.row, sealed.row, MailState::NotBelieved, None)?;
                    }
                }
            }
            _ => known.extend(Message::open(&sealed, &keys.messages).ok()),
        }
    }
    // What came together is no replay of itself, in whatever order it lay there.
    believed.sort_by_key(|(looked, _)| (looked.0.counter, looked.0.at));
    for (looked, sealed) in believed {
        let (reply, mail) = *looked;
        let newest = known.iter().filter(|message| message.key == reply.key).map(|message| message.counter);
        let state = if known.iter().any(|message| message.is_the_same(&reply)) {
            MailState::Repeated
        } else if newest.max().is_some_and(|newest| reply.counter < newest) {
            MailState::NotBelieved
        } else {
            MailState::Unread
        };
        let Reply { counter, at, key, words } = reply;
        let message = Message { counter, key, at, came: mail.came, desk: mail.desk, words };
        let under = message.seal(&sealed.uid, &keys.messages, random)?;
        outbox::set_mail(tx, outgoing.row, sealed.row, state, Some(under))?;
        if state == MailState::Unread {
            known.push(message);
        }
    }
    Ok(())
}

impl VaultCell {
    /// Opens every reply that came since the vault was open last.
    pub(crate) fn take_mail(&self) -> Result<(), Fault> {
        let core = self.core();
        let (directory, sending) = (core.directory()?, core.sending()?);
        let Some(directory) = directory else { return Ok(()) };
        self.with(|unlocked| {
            let keys = Keys(unlocked);
            let came = core.words.read(|conn| reports_with_mail(conn, unlocked.vault))?;
            if came.is_empty() {
                return Ok(());
            }
            core.words.write(|tx| {
                for row in &came {
                    let one = outbox::report(tx, *row, sending, Some(keys.reader()))
                        .and_then(|outgoing| Ok((outgoing, ReplyKeys::of(tx, *row, &keys)?)));
                    // A report that is damaged keeps the replies to others from nobody, and may be mended.
                    if let Some((outgoing, Some(reply_keys))) = readable(one)? {
                        take_of(tx, &outgoing, &reply_keys, &directory, sending, core.random())?;
                    }
                }
                Ok(())
            })
        })
    }
}

/// The reports of a vault of which a reply has not been looked at, or could not be believed yet. Those of others wait for them.
fn reports_with_mail(conn: &Connection, vault: VaultId) -> Result<Vec<ReportRow>, Fault> {
    let mut select = conn.prepare_cached(
        "SELECT id FROM report WHERE vault = ?1 AND id IN (SELECT report FROM mail WHERE state IN (0, 1))",
    )?;
    let rows = select.query_map([vault], |row| Ok(ReportRow(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Notebook {
    /// What desks have answered, oldest first: to one report, or to all. Nothing is fetched; that is the sender's.
    ///
    /// # Errors
    /// [`Error::Locked`], [`crate::Missing::Report`].
    pub fn messages(&self, about: Option<&Reference>) -> Result<Messages, Error> {
        let cell = self.cell();
        cell.take_mail()?;
        let core = cell.core();
        let (directory, sending) = (core.directory()?, core.sending()?);
        Ok(cell.read(|conn, keys| {
            let reports = match about {
                Some(reference) => {
                    vec![outbox::find_report(conn, reference, sending, Some(keys.reader()))?]
                }
                None => outbox::reports(conn, u32::MAX, sending, Some(keys.reader()))?,
            };
            let mut messages = Messages::default();
            // What desks answer another's reports is for them alone.
            for outgoing in reports.iter().filter(|outgoing| keys.are_of(outgoing)) {
                add(&mut messages, conn, outgoing, keys, directory.as_deref())?;
            }
            // Stable: those of one second stay in their officer's order.
            messages.messages.sort_by_key(|message| message.at);
            Ok(messages)
        })?)
    }

    /// Notes that messages were shown.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn mark_read(&self, rows: &[MessageRow]) -> Result<(), Error> {
        let unread: BTreeSet<MessageRow> = rows.iter().copied().collect();
        let cell = self.cell();
        // Nobody notes as read what only the PIN may read.
        let vault = cell.with(|unlocked| Ok(unlocked.vault))?;
        Ok(cell.core().words.write(|tx| {
            let mut update = tx.prepare_cached(
                "UPDATE mail SET state = 3 WHERE id = ?1 AND state = 2
                 AND report IN (SELECT id FROM report WHERE vault = ?2)",
            )?;
            unread.iter().try_for_each(|row| update.execute((row.0, vault)).map(drop))?;
            Ok(())
        })?)
    }
}

fn add(
    messages: &mut Messages,
    conn: &Connection,
    outgoing: &Outgoing,
    keys: &Keys<'_>,
    directory: Option<&Directory>,
) -> Result<(), Fault> {
    messages.not_believed += outbox::count_mail(conn, Some(outgoing.row), MailState::NotBelieved)?;
    let sealed = outbox::mail_of(conn, outgoing.row)?;
    if sealed.is_empty() {
        return Ok(());
    }
    let Some(reply_keys) = readable(ReplyKeys::of(conn, outgoing.row, keys))?.flatten() else {
        messages.damaged += u32::try_from(sealed.len()).unwrap_or(u32::MAX);
        return Ok(());
    };
    let mut opened = Vec::new();
    for sealed in sealed {
        if matches!(sealed.state, MailState::Came | MailState::Unlisted) {
            messages.waiting += 1;
            continue;
        }
        match readable(Message::open(&sealed, &reply_keys.messages))? {
            Some(message) => opened.push((message, sealed)),
            None => messages.damaged += 1,
        }
    }
    opened.sort_by_key(|(message, _)| message.counter);
    for (message, sealed) in opened {
        let desk = directory.and_then(|directory| directory.desk(&message.desk));
        let MailRow(row) = sealed.row;
        messages.messages.push(MessageView {
            row: MessageRow(row),
            reference: outgoing.record.reference,
            desk_name: desk.map(|desk| desk.name("en").to_owned()),
            desk: message.desk,
            at: message.at,
            came: message.came,
            words: message.words,
            read: sealed.state == MailState::Read,
        });
    }
    Ok(())
}
