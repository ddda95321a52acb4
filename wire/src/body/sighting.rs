//! One look at something.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{BodyError, Fix, Subject, Target, Understood, View, at_most, text_at_most};
use crate::limits;
use crate::text::{Moment, Text, Unknown};

/// One look, with its own time and place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sighting {
    /// When it was.
    pub when: When,
    /// Where the witness stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observer: Option<Fix>,
    /// Where the thing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Published signs that were spotted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<SignCode>,
    /// What was seen.
    pub what: Text,
    /// Why it seemed wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Text>,
    /// Vessels, aircraft, vehicles and persons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Subject>,
    /// Light, sea and weather.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
    /// Numbers of the attachments that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<u16>,
    /// Further fixes of where the witness stood, of which `observer` was the best by a stated rule (the almanac's). An
    /// anonymous report has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
    /// How well it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
    /// What a newer minor version added.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Sighting {
    /// A look of which nothing is known yet but when it was and what was seen.
    pub fn new(from: Moment, what: Text) -> Self {
        Self {
            when: When { from, until: None, give_or_take_s: None },
            observer: None,
            target: None,
            signs: Vec::new(),
            what,
            why: None,
            subjects: Vec::new(),
            conditions: None,
            attachments: Vec::new(),
            fixes: Vec::new(),
            view: None,
            unknown: Unknown::default(),
        }
    }

    pub(super) fn check(&self) -> Result<(), BodyError> {
        self.texts().into_iter().try_for_each(text_at_most)?;
        if self.when.until.is_some_and(|until| until < self.when.from) {
            return Err(BodyError::Inconsistent("a sighting ends before it begins"));
        }
        if let Some(light) = self.view.as_ref().and_then(|view| view.light.as_ref()) {
            at_most("bytes in one name", light.phase.len(), limits::NAME_BYTES)?;
        }
        for subject in &self.subjects {
            at_most("readings of one subject", subject.understood().len(), limits::UNDERSTOOD)?;
            subject.understood().iter().try_for_each(Understood::check)?;
        }
        Ok(())
    }

    /// Everything that was written in it.
    pub fn texts(&self) -> Vec<&Text> {
        let mut texts = vec![&self.what];
        texts.extend(&self.why);
        texts.extend(self.observer.iter().chain(&self.fixes).filter_map(|fix| fix.name.as_ref()));
        if let Some(Target::Named { name, .. }) = &self.target {
            texts.push(name);
        }
        texts.extend(self.conditions.iter().flat_map(Conditions::texts));
        texts.extend(self.view.iter().flat_map(View::texts));
        texts.extend(self.subjects.iter().flat_map(Subject::texts));
        texts
    }
}

/// From when to when, give or take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct When {
    /// When it began, or when it was.
    pub from: Moment,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// By how many seconds either may be wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub give_or_take_s: Option<u32>,
}

/// Light, sea and weather, in the witness's words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// How far one could see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Text>,
    /// The light.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<Text>,
    /// The state of the sea.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sea: Option<Text>,
    /// The wind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wind: Option<Text>,
    /// What a newer minor version added.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Conditions {
    /// Everything in it that somebody wrote.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let Self { visibility, light, sea, wind, unknown: _ } = self;
        [visibility, light, sea, wind].into_iter().flatten()
    }
}

/// The stable code of a published sign: a capital letter and two digits (`K01`). Which codes there are is the
/// almanac's knowledge, so that a desk reads codes newer than itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SignCode([u8; 3]);

/// The text is not a capital letter and two digits.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a sign's code is a capital letter and two digits, such as K01")]
pub struct UnknownSignShape;

impl SignCode {
    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl FromStr for SignCode {
    type Err = UnknownSignShape;

    fn from_str(text: &str) -> Result<Self, UnknownSignShape> {
        match text.as_bytes() {
            &[letter @ b'A'..=b'Z', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Ok(Self([letter, tens, ones])),
            _ => Err(UnknownSignShape),
        }
    }
}

impl fmt::Display for SignCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SignCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sign]")
    }
}

impl Serialize for SignCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SignCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
