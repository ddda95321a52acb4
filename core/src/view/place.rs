//! What is known of a position, and places by their names: rows for screens.

use std::fmt;

use turnstone_almanac::{
    geodesy::{self, Leg},
    places::{Kind, Place, Places, PoliceArea, Suggested},
    position::{Form, write},
    words::{Lang, words},
};
use turnstone_wire::body::Position;

use crate::{
    error::{Error, NotSendable},
    report::ChosenDesk,
};

/// How many harbours, and how many airfields, are shown of a position.
const NEAREST: usize = 3;

/// What is known of a position. `Debug` hides it.
#[derive(Clone, PartialEq)]
pub struct PlaceScreen {
    /// The position in each form that reaches it, by the form's code, the one that people type first.
    pub forms: Vec<(&'static str, String)>,
    /// The nearest harbours.
    pub harbours: Vec<PlaceRow>,
    /// The nearest airfields.
    pub airfields: Vec<PlaceRow>,
    /// Whose police area it is.
    pub area: Option<PoliceArea>,
    /// The same in a sentence.
    pub area_text: String,
    /// Which scheme it suggests.
    pub suggested: Suggested,
    /// The same in a sentence.
    pub suggested_text: String,
}

/// A place on a screen. `Debug` hides it.
#[derive(Clone, PartialEq)]
pub struct PlaceRow {
    /// The place.
    pub place: Place,
    /// What it is, in words.
    pub sort_text: String,
    /// How a position lies to it: length, and direction seen from the place.
    pub leg: Option<Leg>,
    /// The same in words; of a place that was looked up without a position, how it lies to another place near it, so that
    /// two of one name are told apart.
    pub lies_text: Option<String>,
}

impl fmt::Debug for PlaceScreen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[what is known of a position]")
    }
}

impl fmt::Debug for PlaceRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[a place]")
    }
}

/// What is known of a position.
pub fn place_screen(places: &Places, position: &Position, lang: Lang) -> PlaceScreen {
    let near = |kind| {
        let near = places.nearest(position, kind, NEAREST).into_iter();
        near.map(|near| {
            let leg = Leg { metres: near.metres, bearing_deg: near.bearing_deg_true };
            row(near.place, Some(leg), Some(lies_text(&leg, lang)), lang)
        })
        .collect()
    };
    let area = places.police_area(position);
    let suggested = places.scheme_for(position);
    let distance = suggested.why.metres().map(distance_text).unwrap_or_default();
    let suggests = format!("place-suggests-{}", suggested.why.code());
    PlaceScreen {
        forms: forms(position),
        harbours: near(Kind::Harbour),
        airfields: near(Kind::Airfield),
        area_text: area_text(area.as_ref(), lang),
        area,
        suggested,
        suggested_text: words(lang).say(&suggests, &[("distance", distance.as_str().into())]),
    }
}

/// Places by their name, the best `n` first.
pub fn place_rows(
    places: &Places,
    name: &str,
    near: Option<&Position>,
    n: usize,
    lang: Lang,
) -> Vec<PlaceRow> {
    let found = places.search(name, near, n).into_iter();
    let rows = found.map(|found| {
        let lies = match &found.leg {
            Some(leg) => Some(lies_text(leg, lang)),
            None => beside_text(places, &found.place, lang),
        };
        row(found.place, found.leg, lies, lang)
    });
    rows.collect()
}

/// Whose police area, in a sentence.
pub fn area_text(area: Option<&PoliceArea>, lang: Lang) -> String {
    let words = words(lang);
    let Some(area) = area else { return words.say("place-area-none", &[]) };
    let id = match (area.outside, area.nearest) {
        (false, false) => "place-area-within",
        (false, true) => "place-area-nearest",
        (true, false) => "place-area-outside",
        (true, true) => "place-area-outside-nearest",
    };
    let name = area_name(&area.code, &area.name, area.outside, lang);
    let distance = distance_text(area.metres);
    let mut said = words.say(id, &[("area", name.as_str().into()), ("distance", distance.as_str().into())]);
    if let Some(next) = &area.runner_up {
        let name = area_name(&next.code, &next.name, next.outside, lang);
        let distance = distance_text(next.metres);
        let next = [("area", name.as_str().into()), ("distance", distance.as_str().into())];
        said = format!("{said}; {}", words.say("place-area-next", &next));
    }
    said
}

/// Why a desk was chosen, as the end of a sentence: "because ...".
pub fn desk_reason(desk: &ChosenDesk, lang: Lang) -> String {
    let area = desk.area.as_deref().unwrap_or_default();
    words(lang).say(&format!("desk-why-{}", desk.why.code()), &[("area", area.into())])
}

/// What there is to say where no desk can be named for a position.
pub fn no_desk_text(error: &Error, lang: Lang) -> String {
    let id = match error {
        Error::NotSendable(NotSendable::SeveralDesks) => "desk-several",
        Error::NotSendable(NotSendable::NoDesk) => "desk-none-here",
        _ => "desk-no-list",
    };
    words(lang).say(id, &[])
}

/// A length as people say it: to ten metres below a kilometre, to a tenth of one below ten.
pub fn distance_text(metres: f64) -> String {
    match metres {
        metres if metres < 995.0 => format!("{:.0} m", (metres / 10.0).round() * 10.0),
        metres if metres < 9_950.0 => format!("{:.1} km", metres / 1_000.0),
        metres => format!("{:.0} km", metres / 1_000.0),
    }
}

fn row(place: Place, leg: Option<Leg>, lies_text: Option<String>, lang: Lang) -> PlaceRow {
    let sort_text = words(lang).say(&format!("place-sort-{}", place.sort.code()), &[]);
    PlaceRow { place, sort_text, leg, lies_text }
}

fn lies_text(leg: &Leg, lang: Lang) -> String {
    let (distance, bearing) = (distance_text(leg.metres), degrees_text(leg.bearing_deg));
    words(lang)
        .say("place-lies", &[("distance", distance.as_str().into()), ("bearing", bearing.as_str().into())])
}

/// Three figures, as bearings are read out.
fn degrees_text(deg: f64) -> String {
    format!("{:03.0}", deg.round().rem_euclid(360.0))
}

/// How a place lies to the nearest one of another name.
fn beside_text(places: &Places, place: &Place, lang: Lang) -> Option<String> {
    let others = Kind::ALL.into_iter().flat_map(|kind| places.nearest(&place.position, kind, 2 * NEAREST));
    let other = others.filter(|other| other.name != place.name && other.metres > 0.0);
    let other = other.min_by(|a, b| a.metres.total_cmp(&b.metres))?;
    let leg = geodesy::leg(&other.position, &place.position);
    let (distance, bearing) = (distance_text(leg.metres), degrees_text(leg.bearing_deg));
    let args = [
        ("distance", distance.as_str().into()),
        ("bearing", bearing.as_str().into()),
        ("name", other.name.as_str().into()),
    ];
    Some(words(lang).say("place-beside", &args))
}

/// A force by its own name; a country in the language.
fn area_name(code: &str, name: &str, outside: bool, lang: Lang) -> String {
    let id = format!("place-country-{}", code.to_lowercase());
    if outside && words(lang).has(&id) { words(lang).say(&id, &[]) } else { name.to_owned() }
}

fn forms(position: &Position) -> Vec<(&'static str, String)> {
    let forms = [
        ("decimal", Form::Decimal),
        ("degrees_minutes", Form::DegreesMinutes),
        ("degrees_minutes_seconds", Form::DegreesMinutesSeconds),
        ("os_grid", Form::OsGrid { figures: 8 }),
        ("irish_grid", Form::IrishGrid { figures: 8 }),
    ];
    forms.into_iter().filter_map(|(code, form)| Some((code, write(position, form)?))).collect()
}

#[cfg(test)]
mod tests {
    use turnstone_almanac::places::built_in;

    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    #[test]
    fn a_quay_is_described_in_both_languages() {
        let screen = place_screen(built_in(), &at(50.6082, -1.948), Lang::En);
        assert_eq!(screen.harbours[0].place.name, "Swanage");
        assert!(screen.area_text.starts_with("Dorset (police area), the nearest, "), "{}", screen.area_text);
        assert!(screen.suggested_text.starts_with("At sea: KRAKEN"));
        assert!(screen.forms.iter().any(|(code, text)| *code == "os_grid" && text.starts_with("SZ")));
        let welsh = place_screen(built_in(), &at(50.6082, -1.948), Lang::Cy);
        assert!(welsh.area_text.starts_with("Dorset (ardal heddlu), yr agosaf"), "{}", welsh.area_text);
        assert_eq!(welsh.harbours[0].sort_text, "porthladd");
    }

    #[test]
    fn a_country_outside_is_named_in_the_language() {
        let area = built_in().police_area(&at(54.15, -4.55));
        assert_eq!(area_text(area.as_ref(), Lang::En), "the Isle of Man: outside the UK's police areas");
        assert!(area_text(area.as_ref(), Lang::Cy).starts_with("Ynys Manaw:"));
        assert_eq!(area_text(None, Lang::En), "No police area within 12 nautical miles.");
    }

    #[test]
    fn the_same_names_are_told_apart_with_and_without_a_position() {
        let rows = place_rows(built_in(), "Manor Farm Airstrip", None, 7, Lang::En);
        let lies: std::collections::BTreeSet<_> =
            rows.iter().map(|row| row.lies_text.clone().unwrap()).collect();
        assert_eq!((rows.len(), lies.len()), (7, 7));
        assert!(lies.iter().all(|text| !text.contains("Manor Farm Airstrip")));
        let rows = place_rows(built_in(), "Manor Farm Airstrip", Some(&at(51.415, -1.515)), 7, Lang::En);
        assert_eq!(rows[0].lies_text.as_deref(), Some("9.3 km, 194° true, from there"));
    }

    #[test]
    fn lengths_are_rounded_as_people_say_them() {
        for (metres, said) in [
            (0.0, "0 m"),
            (44.0, "40 m"),
            (994.0, "990 m"),
            (996.0, "1.0 km"),
            (9_940.0, "9.9 km"),
            (9_960.0, "10 km"),
        ] {
            assert_eq!(distance_text(metres), said);
        }
        assert_eq!((degrees_text(359.7).as_str(), degrees_text(7.2).as_str()), ("000", "007"));
    }
}
