//! Sentences that go with rows: the core's, in both languages as far as it has them.

use turnstone_almanac::words::Lang;
use turnstone_core::{ChosenDesk, Held, ItemState, Lane, Notice, view};

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
