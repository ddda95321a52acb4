//! What has had its time ends though nobody unlocks, and nobody sends: it is looked for at an opening, once a day.

use chrono::TimeDelta;
use rusqlite::{Connection, Transaction};

use super::tidy::tidy;
use crate::{error::Fault, settings, shared::Core};

/// How long one look is good for. A vault copy's time is counted in days.
const EVERY: TimeDelta = TimeDelta::days(1);

/// Ends what has had its time, unless that was looked for within the last day by this device's clock; a clock that was set back
/// has it looked for again. The keys of what ended are shredded at the next unlock; sealed bytes are gone from the files when
/// this returns.
///
/// Where there is nothing that could end, the key store is not asked.
pub(crate) fn tidy_once_a_day(core: &Core) -> Result<(), Fault> {
    if !core.words.read(may_end)? {
        return Ok(());
    }
    let (sending, now) = (core.sending()?, core.clock().wall());
    let last = core.words.read(|conn| settings::tidied(conn, sending))?;
    if last.is_some_and(|last| last <= now && now < last + EVERY) {
        return Ok(());
    }
    end_due(core, |tx| settings::set_tidied(tx, now, sending, core.random()))
}

/// Ends what has had its time now. Where the key store does not give its key nothing is known of what is held, and nothing ends.
pub(crate) fn tidy_now(core: &Core) -> Result<(), Fault> {
    if core.words.read(may_end)? && core.sending().is_ok() { end_due(core, |_| Ok(())) } else { Ok(()) }
}

fn end_due(core: &Core, also: impl Fn(&Transaction<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
    let (sending, now) = (core.sending()?, core.clock().wall());
    let dropped = core.words.write(|tx| {
        also(tx)?;
        tidy(tx, now, sending)
    })?;
    if dropped {
        core.media.sweep(&core.words)?;
    }
    core.words.empty_log().map(drop)
}

/// Whether there is a vault copy, or a delivered item whose bytes are still here.
fn may_end(conn: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM copy)
                   OR EXISTS (SELECT 1 FROM item WHERE state = 1 AND (envelope IS NOT NULL OR media IS NOT NULL))";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}
