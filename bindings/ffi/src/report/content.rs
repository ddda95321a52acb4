//! What a witness decides about a draft, and what else a report belongs to.

use turnstone_core::{DraftContent, WatchNote};
use turnstone_wire::{
    body::{Channel, Conditions, Relation, RelationKind, Route, Scheme, Sighting, Told, Watch},
    directory::DeskId,
    reference::Reference,
    text::{Moment, Text, Unknown},
};

/// All that a witness decides about a draft. Everything may be missing or preliminary.
#[uniffi::remote(Record)]
pub struct DraftContent {
    /// Which scheme.
    pub scheme: Scheme,
    /// How it will be sent.
    pub route: Route,
    /// To which desk; none chosen yet where empty.
    #[uniffi(default = None)]
    pub desk: Option<DeskId>,
    /// It cannot wait.
    #[uniffi(default = false)]
    pub urgent: bool,
    /// A rehearsal.
    #[uniffi(default = false)]
    pub exercise: bool,
    /// Language of the words, BCP 47.
    #[uniffi(default = "en")]
    pub language: String,
    /// What was seen. Attachment numbers in it are those of `AttachmentRow.number`.
    #[uniffi(default)]
    pub sightings: Vec<Sighting>,
    /// Earlier reports this one belongs to.
    #[uniffi(default)]
    pub relates: Vec<Relation>,
    /// The stretch of duty.
    #[uniffi(default = None)]
    pub watch: Option<Watch>,
    /// Who the witness is.
    #[uniffi(default = None)]
    pub contact: Option<Text>,
    /// An anonymous report leaves out where the witness stood unless this is set. Other routes send it.
    #[uniffi(default = false)]
    pub send_fix: bool,
    /// The sightings' times come from this device's clock and not from the witness: an anonymous report rounds them.
    #[uniffi(default = false)]
    pub when_from_clock: bool,
    /// Kept in the log, to see whether it happens again. Never of an anonymous one.
    #[uniffi(default = false)]
    pub kept: bool,
}

/// A link to an earlier report.
#[uniffi::remote(Record)]
pub struct Relation {
    /// The earlier report's label.
    pub reference: Reference,
    /// What this one does to it.
    pub kind: RelationKind,
}

/// What a report does to an earlier one.
#[uniffi::remote(Enum)]
pub enum RelationKind {
    /// Says more.
    Adds,
    /// Replaces something that was wrong.
    Corrects,
    /// Takes it back.
    Withdraws,
    /// The same subject, another time.
    SeenAgain,
}

/// A stretch of duty.
#[uniffi::remote(Record)]
pub struct Watch {
    /// The lookout, boat or airfield.
    #[uniffi(default = None)]
    pub station: Option<Text>,
    /// When it began.
    #[uniffi(default = None)]
    pub from: Option<Moment>,
    /// When it ended.
    #[uniffi(default = None)]
    pub until: Option<Moment>,
    /// Who was on it.
    #[uniffi(default)]
    pub people: Vec<Text>,
    /// Light, sea and weather on it.
    #[uniffi(default = None)]
    pub conditions: Option<Conditions>,
    /// What a newer version added; to be left as it is.
    #[uniffi(default)]
    pub unknown: Unknown,
}

/// What there is to say of a watch when it begins, or later. All of it may be missing.
#[uniffi::remote(Record)]
pub struct WatchNote {
    /// The lookout, boat or airfield.
    #[uniffi(default = None)]
    pub station: Option<Text>,
    /// Who is on it, or came.
    #[uniffi(default)]
    pub people: Vec<Text>,
    /// Light, sea and weather; what is not named stays as it was noted before.
    #[uniffi(default = None)]
    pub conditions: Option<Conditions>,
}

/// Whom the witness has told, when, and which number they gave.
#[uniffi::remote(Record)]
pub struct Told {
    /// Through what.
    pub channel: Channel,
    /// When.
    pub at: Moment,
    /// The incident or reference number the call handler gave.
    #[uniffi(default = None)]
    pub number: Option<Text>,
}

/// Through what somebody was told by voice or by hand.
#[uniffi::remote(Enum)]
pub enum Channel {
    /// The emergency call, 999.
    Emergency,
    /// The police's other number, 101.
    Police,
    /// His Majesty's Coastguard.
    Coastguard,
    /// Crimestoppers, anonymous.
    Crimestoppers,
    /// A form on the web.
    Online,
}
