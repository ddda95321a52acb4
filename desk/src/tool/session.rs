//! One run of `open`: what is new is opened, what was missing is added, what is open stays.

use std::{collections::BTreeMap, io::Read, path::Path};

use serde::Serialize;
use turnstone_wire::{
    body::{AttachmentPart, Report, Scheme},
    envelope::{self, OpenError},
    hash::Sha256,
    key::{DeskIdentity, Officer, Seal, SigningKey, Source as SourceRole},
    limits,
    mailbox::MailboxItem,
    receipt::{Object, ObjectKind, SignedReceipt},
    reference::Reference,
};

use super::{
    again,
    filed::{self, NotBrought},
    index::{self, Filed, Index, OpenedReceipt},
    media, replies,
    source::{Listed, Source, SourceError},
};
use crate::{clock::Clock, failure::Failure, home::DeskConfig};

/// The kind of a problem with a receipt, not with an object.
pub(super) const RECEIPT: &str = "receipt";
/// The kind of a problem with a reply.
pub(super) const REPLY: &str = "reply";
/// New reports after which the index is written, so that a kill costs little and a crowd costs no more.
const SAVE_EVERY: usize = 64;

/// What an officer opens and signs with.
pub(super) struct OfficerKeys {
    pub(super) desk: DeskConfig,
    pub(super) seal: Vec<DeskIdentity<Seal>>,
    pub(super) source: Vec<DeskIdentity<SourceRole>>,
    pub(super) officer: SigningKey<Officer>,
}

/// What came of a run.
#[derive(Debug, Default, Serialize)]
pub(super) struct Outcome {
    /// Reports opened now.
    pub(super) opened: Vec<OpenedReport>,
    /// Reports that were open before.
    pub(super) already_open: Vec<OpenBefore>,
    /// Attachments added now to reports that were open before.
    pub(super) added: Vec<Place>,
    /// Folders whose `report.json` was damaged and is now as it came.
    pub(super) mended: Vec<String>,
    /// Attachments that reports promise and that have not arrived, or not whole.
    pub(super) still_missing: Vec<Place>,
    /// What could not be opened or left, and why.
    pub(super) problems: Vec<Problem>,
    /// `opened` receipts left in mailboxes now.
    pub(super) receipts_left: usize,
    /// Replies left now that could not be left when they were written.
    pub(super) replies_left: usize,
}

/// A report opened now.
#[derive(Debug, Serialize)]
pub(super) struct OpenedReport {
    pub(super) reference: Reference,
    pub(super) folder: String,
    pub(super) envelope: Sha256,
    pub(super) scheme: Scheme,
    pub(super) urgent: bool,
    pub(super) exercise: bool,
    /// How many photos, films and recordings it has, arrived or not: an original and its copy are one.
    pub(super) photos: usize,
    pub(super) attachments: Vec<String>,
    /// Other folders with another body under the same identity: somebody is wrong, or lies.
    pub(super) same_id: Vec<String>,
}

/// A report that was open before.
#[derive(Debug, Serialize)]
pub(super) struct OpenBefore {
    pub(super) folder: String,
    pub(super) envelope: Sha256,
}

/// An attachment of a report.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    pub(super) folder: String,
    pub(super) attachment: String,
}

/// Something that could not be opened, or a receipt that could not be left, by its type.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    pub(super) kind: &'static str,
    pub(super) sha256: Sha256,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

impl Problem {
    fn new(object: &Object, reason: &'static str, message: impl ToString) -> Self {
        Self { kind: object.kind.name(), sha256: object.sha256, reason, message: message.to_string() }
    }

    fn not_opened(object: &Object, error: &OpenError) -> Self {
        let reason = match error {
            OpenError::Header(_) => "bad_header",
            OpenError::NotForThisKey => "not_for_this_key",
            OpenError::Damaged => "damaged",
            OpenError::TooLarge { .. } => "too_large",
            OpenError::Body(_) => "not_a_report",
            OpenError::Mismatch(_) => "mismatch",
            OpenError::Io(_) => "not_read",
        };
        Self::new(object, reason, error)
    }

    fn not_read(object: &Object, error: &SourceError) -> Self {
        let reason = if matches!(error, SourceError::Gone) { "gone" } else { "not_read" };
        Self::new(object, reason, error)
    }
}

/// A body without the spaces it was padded with.
fn unpadded(body: &[u8]) -> &[u8] {
    &body[..body.iter().rposition(|&b| b != b' ').map_or(0, |last| last + 1)]
}

/// One run.
pub(super) struct Session<'a> {
    out: &'a Path,
    keys: &'a OfficerKeys,
    source: &'a mut dyn Source,
    clock: &'a dyn Clock,
    index: Index,
    /// Attachments that have arrived, with their sizes.
    arrived: BTreeMap<Sha256, u64>,
    outcome: Outcome,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        out: &'a Path,
        keys: &'a OfficerKeys,
        source: &'a mut dyn Source,
        clock: &'a dyn Clock,
    ) -> Result<Self, Failure> {
        filed::prepare(out)?;
        let index = Index::read(out)?;
        Ok(Self { out, keys, source, clock, index, arrived: BTreeMap::new(), outcome: Outcome::default() })
    }

    /// Opens everything; `step` is told how many of how many are done.
    pub(super) fn run(mut self, step: &mut dyn FnMut(usize, usize)) -> Result<(Outcome, Index), Failure> {
        let (reports, attachments): (Vec<Listed>, Vec<Listed>) =
            self.source.objects()?.into_iter().partition(|listed| listed.kind == ObjectKind::Report);
        self.arrived = attachments.iter().map(|listed| (listed.sha256, listed.size)).collect();
        for folder in std::mem::take(&mut self.index.stale) {
            self.rewrite_words(&folder)?;
        }
        let mut saved = 0;
        for (done, listed) in reports.iter().enumerate() {
            step(done, reports.len());
            let object = listed.object();
            match self.index.envelopes.get(&object.sha256).cloned() {
                Some(folder) => self.revisit(&folder, &object)?,
                None => self.open(&object)?,
            }
            if self.outcome.opened.len() >= saved + SAVE_EVERY {
                self.index.write(self.out)?;
                saved = self.outcome.opened.len();
            }
        }
        step(reports.len(), reports.len());
        self.sign_anew();
        // Signed receipts are on the disk before they are left, so that a second attempt leaves the same ones.
        self.index.write(self.out)?;
        let lost = again::lost_mail(&self.index, self.source, self.clock.now());
        self.outcome.receipts_left += lost;
        if lost > 0 {
            self.index.receipts.values_mut().flatten().for_each(|opened| opened.left = false);
        }
        self.leave_receipts()?;
        self.leave_replies(lost > 0);
        Ok((self.outcome, self.index))
    }

    /// A report that is open already: only its attachments may have come along, or the key to its contact.
    fn revisit(&mut self, folder: &str, object: &Object) -> Result<(), Failure> {
        self.outcome.already_open.push(OpenBefore { folder: folder.to_owned(), envelope: object.sha256 });
        if self.index.damaged.contains(folder) && self.mend(folder, object)? {
            self.index.damaged.remove(folder);
        }
        let path = self.out.join(folder);
        let Some((_, report)) = index::read_report(&path) else { return Ok(()) };
        let waits = self.index.folders.get(folder).is_some_and(|filed| {
            let whole = |part| {
                let name = filed.done.get(&media::stem(part));
                name.is_none_or(|name| filed::is_whole(&path.join(name), part))
            };
            !filed.checked
                || !filed.missing.is_empty()
                || !report.attachments.iter().all(whole)
                || (filed.contact_sealed && !self.keys.source.is_empty())
        });
        if waits {
            self.open_contact(folder, &report)?;
            let added = self.bring_attachments(folder, &report)?;
            let place = |attachment| Place { folder: folder.to_owned(), attachment };
            self.outcome.added.extend(added.into_iter().map(place));
        }
        Ok(())
    }

    /// Writes a damaged `report.json` again, where this is the envelope it came in.
    fn mend(&mut self, folder: &str, object: &Object) -> Result<bool, Failure> {
        let opened = match self.unseal(object) {
            Ok(opened) => opened,
            Err(problem) => {
                self.outcome.problems.push(problem);
                return Ok(false);
            }
        };
        let body = unpadded(&opened.body);
        let came_in_it = self.index.folders.get(folder).is_some_and(|filed| filed.body == Sha256::of(body));
        if came_in_it {
            filed::rewrite_body(self.out, folder, body)?;
            self.rewrite_words(folder)?;
            self.outcome.mended.push(folder.to_owned());
        }
        Ok(came_in_it)
    }

    /// Opens an envelope that the index does not know.
    fn open(&mut self, object: &Object) -> Result<(), Failure> {
        let opened = match self.unseal(object) {
            Ok(opened) => opened,
            Err(problem) => {
                self.outcome.problems.push(problem);
                return Ok(());
            }
        };
        let report = opened.report;
        let body = unpadded(&opened.body);
        let hash = Sha256::of(body);
        let known = self.index.folder_of(&report, &hash).map(str::to_owned);
        let folder = match &known {
            // The same words sealed anew, or a folder whose index was lost. Each envelope gets its receipt, so that either
            // state of the phone comes to its end.
            Some(folder) => folder.clone(),
            None => self.file_new(&report, body, hash)?,
        };
        self.index.envelopes.insert(object.sha256, folder.clone());
        self.sign_receipt(&report, object);
        if known.is_some() {
            self.open_contact(&folder, &report)?;
            self.take_newer_contact(&folder, body, hash)?;
        }
        let added = self.bring_attachments(&folder, &report)?;
        if known.is_some() {
            self.outcome.already_open.push(OpenBefore { folder: folder.clone(), envelope: object.sha256 });
            let place = |attachment| Place { folder: folder.clone(), attachment };
            self.outcome.added.extend(added.into_iter().map(place));
        } else {
            let same_id = self.index.folders.get(&folder).map(|filed| filed.same_id.clone());
            self.outcome.opened.push(OpenedReport {
                reference: report.reference,
                folder,
                envelope: object.sha256,
                scheme: report.scheme,
                urgent: report.urgent,
                exercise: report.exercise,
                photos: media::count(&report.attachments),
                attachments: added,
                same_id: same_id.unwrap_or_default(),
            });
        }
        Ok(())
    }

    fn unseal(&mut self, object: &Object) -> Result<envelope::Opened, Problem> {
        let mut bytes = Vec::new();
        let limit = limits::ENVELOPE_BYTES as u64;
        let reader = self.source.read(object).map_err(|error| Problem::not_read(object, &error))?;
        let read = reader.take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| Problem::new(object, "not_read", error))?;
        if bytes.len() as u64 <= limit && Sha256::of(&bytes) != object.sha256 {
            return Err(Problem::new(object, "wrong_name", "its bytes do not match its name"));
        }
        envelope::open(&bytes, &self.keys.seal).map_err(|error| Problem::not_opened(object, &error))
    }

    fn file_new(&mut self, report: &Report, body: &[u8], hash: Sha256) -> Result<String, Failure> {
        let folder = self.index.new_folder(self.out, report, &hash);
        let contact = report.contact.as_ref().and_then(|sealed| sealed.open(&self.keys.source).ok());
        let filed = Filed {
            id: report.id,
            body: hash,
            but_for_contact: index::but_for_contact(report),
            done: BTreeMap::new(),
            missing: report.attachments.iter().map(media::stem).collect(),
            same_id: Vec::new(),
            checked: false,
            contact_sealed: report.contact.is_some() && contact.is_none(),
        };
        self.index.folders.insert(folder.clone(), filed);
        self.index.flag_same_ids();
        let Some(filed) = self.index.folders.get(&folder) else { return Ok(folder) };
        filed::write_new(
            self.out,
            &folder,
            report,
            body,
            filed,
            contact.as_ref().map(|contact| contact.as_str()),
        )?;
        for other in filed.same_id.clone() {
            self.rewrite_words(&other)?;
        }
        Ok(folder)
    }

    /// Opens a contact that could not be opened before, if its key is there now.
    fn open_contact(&mut self, folder: &str, report: &Report) -> Result<(), Failure> {
        let Some(filed) = self.index.folders.get_mut(folder) else { return Ok(()) };
        if !filed.contact_sealed {
            return Ok(());
        }
        let contact = report.contact.as_ref().and_then(|sealed| sealed.open(&self.keys.source).ok());
        if let Some(contact) = &contact {
            filed::write_contact(self.out, folder, contact.as_str())?;
            filed::rewrite_words(self.out, folder, report, filed)?;
        }
        filed.contact_sealed = report.contact.is_some() && contact.is_none();
        Ok(())
    }

    /// Where a contact came sealed anew and neither opens yet, the newer one is kept: its key may be on its way.
    fn take_newer_contact(&mut self, folder: &str, body: &[u8], hash: Sha256) -> Result<(), Failure> {
        match self.index.folders.get_mut(folder) {
            Some(filed) if filed.contact_sealed && filed.body != hash => {
                filed::rewrite_body(self.out, folder, body)?;
                filed.body = hash;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn rewrite_words(&self, folder: &str) -> Result<(), Failure> {
        match (self.index.folders.get(folder), index::read_report(&self.out.join(folder))) {
            (Some(filed), Some((_, report))) => filed::rewrite_words(self.out, folder, &report, filed),
            _ => Ok(()),
        }
    }

    /// Brings in what has arrived, and returns the names of what is new.
    fn bring_attachments(&mut self, folder: &str, report: &Report) -> Result<Vec<String>, Failure> {
        let Some(before) = self.index.folders.get(folder).cloned() else { return Ok(Vec::new()) };
        let mut filed = Filed { done: BTreeMap::new(), missing: Vec::new(), checked: true, ..before.clone() };
        let mut added = Vec::new();
        for part in &report.attachments {
            let stem = media::stem(part);
            match self.present(folder, &before, part) {
                Some(name) => {
                    filed.done.insert(stem, name);
                }
                None => match self.bring(folder, report, part)? {
                    Some(name) => {
                        added.push(name.clone());
                        filed.done.insert(stem, name);
                    }
                    None => {
                        let place = Place { folder: folder.to_owned(), attachment: stem.clone() };
                        self.outcome.still_missing.push(place);
                        filed.missing.push(stem);
                    }
                },
            }
            if filed.done.contains_key(&media::stem(part)) {
                let holder = self.index.attachments.entry(part.sealed_sha256);
                holder.or_insert_with(|| folder.to_owned());
                let object = Object {
                    kind: ObjectKind::Attachment,
                    sha256: part.sealed_sha256,
                    size: part.sealed_size,
                };
                self.sign_receipt(report, &object);
            }
        }
        if filed.done != before.done || filed.missing != before.missing {
            filed::rewrite_words(self.out, folder, report, &filed)?;
        }
        self.index.folders.insert(folder.to_owned(), filed);
        Ok(added)
    }

    /// The name of an attachment that is there.
    fn present(&self, folder: &str, filed: &Filed, part: &AttachmentPart) -> Option<String> {
        let path = self.out.join(folder);
        match filed.done.get(&media::stem(part)) {
            Some(name) if filed::is_whole(&path.join(name), part) => Some(name.clone()),
            _ if !filed.checked => filed::find(&path, part),
            _ => None,
        }
    }

    /// Brings one attachment in; none where it has not arrived or is not what the report says.
    fn bring(
        &mut self,
        folder: &str,
        report: &Report,
        part: &AttachmentPart,
    ) -> Result<Option<String>, Failure> {
        let object =
            Object { kind: ObjectKind::Attachment, sha256: part.sealed_sha256, size: part.sealed_size };
        let Some(size) = self.arrived.get(&object.sha256) else { return Ok(None) };
        let twice =
            report.attachments.iter().filter(|other| other.sealed_sha256 == part.sealed_sha256).count() > 1;
        let problem = if twice {
            // One file under many names would fill the officer's disk from little.
            Problem::new(&object, "repeated", "the report lists one file as several attachments")
        } else if let Some(other) =
            self.index.attachments.get(&object.sha256).filter(|other| *other != folder)
        {
            // The same under many references: two phones with one home folder, or somebody who lies.
            if let Some(name) = self.link_from(other, folder, part) {
                return Ok(Some(name));
            }
            Problem::new(&object, "repeated", format_args!("{other} holds this very file as its own"))
        } else if *size != part.sealed_size {
            Problem::new(&object, "mismatch", "its size is not what the report says")
        } else {
            match self.source.read(&object) {
                Err(error) => Problem::not_read(&object, &error),
                Ok(sealed) => match filed::bring(self.out, folder, part, sealed) {
                    Ok(name) => return Ok(Some(name)),
                    Err(NotBrought::Bad(error)) => Problem::not_opened(&object, &error),
                    Err(NotBrought::Disk(failure)) => return Err(failure),
                },
            }
        };
        self.outcome.problems.push(problem);
        Ok(None)
    }

    /// The same file out of another report's folder, where this report has its key as well.
    fn link_from(&self, other: &str, folder: &str, part: &AttachmentPart) -> Option<String> {
        let (_, report) = index::read_report(&self.out.join(other))?;
        let is_same = |theirs: &&AttachmentPart| {
            theirs.sealed_sha256 == part.sealed_sha256
                && theirs.key == part.key
                && (theirs.sha256, theirs.size) == (part.sha256, part.size)
        };
        let theirs = report.attachments.iter().find(is_same)?;
        let name = self.index.folders.get(other)?.done.get(&media::stem(theirs))?;
        filed::link(self.out, (other, name), folder, part)
    }

    /// Signs that an object of a report was opened, once for the report's mailbox.
    fn sign_receipt(&mut self, report: &Report, object: &Object) {
        let Some(mailbox) = &report.mailbox else { return };
        let signed = self.index.receipts.entry(object.sha256).or_default();
        if signed.iter().all(|opened| opened.address != mailbox.address) {
            let (id, officer) = (&self.keys.desk.id, &self.keys.officer);
            signed.push(OpenedReceipt {
                address: mailbox.address,
                receipt: SignedReceipt::sign(object, id, self.clock.now(), officer),
                left: false,
            });
        }
    }

    /// Signs the receipts of an earlier officer's key again with the present one, to be left again: phones may no
    /// longer believe that key.
    fn sign_anew(&mut self) {
        let present = self.keys.officer.public().id();
        for opened in self.index.receipts.values_mut().flatten() {
            let Ok(claims) = opened.receipt.claims() else { continue };
            if claims.key != present {
                let (object, at) = (claims.object, self.clock.now());
                opened.receipt = SignedReceipt::sign(&object, &self.keys.desk.id, at, &self.keys.officer);
                opened.left = false;
            }
        }
    }

    /// Leaves every signed receipt that was not left yet. What cannot be left now is left by the next run.
    fn leave_receipts(&mut self) -> Result<(), Failure> {
        let mut changed = false;
        let receipts = self.index.receipts.iter_mut();
        for (sha256, opened) in
            receipts.flat_map(|(sha256, all)| all.iter_mut().map(move |one| (sha256, one)))
        {
            if opened.left {
                continue;
            }
            let item = MailboxItem::Receipt { receipt: opened.receipt.clone() };
            let item = serde_json::to_vec(&item).map_err(|_| Failure::Unwritable)?;
            match self.source.leave(&opened.address, &item) {
                Ok(new) => {
                    opened.left = true;
                    changed = true;
                    self.outcome.receipts_left += usize::from(new);
                }
                // It is left by the first run that opens from the intake.
                Err(SourceError::NoMailbox) => {}
                Err(error) => self.outcome.problems.push(Problem {
                    kind: RECEIPT,
                    sha256: *sha256,
                    reason: "not_left",
                    message: error.to_string(),
                }),
            }
        }
        if changed {
            self.index.write(self.out)?;
        }
        Ok(())
    }

    /// Leaves the replies that could not be left when they were written, and all where the intake has lost some.
    fn leave_replies(&mut self, lost: bool) {
        let folders = self.index.folders.keys().map(String::as_str);
        let (left, failures) = replies::leave_all(self.out, folders, lost, self.source);
        self.outcome.replies_left += left;
        self.outcome.problems.extend(failures.into_iter().map(|(folder, failure)| Problem {
            kind: REPLY,
            sha256: self.index.folders.get(&folder).map_or(Sha256::of(b""), |filed| filed.body),
            reason: "not_left",
            message: format!("{folder} was not left, the next run tries again: {failure}"),
        }));
    }
}
