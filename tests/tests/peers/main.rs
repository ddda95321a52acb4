//! Other people's parts: our client against another tus server, other people's tus clients against our desk; killed midway, and
//! gone on with (P3).
//!
//! `cargo xtask test --only peers` installs them, at the versions and hashes that stand beside this file, and says where. The
//! tests are ignored elsewhere: they need a registry once.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

mod their_clients;
mod their_server;
