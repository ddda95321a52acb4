//! Who may come in how often.
//!
//! An address is known here by a keyed hash of it, under a key that is drawn when the server starts and never leaves its
//! memory; neither the address nor the hash is written anywhere (P5). Rates are kept by `governor`, not by its companion
//! for axum: that one keys by the address itself and answers in its own words.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed, keyed::HashMapStateStore},
};
use ring::{
    hmac,
    rand::{SecureRandom, SystemRandom},
};

use super::error::StoreError;
use crate::home::Rates;

/// Most addresses whose rates are kept; with more of them at once, the rate of all together has to do.
const MOST_ADDRESSES: usize = 1 << 18;
/// Seconds to wait for those who have too much under way at once.
const BUSY_S: u64 = 5;

/// An address, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Peer([u8; 16]);

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[address]")
    }
}

/// Who calls; none where nobody can be told apart from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caller(Option<Peer>);

type Keyed<C> = RateLimiter<Peer, HashMapStateStore<Peer>, C, NoOpMiddleware<<C as Clock>::Instant>>;
type Direct<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The limits of one server, and what counts towards them.
pub(super) struct Guard<C: Clock = MonotonicClock> {
    key: hmac::Key,
    loopback_counts: bool,
    connections: Places,
    requests: Places,
    of_address: Option<Keyed<C>>,
    uploads: Option<Keyed<C>>,
    of_all: Option<Direct<C>>,
    clock: C,
}

impl Guard {
    pub(super) fn new(rates: &Rates) -> Self {
        Self::with_clock(rates, MonotonicClock, &SystemRandom::new())
    }
}

impl<C: Clock + Clone> Guard<C> {
    fn with_clock(rates: &Rates, clock: C, random: &dyn SecureRandom) -> Self {
        let mut key = [0; 32];
        // Without randomness no two addresses are told apart by a stranger any better than by the address itself.
        let _ = random.fill(&mut key);
        let keyed = |quota| RateLimiter::hashmap_with_clock(quota, clock.clone());
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            loopback_counts: rates.loopback_counts,
            connections: Places::new(rates.address_connections),
            requests: Places::new(rates.address_requests),
            of_address: quota(rates.address_requests_per_min, MINUTE, rates.address_burst).map(keyed),
            uploads: quota(rates.address_uploads_per_h, HOUR, rates.address_uploads_burst).map(keyed),
            of_all: quota(rates.desk_requests_per_min, MINUTE, rates.desk_burst)
                .map(|quota| RateLimiter::direct_with_clock(quota, clock.clone())),
            clock,
        }
    }

    /// Whoever calls from an address. Of IPv6 the first 64 bits count: the rest is one household's to choose.
    pub(super) fn caller(&self, address: IpAddr) -> Caller {
        let address = address.to_canonical();
        if address.is_loopback() && !self.loopback_counts {
            return Caller(None);
        }
        let hash = match address {
            IpAddr::V4(address) => hmac::sign(&self.key, &address.octets()),
            IpAddr::V6(address) => hmac::sign(&self.key, &address.octets()[..8]),
        };
        let mut peer = [0; 16];
        peer.copy_from_slice(&hash.as_ref()[..16]);
        Caller(Some(Peer(peer)))
    }

    /// A place for one more connection; none where the address has too many.
    pub(super) fn connect(&self, caller: Caller) -> Option<Place> {
        self.connections.take(caller)
    }

    /// Lets one more request in, and counts it as under way until the place is dropped.
    ///
    /// # Errors
    /// [`StoreError::TooFast`] with the seconds after which it would be let in.
    pub(super) fn enter(&self, caller: Caller) -> Result<Place, StoreError> {
        let place = self.requests.take(caller).ok_or(StoreError::TooFast { wait_s: BUSY_S })?;
        self.check(self.of_address.as_ref(), caller)?;
        if let Some(Err(until)) = self.of_all.as_ref().map(RateLimiter::check) {
            return Err(too_fast(until.wait_time_from(self.clock.now())));
        }
        Ok(place)
    }

    /// Lets a caller begin one more upload.
    ///
    /// # Errors
    /// As for [`Guard::enter`].
    pub(super) fn may_begin(&self, caller: Caller) -> Result<(), StoreError> {
        self.check(self.uploads.as_ref(), caller)
    }

    fn check(&self, rate: Option<&Keyed<C>>, Caller(peer): Caller) -> Result<(), StoreError> {
        let (Some(rate), Some(peer)) = (rate, peer) else { return Ok(()) };
        if rate.len() >= MOST_ADDRESSES {
            return Ok(());
        }
        rate.check_key(&peer).map_err(|until| too_fast(until.wait_time_from(self.clock.now())))
    }

    /// Forgets addresses that are owed nothing.
    pub(super) fn forget(&self) {
        for rate in [&self.of_address, &self.uploads].into_iter().flatten() {
            rate.retain_recent();
            rate.shrink_to_fit();
        }
    }
}

impl<C: Clock> std::fmt::Debug for Guard<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard")
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// So many in a time, and so many ahead; none where there is no limit.
fn quota(count: u32, every: Duration, burst: u32) -> Option<Quota> {
    let count = NonZeroU32::new(count)?;
    let quota = Quota::with_period(every / count.get())?;
    Some(quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN)))
}

/// Whole seconds, rounded up: whoever comes exactly then must be let in.
fn too_fast(wait: Duration) -> StoreError {
    StoreError::TooFast { wait_s: wait.as_secs() + 1 }
}

/// How much each address has at a time.
struct Places {
    most: usize,
    taken: Arc<Mutex<HashMap<Peer, usize>>>,
}

/// One of these, free again when dropped.
#[derive(Debug)]
pub(super) struct Place {
    taken: Arc<Mutex<HashMap<Peer, usize>>>,
    peer: Option<Peer>,
}

impl Places {
    fn new(most: usize) -> Self {
        Self { most, taken: Arc::default() }
    }

    fn take(&self, Caller(peer): Caller) -> Option<Place> {
        let taken = Arc::clone(&self.taken);
        let Some(peer) = peer.filter(|_| self.most > 0) else { return Some(Place { taken, peer: None }) };
        {
            // Numbers that a panic could not leave half done.
            let mut counts = taken.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(peer).or_default();
            if *count >= self.most {
                return None;
            }
            *count += 1;
        }
        Some(Place { taken, peer: Some(peer) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(peer) = self.peer else { return };
        let mut counts = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&peer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&peer);
            }
        }
    }
}

#[cfg(test)]
mod tests;
