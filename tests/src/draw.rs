//! Numbers drawn from a seed: the same on every machine, so that a failing round can be played again.

/// A sequence of numbers; the same seed gives the same (SplitMix64: Steele, Lea, Flood, OOPSLA 2014).
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// The sequence of a seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The sequence of one of many things below a seed.
    pub fn nth(seed: u64, number: u64) -> Self {
        let mut parent = Self(seed ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Self(parent.next())
    }

    /// The next number, evenly spread.
    #[expect(clippy::should_implement_trait, reason = "it never ends")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high.saturating_sub(low) + 1)
    }

    /// True so many times of a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of several.
    ///
    /// # Panics
    /// Where there are none.
    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        let last = of.len() as u64 - 1;
        of[usize::try_from(self.between(0, last)).unwrap_or(0)]
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(count + 8);
        while bytes.len() < count {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(count);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_another_does_not() {
        let first = |seed| Draw::of(seed).bytes(20);
        assert_eq!(first(7), first(7));
        assert_ne!(first(7), first(8));
        assert_ne!(Draw::nth(7, 0).next(), Draw::nth(7, 1).next());
    }

    #[test]
    fn draws_lie_between_their_bounds_and_reach_both() {
        let mut draw = Draw::of(1);
        let drawn: std::collections::BTreeSet<_> = (0..200).map(|_| draw.between(3, 6)).collect();
        assert_eq!(drawn, [3, 4, 5, 6].into());
        assert!((0..100).all(|_| draw.percent(100) && !draw.percent(0)));
        assert_eq!(draw.one_of(&[5]), 5);
    }
}
