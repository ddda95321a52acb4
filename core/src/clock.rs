//! Time, as an argument.

use chrono::{DateTime, Utc};

/// Where the core reads time. Tests replace it; nothing else asks the system.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The wall clock, which may be wrong and may jump.
    fn wall(&self) -> DateTime<Utc>;
    /// Milliseconds since the device was started, the time it slept included: the same for every program on it. They grow
    /// until the next start, and nobody can set them. Waits after wrong PINs are counted by them, across programs, and so is
    /// what lies between a sighting and its report.
    fn monotonic_ms(&self) -> u64;
}

/// The system's clocks. Since the device's start are counted, sleep included: on Linux and Android `CLOCK_BOOTTIME`
/// (`clock_getres(2)`), on Apple's systems `CLOCK_MONOTONIC`, which goes on in sleep there (`clock_gettime(3)` of macOS).
/// Elsewhere it is counted from when this program first asks, which is no product's platform: waits then begin anew in each program.
#[derive(Debug, Default)]
pub struct SystemClock {}

impl Clock for SystemClock {
    fn wall(&self) -> DateTime<Utc> {
        Utc::now()
    }

    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    fn monotonic_ms(&self) -> u64 {
        let now = rustix::time::clock_gettime(SINCE_START);
        let (seconds, nanoseconds) = (u64::try_from(now.tv_sec), u64::try_from(now.tv_nsec));
        seconds.unwrap_or(0).saturating_mul(1000).saturating_add(nanoseconds.unwrap_or(0) / 1_000_000)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    fn monotonic_ms(&self) -> u64 {
        static START: std::sync::LazyLock<std::time::Instant> =
            std::sync::LazyLock::new(std::time::Instant::now);
        u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
const SINCE_START: rustix::time::ClockId = rustix::time::ClockId::Boottime;
#[cfg(target_vendor = "apple")]
const SINCE_START: rustix::time::ClockId = rustix::time::ClockId::Monotonic;

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn it_counts_from_the_device_s_start_and_for_every_program_alike() {
        let uptime_s = || {
            let told = std::fs::read_to_string("/proc/uptime").unwrap();
            told.split(['.', ' ']).next().unwrap().parse::<u64>().unwrap()
        };
        let before_s = uptime_s();
        let now_s = SystemClock::default().monotonic_ms() / 1000;
        assert!((before_s..=uptime_s()).contains(&now_s), "{now_s}");
    }
}
