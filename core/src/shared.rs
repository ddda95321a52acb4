//! What every part of the core shares: the open store, the sending key, the ports.

use std::sync::Arc;

use turnstone_wire::directory::Directory;

use crate::{
    clock::Clock,
    error::Fault,
    random::Random,
    settings,
    store::{Media, Words},
    vault::{KeyStore, SealingKey, Uid},
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
    pub(crate) sending: SealingKey,
    pub(crate) ports: Ports,
    pub(crate) directory: settings::HeldDirectory,
}

impl Core {
    pub(crate) fn clock(&self) -> &dyn Clock {
        self.ports.clock.as_ref()
    }

    pub(crate) fn random(&self) -> &dyn Random {
        self.ports.random.as_ref()
    }

    pub(crate) fn key_store(&self) -> &dyn KeyStore {
        self.ports.key_store.as_ref()
    }

    /// The directory held; verified anew where another one is held than last time.
    pub(crate) fn directory(&self) -> Result<Option<Arc<Directory>>, Fault> {
        self.directory.get(&self.words, &self.sending)
    }

    /// Takes a newer directory.
    pub(crate) fn take_directory(&self, bytes: &[u8]) -> Result<Directory, Fault> {
        self.words.write(|tx| settings::take_directory(tx, bytes, &self.sending, self.random()))
    }
}
