//! What every carrier must do, whatever carries: one suite, run for each of them (`core::sync::Transport`).
//!
//! - `http`: requests of this process.
//! - `background`: requests that are written down, carried by another process while the one that asked is gone, and answered
//!   to a third.
//! - `simulated`: no requests at all; the far end is called.
//!
//! `shell.rs` is the same apartness from end to end: a report is submitted, its steps are taken out, carried and settled by
//! processes that never meet.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

mod called;
mod far;
mod rules;
mod shell;

use std::{path::Path, sync::Arc, time::Duration};

use far::Far;
use turnstone_core::sync::{Http, Patience, Transport};
use turnstone_tests::{background::Background, simulated::Simulated};

/// The program whose processes carry in the background.
pub(crate) const BACKGROUND: &str = env!("CARGO_BIN_EXE_background");

/// Something that carries, for the suite.
pub(crate) trait Carrier {
    /// One that waits as long as it is told, and can reach `far`.
    fn reaching(far: &Arc<Far>, patience: Patience) -> Arc<dyn Transport>;
}

/// In this process.
struct InProcess;

impl Carrier for InProcess {
    fn reaching(_: &Arc<Far>, patience: Patience) -> Arc<dyn Transport> {
        Arc::new(Http::with_patience(patience))
    }
}

/// In others.
struct InOthers;

impl Carrier for InOthers {
    fn reaching(_: &Arc<Far>, patience: Patience) -> Arc<dyn Transport> {
        Arc::new(Background::new(Path::new(BACKGROUND), patience))
    }
}

/// In none.
struct InNone;

impl Carrier for InNone {
    fn reaching(far: &Arc<Far>, patience: Patience) -> Arc<dyn Transport> {
        Arc::new(Simulated::new(Arc::clone(far), patience))
    }
}

/// A minute, as in real use: what does not move is played only where a rule asks for it, with another patience.
pub(crate) const PATIENT: Patience =
    Patience { connect: Duration::from_secs(30), stalled: Duration::from_secs(60) };

/// One test for each rule and carrier.
macro_rules! conformance {
    ($($rule:ident)*) => {
        conformance!(@carrier http InProcess $($rule)*);
        conformance!(@carrier background InOthers $($rule)*);
        conformance!(@carrier simulated InNone $($rule)*);
    };
    (@carrier $name:ident $carrier:ident $($rule:ident)*) => {
        mod $name {
            $(#[test]
            fn $rule() {
                crate::rules::$rule::<crate::$carrier>();
            })*
        }
    };
}

conformance! {
    one_step_is_one_request_and_its_outcome_the_answer
    headers_go_as_they_are_given_and_none_tells_who_sends
    an_attachment_goes_exactly_from_its_offset_on
    an_answer_is_an_answer_whatever_its_status
    no_redirection_is_followed
    an_answer_is_cut_at_its_limit
    an_answer_to_head_has_no_body_whatever_it_says
    an_answer_from_a_cache_is_none_to_a_question
    what_the_headers_of_an_answer_say_is_read
    headers_that_say_nothing_sensible_are_none
    a_desk_that_is_not_there_is_unreachable_and_nothing_is_repeated
    an_answer_that_breaks_off_is_a_broken_connection_and_nothing_is_repeated
    a_body_that_cannot_be_read_here_is_unreadable
    a_desk_that_stands_still_is_given_up_in_time
    steps_side_by_side_get_the_outcomes_that_are_theirs
    a_step_that_goes_apart_shares_no_connection
    a_step_that_nobody_waits_for_any_more_sends_no_more
}
