//! Many worlds, side by side: each thread plays one after the other, on ground of its own.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    num::NonZero,
    panic,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use turnstone_core::{
    simulation as phone,
    sync::{Arm, Verdict},
};
use turnstone_desk::simulation as desk;

use crate::{
    ground::Ground,
    planted::{self, Bug},
    tally::Tally,
    world::World,
};

/// What came of a world.
#[derive(Debug, Clone)]
pub(crate) struct Played {
    pub(crate) seed: u64,
    pub(crate) tally: Tally,
    pub(crate) broken: Option<String>,
    pub(crate) trace: Vec<String>,
}

/// What came of all of them.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// By seed; without their traces, but for the broken ones.
    pub(crate) played: BTreeMap<u64, Played>,
    pub(crate) arms: BTreeMap<Arm, u64>,
    pub(crate) verdicts: BTreeMap<Verdict, u64>,
}

thread_local! {
    /// Where this thread last panicked.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Has panics noted for the world they happen in, wherever in it they are caught.
pub(crate) fn note_panics() {
    panic::set_hook(Box::new(|info| PANIC.set(Some(info.to_string().replace('\n', ": ")))));
}

/// Plays one world to its end.
pub(crate) fn play(seed: u64, ground: &Arc<Ground>) -> Played {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    phone::revive();
    phone::fill_disk(0);
    desk::fill_disk(false);
    PANIC.set(None);
    let lived = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        runtime.block_on(async {
            let world = World::new(seed, Arc::clone(ground));
            world.live().await;
            world
        })
    }));
    // What still runs ends here, before its folders are laid out anew.
    drop(runtime);
    let panicked = PANIC.take().map(|what| format!("a panic: {what}"));
    let Ok(world) = lived else {
        return Played { seed, tally: Tally::default(), broken: panicked, trace: Vec::new() };
    };
    let mut state = world.lock();
    let broken = panicked.or(state.broken.take());
    let trace = std::mem::take(&mut state.trace);
    let tally = std::mem::take(&mut state.tally);
    state.desks.clear();
    Played { seed, tally, broken, trace }
}

/// Plays worlds, with a bug or without, until all are played, or one is broken where that is enough.
pub(crate) fn play_all(from: u64, seeds: u64, bug: Option<Bug>, first: bool) -> Outcome {
    let (next, enough, all) = (AtomicU64::new(from), AtomicBool::new(false), Mutex::new(Outcome::default()));
    let work = || {
        planted::plant(bug);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let ground = Arc::new(runtime.block_on(async { Ground::make() }));
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + seeds || enough.load(Ordering::Relaxed) {
                break;
            }
            let mut played = play(seed, &ground);
            if played.broken.is_none() && seeds > 1 {
                played.trace.clear();
            }
            enough.fetch_or(first && played.broken.is_some(), Ordering::Relaxed);
            all.lock().unwrap_or_else(PoisonError::into_inner).played.insert(seed, played);
        }
        let (arms, verdicts) = phone::reached();
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        arms.into_iter().for_each(|(arm, times)| *all.arms.entry(arm).or_default() += times);
        verdicts.into_iter().for_each(|(verdict, times)| *all.verdicts.entry(verdict).or_default() += times);
    };
    let threads =
        thread::available_parallelism().map_or(1, NonZero::get).min(usize::try_from(seeds).unwrap_or(1));
    thread::scope(|scope| {
        (0..threads).for_each(|_| {
            scope.spawn(work);
        });
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}
