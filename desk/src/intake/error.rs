//! Why the store refuses, by what the caller can do about it.

use crate::{failure::Failure, files::FileError};

/// Why the store refuses.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// Send the right bytes.
    #[error("the bytes do not match their name")]
    HashMismatch,
    /// Send less.
    #[error("it is larger than this desk takes")]
    TooLarge {
        /// The most that is taken, in bytes.
        limit: u64,
    },
    /// Fetch the directory and seal to another key.
    #[error("it is sealed to a key that is lost or compromised")]
    DeadKey,
    /// Go on from here.
    #[error("the upload goes on from another offset")]
    WrongOffset {
        /// How many bytes are durable.
        offset: u64,
    },
    /// One name was announced with two lengths.
    #[error("an upload of this name was begun with another length")]
    WrongLength,
    /// Wait.
    #[error("there are too many of these already")]
    TooMany {
        /// How many there may be.
        limit: u64,
    },
    /// Come more slowly.
    #[error("too many requests at once; come again later")]
    TooFast {
        /// Seconds to wait.
        wait_s: u64,
    },
    /// Send the chunk again: nothing of it was kept.
    #[error("the chunk does not match its checksum")]
    ChecksumMismatch,
    /// What is stored stays.
    #[error("it is complete, and stays")]
    Complete,
    /// Say it with less around it.
    #[error("the head of the request is too large")]
    HeadTooLarge {
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// Wait, or try another address of the desk.
    #[error("the desk has no room")]
    NoSpace,
    /// Say it differently.
    #[error("{0}")]
    BadRequest(&'static str),
    /// There is nothing of that name.
    #[error("there is nothing of that name")]
    NotFound,
    /// Sign the call with a key that is listed.
    #[error("the call is not allowed: {0}")]
    NotAllowed(&'static str),
    /// The schema is newer than this program: run the newer one.
    #[error(
        "intake.db has schema {found}, and this program knows schema {known}: run a newer turnstone-desk"
    )]
    NewerSchema {
        /// What the database says.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// Another server runs on this folder.
    #[error("another turnstone-desk serves this folder")]
    AlreadyServing,
    /// The configuration is not usable.
    #[error(transparent)]
    Settings(Box<Failure>),
    /// The database is damaged: it is mended where it is opened.
    #[error("intake.db is damaged")]
    Damaged,
    /// The database is damaged and another program has it open.
    #[error("intake.db is damaged, and another turnstone-desk has it open: stop that one, or start it anew")]
    DamagedInUse,
    /// The folder, or a file in it, may not be written.
    #[error("intake.db may not be written: is its folder read-only, or somebody else's?")]
    ReadOnly,
    /// The disk failed.
    #[error(transparent)]
    File(FileError),
    /// The database failed.
    #[error("intake.db failed: {0}")]
    Database(rusqlite::Error),
    /// The database failed while several objects were being written together.
    #[error("intake.db failed: {0}")]
    Commit(String),
    /// A thread died while it held the store: stop and look.
    #[error("the store was left in the middle of something")]
    Poisoned,
}

impl StoreError {
    /// Whether it may come from a damaged database: SQLite says so, or does not find what must be there.
    pub(super) fn is_damage(&self) -> bool {
        use rusqlite::{Error, ErrorCode};
        let Self::Database(error) = self else { return matches!(self, Self::Damaged) };
        match error {
            Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::Utf8Error(..) => true,
            _ => matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::DatabaseCorrupt
                        | ErrorCode::NotADatabase
                        | ErrorCode::SchemaChanged
                        | ErrorCode::TypeMismatch
                        | ErrorCode::Unknown
                )
            ),
        }
    }

    /// The same failure, for each of the threads whose objects were committed together.
    pub(crate) fn for_each_waiting(&self) -> Self {
        match self {
            Self::NoSpace => Self::NoSpace,
            other => Self::Commit(other.to_string()),
        }
    }
}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        if matches!(error.kind(), StorageFull | QuotaExceeded) { Self::NoSpace } else { Self::File(error) }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::NoSpace,
            Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::PermissionDenied) => Self::ReadOnly,
            _ => Self::Database(error),
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::Settings(Box::new(failure))
    }
}
