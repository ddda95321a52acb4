//! What the program adds to a report beside what was typed: what it understood of identifiers, and the quality of view.
//!
//! It is worked out last, from what leaves on the route and from nothing else, so that an anonymous report tells no more
//! than it would without (P7); and it is left out where a report would not fit its desk with it (P9).

use turnstone_almanac::{identifier, view};
use turnstone_wire::{
    body::{Report, Route, Sighting, View},
    directory::Desk,
    limits,
};

/// Fills in what was understood and how well it was seen.
pub(super) fn fill(report: &mut Report, desk: &Desk) {
    let anonymous = report.route == Route::Anonymous;
    for sighting in &mut report.sightings {
        bare(sighting);
        if anonymous {
            without_witness(sighting);
        }
    }
    let bare = report.sightings.clone();
    for sighting in &mut report.sightings {
        identifier::fill(sighting);
        view::fill(sighting);
    }
    if !fits(report, desk) {
        report.sightings = bare;
    }
}

/// Takes out what a program would fill in: a draft holds what was typed.
fn bare(sighting: &mut Sighting) {
    sighting.subjects.iter_mut().for_each(|subject| subject.set_understood(Vec::new()));
    if let Some(view) = &mut sighting.view {
        view.light = None;
    }
    sighting.view = sighting.view.take().filter(|view| !view.is_empty());
}

/// A sighting of a report that was sent, as it was typed: without what the program added, which follows from the rest.
pub(super) fn as_typed(sighting: &mut Sighting) {
    bare(sighting);
    let mut unasked = sighting.clone();
    unasked.view = None;
    view::fill(&mut unasked);
    let Some(added) = unasked.view else { return };
    let typed = |view: View| View {
        lasted_s: view.lasted_s.filter(|lasted| added.lasted_s != Some(*lasted)),
        seen_from_m: view.seen_from_m.filter(|metres| added.seen_from_m != Some(*metres)),
        ..view
    };
    sighting.view = sighting.view.take().map(typed).filter(|view| !view.is_empty());
}

/// Takes out of a view what leads to an anonymous witness: from how far, which with the place of the thing is a circle
/// around the witness, unless the witness chose to say where they stood; and whether they knew it before.
fn without_witness(sighting: &mut Sighting) {
    let stood_is_told = sighting.observer.is_some();
    let kept = |view: View| View {
        seen_from_m: view.seen_from_m.filter(|_| stood_is_told),
        known_before: None,
        ..view
    };
    sighting.view = sighting.view.take().map(kept).filter(|view| !view.is_empty());
}

/// Whether an anonymous report leaves something out of what was typed of a view.
pub(super) fn view_is_cut(sighting: &Sighting, send_fix: bool) -> bool {
    let stood_is_told = send_fix && sighting.observer.is_some();
    let cut = |view: &View| view.known_before.is_some() || (view.seen_from_m.is_some() && !stood_is_told);
    sighting.view.as_ref().is_some_and(cut)
}

/// Whether it can be sealed to its desk: what is only help must not be what keeps a report from being sent.
fn fits(report: &Report, desk: &Desk) -> bool {
    let limit = desk.limits.report_bytes.min(limits::ENVELOPE_BYTES as u64);
    let Ok(padded) = report.to_padded_bytes() else { return false };
    // `age` adds its header, and sixteen bytes to each 64 KiB.
    let sealed = padded.len() + limits::AGE_HEADER_BYTES + padded.len() / 1024;
    sealed as u64 <= limit
}
