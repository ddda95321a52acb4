//! Two errors: [`Fault`] inside, many and with their causes; [`Error`] outside, few and named by what the caller can
//! do. No text in either holds anything a witness wrote.

use turnstone_almanac::{guide::GuideError, places::TableError, words::Lang};
use turnstone_wire::{
    body::BodyError, directory::DirectoryError, envelope::SealError, limits, pack::PackError,
    profile::ProfileError, reference::Reference,
};

use crate::{
    media::{CopyError, MediaKind},
    random::NoRandomness,
    vault::KeyStoreError,
    view::{pin_delayed_sentence, wrong_pin_sentence},
};

/// What went wrong, by what the caller can do about it.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Error {
    /// Unlock first: reading needs it.
    #[error("locked: reading needs the PIN; writing and sending do not")]
    Locked,
    /// Ask for the PIN again.
    #[error("{}", wrong_pin_sentence(*.attempts, *.wait_ms, Lang::En))]
    WrongPin {
        /// Wrong attempts since the last right one, this one included.
        attempts: u32,
        /// For how many milliseconds from now no PIN is tried; 0 where one is at once.
        wait_ms: u64,
    },
    /// Ask for the PIN later: none was tried, be it the right one. Writing and sending go on.
    #[error("{}", pin_delayed_sentence(*.wait_ms, Lang::En))]
    PinDelayed {
        /// For how many milliseconds from now no PIN is tried.
        wait_ms: u64,
    },
    /// Change what was given; nothing was changed by it.
    #[error("{0}")]
    Invalid(Invalid),
    /// There is no such thing, or no more.
    #[error("{0}")]
    NotFound(Missing),
    /// It cannot be sent as things are. It is kept.
    #[error("{0}")]
    NotSendable(NotSendable),
    /// Free some space, then try again.
    #[error("the disk is full; what was kept before is still there")]
    StorageFull,
    /// Another program is at it; try again.
    #[error("{0}")]
    Busy(Busy),
    /// The home folder or the key store cannot be used as it is.
    #[error("{0}")]
    Unusable(Unusable),
}

/// What is wrong with what was given.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Invalid {
    /// Nothing was written down.
    #[error("say in a few words what was seen; nothing else is needed")]
    NothingSeen,
    /// A text is too long.
    #[error("a text of {bytes} bytes is too long: a desk takes at most {limit}", limit = limits::TEXT_BYTES)]
    TextTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// The contact is too long.
    #[error("a contact of {bytes} bytes is too long: a desk takes at most {limit}", limit = limits::CONTACT_BYTES)]
    ContactTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// The time lies outside the years this century's reports can be from.
    #[error("the time lies before 2000 or more than a day ahead of this device's clock")]
    Time,
    /// It ends before it begins.
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    /// The report breaks a limit or a rule of its format.
    #[error("{0}")]
    Body(String),
    /// The attachment has no bytes.
    #[error("the attachment is empty")]
    EmptyAttachment,
    /// The attachment is larger than any desk takes.
    #[error("the attachment is too large; at most {limit} bytes are kept", limit = limits::ATTACHMENT_BYTES)]
    AttachmentTooLarge,
    /// The attachment could not be read to its end.
    #[error("the attachment could not be read to its end; nothing of it was kept")]
    AttachmentUnreadable,
    /// An anonymous report takes pictures only.
    #[error("{}. Give a still of it as a picture, or choose another route", not_anonymously(*.kind))]
    AnonymousMedia {
        /// What was given.
        kind: MediaKind,
    },
    /// No copy could be made of a picture, or of a copy.
    #[error("{0}")]
    Copy(#[from] CopyError),
    /// An anonymous report has no contact.
    #[error("an anonymous report carries no contact; take it out, or choose another route")]
    AnonymousContact,
    /// The directory is not one to take.
    #[error("{0}")]
    Directory(#[from] DirectoryError),
    /// The pack is not one to take.
    #[error("{0}")]
    Pack(#[from] PackError),
    /// The pack is signed and newer, and its guidance is not one to take.
    #[error("{0}; what is compiled in stays")]
    Guidance(GuideError),
    /// The pack is signed and newer, and its table of places is not one to take.
    #[error("{0}; what is compiled in stays")]
    Places(TableError),
    /// Persons are a team's: there is no profile in force.
    #[error("this is a personal device: who writes is asked on a team's; `profile take` sets one up")]
    NotATeamDevice,
    /// A name of a person is empty or too long.
    #[error("a name has something to read, and at most {limit} bytes", limit = limits::NAME_BYTES)]
    PersonName,
    /// There are as many persons as there may be.
    #[error("{limit} names were typed here already: forget one that writes no more", limit = limits::WATCH_PEOPLE)]
    TooManyPeople,
    /// A person who has a PIN of their own is not forgotten.
    #[error("this person has a PIN of their own: what it guards is theirs to forget first")]
    PersonHasPin,
    /// The profile is not one to take.
    #[error("{0}")]
    Profile(ProfileError),
    /// The four words are others.
    #[error(
        "the four words are not those of this profile: ask whoever made it to read theirs out, and do not take it if they differ"
    )]
    FourWords,
    /// The profile brings a desk under a name that something is on its way to, by somebody else's profile.
    #[error(
        "the profile brings another desk under a name that a report is on its way to; take it once that report has arrived"
    )]
    ProfileDeskInUse,
    /// A file that was to bring receipts is something else.
    #[error("it is no answer of a desk; a bundle made here is for the desk, which gives an answer for it")]
    NotAnAnswer,
    /// An answer that this device cannot open.
    #[error("it is an answer for another device, or for this one before its keys were made anew")]
    AnswerForAnother,
    /// An answer of which nothing can be read.
    #[error("the answer is damaged, and nothing in it can be read; ask the desk for it again")]
    AnswerDamaged,
    /// Other root keys are held.
    #[error("other root keys are set here; whoever could change them could change every desk")]
    OtherRoots,
    /// Only what a desk refuses comes back.
    #[error("only a report that its desk refuses can become a draft again; what waits is on its way")]
    NotRefused,
    /// What is meant to be the address of a proxy is none.
    #[error("that is no proxy to go by, such as socks5h://127.0.0.1:9050: {0}")]
    Proxy(&'static str),
    /// What was made ready is not what would be sent now.
    #[error("what was shown is not what would be sent now: look at it again, then submit")]
    ShownIsOld,
    /// A delay is for anonymous reports: others say in themselves when they were submitted.
    #[error("only an anonymous report is sent later than it could be; choose that route, or no delay")]
    DelayOfNamed,
    /// A delay is too long.
    #[error("a report is delayed by a week at most")]
    DelayTooLong,
    /// More of a watch than goes with a report.
    #[error(
        "a watch takes {people} people and {bytes} bytes of words at a time",
        people = limits::WATCH_PEOPLE,
        bytes = limits::WATCH_BYTES
    )]
    WatchTooLong,
    /// An anonymous report enters no log.
    #[error(
        "an anonymous report enters no log: nothing kept here may link it to another; choose another route, or begin a new one"
    )]
    AnonymousLog,
    /// More looks than a report takes.
    #[error(
        "a report holds {limit} sightings at most: submit it, then begin another with `seen-again` and its reference",
        limit = limits::SIGHTINGS
    )]
    TooManySightings,
    /// A PIN is too short.
    #[error("a PIN has at least {min} characters", min = crate::vault::PIN_MIN_CHARS)]
    PinTooShort,
    /// What a report says is its writer's own, on a team's device.
    #[error("what it says, and what becomes of it, is its writer's own: their PIN opens it, and no other")]
    WritersOwn,
    /// A wipe PIN too like the PIN.
    #[error(
        "a slip of a finger must not wipe: choose a wipe PIN that differs from the PIN in more than one place"
    )]
    WipePinTooClose,
    /// There is no PIN to ask for, or already one.
    #[error("{0}")]
    Pin(&'static str),
}

/// Why something that is no picture goes in no anonymous report.
fn not_anonymously(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Video => {
            "an anonymous report takes no film: the voices in it, and what the camera wrote into it, could name you"
        }
        MediaKind::Sound => "an anonymous report takes no recording: a voice is as good as a name",
        MediaKind::Picture | MediaKind::Other => {
            "an anonymous report takes pictures only: what else is in this file could name you, and nothing here can take it out"
        }
    }
}

/// What there is not.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Missing {
    /// No home folder set up there.
    #[error("nothing is set up there yet; `init` does it")]
    Home,
    /// No such draft; it may have been submitted or discarded meanwhile.
    #[error("there is no such draft; it may have been submitted or discarded")]
    Draft,
    /// No such report.
    #[error("there is no such report here")]
    Report,
    /// No such photo in this draft.
    #[error("the draft has no photo of that number")]
    Attachment,
    /// No such sighting in this draft.
    #[error("the draft has no sighting of that number")]
    Sighting,
    /// No such watch, or none that runs.
    #[error("there is no such watch here, or none that runs; `watch start` begins one")]
    Watch,
    /// No such person.
    #[error("this device knows nobody by that name")]
    Person,
}

/// Why something cannot be sent as things are.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum NotSendable {
    /// No desk takes this scheme on this route.
    #[error(
        "no desk takes such reports. It is kept here; ring 101 or Crimestoppers, quoting the code word, and note it with `told`"
    )]
    NoDesk,
    /// Several could take it; one has to be chosen.
    #[error("several desks take such reports: choose one of them")]
    SeveralDesks,
    /// The desk asked for does not take it, or is not listed.
    #[error("the desk chosen is not in the directory, or does not take such reports")]
    DeskDoesNotTake,
    /// A team's device sends nothing anonymously.
    #[error(
        "this is a team's device: others know who was on watch, so nothing is sent anonymously from it. It is kept here; use a phone of your own, or ring Crimestoppers, or choose another route"
    )]
    TeamDevice,
    /// The team does not use this route.
    #[error(
        "the team whose device this is does not use this route; it is kept here: choose another one, or use a phone of your own"
    )]
    RouteNotOfTeam,
    /// The desk has no key to seal to.
    #[error("the desk has no key that this version can seal to; a newer directory may bring one")]
    NoKey,
    /// Nothing on this device can seal it anew.
    #[error("this device keeps no copy of it, so it cannot be sealed anew: write it again, or ring 101")]
    NoCopy,
    /// An anonymous report takes pictures only.
    #[error("photo {photo}: {}. Take it out, or choose another route", not_anonymously(*.kind))]
    NotAnonymously {
        /// Its number.
        photo: u16,
        /// What it is.
        kind: MediaKind,
    },
    /// An anonymous report sends copies only, and a picture has none.
    #[error(
        "photo {photo} has no copy{}, and an anonymous report sends copies only. Have its copy made, take it out, or choose another route",
        why.map(|why| format!(": {why}")).unwrap_or_default()
    )]
    PhotoWithoutCopy {
        /// Its number.
        photo: u16,
        /// Why there is none; nothing where none has been made yet.
        why: Option<CopyError>,
    },
    /// A desk that takes reports has it, or is getting it.
    #[error("its desk has it already; to add to it, write another report that names it")]
    AlreadyThere,
    /// The desk takes nothing by hand.
    #[error(
        "the desk takes nothing by hand: the list of desks has no courier key of it. A newer list may; what waits still goes by the network"
    )]
    NoCourierKey,
    /// Larger than the desk takes.
    #[error("the desk takes {what} of at most {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The desk's limit.
        limit: u64,
    },
}

/// Who is in the way.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Busy {
    /// Another sender runs on this home.
    #[error("already sending: another program sends from here")]
    AlreadySending,
    /// Another program holds the database for too long.
    #[error("another program is writing here; try again")]
    Database,
}

/// What cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Unusable {
    /// Written by a newer version.
    #[error(
        "{file} was written by a newer version (schema {found}; this one knows {known}); update this program"
    )]
    NewerSchema {
        /// Which file.
        file: &'static str,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// A database is damaged. Opening the home again sets it aside and carries over what can be read.
    #[error("{0} is damaged: try again, and what can be read is carried over")]
    Damaged(&'static str),
    /// A sealed value does not open. Opening the home again changes nothing about that.
    #[error("{0} is damaged on this device and cannot be read any more")]
    Unreadable(&'static str),
    /// The key store does not do its part.
    #[error("{0}")]
    KeyStore(KeyStoreError),
    /// Which keys were a folder's that was wiped can no longer be read.
    #[error(
        "which keys were this folder's can no longer be read, for its database is damaged or gone: they may be left in the key store"
    )]
    KeysUnknown,
    /// The folder or a file in it cannot be read or written.
    #[error("{what} cannot be read or written ({kind})")]
    Files {
        /// What was at hand.
        what: &'static str,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// Another program found a database damaged and set it aside; opening the home again goes on with the new one.
    #[error("a damaged database was set aside meanwhile; open the home again")]
    SetAside,
    /// Something is set up there already.
    #[error("something is set up there already, and is left as it is")]
    AlreadySetUp,
    /// Something that should never fail has failed.
    #[error("an inner step failed: {0}")]
    Inner(&'static str),
}

/// Everything that can fail inside.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Error(#[from] Error),
    #[error("sqlite")]
    Sqlite(#[source] rusqlite::Error),
    #[error("a sealed value does not open: {0}")]
    Sealed(&'static str),
    #[error("key store")]
    KeyStore(#[from] KeyStoreError),
    #[error("no randomness")]
    Random(#[from] NoRandomness),
    #[error("a value cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("files: {0}")]
    Files(&'static str, #[source] std::io::Error),
    #[error("{0} is damaged")]
    Damaged(&'static str),
    /// What was given for the PIN is the wipe PIN. At a lock it wipes; elsewhere it is not the PIN.
    #[error("the wipe PIN was given")]
    WipePin,
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        match error {
            // A value of another kind or size than was written: a damaged row, and no damaged database.
            E::FromSqlConversionFailure(..)
            | E::InvalidColumnType(..)
            | E::IntegralValueOutOfRange(..)
            | E::Utf8Error(..) => Self::Sealed("a row"),
            error => Self::Sqlite(error),
        }
    }
}

impl Fault {
    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::Sqlite(error) => Self::from_full(error),
            Self::Files(_, error) => is_out_of_space(error),
            _ => false,
        }
    }

    /// Whether SQLite says that a database is damaged.
    pub(crate) fn from_damage(error: &rusqlite::Error) -> bool {
        use rusqlite::ErrorCode;
        // Statements are fixed: one that SQLite does not understand meets other tables than were made.
        matches!(error, rusqlite::Error::SqlInputError { .. })
            || error.sqlite_error().is_some_and(|error| {
                matches!(error.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
                    || error.extended_code == rusqlite::ffi::SQLITE_ERROR
            })
    }

    /// Whether SQLite says that a disk is full.
    pub(crate) fn from_full(error: &rusqlite::Error) -> bool {
        // The memory that the connections of a database share is a file too, and has an error of its own.
        error.sqlite_error().is_some_and(|error| {
            error.code == rusqlite::ErrorCode::DiskFull
                || error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
        })
    }

    /// Whether a database is damaged, so that opening the home anew would mend it.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::Sqlite(error) => Self::from_damage(error),
            _ => false,
        }
    }
}

/// A sealed value that does not open is damaged, and must not stop the others: nothing then.
pub(crate) fn readable<T>(value: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match value {
        Err(Fault::Sealed(_)) => Ok(None),
        value => value.map(Some),
    }
}

/// The same for what may be gone meanwhile, by another program.
pub(crate) fn readable_if_there<T>(value: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match value {
        Err(Fault::Error(Error::NotFound(_))) => Ok(None),
        value => readable(value),
    }
}

/// What lies in several places, should one of them be damaged: all that can be read of it, without the places that hold none.
/// Where there is nothing, why the first place that cannot be read cannot.
pub(crate) fn all_readable<T>(
    places: impl IntoIterator<Item = Result<Option<T>, Fault>>,
) -> Result<Vec<T>, Fault> {
    let (mut all, mut first) = (Vec::new(), None);
    for place in places {
        match place {
            Ok(value) => all.extend(value),
            Err(fault) => {
                first.get_or_insert(fault);
            }
        }
    }
    match first {
        Some(fault) if all.is_empty() => Err(fault),
        _ => Ok(all),
    }
}

/// No room for bytes, or for one more file of this user's.
fn is_out_of_space(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        use rusqlite::ErrorCode;
        if fault.is_full() {
            return Self::StorageFull;
        }
        match fault {
            Fault::Error(error) => error,
            Fault::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(Busy::Database),
                _ if Fault::from_damage(&error) => {
                    Self::Unusable(Unusable::Damaged("the database of this folder"))
                }
                Some(ErrorCode::ReadOnly) => Self::Unusable(Unusable::Files {
                    what: "the database",
                    kind: std::io::ErrorKind::ReadOnlyFilesystem,
                }),
                Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                    Self::Unusable(Unusable::Files {
                        what: "the database",
                        kind: std::io::ErrorKind::PermissionDenied,
                    })
                }
                Some(ErrorCode::SystemIoFailure) => {
                    Self::Unusable(Unusable::Files { what: "the database", kind: std::io::ErrorKind::Other })
                }
                _ => Self::Unusable(Unusable::Inner("the database refused a statement")),
            },
            Fault::Damaged(what) => Self::Unusable(Unusable::Damaged(what)),
            Fault::Sealed(what) => Self::Unusable(Unusable::Unreadable(what)),
            Fault::KeyStore(error) => Self::Unusable(Unusable::KeyStore(error)),
            Fault::WipePin => {
                Self::Invalid(Invalid::Pin("that is not the PIN but the wipe PIN; nothing was changed"))
            }
            Fault::Random(_) => Self::Unusable(Unusable::Inner("the system gives no random bytes")),
            Fault::Json(_) => Self::Unusable(Unusable::Inner("a value does not fit its format")),
            Fault::Files(what, error) => Self::Unusable(Unusable::Files { what, kind: error.kind() }),
        }
    }
}

impl From<KeyStoreError> for Error {
    fn from(error: KeyStoreError) -> Self {
        Self::Unusable(Unusable::KeyStore(error))
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<Invalid> for Fault {
    fn from(invalid: Invalid) -> Self {
        Self::Error(Error::Invalid(invalid))
    }
}

impl From<NotSendable> for Fault {
    fn from(reason: NotSendable) -> Self {
        Self::Error(Error::NotSendable(reason))
    }
}

impl From<Missing> for Fault {
    fn from(missing: Missing) -> Self {
        Self::Error(Error::NotFound(missing))
    }
}

impl From<SealError> for Fault {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NoUsableKey | SealError::TooManyKeys(_) => NotSendable::NoKey.into(),
            SealError::Body(body) => body.into(),
            SealError::TooLarge { bytes, .. } => Invalid::ContactTooLong { bytes }.into(),
            SealError::Failed => Self::Error(Error::Unusable(Unusable::Inner("sealing failed"))),
        }
    }
}

impl From<BodyError> for Fault {
    fn from(error: BodyError) -> Self {
        // These messages name limits and rules, never content.
        Invalid::Body(error.to_string()).into()
    }
}

/// What became of a report that was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// The label to read out.
    pub reference: Reference,
    /// Row number in the outbox.
    pub report: crate::outbox::ReportRow,
}
