//! What crosses between a phone and a desk, as types and as bytes.
//!
//! A *report* is written as JSON ([`body`]), padded ([`padding`]) and sealed to its desk ([`envelope`]); photos
//! travel beside it, sealed on their own ([`attachment`]). The desk's intake answers with signed receipts
//! ([`receipt`]), its officers with sealed replies ([`reply`]), and the list of desks with their keys is itself signed
//! ([`directory`]), as is newer guidance ([`pack`]). Where there is no network at all, the same objects go on a stick, and the receipts come back on it
//! ([`bundle`]). A team's phones are set up alike by a signed profile ([`profile`]). `docs/protocol.md` says
//! the same in prose, with byte-exact vectors.
//!
//! The crate opens no file, no socket and reads no clock. Everything that parses takes hostile bytes: it answers
//! with a typed error, in memory and time bounded by [`limits`], and never panics.
//!
//! ```
//! use turnstone_wire::{body::ReportId, body::Scheme, reference::Reference};
//!
//! let id = ReportId::from_bytes([7; 16]);
//! let reference = Reference::of(Scheme::Kraken, &id);
//! // Read out over a bad line, typed back in lower case without dashes: still the same label.
//! let typed = reference.to_string().to_lowercase().replace('-', " ");
//! assert_eq!(typed.parse::<Reference>()?, reference);
//! # Ok::<(), turnstone_wire::reference::ReferenceError>(())
//! ```

pub mod answer;
pub mod attachment;
pub mod body;
pub mod bundle;
pub mod contact;
pub mod desk_call;
pub mod directory;
pub mod envelope;
pub mod hash;
pub mod key;
pub mod limits;
pub mod mailbox;
pub mod pack;
pub mod padding;
pub mod profile;
pub mod receipt;
pub mod reference;
pub mod reply;
pub mod shown;
#[cfg(feature = "simulation")]
pub mod simulation;
mod strict_json;
pub mod text;

pub use strict_json::{JsonError, check as check_json};
