//! P7: a copy of a picture gives nobody away. Judged by two readers that share nothing with what makes copies: Debian's
//! `exiftool`, which must find nothing but size and coding in a copy, and a search of the copy for every run of eight bytes
//! that stood beside the picture in the original.
//!
//! The originals are synthetic: what makers' cameras and programs write, made by `turnstone_tests::photo`. `exiftool` is of
//! Debian's package `libimage-exiftool-perl`; `cargo xtask setup` installs it, and where it is not there, the suite fails.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a suite: what fails here fails the suite")]

mod bad_copies;
mod beside;
mod copies;
mod exiftool;
mod facts;
mod hostile;
mod shown;
