//! Sending (DESIGN 6).
//!
//! Two pure functions hold every decision: [`plan`] says what to start, stop and wait for, [`settle`] what an outcome
//! changes; nothing else changes an item's state. What is to be done is a plain value, [`Step`], and so is what came
//! of it, [`Outcome`]: they can be called apart, and across a restart, so that HTTP in this process ([`Http`]) is one
//! carrier among others ([`Transport`]). The [`Sender`] drives them against the store; for a carrier that outlives this
//! process it gives steps out and takes outcomes back ([`Sender::next_steps`], [`Sender::settle_ticket`]).
//!
//! States of an item: it *waits*; a verified receipt makes it *stored*, an officer's receipt *opened*; the desk's stated
//! refusal makes it *refused*. Whatever else happens, a crash included, leaves it waiting; and a stored one that the desk
//! says it has no more, while it is still held here, waits again.

mod apart;
mod arm;
mod background;
mod carrier;
mod driver;
mod fetch;
mod form;
mod http;
mod item;
mod mail;
mod observe;
mod pace;
mod plan;
mod proxy;
mod running;
mod settle;
mod step;
mod watch;
mod window;
mod wishes;

pub use arm::{Arm, Verdict};
pub use background::{NextSteps, NotATicket, Ticket};
pub use driver::{Progress, Sender, Summary};
pub use http::{Http, Patience};
pub use mail::Asked;
pub use observe::{Observer, Subscription};
pub use plan::{Check, Due, Network, Plan, plan};
pub use proxy::{Proxy, ProxyFor, ProxySetting};
pub use settle::{CHECK_AFTER_MS, Change, LONGEST_CHECK_MS, LONGEST_WAIT_MS, NEVER_MS, Settling, settle};
pub use step::{Bodies, Failure, Method, Outcome, Step, StepBody, Transport};
pub use watch::{Pace, Watched};
pub use wishes::Wishes;

pub(crate) use apart::Moments;
pub(crate) use observe::Observers;
pub(crate) use watch::Bell;
