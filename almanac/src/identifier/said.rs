//! What was understood, as a sentence in the witness's language.

use turnstone_wire::{body::Understood, shown};

use crate::words::{Lang, Words, words};

/// One reading in words: what kind it is, the identifier, whose it is, and what speaks against it. Safe to show: what was
/// typed in it is made so.
pub fn sentence(read: &Understood, lang: Lang) -> String {
    let words = words(lang);
    let kind = named_or_code(words, "identifier-kind-", &read.kind);
    let normal = shown::line(read.normal.as_str());
    let place = read.place.as_ref().map(|place| shown::line(place.as_str()));
    let country = read.country.as_deref().map(|code| country(code, lang));
    let whose: Vec<String> = [place, country].into_iter().flatten().collect();
    let mut said = if whose.is_empty() {
        words.say("identifier-said", &[("kind", kind.as_str().into()), ("normal", normal.as_str().into())])
    } else {
        let whose = whose.join(", ");
        let args = [
            ("kind", kind.as_str().into()),
            ("normal", normal.as_str().into()),
            ("whose", whose.as_str().into()),
        ];
        words.say("identifier-said-whose", &args)
    };
    for doubt in &read.doubts {
        said.push_str("; ");
        said.push_str(&named_or_code(words, "identifier-doubt-", doubt));
    }
    if let Some(count) = read.completions.filter(|count| *count > 1) {
        said.push_str("; ");
        said.push_str(&completions(words, count));
    }
    said
}

/// The name of a country by its two letters; the letters themselves where this program knows no name.
pub fn country(code: &str, lang: Lang) -> String {
    named_or_code(words(lang), "country-", code)
}

/// The country that somebody names, in either language or by its two letters.
pub(super) fn named(text: &str) -> Option<&'static str> {
    let text = text.trim();
    codes().find(|code| {
        code.eq_ignore_ascii_case(text)
            || Lang::ALL.iter().any(|lang| country(code, *lang).to_lowercase() == text.to_lowercase())
    })
}

/// The two letters of every country that has a name here.
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    CODES.split_ascii_whitespace()
}

fn completions(words: &Words, count: u64) -> String {
    // Plural forms go by the number; beyond what a number of ours counts exactly they do not change any more.
    let n = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let shown = count.to_string();
    words.say("identifier-completions", &[("n", n.into()), ("shown", shown.as_str().into())])
}

/// A message of a code; the code itself where it is newer than this program. A code of a stranger is made safe to show.
fn named_or_code(words: &Words, prefix: &str, code: &str) -> String {
    let plain = code.len() <= 32 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let id = format!("{prefix}{}", code.to_ascii_lowercase());
    if plain && words.has(&id) { words.say(&id, &[]) } else { shown::line(code).to_string() }
}

const CODES: &str = "
    AD AE AF AG AI AL AM AO AR AS AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CC CD CF CG
    CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF
    GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY
    MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD
    SE SG SH SI SK SL SM SN SO SR SS ST SV SY SZ TC TD TF TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC
    VE VG VI VN VU WF WS XK YE ZA ZM ZW";
