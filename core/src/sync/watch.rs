//! Sending for as long as a program runs: when to wake, and what for.
//!
//! A device that lies in a drawer must not be woken for nothing. With no network the watch sleeps until there is one. With one
//! on which no desk is in reach it tries ever more rarely, however many reports wait. It asks for mail at the interval it
//! was given, and more rarely where nobody answers.

use std::{convert::Infallible, future::pending, time::Duration};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, sleep_until},
};

use super::{
    driver::{Orders, Progress, Ran, Sender, Summary, changed},
    plan::Network,
    settle::LONGEST_WAIT_MS,
};
use crate::error::{Error, Missing, Unusable};

/// The shortest sleep between two runs that nobody asked for.
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest sleep that failing makes of it: with nothing in reach a watch wakes no more than twice an hour.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// The first pause after a trouble of this device; each doubles the last.
const TROUBLED: Duration = Duration::from_secs(5);
/// No wait of an item is longer, by whatever clock.
const LONGEST_WAIT: Duration = Duration::from_millis(LONGEST_WAIT_MS.unsigned_abs());

/// How often a watch wakes of its own accord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How often the mailboxes of named reports are asked, while there are any to ask and a desk answers. Where none does,
    /// each wait is twice the last, up to an hour or this, whichever is longer.
    pub mail_every: Duration,
    /// How often to look for what *other programs* submitted, where there are such: a terminal's commands. What this process
    /// submits is known at once. Not done without a network.
    pub look_every: Option<Duration>,
}

/// What a watch tells of itself.
pub enum Watched {
    /// It woke, and ran.
    Ran(Summary),
    /// Something of this device kept it from running: no room, a busy database, a key store out of reach. It goes on.
    Troubled(Error),
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ran(summary) => write!(f, "{summary:?}"),
            Self::Troubled(_) => f.write_str("[trouble]"),
        }
    }
}

/// Wakes a watch of this process.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    new: Notify,
    asked: Notify,
}

impl Bell {
    /// Something new waits.
    pub(crate) fn ring_for_new(&self) {
        self.new.notify_one();
    }

    /// Somebody asks to send now.
    pub(crate) fn ring(&self) {
        self.asked.notify_one();
    }

    pub(super) async fn rings_for_new(&self) {
        self.new.notified().await;
    }
}

/// What failing has come to.
struct Rest {
    /// No run that nobody asked for before so long has passed.
    pause: Duration,
    /// For a trouble of this device.
    trouble: Duration,
    mail_every: Duration,
    mail_at: Option<Instant>,
}

impl Sender {
    /// Sends until it is dropped: what is due, when it is due, at once when something is submitted in this process, when
    /// [`crate::Client::wake`] is called, and when the network changes, also in the middle of a run. `heard` is told of each
    /// time it woke.
    ///
    /// A clock that is set back or forward delays nothing by more than an hour.
    ///
    /// # Errors
    /// What does not pass by itself, such as a damaged database: open the home anew, [`Sender::move_to`] it, and watch again.
    /// [`Missing::Home`] where the home was being left, and all has gone.
    pub async fn watch(
        &self,
        mut network: watch::Receiver<Network>,
        pace: Pace,
        heard: &(dyn Fn(Watched) + Sync),
        on_progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Infallible, Error> {
        let mut rest = Rest::new(pace);
        let mut wake = true;
        loop {
            if *network.borrow_and_update() == Network::Offline {
                // Nothing can go, whatever is submitted or asked for.
                changed(&mut network).await;
                self.network_changed();
                (rest, wake) = (Rest::new(pace), true);
                continue;
            }
            let mail = rest.mail_at.is_none_or(|at| Instant::now() >= at);
            let mut waiting = 0;
            let until = match self.run_once(&mut network, Orders { wake, mail }, on_progress).await {
                Ok(ran) => {
                    waiting = ran.summary.waiting;
                    let until = rest.after(&ran, mail, pace, self.now_ms());
                    heard(Watched::Ran(ran.summary));
                    if ran.summary.wiped {
                        return Err(Error::NotFound(Missing::Home));
                    }
                    until
                }
                Err(fault) => {
                    let error = Error::from(fault);
                    if !passes(&error) {
                        return Err(error);
                    }
                    heard(Watched::Troubled(error));
                    Some(rest.after_trouble())
                }
            };
            wake = tokio::select! {
                () = changed(&mut network) => {
                    self.network_changed();
                    rest = Rest::new(pace);
                    true
                }
                () = self.core().bell.asked.notified() => {
                    rest = Rest::new(pace);
                    true
                }
                () = self.core().bell.rings_for_new() => false,
                () = self.more_waits(waiting, pace.look_every) => false,
                () = until_instant(until) => false,
            };
        }
    }

    /// Ready once more waits than did, by whatever program.
    async fn more_waits(&self, waiting: u32, look_every: Option<Duration>) {
        let Some(every) = look_every else { return pending().await };
        loop {
            sleep(every).await;
            let counted = self.on_store(|core| Ok(core.words.read(crate::view::Overview::read)?.waiting));
            // What goes wrong in looking goes wrong in the next run as well, which tells it.
            if counted.await.map_or(true, |now| now > waiting) {
                return;
            }
        }
    }
}

impl Rest {
    fn new(pace: Pace) -> Self {
        Self { pause: SHORTEST, trouble: TROUBLED, mail_every: pace.mail_every, mail_at: None }
    }

    /// Until when to sleep after a run; `None`: until something changes.
    fn after(&mut self, ran: &Ran, mail_wanted: bool, pace: Pace, now_ms: i64) -> Option<Instant> {
        let now = Instant::now();
        self.trouble = TROUBLED;
        // However many items fail, each in its own rhythm: they are tried together, and ever more rarely.
        self.pause = if ran.moved { SHORTEST } else { (self.pause * 2).min(LONGEST) };
        if mail_wanted {
            self.mail_every = match ran.mail {
                Some(false) if ran.mail_due => (self.mail_every * 2).min(LONGEST_WAIT.max(pace.mail_every)),
                _ => pace.mail_every,
            };
            self.mail_at = Some(now + self.mail_every);
        }
        let item = ran.summary.wake_ms.map(|wake_ms| {
            let wait_ms = u64::try_from(wake_ms.saturating_sub(now_ms)).unwrap_or(0);
            now + Duration::from_millis(wait_ms).min(LONGEST_WAIT).max(self.pause)
        });
        let mail = self.mail_at.filter(|_| ran.mail_due);
        item.into_iter().chain(mail).min()
    }

    fn after_trouble(&mut self) -> Instant {
        let until = Instant::now() + self.trouble;
        self.trouble = (self.trouble * 2).min(LONGEST);
        until
    }
}

/// Troubles that end by themselves, or once somebody makes room: no reason to stop watching.
fn passes(error: &Error) -> bool {
    matches!(error, Error::StorageFull | Error::Busy(_) | Error::Unusable(Unusable::KeyStore(_)))
}

async fn until_instant(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => pending().await,
    }
}
