//! Where: what is known of a position, places by their names, positions as people write them.

use turnstone_almanac::{
    geodesy::Leg,
    places::{Kind, Place, Suggested},
    position::{Form, Read, read},
    words::Lang,
};
use turnstone_core::view::{self, PlaceScreen};
use turnstone_wire::body::{Metres, Position, Scheme};

use super::Client;
use crate::{CoreError, place::Coordinates};

/// The most rows that a search gives.
const FOUND: u32 = 100;

/// What is known of a position.
#[derive(uniffi::Record)]
pub struct PlaceScreenRow {
    /// The position in each form that reaches it, the one that people type first.
    pub forms: Vec<PositionForm>,
    /// The nearest harbours.
    pub harbours: Vec<PlaceRowView>,
    /// The nearest airfields.
    pub airfields: Vec<PlaceRowView>,
    /// Whose police area it is: the ONS code, of a country outside the UK its ISO 3166 code; none where there is none.
    pub area: Option<String>,
    /// The same in a sentence.
    pub area_text: String,
    /// The scheme to offer first; none where the map gives no reason for either. Each can be chosen everywhere.
    pub suggested: Option<Scheme>,
    /// The same in a sentence.
    pub suggested_text: String,
}

/// A position as it is written.
#[derive(uniffi::Record)]
pub struct PositionForm {
    /// `decimal`, `degrees_minutes`, `degrees_minutes_seconds`, `os_grid`, `irish_grid`.
    pub code: String,
    /// The writing.
    pub text: String,
}

/// Which list a place stands in.
#[uniffi::remote(Enum)]
#[uniffi(name = "PlaceKind")]
pub enum Kind {
    /// Harbours, ports, marinas, docks and landings.
    Harbour,
    /// Airfields, strips, heliports and the like.
    Airfield,
}

/// A place on a screen.
#[derive(uniffi::Record)]
pub struct PlaceRowView {
    /// Its name.
    pub name: String,
    /// Which list it stands in.
    pub kind: Kind,
    /// What it is, more closely, as a stable code.
    pub sort: String,
    /// The same in words.
    pub sort_text: String,
    /// UN/LOCODE of a harbour; ICAO's or another code of an airfield. Empty where there is none.
    pub code: String,
    /// The town or parish; empty where the sources name none.
    pub locality: String,
    /// Where its sources put it.
    pub position: Position,
    /// The sources give whole minutes of arc only: it may be 1 to 2 km from there.
    pub rough: bool,
    /// How far a position is from it, in metres, where there is one.
    pub distance_m: Option<f64>,
    /// In which direction from it, in degrees clockwise from true north.
    pub bearing_deg_true: Option<f64>,
    /// The same in words; of a place looked up without a position, how it lies to another.
    pub lies_text: Option<String>,
}

/// A position that was read out of what somebody typed.
#[derive(uniffi::Record)]
pub struct PositionReading {
    /// The point: of a grid reference, the middle of its square.
    pub position: Coordinates,
    /// Radius in metres that holds all that the writing may mean; none where that is a point for anybody's purpose.
    pub accuracy_m: Option<Metres>,
    /// How it was written, as in `PositionForm`.
    pub form: String,
}

/// What was read: one reading, several of which a person chooses one, or none, and then a sentence says why.
#[derive(uniffi::Record)]
pub struct ReadPosition {
    /// All that it may mean.
    pub readings: Vec<PositionReading>,
    /// Why it is no position, or not one alone.
    pub problem: Option<String>,
}

fn form_code(form: Form) -> &'static str {
    match form {
        Form::Decimal => "decimal",
        Form::DegreesMinutes => "degrees_minutes",
        Form::DegreesMinutesSeconds => "degrees_minutes_seconds",
        Form::OsGrid { figures: _ } => "os_grid",
        Form::IrishGrid { figures: _ } => "irish_grid",
    }
}

impl From<&Read> for PositionReading {
    fn from(read: &Read) -> Self {
        let at = &read.position;
        let position = Coordinates { lat_deg: at.lat_deg(), lon_deg: at.lon_deg() };
        Self { position, accuracy_m: read.accuracy_m(), form: form_code(read.form).to_owned() }
    }
}

impl From<view::PlaceRow> for PlaceRowView {
    fn from(row: view::PlaceRow) -> Self {
        let view::PlaceRow { place, sort_text, leg, lies_text } = row;
        let Place { name, kind, sort, code, locality, position, rough } = place;
        let leg = leg.map(|Leg { metres, bearing_deg }| (metres, bearing_deg));
        Self {
            name,
            kind,
            sort: sort.code().to_owned(),
            sort_text,
            code,
            locality,
            position,
            rough,
            distance_m: leg.map(|leg| leg.0),
            bearing_deg_true: leg.map(|leg| leg.1),
            lies_text,
        }
    }
}

impl From<PlaceScreen> for PlaceScreenRow {
    fn from(screen: PlaceScreen) -> Self {
        let PlaceScreen { forms, harbours, airfields, area, area_text, suggested, suggested_text } = screen;
        let form = |(code, text): (&str, String)| PositionForm { code: code.to_owned(), text };
        let rows = |rows: Vec<view::PlaceRow>| rows.into_iter().map(PlaceRowView::from).collect();
        let Suggested { scheme, why: _ } = suggested;
        Self {
            forms: forms.into_iter().map(form).collect(),
            harbours: rows(harbours),
            airfields: rows(airfields),
            area: area.map(|area| area.code),
            area_text,
            suggested: scheme,
            suggested_text,
        }
    }
}

#[uniffi::export]
impl Client {
    /// What is known of a position: its grid reference, the nearest harbours and airfields, whose police area it is.
    pub async fn place(&self, position: Position, lang: Lang) -> Result<PlaceScreenRow, CoreError> {
        self.core
            .work(move |core| Ok(view::place_screen(&core.places(), &position, lang)))
            .await
            .map(PlaceScreenRow::from)
    }

    /// Places by their name, the best first, 100 at most.
    pub async fn places_named(
        &self,
        name: String,
        near: Option<Position>,
        limit: u32,
        lang: Lang,
    ) -> Result<Vec<PlaceRowView>, CoreError> {
        let limit = usize::try_from(limit.min(FOUND)).unwrap_or(0);
        let rows = self
            .core
            .work(move |core| Ok(view::place_rows(&core.places(), &name, near.as_ref(), limit, lang)))
            .await?;
        Ok(rows.into_iter().map(PlaceRowView::from).collect())
    }
}

/// Reads a position in any form that people write: decimal degrees, degrees and minutes, grid references.
#[uniffi::export]
pub fn read_position(text: String, lang: Lang) -> ReadPosition {
    match read(&text) {
        Ok(read) => ReadPosition { readings: vec![PositionReading::from(&read)], problem: None },
        Err(error) => {
            let readings = match &error {
                turnstone_almanac::position::ReadError::Ambiguous { readings } => readings.as_slice(),
                _ => &[],
            };
            let readings = readings.iter().map(PositionReading::from).collect();
            ReadPosition { readings, problem: Some(error.say(lang)) }
        }
    }
}
