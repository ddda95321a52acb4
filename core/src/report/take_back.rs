//! From a report that its desk refuses back to a draft, so that nothing has to be written twice.

use rusqlite::Transaction;
use turnstone_wire::body::{Report, Told};

use super::{
    draft::{DraftAttachment, DraftBody, DraftContent, DraftRow},
    fill,
    told::{add_told, forget_told},
};
use crate::{
    error::Fault,
    outbox::{self, Copy, Item, Outgoing},
    people::PersonRow,
    random::Random,
    shared::Core,
    vault::{Door, SealingKey, Uid, VaultId, keep_new_key, read_door},
};

/// Makes a draft of a report's copy, and ends the report, in the caller's transaction. Photos whose bytes are still here go along
/// as they are sealed; calls noted with it go along as well.
pub(crate) fn take_back(
    core: &Core,
    tx: &Transaction<'_>,
    outgoing: &Outgoing,
    items: &[Item],
    (copy, told): (Copy, &[Told]),
) -> Result<DraftRow, Fault> {
    let door = read_door(tx, &core.home, Some(core.sending()?))?;
    let report = Report::parse(&copy.body).map_err(|_| Fault::Sealed("a copy"))?;
    let mut attachments = Vec::new();
    for part in &report.attachments {
        let is_it = |item: &&Item| item.record.sha256 == part.sealed_sha256;
        let Some(media) = items.iter().find(is_it).and_then(|item| item.media) else { continue };
        let uid = Uid::generate(core.random())?;
        keep_new_key(tx, &door, &uid, part.key.to_secret_text().as_bytes())?;
        attachments.push((uid, DraftAttachment::of_report(part, media, uid)));
    }
    let begun = outgoing.record.submitted;
    let (keys, attachments): (Vec<_>, Vec<_>) = attachments.into_iter().unzip();
    let content = content(report, copy.contact, &attachments);
    let body = DraftBody { content, attachments, begun, watch: outgoing.record.watch };
    let (uid, key) = (Uid::generate(core.random())?, SealingKey::generate(core.random())?);
    keep_new_key(tx, &door, &uid, key.as_bytes())?;
    let row = body.insert(tx, uid, &key, core.random())?.row;
    for (uid, attachment) in keys.iter().zip(&body.attachments) {
        let named = (attachment.media, row.0, uid);
        tx.execute("INSERT INTO draft_media (media, draft, uid) VALUES (?1, ?2, ?3)", named)?;
    }
    move_told(tx, (row, outgoing), told, &door, core.random())?;
    if let Some(PersonRow(writer)) = outgoing.vault.person() {
        tx.execute("UPDATE draft SET writer = ?2 WHERE id = ?1", (row.0, writer))?;
    }
    outbox::forget(tx, outgoing.row, true)?;
    Ok(row)
}

/// Calls noted with the report are the draft's. What lies in a person's vault is sealed anew for the one that drafts are in.
fn move_told(
    tx: &Transaction<'_>,
    (draft, outgoing): (DraftRow, &Outgoing),
    told: &[Told],
    door: &Door,
    random: &dyn Random,
) -> Result<(), Fault> {
    let report = outgoing.row.0;
    if outgoing.vault != VaultId::DEVICE {
        forget_told(tx, "SELECT vault, uid FROM told WHERE report = ?1 AND vault <> 1", report)?;
        tx.execute("DELETE FROM told WHERE report = ?1 AND vault <> 1", [report])?;
        for told in told {
            add_told(tx, Some(draft), None, told, door, random)?;
        }
    }
    tx.execute("UPDATE told SET draft = ?1, report = NULL WHERE report = ?2", (draft.0, report))?;
    Ok(())
}

fn content(
    report: Report,
    contact: Option<turnstone_wire::text::Text>,
    attachments: &[DraftAttachment],
) -> DraftContent {
    let mut sightings = report.sightings;
    for sighting in &mut sightings {
        fill::as_typed(sighting);
        sighting.attachments.retain(|number| attachments.iter().any(|there| there.number == *number));
    }
    DraftContent {
        // The desk that refused it, or another: it is asked for again where there are several. Whose the times were nobody knows
        // any more: rounded on the anonymous route, they tell less.
        when_from_clock: true,
        urgent: report.urgent,
        exercise: report.exercise,
        language: report.language,
        relates: report.relates,
        watch: report.watch,
        contact,
        ..DraftContent::new(report.scheme, report.route, sightings)
    }
}
