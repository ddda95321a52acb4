//! What reading needs: the open vault. After [`Notebook::lock`], or a while without use, every call answers [`Error::Locked`].

mod anew;
mod idle;
mod seen;
mod watches;
mod wipe_pin;

pub use self::wipe_pin::ChangedPin;

use std::{collections::BTreeMap, sync::Arc};

use rusqlite::Connection;
use turnstone_wire::{
    attachment::AttachmentKey,
    body::{Report, Told},
    reference::Reference,
};
use zeroize::Zeroizing;

pub use self::idle::AutoLock;
use self::{anew::judged, idle::Sitting};
use crate::{
    error::{Error, Fault, Invalid, Missing, NotSendable, readable},
    outbox::{self, Held, MailState, Outgoing, Reader, ReportRow, SealedCopy, Verdict},
    people::{Names, copies},
    report::{
        DraftBody, DraftContent, DraftPlace, DraftRow, Note, list_drafts, load_draft, told_of_draft,
        told_of_report,
    },
    settings,
    shared::Core,
    station::Station,
    sync::ProxySetting,
    vault::{self, SealingKey, Uid, Unlocked, VaultId},
    view::{Damaged, DraftView, Known, ReportView},
    watch,
};

/// The vault while it is open, shared by the notebook and the drafts it gave out.
pub(crate) struct VaultCell {
    core: Arc<Core>,
    sitting: Sitting,
}

impl VaultCell {
    pub(crate) fn new(core: Arc<Core>, unlocked: Unlocked) -> Arc<Self> {
        let set =
            core.sending().and_then(|sending| core.words.read(|conn| settings::auto_lock(conn, sending)));
        let clock = Arc::clone(&core.ports.clock);
        Arc::new(Self { sitting: Sitting::begin(clock, unlocked, set.unwrap_or_default()), core })
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    /// Does something with the open vault, caught up with what other programs did.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Unlocked) -> Result<T, Fault>) -> Result<T, Fault> {
        self.sitting.with(self.auto_lock_set(), |unlocked| {
            unlocked.refresh(&self.core.words, self.core.key_store())?;
            work(unlocked)
        })
    }

    /// Reads with the keys of the ring.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection, &Keys<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.with(|unlocked| self.core.words.read(|conn| read(conn, &Keys(unlocked))))
    }

    /// Shreds what is due. Where it fails it stays due, noted in the store, for the next unlock.
    pub(crate) fn shred(&self) -> Result<(), Fault> {
        let core = &self.core;
        let sending = core.sending()?;
        self.with(|unlocked| {
            vault::shred(&core.words, core.key_store(), sending, core.random(), unlocked, None)
        })
    }

    /// What waited for an unlock.
    pub(crate) fn after_unlock(&self) -> Result<(), Fault> {
        let core = &self.core;
        let sending = core.sending()?;
        let swept = self.with(|unlocked| {
            core.words.write(|tx| {
                let dropped = outbox::tidy(tx, core.clock().wall(), sending)?;
                outbox::move_finished(
                    tx,
                    core.clock().wall(),
                    sending,
                    Keys(unlocked).reader(),
                    core.random(),
                )?;
                // Watches are the device's, whoever reads.
                if unlocked.vault == VaultId::DEVICE {
                    watch::expire(tx, core.clock().wall(), |conn, uid| Keys(unlocked).sealing(conn, uid))?;
                }
                Ok(dropped)
            })
        })?;
        if swept {
            core.media.sweep(&core.words)?;
        }
        let taken = self.take_mail();
        let sealed_anew = self.seal_anew();
        self.shred()?;
        taken.and(sealed_anew)
    }
}

/// Finds keys by their names.
pub(crate) struct Keys<'a>(pub(crate) &'a Unlocked);

impl Keys<'_> {
    /// What the outbox is read with.
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { vault: self.0.vault, record: &self.0.ring.record }
    }

    /// Whether what is kept of a report lies in this vault.
    pub(crate) fn are_of(&self, outgoing: &Outgoing) -> bool {
        outgoing.vault == self.0.vault
    }

    pub(crate) fn secret(&self, conn: &Connection, uid: &Uid) -> Result<Zeroizing<Vec<u8>>, Fault> {
        self.0.ring.key(conn, uid)?.ok_or(Fault::Sealed("a key"))
    }

    fn sealing(&self, conn: &Connection, uid: &Uid) -> Result<SealingKey, Fault> {
        let secret = self.secret(conn, uid)?;
        SealingKey::from_slice(&secret).ok_or(Fault::Sealed("a key"))
    }

    /// A report's vault copy, and its key.
    fn copy(&self, conn: &Connection, report: ReportRow) -> Result<(SealedCopy, SealingKey), Fault> {
        let copy = SealedCopy::find(conn, report)?.ok_or(Error::NotSendable(NotSendable::NoCopy))?;
        let key = self.sealing(conn, &copy.uid)?;
        Ok((copy, key))
    }

    fn attachment(&self, conn: &Connection, uid: &Uid) -> Result<AttachmentKey, Fault> {
        let secret = self.secret(conn, uid)?;
        let text = std::str::from_utf8(&secret).map_err(|_| Fault::Sealed("a key"))?;
        AttachmentKey::parse(text).map_err(|_| Fault::Sealed("a key"))
    }
}

/// The unlocked half of a home: drafts, sent reports, the PIN. Locks when dropped.
pub struct Notebook {
    cell: Arc<VaultCell>,
}

impl Notebook {
    pub(crate) fn new(cell: Arc<VaultCell>) -> Self {
        Self { cell }
    }

    pub(crate) fn cell(&self) -> &Arc<VaultCell> {
        &self.cell
    }

    /// Closes the vault; its keys are wiped from memory.
    pub fn lock(&self) {
        self.cell.sitting.close();
    }

    /// Begins a report, as [`crate::Client::note`] does; what is shredded for it is shredded at once.
    ///
    /// # Errors
    /// As there.
    pub fn note(&self, content: DraftContent) -> Result<Note, Error> {
        self.cell.note_use();
        Ok(Note::begin(Arc::clone(&self.cell.core), content, Some(Arc::clone(&self.cell)))?)
    }

    /// The drafts, newest first, at most `limit`. Those that do not open are left out: [`Notebook::damaged`].
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn drafts(&self, limit: u32) -> Result<Vec<DraftView>, Error> {
        let sending = self.cell.core.sending()?;
        Ok(self.cell.read(|conn, keys| {
            let (rows, names) = (list_drafts(conn, limit)?, Names::read(conn, sending)?);
            let views = rows.into_iter().map(|row| readable(draft_view(conn, row, keys, &names)).transpose());
            views.flatten().map(|view| view.map(|(view, _)| view)).collect()
        })?)
    }

    /// What is damaged on this device and cannot be read any more.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn damaged(&self) -> Result<Damaged, Error> {
        let reports = self.damaged_reports()?;
        Ok(self.cell.read(|conn, keys| {
            let mut drafts = Vec::new();
            for row in list_drafts(conn, u32::MAX)? {
                if readable(draft_view(conn, row, keys, &Names::default()))?.is_none() {
                    drafts.push(row);
                }
            }
            Ok(Damaged { drafts, reports })
        })?)
    }

    /// How many of the reports that are listed here are damaged.
    pub(crate) fn damaged_reports(&self) -> Result<u32, Fault> {
        let sending = self.cell.core.sending()?;
        self.cell.read(|conn, keys| {
            let all = outbox::count_shown(conn, keys.0.vault)?;
            let readable = outbox::reports(conn, u32::MAX, sending, Some(keys.reader()))?.len();
            Ok(all.saturating_sub(u32::try_from(readable).unwrap_or(u32::MAX)))
        })
    }

    /// Opens a draft to go on with it.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Missing::Draft`].
    pub fn draft(&self, row: DraftRow) -> Result<Note, Error> {
        Ok(self.cell.read(|conn, keys| {
            let (place, key, body) = load(conn, row, keys)?;
            let mut attachment_keys = BTreeMap::new();
            for attachment in &body.attachments {
                let uid = attachment.key_uid()?;
                // Without its key a photo cannot go, and can be taken out; the words can.
                if let Some(key) = readable(keys.attachment(conn, &uid))? {
                    attachment_keys.insert(uid, key);
                }
            }
            let told = told_of_draft(conn, row, |conn, uid| keys.sealing(conn, uid))?;
            let (core, cell) = (Arc::clone(&self.cell.core), Arc::clone(&self.cell));
            Ok(Note::reopen(core, place, key, body, attachment_keys, told, cell))
        })?)
    }

    /// Throws a draft away for good, with its photos, whether or not it can still be read.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Missing::Draft`].
    pub fn discard(&self, row: DraftRow) -> Result<(), Error> {
        let core = &self.cell.core;
        // Nobody throws away unread what only the PIN may read.
        self.cell.with(|_| Ok(()))?;
        core.words.write(|tx| DraftPlace::find(tx, row)?.remove(tx, None))?;
        // It is gone; what these cannot finish is finished at the next opening or unlock.
        core.media.sweep(&core.words).unwrap_or_default();
        self.cell.shred().unwrap_or_default();
        Ok(())
    }

    /// Submitted reports, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn reports(&self, limit: u32) -> Result<Vec<ReportView>, Error> {
        let core = &self.cell.core;
        let directory = core.directory()?;
        let sending = core.sending()?;
        Ok(self.cell.read(|conn, keys| {
            let all = outbox::reports(conn, limit, sending, Some(keys.reader()))?;
            all.iter()
                .map(|outgoing| {
                    let (items, verdict) = judged(conn, keys, outgoing, sending, directory.as_deref())?;
                    let told = told_of_report(conn, outgoing.row, |conn, uid| keys.sealing(conn, uid))?;
                    let kept_by = (!keys.are_of(outgoing)).then(|| outgoing.vault.person()).flatten();
                    let has_copy = SealedCopy::is_kept(conn, outgoing.row)?;
                    let unread = outbox::count_mail(conn, Some(outgoing.row), MailState::Unread)?;
                    let known = Known { told, has_copy, kept_by, unread, verdict };
                    Ok(ReportView::new(outgoing, &items, known, directory.as_deref()))
                })
                .collect()
        })?)
    }

    /// The vault's copy of a sent report, while it is kept: the very bytes that were sealed.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Missing::Report`] where there is no such report or its copy has had its time.
    pub fn copy(&self, reference: &Reference) -> Result<Report, Error> {
        let sending = self.cell.core.sending()?;
        Ok(self.cell.read(|conn, keys| {
            let outgoing = find_own(conn, keys, reference, sending)?;
            let copy = SealedCopy::find(conn, outgoing.row)?.ok_or(Missing::Report)?;
            keys.report_in(conn, &copy)
        })?)
    }

    /// Notes whom the witness has told, of any report, finished ones included.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Missing::Report`].
    pub fn tell(&self, reference: &Reference, told: &Told) -> Result<(), Error> {
        let core = &self.cell.core;
        let sending = core.sending()?;
        let row = self.cell.read(|conn, keys| Ok(find(conn, keys, reference, sending)?.row))?;
        Ok(core.words.write(|tx| {
            let door = copies::door_of_report(tx, core, row, sending)?;
            crate::report::add_told(tx, None, Some(row), told, &door, core.random())
        })?)
    }

    /// Forgets a sent report: its vault copy is shredded, and its record too where nothing of it is left to send. What is
    /// sealed and waits is still sent; its record then stays, and can be forgotten once it is delivered. What is held back
    /// and could only be sealed anew from that copy goes with it.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Missing::Report`].
    pub fn forget(&self, reference: &Reference) -> Result<(), Error> {
        let core = &self.cell.core;
        let sending = core.sending()?;
        let directory = core.directory()?;
        let (row, hopeless) = self.cell.read(|conn, keys| {
            let outgoing = find_own(conn, keys, reference, sending)?;
            let items = outbox::items_of(conn, &outgoing, sending, Some(keys.reader()))?.readable;
            let verdict = outbox::judge(&outgoing.record, &items, false, directory.as_deref());
            Ok((outgoing.row, verdict == Verdict::Held(Held::NoCopy)))
        })?;
        core.words.write(|tx| outbox::forget(tx, row, hopeless))?;
        core.media.sweep(&core.words)?;
        Ok(self.cell.shred()?)
    }

    /// The proxy that reports go by, if one was set.
    ///
    /// # Errors
    /// [`crate::Unusable::Unreadable`] where there is one that cannot be read any more: nothing that may have to go by it is sent until
    /// it is set again.
    pub fn proxy(&self) -> Result<Option<ProxySetting>, Error> {
        let sending = self.cell.core.sending()?;
        Ok(self.cell.read(|conn, _| settings::proxy(conn, sending))?)
    }

    /// Sets the proxy to go by, or that there is none. Sending needs no unlock, but changing its ways does. What is sent from
    /// then on heeds it, by a sender that runs already as well; a request that is under way goes on.
    ///
    /// # Errors
    /// Where the home cannot be written.
    pub fn set_proxy(&self, proxy: Option<&ProxySetting>) -> Result<(), Error> {
        let core = &self.cell.core;
        let sending = core.sending()?;
        self.cell.read(|_, _| Ok(()))?;
        Ok(core.words.write(|tx| settings::set_proxy(tx, proxy, sending, core.random()))?)
    }

    /// Sets the surveyed place that notes are written at ([`Client::station`](crate::Client::station)), or that there is none.
    ///
    /// # Errors
    /// [`Error::Locked`], and where the home cannot be written.
    pub fn set_station(&self, station: Option<&Station>) -> Result<(), Error> {
        let core = &self.cell.core;
        let sending = core.sending()?;
        self.cell.read(|_, _| Ok(()))?;
        Ok(core.words.write(|tx| settings::set_station(tx, station, sending, core.random()))?)
    }

    /// Does what waited for the vault to be open, once more: shreds, and seals anew.
    /// Nobody asked for it: it is no use of the notebook.
    pub(crate) fn catch_up(&self) -> Result<(), Fault> {
        let _unasked = self.cell.sitting.unasked();
        let sealed_anew = self.cell.seal_anew();
        self.cell.shred()?;
        sealed_anew
    }
}

impl Drop for Notebook {
    fn drop(&mut self) {
        self.lock();
    }
}

impl std::fmt::Debug for Notebook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[notebook]")
    }
}

/// A draft, with what is known now of the watch it is on.
fn load(
    conn: &Connection,
    row: DraftRow,
    keys: &Keys<'_>,
) -> Result<(DraftPlace, SealingKey, DraftBody), Fault> {
    let (place, key, mut body) = load_draft(conn, row, |conn, uid| keys.sealing(conn, uid))?;
    if let Some(watch) = body.watch
        && let Some(now) = keys.watch_named(conn, &watch)?
    {
        body.content.watch = Some(now);
    }
    Ok((place, key, body))
}

/// A draft, and the random name of the watch it is on.
fn draft_view(
    conn: &Connection,
    row: DraftRow,
    keys: &Keys<'_>,
    names: &Names,
) -> Result<(DraftView, Option<Uid>), Fault> {
    let (_, _, body) = load(conn, row, keys)?;
    let told = told_of_draft(conn, row, |conn, uid| keys.sealing(conn, uid))?;
    let DraftBody { content, attachments, begun, watch } = body;
    let writer = names.of_writer(conn, row)?;
    Ok((DraftView { row, begun, content, attachments, told, writer }, watch))
}

fn find(
    conn: &Connection,
    keys: &Keys<'_>,
    reference: &Reference,
    sending: &SealingKey,
) -> Result<Outgoing, Fault> {
    outbox::find_report(conn, reference, sending, Some(keys.reader()))
}

/// The same of what this vault keeps: what another's says, and what becomes of it, is theirs.
fn find_own(
    conn: &Connection,
    keys: &Keys<'_>,
    reference: &Reference,
    sending: &SealingKey,
) -> Result<Outgoing, Fault> {
    let outgoing = find(conn, keys, reference, sending)?;
    if keys.are_of(&outgoing) { Ok(outgoing) } else { Err(Invalid::WritersOwn.into()) }
}
