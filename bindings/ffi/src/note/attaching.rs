//! Photos, videos and sounds: by path, as bytes, or by file descriptor. None of them is ever whole in memory but the second.

use std::{fs::File, io::Read, os::fd::BorrowedFd, sync::Arc};

use turnstone_core::{Error, Invalid};

use super::Note;
use crate::{CoreError, ObserverError, report::AttachmentRow};

/// Somebody who is told how much of a file was taken in.
#[uniffi::export(with_foreign)]
pub trait Meter: Send + Sync {
    /// So many bytes are sealed and written, at the end as many as `sealed_size`. Called on a thread of the library; what it throws changes nothing.
    fn taken(&self, bytes: u64) -> Result<(), ObserverError>;
}

impl Note {
    async fn attach(
        &self,
        open: impl FnOnce() -> Result<Box<dyn Read + Send>, Error> + Send + 'static,
        meter: Option<Arc<dyn Meter>>,
    ) -> Result<AttachmentRow, CoreError> {
        self.work(move |note| {
            let mut tell = |bytes| meter.iter().for_each(|meter| meter.taken(bytes).unwrap_or_default());
            let taken = note.attach(&mut *open()?, &mut tell)?;
            Ok(AttachmentRow::from(&taken))
        })
        .await
    }
}

#[uniffi::export]
impl Note {
    /// Takes a file in. Durable, every byte of it, when this returns; where it fails, nothing of it is left. A picture gets its
    /// copy then, under the same number. A meter hears how far it has come.
    #[uniffi::method(default(meter = None))]
    pub async fn attach_path(
        &self,
        path: String,
        meter: Option<Arc<dyn Meter>>,
    ) -> Result<AttachmentRow, CoreError> {
        self.attach(move || Ok(Box::new(File::open(path).map_err(unreadable)?)), meter).await
    }

    /// The same of bytes at hand.
    pub async fn attach_bytes(&self, bytes: Vec<u8>) -> Result<AttachmentRow, CoreError> {
        self.attach(move || Ok(Box::new(std::io::Cursor::new(bytes))), None).await
    }

    /// The same of an open file descriptor, from where it stands. It stays the caller's to close: it is doubled before this
    /// first waits.
    #[uniffi::method(default(meter = None))]
    pub async fn attach_descriptor(
        &self,
        descriptor: i32,
        meter: Option<Arc<dyn Meter>>,
    ) -> Result<AttachmentRow, CoreError> {
        let file = doubled(descriptor);
        self.attach(move || Ok(Box::new(file.map_err(unreadable)?)), meter).await
    }

    /// Takes a photo out again, for good, its copy as well.
    pub async fn detach(&self, number: u16) -> Result<(), CoreError> {
        self.work(move |note| note.detach(number)).await
    }
}

fn unreadable(_: std::io::Error) -> Error {
    Error::Invalid(Invalid::AttachmentUnreadable)
}

fn doubled(descriptor: i32) -> std::io::Result<File> {
    if descriptor < 0 {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    // SAFETY: it is not negative, and used for one call alone; the system says so where it is not open.
    let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
    borrowed.try_clone_to_owned().map(File::from)
}
