//! Lines and bytes inside an `age` file, read as they come.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use age::stream::StreamReader;

use super::BundleError;
use crate::{envelope, limits};

type Sealed<R> = BufReader<Chain<Cursor<Vec<u8>>, Watched<R>>>;

/// The content of an `age` file. What comes out of it is authentic as far as it was read, a piece of 64 KiB at a time.
pub(super) struct Frames<R: Read> {
    content: BufReader<StreamReader<Sealed<R>>>,
}

impl<R: Read> Frames<R> {
    /// Scans the header, and opens what follows with the first identity that fits.
    pub(super) fn open<'a>(
        mut source: R,
        identities: impl Iterator<Item = &'a dyn age::Identity>,
    ) -> Result<Self, BundleError> {
        let mut head = Vec::new();
        let limit = limits::AGE_HEADER_BYTES as u64;
        (&mut source).take(limit).read_to_end(&mut head).map_err(BundleError::Io)?;
        envelope::scan(&head)?;
        let sealed = Cursor::new(head).chain(Watched(source));
        let decryptor = age::Decryptor::new_buffered(BufReader::new(sealed)).map_err(not_opened)?;
        let content = decryptor.decrypt(identities).map_err(not_opened)?;
        Ok(Self { content: BufReader::new(content) })
    }

    /// The next line without its LF; none at the end of the content.
    pub(super) fn line(&mut self) -> Result<Option<String>, BundleError> {
        let mut line = Vec::new();
        let limit = limits::BUNDLE_LINE_BYTES as u64 + 1;
        let read = (&mut self.content).take(limit).read_until(b'\n', &mut line);
        read.map_err(why)?;
        match line.pop() {
            None => Ok(None),
            Some(b'\n') => {
                String::from_utf8(line).map(Some).map_err(|_| BundleError::BadLine("it is no text"))
            }
            // Where it is not too long, the content ended in the middle of it.
            Some(_) if line.len() < limits::BUNDLE_LINE_BYTES => Err(BundleError::Unfinished),
            Some(_) => Err(BundleError::BadLine("it does not end")),
        }
    }

    /// The next line, which must be there and begin with a word and a space; what follows these.
    pub(super) fn field(&mut self, word: &'static str) -> Result<String, BundleError> {
        let line = self.line()?.ok_or(BundleError::Unfinished)?;
        let value = line.strip_prefix(word).and_then(|rest| rest.strip_prefix(' '));
        value.map(str::to_owned).ok_or(BundleError::BadLine(word))
    }

    /// The first line, which names the format.
    pub(super) fn format(&mut self, first: &str, what: &'static str) -> Result<(), BundleError> {
        match self.line() {
            Ok(Some(line)) if line == first => Ok(()),
            // Other content altogether may have no lines.
            Ok(_) | Err(BundleError::BadLine(_) | BundleError::Unfinished) => {
                Err(BundleError::OtherFormat(what))
            }
            Err(error) => Err(error),
        }
    }

    /// Bytes as they come; none at the end of the content.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, BundleError> {
        self.content.read(buffer).map_err(why)
    }

    /// The last line was read: its count must fit, and nothing may follow.
    pub(super) fn end(&mut self, said: &str, counted: u64) -> Result<(), BundleError> {
        if number(said) != Some(counted) {
            return Err(BundleError::BadLine("end"));
        }
        match self.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(BundleError::BadLine("something follows the end")),
        }
    }
}

/// The `age` crate tells damage and a broken source alike; they are not: one is tried again, the other is not.
fn why(error: io::Error) -> BundleError {
    if is_broken_source(&error) { BundleError::Io(error) } else { BundleError::Damaged }
}

fn not_opened(error: age::DecryptError) -> BundleError {
    match error {
        age::DecryptError::NoMatchingKeys => BundleError::NotForThisKey,
        age::DecryptError::Io(error) => why(error),
        _ => BundleError::Damaged,
    }
}

fn is_broken_source(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<BrokenSource>())
}

/// A number as it is written here: digits, no leading nought, no sign.
pub(super) fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}

/// What the system said of a file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct BrokenSource(#[source] io::Error);

/// Marks what the source itself answers.
struct Watched<R>(R);

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| io::Error::new(error.kind(), BrokenSource(error)))
    }
}
