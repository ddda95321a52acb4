//! The answer to a bundle: receipts on their way back.

use std::{
    fmt,
    io::{BufWriter, Read, Write},
};

use age::stream::StreamWriter;

use super::{AnswerKey, BundleError, BundleWriteError, Head, Salt, frames::Frames, writer};
use crate::{directory::DeskId, envelope::SealError, limits, receipt::SignedReceipt};

const FIRST_LINE: &str = "turnstone answer 1";

/// Writes the answer to a bundle as its receipts come. Without [`AnswerWriter::finish`] it is none.
pub struct AnswerWriter<W: Write> {
    writer: StreamWriter<BufWriter<W>>,
    receipts: u64,
}

impl<W: Write> AnswerWriter<W> {
    /// Begins the answer to a bundle with this head.
    ///
    /// # Errors
    /// [`BundleWriteError::Io`] for what `output` answers.
    pub fn new(mut output: W, head: &Head) -> Result<Self, BundleWriteError> {
        output.write_all(head.salt.as_bytes())?;
        let recipient = head.answer_to.recipient() as &dyn age::Recipient;
        let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient));
        let mut writer = encryptor.map_err(|_| SealError::Failed)?.wrap_output(writer::held(output))?;
        writer.write_all(format!("{FIRST_LINE}\ndesk {}\n", head.desk.as_str()).as_bytes())?;
        Ok(Self { writer, receipts: 0 })
    }

    /// Adds a receipt.
    ///
    /// # Errors
    /// [`BundleWriteError::TooMany`], [`BundleWriteError::Io`].
    pub fn receipt(&mut self, receipt: &SignedReceipt) -> Result<(), BundleWriteError> {
        if self.receipts >= limits::BUNDLE_OBJECTS {
            return Err(BundleWriteError::TooMany);
        }
        // JSON has no line feed of its own: one receipt is one line.
        self.writer.write_all(&receipt.to_json())?;
        self.writer.write_all(b"\n")?;
        self.receipts += 1;
        Ok(())
    }

    /// Ends the answer and gives `output` back, to be made durable.
    ///
    /// # Errors
    /// [`BundleWriteError::Io`].
    pub fn finish(self) -> Result<W, BundleWriteError> {
        writer::finish(self.writer, self.receipts)
    }
}

impl<W: Write> fmt::Debug for AnswerWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[answer of {} receipts]", self.receipts)
    }
}

/// Reads an answer as it streams in. Its receipts say nothing until verified.
pub struct AnswerReader<R: Read> {
    frames: Frames<R>,
    desk: DeskId,
    receipts: u64,
    ended: bool,
}

impl<R: Read> AnswerReader<R> {
    /// Reads the bytes before an answer, asks for the key they stand for, and opens it.
    ///
    /// # Errors
    /// [`BundleError::NotForThisKey`] where that key does not open it, and whatever else `key` or the file answer.
    pub fn open<E: From<BundleError>>(
        mut source: R,
        key: impl FnOnce(&Salt) -> Result<AnswerKey, E>,
    ) -> Result<Self, E> {
        let mut salt = Vec::new();
        let read = (&mut source).take(Salt::BYTES as u64).read_to_end(&mut salt);
        read.map_err(BundleError::Io)?;
        let salt = salt.try_into().map_err(|_| BundleError::OtherFormat("an answer"))?;
        let key = key(&Salt::from_bytes(salt))?;
        let mut frames = Frames::open(source, std::iter::once(key.identity() as &dyn age::Identity))?;
        frames.format(FIRST_LINE, "an answer")?;
        let desk = DeskId::parse(&frames.field("desk")?).map_err(|_| BundleError::BadLine("desk"))?;
        Ok(Self { frames, desk, receipts: 0, ended: false })
    }

    /// The desk that wrote it, as it says.
    pub fn desk(&self) -> &DeskId {
        &self.desk
    }

    /// The next receipt; none at the end.
    ///
    /// # Errors
    /// [`BundleError`]; the receipts before stand.
    pub fn next_receipt(&mut self) -> Result<Option<SignedReceipt>, BundleError> {
        if self.ended {
            return Ok(None);
        }
        let line = self.frames.line()?.ok_or(BundleError::Unfinished)?;
        if let Some(count) = line.strip_prefix("end ") {
            self.frames.end(count, self.receipts)?;
            self.ended = true;
            return Ok(None);
        }
        let receipt = SignedReceipt::parse(line.as_bytes());
        let receipt = receipt.map_err(|_| BundleError::BadLine("a receipt"))?;
        if self.receipts >= limits::BUNDLE_OBJECTS {
            return Err(BundleError::TooMany);
        }
        self.receipts += 1;
        Ok(Some(receipt))
    }
}

impl<R: Read> fmt::Debug for AnswerReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[answer]")
    }
}
