//! What a program understood of an identifier, beside what was typed. Help for whoever looks it up, never a gate.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BodyError, at_most, text_at_most};
use crate::{
    limits,
    text::{Text, Unknown},
};

/// One reading of an identifier. Where a text can be read in several ways, each reading is one of these. Worked out by
/// the witness's program from what stands beside it: a claim like all the rest, and a desk can work it out anew.
/// `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Understood {
    /// The field of the subject in which it was typed (`imo`, `registration`).
    pub field: String,
    /// The stable code of the kind of identifier it is read as (`imo`, `plate-uk-2001`). Which codes there are is the
    /// almanac's knowledge, so that a desk reads codes newer than itself.
    pub kind: String,
    /// The identifier in the form that registers use; `?` stands for a sign that was not seen.
    pub normal: Text,
    /// The country of the register: two letters of ISO 3166-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The place whose register it names, such as a fishing port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Text>,
    /// The stable codes of what speaks against the reading (`check-digit`, `looks-like`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
    /// How many complete identifiers it may be, by its check digit; only where a sign was not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completions: Option<u64>,
    /// What a newer minor version added.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Understood {
    /// A reading that nothing speaks against.
    pub fn new(field: &str, kind: &str, normal: Text) -> Self {
        Self {
            field: field.to_owned(),
            kind: kind.to_owned(),
            normal,
            country: None,
            place: None,
            doubts: Vec::new(),
            completions: None,
            unknown: Unknown::default(),
        }
    }

    pub(super) fn check(&self) -> Result<(), BodyError> {
        at_most("doubts about one identifier", self.doubts.len(), limits::DOUBTS)?;
        let names = [&self.field, &self.kind].into_iter().chain(&self.country).chain(&self.doubts);
        for name in names {
            at_most("bytes in one name", name.len(), limits::NAME_BYTES)?;
        }
        std::iter::once(&self.normal).chain(&self.place).try_for_each(text_at_most)
    }
}

impl fmt::Debug for Understood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[understood]")
    }
}
