//! The kit of the suites in `tests/tests`, which span crates: what several of them need, and nothing of the product.
//!
//! - [`field`] is a phone and a desk as the real programs make them.
//! - [`link`] is a bad link between programs of this machine; [`draw`] decides what happens on it, from a seed.
//! - [`background`] is a pretended background carrier: other processes carry what one has asked for before it ended.
//! - [`simulated`] is a carrier without a network.
//! - [`outbox`] is every byte of what waits on a phone.
//! - [`seized`] is a phone as it lay there once, put back later.
//! - [`peers`] is other people's tus server and clients.
//! - [`content`] is what a witness might write.
//! - [`photo`] makes photographs as a phone writes them, with an invented place and time in their EXIF block, and as many
//!   makers and programs write them.
//! - [`scan`] looks for what was planted in every file of a folder, in every spelling it may have been written in.
//! - [`trace`] watches the system calls of the programs, kills them at any of their writes, and lets writes fail.
//! - [`programs`] says where the built programs are.
//!
//! A kit that cannot do its work panics with a sentence: a suite without its fixture fails, it does not skip.

pub mod asked;
pub mod awaited;
pub mod background;
pub mod content;
pub mod draw;
pub mod field;
pub mod link;
pub mod outbox;
pub mod peers;
pub mod photo;
pub mod programs;
pub mod scan;
pub mod seized;
pub mod simulated;
pub mod trace;

#[cfg(test)]
mod interop;
