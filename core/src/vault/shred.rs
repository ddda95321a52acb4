//! Shred: old ciphertext made unreadable for good, by ending the key of the key that opens it.

use rusqlite::{Connection, OptionalExtension};
use zeroize::Zeroizing;

use super::{
    door::seal_door,
    key_store::{KeyStore, Slots},
    owner::VaultId,
    pin::Kdf,
    seal::{SealingKey, Uid},
    tries,
    unlock::{Unlocked, live_epochs, write_vault},
    wipe_pin,
};
use crate::{
    error::{Fault, readable},
    random::Random,
    store::Words,
};

/// Ends every key that is due to end, and takes in the new ones.
///
/// In order: a new vault key in a new slot (durable); one transaction with the ring sealed anew without the dead keys,
/// a new door, and the note that the old slot is to be deleted; the old slot deleted; the write-ahead log emptied.
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
    if new_pin.is_none() && !words.read(|conn| is_due(conn, vault.vault))? {
        return delete_dead_slots(words, key_store);
    }
    let is_new_pin = new_pin.is_some();
    let (kdf, factor) = new_pin.unwrap_or_else(|| (vault.kdf.clone(), vault.factor.clone()));
    let (id, owner, old, new) = (vault.vault, vault.owner, vault.epoch, vault.epoch + 1);
    let vault_key = SealingKey::generate(random)?;
    key_store.seal(&Slots::of(owner).vault(new), vault_key.as_bytes(), &factor)?;
    let ring = words.write(|tx| {
        let ring = vault.ring.fold(tx, id)?;
        let sealed = ring.seal(&owner, new, &kdf, &vault_key, random)?;
        let door = seal_door(&owner, sending, new, &ring.door, random)?;
        write_vault(tx, (id, &owner), new, &kdf, &sealed, &door)?;
        if is_new_pin {
            tries::forget(tx, id)?;
        }
        if is_new_pin && id == VaultId::DEVICE {
            // It is stretched the way of the PIN it stands beside, and ends with it.
            wipe_pin::end(tx, owner)?;
        }
        tx.execute("INSERT OR IGNORE INTO dead_slot (owner, epoch) VALUES (?1, ?2)", (owner, old))?;
        Ok(ring)
    })?;
    *vault = Unlocked { vault: id, owner, epoch: new, kdf, factor, ring };
    // The new ring counts from here. What this cannot finish is noted, and finished at the next opening.
    delete_dead_slots(words, key_store).unwrap_or_default();
    wipe_pin::delete_noted(words, key_store).unwrap_or_default();
    Ok(())
}

/// Whether a key of a vault is due to end or to be taken in.
fn is_due(words: &Connection, vault: VaultId) -> Result<bool, Fault> {
    let due = words
        .query_row(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM dead_key WHERE vault = ?1)
                         OR EXISTS (SELECT 1 FROM new_key WHERE vault = ?1)",
            [vault],
            |_| Ok(()),
        )
        .optional()?;
    Ok(due.is_some())
}

/// Finishes shreds: deletes the slots of ended vault keys, whosever they were, and empties the write-ahead log. Needs no
/// unlock, so that a shred that was killed halfway is finished at the next opening.
pub(crate) fn delete_dead_slots(words: &Words, key_store: &dyn KeyStore) -> Result<(), Fault> {
    let dead: Vec<(Uid, i64)> = words.read(|conn| {
        let mut dead = conn.prepare("SELECT owner, epoch FROM dead_slot WHERE epoch >= 0")?;
        let rows = dead.query_map([], |row| Ok((row.get::<_, Uid>(0)?, row.get::<_, i64>(1)?)))?;
        let mut all = Vec::new();
        for row in rows {
            let Some((owner, epoch)) = readable(row.map_err(Fault::from))? else { continue };
            // A damaged number must not end a key that lives.
            if live_epochs(conn, owner)?.iter().all(|living| epoch < *living) {
                all.push((owner, epoch));
            }
        }
        Ok(all)
    })?;
    if dead.is_empty() {
        return Ok(());
    }
    for (owner, epoch) in &dead {
        key_store.delete(&Slots::of(*owner).vault(*epoch))?;
    }
    // Only once the log is empty is the shred done: until then the note stays, and the next opening tries again.
    if words.empty_log()? {
        words.write(|tx| {
            dead.iter().try_for_each(|ended| {
                tx.execute("DELETE FROM dead_slot WHERE owner = ?1 AND epoch = ?2", *ended).map(drop)
            })?;
            Ok(())
        })?;
    }
    Ok(())
}
