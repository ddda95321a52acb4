//! The promises, on the core alone: a real store, real sealing, a real key file; only the desk and the clock are played.

mod anonymous;
mod damage;
mod input;
mod key_store;
mod kit;
mod locked;
mod remnants;
mod sending;
mod storing;
