//! What stands in the way of sending, and what a reader would still like to know. Only the former refuses, and only
//! sending: a draft keeps whatever was written (P9).

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use turnstone_almanac::places::Places;
use turnstone_wire::{
    body::{Role, Route, Sighting},
    directory::{Desk, Directory},
    limits,
    text::Text,
};

use super::{
    DraftContent,
    desk::{self, ChosenDesk, desk_for},
    draft::{DraftAttachment, DraftBody},
    fill,
};
use crate::{
    error::{Error, Invalid, NotSendable},
    media::MediaKind,
};

/// Something worth saying before sending that never refuses. What a desk would still use is [`crate::view::useful`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The directory asked to be replaced before now.
    DirectoryExpired,
    /// The witness's own position is left out of an anonymous report.
    FixLeftOut,
    /// From how far it was seen, or whether the witness knew it before, is left out of an anonymous report.
    ViewLeftOut,
    /// It names another report of this device, which links the two.
    LinksReports,
    /// Once sent on this route, it cannot be sealed again for another desk or key.
    CannotBeSealedAnew,
    /// This device's clock, which the report's time is taken from, cannot be right.
    ClockWrong,
    /// A text of an anonymous report holds a telephone number.
    NamesPhone,
    /// A text of an anonymous report holds an email address.
    NamesEmail,
    /// An anonymous report names a place of the witness's own, or says it was there.
    NamesOwnPlace,
    /// The desk is one that the team added: not in the national list.
    UnlistedDesk,
    /// The team's profile asked to be replaced before now.
    ProfileExpired,
    /// On a team's device nothing is kept of what it says, because whoever writes it has no PIN of their own.
    NoCopyKept,
}

/// The result of a check.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// What stops it from being sent, if anything, the first reason first.
    pub stops: Option<Error>,
    /// What is worth saying.
    pub notices: Vec<Notice>,
    /// The desk it goes to, and why; none where none takes it, or several do.
    pub desk: Option<ChosenDesk>,
}

/// Checks a draft against a directory, at a moment of this device's clock.
pub(crate) fn check(
    draft: &DraftBody,
    directory: Option<&Directory>,
    places: &Places,
    now: DateTime<Utc>,
) -> Check {
    let content = &draft.content;
    let stops = content_stops(content, now)
        .map_err(Error::from)
        .and_then(|()| photos_stop(draft).map_err(Error::NotSendable))
        .and_then(|()| desk_for(content, directory, places).map_err(Error::NotSendable))
        .and_then(|desk| attachments_fit(draft, desk).map_err(Error::NotSendable))
        .err();
    let desk = desk::chosen(content, directory, places).ok();
    Check { stops, notices: notices(content, directory, now), desk }
}

/// What is wrong with the content itself.
pub(crate) fn content_stops(content: &DraftContent, now: DateTime<Utc>) -> Result<(), Invalid> {
    let seen = content.sightings.iter().any(|sighting| !sighting.what.is_blank());
    if !seen {
        return Err(Invalid::NothingSeen);
    }
    if content.route == Route::Anonymous && content.contact.is_some() {
        return Err(Invalid::AnonymousContact);
    }
    if let Some(contact) = &content.contact
        && contact.len() > limits::CONTACT_BYTES
    {
        return Err(Invalid::ContactTooLong { bytes: contact.len() });
    }
    content.sightings.iter().try_for_each(|sighting| sighting_stops(sighting, content.when_from_clock, now))
}

fn sighting_stops(sighting: &Sighting, from_clock: bool, now: DateTime<Utc>) -> Result<(), Invalid> {
    let texts = [Some(&sighting.what), sighting.why.as_ref()];
    let subjects = sighting.subjects.iter().flat_map(|subject| subject.fields());
    for text in texts.into_iter().flatten().chain(subjects.map(|(_, text)| text)) {
        if text.len() > limits::TEXT_BYTES {
            return Err(Invalid::TextTooLong { bytes: Text::len(text) });
        }
    }
    let when = &sighting.when;
    // A sighting of 1970 or 2090 is a slip of the finger, unless it is this device's clock that is or was wrong.
    let slip =
        [Some(when.from), when.until].into_iter().flatten().any(|moment| is_slip(moment.at().to_utc(), now));
    if slip && !from_clock {
        return Err(Invalid::Time);
    }
    if when.until.is_some_and(|until| until < when.from) {
        return Err(Invalid::EndsBeforeItBegins);
    }
    Ok(())
}

/// Whether nobody can have seen anything then. By a clock that is wrong itself, nobody can tell what lies ahead.
fn is_slip(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let latest = if is_dead(now) { None } else { now.checked_add_signed(TimeDelta::days(1)) };
    !(2000..2100).contains(&at.year()) || latest.is_some_and(|latest| at > latest)
}

/// A clock that says an earlier year than this program was written in stopped once, and began anew.
fn is_dead(clock: DateTime<Utc>) -> bool {
    clock.year() < 2026
}

/// The first photo that the route cannot take: on the anonymous one, what is no picture, and a picture without a copy.
pub(crate) fn photos_stop(draft: &DraftBody) -> Result<(), NotSendable> {
    if draft.content.route.is_named() {
        return Ok(());
    }
    let originals = draft.attachments.iter().filter(|attachment| attachment.role == Role::Original);
    for original in originals {
        let (photo, kind) = (original.number, original.kind());
        if kind != MediaKind::Picture {
            return Err(NotSendable::NotAnonymously { photo, kind });
        }
        if draft.copy(photo).is_none() {
            return Err(NotSendable::PhotoWithoutCopy { photo, why: original.no_copy });
        }
    }
    Ok(())
}

/// Whether a desk takes as many photos, each as large. An original and its copy are one photo.
fn attachments_fit(draft: &DraftBody, desk: &Desk) -> Result<(), NotSendable> {
    if DraftAttachment::photos(draft.sent()) > usize::from(desk.limits.attachments) {
        return Err(NotSendable::TooLarge {
            what: "a number of photos",
            limit: desk.limits.attachments.into(),
        });
    }
    let limit = desk.limits.attachment_bytes;
    if draft.sent().any(|attachment| attachment.sealed_size > limit) {
        return Err(NotSendable::TooLarge { what: "photos", limit });
    }
    Ok(())
}

fn notices(content: &DraftContent, directory: Option<&Directory>, now: DateTime<Utc>) -> Vec<Notice> {
    let any = |found: fn(&Sighting) -> bool| content.sightings.iter().any(found);
    let anonymous = content.route == Route::Anonymous;
    let unborn = directory.is_some_and(|directory| {
        directory.payload().issued.checked_sub_signed(TimeDelta::days(1)).is_some_and(|issued| now < issued)
    });
    let said = [
        (content.when_from_clock && (is_dead(now) || unborn), Notice::ClockWrong),
        (anonymous && any(|s| s.observer.is_some()) && !content.send_fix, Notice::FixLeftOut),
        (
            anonymous && content.sightings.iter().any(|s| fill::view_is_cut(s, content.send_fix)),
            Notice::ViewLeftOut,
        ),
        (anonymous && !content.relates.is_empty(), Notice::LinksReports),
        (anonymous, Notice::CannotBeSealedAnew),
        (directory.is_some_and(|directory| directory.expires() < now), Notice::DirectoryExpired),
    ];
    said.into_iter().filter_map(|(says, notice)| says.then_some(notice)).collect()
}
