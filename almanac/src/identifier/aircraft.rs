//! Aircraft registrations: a nationality mark, and the register's own signs.
//!
//! Sources: ICAO, "Aircraft Nationality Marks, National Emblems and Common Marks" (supplement to Annex 7); for the shapes
//! behind the marks CAP 523 of the UK Civil Aviation Authority, 14 CFR 47.15 (United States), and the registers of the states
//! named in [`shapes`]; French microlights by the arrêté of 23 September 1998; for operators of drones CAP 722 (`GBR-OP-` and twelve signs).

use super::{
    COUNTRY_NOT_SEEN, INCOMPLETE, LOOKS_LIKE, MIXED_UP, Reading, UNKNOWN_COUNTRY, UNUSUAL,
    signs::{self, Signs},
};

pub(super) const KIND: &str = "aircraft";
pub(super) const OPERATOR: &str = "drone-operator";

/// More marks than this fit almost anything.
const MARKS_TOLD: usize = 4;

/// Reads the number of somebody who flies drones in the United Kingdom.
pub(super) fn operator(typed: &Signs) -> Vec<Reading> {
    let rest = typed.after("GBROP");
    if rest.len() == typed.all().len() {
        return Vec::new();
    }
    let reading = Reading::new(OPERATOR, format!("GBR-OP-{}", signs::text(rest))).of("GB");
    vec![match rest.len() {
        12 => reading,
        0..12 => reading.doubted(INCOMPLETE),
        _ => reading.doubted(UNUSUAL),
    }]
}

/// Reads a registration; where it is not parted, by every mark that it may begin with.
pub(super) fn read(typed: &Signs) -> Vec<Reading> {
    let all = typed.all();
    let mut readings = Vec::new();
    for (country, mark) in marks() {
        let length = mark.chars().filter(|sign| *sign != '-').count();
        let parted_elsewhere = typed.head().is_some_and(|head| !heads(mark, length).contains(&head));
        if all.len() <= length || parted_elsewhere || !begins(all, mark) {
            continue;
        }
        let reading = with_mark(country, mark, &all[length..], typed.head().is_some());
        readings.extend(reading);
    }
    // Of marks that begin alike the longer is meant, where it is seen: D2 is Angola's, D is Germany's.
    if readings.iter().any(Reading::is_sure) {
        readings.retain(Reading::is_sure);
    }
    if readings.len() > MARKS_TOLD {
        return vec![Reading::new(KIND, parted(typed)).doubted(COUNTRY_NOT_SEEN)];
    }
    // French microlights carry their department and two or three letters, and no nationality.
    if readings.is_empty() && ["99AA", "99AAA", "999AA"].iter().any(|shape| signs::fits(all, shape)) {
        readings.push(Reading::new(KIND, signs::text(all)).of("FR").doubted(LOOKS_LIKE));
    }
    // A tail without a mark that anybody knows is still a registration where it is parted like one.
    if readings.is_empty() && typed.head().is_some_and(|head| head <= 3) && (3..=7).contains(&all.len()) {
        let unseen = typed.head().is_some_and(|head| all[..head].contains(&'?'));
        let doubt = if unseen { COUNTRY_NOT_SEEN } else { UNKNOWN_COUNTRY };
        readings.push(Reading::new(KIND, parted(typed)).doubted(doubt));
    }
    readings
}

fn with_mark(country: &'static str, mark: &str, rest: &[char], parted: bool) -> Option<Reading> {
    let spelt = |rest: &[char]| match (mark, mark.split_once('-')) {
        ("N", _) => format!("N{}", signs::text(rest)),
        (_, Some(_)) => format!("{mark}{}", signs::text(rest)),
        (_, None) => format!("{mark}-{}", signs::text(rest)),
    };
    let reading = |rest: &[char]| Reading::new(KIND, spelt(rest)).of(country);
    let Some(shapes) = shapes(mark) else {
        // Most registers use three letters; how the others do it is not known here.
        return match rest.len() {
            3 if signs::fits(rest, "AAA") => Some(reading(rest)),
            2..=5 if parted => Some(reading(rest).doubted(LOOKS_LIKE)),
            _ => None,
        };
    };
    if shapes.iter().any(|shape| signs::fits(rest, shape)) {
        return Some(reading(rest));
    }
    if let Some((fitted, _)) = shapes.iter().find_map(|shape| signs::fitted(rest, shape)) {
        return Some(reading(&fitted).doubted(MIXED_UP));
    }
    let shortest = shapes.iter().map(|shape| shape.len()).min().unwrap_or(0);
    let begun =
        || shapes.iter().any(|shape| shape.get(..rest.len()).is_some_and(|head| signs::fits(rest, head)));
    match (rest.len() < shortest && begun(), parted) {
        (true, _) => Some(reading(rest).doubted(INCOMPLETE)),
        (false, true) if rest.len() <= 5 => Some(reading(rest).doubted(UNUSUAL)),
        _ => None,
    }
}

/// Where a mark may be parted from the rest: behind it, and inside one that holds a hyphen.
fn heads(mark: &str, length: usize) -> [usize; 2] {
    [length, mark.find('-').unwrap_or(length)]
}

fn begins(all: &[char], mark: &str) -> bool {
    let mark = || mark.chars().filter(|sign| *sign != '-');
    let seen = all.iter().zip(mark()).any(|(sign, _)| *sign != '?');
    seen && all.iter().zip(mark()).all(|(sign, letter)| *sign == '?' || *sign == letter)
}

fn parted(typed: &Signs) -> String {
    let (head, tail) = typed.all().split_at(typed.head().unwrap_or(0));
    if head.is_empty() { signs::text(tail) } else { format!("{}-{}", signs::text(head), signs::text(tail)) }
}

/// The shapes behind the marks of registers that are seen here; none where it is not known.
fn shapes(mark: &str) -> Option<&'static [&'static str]> {
    Some(match mark {
        // United Kingdom, Isle of Man, Guernsey, France, Italy; Germany's gliders have figures.
        "G" | "M" | "2" | "F" | "I" => &["AAAA"],
        "D" => &["AAAA", "9999"],
        // Jersey, Ireland, Canada, and most of the neighbours; gliders and microlights of some have figures.
        "ZJ" | "EI" | "EJ" | "SE" | "LN" | "OY" | "CS" | "EC" => &["AAA"],
        "PH" => &["AAA", "9A9", "999", "9999"],
        "OO" => &["AAA", "999", "A99"],
        "C" => &["FAAA", "AAAA"],
        "N" => &["1", "19", "199", "1999", "19999", "1u", "19u", "199u", "1999u", "1uu", "19uu", "199uu"],
        // Overseas territories of the United Kingdom, Hong Kong and Macao: two letters behind a mark that holds a hyphen.
        _ if mark.contains('-') => &["AA"],
        _ => return None,
    })
}

/// Each mark, and two letters of ISO 3166-1.
fn marks() -> impl Iterator<Item = (&'static str, &'static str)> {
    MARKS
        .split_ascii_whitespace()
        .filter_map(|entry| entry.split_once(':'))
        .flat_map(|(country, marks)| marks.split(',').map(move |mark| (country, mark)))
}

const MARKS: &str = "
    GB:G IM:M GG:2 JE:ZJ IE:EI,EJ FR:F DE:D NL:PH BE:OO US:N ES:EC PT:CR,CS IT:I CH:HB AT:OE DK:OY NO:LN SE:SE PL:SP CZ:OK
    AE:A6 AF:YA AG:V2 AI:VP-A AL:ZA AM:EK AO:D2 AR:LQ,LV AU:VH AW:P4 AZ:4K BA:E7 BB:8P BD:S2 BF:XT BG:LZ BH:A9C BI:9U
    BJ:TY BM:VP-B,VQ-B BN:V8 BO:CP BR:PP,PR,PS,PT,PU BS:C6 BT:A5 BW:A2 BY:EW BZ:V3 CA:C CD:9Q CF:TL CG:TN CI:TU CK:E5
    CL:CC CM:TJ CN:B CO:HJ,HK CR:TI CU:CU CV:D4 CW:PJ CY:5B DJ:J2 DM:J7 DO:HI DZ:7T EC:HC EE:ES EG:SU ER:E3 ET:ET FI:OH
    FJ:DQ FK:VP-F FM:V6 GA:TR GD:J3 GE:4L GH:9G GI:VP-G GM:C5 GN:3X GQ:3C GR:SX GT:TG GW:J5 GY:8R HK:B-H,B-K,B-L HN:HR
    HR:9A HT:HH HU:HA ID:PK IL:4X IN:VT IQ:YI IR:EP IS:TF JM:6Y JO:JY JP:JA KE:5Y KG:EX KH:XU KI:T3 KM:D6 KN:V4 KP:P
    KR:HL KW:9K KY:VP-C KZ:UP LA:RDPL LB:OD LC:J6 LK:4R LR:A8 LS:7P LT:LY LU:LX LV:YL LY:5A MA:CN MC:3A MD:ER ME:4O
    MG:5R MH:V7 MK:Z3 ML:TZ MM:XY,XZ MN:JU MO:B-M MR:5T MS:VP-M MT:9H MU:3B MV:8Q MW:7Q MX:XA,XB,XC MY:9M MZ:C9 NA:V5
    NE:5U NG:5N NI:YN NP:9N NR:C2 NZ:ZK,ZL,ZM OM:A4O PA:HP PE:OB PG:P2 PH:RP PK:AP PW:T8 PY:ZP QA:A7 RO:YR RS:YU RU:RA
    RW:9XR SA:HZ SB:H4 SC:S7 SD:ST SG:9V SH:VQ-H SI:S5 SK:OM SL:9L SM:T7 SN:6V,6W SO:6O SR:PZ SS:Z8 ST:S9 SV:YS SY:YK
    SZ:3DC TC:VQ-T TD:TT TG:5V TH:HS TJ:EY TL:4W TM:EZ TN:TS TO:A3 TR:TC TT:9Y TV:T2 TW:B TZ:5H UA:UR UG:5X UY:CX UZ:UK
    VC:J8 VE:YV VG:VP-L VN:VN VU:YJ WS:5W YE:7O ZA:ZS,ZT,ZU ZM:9J ZW:Z";
