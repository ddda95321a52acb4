//! What stands in the way of sending, what is worth saying, and what a desk would still use.

use turnstone_almanac::words::Lang;
use turnstone_core::{
    Check, ChosenDesk, DeskReason, Notice,
    view::{Question, Useful},
};
use turnstone_wire::directory::DeskId;

use crate::CoreError;

/// The result of a check.
#[derive(uniffi::Record)]
pub struct CheckRow {
    /// What stops it from being sent, if anything.
    pub stops: Option<CoreError>,
    /// What is worth saying.
    pub notices: Vec<Notice>,
    /// The desk it goes to, and why; none where none takes it, or several do.
    pub desk: Option<ChosenDesk>,
}

impl From<Check> for CheckRow {
    fn from(check: Check) -> Self {
        let Check { stops, notices, desk } = check;
        Self { stops: stops.map(CoreError::from), notices, desk }
    }
}

/// The desk that a draft goes to.
#[uniffi::remote(Record)]
pub struct ChosenDesk {
    /// Its id.
    pub desk: DeskId,
    /// Its name, in the language of the draft.
    pub name: String,
    /// Why this one.
    pub why: DeskReason,
    /// The name of the police area that the choice rests on, if it rests on one.
    pub area: Option<String>,
}

/// Why a desk was chosen.
#[uniffi::remote(Enum)]
pub enum DeskReason {
    /// The witness chose it.
    Chosen,
    /// The team whose device this is reports there.
    Team,
    /// It answers for the police area of what was seen.
    TargetArea,
    /// It answers for the police area where the witness stood.
    ObserverArea,
    /// It answers for everywhere, and none answers for this place alone.
    Everywhere,
    /// No other desk takes such reports.
    Only,
}

/// Something worth saying before sending that never refuses.
#[uniffi::remote(Enum)]
pub enum Notice {
    /// The directory asked to be replaced before now.
    DirectoryExpired,
    /// The witness's own position is left out of an anonymous report.
    FixLeftOut,
    /// From how far it was seen, or whether the witness knew it before, is left out of an anonymous report.
    ViewLeftOut,
    /// It names another report of this device, which links the two.
    LinksReports,
    /// Once sent on this route, it cannot be sealed again for another desk or key.
    CannotBeSealedAnew,
    /// This device's clock, which the report's time is taken from, cannot be right.
    ClockWrong,
    /// A text of an anonymous report holds a telephone number.
    NamesPhone,
    /// A text of an anonymous report holds an email address.
    NamesEmail,
    /// An anonymous report names a place of the witness's own, or says it was there.
    NamesOwnPlace,
    /// The desk is one that the team added: not in the national list.
    UnlistedDesk,
    /// The team's profile asked to be replaced before now.
    ProfileExpired,
    /// On a team's device nothing is kept of what it says, because whoever writes it has no PIN of their own.
    NoCopyKept,
}

/// One of the five questions.
#[uniffi::remote(Enum)]
pub enum Question {
    /// Which craft, which people; who tells.
    Who,
    /// What happened.
    What,
    /// Where it was, where it went, from where it was seen.
    Where,
    /// When, and for how long.
    When,
    /// Why it seemed wrong.
    Why,
}

/// Something that a desk would use, and whether the draft says it.
#[derive(uniffi::Record)]
pub struct UsefulRow {
    /// To which question it belongs.
    pub question: Question,
    /// The stable code of what it is.
    pub code: String,
    /// The draft says it, of one sighting at least.
    pub told: bool,
    /// What it is, as something to add.
    pub sentence: String,
}

impl UsefulRow {
    /// In a language.
    pub(crate) fn of(useful: Useful, lang: Lang) -> Self {
        let sentence = useful.sentence(lang);
        let Useful { question, code, told } = useful;
        Self { question, code: code.to_owned(), told, sentence }
    }
}
