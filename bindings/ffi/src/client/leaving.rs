//! Forgetting a PIN, and leaving a home: what is lost, what is still sent. None of it needs an unlock.

use turnstone_almanac::words::Lang;
use turnstone_core::{Client as Core, Leaving, Left, view, view::Losing};

use super::Client;
use crate::CoreError;

/// What only a PIN opens, and what waits and needs none: numbers, for the device may be locked.
#[uniffi::remote(Record)]
pub struct Losing {
    /// Drafts, those kept in the log among them.
    pub drafts: u32,
    /// Copies of sent reports.
    pub copies: u32,
    /// Records of reports of which nothing is left to send or fetch.
    pub records: u32,
    /// Answers of desks.
    pub answers: u32,
    /// Calls that were noted.
    pub calls: u32,
    /// Watches.
    pub watches: u32,
    /// People of a team who keep something under a PIN of their own.
    pub people: u32,
    /// Reports of which something waits, and is sent all the same.
    pub still_sent: u32,
    /// Their photos that wait: an original and its copy are one.
    pub photos_still_sent: u32,
    /// Reports that wait and cannot go without their copy.
    pub never_sent: u32,
    /// A desk may still answer to a report that was sent, or is.
    pub awaits_answers: bool,
}

/// How far a home is that is being left.
#[uniffi::remote(Record)]
pub struct Leaving {
    /// Reports that are still to be sent before it is wiped.
    pub waits: u32,
    /// Something was written since: it is kept, and the home is not wiped by itself.
    pub called_off: bool,
}

/// What leaving came to.
#[uniffi::remote(Record)]
pub struct Left {
    /// What was ended, and what is still sent.
    pub lost: Losing,
    /// Nothing waited: the home is wiped.
    pub wiped: bool,
}

#[uniffi::export]
impl Client {
    /// What forgetting the PIN would end, and what would still be sent: to be said before.
    pub async fn what_is_lost(&self) -> Result<Losing, CoreError> {
        self.core.work(Core::what_is_lost).await
    }

    /// Forgets the PIN: reading needs none from now on, and all that only the old PIN opened is ended for good.
    pub async fn forget_pin(&self) -> Result<Losing, CoreError> {
        self.core.work(Core::forget_pin).await
    }

    /// What leaving would end, and what would still be sent: to be said before.
    pub async fn what_leaving_ends(&self) -> Result<Losing, CoreError> {
        self.core.work(Core::what_leaving_ends).await
    }

    /// Leaves the home: all that can be read is ended at once, what waits is still sent, and then the home is wiped.
    pub async fn wipe_after_sending(&self) -> Result<Left, CoreError> {
        self.core.work(Core::wipe_after_sending).await
    }

    /// How far the home is, where it is being left.
    pub async fn leaving(&self) -> Result<Option<Leaving>, CoreError> {
        self.core.work(Core::leaving).await
    }
}

/// What is lost and what is still sent, a sentence for each kind of thing.
#[uniffi::export]
pub fn losing_lines(losing: Losing, lang: Lang) -> Vec<String> {
    view::losing_lines(&losing, lang)
}

/// What is said before a home is left.
#[uniffi::export]
pub fn leaving_warning(losing: Losing, lang: Lang) -> Vec<String> {
    view::leaving_warning(&losing, lang)
}

/// How far a home is that is being left.
#[uniffi::export]
pub fn leaving_sentence(leaving: Leaving, lang: Lang) -> String {
    view::leaving_sentence(leaving, lang)
}

/// What came of leaving: wiped at once, or not yet.
#[uniffi::export]
pub fn left_lines(left: Left, lang: Lang) -> Vec<String> {
    view::left_lines(&left, lang)
}
