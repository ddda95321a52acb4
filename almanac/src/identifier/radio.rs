//! What a ship's radio is called: Maritime Mobile Service Identities and call signs.
//!
//! Sources: Recommendation ITU-R M.585-9 (how the nine figures of an identity are made up), the ITU's table of maritime
//! identification digits, and the Radio Regulations, appendix 42 (series of call signs) and article 19 (their shapes).

use super::{
    COUNTRY_NOT_SEEN, INCOMPLETE, Reading, TOO_LONG, UNKNOWN_COUNTRY, UNUSUAL, radio_table,
    signs::{self, Signs},
};

pub(super) const MMSI: &str = "mmsi";
pub(super) const MMSI_COAST: &str = "mmsi-coast";
pub(super) const MMSI_GROUP: &str = "mmsi-group";
pub(super) const MMSI_AIRCRAFT: &str = "mmsi-aircraft";
pub(super) const MMSI_HANDHELD: &str = "mmsi-handheld";
pub(super) const MMSI_BEACON: &str = "mmsi-beacon";
pub(super) const MMSI_CRAFT: &str = "mmsi-craft";
pub(super) const MMSI_AID: &str = "mmsi-aid";
pub(super) const CALL_SIGN: &str = "call-sign";

/// What the first figures say an identity is for, and how many stand before the digits of the country; none of a country
/// where there is none. The longer come first.
const FORMS: &[(&str, &str, Option<usize>)] = &[
    ("970", MMSI_BEACON, None),
    ("972", MMSI_BEACON, None),
    ("974", MMSI_BEACON, None),
    ("111", MMSI_AIRCRAFT, Some(3)),
    ("00", MMSI_COAST, Some(2)),
    ("98", MMSI_CRAFT, Some(2)),
    ("99", MMSI_AID, Some(2)),
    ("0", MMSI_GROUP, Some(1)),
    ("8", MMSI_HANDHELD, Some(1)),
];

/// Reads what was typed as a Maritime Mobile Service Identity.
pub(super) fn mmsi(typed: &Signs) -> Vec<Reading> {
    let figures = typed.after("MMSI");
    if !signs::are_figures(figures) {
        return Vec::new();
    }
    let seen =
        |start: &str| figures.len() >= start.len() && figures.iter().zip(start.chars()).all(|(a, b)| *a == b);
    let form = FORMS.iter().find(|(start, _, _)| seen(start));
    let (kind, before) = form.map_or((MMSI, Some(0)), |(_, kind, before)| (*kind, *before));
    let reading = Reading::new(kind, signs::text(figures));
    let reading = match figures.len() {
        9 => reading,
        0..9 => reading.doubted(INCOMPLETE),
        _ => reading.doubted(TOO_LONG),
    };
    let Some(digits) = before.and_then(|before| figures.get(before..before + 3)) else {
        return vec![reading];
    };
    vec![with_country(reading, radio_table::countries_of_digits(digits))]
}

/// Reads what was typed in another field: only nine figures of a country that there is.
pub(super) fn whole_mmsi(typed: &Signs) -> Vec<Reading> {
    let mut readings = mmsi(typed);
    let labelled = typed.after("MMSI").len() < typed.all().len();
    readings.retain(|reading| labelled || (reading.is_sure() && !reading.normal.contains('?')));
    readings
}

/// Reads what was typed as a ship's call sign.
pub(super) fn call_sign(typed: &Signs) -> Vec<Reading> {
    let all = typed.all();
    // RR 19.55 to 19.67: two signs of the country, then letters and figures, seven in all and more for small craft.
    if !(3..=9).contains(&all.len()) || all[..2].iter().all(|sign| *sign == '?') {
        return Vec::new();
    }
    let reading = Reading::new(CALL_SIGN, signs::text(all));
    let reading = if (4..=7).contains(&all.len()) { reading } else { reading.doubted(UNUSUAL) };
    vec![with_country(reading, radio_table::countries_of_series(&all[..3]))]
}

fn with_country(reading: Reading, countries: Vec<&'static str>) -> Reading {
    match countries[..] {
        [] => reading.doubted(UNKNOWN_COUNTRY),
        [only] => reading.of(only),
        _ => reading.doubted(COUNTRY_NOT_SEEN),
    }
}
