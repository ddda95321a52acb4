//! Sail numbers: national letters and a number.
//!
//! Source: World Sailing, Racing Rules of Sailing 2025-2028, appendix G, rule G1.1 and its table of national letters. The
//! rule asks for four figures at most; older classes and cruising yachts carry more, and a letter behind them.

use super::{
    COUNTRY_NOT_SEEN, LOOKS_LIKE, Reading, UNKNOWN_COUNTRY,
    signs::{self, Signs},
};

pub(super) const KIND: &str = "sail";

/// More countries than this fit almost anything.
const COUNTRIES: usize = 4;

/// Reads a sail number, with national letters or without.
pub(super) fn read(typed: &Signs) -> Vec<Reading> {
    let all = typed.all();
    let figures = all.len() - usize::from(all.last().is_some_and(char::is_ascii_alphabetic) && all.len() > 1);
    let bare = signs::are_figures(&all[..figures]) && figures <= 6;
    // Figures alone may be a sail's, a berth's or a telephone's.
    if bare { vec![Reading::new(KIND, signs::text(all)).doubted(LOOKS_LIKE)] } else { with_letters(typed) }
}

/// Reads a sail number that has national letters.
pub(super) fn with_letters(typed: &Signs) -> Vec<Reading> {
    let all = typed.all();
    if all.len() < 4 || !signs::fits(&all[..3], "AAA") || typed.head().is_some_and(|head| head != 3) {
        return Vec::new();
    }
    let (letters, number) = all.split_at(3);
    let behind = usize::from(number.last().is_some_and(char::is_ascii_alphabetic));
    let figures = &number[..number.len() - behind];
    if !signs::are_figures(figures) || figures.len() > 6 || letters.iter().all(|sign| *sign == '?') {
        return Vec::new();
    }
    let spelt = |nation: &str| format!("{nation} {}", signs::text(number));
    let fitting: Vec<_> = nations().filter(|(nation, _)| matches(letters, nation)).collect();
    match fitting.len() {
        // Three letters and a number that are no nation's are some other register's.
        0 if letters.contains(&'?') => {
            vec![Reading::new(KIND, spelt(&signs::text(letters))).doubted(UNKNOWN_COUNTRY)]
        }
        0 => Vec::new(),
        1..=COUNTRIES => fitting
            .into_iter()
            .map(|(nation, country)| Reading::new(KIND, spelt(nation)).of(country))
            .collect(),
        _ => vec![Reading::new(KIND, spelt(&signs::text(letters))).doubted(COUNTRY_NOT_SEEN)],
    }
}

fn matches(letters: &[char], nation: &str) -> bool {
    letters.iter().zip(nation.chars()).all(|(seen, letter)| *seen == '?' || *seen == letter)
}

/// National letters, and two letters of ISO 3166-1. Neighbours first, then by letters.
fn nations() -> impl Iterator<Item = (&'static str, &'static str)> {
    NATIONS.split_ascii_whitespace().filter_map(|entry| entry.split_once(':'))
}

const NATIONS: &str = "
    GBR:GB IRL:IE FRA:FR NED:NL BEL:BE GER:DE NOR:NO SWE:SE DEN:DK ESP:ES POR:PT
    AHO:CW ALG:DZ AND:AD ANG:AO ANT:AG ARG:AR ARM:AM ARU:AW ASA:AS AUS:AU AUT:AT AZE:AZ BAH:BS BAR:BB BER:BM BIZ:BZ
    BLR:BY BOT:BW BRA:BR BRN:BH BRU:BN BUL:BG CAM:KH CAN:CA CAY:KY CHI:CL CHN:CN COK:CK COL:CO CRO:HR CUB:CU CYP:CY
    CZE:CZ DJI:DJ DOM:DO ECU:EC EGY:EG ESA:SV EST:EE FIJ:FJ FIN:FI GEO:GE GRE:GR GRN:GD GUA:GT GUM:GU HKG:HK HUN:HU
    INA:ID IND:IN IRI:IR IRQ:IQ ISL:IS ISR:IL ISV:VI ITA:IT IVB:VG JAM:JM JPN:JP KAZ:KZ KEN:KE KGZ:KG KOR:KR KOS:XK
    KSA:SA KUW:KW LAT:LV LBA:LY LCA:LC LIB:LB LIE:LI LTU:LT LUX:LU MAC:MO MAD:MG MAR:MA MAS:MY MDA:MD MEX:MX MKD:MK
    MLT:MT MNE:ME MON:MC MOZ:MZ MRI:MU MYA:MM NAM:NA NCA:NI NGR:NG NZL:NZ OMA:OM PAK:PK PAN:PA PAR:PY PER:PE PHI:PH
    PLE:PS PNG:PG POL:PL PRK:KP PUR:PR QAT:QA ROU:RO RSA:ZA RUS:RU SAM:WS SEN:SN SEY:SC SGP:SG SKN:KN SLO:SI SMR:SM
    SRB:RS SRI:LK SUD:SD SUI:CH SVK:SK SYR:SY TAH:PF TAN:TZ THA:TH TLS:TL TPE:TW TTO:TT TUN:TN TUR:TR UAE:AE UGA:UG
    UKR:UA URU:UY USA:US VAN:VU VEN:VE VIE:VN VIN:VC ZIM:ZW";
