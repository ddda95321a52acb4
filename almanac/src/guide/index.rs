//! What a pack lists, beside its texts: codes in their order, numbers, and on which pages things stand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::item::Page;

/// The format this crate reads and writes.
pub(super) const FORMAT: &str = "turnstone.guidance/1";

/// A pack as it travels: the index, and Fluent texts by language.
#[derive(Serialize, Deserialize)]
pub(super) struct Payload {
    #[serde(flatten)]
    pub(super) index: Index,
    /// Fluent texts by the code of their language.
    pub(super) words: BTreeMap<String, String>,
}

/// The index, as it is compiled in.
#[derive(Serialize, Deserialize)]
pub(super) struct Index {
    pub(super) format: String,
    pub(super) gathered: NaiveDate,
    pub(super) schemes: Vec<SchemeEntry>,
    pub(super) lines: Vec<LineEntry>,
    pub(super) asks: Vec<Entry>,
    pub(super) rules: Vec<Entry>,
    pub(super) signs: Vec<PagedEntry>,
    pub(super) topics: Vec<TopicEntry>,
    pub(super) help: Vec<HelpEntry>,
    pub(super) links: Vec<LinkEntry>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SchemeEntry {
    pub(super) code: String,
    pub(super) code_word: String,
}

/// One of `call`, `sms` and `radio` is there.
#[derive(Serialize, Deserialize)]
pub(super) struct LineEntry {
    pub(super) code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) call: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sms: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) radio: Option<String>,
    pub(super) pages: Vec<Page>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) withdrawn: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) code: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) withdrawn: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PagedEntry {
    pub(super) code: String,
    pub(super) page: Page,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) withdrawn: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct TopicEntry {
    pub(super) code: String,
    pub(super) page: Page,
    pub(super) points: u8,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) withdrawn: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct HelpEntry {
    pub(super) code: String,
    pub(super) lines: Vec<String>,
    pub(super) pages: Vec<Page>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) withdrawn: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LinkEntry {
    pub(super) code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) site: Option<String>,
    pub(super) pages: Vec<Page>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) withdrawn: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !*value
}
