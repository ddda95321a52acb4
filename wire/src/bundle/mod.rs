//! Carried by hand: what waits for a desk as one file on a stick, and the desk's receipts as another one back.
//!
//! A *bundle* is an `age` file to every active key of the desk in the role `courier`. Inside, lines and bytes take turns:
//!
//! ```text
//! turnstone bundle 1
//! desk quay
//! answer 32-HEX-DIGITS RECIPIENT
//! object report SHA256 SIZE KEYID,KEYID
//! ...SIZE bytes, the envelope as the network would carry it...
//! object attachment SHA256 SIZE
//! ...SIZE bytes...
//! end 2
//! ```
//!
//! The objects are those of the network, under the same names: whatever came by either way is there once. Nothing of a
//! bundle is believed but what an object's own hash shows. Both are read and written as they stream, a piece at a time.
//!
//! The *answer* is 16 bytes that mean nothing to anybody else and an `age` file to the recipient that travelled inside the
//! bundle, with lines: `turnstone answer 1`, `desk ID`, one receipt a line in JSON, `end COUNT`. From the 16 bytes the
//! phone makes the key again that opens it, and so keeps nothing of a bundle it once wrote.
//!
//! ```
//! use turnstone_wire::{bundle::{AnswerKey, BundleReader, BundleWriter, Head, ObjectHead, Salt}, directory::DeskId};
//! use turnstone_wire::{hash::Sha256, key::{Courier, DeskIdentity}, receipt::{Object, ObjectKind}};
//!
//! let courier = DeskIdentity::<Courier>::generate();
//! let (salt, phone) = (Salt::from_bytes([1; 16]), AnswerKey::from_secret([2; 32])?);
//! let head = Head { desk: DeskId::parse("quay")?, salt, answer_to: phone.recipient() };
//! let object = Object { kind: ObjectKind::Report, sha256: Sha256::of(b"sealed"), size: 6 };
//! let mut writer = BundleWriter::new(Vec::new(), &[courier.public()], &head)?;
//! writer.begin(&ObjectHead { object, keys: vec![] })?;
//! writer.write(b"sealed")?;
//! let file = writer.finish()?;
//!
//! let mut reader = BundleReader::open(&file[..], &[courier])?;
//! assert_eq!(reader.next_object()?.map(|head| head.object), Some(object));
//! let mut bytes = [0; 100];
//! assert_eq!(reader.read(&mut bytes)?, 6);
//! assert_eq!(reader.next_object()?, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod frames;
mod head;
mod reader;
mod writer;

use std::io;

pub use answer::{AnswerReader, AnswerWriter};
pub use head::{AnswerKey, AnswerRecipient, Head, ObjectHead, Salt};
pub use reader::BundleReader;
pub use writer::BundleWriter;

use crate::{
    envelope::{HeaderError, SealError},
    limits,
};

/// Why a bundle, or the answer to one, cannot be read on. What was read before stands.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It is no `age` file, or its header breaks the bounds of DESIGN 7.
    #[error("it is none: {0}")]
    Header(#[from] HeaderError),
    /// None of the keys at hand opens it.
    #[error("none of the keys at hand opens it")]
    NotForThisKey,
    /// Changed, or cut short.
    #[error("it is damaged from here on: changed, or cut short")]
    Damaged,
    /// A whole `age` file without the line that ends it.
    #[error("it breaks off: whoever wrote it did not finish")]
    Unfinished,
    /// Its first line names another format, or a newer version of this one.
    #[error("it is not {0} of version 1")]
    OtherFormat(&'static str),
    /// A line in it is none of those there may be.
    #[error("it has a line that is none: {0}")]
    BadLine(&'static str),
    /// It holds more than is read.
    #[error("it holds more than {} objects", limits::BUNDLE_OBJECTS)]
    TooMany,
    /// The file cannot be read: the stick was pulled out, say.
    #[error("it cannot be read")]
    Io(#[source] io::Error),
}

/// Why a bundle, or the answer to one, cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum BundleWriteError {
    /// There is no key to seal it to.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// More objects than a bundle may hold.
    #[error("a bundle holds at most {} objects", limits::BUNDLE_OBJECTS)]
    TooMany,
    /// An object got more or fewer bytes than were announced.
    #[error("an object of another size than was announced")]
    Size,
    /// The file cannot be written.
    #[error("it cannot be written")]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests;
