//! What a mailbox answers.

use turnstone_wire::{limits, mailbox::MailboxAnswer};

use crate::{
    made,
    marker::{error_says_nothing, says_nothing, variants},
};

/// An answer that is read is within its limits, shows nothing of itself, and survives being written and read again.
pub fn check(data: &[u8]) {
    for bytes in variants(data) {
        match MailboxAnswer::parse(&bytes) {
            Ok(answer) => {
                says_nothing(&format!("{answer:?}"));
                assert!(answer.items.len() <= limits::MAILBOX_ITEMS);
                let written = made(serde_json::to_vec(&answer));
                assert!(MailboxAnswer::parse(&written) == Ok(answer), "an answer changes by being written");
            }
            Err(error) => error_says_nothing(&error),
        }
    }
}
