//! From a PIN to an open ring.

use rusqlite::{Connection, Transaction};
use zeroize::Zeroizing;

use super::{
    door::write_door,
    key_store::{KeyStore, KeyStoreError, Slots},
    pin::{Kdf, Pin},
    ring::Ring,
    seal::{SealingKey, Uid},
};
use crate::{
    error::{Error, Fault},
    random::Random,
    store::Words,
};

/// An open vault. Everything in it is wiped when dropped.
pub(crate) struct Unlocked {
    pub(crate) home: Uid,
    pub(crate) epoch: i64,
    pub(crate) kdf: Kdf,
    pub(crate) factor: Zeroizing<Vec<u8>>,
    pub(crate) ring: Ring,
}

impl std::fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[unlocked vault]")
    }
}

/// The row that holds the sealed ring.
struct RingRow {
    epoch: i64,
    kdf: Kdf,
    sealed: Vec<u8>,
}

impl RingRow {
    fn read(words: &Connection) -> Result<Self, Fault> {
        let (epoch, kdf, sealed): (i64, Vec<u8>, Vec<u8>) =
            words.query_row("SELECT epoch, kdf, sealed FROM ring", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        Ok(Self { epoch, kdf: Kdf::from_bytes(&kdf)?, sealed })
    }
}

/// Opens the vault.
///
/// A wrong attempt is counted, durably, before it is made: switching the phone off does not give it back.
pub(crate) fn unlock(
    words: &Words,
    key_store: &dyn KeyStore,
    home: Uid,
    pin: Option<&Pin>,
) -> Result<Unlocked, Fault> {
    let mut row = words.read(RingRow::read)?;
    if row.kdf.has_pin() && pin.is_some() {
        words.write(|tx| Ok(tx.execute("UPDATE home SET wrong_pins = wrong_pins + 1", [])?))?;
    }
    let factor = row.kdf.factor(pin)?;
    // Another program may have shredded since the row was read: its slot is then another one.
    for last in [false, true] {
        match open_row(&row, key_store, home, &factor) {
            Err(Fault::KeyStore(KeyStoreError::WrongFactor)) if row.kdf.has_pin() => {
                let attempts = words
                    .read(|conn| Ok(conn.query_row("SELECT wrong_pins FROM home", [], |r| r.get(0))?))?;
                return Err(Error::WrongPin { attempts }.into());
            }
            Err(Fault::KeyStore(KeyStoreError::NoSuchSlot)) if !last => row = words.read(RingRow::read)?,
            Err(fault) => return Err(fault),
            Ok(ring) => {
                if row.kdf.has_pin() {
                    words.write(|tx| Ok(tx.execute("UPDATE home SET wrong_pins = 0", [])?))?;
                }
                return Ok(Unlocked { home, epoch: row.epoch, kdf: row.kdf, factor, ring });
            }
        }
    }
    Err(KeyStoreError::NoSuchSlot.into())
}

fn open_row(row: &RingRow, key_store: &dyn KeyStore, home: Uid, factor: &[u8]) -> Result<Ring, Fault> {
    let secret = key_store.open(&Slots::of(home).vault(row.epoch), factor)?;
    let vault_key = SealingKey::from_slice(&secret).ok_or(KeyStoreError::Damaged)?;
    Ring::open(&home, row.epoch, &row.kdf, &vault_key, &row.sealed)
}

impl Unlocked {
    /// Catches up with a shred by another program: same factor, newer ring. After a change of PIN elsewhere this
    /// vault is locked.
    pub(crate) fn refresh(&mut self, words: &Connection, key_store: &dyn KeyStore) -> Result<(), Fault> {
        let row = RingRow::read(words)?;
        if row.epoch == self.epoch {
            return Ok(());
        }
        if row.kdf != self.kdf {
            return Err(Error::Locked.into());
        }
        self.ring = open_row(&row, key_store, self.home, &self.factor)?;
        self.epoch = row.epoch;
        Ok(())
    }
}

/// Makes the vault of a new home, in the transaction that makes the home.
pub(crate) fn first_vault(
    words: &Transaction<'_>,
    key_store: &dyn KeyStore,
    home: Uid,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let (epoch, kdf) = (1, Kdf::NoPin);
    let vault_key = SealingKey::generate(random)?;
    key_store.seal(&Slots::of(home).vault(epoch), vault_key.as_bytes(), &[])?;
    let ring = Ring::new(random)?;
    write_ring(words, epoch, &kdf, &ring.seal(&home, epoch, &kdf, &vault_key, random)?)?;
    write_door(words, &home, sending, epoch, &ring.door, random)
}

/// Puts a newly sealed ring in the place of the old one.
pub(crate) fn write_ring(words: &Transaction<'_>, epoch: i64, kdf: &Kdf, sealed: &[u8]) -> Result<(), Fault> {
    words.execute(
        "INSERT INTO ring (id, epoch, kdf, sealed) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, kdf = excluded.kdf, sealed = excluded.sealed",
        (epoch, kdf.to_bytes(), sealed),
    )?;
    Ok(())
}

/// Whether reading asks for a PIN.
pub(crate) fn has_pin(words: &Connection) -> Result<bool, Fault> {
    Ok(RingRow::read(words)?.kdf.has_pin())
}

/// Every vault key that the key store may still hold: the current one, those due to be deleted, and the next one,
/// which a killed shred may have left.
pub(crate) fn all_epochs(words: &Connection) -> Result<Vec<i64>, Fault> {
    let current = RingRow::read(words)?.epoch;
    let mut dead = words.prepare("SELECT epoch FROM dead_slot")?;
    let mut epochs = dead.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    epochs.extend([current, current + 1]);
    Ok(epochs)
}
