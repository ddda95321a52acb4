//! The authority's side: changing what phones believe of this desk.
//!
//! Every change makes the next directory, signed with `authority/root.key`, and brings the server and the officer
//! into line with it: all of it or nothing ([`change`]). Parts that are on other machines are left out, and the
//! answer says what has to be carried to them.

mod change;
pub(crate) mod directory;
pub(crate) mod keys;
pub(crate) mod pack;
pub(crate) mod profile;
#[cfg(test)]
mod tests;
pub(crate) mod verify;
mod whereabouts;
