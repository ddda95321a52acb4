//! The ways to send: what is usual on this device, and what each means.

use turnstone_almanac::words::Lang;
use turnstone_core::{Client as Core, Station, Usual, UsualRoute, view, view::ChoiceRow};
use turnstone_wire::{profile, text::Text};

use super::Client;
use crate::CoreError;

/// A route that can be the usual one. The anonymous one cannot: who has it chosen for them trusts it without knowing what it asks.
#[uniffi::remote(Enum)]
pub enum UsualRoute {
    /// To the police.
    Police,
    /// With whoever the witness is sealed apart.
    Confidential,
}

/// What a new draft begins with where its witness says nothing. Never a contact, never the anonymous route.
#[derive(uniffi::Record)]
pub struct UsualRow {
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

/// What a screen shows of one way to send.
#[derive(uniffi::Record)]
pub struct RouteChoiceRow {
    /// The stable code of the route; none for advice, which cannot be chosen.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// What it means for whoever chooses it, or the advice.
    pub means: String,
    /// It is the usual one here.
    pub usual: bool,
}

impl From<Usual> for UsualRow {
    fn from(usual: Usual) -> Self {
        let Usual { route, language, station, people, team } = usual;
        Self { route, language, station: station.map(surveyed), people, team }
    }
}

/// A profile's station as a home keeps one.
pub(crate) fn surveyed(station: profile::Station) -> Station {
    let profile::Station { name, position, accuracy_m } = station;
    Station { name, position, accuracy_m }
}

impl From<ChoiceRow> for RouteChoiceRow {
    fn from(row: ChoiceRow) -> Self {
        let ChoiceRow { code, name, means, usual } = row;
        Self { code: code.map(str::to_owned), name, means, usual }
    }
}

#[uniffi::export]
impl Client {
    /// What a new draft begins with.
    pub async fn usual(&self) -> Result<UsualRow, CoreError> {
        self.core.work(Core::usual).await.map(UsualRow::from)
    }

    /// The ways to send, in the order in which to offer them: none is chosen beforehand that is not the usual one.
    pub async fn route_choices(&self, lang: Lang) -> Result<Vec<RouteChoiceRow>, CoreError> {
        let choices = self.core.work(Core::choices).await?;
        Ok(view::choice_rows(&choices, lang).into_iter().map(RouteChoiceRow::from).collect())
    }
}

/// The question that is asked once.
#[uniffi::export]
pub fn route_question(lang: Lang) -> String {
    view::route_question(lang)
}
