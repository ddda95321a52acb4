//! Leaving a home: all that can be read is ended at once, what is sealed is still sent, and when the last of it is gone the
//! home is wiped. Nothing of it needs an unlock. The rules and their reasons: `docs/adr/0028-forgetting-and-leaving.md`.

use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use turnstone_wire::directory::Directory;

use crate::{
    Client,
    error::{Error, Fault},
    forgetting::{end_device_vault, end_rows},
    home,
    outbox::{self, Held, Item, ItemState, Outgoing, Reason, Verdict},
    profile, settings,
    shared::Core,
    store,
    vault::{self, SealingKey},
    view::Losing,
};

/// How far a home is that is being left. Numbers, for nothing else of it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaving {
    /// Reports that are still to be sent before it is wiped.
    pub waits: u32,
    /// Something was written since: it is kept, and the home is not wiped by itself.
    pub called_off: bool,
}

/// What [`Client::wipe_after_sending`] came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// What was ended, and what is still sent.
    pub lost: Losing,
    /// Nothing waited: the home is wiped.
    pub wiped: bool,
}

/// What one look at a home that is being left came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Looked {
    /// Reports that could never go, and were ended.
    pub(crate) never: u32,
    /// The last one is gone, and so is the home.
    pub(crate) wiped: bool,
}

/// That a home is being left, as it is sealed.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Note {
    /// The newest report when that was decided: later ones are not part of it.
    upto: i64,
}

impl Client {
    /// What [`Client::wipe_after_sending`] would end, and what would still be sent: to be said before. Needs no unlock.
    ///
    /// # Errors
    /// Where the home or the key store cannot be read.
    pub fn what_leaving_ends(&self) -> Result<Losing, Error> {
        self.seal_anew_what_can_be();
        let core = self.core();
        let (sending, directory) = (core.sending()?, core.directory()?);
        Ok(core.words.read(|conn| Losing::read(conn, None, sending, directory.as_deref()))?)
    }

    /// Leaves the home: at once, and for good, ends everything that can be read here, as [`Client::forget_pin`] does, what people
    /// of a team keep apart included, and all settings that sending does not need. What waits goes on being sent; each report
    /// leaves no trace once its desk has stored or refused it; when the last is gone the home is wiped, at once where
    /// none waits. What can never go is ended too. Needs no unlock.
    ///
    /// A note that is begun meanwhile is kept, and the home with it. [`Client::wipe_at`] wipes at any time.
    ///
    /// # Errors
    /// Where the key store or the disk fails, and then nothing is changed; or where the home could not be wiped whole.
    pub fn wipe_after_sending(&self) -> Result<Left, Error> {
        self.seal_anew_what_can_be();
        let core = self.core();
        let (sending, directory) = (core.sending()?, core.directory()?);
        let lost = end_device_vault(&core, None, |tx| {
            for vault in vault::end_people(tx)? {
                end_rows(tx, vault)?;
            }
            let upto = tx.query_row("SELECT ifnull(max(id), 0) FROM report", [], |row| row.get(0))?;
            end_gone(tx, upto, sending, directory.as_deref())?;
            profile::leave(tx, sending, core.random())?;
            settings::keep_for_sending(tx)?;
            settings::write(
                tx,
                settings::LEAVING,
                &serde_json::to_vec(&Note { upto })?,
                sending,
                core.random(),
            )
        })?;
        Ok(Left { lost, wiped: look(&core)?.wiped })
    }

    /// Where no PIN is needed, what waits for an unlock to be sealed anew need not be lost.
    fn seal_anew_what_can_be(&self) {
        if self.has_pin().is_ok_and(|has_pin| !has_pin) {
            self.unlock(None).map(drop).unwrap_or_default();
        }
    }

    /// How far the home is, where it is being left.
    ///
    /// # Errors
    /// Where the home or the key store cannot be read.
    pub fn leaving(&self) -> Result<Option<Leaving>, Error> {
        let core = self.core();
        if !core.words.read(is_noted)? {
            return Ok(None);
        }
        let sending = core.sending()?;
        Ok(core.words.read(|conn| {
            let Some(note) = note(conn, sending)? else { return Ok(None) };
            let sql = "SELECT count(*) FROM report WHERE id <= ?1";
            let waits = conn.query_row(sql, [note.upto], |row| row.get(0))?;
            Ok(Some(Leaving { waits, called_off: has_more(conn, note)? }))
        })?)
    }
}

/// Looks at a home as it is opened: what a kill left undone is done. Whether it is wiped. Where the key store is out of
/// reach, it stays due.
pub(crate) fn at_opening(core: &Core) -> bool {
    look_unless_sending(core).is_ok_and(|looked| looked.wiped)
}

/// The same as [`look`], for whoever does not send: where another program does, it looks itself, and what it has in hand is
/// not taken away from it.
pub(crate) fn look_unless_sending(core: &Core) -> Result<Looked, Fault> {
    if !core.words.read(is_noted)? {
        return Ok(Looked::default());
    }
    let Ok(_turn) = core.words.sender_turn() else { return Ok(Looked::default()) };
    look(core)
}

/// Ends what has gone of a home that is being left, and wipes it once all has. Of any other home nothing is touched.
///
/// The home is wiped while nobody can write to it, and only where nothing is there that was not there when it was left: a
/// note that was begun in the last moment is either kept, with the home, or was never said to be safe.
pub(crate) fn look(core: &Core) -> Result<Looked, Fault> {
    if !core.words.read(is_noted)? {
        return Ok(Looked::default());
    }
    let (sending, directory) = (core.sending()?, core.directory()?);
    let (ended, never, due) = core.words.write(|tx| {
        let Some(note) = note(tx, sending)? else { return Ok((false, 0, false)) };
        let (ended, never) = end_gone(tx, note.upto, sending, directory.as_deref())?;
        if has_older(tx, note)? {
            return Ok((ended, never, false));
        }
        let called_off = has_more(tx, note)?;
        if called_off {
            // It is a home like any other again.
            tx.execute("DELETE FROM setting WHERE name = ?1", [settings::LEAVING])?;
        }
        Ok((ended, never, !called_off))
    })?;
    if ended {
        core.media.sweep(&core.words)?;
        core.words.empty_log()?;
    }
    Ok(Looked { never, wiped: due && wipe(core, sending)? })
}

/// Wipes the home, unless something came to it in the last moment.
fn wipe(core: &Core, sending: &SealingKey) -> Result<bool, Fault> {
    let home = core.words.home();
    store::alone(home, || {
        let due = core.words.read(|conn| match note(conn, sending)? {
            Some(note) => Ok(!has_older(conn, note)? && !has_more(conn, note)?),
            None => Ok(false),
        })?;
        if due {
            home::wipe(home, &core.ports)?;
        }
        Ok(due)
    })
}

/// Whether it says, in a row that was not opened, that the home is being left.
fn is_noted(conn: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM setting WHERE name = ?1)";
    Ok(conn.query_row(sql, [settings::LEAVING], |row| row.get(0))?)
}

/// The note. One that does not open is damaged or not ours, and nothing is wiped by it.
fn note(conn: &Connection, sending: &SealingKey) -> Result<Option<Note>, Fault> {
    let json = settings::read(conn, settings::LEAVING, sending)?;
    Ok(json.and_then(|json| serde_json::from_slice(&json).ok()))
}

/// Whether a report is there that is to be sent first.
fn has_older(conn: &Connection, note: Note) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM report WHERE id <= ?1)";
    Ok(conn.query_row(sql, [note.upto], |row| row.get(0))?)
}

/// Whether something was written since the home was left.
fn has_more(conn: &Connection, note: Note) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM draft) OR EXISTS (SELECT 1 FROM watch)
                   OR EXISTS (SELECT 1 FROM report WHERE id > ?1)";
    Ok(conn.query_row(sql, [note.upto], |row| row.get(0))?)
}

/// Ends the reports up to one of which nothing is left to send, and those that can never go. Whether any was ended, and how many
/// of them had not gone.
fn end_gone(
    tx: &Transaction<'_>,
    upto: i64,
    sending: &SealingKey,
    directory: Option<&Directory>,
) -> Result<(bool, u32), Fault> {
    // Records of what has long arrived, under a key that opened with an unlock since.
    let mut ended = tx.execute("DELETE FROM report WHERE id <= ?1 AND finished = 1", [upto])?;
    let (mut never, mut stay) = (0, Vec::new());
    for outgoing in outbox::reports(tx, u32::MAX, sending, None)? {
        if outgoing.row.0 > upto {
            continue;
        }
        let items = outbox::items_of(tx, &outgoing, sending, None)?.readable;
        let waits = items.iter().any(still_waits);
        if waits && !can_never_go(&outgoing, &items, directory) {
            stay.push(outgoing.row.0);
            continue;
        }
        never += u32::from(waits);
        outbox::forget(tx, outgoing.row, true)?;
        ended += 1;
    }
    // What does not open is damaged, and can never go either.
    let mut rows = tx.prepare("SELECT id FROM report WHERE id <= ?1")?;
    for row in rows.query_map([upto], |row| row.get::<_, i64>(0))? {
        let row = row?;
        if !stay.contains(&row) {
            tx.execute("DELETE FROM report WHERE id = ?1", [row])?;
            (never, ended) = (never + 1, ended + 1);
        }
    }
    Ok((ended > 0, never))
}

/// Whether an item is to be sent. A state that nothing vouches for is a damaged one.
fn still_waits(item: &Item) -> bool {
    item.state == ItemState::Waits || !outbox::is_vouched(item)
}

/// Whether what waits of a report could only go if it were sealed anew, which nobody can do any more; or cannot be read.
fn can_never_go(outgoing: &Outgoing, items: &[Item], directory: Option<&Directory>) -> bool {
    let held = match outbox::judge(&outgoing.record, items, false, directory) {
        Verdict::Held(Held::NoCopy) => true,
        // Its desk has the words, and takes photos for as long as it answers: for ever no more where it is not even listed.
        Verdict::Held(Held::Halfway) => {
            directory.is_some_and(|all| all.desk(&outgoing.record.desk).is_none())
        }
        _ => false,
    };
    held || items
        .iter()
        .filter(|item| still_waits(item))
        .all(|item| item.record.reason == Some(Reason::Unreadable))
}
