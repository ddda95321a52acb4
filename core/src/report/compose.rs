//! From a draft to the body that is sealed: the same function makes the preview and the report.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use turnstone_almanac::target;
use turnstone_wire::{
    attachment::AttachmentKey,
    body::{
        App, Clocks, Fix, Format, MINOR, MailboxPart, Metres, Report, ReportId, Route, Sighting, Target, Told,
    },
    contact::SealedContact,
    directory::Desk,
    hash::Sha256,
    reference::Reference,
    text::{Moment, Text},
};

use super::{draft::DraftBody, fill};
use crate::error::Fault;

/// An anonymous report's clock times are rounded to this.
const ROUNDED: TimeDelta = TimeDelta::minutes(10);

/// What a body holds beside the draft.
pub(crate) struct Ingredients<'a> {
    pub(crate) id: ReportId,
    pub(crate) desk: &'a Desk,
    pub(crate) mailbox: MailboxPart,
    pub(crate) told: Vec<Told>,
    /// One for each attachment that is sent, in their order.
    pub(crate) keys: Vec<AttachmentKey>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) directory_sha256: Option<Sha256>,
    pub(crate) draft_to_submit_ms: Option<u64>,
}

/// Makes the body of a report by the rules of its route (DESIGN 4).
pub(crate) fn compose(draft: &DraftBody, with: Ingredients<'_>) -> Result<Report, Fault> {
    let content = &draft.content;
    let named = content.route.is_named();
    let contact = match &content.contact {
        Some(contact) if named => Some(SealedContact::seal(contact, &with.desk.recipients())?),
        _ => None,
    };
    let attachments = draft.sent().zip(with.keys).map(|(attachment, key)| attachment.part(key)).collect();
    let mut report = Report {
        format: Format,
        minor: MINOR,
        id: with.id,
        reference: Reference::of(content.scheme, &with.id),
        scheme: content.scheme,
        code_word: content.scheme.code_word().to_owned(),
        urgent: content.urgent,
        exercise: content.exercise,
        language: content.language.clone(),
        route: content.route,
        sightings: content.sightings.iter().map(|sighting| for_route(sighting, draft)).collect(),
        relates: content.relates.clone(),
        watch: content.watch.clone().filter(|_| named),
        // A call's number leads straight to the caller.
        told: if named { with.told } else { Vec::new() },
        contact,
        mailbox: Some(with.mailbox),
        attachments,
        clocks: named.then(|| Clocks {
            wall: Moment::utc(with.now),
            directory_sha256: with.directory_sha256,
            draft_to_submit_ms: with.draft_to_submit_ms,
            unknown: Default::default(),
        }),
        app: named
            .then(|| App { name: Text::from("turnstone"), version: Text::from(env!("CARGO_PKG_VERSION")) }),
        unknown: Default::default(),
    };
    fill::fill(&mut report, with.desk);
    Ok(report)
}

/// A sighting as the route lets it out: as it is on named routes; without where the witness stood, and with times in
/// UTC and rounded where they come from the clock, on the anonymous one.
fn for_route(sighting: &Sighting, draft: &DraftBody) -> Sighting {
    let mut out = sighting.clone();
    if draft.content.route != Route::Anonymous {
        return out;
    }
    let rounded = draft.content.when_from_clock;
    out.when.from = in_utc(out.when.from, rounded);
    out.when.until = out.when.until.map(|until| in_utc(until, rounded));
    if rounded {
        let give_or_take = u32::try_from(ROUNDED.num_seconds()).unwrap_or(0);
        out.when.give_or_take_s = Some(out.when.give_or_take_s.unwrap_or(0).max(give_or_take));
    }
    // Several fixes are a track, and a station has few people.
    out.fixes.clear();
    if !draft.content.send_fix {
        let on = out.when.from.at().to_utc();
        out.target = out.target.and_then(|target| without_observer(target, out.observer.as_ref(), on));
        out.observer = None;
    } else if let Some(fix) = &mut out.observer {
        fix.at = None;
        fix.name = None;
    }
    out
}

/// The target on its own: a bearing and a range would lead back to the witness, and so would two bearings. They become the
/// point they lead to, corrected for the compass, with its accuracy. What leads to no point is left out.
fn without_observer(target: Target, observer: Option<&Fix>, on: DateTime<Utc>) -> Option<Target> {
    match target {
        Target::SamePlace => None,
        Target::BearingRange { .. } | Target::Cross { .. } => {
            let found = target::locate(observer, &target, on)?;
            let accuracy_m = Metres::new(coarse_m(found.ellipse.accuracy_m())).ok();
            Some(Target::Point { position: found.position, accuracy_m })
        }
        other @ (Target::Point { .. } | Target::Named { .. }) => Some(other),
    }
}

/// The next of 10, 20, 50, 100, 200, 500... metres. How exact a point is tells how far away the witness stood where a share of the
/// range was assumed: to the metre, that would draw a circle on which to look for them.
fn coarse_m(accuracy_m: f64) -> f64 {
    let steps = (1..8).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10_f64.powi(power)));
    steps.into_iter().find(|step| *step >= accuracy_m).unwrap_or(accuracy_m)
}

/// The same moment without the witness's time zone, to the nearest ten minutes where it is to be rounded.
fn in_utc(moment: Moment, rounded: bool) -> Moment {
    let utc = moment.at().to_utc();
    Moment::utc(if rounded { utc.duration_round(ROUNDED).unwrap_or(utc) } else { utc })
}

#[cfg(test)]
mod tests {
    use turnstone_wire::{
        body::{Scheme, Watch},
        mailbox::MailboxToken,
    };

    use super::*;
    use crate::{report::DraftContent, tests::kit::bare_desk};

    fn composed(route: Route) -> Report {
        let at = Moment::parse("2026-05-03T20:41:17+01:00").unwrap();
        let content = DraftContent {
            watch: Some(Watch { people: vec!["A. Lookout".into()], ..Watch::default() }),
            ..DraftContent::new(Scheme::Kraken, route, vec![Sighting::new(at, "Grey RIB".into())])
        };
        let desk = bare_desk("harbour-desk");
        let with = Ingredients {
            id: ReportId::from_bytes([1; 16]),
            desk: &desk,
            mailbox: MailboxPart {
                address: MailboxToken::from_bytes([2; 32]).address(),
                reply_to: String::new(),
            },
            told: vec![],
            keys: vec![],
            now: at.at().to_utc(),
            directory_sha256: None,
            draft_to_submit_ms: None,
        };
        let draft = DraftBody { content, attachments: vec![], begun: at, watch: None };
        compose(&draft, with).unwrap()
    }

    #[test]
    fn p7_whatever_a_draft_holds_an_anonymous_report_says_of_no_watch() {
        assert!(composed(Route::Police).watch.is_some());
        assert!(composed(Route::Anonymous).watch.is_none());
    }
}
