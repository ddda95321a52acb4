//! Sentences that go with rows: the core's, in both languages as far as it has them.

use turnstone_almanac::words::Lang;
use turnstone_core::{
    AutoLock, ChosenDesk, Held, ItemState, Lane, Notice,
    view::{self, Messages, OwnPinStep, WipePinStep},
};
use turnstone_wire::{body::Route, text::Text};

/// The name of a lane, in English.
#[uniffi::export]
pub fn lane_name(lane: Lane) -> String {
    view::lane_name(lane).to_owned()
}

/// What a state means to the witness, in English.
#[uniffi::export]
pub fn state_phrase(state: ItemState) -> String {
    view::state_phrase(state).to_owned()
}

/// Why a report stays here, and what its witness can do, in English.
#[uniffi::export]
pub fn held_sentence(held: Held) -> String {
    view::held_sentence(held).to_owned()
}

/// Something worth saying before sending.
#[uniffi::export]
pub fn notice_sentence(notice: Notice, lang: Lang) -> String {
    view::notice_sentence(notice, lang)
}

/// Why a desk was chosen.
#[uniffi::export]
pub fn desk_reason(desk: ChosenDesk, lang: Lang) -> String {
    view::desk_reason(&desk, lang)
}

/// That a PIN was wrong, how many were in a row, and when the next is tried where that is not at once.
#[uniffi::export]
pub fn wrong_pin_sentence(attempts: u32, wait_ms: u64, lang: Lang) -> String {
    view::wrong_pin_sentence(attempts, wait_ms, lang)
}

/// That no PIN is tried for now, be it the right one, and what goes on meanwhile.
#[uniffi::export]
pub fn pin_delayed_sentence(wait_ms: u64, lang: Lang) -> String {
    view::pin_delayed_sentence(wait_ms, lang)
}

/// What a lock means between two sittings.
#[uniffi::export]
pub fn sitting_sentence(lang: Lang) -> String {
    view::sitting_sentence(lang)
}

/// The name of a route.
#[uniffi::export]
pub fn route_name(route: Route, lang: Lang) -> String {
    view::route_name(route, lang)
}

/// After how many minutes without use an app that shows a home locks itself, and what goes on.
#[uniffi::export]
pub fn auto_lock_sentence(minutes: u8, lang: Lang) -> Option<String> {
    AutoLock::of_minutes(minutes).map(|after| view::auto_lock_sentence(after, lang))
}

/// How long that is, as people say it.
#[uniffi::export]
pub fn wait_text(wait_ms: u64, lang: Lang) -> String {
    view::wait_text(wait_ms, lang)
}

/// That a PIN was forgotten.
#[uniffi::export]
pub fn pin_forgotten_sentence(lang: Lang) -> String {
    view::pin_forgotten_sentence(lang)
}

/// What somebody must have read before they choose a wipe PIN, a sentence or two each.
#[uniffi::export]
pub fn wipe_pin_explained(lang: Lang) -> Vec<String> {
    view::wipe_pin_explained(lang)
}

/// A step in the life of a wipe PIN.
#[uniffi::remote(Enum)]
pub enum WipePinStep {
    /// It was set, perhaps in place of another one.
    Set,
    /// It was taken away.
    Removed,
    /// There is none.
    None,
    /// It ended with the PIN.
    Ended,
}

/// What became of the wipe PIN.
#[uniffi::export]
pub fn wipe_pin_sentence(step: WipePinStep, lang: Lang) -> String {
    view::wipe_pin_sentence(step, lang)
}

/// What became of a person's own PIN.
#[uniffi::remote(Enum)]
pub enum OwnPinStep {
    /// They have one now.
    Set,
    /// Another one stands.
    Changed,
    /// It is to end: what is lost follows.
    BeforeEnd,
    /// It has ended.
    Ended,
}

/// One of the sentences about a person's own PIN.
#[uniffi::export]
pub fn own_pin_sentence(step: OwnPinStep, name: Text, lang: Lang) -> String {
    view::own_pin_sentence(step, name.as_str(), lang)
}

/// In whose hand a note is.
#[uniffi::export]
pub fn in_hand_sentence(writer: Text, lang: Lang) -> String {
    view::in_hand_sentence(&writer, lang)
}

/// What there is to say of messages that are not shown, in English; none where all are.
#[uniffi::export]
pub fn unshown_sentence(messages: Messages) -> Option<String> {
    view::unshown_sentence(&messages)
}

/// That the last report of a home that was being left is gone, and the home with it.
#[uniffi::export]
pub fn left_sentence(lang: Lang) -> String {
    view::left_sentence(lang)
}

/// That desks refused something of a home that is being left.
#[uniffi::export]
pub fn refused_sentence(things: u32, lang: Lang) -> String {
    view::refused_sentence(things, lang)
}

/// That reports were ended which could never go.
#[uniffi::export]
pub fn never_sentence(reports: u32, lang: Lang) -> String {
    view::never_sentence(reports, lang)
}
