//! From a typed argument to a value, once; a refusal is one sentence that says what would be right.

use chrono::TimeDelta;
use clap::builder::{OsStringValueParser, TypedValueParser};
use serde::de::DeserializeOwned;
use turnstone_almanac::{position, sign};
use turnstone_core::{AutoLock, DraftRow, Station, UsualRoute, media::Region, sync::Proxy};
use turnstone_wire::{
    body::{Aircraft, Channel, Degrees, Metres, Person, Position, Route, Scheme, SignCode, Vehicle, Vessel},
    directory::DeskId,
    limits,
    reference::Reference,
    text::{Moment, Text, Unknown},
};

use crate::args::RouteSetting;

/// What a command is about: a report by its reference, or a draft by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Report(Reference),
    Draft(DraftRow),
}

/// The id of a desk.
pub(crate) fn desk_id(text: &str) -> Result<DeskId, String> {
    DeskId::parse(text).map_err(|error| error.to_string())
}

/// Which desk is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DeskChoice {
    /// This one.
    Desk(DeskId),
    /// None: the only one that takes such reports.
    None,
}

pub(crate) fn desk(text: &str) -> Result<DeskChoice, String> {
    match text.trim() {
        "" => Ok(DeskChoice::None),
        id => DeskId::parse(id).map(DeskChoice::Desk).map_err(|error| error.to_string()),
    }
}

/// A draft has a number, a report a reference that begins with a code word: they cannot be mistaken for each other.
pub(crate) fn named(text: &str) -> Result<Named, String> {
    if text.trim().starts_with(|c: char| c.is_ascii_digit()) {
        return draft(text).map(Named::Draft);
    }
    let wrong = |error| format!("neither the number of a draft nor the reference of a report: {error}");
    text.parse().map(Named::Report).map_err(wrong)
}

pub(crate) fn reference(text: &str) -> Result<Reference, String> {
    text.parse().map_err(|error: turnstone_wire::reference::ReferenceError| error.to_string())
}

/// A time to wait: minutes, hours or days, a week at most.
pub(crate) fn delay(text: &str) -> Result<TimeDelta, String> {
    let text = text.trim();
    let wrong = || "a time to wait is a number of minutes, hours or days, such as 90m, 2h or 1d".to_owned();
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let number: u32 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
    let delay = match unit {
        'm' => TimeDelta::minutes(number.into()),
        'h' => TimeDelta::hours(number.into()),
        'd' => TimeDelta::days(number.into()),
        _ => return Err(wrong()),
    };
    if number == 0 || delay > TimeDelta::days(7) {
        return Err("a report can wait from one minute to seven days".to_owned());
    }
    Ok(delay)
}

pub(crate) fn auto_lock(text: &str) -> Result<AutoLock, String> {
    text.trim()
        .parse()
        .ok()
        .and_then(AutoLock::of_minutes)
        .ok_or_else(|| "an app locks itself after whole minutes, from 1 to 60".to_owned())
}

pub(crate) fn proxy(text: &str) -> Result<Proxy, String> {
    Proxy::parse(text.trim()).map_err(|error| error.to_string())
}

pub(crate) fn draft(text: &str) -> Result<DraftRow, String> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number
        .map(DraftRow)
        .ok_or_else(|| "a draft has a number, such as 3; `turnstone draft list` shows them".to_owned())
}

/// A part of a picture: where it begins, and how large it is, in picture points.
pub(crate) fn region(text: &str) -> Result<Region, String> {
    let numbers: Result<Vec<u32>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    match numbers.as_deref() {
        Ok(&[x, y, width, height]) if width > 0 && height > 0 => Ok(Region { x, y, width, height }),
        _ => Err("a part of a photo is four numbers of points, from its left and from its top, its width and its height, such as 840,310,220,260".to_owned()),
    }
}

/// The mark of something that was shown.
pub(crate) fn mark(text: &str) -> Result<String, String> {
    let mark = text.trim().to_ascii_lowercase();
    let fits = mark.len() == 16 && mark.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then_some(mark)
        .ok_or_else(|| "a mark has 16 digits of 0-9 and a-f; `turnstone preview` gives it".to_owned())
}

/// Words as they were typed. What is no UTF-8 is shown as such, as from standard input: nobody's words are refused for how
/// their terminal spells.
pub(crate) fn text() -> impl TypedValueParser<Value = Text> {
    OsStringValueParser::new().map(|words| Text::new(words.to_string_lossy()))
}

pub(crate) fn scheme(text: &str) -> Result<Scheme, String> {
    by_code(&Scheme::ALL, Scheme::code, text)
}

pub(crate) fn route(text: &str) -> Result<Route, String> {
    by_code(&Route::ALL, Route::code, text)
}

/// The usual route. The anonymous one is chosen for each report: whoever has it chosen for them does not know what it asks.
pub(crate) fn usual_route(text: &str) -> Result<RouteSetting, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "ask" => Ok(RouteSetting::Ask),
        code => UsualRoute::of_code(code).map(RouteSetting::Is).ok_or_else(|| {
            "the usual route is police or confidential, or ask; the anonymous one is chosen for each report".to_owned()
        }),
    }
}

pub(crate) fn channel(text: &str) -> Result<Channel, String> {
    by_code(&Channel::ALL, Channel::code, text)
}

fn by_code<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str, text: &str) -> Result<T, String> {
    let found = all.iter().copied().find(|one| code(*one).eq_ignore_ascii_case(text.trim()));
    found.ok_or_else(|| {
        let codes: Vec<_> = all.iter().map(|one| code(*one)).collect();
        format!("it is one of {}", codes.join(", "))
    })
}

/// A position in any form that people use: degrees, a grid reference.
pub(crate) fn position(text: &str) -> Result<Position, String> {
    read_position(text).map(|read| read.position)
}

/// The same, with how exact it was written.
pub(crate) fn read_position(text: &str) -> Result<position::Read, String> {
    position::read(text).map_err(|error| error.to_string())
}

/// A surveyed place: its name, a comma, and a position in any form.
pub(crate) fn station(text: &str) -> Result<Station, String> {
    let wrong =
        || "a station is a name, a comma and a position, such as \"Old lookout, SZ 0360 7860\"".to_owned();
    let (name, place) = text.split_once(',').ok_or_else(wrong)?;
    let name = Some(name.trim()).filter(|name| !name.is_empty() && name.len() <= limits::NAME_BYTES);
    let read = read_position(place)?;
    let (name, accuracy_m) = (Text::from(name.ok_or_else(wrong)?), read.accuracy_m());
    Ok(Station { name, position: read.position, accuracy_m })
}

pub(crate) fn metres(text: &str) -> Result<Metres, String> {
    let number =
        text.trim().parse().map_err(|_| "a distance is a number of metres, such as 800".to_owned())?;
    Metres::new(number).map_err(|error| error.to_string())
}

/// Degrees of a bearing; from which north is another argument.
pub(crate) fn degrees(text: &str) -> Result<f64, String> {
    let number = text.trim().parse().ok().filter(|degrees| (0.0..=360.0).contains(degrees));
    number.ok_or_else(|| "a bearing is a number of degrees between 0 and 360, such as 210".to_owned())
}

/// By how many degrees a bearing may be wrong.
pub(crate) fn give_or_take_deg(text: &str) -> Result<Degrees, String> {
    let number = text
        .trim()
        .parse()
        .map_err(|_| "a give-or-take is a number of degrees from 0 to 180, such as 5".to_owned())?;
    Degrees::new(number).map_err(|error| error.to_string())
}

pub(crate) fn moment(text: &str) -> Result<Moment, String> {
    let wrong =
        |_| "a time is written with its date and offset, such as 2026-05-03T21:40:00+01:00".to_owned();
    Moment::parse(text.trim()).map_err(wrong)
}

pub(crate) fn sign(code: &str) -> Result<SignCode, String> {
    sign::known(code).map_err(|error| error.to_string())
}

pub(crate) fn language(text: &str) -> Result<String, String> {
    by_code(&["en", "cy"], |code| code, text).map(str::to_owned)
}

pub(crate) fn vessel(json: &str) -> Result<Vessel, String> {
    subject(json, Vessel::FIELDS, |vessel: &Vessel| &vessel.unknown)
}

pub(crate) fn aircraft(json: &str) -> Result<Aircraft, String> {
    subject(json, Aircraft::FIELDS, |aircraft: &Aircraft| &aircraft.unknown)
}

pub(crate) fn vehicle(json: &str) -> Result<Vehicle, String> {
    subject(json, Vehicle::FIELDS, |vehicle: &Vehicle| &vehicle.unknown)
}

pub(crate) fn person(json: &str) -> Result<Person, String> {
    subject(json, Person::FIELDS, |person: &Person| &person.unknown)
}

/// Reads a subject. A desk keeps fields it does not know; a witness who typed one made a slip.
fn subject<T: DeserializeOwned>(
    json: &str,
    fields: &[&str],
    unknown: impl Fn(&T) -> &Unknown,
) -> Result<T, String> {
    let known = fields.join(", ");
    turnstone_wire::check_json(json.as_bytes()).map_err(|error| error.to_string())?;
    // serde's own message may quote what was typed.
    let subject: T = serde_json::from_str(json)
        .map_err(|_| format!("it is written as {{\"field\":\"text\"}} with any of the fields {known}"))?;
    if let Some(name) = unknown(&subject).names().next() {
        // Quotes and colons are easily misplaced: only what looks like a field's name is repeated.
        let is_name = name.len() <= 20 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let wrong =
            if is_name { format!("there is no field {name:?}") } else { "a field is not known".to_owned() };
        return Err(format!("{wrong}; there are {known}"));
    }
    Ok(subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_draft_and_a_code_word_a_report() {
        assert_eq!(named("12"), Ok(Named::Draft(DraftRow(12))));
        let id = turnstone_wire::body::ReportId::from_bytes([7; 16]);
        let reference = Reference::of(Scheme::Pegasus, &id);
        let typed = reference.to_string().to_lowercase().replace('-', " ");
        assert_eq!(named(&typed), Ok(Named::Report(reference)));
    }

    #[test]
    fn what_is_neither_says_what_would_be_right() {
        for (text, says) in
            [("0", "a number"), ("3rd", "a number"), ("", "neither"), ("KRAKEN-7F3Q", "ten symbols")]
        {
            let error = named(text).unwrap_err();
            assert!(error.contains(says), "{text:?}: {error}");
        }
    }

    #[test]
    fn positions_south_and_west_are_read() {
        let place = position("-51.7,-57.85").unwrap();
        assert_eq!((place.lat_deg(), place.lon_deg()), (-51.7, -57.85));
        assert!(position("50.6065").unwrap_err().contains("only one number"));
        assert!(position("91,0").unwrap_err().contains("latitude"));
        assert!(position("SZ 036 786").is_ok() && position("50 36.39 N 1 56.88 W").is_ok());
    }

    #[test]
    fn a_part_of_a_photo_is_four_numbers() {
        let face = region("840, 310,220,260").unwrap();
        assert_eq!((face.x, face.y, face.width, face.height), (840, 310, 220, 260));
        for wrong in ["", "1,2,3", "1,2,3,4,5", "-1,2,3,4", "1,2,0,4", "1.5,2,3,4", "5000000000,1,1,1"] {
            assert!(region(wrong).unwrap_err().contains("840,310,220,260"), "{wrong}");
        }
    }

    #[test]
    fn a_station_is_a_name_and_a_position() {
        let lookout = station("Old lookout, SZ 0360 7860").unwrap();
        assert_eq!(lookout.name.as_str(), "Old lookout");
        assert!(station("Old lookout, 50.6065, -1.9480").is_ok());
        for wrong in ["Old lookout", ", SZ 036 786", "Old lookout, here", ""] {
            let error = station(wrong).unwrap_err();
            assert!(!error.contains("Old lookout,") || error.contains("such as"), "{wrong}: {error}");
        }
    }

    #[test]
    fn an_unknown_field_is_named_with_the_known_ones() {
        let vessel = vessel(r#"{"hull_colour":"grey","people":"3"}"#).unwrap();
        assert_eq!(vessel.hull_colour.unwrap().as_str(), "grey");
        let error = super::vessel(r#"{"colour":"grey"}"#).unwrap_err();
        assert!(error.contains("\"colour\"") && error.contains("hull_colour"), "{error}");
        assert!(aircraft(r#"{"colour":"grey"}"#).is_ok());
    }

    #[test]
    fn a_subject_that_is_no_object_of_texts_is_refused_without_being_quoted() {
        for json in ["grey", "[]", r#"{"people":3}"#, r#"{"did":"x","did":"y"}"#, r#"{"#] {
            let error = person(json).unwrap_err();
            assert!(!error.contains("grey"), "{error}");
        }
    }

    #[test]
    fn bearings_ranges_and_times_within_their_bounds() {
        assert_eq!(degrees("360"), Ok(360.0));
        assert!(degrees("361").is_err() && degrees("NaN").is_err() && degrees("south").is_err());
        assert!(metres("-1").is_err() && metres("800").is_ok());
        assert!(moment("2026-05-03").unwrap_err().contains("offset"));
        assert!(route("Anonymous").is_ok() && route("secret").unwrap_err().contains("confidential"));
        assert!(sign("k07").is_ok() && sign("K99").is_err());
    }
}
