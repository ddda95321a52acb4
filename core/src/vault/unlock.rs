//! From a PIN to an open ring.

use rusqlite::{Connection, OptionalExtension, Transaction};
use zeroize::Zeroizing;

use super::{
    door::{VAULT_TABLES, seal_door},
    key_store::{KeyStore, KeyStoreError, Slots},
    owner::VaultId,
    pin::{Kdf, Pin},
    ring::Ring,
    seal::{SealingKey, Uid},
    tries::{self, Begun},
    wipe_pin::{self, WipeSlot},
};
use crate::{
    clock::Clock,
    error::{Error, Fault, all_readable},
    random::Random,
    store::Words,
};

/// An open vault. Everything in it is wiped when dropped.
pub(crate) struct Unlocked {
    pub(crate) vault: VaultId,
    /// The home's random name, or the person's.
    pub(crate) owner: Uid,
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

/// The vault's row: what is needed to open the ring, and the ring, as often as it could be read.
struct VaultRow {
    epoch: i64,
    kdf: Kdf,
    rings: Vec<Vec<u8>>,
    /// What proves the wipe PIN that stands beside this PIN.
    wipe: Option<WipeSlot>,
}

impl VaultRow {
    /// The rows that can be read, those that agree as one: one as a rule, two where one was damaged.
    fn read_all(words: &Connection, vault: VaultId) -> Result<Vec<Self>, Fault> {
        let rows = VAULT_TABLES.map(|table| {
            let row = words.query_row(
                &format!("SELECT epoch, kdf, ring FROM {table} WHERE id = ?1"),
                [vault],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?)),
            );
            // A person's vault may have been ended.
            let Some((epoch, kdf, ring)) = row.optional()? else { return Ok(None) };
            Ok(Some((epoch, Kdf::from_bytes(&kdf)?, ring)))
        });
        let wipe = match wipe_pin::slot(words) {
            _ if vault != VaultId::DEVICE => None,
            // Damage there must not keep anybody from reading; the next opening mends it.
            Err(fault) if fault.is_damage() => None,
            slot => slot?,
        };
        let mut all: Vec<Self> = Vec::new();
        for (epoch, kdf, ring) in all_readable(rows)? {
            match all.iter_mut().find(|row| row.epoch == epoch && row.kdf == kdf) {
                Some(same) if same.rings.contains(&ring) => {}
                Some(same) => same.rings.push(ring),
                None => all.push(Self { epoch, kdf, rings: vec![ring], wipe }),
            }
        }
        Ok(all)
    }

    fn open(&self, key_store: &dyn KeyStore, owner: Uid, factor: &[u8]) -> Result<Ring, Fault> {
        let secret = key_store.open(&Slots::of(owner).vault(self.epoch), factor)?;
        let vault_key = SealingKey::from_slice(&secret).ok_or(KeyStoreError::Damaged)?;
        let opened =
            self.rings.iter().map(|ring| Ring::open(&owner, self.epoch, &self.kdf, &vault_key, ring));
        opened.reduce(Result::or).unwrap_or(Err(Fault::Sealed("the ring of keys")))
    }

    /// The same; what does not open it may be the wipe PIN, stretched the same way: nobody waits any longer for it.
    fn open_or_wipe(&self, key_store: &dyn KeyStore, owner: Uid, factor: &[u8]) -> Result<Ring, Fault> {
        match (self.open(key_store, owner, factor), self.wipe) {
            (Err(Fault::KeyStore(KeyStoreError::WrongFactor)), Some(slot))
                if wipe_pin::is_given(key_store, owner, slot, factor) =>
            {
                Err(Fault::WipePin)
            }
            (opened, _) => opened,
        }
    }
}

/// Opens the vault.
///
/// A wrong attempt is counted, durably, before it is made, and so is the wait it costs: switching the phone off gives
/// neither back. During a wait no PIN is tried at all, be it the right one ([`tries`]).
pub(crate) fn unlock(
    words: &Words,
    key_store: &dyn KeyStore,
    clock: &dyn Clock,
    (vault, owner): (VaultId, Uid),
    pin: Option<&Pin>,
) -> Result<Unlocked, Fault> {
    let rows = words.read(|conn| VaultRow::read_all(conn, vault))?;
    if pin.is_none() || !rows.iter().any(|row| row.kdf.has_pin()) {
        return open_latest(rows, words, key_store, (vault, owner), pin);
    }
    let counted = match words.write(|tx| tries::begin(tx, vault, clock.monotonic_ms()))? {
        Begun::Counted(counted) => counted,
        Begun::Waits(wait_ms) => return Err(Error::PinDelayed { wait_ms }.into()),
    };
    match open_latest(rows, words, key_store, (vault, owner), pin) {
        Ok(unlocked) => {
            words.write(|tx| tries::forget(tx, vault))?;
            Ok(unlocked)
        }
        Err(Fault::KeyStore(KeyStoreError::WrongFactor)) => {
            let wait_ms = words.read(|conn| tries::left_ms(conn, vault, clock.monotonic_ms()))?;
            Err(Error::WrongPin { attempts: counted.attempts(), wait_ms }.into())
        }
        Err(fault) => {
            // Nobody has judged it. Where it cannot be given back it stays counted: never the other way round.
            words.write(|tx| tries::give_back(tx, vault, &counted)).unwrap_or_default();
            Err(fault)
        }
    }
}

/// Opens the vault with the slot that counts now: another program may have shredded since its row was read.
fn open_latest(
    rows: Vec<VaultRow>,
    words: &Words,
    key_store: &dyn KeyStore,
    (vault, owner): (VaultId, Uid),
    pin: Option<&Pin>,
) -> Result<Unlocked, Fault> {
    match open_one_of(rows, key_store, (vault, owner), pin) {
        Err(Fault::KeyStore(KeyStoreError::NoSuchSlot)) => {
            let rows = words.read(|conn| VaultRow::read_all(conn, vault))?;
            open_one_of(rows, key_store, (vault, owner), pin)
        }
        opened => opened,
    }
}

/// The first of the rows that opens, or why the first one does not.
fn open_one_of(
    rows: Vec<VaultRow>,
    key_store: &dyn KeyStore,
    (vault, owner): (VaultId, Uid),
    pin: Option<&Pin>,
) -> Result<Unlocked, Fault> {
    let mut first = None;
    for row in rows {
        let opened = row
            .kdf
            .factor(pin)
            .and_then(|factor| row.open_or_wipe(key_store, owner, &factor).map(|ring| (factor, ring)));
        match opened {
            Ok((factor, ring)) => {
                return Ok(Unlocked { vault, owner, epoch: row.epoch, kdf: row.kdf, factor, ring });
            }
            Err(Fault::WipePin) => return Err(Fault::WipePin),
            // Of two rows that disagree one is damaged: what is said of the PIN comes from the other.
            Err(fault @ Fault::KeyStore(KeyStoreError::WrongFactor)) => first = Some(fault),
            Err(fault) => {
                first.get_or_insert(fault);
            }
        }
    }
    Err(first.unwrap_or(Fault::Sealed("the vault")))
}

impl Unlocked {
    /// Catches up with a shred by another program: same factor, newer ring. After a change of PIN elsewhere this
    /// vault is locked. The key store is asked while nothing else waits: it may be slow.
    pub(crate) fn refresh(&mut self, words: &Words, key_store: &dyn KeyStore) -> Result<(), Fault> {
        if words.read(|conn| live_epochs(conn, self.owner))?.contains(&self.epoch) {
            return Ok(());
        }
        let rows = words.read(|conn| VaultRow::read_all(conn, self.vault))?;
        let row = rows.iter().find(|row| row.kdf == self.kdf).ok_or(Error::Locked)?;
        self.ring = row.open(key_store, self.owner, &self.factor)?;
        self.epoch = row.epoch;
        Ok(())
    }
}

/// A vault key that no database names yet: it lies in the key store, and nothing is sealed with it.
pub(crate) struct NewVault {
    epoch: i64,
    vault_key: SealingKey,
}

impl NewVault {
    /// Puts a new vault key, without a PIN, into the key store.
    pub(crate) fn prepare(
        key_store: &dyn KeyStore,
        home: Uid,
        epoch: i64,
        random: &dyn Random,
    ) -> Result<Self, Fault> {
        let vault_key = SealingKey::generate(random)?;
        key_store.seal(&Slots::of(home).vault(epoch), vault_key.as_bytes(), &[])?;
        Ok(Self { epoch, vault_key })
    }

    /// Writes an empty vault under that key.
    pub(crate) fn write(
        &self,
        words: &Transaction<'_>,
        home: Uid,
        sending: &SealingKey,
        random: &dyn Random,
    ) -> Result<(), Fault> {
        let (epoch, kdf) = (self.epoch, Kdf::NoPin);
        let ring = Ring::new(random)?;
        let sealed = ring.seal(&home, epoch, &kdf, &self.vault_key, random)?;
        write_vault(
            words,
            (VaultId::DEVICE, &home),
            epoch,
            &kdf,
            &sealed,
            &seal_door(&home, sending, epoch, &ring.door, random)?,
        )
    }
}

/// Puts a newly sealed ring, and its door, in the place of the old ones.
pub(super) fn write_vault(
    words: &Transaction<'_>,
    (vault, owner): (VaultId, &Uid),
    epoch: i64,
    kdf: &Kdf,
    ring: &[u8],
    (door_public, door): &(String, Vec<u8>),
) -> Result<(), Fault> {
    for table in VAULT_TABLES {
        words.execute(
            &format!(
                "INSERT OR REPLACE INTO {table} (id, owner, epoch, kdf, door_public, door, ring)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
            ),
            (vault, owner, epoch, kdf.to_bytes(), door_public.as_bytes(), door, ring),
        )?;
    }
    Ok(())
}

/// Whether reading what a vault holds asks for a PIN.
pub(crate) fn has_pin(words: &Connection, vault: VaultId) -> Result<bool, Fault> {
    Ok(VaultRow::read_all(words, vault)?.iter().any(|row| row.kdf.has_pin()))
}

/// The numbers of the vault keys that seal an owner's rows: one as a rule, two where a row is damaged, none where the vault
/// has ended.
pub(super) fn live_epochs(words: &Connection, owner: Uid) -> Result<Vec<i64>, Fault> {
    all_readable(VAULT_TABLES.map(|table| {
        let sql = format!("SELECT epoch FROM {table} WHERE owner = ?1");
        Ok(words.query_row(&sql, [owner], |row| row.get(0)).optional()?)
    }))
}

/// Whether there is no row of the device's vault at all: it could not be carried over.
pub(crate) fn is_missing(words: &Connection) -> Result<bool, Fault> {
    let rows = words.query_row(
        "SELECT (SELECT count(*) FROM vault WHERE id = ?1) + (SELECT count(*) FROM vault_spare WHERE id = ?1)",
        [VaultId::DEVICE],
        |row| row.get::<_, i64>(0),
    )?;
    Ok(rows == 0)
}
