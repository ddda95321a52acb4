//! A team's set-up, signed: its station, people, desks, language and routes, out of a file or a QR code.
//!
//! A file is three kinds of lines, each ended by LF: `turnstone profile 1`, the payload as JSON in one line, and for each
//! signer its public key and its signature in base 64. Signed are the first two lines as they stand.
//!
//! Whoever signs it is not asked for: a profile signed by the keys that directories are believed by is believed like one;
//! any other is from outside, and stands for four words that two people compare ([`FourWords`]).

mod qr;
mod signed;
mod words;

use std::{collections::HashSet, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use signed::{Outside, ProfileError, SignedProfile, Signer};
pub use words::FourWords;

use crate::{
    body::{Metres, Position, Route},
    directory::{Desk, DeskId},
    limits,
    text::{Moment, Text},
};

/// The format this crate reads and writes.
pub const FORMAT: &str = "turnstone.profile/1";

/// How a team's phones are set up. `Debug` shows how much there is of what.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Always [`FORMAT`].
    pub format: String,
    /// What the team calls itself.
    pub team: Text,
    /// Where it keeps its watch, surveyed once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<Station>,
    /// Who may be on watch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Text>,
    /// Desks of the directory that the team reports to, the first that takes a report first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub desks: Vec<DeskId>,
    /// Desks that the directory does not list, whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<Desk>,
    /// Language that the team writes in, BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Routes that the team uses, the usual one first; none: both named ones. Never the anonymous one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// When it was made.
    pub issued: Moment,
    /// When it asks to be replaced. Never blocks anything.
    pub expires: Moment,
}

/// Where a team keeps its watch. `Debug` hides it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// Its name.
    pub name: Text,
    /// The point.
    #[serde(flatten)]
    pub position: Position,
    /// Radius in metres within which the point lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<Metres>,
}

impl Profile {
    /// One of which nothing is known but the team's name and its dates.
    pub fn new(team: Text, issued: DateTime<Utc>, expires: DateTime<Utc>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            team,
            station: None,
            people: Vec::new(),
            desks: Vec::new(),
            unlisted: Vec::new(),
            language: None,
            routes: Vec::new(),
            issued: Moment::utc(issued),
            expires: Moment::utc(expires),
        }
    }

    /// The routes that the team uses, the usual one first.
    pub fn routes(&self) -> &[Route] {
        const NAMED: &[Route] = &[Route::Police, Route::Confidential];
        if self.routes.is_empty() { NAMED } else { &self.routes }
    }

    /// Every limit, and every rule that holds between fields.
    ///
    /// # Errors
    /// [`ProfileError`].
    pub fn check(&self) -> Result<(), ProfileError> {
        let texts = [&self.team].into_iter().chain(&self.people).chain(self.station.iter().map(|s| &s.name));
        let fits = |text: &Text| !text.is_blank() && text.len() <= limits::NAME_BYTES;
        let counts = [
            (self.people.len(), limits::WATCH_PEOPLE),
            (self.desks.len(), limits::PROFILE_DESKS),
            (self.unlisted.len(), limits::PROFILE_DESKS),
            (self.routes.len(), Route::ALL.len()),
            (self.language.as_ref().map_or(0, String::len), limits::NAME_BYTES),
        ];
        let mut there = texts;
        if !there.all(fits) || counts.iter().any(|(count, limit)| count > limit) {
            return Err(ProfileError::Shape);
        }
        if self.routes.contains(&Route::Anonymous) {
            return Err(ProfileError::Anonymous);
        }
        let (mut named, mut brought) = (HashSet::new(), HashSet::new());
        let once = self.desks.iter().all(|id| named.insert(id))
            && self.unlisted.iter().all(|desk| brought.insert(&desk.id));
        if !once {
            return Err(ProfileError::Repeated);
        }
        for desk in &self.unlisted {
            let mut keys = HashSet::new();
            if !desk.keys.iter().all(|entry| keys.insert(entry.id)) {
                return Err(ProfileError::Repeated);
            }
            desk.keys.iter().try_for_each(|entry| entry.check()).map_err(ProfileError::Key)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (people, desks) = (self.people.len(), self.desks.len() + self.unlisted.len());
        write!(f, "[profile of {people} people and {desks} desks]")
    }
}

impl fmt::Debug for Station {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[station]")
    }
}

#[cfg(test)]
mod tests;
