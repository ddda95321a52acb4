//! The two SQLite files of a home folder (DESIGN 5).
//!
//! `words.db` holds all that is small, `media.db` the sealed attachments. An attachment is durable in `media.db` first,
//! then `words.db` names it; deletion goes the other way round; what no row of `words.db` names is swept at the next
//! opening. So a crash between the two files leaves bytes without a name, never a name without bytes.
//!
//! Functions that write take `&Transaction`, those that read `&Connection`: who may write shows in the signature.

mod aside;
mod carry;
mod log;
mod media;
mod schema;
mod words;

use std::{fs::File, path::Path};

pub use aside::{Mended, set_aside};
pub(crate) use aside::{alone, finish_all_aside, set_all_aside};
pub(crate) use media::{CHUNK_BYTES, Media, MediaRow};
pub(crate) use words::{Words, empty, open_set_aside};

use crate::error::Fault;

/// Every file that a home folder may hold, beside SQLite's own companions of the two databases, and folders named
/// `damaged-words-<n>`, `damaged-media-<n>` or `set-aside-<n>` with what was found damaged, or set aside to start anew.
pub const HOME_FILES: [&str; 13] = [
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
];

/// Makes names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Fault> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| Fault::Files("the home folder", error))
}
