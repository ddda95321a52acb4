//! Time and randomness, as arguments.

use std::fmt;

use chrono::{DateTime, Utc};
use ring::rand::SecureRandom;

/// Tells the time.
pub(crate) trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// Gives randomness fit for keys.
pub(crate) trait Random: Send + Sync {
    /// Fills a buffer.
    ///
    /// # Errors
    /// [`NoRandomness`], in which case no key may be made.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The operating system gave no randomness.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub(crate) struct NoRandomness;

/// The operating system's randomness.
pub(crate) struct SystemRandom(ring::rand::SystemRandom);

impl Default for SystemRandom {
    fn default() -> Self {
        Self(ring::rand::SystemRandom::new())
    }
}

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill(buffer).map_err(|_| NoRandomness)
    }
}

impl fmt::Debug for SystemRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemRandom")
    }
}

#[cfg(test)]
pub(crate) mod fake {
    //! A clock that tests set.

    use std::sync::atomic::{AtomicI64, Ordering};

    use super::{Clock, DateTime, Utc};

    /// A clock that stands until it is moved.
    #[derive(Debug)]
    pub(crate) struct FakeClock(AtomicI64);

    impl Default for FakeClock {
        fn default() -> Self {
            Self(AtomicI64::new(1_780_000_000))
        }
    }

    impl FakeClock {
        pub(crate) fn advance(&self, seconds: i64) {
            self.0.fetch_add(seconds, Ordering::Relaxed);
        }
    }

    impl Clock for FakeClock {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp(self.0.load(Ordering::Relaxed), 0).unwrap()
        }
    }
}
