//! Whose turn it is to append to an upload.
//!
//! A phone that lost its connection comes back before the desk has noticed: the old request still holds the upload,
//! waiting for bytes that will never come. So whoever comes later asks the holder to end, and gets the turn; and
//! whoever asks for the offset waits until the holder has nothing at hand that is not yet counted.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::sync::{OwnedMutexGuard, watch};
use turnstone_wire::hash::Sha256;

/// How long a newcomer waits for the holder to end.
const HANDOVER: Duration = Duration::from_secs(10);
/// How long a question for the offset waits for a busy holder.
const QUIET: Duration = Duration::from_secs(2);

/// The turns of all uploads.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<Sha256, Weak<Queue>>>);

#[derive(Debug)]
struct Queue {
    holder: Arc<tokio::sync::Mutex<()>>,
    /// How many have asked for the turn so far.
    asked: watch::Sender<u64>,
    /// Whether the holder has bytes, or expects them at once, that are not counted yet.
    busy: watch::Sender<bool>,
}

/// The turn: while it lives, nobody else appends.
#[derive(Debug)]
pub(super) struct Turn {
    queue: Arc<Queue>,
    ticket: u64,
    asked: watch::Receiver<u64>,
    _held: OwnedMutexGuard<()>,
}

impl Turns {
    fn queue(&self, name: &Sha256) -> Arc<Queue> {
        // The map holds nothing that a panic could leave half done.
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(name).and_then(Weak::upgrade) {
            return queue;
        }
        if queues.len() >= 1024 {
            queues.retain(|_, queue| queue.strong_count() > 0);
        }
        let queue = Arc::new(Queue {
            holder: Arc::default(),
            asked: watch::channel(0).0,
            busy: watch::channel(false).0,
        });
        queues.insert(*name, Arc::downgrade(&queue));
        queue
    }

    /// Asks whoever holds the turn to end, and takes it. None where that takes too long.
    pub(super) async fn take(&self, name: &Sha256) -> Option<Turn> {
        let queue = self.queue(name);
        let mut ticket = 0;
        queue.asked.send_modify(|asked| {
            *asked += 1;
            ticket = *asked;
        });
        let held = tokio::time::timeout(HANDOVER, Arc::clone(&queue.holder).lock_owned()).await.ok()?;
        queue.busy.send_replace(true);
        Some(Turn { asked: queue.asked.subscribe(), queue, ticket, _held: held })
    }

    /// Waits until all that has arrived is counted, but not for long.
    pub(super) async fn quiet(&self, name: &Sha256) {
        let mut busy = self.queue(name).busy.subscribe();
        let _ = tokio::time::timeout(QUIET, busy.wait_for(|busy| !busy)).await;
    }
}

impl Turn {
    /// Ends once somebody who came later wants the turn.
    pub(super) async fn wanted(&mut self) {
        let ticket = self.ticket;
        if self.asked.wait_for(|asked| *asked > ticket).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Says whether there may be bytes that are not counted yet.
    pub(super) fn busy(&self, busy: bool) {
        self.queue.busy.send_replace(busy);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.busy(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_comes_later_gets_the_turn_and_is_not_asked_for_it_itself() {
        let (turns, name) = (Arc::new(Turns::default()), Sha256::of(b"x"));
        let mut first = turns.take(&name).await.unwrap();
        let later = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take(&name).await }
        });
        first.wanted().await;
        drop(first);
        let mut second = later.await.unwrap().unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(20), second.wanted()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_waits_for_a_busy_holder_and_not_for_ever() {
        let (turns, name) = (Turns::default(), Sha256::of(b"x"));
        let turn = turns.take(&name).await.unwrap();
        let begun = tokio::time::Instant::now();
        turns.quiet(&name).await;
        assert_eq!(begun.elapsed().as_secs(), 2);
        turn.busy(false);
        turns.quiet(&name).await;
        assert_eq!(begun.elapsed().as_secs(), 2);
    }
}
