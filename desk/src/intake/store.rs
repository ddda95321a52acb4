//! The rules of the intake, without HTTP: what is kept, under which name, and when a receipt may be given.
//!
//! A receipt is given only after, in this order: the bytes' hash was found to be their name, the file was made
//! durable under that name, and its row with the receipt was made durable in the ledger. A kill before the name
//! leaves a temporary file that is swept; a kill between name and row leaves a file that the next attempt of the
//! same sender puts into the ledger ([`Store::heal`]). Repeating anything is harmless.

use std::{
    fs::{self, File, TryLockError},
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::TimeDelta;
use tempfile::NamedTempFile;
use turnstone_wire::{
    desk_call::{self, CallError, Proof, Request},
    hash::{Hasher, Sha256},
    key::KeyId,
    limits,
    mailbox::{MailboxAddress, MailboxItem, MailboxToken},
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::{
    error::StoreError,
    ledger::{Entry, Ledger, Left, Recorded, Standing},
    place::Place,
    settings::{Settings, Watched},
    shelf::{self, Shelf},
    uploads::Uploads,
};
use crate::{
    clock::Clock,
    files::{self, At},
    home,
    seam::{Life, Planted, is_planted},
};

/// Largest item that is left in a mailbox, in bytes.
pub(crate) const ITEM_BYTES: usize = 64 * 1024;
/// Most objects listed in one answer.
pub(crate) const PAGE: usize = 500;

/// The intake's store.
pub(crate) struct Store {
    server: PathBuf,
    pub(super) shelf: Shelf,
    pub(super) ledger: Ledger,
    pub(super) uploads: Uploads,
    settings: Arc<Watched>,
    pub(super) clock: Arc<dyn Clock>,
    pub(crate) life: Life,
}

impl Store {
    /// Opens the store of a server folder. Several processes may: one serves, others open reports.
    pub(crate) fn open(server: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let settings = Arc::new(Watched::open(server)?);
        let shelf = Shelf::open(server)?;
        let place = Place::new(server, shelf.clone(), Arc::clone(&settings), Arc::clone(&clock))?;
        Ok(Self {
            settings,
            ledger: Ledger::open(place)?,
            shelf,
            uploads: Uploads::default(),
            server: server.to_owned(),
            clock,
            life: Life::begin(),
        })
    }

    /// Becomes the one process that receives for this folder, until the returned file is dropped, and sweeps what a
    /// killed one left.
    pub(crate) fn serve(&self) -> Result<File, StoreError> {
        let path = self.server.join("serve.lock");
        let lock =
            File::options().create(true).truncate(false).write(true).open(&path).at(&path, "opened")?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::AlreadyServing),
            Err(TryLockError::Error(error)) => return Err(error).at(&path, "locked")?,
        }
        for name in files::names_in(&self.shelf.incoming())? {
            let path = self.shelf.incoming().join(&name);
            // Its own only: what else somebody put there is theirs.
            if name.starts_with(files::TEMPORARY)
                && path.symlink_metadata().is_ok_and(|found| found.is_file())
            {
                fs::remove_file(&path).at(&path, "removed")?;
            }
        }
        self.sweep_uploads()?;
        Ok(lock)
    }

    /// The folder.
    pub(super) fn server(&self) -> &Path {
        &self.server
    }

    /// What the intake goes by now.
    pub(crate) fn settings(&self) -> Result<Arc<Settings>, StoreError> {
        self.settings.now()
    }

    /// The bytes of the directory.
    pub(crate) fn directory(&self) -> Result<Vec<u8>, StoreError> {
        Ok(files::read(&self.server.join(home::DIRECTORY), limits::DIRECTORY_BYTES)?)
    }

    /// Whether reports can be taken: the ledger answers and there is space.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.ledger.objects_after(i64::MAX, 1)?;
        self.room(ObjectKind::Report, 0)
    }

    /// Begins to take a report that is sealed to the named keys and announced to be so long.
    pub(crate) fn begin_report(
        &self,
        name: Sha256,
        keys: &[KeyId],
        announced: Option<u64>,
    ) -> Result<IncomingReport, StoreError> {
        self.life.point()?;
        let settings = self.settings()?;
        if keys.iter().any(|key| settings.config.dead_keys.contains(key)) {
            return Err(StoreError::DeadKey);
        }
        if let Err(full) = self.room(ObjectKind::Report, announced.unwrap_or(0))
            && self.heal(ObjectKind::Report, &name)?.is_none()
        {
            // One that is here takes no room, and whoever lost its receipt is to have it (P2).
            return Err(full);
        }
        let limit = settings.config.limits.report_bytes.min(limits::ENVELOPE_BYTES as u64);
        if announced.is_some_and(|size| size > limit) {
            return Err(StoreError::TooLarge { limit });
        }
        let temporary = files::temporary_in(&self.shelf.incoming())?;
        Ok(IncomingReport { name, temporary, hasher: Hasher::default(), size: 0, limit })
    }

    /// Ends a report: stores it if its hash is its name.
    pub(crate) fn finish_report(&self, incoming: IncomingReport) -> Result<Recorded, StoreError> {
        let IncomingReport { name, temporary, hasher, size, .. } = incoming;
        self.life.point()?;
        if (size == 0 || hasher.finish() != name) && !is_planted(Planted::HashNotChecked) {
            return Err(StoreError::HashMismatch);
        }
        // A file that is there without a row was left by a kill, perhaps before its folder was durable.
        if let Some((_, recorded)) = self.heal(ObjectKind::Report, &name)?
            && !is_planted(Planted::DoubleCount)
        {
            return Ok(recorded);
        }
        self.shelf.put_report(temporary, &name)?;
        self.life.point()?;
        self.record(Object { kind: ObjectKind::Report, sha256: name, size })
    }

    /// Puts an object whose file is durable into the ledger, with a receipt.
    pub(super) fn record(&self, object: Object) -> Result<Recorded, StoreError> {
        if let Some(row) = self.ledger.row(object.kind, &object.sha256)?
            && !is_planted(Planted::DoubleCount)
        {
            return Ok(Recorded { receipt: self.in_force(object, &row)?, fresh: false });
        }
        let (at, receipt) = self.settings()?.receipt(&object, &*self.clock);
        let recorded = self.ledger.record(object, at, receipt);
        self.life.point()?;
        recorded
    }

    /// The receipt that stands, signed anew where its key has been declared dead since, or where it is damaged: a
    /// phone that lost it would else ask for ever and never believe the answer (P2).
    fn in_force(&self, object: Object, row: &Standing) -> Result<SignedReceipt, StoreError> {
        let settings = self.settings()?;
        let receipt = SignedReceipt::parse(&row.receipt);
        if let Some(receipt) = receipt.ok().filter(|receipt| settings.stands(&object, receipt))
            && row.size == object.size
        {
            return Ok(receipt);
        }
        let (_, anew) = settings.receipt(&object, &*self.clock);
        self.ledger.sign_anew(&object, row, &anew)
    }

    /// An object with its size and receipt, if its file and its row are there. A file without a row, left by a kill,
    /// gets its row now, if it is what it is called; so does one of another size than its row says.
    pub(crate) fn heal(
        &self,
        kind: ObjectKind,
        name: &Sha256,
    ) -> Result<Option<(u64, Recorded)>, StoreError> {
        self.life.alive()?;
        let Some(size) = self.shelf.size(kind, name) else { return Ok(None) };
        if let Some(row) = self.ledger.row(kind, name)?.filter(|row| row.size == size) {
            let receipt = self.in_force(Object { kind, sha256: *name, size }, &row)?;
            return Ok(Some((size, Recorded { receipt, fresh: false })));
        }
        let path = self.shelf.path(kind, name);
        let (size, hash) = shelf::measure(&mut self.shelf.read(kind, name)?, &path)?;
        if hash != *name {
            return Ok(None);
        }
        files::sync_folder(files::parent(&path))?;
        Ok(Some((size, self.record(Object { kind, sha256: *name, size })?)))
    }

    /// Objects that arrived after number `after`, at most [`PAGE`].
    pub(crate) fn objects_after(&self, after: i64) -> Result<Vec<Entry>, StoreError> {
        self.ledger.objects_after(after, PAGE)
    }

    /// The stored bytes of an object.
    pub(crate) fn object(&self, kind: ObjectKind, name: &Sha256) -> Result<File, StoreError> {
        self.shelf.read(kind, name)
    }

    /// Where an object lies, or would.
    #[cfg(feature = "simulation")]
    pub(crate) fn shelf_path(&self, object: &Object) -> PathBuf {
        self.shelf.path(object.kind, &object.sha256)
    }

    /// Leaves an item in a mailbox. The same item again is kept once; false where it was there. Items of kinds this version
    /// does not know are kept as they are, for phones that do.
    pub(crate) fn leave(&self, address: &MailboxAddress, item: &[u8]) -> Result<bool, StoreError> {
        if item.len() > ITEM_BYTES {
            return Err(StoreError::TooLarge { limit: ITEM_BYTES as u64 });
        }
        let refused = StoreError::BadRequest("the body is no item of a mailbox");
        let Ok(text) = std::str::from_utf8(item) else { return Err(refused) };
        if turnstone_wire::check_json(item).is_err() || serde_json::from_str::<MailboxItem>(text).is_err() {
            return Err(refused);
        }
        match self.ledger.leave(address, text.trim())? {
            Left::New => Ok(true),
            Left::WasThere => Ok(false),
            Left::Full => Err(StoreError::TooMany { limit: limits::MAILBOX_ITEMS as u64 }),
        }
    }

    /// The items of a mailbox for whoever holds its token. Without the right one every box looks empty.
    pub(crate) fn mailbox(
        &self,
        address: &MailboxAddress,
        token: Option<&MailboxToken>,
    ) -> Result<Vec<String>, StoreError> {
        match token {
            Some(token) if token.address() == *address => self.ledger.mailbox(address),
            _ => Ok(Vec::new()),
        }
    }

    /// Whether a desk call may be answered: signed by a listed key, now, and not seen before.
    pub(crate) fn allow_call(&self, header: Option<&str>, request: &Request<'_>) -> Result<(), StoreError> {
        let why = |error: CallError| {
            StoreError::NotAllowed(match error {
                CallError::Unsigned => "it is not signed",
                CallError::BadSignature => "its signature does not fit",
                CallError::Clock => "its time is too far from the intake's",
            })
        };
        let proof = Proof::parse(header.unwrap_or_default()).map_err(why)?;
        let settings = self.settings()?;
        let key = settings.caller(proof.key).ok_or(StoreError::NotAllowed("its key is not listed"))?;
        let now = self.clock.now();
        proof.verify(request, now, key).map_err(why)?;
        let forget = now - TimeDelta::seconds(desk_call::WINDOW_S + 1);
        if !self.ledger.spend(&proof.nonce, proof.at, forget)? {
            return Err(StoreError::NotAllowed("it was made before"));
        }
        Ok(())
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// A report that is coming in: hashed while it is written to a temporary file, which is gone if this is dropped.
#[derive(Debug)]
pub(crate) struct IncomingReport {
    name: Sha256,
    temporary: NamedTempFile,
    hasher: Hasher,
    size: u64,
    limit: u64,
}

impl IncomingReport {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] past the limit.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.size += bytes.len() as u64;
        if self.size > self.limit {
            return Err(StoreError::TooLarge { limit: self.limit });
        }
        self.hasher.update(bytes);
        Ok(self.temporary.write_all(bytes).at(self.temporary.path(), "written")?)
    }
}

#[cfg(test)]
mod tests;
