//! The wipe PIN: given where the PIN is asked for, it wipes. That it was given is proven by a key store slot that opens with
//! what it was stretched to; there are two, so that a new one is proven before the old one ends.

use ring::hmac;
use rusqlite::{Connection, OptionalExtension, Transaction};
use zeroize::Zeroizing;

use super::{
    key_store::{KeyStore, Slots},
    seal::Uid,
    unlock::Unlocked,
};
use crate::{
    error::{Fault, readable},
    random::{self, Random},
    store::Words,
};

/// One of the two slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WipeSlot {
    First,
    Second,
}

impl WipeSlot {
    const ALL: [Self; 2] = [Self::First, Self::Second];

    /// Its number, in the name of the slot and in `home.wipe_slot`.
    fn number(self) -> i64 {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }

    /// As what `dead_slot` notes that it is to be deleted: below zero, where no vault key has its number.
    fn dead(self) -> i64 {
        -1 - self.number()
    }

    fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    fn of(self, home: Uid) -> String {
        Slots::of(home).wipe(self.number())
    }

    fn read(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.number() == number)
    }
}

/// Which slot proves the wipe PIN; `None` where there is none. A number that is damaged is none: nothing is wiped by mistake.
pub(super) fn slot(words: &Connection) -> Result<Option<WipeSlot>, Fault> {
    let number = words.query_row("SELECT wipe_slot FROM home", [], |row| row.get::<_, Option<i64>>(0));
    Ok(readable(number.optional().map_err(Fault::from))?.flatten().flatten().and_then(WipeSlot::read))
}

/// Whether what was given for the PIN, and is not the PIN, is the wipe PIN. Whatever the key store answers but the very proof
/// is no: nothing is wiped because a store is broken.
pub(super) fn is_given(key_store: &dyn KeyStore, home: Uid, slot: WipeSlot, factor: &[u8]) -> bool {
    key_store.open(&slot.of(home), factor).is_ok_and(|held| is_proof(&held, home))
}

/// What lies in the slot: a random key, and a check by which it vouches for itself and for its home, so that no other bytes
/// pass for it.
fn proof(home: Uid, random: &dyn Random) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let key = Zeroizing::new(random::bytes::<32>(random)?);
    Ok(Zeroizing::new(
        [key.as_slice(), hmac::sign(&check_key(key.as_slice()), &checked(home)).as_ref()].concat(),
    ))
}

fn is_proof(held: &[u8], home: Uid) -> bool {
    held.split_at_checked(32)
        .is_some_and(|(key, check)| hmac::verify(&check_key(key), &checked(home), check).is_ok())
}

fn check_key(key: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, key)
}

fn checked(home: Uid) -> Vec<u8> {
    [b"turnstone/1/wipe.check".as_slice(), &home.0].concat()
}

/// Sets the wipe PIN of an open vault, or another one. `factor` is what it was stretched to, the way the PIN is.
///
/// In order: a note that the free slot is to be deleted; the proof into that slot (durable); one transaction that names it and
/// notes the old one instead; the old one deleted. Killed in between, it is the old wipe PIN or the new one, and what is
/// left over is deleted at the next opening. Changes of the PIN are kept out by `vault.lock`: they end the wipe PIN.
pub(crate) fn set(
    words: &Words,
    key_store: &dyn KeyStore,
    random: &dyn Random,
    vault: &mut Unlocked,
    factor: &[u8],
) -> Result<(), Fault> {
    let _turn = words.vault_turn()?;
    vault.refresh(words, key_store)?;
    let home = vault.owner;
    // Nothing may delete the free slot once it is in use.
    delete_noted(words, key_store)?;
    let old = words.read(slot)?;
    let new = old.map_or(WipeSlot::First, WipeSlot::other);
    words.write(|tx| note_dead(tx, home, new))?;
    key_store.seal(&new.of(home), &proof(home, random)?, factor)?;
    words.write(|tx| {
        tx.execute("UPDATE home SET wipe_slot = ?1", [new.number()])?;
        tx.execute("DELETE FROM dead_slot WHERE owner = ?1 AND epoch = ?2", (home, new.dead()))?;
        old.map_or(Ok(()), |old| note_dead(tx, home, old))
    })?;
    // The new one counts from here. What this cannot finish is noted, and finished at the next opening.
    delete_noted(words, key_store).unwrap_or_default();
    Ok(())
}

/// Takes the wipe PIN away. Returns whether there was one.
pub(crate) fn remove(words: &Words, key_store: &dyn KeyStore, home: Uid) -> Result<bool, Fault> {
    let _turn = words.vault_turn()?;
    let ended = words.write(|tx| end(tx, home))?;
    delete_noted(words, key_store).unwrap_or_default();
    Ok(ended)
}

/// Ends the wipe PIN in the transaction that ends the PIN it stood beside. Returns whether there was one; its slot is deleted by
/// [`delete_noted`].
pub(super) fn end(tx: &Transaction<'_>, home: Uid) -> Result<bool, Fault> {
    let Some(slot) = slot(tx)? else { return Ok(false) };
    note_dead(tx, home, slot)?;
    tx.execute("UPDATE home SET wipe_slot = NULL", [])?;
    Ok(true)
}

/// Whether there is a wipe PIN.
pub(crate) fn is_set(words: &Connection) -> Result<bool, Fault> {
    Ok(slot(words)?.is_some())
}

fn note_dead(tx: &Transaction<'_>, home: Uid, slot: WipeSlot) -> Result<(), Fault> {
    tx.execute("INSERT OR IGNORE INTO dead_slot (owner, epoch) VALUES (?1, ?2)", (home, slot.dead()))?;
    Ok(())
}

/// Deletes the slots of ended wipe PINs. Needs no unlock.
///
/// With the turn to shred, always: whoever sets a wipe PIN uses a slot again.
pub(super) fn delete_noted(words: &Words, key_store: &dyn KeyStore) -> Result<(), Fault> {
    let noted: Vec<(Uid, WipeSlot)> = words.read(|conn| {
        let mut dead = conn.prepare("SELECT owner, epoch FROM dead_slot WHERE epoch < 0")?;
        let rows = dead.query_map([], |row| Ok((row.get::<_, Uid>(0)?, row.get::<_, i64>(1)?)))?;
        let slot = |epoch| WipeSlot::ALL.into_iter().find(|slot| slot.dead() == epoch);
        let noted = rows.flatten().filter_map(|(home, epoch)| Some((home, slot(epoch)?)));
        // A damaged note must not end the wipe PIN that counts.
        let named = self::slot(conn)?;
        Ok(noted.filter(|(_, slot)| Some(*slot) != named).collect())
    })?;
    for (home, slot) in &noted {
        key_store.delete(&slot.of(*home))?;
        words.write(|tx| {
            tx.execute("DELETE FROM dead_slot WHERE owner = ?1 AND epoch = ?2", (home, slot.dead()))?;
            Ok(())
        })?;
    }
    Ok(())
}

/// The same at an opening: not where another program is at it, for an opening waits for nobody.
pub(crate) fn delete_noted_unless_busy(words: &Words, key_store: &dyn KeyStore) -> Result<(), Fault> {
    let is_due = |conn: &Connection| {
        let sql = "SELECT EXISTS (SELECT 1 FROM dead_slot WHERE epoch < 0)";
        Ok(conn.query_row(sql, [], |row| row.get::<_, bool>(0))?)
    };
    if !words.read(is_due)? {
        return Ok(());
    }
    match words.vault_turn_if_free()? {
        Some(_turn) => delete_noted(words, key_store),
        None => Ok(()),
    }
}
