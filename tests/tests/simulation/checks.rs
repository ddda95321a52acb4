//! What was promised, against what the phone and the desks hold.

use std::{collections::BTreeSet, fs};

use turnstone_core::{ItemState, Reason, simulation::Seen, sync::NEVER_MS};
use turnstone_wire::{
    envelope,
    hash::Sha256,
    key::Stored,
    receipt::{ObjectKind, Receipt},
    simulation,
};

use crate::world::World;

/// After so many tries, words that their desk objects to hold no photos back.
const OBJECTED_TRIES: u32 = 3;

impl World {
    /// P2: nothing leaves the queue but by a receipt for exactly its bytes, and those lie at the desk.
    pub(crate) fn check_outbox(&self, seen: &[Seen]) {
        let mut state = self.lock();
        let state = &mut *state;
        let mut wrong = Vec::new();
        let known: BTreeSet<_> = seen.iter().map(|item| item.object.sha256).collect();
        for report in state.reports.values().filter(|report| !report.gone) {
            for name in report.items.iter().filter(|name| !known.contains(name)) {
                wrong.push(format!("P2: {} has left the queue", state.items[name].label));
            }
        }
        for item in seen {
            let Some(expected) = state.items.get_mut(&item.object.sha256) else { continue };
            let label = &expected.label;
            if item.state == ItemState::Waits && expected.state != ItemState::Waits {
                expected.waits_since = tokio::time::Instant::now();
            }
            expected.state = item.state;
            expected.objected =
                item.attempts >= OBJECTED_TRIES && matches!(item.reason, Some(Reason::DeskObjects(_)));
            let is_held = match (&item.envelope, item.media) {
                (Some(envelope), _) => Sha256::of(envelope) == item.object.sha256,
                (None, media) => media.is_some(),
            };
            expected.held = is_held;
            expected.was_asked_after = item.next_try_ms == NEVER_MS;
            let side = &state.desks[expected.desk];
            match item.state {
                ItemState::Waits | ItemState::Refused if !is_held => {
                    wrong.push(format!("P2: the bytes of {label} are gone before its receipt"));
                }
                ItemState::Refused if !expected.refused => {
                    wrong.push(format!("P2: {label} is refused, and its desk did not refuse it"));
                }
                ItemState::Waits | ItemState::Refused => {}
                ItemState::Stored if !is_held && !state.month_passed => {
                    wrong.push(format!("P2: the bytes of {label} are gone before 30 days"));
                }
                ItemState::Stored | ItemState::Opened => {
                    if item.stored.is_some() && expected.receipt != item.stored {
                        let desk = &self.ground.desks[expected.desk];
                        let stored = item.stored.clone().filter(|receipt| {
                            let verified: Result<Receipt<Stored>, _> = receipt.verify(&item.object, desk);
                            verified.is_ok()
                        });
                        expected.receipt = stored;
                    }
                    if item.stored.is_none() || expected.receipt != item.stored {
                        wrong.push(format!("P2: {label} is stored without a receipt for its bytes"));
                    }
                    if !expected.lost && !side.holds(&item.object) {
                        wrong.push(format!("P2: {label} is stored, and its desk does not hold it"));
                    }
                }
            }
        }
        if let Some(promise) = wrong.into_iter().next() {
            state.trace.push(format!("BROKEN {promise}"));
            state.broken.get_or_insert(promise);
        }
    }

    /// Whether all that the phone knows of has arrived, or was refused, and lies there.
    pub(crate) fn all_has_arrived(&self) -> bool {
        let state = self.lock();
        let written = state.to_write.is_empty();
        let served = state.desks.iter().all(|desk| desk.intake.is_some());
        written && served && self.waiting(&state).is_empty()
    }

    fn waiting(&self, state: &crate::world::State) -> Vec<String> {
        let names = state.reports.values().filter(|report| !report.gone).flat_map(|report| &report.items);
        let items = names.filter_map(|name| state.items.get(name));
        let waiting = items.filter(|item| match item.state {
            ItemState::Waits => true,
            ItemState::Refused => false,
            ItemState::Stored | ItemState::Opened => {
                item.held && !item.was_asked_after && !state.desks[item.desk].holds(&item.object)
            }
        });
        waiting.map(|item| format!("{} {:?}", item.label, item.state)).collect()
    }

    pub(crate) fn what_waits(&self) -> String {
        self.waiting(&self.lock()).join(", ")
    }

    /// P3: each desk holds what was sealed to it, byte for byte, each once, and nothing else; each report is one.
    pub(crate) fn check_end(&self) {
        for desk in 0..crate::ground::DESKS {
            self.check_ledger(desk);
            self.check_shelf(desk);
        }
        let state = self.lock();
        let most = 20 * (state.items.len() as u64 + 2);
        let steps = state.calm_steps;
        drop(state);
        if steps > most {
            self.broken(format!("it spins: {steps} requests where nothing goes wrong"));
        }
    }

    fn check_shelf(&self, desk: usize) {
        let state = self.lock();
        let mut wrong = Vec::new();
        let mut ids = BTreeSet::new();
        for (kind, name, path) in state.desks[desk].shelf() {
            let bytes = fs::read(path).unwrap();
            let found = Sha256::of(&bytes);
            let expected = state.items.get(&found);
            if found.to_string() != name
                || expected.is_none_or(|item| item.object.kind != kind || item.desk != desk)
            {
                wrong.push(format!("P3: a {kind:?} at desk {desk} that nobody sealed"));
            }
            if kind == ObjectKind::Report {
                match envelope::open(
                    simulation::without_what_follows(&bytes),
                    &self.ground.identities[desk..=desk],
                ) {
                    Ok(opened) => {
                        if !ids.insert(opened.report.id.to_string()) {
                            wrong.push(format!("P3: a report is at desk {desk} twice"));
                        }
                    }
                    Err(error) => wrong.push(format!("P3: a report does not open: {error}")),
                }
            }
        }
        drop(state);
        wrong.into_iter().for_each(|wrong| self.broken(wrong));
    }
}
