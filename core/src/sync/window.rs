//! What is due, and the plan for it.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use turnstone_wire::directory::DeskId;

use super::{
    driver::Sender,
    plan::{Due, Network, Plan, plan},
};
use crate::{
    error::{Error, Fault, readable},
    outbox::{self, Item, ItemRow, Reason},
};

/// Most due items of a lane that are looked at together (DESIGN 6).
const WINDOW: u32 = 64;

/// Whether an item cannot go as things are, whatever the link.
fn is_stuck(item: &Item) -> bool {
    let stuck =
        [Reason::Unreadable, Reason::DeskUnlisted, Reason::DeskClosed, Reason::NotEncrypted, Reason::KeyDead];
    item.record.reason.as_ref().is_some_and(|reason| stuck.contains(reason))
}

/// An item, the desk it goes to, and whether it is of a named report: others go apart.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    pub(super) item: Item,
    pub(super) desk: DeskId,
    pub(super) named: bool,
}

impl Sender {
    /// The window of due items, and the plan for it.
    pub(super) async fn look(
        &self,
        under_way: &BTreeSet<ItemRow>,
        network: Network,
    ) -> Result<(Vec<Loaded>, Plan), Fault> {
        let window = self
            .on_store(|core| {
                let sending = core.sending()?;
                core.words.read(|conn| {
                    let mut reports = BTreeMap::new();
                    let mut loaded = Vec::new();
                    for item in outbox::due_items(conn, WINDOW, sending)? {
                        let record = match reports.entry(item.report) {
                            Entry::Occupied(known) => known.into_mut(),
                            Entry::Vacant(new) => {
                                let report = outbox::report(conn, item.report, sending, None);
                                // One that is damaged, or gone, must not keep the others from going.
                                let report = match report {
                                    Err(Fault::Error(Error::NotFound(_))) => None,
                                    report => readable(report)?,
                                };
                                new.insert(report.map(|report| report.record))
                            }
                        };
                        if let Some(record) = record {
                            let (desk, named) = (record.desk.clone(), record.route.is_named());
                            loaded.push(Loaded { item, desk, named });
                        }
                    }
                    Ok(loaded)
                })
            })
            .await?;
        let mut desks: BTreeMap<&DeskId, u32> = BTreeMap::new();
        let mut due = Vec::with_capacity(window.len());
        for loaded in &window {
            let next_number = u32::try_from(desks.len()).unwrap_or(u32::MAX);
            let desk = *desks.entry(&loaded.desk).or_insert(next_number);
            let item = &loaded.item;
            due.push(Due {
                item: item.row,
                desk,
                lane: item.lane,
                next_try_ms: item.next_try_ms,
                stuck: is_stuck(item),
            });
        }
        let plan = plan(&due, under_way, self.now_ms(), network);
        Ok((window, plan))
    }
}
