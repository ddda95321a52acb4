//! What to start, stop and wait for.

use std::collections::BTreeSet;

use crate::outbox::{ItemRow, Lane};

use super::settle::LONGEST_WAIT_MS;

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
}

/// Most envelopes under way at once.
const WORDS_AT_ONCE: usize = 32;
/// Most attachments under way at once, to one desk.
const ATTACHMENTS_AT_ONCE: usize = 1;

/// Decides, from the window of due items (oldest first in each lane), what runs, the wall clock and the network.
///
/// Words go on any network, before anything else. While words for a desk are due, whether or not their time has come,
/// no attachment is started for that desk, and one that runs is broken off (P10). Originals go on unmetered networks
/// only. A wait longer than the longest there is comes from a clock that jumped: it is over. Words that cannot go at all
/// hold nothing back.
pub fn plan(window: &[Due], running: &BTreeSet<ItemRow>, now_ms: i64, network: Network) -> Plan {
    let mut plan = Plan::default();
    if network == Network::Offline {
        plan.cancel = running.iter().copied().collect();
        return plan;
    }
    let words_due: BTreeSet<u32> =
        window.iter().filter(|due| due.lane == Lane::Words && !due.stuck).map(|due| due.desk).collect();
    let mut words =
        window.iter().filter(|due| due.lane == Lane::Words && running.contains(&due.item)).count();
    for due in window {
        let is_words = due.lane == Lane::Words;
        let held_back = (!is_words && words_due.contains(&due.desk))
            || (due.lane == Lane::Originals && network != Network::Unmetered);
        if held_back {
            if running.contains(&due.item) {
                plan.cancel.push(due.item);
            }
            continue;
        }
        if running.contains(&due.item) {
            continue;
        }
        let jumped = due.next_try_ms > now_ms.saturating_add(LONGEST_WAIT_MS);
        if due.next_try_ms > now_ms && !jumped {
            plan.wake_ms = Some(plan.wake_ms.map_or(due.next_try_ms, |wake| wake.min(due.next_try_ms)));
            continue;
        }
        if is_words {
            if words < WORDS_AT_ONCE {
                words += 1;
                plan.start.push(due.item);
            }
        } else if under_way(window, running, &plan.start, due.desk) < ATTACHMENTS_AT_ONCE {
            plan.start.push(due.item);
        }
    }
    plan
}

/// How many attachments for a desk run or are about to.
fn under_way(window: &[Due], running: &BTreeSet<ItemRow>, start: &[ItemRow], desk: u32) -> usize {
    window
        .iter()
        .filter(|due| due.desk == desk && due.lane != Lane::Words)
        .filter(|due| running.contains(&due.item) || start.contains(&due.item))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(item: i64, desk: u32, lane: Lane, next_try_ms: i64) -> Due {
        Due { item: ItemRow(item), desk, lane, next_try_ms, stuck: false }
    }

    fn rows(rows: &[i64]) -> Vec<ItemRow> {
        rows.iter().copied().map(ItemRow).collect()
    }

    #[test]
    fn nothing_runs_without_a_network() {
        let window = [due(1, 0, Lane::Words, 0)];
        let running = BTreeSet::from([ItemRow(1)]);
        let plan = plan(&window, &running, 0, Network::Offline);
        assert_eq!((plan.start, plan.cancel, plan.wake_ms), (vec![], rows(&[1]), None));
    }

    #[test]
    fn p10_no_attachment_starts_or_goes_on_while_words_for_its_desk_are_due() {
        let window = [
            due(5, 0, Lane::Words, 9_000), // not yet its time, and still due
            due(2, 0, Lane::Originals, 0),
            due(3, 1, Lane::Originals, 0),
        ];
        let plan = plan(&window, &BTreeSet::from([ItemRow(2)]), 0, Network::Unmetered);
        assert_eq!(plan.cancel, rows(&[2]));
        assert_eq!(plan.start, rows(&[3]));
        assert_eq!(plan.wake_ms, Some(9_000));
    }

    #[test]
    fn originals_wait_for_an_unmetered_network_and_copies_do_not() {
        let window = [due(1, 0, Lane::Copies, 0), due(2, 1, Lane::Originals, 0)];
        assert_eq!(plan(&window, &BTreeSet::new(), 0, Network::Metered).start, rows(&[1]));
        assert_eq!(plan(&window, &BTreeSet::new(), 0, Network::Unmetered).start, rows(&[1, 2]));
    }

    #[test]
    fn one_attachment_at_a_time_to_a_desk() {
        let window = [due(1, 0, Lane::Originals, 0), due(2, 0, Lane::Originals, 0)];
        assert_eq!(plan(&window, &BTreeSet::new(), 0, Network::Unmetered).start, rows(&[1]));
        assert_eq!(plan(&window, &BTreeSet::from([ItemRow(1)]), 0, Network::Unmetered).start, rows(&[]));
    }

    #[test]
    fn a_clock_that_jumped_back_strands_nothing() {
        let waits = [due(1, 0, Lane::Words, LONGEST_WAIT_MS)];
        let waiting = plan(&waits, &BTreeSet::new(), 0, Network::Metered);
        assert_eq!((waiting.start, waiting.wake_ms), (vec![], Some(LONGEST_WAIT_MS)));
        for stranded in [LONGEST_WAIT_MS + 1, i64::MAX] {
            let window = [due(1, 0, Lane::Words, stranded)];
            assert_eq!(plan(&window, &BTreeSet::new(), 0, Network::Metered).start, rows(&[1]));
        }
    }

    #[test]
    fn p9_words_that_cannot_go_hold_no_photos_back() {
        let window = [Due { stuck: true, ..due(1, 0, Lane::Words, 9_000) }, due(2, 0, Lane::Originals, 0)];
        assert_eq!(plan(&window, &BTreeSet::new(), 0, Network::Unmetered).start, rows(&[2]));
    }
}
