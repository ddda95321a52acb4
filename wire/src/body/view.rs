//! How well it was seen: for how long, from how far, in which light. Most of it a program fills in.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Metres;
use crate::text::{Text, Unknown};

/// The quality of a view. `Debug` shows nothing of it: each part of it says where or when.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// For how long it was in view, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasted_s: Option<u32>,
    /// How far away it was, in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_from_m: Option<Metres>,
    /// The light, worked out from where the sun stood; the witness's own words for it are in the conditions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<Light>,
    /// What was in the way: glass, spray, another boat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_the_way: Option<Text>,
    /// Whether, and from what, the witness knew it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_before: Option<Text>,
    /// What a newer minor version added.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl View {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The texts in it.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.in_the_way.iter().chain(&self.known_before)
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[view]")
    }
}

/// The light by the sun's height above the horizon, at the place and time that the sighting names. `Debug` shows nothing
/// of it: with the time, the sun's height is a line on the chart.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Light {
    /// The stable code of its phase (`day`, `civil-twilight`, `nautical-twilight`, `astronomical-twilight`, `night`).
    pub phase: String,
    /// Height of the sun's middle above the horizon, in whole degrees; negative below it.
    pub sun_deg: i8,
    /// The sun is on its way up.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub morning: bool,
    /// Whoever looked at it looked towards a low sun.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub into_the_sun: bool,
}

impl fmt::Debug for Light {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[light]")
    }
}
