//! The least rate: whoever drips a byte a minute is never silent, and must not keep a place for ever.

use std::time::Duration;

use tokio::time::Instant;

/// How long a slow one is watched before it is judged: on the slowest links whole seconds go by without a byte.
pub(super) const WINDOW: Duration = Duration::from_secs(120);

/// Bytes, counted window by window.
#[derive(Debug)]
pub(super) struct Pace {
    least: u64,
    /// The end of this window; none before the first look.
    ends: Option<Instant>,
    bytes: u64,
}

impl Pace {
    /// A rate in bytes a second.
    pub(super) fn new(least_per_s: u64) -> Self {
        Self { least: least_per_s.saturating_mul(WINDOW.as_secs()), ends: None, bytes: 0 }
    }

    /// When the window ends that runs at `now`.
    pub(super) fn ends(&mut self, now: Instant) -> Instant {
        *self.ends.get_or_insert(now + WINDOW)
    }

    /// Counts bytes; false where a window has gone by with fewer than there must be. Then the next begins.
    pub(super) fn keeps(&mut self, now: Instant, bytes: u64) -> bool {
        let over = now >= self.ends(now);
        self.bytes = self.bytes.saturating_add(bytes);
        let kept = !over || self.bytes >= self.least;
        if over {
            (self.ends, self.bytes) = (Some(now + WINDOW), 0);
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drip_is_told_from_a_slow_link() {
        let begun = Instant::now();
        let at = |s| begun + Duration::from_secs(s);
        // 2400 bit/s, with a pause of a minute and a half.
        let mut slow = Pace::new(16);
        assert!((0..20).all(|n| slow.keeps(at(n), 300)));
        assert!((110..130).all(|n| slow.keeps(at(n), 300)));
        let mut drip = Pace::new(16);
        assert!(drip.keeps(at(0), 1) && drip.keeps(at(60), 1));
        assert!(!drip.keeps(at(120), 1));
        let mut unlimited = Pace::new(0);
        assert!(unlimited.keeps(at(0), 0) && unlimited.keeps(at(500), 0));
    }
}
