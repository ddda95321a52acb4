//! The server's folder as a source, for a desk whose officer sits at the server or carries its disk.

use std::{io::Read, path::Path, sync::Arc};

use turnstone_wire::{mailbox::MailboxAddress, receipt::Object};

use super::source::{Listed, Source, SourceError};
use crate::{
    clock::Clock,
    intake::{PAGE, Store, StoreError},
};

/// A server's folder.
#[derive(Debug)]
pub(super) struct Folder(Store);

impl Folder {
    pub(super) fn open(server: &Path, clock: Arc<dyn Clock>) -> Result<Self, SourceError> {
        Ok(Self(Store::open(server, clock)?))
    }
}

impl Source for Folder {
    fn objects(&mut self) -> Result<Vec<Listed>, SourceError> {
        let mut objects: Vec<Listed> = Vec::new();
        loop {
            let after = objects.last().map_or(0, |last| last.number);
            let page = self.0.objects_after(after)?;
            let last = page.len() < PAGE;
            objects.extend(page.into_iter().map(|entry| Listed {
                number: entry.number,
                kind: entry.object.kind,
                sha256: entry.object.sha256,
                size: entry.object.size,
            }));
            if last {
                return Ok(objects);
            }
        }
    }

    fn read(&mut self, object: &Object) -> Result<Box<dyn Read + '_>, SourceError> {
        match self.0.object(object.kind, &object.sha256) {
            Err(StoreError::NotFound) => Err(SourceError::Gone),
            file => Ok(Box::new(file?)),
        }
    }

    fn leave(&mut self, address: &MailboxAddress, item: &[u8]) -> Result<bool, SourceError> {
        match self.0.leave(address, item) {
            Err(StoreError::TooMany { .. }) => Err(SourceError::Full),
            left => Ok(left?),
        }
    }
}
