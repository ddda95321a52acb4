//! What can go wrong, by what an app can do about it. Codes and numbers only: whatever shows them shows nothing of a report.

mod codes;
#[cfg(test)]
mod tests;

use turnstone_core::{Error, Unusable};
use uniffi::UnexpectedUniFFICallbackError;

pub(crate) use self::codes::copy_code;
use self::codes::{busy_code, invalid_code, missing_code, not_sendable, unusable_code};

/// What went wrong, by what can be done about it. A `code` is stable and means the same in every language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CoreError {
    /// Unlock first: reading needs it. Writing and sending do not.
    #[error("locked")]
    Locked,
    /// Ask for the PIN again.
    #[error("wrong PIN: {attempts}, {wait_ms}")]
    WrongPin {
        /// Wrong attempts since the last right one, this one included.
        attempts: u32,
        /// For how many milliseconds from now no PIN is tried; 0 where one is at once.
        wait_ms: u64,
    },
    /// Ask for the PIN later: none was tried, be it the right one.
    #[error("wait: {wait_ms}")]
    Wait {
        /// For how many milliseconds from now no PIN is tried.
        wait_ms: u64,
    },
    /// Change what was given; nothing was changed by it.
    #[error("fix input: {code}")]
    FixInput {
        /// What is wrong with it, such as `nothing-seen` or `pin-too-short`.
        code: String,
    },
    /// There is no such thing, or no more: `home`, `draft`, `report`, `attachment`, `sighting`, `watch`, `person`.
    #[error("gone: {code}")]
    Gone {
        /// What there is not.
        code: String,
    },
    /// It cannot be sent as things are. It is kept.
    #[error("not sendable: {code}")]
    NotSendable {
        /// Why, such as `no-desk` or `several-desks`.
        code: String,
        /// The number of the photo that stands in the way, where it is one.
        photo: Option<u16>,
        /// The desk's limit that is passed, where it is one.
        limit: Option<u64>,
    },
    /// Try again: free some space first (`storage-full`), or wait for whoever is at it (`already-sending`, `database`).
    #[error("try again: {code}")]
    TryAgain {
        /// What is in the way.
        code: String,
    },
    /// The home folder or the key store cannot be used as it is. Opening the home again mends `damaged` and `set-aside`.
    #[error("unusable: {code}")]
    Unusable {
        /// What is wrong with it, such as `key-store-unavailable` or `newer-schema`.
        code: String,
    },
}

impl CoreError {
    /// Something that should never fail has failed.
    pub(crate) fn inner() -> Self {
        Error::Unusable(Unusable::Inner("a thread died")).into()
    }

    /// What came in is no such value.
    pub(crate) fn no(code: &str) -> Self {
        Self::FixInput { code: code.to_owned() }
    }
}

impl From<Error> for CoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Locked => Self::Locked,
            Error::WrongPin { attempts, wait_ms } => Self::WrongPin { attempts, wait_ms },
            Error::PinDelayed { wait_ms } => Self::Wait { wait_ms },
            Error::Invalid(invalid) => Self::no(invalid_code(&invalid)),
            Error::NotFound(missing) => Self::Gone { code: missing_code(missing).to_owned() },
            Error::NotSendable(reason) => {
                let (code, photo, limit) = not_sendable(&reason);
                Self::NotSendable { code: code.to_owned(), photo, limit }
            }
            Error::StorageFull => Self::TryAgain { code: "storage-full".to_owned() },
            Error::Busy(busy) => Self::TryAgain { code: busy_code(busy).to_owned() },
            Error::Unusable(unusable) => Self::Unusable { code: unusable_code(&unusable).to_owned() },
        }
    }
}

impl From<UnexpectedUniFFICallbackError> for CoreError {
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::inner()
    }
}
