//! A watch: a stretch of duty that groups what is seen on it, with its people and conditions (ADR 23).
//!
//! At most one runs. All that is known of it are *entries*: its beginning, who came, the weather, its end, that it was
//! handed over. Each is sealed on its own, under a key of its own, so that a locked device can add one; what they come to is
//! read with an unlock. Drafts and reports name their watch where they are sealed themselves, and no plain column says
//! which belong together. Anonymous ones name none.
//!
//! It ends when it is discarded, or [`KEPT`] after it has been stopped and handed over: its keys are forgotten, and the
//! next shred makes every remnant unreadable. One that was never handed over is kept until somebody does it.

mod rows;
mod sum;

use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use turnstone_wire::{
    body::{Conditions, Watch},
    limits,
    text::{Moment, Text},
};

use crate::error::Invalid;

pub(crate) use rows::{add, discard, expire, find, list, running, start};
pub(crate) use sum::{Sum, sum, to_travel};

/// How long a watch is kept once it has been stopped and handed over.
pub(crate) const KEPT: TimeDelta = TimeDelta::days(30);

/// A watch's number, as people use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WatchRow(pub i64);

impl fmt::Display for WatchRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What there is to say of a watch when it begins, or later. All of it may be missing. `Debug` shows how many people.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WatchNote {
    /// The lookout, boat or airfield.
    #[serde(default)]
    pub station: Option<Text>,
    /// Who is on it, or came.
    #[serde(default)]
    pub people: Vec<Text>,
    /// Light, sea and weather; what is not named stays as it was noted before.
    #[serde(default)]
    pub conditions: Option<Conditions>,
}

impl fmt::Debug for WatchNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[note of a watch, {} people]", self.people.len())
    }
}

impl WatchNote {
    /// That it is not more than could travel with a report.
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let Self { station, people, conditions } = self.clone();
        let bytes: usize =
            Watch { station, people, conditions, ..Watch::default() }.texts().map(Text::len).sum();
        if self.people.len() > limits::WATCH_PEOPLE || bytes > limits::WATCH_BYTES {
            return Err(Invalid::WatchTooLong);
        }
        Ok(())
    }
}

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    Began,
    Noted,
    Ended,
    HandedOver,
}

/// One thing that was noted of a watch, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) step: Step,
    pub(crate) at: Moment,
    #[serde(flatten)]
    pub(crate) note: WatchNote,
}

impl Entry {
    pub(crate) fn new(step: Step, at: Moment) -> Self {
        Self { step, at, note: WatchNote::default() }
    }
}
