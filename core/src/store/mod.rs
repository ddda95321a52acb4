//! The two SQLite files of a home folder (DESIGN 5).
//!
//! `words.db` holds all that is small, `media.db` the sealed attachments. An attachment is durable in `media.db` first,
//! then `words.db` names it; deletion goes the other way round; what no row of `words.db` names is swept at the next
//! opening. So a crash between the two files leaves bytes without a name, never a name without bytes.
//!
//! Functions that write take `&Transaction`, those that read `&Connection`: who may write shows in the signature.

mod as_it_lies;
mod aside;
mod carry;
mod log;
mod media;
mod schema;
mod words;

use std::{fs::File, path::Path};

pub(crate) use as_it_lies::{SCRATCH, open_as_it_lies, open_copy_of_words};
pub use aside::{Mended, set_aside};
pub(crate) use aside::{alone, finish_all_aside, set_all_aside};
pub(crate) use media::{CHUNK_BYTES, Media, MediaRow};
pub(crate) use words::{Words, empty, give_reserve_up};

use crate::{
    error::{Fault, Missing},
    wipe::is_wiping,
};

/// Every file that a home folder may hold, beside SQLite's own companions of the two databases, and folders named
/// `damaged-words-<n>`, `damaged-media-<n>` or `set-aside-<n>` with what was found damaged, or set aside to start anew.
pub const HOME_FILES: [&str; 15] = [
    "words.db",
    "media.db",
    "reserve",
    "reserve.2",
    "sync.lock",
    "media.lock",
    "vault.lock",
    "home.lock",
    // There from the moment damage is met until the next opening mends it.
    "words.damaged",
    "media.damaged",
    // There once a database was gone: what the other one holds is kept, whatever names it.
    "lost",
    // A database that is being mended; complete before it gets its name.
    "words.db.new",
    "media.db.new",
    // There while a wipe is under way, or after it was killed: the next opening goes through with it.
    "wiping",
    "wiping.new",
];

/// Whether a home that was there is wiped, or being wiped.
pub(crate) fn is_wiped(home: &Path) -> bool {
    is_wiping(home) || !Words::is_there(home) && !set_aside(home).iter().any(|aside| Words::is_there(aside))
}

/// What failed because the home was wiped meanwhile is said so, whatever it met.
pub(crate) fn unless_wiped(home: &Path, fault: Fault) -> Fault {
    if is_wiped(home) { Missing::Home.into() } else { fault }
}

/// Makes names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Fault> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| Fault::Files("the home folder", error))
}
