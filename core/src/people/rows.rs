//! The rows of persons. Names are sealed under the sending key: a locked device shows them, as it does the team's profile.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Transaction};
use turnstone_wire::{limits, text::Text};

use super::{Listed, Name, PersonRow, PersonView, change};
use crate::{
    error::{Fault, Invalid, Missing},
    random::Random,
    report::DraftRow,
    vault::{self, Purpose, SealingKey, Uid, VaultId},
};

/// A row that was read.
pub(super) struct Person {
    pub(super) row: PersonRow,
    /// None where it is damaged.
    name: Option<Name>,
}

impl Person {
    pub(super) fn is(&self, name: &Name) -> bool {
        self.name.as_ref().is_some_and(|own| own.is(name))
    }
}

/// Who has a draft in hand: one of the team, or nobody. A number that no row has is nobody's.
pub(crate) fn writer_of(conn: &Connection, draft: DraftRow) -> Result<Option<PersonRow>, Fault> {
    let writer = conn
        .prepare_cached(
            "SELECT person.id FROM draft LEFT JOIN person ON person.id = draft.writer WHERE draft.id = ?1",
        )?
        .query_row([draft.0], |row| row.get::<_, Option<i64>>(0))
        .optional()?;
    Ok(writer.ok_or(Missing::Draft)?.map(PersonRow))
}

/// The random name of a person: it also names the slots of their vault key.
#[allow(dead_code)] // asked by persons' own vaults
pub(crate) fn uid_of(conn: &Connection, person: PersonRow) -> Result<Uid, Fault> {
    let uid = conn.query_row("SELECT uid FROM person WHERE id = ?1", [person.0], |row| row.get(0));
    uid.optional()?.ok_or_else(|| Missing::Person.into())
}

/// Everybody, in the order in which they came.
pub(super) fn all(conn: &Connection, sending: &SealingKey) -> Result<Vec<Person>, Fault> {
    let mut select = conn.prepare("SELECT id, uid, sealed FROM person ORDER BY id")?;
    let rows = select.query_map([], |row| {
        Ok((PersonRow(row.get(0)?), row.get::<_, Uid>(1)?, row.get::<_, Vec<u8>>(2)?))
    })?;
    rows.map(|row| {
        let (row, uid, sealed) = row?;
        // One that does not open is damaged. The person is there all the same, and so is what is theirs.
        let plain = sending.open(Purpose::Person, &uid, &[], &sealed).ok();
        let text = plain.and_then(|plain| Some(Text::from(std::str::from_utf8(&plain).ok()?)));
        Ok(Person { row, name: text.as_ref().and_then(Name::of) })
    })
    .collect()
}

/// Everybody, for a screen.
pub(super) fn views(
    conn: &Connection,
    listed: &Listed,
    sending: &SealingKey,
) -> Result<Vec<PersonView>, Fault> {
    let now = change::writes_now(conn, sending)?.filter(|_| listed.is_of_team);
    all(conn, sending)?
        .into_iter()
        .map(|person| {
            Ok(PersonView {
                row: person.row,
                listed: person.name.as_ref().is_some_and(|name| listed.has(name)),
                name: person.name.map_or_else(Text::default, Name::into_text),
                has_pin: has_pin(conn, person.row)?,
                writes_now: now == Some(person.row),
                open_notes: change::count_notes(conn, Some(person.row))?,
            })
        })
        .collect()
}

/// The names of everybody, to be put to notes. `Debug` hides them.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeMap<PersonRow, Text>);

impl Names {
    /// All that are there.
    pub(crate) fn read(conn: &Connection, sending: &SealingKey) -> Result<Self, Fault> {
        let name = |person: Person| (person.row, person.name.map_or_else(Text::default, Name::into_text));
        Ok(Self(all(conn, sending)?.into_iter().map(name).collect()))
    }

    /// The name of whoever has a draft in hand; empty where it is damaged, none where that is nobody.
    pub(crate) fn of_writer(&self, conn: &Connection, draft: DraftRow) -> Result<Option<Text>, Fault> {
        Ok(writer_of(conn, draft)?.and_then(|writer| self.0.get(&writer).cloned()))
    }
}

/// Whether a person has a PIN of their own.
pub(super) fn has_pin(conn: &Connection, person: PersonRow) -> Result<bool, Fault> {
    Ok(has_vault(conn, person)? && vault::has_pin(conn, VaultId::of_person(person))?)
}

fn has_vault(conn: &Connection, person: PersonRow) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM vault WHERE id = ?1) OR EXISTS (SELECT 1 FROM vault_spare WHERE id = ?1)";
    Ok(conn.query_row(sql, [VaultId::of_person(person)], |row| row.get(0))?)
}

/// Whether there is such a person.
pub(super) fn is_there(conn: &Connection, person: PersonRow) -> Result<bool, Fault> {
    Ok(conn.query_row("SELECT EXISTS (SELECT 1 FROM person WHERE id = ?1)", [person.0], |row| row.get(0))?)
}

/// Takes those of the list over who are not known yet.
pub(super) fn enlist(
    tx: &Transaction<'_>,
    listed: &Listed,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    for name in &listed.names {
        if !all(tx, sending)?.iter().any(|person| person.is(name)) {
            insert(tx, name, sending, random)?;
        }
    }
    Ok(())
}

/// The person of a name; somebody new where there is none. Beside those of the list, as many are known as one watch has
/// people ([`limits::WATCH_PEOPLE`]).
pub(super) fn named(
    tx: &Transaction<'_>,
    name: &Name,
    listed: &Listed,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<PersonRow, Fault> {
    let known = all(tx, sending)?;
    if let Some(person) = known.iter().find(|person| person.is(name)) {
        return Ok(person.row);
    }
    let is_typed = |person: &&Person| !person.name.as_ref().is_some_and(|name| listed.has(name));
    if !listed.has(name) && known.iter().filter(is_typed).count() >= limits::WATCH_PEOPLE {
        return Err(Invalid::TooManyPeople.into());
    }
    insert(tx, name, sending, random)
}

fn insert(
    tx: &Transaction<'_>,
    name: &Name,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<PersonRow, Fault> {
    let uid = Uid::generate(random)?;
    let sealed = sending.seal(Purpose::Person, &uid, &[], name.text().as_str().as_bytes(), random)?;
    // Number 1 is the device's own vault.
    tx.execute(
        "INSERT INTO person (id, uid, sealed) VALUES (
             1 + max(1, ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'person'), 1)), ?1, ?2)",
        (uid, sealed),
    )?;
    Ok(PersonRow(tx.last_insert_rowid()))
}

/// Deletes a person's row.
pub(super) fn remove(tx: &Transaction<'_>, person: PersonRow) -> Result<(), Fault> {
    if !is_there(tx, person)? {
        return Err(Missing::Person.into());
    }
    if has_vault(tx, person)? {
        return Err(Invalid::PersonHasPin.into());
    }
    tx.execute("DELETE FROM person WHERE id = ?1", [person.0])?;
    Ok(())
}
