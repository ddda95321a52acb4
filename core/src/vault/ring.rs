//! The ring: every key that opens something in the vault, in one value sealed under the vault key. It never changes in
//! place: keys made since lie beside it, sealed to the door, until a shred folds them in.

use std::collections::BTreeMap;

use age::secrecy::ExposeSecret;
use base64::{Engine, prelude::BASE64_STANDARD};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    door::{Door, open_at_door},
    owner::VaultId,
    pin::Kdf,
    seal::{Purpose, SealingKey, Uid},
};
use crate::{
    error::{Fault, readable},
    random::Random,
};

/// The keys, opened. Wiped when dropped.
pub(crate) struct Ring {
    pub(crate) door: age::x25519::Identity,
    pub(crate) record: SealingKey,
    keys: BTreeMap<Uid, Zeroizing<Vec<u8>>>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    door: Zeroizing<String>,
    record: Zeroizing<String>,
    keys: BTreeMap<String, Zeroizing<String>>,
}

impl Ring {
    /// A ring without keys, and a new door.
    pub(crate) fn new(random: &dyn Random) -> Result<Self, Fault> {
        Ok(Self {
            door: age::x25519::Identity::generate(),
            record: SealingKey::generate(random)?,
            keys: BTreeMap::new(),
        })
    }

    /// The secret of a key: from the ring, or from among those made since.
    pub(crate) fn key(&self, words: &Connection, uid: &Uid) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        if let Some(secret) = self.keys.get(uid) {
            return Ok(Some(secret.clone()));
        }
        let sealed: Option<Vec<u8>> = words
            .query_row("SELECT sealed FROM new_key WHERE uid = ?1", [uid], |row| row.get(0))
            .optional()?;
        sealed.map(|sealed| open_at_door(&self.door, &sealed)).transpose()
    }

    #[cfg(test)]
    pub(super) fn secrets(&self) -> Vec<Vec<u8>> {
        self.keys.values().map(|secret| secret.to_vec()).collect()
    }

    /// Takes in the keys made since, drops the dead ones and makes a new door, within the transaction that will seal
    /// the result under a new vault key.
    ///
    /// Works on a copy: the transaction may fail, or run twice.
    pub(crate) fn fold(&self, words: &Transaction<'_>, vault: VaultId) -> Result<Self, Fault> {
        let mut keys = self.keys.clone();
        let mut new = words.prepare("SELECT uid, sealed FROM new_key WHERE vault = ?1")?;
        let rows = new.query_map([vault], |row| Ok((row.get::<_, Uid>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        for row in rows {
            let Some((uid, sealed)) = readable(row.map_err(Fault::from))? else { continue };
            // One that is damaged is lost either way; it must not keep every later shred from being done.
            if let Ok(secret) = open_at_door(&self.door, &sealed) {
                keys.insert(uid, secret);
            }
        }
        let mut dead = words.prepare("SELECT uid FROM dead_key WHERE vault = ?1")?;
        for uid in dead.query_map([vault], |row| row.get::<_, Uid>(0))? {
            if let Some(uid) = readable(uid.map_err(Fault::from))? {
                keys.remove(&uid);
            }
        }
        for emptied in ["DELETE FROM new_key WHERE vault = ?1", "DELETE FROM dead_key WHERE vault = ?1"] {
            words.execute(emptied, [vault])?;
        }
        Ok(Self { door: age::x25519::Identity::generate(), record: self.record.clone(), keys })
    }

    /// Seals the ring. The PIN's parameters and the epoch are bound to it.
    pub(crate) fn seal(
        &self,
        home: &Uid,
        epoch: i64,
        kdf: &Kdf,
        vault_key: &SealingKey,
        random: &dyn Random,
    ) -> Result<Vec<u8>, Fault> {
        let written = Written {
            door: Zeroizing::new(self.door.to_string().expose_secret().to_owned()),
            record: Zeroizing::new(BASE64_STANDARD.encode(self.record.as_bytes())),
            keys: self
                .keys
                .iter()
                .map(|(uid, secret)| (uid.to_hex(), Zeroizing::new(BASE64_STANDARD.encode(secret))))
                .collect(),
        };
        let plain = Zeroizing::new(serde_json::to_vec(&written)?);
        vault_key.seal(Purpose::Ring, home, &context(epoch, kdf), &plain, random)
    }

    /// Opens what [`Ring::seal`] made.
    pub(crate) fn open(
        home: &Uid,
        epoch: i64,
        kdf: &Kdf,
        vault_key: &SealingKey,
        sealed: &[u8],
    ) -> Result<Self, Fault> {
        let fault = || Fault::Sealed("the ring of keys");
        let plain = vault_key.open(Purpose::Ring, home, &context(epoch, kdf), sealed).map_err(|_| fault())?;
        let written: Written = serde_json::from_slice(&plain).map_err(|_| fault())?;
        let decode = |text: &str| BASE64_STANDARD.decode(text).map(Zeroizing::new).map_err(|_| fault());
        let keys = written
            .keys
            .iter()
            .map(|(uid, secret)| Ok((Uid::from_hex(uid).ok_or_else(fault)?, decode(secret)?)))
            .collect::<Result<_, Fault>>()?;
        Ok(Self {
            door: written.door.parse().map_err(|_| fault())?,
            record: SealingKey::from_slice(&decode(&written.record)?).ok_or_else(fault)?,
            keys,
        })
    }
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[ring of {} keys]", self.keys.len())
    }
}

/// Keeps a new key, sealed to the door. Needs no unlock.
pub(crate) fn keep_new_key(
    words: &Transaction<'_>,
    door: &Door,
    uid: &Uid,
    secret: &[u8],
) -> Result<(), Fault> {
    let sealed = door.seal(secret)?;
    words.execute(
        "INSERT INTO new_key (uid, vault, sealed) VALUES (?1, ?2, ?3)",
        (uid, door.vault(), sealed),
    )?;
    Ok(())
}

/// Ends a key of a vault: nothing live opens with it once the transaction is through, and the shred that is now due ends what
/// copies of the disk may still hold. Needs no unlock.
pub(crate) fn forget_key(words: &Transaction<'_>, vault: VaultId, uid: &Uid) -> Result<(), Fault> {
    words.execute("DELETE FROM new_key WHERE uid = ?1", [uid])?;
    words.execute("INSERT OR IGNORE INTO dead_key (uid, vault) VALUES (?1, ?2)", (uid, vault))?;
    Ok(())
}

fn context(epoch: i64, kdf: &Kdf) -> Vec<u8> {
    [epoch.to_be_bytes().as_slice(), &kdf.to_bytes()].concat()
}
