//! The outbox: what waits, what was delivered, and what came back. Everything a locked sender needs, and nothing that
//! opens a report.
//!
//! An item is one envelope or one attachment. It waits until a verified `stored` receipt for exactly its bytes
//! (P2); the bytes stay until an officer's `opened` receipt, or 30 days after `stored`.

mod anew;
mod copy;
mod judge;
mod mail;
mod record;
mod rows;
mod tidy;

pub use judge::Held;

pub use record::{Lane, Reason};
pub use rows::{ItemRow, ItemState, ReportRow, Upload};

pub(crate) use anew::seal_anew;
pub(crate) use copy::{Copy, SealedCopy, keep_copy};
pub(crate) use judge::{Verdict, judge, other_desk};
pub(crate) use mail::{
    MailRow, MailState, NewMail, Sealed, count_mail, keep_reply, mail_due, mail_of, set_mail, try_mail_again,
    waits_for_directory,
};
pub(crate) use record::{ItemRecord, Moved, OwnMoment, ReportRecord, Vouched};
pub(crate) use rows::{
    Item, Items, NewItem, Outgoing, apply_check, apply_item, checks_due, due_items, find_report, insert_item,
    insert_report, item, items_of, opened_by_mail, put_off, reached, report, reports, to_judge, waiting,
    wake_all, words_wait,
};
pub(crate) use tidy::{forget, move_finished, tidy};
