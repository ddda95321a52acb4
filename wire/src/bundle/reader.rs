//! Reading a bundle.

use std::{fmt, io::Read};

use super::{BundleError, Head, ObjectHead, frames::Frames, writer::FIRST_LINE};
use crate::{
    directory::DeskId,
    key::{Courier, DeskIdentity},
    limits,
};

/// Reads a bundle as it streams in, holding 64 KiB at a time.
///
/// What it gives is what somebody wrote who knows the desk's public key, and that is anybody: an object is the one it is
/// called only where its bytes hash to its name.
pub struct BundleReader<R: Read> {
    frames: Frames<R>,
    head: Head,
    objects: u64,
    /// Bytes of the current object that were not read yet.
    left: u64,
    ended: bool,
}

impl<R: Read> BundleReader<R> {
    /// Opens a bundle and reads its head.
    ///
    /// # Errors
    /// [`BundleError`]; hostile bytes cost bounded time and memory and never panic.
    pub fn open(source: R, identities: &[DeskIdentity<Courier>]) -> Result<Self, BundleError> {
        let identities = identities.iter().map(|identity| identity.identity() as &dyn age::Identity);
        let mut frames = Frames::open(source, identities)?;
        frames.format(FIRST_LINE, "a bundle")?;
        let desk = DeskId::parse(&frames.field("desk")?).map_err(|_| BundleError::BadLine("desk"))?;
        let (salt, answer_to) = Head::parse_answer(&frames.field("answer")?)?;
        Ok(Self { frames, head: Head { desk, salt, answer_to }, objects: 0, left: 0, ended: false })
    }

    /// What it says of itself.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Goes on to the next object, past what was not read of the one before; none at the end.
    ///
    /// # Errors
    /// [`BundleError`]; the objects before stand.
    pub fn next_object(&mut self) -> Result<Option<ObjectHead>, BundleError> {
        if self.ended {
            return Ok(None);
        }
        let mut rest = [0; 8 * 1024];
        while self.read(&mut rest)? > 0 {}
        let line = self.frames.line()?.ok_or(BundleError::Unfinished)?;
        if let Some(count) = line.strip_prefix("end ") {
            self.frames.end(count, self.objects)?;
            self.ended = true;
            return Ok(None);
        }
        let head = line.strip_prefix("object ").ok_or(BundleError::BadLine("object"))?;
        let head = ObjectHead::parse(head)?;
        if self.objects >= limits::BUNDLE_OBJECTS {
            return Err(BundleError::TooMany);
        }
        self.objects += 1;
        self.left = head.object.size;
        Ok(Some(head))
    }

    /// The next bytes of the current object; 0 at its end.
    ///
    /// # Errors
    /// [`BundleError`]; what was read of this object is worth nothing then.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, BundleError> {
        let end = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if end == 0 {
            return Ok(0);
        }
        let read = self.frames.read(&mut buffer[..end])?;
        if read == 0 {
            return Err(BundleError::Unfinished);
        }
        self.left -= read as u64;
        Ok(read)
    }
}

impl<R: Read> fmt::Debug for BundleReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[bundle]")
    }
}
