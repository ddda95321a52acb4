//! What must hold for any bytes at all, one target for each parser of `turnstone-wire`, for what people
//! type of a place, and for all that reads a picture's file.
//!
//! A target is a function that takes bytes and panics where something does not hold. Two callers share it: the
//! fuzzers (`fuzz/fuzz_targets`), which look for bytes that break it, and the replay (`tests/replay.rs`), which runs
//! what they kept on every build. Whatever a target, no parser panics, what is accepted survives being written and
//! read again, and neither errors nor `Debug` show anything of the input.

pub mod answer;
pub mod attachment;
pub mod body;
pub mod bundle;
pub mod contact;
pub mod copy;
pub mod cover;
pub mod desk_call;
pub mod directory;
pub mod envelope;
pub mod key;
pub mod mailbox;
mod marker;
pub mod pack;
pub mod padding;
pub mod places;
pub mod position;
pub mod receipt;
pub mod reference;
pub mod reply;
pub mod shown;
pub mod strict_json;
pub mod survey;

/// A target: its name, which is that of its fuzzer and of its corpus folder, and what it runs.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 22] = [
    ("answer", answer::check),
    ("attachment", attachment::check),
    ("body", body::check),
    ("bundle", bundle::check),
    ("contact", contact::check),
    ("copy", copy::check),
    ("cover", cover::check),
    ("desk_call", desk_call::check),
    ("directory", directory::check),
    ("envelope", envelope::check),
    ("key", key::check),
    ("mailbox", mailbox::check),
    ("pack", pack::check),
    ("padding", padding::check),
    ("places", places::check),
    ("position", position::check),
    ("receipt", receipt::check),
    ("reference", reference::check),
    ("reply", reply::check),
    ("shown", shown::check),
    ("strict_json", strict_json::check),
    ("survey", survey::check),
];

/// The `age` identity of 32 bytes of 01, to which the vectors are sealed.
pub(crate) const IDENTITY: &str =
    "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZ9K4CN";

/// What a target's own keys and fixtures are made with: they are right, or the target is broken.
#[track_caller]
pub(crate) fn made<T, E>(made: Result<T, E>) -> T {
    made.unwrap_or_else(|_| unreachable!("a fixture of the target itself"))
}
