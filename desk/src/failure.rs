//! Why a command failed, by what its caller can do about it.

use std::path::PathBuf;

use serde_json::{Map, Value, json};
use turnstone_wire::{
    bundle::{BundleError, BundleWriteError},
    directory::{DeskId, DirectoryError, NotADeskId, RootsError},
    envelope::SealError,
    key::KeyError,
    receipt::ReceiptError,
    reply::ReplyError,
};

use crate::{clock::NoRandomness, files::FileError, intake::StoreError, tool::SourceError};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The arguments make no sense together: say it differently.
    #[error("{0}")]
    Usage(String),
    /// There is a desk already: nothing was touched.
    #[error("{} is there already; nothing was changed", .0.display())]
    Exists(PathBuf),
    /// A file of the desk is not what it should be: look at it.
    #[error("{} is not usable: {reason}", path.display())]
    BadFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The disk said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// A bundle cannot be read, or not to its end.
    #[error("{}: {error}", path.display())]
    Bundle {
        /// The bundle.
        path: PathBuf,
        /// Why.
        error: BundleError,
    },
    /// A bundle for somebody else.
    #[error("the bundle is for the desk {}, and this is {}; nothing was taken in", bundle.as_str(), here.as_str())]
    OtherDesk {
        /// Whom it is for.
        bundle: DeskId,
        /// Who this is.
        here: DeskId,
    },
    /// An answer cannot be written.
    #[error("{}: the answer cannot be written: {error}", path.display())]
    Answer {
        /// The answer.
        path: PathBuf,
        /// Why.
        error: BundleWriteError,
    },
    /// Some of what a bundle holds was not taken.
    #[error("{count} things in the bundle were not taken; all else is stored")]
    NotAllTaken {
        /// How many.
        count: u64,
    },
    /// The intake's store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The place that reports come from did not answer as it should.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A directory is not believed.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Root keys cannot be used.
    #[error(transparent)]
    Roots(#[from] RootsError),
    /// A receipt is not believed.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// A key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A change of keys that would leave the desk unable to work.
    #[error("{0}")]
    KeyChange(String),
    /// Too many keys, or none.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A certificate could not be made.
    #[error("the certificate could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS cannot be set up with what is there.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// The server cannot listen.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The runtime cannot be started.
    #[error("the server cannot be started: {0}")]
    Runtime(std::io::Error),
    /// No randomness, so no keys.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// There is no such report among those opened.
    #[error("no report of that reference or folder is open in {}", .0.display())]
    NoReport(PathBuf),
    /// What an officer wrote is no reply.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// A reply is written down, and did not get to its mailbox.
    #[error("the reply is kept and not left: {0}; the next `reply` to this report, or `open`, tries again")]
    NotLeft(Box<Self>),
    /// Reports came, and none of them could be opened.
    #[error("no report is open; {problems} things could not be opened")]
    NothingOpened {
        /// How many.
        problems: usize,
    },
    /// A command came to its end, and something is wrong all the same.
    #[error("{cause}")]
    Told {
        /// What came of the command, as JSON.
        summary: Value,
        /// What is wrong.
        cause: Box<Self>,
    },
    /// The answer could not be written.
    #[error("the answer could not be written to standard output")]
    Unwritable,
}

impl Failure {
    /// Says that a file is not what it should be.
    pub(crate) fn bad_file(path: impl Into<PathBuf>, reason: impl ToString) -> Self {
        Self::BadFile { path: path.into(), reason: reason.to_string() }
    }

    /// A stable word for scripts.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::Exists(_) => "exists",
            Self::BadFile { .. } => "bad_file",
            Self::File(error) => error.code(),
            Self::Bundle { error, .. } => bundle_code(error),
            Self::OtherDesk { .. } => "other_desk",
            Self::Answer { error: BundleWriteError::Io(error), .. } if is_full(error) => "no_space",
            Self::Answer { .. } => "file",
            Self::NotAllTaken { .. } => "not_all_taken",
            Self::Store(error) => store_code(error),
            Self::Source(error) => source_code(error),
            Self::Directory(_) => "directory",
            Self::Roots(_) => "roots",
            Self::Receipt(_) => "receipt",
            Self::Key(_) => "key",
            Self::KeyChange(_) => "key_change",
            Self::Seal(_) => "seal",
            Self::Certificate(_) | Self::Tls(_) => "tls",
            Self::Listen { .. } => "listen",
            Self::Runtime(_) => "runtime",
            Self::Randomness(_) => "randomness",
            Self::NoReport(_) => "no_report",
            Self::Reply(_) => "reply",
            Self::NotLeft(cause) => cause.code(),
            Self::NothingOpened { .. } => "nothing_opened",
            Self::Told { cause, .. } => cause.code(),
            Self::Unwritable => "unwritable",
        }
    }

    /// The one JSON document of a command that failed.
    pub(crate) fn to_json(&self) -> Value {
        let mut document = match self {
            Self::Told { summary: Value::Object(summary), .. } => summary.clone(),
            _ => Map::new(),
        };
        document.insert("error".into(), json!({"code": self.code(), "message": self.to_string()}));
        Value::Object(document)
    }

    /// 2 for wrong usage, 1 otherwise.
    pub(crate) fn exit_code(&self) -> u8 {
        if matches!(self, Self::Usage(_)) { 2 } else { 1 }
    }
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

fn bundle_code(error: &BundleError) -> &'static str {
    match error {
        BundleError::Header(_) | BundleError::OtherFormat(_) => "no_bundle",
        BundleError::NotForThisKey => "not_for_this_key",
        BundleError::Damaged | BundleError::Unfinished | BundleError::BadLine(_) => "damaged_bundle",
        BundleError::TooMany => "too_many",
        BundleError::Io(_) => "file",
    }
}

/// A stable word for a store's failure.
pub(crate) fn store_code(error: &StoreError) -> &'static str {
    match error {
        StoreError::NewerSchema { .. } => "newer_schema",
        StoreError::AlreadyServing => "already_serving",
        StoreError::NoSpace => "no_space",
        StoreError::HashMismatch => "hash_mismatch",
        StoreError::TooLarge { .. } => "too_large",
        StoreError::DeadKey => "dead_key",
        StoreError::WrongLength => "wrong_length",
        StoreError::Damaged | StoreError::DamagedInUse => "damaged",
        StoreError::ReadOnly => "read_only",
        StoreError::Settings(failure) => failure.code(),
        StoreError::File(error) => error.code(),
        _ => "store",
    }
}

fn source_code(error: &SourceError) -> &'static str {
    match error {
        SourceError::Nothing(_) => "no_source",
        SourceError::Unreachable(_) => "unreachable",
        SourceError::Refused(_) => "refused",
        SourceError::Full => "mailbox_full",
        SourceError::Gone => "gone",
        SourceError::OtherBytes => "wrong_name",
        SourceError::NoMailbox => "no_mailbox",
        SourceError::BadAnswer => "bad_answer",
        SourceError::Store(error) => store_code(error),
        SourceError::File(error) => error.code(),
    }
}

impl From<NotADeskId> for Failure {
    fn from(error: NotADeskId) -> Self {
        Self::Usage(error.to_string())
    }
}
