//! The largest of everything. What cannot grow cannot surprise: each parser and each writer asks here.

/// Longest single piece of witness text, in bytes of UTF-8.
pub const TEXT_BYTES: usize = 64 * 1024;
/// Longest contact, in bytes of UTF-8.
pub const CONTACT_BYTES: usize = 2 * 1024;
/// Largest report body before padding, in bytes.
pub const BODY_BYTES: usize = 512 * 1024;
/// Largest envelope an intake takes and a desk opens, in bytes: the largest padded body and its `age` framing.
pub const ENVELOPE_BYTES: usize = 512 * 1024 + 16 * 1024;
/// Most looks in one report.
pub const SIGHTINGS: usize = 32;
/// Most vessels, aircraft, vehicles and persons in one sighting.
pub const SUBJECTS: usize = 32;
/// Most further fixes of one sighting, beside the one that was chosen.
pub const FIXES: usize = 16;
/// Most readings of the identifiers of one subject: a few texts, each with a few readings.
pub const UNDERSTOOD: usize = 32;
/// Most doubts about one reading.
pub const DOUBTS: usize = 8;
/// Most published signs ticked in one sighting.
pub const SIGNS: usize = 32;
/// Most photos, videos and sounds in one report, copies and originals counted apart.
pub const ATTACHMENTS: usize = 64;
/// Largest sealed attachment, in bytes.
pub const ATTACHMENT_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// Most earlier reports that one report may relate to.
pub const RELATES: usize = 16;
/// Most people told by voice.
pub const TOLD: usize = 32;
/// Most people named on one watch.
pub const WATCH_PEOPLE: usize = 64;
/// Most bytes of texts in a watch that travels: it goes with each report of it, and must crowd none of them out.
pub const WATCH_BYTES: usize = 8 * 1024;
/// Longest name that a program writes and no witness: a language, a media type.
pub const NAME_BYTES: usize = 256;
/// Longest `age` recipient, in bytes; post-quantum ones have about 2,000.
pub const RECIPIENT_BYTES: usize = 4096;
/// Deepest nesting of JSON.
pub const JSON_DEPTH: usize = 32;
/// Most recipients of one envelope (DESIGN 4): one of them is the desk's offline recovery key.
pub const RECIPIENTS: usize = 8;
/// Largest header of an `age` file that is opened, in bytes (DESIGN 7).
pub const AGE_HEADER_BYTES: usize = 8 * 1024;
/// Most stanzas in the header of an `age` file that is opened (DESIGN 7).
pub const AGE_STANZAS: usize = 20;
/// Largest directory, in bytes.
pub const DIRECTORY_BYTES: usize = 4 * 1024 * 1024;
/// Most signatures on one directory: each is verified over the whole payload.
pub const DIRECTORY_SIGNATURES: usize = 8;
/// Largest content of a pack of guidance or places, in bytes.
pub const PACK_BYTES: usize = 2 * 1024 * 1024;
/// What a pack has beside its content, at most: its number, its signatures, white space.
pub const PACK_FRAME_BYTES: usize = 16 * 1024;
/// Largest receipt, in bytes.
pub const RECEIPT_BYTES: usize = 4 * 1024;
/// Largest answer of a mailbox, in bytes.
pub const MAILBOX_BYTES: usize = 1024 * 1024;
/// Most items in a mailbox.
pub const MAILBOX_ITEMS: usize = 256;
/// Longest reply of an officer, in bytes of UTF-8.
pub const REPLY_TEXT_BYTES: usize = 8 * 1024;
/// Largest reply before it is sealed, padding included, in bytes.
pub const REPLY_BYTES: usize = 32 * 1024;
/// Largest sealed reply, in bytes: the largest padded one and its `age` framing.
pub const SEALED_REPLY_BYTES: usize = REPLY_BYTES + AGE_HEADER_BYTES + 1024;
/// Largest jump of a directory's sequence that is believed (DESIGN 4): a stolen signing key must not be able to
/// lock every later directory out.
pub const SEQUENCE_JUMP: u64 = 1_000_000;
/// Most objects in a bundle that is carried by hand, and most receipts in the answer to one.
pub const BUNDLE_OBJECTS: u64 = 65_536;
/// Longest line in a bundle or in the answer to one, in bytes: one with an `age` recipient, or a receipt.
pub const BUNDLE_LINE_BYTES: usize = 8 * 1024;
/// Largest profile of a team, in bytes: read from a file.
pub const PROFILE_BYTES: usize = 64 * 1024;
/// Longest text of a profile that goes into a QR code, in characters of its alphanumeric mode: version 33 with the lowest
/// error correction holds 3,009 (ISO/IEC 18004), which a phone still reads off a sheet of paper.
pub const PROFILE_QR_CHARS: usize = 2_900;
/// Most desks that a profile names, and most that it brings along.
pub const PROFILE_DESKS: usize = 16;
/// Most signatures on a profile: as many as there are root keys.
pub const PROFILE_SIGNATURES: usize = 3;
