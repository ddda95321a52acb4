//! Bugs that are planted in the product's own modules, to see that the worlds find them.

use turnstone_core::simulation::{self as phone, Planted as OnPhone};
use turnstone_desk::simulation::{self as desk, Planted as AtDesk};

/// A bug, on one side or the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    Phone(OnPhone),
    Desk(AtDesk),
}

/// Every bug there is, by the name it is called on the command line, and a word of the promise that it breaks.
pub(crate) const ALL: [(&str, Bug, &[&str]); 15] = [
    ("delete-before-receipt", Bug::Phone(OnPhone::DeleteBeforeReceipt), &["P2"]),
    ("receipt-for-other-bytes", Bug::Phone(OnPhone::ReceiptForOtherBytes), &["P2"]),
    ("any-answer-is-success", Bug::Phone(OnPhone::AnyAnswerIsSuccess), &["P2"]),
    ("lane-order", Bug::Phone(OnPhone::LaneOrder), &["P10"]),
    ("copy-order", Bug::Phone(OnPhone::CopyOrder), &["P10"]),
    ("no-own-moment", Bug::Phone(OnPhone::NoOwnMoment), &["P7"]),
    ("refusal-blocks-all", Bug::Phone(OnPhone::RefusalBlocksAll), &["no progress"]),
    ("wait-is-believed", Bug::Phone(OnPhone::WaitIsBelieved), &["no progress"]),
    ("no-backoff", Bug::Phone(OnPhone::NoBackoff), &["it spins"]),
    ("loss-unnoticed", Bug::Phone(OnPhone::LossUnnoticed), &["no progress"]),
    ("creation-resets", Bug::Desk(AtDesk::CreationResets), &["P3"]),
    ("offset-before-flush", Bug::Desk(AtDesk::OffsetBeforeFlush), &["P3"]),
    ("double-count", Bug::Desk(AtDesk::DoubleCount), &["P3"]),
    ("hash-not-checked", Bug::Desk(AtDesk::HashNotChecked), &["P2", "P3"]),
    ("receipt-before-file", Bug::Desk(AtDesk::ReceiptBeforeFile), &["P2"]),
];

/// The bug that is called so.
pub(crate) fn named(name: &str) -> Option<Bug> {
    ALL.iter().find(|(known, ..)| *known == name).map(|(_, bug, _)| *bug)
}

/// Plants a bug in this thread's worlds, or takes it out.
pub(crate) fn plant(bug: Option<Bug>) {
    phone::plant(None);
    desk::plant(None);
    match bug {
        Some(Bug::Phone(bug)) => phone::plant(Some(bug)),
        Some(Bug::Desk(bug)) => desk::plant(Some(bug)),
        None => {}
    }
}
