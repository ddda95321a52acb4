//! Every slot of the key store that a home's words name, read of them whatever state they are in: for a wipe.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::{door::VAULT_TABLES, key_store::Slots, seal::Uid};
use crate::error::Fault;

/// How many vault keys behind the newest that can be read may be there, where what was written last is lost with a damaged
/// log: one for each shred since.
const LOST_SHREDS: i64 = 8;

/// What words say of the key store.
#[derive(Debug, Default)]
pub(crate) struct EverySlot {
    /// The names of the slots: those there are, those that are due to be deleted, and those that a killed step may have left.
    pub(crate) names: BTreeSet<String>,
    /// Whether all that name slots could be read; else there may be more, and nobody knows them any more.
    pub(crate) complete: bool,
}

impl EverySlot {
    /// Of a home's words. `has_its_log` is false where what was written last may be lost.
    pub(crate) fn read(words: &Connection, has_its_log: bool) -> Self {
        let mut every = Self { names: BTreeSet::new(), complete: true };
        let mut spares = 0;
        for table in VAULT_TABLES {
            let living = owned(words, &format!("SELECT owner, epoch FROM {table}"));
            let Ok((living, whole)) = living else { continue };
            spares += u32::from(whole && !living.is_empty());
            let lost = if has_its_log && whole { 1 } else { LOST_SHREDS };
            for (owner, epoch) in living {
                // The next one may have been left by a killed shred.
                let epochs = epoch..=epoch.saturating_add(lost);
                every.names.extend(epochs.map(|epoch| Slots::of(owner).vault(epoch)));
                every.home(owner);
            }
        }
        match owned(words, "SELECT owner, epoch FROM dead_slot") {
            Ok((dead, whole)) => {
                let next = |(owner, epoch): (Uid, i64)| {
                    [epoch, epoch.saturating_add(1)].map(|epoch| Slots::of(owner).vault(epoch))
                };
                every.names.extend(dead.into_iter().flat_map(next));
                every.complete &= whole;
            }
            Err(_) => every.complete = false,
        }
        for (home, _) in owned(words, "SELECT uid, 1 FROM home").map(|(rows, _)| rows).unwrap_or_default() {
            every.home(home);
        }
        every.complete &= has_its_log && spares > 0;
        every
    }

    /// The slots that every home may have. A person's are never there; to delete what is not there does no harm.
    fn home(&mut self, uid: Uid) {
        let slots = Slots::of(uid);
        self.names.extend([slots.sending(), slots.wipe(0), slots.wipe(1)]);
    }
}

/// Owners and numbers, as many as can be read, and whether that is all.
fn owned(words: &Connection, sql: &str) -> Result<(Vec<(Uid, i64)>, bool), Fault> {
    let mut select = words.prepare(sql)?;
    let rows = select.query_map([], |row| Ok((row.get::<_, Uid>(0)?, row.get::<_, i64>(1)?)))?;
    let (mut all, mut whole) = (Vec::new(), true);
    for row in rows {
        match row {
            Ok(row) => all.push(row),
            Err(_) => whole = false,
        }
    }
    Ok((all, whole))
}
