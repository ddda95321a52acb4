//! What desks have answered.

use turnstone_core::view::{MessageRow, MessageView, Messages};
use turnstone_wire::{
    directory::DeskId,
    reference::Reference,
    text::{Moment, Text},
};

/// What a desk has answered.
#[uniffi::remote(Record)]
pub struct MessageView {
    /// Its number.
    pub row: MessageRow,
    /// The report it answers.
    pub reference: Reference,
    /// The desk that answered.
    pub desk: DeskId,
    /// Its name, where the directory held lists it.
    pub desk_name: Option<String>,
    /// When it was written, by the officer's clock.
    pub at: Moment,
    /// When it was fetched, by this device's clock.
    pub came: Moment,
    /// What it says.
    pub words: Text,
    /// It was shown before.
    pub read: bool,
}

/// What desks have answered.
#[uniffi::remote(Record)]
pub struct Messages {
    /// What can be shown, oldest first.
    pub messages: Vec<MessageView>,
    /// How many are kept out of sight, because no officer of the desk wrote them to this report, or newer ones came first.
    pub not_believed: u32,
    /// How many wait for a newer list of desks: whoever signed them may be in it.
    pub waiting: u32,
    /// How many cannot be read on this device any more: damaged.
    pub damaged: u32,
}
