//! Why a command failed, by what its caller can do about it.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};
use turnstone_core::{Busy, DraftRow, Error, Invalid, KeyStoreError, Missing, NotSendable, Unusable};

/// Why a command failed. No text in it holds anything a witness wrote.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The arguments make no sense together: say it differently.
    #[error("{0}")]
    Usage(String),
    /// The core said no.
    #[error(transparent)]
    Core(#[from] Error),
    /// Reading needs the PIN, and nobody gave it.
    #[error("reading needs the PIN: name the variable that holds it with --pin-env, or use a terminal")]
    Locked,
    /// There is no PIN, so nothing can be locked.
    #[error("there is no PIN, so whoever has this device can read here: `{set}` sets one")]
    NoPin {
        /// What to type.
        set: String,
    },
    /// A person has no PIN of their own.
    #[error("they have no PIN of their own, so nothing is kept for them alone: `{set}` sets one")]
    NoOwnPin {
        /// What to type.
        set: String,
    },
    /// There is no home folder.
    #[error("nothing is set up in {} yet; `{init}` does it", home.display())]
    NotSetUp {
        /// Where it would be.
        home: PathBuf,
        /// What to type.
        init: String,
    },
    /// There is a home folder already.
    #[error(
        "{} is set up already, and all in it is left as it is. To give it a list of desks, or a newer one: `{init} --directory FILE --root-key FILE`",
        home.display()
    )]
    AlreadySetUp {
        /// Where it is.
        home: PathBuf,
        /// What to type.
        init: String,
    },
    /// Not everything could be removed; the rest is.
    #[error("not all of it could be removed ({cause}): {}", left.join("; "))]
    PartlyWiped {
        /// What failed first.
        cause: Box<Self>,
        /// What is still there, or may be, and what to do about it.
        left: Vec<String>,
    },
    /// The report did not go out, and what was written is kept.
    #[error("{cause}. What you wrote is kept as draft {draft}; {next}")]
    Kept {
        /// Where it is kept.
        draft: DraftRow,
        /// Why it did not go out.
        cause: Box<Self>,
        /// What to do.
        next: String,
    },
    /// The report could not even be kept.
    #[error("{cause}. What you just wrote was NOT kept: write it again, or ring 101")]
    NotKept {
        /// Why.
        cause: Box<Self>,
    },
    /// A desk has to be chosen.
    #[error("{cause}: `{readdress}`. The desks are {desks}")]
    WhichDesk {
        /// Why.
        cause: Error,
        /// What to type.
        readdress: String,
        /// The desks there are.
        desks: String,
    },
    /// It cannot be shown: what it says is not kept here.
    #[error(
        "this device keeps no copy of what it says: it is anonymous, was forgotten, or its copy has had its time"
    )]
    NoCopy,
    /// There is no text for a form on an anonymous route.
    #[error("{0}")]
    NotOnThisRoute(String),
    /// A photo does not say what was to be taken over.
    #[error("nothing was taken over of photo {photo}: {sentence}")]
    NothingTaken {
        /// Its number.
        photo: u16,
        /// What of it is not there.
        sentence: String,
    },
    /// A photo could not be taken in.
    #[error("{}: {cause}", path.display())]
    Attachment {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: Box<Self>,
    },
    /// A desk refuses something.
    #[error(
        "a desk refuses {count} of what was sent, so it is not reported: ring 101 quoting KRAKEN or PEGASUS, or put it right and submit it again after `{rescue} REFERENCE`. `{list}` says which and why; `{forget} REFERENCE` ends this reminder"
    )]
    Refused {
        /// How many things.
        count: u32,
        /// What to type to see them.
        list: String,
        /// What to type to make a draft of one.
        rescue: String,
        /// What to type to be rid of one.
        forget: String,
        /// What came of the rest, as JSON.
        summary: Value,
    },
    /// A file of that name is there.
    #[error("{} is there already, and is left as it is; --force writes over it", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file of that name is there, and is written over by no means.
    #[error("{} is there already, and is left as it is: name another file", path.display())]
    LeftAsItIs {
        /// The file.
        path: PathBuf,
    },
    /// Not all that was to be carried could be written.
    #[error("not everything could be written, and the rest is: {cause}")]
    NotAllExported {
        /// What failed first.
        cause: Box<Self>,
        /// What was written, as JSON.
        summary: Value,
    },
    /// Some of a desk's answer was not taken.
    #[error("{why}; what it was for waits as before")]
    Answer {
        /// Why.
        why: String,
        /// What came of the rest, as JSON.
        summary: Value,
    },
    /// A file cannot be read or written.
    #[error("{what}: {why}")]
    File {
        /// Which.
        what: String,
        /// Why, in words.
        why: String,
    },
    /// The keys would lie beside what they open.
    #[error(
        "the key file {} would lie inside the home folder {}: whoever copies one would have the other. Name another place with --key-file",
        key_file.display(), home.display()
    )]
    KeyFileInHome {
        /// The key file.
        key_file: PathBuf,
        /// The home folder.
        home: PathBuf,
    },
    /// The operating system's keyring does not do its part.
    #[error("the keyring of the operating system cannot be used: {0}")]
    Keyring(String),
    /// A profile from outside, and nobody to ask for its four words.
    #[error("{0} Then type them with --words.")]
    FourWordsNeeded(String),
    /// Somebody thought better of it.
    #[error("nothing was wiped")]
    NotConfirmed,
    /// A step of the demonstration did not come out as it should.
    #[error("the demonstration failed: {0}")]
    Demo(String),
    /// The answer could not be written.
    #[error("the answer could not be written to standard output")]
    Unwritable,
}

impl Failure {
    /// Says that something is no file.
    pub(crate) fn no_file(path: &Path, why: &str) -> Self {
        Self::File { what: path.display().to_string(), why: why.to_owned() }
    }

    /// Says that a file cannot be used.
    pub(crate) fn file(what: impl Into<String>, error: &std::io::Error) -> Self {
        Self::file_kind(what, error.kind())
    }

    /// The same, where only the kind of error is known.
    pub(crate) fn file_kind(what: impl Into<String>, kind: ErrorKind) -> Self {
        Self::File { what: what.into(), why: why(kind) }
    }

    /// The same, by its path.
    pub(crate) fn path(path: &Path, error: &std::io::Error) -> Self {
        Self::file(path.display().to_string(), error)
    }

    /// 2 for wrong usage, 1 otherwise.
    pub(crate) fn exit_code(&self) -> u8 {
        if matches!(self, Self::Usage(_)) { 2 } else { 1 }
    }

    /// A stable word for scripts.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::Core(error) => core_code(error),
            Self::Locked => "locked",
            Self::NoPin { .. } => "no_pin",
            Self::NoOwnPin { .. } => "no_pin_of_their_own",
            Self::NotSetUp { .. } => "not_set_up",
            Self::AlreadySetUp { .. } => "already_set_up",
            Self::PartlyWiped { cause, .. }
            | Self::Kept { cause, .. }
            | Self::NotKept { cause }
            | Self::Attachment { cause, .. } => cause.code(),
            Self::WhichDesk { cause, .. } => core_code(cause),
            Self::NoCopy => "no_copy",
            Self::NotOnThisRoute(_) => "not_on_this_route",
            Self::Refused { .. } => "refused",
            Self::NothingTaken { .. } => "nothing_taken",
            Self::Exists { .. } | Self::LeftAsItIs { .. } => "exists",
            Self::NotAllExported { cause, .. } => cause.code(),
            Self::Answer { .. } => "answer",
            Self::File { .. } => "file",
            Self::KeyFileInHome { .. } => "key_file_inside_home",
            Self::Keyring(_) => "keyring",
            Self::FourWordsNeeded(_) => "four_words_needed",
            Self::NotConfirmed => "not_confirmed",
            Self::Demo(_) => "demo",
            Self::Unwritable => "unwritable",
        }
    }

    /// What the core says of it, behind what was being done.
    pub(crate) fn in_core(&self) -> Option<&Error> {
        match self {
            Self::Core(error) => Some(error),
            Self::Kept { cause, .. } | Self::Attachment { cause, .. } => cause.in_core(),
            _ => None,
        }
    }

    /// The one JSON document of a command that failed.
    pub(crate) fn to_json(&self) -> Value {
        let mut document = match self {
            Self::Refused { summary: Value::Object(summary), .. }
            | Self::NotAllExported { summary: Value::Object(summary), .. }
            | Self::Answer { summary: Value::Object(summary), .. } => summary.clone(),
            _ => Map::new(),
        };
        if let Self::Kept { draft, .. } = self {
            document.insert("outcome".into(), json!("kept"));
            document.insert("draft".into(), json!(draft));
            document.insert("reference".into(), Value::Null);
            document.insert("reason".into(), json!(self.code()));
        }
        if let Self::NotKept { .. } = self {
            document.insert("outcome".into(), json!("not_kept"));
        }
        if let Self::PartlyWiped { left, .. } = self {
            document.insert("outcome".into(), json!("partly_wiped"));
            document.insert("left".into(), json!(left));
        }
        let mut error = Map::new();
        error.insert("code".into(), json!(self.code()));
        error.insert("message".into(), json!(self.to_string()));
        if let Self::Core(Error::WrongPin { attempts, .. }) = self {
            error.insert("attempts".into(), json!(attempts));
        }
        if let Self::Core(Error::WrongPin { wait_ms, .. } | Error::PinDelayed { wait_ms }) = self {
            error.insert("wait_ms".into(), json!(wait_ms));
        }
        document.insert("error".into(), Value::Object(error));
        Value::Object(document)
    }
}

impl From<KeyStoreError> for Failure {
    fn from(error: KeyStoreError) -> Self {
        Self::Core(error.into())
    }
}

/// What the system says of a file, in words.
fn why(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "this user may not read or write it".to_owned(),
        ErrorKind::ReadOnlyFilesystem => {
            "it can only be read: its disk, or the rights of this user, allow no more".to_owned()
        }
        ErrorKind::AlreadyExists => "something else of that name is there".to_owned(),
        ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        ErrorKind::NotADirectory => "a part of its path is no folder".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        kind => format!("it cannot be read or written ({kind})"),
    }
}

/// A stable word for an error of the core.
pub(crate) fn core_code(error: &Error) -> &'static str {
    match error {
        Error::Locked => "locked",
        Error::WrongPin { .. } => "wrong_pin",
        Error::PinDelayed { .. } => "pin_delayed",
        Error::Invalid(Invalid::FourWords) => "four_words_differ",
        Error::Invalid(Invalid::WritersOwn) => "writers_own",
        Error::Invalid(_) => "invalid",
        Error::NotFound(Missing::Home) => "not_set_up",
        Error::NotFound(
            Missing::Draft
            | Missing::Report
            | Missing::Attachment
            | Missing::Sighting
            | Missing::Watch
            | Missing::Person,
        ) => "not_found",
        Error::NotSendable(NotSendable::NoDesk) => "no_desk",
        Error::NotSendable(NotSendable::SeveralDesks) => "several_desks",
        Error::NotSendable(NotSendable::DeskDoesNotTake) => "desk_does_not_take",
        Error::NotSendable(NotSendable::TeamDevice) => "team_device",
        Error::NotSendable(NotSendable::RouteNotOfTeam) => "route_not_of_team",
        Error::NotSendable(NotSendable::NoKey) => "no_key",
        Error::NotSendable(NotSendable::NoCourierKey) => "no_courier_key",
        Error::NotSendable(NotSendable::NoCopy) => "no_copy",
        Error::NotSendable(NotSendable::NotAnonymously { .. }) => "not_anonymously",
        Error::NotSendable(NotSendable::PhotoWithoutCopy { .. }) => "photo_without_copy",
        Error::NotSendable(NotSendable::AlreadyThere) => "already_there",
        Error::NotSendable(NotSendable::TooLarge { .. }) => "too_large",
        Error::StorageFull => "storage_full",
        Error::Busy(Busy::AlreadySending) => "already_sending",
        Error::Busy(Busy::Database) => "busy",
        Error::Unusable(unusable) => match unusable {
            Unusable::AlreadySetUp => "already_set_up",
            Unusable::NewerSchema { .. } => "newer_version",
            Unusable::Damaged(_) => "damaged",
            Unusable::Unreadable(_) => "unreadable",
            Unusable::SetAside => "set_aside",
            Unusable::KeysUnknown => "keys_unknown",
            Unusable::KeyStore(KeyStoreError::NoSuchSlot) => "keys_missing",
            Unusable::KeyStore(_) => "key_store",
            Unusable::Files { .. } => "file",
            Unusable::Inner(_) => "inner",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_can_act_on_has_a_code_of_its_own() {
        let newer = Unusable::NewerSchema { file: "words.db", found: 9, known: 1 };
        let files = Unusable::Files { what: "the database", kind: ErrorKind::PermissionDenied };
        for (error, code, says) in [
            (Error::Busy(Busy::Database), "busy", "another program is writing here; try again"),
            (Error::Busy(Busy::AlreadySending), "already_sending", "already sending: another program"),
            (Error::StorageFull, "storage_full", "the disk is full; what was kept before is still there"),
            (Error::Unusable(newer), "newer_version", "words.db was written by a newer version"),
            (Error::Unusable(files), "file", "the database cannot be read or written"),
        ] {
            let failure = Failure::Core(error);
            assert_eq!((failure.code(), failure.exit_code()), (code, 1));
            assert!(failure.to_string().starts_with(says), "{failure}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_words() {
        for (kind, says) in [
            (ErrorKind::NotFound, "a.jpg: there is no such file"),
            (ErrorKind::PermissionDenied, "a.jpg: this user may not read or write it"),
        ] {
            assert_eq!(Failure::path(Path::new("a.jpg"), &kind.into()).to_string(), says);
        }
    }
}
