//! Number plates of the United Kingdom and the islands.
//!
//! Source: DVLA, INF104 "Vehicle registration numbers and number plates", and the Road Vehicles (Registration and Licensing)
//! Regulations 2002: AA99 AAA since September 2001, A999 AAA since August 1983, AAA 999A since 1963, before that letters and
//! figures without a year, and Northern Ireland's marks with I or Z; the letters left out are those of the same leaflet.

use super::{
    MIXED_UP, Reading,
    signs::{self, Signs},
};

pub(super) const SINCE_2001: &str = "plate-uk-2001";
pub(super) const SINCE_1983: &str = "plate-uk-1983";
pub(super) const SINCE_1963: &str = "plate-uk-1963";
pub(super) const Q: &str = "plate-uk-q";
pub(super) const DATELESS: &str = "plate-uk-dateless";
pub(super) const NORTHERN_IRELAND: &str = "plate-uk-ni";
pub(super) const DIPLOMATIC: &str = "plate-uk-diplomatic";
pub(super) const ISLANDS: &str = "plate-islands";

/// A way of writing plates: its kind, its country, its shapes, and behind how many signs a space stands.
type Scheme = (&'static str, &'static str, &'static [(&'static str, usize)]);

const SCHEMES: &[Scheme] = &[
    (SINCE_2001, "GB", &[("tt99rrr", 4)]),
    (SINCE_1983, "GB", &[("y1aaa", 2), ("y19aaa", 3), ("y199aaa", 4)]),
    (Q, "GB", &[("Q1aaa", 2), ("Q19aaa", 3), ("Q199aaa", 4)]),
    (SINCE_1963, "GB", &[("aaa1y", 3), ("aaa19y", 3), ("aaa199y", 3)]),
    (NORTHERN_IRELAND, "GB", NORTHERN_IRISH),
    (DIPLOMATIC, "GB", &[("199X199", 3)]),
    (
        ISLANDS,
        "IM",
        &[
            ("MkN1", 3),
            ("MkN19", 3),
            ("MkN199", 3),
            ("MkN199A", 3),
            ("AMN199", 3),
            ("AMN199A", 3),
            ("MN1999", 2),
        ],
    ),
    (ISLANDS, "JE", &[("J199", 1), ("J1999", 1), ("J19999", 1), ("J199999", 1)]),
    (ISLANDS, "GG", &[("1999", 4), ("19999", 5)]),
    (DATELESS, "GB", UNDATED),
];

/// A letter, two of which the last is I or Z or the first is I, and up to four figures; also the other way round.
const NORTHERN_IRISH: &[(&str, usize)] = &[
    ("AI1", 2),
    ("AI19", 2),
    ("AI199", 2),
    ("AI1999", 2),
    ("IA19", 2),
    ("IA199", 2),
    ("IA1999", 2),
    ("AAI1", 3),
    ("AAI19", 3),
    ("AAI199", 3),
    ("AAI1999", 3),
    ("AIA19", 3),
    ("AIA199", 3),
    ("AIA1999", 3),
    ("1999AI", 4),
    ("1999IA", 4),
    ("199AAI", 3),
    ("199AIA", 3),
];

const UNDATED: &[(&str, usize)] = &[
    ("A1", 1),
    ("A19", 1),
    ("A199", 1),
    ("A1999", 1),
    ("AA1", 2),
    ("AA19", 2),
    ("AA199", 2),
    ("AA1999", 2),
    ("AAA1", 3),
    ("AAA19", 3),
    ("AAA199", 3),
    ("1A", 1),
    ("19A", 2),
    ("199A", 3),
    ("1999A", 4),
    ("1AA", 1),
    ("19AA", 2),
    ("199AA", 3),
    ("1999AA", 4),
    ("1AAA", 1),
    ("19AAA", 2),
    ("199AAA", 3),
];

/// Reads a plate by each of these schemes.
pub(super) fn read(typed: &Signs) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    for (kind, country, shapes) in SCHEMES {
        for (shape, space) in *shapes {
            let Some((fitted, mixed)) = signs::fitted(typed.all(), shape) else { continue };
            if *kind == SINCE_2001 && !is_age(&fitted) {
                continue;
            }
            let reading = Reading::new(kind, spaced(&fitted, *space)).of(country);
            let reading = if mixed { reading.doubted(MIXED_UP) } else { reading };
            // A mark with I or Z fits what has no year as well: Northern Ireland is the narrower reading.
            let narrower = |read: &Reading| {
                *kind == DATELESS && read.kind == NORTHERN_IRELAND && !read.normal.contains('?')
            };
            if !readings.iter().any(narrower) {
                readings.push(reading);
            }
            break;
        }
    }
    readings
}

/// The two figures of the half year: 02 and up for one that begins in March, 51 and up for September. There is no 01.
fn is_age(fitted: &[char]) -> bool {
    !(fitted.get(2) == Some(&'0') && fitted.get(3) == Some(&'1'))
}

fn spaced(signs: &[char], space: usize) -> String {
    let (head, tail) = signs.split_at(space.min(signs.len()));
    format!("{} {}", signs::text(head), signs::text(tail)).trim().to_owned()
}
