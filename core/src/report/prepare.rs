//! A report made ready to be sealed: its very bytes, what they say, and from what they were made (P7, ADR 24).
//!
//! This is the only way to a body. What is shown is read back out of the bytes, and the bytes are all that `submit` seals; so
//! nothing can be shown that is not sealed, nor sealed that is not shown.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use turnstone_wire::{
    body::{MailboxPart, Report, ReportId, Told},
    directory::{Desk, Directory},
    hash::{Hasher, Sha256},
    mailbox::MailboxToken,
};
use zeroize::Zeroizing;

use super::{
    check,
    compose::{Ingredients, compose},
    desk::desk_for,
    draft::DraftPlace,
    note::keys_in_order,
    submit::Writing,
    team,
};
use crate::{
    error::{Fault, Invalid},
    random,
    settings::Standing,
    shared::Core,
};

/// Parts of a body that are drawn or read off a clock when it is made ready: two bodies of one draft differ in these alone.
pub const DRAWN: [&str; 5] = ["id", "reference", "mailbox", "contact", "clocks"];

/// For how long bytes made ready may be submitted: what they say of clocks is of when they were made.
const FRESH_FOR: TimeDelta = TimeDelta::hours(1);

/// A report as its desk will read it, to the byte. It lives in memory alone, and can be submitted once.
pub struct Prepared {
    padded: Zeroizing<Vec<u8>>,
    /// Read back out of the bytes.
    report: Report,
    pub(super) fresh: Fresh,
    place: DraftPlace,
    told: Vec<Told>,
    desk: Desk,
    /// False for one that a team added: not in the national list.
    desk_is_listed: bool,
    directory: Option<Sha256>,
    at: DateTime<Utc>,
    mark: String,
}

impl Prepared {
    /// What the desk will read.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The bytes that will be sealed, padding and all.
    pub fn bytes(&self) -> &[u8] {
        &self.padded
    }

    /// The desk it is for.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Whether whoever signs directories vouches for that desk; false for one that a team added.
    pub fn desk_is_listed(&self) -> bool {
        self.desk_is_listed
    }

    /// Sixteen digits that stand for all of it but [`DRAWN`]: for a program that shows in one sitting and submits in another.
    /// Another version of the draft, another desk or other keys of it give others.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    pub(super) fn into_report(self) -> Report {
        self.report
    }

    /// That it is still what would be made ready now.
    pub(super) fn is_current(
        &self,
        writing: &Writing<'_>,
        desk: &Desk,
        directory: Option<&Directory>,
        now: DateTime<Utc>,
    ) -> Result<(), Invalid> {
        let age = now.signed_duration_since(self.at).abs();
        let same = self.place == *writing.place
            && self.told == writing.told
            && self.desk == *desk
            && self.directory == directory.and_then(Directory::sha256)
            && age <= FRESH_FOR;
        if same { Ok(()) } else { Err(Invalid::ShownIsOld) }
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[report made ready]")
    }
}

/// The secrets that are made for one report.
pub(super) struct Fresh {
    pub(super) id: ReportId,
    pub(super) token: MailboxToken,
    pub(super) reply: age::x25519::Identity,
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

/// Makes a draft's report ready, by what stands at one moment.
pub(super) fn prepare(core: &Core, writing: &Writing<'_>, standing: &Standing) -> Result<Prepared, Fault> {
    let directory = standing.directory.as_deref();
    let now = core.clock().wall();
    check::content_stops(&writing.body.content, now)?;
    check::photos_stop(writing.body)?;
    team::stops(&writing.body.content, standing.team.as_deref())?;
    let desk = desk_for(&writing.body.content, directory, &core.places())?;
    let fresh = Fresh::generate(core)?;
    let with = Ingredients {
        id: fresh.id,
        desk,
        mailbox: fresh.mailbox(),
        told: writing.told.to_vec(),
        keys: keys_in_order(writing.body, writing.attachment_keys)?,
        now,
        directory_sha256: directory.and_then(Directory::sha256),
        draft_to_submit_ms: writing.elapsed_ms,
    };
    let padded = Zeroizing::new(compose(writing.body, with)?.to_padded_bytes()?);
    let report = Report::parse(&padded)?;
    let mark = mark(&report, writing, desk)?;
    Ok(Prepared {
        padded,
        report,
        fresh,
        place: writing.place.clone(),
        told: writing.told.to_vec(),
        desk: desk.clone(),
        desk_is_listed: directory.is_some_and(|directory| directory.is_listed(&desk.id)),
        directory: directory.and_then(Directory::sha256),
        at: now,
        mark,
    })
}

/// The first 16 hexadecimal digits of SHA-256 over the draft's name and version, the desk, and the body without [`DRAWN`]. The
/// contact belongs to the version: it is sealed anew each time.
fn mark(report: &Report, writing: &Writing<'_>, desk: &Desk) -> Result<String, Fault> {
    let mut body = serde_json::to_value(report)?;
    if let Value::Object(fields) = &mut body {
        fields.retain(|name, _| !DRAWN.contains(&name.as_str()));
    }
    let mut hasher = Hasher::default();
    hasher.update(b"turnstone shown 1\n");
    hasher.update(&writing.place.version_bytes());
    for part in [serde_json::to_vec(desk)?, serde_json::to_vec(&body)?] {
        hasher.update(Sha256::of(&Zeroizing::new(part)).as_bytes());
    }
    let mut mark = hex::encode(hasher.finish().as_bytes());
    mark.truncate(16);
    Ok(mark)
}
