//! Which route a report takes when its witness says nothing: asked for once on a personal phone, set by its profile on a team's.

use std::fmt;

use turnstone_wire::{body::Route, profile::Station, text::Text};

use crate::{error::Error, profile::Team};

/// A route that can be the usual one. The anonymous one cannot: who has it chosen for them trusts it without knowing what it asks of
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsualRoute {
    /// To the police.
    Police,
    /// With whoever the witness is sealed apart.
    Confidential,
}

impl UsualRoute {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Police, Self::Confidential];

    /// The route.
    pub fn route(self) -> Route {
        match self {
            Self::Police => Route::Police,
            Self::Confidential => Route::Confidential,
        }
    }

    /// The one of a route's stable code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|usual| usual.route().code() == code)
    }
}

/// What a new draft begins with where its witness says nothing. Never a contact, never the anonymous route. `Debug` hides it.
#[derive(Clone, Default, PartialEq)]
pub struct Usual {
    /// The route; none where nobody has been asked yet.
    pub route: Option<UsualRoute>,
    /// The language of the team, BCP 47.
    pub language: Option<String>,
    /// Where the team keeps its watch.
    pub station: Option<Station>,
    /// Who may be on watch.
    pub people: Vec<Text>,
    /// Whether this is a team's device: others know who was on watch.
    pub team: bool,
}

impl fmt::Debug for Usual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[what is usual]")
    }
}

impl Usual {
    pub(crate) fn of(asked: Option<UsualRoute>, team: Option<&Team>) -> Self {
        let first = team.and_then(|team| team.profile.routes().first());
        Self {
            route: first.and_then(|route| UsualRoute::of_code(route.code())).or(asked),
            language: team.and_then(|team| team.profile.language.clone()),
            station: team.and_then(|team| team.profile.station.clone()),
            people: team.map_or_else(Vec::new, |team| team.profile.people.clone()),
            team: team.is_some(),
        }
    }

    /// Whether a personal phone has yet to ask its witness.
    pub fn is_to_be_asked(&self) -> bool {
        self.route.is_none() && !self.team
    }

    /// The route to begin with: the one asked for, or the police's, which keeps a copy and can be put right.
    pub fn begin_with(&self) -> Route {
        self.route.map_or(Route::Police, UsualRoute::route)
    }
}

/// One of the ways to send that a screen offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// A route.
    Route {
        /// Which.
        route: Route,
        /// It is the usual one here.
        usual: bool,
    },
    /// In the place of the anonymous route on a team's device: what to do instead.
    TeamAdvice,
}

impl Choice {
    pub(crate) fn all(usual: &Usual, team: Option<&Team>) -> Vec<Self> {
        let named = team.map_or(&[Route::Police, Route::Confidential][..], |team| team.profile.routes());
        let begin = usual.route.map(UsualRoute::route);
        let routes = named.iter().map(|&route| Self::Route { route, usual: begin == Some(route) });
        let last = if team.is_some() {
            Self::TeamAdvice
        } else {
            Self::Route { route: Route::Anonymous, usual: false }
        };
        routes.chain([last]).collect()
    }
}

impl crate::Client {
    /// What a new draft begins with. Needs no unlock; where the key store is not in reach, nothing is usual (P9).
    ///
    /// # Errors
    /// Where the home cannot be read.
    pub fn usual(&self) -> Result<Usual, Error> {
        let core = self.core();
        let Some(sending) = core.sending_if_reached()? else { return Ok(Usual::default()) };
        let asked = core.words.read(|conn| crate::settings::usual_route(conn, sending))?;
        Ok(Usual::of(asked, core.standing()?.team.as_deref()))
    }

    /// The ways to send, in the order in which to offer them: never with one of them chosen beforehand that is not the usual one.
    ///
    /// # Errors
    /// As [`crate::Client::usual`].
    pub fn choices(&self) -> Result<Vec<Choice>, Error> {
        let usual = self.usual()?;
        let team = match self.core().sending_if_reached()? {
            Some(_) => self.core().standing()?.team,
            None => None,
        };
        Ok(Choice::all(&usual, team.as_deref()))
    }
}

impl crate::Notebook {
    /// Sets the usual route, or that it is to be asked for again.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn set_usual_route(&self, route: Option<UsualRoute>) -> Result<(), Error> {
        let core = self.cell().core();
        let sending = core.sending()?;
        Ok(self.cell().with(|_| {
            core.words.write(|tx| crate::settings::set_usual_route(tx, route, sending, core.random()))
        })?)
    }
}
