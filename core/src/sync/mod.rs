//! Sending (DESIGN 6).
//!
//! Two pure functions hold every decision: [`plan`] says what to start, stop and wait for, [`settle`] what an outcome
//! changes; nothing else changes an item's state. What is to be done is a plain value, [`Step`], and so is what came
//! of it, [`Outcome`]: they can be called apart, and across a restart, so that HTTP in this process ([`Http`]) is one
//! carrier among others ([`Transport`]). The [`Sender`] drives them against the store; for a carrier that outlives this
//! process it gives steps out and takes outcomes back ([`Sender::next_steps`], [`Sender::settle_ticket`]).
//!
//! States of an item: it *waits*; a verified receipt makes it *stored*, an officer's receipt *opened*; the desk's stated
//! refusal makes it *refused*. Whatever else happens, a crash included, leaves it waiting.

mod apart;
mod driver;
mod fetch;
mod form;
mod http;
mod item;
mod mail;
mod plan;
mod running;
mod settle;
mod step;
mod window;

pub use apart::{NextSteps, NotATicket, Ticket};
pub use driver::{Progress, Sender, Summary};
pub use http::{Http, Patience};
pub use mail::Asked;
pub use plan::{Due, Network, Plan, plan};
pub use settle::{Change, LONGEST_WAIT_MS, Settling, settle};
pub use step::{Bodies, Failure, Method, Outcome, Step, StepBody, Transport};
