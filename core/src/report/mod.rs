//! From the first word to the sealed envelope.
//!
//! A draft saves itself at every change. Submitting is one transaction: the report gets its id, its body is composed
//! and sealed to the desk, outbox rows are made, and the draft with its keys is gone. Afterwards nothing in the outbox
//! opens the report; on named routes a vault copy does, until its time is up.

mod attach;
mod check;
mod compose;
mod draft;
mod note;
mod submit;
mod take_back;
mod told;

pub use check::{Check, Notice};
pub use draft::{DraftAttachment, DraftContent, DraftRow};
pub use note::Note;

pub(crate) use draft::{DraftPlace, list_drafts, load_draft};
pub(crate) use take_back::take_back;
pub(crate) use told::{add_told, told_of_draft, told_of_report};
