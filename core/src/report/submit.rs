//! Submit: the one step from a draft that only this device reads to an envelope that only the desk does.

use std::collections::BTreeMap;

use rusqlite::Transaction;
use turnstone_wire::{
    attachment::AttachmentKey,
    body::{Role, Told},
    envelope::Envelope,
    hash::Sha256,
    key::{KeyId, RecipientKey, Seal, Source},
    limits,
    receipt::ObjectKind,
    text::Moment,
};

use super::{
    check,
    desk::desk_for,
    draft::{DraftBody, DraftPlace},
    prepare::{Prepared, prepare},
    team,
};
use crate::{
    error::{Fault, NotSendable, Submitted},
    outbox::{self, ItemRecord, Lane, NewItem, ReportRecord, ReportRow},
    people::copies,
    shared::Core,
    vault::{Door, SealingKey, Uid, keep_new_key},
};

/// A draft with all that is needed to submit it.
pub(super) struct Writing<'a> {
    pub(super) place: &'a DraftPlace,
    pub(super) body: &'a DraftBody,
    pub(super) attachment_keys: &'a BTreeMap<Uid, AttachmentKey>,
    pub(super) told: &'a [Told],
    pub(super) elapsed_ms: Option<u64>,
    /// For how long it is not to be sent, in milliseconds.
    pub(super) delay_ms: i64,
}

/// Submits, in one transaction: what was shown, to the byte, or where nothing was shown, what would have been.
pub(super) fn submit(
    core: &Core,
    writing: &Writing<'_>,
    shown: Option<Prepared>,
) -> Result<Submitted, Fault> {
    let standing = core.standing()?;
    let (directory, places) = (standing.directory.as_deref(), core.places());
    team::stops(&writing.body.content, standing.team.as_deref())?;
    let now = core.clock().wall();
    let checked = check::check(writing.body, directory, &places, now);
    if let Some(error) = checked.stops {
        return Err(error.into());
    }
    let prepared = match shown {
        Some(shown) => {
            let desk = desk_for(&writing.body.content, directory, &places)?;
            shown.is_current(writing, desk, directory, now)?;
            shown
        }
        None => prepare(core, writing, &standing)?,
    };
    for attachment in writing.body.sent() {
        // Found out while the draft is still there, and another photo can be added.
        if core.media.sha256(attachment.media)? != attachment.sealed_sha256 {
            return Err(Fault::Sealed("a photo"));
        }
    }
    // Before the store is held: the key store may be slow.
    let sending = core.sending()?;
    let submitted = core.words.write(|tx| {
        // First of all, so that of two programs that submit one draft the second finds none.
        writing.place.still_there(tx)?;
        let (desk, report) = (prepared.desk(), prepared.report());
        let seal_keys: Vec<RecipientKey<Seal>> = desk.recipients();
        let envelope = Envelope::seal(prepared.bytes(), &seal_keys)?;
        let size = envelope.as_bytes().len() as u64;
        if size > desk.limits.report_bytes.min(limits::ENVELOPE_BYTES as u64) {
            return Err(NotSendable::TooLarge { what: "reports", limit: desk.limits.report_bytes }.into());
        }
        let route = writing.body.content.route;
        let kept = copies::keeping(tx, core, (writing.place.row, route), standing.team.is_some(), sending)?;
        let row = insert_report(core, tx, &prepared, writing, (&kept.door, sending))?;
        if kept.copy {
            let contact = writing.body.content.contact.as_ref();
            outbox::keep_copy(tx, row, prepared.bytes(), contact, &kept.door, core.random())?;
        }
        let contact_keys = if report.contact.is_some() {
            desk.recipients::<Source>().iter().map(RecipientKey::id).collect()
        } else {
            Vec::new()
        };
        let keys = Keys { seal: seal_keys.iter().map(RecipientKey::id).collect(), contact: contact_keys };
        insert_items(core, tx, row, writing, envelope, keys, sending)?;
        writing.place.remove(tx, route.is_named().then_some(row))?;
        Ok(Submitted { reference: report.reference, report: row })
    })?;
    if writing.body.sent().count() < writing.body.attachments.len() {
        // What the route leaves here is named no more, and its keys are ended.
        core.media.sweep(&core.words).unwrap_or_default();
    }
    core.bell.ring_for_new();
    Ok(submitted)
}

/// The report's row; the key that opens replies goes to the vault.
fn insert_report(
    core: &Core,
    tx: &Transaction<'_>,
    prepared: &Prepared,
    Writing { delay_ms, body: DraftBody { watch, .. }, .. }: &Writing<'_>,
    (door, sending): (&Door, &SealingKey),
) -> Result<ReportRow, Fault> {
    use age::secrecy::ExposeSecret;
    let (report, desk, fresh) = (prepared.report(), prepared.desk(), &prepared.fresh);
    let reply_key = Uid::generate(core.random())?;
    keep_new_key(tx, door, &reply_key, fresh.reply.to_string().expose_secret().as_bytes())?;
    let record = ReportRecord {
        id: report.id,
        reference: report.reference,
        scheme: report.scheme,
        route: report.route,
        exercise: report.exercise,
        desk: desk.id.clone(),
        submitted: Moment::utc(core.clock().wall()),
        mailbox: fresh.token.to_secret_text(),
        areas: desk.areas.clone(),
        moved: Vec::new(),
        delay_ms: *delay_ms,
        watch: watch.filter(|_| report.route.is_named()),
    };
    outbox::insert_report(tx, &record, (door.vault(), reply_key), sending, core.random())
}

/// The desk keys that words, and the contact in them, are sealed to.
#[derive(Default)]
struct Keys {
    seal: Vec<KeyId>,
    contact: Vec<KeyId>,
}

fn insert_items(
    core: &Core,
    tx: &Transaction<'_>,
    row: ReportRow,
    writing: &Writing<'_>,
    envelope: Envelope,
    keys: Keys,
    sending: &SealingKey,
) -> Result<(), Fault> {
    let insert = |lane, size, media, envelope, sha256: Sha256, photo, keys: Keys| {
        let Keys { seal: keys, contact: contact_keys } = keys;
        let record = ItemRecord {
            kind: if lane == Lane::Words { ObjectKind::Report } else { ObjectKind::Attachment },
            sha256,
            keys,
            contact_keys,
            photo,
            resealed: None,
            stored: None,
            opened: None,
            reason: None,
            lost: 0,
        };
        outbox::insert_item(
            tx,
            row,
            &NewItem { lane, size, media, envelope },
            &record,
            sending,
            core.random(),
        )
    };
    let sha256 = envelope.sha256();
    let bytes = envelope.into_bytes();
    insert(Lane::Words, bytes.len() as u64, None, Some(bytes), sha256, None, keys)?;
    for attachment in writing.body.sent() {
        let lane = match attachment.role {
            Role::Copy => Lane::Copies,
            Role::Original => Lane::Originals,
        };
        let (size, sha256) = (attachment.sealed_size, attachment.sealed_sha256);
        let (media, photo) = (Some(attachment.media), Some(attachment.number));
        insert(lane, size, media, None, sha256, photo, Keys::default())?;
    }
    Ok(())
}
