//! What the device seals, and with which keys (DESIGN 4).
//!
//! Two keys come from the platform's key store: the *sending key*, which a locked phone may use, and the *vault key*,
//! which takes the PIN as well. The vault key seals one thing only, the [`ring`]: it holds a random key for each
//! draft, vault copy and attachment, and the secret half of the *door*, an X25519 pair to whose public half anything
//! written while locked is sealed. To *shred* ([`shred`]) is to make a new vault key, seal the ring anew without
//! the dead keys and with a new door, and have the key store forget the old vault key: whatever copies of old bytes
//! exist, nothing opens them any more.
//!
//! A crash between any two steps of a shred leaves either the old ring with its old key, or the new one with its new
//! key and a note that the old slot must still be deleted; both are finished at the next opening or unlock.

mod door;
mod every_slot;
mod key_file;
mod key_store;
mod owner;
mod person;
mod pin;
mod ring;
mod seal;
mod shred;
mod start_over;
mod tries;
mod unlock;
mod wipe_pin;

pub use key_file::KeyFile;
pub use key_store::{KeyStore, KeyStoreError};
pub use pin::{PIN_MIN_CHARS, Pin};

pub(crate) use door::{Door, door_of, read_door};
pub(crate) use every_slot::EverySlot;
pub(crate) use key_store::Slots;
pub(crate) use owner::VaultId;
pub(crate) use person::{PersonsVault, end as end_vault, is_there, last_dead_epoch};
pub(crate) use pin::Kdf;
pub(crate) use ring::{forget_key, keep_new_key};
pub(crate) use seal::{Purpose, SealingKey, Uid};
pub(crate) use shred::{delete_dead_slots, shred};
pub(crate) use start_over::{end_people, start_over};
pub(crate) use tries::pin_wait;
pub(crate) use unlock::{NewVault, Unlocked, has_pin, is_missing, unlock};
pub(crate) use wipe_pin::{
    delete_noted_unless_busy as delete_dead_wipe_slots, is_set as has_wipe_pin, remove as remove_wipe_pin,
    set as set_wipe_pin,
};

/// What the tests' attacker needs to know of the formats.
#[cfg(test)]
pub(crate) mod attack {
    pub(crate) use super::pin::stretched;
    use super::{Kdf, SealingKey, Uid, ring::Ring};

    /// The door and all keys of a ring, where the vault key opens it.
    pub(crate) fn open_ring(
        home: &Uid,
        epoch: i64,
        kdf: &Kdf,
        vault_key: &SealingKey,
        sealed: &[u8],
    ) -> Option<(age::x25519::Identity, Vec<Vec<u8>>)> {
        let ring = Ring::open(home, epoch, kdf, vault_key, sealed).ok()?;
        Some((ring.door.clone(), ring.secrets()))
    }
}
