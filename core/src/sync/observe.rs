//! Following what is sent, without asking again and again.

use std::{
    collections::{BTreeMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread,
};

use super::driver::Progress;
use crate::outbox::ItemRow;

/// Somebody who follows what is sent.
pub trait Observer: Send + Sync {
    /// Something has moved, or changed its state.
    ///
    /// Called on a thread of the subscription's own, one call at a time: whoever is slow here holds up no sending. What came
    /// in meanwhile is told by its last state for each item, so an observer may miss what was in between, and never what
    /// came last. One that panics is told nothing more.
    fn progressed(&self, progress: &Progress);
}

/// Follows until it is dropped. A call that is under way then still ends.
#[must_use = "dropping it ends the subscription"]
pub struct Subscription {
    mail: Arc<Mail>,
}

/// Everybody who follows what is sent from a home.
#[derive(Default)]
pub(crate) struct Observers(Mutex<Vec<Weak<Mail>>>);

/// What one observer has still to be told.
#[derive(Default)]
struct Mail {
    waiting: Mutex<Waiting>,
    came: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// In the order in which their oldest untold news came.
    order: VecDeque<ItemRow>,
    /// The last state of each: never more than there are items.
    latest: BTreeMap<ItemRow, Progress>,
    ended: bool,
}

impl Observers {
    pub(crate) fn subscribe(&self, observer: Arc<dyn Observer>) -> Subscription {
        let mail = Arc::<Mail>::default();
        let mut all = lock(&self.0);
        all.retain(|other| other.strong_count() > 0);
        all.push(Arc::downgrade(&mail));
        drop(all);
        let tells = Arc::clone(&mail);
        thread::spawn(move || tells.tell(observer.as_ref()));
        Subscription { mail }
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.0).iter().all(|mail| mail.strong_count() == 0)
    }

    /// Leaves news for everybody; waits for nobody.
    pub(crate) fn tell(&self, progress: &Progress) {
        for mail in lock(&self.0).iter().filter_map(Weak::upgrade) {
            mail.leave(progress);
        }
    }
}

impl Mail {
    fn leave(&self, progress: &Progress) {
        let mut waiting = lock(&self.waiting);
        if waiting.ended {
            return;
        }
        if waiting.latest.insert(progress.item, progress.clone()).is_none() {
            waiting.order.push_back(progress.item);
        }
        drop(waiting);
        self.came.notify_one();
    }

    fn tell(&self, observer: &dyn Observer) {
        while let Some(progress) = self.next() {
            if catch_unwind(AssertUnwindSafe(|| observer.progressed(&progress))).is_err() {
                self.end();
            }
        }
    }

    fn next(&self) -> Option<Progress> {
        let mut waiting = lock(&self.waiting);
        loop {
            if waiting.ended {
                return None;
            }
            if let Some(item) = waiting.order.pop_front() {
                return waiting.latest.remove(&item);
            }
            waiting = self.came.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self) {
        *lock(&self.waiting) = Waiting { ended: true, ..Waiting::default() };
        self.came.notify_one();
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.mail.end();
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[subscription]")
    }
}

impl std::fmt::Debug for Observers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[observers]")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;
    use crate::outbox::{ItemState, Lane, ReportRow};

    fn at(item: i64, sent: u64) -> Progress {
        Progress {
            item: ItemRow(item),
            report: ReportRow(1),
            lane: Lane::Originals,
            size: 1000,
            sent,
            state: ItemState::Waits,
            reason: None,
        }
    }

    /// Tells what it hears, and waits to be let go on each time.
    struct Slow {
        heard: Sender<(i64, u64)>,
        go_on: Mutex<Receiver<()>>,
    }

    impl Observer for Slow {
        fn progressed(&self, progress: &Progress) {
            self.heard.send((progress.item.0, progress.sent)).unwrap();
            self.go_on.lock().unwrap().recv().unwrap_or(());
        }
    }

    fn slow() -> (Arc<Slow>, Receiver<(i64, u64)>, Sender<()>) {
        let ((heard, hears), (go, go_on)) = (channel(), channel());
        (Arc::new(Slow { heard, go_on: Mutex::new(go_on) }), hears, go)
    }

    #[test]
    fn a_slow_observer_holds_nobody_up_and_hears_the_last_of_each_item() {
        let observers = Observers::default();
        let (observer, hears, go) = slow();
        let subscription = observers.subscribe(observer);
        observers.tell(&at(1, 0));
        assert_eq!(hears.recv().unwrap(), (1, 0));
        // It is still at the first: none of this waits for it.
        for sent in 1..=10_000 {
            observers.tell(&at(1, sent));
            observers.tell(&at(2, sent * 2));
        }
        drop((0..3).map(|_| go.send(()).unwrap()).collect::<Vec<_>>());
        assert_eq!([hears.recv().unwrap(), hears.recv().unwrap()], [(1, 10_000), (2, 20_000)]);
        drop(subscription);
        observers.tell(&at(1, 1));
        assert!(hears.recv().is_err(), "its thread has ended, and told nothing more");
        assert!(observers.is_empty());
    }

    #[test]
    fn an_observer_that_panics_is_told_nothing_more_and_harms_no_other() {
        struct Panics(Sender<()>);
        impl Observer for Panics {
            fn progressed(&self, _: &Progress) {
                self.0.send(()).unwrap();
                std::panic::resume_unwind(Box::new("an observer's own trouble"));
            }
        }
        let observers = Observers::default();
        let ((calls, called), (observer, hears, go)) = (channel(), slow());
        let _panics = observers.subscribe(Arc::new(Panics(calls)));
        let _slow = observers.subscribe(observer);
        for sent in 1..=2 {
            observers.tell(&at(1, sent));
            assert_eq!(hears.recv().unwrap(), (1, sent));
            go.send(()).unwrap();
        }
        assert_eq!(called.iter().count(), 1, "until its thread ended");
    }
}
