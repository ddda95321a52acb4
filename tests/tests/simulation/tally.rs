//! What happened in a world, and in all of them.

use std::collections::BTreeMap;

/// How often each thing happened.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally(BTreeMap<&'static str, u64>);

impl Tally {
    pub(crate) fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub(crate) fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (what, times) in &other.0 {
            *self.0.entry(what).or_default() += times;
        }
    }

    /// Those whose name begins so, in order.
    pub(crate) fn beginning(&self, with: &str) -> impl Iterator<Item = (&'static str, u64)> {
        let found: Vec<_> = self
            .0
            .iter()
            .filter(|(what, _)| what.starts_with(with))
            .map(|(what, times)| (*what, *times))
            .collect();
        found.into_iter()
    }

    /// Everything that went wrong on purpose.
    pub(crate) fn faults(&self) -> u64 {
        self.beginning("fault: ").map(|(_, times)| times).sum()
    }
}

/// The middle one.
pub(crate) fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}
