//! The stable code of each reason. Each match names every variant: a new one does not compile until it has a code here.

use turnstone_core::{Busy, Invalid, KeyStoreError, Missing, NotSendable, Unusable, media::CopyError};
use turnstone_wire::{directory::DirectoryError, pack::PackError, profile::ProfileError};

pub(super) fn invalid_code(invalid: &Invalid) -> &'static str {
    match invalid {
        Invalid::NothingSeen => "nothing-seen",
        Invalid::TextTooLong { bytes: _ } => "text-too-long",
        Invalid::ContactTooLong { bytes: _ } => "contact-too-long",
        Invalid::Time => "time",
        Invalid::EndsBeforeItBegins => "ends-before-it-begins",
        Invalid::Body(_) => "body",
        Invalid::EmptyAttachment => "empty-attachment",
        Invalid::AttachmentTooLarge => "attachment-too-large",
        Invalid::AttachmentUnreadable => "attachment-unreadable",
        Invalid::AnonymousMedia { kind: _ } => "anonymous-media",
        Invalid::Copy(why) => copy_code(*why),
        Invalid::AnonymousContact => "anonymous-contact",
        Invalid::Directory(error) => directory_code(error),
        Invalid::Pack(error) => pack_code(error),
        Invalid::Guidance(_) => "pack-guidance",
        Invalid::Places(_) => "pack-places",
        Invalid::NotATeamDevice => "not-a-team-device",
        Invalid::PersonName => "person-name",
        Invalid::TooManyPeople => "too-many-people",
        Invalid::PersonHasPin => "person-has-pin",
        Invalid::Profile(error) => profile_code(error),
        Invalid::FourWords => "four-words",
        Invalid::ProfileDeskInUse => "profile-desk-in-use",
        Invalid::NotAnAnswer => "not-an-answer",
        Invalid::AnswerForAnother => "answer-for-another",
        Invalid::AnswerDamaged => "answer-damaged",
        Invalid::OtherRoots => "other-roots",
        Invalid::NotRefused => "not-refused",
        Invalid::Proxy(_) => "proxy",
        Invalid::ShownIsOld => "shown-is-old",
        Invalid::DelayOfNamed => "delay-of-named",
        Invalid::DelayTooLong => "delay-too-long",
        Invalid::WatchTooLong => "watch-too-long",
        Invalid::AnonymousLog => "anonymous-log",
        Invalid::TooManySightings => "too-many-sightings",
        Invalid::PinTooShort => "pin-too-short",
        Invalid::WritersOwn => "writers-own",
        Invalid::WipePinTooClose => "wipe-pin-too-close",
        Invalid::Pin(_) => "pin",
    }
}

/// Why there is no copy of a picture.
pub(crate) fn copy_code(why: CopyError) -> &'static str {
    match why {
        CopyError::NotAPicture => "copy-not-a-picture",
        CopyError::NoDecoder => "copy-no-decoder",
        CopyError::Damaged => "copy-damaged",
        CopyError::TooLarge => "copy-too-large",
        CopyError::NoMemory => "copy-no-memory",
    }
}

fn directory_code(error: &DirectoryError) -> &'static str {
    match error {
        DirectoryError::TooLarge => "directory-too-large",
        DirectoryError::Json(_) => "directory-json",
        DirectoryError::Shape => "directory-shape",
        DirectoryError::UnknownFormat => "directory-format",
        DirectoryError::Signatures { good: _, needed: _ } => "directory-signatures",
        DirectoryError::Generation => "directory-generation",
        DirectoryError::Older => "directory-older",
        DirectoryError::Differs => "directory-differs",
        DirectoryError::Jump => "directory-jump",
        DirectoryError::Repeated => "directory-repeated",
        DirectoryError::Key(_) => "directory-key",
    }
}

fn pack_code(error: &PackError) -> &'static str {
    match error {
        PackError::TooLarge => "pack-too-large",
        PackError::Json(_) => "pack-json",
        PackError::Shape => "pack-shape",
        PackError::UnknownFormat => "pack-format",
        PackError::Signatures { good: _, needed: _ } => "pack-signatures",
        PackError::Generation => "pack-generation",
        PackError::Older => "pack-older",
        PackError::Differs => "pack-differs",
        PackError::Jump => "pack-jump",
    }
}

fn profile_code(error: &ProfileError) -> &'static str {
    match error {
        ProfileError::TooLarge => "profile-too-large",
        ProfileError::Json(_) => "profile-json",
        ProfileError::Shape => "profile-shape",
        ProfileError::UnknownFormat => "profile-format",
        ProfileError::Signature => "profile-signature",
        ProfileError::Anonymous => "profile-anonymous",
        ProfileError::Repeated => "profile-repeated",
        ProfileError::Key(_) => "profile-key",
    }
}

pub(super) fn missing_code(missing: Missing) -> &'static str {
    match missing {
        Missing::Home => "home",
        Missing::Draft => "draft",
        Missing::Report => "report",
        Missing::Attachment => "attachment",
        Missing::Sighting => "sighting",
        Missing::Watch => "watch",
        Missing::Person => "person",
    }
}

/// The code, the photo and the limit.
pub(super) fn not_sendable(reason: &NotSendable) -> (&'static str, Option<u16>, Option<u64>) {
    let code = |code| (code, None, None);
    match reason {
        NotSendable::NoDesk => code("no-desk"),
        NotSendable::SeveralDesks => code("several-desks"),
        NotSendable::DeskDoesNotTake => code("desk-does-not-take"),
        NotSendable::TeamDevice => code("team-device"),
        NotSendable::RouteNotOfTeam => code("route-not-of-team"),
        NotSendable::NoKey => code("no-key"),
        NotSendable::NoCopy => code("no-copy"),
        NotSendable::NotAnonymously { photo, kind: _ } => ("not-anonymously", Some(*photo), None),
        NotSendable::PhotoWithoutCopy { photo, why: _ } => ("photo-without-copy", Some(*photo), None),
        NotSendable::AlreadyThere => code("already-there"),
        NotSendable::NoCourierKey => code("no-courier-key"),
        NotSendable::TooLarge { what: _, limit } => ("too-large", None, Some(*limit)),
    }
}

pub(super) fn busy_code(busy: Busy) -> &'static str {
    match busy {
        Busy::AlreadySending => "already-sending",
        Busy::Database => "database",
    }
}

pub(super) fn unusable_code(unusable: &Unusable) -> &'static str {
    match unusable {
        Unusable::NewerSchema { file: _, found: _, known: _ } => "newer-schema",
        Unusable::Damaged(_) => "damaged",
        Unusable::Unreadable(_) => "unreadable",
        Unusable::KeyStore(KeyStoreError::NoSuchSlot) => "key-store-no-such-slot",
        Unusable::KeyStore(KeyStoreError::WrongFactor) => "key-store-wrong-factor",
        Unusable::KeyStore(KeyStoreError::Damaged) => "key-store-damaged",
        Unusable::KeyStore(KeyStoreError::Unavailable) => "key-store-unavailable",
        Unusable::KeysUnknown => "keys-unknown",
        Unusable::Files { what: _, kind: _ } => "files",
        Unusable::SetAside => "set-aside",
        Unusable::AlreadySetUp => "already-set-up",
        Unusable::Inner(_) => "inner",
    }
}
