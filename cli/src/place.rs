//! `place`: what is known of a position, and places by their names. Works before anything is set up, and locked.

use std::fmt::Write as _;

use clap::Args;
use serde_json::{Value, json};
use turnstone_almanac::{
    places::{self, OtherArea, Places, PoliceArea},
    position::{self, ReadError},
    words::{Lang, words},
};
use turnstone_core::{
    ChosenDesk, Client, Error,
    view::{self, PlaceRow, PlaceScreen},
};
use turnstone_wire::{
    body::{Position, Route, Scheme},
    shown,
};

use crate::{args::Common, failure::Failure, guide, output::Output, parse};

/// Show what is known of a place: grid reference, nearest harbours and airfields, police area, scheme, desk
///
/// Needs nothing: no folder set up, no PIN, no network. Of a name it lists the harbours and airfields that are called so; the
/// beginning will do, and accents need not be typed. The table only suggests a name near a position; some of its positions
/// are a mile off.
///
/// Example: turnstone place "SZ 037 785"
#[derive(Debug, Args)]
pub(crate) struct PlaceArgs {
    /// A position in any form, or the name of a harbour or airfield
    #[arg(
        value_name = "LAT,LON|GRIDREF|NAME",
        required_unless_present = "about",
        allow_negative_numbers = true,
        allow_hyphen_values = true
    )]
    place: Option<String>,
    /// Of places of one name, show the nearest to here first, with distance and bearing
    #[arg(long, value_parser = parse::position, value_name = "POSITION", allow_hyphen_values = true)]
    near: Option<Position>,
    /// How many places of a name
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=100))]
    number: u16,
    /// Name the desk for this route: police, confidential or anonymous
    #[arg(long, value_parser = parse::route, value_name = "ROUTE", default_value = "police")]
    route: Route,
    /// en or cy
    #[arg(long, value_parser = parse::language, default_value = "en", value_name = "en|cy")]
    lang: String,
    /// Say who made the data that the table is built of
    #[arg(long, conflicts_with_all = ["place", "near"])]
    about: bool,
}

/// Runs the command.
pub(crate) fn run(common: &Common, args: &PlaceArgs, output: &Output) -> Result<(), Failure> {
    let client = guide::open_if_there(common, output);
    let built_in = places::built_in();
    let places = client.as_ref().map_or_else(|| built_in.clone(), Client::places);
    let lang = Lang::of(&args.lang);
    let Some(text) = args.place.as_deref().filter(|_| !args.about) else {
        let credits: Vec<_> = places.credits().iter().map(|credit| shown::line(credit)).collect();
        return output.answer(&json!({"credits": credits}), credits.join("\n"));
    };
    match position::read(text) {
        Ok(read) => {
            let screen = view::place_screen(&places, &read.position, lang);
            let desks = desks(client.as_ref(), &read.position, &screen, args);
            let json = screen_json(&read.position, &screen, &desks, lang);
            output.answer(&json, screen_words(&screen, &desks, lang))
        }
        Err(error) => named(&places, text, args, &error, output),
    }
}

/// What is no position is a name, unless no place has it and it looks like a position gone wrong.
fn named(
    places: &Places,
    text: &str,
    args: &PlaceArgs,
    error: &ReadError,
    output: &Output,
) -> Result<(), Failure> {
    let lang = Lang::of(&args.lang);
    // One more than is shown says that there are more.
    let all = view::place_rows(places, text, args.near.as_ref(), usize::MAX, lang);
    let rows = &all[..all.len().min(usize::from(args.number))];
    let figures = text.chars().filter(char::is_ascii_digit).count();
    let is_position = matches!(error, ReadError::Ambiguous { .. }) || figures >= 2;
    if rows.is_empty() && is_position {
        return Err(Failure::Usage(error.say(lang)));
    }
    let left_out = u32::try_from(all.len() - rows.len()).unwrap_or(u32::MAX);
    let json = json!({
        "asked": "name",
        "matches": rows.iter().map(row_json).collect::<Vec<_>>(),
        "left_out": left_out,
    });
    let mut said = String::new();
    if rows.is_empty() {
        let _ = writeln!(said, "{}", words(lang).say("place-none", &[]));
    }
    for row in rows {
        let place = &row.place;
        let code = if place.code.is_empty() { String::new() } else { format!(", {}", place.code) };
        let locality = if place.locality.is_empty() {
            String::new()
        } else {
            format!(", {}", shown::line(&place.locality))
        };
        let _ = writeln!(said, "{}{locality} ({}{code})", shown::line(&place.name), row.sort_text);
        let decimal = position::write(&place.position, position::Form::Decimal).unwrap_or_default();
        let grid = grid(&place.position).map(|grid| format!(", {grid}")).unwrap_or_default();
        let _ = writeln!(said, "    {decimal}{grid}{}", rough(row, lang));
        if let Some(lies) = &row.lies_text {
            let _ = writeln!(said, "    {}", shown::line(lies));
        }
        let _ = writeln!(said, "    {}", view::area_text(places.police_area(&place.position).as_ref(), lang));
    }
    if left_out > 0 {
        let _ = writeln!(said, "{}", words(lang).say("place-more", &[("n", left_out.into())]));
    }
    let _ = write!(said, "{}", closing(lang));
    output.answer(&json, said)
}

/// What there is to say of all of it.
fn closing(lang: Lang) -> String {
    let words = words(lang);
    let mut said = words.say("place-suggest-a-name", &[]);
    if !words.reviewed("place-suggest-a-name") {
        said = format!("{said}\n{}", words.say("guidance-not-reviewed", &[]));
    }
    said
}

fn grid(position: &Position) -> Option<String> {
    position::os_grid(position, 8).or_else(|| position::irish_grid(position, 8))
}

fn rough(row: &PlaceRow, lang: Lang) -> String {
    if row.place.rough { format!("; {}", words(lang).say("place-rough", &[])) } else { String::new() }
}

/// A desk for a scheme, or what there is to say instead.
struct DeskOf {
    scheme: Scheme,
    desk: Result<ChosenDesk, String>,
    route: Route,
}

fn desks(
    client: Option<&Client>,
    position: &Position,
    screen: &PlaceScreen,
    args: &PlaceArgs,
) -> Vec<DeskOf> {
    let lang = Lang::of(&args.lang);
    let schemes = screen.suggested.scheme.map_or_else(|| Scheme::ALL.to_vec(), |scheme| vec![scheme]);
    let of = |scheme| {
        let chosen = match client {
            Some(client) if matches!(client.directory(), Ok(Some(_))) => {
                client.desk_at(*position, scheme, args.route, lang.code())
            }
            _ => Err(Error::Locked),
        };
        DeskOf { scheme, route: args.route, desk: chosen.map_err(|error| view::no_desk_text(&error, lang)) }
    };
    schemes.into_iter().map(of).collect()
}

fn screen_words(screen: &PlaceScreen, desks: &[DeskOf], lang: Lang) -> String {
    let mut said = String::new();
    for (n, (_, text)) in screen.forms.iter().enumerate() {
        let label = if n == 0 { "Position: " } else { "          " };
        let _ = writeln!(said, "{label} {text}");
    }
    for (label, rows) in [("Harbours: ", &screen.harbours), ("Airfields:", &screen.airfields)] {
        for (n, row) in rows.iter().enumerate() {
            let label = if n == 0 { label } else { "          " };
            let code =
                if row.place.code.is_empty() { String::new() } else { format!(", {}", row.place.code) };
            let lies = row.lies_text.as_deref().unwrap_or_default();
            let name = shown::line(&row.place.name);
            let _ = writeln!(said, "{label} {name} ({}{code}): {lies}{}", row.sort_text, rough(row, lang));
        }
    }
    let _ = writeln!(said, "Police:    {}", shown::line(&screen.area_text));
    let _ = writeln!(said, "Scheme:    {}", screen.suggested_text);
    for DeskOf { scheme, route, desk } in desks {
        let _ = match desk {
            Ok(desk) => writeln!(
                said,
                "Desk:      {}, {} route: {}, {}",
                scheme.code_word(),
                route.code(),
                shown::line(&desk.name),
                shown::line(&view::desk_reason(desk, lang))
            ),
            Err(why) => writeln!(said, "Desk:      {}, {} route: {why}", scheme.code_word(), route.code()),
        };
    }
    let _ = write!(said, "{}", closing(lang));
    said
}

fn screen_json(position: &Position, screen: &PlaceScreen, desks: &[DeskOf], lang: Lang) -> Value {
    let forms: serde_json::Map<_, _> =
        screen.forms.iter().map(|(code, text)| ((*code).to_owned(), json!(text))).collect();
    let desks = desks.iter().map(|of| {
        let desk = of.desk.as_ref().ok();
        json!({
            "scheme": of.scheme,
            "route": of.route,
            "desk": desk.map(|desk| &desk.desk),
            "name": desk.map(|desk| &desk.name),
            "reason": desk.map(|desk| desk.why.code()),
            "reason_text": of.desk.as_ref().map_or_else(Clone::clone, |desk| view::desk_reason(desk, lang)),
        })
    });
    json!({
        "asked": "position",
        "position": position,
        "forms": forms,
        "harbours": screen.harbours.iter().map(row_json).collect::<Vec<_>>(),
        "airfields": screen.airfields.iter().map(row_json).collect::<Vec<_>>(),
        "police_area": screen.area.as_ref().map(area_json),
        "police_area_text": screen.area_text,
        "suggested": {
            "scheme": screen.suggested.scheme,
            "why": screen.suggested.why.code(),
            "text": screen.suggested_text,
        },
        "desks": desks.collect::<Vec<_>>(),
    })
}

fn row_json(row: &PlaceRow) -> Value {
    let place = &row.place;
    json!({
        "name": place.name,
        "kind": place.kind.code(),
        "sort": place.sort.code(),
        "code": place.code,
        "locality": place.locality,
        "position": place.position,
        "rough": place.rough,
        "metres": row.leg.map(|leg| leg.metres),
        "bearing_deg_true": row.leg.map(|leg| leg.bearing_deg),
        "lies_text": row.lies_text,
    })
}

fn area_json(area: &PoliceArea) -> Value {
    json!({
        "code": area.code,
        "name": area.name,
        "outside": area.outside,
        "nearest": area.nearest,
        "metres": area.metres,
        "runner_up": area.runner_up.as_ref().map(other_json),
    })
}

fn other_json(area: &OtherArea) -> Value {
    json!({"code": area.code, "name": area.name, "outside": area.outside, "metres": area.metres})
}
