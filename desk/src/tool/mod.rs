//! The desk tool: opens reports on the officer's machine.
//!
//! Everything that comes in is an attack until shown otherwise (DESIGN 7): names are made here and never taken from
//! a report, one bad envelope stops no other, and whatever strangers wrote is escaped before it is shown.

mod again;
mod answer;
mod bundle;
pub(crate) mod export;
mod filed;
mod folder;
pub(crate) mod import;
mod index;
mod layer;
mod media;
pub(crate) mod open;
mod remote;
mod replies;
pub(crate) mod reply;
mod seen;
mod session;
mod source;
mod table;
mod words;

pub(crate) use source::SourceError;
