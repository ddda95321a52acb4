//! Submit: the one step from a draft that only this device reads to an envelope that only the desk does.

use std::collections::BTreeMap;

use rusqlite::Transaction;
use turnstone_wire::{
    attachment::AttachmentKey,
    body::{MailboxPart, Report, ReportId, Role, Told},
    directory::{Desk, Directory},
    envelope::Envelope,
    hash::Sha256,
    key::{KeyId, RecipientKey, Seal, Source},
    limits,
    mailbox::MailboxToken,
    receipt::ObjectKind,
    text::Moment,
};

use super::{
    check,
    compose::{Ingredients, compose},
    draft::{DraftBody, DraftPlace},
    note::keys_in_order,
};
use crate::{
    error::{Fault, NotSendable, Submitted},
    outbox::{self, ItemRecord, Lane, NewItem, ReportRecord, ReportRow},
    random,
    shared::Core,
    vault::{SealingKey, Uid, keep_new_key, read_door},
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

/// The secrets that are made for one report.
struct Fresh {
    id: ReportId,
    token: MailboxToken,
    reply: age::x25519::Identity,
}

impl Fresh {
    fn generate(core: &Core) -> Result<Self, Fault> {
        Ok(Self {
            id: ReportId::from_bytes(random::bytes(core.random())?),
            token: MailboxToken::from_bytes(random::bytes(core.random())?),
            reply: age::x25519::Identity::generate(),
        })
    }

    fn mailbox(&self) -> MailboxPart {
        MailboxPart { address: self.token.address(), reply_to: self.reply.to_public().to_string() }
    }
}

/// The body that would be sealed, with stand-ins for what is only made at submission.
pub(super) fn preview(core: &Core, writing: &Writing<'_>) -> Result<Report, Fault> {
    let directory = core.directory()?;
    check::content_stops(&writing.body.content, &writing.body.attachments, core.clock().wall())?;
    let desk = check::desk_for(&writing.body.content, directory.as_deref())?;
    let fresh = Fresh::generate(core)?;
    let keys = writing.body.attachments.iter().map(|_| AttachmentKey::generate()).collect();
    let report = report_of(core, writing, desk, directory.as_deref(), &fresh, keys)?;
    report.check()?;
    Ok(report)
}

/// Submits, in one transaction.
pub(super) fn submit(core: &Core, writing: &Writing<'_>) -> Result<Submitted, Fault> {
    let directory = core.directory()?;
    let checked = check::check(
        &writing.body.content,
        &writing.body.attachments,
        directory.as_deref(),
        core.clock().wall(),
    );
    if let Some(error) = checked.stops {
        return Err(error.into());
    }
    let desk = check::desk_for(&writing.body.content, directory.as_deref())?;
    let keys = keys_in_order(&writing.body.attachments, writing.attachment_keys)?;
    for attachment in &writing.body.attachments {
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
        let fresh = Fresh::generate(core)?;
        let report = report_of(core, writing, desk, directory.as_deref(), &fresh, keys.clone())?;
        let padded = zeroize::Zeroizing::new(report.to_padded_bytes()?);
        let seal_keys: Vec<RecipientKey<Seal>> = desk.recipients();
        let envelope = Envelope::seal(&padded, &seal_keys)?;
        let size = envelope.as_bytes().len() as u64;
        if size > desk.limits.report_bytes.min(limits::ENVELOPE_BYTES as u64) {
            return Err(NotSendable::TooLarge { what: "reports", limit: desk.limits.report_bytes }.into());
        }
        let row = insert_report(core, tx, &report, desk, &fresh, writing.delay_ms, sending)?;
        let named = writing.body.content.route.is_named();
        if named {
            let door = read_door(tx, &core.home, Some(sending))?;
            let contact = writing.body.content.contact.as_ref();
            outbox::keep_copy(tx, row, &padded, contact, &door, core.random())?;
        }
        let contact_keys = if report.contact.is_some() {
            desk.recipients::<Source>().iter().map(RecipientKey::id).collect()
        } else {
            Vec::new()
        };
        let keys = Keys { seal: seal_keys.iter().map(RecipientKey::id).collect(), contact: contact_keys };
        insert_items(core, tx, row, writing, envelope, keys, sending)?;
        writing.place.remove(tx, named.then_some(row))?;
        Ok(Submitted { reference: report.reference, report: row })
    })?;
    core.bell.ring_for_new();
    Ok(submitted)
}

fn report_of(
    core: &Core,
    writing: &Writing<'_>,
    desk: &Desk,
    directory: Option<&Directory>,
    fresh: &Fresh,
    keys: Vec<AttachmentKey>,
) -> Result<Report, Fault> {
    let with = Ingredients {
        id: fresh.id,
        desk,
        mailbox: fresh.mailbox(),
        told: writing.told.to_vec(),
        keys,
        now: core.clock().wall(),
        directory_sha256: directory.map(Directory::sha256),
        draft_to_submit_ms: writing.elapsed_ms,
    };
    compose(writing.body, with)
}

/// The report's row; the key that opens replies goes to the vault.
fn insert_report(
    core: &Core,
    tx: &Transaction<'_>,
    report: &Report,
    desk: &Desk,
    fresh: &Fresh,
    delay_ms: i64,
    sending: &SealingKey,
) -> Result<ReportRow, Fault> {
    use age::secrecy::ExposeSecret;
    let door = read_door(tx, &core.home, Some(sending))?;
    let reply_key = Uid::generate(core.random())?;
    keep_new_key(tx, &door, &reply_key, fresh.reply.to_string().expose_secret().as_bytes())?;
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
        delay_ms,
    };
    outbox::insert_report(tx, &record, reply_key, sending, core.random())
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
    let insert = |lane, size, media, envelope, kind, sha256: Sha256, keys: Keys| {
        let Keys { seal: keys, contact: contact_keys } = keys;
        let record = ItemRecord {
            kind,
            sha256,
            keys,
            contact_keys,
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
    insert(Lane::Words, bytes.len() as u64, None, Some(bytes), ObjectKind::Report, sha256, keys)?;
    for attachment in &writing.body.attachments {
        let lane = match attachment.role {
            Role::Copy => Lane::Copies,
            Role::Original => Lane::Originals,
        };
        let (size, sha256) = (attachment.sealed_size, attachment.sealed_sha256);
        insert(lane, size, Some(attachment.media), None, ObjectKind::Attachment, sha256, Keys::default())?;
    }
    Ok(())
}
