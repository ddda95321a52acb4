//! The real programs over bad links: cut every 64 KB, 9.6 kbit/s with a second of round trip, half of all connections
//! reset, holes that swallow everything, in clear and under TLS; and `kill -9` of client and desk at a drawn byte. After all
//! of that the desk holds everything once, byte for byte, and the phone knows (P2, P3).
//!
//! A round is drawn from a seed and its number, so it can be played again alone; `cargo xtask links` says how many and which.
//! Each kill comes at a drawn count of bytes that came through, never at a drawn time. How many rounds had bytes on their
//! way when they were struck is counted and asked for: a suite that struck nothing would pass as well.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

mod cost;
mod plan;
mod round;

use std::{
    env,
    panic::catch_unwind,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use plan::{KINDS, Plan};
use round::Told;
use turnstone_tests::trace::say;

/// Rounds where nobody says how many.
const ROUNDS: u64 = 60;
/// The seed where nobody says which.
const SEED: u64 = 20_260_503;
/// Rounds that run side by side: most of each is waiting for a slow link.
const SIDE_BY_SIDE: usize = 6;

#[test]
fn p2_p3_bad_links_and_kills_at_any_byte_deliver_everything_once() {
    let (seed, only) = (number("TURNSTONE_LINKS_SEED").unwrap_or(SEED), number("TURNSTONE_LINKS_ROUND"));
    let rounds = number("TURNSTONE_LINKS_ROUNDS").unwrap_or(ROUNDS);
    say(&format!(
        "links: seed {seed}, {}",
        only.map_or(format!("{rounds} rounds"), |n| format!("round {n}"))
    ));
    let numbers: Vec<u64> = only.map_or_else(|| (0..rounds).collect(), |only| vec![only]);
    let (next, told, failed) = (AtomicU64::new(0), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE.min(numbers.len()) {
            scope.spawn(|| {
                while let Some(&number) =
                    numbers.get(usize::try_from(next.fetch_add(1, Ordering::SeqCst)).unwrap())
                {
                    let plan = Plan::of(seed, number);
                    match catch_unwind(|| round::play(&plan)) {
                        Ok(round) => told.lock().unwrap().push((plan, round)),
                        Err(_) => {
                            say(&format!("links: round {number} failed: {plan:?}"));
                            say(&format!("to replay it: cargo xtask links --seed {seed} --round {number}"));
                            failed.lock().unwrap().push(number);
                        }
                    }
                }
            });
        }
    });
    let (told, failed) = (told.into_inner().unwrap(), failed.into_inner().unwrap());
    tell(&told);
    assert!(failed.is_empty(), "seed {seed}: rounds {failed:?} failed");
    // Each of 4, as the measure of the whole is 150 of 200; a round alone is a round that somebody looks at.
    let struck = told.iter().filter(|(_, told)| told.in_flight > 0).count();
    assert!(
        only.is_some() || struck * 4 >= told.len() * 3,
        "bytes were on their way in {struck} rounds only"
    );
}

fn tell(rounds: &[(Plan, Told)]) {
    let sum = |count: fn(&Told) -> u64| rounds.iter().map(|(_, told)| count(told)).sum::<u64>();
    for (kind, name) in KINDS {
        let of_kind: Vec<_> = rounds.iter().filter(|(plan, _)| plan.kind == kind).collect();
        let struck = of_kind.iter().filter(|(_, told)| told.in_flight > 0).count();
        say(&format!("links: {:3} rounds {name}, bytes on their way at a kill in {struck}", of_kind.len()));
    }
    let tls = rounds.iter().filter(|(plan, _)| plan.tls).count();
    let struck = rounds.iter().filter(|(_, told)| told.in_flight > 0).count();
    say(&format!(
        "links: {} rounds, {tls} of them under TLS: {} kills of clients, {} of desks, in {struck} rounds with bytes on \
         their way; {} cuts, {} resets, {} bytes delivered",
        rounds.len(),
        sum(|told| told.clients),
        sum(|told| told.desks),
        sum(|told| told.carried.cuts),
        sum(|told| told.carried.resets),
        sum(|told| told.bytes),
    ));
}

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok().filter(|value| !value.is_empty())?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable} is {value}, which is no number")))
}
