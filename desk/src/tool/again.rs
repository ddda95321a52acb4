//! Whether the intake still has what was left in mailboxes: it may have come back from a backup, or been made anew from a
//! damaged database, without some of it. The tool knows what it has left, and leaving the same again is harmless and says
//! whether it was there, so each run leaves a few again: the newest, which a backup lacks, and some others in turn.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use turnstone_wire::{hash::Sha256, mailbox::MailboxItem};

use super::{
    index::{Index, OpenedReceipt},
    source::Source,
};

/// How many of the newest, and how many others, are left again in a run: eight calls, whatever was left before.
pub(super) const EACH: usize = 4;

/// How many of a few receipts that were left the intake had lost, and has again now. One that is not reached has lost none.
pub(super) fn lost_mail(index: &Index, source: &mut dyn Source, now: DateTime<Utc>) -> usize {
    let mut left: Vec<(Sha256, &OpenedReceipt)> = index
        .receipts
        .iter()
        .flat_map(|(sha256, opened)| opened.iter().map(move |one| (*sha256, one)))
        .filter(|(_, opened)| opened.left)
        .collect();
    // Others with each minute: nothing has to be remembered for it.
    let turn = usize::try_from(now.timestamp() / 60).unwrap_or(0).wrapping_mul(EACH) % left.len().max(1);
    let mut asked: BTreeSet<Sha256> =
        left.iter().cycle().skip(turn).take(EACH.min(left.len())).map(|(sha256, _)| *sha256).collect();
    left.sort_by_key(|(_, opened)| opened.receipt.claims().ok().map(|claims| claims.at));
    asked.extend(left.iter().rev().take(EACH).map(|(sha256, _)| *sha256));
    asked
        .iter()
        .filter_map(|sha256| index.receipts.get(sha256))
        .flatten()
        .filter(|opened| was_lost(opened, source))
        .count()
}

fn was_lost(opened: &OpenedReceipt, source: &mut dyn Source) -> bool {
    let item = MailboxItem::Receipt { receipt: opened.receipt.clone() };
    let Ok(item) = serde_json::to_vec(&item) else { return false };
    source.leave(&opened.address, &item).unwrap_or(false)
}
