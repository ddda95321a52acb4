//! A change of person: who writes now, and in whose hand the open notes are. One transaction, so the old or the new.

use rusqlite::{Connection, Transaction};

use super::{ChangedWriter, Listed, Name, OpenNotes, PersonRow, PersonView, Writer, rows};
use crate::{
    error::{Fault, Invalid, Missing},
    random::Random,
    settings,
    vault::SealingKey,
};

/// Who writes now; nobody where that is damaged.
pub(super) fn writes_now(conn: &Connection, sending: &SealingKey) -> Result<Option<PersonRow>, Fault> {
    let json = settings::read(conn, settings::WRITER, sending)?;
    match json.and_then(|json| serde_json::from_slice(&json).ok()) {
        Some(person) if rows::is_there(conn, person)? => Ok(Some(person)),
        _ => Ok(None),
    }
}

/// The notes of a person, or of nobody: those that no person is named for.
fn notes_of(person: Option<PersonRow>) -> (&'static str, i64) {
    match person {
        Some(person) => ("writer = ?1", person.0),
        // No person has this number.
        None => ("(writer IS NULL OR writer NOT IN (SELECT id FROM person)) AND ?1 = 0", 0),
    }
}

/// How many notes are open in a person's name, or in nobody's.
pub(super) fn count_notes(conn: &Connection, person: Option<PersonRow>) -> Result<u32, Fault> {
    let (whose, number) = notes_of(person);
    let sql = format!("SELECT count(*) FROM draft WHERE {whose}");
    Ok(conn.query_row(&sql, [number], |row| row.get(0))?)
}

/// Puts all that one has in hand into the hand of another. Returns how many notes that are.
fn hand_over(tx: &Transaction<'_>, from: Option<PersonRow>, to: Option<PersonRow>) -> Result<u32, Fault> {
    let notes = count_notes(tx, from)?;
    let (whose, number) = notes_of(from);
    tx.execute(&format!("UPDATE draft SET writer = ?2 WHERE {whose}"), (number, to.map(|to| to.0)))?;
    Ok(notes)
}

/// What a change came to, by numbers.
pub(super) struct Changed {
    before: Option<PersonRow>,
    now: Option<PersonRow>,
    open_notes: u32,
    handed_over: bool,
}

impl Changed {
    pub(super) fn view(&self, all: &[PersonView]) -> Result<ChangedWriter, Fault> {
        let find = |row: Option<PersonRow>| all.iter().find(|view| Some(view.row) == row).cloned();
        let Self { open_notes, handed_over, .. } = *self;
        Ok(ChangedWriter { before: find(self.before), now: find(self.now), open_notes, handed_over })
    }
}

/// Has somebody else write, or nobody.
pub(super) fn set_writer(
    tx: &Transaction<'_>,
    (writer, notes): (Option<&Writer>, OpenNotes),
    listed: &Listed,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<Changed, Fault> {
    rows::enlist(tx, listed, sending, random)?;
    let before = writes_now(tx, sending)?;
    let now = match writer {
        Some(writer) => Some(find(tx, writer, listed, sending, random)?),
        None => None,
    };
    if before == now {
        let open_notes = count_notes(tx, before)?;
        return Ok(Changed { before, now, open_notes, handed_over: false });
    }
    let handed_over = notes == OpenNotes::HandOver;
    let open_notes = if handed_over { hand_over(tx, before, now)? } else { count_notes(tx, before)? };
    write(tx, now, sending, random)?;
    Ok(Changed { before, now, open_notes, handed_over })
}

/// The person who is meant; a name that is not known yet is somebody new.
pub(super) fn find(
    tx: &Transaction<'_>,
    writer: &Writer,
    listed: &Listed,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<PersonRow, Fault> {
    match writer {
        Writer::Person(person) if rows::is_there(tx, *person)? => Ok(*person),
        Writer::Person(_) => Err(Missing::Person.into()),
        Writer::Named(text) => {
            let name = Name::of(text).ok_or(Invalid::PersonName)?;
            rows::named(tx, &name, listed, sending, random)
        }
    }
}

/// Takes a person's row away; their notes are in the hand of whoever writes now. Returns how many that are.
pub(super) fn forget(
    tx: &Transaction<'_>,
    person: PersonRow,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<u32, Fault> {
    let now = writes_now(tx, sending)?.filter(|now| *now != person);
    let notes = hand_over(tx, Some(person), now)?;
    rows::remove(tx, person)?;
    if now.is_none() {
        write(tx, None, sending, random)?;
    }
    Ok(notes)
}

fn write(
    tx: &Transaction<'_>,
    writer: Option<PersonRow>,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    match writer {
        Some(person) => settings::write(tx, settings::WRITER, &serde_json::to_vec(&person)?, sending, random),
        None => {
            tx.execute("DELETE FROM setting WHERE name = ?1", [settings::WRITER])?;
            Ok(())
        }
    }
}
