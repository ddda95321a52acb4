//! The real programs, killed after every write and let down by the disk at every write (P1, P3). What a write is, and how
//! a program is stopped at one, is told in `turnstone_tests::trace`.
//!
//! Each test prints how many write points there were and at how many of them it struck, past the test runner's capturing:
//! a suite that strikes nowhere would pass as well.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

mod desk;
mod phone;
mod secret;
mod team;
mod uploads;
mod wipe_pin;
mod wiping;
mod world;
