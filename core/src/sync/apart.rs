//! Moments: when named reports are sent, and when anonymous ones, so that the two are never sent beside each other, and no two
//! anonymous ones (P7).
//!
//! Whoever runs the intake sees from which address connections come, and when. So anonymous items go one at a time, each in a
//! moment of its own: not while anything else is under way, and only once nothing else has reached a desk for a random pause.
//! After one, named reports and mailboxes pause as well, for less long. Pauses are kept in the home: another program that
//! sends heeds them too. A person who asks to send does not end them.

use std::{collections::BTreeSet, ops::Range};

use serde::{Deserialize, Serialize};

use super::{
    arm::Verdict,
    driver::{Progress, Sender},
    plan::Plan,
    step::{Failure, Outcome},
    window::Loaded,
};
use crate::{
    error::Fault,
    outbox::{ItemRow, ItemState, Lane, Reason},
    random::{self, Random},
    seam::{self, Planted},
    settings,
};

const MINUTE_MS: i64 = 60 * 1000;
/// How long anything else has been quiet before an anonymous item goes, in milliseconds: drawn evenly from this.
const QUIET_BEFORE_MS: Range<i64> = 2 * MINUTE_MS..15 * MINUTE_MS;
/// How long named reports are quiet after one: they are only to be told apart, and somebody waits for them.
const QUIET_AFTER_MS: Range<i64> = MINUTE_MS..3 * MINUTE_MS;
/// An anonymous item that could have gone for so long makes named photos stand back, so that it gets quiet.
const OVERDUE_MS: i64 = 30 * MINUTE_MS;
/// A moment that grows while named reports are sent is written down again after so long.
const WRITE_AGAIN_MS: i64 = MINUTE_MS;

/// Before when what may not be sent, in milliseconds since 1970. Sealed in the home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Moments {
    /// Anonymous items, but for the one that has begun.
    apart_from_ms: i64,
    /// Everything else.
    named_from_ms: i64,
}

/// What a sender knows of its moments.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// As in the home, or newer; nothing before it was read.
    moments: Option<Moments>,
    /// As it was last written.
    written: Moments,
    /// The anonymous item whose moment it is.
    current: Option<ItemRow>,
    /// What to go back to where the current item reaches nobody.
    before: Moments,
}

/// What to do now, and how many anonymous items only wait for their moment.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Choice {
    pub(super) plan: Plan,
    pub(super) held: u32,
    /// An anonymous item waits for quiet: nothing that can wait should end it.
    pub(super) wants_quiet: bool,
}

impl Moments {
    fn apart_over(self, now_ms: i64) -> bool {
        is_over(self.apart_from_ms, QUIET_BEFORE_MS.end, now_ms)
    }

    fn named_over(self, now_ms: i64) -> bool {
        is_over(self.named_from_ms, QUIET_AFTER_MS.end, now_ms)
    }
}

/// Whether a pause is over. One that would last longer than any was left by a clock that jumped.
fn is_over(until_ms: i64, longest_ms: i64, now_ms: i64) -> bool {
    now_ms >= until_ms || until_ms > now_ms.saturating_add(longest_ms)
}

/// Decides whose moment it is: plans what is named by itself, and where that leaves quiet, one anonymous item.
///
/// A copy of an anonymous report is broken off by words for its desk, whosever they are, and by named words that could go
/// now (P10): nothing goes beside it, so that they would have to wait for all of it.
pub(super) fn choose(
    window: &[Loaded],
    under_way: &BTreeSet<ItemRow>,
    now_ms: i64,
    moments: Moments,
    current: Option<ItemRow>,
    plan: &dyn Fn(&[&Loaded]) -> Plan,
) -> Choice {
    if seam::is_planted(Planted::NoOwnMoment) {
        return Choice { plan: plan(&window.iter().collect::<Vec<_>>()), ..Choice::default() };
    }
    let (named, apart): (Vec<&Loaded>, Vec<&Loaded>) = window.iter().partition(|loaded| loaded.named);
    let (ripe, unripe): (Vec<_>, Vec<_>) =
        apart.into_iter().partition(|loaded| loaded.moment.is_over(now_ms));
    let running: Vec<_> =
        ripe.iter().copied().filter(|loaded| under_way.contains(&loaded.item.row)).collect();
    if !running.is_empty() {
        let cancel = broken_off_by_words(&running, &named, &ripe, plan);
        return Choice { plan: Plan { cancel, ..Plan::default() }, ..Choice::default() };
    }
    // What does not go on this network needs no quiet.
    let stays =
        plan(&ripe).verdicts.into_iter().filter(|(_, verdict)| *verdict == Verdict::WaitsForUnmetered);
    let stays: BTreeSet<_> = stays.map(|(row, _)| row).collect();
    let is_ready = |loaded: &&&Loaded| loaded.item.next_try_ms <= now_ms && !stays.contains(&loaded.item.row);
    let ready: Vec<_> = ripe.iter().filter(is_ready).collect();
    let overdue = ready.iter().any(|loaded| loaded.moment.is_over_since(OVERDUE_MS, now_ms));
    let mut choice = Choice {
        held: u32::try_from(unripe.len() + ready.len()).unwrap_or(u32::MAX),
        wants_quiet: !ready.is_empty(),
        ..Choice::default()
    };
    if !under_way.is_empty() || moments.named_over(now_ms) {
        let goes = |loaded: &&Loaded| {
            !overdue || loaded.item.lane == Lane::Words || under_way.contains(&loaded.item.row)
        };
        choice.plan = plan(&named.iter().copied().filter(goes).collect::<Vec<_>>());
        if !under_way.is_empty() || !choice.plan.start.is_empty() {
            return choice;
        }
    } else if !named.is_empty() {
        choice.plan.wake_ms = Some(moments.named_from_ms);
    }
    // It is quiet.
    let wakes = unripe.iter().map(|loaded| loaded.moment.until_ms());
    let mut wake_ms = wakes.chain(choice.plan.wake_ms).min();
    // Words that are due hold photos for their desk back, whosever they are (P10).
    let words = named.iter().filter(|loaded| loaded.item.lane == Lane::Words);
    let beside: Vec<_> = words.chain(&ripe).copied().collect();
    let of_apart = |row: &ItemRow| ripe.iter().any(|loaded| loaded.item.row == *row);
    let planned = plan(&beside);
    let may: Vec<_> = planned.start.into_iter().filter(of_apart).collect();
    let goes_on = current.filter(|row| may.contains(row));
    match goes_on.or_else(|| may.first().copied().filter(|_| moments.apart_over(now_ms))) {
        Some(row) => {
            choice.held = choice.held.saturating_sub(1);
            choice.plan = Plan { start: vec![row], ..Plan::default() };
        }
        None => {
            if !may.is_empty() {
                wake_ms = wake_ms.into_iter().chain([moments.apart_from_ms]).min();
            }
            choice.plan.wake_ms = wake_ms.into_iter().chain(planned.wake_ms).min();
        }
    }
    choice
}

/// Which of the anonymous items under way have to end now.
fn broken_off_by_words(
    running: &[&Loaded],
    named: &[&Loaded],
    ripe: &[&Loaded],
    plan: &dyn Fn(&[&Loaded]) -> Plan,
) -> Vec<ItemRow> {
    let is_words =
        |loaded: &&Loaded| loaded.item.lane == Lane::Words && loaded.item.state == ItemState::Waits;
    let runs = |loaded: &&Loaded| running.iter().any(|other| other.item.row == loaded.item.row);
    let words = named.iter().chain(ripe).copied().filter(|loaded| is_words(loaded) && !runs(loaded));
    let planned = plan(&words.chain(running.iter().copied()).collect::<Vec<_>>());
    if named.iter().any(|loaded| is_words(loaded) && planned.start.contains(&loaded.item.row)) {
        let copies = running.iter().filter(|loaded| loaded.item.lane != Lane::Words);
        let copies = copies.filter(|loaded| loaded.item.state == ItemState::Waits);
        return copies.map(|loaded| loaded.item.row).chain(planned.cancel.iter().copied()).collect();
    }
    planned.cancel
}

/// A moment so much later, drawn evenly.
fn draw(now_ms: i64, pause_ms: &Range<i64>, random: &dyn Random) -> Result<i64, Fault> {
    let drawn = i64::from(u32::from_be_bytes(random::bytes(random)?));
    let span = pause_ms.end - pause_ms.start;
    Ok(now_ms.saturating_add(pause_ms.start + ((drawn * span) >> 32)))
}

impl Sender {
    /// Whose moment it is, by what the home says.
    pub(super) async fn moments(&self) -> Result<(Moments, Option<ItemRow>), Fault> {
        if let (Some(moments), current) = self.with_apart(|apart| (apart.moments, apart.current)) {
            return Ok((moments, current));
        }
        let read = self.on_store(|core| {
            let sending = core.sending()?;
            core.words.read(|conn| settings::moments(conn, sending))
        });
        let moments = read.await?;
        Ok(self.with_apart(|apart| {
            apart.written = moments;
            (*apart.moments.insert(moments), apart.current)
        }))
    }

    /// Before an item is begun. An anonymous one's moment is written down first: a kill must not let named reports follow it
    /// at once.
    pub(super) async fn begins(&self, loaded: &Loaded) -> Result<(), Fault> {
        if loaded.named {
            // Whatever had begun has lost its quiet.
            self.with_apart(|apart| apart.current = None);
            return Ok(());
        }
        let (moments, current) = self.moments().await?;
        let row = loaded.item.row;
        if current == Some(row) {
            return Ok(());
        }
        let drawn = self.quiet_after_apart()?;
        self.with_apart(|apart| (apart.current, apart.before) = (Some(row), moments));
        self.write_moments(drawn).await
    }

    /// Something is broken off that was under way. Where that is of an anonymous report, its moment is over: what follows waits as
    /// if it had been settled, though it began long ago. Whether it is.
    pub(super) async fn breaks_off(&self, window: &[Loaded], rows: &[ItemRow]) -> Result<bool, Fault> {
        let is_broken_off = |loaded: &&Loaded| !loaded.named && rows.contains(&loaded.item.row);
        if !window.iter().any(|loaded| is_broken_off(&loaded)) {
            return Ok(false);
        }
        self.with_apart(|apart| apart.current = None);
        self.moments().await?;
        self.write_moments(self.quiet_after_apart()?).await?;
        Ok(true)
    }

    /// After an item was settled; `reached` says whether anything but this device can know of it.
    pub(super) async fn ended(&self, named: bool, progress: &Progress, reached: bool) -> Result<(), Fault> {
        let (moments, _) = self.moments().await?;
        if named {
            return if reached { self.named_was_sent(false).await } else { Ok(()) };
        }
        // The next step of an upload follows at once.
        if progress.state == ItemState::Waits && progress.reason.is_none() {
            return Ok(());
        }
        let before = self.with_apart(|apart| {
            apart.current = None;
            apart.before
        });
        let after = if reached { self.quiet_after_apart()? } else { before };
        if after == moments { Ok(()) } else { self.write_moments(after).await }
    }

    /// Something named has just reached a desk. Written down now and then, and at the end of a run.
    pub(super) async fn named_was_sent(&self, at_the_end: bool) -> Result<(), Fault> {
        let (moments, _) = self.moments().await?;
        let now_ms = self.now_ms();
        let apart_from_ms = draw(now_ms, &QUIET_BEFORE_MS, self.core().random())?;
        let moments = Moments { apart_from_ms, ..moments };
        let written_ms = self.with_apart(|apart| {
            apart.moments = Some(moments);
            apart.written.apart_from_ms
        });
        // What is written holds for a minute at least: the shortest pause is twice as long as what it may lag behind.
        let lags = written_ms < now_ms + QUIET_BEFORE_MS.start - WRITE_AGAIN_MS
            || written_ms > now_ms + QUIET_BEFORE_MS.end;
        if lags || at_the_end { self.write_moments(moments).await } else { Ok(()) }
    }

    /// Whether it is the moment of what is named.
    pub(super) async fn is_named_moment(&self) -> Result<bool, Fault> {
        Ok(self.moments().await?.0.named_over(self.now_ms()))
    }

    fn quiet_after_apart(&self) -> Result<Moments, Fault> {
        let (now_ms, random) = (self.now_ms(), self.core().random());
        Ok(Moments {
            apart_from_ms: draw(now_ms, &QUIET_BEFORE_MS, random)?,
            named_from_ms: draw(now_ms, &QUIET_AFTER_MS, random)?,
        })
    }

    async fn write_moments(&self, moments: Moments) -> Result<(), Fault> {
        self.on_store(move |core| {
            let sending = core.sending()?;
            core.words.write(|tx| settings::set_moments(tx, &moments, sending, core.random()))
        })
        .await?;
        self.with_apart(|apart| (apart.moments, apart.written) = (Some(moments), moments));
        Ok(())
    }
}

/// Whether a desk, or whoever watches it, can know of a try.
pub(super) fn reached_somebody(outcome: &Result<Outcome, Reason>) -> bool {
    let unseen = [Failure::Unreachable, Failure::NoProxy, Failure::NotTrusted, Failure::Unreadable];
    match outcome {
        Ok(Outcome::Answer { .. }) => true,
        Ok(Outcome::Failed(failure)) => !unseen.contains(failure),
        Err(_) => false,
    }
}
