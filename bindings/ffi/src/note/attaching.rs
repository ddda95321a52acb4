//! Photos, videos and sounds: by path, as bytes, or by file descriptor. None of them is ever whole in memory but the second.

use std::{fs::File, io::Read, os::fd::BorrowedFd};

use turnstone_core::{Error, Invalid};

use super::Note;
use crate::{CoreError, report::AttachmentRow};

impl Note {
    async fn attach(
        &self,
        open: impl FnOnce() -> Result<Box<dyn Read + Send>, Error> + Send + 'static,
    ) -> Result<AttachmentRow, CoreError> {
        self.work(move |note| {
            let taken = note.attach(&mut *open()?, &mut |_| ())?;
            Ok(AttachmentRow::from(&taken))
        })
        .await
    }
}

#[uniffi::export]
impl Note {
    /// Takes a file in. Durable, every byte of it, when this returns; where it fails, nothing of it is left. A picture gets its
    /// copy then, under the same number.
    pub async fn attach_path(&self, path: String) -> Result<AttachmentRow, CoreError> {
        self.attach(move || Ok(Box::new(File::open(path).map_err(unreadable)?))).await
    }

    /// The same of bytes at hand.
    pub async fn attach_bytes(&self, bytes: Vec<u8>) -> Result<AttachmentRow, CoreError> {
        self.attach(move || Ok(Box::new(std::io::Cursor::new(bytes)))).await
    }

    /// The same of an open file descriptor, from where it stands. It stays the caller's to close: it is doubled before this
    /// first waits.
    pub async fn attach_descriptor(&self, descriptor: i32) -> Result<AttachmentRow, CoreError> {
        let file = doubled(descriptor);
        self.attach(move || Ok(Box::new(file.map_err(unreadable)?))).await
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
