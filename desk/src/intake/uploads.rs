//! Attachments that arrive in pieces.
//!
//! An upload is its announced length in the ledger and `incoming/<sha256>.part`, which only grows. The *offset* is
//! the number of bytes known to be durable: what was flushed, counted when a process first looks at the file (after
//! flushing it again) and after each [`Appender::commit`]. At the announced length the whole file is hashed: it
//! becomes an object, or it is deleted.
//!
//! One [`Appender`] an upload exists at a time; a second is refused with the offset. Dropping it (a broken
//! connection, say) commits what was written.

use std::{
    collections::{BTreeSet, HashMap},
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, TimeDelta, Utc};
use turnstone_wire::{
    hash::{Hasher, Sha256},
    limits,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::{error::StoreError, ledger::lock, shelf, store::Store};
use crate::files::At;

/// How far an upload has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Durable bytes.
    pub(crate) offset: u64,
    /// Announced bytes.
    pub(crate) length: u64,
    /// The receipt, once it is complete.
    pub(crate) receipt: Option<SignedReceipt>,
    /// It was begun or completed by this very call.
    pub(crate) fresh: bool,
}

/// The uploads this process has looked at.
#[derive(Debug, Default)]
pub(crate) struct Uploads(Mutex<HashMap<Sha256, Arc<Upload>>>);

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
        Ok(Arc::clone(lock(&self.0)?.entry(*name).or_default()))
    }

    fn forget(&self, name: &Sha256) -> Result<(), StoreError> {
        lock(&self.0)?.remove(name);
        Ok(())
    }
}

impl Store {
    /// Begins an upload, or says how far it has come: never goes back.
    ///
    /// # Errors
    /// [`StoreError::WrongLength`] for a length other than the one announced first; limits of size, number, space.
    pub(crate) fn begin_upload(&self, name: &Sha256, length: u64) -> Result<Progress, StoreError> {
        if let Some(progress) = self.progress(name)? {
            return if progress.length == length { Ok(progress) } else { Err(StoreError::WrongLength) };
        }
        let settings = self.settings()?;
        let config = &settings.config.limits;
        let limit = config.attachment_bytes.min(limits::ATTACHMENT_BYTES);
        if length > limit {
            return Err(StoreError::TooLarge { limit });
        }
        if length == 0 {
            return Err(StoreError::BadRequest("an attachment of no bytes"));
        }
        if self.shelf.free_bytes()? < config.spare_disk_bytes.saturating_add(length) {
            return Err(StoreError::NoSpace);
        }
        match self.ledger.begin_upload(name, length, config.unfinished_uploads) {
            // Perhaps some of them were given up long ago.
            Err(StoreError::TooMany { .. }) if self.sweep_uploads()? > 0 => {
                self.ledger.begin_upload(name, length, config.unfinished_uploads)?;
            }
            begun => begun?,
        }
        let progress = self.progress(name)?.ok_or(StoreError::NotFound)?;
        if progress.length != length {
            return Err(StoreError::WrongLength);
        }
        Ok(Progress { fresh: progress.receipt.is_none(), ..progress })
    }

    /// How far an upload has come; nothing where there is none of that name.
    pub(crate) fn progress(&self, name: &Sha256) -> Result<Option<Progress>, StoreError> {
        if let Some((length, recorded)) = self.heal(ObjectKind::Attachment, name)? {
            let receipt = Some(recorded.receipt);
            return Ok(Some(Progress { offset: length, length, receipt, fresh: false }));
        }
        let Some(length) = self.ledger.upload(name)? else { return Ok(None) };
        let upload = self.uploads.of(name)?;
        let mut state = lock(&upload.0)?;
        let offset = self.durable(name, length, &mut state)?;
        Ok(Some(Progress { offset, length, receipt: None, fresh: false }))
    }

    fn durable(&self, name: &Sha256, length: u64, state: &mut State) -> Result<u64, StoreError> {
        if let Some(offset) = state.offset {
            return Ok(offset);
        }
        let path = self.shelf.part(name);
        let offset = match File::open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
            file => {
                // A process that was killed may have written more than it flushed.
                let file = file.at(&path, "read")?;
                file.sync_all().at(&path, "made durable")?;
                file.metadata().at(&path, "measured")?.len()
            }
        };
        // What is longer than announced is something else, and begins anew.
        let offset = if offset > length {
            fs::remove_file(&path).at(&path, "removed")?;
            0
        } else {
            offset
        };
        state.offset = Some(offset);
        Ok(offset)
    }

    /// Goes on with an upload from its durable offset.
    ///
    /// # Errors
    /// [`StoreError::WrongOffset`] for another offset, or while someone else appends; [`StoreError::NotFound`] where
    /// none was begun.
    pub(crate) fn append(self: &Arc<Self>, name: &Sha256, offset: u64) -> Result<Appender, StoreError> {
        let length = self.ledger.upload(name)?.ok_or(StoreError::NotFound)?;
        let settings = self.settings()?;
        let upload = self.uploads.of(name)?;
        let mut state = lock(&upload.0)?;
        let durable = self.durable(name, length, &mut state)?;
        if state.taken || durable != offset || self.heal(ObjectKind::Attachment, name)?.is_some() {
            return Err(StoreError::WrongOffset { offset: durable });
        }
        if self.shelf.free_bytes()?
            < settings.config.limits.spare_disk_bytes.saturating_add(length - offset.min(length))
        {
            return Err(StoreError::NoSpace);
        }
        let path = self.shelf.part(name);
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .at(&path, "opened")?;
        file.seek(SeekFrom::Start(offset)).at(&path, "written")?;
        if offset == 0 {
            crate::files::sync_folder(&self.shelf.incoming())?;
        }
        state.taken = true;
        drop(state);
        let hasher = (offset == 0).then(Hasher::default);
        Ok(Appender {
            store: Arc::clone(self),
            name: *name,
            upload,
            path,
            file,
            length,
            written: offset,
            durable,
            hasher,
        })
    }

    /// Every upload with a row, a file, or both.
    fn known_uploads(&self) -> Result<BTreeSet<Sha256>, StoreError> {
        let mut known: BTreeSet<_> = self.ledger.uploads()?.into_iter().collect();
        let files = crate::files::names_in(&self.shelf.incoming())?;
        known.extend(files.iter().filter_map(|name| name.strip_suffix(".part")?.parse::<Sha256>().ok()));
        Ok(known)
    }

    /// Drops uploads that nobody went on with for as long as the settings say, and returns how many.
    pub(crate) fn sweep_uploads(&self) -> Result<usize, StoreError> {
        let days = self.settings()?.config.limits.unfinished_days;
        let before = self.clock.now() - TimeDelta::days(i64::from(days));
        let mut dropped = 0;
        for name in self.known_uploads()? {
            let upload = self.uploads.of(&name)?;
            let state = lock(&upload.0)?;
            let part = self.shelf.part(&name);
            let touched =
                fs::metadata(&part).and_then(|metadata| metadata.modified()).map(DateTime::<Utc>::from).ok();
            if state.taken || touched.is_some_and(|touched| touched > before) {
                continue;
            }
            // One without a file was begun and never heard of again, or has become an object.
            if touched.is_some() {
                fs::remove_file(&part).at(&part, "removed")?;
            }
            self.ledger.end_upload(&name)?;
            self.uploads.forget(&name)?;
            dropped += 1;
        }
        Ok(dropped)
    }
}

/// The one writer of an upload.
#[derive(Debug)]
pub(crate) struct Appender {
    store: Arc<Store>,
    name: Sha256,
    upload: Arc<Upload>,
    path: PathBuf,
    file: File,
    length: u64,
    written: u64,
    durable: u64,
    /// Runs along where the upload came in one piece, so that the file need not be read again.
    hasher: Option<Hasher>,
}

impl Appender {
    /// Appends bytes; they count once committed.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] past the announced length; nothing of these bytes is kept then.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        if self.written + bytes.len() as u64 > self.length {
            return Err(StoreError::TooLarge { limit: self.length });
        }
        self.file.write_all(bytes).at(&self.path, "written")?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Bytes written and not yet durable.
    pub(crate) fn uncommitted(&self) -> u64 {
        self.written - self.durable
    }

    /// Makes what was written durable, and returns the offset.
    pub(crate) fn commit(&mut self) -> Result<u64, StoreError> {
        if self.uncommitted() > 0 {
            if let Err(error) = self.file.sync_data() {
                self.give_up()?;
                return Err(error).at(&self.path, "made durable")?;
            }
            self.durable = self.written;
            lock(&self.upload.0)?.offset = Some(self.durable);
        }
        Ok(self.durable)
    }

    /// Drops what could not be flushed. The system may have forgotten those bytes, and calls the next flush a success:
    /// were they left in the file, they would be counted, and vouched for.
    fn give_up(&mut self) -> Result<(), StoreError> {
        self.written = self.durable;
        self.hasher = None;
        let cut =
            self.file.set_len(self.durable).and_then(|()| self.file.seek(SeekFrom::Start(self.durable)));
        if cut.is_err() {
            // Nothing of it can be trusted then.
            fs::remove_file(&self.path).at(&self.path, "removed")?;
            lock(&self.upload.0)?.offset = Some(0);
        }
        Ok(())
    }

    /// Ends this turn: commits, and at the announced length verifies the whole and stores it.
    ///
    /// # Errors
    /// [`StoreError::HashMismatch`] where the whole is not what its name says; the upload is deleted then.
    pub(crate) fn finish(mut self) -> Result<Progress, StoreError> {
        let offset = self.commit()?;
        let length = self.length;
        if offset < length {
            return Ok(Progress { offset, length, receipt: None, fresh: false });
        }
        let hash = match self.hasher.take() {
            Some(hasher) => hasher.finish(),
            None => {
                self.file.rewind().at(&self.path, "read")?;
                shelf::measure(&mut self.file, &self.path)?.1
            }
        };
        if hash != self.name {
            fs::remove_file(&self.path).at(&self.path, "removed")?;
            lock(&self.upload.0)?.offset = Some(0);
            self.store.ledger.end_upload(&self.name)?;
            return Err(StoreError::HashMismatch);
        }
        self.store.shelf.put_attachment(&self.name)?;
        let object = Object { kind: ObjectKind::Attachment, sha256: self.name, size: length };
        let recorded = self.store.record(object)?;
        self.store.uploads.forget(&self.name)?;
        Ok(Progress { offset, length, receipt: Some(recorded.receipt), fresh: recorded.fresh })
    }
}

impl Drop for Appender {
    fn drop(&mut self) {
        // Best effort: what cannot be flushed here is not counted, and the next one counts the file anew.
        let committed = self.commit().is_ok();
        if let Ok(mut state) = self.upload.0.lock() {
            if !committed {
                state.offset = None;
            }
            state.taken = false;
        }
    }
}
