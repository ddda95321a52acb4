//! The platform's keeper of keys, as a trait: Android's Keystore, Apple's keychain, a key file on a computer.

use std::fmt;

use zeroize::Zeroizing;

use super::seal::Uid;

/// Keeps secrets in named slots, each sealed with a key of the store's own *and* a factor that the caller gives
/// (derived from the PIN, or empty), so that every guess at a PIN needs the store.
///
/// `seal` and `delete` are durable when they return: a slot that was sealed survives a power cut, one that was
/// deleted stays gone.
pub trait KeyStore: Send + Sync + fmt::Debug {
    /// Puts a secret into a slot, over whatever was there.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    fn seal(&self, slot: &str, secret: &[u8], factor: &[u8]) -> Result<(), KeyStoreError>;

    /// Takes a copy of the secret in a slot.
    ///
    /// # Errors
    /// [`KeyStoreError`]; a wrong factor and damage are told apart.
    fn open(&self, slot: &str, factor: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError>;

    /// Forgets a slot for good. A slot that is not there is no error.
    ///
    /// # Errors
    /// [`KeyStoreError::Unavailable`].
    fn delete(&self, slot: &str) -> Result<(), KeyStoreError>;

    /// Forgets several slots for good, each that can be, in this order. A store that can do so in one step does.
    ///
    /// # Errors
    /// The first that could not be deleted.
    fn delete_all(&self, slots: &[String]) -> Result<(), KeyStoreError> {
        // All are tried: what the first failure says counts, and must not keep the others.
        let tried: Vec<_> = slots.iter().map(|slot| self.delete(slot)).collect();
        tried.into_iter().collect()
    }
}

/// Why the key store did not do its part.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum KeyStoreError {
    /// There is no such slot: another device's home folder, or a store that was emptied.
    #[error(
        "the key store does not hold the keys of this folder: the folder was copied from elsewhere, or the store was emptied"
    )]
    NoSuchSlot,
    /// The factor is not the one the slot was sealed with.
    #[error("the key store refuses the PIN")]
    WrongFactor,
    /// The slot or the store itself is damaged.
    #[error("the key store is damaged")]
    Damaged,
    /// The store cannot be used now: gone, locked, or not allowed.
    #[error("the keys of this folder cannot be reached now")]
    Unavailable,
}

/// The names of the slots of one home, or of a person on a team's device.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slots {
    owner: Uid,
}

impl Slots {
    pub(crate) fn of(owner: Uid) -> Self {
        Self { owner }
    }

    pub(crate) fn sending(&self) -> String {
        format!("{}.sending", self.owner.to_hex())
    }

    pub(crate) fn vault(&self, epoch: i64) -> String {
        format!("{}.vault-{epoch}", self.owner.to_hex())
    }

    /// One of the two that prove a wipe PIN.
    pub(crate) fn wipe(&self, number: i64) -> String {
        format!("{}.wipe-{number}", self.owner.to_hex())
    }
}
