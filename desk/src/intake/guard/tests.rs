use std::net::{Ipv4Addr, Ipv6Addr};

use governor::clock::FakeRelativeClock;

use super::*;

fn guard(rates: &Rates) -> (Guard<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    (Guard::with_clock(rates, clock.clone(), &SystemRandom::new()), clock)
}

fn v4(last: u8) -> IpAddr {
    Ipv4Addr::new(192, 0, 2, last).into()
}

fn wait(refused: Result<impl Sized, StoreError>) -> Option<u64> {
    match refused {
        Err(StoreError::TooFast { wait_s }) => Some(wait_s),
        _ => None,
    }
}

#[test]
fn an_address_that_floods_waits_as_long_as_it_is_told_and_nobody_else_does() {
    let rates = Rates { address_requests_per_min: 120, address_burst: 3, ..Rates::default() };
    let (guard, clock) = guard(&rates);
    let (flood, phone) = (guard.caller(v4(1)), guard.caller(v4(2)));
    for _ in 0..3 {
        assert!(guard.enter(flood).is_ok());
    }
    let seconds = wait(guard.enter(flood)).unwrap();
    assert!(guard.enter(phone).is_ok());
    clock.advance(Duration::from_secs(seconds));
    assert!(guard.enter(flood).is_ok());
}

#[test]
fn all_together_have_a_rate_of_their_own_which_one_flood_does_not_use_up() {
    let rates = Rates {
        address_requests_per_min: 60,
        address_burst: 2,
        desk_requests_per_min: 60,
        desk_burst: 10,
        ..Rates::default()
    };
    let (guard, clock) = guard(&rates);
    let flood = guard.caller(v4(1));
    let entered = (0..100).filter(|_| guard.enter(flood).is_ok()).count();
    assert_eq!(entered, 2);
    let others = (2..50).filter(|n| guard.enter(guard.caller(v4(*n))).is_ok()).count();
    assert_eq!(others, 8, "the rest of the ten");
    assert!(wait(guard.enter(guard.caller(v4(99)))).is_some());
    clock.advance(Duration::from_secs(2));
    assert!(guard.enter(guard.caller(v4(99))).is_ok());
    // Whoever cannot be told apart has no rate of an address, and counts among all.
    assert!(
        wait((0..20).try_for_each(|_| guard.enter(guard.caller(Ipv4Addr::LOCALHOST.into())).map(drop)))
            .is_some()
    );
}

#[test]
fn uploads_are_begun_at_a_rate_of_their_own() {
    let rates = Rates { address_uploads_per_h: 60, address_uploads_burst: 2, ..Rates::default() };
    let (guard, clock) = guard(&rates);
    let caller = guard.caller(v4(1));
    assert!(guard.may_begin(caller).is_ok() && guard.may_begin(caller).is_ok());
    let seconds = wait(guard.may_begin(caller)).unwrap();
    assert!((55..=61).contains(&seconds), "{seconds}");
    assert!(guard.enter(caller).is_ok());
    clock.advance(Duration::from_secs(seconds));
    assert!(guard.may_begin(caller).is_ok());
}

#[test]
fn connections_and_requests_of_one_address_are_limited_and_free_again() {
    let rates = Rates { address_connections: 2, address_requests: 1, ..Rates::default() };
    let (guard, _) = guard(&rates);
    let (one, other) = (guard.caller(v4(1)), guard.caller(v4(2)));
    let held = (guard.connect(one).unwrap(), guard.connect(one).unwrap());
    assert!(guard.connect(one).is_none() && guard.connect(other).is_some());
    drop(held.0);
    assert!(guard.connect(one).is_some());
    drop(held.1);
    let request = guard.enter(one).unwrap();
    assert_eq!(wait(guard.enter(one)), Some(BUSY_S));
    assert!(guard.enter(other).is_ok());
    drop(request);
    assert!(guard.enter(one).is_ok());
    assert!(guard.connections.taken.lock().unwrap().is_empty(), "nobody is remembered");
}

#[test]
fn p5_an_address_is_known_by_a_hash_under_a_key_of_this_process() {
    let rates = Rates::default();
    let (guard, other) = (guard(&rates).0, guard(&rates).0);
    assert_eq!(guard.caller(v4(1)), guard.caller(v4(1)));
    assert_ne!(guard.caller(v4(1)), guard.caller(v4(2)));
    assert_ne!(guard.caller(v4(1)), other.caller(v4(1)), "another key");
    let v6 = |net: u16, host: u16| -> IpAddr { Ipv6Addr::new(0x2001, 0xdb8, 0, net, 1, 2, 3, host).into() };
    assert_eq!(guard.caller(v6(1, 1)), guard.caller(v6(1, 2)), "one household");
    assert_ne!(guard.caller(v6(1, 1)), guard.caller(v6(2, 1)));
    assert_eq!(guard.caller(Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped().into()), guard.caller(v4(1)));
    for loopback in [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()] {
        assert_eq!(guard.caller(loopback), Caller(None));
    }
    let shown = format!("{:?} {guard:?}", guard.caller(v4(1)));
    assert!(!shown.contains("192"), "{shown}");
}

#[test]
fn addresses_that_are_owed_nothing_are_forgotten() {
    let (guard, clock) = guard(&Rates::default());
    for n in 0..200 {
        assert!(guard.enter(guard.caller(v4(n))).is_ok());
    }
    let known = || guard.of_address.as_ref().unwrap().len();
    assert_eq!(known(), 200);
    clock.advance(Duration::from_secs(10));
    guard.forget();
    assert_eq!(known(), 0);
}

#[test]
fn nought_is_no_limit() {
    let rates = Rates {
        address_connections: 0,
        address_requests: 0,
        address_requests_per_min: 0,
        address_uploads_per_h: 0,
        desk_requests_per_min: 0,
        ..Rates::default()
    };
    let (guard, _) = guard(&rates);
    let caller = guard.caller(v4(1));
    let held: Vec<_> =
        (0..5000).map(|_| (guard.connect(caller).unwrap(), guard.enter(caller).unwrap())).collect();
    assert!((0..5000).all(|_| guard.may_begin(caller).is_ok()));
    drop(held);
}
