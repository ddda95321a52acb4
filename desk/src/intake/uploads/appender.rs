//! The one writer of an upload.
//!
//! Bytes that came without a checksum count as soon as they are flushed. Bytes of a chunk with one count when all of
//! it has come, fits, and is flushed: until then the ledger says from where on the file is not to be believed, so that
//! a kill in the middle leaves nothing of it that counts.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    path::PathBuf,
    sync::Arc,
};

use turnstone_wire::{
    hash::{Hasher, Sha256},
    receipt::{Object, ObjectKind},
};

use super::{Progress, Upload};
use crate::{
    files::At,
    intake::{
        checksum::{Check, Checksum},
        error::StoreError,
        ledger::lock,
        shelf,
        store::Store,
    },
    seam::{Planted, is_planted},
};

/// Bytes after which it is asked again whether there is room.
const ROOM_EVERY: u64 = 1024 * 1024;

impl Store {
    /// Goes on with an upload from its durable offset.
    ///
    /// # Errors
    /// [`StoreError::WrongOffset`] for another offset, or while someone else appends; [`StoreError::NotFound`] where
    /// none was begun, or its time is over.
    pub(crate) fn append(self: &Arc<Self>, name: &Sha256, offset: u64) -> Result<Appender, StoreError> {
        self.append_checked(name, offset, None)
    }

    /// How far an upload has come, and completed where all of it is there: a kill between its last byte and its name, or a
    /// backup of that moment, leaves one that a phone takes for stored by its offset, and that would be swept in its time.
    ///
    /// # Errors
    /// [`StoreError::HashMismatch`] where the whole is not what its name says; it is deleted then.
    pub(crate) fn whole_or_progress(self: &Arc<Self>, name: &Sha256) -> Result<Option<Progress>, StoreError> {
        let Some(progress) = self.progress(name)? else { return Ok(None) };
        if progress.receipt.is_some() || progress.length != Some(progress.offset) {
            return Ok(Some(progress));
        }
        match self.append(name, progress.offset) {
            Ok(appender) => appender.finish().map(Some),
            // Somebody is at it.
            Err(StoreError::WrongOffset { .. }) => Ok(Some(progress)),
            Err(error) => Err(error),
        }
    }

    /// The same for a chunk that comes with a checksum: all of it counts, or nothing.
    pub(crate) fn append_checked(
        self: &Arc<Self>,
        name: &Sha256,
        offset: u64,
        checksum: Option<Checksum>,
    ) -> Result<Appender, StoreError> {
        self.live(name)?.ok_or(StoreError::NotFound)?;
        let limit = self.attachment_limit()?;
        let upload = self.uploads.of(name)?;
        let mut state = lock(&upload.0)?;
        // Asked again where nobody can end it any more.
        let begun = self.live(name)?.ok_or(StoreError::NotFound)?;
        let durable = self.durable(name, &begun, &mut state)?;
        if state.taken || durable != offset || self.heal(ObjectKind::Attachment, name)?.is_some() {
            return Err(StoreError::WrongOffset { offset: durable });
        }
        let path = self.shelf.part(name);
        self.room(ObjectKind::Attachment, begun.length.unwrap_or(offset) - offset)?;
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .at(&path, "opened")?;
        file.seek(SeekFrom::Start(offset)).at(&path, "written")?;
        if offset == 0 {
            let _ = file.set_modified(self.clock.now().into());
            crate::files::sync_folder(&self.shelf.incoming())?;
        }
        if checksum.is_some() {
            self.ledger.set_unchecked(name, Some(offset))?;
        }
        state.taken = true;
        drop(state);
        Ok(Appender {
            store: Arc::clone(self),
            name: *name,
            upload,
            path,
            file,
            length: begun.length,
            plain: begun.plain,
            limit: begun.length.unwrap_or(limit),
            written: offset,
            durable: offset,
            hasher: (offset == 0).then(Hasher::default),
            check: checksum.map(Checksum::check),
        })
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
    length: Option<u64>,
    plain: bool,
    /// The announced length, or the largest there may be.
    limit: u64,
    written: u64,
    durable: u64,
    /// Runs along where the upload came in one piece, so that the file need not be read again.
    hasher: Option<Hasher>,
    /// Until it fits, nothing of this chunk counts.
    check: Option<Check>,
}

impl Appender {
    /// Appends bytes; they count once committed, and where a checksum came with them, once they fit it.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] past the announced length; nothing of these bytes is kept then.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let more = bytes.len() as u64;
        if self.written + more > self.limit {
            return Err(StoreError::TooLarge { limit: self.limit });
        }
        if self.written / ROOM_EVERY != (self.written + more) / ROOM_EVERY {
            self.store.room(ObjectKind::Attachment, more)?;
        }
        self.store.life.point()?;
        self.file.write_all(bytes).at(&self.path, "written")?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        if let Some(check) = &mut self.check {
            check.update(bytes);
        }
        self.written += more;
        self.store.uploads.grew(more);
        Ok(())
    }

    /// Bytes written that a commit would make count.
    pub(crate) fn uncommitted(&self) -> u64 {
        if self.check.is_some() { 0 } else { self.written - self.durable }
    }

    /// Makes what was written durable, and returns the offset. What waits for its checksum does not count yet.
    pub(crate) fn commit(&mut self) -> Result<u64, StoreError> {
        if self.uncommitted() > 0 {
            self.store.life.point()?;
            if let Err(error) = self.flush() {
                self.give_up()?;
                return Err(error)?;
            }
            self.durable = self.written;
            lock(&self.upload.0)?.offset = Some(self.durable);
        }
        Ok(self.durable)
    }

    fn flush(&self) -> Result<(), crate::files::FileError> {
        // Its time runs from here; where that cannot be noted, it runs from what the system noted.
        let _ = self.file.set_modified(self.store.clock.now().into());
        if is_planted(Planted::OffsetBeforeFlush) {
            return Ok(());
        }
        self.file.sync_data().at(&self.path, "made durable")?;
        self.store.life.flushed(&self.path, self.written);
        Ok(())
    }

    /// Compares the chunk with its checksum; where it fits, it counts from here on.
    fn verify(&mut self) -> Result<(), StoreError> {
        let Some(check) = self.check.clone() else { return Ok(()) };
        let verified = if check.fits() { self.believe() } else { Err(StoreError::ChecksumMismatch) };
        if verified.is_err() {
            self.give_up()?;
        }
        verified
    }

    /// Durable first, then believed: the other way round a kill could leave bytes that nobody flushed.
    fn believe(&mut self) -> Result<(), StoreError> {
        self.flush()?;
        self.store.ledger.set_unchecked(&self.name, None)?;
        self.check = None;
        self.durable = self.written;
        lock(&self.upload.0)?.offset = Some(self.durable);
        Ok(())
    }

    /// Drops what does not count. Of what could not be flushed the system may have forgotten, and call the next flush a
    /// success: were it left in the file, it would be counted, and vouched for.
    fn give_up(&mut self) -> Result<(), StoreError> {
        self.store.uploads.shrank(self.written - self.durable);
        self.written = self.durable;
        self.hasher = None;
        let cut = self
            .file
            .set_len(self.durable)
            .and_then(|()| self.file.seek(SeekFrom::Start(self.durable)))
            .and_then(|_| if self.check.is_some() { self.file.sync_data() } else { Ok(()) });
        if cut.is_err() {
            // Nothing of it can be trusted then.
            fs::remove_file(&self.path).at(&self.path, "removed")?;
            lock(&self.upload.0)?.offset = Some(0);
        }
        if self.check.take().is_some() {
            self.store.ledger.set_unchecked(&self.name, None)?;
        }
        Ok(())
    }

    /// Ends this turn in the middle: what came counts, save for a chunk that has a checksum and is not whole.
    pub(crate) fn break_off(mut self) -> Result<Progress, StoreError> {
        if self.check.is_some() {
            self.give_up()?;
            return self.so_far();
        }
        self.finish()
    }

    /// Ends this turn: commits, and at the announced length verifies the whole and stores it.
    ///
    /// # Errors
    /// [`StoreError::ChecksumMismatch`] where the chunk is not what its checksum says: nothing of it is kept.
    /// [`StoreError::HashMismatch`] where the whole is not what its name says; the upload is deleted then.
    pub(crate) fn finish(mut self) -> Result<Progress, StoreError> {
        self.verify()?;
        let offset = self.commit()?;
        let length = match self.length {
            Some(length) if length == offset => length,
            _ => return self.so_far(),
        };
        let hash = match self.hasher.take() {
            Some(hasher) => hasher.finish(),
            None => {
                self.file.rewind().at(&self.path, "read")?;
                shelf::measure(&mut self.file, &self.path)?.1
            }
        };
        self.store.uploads.shrank(length);
        if hash != self.name {
            fs::remove_file(&self.path).at(&self.path, "removed")?;
            lock(&self.upload.0)?.offset = Some(0);
            self.store.ledger.end_upload(&self.name)?;
            self.store.uploads.forget(&self.name)?;
            return Err(StoreError::HashMismatch);
        }
        let object = Object { kind: ObjectKind::Attachment, sha256: self.name, size: length };
        if is_planted(Planted::ReceiptBeforeFile) {
            self.store.record(object)?;
        }
        self.store.life.point()?;
        self.store.shelf.put_attachment(&self.name)?;
        self.store.life.point()?;
        let recorded = self.store.record(object)?;
        self.store.uploads.forget(&self.name)?;
        Ok(Progress {
            offset,
            length: Some(length),
            expires: None,
            plain: self.plain,
            receipt: Some(recorded.receipt),
            fresh: recorded.fresh,
        })
    }

    fn so_far(&self) -> Result<Progress, StoreError> {
        let begun = self.store.ledger.upload(&self.name)?.ok_or(StoreError::NotFound)?;
        self.store.unfinished(&self.name, &begun, self.durable)
    }
}

impl Drop for Appender {
    fn drop(&mut self) {
        // Best effort: what cannot be flushed or taken back here is not counted, and the next one counts the file anew.
        let settled = if self.check.is_some() { self.give_up() } else { self.commit().map(drop) };
        if let Ok(mut state) = self.upload.0.lock() {
            if settled.is_err() {
                state.offset = None;
            }
            state.taken = false;
        }
    }
}
