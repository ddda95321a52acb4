//! What else a report belongs to: earlier reports, a watch, calls made.

use serde::{Deserialize, Serialize};

use super::Conditions;
use crate::{
    reference::Reference,
    text::{Moment, Text, Unknown},
};

/// What a report does to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// Says more.
    Adds,
    /// Replaces something that was wrong.
    Corrects,
    /// Takes it back.
    Withdraws,
    /// The same subject, another time.
    SeenAgain,
}

/// A link to an earlier report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// The earlier report's label.
    pub reference: Reference,
    /// What this one does to it.
    pub kind: RelationKind,
}

/// A stretch of duty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// The lookout, boat or airfield.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<Text>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Moment>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// Who was on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Text>,
    /// Light, sea and weather on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
    /// What a newer minor version added.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Watch {
    /// Everything in it that somebody wrote.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.station.iter().chain(&self.people).chain(self.conditions.iter().flat_map(Conditions::texts))
    }
}

/// Through what somebody was told by voice or by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Channel {
    /// The emergency call.
    #[serde(rename = "999")]
    Emergency,
    /// The police's other number.
    #[serde(rename = "101")]
    Police,
    /// His Majesty's Coastguard.
    #[serde(rename = "coastguard")]
    Coastguard,
    /// Crimestoppers, anonymous.
    #[serde(rename = "crimestoppers")]
    Crimestoppers,
    /// A form on the web.
    #[serde(rename = "online")]
    Online,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Emergency, Self::Police, Self::Coastguard, Self::Crimestoppers, Self::Online];

    /// The stable code, as written in JSON and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Emergency => "999",
            Self::Police => "101",
            Self::Coastguard => "coastguard",
            Self::Crimestoppers => "crimestoppers",
            Self::Online => "online",
        }
    }
}

/// Whom the witness has told, when, and which number they gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Through what.
    pub channel: Channel,
    /// When.
    pub at: Moment,
    /// The incident or reference number the call handler gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Text>,
}
