//! Objects that come by hand, out of a bundle: the rules of the intake, for bytes that are all there at once.
//!
//! They go past the uploads, which belong to the process that serves: a whole file is written beside, hashed on the way,
//! made durable, named, and only then written down with a receipt. An upload of the same name that is half done finds
//! it there.

use std::{
    fs::{self, File},
    io::Write,
};

use tempfile::NamedTempFile;
use turnstone_wire::{
    directory::DeskId,
    hash::Hasher,
    key::KeyId,
    limits,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::{error::StoreError, ledger::Recorded, store::Store};
use crate::files::{self, At};

/// How the names of what is on its way begin. Not as those of the server that receives: it sweeps its own when it starts.
const TEMPORARY: &str = "hand-";

/// What becomes of an object that was announced.
#[derive(Debug)]
pub(crate) enum Begun {
    /// It is here, with the receipt that stands.
    Here(SignedReceipt),
    /// Its bytes are wanted.
    Wanted(Box<Carried>),
}

/// An object on its way from a bundle to its place; gone if it is dropped.
#[derive(Debug)]
pub(crate) struct Carried {
    object: Object,
    temporary: NamedTempFile,
    hasher: Hasher,
    size: u64,
}

impl Store {
    /// Waits until nobody else imports here, keeps others out until dropped, and sweeps what a killed import left.
    pub(crate) fn import_turn(&self) -> Result<File, StoreError> {
        let path = self.server().join("import.lock");
        let lock =
            File::options().create(true).truncate(false).write(true).open(&path).at(&path, "opened")?;
        lock.lock().at(&path, "locked")?;
        for name in files::names_in(&self.shelf.incoming())? {
            let path = self.shelf.incoming().join(&name);
            if name.starts_with(TEMPORARY) && path.symlink_metadata().is_ok_and(|found| found.is_file()) {
                fs::remove_file(&path).at(&path, "removed")?;
            }
        }
        Ok(lock)
    }

    /// The desk that this is the intake of.
    pub(crate) fn desk(&self) -> Result<DeskId, StoreError> {
        Ok(self.settings()?.config.desk.clone())
    }

    /// Begins to take an object that is sealed to the named keys, unless it is here.
    ///
    /// # Errors
    /// As over the network: a dead key, limits of size and space, another length than it has here.
    pub(crate) fn begin_carried(&self, object: &Object, keys: &[KeyId]) -> Result<Begun, StoreError> {
        let settings = self.settings()?;
        if keys.iter().any(|key| settings.config.dead_keys.contains(key)) {
            return Err(StoreError::DeadKey);
        }
        if let Some((size, recorded)) = self.heal(object.kind, &object.sha256)? {
            return if size == object.size {
                Ok(Begun::Here(recorded.receipt))
            } else {
                Err(StoreError::WrongLength)
            };
        }
        let config = &settings.config.limits;
        let limit = match object.kind {
            ObjectKind::Report => config.report_bytes.min(limits::ENVELOPE_BYTES as u64),
            ObjectKind::Attachment => config.attachment_bytes.min(limits::ATTACHMENT_BYTES),
        };
        if object.size > limit {
            return Err(StoreError::TooLarge { limit });
        }
        if object.size == 0 {
            return Err(StoreError::BadRequest("an object of no bytes"));
        }
        self.room(object.kind, object.size)?;
        let incoming = self.shelf.incoming();
        let temporary = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(&incoming);
        let temporary = temporary.at(&incoming, "written to")?;
        let carried = Carried { object: *object, temporary, hasher: Hasher::default(), size: 0 };
        Ok(Begun::Wanted(Box::new(carried)))
    }

    /// Ends an object: stores it if its hash is its name.
    ///
    /// # Errors
    /// [`StoreError::HashMismatch`]; nothing of it is kept then.
    pub(crate) fn finish_carried(&self, carried: Box<Carried>) -> Result<Recorded, StoreError> {
        let Carried { object, temporary, hasher, size } = *carried;
        if size != object.size || hasher.finish() != object.sha256 {
            return Err(StoreError::HashMismatch);
        }
        self.shelf.put_whole(temporary, object.kind, &object.sha256)?;
        self.record(object)
    }
}

impl Carried {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where the disk fails.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.size += bytes.len() as u64;
        self.hasher.update(bytes);
        Ok(self.temporary.write_all(bytes).at(self.temporary.path(), "written")?)
    }
}
