//! One world: what is known of it, what was promised in it, and what has been seen to be broken.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use fastrand::Rng;
use tokio::{sync::Notify, time::Instant};
use turnstone_core::{ItemState, Lane};
use turnstone_wire::{
    hash::Sha256,
    receipt::{Object, SignedReceipt},
    reference::Reference,
};

use crate::{
    desk::DeskSide,
    ground::Ground,
    moments::Moments,
    ports::Clocks,
    script::{Misfortune, Planned},
    tally::Tally,
};

/// A world.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) folder: PathBuf,
    pub(crate) clocks: Arc<Clocks>,
    pub(crate) ground: Arc<Ground>,
    /// Something was submitted.
    pub(crate) submitted: Notify,
    state: Mutex<State>,
}

/// All of it that changes.
pub(crate) struct State {
    pub(crate) rng: Rng,
    pub(crate) desks: Vec<DeskSide>,
    /// Reports yet to be written, the next one last.
    pub(crate) to_write: Vec<Planned>,
    /// What is yet to go wrong, the next last.
    pub(crate) to_come: Vec<(u64, Misfortune)>,
    pub(crate) reports: BTreeMap<Reference, Written>,
    pub(crate) items: BTreeMap<Sha256, Expected>,
    /// Things go wrong.
    pub(crate) rough: bool,
    pub(crate) phone_backup: bool,
    /// The phone's clock has jumped so far ahead that what is kept for 30 days is kept no longer.
    pub(crate) month_passed: bool,
    /// When anonymous reports were sent, and when others.
    pub(crate) moments: Moments,
    /// Requests since things stopped going wrong.
    pub(crate) calm_steps: u64,
    pub(crate) tally: Tally,
    pub(crate) trace: Vec<String>,
    /// The first promise seen to be broken.
    pub(crate) broken: Option<String>,
}

/// A report that was submitted.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) items: Vec<Sha256>,
    /// A phone restored from an older backup does not know it.
    pub(crate) gone: bool,
}

/// An envelope or photo that was submitted.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) label: String,
    pub(crate) desk: usize,
    pub(crate) lane: Lane,
    /// It is of a named report.
    pub(crate) named: bool,
    pub(crate) object: Object,
    /// Its sealed bytes are still on the phone.
    pub(crate) held: bool,
    /// Its phone will not ask its desk after it again: it is of an anonymous report, and has been asked after.
    pub(crate) was_asked_after: bool,
    /// As last seen on the phone.
    pub(crate) state: ItemState,
    /// Since when it waits, as far as the phone knows.
    pub(crate) waits_since: Instant,
    /// The desk has said that it does not take it.
    pub(crate) refused: bool,
    /// Its desk has said at the last of several tries that it does not take it as it came.
    pub(crate) objected: bool,
    /// In which ten minutes it was last sent, and how often in them.
    pub(crate) sent: (i64, u32),
    /// The receipt that was found to be for it.
    pub(crate) receipt: Option<SignedReceipt>,
    /// A phone restored from an older backup does not know it.
    pub(crate) gone: bool,
    /// Its desk has lost it by a restore, after the phone had its receipt.
    pub(crate) lost: bool,
}

impl World {
    pub(crate) fn new(seed: u64, ground: Arc<Ground>) -> Arc<Self> {
        let folder = ground.lay_out();
        let mut rng = Rng::with_seed(seed);
        let (to_write, to_come) = crate::script::plan(&mut rng);
        let desks = ground.desks.iter().enumerate();
        let desks =
            desks.map(|(n, desk)| DeskSide::new(desk.id.clone(), folder.join(format!("desk-{n}")))).collect();
        let state = State {
            rng,
            desks,
            to_write,
            to_come,
            reports: BTreeMap::new(),
            items: BTreeMap::new(),
            rough: true,
            phone_backup: false,
            month_passed: false,
            moments: Moments::default(),
            calm_steps: 0,
            tally: Tally::default(),
            trace: Vec::new(),
            broken: None,
        };
        let clocks = Arc::new(Clocks::start());
        Arc::new(Self { seed, folder, clocks, ground, submitted: Notify::new(), state: Mutex::new(state) })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down what happened.
    pub(crate) fn note(&self, what: impl FnOnce() -> String) {
        let line = format!("{:>10} {}", self.clocks.elapsed_ms(), what());
        self.lock().trace.push(line);
    }

    /// Writes down that something went wrong on purpose.
    pub(crate) fn fault(&self, name: &'static str, what: impl FnOnce() -> String) {
        self.lock().tally.count(name);
        self.note(|| format!("! {}: {}", name.trim_start_matches("fault: "), what()));
    }

    /// Writes down that a promise is broken. The first is what counts.
    pub(crate) fn broken(&self, promise: impl Into<String>) {
        let promise = promise.into();
        self.note(|| format!("BROKEN {promise}"));
        self.lock().broken.get_or_insert(promise);
        self.submitted.notify_one();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.lock().broken.is_some()
    }

    pub(crate) fn dice<T>(&self, throw: impl FnOnce(&mut Rng) -> T) -> T {
        throw(&mut self.lock().rng)
    }
}

impl State {
    pub(crate) fn label(&self, name: &Sha256) -> String {
        self.items.get(name).map_or_else(|| "something unknown".to_owned(), |item| item.label.clone())
    }
}
