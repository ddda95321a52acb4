//! The published signs to spot, as they are compiled in.
//!
//! The texts restate, in short neutral words, what the schemes' public pages ask people to look out for: Project
//! Kraken and Project Pegasus as published by the National Crime Agency and by police forces, and the background
//! page on organised immigration crime (pages dated 2021 to 2025, gathered 2026-11-22). A code is never given to
//! another sign: reports on a desk's disk name it for years. They are part of the [guidance](crate::guide): a newer pack may
//! say more, and [`Guide::sign`](crate::guide::Guide::sign) asks it.

use turnstone_wire::body::{Scheme, SignCode, UnknownSignShape};

pub use crate::guide::Sign;
use crate::{guide, words::Lang};

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
    guide::built_in().signs()
}

/// The signs to choose from for a scheme: its own, then those that belong to both. None need be chosen: what is not among them
/// is said in words.
pub fn picker(scheme: Scheme) -> impl Iterator<Item = &'static Sign> {
    guide::built_in().picker(scheme)
}

/// What a code stands for, in English; `None` for a code newer than this program.
pub fn describe(code: SignCode) -> Option<&'static str> {
    say(code, Lang::En)
}

/// What a code stands for, in a language; `None` for a code newer than this program.
pub fn say(code: SignCode, lang: Lang) -> Option<&'static str> {
    guide::built_in().sign(code).map(|sign| sign.text.say(lang))
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
    let like: Vec<_> =
        all().iter().map(|sign| sign.code.to_string()).filter(|code| code.starts_with(letter)).collect();
    like.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_well_formed_unique_and_described() {
        let mut seen = BTreeSet::new();
        for sign in all() {
            let code = known(sign.code.as_str()).unwrap();
            assert!(seen.insert(code), "{} stands twice", sign.code);
            assert_eq!(describe(code), Some(sign.text.en.as_str()));
            assert_eq!(say(code, Lang::Cy), Some(sign.text.cy.as_str()));
        }
    }

    /// A code that goes missing would leave old reports with a letter and two digits that nobody can read.
    #[test]
    fn no_code_is_missing() {
        let published = [("K", 14), ("P", 12), ("O", 4)];
        let codes =
            published.iter().flat_map(|(letter, last)| (1..=*last).map(move |n| format!("{letter}{n:02}")));
        assert_eq!(
            all().iter().map(|sign| sign.code.to_string()).collect::<Vec<_>>(),
            codes.collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_letter_says_the_scheme_and_o_belongs_to_both() {
        for sign in all() {
            let expected = match &sign.code.as_str()[..1] {
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
    fn a_scheme_s_signs_come_first_and_are_followed_by_those_of_both() {
        for (scheme, own, count) in [(Scheme::Kraken, "K", 14), (Scheme::Pegasus, "P", 12)] {
            let codes: Vec<_> = picker(scheme).map(|sign| sign.code.to_string()).collect();
            assert_eq!(codes.len(), count + 4);
            assert!(codes[..count].iter().all(|code| code.starts_with(own)));
            assert!(codes[count..].iter().all(|code| code.starts_with('O')));
        }
    }

    #[test]
    fn texts_are_short_plain_and_without_a_full_stop() {
        for sign in all() {
            assert!((10..=120).contains(&sign.text.en.len()), "{}", sign.code);
            assert!(sign.text.en.is_ascii() && !sign.text.en.ends_with('.'), "{}", sign.code);
            assert!(
                (10..=140).contains(&sign.text.cy.len()) && !sign.text.cy.ends_with('.'),
                "{}",
                sign.code
            );
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
