//! From the first word to the sealed envelope.
//!
//! A draft saves itself at every change. What is to be sent is made ready in memory ([`Prepared`]): there it can be looked
//! at, to the byte. Submitting is one transaction: those bytes are sealed to the desk, outbox rows are made, and the draft
//! with its keys is gone. Afterwards nothing in the outbox
//! opens the report; on named routes a vault copy does, until its time is up.

mod again;
mod attach;
mod check;
mod compose;
mod desk;
mod draft;
mod fill;
mod note;
mod pictures;
mod prepare;
mod submit;
mod take_back;
mod taken_over;
mod team;
mod told;

pub use check::{Check, Notice};
pub use desk::{ChosenDesk, DeskReason};
pub use draft::{DraftAttachment, DraftContent, DraftRow};
pub use note::Note;
pub use prepare::{DRAWN, Prepared};
pub use taken_over::{TakenOver, Taking, Wanted};

pub(crate) use desk::desk_at;
pub(crate) use draft::{DraftBody, DraftPlace, list_drafts, load_draft};
#[cfg(test)]
pub(crate) use pictures::Makers;
pub(crate) use take_back::take_back;
pub(crate) use told::{add_told, forget_told, told_of_draft, told_of_report};
