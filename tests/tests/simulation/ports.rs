//! What a simulated phone asks of its platform: a clock that jumps, randomness of the seed, a key store in memory.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use tokio::time::Instant;
use turnstone_core::{Clock, KeyStore, KeyStoreError, NoRandomness, Random};
use zeroize::Zeroizing;

/// When every world begins, by every clock.
pub(crate) fn beginning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default()
}

/// The wall clocks of a world. Simulated time runs; each clock may be wrong by any amount.
#[derive(Debug)]
pub(crate) struct Clocks {
    start: Instant,
    pub(crate) phone_skew_ms: AtomicI64,
    pub(crate) desk_skew_ms: AtomicI64,
}

impl Clocks {
    /// To be called inside the world's runtime.
    pub(crate) fn start() -> Self {
        Self { start: Instant::now(), phone_skew_ms: AtomicI64::new(0), desk_skew_ms: AtomicI64::new(0) }
    }

    /// Simulated time since the world began, in milliseconds.
    pub(crate) fn elapsed_ms(&self) -> i64 {
        i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    fn wall(&self, skew_ms: &AtomicI64) -> DateTime<Utc> {
        beginning() + TimeDelta::milliseconds(self.elapsed_ms() + skew_ms.load(Ordering::Relaxed))
    }

    pub(crate) fn desk(&self) -> DateTime<Utc> {
        self.wall(&self.desk_skew_ms)
    }
}

impl Clock for Clocks {
    fn wall(&self) -> DateTime<Utc> {
        self.wall(&self.phone_skew_ms)
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.elapsed_ms()).unwrap_or(0)
    }
}

/// The seed's randomness, for all that the phone draws itself. `age` draws its own from the system: no course of a
/// world may depend on that.
#[derive(Debug)]
pub(crate) struct Seeded(Mutex<Rng>);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(Rng::with_seed(seed)))
    }
}

impl Random for Seeded {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(buffer);
        Ok(())
    }
}

/// Keeps secrets as they are: how they are kept is not what is simulated.
#[derive(Debug, Default)]
pub(crate) struct Keys(Mutex<BTreeMap<String, Vec<u8>>>);

impl KeyStore for Keys {
    fn seal(&self, slot: &str, secret: &[u8], _: &[u8]) -> Result<(), KeyStoreError> {
        self.0.lock().map_err(|_| KeyStoreError::Unavailable)?.insert(slot.to_owned(), secret.to_vec());
        Ok(())
    }

    fn open(&self, slot: &str, _: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        let slots = self.0.lock().map_err(|_| KeyStoreError::Unavailable)?;
        slots.get(slot).cloned().map(Zeroizing::new).ok_or(KeyStoreError::NoSuchSlot)
    }

    fn delete(&self, slot: &str) -> Result<(), KeyStoreError> {
        self.0.lock().map_err(|_| KeyStoreError::Unavailable)?.remove(slot);
        Ok(())
    }
}
