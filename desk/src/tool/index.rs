//! `OUT/.opened.json`: which envelope lies in which folder. A memory only: what it lacks is read back from the
//! folders themselves, so that a kill between the two loses nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::{Deserialize, Serialize};
use turnstone_wire::{
    body::{Report, ReportId},
    hash::Sha256,
    limits,
    mailbox::MailboxAddress,
    receipt::SignedReceipt,
};

use crate::{
    failure::Failure,
    files::{self, Access},
    home,
};

const NAME: &str = ".opened.json";
/// The very body of a report, in its folder.
pub(super) const BODY: &str = "report.json";

/// All that was opened into one folder.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    /// By the hash of the envelope: the folder it was opened into.
    pub(super) envelopes: BTreeMap<Sha256, String>,
    /// By name.
    pub(super) folders: BTreeMap<String, Filed>,
    /// `opened` receipts, signed once for each mailbox; by the object's hash. Two reports may have one photo.
    #[serde(default)]
    pub(super) receipts: BTreeMap<Sha256, Vec<OpenedReceipt>>,
    /// By the hash of the sealed file: the folder of the report that has this attachment.
    #[serde(default)]
    pub(super) attachments: BTreeMap<Sha256, String>,
    /// Folders whose `report.json` is not what was written.
    #[serde(skip)]
    pub(super) damaged: BTreeSet<String>,
    /// Folders whose words do not say yet that another body has come under their identity.
    #[serde(skip)]
    pub(super) stale: Vec<String>,
}

/// One report's folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Filed {
    /// The report's identity.
    pub(super) id: ReportId,
    /// Hash of `report.json`.
    pub(super) body: Sha256,
    /// What it says but for how its contact is sealed: phones seal that anew where a source key dies.
    #[serde(default)]
    pub(super) but_for_contact: Option<Sha256>,
    /// Attachments that are there: name without ending, and whole name.
    #[serde(default)]
    pub(super) done: BTreeMap<String, String>,
    /// Attachments that are not, by name without ending.
    #[serde(default)]
    pub(super) missing: Vec<String>,
    /// Folders that hold another body under the same identity.
    #[serde(default)]
    pub(super) same_id: Vec<String>,
    /// Whether the attachments were looked through; false after the index was lost.
    #[serde(default)]
    pub(super) checked: bool,
    /// The contact may be sealed still; true where that is not known.
    #[serde(default = "yes")]
    pub(super) contact_sealed: bool,
}

fn yes() -> bool {
    true
}

/// A signed word that something was opened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OpenedReceipt {
    /// Where it is to be left.
    pub(super) address: MailboxAddress,
    /// The receipt.
    pub(super) receipt: SignedReceipt,
    /// It was left there.
    pub(super) left: bool,
}

impl Index {
    /// Reads the index of a folder and mends it from what lies there.
    pub(super) fn read(out: &Path) -> Result<Self, Failure> {
        // An index that cannot be read is made anew: it holds nothing that the folders do not.
        let bytes = files::read(&out.join(NAME), usize::MAX - 1).unwrap_or_default();
        let mut index: Self = serde_json::from_slice(&bytes).unwrap_or_default();
        index.folders.retain(|name, _| out.join(name).join(BODY).is_file());
        let Self { envelopes, folders, attachments, damaged, .. } = &mut index;
        envelopes.retain(|_, folder| folders.contains_key(folder));
        attachments.retain(|_, folder| folders.contains_key(folder));
        for (name, filed) in folders.iter() {
            let body = files::read(&out.join(name).join(BODY), limits::BODY_BYTES);
            if !body.is_ok_and(|body| Sha256::of(&body) == filed.body) {
                damaged.insert(name.clone());
            }
        }
        for name in files::names_in(out)? {
            if !name.starts_with('.')
                && !folders.contains_key(&name)
                && let Some((body, report)) = read_report(&out.join(&name))
            {
                let filed = Filed {
                    id: report.id,
                    body: Sha256::of(&body),
                    but_for_contact: but_for_contact(&report),
                    done: BTreeMap::new(),
                    missing: Vec::new(),
                    same_id: Vec::new(),
                    checked: false,
                    contact_sealed: true,
                };
                folders.insert(name, filed);
            }
        }
        let flagged: BTreeMap<_, _> =
            index.folders.iter().map(|(name, filed)| (name.clone(), filed.same_id.clone())).collect();
        index.flag_same_ids();
        // A kill may have come between the second body's folder and the first one's words.
        let stale = index.folders.iter().filter(|(name, filed)| flagged.get(*name) != Some(&filed.same_id));
        index.stale = stale.map(|(name, _)| name.clone()).collect();
        Ok(index)
    }

    /// Whether a folder is one that `open` wrote.
    pub(super) fn is_of(&self, out: &Path) -> bool {
        !self.folders.is_empty() || out.join(NAME).is_file()
    }

    /// Notes in each folder which others hold another body under the same identity.
    pub(super) fn flag_same_ids(&mut self) {
        let mut by_id: BTreeMap<ReportId, Vec<String>> = BTreeMap::new();
        for (name, filed) in &self.folders {
            by_id.entry(filed.id).or_default().push(name.clone());
        }
        for (name, filed) in &mut self.folders {
            let others = by_id.get(&filed.id).into_iter().flatten().filter(|other| *other != name);
            filed.same_id = others.cloned().collect();
        }
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, out: &Path) -> Result<(), Failure> {
        Ok(files::replace(&out.join(NAME), &home::to_json(self)?, Access::Secret)?)
    }

    /// The folder that holds this very body, or else one that differs from it in nothing but how its contact is sealed.
    pub(super) fn folder_of(&self, report: &Report, body: &Sha256) -> Option<&str> {
        let same_id = || self.folders.iter().filter(|(_, filed)| filed.id == report.id);
        let this = same_id().find(|(_, filed)| filed.body == *body);
        let found = this.or_else(|| {
            let words = but_for_contact(report)?;
            same_id().find(|(_, filed)| filed.but_for_contact == Some(words))
        });
        found.map(|(name, _)| name.as_str())
    }

    /// A name for the folder of a report that has none: the reference; longer where that is taken.
    pub(super) fn new_folder(&self, out: &Path, report: &Report, body: &Sha256) -> String {
        let reference = report.reference.to_string();
        let id = hex::encode(report.id.as_bytes());
        let names = if self.folders.values().all(|filed| filed.id != report.id) {
            [reference.clone(), format!("{reference}-{}", &id[..8]), format!("{reference}-{id}")]
        } else {
            // The same identity twice: the later body goes by its own hash, beside the first.
            let body = body.to_string();
            [8, 16, 64].map(|digits: usize| format!("{reference}-body-{}", &body[..digits]))
        };
        let longest = names[2].clone();
        // What lies under all of them is not from here; it must not be in the way for ever.
        let mut more = names.into_iter().chain((2..).map(|n: u64| format!("{longest}-{n}")));
        more.find(|name| out.join(name).symlink_metadata().is_err()).unwrap_or(reference)
    }
}

/// The hash of all that a report with a contact says beside it; none where it has no contact.
pub(super) fn but_for_contact(report: &Report) -> Option<Sha256> {
    report.contact.as_ref()?;
    let json = serde_json::to_vec(&Report { contact: None, ..report.clone() }).ok()?;
    Some(Sha256::of(&json))
}

/// Body and report of a folder, if it holds one.
pub(super) fn read_report(folder: &Path) -> Option<(Vec<u8>, Report)> {
    let body = files::read(&folder.join(BODY), limits::BODY_BYTES).ok()?;
    let report = Report::parse(&body).ok()?;
    Some((body, report))
}
