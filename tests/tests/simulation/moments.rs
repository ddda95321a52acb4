//! P7: what is of anonymous reports goes by itself, beside nothing else and in no other's moment.

use std::sync::Arc;

use turnstone_core::simulation as phone;
use turnstone_wire::hash::Sha256;

use crate::{link::Request, world::World};

/// Least simulated time after anything else until something anonymous goes, in milliseconds: two minutes, less what passes between the
/// end of a request and its settling.
const BEFORE_MS: i64 = 119 * 1000;
/// The same after something anonymous until anything named goes: a minute.
const AFTER_MS: i64 = 59 * 1000;

/// When anything of a phone's was on the link.
#[derive(Debug, Default)]
pub(crate) struct Moments {
    under_way: Vec<Carried>,
    /// When something named last ended that reached somebody.
    named_ms: Option<i64>,
    /// What anonymous did, and when.
    apart: Option<(Sha256, i64)>,
    /// The phone's clock has jumped, or its home is an older one: its pauses are not those it drew.
    lost: bool,
    next: u64,
}

/// A request under way.
#[derive(Debug, Clone, Copy)]
struct Carried {
    number: u64,
    apart: bool,
    name: Sha256,
    began_ms: i64,
    /// Somebody can know of it.
    reaches: bool,
}

impl Moments {
    /// A new program. Of what its forerunner was doing when it was killed it knows what was written down: when something
    /// anonymous began.
    pub(crate) fn starts(&mut self) {
        self.under_way.clear();
        self.named_ms = None;
    }

    pub(crate) fn are_lost(&mut self) {
        self.lost = true;
    }

    /// What is wrong with a request that begins now.
    fn wrong(&self, request: &Request, now_ms: i64) -> Option<&'static str> {
        if self.under_way.iter().any(|other| other.apart || request.apart) {
            return Some("goes beside something else");
        }
        if self.lost {
            return None;
        }
        let named_is_near = self.named_ms.is_some_and(|at| now_ms - at < BEFORE_MS);
        match (request.apart, self.apart) {
            (true, _) if named_is_near => Some("goes in the moment of something named"),
            (true, Some((name, at))) if name != request.name && now_ms - at < BEFORE_MS => {
                Some("goes in the moment of something else that is anonymous")
            }
            (false, Some((_, at))) if now_ms - at < AFTER_MS => Some("follows something anonymous"),
            _ => None,
        }
    }
}

/// Ends a request's time on the link, whether it was answered or broken off.
pub(crate) struct UnderWay(Arc<World>, u64);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let now_ms = self.0.clocks.elapsed_ms();
        let mut state = self.0.lock();
        let moments = &mut state.moments;
        let Some(at) = moments.under_way.iter().position(|carried| carried.number == self.1) else { return };
        let carried = moments.under_way.swap_remove(at);
        if !carried.reaches {
            return;
        }
        let ended_ms = if phone::is_dead() { carried.began_ms } else { now_ms };
        if carried.apart {
            moments.apart = Some((carried.name, ended_ms));
        } else if !phone::is_dead() {
            moments.named_ms = Some(ended_ms);
        }
    }
}

impl World {
    /// Notes that a request goes, and holds it against what else does.
    pub(crate) fn goes(self: &Arc<Self>, request: &Request, reaches: bool) -> UnderWay {
        let began_ms = self.clocks.elapsed_ms();
        let mut state = self.lock();
        let label = state.label(&request.name);
        let is_mixed_up = state.items.get(&request.name).is_some_and(|item| item.named == request.apart);
        let wrong = state.moments.wrong(request, began_ms);
        let moments = &mut state.moments;
        let number = moments.next;
        moments.next += 1;
        let Request { apart, name, .. } = *request;
        moments.under_way.push(Carried { number, apart, name, began_ms, reaches });
        if apart {
            state.tally.count("requests apart");
        }
        drop(state);
        if is_mixed_up && !phone::is_dead() {
            self.broken(format!("P7: {label} does not go over the connection it should"));
        }
        if let Some(wrong) = wrong.filter(|_| !phone::is_dead()) {
            self.broken(format!("P7: {label} {wrong}"));
        }
        UnderWay(Arc::clone(self), number)
    }
}
