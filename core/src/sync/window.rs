//! What is due, and the plan for it.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use rusqlite::Connection;
use turnstone_wire::directory::DeskId;

use super::{
    apart::{Choice, choose},
    driver::Sender,
    plan::{Check, Due, Network, plan},
    settle::{LONGEST_CHECK_MS, LONGEST_WAIT_MS},
};
use crate::{
    error::{Fault, readable_if_there},
    outbox::{self, Item, ItemRow, ItemState, Lane, OwnMoment, Reason, ReportRecord, ReportRow},
    seam::{self, Planted},
    shared::Core,
    vault::SealingKey,
};

/// Most due items of a lane that are looked at together (DESIGN 6).
pub(super) const WINDOW: u32 = 64;

/// Failed tries after which what a desk objects to is taken for what it will object to again. Once is no more than a proxy
/// that cut it short, and no reason to let photos go before words (P10).
const OBJECTED_TRIES: u32 = 3;

/// Whether an item cannot go as things are, whatever the link; or its desk does not take it as it comes. Words that are so
/// hold no photos back.
fn is_stuck(item: &Item) -> bool {
    let stuck =
        [Reason::Unreadable, Reason::DeskUnlisted, Reason::DeskClosed, Reason::NotEncrypted, Reason::KeyDead];
    let objected =
        |reason: &Reason| matches!(reason, Reason::DeskObjects(_)) && item.attempts >= OBJECTED_TRIES;
    item.record.reason.as_ref().is_some_and(|reason| stuck.contains(reason) || objected(reason))
}

/// Whether an item's last try failed for a reason that is most likely its desk's or the link's, and not its own. Those of
/// anonymous reports are each tried for themselves: nothing is to tie them to others.
fn is_unreached(loaded: &Loaded) -> bool {
    let item = &loaded.item;
    let unreached = item.record.reason.as_ref().is_some_and(|reason| {
        matches!(
            reason,
            Reason::NoConnection
                | Reason::NoProxy
                | Reason::NotTheDesk
                | Reason::NotTrusted
                | Reason::DeskTrouble
                | Reason::DeskAsksToWait(_)
        )
    });
    unreached && loaded.named && item.attempts > 0 && item.state == ItemState::Waits
}

/// An item, the desk it goes to, and whether it is of a named report: others go apart.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    pub(super) item: Item,
    pub(super) desk: DeskId,
    pub(super) named: bool,
    /// When its report may go at the earliest.
    pub(super) moment: OwnMoment,
    /// Items that wait because this one's desk was not reached: where it is reached, they go as well.
    pub(super) behind: Vec<ItemRow>,
    /// The most tries in a row that have failed of those and this one. They are tried by turns, and the desk is one.
    pub(super) failed: u32,
}

impl Loaded {
    /// One that no other waits with.
    pub(super) fn alone(item: Item, report: &Heading) -> Self {
        let (failed, Heading { desk, named, moment }) = (item.attempts, report.clone());
        Self { item, desk, named, moment, behind: Vec::new(), failed }
    }
}

/// Where a report goes.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    desk: DeskId,
    named: bool,
    moment: OwnMoment,
}

impl Heading {
    pub(super) fn of(record: &ReportRecord) -> Self {
        Self { desk: record.desk.clone(), named: record.route.is_named(), moment: record.moment() }
    }
}

/// Where reports go, each read once.
struct Desks<'a> {
    conn: &'a Connection,
    sending: &'a SealingKey,
    known: BTreeMap<ReportRow, Option<Heading>>,
}

impl Desks<'_> {
    /// Where a report goes. `None`: it is damaged, or gone, and must not keep the others from going.
    fn of(&mut self, report: ReportRow) -> Result<Option<&Heading>, Fault> {
        let known = match self.known.entry(report) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let read = outbox::report(self.conn, report, self.sending, None);
                new.insert(readable_if_there(read)?.map(|read| Heading::of(&read.record)))
            }
        };
        Ok(known.as_ref())
    }

    fn loaded(&mut self, item: Item) -> Result<Option<Loaded>, Fault> {
        Ok(self.of(item.report)?.map(|heading| Loaded::alone(item, heading)))
    }
}

/// The window: due items of each lane, what runs, and what is stored and to be asked after.
fn load(core: &Core, under_way: &BTreeSet<ItemRow>, now_ms: i64) -> Result<Vec<Loaded>, Fault> {
    let sending = core.sending()?;
    core.words.read(|conn| {
        let refused = "SELECT count(*) FROM item WHERE state = 3";
        if seam::is_planted(Planted::RefusalBlocksAll)
            && conn.query_row(refused, [], |row| row.get::<_, i64>(0))? > 0
        {
            return Ok(Vec::new());
        }
        let mut desks = Desks { conn, sending, known: BTreeMap::new() };
        let mut window = words(&mut desks, now_ms)?;
        let may_go = |loaded: &&Loaded| !waits(&loaded.item, now_ms) && loaded.moment.is_over(now_ms);
        // So many words are worth all there is of the link: they go before any photo, wherever that goes.
        if window.iter().filter(may_go).count() < WINDOW as usize {
            attachments(&mut desks, &mut window, now_ms)?;
        }
        outbox::checks_due(conn, WINDOW, now_ms, sending, |item| {
            let soon = item.next_try_ms <= now_ms.saturating_add(LONGEST_WAIT_MS);
            let jumped = item.next_try_ms > now_ms.saturating_add(LONGEST_CHECK_MS);
            let loaded = desks.loaded(item)?;
            // Of those that nothing asks after within the hour the next one is enough: it says when to wake.
            let wants_more = soon || jumped || loaded.is_none();
            window.extend(loaded);
            Ok(wants_more)
        })?;
        let there: BTreeSet<_> = window.iter().map(|loaded| loaded.item.row).collect();
        for row in under_way.difference(&there) {
            if let Some(item) = readable_if_there(outbox::item(conn, *row, sending))? {
                window.extend(desks.loaded(item)?);
            }
        }
        Ok(window)
    })
}

fn waits(item: &Item, now_ms: i64) -> bool {
    item.next_try_ms > now_ms && item.next_try_ms <= now_ms.saturating_add(LONGEST_WAIT_MS)
}

/// A window of words. Where more of them wait, the first to each further desk is there as well, so that the plan knows every
/// desk for which words are due (P10).
fn words(desks: &mut Desks<'_>, now_ms: i64) -> Result<Vec<Loaded>, Fault> {
    let (conn, sending) = (desks.conn, desks.sending);
    let of = |most| outbox::due_items(conn, Lane::Words, most, now_ms, sending, |_| Ok(false));
    let mut window = Vec::new();
    for item in of(Some(WINDOW))? {
        window.extend(desks.loaded(item)?);
    }
    let may_all_go = window.iter().all(|loaded| !waits(&loaded.item, now_ms));
    if window.len() < WINDOW as usize || may_all_go {
        return Ok(window);
    }
    let mut known: BTreeSet<_> = window.iter().map(|loaded| loaded.desk.clone()).collect();
    for item in of(None)?.into_iter().skip(WINDOW as usize) {
        window.extend(
            desks.loaded(item)?.filter(|loaded| !is_stuck(&loaded.item) && known.insert(loaded.desk.clone())),
        );
    }
    Ok(window)
}

/// Windows of attachments: copies, then originals, and of each those of named reports apart from anonymous ones, so that neither
/// fill the window of the other.
///
/// Those to desks for which words are due are left out: while such a desk stays away, they must not fill the window of the
/// others. Words that their witness has chosen to send later are not due, and neither is what belongs to them.
fn attachments(desks: &mut Desks<'_>, window: &mut Vec<Loaded>, now_ms: i64) -> Result<(), Fault> {
    let is_due = |loaded: &&Loaded| !is_stuck(&loaded.item) && loaded.moment.is_over(now_ms);
    let words = window.iter().filter(is_due).filter(|_| !seam::is_planted(Planted::LaneOrder));
    let words_due: BTreeSet<_> = words.map(|loaded| loaded.desk.clone()).collect();
    for (lane, named) in [(Lane::Copies, true), (Lane::Copies, false), (Lane::Originals, true)] {
        let found = of_lane(desks, lane, now_ms, |heading| {
            heading.named != named || !heading.moment.is_over(now_ms) || words_due.contains(&heading.desk)
        })?;
        window.extend(found);
    }
    Ok(())
}

/// A window of a lane of attachments. Where more of them wait than it holds, the first to each further desk is there as well, so
/// that the plan knows every desk for which copies are due.
fn of_lane(
    desks: &mut Desks<'_>,
    lane: Lane,
    now_ms: i64,
    leaves_out: impl Fn(&Heading) -> bool,
) -> Result<Vec<Loaded>, Fault> {
    let (conn, sending) = (desks.conn, desks.sending);
    let mut of = |most| {
        let skip = |report| Ok(desks.of(report)?.is_some_and(&leaves_out));
        let items = outbox::due_items(conn, lane, most, now_ms, sending, skip)?;
        let mut found = Vec::with_capacity(items.len());
        for item in items {
            found.extend(desks.loaded(item)?);
        }
        Ok::<_, Fault>(found)
    };
    let mut window = of(Some(WINDOW))?;
    if lane == Lane::Copies && window.len() >= WINDOW as usize {
        let mut known: BTreeSet<_> = window.iter().map(|loaded| loaded.desk.clone()).collect();
        let further = of(None)?.into_iter().skip(WINDOW as usize);
        window.extend(further.filter(|loaded| !is_stuck(&loaded.item) && known.insert(loaded.desk.clone())));
    }
    Ok(window)
}

/// Those that wait for one desk because it was not reached.
#[derive(Default)]
struct Waiting {
    /// Until when, and which.
    items: Vec<(i64, ItemRow)>,
    /// The most tries in a row that have failed.
    failed: u32,
}

/// Tells each item of a desk of those that wait because that was not reached, longest first.
fn gather(window: &mut [Loaded]) {
    let mut desks: BTreeMap<(DeskId, bool), Waiting> = BTreeMap::new();
    let key = |loaded: &Loaded| (loaded.desk.clone(), loaded.item.lane == Lane::Words);
    for loaded in window.iter().filter(|loaded| is_unreached(loaded)) {
        let waiting = desks.entry(key(loaded)).or_default();
        waiting.items.push((loaded.item.next_try_ms, loaded.item.row));
        waiting.failed = loaded.item.attempts.max(waiting.failed);
    }
    desks.values_mut().for_each(|waiting| waiting.items.sort_unstable());
    for loaded in window.iter_mut().filter(|loaded| loaded.named && loaded.item.state == ItemState::Waits) {
        if let Some(waiting) = desks.get(&key(loaded)) {
            let others = waiting.items.iter().map(|(_, row)| *row).filter(|row| *row != loaded.item.row);
            loaded.behind = others.collect();
            if is_unreached(loaded) {
                loaded.failed = waiting.failed;
            }
        }
    }
}

impl Sender {
    /// The window of due items, and the plan for it.
    pub(super) async fn look(
        &self,
        under_way: &BTreeSet<ItemRow>,
        network: Network,
    ) -> Result<(Vec<Loaded>, Choice), Fault> {
        let (rows, now_ms) = (under_way.clone(), self.now_ms());
        let mut window = self.on_store(move |core| load(core, &rows, now_ms)).await?;
        gather(&mut window);
        let planned = |loaded: &[&Loaded]| {
            let plan = plan(&due_of(loaded), under_way, now_ms, network, self.wishes());
            seam::planned(&plan.verdicts);
            plan
        };
        let (moments, current) = self.moments().await?;
        let choice = choose(&window, under_way, now_ms, moments, current, &planned);
        Ok((window, choice))
    }
}

/// The items as the plan sees them.
fn due_of(window: &[&Loaded]) -> Vec<Due> {
    let mut desks: BTreeMap<&DeskId, u32> = BTreeMap::new();
    let mut due = Vec::with_capacity(window.len());
    for loaded in window {
        let next_number = u32::try_from(desks.len()).unwrap_or(u32::MAX);
        let desk = *desks.entry(&loaded.desk).or_insert(next_number);
        let item = &loaded.item;
        due.push(Due {
            item: item.row,
            desk,
            lane: item.lane,
            next_try_ms: item.next_try_ms,
            stuck: is_stuck(item),
            unreached: is_unreached(loaded),
            check: (item.state == ItemState::Stored).then_some(if loaded.named {
                Check::WithOthers
            } else {
                Check::Alone
            }),
        });
    }
    due
}
