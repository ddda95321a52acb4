//! Mailboxes: where `opened` receipts wait. Asked along with sending, for named reports only; an anonymous report's
//! mailbox is asked when its witness asks, never by itself (DESIGN 4).

use std::{collections::BTreeSet, sync::Mutex};

use futures_util::{StreamExt, stream};
use turnstone_wire::{
    directory::{DeskId, KeyRefused},
    key::Officer,
    mailbox::{MailboxAnswer, MailboxItem, MailboxToken},
    receipt::{Object, Receipt, ReceiptError, SignedReceipt},
    text::Moment,
};

use super::{
    driver::Sender,
    step::{Outcome, mailbox_step},
};
use crate::{
    error::Fault,
    outbox::{self, ItemState, Outgoing, ReportRow, Vouched},
    shared::Core,
};

/// Most mailboxes asked at once.
const AT_ONCE: usize = 32;

/// Asks the mailbox of each named report that has something stored and not yet opened, but for those stored in this very
/// run: nobody reads that fast. Returns how many `opened` receipts were taken, and whether a desk answered.
pub(super) async fn ask(sender: &Sender, just_stored: BTreeSet<ReportRow>) -> Result<(u32, bool), Fault> {
    let due = sender
        .on_store(|core| {
            let sending = core.sending()?;
            core.words.read(|conn| outbox::mail_due(conn, sending))
        })
        .await?;
    let due = due.into_iter().filter(|outgoing| outgoing.record.route.is_named());
    let due = due.filter(move |outgoing| !just_stored.contains(&outgoing.row));
    let silent = Mutex::new(BTreeSet::new());
    let is_silent = |desk: &DeskId| silent.lock().is_ok_and(|silent| silent.contains(desk));
    let mut answers = stream::iter(due)
        .map(|outgoing| async {
            let desk = outgoing.record.desk.clone();
            // A desk that did not answer just now will not answer for the next report either.
            if is_silent(&desk) {
                return Ok(None);
            }
            let answer = ask_one(sender, outgoing).await?;
            if answer.is_none()
                && let Ok(mut silent) = silent.lock()
            {
                silent.insert(desk);
            }
            Ok::<_, Fault>(answer)
        })
        .buffer_unordered(AT_ONCE);
    let (mut opened, mut reached) = (0, false);
    while let Some(answer) = answers.next().await {
        if let Some(receipts) = answer? {
            opened += receipts;
            reached = true;
        }
    }
    Ok((opened, reached))
}

/// Asks one mailbox. `None`: nobody answered.
async fn ask_one(sender: &Sender, outgoing: Outgoing) -> Result<Option<u32>, Fault> {
    let desk_id = outgoing.record.desk.clone();
    let Some(token) = MailboxToken::parse(&outgoing.record.mailbox) else {
        return Err(Fault::Sealed("the outbox"));
    };
    let step = sender
        .on_store(move |core| {
            let directory = core.directory()?;
            let desk = directory.as_deref().and_then(|directory| directory.desk(&desk_id));
            Ok(desk.and_then(|desk| mailbox_step(desk, &token, false).ok()))
        })
        .await?;
    let Some(step) = step else { return Ok(Some(0)) };
    let Outcome::Answer { status, body, .. } = sender.transport().carry(step, sender.bodies()).await else {
        return Ok(None);
    };
    let answer = if status == 200 { MailboxAnswer::parse(&body).ok() } else { None };
    let receipts: Vec<SignedReceipt> = answer
        .into_iter()
        .flat_map(|answer| answer.items)
        .filter_map(|item| match item {
            MailboxItem::Receipt { receipt } => Some(receipt),
            MailboxItem::Reply { .. } | MailboxItem::Unknown => None,
        })
        .collect();
    if receipts.is_empty() {
        return Ok(Some(0));
    }
    let desk = outgoing.record.desk.clone();
    let (taken, unlisted) = sender.on_store(move |core| take_receipts(core, &outgoing, &receipts)).await?;
    if unlisted && let Some(directory) = sender.on_store(|core| core.directory()).await? {
        // An officer's key that the directory held does not list: a newer one may, and the next time believes it.
        sender.fetch_directory(&directory, &desk, false).await?;
    }
    Ok(Some(taken))
}

/// Takes the receipts that verify for what is stored; how many, and whether one is by a key that is not listed.
fn take_receipts(core: &Core, outgoing: &Outgoing, receipts: &[SignedReceipt]) -> Result<(u32, bool), Fault> {
    let directory = core.directory()?;
    let Some(desk) = directory.as_deref().and_then(|directory| directory.desk(&outgoing.record.desk)) else {
        return Ok((0, false));
    };
    let sending = core.sending()?;
    let (taken, unlisted) = core.words.write(|tx| {
        let (mut taken, mut unlisted) = (0, false);
        for mut item in outbox::items_of(tx, outgoing, sending, None)?.readable {
            if item.state != ItemState::Stored {
                continue;
            }
            let object = Object { kind: item.record.kind, sha256: item.record.sha256, size: item.size };
            for receipt in receipts {
                let verified: Result<Receipt<Officer>, _> = receipt.verify(&object, desk);
                unlisted |= matches!(verified, Err(ReceiptError::Key(KeyRefused::Unlisted)));
                if verified.is_ok() {
                    let at = Moment::utc(core.clock().wall());
                    let vouched = Vouched { receipt: receipt.clone(), at };
                    outbox::opened_by_mail(tx, &mut item, vouched, sending, core.random())?;
                    taken += 1;
                    break;
                }
            }
        }
        Ok((taken, unlisted))
    })?;
    if taken > 0 {
        core.media.sweep(&core.words)?;
    }
    Ok((taken, unlisted))
}
