//! Standard input, which can be read once: by a text or by a photo, not by both.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use turnstone_core::{Error, Invalid};
use turnstone_wire::text::Text;

use crate::failure::Failure;

/// Longest text that is read, in bytes. More than a desk takes, so that what was written too long is kept, as a draft,
/// where it can be put right.
const TEXT_BYTES: usize = 4 * 1024 * 1024;

/// The one turn to read standard input.
#[derive(Debug, Default)]
pub(crate) struct Stdin {
    taken: bool,
}

impl Stdin {
    /// Whether somebody has had it.
    pub(crate) fn is_taken(&self) -> bool {
        self.taken
    }

    /// Takes the turn.
    pub(crate) fn take(&mut self) -> Result<impl Read + Send + use<>, Failure> {
        if std::mem::replace(&mut self.taken, true) {
            return Err(Failure::Usage("standard input can be read for one thing only".to_owned()));
        }
        Ok(io::stdin())
    }

    /// Reads a file, or standard input where it is named `-`, up to a limit; more than that is none of ours, and is found out
    /// when it is parsed.
    pub(crate) fn bytes_or_file(&mut self, path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let read =
            |input: &mut dyn Read, bytes: &mut Vec<u8>| input.take(limit as u64 + 1).read_to_end(bytes);
        if path == Path::new("-") {
            let read = read(&mut self.take()?, &mut bytes);
            read.map_err(|error| Failure::file("standard input", &error))?;
        } else {
            let read = File::open(path).and_then(|mut file| read(&mut file, &mut bytes));
            read.map_err(|error| Failure::path(path, &error))?;
        }
        Ok(bytes)
    }

    /// Reads a text to its end, without the line feed that `echo` adds. Bytes that are no UTF-8 are shown as such: what
    /// a witness wrote is not refused for its encoding.
    pub(crate) fn text(&mut self) -> Result<Text, Failure> {
        let mut bytes = zeroize::Zeroizing::new(Vec::new());
        self.take()?
            .take(TEXT_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::file("standard input", &error))?;
        if bytes.len() > TEXT_BYTES {
            return Err(Error::Invalid(Invalid::TextTooLong { bytes: bytes.len() }).into());
        }
        let text = String::from_utf8_lossy(&bytes);
        Ok(Text::new(text.strip_suffix('\n').unwrap_or(&text)))
    }
}
