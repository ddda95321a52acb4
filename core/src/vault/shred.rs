//! Shred: old ciphertext made unreadable for good, by ending the key of the key that opens it.

use rusqlite::{Connection, OptionalExtension};
use zeroize::Zeroizing;

use super::{
    door::seal_door,
    key_store::{KeyStore, Slots},
    pin::Kdf,
    seal::{SealingKey, Uid},
    unlock::{Unlocked, live_epochs, write_vault},
};
use crate::{error::Fault, random::Random, store::Words};

/// Ends every key that is due to end, and takes in the new ones.
///
/// In order: a new vault key in a new slot (durable); one transaction with the ring sealed anew without the dead keys,
/// a new door, and the note that the old slot is to be deleted; the write-ahead log emptied; the old slot deleted.
/// Other programs that would shred are kept out by `vault.lock`.
///
/// `new_pin` gives the parameters and factor of a new PIN (or of none), for a change of PIN.
pub(crate) fn shred(
    words: &Words,
    key_store: &dyn KeyStore,
    sending: &SealingKey,
    random: &dyn Random,
    vault: &mut Unlocked,
    new_pin: Option<(Kdf, Zeroizing<Vec<u8>>)>,
) -> Result<(), Fault> {
    let _turn = words.vault_turn()?;
    vault.refresh(words, key_store)?;
    if new_pin.is_none() && !words.read(is_due)? {
        return delete_dead_slots(words, key_store, vault.home);
    }
    let (kdf, factor) = new_pin.unwrap_or_else(|| (vault.kdf.clone(), vault.factor.clone()));
    let (home, old, new) = (vault.home, vault.epoch, vault.epoch + 1);
    let vault_key = SealingKey::generate(random)?;
    key_store.seal(&Slots::of(home).vault(new), vault_key.as_bytes(), &factor)?;
    let ring = words.write(|tx| {
        let ring = vault.ring.fold(tx)?;
        let sealed = ring.seal(&home, new, &kdf, &vault_key, random)?;
        let door = seal_door(&home, sending, new, &ring.door, random)?;
        write_vault(tx, &home, new, &kdf, &sealed, &door)?;
        tx.execute("INSERT OR IGNORE INTO dead_slot (epoch) VALUES (?1)", [old])?;
        Ok(ring)
    })?;
    *vault = Unlocked { home, epoch: new, kdf, factor, ring };
    // The new ring counts from here. What this cannot finish is noted, and finished at the next opening.
    delete_dead_slots(words, key_store, home).unwrap_or_default();
    Ok(())
}

/// Whether a key is due to end or to be taken in.
fn is_due(words: &Connection) -> Result<bool, Fault> {
    let due = words
        .query_row(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM dead_key) OR EXISTS (SELECT 1 FROM new_key)",
            [],
            |_| Ok(()),
        )
        .optional()?;
    Ok(due.is_some())
}

/// Finishes shreds: empties the write-ahead log, then deletes the slots of ended vault keys. Needs no unlock, so that
/// a shred that was killed halfway is finished at the next opening.
pub(crate) fn delete_dead_slots(words: &Words, key_store: &dyn KeyStore, home: Uid) -> Result<(), Fault> {
    let epochs: Vec<i64> = words.read(|conn| {
        let mut dead = conn.prepare("SELECT epoch FROM dead_slot")?;
        let mut epochs = dead.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        // A damaged number must not end a key that lives.
        let living = live_epochs(conn)?;
        epochs.retain(|epoch| living.iter().all(|living| epoch < living));
        Ok(epochs)
    })?;
    if epochs.is_empty() {
        return Ok(());
    }
    for epoch in &epochs {
        key_store.delete(&Slots::of(home).vault(*epoch))?;
    }
    // Only once the log is empty is the shred done: until then the note stays, and the next opening tries again.
    if words.empty_log()? {
        words.write(|tx| {
            epochs.iter().try_for_each(|epoch| {
                tx.execute("DELETE FROM dead_slot WHERE epoch = ?1", [epoch]).map(drop)
            })?;
            Ok(())
        })?;
    }
    Ok(())
}
