//! Outlines by which a thing is known from afar, as stable codes that mean the same in every language.
//!
//! A report holds the code (`rib`), or whatever was typed: nothing is refused. Each kind also has `other`, for an outline that
//! is none of these, and `?`, for one that was not seen.
//!
//! ```
//! use turnstone_almanac::{silhouette::{self, Kind}, words::Lang};
//!
//! let code = silhouette::read(Kind::Vessel, "RIB").ok_or("a rib is a vessel's")?;
//! assert_eq!(code, "rib");
//! assert_eq!(silhouette::say(Kind::Vessel, code, Lang::En).as_deref(), Some("rigid inflatable boat (RIB)"));
//! # Ok::<(), &str>(())
//! ```

use crate::words::{Lang, words};

/// What kind of subject it is the outline of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Boats and ships.
    Vessel,
    /// What flies.
    Aircraft,
    /// What drives.
    Vehicle,
}

/// None of the outlines of its kind.
pub const OTHER: &str = "other";
/// Not seen well enough to say.
pub const UNKNOWN: &str = "?";

impl Kind {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Vessel, Self::Aircraft, Self::Vehicle];

    /// The kind of a subject's code (`vessel`, `aircraft`, `vehicle`); persons have no outline.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vessel => "vessel",
            Self::Aircraft => "aircraft",
            Self::Vehicle => "vehicle",
        }
    }

    /// The codes to choose from, in their order; the last two are [`OTHER`] and [`UNKNOWN`].
    pub fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Vessel => {
                &["rib", "yacht", "motor_cruiser", "fishing_boat", "dinghy", "ship", OTHER, UNKNOWN]
            }
            Self::Aircraft => &[
                "flex_wing",
                "three_axis",
                "gyrocopter",
                "helicopter",
                "single",
                "twin",
                "drone",
                OTHER,
                UNKNOWN,
            ],
            Self::Vehicle => &["car", "van", "lorry", "trailer", OTHER, UNKNOWN],
        }
    }
}

/// What a code says in a language; `None` where the kind has no such code, or it is words that somebody typed.
pub fn say(kind: Kind, code: &str, lang: Lang) -> Option<String> {
    Some(words(lang).say(&message(kind, code)?, &[]))
}

/// Whether somebody who speaks the language has signed what the code says in it.
pub fn reviewed(kind: Kind, code: &str, lang: Lang) -> bool {
    message(kind, code).is_some_and(|id| words(lang).reviewed(&id))
}

fn message(kind: Kind, code: &str) -> Option<String> {
    let code = kind.codes().iter().find(|known| **known == code)?;
    let name = if *code == UNKNOWN { "unknown" } else { code };
    Some(format!("silhouette-{name}"))
}

/// The code that a typed text means: the code itself or its words in either language, whatever its case, spaces and hyphens.
pub fn read(kind: Kind, typed: &str) -> Option<&'static str> {
    let typed = folded(typed);
    let means = |code: &str| {
        let said = Lang::ALL.into_iter().filter_map(|lang| say(kind, code, lang));
        folded(code) == typed || said.map(|said| folded(&said)).any(|said| said == typed)
    };
    kind.codes().iter().copied().find(|code| means(code))
}

fn folded(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric() || *c == '?');
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reports name them for years: none goes, and none changes its meaning.
    #[test]
    fn the_codes_are_those_that_were_published() {
        let codes: Vec<_> = Kind::ALL.map(|kind| kind.codes().join(" ")).into();
        assert_eq!(
            codes,
            [
                "rib yacht motor_cruiser fishing_boat dinghy ship other ?",
                "flex_wing three_axis gyrocopter helicopter single twin drone other ?",
                "car van lorry trailer other ?",
            ]
        );
    }

    #[test]
    fn every_code_has_words_of_its_own_in_both_languages() {
        for lang in Lang::ALL {
            for kind in Kind::ALL {
                let mut said: Vec<_> =
                    kind.codes().iter().map(|code| say(kind, code, lang).unwrap()).collect();
                assert!(said.iter().all(|words| !words.starts_with("silhouette-")), "{said:?}");
                said.sort();
                said.dedup();
                assert_eq!(said.len(), kind.codes().len());
            }
        }
    }

    #[test]
    fn what_people_type_is_understood_in_either_language() {
        for (kind, typed, code) in [
            (Kind::Vessel, "RIB", "rib"),
            (Kind::Vessel, "Motor Cruiser", "motor_cruiser"),
            (Kind::Vessel, "cwch pysgota", "fishing_boat"),
            (Kind::Aircraft, "flex-wing", "flex_wing"),
            (Kind::Aircraft, "HOFRENNYDD", "helicopter"),
            (Kind::Vehicle, "lori", "lorry"),
            (Kind::Vehicle, " ? ", "?"),
            (Kind::Vessel, "other", "other"),
        ] {
            assert_eq!(read(kind, typed), Some(code), "{typed}");
        }
        for (kind, typed) in [(Kind::Vehicle, "rib"), (Kind::Vessel, "hovercraft"), (Kind::Vessel, "")] {
            assert_eq!(read(kind, typed), None, "{typed}");
        }
    }

    #[test]
    fn every_kind_of_subject_but_a_person_has_outlines() {
        assert_eq!(
            ["vessel", "aircraft", "vehicle", "person"].map(Kind::of),
            [Some(Kind::Vessel), Some(Kind::Aircraft), Some(Kind::Vehicle), None]
        );
    }
}
