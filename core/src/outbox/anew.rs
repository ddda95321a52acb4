//! Sealing a report anew from its vault copy, for other keys of its desk or for another desk, in one transaction.
//!
//! The body stays as it is, byte for byte, but for the contact where that has to be sealed to other keys: so a desk that has
//! the old envelope as well knows both for one report. Attachments are sealed once and for all, under keys that travel
//! in the body: their bytes never change, and what their desk has of them counts on.

use rusqlite::Transaction;
use turnstone_wire::{
    body::Report,
    contact::SealedContact,
    directory::Desk,
    envelope::Envelope,
    key::{KeyId, RecipientKey, Seal, SealingRole, Source},
    limits,
    text::Moment,
};
use zeroize::Zeroizing;

use super::{
    copy::{Copy, SealedCopy, replace_body},
    record::{ItemRecord, Lane, Moved, ReportRecord},
    rows::{Item, Outgoing, begin_again, begin_again_with, write_report},
};
use crate::{
    error::{Fault, NotSendable},
    shared::Core,
    vault::SealingKey,
};

/// The words of a report, sealed anew.
struct Sealed {
    envelope: Envelope,
    /// The body, where it is another one.
    body: Option<Zeroizing<Vec<u8>>>,
    keys: Vec<KeyId>,
    contact_keys: Vec<KeyId>,
}

/// Seals a report anew for a desk: its own, or another one. Every item that is sent again gets another name in the store, so
/// that what a sender still under way makes of the old one changes nothing (DESIGN 6: only then is its state changed
/// here and not by `settle`).
pub(crate) fn seal_anew(
    core: &Core,
    tx: &Transaction<'_>,
    outgoing: &Outgoing,
    items: &[Item],
    desk: &Desk,
    (kept, key): &(SealedCopy, SealingKey),
) -> Result<(), Fault> {
    let (sending, random) = (core.sending()?, core.random());
    let words = items.iter().find(|item| item.lane == Lane::Words).ok_or(Fault::Sealed("the outbox"))?;
    let other_desk = desk.id != outgoing.record.desk;
    let sealed = seal_words(&kept.open(key)?, &words.record, desk, other_desk)?;
    let now = Moment::utc(core.clock().wall());
    if let Some(body) = &sealed.body {
        replace_body(tx, outgoing.row, kept, key, body, random)?;
    }
    let record = ItemRecord {
        kind: words.record.kind,
        sha256: sealed.envelope.sha256(),
        keys: sealed.keys,
        contact_keys: sealed.contact_keys,
        photo: None,
        resealed: Some(now),
        stored: None,
        opened: None,
        reason: None,
        lost: 0,
    };
    begin_again_with(tx, words, &record, sealed.envelope.as_bytes(), sending, random)?;
    if other_desk {
        let stored = items.iter().filter_map(|item| item.record.stored.clone()).collect();
        let mut record: ReportRecord = outgoing.record.clone();
        record.moved.push(Moved { from: record.desk.clone(), at: now, stored });
        record.desk = desk.id.clone();
        record.areas = desk.areas.clone();
        write_report(tx, outgoing, &record, sending, random)?;
        // One whose bytes have had their time stays with the desk that has it.
        let sendable = |item: &&Item| item.lane != Lane::Words && item.media.is_some();
        for item in items.iter().filter(sendable) {
            let record = ItemRecord { stored: None, opened: None, reason: None, ..item.record.clone() };
            begin_again(tx, item, &record, sending, random)?;
        }
    }
    Ok(())
}

/// Makes the envelope, and leaves the body as it is where that can be.
fn seal_words(copy: &Copy, words: &ItemRecord, desk: &Desk, other_desk: bool) -> Result<Sealed, Fault> {
    let seal_keys: Vec<RecipientKey<Seal>> = desk.recipients();
    let stale = other_desk || words.contact_keys.iter().any(|key| desk.is_dead(key));
    let (body, contact_keys) = if stale && !words.contact_keys.is_empty() {
        let sources: Vec<RecipientKey<Source>> = desk.recipients();
        let contact = copy.contact.as_ref().ok_or(Fault::Sealed("a copy"))?;
        let mut report = Report::parse(&copy.body).map_err(|_| Fault::Sealed("a copy"))?;
        report.contact = Some(SealedContact::seal(contact, &sources)?);
        (Some(Zeroizing::new(report.to_padded_bytes()?)), ids(&sources))
    } else {
        (None, words.contact_keys.clone())
    };
    let envelope = Envelope::seal(body.as_ref().unwrap_or(&copy.body), &seal_keys)?;
    let limit = desk.limits.report_bytes.min(limits::ENVELOPE_BYTES as u64);
    if envelope.as_bytes().len() as u64 > limit {
        return Err(NotSendable::TooLarge { what: "reports", limit }.into());
    }
    Ok(Sealed { envelope, body, keys: ids(&seal_keys), contact_keys })
}

fn ids<R: SealingRole>(keys: &[RecipientKey<R>]) -> Vec<KeyId> {
    keys.iter().map(RecipientKey::id).collect()
}
