//! The door: the public half of an X25519 pair, to which a locked phone seals the keys it makes. Its secret half lies
//! in the ring. Each shred makes a new pair.

use std::io::Write;

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::seal::{Purpose, SealingKey, Uid};
use crate::{
    error::{Error, Fault, Unusable},
    random::Random,
};

/// The public half, as read from the store.
#[derive(Debug, Clone)]
pub(crate) struct Door(age::x25519::Recipient);

impl Door {
    /// Seals a secret so that only an unlocked vault opens it: an `age` file.
    pub(crate) fn seal(&self, secret: &[u8]) -> Result<Vec<u8>, Fault> {
        let failed = || Fault::Error(Error::Unusable(Unusable::Inner("sealing to the vault failed")));
        let encryptor = age::Encryptor::with_recipients(std::iter::once(&self.0 as &dyn age::Recipient))
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

/// Reads the door. It is sealed under the sending key, so that nobody who can write to the disk puts their own there.
pub(crate) fn read_door(words: &Connection, home: &Uid, sending: &SealingKey) -> Result<Door, Fault> {
    let (epoch, sealed): (i64, Vec<u8>) =
        words.query_row("SELECT epoch, sealed FROM door", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let text = sending.open(Purpose::Door, home, &epoch.to_be_bytes(), &sealed)?;
    let recipient = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
    recipient.map(Door).ok_or(Fault::Sealed("the vault's public key"))
}

/// Puts the public half of a new pair in the place of the old one.
pub(crate) fn write_door(
    words: &rusqlite::Transaction<'_>,
    home: &Uid,
    sending: &SealingKey,
    epoch: i64,
    secret_half: &age::x25519::Identity,
    random: &dyn Random,
) -> Result<(), Fault> {
    let public = secret_half.to_public().to_string();
    let sealed = sending.seal(Purpose::Door, home, &epoch.to_be_bytes(), public.as_bytes(), random)?;
    words.execute(
        "INSERT INTO door (id, epoch, sealed) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, sealed = excluded.sealed",
        (epoch, sealed),
    )?;
    Ok(())
}
