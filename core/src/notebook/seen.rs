//! What was seen before: the vault's copies and the log, looked through for the same craft.

use turnstone_almanac::mark;
use turnstone_wire::{
    body::{Sighting, Subject},
    reference::Reference,
    text::Moment,
};

use super::{Notebook, draft_view, find_own};
use crate::{
    error::{Error, Fault, Missing, readable, readable_if_there},
    outbox::{self, SealedCopy},
    people::Names,
    report::{DraftContent, DraftRow, list_drafts},
    view::{SeenBefore, SeenIn},
};

impl Notebook {
    /// Where the craft of a draft were seen before, by what is written on them: in the vault's copies of sent reports and in
    /// drafts of the log, the newest first, each once. `own` is the draft's number, where it has one. What the draft says
    /// itself that it belongs to is left out. Anonymous reports neither look nor are found.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn seen_before(
        &self,
        content: &DraftContent,
        own: Option<DraftRow>,
    ) -> Result<Vec<SeenBefore>, Error> {
        let marked: Vec<&Subject> = subjects(&content.sightings).filter(|one| mark::has_any(one)).collect();
        if marked.is_empty() || !content.route.is_named() {
            return Ok(Vec::new());
        }
        let sending = self.cell.core.sending()?;
        let mut found = self.cell.read(|conn, keys| {
            let mut found = Vec::new();
            for draft in list_drafts(conn, u32::MAX)?.into_iter().filter(|draft| Some(*draft) != own) {
                let Some((view, _)) = readable_if_there(draft_view(conn, draft, keys, &Names::default()))?
                else {
                    continue;
                };
                if view.content.kept && view.content.route.is_named() {
                    found.extend(look(SeenIn::Draft(draft), &view.content.sightings, &marked));
                }
            }
            for outgoing in outbox::reports(conn, u32::MAX, sending, Some(keys.reader()))? {
                let reference = outgoing.record.reference;
                let named = content.relates.iter().any(|relation| relation.reference == reference);
                if named || !outgoing.record.route.is_named() {
                    continue;
                }
                let Some(copy) = SealedCopy::find(conn, outgoing.row)? else { continue };
                if let Some(report) = readable(keys.report_in(conn, &copy))? {
                    found.extend(look(SeenIn::Report(reference), &report.sightings, &marked));
                }
            }
            Ok(found)
        })?;
        found.sort_by_key(|seen| std::cmp::Reverse(seen.when.at()));
        Ok(found)
    }

    /// What to begin with where the craft of a sent report are seen again: see [`DraftContent::seen_again`].
    ///
    /// # Errors
    /// [`Error::Locked`], [`crate::Invalid::AnonymousLog`], [`Missing::Report`] where there is no such report or its copy has
    /// had its time.
    pub fn seen_again(&self, reference: &Reference, from: Moment) -> Result<DraftContent, Error> {
        let core = &self.cell.core;
        let (sending, directory) = (core.sending()?, core.directory()?);
        Ok(self.cell.read(|conn, keys| {
            let outgoing = find_own(conn, keys, reference, sending)?;
            let record = outgoing.record;
            if !record.route.is_named() {
                return Err(crate::error::Invalid::AnonymousLog.into());
            }
            let copy = SealedCopy::find(conn, outgoing.row)?.ok_or(Missing::Report)?;
            let listed = directory.as_deref().and_then(|directory| directory.desk(&record.desk));
            let takes = listed.is_some_and(|desk| desk.takes(record.scheme, record.route));
            let report = keys.report_in(conn, &copy)?;
            Ok::<_, Fault>(DraftContent::seen_again(&report, takes.then_some(record.desk), from)?)
        })?)
    }
}

fn subjects(sightings: &[Sighting]) -> impl Iterator<Item = &Subject> {
    sightings.iter().flat_map(|sighting| &sighting.subjects)
}

/// The newest of some sightings in which one of these is known again.
fn look(of: SeenIn, sightings: &[Sighting], marked: &[&Subject]) -> Option<SeenBefore> {
    let known = |subject: &Subject| marked.iter().find_map(|one| mark::shared(one, subject));
    let found = sightings.iter().filter_map(|sighting| {
        let matched = sighting.subjects.iter().find_map(known)?;
        Some(SeenBefore { of, when: sighting.when.from, matched })
    });
    found.max_by_key(|seen| seen.when.at())
}
