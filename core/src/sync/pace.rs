//! How much a desk is sent in one request: about eight seconds' worth, by what the link to it has shown to carry.

use std::collections::BTreeMap;

use crate::outbox::ItemRow;

/// How long a chunk should take, in milliseconds.
const CHUNK_MS: u64 = 8_000;
/// The first chunk, while nothing is known of the link.
const FIRST: u64 = 64 * 1024;
/// No chunk is smaller, in bytes: the head of a request is half a kilobyte.
const LEAST: u64 = 16 * 1024;
/// Nor larger.
const MOST: u64 = 16 * 1024 * 1024;
/// A chunk is at most so many times the last one: a burst through some buffer shows no rate.
const GROWTH: u64 = 4;
/// What a request takes beside moving its bytes, in milliseconds: setting up a connection, and the way of the answer.
const BESIDE_MS: u64 = 1_500;
/// Chunks of anonymous reports, in bytes: a whole copy, but for the largest. Then, where that fails and fails again, less than what
/// some proxies let through.
const APART: [u64; 3] = [512 * 1024, 64 * 1024, LEAST];
/// Chunks in a row that go through before larger ones are tried than have failed.
const TRUSTED_AFTER: u32 = 8;

/// The pace of one desk. Kept in memory: a link of yesterday says nothing of today's.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    chunk: u64,
    /// Larger ones have failed, with nothing of them arriving.
    ceiling: u64,
    through: u32,
    in_vain: u32,
    /// What was sent of an upload that broke, until the desk says how much of it came: bytes, and milliseconds.
    broken: BTreeMap<ItemRow, (u64, u64)>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { chunk: FIRST, ceiling: MOST, through: 0, in_vain: 0, broken: BTreeMap::new() }
    }
}

impl Pace {
    /// How many bytes the next request should carry.
    pub(super) fn chunk(&self) -> u64 {
        self.chunk.min(self.ceiling)
    }

    /// So many bytes went through in so many milliseconds.
    pub(super) fn went_through(&mut self, bytes: u64, took_ms: u64) {
        if bytes < 1024 {
            return;
        }
        self.in_vain = 0;
        self.through = self.through.saturating_add(1);
        if self.through >= TRUSTED_AFTER {
            (self.through, self.ceiling) = (0, self.ceiling.saturating_mul(2).min(MOST));
        }
        let moving_ms = took_ms.saturating_sub(BESIDE_MS).max(took_ms / 4).max(1);
        let wished = bytes.saturating_mul(CHUNK_MS) / moving_ms;
        let chunk = wished.clamp(self.chunk / GROWTH, self.chunk.saturating_mul(GROWTH));
        self.chunk = chunk.clamp(LEAST, MOST);
    }

    /// The connection broke while so many bytes of an item were under way, after so many milliseconds.
    pub(super) fn broke(&mut self, item: ItemRow, bytes: u64, took_ms: u64) {
        self.broken.insert(item, (bytes, took_ms));
    }

    /// The desk says that so many more bytes of it came than it had before.
    pub(super) fn arrived(&mut self, item: ItemRow, bytes: u64) {
        match self.broken.remove(&item) {
            None => {}
            Some((_, took_ms)) if bytes > 0 => self.went_through(bytes, took_ms),
            Some((sent, _)) => {
                // Once may be anything. Twice in a row, something on the way may be keeping it until it is whole.
                self.in_vain += 1;
                if self.in_vain >= 2 {
                    self.turned_away(sent);
                }
            }
        }
    }

    /// Somebody on the way does not let so many bytes pass in one request, as a proxy with a limit of its own.
    pub(super) fn turned_away(&mut self, sent: u64) {
        (self.in_vain, self.through) = (0, 0);
        self.ceiling = (sent / 2).max(LEAST);
    }
}

/// How many bytes the next request of an anonymous report's copy carries, after so many failures in a row. The same for every
/// phone: what the link of this one has shown to carry, by its named reports too, would be told by the length (P7).
pub(super) fn apart(attempts: u32) -> u64 {
    match attempts {
        0 | 1 => APART[0],
        2 | 3 => APART[1],
        _ => APART[2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes and requests that it takes to send so much at a rate, in bytes a second, with a round trip.
    fn requests(mut left: u64, rate: u64, round_trip_ms: u64) -> Vec<u64> {
        let (mut pace, mut chunks) = (Pace::default(), Vec::new());
        while left > 0 {
            let chunk = pace.chunk().min(left);
            pace.went_through(chunk, round_trip_ms + chunk * 1000 / rate);
            chunks.push(chunk);
            left -= chunk;
        }
        chunks
    }

    #[test]
    fn a_fast_link_pays_few_round_trips_and_a_slow_one_gets_chunks_of_about_eight_seconds() {
        assert!(requests(20 << 20, 100_000_000, 1).len() <= 6);
        assert!(requests(20 << 20, 1_000_000, 200).len() <= 8);
        let (slow, slowest) = (requests(2 << 20, 20_000, 300), requests(1 << 20, 1_200, 1000));
        for chunk in &slow[2..slow.len() - 1] {
            assert!((100_000..=250_000).contains(chunk), "{chunk}");
        }
        assert!(slowest[2..].iter().all(|chunk| *chunk <= LEAST), "{slowest:?}");
    }

    #[test]
    fn what_keeps_a_request_until_it_is_whole_and_is_cut_gets_smaller_ones_until_they_pass() {
        let (mut pace, mut sent, mut arrived) = (Pace::default(), 0, 0);
        for turn in 0..200 {
            let chunk = pace.chunk();
            sent += chunk.min(60_000);
            if chunk < 60_000 {
                pace.went_through(chunk, 100);
                arrived += chunk;
            } else {
                pace.broke(ItemRow(1), chunk, 100);
                pace.arrived(ItemRow(1), 0);
            }
            assert!(turn > 3 || chunk <= FIRST);
        }
        assert!(arrived * 2 > sent, "{arrived} of {sent}");
    }

    #[test]
    fn a_cut_that_lets_bytes_pass_makes_no_chunk_smaller() {
        let mut pace = Pace::default();
        for _ in 0..50 {
            let chunk = pace.chunk();
            assert!(chunk >= FIRST);
            pace.broke(ItemRow(1), chunk, 100);
            pace.arrived(ItemRow(1), 60_000);
        }
    }

    #[test]
    fn a_proxy_that_turns_large_requests_away_is_sent_smaller_ones() {
        let mut pace = Pace::default();
        let mut passed = 0_u64;
        for _ in 0..40 {
            let chunk = pace.chunk();
            if chunk > 1 << 20 {
                pace.turned_away(chunk);
            } else {
                pace.went_through(chunk, 50);
                passed += chunk;
            }
        }
        assert!(passed > 20 << 20, "{passed}");
    }

    #[test]
    fn clocks_and_sizes_out_of_all_proportion_do_no_harm() {
        for (bytes, took_ms) in [(u64::MAX, 0), (u64::MAX, u64::MAX), (0, 0), (1024, u64::MAX)] {
            let mut pace = Pace::default();
            pace.went_through(bytes, took_ms);
            assert!((LEAST..=MOST).contains(&pace.chunk()));
        }
    }
}
