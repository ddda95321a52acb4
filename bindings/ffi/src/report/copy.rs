//! A report as its desk reads it, without what only programs use: no key, no mailbox, no padding.

use turnstone_wire::{
    body::{AttachmentPart, Relation, Report, Role, Route, Scheme, Sighting, Told, Watch},
    hash::Sha256,
    reference::Reference,
};

/// What a report says, as its desk reads it.
#[derive(uniffi::Record)]
pub struct ReportCopy {
    /// Its label.
    pub reference: Reference,
    /// Which scheme it is reported under.
    pub scheme: Scheme,
    /// The scheme's code word, to be quoted with it.
    pub code_word: String,
    /// The witness thinks it cannot wait.
    pub urgent: bool,
    /// A rehearsal: nothing happened.
    pub exercise: bool,
    /// Language of the witness's words, BCP 47.
    pub language: String,
    /// How it was sent.
    pub route: Route,
    /// One look, or several.
    pub sightings: Vec<Sighting>,
    /// Earlier reports this one adds to, corrects, withdraws or sees again.
    pub relates: Vec<Relation>,
    /// The stretch of duty it was seen on.
    pub watch: Option<Watch>,
    /// Whom the witness has told by voice.
    pub told: Vec<Told>,
    /// It says who the witness is, sealed apart from the rest.
    pub has_contact: bool,
    /// The attachments that are sent on this route, and no others.
    pub attachments: Vec<SentAttachment>,
}

/// An attachment of a report.
#[derive(uniffi::Record)]
pub struct SentAttachment {
    /// Counted from 1.
    pub number: u16,
    /// Original or copy.
    pub role: Role,
    /// By its content.
    pub media_type: String,
    /// True size in bytes.
    pub size: u64,
    /// Hash of the true bytes.
    pub sha256: Sha256,
}

impl From<&AttachmentPart> for SentAttachment {
    fn from(part: &AttachmentPart) -> Self {
        let AttachmentPart {
            number,
            role,
            media_type,
            size,
            sha256,
            sealed_size: _,
            sealed_sha256: _,
            key: _,
            unknown: _,
        } = part;
        let media_type = media_type.clone();
        Self { number: *number, role: *role, media_type, size: *size, sha256: *sha256 }
    }
}

impl From<&Report> for ReportCopy {
    fn from(report: &Report) -> Self {
        let Report {
            format: _,
            minor: _,
            id: _,
            reference,
            scheme,
            code_word,
            urgent,
            exercise,
            language,
            route,
            sightings,
            relates,
            watch,
            told,
            contact,
            mailbox: _,
            attachments,
            clocks: _,
            app: _,
            unknown: _,
        } = report.clone();
        Self {
            reference,
            scheme,
            code_word,
            urgent,
            exercise,
            language,
            route,
            sightings,
            relates,
            watch,
            told,
            has_contact: contact.is_some(),
            attachments: attachments.iter().map(SentAttachment::from).collect(),
        }
    }
}
