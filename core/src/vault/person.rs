//! A person's vault on a team's device: begun with their PIN, ended with it. It is never without one.

use rusqlite::{Connection, Transaction};
use zeroize::Zeroizing;

use super::{
    door::{VAULT_TABLES, seal_door},
    key_store::{KeyStore, Slots},
    owner::VaultId,
    pin::Kdf,
    ring::Ring,
    seal::{SealingKey, Uid},
    tries,
    unlock::{live_epochs, write_vault},
};
use crate::{
    error::Fault,
    random::{self, Random},
};

/// Whether there is such a vault.
pub(crate) fn is_there(conn: &Connection, vault: VaultId) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM vault WHERE id = ?1) OR EXISTS (SELECT 1 FROM vault_spare WHERE id = ?1)";
    Ok(conn.prepare_cached(sql)?.query_row([vault], |row| row.get(0))?)
}

/// A vault key that no database names yet: it lies in the key store, and nothing is sealed with it.
pub(crate) struct PersonsVault {
    epoch: i64,
    kdf: Kdf,
    vault_key: SealingKey,
}

impl PersonsVault {
    /// Puts a new vault key, guarded by a PIN, into the key store: in a slot that was never used, for what a damaged home
    /// does not name any more may still be wanted.
    pub(crate) fn prepare(
        key_store: &dyn KeyStore,
        (owner, last_dead): (Uid, Option<i64>),
        (kdf, factor): (Kdf, &Zeroizing<Vec<u8>>),
        random: &dyn Random,
    ) -> Result<Self, Fault> {
        let far = (1 << 40) + i64::from(u32::from_be_bytes(random::bytes(random)?));
        // Above those that are due to be deleted, so that none of these is taken for it.
        let epoch = last_dead.map_or(far, |last| far.max(last.saturating_add(1)));
        let vault_key = SealingKey::generate(random)?;
        key_store.seal(&Slots::of(owner).vault(epoch), vault_key.as_bytes(), factor)?;
        Ok(Self { epoch, kdf, vault_key })
    }

    /// Writes an empty vault under that key.
    pub(crate) fn write(
        &self,
        tx: &Transaction<'_>,
        (vault, owner): (VaultId, &Uid),
        sending: &SealingKey,
        random: &dyn Random,
    ) -> Result<(), Fault> {
        let ring = Ring::new(random)?;
        let sealed = ring.seal(owner, self.epoch, &self.kdf, &self.vault_key, random)?;
        let door = seal_door(owner, sending, self.epoch, &ring.door, random)?;
        write_vault(tx, (vault, owner), self.epoch, &self.kdf, &sealed, &door)?;
        tries::forget(tx, vault)
    }
}

/// The highest number of an owner's vault keys that are still to be deleted.
pub(crate) fn last_dead_epoch(conn: &Connection, owner: Uid) -> Result<Option<i64>, Fault> {
    Ok(conn.query_row("SELECT max(epoch) FROM dead_slot WHERE owner = ?1", [owner], |row| row.get(0))?)
}

/// Ends a vault: its ring, the keys made since, and the note that its slots are to be deleted, the one of a shred that was killed
/// halfway among them.
pub(crate) fn end(tx: &Transaction<'_>, (vault, owner): (VaultId, Uid)) -> Result<(), Fault> {
    for epoch in live_epochs(tx, owner)? {
        for dead in [epoch, epoch.saturating_add(1)] {
            tx.execute("INSERT OR IGNORE INTO dead_slot (owner, epoch) VALUES (?1, ?2)", (owner, dead))?;
        }
    }
    for table in VAULT_TABLES {
        tx.execute(&format!("DELETE FROM {table} WHERE id = ?1"), [vault])?;
    }
    for table in ["new_key", "dead_key"] {
        tx.execute(&format!("DELETE FROM {table} WHERE vault = ?1"), [vault])?;
    }
    tries::forget(tx, vault)
}
