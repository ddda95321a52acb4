//! What screens show: plain rows made from domain values, and the sentences that go with them. Shells choose and
//! arrange; they hold no rule and no sentence that states a fact.

mod call;
mod complete;
mod guide;
mod lock;
mod losing;
mod messages;
mod own;
mod people;
mod picture;
mod pin;
mod place;
mod route;
mod rows;
mod seen;
mod sheet;
mod sheet_words;
mod taken_over;
mod wipe_pin;
mod words;

pub use call::{emergency, said_of_draft};
pub use complete::{Question, Useful, completeness_sentence, missing, useful};
pub use guide::{
    GuideNotice, GuideRow, GuideScreen, GuideSection, guide_screen, pack_dropped_sentence,
    pack_taken_sentence,
};
pub use lock::{auto_lock_sentence, sitting_sentence};
pub use losing::{
    Losing, leaving_sentence, leaving_warning, left_lines, left_sentence, losing_lines, never_sentence,
    pin_forgotten_sentence, refused_sentence,
};
pub use messages::{MessageRow, MessageView, Messages, Reading, reading_sentence, unshown_sentence};
pub use own::{OwnPinStep, own_copy_sentence, own_pin_sentence};
pub use people::{
    changed_writer_sentences, forgotten_person_sentences, in_hand_sentence, person_name, person_row_text,
    writer_rule, writer_sentence,
};
pub use picture::{left_out, suggestion};
pub use pin::{pin_delayed_sentence, wait_text, wrong_pin_sentence};
pub use place::{
    PlaceRow, PlaceScreen, area_text, desk_reason, distance_text, no_desk_text, place_rows, place_screen,
};
pub use route::{
    ChoiceRow, ProfileStep, choice_rows, profile_lines, profile_sentence, route_name, route_question,
    signer_sentence, team_advice,
};
pub use rows::{Damaged, DraftView, ItemView, MovedView, Overview, ReportView};
pub use seen::{SeenBefore, SeenIn, seen_before_sentence};
pub use sheet::{Sheet, SheetReport, WatchView};
pub use sheet_words::{sheet_text, watch_row_text};
pub use taken_over::taken_over_sentences;
pub use wipe_pin::{WipePinStep, wipe_pin_explained, wipe_pin_sentence};
pub use words::{held_sentence, lane_name, mended_sentence, notice_sentence, reason_sentence, state_phrase};

pub(crate) use rows::Known;
