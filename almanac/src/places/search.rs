//! A place by its name, as people type names: without accents, in Welsh or in English, "St" for "Saint", the beginning only.

use std::fmt;

use turnstone_wire::body::Position;

use super::{Kind, Listed, Place, Places, near::at_least_m};
use crate::geodesy::{self, Leg};

/// Most bytes of a text that is searched for: longer than any name.
const QUERY_BYTES: usize = 200;

/// A place that was found. `Debug` hides it.
#[derive(Clone, PartialEq)]
pub struct Found {
    /// The place.
    pub place: Place,
    /// How the position that was given lies to it, as in [`super::Near`]: length, and direction seen from the place. Names
    /// repeat, so this is to be shown with each.
    pub leg: Option<Leg>,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[found {:?}]", self.place)
    }
}

impl Places {
    /// Up to `n` places whose name begins with the text, or whose names hold words that begin with each of its words. Best
    /// first: the very name or code, then a name that begins so, then words of the name, then of its other names; among
    /// equals the nearest to `near` (on the sphere: within 1 %), or by name and from south to north where no position is given.
    pub fn search(&self, text: &str, near: Option<&Position>, n: usize) -> Vec<Found> {
        let mut end = text.len().min(QUERY_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let query = fold(&text[..end]);
        if query.is_empty() {
            return Vec::new();
        }
        let all = Kind::ALL.into_iter().flat_map(|kind| self.listed(kind));
        let ranked = all.filter_map(|listed| {
            let folded = listed.folded();
            let rank = folded.rank(&query)?;
            // To put them in order the sphere will do; geodesics are for the few that are shown.
            let about_m = near.map_or(0.0, |near| at_least_m(near, &listed.place.position));
            Some((rank, about_m, &folded.name, &listed.place))
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_by(|(rank, about_m, name, _), (other_rank, other_m, other, _)| {
            rank.cmp(other_rank).then(about_m.total_cmp(other_m)).then_with(|| name.cmp(other))
        });
        let found = ranked.into_iter().take(n);
        found
            .map(|(_, _, _, place)| Found {
                place: place.clone(),
                leg: near.map(|near| geodesy::leg(&place.position, near)),
            })
            .collect()
    }
}

impl Listed {
    fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| Folded::new(&self.place.name, &self.place.code, &self.also))
    }
}

/// How well a place fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Whole,
    Begins,
    Words,
    Other,
}

/// The names of a place as they are compared: words in plain small letters with a space between.
#[derive(Clone)]
pub(super) struct Folded {
    name: String,
    /// Its code and its other names.
    also: Vec<String>,
}

impl Folded {
    /// Of a name, a code, and other names with commas between.
    pub(super) fn new(name: &str, code: &str, also: &str) -> Self {
        let also = [code].into_iter().chain(also.split(',')).map(fold).filter(|text| !text.is_empty());
        Self { name: fold(name), also: also.collect() }
    }

    fn rank(&self, query: &str) -> Option<Rank> {
        let whole = |text: &String| joined(text).eq(joined(query));
        if whole(&self.name) || self.also.iter().any(whole) {
            return Some(Rank::Whole);
        }
        if joined(&self.name).take(joined(query).count()).eq(joined(query)) {
            return Some(Rank::Begins);
        }
        if has_words(&self.name, query) {
            return Some(Rank::Words);
        }
        self.also.iter().any(|text| has_words(text, query)).then_some(Rank::Other)
    }
}

/// "Porttalbot" is "Port Talbot".
fn joined(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|byte| *byte != b' ')
}

/// Each word of the query begins a word of the text.
fn has_words(text: &str, query: &str) -> bool {
    query.split(' ').all(|wanted| text.split(' ').any(|word| word.starts_with(wanted)))
}

/// Small letters without accents; apostrophes gone, whatever else is no letter or digit a space; "saint" written "st".
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            // Combining accents follow their letter; apostrophes of all shapes are typed or left out as it comes.
            '\u{300}'..='\u{36f}' | '\'' | '\u{2019}' | '\u{2018}' | '`' => {}
            '&' => folded.push_str(" and "),
            c => match plain(c) {
                Some(letters) => folded.push_str(letters),
                None if c.is_alphanumeric() => folded.push(c),
                None => folded.push(' '),
            },
        }
    }
    let words = folded.split(' ').filter(|word| !word.is_empty());
    let words: Vec<_> = words.map(|word| if word == "saint" { "st" } else { word }).collect();
    words.join(" ")
}

/// A small letter with an accent as it is typed without: those of Welsh, Gaelic, Irish, French, Norse and the like.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' => "o",
        'š' | 'ś' => "s",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' => "u",
        'ŵ' | 'ẁ' | 'ẃ' | 'ẅ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' => "y",
        'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_accents_apostrophes_and_the_word_saint() {
        for (text, folded) in [
            ("Aber Sôch (Abersoch)", "aber soch abersoch"),
            ("Port Pha\u{300}druig", "port phadruig"),
            ("St. Peter's Marina", "st peters marina"),
            ("SAINT ABBS", "st abbs"),
            ("Tŷ Croes", "ty croes"),
            ("Cove, Aberdeen", "cove aberdeen"),
            ("  -  ", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
