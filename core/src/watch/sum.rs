//! What the entries of a watch come to.

use rusqlite::Connection;
use turnstone_wire::{
    body::{Conditions, Watch},
    limits,
    text::{Moment, Text},
};

use super::{Entry, Step, WatchRow, rows};
use crate::{
    error::Fault,
    vault::{SealingKey, Uid},
};

/// A watch as it stands now.
pub(crate) struct Sum {
    /// All of it; [`to_travel`] gives what goes with a report.
    pub(crate) watch: Watch,
    /// When it was handed over last.
    pub(crate) handed_over: Option<Moment>,
    /// Entries that cannot be read any more.
    pub(crate) damaged: u32,
}

/// Reads a watch.
pub(crate) fn sum(
    conn: &Connection,
    watch: WatchRow,
    key_of: impl Fn(&Connection, &Uid) -> Result<SealingKey, Fault>,
) -> Result<Sum, Fault> {
    let (entries, damaged) = rows::read(conn, watch, key_of)?;
    let mut sum = Sum { watch: Watch::default(), handed_over: None, damaged };
    entries.into_iter().for_each(|entry| sum.add(entry));
    Ok(sum)
}

impl Sum {
    fn add(&mut self, Entry { step, at, note }: Entry) {
        let watch = &mut self.watch;
        match step {
            Step::Began => watch.from = Some(at),
            Step::Ended => watch.until = Some(at),
            Step::HandedOver => self.handed_over = Some(at),
            Step::Noted => {}
        }
        watch.station = note.station.or(watch.station.take());
        for person in note.people {
            if !watch.people.contains(&person) {
                watch.people.push(person);
            }
        }
        if let Some(new) = note.conditions {
            let old = watch.conditions.take().unwrap_or_default();
            watch.conditions = Some(Conditions {
                visibility: new.visibility.or(old.visibility),
                light: new.light.or(old.light),
                sea: new.sea.or(old.sea),
                wind: new.wind.or(old.wind),
                unknown: old.unknown,
            });
        }
    }
}

/// A watch as it goes with a report: whoever was added beyond what a report takes is left out, for nothing of a watch may
/// keep a report from being sent (P9).
pub(crate) fn to_travel(mut watch: Watch) -> Watch {
    let bytes = |watch: &Watch| watch.texts().map(Text::len).sum::<usize>();
    watch.people.truncate(limits::WATCH_PEOPLE);
    while bytes(&watch) > limits::WATCH_BYTES && watch.people.pop().is_some() {}
    if bytes(&watch) > limits::WATCH_BYTES {
        watch.conditions = None;
    }
    watch
}
