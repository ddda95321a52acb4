//! Auto-lock: a vault that nobody uses for a while is closed, and its keys are wiped from memory (ADR 31).

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use super::{Notebook, VaultCell};
use crate::{
    clock::Clock,
    error::{Error, Fault, Unusable},
    settings,
    vault::Unlocked,
};

/// The longest that the thread sleeps at once. Its sleep does not count the device's own, the clock does: so the keys are gone
/// at most this long after a device that slept wakes up.
const LONGEST_NAP: Duration = Duration::from_secs(10);

/// How long an open notebook may lie unused before it locks itself: 1 to 60 whole minutes, 5 unless set.
///
/// Source: phones offer from half a minute to five for their own lock (iOS: Auto-Lock); NIST SP 800-63B asks for a new
/// authentication after 15 or 30 minutes without use (4.2.3, 4.3.3), of services with more at stake than a diary. An hour is a
/// watch officer's writing desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AutoLock(u8);

impl AutoLock {
    /// The fewest minutes that can be set.
    pub const MIN_MINUTES: u8 = 1;
    /// The most.
    pub const MAX_MINUTES: u8 = 60;

    /// After so many minutes without use; none outside of 1 to 60.
    pub fn of_minutes(minutes: u8) -> Option<Self> {
        (Self::MIN_MINUTES..=Self::MAX_MINUTES).contains(&minutes).then_some(Self(minutes))
    }

    /// Whole minutes without use.
    pub fn minutes(self) -> u8 {
        self.0
    }

    fn ms(self) -> u64 {
        u64::from(self.0) * 60_000
    }
}

impl Default for AutoLock {
    fn default() -> Self {
        Self(5)
    }
}

/// One sitting: the vault while it is open, and the thread that closes it.
pub(super) struct Sitting {
    shared: Arc<Shared>,
    /// None where the system had no thread to give: each call looks at the clock all the same.
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Rung when the vault is closed.
    closed: Condvar,
}

struct State {
    open: Option<Unlocked>,
    /// When it was last used, by the monotonic clock.
    used_ms: u64,
    after: AutoLock,
    /// How many go on by themselves now: what they do is no use.
    unasked: u32,
}

impl State {
    /// Closes it where its time is up.
    fn close_if_idle(&mut self, now_ms: u64) {
        if self.rest_ms(now_ms).is_none() {
            self.open = None;
        }
    }

    /// How long it may stay open without use from now on; none where its time is up, or it is closed.
    fn rest_ms(&self, now_ms: u64) -> Option<u64> {
        self.open.as_ref()?;
        // A clock that ran backwards says nothing: then it is closed.
        let unused_ms = now_ms.checked_sub(self.used_ms)?;
        self.after.ms().checked_sub(unused_ms).filter(|rest_ms| *rest_ms > 0)
    }

    fn note_use(&mut self, now_ms: u64) {
        if self.unasked == 0 {
            self.used_ms = now_ms;
        }
    }
}

impl Shared {
    /// Whatever a thread that died left there: to close it, or to add to it, is right in any state.
    fn held(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the thread does: sleeps until the time is up, or the vault is closed.
    fn watch(&self) {
        let mut state = self.held();
        loop {
            let now_ms = self.clock.monotonic_ms();
            state.close_if_idle(now_ms);
            let Some(rest_ms) = state.rest_ms(now_ms) else { return };
            let nap = Duration::from_millis(rest_ms).min(LONGEST_NAP);
            state = self.closed.wait_timeout(state, nap).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Sitting {
    /// Begins one with the vault just opened.
    pub(super) fn begin(clock: Arc<dyn Clock>, unlocked: Unlocked, after: AutoLock) -> Self {
        let used_ms = clock.monotonic_ms();
        let state = Mutex::new(State { open: Some(unlocked), used_ms, after, unasked: 0 });
        let shared = Arc::new(Shared { clock, state, closed: Condvar::new() });
        let watched = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("auto-lock".into()).spawn(move || watched.watch());
        Self { shared, thread: Mutex::new(thread.ok()) }
    }

    /// Does something with the open vault. `after` is what is set now, where that can be read. It counts as use from its beginning to its
    /// end.
    pub(super) fn with<T>(
        &self,
        after: Option<AutoLock>,
        work: impl FnOnce(&mut Unlocked) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let died = |_| Error::Unusable(Unusable::Inner("a thread died while the vault was open"));
        let mut state = self.shared.state.lock().map_err(died)?;
        state.after = after.unwrap_or(state.after);
        let now_ms = self.shared.clock.monotonic_ms();
        state.close_if_idle(now_ms);
        state.note_use(now_ms);
        let done = work(state.open.as_mut().ok_or(Error::Locked)?);
        state.note_use(self.shared.clock.monotonic_ms());
        done
    }

    /// Notes that it is used, where its time is not up already.
    pub(super) fn note_use(&self) {
        let (mut state, now_ms) = (self.shared.held(), self.shared.clock.monotonic_ms());
        state.close_if_idle(now_ms);
        state.note_use(now_ms);
    }

    /// Whether it is closed; closes it where its time is up.
    pub(super) fn close_if_idle(&self, after: Option<AutoLock>) -> bool {
        let mut state = self.shared.held();
        state.after = after.unwrap_or(state.after);
        state.close_if_idle(self.shared.clock.monotonic_ms());
        state.open.is_none()
    }

    /// Closes it now.
    pub(super) fn close(&self) {
        self.shared.held().open = None;
        self.shared.closed.notify_all();
    }

    /// While what this gives is held, nothing counts as use.
    pub(super) fn unasked(&self) -> Unasked<'_> {
        self.shared.held().unasked += 1;
        Unasked(self)
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        self.close();
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // It has nothing left to do: it is gone when this returns.
        thread.map(JoinHandle::join);
    }
}

/// See [`Sitting::unasked`].
pub(super) struct Unasked<'a>(&'a Sitting);

impl Drop for Unasked<'_> {
    fn drop(&mut self) {
        let mut state = self.0.shared.held();
        state.unasked = state.unasked.saturating_sub(1);
    }
}

impl VaultCell {
    /// Notes that a draft that it gave the keys of was worked on.
    pub(crate) fn note_use(&self) {
        self.sitting.note_use();
    }

    /// What is set, where that can be read now.
    pub(super) fn auto_lock_set(&self) -> Option<AutoLock> {
        let sending = self.core.sending().ok()?;
        self.core.words.read(|conn| settings::auto_lock(conn, sending)).ok()
    }
}

impl Notebook {
    /// After how long without use this notebook locks itself. Use is every call that needs the open vault, and every change
    /// of a draft that it opened; what the program does by itself ([`crate::Client::tidy`]) is none.
    ///
    /// A thread wipes the keys when the time is up; besides, each call looks at the clock, before anything else. A [`Note`](crate::Note) in hand
    /// can be finished and submitted afterwards (P6).
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn auto_lock(&self) -> Result<AutoLock, Error> {
        let sending = self.cell.core.sending()?;
        Ok(self.cell.read(|conn, _| settings::auto_lock(conn, sending))?)
    }

    /// Sets it for this home. This notebook heeds it at once, another one at its next call.
    ///
    /// # Errors
    /// [`Error::Locked`], and where the home cannot be written.
    pub fn set_auto_lock(&self, after: AutoLock) -> Result<(), Error> {
        let core = &self.cell.core;
        let sending = core.sending()?;
        self.cell.read(|_, _| Ok(()))?;
        core.words.write(|tx| settings::set_auto_lock(tx, after, sending, core.random()))?;
        self.cell.sitting.close_if_idle(Some(after));
        Ok(())
    }

    /// Locks where its time is up, without using it, and says whether it is locked now. For whoever shows what was read: when
    /// a window comes back, or a screen is about to be drawn again.
    pub fn lock_if_idle(&self) -> bool {
        self.cell.sitting.close_if_idle(self.cell.auto_lock_set())
    }
}

#[cfg(test)]
impl VaultCell {
    /// Wakes the thread, waits until it has ended, and says whether the keys are gone. For when its time is up.
    pub(crate) fn thread_has_wiped(&self) -> bool {
        // It reads the clock and goes to sleep with this held: so it hears the bell, or sees the time.
        drop(self.sitting.shared.held());
        self.sitting.shared.closed.notify_all();
        let thread = self.sitting.thread.lock().unwrap().take();
        thread.unwrap().join().unwrap();
        self.sitting.shared.held().open.is_none()
    }
}
