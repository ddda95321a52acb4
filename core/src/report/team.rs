//! What a team's profile, and a text that names its writer, mean for a draft: routes that a team's device does not send by, the
//! desks it prefers, and warnings. None of it refuses a note (P9).

use chrono::{DateTime, Utc};
use turnstone_almanac::{
    geodesy,
    telltale::{self, Telltale},
};
use turnstone_wire::{
    body::{Position, Route, Scheme, Sighting, Target},
    directory::{Desk, Directory},
    text::Text,
};

use super::{DraftContent, Notice};
use crate::{error::NotSendable, profile::Team, settings::Standing, station::Station};

/// So near to a place of the witness's own, a target's point is that place. In metres: the size of a harbour.
const OWN_PLACE_M: f64 = 200.0;

/// A place of the witness's own, or of the team.
pub(crate) struct OwnPlace {
    pub(crate) name: Option<Text>,
    pub(crate) position: Option<Position>,
}

/// What keeps a draft from being sent by its route from a team's device. It is kept, and another route can be chosen.
pub(super) fn stops(content: &DraftContent, team: Option<&Team>) -> Result<(), NotSendable> {
    match (content.route, team) {
        (_, None) => Ok(()),
        (Route::Anonymous, Some(_)) => Err(NotSendable::TeamDevice),
        (route, Some(team)) if team.profile.routes().contains(&route) => Ok(()),
        (_, Some(_)) => Err(NotSendable::RouteNotOfTeam),
    }
}

/// The first of the team's desks that takes a report, before any other is looked for.
pub(super) fn preferred(directory: &Directory, scheme: Scheme, route: Route) -> Option<&Desk> {
    directory.preferred().find(|desk| desk.takes(scheme, route))
}

/// Where the directory has no desk at all for a report, one that a team added takes it without being chosen: so it never stands in
/// the place of a listed desk.
pub(super) fn instead_of_none(
    directory: &Directory,
    scheme: Scheme,
    route: Route,
) -> Result<&Desk, NotSendable> {
    let mut offered = directory.offered().iter().filter(|desk| desk.takes(scheme, route));
    match (offered.next(), offered.next()) {
        (Some(desk), None) => Ok(desk),
        (Some(_), Some(_)) => Err(NotSendable::SeveralDesks),
        (None, _) => Err(NotSendable::NoDesk),
    }
}

/// What is worth saying: of the desk and the team, and of what an anonymous report gives away.
pub(super) fn notices(
    content: &DraftContent,
    desk: Option<&Desk>,
    standing: &Standing,
    own: &[OwnPlace],
    now: DateTime<Utc>,
) -> Vec<Notice> {
    let directory = standing.directory.as_deref();
    let unlisted = desk.is_some_and(|desk| directory.is_none_or(|all| !all.is_listed(&desk.id)));
    let expired = standing.team.as_ref().is_some_and(|team| team.profile.expires.at() < now);
    let mut said = vec![(unlisted, Notice::UnlistedDesk), (expired, Notice::ProfileExpired)];
    if content.route == Route::Anonymous {
        let telltales: Vec<Telltale> =
            texts(content).flat_map(|text| telltale::telltales(text.as_str())).collect();
        said.extend([
            (telltales.contains(&Telltale::Phone), Notice::NamesPhone),
            (telltales.contains(&Telltale::Email), Notice::NamesEmail),
            (own.iter().any(|own| is_named(content, own)), Notice::NamesOwnPlace),
        ]);
    }
    said.into_iter().filter_map(|(says, notice)| says.then_some(notice)).collect()
}

/// The places that are the witness's own: those of the team's profile, and the station that this device knows.
pub(super) fn own_places(team: Option<&Team>, station: Option<&Station>) -> Vec<OwnPlace> {
    let of_team = team.into_iter().flat_map(|team| {
        let named = OwnPlace { name: Some(team.profile.team.clone()), position: None };
        let station = team.profile.station.iter();
        let stations = station
            .map(|station| OwnPlace { name: Some(station.name.clone()), position: Some(station.position) });
        [named].into_iter().chain(stations)
    });
    let of_device = station.into_iter();
    let of_device = of_device
        .map(|station| OwnPlace { name: Some(station.name.clone()), position: Some(station.position) });
    of_team.chain(of_device).collect()
}

fn texts(content: &DraftContent) -> impl Iterator<Item = &Text> {
    content.sightings.iter().flat_map(Sighting::texts)
}

/// Whether a draft says a place's name, or says that it was there.
fn is_named(content: &DraftContent, own: &OwnPlace) -> bool {
    let by_name = own
        .name
        .as_ref()
        .is_some_and(|name| texts(content).any(|text| telltale::names_place(text.as_str(), name.as_str())));
    let near = |at: &Position| own.position.is_some_and(|own| geodesy::leg(&own, at).metres <= OWN_PLACE_M);
    let there = content.sightings.iter().any(|sighting| {
        let sent_fix = sighting.observer.as_ref().filter(|_| content.send_fix);
        let target = match &sighting.target {
            Some(Target::Point { position, .. }) => Some(position),
            _ => None,
        };
        sent_fix.map(|fix| &fix.position).into_iter().chain(target).any(near)
    });
    by_name || there
}
