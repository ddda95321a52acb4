//! Writing a bundle.

use std::{
    fmt,
    io::{BufWriter, Write},
};

use age::stream::StreamWriter;

use super::{BundleWriteError, Head, ObjectHead};
use crate::{
    envelope,
    key::{Courier, RecipientKey},
    limits,
};

/// The first line of a bundle.
pub(super) const FIRST_LINE: &str = "turnstone bundle 1";

/// Writes a bundle as its objects come, holding 64 KiB at a time. Without [`BundleWriter::finish`] it is none: whoever
/// reads it finds it cut short.
pub struct BundleWriter<W: Write> {
    writer: StreamWriter<BufWriter<W>>,
    objects: u64,
    /// Bytes that the current object still has to get.
    left: u64,
}

impl<W: Write> BundleWriter<W> {
    /// Begins a bundle, sealed to every given key of the desk.
    ///
    /// # Errors
    /// [`BundleWriteError::Seal`] where no key is usable, [`BundleWriteError::Io`] for what `output` answers.
    pub fn new(output: W, keys: &[RecipientKey<Courier>], head: &Head) -> Result<Self, BundleWriteError> {
        let mut writer = envelope::encryptor(keys)?.wrap_output(held(output))?;
        let lines = format!("{FIRST_LINE}\ndesk {}\n{}", head.desk.as_str(), head.answer_line());
        writer.write_all(lines.as_bytes())?;
        Ok(Self { writer, objects: 0, left: 0 })
    }

    /// Announces the next object.
    ///
    /// # Errors
    /// [`BundleWriteError::Size`] where the one before has not got all its bytes, [`BundleWriteError::TooMany`].
    pub fn begin(&mut self, head: &ObjectHead) -> Result<(), BundleWriteError> {
        if self.left > 0 {
            return Err(BundleWriteError::Size);
        }
        if self.objects >= limits::BUNDLE_OBJECTS {
            return Err(BundleWriteError::TooMany);
        }
        self.writer.write_all(head.line().as_bytes())?;
        self.objects += 1;
        self.left = head.object.size;
        Ok(())
    }

    /// Takes the next bytes of the object that was announced.
    ///
    /// # Errors
    /// [`BundleWriteError::Size`] past its size, [`BundleWriteError::Io`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), BundleWriteError> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(BundleWriteError::Size)?;
        Ok(self.writer.write_all(bytes)?)
    }

    /// Ends the bundle and gives `output` back, to be made durable.
    ///
    /// # Errors
    /// [`BundleWriteError::Size`] where the last object has not got all its bytes, [`BundleWriteError::Io`].
    pub fn finish(self) -> Result<W, BundleWriteError> {
        if self.left > 0 {
            return Err(BundleWriteError::Size);
        }
        finish(self.writer, self.objects)
    }
}

impl<W: Write> fmt::Debug for BundleWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[bundle of {} objects]", self.objects)
    }
}

/// Writes the line that tells the end from a cut.
pub(super) fn finish<W: Write>(
    mut writer: StreamWriter<BufWriter<W>>,
    counted: u64,
) -> Result<W, BundleWriteError> {
    writer.write_all(format!("end {counted}\n").as_bytes())?;
    Ok(writer.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?)
}

/// Holds a header back until the content goes out: the `age` crate forgets why one could not be written, a full disk, say.
pub(super) fn held<W: Write>(output: W) -> BufWriter<W> {
    BufWriter::with_capacity(2 * limits::AGE_HEADER_BYTES, output)
}
