//! What every part of the core shares: the open store, the sending key, the ports.

use std::{
    fs::{DirBuilder, File},
    io,
    path::Path,
    sync::{Arc, OnceLock},
};

use turnstone_wire::directory::Directory;

use crate::{
    clock::Clock,
    error::Fault,
    packs::Packs,
    random::Random,
    settings,
    station::Station,
    store::{Media, Words},
    sync::{Bell, Observers},
    vault::{self, KeyStore, KeyStoreError, Pin, SealingKey, Slots, Uid, Unlocked, VaultId},
};

/// What the core asks of the platform.
#[derive(Debug, Clone)]
pub struct Ports {
    /// Keeps the two device keys.
    pub key_store: Arc<dyn KeyStore>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub random: Arc<dyn Random>,
}

/// What every part of the core shares.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) words: Words,
    pub(crate) media: Media,
    pub(crate) home: Uid,
    pub(crate) ports: Ports,
    pub(crate) standing: settings::HeldStanding,
    pub(crate) packs: Packs,
    pub(crate) observers: Observers,
    pub(crate) bell: Bell,
    /// Once the key store has given it.
    sending: OnceLock<SealingKey>,
}

impl Core {
    pub(crate) fn new(words: Words, media: Media, home: Uid, ports: Ports) -> Self {
        Self {
            words,
            media,
            home,
            ports,
            standing: settings::HeldStanding::default(),
            packs: Packs::default(),
            observers: Observers::default(),
            bell: Bell::default(),
            sending: OnceLock::new(),
        }
    }

    /// The sending key. The key store is asked when it is first needed, and again each time until it gives it: opening a
    /// home and writing a note must not wait for it. Not to be called while the store is held.
    pub(crate) fn sending(&self) -> Result<&SealingKey, Fault> {
        if let Some(key) = self.sending.get() {
            return Ok(key);
        }
        let slot = Slots::of(self.home).sending();
        let secret = match self.key_store().open(&slot, &[]) {
            Ok(secret) => secret,
            // Of a home that is gone, so are the keys: that is what is to be said.
            Err(error) => return Err(self.words.read(|_| Ok(())).err().unwrap_or(error.into())),
        };
        // A store that gives other bytes is found out here, before anything is sealed with them.
        let key = SealingKey::from_slot(&secret, &self.home).ok_or(KeyStoreError::Damaged)?;
        Ok(self.sending.get_or_init(|| key))
    }

    /// The same for those who write: where the store cannot be reached, or is damaged itself, the door is taken as it lies
    /// there. Not where the store answers that it has no such key: whoever writes to the folder could have it say so.
    pub(crate) fn sending_if_reached(&self) -> Result<Option<&SealingKey>, Fault> {
        match self.sending() {
            Ok(key) => Ok(Some(key)),
            Err(Fault::KeyStore(KeyStoreError::Unavailable | KeyStoreError::Damaged)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Opens the device's vault.
    pub(crate) fn unlock_device(&self, pin: Option<&Pin>) -> Result<Unlocked, Fault> {
        vault::unlock(&self.words, self.key_store(), self.clock(), (VaultId::DEVICE, self.home), pin)
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.ports.clock.as_ref()
    }

    pub(crate) fn random(&self) -> &dyn Random {
        self.ports.random.as_ref()
    }

    pub(crate) fn key_store(&self) -> &dyn KeyStore {
        self.ports.key_store.as_ref()
    }

    /// The directory held, with the desks of a team; verified anew where another one is held than last time.
    pub(crate) fn directory(&self) -> Result<Option<Arc<Directory>>, Fault> {
        Ok(self.standing()?.directory)
    }

    /// The station that notes are written at, if one is set.
    pub(crate) fn station(&self) -> Result<Option<Station>, Fault> {
        let sending = self.sending()?;
        self.words.read(|conn| settings::station(conn, sending))
    }

    /// The directory held, and the team whose phone this is.
    pub(crate) fn standing(&self) -> Result<settings::Standing, Fault> {
        self.standing.get(&self.words, self.sending()?)
    }

    /// Takes a newer directory.
    pub(crate) fn take_directory(&self, bytes: &[u8]) -> Result<Directory, Fault> {
        let sending = self.sending()?;
        self.words.write(|tx| settings::take_directory(tx, bytes, sending, self.random()))
    }
}

/// Makes a folder that only its owner may enter, and those above it that are missing, durably: each name is written to
/// its parent.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(parent)?;
    // A link that leads nowhere: what it led to was wiped, with its folder.
    if let Ok(target) = path.read_link()
        && path.metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    {
        return make_folder(&parent.join(target));
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        // Another program was faster; it is made durable all the same.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        made => made?,
    }
    File::open(parent)?.sync_all()
}
