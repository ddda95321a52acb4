//! The desks that a team's profile adds to a directory: they never stand in the place of one that is listed.

use chrono::{DateTime, Utc};

use super::{Desk, DeskId, Directory, FORMAT, Payload};

/// What a team adds.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Joined {
    offered: Vec<Desk>,
    preferred: Vec<DeskId>,
    former: Vec<Desk>,
}

impl Joined {
    pub(super) fn desk(&self, id: &DeskId) -> Option<&Desk> {
        self.offered.iter().chain(&self.former).find(|desk| desk.id == *id)
    }
}

impl Directory {
    /// A directory with a team's desks beside it; without a directory, those alone.
    ///
    /// `offered` can be chosen, `former` cannot: what is on its way there still goes there. Of either, what the directory lists itself
    /// is left out. `preferred` names desks the team reports to, of those that are listed or offered.
    pub fn joined(
        directory: Option<&Self>,
        offered: Vec<Desk>,
        preferred: Vec<DeskId>,
        former: Vec<Desk>,
    ) -> Self {
        let mut joined = directory.cloned().unwrap_or_else(|| Self {
            payload: Payload {
                format: FORMAT.to_owned(),
                root_generation: 0,
                sequence: 0,
                issued: DateTime::UNIX_EPOCH,
                expires: DateTime::<Utc>::MAX_UTC,
                desks: Vec::new(),
            },
            sha256: None,
            team: Joined::default(),
        });
        let unlisted = |desk: &Desk| !joined.is_listed(&desk.id);
        let offered: Vec<_> = offered.into_iter().filter(unlisted).collect();
        let former = former.into_iter().filter(unlisted).collect();
        let known = |id: &DeskId| joined.is_listed(id) || offered.iter().any(|desk| desk.id == *id);
        let preferred = preferred.into_iter().filter(known).collect();
        joined.team = Joined { offered, preferred, former };
        joined
    }

    /// Whether whoever signs directories vouches for a desk.
    pub fn is_listed(&self, id: &DeskId) -> bool {
        self.payload.desks.iter().any(|desk| desk.id == *id)
    }

    /// The desks that a team adds.
    pub fn offered(&self) -> &[Desk] {
        &self.team.offered
    }

    /// The desks that a team reports to, in their order.
    pub fn preferred(&self) -> impl Iterator<Item = &Desk> {
        let choosable =
            |id: &&DeskId| self.is_listed(id) || self.offered().iter().any(|desk| desk.id == **id);
        self.team.preferred.iter().filter(choosable).filter_map(|id| self.desk(id))
    }

    /// A desk that a report may be begun for: listed, or added by a team.
    pub fn choosable(&self, id: &DeskId) -> Option<&Desk> {
        self.payload.desks.iter().chain(self.offered()).find(|desk| desk.id == *id)
    }
}
