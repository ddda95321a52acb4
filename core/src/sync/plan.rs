//! What to start, stop and wait for.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    outbox::{ItemRow, Lane},
    seam::{Planted, is_planted},
};

use super::{
    arm::Verdict,
    settle::{LONGEST_CHECK_MS, LONGEST_WAIT_MS},
    wishes::Wishes,
};

/// What kind of network there is, as the shell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// None.
    Offline,
    /// One that costs: words and copies go.
    Metered,
    /// One that does not: everything goes.
    Unmetered,
}

/// A due item, as the plan sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub item: ItemRow,
    /// Which desk: items with the same number go to the same one.
    pub desk: u32,
    /// Its lane.
    pub lane: Lane,
    /// Not before this moment of the wall clock, in milliseconds since 1970.
    pub next_try_ms: i64,
    /// It cannot go as things are, whatever the link.
    pub stuck: bool,
    /// At its last try its desk was not reached: what is true of it is most likely true of all that go there.
    pub unreached: bool,
    /// It is stored, and what is due is the question whether it still is.
    pub check: Option<Check>,
}

/// How a desk is asked after what it has stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Along with others, to wake the device once for all of them.
    WithOthers,
    /// At a moment of its own: it is of an anonymous report.
    Alone,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Items to begin.
    pub start: Vec<ItemRow>,
    /// Running items to break off.
    pub cancel: Vec<ItemRow>,
    /// When to plan again if nothing else happens, in milliseconds since 1970; `None`: when something changes.
    pub wake_ms: Option<i64>,
    /// What was decided of each due item, and why.
    pub verdicts: Vec<(ItemRow, Verdict)>,
}

/// Most envelopes under way at once, to one desk, and in all.
const WORDS_AT_ONCE: (usize, usize) = (32, 64);
/// The same of attachments.
const ATTACHMENTS_AT_ONCE: (usize, usize) = (1, 8);
/// The same of questions after what is stored.
const CHECKS_AT_ONCE: (usize, usize) = (4, 8);

/// Decides, from the window of due items (oldest first in each lane), what runs, the wall clock, the network and what is
/// wished.
///
/// Words go on any network, before anything else. While words for a desk are due, whether or not their time has come,
/// no attachment is started for that desk, and one that runs is broken off (P10): what arrived of it counts, and the words
/// need not share the link with its rest. Copies come before originals in the same way, but that an original that runs is let
/// come to the end of its chunk. What cannot go at all, or not on this network, holds nothing back. Originals go on unmetered
/// networks, copies on any, unless something else is wished.
///
/// A desk that was not reached is tried by one item for all, once the last of their waits is over: a day without a
/// connection costs so many tries to each desk, not to each report. Something new is tried at once.
///
/// A wait longer than the longest there is comes from a clock that jumped: it is over.
pub fn plan(
    window: &[Due],
    running: &BTreeSet<ItemRow>,
    now_ms: i64,
    network: Network,
    wishes: Wishes,
) -> Plan {
    let mut plan = Plan::default();
    if network == Network::Offline {
        plan.cancel = running.iter().copied().collect();
        plan.verdicts = window.iter().map(|due| (due.item, Verdict::Offline)).collect();
        return plan;
    }
    let mut planning = Planning::of(window, running, now_ms, network, wishes);
    for due in window {
        let verdict = planning.verdict(due);
        match verdict {
            Verdict::Starts | Verdict::StartsAfterJump | Verdict::Checks => plan.start.push(due.item),
            Verdict::WordsFirst | Verdict::WaitsForUnmetered if running.contains(&due.item) => {
                plan.cancel.push(due.item);
            }
            _ => {}
        }
        plan.verdicts.push((due.item, verdict));
    }
    plan.wake_ms = planning.wake_ms;
    plan
}

/// Items that are under way, or about to be, to one desk.
type Turns = BTreeMap<(u32, Kind), usize>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Words,
    Attachment,
    Check,
}

/// The items that wait for a desk that was not reached.
struct Unreached {
    /// When the last of their waits is over.
    moment_ms: i64,
    /// The one that is tried: of the first lane, the one that waits longest.
    first: (Lane, i64, ItemRow),
    /// One of them is at it.
    running: bool,
}

struct Planning<'a> {
    running: &'a BTreeSet<ItemRow>,
    now_ms: i64,
    network: Network,
    wishes: Wishes,
    words_due: BTreeSet<u32>,
    copies_due: BTreeSet<u32>,
    unreached: BTreeMap<(u32, Kind), Unreached>,
    checks_due: BTreeSet<u32>,
    turns: Turns,
    wake_ms: Option<i64>,
}

impl<'a> Planning<'a> {
    fn of(
        window: &[Due],
        running: &'a BTreeSet<ItemRow>,
        now_ms: i64,
        network: Network,
        wishes: Wishes,
    ) -> Self {
        let words_due = window.iter().filter(|due| due.kind() == Kind::Words && !due.stuck);
        // Once one is asked after, so are all that are due within the hour.
        let asked = |due: &&Due| due.wait_ms(now_ms) <= now_ms || running.contains(&due.item);
        let checks_due = window.iter().filter(|due| due.kind() == Kind::Check).filter(asked);
        let mut planning = Self {
            running,
            now_ms,
            network,
            wishes,
            words_due: words_due.map(|due| due.desk).collect(),
            copies_due: BTreeSet::new(),
            unreached: BTreeMap::new(),
            checks_due: checks_due.map(|due| due.desk).collect(),
            turns: Turns::new(),
            wake_ms: None,
        };
        for due in window {
            if running.contains(&due.item) {
                *planning.turns.entry((due.desk, due.kind())).or_default() += 1;
            }
            if due.check.is_some() || planning.waits_for_unmetered(due) {
                continue;
            }
            if due.unreached {
                planning.count_unreached(due);
            }
            if due.lane == Lane::Copies && !due.stuck {
                planning.copies_due.insert(due.desk);
            }
        }
        planning
    }

    fn count_unreached(&mut self, due: &Due) {
        let (wait_ms, running) = (due.wait_ms(self.now_ms), self.running.contains(&due.item));
        let first = (due.lane, wait_ms, due.item);
        let group = self.unreached.entry((due.desk, due.kind())).or_insert(Unreached {
            moment_ms: wait_ms,
            first,
            running,
        });
        group.moment_ms = group.moment_ms.max(wait_ms);
        group.first = group.first.min(first);
        group.running |= running;
    }

    fn verdict(&mut self, due: &Due) -> Verdict {
        if due.check.is_some() {
            return self.check(due);
        }
        let words_first = self.words_due.contains(&due.desk) && !is_planted(Planted::LaneOrder);
        if due.lane != Lane::Words && words_first {
            return Verdict::WordsFirst;
        }
        if self.waits_for_unmetered(due) {
            return Verdict::WaitsForUnmetered;
        }
        if self.running.contains(&due.item) {
            return Verdict::GoesOn;
        }
        let copies_first = self.copies_due.contains(&due.desk) && !is_planted(Planted::CopyOrder);
        if due.lane == Lane::Originals && copies_first {
            return Verdict::CopiesFirst;
        }
        let mut wait_ms = due.wait_ms(self.now_ms);
        if let Some(group) = self.unreached.get(&(due.desk, due.kind()))
            && due.unreached
        {
            wait_ms = group.moment_ms;
            if group.running || (wait_ms <= self.now_ms && group.first.2 != due.item) {
                return Verdict::BehindAnother;
            }
        }
        if wait_ms > self.now_ms {
            return self.not_yet(wait_ms);
        }
        match self.takes_turn(due) {
            false => Verdict::InTurn,
            true if due.next_try_ms > self.now_ms => Verdict::StartsAfterJump,
            true => Verdict::Starts,
        }
    }

    /// Whether it does not go on this network.
    fn waits_for_unmetered(&self, due: &Due) -> bool {
        let waits = match due.lane {
            Lane::Words => false,
            Lane::Copies => self.wishes.copies_wait,
            Lane::Originals => !self.wishes.originals_now,
        };
        waits && self.network != Network::Unmetered
    }

    /// Questions after what is stored wait for everything else, and for one another.
    fn check(&mut self, due: &Due) -> Verdict {
        if self.running.contains(&due.item) {
            return Verdict::GoesOn;
        }
        let unreached = |kind| self.unreached.contains_key(&(due.desk, kind));
        if self.words_due.contains(&due.desk) || unreached(Kind::Words) || unreached(Kind::Attachment) {
            return Verdict::NotYet;
        }
        let wait_ms = due.wait_ms(self.now_ms);
        let with_others = due.check == Some(Check::WithOthers) && self.checks_due.contains(&due.desk);
        let ahead_ms = if with_others { LONGEST_WAIT_MS } else { 0 };
        if wait_ms > self.now_ms.saturating_add(ahead_ms) {
            return self.not_yet(wait_ms);
        }
        if self.takes_turn(due) { Verdict::Checks } else { Verdict::InTurn }
    }

    fn not_yet(&mut self, wait_ms: i64) -> Verdict {
        self.wake_ms = Some(self.wake_ms.map_or(wait_ms, |wake_ms| wake_ms.min(wait_ms)));
        Verdict::NotYet
    }

    fn takes_turn(&mut self, due: &Due) -> bool {
        let kind = due.kind();
        let (to_one, in_all) = match kind {
            Kind::Words => WORDS_AT_ONCE,
            Kind::Attachment => ATTACHMENTS_AT_ONCE,
            Kind::Check => CHECKS_AT_ONCE,
        };
        let all: usize = self.turns.iter().filter(|((_, other), _)| *other == kind).map(|(_, n)| n).sum();
        let here = self.turns.entry((due.desk, kind)).or_default();
        let free = *here < to_one && all < in_all;
        *here += usize::from(free);
        free
    }
}

impl Due {
    fn kind(&self) -> Kind {
        match (self.check, self.lane) {
            (Some(_), _) => Kind::Check,
            (None, Lane::Words) => Kind::Words,
            (None, Lane::Copies | Lane::Originals) => Kind::Attachment,
        }
    }

    /// Until when it waits; a wait that a clock left which jumped is over.
    fn wait_ms(&self, now_ms: i64) -> i64 {
        let longest_ms = if self.check.is_some() { LONGEST_CHECK_MS } else { LONGEST_WAIT_MS };
        let jumped = self.next_try_ms > now_ms.saturating_add(longest_ms);
        if jumped && !is_planted(Planted::WaitIsBelieved) { i64::MIN } else { self.next_try_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(item: i64, desk: u32, lane: Lane, next_try_ms: i64) -> Due {
        Due { item: ItemRow(item), desk, lane, next_try_ms, stuck: false, unreached: false, check: None }
    }

    fn unreached(item: i64, desk: u32, lane: Lane, next_try_ms: i64) -> Due {
        Due { unreached: true, ..due(item, desk, lane, next_try_ms) }
    }

    fn check(item: i64, next_try_ms: i64, how: Check) -> Due {
        Due { check: Some(how), ..due(item, 0, Lane::Words, next_try_ms) }
    }

    fn planned(window: &[Due], running: &[i64], network: Network) -> Plan {
        plan(window, &rows(running).into_iter().collect(), 0, network, Wishes::default())
    }

    fn plan_with(window: &[Due], network: Network, wishes: Wishes) -> Plan {
        plan(window, &BTreeSet::new(), 0, network, wishes)
    }

    fn rows(rows: &[i64]) -> Vec<ItemRow> {
        rows.iter().copied().map(ItemRow).collect()
    }

    fn verdicts(plan: &Plan) -> Vec<Verdict> {
        plan.verdicts.iter().map(|(_, verdict)| *verdict).collect()
    }

    #[test]
    fn nothing_runs_without_a_network_and_nobody_is_woken() {
        let plan = planned(&[due(1, 0, Lane::Words, 9_000)], &[1], Network::Offline);
        assert_eq!((plan.start.clone(), plan.cancel.clone(), plan.wake_ms), (vec![], rows(&[1]), None));
        assert_eq!(verdicts(&plan), [Verdict::Offline]);
    }

    #[test]
    fn p10_no_attachment_starts_or_goes_on_while_words_for_its_desk_are_due() {
        let window = [
            due(5, 0, Lane::Words, 9_000), // not yet its time, and still due
            due(2, 0, Lane::Originals, 0),
            due(3, 1, Lane::Originals, 0),
        ];
        let plan = planned(&window, &[2], Network::Unmetered);
        assert_eq!(plan.cancel, rows(&[2]));
        assert_eq!(plan.start, rows(&[3]));
        assert_eq!(plan.wake_ms, Some(9_000));
        assert_eq!(verdicts(&plan), [Verdict::NotYet, Verdict::WordsFirst, Verdict::Starts]);
    }

    #[test]
    fn originals_wait_for_an_unmetered_network_and_copies_do_not_unless_something_else_is_wished() {
        let window = [due(1, 0, Lane::Copies, 0), due(2, 1, Lane::Originals, 0)];
        let with = |network, wishes| plan(&window, &BTreeSet::new(), 0, network, wishes).start;
        let none = Wishes::default();
        assert_eq!(with(Network::Metered, none), rows(&[1]));
        assert_eq!(with(Network::Unmetered, none), rows(&[1, 2]));
        assert_eq!(with(Network::Metered, Wishes { originals_now: true, ..none }), rows(&[1, 2]));
        let wait = Wishes { copies_wait: true, ..none };
        assert_eq!(with(Network::Metered, wait), rows(&[]));
        assert_eq!(with(Network::Unmetered, wait), rows(&[1, 2]));
        let running = rows(&[1, 2]).into_iter().collect();
        let cancelled = plan(&window, &running, 0, Network::Metered, wait).cancel;
        assert_eq!(cancelled, rows(&[1, 2]), "one that runs is broken off");
    }

    #[test]
    fn one_attachment_at_a_time_to_a_desk_the_oldest_copy_first() {
        let window = [due(3, 0, Lane::Copies, 0), due(4, 0, Lane::Copies, 0), due(1, 0, Lane::Originals, 0)];
        assert_eq!(planned(&window, &[], Network::Unmetered).start, rows(&[3]));
        assert_eq!(planned(&window, &[1], Network::Unmetered).start, rows(&[]));
    }

    #[test]
    fn p10_no_original_starts_while_copies_for_its_desk_are_due() {
        let window = [
            due(3, 0, Lane::Copies, 9_000), // not yet its time, and still due
            due(1, 0, Lane::Originals, 0),
            due(2, 1, Lane::Originals, 0),
        ];
        let plan = planned(&window, &[], Network::Unmetered);
        assert_eq!(verdicts(&plan), [Verdict::NotYet, Verdict::CopiesFirst, Verdict::Starts]);
        assert_eq!(plan.wake_ms, Some(9_000));
        let runs = planned(&window, &[1], Network::Unmetered);
        assert_eq!((runs.cancel, runs.start), (vec![], rows(&[2])), "one that runs ends its chunk");
        let stuck = [Due { stuck: true, ..window[0] }, window[1]];
        assert_eq!(planned(&stuck, &[], Network::Unmetered).start, rows(&[1]));
        let (originals_now, copies_wait) = (true, true);
        let wishes = Wishes { originals_now, copies_wait, ..Wishes::default() };
        let start = plan_with(&window[..2], Network::Metered, wishes).start;
        assert_eq!(start, rows(&[1]), "copies that do not go on this network hold nothing back");
    }

    #[test]
    fn what_does_not_go_on_this_network_is_never_the_one_that_tries_for_all() {
        let window = [unreached(2, 0, Lane::Copies, -5), unreached(1, 0, Lane::Originals, -9)];
        for network in [Network::Metered, Network::Unmetered] {
            assert_eq!(planned(&window, &[], network).start, rows(&[2]), "{network:?}");
        }
    }

    #[test]
    fn a_desk_that_keeps_its_connections_hanging_leaves_room_for_others() {
        let mut window: Vec<_> = (1..=64).map(|item| due(item, 0, Lane::Words, 0)).collect();
        window.push(due(65, 1, Lane::Words, 0));
        let plan = planned(&window, &[], Network::Metered);
        assert_eq!((plan.start.len(), plan.start.last()), (33, Some(&ItemRow(65))));
    }

    #[test]
    fn a_clock_that_jumped_back_strands_nothing() {
        let waiting = planned(&[due(1, 0, Lane::Words, LONGEST_WAIT_MS)], &[], Network::Metered);
        assert_eq!((waiting.start, waiting.wake_ms), (vec![], Some(LONGEST_WAIT_MS)));
        for stranded in [LONGEST_WAIT_MS + 1, i64::MAX] {
            for due in [due(1, 0, Lane::Words, stranded), unreached(1, 0, Lane::Words, stranded)] {
                let plan = planned(&[due], &[], Network::Metered);
                assert_eq!(verdicts(&plan), [Verdict::StartsAfterJump]);
            }
        }
        for (stranded, verdict) in
            [(LONGEST_CHECK_MS, Verdict::NotYet), (LONGEST_CHECK_MS + 1, Verdict::Checks)]
        {
            let plan = planned(&[check(1, stranded, Check::Alone)], &[], Network::Metered);
            assert_eq!(verdicts(&plan), [verdict]);
        }
    }

    #[test]
    fn p9_words_that_cannot_go_hold_no_photos_back() {
        let window = [Due { stuck: true, ..due(1, 0, Lane::Words, 9_000) }, due(2, 0, Lane::Originals, 0)];
        assert_eq!(planned(&window, &[], Network::Unmetered).start, rows(&[2]));
    }

    #[test]
    fn a_desk_that_was_not_reached_is_tried_by_one_for_all_once_the_last_wait_is_over() {
        let at = |third| [unreached(1, 0, Lane::Words, -5), unreached(2, 0, Lane::Words, -9), third];
        let waits = planned(&at(unreached(3, 0, Lane::Words, 7)), &[], Network::Metered);
        assert_eq!((waits.start, waits.wake_ms), (vec![], Some(7)));
        let over = planned(&at(unreached(3, 0, Lane::Words, 0)), &[], Network::Metered);
        assert_eq!(over.start, rows(&[2]), "the one that waits longest");
        assert_eq!(verdicts(&over), [Verdict::BehindAnother, Verdict::Starts, Verdict::BehindAnother]);
        let busy = planned(&at(unreached(3, 0, Lane::Words, 0)), &[2], Network::Metered);
        assert_eq!((busy.start, busy.wake_ms), (vec![], None));
        let new = planned(&at(due(3, 0, Lane::Words, 0)), &[], Network::Metered);
        assert_eq!(new.start, rows(&[2, 3]), "something new is tried at once");
        let elsewhere = planned(&at(unreached(3, 1, Lane::Words, 0)), &[], Network::Metered);
        assert_eq!(elsewhere.start, rows(&[2, 3]), "another desk is another matter");
    }

    #[test]
    fn what_is_stored_is_asked_after_together_when_nothing_else_is_due() {
        let (soon, later) = (LONGEST_WAIT_MS, LONGEST_WAIT_MS + 1);
        let all = |first| {
            [
                check(1, first, Check::WithOthers),
                check(2, soon, Check::WithOthers),
                check(3, later, Check::WithOthers),
                check(4, soon, Check::Alone),
            ]
        };
        let plan = planned(&all(0), &[], Network::Metered);
        assert_eq!((plan.start, plan.wake_ms), (rows(&[1, 2]), Some(soon)));
        let plan = planned(&all(1), &[], Network::Metered);
        assert_eq!((plan.start, plan.wake_ms), (vec![], Some(1)));
        for first in [due(9, 0, Lane::Words, 5), unreached(9, 0, Lane::Originals, 5)] {
            let mut window = vec![first];
            window.extend(all(0));
            let plan = planned(&window, &[], Network::Unmetered);
            assert_eq!((plan.start, plan.wake_ms), (vec![], Some(5)));
        }
        let many: Vec<_> = (1..=9).map(|item| check(item, soon, Check::WithOthers)).collect();
        assert_eq!(planned(&many, &[1], Network::Metered).start, rows(&[2, 3, 4]), "behind one that runs");
    }

    #[test]
    fn each_verdict_has_a_case() {
        let window = [
            due(1, 0, Lane::Words, 0),
            due(2, 0, Lane::Copies, 0),
            due(3, 1, Lane::Originals, 0),
            due(4, 2, Lane::Words, 9),
            due(5, 2, Lane::Words, i64::MAX),
            unreached(6, 3, Lane::Words, 0),
            unreached(7, 3, Lane::Words, 0),
            due(8, 4, Lane::Copies, 0),
            due(9, 4, Lane::Copies, 0),
            Due { desk: 5, ..check(10, 0, Check::Alone) },
            due(11, 4, Lane::Originals, 0),
        ];
        let metered = planned(&window, &[1], Network::Metered);
        let mut seen: BTreeSet<_> = verdicts(&metered).into_iter().collect();
        seen.extend(verdicts(&planned(&window, &[], Network::Unmetered)));
        seen.extend(verdicts(&planned(&window, &[], Network::Offline)));
        assert_eq!(seen, Verdict::ALL.into_iter().collect());
    }
}
