//! What is sealed in the outbox's rows.

use serde::{Deserialize, Serialize};
use turnstone_wire::{
    answer::RefusalCode,
    body::{ReportId, Route, Scheme},
    directory::DeskId,
    hash::Sha256,
    key::KeyId,
    receipt::{ObjectKind, SignedReceipt},
    reference::Reference,
    text::Moment,
};
use zeroize::Zeroizing;

use crate::vault::Uid;

/// Which queue an item stands in. Words go before copies, copies before originals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Envelopes: on any network.
    Words,
    /// Small pictures without metadata: on any network.
    Copies,
    /// What the camera gave: on unmetered networks, or when asked for.
    Originals,
}

/// What is known of a report once it is submitted. `Debug` hides it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ReportRecord {
    /// What a reply must name to be one to this report.
    pub(crate) id: ReportId,
    pub(crate) reference: Reference,
    pub(crate) scheme: Scheme,
    pub(crate) route: Route,
    pub(crate) exercise: bool,
    pub(crate) desk: DeskId,
    pub(crate) submitted: Moment,
    /// The mailbox's token, in hexadecimal.
    pub(crate) mailbox: Zeroizing<String>,
    /// The areas its desk answered for when it was sealed; none for everywhere.
    #[serde(default)]
    pub(crate) areas: Vec<String>,
    /// The desks it was for before, the first one first.
    #[serde(default)]
    pub(crate) moved: Vec<Moved>,
    /// For how long after submission it was chosen to wait, in milliseconds.
    #[serde(default)]
    pub(crate) delay_ms: i64,
    /// The watch it was seen on, by its random name; never of an anonymous one.
    #[serde(default)]
    pub(crate) watch: Option<Uid>,
}

/// A desk that a report was for, until it was sealed anew for another.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Moved {
    pub(crate) from: DeskId,
    /// By this device's clock.
    pub(crate) at: Moment,
    /// What that desk vouched for having stored of it.
    pub(crate) stored: Vec<Vouched>,
}

/// How far a clock may be set back before a chosen delay counts as over, in milliseconds.
const SET_BACK_MS: i64 = 10 * 60 * 1000;

/// When a report may go at the earliest, as its witness chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OwnMoment {
    /// When it was submitted, in milliseconds since 1970.
    pub(crate) from_ms: i64,
    pub(crate) delay_ms: i64,
}

impl OwnMoment {
    pub(crate) fn until_ms(self) -> i64 {
        self.from_ms.saturating_add(self.delay_ms)
    }

    /// Whether the delay is over. One that would last longer than was chosen, because the clock was set back, is; so is one that
    /// nobody chose, whatever the clock says.
    pub(crate) fn is_over(self, now_ms: i64) -> bool {
        self.delay_ms == 0 || self.is_over_since(0, now_ms)
    }

    /// Whether it could have gone for so long, in milliseconds; or so it seems by a clock that was set back.
    pub(crate) fn is_over_since(self, for_ms: i64, now_ms: i64) -> bool {
        let set_back = now_ms < self.from_ms.saturating_sub(SET_BACK_MS);
        set_back || now_ms >= self.until_ms().saturating_add(for_ms)
    }
}

impl ReportRecord {
    pub(crate) fn moment(&self) -> OwnMoment {
        OwnMoment { from_ms: self.submitted.at().timestamp_millis(), delay_ms: self.delay_ms.max(0) }
    }
}

impl std::fmt::Debug for ReportRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[record of a report]")
    }
}

/// What is known of one envelope or attachment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ItemRecord {
    pub(crate) kind: ObjectKind,
    /// Its name on the intake.
    pub(crate) sha256: Sha256,
    /// The desk keys it is sealed to; none for an attachment.
    pub(crate) keys: Vec<KeyId>,
    /// The desk keys that the contact inside it is sealed to. Not told to the intake: it need not know that there is one.
    #[serde(default)]
    pub(crate) contact_keys: Vec<KeyId>,
    /// Of which photo of the report it is the original or the copy; none for words.
    #[serde(default)]
    pub(crate) photo: Option<u16>,
    /// When it was sealed anew, by this device's clock.
    #[serde(default)]
    pub(crate) resealed: Option<Moment>,
    pub(crate) stored: Option<Vouched>,
    pub(crate) opened: Option<Vouched>,
    pub(crate) reason: Option<Reason>,
    /// How often the desk lost bytes of it that it had.
    #[serde(default)]
    pub(crate) lost: u32,
}

/// A receipt that was verified, and when it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Vouched {
    pub(crate) receipt: SignedReceipt,
    /// By this device's clock.
    pub(crate) at: Moment,
}

/// Why an item still waits, as a value a screen can put into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The desk was not reached, or the connection broke.
    NoConnection,
    /// No connection came about by the proxy that was chosen, and nothing goes around it.
    NoProxy,
    /// What answered could not prove to be the desk; nothing was sent to it.
    NotTrusted,
    /// The desk asks to wait until this moment of this device's clock.
    DeskAsksToWait(Moment),
    /// The desk has trouble of its own.
    DeskTrouble,
    /// The desk does not take it as it came, for this reason; another try may bring it there whole.
    DeskObjects(RefusalCode),
    /// The desk had some or all of it, and has it no more.
    LostByDesk,
    /// What answered is not the desk: a sign-in page, a proxy, another server.
    NotTheDesk,
    /// A receipt came that is not believed, for this reason.
    ReceiptNotBelieved(String),
    /// The directory no longer lists the desk.
    DeskUnlisted,
    /// The desk's address is not encrypted and not on this machine.
    NotEncrypted,
    /// A key it is sealed to was declared lost or compromised: it is held back.
    KeyDead,
    /// The desk has closed: nothing new goes there.
    DeskClosed,
    /// The desk refuses it.
    Refused(RefusalCode),
    /// Its sealed bytes cannot be read on this device.
    Unreadable,
}
