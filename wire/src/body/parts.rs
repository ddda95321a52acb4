//! The parts of a report that are about its carriage: attachments, mailbox, clocks, program.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BodyError, at_most};
use crate::{
    attachment::AttachmentKey,
    hash::Sha256,
    limits,
    mailbox::MailboxAddress,
    text::{Moment, Text, Unknown},
};

/// Which of the two files of one photo this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// What the camera gave.
    Original,
    /// The smaller picture without metadata.
    Copy,
}

/// One attachment: how to find it on the intake, how to open it, and what comes out.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AttachmentPart {
    /// Which photo: an original and its copy share a number, counted from 1.
    pub number: u16,
    /// Original or copy.
    pub role: Role,
    /// Media type by its content (`image/jpeg`).
    pub media_type: String,
    /// True size in bytes, before padding.
    pub size: u64,
    /// Hash of the true bytes.
    pub sha256: Sha256,
    /// Size of the sealed file in bytes.
    pub sealed_size: u64,
    /// Hash of the sealed file: its name on the intake.
    pub sealed_sha256: Sha256,
    /// The `age` identity that opens it.
    pub key: AttachmentKey,
    /// What a newer minor version added.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl AttachmentPart {
    pub(super) fn check(&self) -> Result<(), BodyError> {
        at_most("bytes in one media type", self.media_type.len(), limits::NAME_BYTES)?;
        if self.sealed_size > limits::ATTACHMENT_BYTES {
            return Err(BodyError::Inconsistent("an attachment is larger than any may be"));
        }
        if self.size > self.sealed_size {
            return Err(BodyError::Inconsistent("an attachment is larger than the file it is sealed in"));
        }
        Ok(())
    }
}

// The type, the hashes and the exact size tell which picture it is.
impl fmt::Debug for AttachmentPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[attachment {} {:?}]", self.number, self.role)
    }
}

/// Where an answer to this report can wait.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct MailboxPart {
    /// The address, which anyone may write to and only the phone can read.
    pub address: MailboxAddress,
    /// The `age` recipient to which an answer is sealed.
    pub reply_to: String,
}

impl fmt::Debug for MailboxPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[mailbox]")
    }
}

/// What the phone knows of time, so that a desk can say "not before, not after" though its clock is wrong.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Clocks {
    /// The wall clock at submission.
    pub wall: Moment,
    /// Hash of the newest directory held: the phone cannot have written earlier than that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory_sha256: Option<Sha256>,
    /// Milliseconds from the first word of the draft to its submission, where one sitting saw both: by a clock that nobody can
    /// set and that goes on while the device sleeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_to_submit_ms: Option<u64>,
    /// What a newer minor version added.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl fmt::Debug for Clocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[clocks]")
    }
}

/// Which program wrote the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct App {
    /// Its name.
    pub name: Text,
    /// Its version.
    pub version: Text,
}
