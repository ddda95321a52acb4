//! A draft in hand: what `note()` gives without an unlock, and what the notebook gives with one.

use std::{collections::BTreeMap, sync::Arc};

use chrono::TimeDelta;
use turnstone_almanac::guide::Guide;
use turnstone_wire::{
    attachment::AttachmentKey,
    body::{Report, Told},
    text::Moment,
};

use super::{
    check::{self, Check, Notice},
    desk::desk_for,
    draft::{DraftAttachment, DraftBody, DraftContent, DraftPlace, DraftRow},
    pictures::Makers,
    prepare::{Prepared, prepare},
    submit::{self, Writing},
    team,
};
use crate::{
    error::{Error, Fault, Invalid, Submitted},
    notebook::VaultCell,
    people::{self, copies},
    shared::Core,
    vault::{SealingKey, Uid, keep_new_key, read_door},
    watch,
};

/// The longest that a report may be delayed on purpose.
const LONGEST_DELAY: TimeDelta = TimeDelta::days(7);

/// A draft that can be changed, added to, looked at and submitted. Every change is durable when its call returns.
///
/// Needs no unlock: a note begun on a locked device may be finished and submitted in the same sitting. Once dropped, it
/// is opened again through the notebook.
pub struct Note {
    pub(crate) core: Arc<Core>,
    pub(super) place: DraftPlace,
    key: SealingKey,
    pub(super) body: DraftBody,
    pub(super) attachment_keys: BTreeMap<Uid, AttachmentKey>,
    /// What makes copies.
    pub(crate) makers: Makers,
    /// Calls noted with it so far; they travel with the report.
    told: Vec<Told>,
    /// When it was begun in this sitting, by the monotonic clock.
    begun_ms: Option<u64>,
    /// The vault, where it is open: it can then shred at once.
    vault: Option<Arc<VaultCell>>,
}

impl Note {
    /// Begins a draft.
    pub(crate) fn begin(
        core: Arc<Core>,
        content: DraftContent,
        vault: Option<Arc<VaultCell>>,
    ) -> Result<Self, Fault> {
        let begun = Moment::utc(core.clock().wall());
        let mut body = DraftBody { content: content.clone(), attachments: Vec::new(), begun, watch: None };
        body.replace(content);
        join_watch(&core, vault.as_deref(), &mut body);
        let (uid, key) = (Uid::generate(core.random())?, SealingKey::generate(core.random())?);
        let sending = core.sending_if_reached()?;
        let is_of_team = people::is_of_team(&core, sending);
        let place = core.words.write(|tx| {
            let door = read_door(tx, &core.home, sending)?;
            keep_new_key(tx, &door, &uid, key.as_bytes())?;
            let place = body.insert(tx, uid, &key, core.random())?;
            people::take_in_hand(tx, place.row, (is_of_team, sending))?;
            Ok(place)
        })?;
        let begun_ms = Some(core.clock().monotonic_ms());
        Ok(Self {
            core,
            place,
            key,
            body,
            attachment_keys: BTreeMap::new(),
            makers: Makers::default(),
            told: Vec::new(),
            begun_ms,
            vault,
        })
    }

    /// Opens a draft with the keys the vault gave.
    pub(crate) fn reopen(
        core: Arc<Core>,
        place: DraftPlace,
        key: SealingKey,
        body: DraftBody,
        attachment_keys: BTreeMap<Uid, AttachmentKey>,
        told: Vec<Told>,
        vault: Arc<VaultCell>,
    ) -> Self {
        let makers = Makers::default();
        Self { core, place, key, body, attachment_keys, makers, told, begun_ms: None, vault: Some(vault) }
    }

    /// Its number.
    pub fn row(&self) -> DraftRow {
        self.place.row
    }

    /// What it holds.
    pub fn content(&self) -> &DraftContent {
        &self.body.content
    }

    /// Its photos.
    pub fn attachments(&self) -> &[DraftAttachment] {
        &self.body.attachments
    }

    /// When it was begun, by this device's clock.
    pub fn begun(&self) -> Moment {
        self.body.begun
    }

    /// Calls noted with it.
    pub fn told(&self) -> &[Told] {
        &self.told
    }

    /// Replaces what it holds; durable when this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it was submitted or discarded meanwhile, [`Error::Busy`] where another program changed
    /// it; either way nothing is overwritten.
    pub fn change(&mut self, content: DraftContent) -> Result<(), Error> {
        Ok(self.or_as_before(|note| {
            note.body.replace(content);
            note.save(|_| Ok(()))
        })?)
    }

    /// Takes it off the watch it is on: neither the watch's sheet nor the desk is told that it belongs there.
    ///
    /// # Errors
    /// As [`Note::change`].
    pub fn leave_watch(&mut self) -> Result<(), Error> {
        Ok(self.or_as_before(|note| {
            note.body.content.watch = None;
            note.body.watch = None;
            note.save(|_| Ok(()))
        })?)
    }

    /// The guidance held, as [`crate::Client::guide`] gives it.
    pub fn guide(&self) -> Arc<Guide> {
        self.core.guide()
    }

    /// Whether it can be sent as it is, and what is worth saying before.
    ///
    /// # Errors
    /// Where the directory cannot be read.
    pub fn check(&self) -> Result<Check, Error> {
        let standing = self.core.standing()?;
        let (directory, team) = (standing.directory.as_deref(), standing.team.as_deref());
        let (content, now, places) = (&self.body.content, self.core.clock().wall(), self.core.places());
        let mut check = check::check(&self.body, directory, &places, now);
        let desk = desk_for(content, directory, &places).ok();
        let own = team::own_places(team, self.core.station()?.as_ref());
        check.notices.extend(team::notices(content, desk, &standing, &own, now));
        let (of, is_team) = ((self.place.row, content.route), team.is_some());
        // Without the key store nothing is submitted, and it says so itself.
        if let Some(sending) = self.core.sending_if_reached()?
            && self
                .core
                .words
                .read(|conn| copies::is_kept_by_nobody(conn, &self.core, of, is_team, sending))?
        {
            check.notices.push(Notice::NoCopyKept);
        }
        if !matches!(check.stops, Some(Error::Invalid(_)))
            && let Err(reason) = team::stops(content, team)
        {
            check.stops = Some(Error::NotSendable(reason));
        }
        if check.stops.is_none() {
            // The format's own limits and rules, by the function that makes what is sent.
            check.stops = self.prepare().err();
        }
        Ok(check)
    }

    /// Makes ready what would be sent: the very bytes, id and reference included. They are in memory alone until they are
    /// submitted, and can be looked at for as long as that takes.
    ///
    /// # Errors
    /// As [`Note::submit`].
    pub fn prepare(&self) -> Result<Prepared, Error> {
        Ok(prepare(&self.core, &self.writing(), &self.core.standing()?)?)
    }

    /// The report as its desk would read it, out of bytes made ready for this look. Where it is to be submitted in the same sitting,
    /// [`Note::prepare`] and [`Note::submit_prepared`] send exactly what was shown; else all but [`super::DRAWN`] is the
    /// same while the draft and its desk are.
    ///
    /// # Errors
    /// As [`Note::submit`].
    pub fn preview(&self) -> Result<Report, Error> {
        Ok(self.prepare()?.into_report())
    }

    /// Submits: from now on it is in the outbox, sealed to its desk, safe against kill, reboot and power cut, and the
    /// draft is gone. Needs no network and no unlock.
    ///
    /// A shred is due afterwards: [`crate::Client::tidy`] does it, which a shell calls as soon as the witness has the
    /// reference; where it is not called, or the process is killed first, the next unlock does it.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotSendable`], [`Error::StorageFull`]: the draft is kept as it was.
    pub fn submit(self) -> Result<Submitted, (Box<Self>, Error)> {
        self.submit_delayed(TimeDelta::zero())
    }

    /// The same for an anonymous report that is not to be sent for a while, a week at most, so that its moment tells nothing of
    /// when it was written. The device's clock counts; where that is set back, the delay ends rather than last longer.
    ///
    /// # Errors
    /// As [`Note::submit`]; [`Invalid::DelayOfNamed`], [`Invalid::DelayTooLong`].
    pub fn submit_delayed(self, delay: TimeDelta) -> Result<Submitted, (Box<Self>, Error)> {
        self.submit_as(None, delay)
    }

    /// Submits what was shown, to the byte, with a delay as [`Note::submit_delayed`] has it.
    ///
    /// # Errors
    /// As there; [`Invalid::ShownIsOld`] where the draft, its desk or the directory has changed since, or an hour has passed. Nothing
    /// else is sent in its place.
    pub fn submit_prepared(self, shown: Prepared, delay: TimeDelta) -> Result<Submitted, (Box<Self>, Error)> {
        self.submit_as(Some(shown), delay)
    }

    fn submit_as(self, shown: Option<Prepared>, delay: TimeDelta) -> Result<Submitted, (Box<Self>, Error)> {
        let refused = match delay {
            delay if delay <= TimeDelta::zero() => None,
            _ if self.body.content.route.is_named() => Some(Invalid::DelayOfNamed),
            delay => (delay > LONGEST_DELAY).then_some(Invalid::DelayTooLong),
        };
        if let Some(refused) = refused {
            return Err((Box::new(self), refused.into()));
        }
        let writing = Writing { delay_ms: delay.num_milliseconds().max(0), ..self.writing() };
        submit::submit(&self.core, &writing, shown).map_err(|fault| (Box::new(self), fault.into()))
    }

    /// Throws the draft away for good, with its photos; shredded at once where the vault is open.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it was submitted meanwhile.
    pub fn discard(self) -> Result<(), Error> {
        self.core.words.write(|tx| {
            self.place.still_there(tx)?;
            self.place.remove(tx, None)
        })?;
        self.core.media.sweep(&self.core.words).unwrap_or_default();
        self.shred();
        Ok(())
    }

    /// Ends for good what the draft has ended. What this cannot finish is finished at the next opening or unlock.
    pub(super) fn shred(&self) {
        // A vault that was locked meanwhile shreds when it is opened.
        if self.vault.as_ref().is_none_or(|vault| vault.shred().is_err()) {
            self.core.words.empty_log().map(drop).unwrap_or_default();
        }
    }

    fn writing(&self) -> Writing<'_> {
        Writing {
            place: &self.place,
            body: &self.body,
            attachment_keys: &self.attachment_keys,
            told: &self.told,
            delay_ms: 0,
            elapsed_ms: self.begun_ms.map(|begun| self.core.clock().monotonic_ms().saturating_sub(begun)),
        }
    }

    /// Writes the draft, and what else belongs to the change, in one transaction.
    pub(super) fn save(
        &mut self,
        also: impl Fn(&rusqlite::Transaction<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.place = self.core.words.write(|tx| {
            also(tx)?;
            self.body.update(tx, &self.place, &self.key, self.core.random())
        })?;
        if let Some(vault) = &self.vault {
            vault.note_use();
        }
        Ok(())
    }
}

impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[draft {}]", self.place.row)
    }
}

/// Groups a new draft under the watch that runs, unless it is anonymous. What is known of the watch is known where the vault
/// is open; nothing that fails here keeps a note from being written (P9).
fn join_watch(core: &Core, vault: Option<&VaultCell>, body: &mut DraftBody) {
    if !body.content.route.is_named() {
        return;
    }
    let running = core.words.read(watch::running).ok().flatten();
    body.watch = running.map(|(uid, _)| uid);
    if let (Some((_, row)), Some(vault), None) = (running, vault, &body.content.watch) {
        body.content.watch = vault.watch(row).ok();
    }
}

/// The keys of the attachments that a draft sends, in their order.
pub(super) fn keys_in_order(
    body: &DraftBody,
    keys: &BTreeMap<Uid, AttachmentKey>,
) -> Result<Vec<AttachmentKey>, Fault> {
    body.sent()
        .map(|attachment| keys.get(&attachment.key_uid()?).cloned().ok_or(Fault::Sealed("a photo")))
        .collect()
}
