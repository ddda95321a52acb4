//! The promises, on the core alone: a real store, real sealing, a real key file; only the desk and the clock are played.

mod anonymous;
mod apart;
mod background;
mod bad_desks;
mod bad_link;
mod bad_luck;
mod by_hand;
mod damage;
mod input;
mod key_store;
mod kit;
mod locked;
mod messages;
mod observing;
mod patience;
mod played_http;
mod proxied;
mod remnants;
mod resuming;
mod routes;
mod sealing_anew;
mod sending;
mod storing;
mod tampered;
mod tls_desk;
mod watching;
