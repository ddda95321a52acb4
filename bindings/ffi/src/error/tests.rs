//! Every error of the core has its place here.

use turnstone_core::{Busy, Error, Invalid, KeyStoreError, Missing, NotSendable, Unusable, media::CopyError};
use turnstone_wire::directory::DirectoryError;

use super::CoreError;

#[test]
fn each_error_of_the_core_is_one_that_an_app_can_do_something_about() {
    let fix = |code: &str| CoreError::FixInput { code: code.to_owned() };
    let gone = |code: &str| CoreError::Gone { code: code.to_owned() };
    let again = |code: &str| CoreError::TryAgain { code: code.to_owned() };
    let unusable = |code: &str| CoreError::Unusable { code: code.to_owned() };
    let stays = |code: &str, photo, limit| CoreError::NotSendable { code: code.to_owned(), photo, limit };
    let key_store = |error| Error::Unusable(Unusable::KeyStore(error));
    let signatures = DirectoryError::Signatures { good: 0, needed: 1 };
    let table = [
        (Error::Locked, CoreError::Locked),
        (Error::WrongPin { attempts: 3, wait_ms: 7 }, CoreError::WrongPin { attempts: 3, wait_ms: 7 }),
        (Error::PinDelayed { wait_ms: 9 }, CoreError::Wait { wait_ms: 9 }),
        (Error::Invalid(Invalid::NothingSeen), fix("nothing-seen")),
        (Error::Invalid(Invalid::Copy(CopyError::NoMemory)), fix("copy-no-memory")),
        (Error::Invalid(Invalid::Directory(signatures)), fix("directory-signatures")),
        (Error::NotFound(Missing::Home), gone("home")),
        (Error::NotSendable(NotSendable::NoDesk), stays("no-desk", None, None)),
        (
            Error::NotSendable(NotSendable::PhotoWithoutCopy { photo: 2, why: None }),
            stays("photo-without-copy", Some(2), None),
        ),
        (
            Error::NotSendable(NotSendable::TooLarge { what: "photos", limit: 5 }),
            stays("too-large", None, Some(5)),
        ),
        (Error::StorageFull, again("storage-full")),
        (Error::Busy(Busy::AlreadySending), again("already-sending")),
        (Error::Busy(Busy::Database), again("database")),
        (Error::Unusable(Unusable::Damaged("words.db")), unusable("damaged")),
        (key_store(KeyStoreError::Unavailable), unusable("key-store-unavailable")),
    ];
    for (error, expected) in table {
        assert_eq!(CoreError::from(error), expected);
    }
}

#[test]
fn p8_no_text_that_an_error_holds_gets_out() {
    let held = "what somebody wrote";
    let error = CoreError::from(Error::Invalid(Invalid::Body(held.to_owned())));
    assert_eq!(error, CoreError::FixInput { code: "body".to_owned() });
    assert!(!error.to_string().contains(held) && !format!("{error:?}").contains(held));
}
