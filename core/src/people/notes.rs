//! In whose hand a note is: whoever writes when it begins, until it is handed over.

use rusqlite::Transaction;

use super::{Listed, PersonRow, PersonView, Writer, change, rows};
use crate::{
    error::{Error, Fault, Invalid},
    report::{DraftRow, Note},
    shared::Core,
    vault::SealingKey,
};

/// Puts a new note into the hand of whoever writes now. On a personal device, and where the key store cannot be reached, that
/// is nobody. Nothing here keeps a note from being written (P9).
pub(crate) fn take_in_hand(
    tx: &Transaction<'_>,
    draft: DraftRow,
    (is_of_team, sending): (bool, Option<&SealingKey>),
) -> Result<(), Fault> {
    let Some(sending) = sending.filter(|_| is_of_team) else { return Ok(()) };
    if let Some(writer) = change::writes_now(tx, sending).ok().flatten() {
        put(tx, draft, Some(writer))?;
    }
    Ok(())
}

/// Whether a profile is in force, as far as can be told; not to be called while the store is held.
pub(crate) fn is_of_team(core: &Core, sending: Option<&SealingKey>) -> bool {
    sending.is_some() && core.standing().is_ok_and(|standing| standing.team.is_some())
}

fn put(tx: &Transaction<'_>, draft: DraftRow, writer: Option<PersonRow>) -> Result<(), Fault> {
    tx.execute("UPDATE draft SET writer = ?2 WHERE id = ?1", (draft.0, writer.map(|writer| writer.0)))?;
    Ok(())
}

impl Note {
    /// Who of a team has it in hand; nobody in particular where empty. Another program may have handed it over.
    ///
    /// # Errors
    /// [`crate::Missing::Draft`] where it was submitted or discarded meanwhile.
    pub fn writer(&self) -> Result<Option<PersonView>, Error> {
        let core = &self.core;
        let sending = core.sending()?;
        let listed = Listed::of(core.standing()?.team.as_deref());
        Ok(core.words.read(|conn| {
            let Some(writer) = rows::writer_of(conn, self.row())? else { return Ok(None) };
            Ok(rows::views(conn, &listed, sending)?.into_iter().find(|view| view.row == writer))
        })?)
    }

    /// Puts this one note into somebody's hand, or nobody's: who writes other notes stays. Durable when this returns.
    ///
    /// # Errors
    /// As [`crate::Client::set_writer`]; [`crate::Missing::Draft`] where it was submitted or discarded meanwhile.
    pub fn set_writer(&self, writer: Option<&Writer>) -> Result<(), Error> {
        let core = &self.core;
        let sending = core.sending()?;
        let listed = Listed::of(core.standing()?.team.as_deref());
        if writer.is_some() && !listed.is_of_team {
            return Err(Invalid::NotATeamDevice.into());
        }
        Ok(core.words.write(|tx| {
            rows::writer_of(tx, self.row())?;
            let person = match writer {
                Some(writer) => Some(change::find(tx, writer, &listed, sending, core.random())?),
                None => None,
            };
            put(tx, self.row(), person)
        })?)
    }
}
