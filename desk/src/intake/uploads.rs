//! Attachments that arrive in pieces.
//!
//! An upload is its row in the ledger (the announced length, once that is told) and `incoming/<sha256>.part`, which only
//! grows. The *offset* is the number of bytes known to be durable: what was flushed, counted when a process first looks
//! at the file (after flushing it again) and after each [`Appender::commit`]. At the announced length the whole file is
//! hashed: it becomes an object, or it is deleted.
//!
//! One [`Appender`] an upload exists at a time; a second is refused with the offset. Dropping it (a broken
//! connection, say) commits what was written, save for a chunk that came with a checksum and is not whole.
//!
//! An upload that nobody goes on with has an end, which its answers tell beforehand. Past it, it is as if there were
//! none; what lies on the disk until the next sweep is there for whoever begins it again.

mod appender;

use std::{
    collections::{BTreeSet, HashMap},
    fs::{self, File},
    io::ErrorKind,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use turnstone_wire::{
    hash::Sha256,
    limits,
    receipt::{ObjectKind, SignedReceipt},
};

pub(crate) use self::appender::Appender;
use super::{
    error::StoreError,
    ledger::{Begun, lock},
    store::Store,
};
use crate::{
    files::{self, At},
    seam::{Planted, is_planted},
};

/// Bytes below which an upload is hardly begun, and given up sooner.
const HARDLY_BEGUN: u64 = 64 * 1024;

/// How soon all uploads may be looked at again because there are too many.
const SWEEP_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// How far an upload has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Durable bytes.
    pub(crate) offset: u64,
    /// Announced bytes, once they are told.
    pub(crate) length: Option<u64>,
    /// When it is given up, unless somebody goes on with it. None once it is complete.
    pub(crate) expires: Option<DateTime<Utc>>,
    /// Begun by a client that knows tus and no receipts.
    pub(crate) plain: bool,
    /// The receipt, once it is complete.
    pub(crate) receipt: Option<SignedReceipt>,
    /// It was begun or completed by this very call.
    pub(crate) fresh: bool,
}

impl Progress {
    /// Whether all bytes are there and have not become an object yet: a kill came in between.
    pub(crate) fn is_full(&self) -> bool {
        self.receipt.is_none() && self.length == Some(self.offset)
    }
}

/// What a creation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Announced {
    /// Bytes; none where the client tells them later.
    pub(crate) length: Option<u64>,
    /// By a client that knows tus and no receipts.
    pub(crate) plain: bool,
}

/// The uploads this process has looked at.
#[derive(Debug, Default)]
pub(crate) struct Uploads {
    known: Mutex<HashMap<Sha256, Arc<Upload>>>,
    /// Bytes of all unfinished ones, as of the last sweep and along with what came and went since.
    bytes: AtomicU64,
    swept: Mutex<Option<DateTime<Utc>>>,
}

#[derive(Debug, Default)]
struct Upload(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Durable bytes; none before this process has flushed and counted the file.
    offset: Option<u64>,
    /// An [`Appender`] exists.
    taken: bool,
}

impl Uploads {
    fn of(&self, name: &Sha256) -> Result<Arc<Upload>, StoreError> {
        Ok(Arc::clone(lock(&self.known)?.entry(*name).or_default()))
    }

    fn forget(&self, name: &Sha256) -> Result<(), StoreError> {
        lock(&self.known)?.remove(name);
        Ok(())
    }

    /// Bytes of all unfinished uploads.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    fn grew(&self, by: u64) {
        self.bytes.fetch_add(by, Ordering::Relaxed);
    }

    fn shrank(&self, by: u64) {
        let _ = self
            .bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bytes| Some(bytes.saturating_sub(by)));
    }
}

impl Store {
    /// Begins an upload as a phone does, which knows its length.
    #[cfg(test)]
    pub(crate) fn begin_upload(&self, name: &Sha256, length: u64) -> Result<Progress, StoreError> {
        self.begin(name, Announced { length: Some(length), plain: false })
    }

    /// Begins an upload, or says how far it has come: never goes back. Its length may be told later.
    ///
    /// # Errors
    /// [`StoreError::WrongLength`] for a length other than the one announced first; limits of size, number, space.
    pub(crate) fn begin(&self, name: &Sha256, announced: Announced) -> Result<Progress, StoreError> {
        self.life.point()?;
        if let Some(progress) = self.progress(name)? {
            if is_planted(Planted::CreationResets) && progress.receipt.is_none() {
                fs::remove_file(self.shelf.part(name)).unwrap_or_default();
                lock(&self.uploads.of(name)?.0)?.offset = Some(0);
                return Ok(Progress { offset: 0, ..progress });
            }
            return self.agree(name, progress, announced.length);
        }
        if let Some(length) = announced.length {
            self.takes(length)?;
        }
        self.room(ObjectKind::Attachment, announced.length.unwrap_or(0))?;
        let config = &self.settings()?.config.limits;
        let new = Begun {
            length: announced.length,
            begun: self.clock.now(),
            plain: announced.plain,
            unchecked: None,
        };
        self.resume_expired(name, &new)?;
        match self.ledger.begin_upload(name, &new, config.unfinished_uploads) {
            // Perhaps some of them were given up long ago.
            Err(StoreError::TooMany { .. }) if self.sweep_if_due()? > 0 => {
                self.ledger.begin_upload(name, &new, config.unfinished_uploads)?;
            }
            begun => begun?,
        }
        self.life.point()?;
        let progress = self.progress(name)?.ok_or(StoreError::NotFound)?;
        let progress = self.agree(name, progress, announced.length)?;
        Ok(Progress { fresh: progress.receipt.is_none(), ..progress })
    }

    /// One whose time was over goes on with what is there, if it is the same; else it makes room.
    fn resume_expired(&self, name: &Sha256, new: &Begun) -> Result<(), StoreError> {
        let Some(old) = self.ledger.upload(name)? else { return Ok(()) };
        let same = old.length.is_none() || new.length.is_none() || old.length == new.length;
        if same { self.ledger.renew_upload(name, new.begun) } else { self.drop_upload(name).map(drop) }
    }

    /// Tells the length of an upload that was begun without one. Once told, it stays.
    ///
    /// # Errors
    /// [`StoreError::WrongLength`] where it was told otherwise, or more is there already.
    pub(crate) fn set_length(&self, name: &Sha256, length: u64) -> Result<Progress, StoreError> {
        let progress = self.progress(name)?.ok_or(StoreError::NotFound)?;
        self.agree(name, progress, Some(length))
    }

    fn agree(&self, name: &Sha256, progress: Progress, length: Option<u64>) -> Result<Progress, StoreError> {
        match (progress.length, length) {
            (Some(known), Some(told)) if known != told => Err(StoreError::WrongLength),
            (None, Some(told)) => {
                self.takes(told)?;
                if told < progress.offset {
                    return Err(StoreError::WrongLength);
                }
                self.ledger.set_length(name, told)?;
                Ok(Progress { length: Some(told), ..progress })
            }
            _ => Ok(progress),
        }
    }

    fn takes(&self, length: u64) -> Result<(), StoreError> {
        let limit = self.attachment_limit()?;
        match length {
            0 => Err(StoreError::BadRequest("an attachment of no bytes")),
            length if length > limit => Err(StoreError::TooLarge { limit }),
            _ => Ok(()),
        }
    }

    fn attachment_limit(&self) -> Result<u64, StoreError> {
        Ok(self.settings()?.config.limits.attachment_bytes.min(limits::ATTACHMENT_BYTES))
    }

    /// How far an upload has come; nothing where there is none of that name, or its time is over.
    pub(crate) fn progress(&self, name: &Sha256) -> Result<Option<Progress>, StoreError> {
        if let Some((length, recorded)) = self.heal(ObjectKind::Attachment, name)? {
            return Ok(Some(Progress {
                offset: length,
                length: Some(length),
                expires: None,
                plain: false,
                receipt: Some(recorded.receipt),
                fresh: false,
            }));
        }
        let Some(begun) = self.live(name)? else { return Ok(None) };
        let upload = self.uploads.of(name)?;
        let mut state = lock(&upload.0)?;
        let offset = self.durable(name, &begun, &mut state)?;
        Ok(Some(self.unfinished(name, &begun, offset)?))
    }

    fn unfinished(&self, name: &Sha256, begun: &Begun, offset: u64) -> Result<Progress, StoreError> {
        let expires = Some(self.expiry(name, Some(begun))?);
        let Begun { length, plain, .. } = *begun;
        Ok(Progress { offset, length, expires, plain, receipt: None, fresh: false })
    }

    /// The row of an upload whose time is not over.
    fn live(&self, name: &Sha256) -> Result<Option<Begun>, StoreError> {
        let Some(begun) = self.ledger.upload(name)? else { return Ok(None) };
        Ok((self.clock.now() < self.expiry(name, Some(&begun))?).then_some(begun))
    }

    /// When an upload is given up: so long after it was begun, or after bytes came last.
    fn expiry(&self, name: &Sha256, begun: Option<&Begun>) -> Result<DateTime<Utc>, StoreError> {
        let file = fs::metadata(self.shelf.part(name)).ok();
        let size = file.as_ref().map_or(0, fs::Metadata::len);
        let touched = file.and_then(|file| file.modified().ok()).map(DateTime::<Utc>::from);
        let begun = begun.map(|begun| begun.begun);
        let last = touched.max(begun).unwrap_or_default();
        let limits = &self.settings()?.config.limits;
        let patience = if size < HARDLY_BEGUN {
            TimeDelta::try_hours(i64::from(limits.hardly_begun_hours))
        } else {
            TimeDelta::try_days(i64::from(limits.unfinished_days))
        };
        Ok(patience
            .and_then(|patience| last.checked_add_signed(patience))
            .unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    fn durable(&self, name: &Sha256, begun: &Begun, state: &mut State) -> Result<u64, StoreError> {
        let path = self.shelf.part(name);
        let offset = match state.offset {
            Some(offset) => offset,
            None => self.count(&path, name, begun)?,
        };
        state.offset = Some(offset);
        // What is longer than announced is something else, and begins anew: it was damaged, or was sent while the length was
        // not told yet.
        if begun.length.is_some_and(|length| offset > length) && !state.taken {
            fs::remove_file(&path).at(&path, "removed")?;
            self.uploads.shrank(offset);
            state.offset = Some(0);
            return Ok(0);
        }
        Ok(offset)
    }

    /// Counts what is durable of a file; for its first look at it.
    fn count(&self, path: &Path, name: &Sha256, begun: &Begun) -> Result<u64, StoreError> {
        let offset = match File::options().read(true).write(true).open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            file => {
                let file = file.at(path, "read")?;
                let counted = count(&file, begun.unchecked).at(path, "made durable")?;
                self.life.flushed(path, counted);
                counted
            }
        };
        if begun.unchecked.is_some() {
            self.ledger.set_unchecked(name, None)?;
        }
        Ok(offset)
    }

    /// Ends an upload for good, with what is there of it.
    ///
    /// # Errors
    /// [`StoreError::Complete`] for one that is stored; [`StoreError::WrongOffset`] while somebody appends;
    /// [`StoreError::NotFound`] where there is none.
    pub(crate) fn end_upload(&self, name: &Sha256) -> Result<(), StoreError> {
        let Some(progress) = self.progress(name)? else { return Err(StoreError::NotFound) };
        if progress.receipt.is_some() {
            return Err(StoreError::Complete);
        }
        if self.drop_upload(name)? {
            Ok(())
        } else {
            Err(StoreError::WrongOffset { offset: progress.offset })
        }
    }

    /// Removes what is there of an upload, file and row; false where somebody appends.
    fn drop_upload(&self, name: &Sha256) -> Result<bool, StoreError> {
        let upload = self.uploads.of(name)?;
        let mut state = lock(&upload.0)?;
        if state.taken {
            return Ok(false);
        }
        let part = self.shelf.part(name);
        let size = fs::metadata(&part).map_or(0, |file| file.len());
        match fs::remove_file(&part) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            removed => {
                removed.at(&part, "removed")?;
                self.uploads.shrank(size);
                // The bytes first: a row without them is an upload of nothing, and ended like any other.
                files::sync_folder(&self.shelf.incoming())?;
            }
        }
        state.offset = Some(0);
        self.ledger.end_upload(name)?;
        self.uploads.forget(name)?;
        Ok(true)
    }

    /// Every upload with a row, a file, or both.
    fn known_uploads(&self) -> Result<BTreeSet<Sha256>, StoreError> {
        let mut known: BTreeSet<_> = self.ledger.uploads()?.into_iter().collect();
        let files = files::names_in(&self.shelf.incoming())?;
        known.extend(files.iter().filter_map(|name| name.strip_suffix(".part")?.parse::<Sha256>().ok()));
        Ok(known)
    }

    /// Sweeps, but not again and again: to look at all of them costs more than a request may.
    fn sweep_if_due(&self) -> Result<usize, StoreError> {
        let (now, swept) = (self.clock.now(), *lock(&self.uploads.swept)?);
        // A clock that was set back is no reason to wait.
        let waits = swept.is_some_and(|swept| swept <= now && now - swept < SWEEP_AGAIN);
        if waits { Ok(0) } else { self.sweep_uploads() }
    }

    /// Drops uploads whose time is over, and returns how many; counts what the others hold.
    pub(crate) fn sweep_uploads(&self) -> Result<usize, StoreError> {
        let (mut dropped, mut bytes) = (0, 0);
        *lock(&self.uploads.swept)? = Some(self.clock.now());
        for name in self.known_uploads()? {
            let begun = self.ledger.upload(&name)?;
            if self.clock.now() >= self.expiry(&name, begun.as_ref())? && self.drop_upload(&name)? {
                dropped += 1;
            } else {
                bytes += fs::metadata(self.shelf.part(&name)).map_or(0, |file| file.len());
            }
        }
        self.uploads.bytes.store(bytes, Ordering::Relaxed);
        Ok(dropped)
    }
}

/// Flushes a file and counts it. A process that was killed may have written more than it flushed, and more than a
/// checksum has vouched for.
fn count(file: &File, unchecked: Option<u64>) -> std::io::Result<u64> {
    if let Some(from) = unchecked
        && file.metadata()?.len() > from
    {
        file.set_len(from)?;
    }
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

#[cfg(test)]
mod tests;
