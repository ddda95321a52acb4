//! The simulation of sending: many small worlds, each with a phone, two desks and a link between them, each thrown from
//! a seed (docs/simulation.md).
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a suite: what fails here fails the suite")]

mod checks;
mod desk;
mod ground;
mod link;
mod phone;
mod ports;
mod script;
mod tally;
mod world;

use std::{sync::Arc, time::Instant};

use ground::Ground;
use world::World;

/// Runs one world to its end.
fn run(seed: u64, ground: &Arc<Ground>) -> Arc<World> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let world = World::new(seed, Arc::clone(ground));
        turnstone_core::simulation::revive();
        turnstone_core::simulation::fill_disk(0);
        turnstone_desk::simulation::fill_disk(false);
        world.live().await;
        let intakes: Vec<_> = world.lock().desks.iter_mut().map(|side| side.intake.take()).collect();
        drop(intakes);
        world
    })
}

fn main() {
    let args: Vec<u64> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let (from, seeds) = (args.first().copied().unwrap_or(0), args.get(1).copied().unwrap_or(10));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let ground = Arc::new(runtime.block_on(async { Ground::make() }));
    let began = Instant::now();
    let mut all = tally::Tally::default();
    let mut faults = Vec::new();
    let mut bad = 0;
    for seed in from..from + seeds {
        let world = run(seed, &ground);
        let state = world.lock();
        all.add(&state.tally);
        faults.push(state.tally.faults());
        if state.broken.is_some() || seeds == 1 {
            bad += u32::from(state.broken.is_some());
            if seeds == 1 || bad == 1 {
                println!("{}", state.trace.join("\n"));
            }
            println!("seed {seed}: {:?}", state.broken);
        }
    }
    println!("{seeds} worlds in {:?}, {bad} bad, median faults {}", began.elapsed(), tally::median(faults));
    for (what, times) in all.beginning("") {
        println!("{times:>10} {what}");
    }
}
