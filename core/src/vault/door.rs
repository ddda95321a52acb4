//! The door: the public half of an X25519 pair, to which a locked phone seals the keys it makes. Its secret half lies
//! in the ring. Each shred makes a new pair.

use std::io::Write;

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::{
    owner::VaultId,
    seal::{Purpose, SealingKey, Uid},
};
use crate::{
    error::{Error, Fault, Unusable, all_readable},
    random::Random,
};

/// Where a vault's row lies, twice: should a page be damaged, the other is there.
pub(super) const VAULT_TABLES: [&str; 2] = ["vault", "vault_spare"];

/// How the text of a public key begins. Left out where it lies unsealed: nothing there says what it is.
const KIND: &str = "age1";

/// The public half, as read from the store, and whose vault is behind it.
#[derive(Clone)]
pub(crate) struct Door {
    vault: VaultId,
    recipient: age::x25519::Recipient,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[door]")
    }
}

impl Door {
    /// Whose vault is behind it.
    pub(crate) fn vault(&self) -> VaultId {
        self.vault
    }

    /// Seals a secret so that only an unlocked vault opens it: an `age` file.
    pub(crate) fn seal(&self, secret: &[u8]) -> Result<Vec<u8>, Fault> {
        let failed = || Fault::Error(Error::Unusable(Unusable::Inner("sealing to the vault failed")));
        let encryptor =
            age::Encryptor::with_recipients(std::iter::once(&self.recipient as &dyn age::Recipient))
                .map_err(|_| failed())?;
        let mut sealed = Vec::with_capacity(512);
        let mut writer = encryptor.wrap_output(&mut sealed).map_err(|_| failed())?;
        writer.write_all(secret).and_then(|()| writer.finish()).map_err(|_| failed())?;
        Ok(sealed)
    }
}

/// Opens what [`Door::seal`] made.
pub(crate) fn open_at_door(
    secret_half: &age::x25519::Identity,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    age::decrypt(secret_half, sealed).map(Zeroizing::new).map_err(|_| Fault::Sealed("a new key"))
}

/// Reads the device's door. It is sealed under the sending key, so that nobody who can write to the disk puts their own there.
///
/// Without that key, because the key store cannot be reached, the public half is taken as it lies there: a note must be
/// kept all the same (P9). What that risks is in `docs/adr/0011-writing-without-the-key-store.md`.
pub(crate) fn read_door(words: &Connection, home: &Uid, sending: Option<&SealingKey>) -> Result<Door, Fault> {
    door_of(words, (VaultId::DEVICE, home), sending)
}

/// The same of any vault, by its number and its owner's random name.
pub(crate) fn door_of(
    words: &Connection,
    (vault, owner): (VaultId, &Uid),
    sending: Option<&SealingKey>,
) -> Result<Door, Fault> {
    let damaged = || Fault::Sealed("the vault's public key");
    let doors = VAULT_TABLES.map(|table| {
        let sql = format!("SELECT epoch, door_public, door FROM {table} WHERE id = ?1");
        let (epoch, public, sealed) = words.query_row(&sql, [vault], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?))
        })?;
        let text = match sending {
            Some(key) => key.open(Purpose::Door, owner, &epoch.to_be_bytes(), &sealed)?,
            None => Zeroizing::new([KIND.as_bytes(), &public].concat()),
        };
        let recipient = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
        recipient.map(|recipient| Some(Door { vault, recipient })).ok_or_else(damaged)
    });
    all_readable(doors)?.into_iter().next().ok_or_else(damaged)
}

/// The public half of a pair, sealed for the row it will lie in.
pub(super) fn seal_door(
    owner: &Uid,
    sending: &SealingKey,
    epoch: i64,
    secret_half: &age::x25519::Identity,
    random: &dyn Random,
) -> Result<(String, Vec<u8>), Fault> {
    let public = secret_half.to_public().to_string();
    let sealed = sending.seal(Purpose::Door, owner, &epoch.to_be_bytes(), public.as_bytes(), random)?;
    Ok((public.strip_prefix(KIND).unwrap_or(&public).to_owned(), sealed))
}
