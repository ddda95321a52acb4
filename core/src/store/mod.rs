//! The two SQLite files of a home folder (DESIGN 5).
//!
//! `words.db` holds all that is small, `media.db` the sealed attachments. An attachment is durable in `media.db` first,
//! then `words.db` names it; deletion goes the other way round; what no row of `words.db` names is swept at the next
//! opening. So a crash between the two files leaves bytes without a name, never a name without bytes.
//!
//! Functions that write take `&Transaction`, those that read `&Connection`: who may write shows in the signature.

mod media;
mod schema;
mod words;

pub(crate) use media::{CHUNK_BYTES, Media, MediaRow};
pub(crate) use words::Words;

/// Every file that a home folder may hold, beside SQLite's own companions of the two databases.
pub const HOME_FILES: [&str; 6] =
    ["words.db", "media.db", "reserve", "sync.lock", "media.lock", "vault.lock"];
