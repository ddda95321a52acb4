//! An envelope or attachment of a report, and why it waits.

use turnstone_core::{
    ItemState, Lane, Reason,
    view::{ItemView, reason_sentence},
};
use turnstone_wire::{
    hash::Sha256,
    receipt::{ObjectKind, SignedReceipt},
    text::Moment,
};

/// On which networks something goes, and before what else.
#[uniffi::remote(Enum)]
pub enum Lane {
    /// Envelopes: on any network.
    Words,
    /// Small pictures without metadata: on any network.
    Copies,
    /// What the camera gave: on unmetered networks, or when asked for.
    Originals,
}

/// How far something has come.
#[uniffi::remote(Enum)]
pub enum ItemState {
    /// It waits to be sent.
    Waits,
    /// A desk vouches for having stored it.
    Stored,
    /// An officer vouches for having opened it.
    Opened,
    /// The desk refuses it.
    Refused,
}

/// What an object is.
#[uniffi::remote(Enum)]
pub enum ObjectKind {
    /// An envelope.
    Report,
    /// A sealed file.
    Attachment,
}

/// Why an item still waits.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReasonRow {
    /// A stable code, such as `no-connection`.
    pub code: String,
    /// The same in a sentence, in English.
    pub sentence: String,
}

impl From<&Reason> for ReasonRow {
    fn from(reason: &Reason) -> Self {
        let code = match reason {
            Reason::NoConnection => "no-connection",
            Reason::NoProxy => "no-proxy",
            Reason::NotTrusted => "not-trusted",
            Reason::DeskAsksToWait(_) => "desk-asks-to-wait",
            Reason::DeskTrouble => "desk-trouble",
            Reason::DeskObjects(_) => "desk-objects",
            Reason::LostByDesk => "lost-by-desk",
            Reason::NotTheDesk => "not-the-desk",
            Reason::ReceiptNotBelieved(_) => "receipt-not-believed",
            Reason::DeskUnlisted => "desk-unlisted",
            Reason::NotEncrypted => "not-encrypted",
            Reason::KeyDead => "key-dead",
            Reason::DeskClosed => "desk-closed",
            Reason::Refused(_) => "refused",
            Reason::Unreadable => "unreadable",
        };
        Self { code: code.to_owned(), sentence: reason_sentence(reason) }
    }
}

/// An envelope or attachment of a report.
#[derive(uniffi::Record)]
pub struct ItemRowView {
    /// Words, copy or original.
    pub lane: Lane,
    /// Of which photo of the report it is the original or the copy; none for words.
    pub photo: Option<u16>,
    /// How far it has come.
    pub state: ItemState,
    /// Bytes to send, padding included.
    pub size: u64,
    /// Bytes the desk has, as far as known.
    pub sent: u64,
    /// Envelope or attachment.
    pub kind: ObjectKind,
    /// Its name on the intake.
    pub sha256: Sha256,
    /// When the `stored` receipt came, by this device's clock.
    pub stored_at: Option<Moment>,
    /// When the `opened` receipt came, by this device's clock.
    pub opened_at: Option<Moment>,
    /// The `stored` receipt as JSON, as it was verified.
    pub stored_receipt: Option<String>,
    /// The `opened` receipt as JSON, as it was verified.
    pub opened_receipt: Option<String>,
    /// When it was sealed anew, by this device's clock.
    pub resealed_at: Option<Moment>,
    /// Why it still waits.
    pub reason: Option<ReasonRow>,
}

impl From<ItemView> for ItemRowView {
    fn from(view: ItemView) -> Self {
        #[rustfmt::skip]
        let ItemView {
            lane, photo, state, size, sent, kind, sha256, stored_at, opened_at, stored_receipt, opened_receipt,
            resealed_at, reason,
        } = view;
        let [stored_receipt, opened_receipt] = [stored_receipt, opened_receipt].map(|r| r.as_ref().map(json));
        let reason = reason.as_ref().map(ReasonRow::from);
        Self {
            lane,
            photo,
            state,
            size,
            sent,
            kind,
            sha256,
            stored_at,
            opened_at,
            stored_receipt,
            opened_receipt,
            resealed_at,
            reason,
        }
    }
}

/// A receipt as it is written down.
pub(super) fn json(receipt: &SignedReceipt) -> String {
    serde_json::to_string(receipt).unwrap_or_default()
}
