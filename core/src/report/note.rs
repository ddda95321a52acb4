//! A draft in hand: what `note()` gives without an unlock, and what the notebook gives with one.

use std::{collections::BTreeMap, io::Read, sync::Arc};

use chrono::TimeDelta;
use turnstone_almanac::guide::Guide;
use turnstone_wire::{
    attachment::AttachmentKey,
    body::{Report, Told},
    text::Moment,
};

use super::{
    attach,
    check::{self, Check},
    desk::desk_for,
    draft::{DraftAttachment, DraftBody, DraftContent, DraftPlace, DraftRow},
    prepare::{Prepared, prepare},
    submit::{self, Writing},
    team,
};
use crate::{
    error::{Error, Fault, Invalid, Missing, Submitted},
    notebook::VaultCell,
    shared::Core,
    vault::{SealingKey, Uid, forget_key, keep_new_key, read_door},
    watch,
};

/// The longest that a report may be delayed on purpose.
const LONGEST_DELAY: TimeDelta = TimeDelta::days(7);

/// A draft that can be changed, added to, looked at and submitted. Every change is durable when its call returns.
///
/// Needs no unlock: a note begun on a locked device may be finished and submitted in the same sitting. Once dropped, it
/// is opened again through the notebook.
pub struct Note {
    core: Arc<Core>,
    place: DraftPlace,
    key: SealingKey,
    body: DraftBody,
    attachment_keys: BTreeMap<Uid, AttachmentKey>,
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
        let place = core.words.write(|tx| {
            let door = read_door(tx, &core.home, sending)?;
            keep_new_key(tx, &door, &uid, key.as_bytes())?;
            body.insert(tx, uid, &key, core.random())
        })?;
        let begun_ms = Some(core.clock().monotonic_ms());
        Ok(Self {
            core,
            place,
            key,
            body,
            attachment_keys: BTreeMap::new(),
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
        Self { core, place, key, body, attachment_keys, told, begun_ms: None, vault: Some(vault) }
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
        let old = self.body.clone();
        self.body.replace(content);
        let saved = self.save(|_| Ok(()));
        if saved.is_err() {
            self.body = old;
        }
        Ok(saved?)
    }

    /// Takes it off the watch it is on: neither the watch's sheet nor the desk is told that it belongs there.
    ///
    /// # Errors
    /// As [`Note::change`].
    pub fn leave_watch(&mut self) -> Result<(), Error> {
        let old = self.body.clone();
        self.body.content.watch = None;
        self.body.watch = None;
        let saved = self.save(|_| Ok(()));
        if saved.is_err() {
            self.body = old;
        }
        Ok(saved?)
    }

    /// Takes a photo in, from wherever its bytes come. Durable, every byte of it, when this returns; where it fails,
    /// nothing of it is left and the draft is as it was. `on_progress` hears how many sealed bytes are stored.
    ///
    /// # Errors
    /// [`Invalid::EmptyAttachment`], [`Invalid::AttachmentUnreadable`], [`Invalid::AnonymousAttachments`],
    /// [`Error::StorageFull`].
    pub fn attach(
        &mut self,
        input: &mut (dyn Read + Send),
        on_progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<DraftAttachment, Error> {
        if !self.body.content.route.is_named() {
            return Err(Invalid::AnonymousAttachments.into());
        }
        let (uid, key) = (Uid::generate(self.core.random())?, AttachmentKey::generate());
        let number = self.body.attachments.iter().map(|a| a.number).max().unwrap_or(0) + 1;
        let core = Arc::clone(&self.core);
        let old = self.body.clone();
        let taken = attach::take_in(&core.media, &key, input, on_progress, |media, taken| {
            let attachment = DraftAttachment::new(number, taken.media_type, &taken.sealed, media, uid);
            if let Some(sighting) = self.body.content.sightings.last_mut() {
                sighting.attachments.push(number);
            }
            self.body.attachments.push(attachment.clone());
            let row = self.place.row.0;
            let sending = core.sending_if_reached()?;
            self.save(|tx| {
                let door = read_door(tx, &core.home, sending)?;
                keep_new_key(tx, &door, &uid, key.to_secret_text().as_bytes())?;
                tx.execute(
                    "INSERT INTO draft_media (media, draft, uid) VALUES (?1, ?2, ?3)",
                    (media, row, uid),
                )?;
                Ok(())
            })?;
            Ok(attachment)
        });
        if taken.is_err() {
            self.body = old;
            // Why it failed is what is told.
            core.media.sweep(&core.words).unwrap_or_default();
        } else {
            self.attachment_keys.insert(uid, key);
        }
        Ok(taken?)
    }

    /// Takes a photo out again, for good.
    ///
    /// # Errors
    /// [`Missing::Attachment`] where there is none of that number; as [`Note::change`].
    pub fn detach(&mut self, number: u16) -> Result<(), Error> {
        let old = self.body.clone();
        let gone: Vec<_> = self.body.attachments.iter().filter(|a| a.number == number).cloned().collect();
        if gone.is_empty() {
            return Err(Error::NotFound(Missing::Attachment));
        }
        self.body.attachments.retain(|attachment| attachment.number != number);
        for sighting in &mut self.body.content.sightings {
            sighting.attachments.retain(|&n| n != number);
        }
        let saved = self.save(|tx| {
            for attachment in &gone {
                forget_key(tx, &attachment.key_uid()?)?;
                tx.execute("DELETE FROM draft_media WHERE media = ?1", [attachment.media])?;
            }
            Ok(())
        });
        if let Err(fault) = saved {
            self.body = old;
            return Err(fault.into());
        }
        self.core.media.sweep(&self.core.words).unwrap_or_default();
        Ok(())
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
        let mut check = check::check(content, &self.body.attachments, directory, &places, now);
        let desk = desk_for(content, directory, &places).ok();
        let own = team::own_places(team, self.core.station()?.as_ref());
        check.notices.extend(team::notices(content, desk, &standing, &own, now));
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
        // It is gone; what these cannot finish is finished at the next opening or unlock.
        self.core.media.sweep(&self.core.words).unwrap_or_default();
        match &self.vault {
            Some(vault) => vault.shred().unwrap_or_default(),
            None => self.core.words.empty_log().map(drop).unwrap_or_default(),
        }
        Ok(())
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
    fn save(&mut self, also: impl Fn(&rusqlite::Transaction<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        self.place = self.core.words.write(|tx| {
            also(tx)?;
            self.body.update(tx, &self.place, &self.key, self.core.random())
        })?;
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

/// The keys of a draft's attachments, in their order.
pub(super) fn keys_in_order(
    attachments: &[DraftAttachment],
    keys: &BTreeMap<Uid, AttachmentKey>,
) -> Result<Vec<AttachmentKey>, Fault> {
    attachments
        .iter()
        .map(|attachment| keys.get(&attachment.key_uid()?).cloned().ok_or(Fault::Sealed("a photo")))
        .collect()
}
