//! Time, as an argument.

use std::time::Instant;

use chrono::{DateTime, Utc};

/// Where the core reads time. Tests replace it; nothing else asks the system.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The wall clock, which may be wrong and may jump.
    fn wall(&self) -> DateTime<Utc>;
    /// Milliseconds that only ever grow, from an arbitrary start, while this process lives.
    fn monotonic_ms(&self) -> u64;
}

/// The system's clocks.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
