//! Single values that cross as text or as a number, parsed where they come in.

use turnstone_almanac::words::Lang;
use turnstone_core::{DraftRow, ItemRow, PersonRow, ReportRow, WatchRow, sync::Ticket, view::MessageRow};
use turnstone_wire::{
    body::{Route, Scheme, SignCode},
    directory::DeskId,
    hash::Sha256,
    reference::Reference,
    text::{Moment, Text, Unknown},
};

use crate::CoreError;

uniffi::custom_type!(Text, String, {
    remote,
    try_lift: |words| Ok(Text::new(words)),
    lower: |text| text.as_str().to_owned(),
});

uniffi::custom_type!(Moment, String, {
    remote,
    try_lift: |text| Moment::parse(&text).map_err(|_| CoreError::no("moment").into()),
    lower: |moment| moment.to_rfc3339(),
});

uniffi::custom_type!(Reference, String, {
    remote,
    try_lift: |text| text.parse().map_err(|_| CoreError::no("reference").into()),
    lower: |reference| reference.to_string(),
});

uniffi::custom_type!(DeskId, String, {
    remote,
    try_lift: |text| DeskId::parse(&text).map_err(|_| CoreError::no("desk-id").into()),
    lower: |desk| desk.as_str().to_owned(),
});

uniffi::custom_type!(SignCode, String, {
    remote,
    try_lift: |text| text.parse().map_err(|_| CoreError::no("sign-code").into()),
    lower: |code| code.as_str().to_owned(),
});

uniffi::custom_type!(Sha256, String, {
    remote,
    try_lift: |text| text.parse().map_err(|_| CoreError::no("sha256").into()),
    lower: |hash| hash.to_string(),
});

// What a newer version added, as JSON; empty for nothing. To be given back as it came.
uniffi::custom_type!(Unknown, String, {
    remote,
    try_lift: |json| match json.as_str() {
        "" => Ok(Unknown::default()),
        json => serde_json::from_str(json).map_err(|_| CoreError::no("unknown").into()),
    },
    lower: |unknown| match unknown.is_empty() {
        true => String::new(),
        false => serde_json::to_string(&unknown).unwrap_or_default(),
    },
});

uniffi::custom_type!(Ticket, String, {
    remote,
    try_lift: |text| text.parse().map_err(|_| CoreError::no("ticket").into()),
    lower: |ticket| ticket.to_string(),
});

uniffi::custom_type!(DraftRow, i64, { remote, try_lift: |row| Ok(DraftRow(row)), lower: |row| row.0 });
uniffi::custom_type!(ReportRow, i64, { remote, try_lift: |row| Ok(ReportRow(row)), lower: |row| row.0 });
uniffi::custom_type!(ItemRow, i64, { remote, try_lift: |row| Ok(ItemRow(row)), lower: |row| row.0 });
uniffi::custom_type!(MessageRow, i64, { remote, try_lift: |row| Ok(MessageRow(row)), lower: |row| row.0 });
uniffi::custom_type!(PersonRow, i64, { remote, try_lift: |row| Ok(PersonRow(row)), lower: |row| row.0 });
uniffi::custom_type!(WatchRow, i64, { remote, try_lift: |row| Ok(WatchRow(row)), lower: |row| row.0 });

/// A language that sentences are in.
#[uniffi::remote(Enum)]
pub enum Lang {
    /// English.
    En,
    /// Welsh.
    Cy,
}

/// One of the schemes that ask the public to look out.
#[uniffi::remote(Enum)]
pub enum Scheme {
    /// Project Kraken: boats and coast.
    Kraken,
    /// Project Pegasus: aircraft and airfields.
    Pegasus,
}

/// How a report travels, and what of the witness travels with it.
#[uniffi::remote(Enum)]
pub enum Route {
    /// To the police, with an optional contact.
    Police,
    /// The contact is sealed to other people than the words.
    Confidential,
    /// Nothing of the witness at all.
    Anonymous,
}
