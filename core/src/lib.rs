//! The phone's side of Turnstone: writes reports where there is no signal, keeps them so that a stolen phone tells
//! nothing, and sends them so that each arrives exactly once.
//!
//! A [`Client`] opens a home folder and needs no unlock: it takes notes, submits them, and sends. [`Client::unlock`]
//! gives the [`Notebook`], which reads. Time, randomness, the key store and the network are arguments ([`Ports`],
//! [`sync::Transport`]).
//!
//! `docs/architecture.md` says how the parts fit; DESIGN's promises P1 to P12 are named where they are kept.

mod carry;
mod client;
mod clock;
mod error;
mod forgetting;
mod home;
mod leaving;
pub mod media;
mod messages;
mod notebook;
mod outbox;
mod packs;
mod people;
mod profile;
mod random;
mod report;
mod route;
mod seam;
mod settings;
mod shared;
#[cfg(feature = "simulation")]
pub mod simulation;
mod station;
mod store;
pub mod sync;
mod vault;
pub mod view;
mod watch;
mod wipe;

#[cfg(test)]
mod tests;

pub use carry::{Exported, Imported, Parcel, Parcels};
pub use client::{About, Client};
pub use clock::{Clock, SystemClock};
pub use error::{Busy, Error, Invalid, Missing, NotSendable, Submitted, Unusable};
pub use home::SetUp;
pub use leaving::{Leaving, Left};
pub use notebook::{AutoLock, ChangedPin, Notebook};
pub use outbox::{Held, ItemRow, ItemState, Lane, Reason, ReportRow, Upload};
pub use packs::HeldPack;
pub use people::{ChangedWriter, OpenNotes, OwnNotebook, PersonRow, PersonView, Writer};
pub use profile::{Believed, FromOutside, OfferedProfile, ProfileView};
pub use random::{NoRandomness, Random, SystemRandom};
pub use report::{
    Check, ChosenDesk, DRAWN, DeskReason, DraftAttachment, DraftContent, DraftRow, Note, Notice, Prepared,
    TakenOver, Taking, Wanted,
};
pub use route::{Choice, Usual, UsualRoute};
pub use shared::Ports;
pub use station::Station;
pub use store::{HOME_FILES, Mended, set_aside};
pub use vault::{KeyFile, KeyStore, KeyStoreError, PIN_MIN_CHARS, Pin};
pub use watch::{WatchNote, WatchRow};
pub use wipe::home_contents;
