//! The report itself: `turnstone.report/1`, the JSON that is sealed to a desk.
//!
//! Versions: the number after the slash is the major one, and an unknown one is refused by name. `minor` counts
//! additions; a reader that meets fields it does not know keeps them ([`Unknown`]) and goes on.

mod parts;
mod place;
mod relation;
mod sighting;
mod subject;
mod understood;
mod view;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use parts::{App, AttachmentPart, Clocks, MailboxPart, Role};
pub use place::{
    Altitude, Bearing, BearingLine, Degrees, Fix, FixSource, Metres, North, PlaceError, Position, Target,
};
pub use relation::{Channel, Relation, RelationKind, Told, Watch};
pub use sighting::{Conditions, Sighting, SignCode, UnknownSignShape, When};
pub use subject::{Aircraft, Person, Subject, Vehicle, Vessel};
pub use understood::Understood;
pub use view::{Light, View};

use crate::{
    contact::SealedContact,
    limits, padding,
    reference::Reference,
    strict_json::{self, JsonError},
    text::{Text, Unknown},
};

/// The format this crate writes.
pub const FORMAT: &str = "turnstone.report/1";
/// The minor version this crate writes.
pub const MINOR: u32 = 0;

/// A report, as its desk reads it. `Debug` shows how much there is of what, and nothing of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Always [`FORMAT`].
    pub format: Format,
    /// Minor version of the writer.
    #[serde(default)]
    pub minor: u32,
    /// Sixteen random bytes: the identity of this report.
    pub id: ReportId,
    /// The label made from the id and the scheme, for the reader's convenience.
    pub reference: Reference,
    /// Which scheme it is reported under.
    pub scheme: Scheme,
    /// The scheme's code word, to be quoted with it.
    pub code_word: String,
    /// The witness thinks it cannot wait.
    #[serde(default, skip_serializing_if = "is_false")]
    pub urgent: bool,
    /// A rehearsal: nothing happened.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exercise: bool,
    /// Language of the witness's words, BCP 47 (`en`, `cy`).
    pub language: String,
    /// How it was sent.
    pub route: Route,
    /// One look, or several.
    pub sightings: Vec<Sighting>,
    /// Earlier reports this one adds to, corrects, withdraws or sees again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relates: Vec<Relation>,
    /// The stretch of duty it was seen on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
    /// Whom the witness has told by voice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Told>,
    /// Who the witness is, sealed apart from the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<SealedContact>,
    /// Where an answer can wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<MailboxPart>,
    /// The attachments that are sent on this route, and no others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentPart>,
    /// What the phone knows of time; named routes only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clocks: Option<Clocks>,
    /// Which program wrote it; named routes only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<App>,
    /// What a newer minor version added.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sightings, attachments) = (self.sightings.len(), self.attachments.len());
        write!(f, "[report of {sightings} sightings and {attachments} attachments]")
    }
}

/// Why bytes are no report.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Longer than [`limits::BODY_BYTES`], padded.
    #[error("the report is {bytes} bytes long; at most {limit} are read")]
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The largest size read, in bytes.
        limit: usize,
    },
    /// Not acceptable JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A report of a major version this program does not know, by its name where that is one of ours.
    #[error("the report is in the format {0:?}; this program reads {FORMAT}")]
    UnknownFormat(String),
    /// A field is missing, of the wrong type or out of its range. Holds no content.
    #[error("a field of the report is missing or out of its range (line {line}, column {column})")]
    Field {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// More of something than is read.
    #[error("the report has {count} {what}; at most {limit} are read")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many are read.
        limit: usize,
    },
    /// The report contradicts itself.
    #[error("the report contradicts itself: {0}")]
    Inconsistent(&'static str),
}

impl Report {
    /// Reads a body, padded or not.
    ///
    /// # Errors
    /// [`BodyError`]; no input makes this panic or take more memory than a small multiple of its size.
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        if bytes.len() > limits::BODY_BYTES {
            return Err(BodyError::TooLarge { bytes: bytes.len(), limit: limits::BODY_BYTES });
        }
        strict_json::check(bytes)?;
        let head: Head = serde_json::from_slice(bytes).map_err(|e| field(&e))?;
        if head.format != FORMAT {
            return Err(BodyError::UnknownFormat(safe_name(&head.format)));
        }
        let report: Self = serde_json::from_slice(bytes).map_err(|e| field(&e))?;
        report.check()?;
        Ok(report)
    }

    /// Writes the body as it is sealed: JSON, then spaces up to a power of two of KiB.
    ///
    /// # Errors
    /// [`BodyError`] where [`Report::parse`] would refuse what was written.
    pub fn to_padded_bytes(&self) -> Result<Vec<u8>, BodyError> {
        self.check()?;
        let mut bytes =
            serde_json::to_vec(self).map_err(|_| BodyError::Inconsistent("it cannot be written as JSON"))?;
        let padded = padding::body_size(bytes.len());
        if padded > limits::BODY_BYTES {
            return Err(BodyError::TooLarge { bytes: padded, limit: limits::BODY_BYTES });
        }
        bytes.resize(padded, b' ');
        Ok(bytes)
    }

    /// Every limit and every rule that holds between fields.
    ///
    /// # Errors
    /// [`BodyError::TooMany`] and [`BodyError::Inconsistent`].
    pub fn check(&self) -> Result<(), BodyError> {
        at_most("sightings", self.sightings.len(), limits::SIGHTINGS)?;
        at_most("attachments", self.attachments.len(), limits::ATTACHMENTS)?;
        at_most("related reports", self.relates.len(), limits::RELATES)?;
        at_most("people told", self.told.len(), limits::TOLD)?;
        if self.sightings.is_empty() {
            return Err(BodyError::Inconsistent("it holds no sighting"));
        }
        if self.reference != Reference::of(self.scheme, &self.id) {
            return Err(BodyError::Inconsistent("its reference is not the one of its id"));
        }
        if self.code_word != self.scheme.code_word() {
            return Err(BodyError::Inconsistent("its code word is not the one of its scheme"));
        }
        for sighting in &self.sightings {
            at_most("subjects in one sighting", sighting.subjects.len(), limits::SUBJECTS)?;
            at_most("signs in one sighting", sighting.signs.len(), limits::SIGNS)?;
            at_most("further fixes in one sighting", sighting.fixes.len(), limits::FIXES)?;
            at_most("attachments in one sighting", sighting.attachments.len(), limits::ATTACHMENTS)?;
            if sighting.attachments.iter().any(|&n| !self.attachments.iter().any(|part| part.number == n)) {
                return Err(BodyError::Inconsistent("a sighting names an attachment that is not listed"));
            }
            sighting.check()?;
        }
        let mut numbers: Vec<_> = self.attachments.iter().map(|part| (part.number, part.role)).collect();
        numbers.sort_unstable();
        if numbers.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(BodyError::Inconsistent("two attachments have one number and one role"));
        }
        self.check_carriage()?;
        if self.route == Route::Anonymous { self.check_anonymous() } else { Ok(()) }
    }

    /// The limits of all that is not about what was seen.
    fn check_carriage(&self) -> Result<(), BodyError> {
        at_most("bytes in its language", self.language.len(), limits::NAME_BYTES)?;
        self.attachments.iter().try_for_each(AttachmentPart::check)?;
        if let Some(watch) = &self.watch {
            at_most("people on watch", watch.people.len(), limits::WATCH_PEOPLE)?;
            watch.texts().try_for_each(text_at_most)?;
        }
        self.told.iter().filter_map(|told| told.number.as_ref()).try_for_each(text_at_most)?;
        if let Some(App { name, version }) = &self.app {
            [name, version].into_iter().try_for_each(text_at_most)?;
        }
        let reply_to = self.mailbox.as_ref().map_or(0, |mailbox| mailbox.reply_to.len());
        at_most("bytes in its reply key", reply_to, limits::RECIPIENT_BYTES)
    }

    /// What an anonymous report must not hold (DESIGN 4, routes).
    fn check_anonymous(&self) -> Result<(), BodyError> {
        if self.contact.is_some() || self.app.is_some() || self.clocks.is_some() || self.watch.is_some() {
            return Err(BodyError::Inconsistent("it is anonymous and still says who or what wrote it"));
        }
        if self.attachments.iter().any(|part| part.role == Role::Original) {
            return Err(BodyError::Inconsistent("it is anonymous and lists a camera's original"));
        }
        let traces = |sighting: &Sighting| {
            !sighting.fixes.is_empty() || sighting.observer.as_ref().is_some_and(|fix| fix.name.is_some())
        };
        if self.sightings.iter().any(traces) {
            return Err(BodyError::Inconsistent("it is anonymous and holds a track or a station's name"));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Head {
    format: String,
}

fn field(error: &serde_json::Error) -> BodyError {
    // serde's own message can quote the content; only the place is told.
    BodyError::Field { line: error.line(), column: error.column() }
}

fn at_most(what: &'static str, count: usize, limit: usize) -> Result<(), BodyError> {
    if count > limit { Err(BodyError::TooMany { what, count, limit }) } else { Ok(()) }
}

fn text_at_most(text: &Text) -> Result<(), BodyError> {
    at_most("bytes in one text", text.len(), limits::TEXT_BYTES)
}

/// A format's name as an error may show it: only our own with another number, since all else may be content.
fn safe_name(format: &str) -> String {
    let number = format.strip_prefix("turnstone.report/").filter(|number| (1..=9).contains(&number.len()));
    match number {
        Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => format.to_owned(),
        _ => "(not one of ours)".to_owned(),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// The constant [`FORMAT`], as a type: a body of another format cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Format;

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(FORMAT)
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if name == FORMAT { Ok(Self) } else { Err(serde::de::Error::custom("unknown format")) }
    }
}

/// Sixteen random bytes in the shape of a UUID version 4 (RFC 9562), made when a report is submitted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportId(uuid::Uuid);

impl ReportId {
    /// Makes an id of 16 random bytes; six bits are overwritten with version and variant.
    pub fn from_bytes(random: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(random).into_uuid())
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[report id]")
    }
}

/// One of the schemes that ask the public to look out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Project Kraken: boats and coast.
    Kraken,
    /// Project Pegasus: aircraft and airfields.
    Pegasus,
}

impl Scheme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Kraken, Self::Pegasus];

    /// The word to quote when ringing, and the head of every reference.
    pub fn code_word(self) -> &'static str {
        match self {
            Self::Kraken => "KRAKEN",
            Self::Pegasus => "PEGASUS",
        }
    }

    /// The stable code (`kraken`, `pegasus`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Kraken => "kraken",
            Self::Pegasus => "pegasus",
        }
    }
}

/// How a report travels, and what of the witness travels with it (DESIGN 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// To the police, with an optional contact.
    Police,
    /// The contact is sealed to other people than the words.
    Confidential,
    /// Nothing of the witness at all.
    Anonymous,
}

impl Route {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Police, Self::Confidential, Self::Anonymous];

    /// True for the two routes on which the witness may be known to the desk.
    pub fn is_named(self) -> bool {
        self != Self::Anonymous
    }

    /// The stable code (`police`, `confidential`, `anonymous`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Police => "police",
            Self::Confidential => "confidential",
            Self::Anonymous => "anonymous",
        }
    }
}

#[cfg(test)]
mod tests;
