//! The outbox: what waits, what was delivered, and what came back. Everything a locked sender needs, and nothing that
//! opens a report.
//!
//! An item is one envelope or one attachment. It waits until a verified `stored` receipt for exactly its bytes
//! (P2); the bytes stay until an officer's `opened` receipt, or 30 days after `stored`.

mod anew;
mod copy;
mod daily;
mod due;
mod judge;
mod mail;
mod record;
mod rows;
mod tidy;

pub use judge::Held;

pub use record::{Lane, Reason};
pub use rows::{ItemRow, ItemState, ReportRow, Upload};

pub(crate) use anew::seal_anew;
pub(crate) use copy::{Copy, SealedCopy, is_kept_elsewhere, keep_copy};
pub(crate) use daily::{tidy_now, tidy_once_a_day};
pub(crate) use due::{apply_check, checks_due, due_items, item, put_off, reached, waiting, wake_all};
pub(crate) use judge::{Verdict, judge, other_desk};
pub(crate) use mail::{
    MailRow, MailState, NewMail, Sealed, count_mail, keep_reply, mail_due, mail_of, set_mail, try_mail_again,
    waits_for_directory,
};
pub(crate) use record::{ItemRecord, Moved, OwnMoment, ReportRecord, Vouched};
pub(crate) use rows::{
    Item, Items, NewItem, Outgoing, Reader, apply_item, count_shown, find_report, insert_item, insert_report,
    items_of, opened_by_mail, report, reports, to_judge, words_wait,
};
pub(crate) use tidy::{forget, is_vouched, move_finished, tidy};
