//! Replies in the store: kept as they came while the phone is locked, sealed anew once they are read and believed.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use turnstone_wire::{directory::DeskId, limits, reply::SealedReply, text::Moment};

use super::{
    rows::{ItemState, Outgoing, ReportRow, items_of, unfinished},
    tidy::{KEPT, passed},
};
use crate::{
    error::Fault,
    random::Random,
    vault::{Purpose, SealingKey, Uid},
};

/// Most replies of one report that wait to be opened, and as many that were not believed are remembered: as many as a
/// mailbox holds.
const KEPT_REPLIES: u32 = 256;
const _: () = assert!(KEPT_REPLIES as usize == limits::MAILBOX_ITEMS);

/// Row number of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MailRow(pub(crate) i64);

/// How far a reply has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailState {
    /// As it came: only the vault opens it.
    Came,
    /// By a key, or of a desk, that the directory held does not list: a newer one may.
    Unlisted,
    /// Believed, and not shown yet.
    Unread,
    /// Shown.
    Read,
    /// Not believed; its content is gone.
    NotBelieved,
    /// What another one says already; its content is gone.
    Repeated,
}

impl MailState {
    const ALL: [Self; 6] =
        [Self::Came, Self::Unlisted, Self::Unread, Self::Read, Self::NotBelieved, Self::Repeated];

    fn number(self) -> i64 {
        match self {
            Self::Came => 0,
            Self::Unlisted => 1,
            Self::Unread => 2,
            Self::Read => 3,
            Self::NotBelieved => 4,
            Self::Repeated => 5,
        }
    }
}

/// A reply's row, its content still sealed.
pub(crate) struct Sealed {
    pub(crate) row: MailRow,
    pub(crate) uid: Uid,
    pub(crate) state: MailState,
    pub(crate) sealed: Vec<u8>,
}

/// A reply as it came. `Debug` hides it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NewMail {
    /// The desk whose mailbox it lay in.
    pub(crate) desk: DeskId,
    /// When it was fetched, by this device's clock.
    pub(crate) came: Moment,
    pub(crate) reply: SealedReply,
}

impl std::fmt::Debug for NewMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[reply as it came]")
    }
}

impl NewMail {
    pub(crate) fn open(sealed: &Sealed, sending: &SealingKey) -> Result<Self, Fault> {
        let damaged = || Fault::Sealed("a reply");
        let plain = sending.open(Purpose::Mail, &sealed.uid, &[], &sealed.sealed).map_err(|_| damaged())?;
        serde_json::from_slice(&plain).map_err(|_| damaged())
    }
}

/// Named reports whose mailbox is worth asking: something of them is stored and not yet opened, or was opened so lately that
/// an answer may still come.
pub(crate) fn mail_due(
    conn: &Connection,
    now: DateTime<Utc>,
    sending: &SealingKey,
) -> Result<Vec<Outgoing>, Fault> {
    let condition = "EXISTS (SELECT 1 FROM item WHERE item.report = report.id AND item.state IN (1, 2))";
    let mut due = Vec::new();
    for outgoing in unfinished(conn, condition, sending)? {
        if !outgoing.record.route.is_named() {
            continue;
        }
        let items = items_of(conn, &outgoing, sending, None)?.readable;
        let worth = items.iter().any(|item| match item.state {
            ItemState::Stored => true,
            ItemState::Opened => !passed(item.record.opened.as_ref(), KEPT, now),
            ItemState::Waits | ItemState::Refused => false,
        });
        if worth {
            due.push(outgoing);
        }
    }
    Ok(due)
}

/// Keeps a reply as it came. False where it is there already, where as many wait as are kept, or where the report's messages
/// were forgotten: nothing would ever open it.
pub(crate) fn keep_reply(
    tx: &Transaction<'_>,
    outgoing: &Outgoing,
    mail: &NewMail,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<bool, Fault> {
    let report = outgoing.row.0;
    let tag = sending.tag(&outgoing.uid, mail.reply.as_bytes());
    let (takes, waiting, there): (bool, u32, bool) = tx.query_row(
        "SELECT (SELECT reply_key IS NOT NULL FROM report WHERE id = ?1),
                (SELECT count(*) FROM mail WHERE report = ?1 AND state IN (0, 1)),
                EXISTS (SELECT 1 FROM mail WHERE report = ?1 AND tag = ?2)",
        (report, tag),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    if !takes || there || waiting >= KEPT_REPLIES {
        return Ok(false);
    }
    let uid = Uid::generate(random)?;
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(mail)?);
    let sealed = sending.seal(Purpose::Mail, &uid, &[], &plain, random)?;
    tx.execute(
        "INSERT INTO mail (report, uid, tag, state, sealed) VALUES (?1, ?2, ?3, 0, ?4)",
        (report, uid, tag, sealed),
    )?;
    Ok(true)
}

/// The replies of a report that have content, in the order they came.
pub(crate) fn mail_of(conn: &Connection, report: ReportRow) -> Result<Vec<Sealed>, Fault> {
    let mut select = conn.prepare_cached(
        "SELECT id, uid, state, sealed FROM mail WHERE report = ?1 AND sealed IS NOT NULL ORDER BY id",
    )?;
    let mut rows = select.query([report.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(2)?;
        let state = MailState::ALL.into_iter().find(|state| state.number() == number);
        found.push(Sealed {
            row: MailRow(row.get(0)?),
            uid: row.get(1)?,
            // A state that is none is a damaged one: what was believed is shown again, and nothing is thrown away.
            state: state.unwrap_or(MailState::Unread),
            sealed: row.get(3)?,
        });
    }
    Ok(found)
}

/// Writes what became of a reply; `sealed` where its content is kept under another key from now on. One that is not believed
/// loses its content, and the oldest of those are not even remembered.
pub(crate) fn set_mail(
    tx: &Transaction<'_>,
    report: ReportRow,
    row: MailRow,
    state: MailState,
    sealed: Option<Vec<u8>>,
) -> Result<(), Fault> {
    match state {
        MailState::NotBelieved | MailState::Repeated => {
            tx.execute("UPDATE mail SET state = ?2, sealed = NULL WHERE id = ?1", (row.0, state.number()))?;
            tx.execute(
                "DELETE FROM mail WHERE report = ?1 AND state = ?2 AND id NOT IN
                     (SELECT id FROM mail WHERE report = ?1 AND state = ?2 ORDER BY id DESC LIMIT ?3)",
                (report.0, state.number(), KEPT_REPLIES),
            )?;
        }
        _ => {
            tx.execute(
                "UPDATE mail SET state = ?2, sealed = coalesce(?3, sealed) WHERE id = ?1",
                (row.0, state.number(), sealed),
            )?;
        }
    }
    Ok(())
}

/// How many replies there are in a state: of one report, or of all.
pub(crate) fn count_mail(
    conn: &Connection,
    report: Option<ReportRow>,
    state: MailState,
) -> Result<u32, Fault> {
    let sql = "SELECT count(*) FROM mail WHERE state = ?1 AND (?2 IS NULL OR report = ?2)";
    Ok(conn.query_row(sql, (state.number(), report.map(|row| row.0)), |row| row.get(0))?)
}

/// Whether a newer directory may make a reply of this report believable.
pub(crate) fn waits_for_directory(conn: &Connection, report: ReportRow) -> Result<bool, Fault> {
    Ok(count_mail(conn, Some(report), MailState::Unlisted)? > 0)
}

/// Has those that waited for a newer directory looked at again when the vault is open.
pub(crate) fn try_mail_again(tx: &Transaction<'_>, report: ReportRow) -> Result<(), Fault> {
    tx.execute(
        "UPDATE mail SET state = ?2 WHERE report = ?1 AND state = ?3",
        (report.0, MailState::Came.number(), MailState::Unlisted.number()),
    )?;
    Ok(())
}
