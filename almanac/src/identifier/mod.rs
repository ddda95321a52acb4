//! What an identifier as typed may be: help for the witness and the desk, never a gate.
//!
//! A witness types what was seen, `?` for each sign that was not. [`understand`] gives every published rule that fits, each
//! as one [`Understood`]: none where nothing fits, several where several do. It never chooses between them, and nothing is
//! refused for what it says. In order of use to a desk: the IMO number, sail and port numbers, aircraft registrations,
//! vehicle plates; then MMSI, call sign, container. Each rule names its source in its own file.
//!
//! ```
//! use turnstone_almanac::{identifier, words::Lang};
//!
//! let read = identifier::understand("vessel", "imo", "IMO 9074?29");
//! assert_eq!(read[0].normal.as_str(), "9074729");
//! assert_eq!(read[0].doubts, ["worked-out"]);
//! // Two national letters fit, so both are told.
//! let sails = identifier::understand("vessel", "number", "G?R 1234");
//! assert_eq!(sails.iter().filter_map(|sail| sail.country.as_deref()).collect::<Vec<_>>(), ["GB", "DE"]);
//! assert!(identifier::sentence(&sails[0], Lang::En).contains("United Kingdom"));
//! ```

mod aircraft;
mod check_digit;
mod container;
mod fishing;
mod hull;
mod imo;
mod plate;
mod plate_abroad;
mod radio;
mod radio_table;
mod said;
mod sail;
mod signs;

use turnstone_wire::{
    body::{Sighting, Subject, Understood},
    limits,
    text::Text,
};

pub use said::{country, sentence};
pub use signs::normal;

use signs::Signs;

/// Most readings of one text: what fits more rules than this says nothing.
const READINGS: usize = 6;

/// One way to read signs: what kind it is, in the form that registers use, and what speaks against it.
#[derive(Clone, PartialEq)]
struct Reading {
    kind: &'static str,
    normal: String,
    country: Option<&'static str>,
    place: Option<&'static str>,
    doubts: Vec<&'static str>,
    completions: Option<u64>,
}

impl Reading {
    fn new(kind: &'static str, normal: String) -> Self {
        Self { kind, normal, country: None, place: None, doubts: Vec::new(), completions: None }
    }

    fn of(self, country: &'static str) -> Self {
        Self { country: Some(country), ..self }
    }

    fn doubted(mut self, doubt: &'static str) -> Self {
        self.doubts.push(doubt);
        self
    }

    fn is_sure(&self) -> bool {
        self.doubts.is_empty()
    }
}

type Reader = fn(&Signs) -> Vec<Reading>;

/// Every reading of what stands in a field of a subject, the likeliest first; none where no rule fits, or where there is
/// nothing to identify in such a field. `subject` is [`Subject::kind`], `field` a name of [`Subject::fields`].
pub fn understand(subject: &str, field: &str, text: &str) -> Vec<Understood> {
    let Some(signs) = Signs::of(text) else { return Vec::new() };
    let mut readings: Vec<Reading> = Vec::new();
    for reading in readers(subject, field).iter().flat_map(|read| read(&signs)) {
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    // A letter read as a figure is only thought of where nothing fits as it was typed.
    if readings.iter().any(|reading| !reading.doubts.contains(&MIXED_UP)) {
        readings.retain(|reading| !reading.doubts.contains(&MIXED_UP));
    }
    readings.truncate(READINGS);
    readings.into_iter().map(|reading| understood(field, reading)).collect()
}

/// Puts down, beside what was typed, what is understood of it in each subject of a sighting; in place of what stood there.
/// A function of the sighting alone, so that what it adds tells nothing that the sighting does not.
pub fn fill(sighting: &mut Sighting) {
    for subject in &mut sighting.subjects {
        let mut all = Vec::new();
        for (field, text) in subject.fields() {
            all.extend(understand(subject.kind(), field, text.as_str()));
        }
        if let Subject::Vehicle(vehicle) = &*subject
            && let Some(named) = vehicle.country.as_ref().and_then(|text| plate_abroad::named(text.as_str()))
        {
            // The country that was seen on the plate goes first; the others stay.
            all.sort_by_key(|one| one.country.as_deref() != Some(named));
        }
        all.truncate(limits::UNDERSTOOD);
        subject.set_understood(all);
    }
}

/// Signs that were not seen were worked out from the check digit.
const WORKED_OUT: &str = "worked-out";
/// The check digit does not go with the rest.
const CHECK_DIGIT: &str = "check-digit";
/// There are fewer signs than a whole one has.
const INCOMPLETE: &str = "incomplete";
/// There are more signs than a whole one has.
const TOO_LONG: &str = "too-long";
/// A letter was read as a figure that looks like it, or the other way round.
const MIXED_UP: &str = "mixed-up";
/// Only the shape says so.
const LOOKS_LIKE: &str = "looks-like";
/// No country has these letters or figures, as far as this program knows.
const UNKNOWN_COUNTRY: &str = "unknown-country";
/// What was seen fits several countries.
const COUNTRY_NOT_SEEN: &str = "country-not-seen";
/// What was seen fits several ports.
const PORT_NOT_SEEN: &str = "port-not-seen";
/// The country's register uses another shape.
const UNUSUAL: &str = "unusual";

/// Every code of a doubt, for whoever lists what can be said.
pub const DOUBTS: &[&str] = &[
    CHECK_DIGIT,
    COUNTRY_NOT_SEEN,
    INCOMPLETE,
    LOOKS_LIKE,
    MIXED_UP,
    PORT_NOT_SEEN,
    TOO_LONG,
    UNKNOWN_COUNTRY,
    UNUSUAL,
    WORKED_OUT,
];

/// Every code of a kind of identifier.
pub const KINDS: &[&str] = &[
    imo::KIND,
    sail::KIND,
    fishing::KIND,
    hull::SMALL_SHIP,
    hull::HULL,
    aircraft::KIND,
    aircraft::OPERATOR,
    plate::SINCE_2001,
    plate::SINCE_1983,
    plate::Q,
    plate::SINCE_1963,
    plate::DATELESS,
    plate::NORTHERN_IRELAND,
    plate::DIPLOMATIC,
    plate::ISLANDS,
    plate_abroad::KIND,
    radio::MMSI,
    radio::MMSI_COAST,
    radio::MMSI_GROUP,
    radio::MMSI_AIRCRAFT,
    radio::MMSI_HANDHELD,
    radio::MMSI_BEACON,
    radio::MMSI_CRAFT,
    radio::MMSI_AID,
    radio::CALL_SIGN,
    container::KIND,
];

fn readers(subject: &str, field: &str) -> &'static [Reader] {
    match (subject, field) {
        ("vessel", "imo") => &[imo::read],
        ("vessel", "mmsi") => &[radio::mmsi],
        ("vessel", "call_sign") => &[radio::call_sign],
        ("vessel", "number") => &[imo::whole, hull::small_ship, hull::hull, fishing::read, sail::read],
        ("vessel", "registration") => {
            &[imo::whole, hull::small_ship, hull::hull, fishing::read, sail::with_letters, radio::whole_mmsi]
        }
        ("vessel", "other") => {
            &[imo::whole, hull::small_ship, hull::hull, fishing::read, radio::whole_mmsi, container::read]
        }
        ("aircraft", "registration") => &[aircraft::operator, aircraft::read],
        ("aircraft", "other") => &[aircraft::operator],
        ("vehicle", "registration") => &[plate::read, plate_abroad::read],
        ("vehicle", "other") => &[container::read],
        _ => &[],
    }
}

fn understood(field: &str, reading: Reading) -> Understood {
    Understood {
        country: reading.country.map(str::to_owned),
        place: reading.place.map(Text::from),
        doubts: reading.doubts.into_iter().map(str::to_owned).collect(),
        completions: reading.completions,
        ..Understood::new(field, reading.kind, Text::new(reading.normal))
    }
}

#[cfg(test)]
mod tests;
