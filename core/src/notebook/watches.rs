//! Watches, read: what each is, and the sheet with which one crew hands over to the next.

use rusqlite::Connection;
use turnstone_wire::{
    body::{Report, Watch},
    text::Moment,
};

use super::{Keys, Notebook, VaultCell, draft_view};
use crate::{
    error::{Error, Fault, readable, readable_if_there},
    outbox::{self, SealedCopy},
    people::Names,
    report::list_drafts,
    vault::{Uid, read_door},
    view::{Sheet, SheetReport, WatchView},
    watch::{self, Entry, Step, WatchRow},
};

impl VaultCell {
    /// A watch as it goes with a report.
    pub(crate) fn watch(&self, row: WatchRow) -> Result<Watch, Fault> {
        self.read(|conn, keys| Ok(watch::to_travel(keys.watch(conn, row)?.watch)))
    }
}

impl Keys<'_> {
    /// A watch as it goes with a report, by its random name; none where it is gone.
    pub(super) fn watch_named(&self, conn: &Connection, name: &Uid) -> Result<Option<Watch>, Fault> {
        for row in watch::list(conn, u32::MAX)? {
            let found = readable_if_there(watch::find(conn, row))?;
            if found.is_some_and(|(uid, ..)| uid == *name) {
                return Ok(Some(watch::to_travel(self.watch(conn, row)?.watch)));
            }
        }
        Ok(None)
    }

    fn watch(&self, conn: &Connection, row: WatchRow) -> Result<watch::Sum, Fault> {
        watch::sum(conn, row, |conn, uid| self.sealing(conn, uid))
    }
}

impl Notebook {
    /// The watches, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn watches(&self, limit: u32) -> Result<Vec<WatchView>, Error> {
        Ok(self.cell.read(|conn, keys| {
            let views = watch::list(conn, limit)?.into_iter();
            let views = views.map(|row| readable(view(conn, row, keys)).transpose());
            views.flatten().collect()
        })?)
    }

    /// All that was seen on a watch: its reports and open drafts, the oldest first. None of them is anonymous.
    ///
    /// # Errors
    /// [`Error::Locked`], [`crate::Missing::Watch`].
    pub fn sheet(&self, row: WatchRow) -> Result<Sheet, Error> {
        let sending = self.cell.core.sending()?;
        // Told, sent and opened as elsewhere; only those of this watch are taken.
        let views = self.reports(u32::MAX)?;
        Ok(self.cell.read(|conn, keys| {
            let (name, ..) = watch::find(conn, row)?;
            let (mut drafts, names) = (Vec::new(), Names::read(conn, sending)?);
            for draft in list_drafts(conn, u32::MAX)?.into_iter().rev() {
                let Some((view, on)) = readable_if_there(draft_view(conn, draft, keys, &names))? else {
                    continue;
                };
                if on == Some(name) && view.content.route.is_named() {
                    drafts.push(view);
                }
            }
            let mut reports = Vec::new();
            for outgoing in outbox::reports(conn, u32::MAX, sending, Some(keys.reader()))?.into_iter().rev() {
                if outgoing.record.watch != Some(name) || !outgoing.record.route.is_named() {
                    continue;
                }
                let Some(view) = views.iter().find(|view| view.reference == outgoing.record.reference) else {
                    continue;
                };
                let sightings = match SealedCopy::find(conn, outgoing.row)? {
                    Some(copy) => readable(keys.report_in(conn, &copy))?.map(|report| report.sightings),
                    None => None,
                };
                reports.push(SheetReport { report: view.clone(), sightings });
            }
            Ok(Sheet { watch: view(conn, row, keys)?, reports, drafts })
        })?)
    }

    /// The same, and notes that the watch was handed over: 30 days after that and its end it is shredded.
    ///
    /// # Errors
    /// As [`Notebook::sheet`].
    pub fn hand_over(&self, row: WatchRow, at: Moment) -> Result<Sheet, Error> {
        let core = &self.cell.core;
        let sending = core.sending()?;
        core.words.write(|tx| {
            watch::find(tx, row)?;
            let door = read_door(tx, &core.home, Some(sending))?;
            watch::add(tx, row, &Entry::new(Step::HandedOver, at), &door, core.random())
        })?;
        self.sheet(row)
    }

    /// Throws away what is known of a watch, for good; what was written on it stays. Whether or not it can still be read.
    ///
    /// # Errors
    /// [`Error::Locked`], [`crate::Missing::Watch`].
    pub fn discard_watch(&self, row: WatchRow) -> Result<(), Error> {
        // Nobody throws away unread what only the PIN may read.
        self.cell.with(|_| Ok(()))?;
        self.cell.core.words.write(|tx| watch::discard(tx, row))?;
        // It is gone; what this cannot finish is finished at the next unlock.
        self.cell.shred().unwrap_or_default();
        Ok(())
    }
}

impl Keys<'_> {
    /// What a vault copy says.
    pub(super) fn report_in(&self, conn: &Connection, copy: &SealedCopy) -> Result<Report, Fault> {
        let copy = copy.open(&self.sealing(conn, &copy.uid)?)?;
        Report::parse(&copy.body).map_err(|_| Fault::Sealed("a copy"))
    }
}

fn view(conn: &Connection, row: WatchRow, keys: &Keys<'_>) -> Result<WatchView, Fault> {
    let (_, _, runs) = watch::find(conn, row)?;
    let watch::Sum { watch, handed_over, damaged } = keys.watch(conn, row)?;
    Ok(WatchView { row, runs, watch, handed_over, damaged })
}
