//! The platform's keeper of keys, as another language implements it.

use std::{fmt, sync::Arc};

use turnstone_core::{KeyFile, KeyStore as _};
use uniffi::UnexpectedUniFFICallbackError;
use zeroize::Zeroizing;

use crate::Secret;

/// Keeps secrets in named slots, each sealed with a key of the store's own *and* a factor that the caller gives (derived from
/// the PIN, or empty). `seal` and `delete` are durable when they return. Called on threads of the core, never on the main one.
#[uniffi::export(with_foreign)]
pub trait KeyStore: Send + Sync {
    /// Puts a secret into a slot, over whatever was there.
    fn seal(&self, slot: String, secret: Secret, factor: Secret) -> Result<(), KeyStoreError>;

    /// Takes a copy of the secret in a slot. A wrong factor and damage are told apart.
    fn open(&self, slot: String, factor: Secret) -> Result<Secret, KeyStoreError>;

    /// Forgets a slot for good. One that is not there is no error.
    fn delete(&self, slot: String) -> Result<(), KeyStoreError>;
}

/// Why a key store did not do its part. Whatever else it throws counts as `Unavailable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum KeyStoreError {
    /// There is no such slot.
    #[error("no such slot")]
    NoSuchSlot,
    /// The factor is not the one the slot was sealed with.
    #[error("wrong factor")]
    WrongFactor,
    /// The slot or the store itself is damaged.
    #[error("damaged")]
    Damaged,
    /// The store cannot be used now: gone, locked, or not allowed.
    #[error("unavailable")]
    Unavailable,
}

/// The key store of a computer without a better one: a file outside the home folder. Whoever copies both can guess at the PIN.
/// `may_create` makes the file where it is not there yet: for setting a home up.
#[uniffi::export]
pub fn key_file(path: String, may_create: bool) -> Arc<dyn KeyStore> {
    let file = KeyFile::new(path);
    Arc::new(InAFile(if may_create { file.creating() } else { file }))
}

struct InAFile(KeyFile);

impl KeyStore for InAFile {
    fn seal(&self, slot: String, secret: Secret, factor: Secret) -> Result<(), KeyStoreError> {
        Ok(self.0.seal(&slot, secret.bytes(), factor.bytes())?)
    }

    fn open(&self, slot: String, factor: Secret) -> Result<Secret, KeyStoreError> {
        Ok(Secret::from(self.0.open(&slot, factor.bytes())?.as_slice()))
    }

    fn delete(&self, slot: String) -> Result<(), KeyStoreError> {
        Ok(self.0.delete(&slot)?)
    }
}

/// A key store of another language, as the core asks it.
pub(crate) struct Asked(pub(crate) Arc<dyn KeyStore>);

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key store]")
    }
}

impl turnstone_core::KeyStore for Asked {
    fn seal(&self, slot: &str, secret: &[u8], factor: &[u8]) -> Result<(), turnstone_core::KeyStoreError> {
        Ok(self.0.seal(slot.to_owned(), secret.into(), factor.into())?)
    }

    fn open(&self, slot: &str, factor: &[u8]) -> Result<Zeroizing<Vec<u8>>, turnstone_core::KeyStoreError> {
        Ok(self.0.open(slot.to_owned(), factor.into())?.into_bytes())
    }

    fn delete(&self, slot: &str) -> Result<(), turnstone_core::KeyStoreError> {
        Ok(self.0.delete(slot.to_owned())?)
    }
}

impl From<turnstone_core::KeyStoreError> for KeyStoreError {
    fn from(error: turnstone_core::KeyStoreError) -> Self {
        use turnstone_core::KeyStoreError as E;
        match error {
            E::NoSuchSlot => Self::NoSuchSlot,
            E::WrongFactor => Self::WrongFactor,
            E::Damaged => Self::Damaged,
            E::Unavailable => Self::Unavailable,
        }
    }
}

impl From<KeyStoreError> for turnstone_core::KeyStoreError {
    fn from(error: KeyStoreError) -> Self {
        match error {
            KeyStoreError::NoSuchSlot => Self::NoSuchSlot,
            KeyStoreError::WrongFactor => Self::WrongFactor,
            KeyStoreError::Damaged => Self::Damaged,
            KeyStoreError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<UnexpectedUniFFICallbackError> for KeyStoreError {
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}
