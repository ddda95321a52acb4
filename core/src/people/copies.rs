//! Whose vault keeps a report: its writer's, where they have a PIN of their own; else the device's, and on a team's device then
//! without a copy (ADR 33).

use rusqlite::{Connection, OptionalExtension};
use turnstone_wire::body::Route;

use super::{PersonRow, uid_of, writer_of};
use crate::{
    error::{Fault, readable},
    outbox::ReportRow,
    report::DraftRow,
    shared::Core,
    vault::{self, Door, SealingKey, Uid, VaultId},
};

/// What is kept of a report that is submitted now.
pub(crate) struct Keeping {
    /// To whose vault its keys are sealed.
    pub(crate) door: Door,
    /// Whether what it says is kept as well.
    pub(crate) copy: bool,
}

/// Where a report is kept that a draft becomes. An anonymous one names no person, not even by whose vault holds its reply key.
pub(crate) fn keeping(
    conn: &Connection,
    core: &Core,
    (draft, route): (DraftRow, Route),
    is_team: bool,
    sending: &SealingKey,
) -> Result<Keeping, Fault> {
    if route.is_named()
        && let Some(of_writer) = writers_vault(conn, draft)?
        // A vault that is damaged is none: the report goes all the same (P9).
        && let Some(door) = readable(vault::door_of(conn, (of_writer.0, &of_writer.1), Some(sending)))?
    {
        return Ok(Keeping { door, copy: true });
    }
    let door = vault::read_door(conn, &core.home, Some(sending))?;
    Ok(Keeping { door, copy: route.is_named() && !is_team })
}

/// Whether what is submitted now leaves no copy here though it is named: on a team's device, where its writer has no PIN, or
/// what that opens is damaged.
pub(crate) fn is_kept_by_nobody(
    conn: &Connection,
    core: &Core,
    of: (DraftRow, Route),
    is_team: bool,
    sending: &SealingKey,
) -> Result<bool, Fault> {
    Ok(of.1.is_named() && !keeping(conn, core, of, is_team, sending)?.copy)
}

/// The door of the vault that holds what is kept of a report; the device's, should its writer's be gone.
pub(crate) fn door_of_report(
    conn: &Connection,
    core: &Core,
    report: ReportRow,
    sending: &SealingKey,
) -> Result<Door, Fault> {
    let sql = "SELECT person.id, person.uid FROM report JOIN person ON person.id = report.vault WHERE report.id = ?1";
    let person: Option<(VaultId, Uid)> =
        conn.query_row(sql, [report.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((id, owner)) = person
        && vault::is_there(conn, id)?
    {
        return vault::door_of(conn, (id, &owner), Some(sending));
    }
    vault::read_door(conn, &core.home, Some(sending))
}

/// Whether a person has a PIN of their own: their vault is never without.
pub(crate) fn has_pin(conn: &Connection, person: PersonRow) -> Result<bool, Fault> {
    vault::is_there(conn, VaultId::of_person(person))
}

/// The vault of a draft's writer, where they have one, and its owner's name.
fn writers_vault(conn: &Connection, draft: DraftRow) -> Result<Option<(VaultId, Uid)>, Fault> {
    match writer_of(conn, draft)? {
        Some(writer) if has_pin(conn, writer)? => {
            Ok(Some((VaultId::of_person(writer), uid_of(conn, writer)?)))
        }
        _ => Ok(None),
    }
}
