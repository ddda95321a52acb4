//! The core as Kotlin, Swift and Python see it. Converts and nothing else: no rule, no state, no sentence of its own.
//!
//! A type of the core is mirrored field by field (`uniffi::remote`), or taken apart whole into a record of this crate; either
//! way a core that changes does not compile here until its mirror does. Single values (a moment, a reference, a length)
//! cross as what their language has for it, and are parsed where they come in: `text.rs`, `place.rs`.
//!
//! **Threads.** Whatever reads or writes a home, a key store or a file is `async` and runs on threads of this crate
//! (`runtime.rs`), never on the caller's. Work that was begun goes on to its end when its caller is cancelled; sending stops.
//!
//! **Secrets.** A PIN and a key are bytes, never strings. They are wiped on this side, the buffer that they came in included
//! (`secret.rs`); what a language keeps of its own copy, its package says.

pub mod client;
pub mod error;
pub mod key_store;
pub mod note;
pub mod notebook;
pub mod observer;
pub mod own;
pub mod place;
pub mod report;
pub mod rows;
mod runtime;
pub mod secret;
pub mod sending;
pub mod set_up;
pub mod text;
#[cfg(test)]
mod threads;
pub mod words;

pub use client::Client;
pub use error::CoreError;
pub use key_store::{KeyStore, KeyStoreError, key_file};
pub use note::Note;
pub use notebook::Notebook;
pub use observer::{Observer, ObserverError, Subscription};
pub use own::OwnNotebook;
pub use secret::Secret;
pub use set_up::SetUp;

uniffi::setup_scaffolding!();
