//! Where reports come from: the server's folder, or the intake over the network.

use std::io::Read;

use serde::Deserialize;
use turnstone_wire::{hash::Sha256, mailbox::MailboxAddress, receipt::Object, receipt::ObjectKind};

use crate::{failure::Failure, files::FileError, intake::StoreError};

/// Why a source does not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// Say it differently.
    #[error("{0:?} is neither a server folder nor an address")]
    Nothing(String),
    /// Try again later.
    #[error("the intake cannot be reached: {0}")]
    Unreachable(String),
    /// Look at the key and the clock.
    #[error("the intake refuses: {0}")]
    Refused(String),
    /// A mailbox that takes nothing more.
    #[error("the mailbox is full, and nothing can be taken out of it: answer in another way")]
    Full,
    /// It was listed and is not there.
    #[error("the intake lists it and has it no more")]
    Gone,
    /// Ask whoever made the bundle for another one.
    #[error("the bundle holds other bytes under this name")]
    OtherBytes,
    /// Open from the intake, which has mailboxes.
    #[error("a bundle has no mailbox to leave it in")]
    NoMailbox,
    /// It is no intake, or not one of this version.
    #[error("the intake's answer makes no sense")]
    BadAnswer,
    /// The folder's store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The disk failed.
    #[error(transparent)]
    File(#[from] FileError),
}

/// An object that waits to be opened.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Listed {
    /// Its place in the order of arrival.
    pub(crate) number: i64,
    /// Report or attachment.
    pub(crate) kind: ObjectKind,
    /// Its name.
    pub(crate) sha256: Sha256,
    /// Its size in bytes, as the intake says.
    pub(crate) size: u64,
}

impl Listed {
    pub(crate) fn object(&self) -> Object {
        Object { kind: self.kind, sha256: self.sha256, size: self.size }
    }
}

/// Where reports come from.
pub(crate) trait Source {
    /// All objects, in the order of their arrival.
    fn objects(&mut self) -> Result<Vec<Listed>, SourceError>;

    /// The stored bytes of an object.
    fn read(&mut self, object: &Object) -> Result<Box<dyn Read + '_>, SourceError>;

    /// Leaves an item in a mailbox; the same item again changes nothing. Whether it was not there before.
    ///
    /// # Errors
    /// [`SourceError::NoMailbox`] where there is none: another source may have one, another day.
    fn leave(&mut self, address: &MailboxAddress, item: &[u8]) -> Result<bool, SourceError>;

    /// Why not all of it could be read, where that is known only after the rest was.
    fn broken_off(&mut self) -> Option<Failure> {
        None
    }
}
