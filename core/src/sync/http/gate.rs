//! Who opens the connection that others share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::super::step::Failure;

/// Lets one request open a connection while those beside it wait, and then all of them through: requests that begin
/// together would open one each, and only find out afterwards that one could have carried them all.
///
/// Whoever waits for a connection that does not come about fares as whoever tried: thirty-two waits for a desk that is not
/// in reach tell no more than one.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    door: Door,
    /// Requests that went through and are not done.
    inside: usize,
    /// How many connections were tried for.
    round: u64,
    /// What became of the last one that did not come about, by its round.
    failed: Option<(u64, Failure)>,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Door {
    #[default]
    Shut,
    Opening,
    Open,
}

/// One request's way through.
pub(super) struct Pass {
    gate: Arc<Gate>,
    /// It is the one that opens the connection.
    opens: bool,
}

impl Gate {
    /// Waits for the connection, or goes first.
    pub(super) async fn enter(self: &Arc<Self>) -> Result<Pass, Failure> {
        let mut waited_for = None;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            {
                let mut state = self.state();
                if let (Some(round), Some((of, failure))) = (waited_for, state.failed)
                    && round == of
                {
                    return Err(failure);
                }
                if state.door != Door::Opening {
                    let opens = state.door == Door::Shut;
                    if opens {
                        state.door = Door::Opening;
                        state.round += 1;
                    }
                    state.inside += 1;
                    return Ok(Pass { gate: Arc::clone(self), opens });
                }
                waited_for = Some(state.round);
            }
            changed.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// There is a connection: the request moves on it.
    pub(super) fn opened(&self) {
        self.turn(Door::Open, None);
    }

    /// The request failed: whatever it was sent on is to be opened anew.
    pub(super) fn failed(&self, failure: Failure) {
        if !self.turn(Door::Shut, Some(failure)) {
            let mut state = self.gate.state();
            if state.door == Door::Open {
                state.door = Door::Shut;
            }
        }
    }

    /// Turns the door where this is the request that is opening it.
    fn turn(&self, to: Door, failure: Option<Failure>) -> bool {
        let mut state = self.gate.state();
        let turns = self.opens && state.door == Door::Opening;
        if turns {
            state.door = to;
            state.failed = failure.map(|failure| (state.round, failure));
            drop(state);
            self.gate.changed.notify_waiters();
        }
        turns
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        // Broken off before it opened anything: another goes first.
        self.turn(Door::Shut, None);
        let mut state = self.gate.state();
        state.inside -= 1;
        // What nobody uses may be closed by either side at any time.
        if state.inside == 0 && state.door == Door::Open {
            state.door = Door::Shut;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_goes_first_and_all_follow_once_it_moves() {
        let gate = Arc::new(Gate::default());
        let first = gate.enter().await.unwrap();
        let mut others: Vec<_> = (0..3).map(|_| Box::pin(gate.enter())).collect();
        assert!(others.iter_mut().all(|other| other.now_or_never().is_none()));
        first.opened();
        for other in others {
            assert!(!other.await.unwrap().opens);
        }
        drop(first);
        assert!(gate.enter().await.unwrap().opens, "once nobody is on it, one goes first again");
    }

    #[tokio::test]
    async fn whoever_waited_for_a_connection_that_did_not_come_fares_as_whoever_tried() {
        let gate = Arc::new(Gate::default());
        let first = gate.enter().await.unwrap();
        let mut other = Box::pin(gate.enter());
        assert!((&mut other).now_or_never().is_none());
        first.failed(Failure::Unreachable);
        assert_eq!(other.await.map(drop), Err(Failure::Unreachable));
        assert!(gate.enter().await.unwrap().opens, "and the next one tries again");
    }

    #[tokio::test]
    async fn one_that_is_broken_off_before_it_opened_leaves_the_way_to_another() {
        let gate = Arc::new(Gate::default());
        let first = gate.enter().await.unwrap();
        let mut other = Box::pin(gate.enter());
        assert!((&mut other).now_or_never().is_none());
        drop(first);
        assert!(other.await.unwrap().opens);
    }
}
