//! What an intake says when it refuses, and the headers both sides use.

use serde::{Deserialize, Serialize};

/// Header naming the keys an envelope is sealed to: key ids, separated by commas.
pub const KEYS_HEADER: &str = "turnstone-keys";
/// The tus version spoken (tus.io/protocols/resumable-upload, 1.0.x).
pub const TUS_VERSION: &str = "1.0.0";
/// Media type of bytes appended to an upload (tus 1.0).
pub const TUS_CHUNK_TYPE: &str = "application/offset+octet-stream";

/// Path of a report on the intake.
pub fn report_path(sha256: &crate::hash::Sha256) -> String {
    format!("/v1/reports/{sha256}")
}

/// Path under which clients that know tus only begin an upload; its name is in their metadata.
pub const ATTACHMENTS_PATH: &str = "/v1/attachments";

/// Path of an attachment on the intake.
pub fn attachment_path(sha256: &crate::hash::Sha256) -> String {
    format!("/v1/attachments/{sha256}")
}

/// Path of a mailbox on the intake.
pub fn mailbox_path(address: &crate::mailbox::MailboxAddress) -> String {
    format!("/v1/mailbox/{address}")
}

/// Path of the directory on the intake.
pub const DIRECTORY_PATH: &str = "/v1/directory";

/// Why an intake refuses, as a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The bytes do not match their name (422).
    HashMismatch,
    /// Larger than the desk takes (413).
    TooLarge,
    /// Sealed to a key the desk cannot or must not use (409).
    DeadKey,
    /// An upload goes on from another offset (409).
    WrongOffset,
    /// An upload was begun with another length (409).
    WrongLength,
    /// A chunk does not match the checksum it came with (460, tus); nothing of it was kept.
    ChecksumMismatch,
    /// An upload that is complete cannot be ended any more (409).
    Complete,
    /// The head of the request is too large (431).
    HeadTooLarge,
    /// Too many requests (429).
    TooMany,
    /// The desk's disk is full (507).
    NoSpace,
    /// The request makes no sense (400).
    BadRequest,
    /// Nothing of that name (404).
    NotFound,
    /// The call is not signed by a key this intake lists (401).
    NotAllowed,
    /// The desk failed (500).
    Internal,
    /// A code of a newer version.
    #[serde(other)]
    Unknown,
}

/// The JSON body of every refusal. `Debug` shows its code only: the sentence is whatever the other side wrote.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The code.
    pub error: RefusalCode,
    /// One sentence for a person.
    pub message: String,
    /// The limit that was passed, in bytes or counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

impl std::fmt::Debug for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[refusal {:?}]", self.error)
    }
}

impl Refusal {
    /// Reads a refusal; anything else (a proxy's page, say) is none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > 4096 {
            return None;
        }
        serde_json::from_slice(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Sha256;

    #[test]
    fn refusals_are_read_with_codes_of_newer_versions() {
        let refusal = Refusal { error: RefusalCode::TooLarge, message: "too large".into(), limit: Some(7) };
        let json = br#"{"error":"too_large","message":"too large","limit":7}"#;
        assert_eq!(serde_json::to_vec(&refusal).unwrap(), json);
        assert_eq!(Refusal::parse(json), Some(refusal));
        let newer = Refusal::parse(br#"{"error":"asleep","message":"zzz","until":"noon"}"#).unwrap();
        assert_eq!(newer, Refusal { error: RefusalCode::Unknown, message: "zzz".into(), limit: None });
        for (code, text) in [
            (RefusalCode::HashMismatch, "hash_mismatch"),
            (RefusalCode::DeadKey, "dead_key"),
            (RefusalCode::WrongOffset, "wrong_offset"),
            (RefusalCode::WrongLength, "wrong_length"),
            (RefusalCode::ChecksumMismatch, "checksum_mismatch"),
            (RefusalCode::Complete, "complete"),
            (RefusalCode::HeadTooLarge, "head_too_large"),
            (RefusalCode::TooMany, "too_many"),
            (RefusalCode::NoSpace, "no_space"),
            (RefusalCode::BadRequest, "bad_request"),
            (RefusalCode::NotFound, "not_found"),
            (RefusalCode::NotAllowed, "not_allowed"),
            (RefusalCode::Internal, "internal"),
        ] {
            assert_eq!(serde_json::to_value(code).unwrap(), text);
        }
    }

    #[test]
    fn p11_a_page_of_a_proxy_is_no_refusal() {
        let long = format!(r#"{{"error":"too_many","message":"{}"}}"#, "x".repeat(4096));
        for bytes in
            [b"".as_slice(), b"<html>", b"{}", b"{\"error\":1,\"message\":\"\"}", b"\xff", long.as_bytes()]
        {
            assert_eq!(Refusal::parse(bytes), None);
        }
    }

    #[test]
    fn objects_are_called_by_their_hash() {
        let name = "00".repeat(32);
        let hash = Sha256::from_bytes([0; 32]);
        assert_eq!(report_path(&hash), format!("/v1/reports/{name}"));
        assert_eq!(attachment_path(&hash), format!("/v1/attachments/{name}"));
        assert_eq!(mailbox_path(&crate::mailbox::MailboxAddress(hash)), format!("/v1/mailbox/{name}"));
    }
}
