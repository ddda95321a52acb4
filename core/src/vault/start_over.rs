//! Starting over: an empty vault without a PIN in the place of one that nobody can open any more, or is to open any more.

use rusqlite::Transaction;

use super::{
    door::{VAULT_TABLES, seal_door},
    key_store::{KeyStore, Slots},
    owner::VaultId,
    pin::Kdf,
    ring::Ring,
    seal::{SealingKey, Uid},
    shred::delete_dead_slots,
    tries,
    unlock::{live_epochs, write_vault},
    wipe_pin,
};
use crate::{
    error::{Fault, Missing},
    random::Random,
    store::Words,
};

/// Puts an empty vault, without a PIN, in the place of a vault. Needs no unlock: nothing of the old one is opened.
///
/// In order: a new vault key in a new slot (durable); one transaction with `ended`, which takes away the rows that only the
/// old vault opened and says what they were, the new ring and its door, and the note that the old slot is to be deleted;
/// the old slot deleted; the write-ahead log emptied. Killed in between, it is the old vault or the new one, and the next
/// opening finishes it. Other programs that would shred are kept out by `vault.lock`.
///
/// What waits in the outbox is sealed under the sending key, and is not touched here.
pub(crate) fn start_over<T>(
    words: &Words,
    key_store: &dyn KeyStore,
    sending: &SealingKey,
    random: &dyn Random,
    (vault, owner): (VaultId, Uid),
    ended: impl Fn(&Transaction<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let _turn = words.vault_turn()?;
    let old = words.read(|conn| live_epochs(conn, owner))?;
    let newest = old.iter().max().copied().ok_or(Missing::Home)?;
    let epoch = newest.checked_add(1).ok_or(Fault::Sealed("the vault"))?;
    let vault_key = SealingKey::generate(random)?;
    key_store.seal(&Slots::of(owner).vault(epoch), vault_key.as_bytes(), &[])?;
    let ended = words.write(|tx| {
        let ended = ended(tx)?;
        bury(tx, (vault, &owner), &old)?;
        let ring = Ring::new(random)?;
        let sealed = ring.seal(&owner, epoch, &Kdf::NoPin, &vault_key, random)?;
        let door = seal_door(&owner, sending, epoch, &ring.door, random)?;
        write_vault(tx, (vault, &owner), epoch, &Kdf::NoPin, &sealed, &door)?;
        Ok(ended)
    })?;
    // The new vault counts from here. What this cannot finish is noted, and finished at the next opening.
    delete_dead_slots(words, key_store).unwrap_or_default();
    wipe_pin::delete_noted(words, key_store).unwrap_or_default();
    Ok(ended)
}

/// Notes that the old vault keys are to be forgotten, and takes away what was due in the old vault and what was counted of
/// its PIN. A wipe PIN goes with the PIN it stood beside.
fn bury(tx: &Transaction<'_>, (vault, owner): (VaultId, &Uid), old: &[i64]) -> Result<(), Fault> {
    for epoch in old {
        tx.execute("INSERT OR IGNORE INTO dead_slot (owner, epoch) VALUES (?1, ?2)", (owner, epoch))?;
    }
    for emptied in ["DELETE FROM new_key WHERE vault = ?1", "DELETE FROM dead_key WHERE vault = ?1"] {
        tx.execute(emptied, [vault])?;
    }
    tries::forget(tx, vault)?;
    if vault == VaultId::DEVICE {
        wipe_pin::end(tx, *owner)?;
    }
    Ok(())
}

/// Ends the vaults of all people of a team with their names, in the caller's transaction. Returns whose rows are to go.
pub(crate) fn end_people(tx: &Transaction<'_>) -> Result<Vec<VaultId>, Fault> {
    let mut ended = Vec::new();
    for table in VAULT_TABLES {
        let mut select = tx.prepare(&format!("SELECT id, owner, epoch FROM {table} WHERE id <> ?1"))?;
        let rows = select
            .query_map([VaultId::DEVICE], |row| Ok((row.get(0)?, row.get::<_, Uid>(1)?, row.get(2)?)))?;
        for row in rows {
            let (vault, owner, epoch) = row?;
            bury(tx, (vault, &owner), &[epoch])?;
            ended.push(vault);
        }
        tx.execute(&format!("DELETE FROM {table} WHERE id <> ?1"), [VaultId::DEVICE])?;
    }
    tx.execute("DELETE FROM person", [])?;
    Ok(ended)
}
