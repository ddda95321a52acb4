//! Reports that cannot go as they are sealed: sealed anew at an unlock, or where their witness says so (ADR 14).

use rusqlite::Connection;
use turnstone_wire::{
    directory::{DeskId, Directory},
    reference::Reference,
};

use super::{Keys, Notebook, VaultCell, find_own};
use crate::{
    error::{Error, Fault, Invalid, NotSendable, readable},
    outbox::{self, Item, ItemState, Items, Lane, Outgoing, ReportRow, SealedCopy, Verdict},
    report::{self, DraftRow},
    settings::Judged,
    vault::{SealingKey, VaultId},
};

impl VaultCell {
    /// Seals anew what has to be and can be by the directory held. What cannot be stays as it is, and says so.
    pub(super) fn seal_anew(&self) -> Result<(), Fault> {
        let core = &self.core;
        let (sending, directory) = (core.sending()?, core.directory()?);
        let (now, noted) = core.words.read(|conn| Ok((Judged::now(conn)?, Judged::read(conn, sending)?)))?;
        let Some(now) = now else { return Ok(()) };
        // What the note says is of the device's own; of a person's few all are judged each time.
        let of_device = self.with(|unlocked| Ok(unlocked.vault == VaultId::DEVICE))?;
        let since = noted.filter(|noted| of_device && noted.is_by_that_of(now)).map(|noted| noted.report);
        let mut due = Vec::new();
        self.read(|conn, keys| {
            let all = outbox::to_judge(conn, since, sending)?;
            for outgoing in all.into_iter().filter(|outgoing| keys.are_of(outgoing)) {
                if let Verdict::SealAnew(_) | Verdict::Readdress(_) =
                    judged(conn, keys, &outgoing, sending, directory.as_deref())?.1
                {
                    due.push(outgoing.row);
                }
            }
            Ok(())
        })?;
        for row in due {
            // One that fails stays held back, and stops no other.
            readable(self.seal_one_anew(row, directory.as_deref()).or_else(unless_not_sendable))?;
        }
        if noted == Some(now) || !of_device {
            return Ok(());
        }
        core.words.write(|tx| now.write(tx, sending, core.random()))
    }

    fn seal_one_anew(&self, row: ReportRow, directory: Option<&Directory>) -> Result<(), Fault> {
        let core = &self.core;
        let sending = core.sending()?;
        self.with(|unlocked| {
            let keys = Keys(unlocked);
            core.words.write(|tx| {
                let outgoing = outbox::report(tx, row, sending, None)?;
                match judged(tx, &keys, &outgoing, sending, directory)? {
                    (items, Verdict::SealAnew(desk) | Verdict::Readdress(desk)) => {
                        let copy = keys.copy(tx, row)?;
                        outbox::seal_anew(core, tx, &outgoing, &items.readable, desk, &copy)
                    }
                    // Settled meanwhile.
                    _ => Ok(()),
                }
            })
        })
    }
}

impl Notebook {
    /// Seals a report for another desk: the one named, or the only other one that takes such reports. For when its desk has
    /// closed, refuses it, or cannot be reached. All of it goes there from the beginning; what the first desk has, it keeps.
    ///
    /// # Errors
    /// [`Error::Locked`], [`crate::Missing::Report`], [`Error::NotSendable`] with the reason: the report then stays as it is.
    pub fn readdress(&self, reference: &Reference, desk: Option<&DeskId>) -> Result<DeskId, Error> {
        let core = &self.cell.core;
        let (sending, directory) = (core.sending()?, core.directory()?);
        let directory = directory.ok_or(Error::NotSendable(NotSendable::NoDesk))?;
        Ok(self.cell.with(|unlocked| {
            let keys = Keys(unlocked);
            core.words.write(|tx| {
                let outgoing = find_own(tx, &keys, reference, sending)?;
                let items = outbox::items_of(tx, &outgoing, sending, Some(keys.reader()))?.readable;
                let other = outbox::other_desk(&outgoing.record, &items, desk, &directory)?;
                let copy = keys.copy(tx, outgoing.row)?;
                outbox::seal_anew(core, tx, &outgoing, &items, other, &copy)?;
                Ok(other.id.clone())
            })
        })?)
    }

    /// Makes a report that its desk refuses a draft again, with the photos that are still here: it can be changed, and
    /// submitted as another report. The refused one is gone.
    ///
    /// # Errors
    /// [`Error::Locked`], [`crate::Missing::Report`], [`Invalid::NotRefused`], [`NotSendable::NoCopy`].
    pub fn take_back(&self, reference: &Reference) -> Result<DraftRow, Error> {
        let core = &self.cell.core;
        let sending = core.sending()?;
        let draft = self.cell.with(|unlocked| {
            let keys = Keys(unlocked);
            core.words.write(|tx| {
                let outgoing = find_own(tx, &keys, reference, sending)?;
                let items = outbox::items_of(tx, &outgoing, sending, Some(keys.reader()))?.readable;
                let refused = |item: &&Item| item.lane == Lane::Words && item.state == ItemState::Refused;
                if items.iter().find(refused).is_none() {
                    return Err(Invalid::NotRefused.into());
                }
                let (copy, key) = keys.copy(tx, outgoing.row)?;
                let told = report::told_of_report(tx, outgoing.row, |conn, uid| keys.sealing(conn, uid))?;
                report::take_back(core, tx, &outgoing, &items, (copy.open(&key)?, &told))
            })
        })?;
        // It is a draft; what this cannot finish is finished at the next unlock.
        self.cell.shred().unwrap_or_default();
        Ok(draft)
    }
}

/// The items of a report, and what is to become of it.
pub(super) fn judged<'d>(
    conn: &Connection,
    keys: &Keys<'_>,
    outgoing: &Outgoing,
    sending: &SealingKey,
    directory: Option<&'d Directory>,
) -> Result<(Items, Verdict<'d>), Fault> {
    let items = outbox::items_of(conn, outgoing, sending, Some(keys.reader()))?;
    let judge = |has_copy| outbox::judge(&outgoing.record, &items.readable, has_copy, directory);
    let verdict = match judge(SealedCopy::is_kept(conn, outgoing.row)?) {
        // Its writer's own unlock seals it anew.
        verdict if !keys.are_of(outgoing) => verdict,
        // One that does not open is as good as none.
        Verdict::SealAnew(_) | Verdict::Readdress(_)
            if readable(keys.copy(conn, outgoing.row).and_then(|(copy, key)| copy.open(&key)))?.is_none() =>
        {
            judge(false)
        }
        verdict => verdict,
    };
    Ok((items, verdict))
}

/// A desk that cannot take it after all leaves it where it is.
fn unless_not_sendable(fault: Fault) -> Result<(), Fault> {
    match fault {
        Fault::Error(Error::NotSendable(_)) => Ok(()),
        fault => Err(fault),
    }
}
