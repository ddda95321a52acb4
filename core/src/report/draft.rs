//! A draft, and its row.

use std::{collections::BTreeSet, fmt};

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use turnstone_wire::{
    attachment::{AttachmentKey, Sealed},
    body::{AttachmentPart, Relation, RelationKind, Role, Route, Scheme, Sighting, Watch},
    directory::DeskId,
    hash::Sha256,
    text::{Moment, Text},
};

use super::told::forget_told;
use crate::{
    error::{Fault, Missing},
    media::{Carried, CopyError, Facts, MediaKind},
    outbox::ReportRow,
    random::Random,
    vault::{Purpose, SealingKey, Uid, VaultId, forget_key},
};

/// A draft's number, as people use it (`draft show 3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftRow(pub i64);

impl fmt::Display for DraftRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// All that a witness decides about a draft. Everything may be missing or preliminary. `Debug` shows how much there is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftContent {
    /// Which scheme.
    pub scheme: Scheme,
    /// How it will be sent.
    pub route: Route,
    /// To which desk; none chosen yet where empty.
    #[serde(default)]
    pub desk: Option<DeskId>,
    /// It cannot wait.
    #[serde(default)]
    pub urgent: bool,
    /// A rehearsal.
    #[serde(default)]
    pub exercise: bool,
    /// Language of the words, BCP 47.
    pub language: String,
    /// What was seen. Attachment numbers in it are those of [`DraftAttachment::number`].
    pub sightings: Vec<Sighting>,
    /// Earlier reports this one belongs to.
    #[serde(default)]
    pub relates: Vec<Relation>,
    /// The stretch of duty.
    #[serde(default)]
    pub watch: Option<Watch>,
    /// Who the witness is.
    #[serde(default)]
    pub contact: Option<Text>,
    /// An anonymous report leaves out where the witness stood unless this is set. Other routes send it.
    #[serde(default)]
    pub send_fix: bool,
    /// The sightings' times come from this device's clock and not from the witness: an anonymous report rounds them.
    #[serde(default)]
    pub when_from_clock: bool,
    /// Kept in the log, to see whether it happens again. Never of an anonymous one.
    #[serde(default)]
    pub kept: bool,
}

impl DraftContent {
    /// A draft of which nothing else is decided: in English, with its times as the witness gave them.
    pub fn new(scheme: Scheme, route: Route, sightings: Vec<Sighting>) -> Self {
        Self {
            scheme,
            route,
            desk: None,
            urgent: false,
            exercise: false,
            language: "en".to_owned(),
            sightings,
            relates: Vec::new(),
            watch: None,
            contact: None,
            send_fix: false,
            when_from_clock: false,
            kept: false,
        }
    }
}

impl fmt::Debug for DraftContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[draft of {} sightings]", self.sightings.len())
    }
}

/// A photo, video or sound of a draft. `Debug` shows its number only: type and exact size tell which picture it is.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftAttachment {
    /// Counted from 1.
    pub number: u16,
    /// Original or copy.
    pub role: Role,
    /// By its content.
    pub media_type: String,
    /// True size in bytes.
    pub size: u64,
    /// Hash of the true bytes.
    pub sha256: Sha256,
    /// Size of the sealed file in bytes.
    pub sealed_size: u64,
    /// Hash of the sealed file.
    pub sealed_sha256: Sha256,
    /// Width and height of a picture in picture points: of a copy, and of an original whose file says so.
    #[serde(default)]
    pub points: Option<(u32, u32)>,
    /// What an original says of itself.
    #[serde(default)]
    pub facts: Facts,
    /// What an original carries beside the picture, which its copy leaves out.
    #[serde(default)]
    pub carries: Vec<Carried>,
    /// Why there is no copy of an original; nothing where there is one, or where it is no picture.
    #[serde(default)]
    pub no_copy: Option<CopyError>,
    /// Row in `media.db`.
    pub(crate) media: i64,
    /// Name of its key, in hexadecimal.
    pub(crate) key: String,
}

impl fmt::Debug for DraftAttachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[attachment {} {:?}]", self.number, self.role)
    }
}

impl DraftAttachment {
    pub(crate) fn new(number: u16, media_type: &str, sealed: &Sealed, media: i64, key: Uid) -> Self {
        Self {
            number,
            role: Role::Original,
            media_type: media_type.to_owned(),
            size: sealed.size,
            sha256: sealed.sha256,
            sealed_size: sealed.sealed_size,
            sealed_sha256: sealed.sealed_sha256,
            points: None,
            facts: Facts::default(),
            carries: Vec::new(),
            no_copy: None,
            media,
            key: key.to_hex(),
        }
    }

    /// One that was submitted, as it comes back to a draft.
    pub(crate) fn of_report(part: &AttachmentPart, media: i64, key: Uid) -> Self {
        Self {
            number: part.number,
            role: part.role,
            media_type: part.media_type.clone(),
            size: part.size,
            sha256: part.sha256,
            sealed_size: part.sealed_size,
            sealed_sha256: part.sealed_sha256,
            points: None,
            facts: Facts::default(),
            carries: Vec::new(),
            no_copy: None,
            media,
            key: key.to_hex(),
        }
    }

    /// How many photos there are among attachments: an original and its copy are one.
    pub fn photos<'a>(attachments: impl IntoIterator<Item = &'a Self>) -> usize {
        attachments.into_iter().map(|attachment| attachment.number).collect::<BTreeSet<_>>().len()
    }

    /// What it is, in the large.
    pub fn kind(&self) -> MediaKind {
        MediaKind::of_type(&self.media_type)
    }

    /// As a body lists it.
    pub(crate) fn part(&self, key: AttachmentKey) -> AttachmentPart {
        AttachmentPart {
            number: self.number,
            role: self.role,
            media_type: self.media_type.clone(),
            size: self.size,
            sha256: self.sha256,
            sealed_size: self.sealed_size,
            sealed_sha256: self.sealed_sha256,
            key,
            unknown: Default::default(),
        }
    }

    pub(crate) fn key_uid(&self) -> Result<Uid, Fault> {
        Uid::from_hex(&self.key).ok_or(Fault::Sealed("a draft"))
    }
}

/// What is sealed in a draft's row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DraftBody {
    pub(crate) content: DraftContent,
    pub(crate) attachments: Vec<DraftAttachment>,
    /// When it was begun, by this device's clock.
    pub(crate) begun: Moment,
    /// The watch it belongs to, by its random name. One begun while locked knows no more of it.
    #[serde(default)]
    pub(crate) watch: Option<Uid>,
}

impl DraftBody {
    /// What its route sends: everything on named ones, copies alone on the anonymous one.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &DraftAttachment> {
        let named = self.content.route.is_named();
        self.attachments.iter().filter(move |attachment| named || attachment.role == Role::Copy)
    }

    /// The original of a number.
    pub(crate) fn original(&self, number: u16) -> Option<&DraftAttachment> {
        self.attachments.iter().find(|held| (held.number, held.role) == (number, Role::Original))
    }

    /// The copy of a number.
    pub(crate) fn copy(&self, number: u16) -> Option<&DraftAttachment> {
        self.attachments.iter().find(|held| (held.number, held.role) == (number, Role::Copy))
    }

    /// Puts other content in its place. It is on the watch until its content leaves that out; an anonymous one is on no
    /// watch and in no log, and does not say by itself that something was seen again.
    pub(crate) fn replace(&mut self, mut content: DraftContent) {
        let left = self.content.watch.is_some() && content.watch.is_none();
        if left || !content.route.is_named() {
            self.watch = None;
        }
        if !content.route.is_named() {
            content.watch = None;
            content.kept = false;
            content.relates.retain(|relation| relation.kind != RelationKind::SeenAgain);
        }
        self.content = content;
    }
}

/// The first bytes of a sealed value (format and nonce): they tell one version of a draft from every other.
const VERSION_BYTES: usize = 13;

/// Where a draft lies and which version of it is held.
#[derive(Clone, PartialEq)]
pub(crate) struct DraftPlace {
    pub(crate) row: DraftRow,
    pub(crate) uid: Uid,
    version: Vec<u8>,
}

impl DraftBody {
    fn seal(&self, uid: &Uid, key: &SealingKey, random: &dyn Random) -> Result<Vec<u8>, Fault> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(self)?);
        key.seal(Purpose::DraftBody, uid, &[], &plain, random)
    }

    /// Writes a new draft's row.
    pub(crate) fn insert(
        &self,
        tx: &Transaction<'_>,
        uid: Uid,
        key: &SealingKey,
        random: &dyn Random,
    ) -> Result<DraftPlace, Fault> {
        let sealed = self.seal(&uid, key, random)?;
        tx.execute("INSERT INTO draft (uid, sealed) VALUES (?1, ?2)", (uid, &sealed))?;
        Ok(DraftPlace { row: DraftRow(tx.last_insert_rowid()), uid, version: version(&sealed) })
    }

    /// Writes a changed draft over the version it was made from; another program's change in between is not lost.
    pub(crate) fn update(
        &self,
        tx: &Transaction<'_>,
        place: &DraftPlace,
        key: &SealingKey,
        random: &dyn Random,
    ) -> Result<DraftPlace, Fault> {
        place.still_there(tx)?;
        let sealed = self.seal(&place.uid, key, random)?;
        tx.execute("UPDATE draft SET sealed = ?2 WHERE id = ?1", (place.row.0, &sealed))?;
        Ok(DraftPlace { row: place.row, uid: place.uid, version: version(&sealed) })
    }
}

impl DraftPlace {
    /// Where a draft lies, whether or not it can be read.
    pub(crate) fn find(conn: &Connection, row: DraftRow) -> Result<Self, Fault> {
        find(conn, row).map(|(place, _)| place)
    }

    /// Random bytes that no other version of this or any draft has.
    pub(super) fn version_bytes(&self) -> Vec<u8> {
        [self.uid.to_hex().as_bytes(), &self.version].concat()
    }

    /// That the draft was not submitted, discarded or changed since it was read.
    pub(crate) fn still_there(&self, tx: &Transaction<'_>) -> Result<(), Fault> {
        let held: Option<Vec<u8>> = tx
            .query_row(
                "SELECT substr(sealed, 1, 13) FROM draft WHERE id = ?1 AND uid = ?2",
                (self.row.0, self.uid),
                |row| row.get(0),
            )
            .optional()?;
        match held {
            Some(held) if held == self.version => Ok(()),
            Some(_) => Err(crate::error::Error::Busy(crate::error::Busy::Database).into()),
            None => Err(Missing::Draft.into()),
        }
    }

    /// Deletes the row and ends every key of the draft. Calls noted with it go over to the report it became, where that
    /// may remember them: one noted after the draft was read is not in the body, and must not be lost.
    pub(crate) fn remove(&self, tx: &Transaction<'_>, became: Option<ReportRow>) -> Result<(), Fault> {
        forget_key(tx, VaultId::DEVICE, &self.uid)?;
        if let Some(report) = became {
            tx.execute("UPDATE told SET draft = NULL, report = ?2 WHERE draft = ?1", (self.row.0, report.0))?;
        }
        let mut keys = tx.prepare("SELECT uid FROM draft_media WHERE draft = ?1")?;
        for uid in keys.query_map([self.row.0], |row| row.get::<_, Uid>(0))? {
            forget_key(tx, VaultId::DEVICE, &uid?)?;
        }
        forget_told(tx, "SELECT vault, uid FROM told WHERE draft = ?1", self.row.0)?;
        // draft_media and told go with it.
        tx.execute("DELETE FROM draft WHERE id = ?1", [self.row.0])?;
        Ok(())
    }
}

fn version(sealed: &[u8]) -> Vec<u8> {
    sealed[..VERSION_BYTES.min(sealed.len())].to_vec()
}

/// Reads a draft with its key, which `key_of` finds by name.
pub(crate) fn load_draft(
    conn: &Connection,
    row: DraftRow,
    key_of: impl Fn(&Connection, &Uid) -> Result<SealingKey, Fault>,
) -> Result<(DraftPlace, SealingKey, DraftBody), Fault> {
    let (place, sealed) = find(conn, row)?;
    let uid = place.uid;
    let key = key_of(conn, &uid)?;
    let plain = key.open(Purpose::DraftBody, &uid, &[], &sealed).map_err(|_| Fault::Sealed("a draft"))?;
    let body = serde_json::from_slice(&plain).map_err(|_| Fault::Sealed("a draft"))?;
    Ok((place, key, body))
}

/// Where a draft lies, and what lies there.
fn find(conn: &Connection, row: DraftRow) -> Result<(DraftPlace, Vec<u8>), Fault> {
    let found: Option<(Uid, Vec<u8>)> = conn
        .query_row("SELECT uid, sealed FROM draft WHERE id = ?1", [row.0], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let (uid, sealed) = found.ok_or(Missing::Draft)?;
    Ok((DraftPlace { row, uid, version: version(&sealed) }, sealed))
}

/// The numbers of the drafts, newest first.
pub(crate) fn list_drafts(conn: &Connection, limit: u32) -> Result<Vec<DraftRow>, Fault> {
    let mut drafts = conn.prepare("SELECT id FROM draft ORDER BY id DESC LIMIT ?1")?;
    Ok(drafts.query_map([limit], |row| row.get(0).map(DraftRow))?.collect::<Result<_, _>>()?)
}
