//! Light, sea and weather, as typed.

use clap::Args;
use turnstone_wire::{body::Conditions, text::Text};

use super::change;
use crate::parse;

/// How it was out there, in the witness's words.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub(crate) struct ConditionFields {
    /// How far one could see
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    pub(crate) visibility: Option<Text>,
    /// The light, in your words: the sun's is worked out, lamps and moon are not
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    pub(crate) light: Option<Text>,
    /// The state of the sea
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    pub(crate) sea: Option<Text>,
    /// The wind
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    pub(crate) wind: Option<Text>,
}

impl ConditionFields {
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        let Self { visibility, light, sea, wind } = self;
        [visibility, light, sea, wind].into_iter().flatten()
    }

    /// Changes what was named; the rest stays. An empty text takes out what stood there.
    pub(crate) fn apply(self, conditions: Option<Conditions>) -> Option<Conditions> {
        let mut conditions = conditions.unwrap_or_default();
        change(&mut conditions.visibility, self.visibility);
        change(&mut conditions.light, self.light);
        change(&mut conditions.sea, self.sea);
        change(&mut conditions.wind, self.wind);
        Some(conditions).filter(|conditions| *conditions != Conditions::default())
    }
}
