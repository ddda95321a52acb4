//! The published signs to spot.
//!
//! The texts restate, in short neutral words, what the schemes' public pages ask people to look out for: Project
//! Kraken and Project Pegasus as published by the National Crime Agency and by police forces, and the background
//! page on organised immigration crime (pages dated 2021 to 2025, gathered 2026-11-22). A code is never given to
//! another sign: reports on a desk's disk name it for years.

use turnstone_wire::body::{Scheme, SignCode, UnknownSignShape};

/// A published sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sign {
    /// Its stable code: a capital letter and two digits.
    pub code: &'static str,
    /// The scheme that published it; `None` where it belongs to both.
    pub scheme: Option<Scheme>,
    /// What to look out for, in English.
    pub text: &'static str,
}

impl Sign {
    /// True where somebody who reports under `scheme` is shown this sign.
    pub fn belongs_to(&self, scheme: Scheme) -> bool {
        self.scheme.is_none_or(|own| own == scheme)
    }
}

/// Why a typed code is no published sign.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum UnknownSign {
    /// It does not look like a code.
    #[error("a sign's code is K, P or O and two digits, such as K01")]
    Shape,
    /// No code begins with this letter.
    #[error(
        "there is no sign {0}: codes begin with K (boats and coast), P (aircraft and airfields) or O (either)"
    )]
    Letter(SignCode),
    /// There are codes of this letter, and this is none of them.
    #[error("there is no sign {0}; there are {codes}", codes = codes_like(*.0))]
    Number(SignCode),
}

impl From<UnknownSignShape> for UnknownSign {
    fn from(_: UnknownSignShape) -> Self {
        Self::Shape
    }
}

/// Every published sign, in the order in which it is shown.
pub fn all() -> &'static [Sign] {
    SIGNS
}

/// What a code stands for, in English; `None` for a code newer than this program.
pub fn describe(code: SignCode) -> Option<&'static str> {
    SIGNS.iter().find(|sign| sign.code == code.as_str()).map(|sign| sign.text)
}

/// Reads a code as typed, in either case, and makes sure that there is such a sign.
///
/// # Errors
/// [`UnknownSign`], whose sentence lists the codes of the letter that was typed.
pub fn known(code: &str) -> Result<SignCode, UnknownSign> {
    let code: SignCode = code.trim().to_ascii_uppercase().parse()?;
    if describe(code).is_some() {
        Ok(code)
    } else if codes_like(code).is_empty() {
        Err(UnknownSign::Letter(code))
    } else {
        Err(UnknownSign::Number(code))
    }
}

/// The published codes that begin with the letter of `code`, as a list to read.
fn codes_like(code: SignCode) -> String {
    let letter = &code.as_str()[..1];
    let like: Vec<_> = SIGNS.iter().map(|sign| sign.code).filter(|code| code.starts_with(letter)).collect();
    like.join(", ")
}

const KRAKEN: Option<Scheme> = Some(Scheme::Kraken);
const PEGASUS: Option<Scheme> = Some(Scheme::Pegasus);
const BOTH: Option<Scheme> = None;

#[rustfmt::skip] // One sign a line, so that a change of wording is a change of one line.
const SIGNS: &[Sign] = &[
    Sign { code: "K01", scheme: KRAKEN, text: "boats at odd hours or at isolated places" },
    Sign { code: "K02", scheme: KRAKEN, text: "packages or frightened people being landed" },
    Sign { code: "K03", scheme: KRAKEN, text: "signals to a vessel offshore, or guiding it to an unusual place" },
    Sign { code: "K04", scheme: KRAKEN, text: "unusual changes or small damage to a vessel" },
    Sign { code: "K05", scheme: KRAKEN, text: "name or number painted out or covered" },
    Sign { code: "K06", scheme: KRAKEN, text: "overloaded, low in the water, or without lights" },
    Sign { code: "K07", scheme: KRAKEN, text: "fast inflatables with extra fuel" },
    Sign { code: "K08", scheme: KRAKEN, text: "vessels meeting and passing things across" },
    Sign { code: "K09", scheme: KRAKEN, text: "objects put in the water near bridges, pipes, quays or marinas; odd marker buoys" },
    Sign { code: "K10", scheme: KRAKEN, text: "interest in, testing or photographing of security" },
    Sign { code: "K11", scheme: KRAKEN, text: "crew nervous, or not knowing customs and protocol" },
    Sign { code: "K12", scheme: KRAKEN, text: "large cash payments, odd charters or berth bookings" },
    Sign { code: "K13", scheme: KRAKEN, text: "abandoned boats, lifejackets, clothing or parcels" },
    Sign { code: "K14", scheme: KRAKEN, text: "drones, or people where they should not be" },
    Sign { code: "P01", scheme: PEGASUS, text: "flights at night or from disused strips; fresh tyre marks" },
    Sign { code: "P02", scheme: PEGASUS, text: "packages dropped, or moved between aircraft and vehicle" },
    Sign { code: "P03", scheme: PEGASUS, text: "someone testing or studying the field's security" },
    Sign { code: "P04", scheme: PEGASUS, text: "strangers asking to hire aircraft or use the strip; odd hire patterns" },
    Sign { code: "P05", scheme: PEGASUS, text: "unusual payments" },
    Sign { code: "P06", scheme: PEGASUS, text: "suspicious deliveries; uniforms, badges or chemicals bought" },
    Sign { code: "P07", scheme: PEGASUS, text: "aircraft altered, with extra fuel, damaged, or muddy after tarmac-only plans" },
    Sign { code: "P08", scheme: PEGASUS, text: "landed short, flew on under another plan, or went to remote places" },
    Sign { code: "P09", scheme: PEGASUS, text: "pilot nervous or evasive about passengers, flights or routes" },
    Sign { code: "P10", scheme: PEGASUS, text: "needless risks: weather, short strip, poor light, beyond the pilot's ability" },
    Sign { code: "P11", scheme: PEGASUS, text: "false or misleading General Aviation Report or flight plan" },
    Sign { code: "P12", scheme: PEGASUS, text: "too many on board, hidden cargo, drone near the field" },
    Sign { code: "O01", scheme: BOTH, text: "activity at isolated coast or at unusual times, with vessels guided offshore and nervous crew" },
    Sign { code: "O02", scheme: BOTH, text: "strange payments, such as frequent cash from several sources into one account" },
    Sign { code: "O03", scheme: BOTH, text: "false identity documents" },
    Sign { code: "O04", scheme: BOTH, text: "people hidden in or leaving lorries, containers, trains or ferries; banging or voices from a load" },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_well_formed_unique_and_described() {
        let mut seen = BTreeSet::new();
        for sign in all() {
            let code = known(sign.code).unwrap();
            assert!(seen.insert(code), "{} stands twice", sign.code);
            assert_eq!(describe(code), Some(sign.text));
        }
    }

    /// A code that goes missing would leave old reports with a letter and two digits that nobody can read.
    #[test]
    fn no_code_is_missing() {
        let published = [("K", 14), ("P", 12), ("O", 4)];
        let codes =
            published.iter().flat_map(|(letter, last)| (1..=*last).map(move |n| format!("{letter}{n:02}")));
        assert_eq!(
            all().iter().map(|sign| sign.code.to_owned()).collect::<Vec<_>>(),
            codes.collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_letter_says_the_scheme_and_o_belongs_to_both() {
        for sign in all() {
            let expected = match &sign.code[..1] {
                "K" => (true, false),
                "P" => (false, true),
                _ => (true, true),
            };
            assert_eq!(
                (sign.belongs_to(Scheme::Kraken), sign.belongs_to(Scheme::Pegasus)),
                expected,
                "{}",
                sign.code
            );
        }
    }

    #[test]
    fn texts_are_short_plain_and_without_a_full_stop() {
        for sign in all() {
            assert!((10..=120).contains(&sign.text.len()), "{}", sign.code);
            assert!(sign.text.is_ascii() && !sign.text.ends_with('.'), "{}", sign.code);
        }
    }

    #[test]
    fn a_code_is_taken_in_either_case() {
        assert_eq!(known(" k05 ").unwrap().as_str(), "K05");
    }

    #[test]
    fn an_unknown_number_lists_the_codes_of_its_letter() {
        let message = known("o09").unwrap_err().to_string();
        assert_eq!(message, "there is no sign O09; there are O01, O02, O03, O04");
        assert!(known("K15").unwrap_err().to_string().ends_with("K12, K13, K14"));
    }

    #[test]
    fn an_unknown_letter_and_a_wrong_shape_say_what_a_code_is() {
        assert!(matches!(known("X01"), Err(UnknownSign::Letter(_))));
        assert!(known("X01").unwrap_err().to_string().contains("K (boats and coast)"));
        for text in ["", "K", "K1", "K001", "01K", "K\u{661}\u{662}"] {
            assert_eq!(known(text), Err(UnknownSign::Shape), "{text:?}");
        }
    }

    #[test]
    fn a_code_newer_than_this_program_is_simply_not_described() {
        assert_eq!(describe("Z99".parse().unwrap()), None);
    }
}
