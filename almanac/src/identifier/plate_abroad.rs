//! Number plates of other countries: what a plate looks like by its shape alone, which proves nothing.
//!
//! Sources, each the country's own rule: Ireland SI 318/1992 and SI 542/2012; France arrêté of 9 February 2009; Belgium royal
//! decree of 20 July 2001 as of 2010; the Netherlands RDW, "sidecodes" since 1951; Germany FZV, annexes 1 to 4; Spain RD 2822/1998
//! as of 2000; Italy DPR 495/1992 as of 1994; Portugal DL 2/2020; Poland regulation of 11 December 2017; Romania county letters;
//! Bulgaria as of 1992; Lithuania as of 1991.

use super::{
    LOOKS_LIKE, Reading,
    signs::{self, Signs},
};

pub(super) const KIND: &str = "plate-abroad";

/// Reads a plate by the shapes of other countries.
pub(super) fn read(typed: &Signs) -> Vec<Reading> {
    let all = typed.all();
    // With fewer signs seen than half of them, every country fits.
    if all.iter().filter(|sign| **sign == '?').count() * 2 > all.len() {
        return Vec::new();
    }
    let mut readings = Vec::new();
    for (country, shapes) in SHAPES {
        let fitting = shapes.split_ascii_whitespace().find(|shape| {
            let bare: String = shape.chars().filter(|sign| *sign != '-').collect();
            signs::fits(all, &bare)
        });
        let Some(shape) = fitting else { continue };
        if !begins_as(country, all) || !parted_as(typed, shape) {
            continue;
        }
        readings.push(Reading::new(KIND, hyphened(all, shape)).of(country).doubted(LOOKS_LIKE));
    }
    readings
}

/// The country that somebody names for a plate: its name in a language, its two letters, or the letters of the oval sign.
pub(super) fn named(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let oval = OVAL.split_ascii_whitespace().filter_map(|entry| entry.split_once(':'));
    let by_sign = oval.clone().find(|(sign, _)| sign.eq_ignore_ascii_case(text)).map(|(_, country)| country);
    by_sign.or_else(|| super::said::named(text))
}

/// Distinguishing signs of vehicles in international traffic (Vienna Convention on Road Traffic, annex 3).
const OVAL: &str = "UK:GB GB:GB IRL:IE F:FR B:BE NL:NL D:DE E:ES I:IT P:PT PL:PL RO:RO BG:BG LT:LT";

/// The shapes of each country, where it parts them.
const SHAPES: &[(&str, &str)] = &[
    ("IE", IRELAND),
    ("FR", "ff-999-ff 1999-AA-99 199-AAA-99 1999-A-99"),
    ("BE", "1-AAA-999 AAA-999"),
    (
        "NL",
        "cc-99-99 99-99-cc 99-cc-99 cc-99-cc cc-cc-99 99-cc-cc 99-ccc-9 9-ccc-99 cc-999-c c-999-cc ccc-99-c c-99-ccc 9-cc-999",
    ),
    ("DE", GERMANY),
    ("ES", "9999-ccc"),
    ("IT", "ii-999-ii"),
    ("PT", "AA-99-AA 99-AA-99 99-99-AA AA-99-99"),
    ("PL", "PA-99999 PA-9999A PA-999AA PAA-99999 PAA-A999 PAA-99AA PAA-9A99 PAA-99A9 PAA-999A PAA-AA99"),
    ("RO", "AA-99-AAA A-99-AAA A-199-AAA"),
    ("BG", "AA-9999-AA A-9999-AA"),
    ("LT", "AAA-999"),
];

const IRELAND: &str = "99-A-1 99-A-19 99-A-199 99-A-1999 99-A-19999 99-A-199999 99-AA-1 99-AA-19 99-AA-199 99-AA-1999 99-AA-19999 \
    199-A-1 199-A-19 199-A-199 199-A-1999 199-A-19999 199-AA-1 199-AA-19 199-AA-199 199-AA-1999 199-AA-19999";

const GERMANY: &str = "A-A-1 A-A-19 A-A-199 A-A-1999 A-AA-1 A-AA-19 A-AA-199 A-AA-1999 AA-A-1 AA-A-19 AA-A-199 AA-A-1999 AA-AA-19 \
    AA-AA-199 AA-AA-1999 AAA-A-19 AAA-A-199 AAA-A-1999 AAA-AA-19 AAA-AA-199 AAA-AA-1E AA-AA-199E A-AA-1999E";

/// County and city letters, where a rule lists them: shapes alone would take most plates for Irish or Romanian.
fn begins_as(country: &str, all: &[char]) -> bool {
    let fits = |codes: &str, from: usize| {
        let letters: Vec<char> =
            all.iter().skip(from).take_while(|sign| !sign.is_ascii_digit()).copied().collect();
        codes.split_ascii_whitespace().any(|code| {
            letters.len() >= code.len()
                && code.chars().zip(&letters).all(|(letter, seen)| *seen == '?' || *seen == letter)
                && (from == 0 || letters.len() == code.len() || letters.contains(&'?'))
        })
    };
    match country {
        "IE" => {
            let figures = all.iter().take_while(|sign| sign.is_ascii_digit()).count();
            fits(IRISH_COUNTIES, figures)
        }
        "RO" => {
            let letters = all.iter().take_while(|sign| !sign.is_ascii_digit()).count();
            match letters {
                1 => all.first().is_some_and(|sign| "B?".contains(*sign)),
                _ => fits(ROMANIAN_COUNTIES, 0),
            }
        }
        _ => true,
    }
}

const IRISH_COUNTIES: &str =
    "C CE CN CW D DL G KE KK KY L LD LH LK LM LS MH MN MO OY RN SO T TN TS W WD WH WW WX";

const ROMANIAN_COUNTIES: &str = "AB AG AR BC BH BN BR BT BV BZ CJ CL CS CT CV DB DJ GJ GL GR HD HR IF IL IS MH MM MS MT NT OT \
    PH SB SJ SM SV TL TM TR VL VN VS";

/// Where somebody typed a hyphen or a space, the country has to part its plates there too.
fn parted_as(typed: &Signs, shape: &str) -> bool {
    typed.head().is_none_or(|head| {
        let mut at = 0;
        shape.chars().any(|sign| {
            let here = sign == '-' && at == head;
            at += usize::from(sign != '-');
            here
        })
    })
}

fn hyphened(all: &[char], shape: &str) -> String {
    let mut signs = all.iter();
    shape.chars().filter_map(|of| if of == '-' { Some('-') } else { signs.next().copied() }).collect()
}
