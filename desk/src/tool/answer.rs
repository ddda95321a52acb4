//! The answer to a bundle: a file that is there whole, durably, or not at all.

use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use turnstone_wire::{
    bundle::{AnswerWriter, BundleWriteError, Head},
    receipt::SignedReceipt,
};

use crate::{
    failure::Failure,
    files::{self, At},
};

/// An answer that is being written.
#[derive(Debug)]
pub(super) struct Answer {
    path: PathBuf,
    writer: AnswerWriter<NamedTempFile>,
    receipts: u64,
}

/// That an answer may be written there; better said before anything is stored.
pub(super) fn check(path: &Path, force: bool) -> Result<(), Failure> {
    if path.is_dir() {
        return Err(Failure::bad_file(path, "it is a folder; name a file in it"));
    }
    if !force && path.symlink_metadata().is_ok() {
        return Err(Failure::Exists(path.to_owned()));
    }
    Ok(())
}

impl Answer {
    /// Begins the answer to a bundle with this head, beside the place it will have.
    pub(super) fn begin(path: &Path, head: &Head) -> Result<Self, Failure> {
        let folder = files::parent(path);
        // For whoever the stick is handed to, who is another user of another machine: what is in it is sealed.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        let temporary = tempfile::Builder::new().prefix(".answer-").permissions(mode).tempfile_in(folder);
        let temporary = temporary.at(folder, "written to")?;
        let writer = AnswerWriter::new(temporary, head).map_err(|error| failed(path, error))?;
        Ok(Self { path: path.to_owned(), writer, receipts: 0 })
    }

    /// Adds a receipt.
    pub(super) fn add(&mut self, receipt: &SignedReceipt) -> Result<(), Failure> {
        self.writer.receipt(receipt).map_err(|error| failed(&self.path, error))?;
        self.receipts += 1;
        Ok(())
    }

    /// Gives it its name, and says how many receipts it holds.
    pub(super) fn finish(self) -> Result<u64, Failure> {
        let Self { path, writer, receipts } = self;
        let temporary = writer.finish().map_err(|error| failed(&path, error))?;
        files::publish(temporary, &path)?;
        Ok(receipts)
    }
}

fn failed(path: &Path, error: BundleWriteError) -> Failure {
    Failure::Answer { path: path.to_owned(), error }
}
