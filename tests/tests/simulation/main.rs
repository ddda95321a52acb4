//! The simulation of sending: many small worlds, each with a phone, two desks and a link between them, each thrown from
//! a seed (docs/simulation.md).
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a suite: what fails here fails the suite")]

mod checks;
mod desk;
mod ground;
mod link;
mod moments;
mod phone;
mod planted;
mod ports;
mod request;
mod script;
mod tally;
mod world;
mod worlds;

use std::{process::ExitCode, time::Instant};

use request::{Request, WORLDS, replay};
use tally::{Tally, median};
use turnstone_core::sync::{Arm, Verdict};
use worlds::{Outcome, play_all};

/// Within so many worlds each planted bug is found.
const FOUND_WITHIN: u64 = 500;
/// Worlds that are played twice, to see that they go the same way.
const TWICE: u64 = 100;
/// Arms of `settle` that no world reaches, and why.
const UNREACHED: [(Arm, &str); 3] = [
    (Arm::NoProxy, "no phone has a proxy: core/src/tests/proxied.rs has"),
    (Arm::Unreadable, "no world damages what lies on the phone: core/src/tests/damage.rs does"),
    (Arm::KeyUnlisted, "no desk changes its keys: core/src/tests/bad_desks.rs does"),
];

fn main() -> ExitCode {
    let request = match Request::parse(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(why) => {
            println!("{why}");
            return ExitCode::from(2);
        }
    };
    worlds::note_panics();
    let sound = if request.whole { whole_suite() } else { asked_for(&request) };
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Everything that is to be shown.
fn whole_suite() -> bool {
    let mut sound = is_known_by_its_marks() & goes_the_same_way_twice();
    for (name, bug, promises) in planted::ALL {
        sound &= is_found(name, bug, promises);
    }
    sound & holds(&Request { from: 0, seeds: WORLDS, planted: None, whole: true })
}

fn asked_for(request: &Request) -> bool {
    if request.seeds == 1 {
        let bug = request.planted.as_ref().map(|(_, bug)| *bug);
        for played in play_all(request.from, 1, bug, false).played.values() {
            println!("{}", played.trace.join("\n"));
        }
    }
    holds(request)
}

/// What is looked for in programs that are shipped stands in this one, or its absence there would say nothing.
fn is_known_by_its_marks() -> bool {
    let found = turnstone_tests::programs::marks_in(&std::env::current_exe().unwrap());
    if found.len() != 2 {
        println!("the marks of this build are not those that are looked for: {found:?}");
    }
    found.len() == 2
}

/// A seed is one course, or no failing seed could be looked at.
fn goes_the_same_way_twice() -> bool {
    let traces = |from| {
        let one = |seed| play_all(seed, 1, None, false).played.remove(&seed).map(|played| played.trace);
        (from..from + TWICE).map(one).collect::<Vec<_>>()
    };
    let (first, second) = (traces(0), traces(0));
    let differ: Vec<_> =
        (0..).zip(first.iter().zip(&second)).filter(|(_, (one, other))| one != other).collect();
    for (seed, (one, other)) in &differ {
        let lines = one.iter().flatten().zip(other.iter().flatten());
        let at = lines.clone().find(|(one, other)| one != other);
        println!("seed {seed} went two ways: {at:?}");
    }
    println!("{TWICE} worlds played twice: {} went two ways", differ.len());
    differ.is_empty()
}

/// A planted bug is found, by the promise that it breaks.
fn is_found(name: &str, bug: planted::Bug, promises: &[&str]) -> bool {
    let outcome = play_all(0, FOUND_WITHIN, Some(bug), true);
    let played = outcome.played.len();
    let Some(found) = outcome.played.values().find(|played| played.broken.is_some()) else {
        println!("planted {name}: NOT FOUND in {played} worlds");
        return false;
    };
    let broken = found.broken.clone().unwrap_or_default();
    println!("planted {name}: found after {played} worlds: {broken}\n    {}", replay(found.seed, Some(name)));
    promises.iter().any(|promise| broken.starts_with(promise))
}

/// Every world keeps every promise, and together they reach what there is to reach.
fn holds(request: &Request) -> bool {
    let began = Instant::now();
    let planted = request.planted.as_ref();
    let outcome = play_all(request.from, request.seeds, planted.map(|(_, bug)| *bug), false);
    let took = began.elapsed();
    let broken: Vec<_> = outcome.played.values().filter(|played| played.broken.is_some()).collect();
    for played in broken.iter().take(20) {
        println!("seed {}: {}", played.seed, played.broken.as_deref().unwrap_or_default());
        println!("    {}", replay(played.seed, planted.map(|(name, _)| name.as_str())));
    }
    print_tally(&outcome);
    println!("{} worlds in {:.1} s, {} broken", outcome.played.len(), took.as_secs_f64(), broken.len());
    broken.is_empty() && (!request.whole || reaches_all(&outcome))
}

fn print_tally(outcome: &Outcome) {
    let mut all = Tally::default();
    outcome.played.values().for_each(|played| all.add(&played.tally));
    println!("in {} worlds:", outcome.played.len());
    for (what, times) in all.beginning("") {
        println!("{times:>12} {what}");
    }
    for (arm, times) in &outcome.arms {
        println!("{times:>12} settle: {arm:?}");
    }
    for (verdict, times) in &outcome.verdicts {
        println!("{times:>12} plan: {verdict:?}");
    }
    let [reports, copies, originals, faults] = medians(outcome);
    println!("the median world: {reports} reports, {copies} copies, {originals} originals, {faults} faults");
}

/// Reports, copies, originals and faults of the median world.
fn medians(outcome: &Outcome) -> [u64; 4] {
    let of = |value: fn(&Tally) -> u64| {
        median(outcome.played.values().map(|played| value(&played.tally)).collect())
    };
    let copies = of(|tally| tally.of("copies") + tally.of("copies, anonymous"));
    [of(|tally| tally.of("reports")), copies, of(|tally| tally.of("originals")), of(Tally::faults)]
}

/// Whether worlds are as large as they are to be, and every rule that decides has decided something.
fn reaches_all(outcome: &Outcome) -> bool {
    let expected = |arm: &&Arm| !UNREACHED.iter().any(|(known, _)| known == *arm);
    let arms: Vec<_> =
        Arm::ALL.iter().filter(expected).filter(|arm| !outcome.arms.contains_key(arm)).collect();
    let verdicts: Vec<_> =
        Verdict::ALL.iter().filter(|verdict| !outcome.verdicts.contains_key(verdict)).collect();
    for (arm, why) in UNREACHED {
        println!("not reached: {arm:?}: {why}");
    }
    if !arms.is_empty() || !verdicts.is_empty() {
        println!("never reached: {arms:?} {verdicts:?}");
    }
    let [reports, copies, originals, faults] = medians(outcome);
    let large = reports >= 5 && copies >= 3 && originals >= 3 && faults >= 10;
    if !large {
        println!("the worlds are too small");
    }
    large && arms.is_empty() && verdicts.is_empty()
}
