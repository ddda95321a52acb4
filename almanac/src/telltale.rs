//! What in a text would lead to whoever wrote it: a telephone number, an email address, a place of theirs. Help for a warning,
//! never a gate; and a text in which nothing is found may still say who wrote it.
//!
//! A telephone number is looked for as people here write one, after Ofcom's National Telephone Numbering Plan: ten or eleven digits
//! of which the first is 0, or nine to fifteen after `+` or `00` (ITU-T E.164), in groups parted by spaces, dashes, brackets, or by dots
//! between groups of three digits or more. Numbers of ships, clocks and bearings have fewer digits or begin otherwise; figures after
//! the letters of a grid are left out.

/// Most digits of a telephone number with its country's (ITU-T E.164).
const MOST_DIGITS: usize = 15;

/// What a text gives away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Telltale {
    /// A telephone number.
    Phone,
    /// An email address.
    Email,
}

/// What a text gives away, each once.
pub fn telltales(text: &str) -> Vec<Telltale> {
    let found = [(holds_phone(text), Telltale::Phone), (holds_email(text), Telltale::Email)];
    found.into_iter().filter_map(|(holds, telltale)| holds.then_some(telltale)).collect()
}

/// Whether a text names a place: as whole words, in any case, whatever stands between them. A name of fewer than three letters
/// and digits is not looked for: it would be found everywhere.
pub fn names_place(text: &str, name: &str) -> bool {
    let (text, name) = (plain(text), plain(name));
    name.trim().chars().count() >= 3 && text.contains(&name)
}

/// Lower case, with one space before and after each word, and none of what is no letter or digit. Apostrophes join.
fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    for c in text.chars().filter(|c| !"'’‘`".contains(*c)) {
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

fn holds_phone(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    let begins = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| signs.get(before));
        // In the middle of a number or a word nothing begins; after a decimal point neither.
        (signs[at] == '+' || signs[at] == '0')
            && before.is_none_or(|c| !c.is_alphanumeric() && !"+.,/".contains(*c))
    };
    (0..signs.len()).any(|at| begins(at) && !is_grid(&signs, at) && is_phone(&signs[at..]))
}

/// Whether digits are those of a grid reference of ten figures: five and five, after one letter (Irish) or two.
fn is_grid(signs: &[char], at: usize) -> bool {
    let after: String = signs[at..].iter().take(12).collect();
    let (figures, next) = after.split_at_checked(11).unwrap_or((&after, ""));
    let five_and_five = figures.split_once(' ').is_some_and(|(east, north)| {
        [east, north].iter().all(|half| half.len() == 5 && half.bytes().all(|b| b.is_ascii_digit()))
    });
    let before: Vec<char> = signs[..at].iter().rev().skip_while(|c| **c == ' ').take(3).copied().collect();
    let letters = before.iter().take_while(|c| c.is_ascii_uppercase()).count();
    five_and_five && !next.starts_with(|c: char| c.is_ascii_digit()) && (1..=2).contains(&letters)
}

/// Whether a text begins with a telephone number, and goes on with something else.
fn is_phone(signs: &[char]) -> bool {
    let foreign = signs.first() == Some(&'+') || signs.starts_with(&['0', '0']);
    let (mut digits, mut group, mut at) = (0, 0, usize::from(signs.first() == Some(&'+')));
    while let Some(c) = signs.get(at) {
        let is_digit = |after: usize| signs.get(at + after).is_some_and(char::is_ascii_digit);
        let parted = || (1..=3).any(is_digit);
        match c {
            c if c.is_ascii_digit() => {
                (digits, group) = (digits + 1, group + 1);
                if digits > MOST_DIGITS {
                    return false;
                }
            }
            ' ' | '\u{a0}' | '-' | '‐' | '‑' | '–' | '(' | ')' if parted() => group = 0,
            '.' if group >= 3 && (1..=3).all(is_digit) => group = 0,
            c if c.is_alphabetic() => return false,
            _ => break,
        }
        at += 1;
    }
    // `00` and a country's number, or `+` and the 0 in brackets that some write after it.
    if foreign { (9..=MOST_DIGITS).contains(&digits) } else { (10..=11).contains(&digits) }
}

/// A sign of an address, an @, and a domain with a dot in it (the shape of RFC 5321, without its quoted forms).
fn holds_email(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let local = text[..at].chars().next_back();
        let domain: String =
            text[at + 1..].chars().take_while(|c| c.is_alphanumeric() || ".-".contains(*c)).collect();
        let parts: Vec<&str> = domain.trim_end_matches('.').split('.').collect();
        local.is_some_and(|c| c.is_alphanumeric() || "._%+-".contains(c))
            && parts.len() >= 2
            && parts.iter().all(|part| !part.is_empty())
            && parts
                .last()
                .is_some_and(|last| last.chars().count() >= 2 && last.chars().all(char::is_alphabetic))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Ofcom's numbers for use in drama, which nobody has
    /// (<https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama>), and E.164's shapes.
    const PHONES: [&str; 14] = [
        "07700 900123",
        "07700900123",
        "07700-900-123",
        "07700.900.123",
        "020 7946 0958",
        "(020) 7946 0958",
        "01632 960983",
        "0113 496 0000",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "+353 20 912 3456",
        "029 2018 0123",
        "03069 990123",
    ];

    #[test]
    fn numbers_as_people_write_them_are_found_wherever_they_stand() {
        for phone in PHONES {
            for text in [
                phone.to_owned(),
                format!("ring me on {phone}."),
                format!("Tel:{phone}, evenings"),
                format!("({phone})"),
            ] {
                assert_eq!(telltales(&text), [Telltale::Phone], "{text}");
            }
        }
    }

    #[test]
    fn what_a_report_says_of_boats_times_and_places_is_no_number() {
        for text in [
            "",
            "999",
            "VHF 16, then 101",
            "IMO 9074729",
            "MMSI 232003556",
            "callsign 2ABC4, sail GBR 1234",
            "2026-05-03T21:40:00+01:00",
            "from 0930 to 1145 on 03/05/2026",
            "50.606511, -1.948033",
            "050.6065110000",
            "SZ 03270 78800",
            "O 05904 34671",
            "50°36.391'N 001°56.882'W",
            "bearing 045 range 0800 m",
            "0 boats, 00 people",
            "12345678901234567890",
            "0123456789012345678901234567890",
            "container MSKU 907032 3",
            "G-ABCD at 0700, again at 0715",
        ] {
            assert_eq!(telltales(text), [], "{text}");
        }
    }

    #[test]
    fn addresses_are_found_and_what_is_none_is_not() {
        for text in
            ["jo@example.org", "mail jo.b+x@mail.example.co.uk.", "<JO@EXAMPLE.ORG>", "jo@enghraifft.cymru"]
        {
            assert_eq!(telltales(text), [Telltale::Email], "{text}");
        }
        for text in
            ["@example", "two men @ the pier", "jo@quay", "a@b.c", "@ 50.6", "jo@.org", "12@3.5 knots"]
        {
            assert_eq!(telltales(text), [], "{text}");
        }
        assert_eq!(telltales("jo@example.org or 07700 900123"), [Telltale::Phone, Telltale::Email]);
    }

    #[test]
    fn a_place_is_found_as_whole_words_in_any_spelling() {
        for text in ["from St. Alban's Head", "ST ALBANS HEAD lookout", "st-albans\nhead"] {
            assert!(names_place(text, "St Alban’s Head"), "{text}");
        }
        assert!(names_place("wrth Borth Ŵy", "BORTH ŵy"));
        for (text, name) in [
            ("St Albans Headland", "St Albans Head"),
            ("the pier", ""),
            ("off by a mile", "by"),
            ("upper quay", "per qu"),
        ] {
            assert!(!names_place(text, name), "{text}");
        }
    }

    proptest! {
        #[test]
        fn p11_never_panics(text: String, name: String) {
            let _ = (telltales(&text), names_place(&text, &name));
        }

        #[test]
        fn any_number_of_the_plan_is_found(digits in "0[1-9][0-9]{8,9}", before in "[a-z ,:]{0,5} ", after in "( [a-z]{1,5}|[.,;!?]|)") {
            let text = format!("{before}{digits}{after}");
            prop_assert_eq!(telltales(&text), [Telltale::Phone]);
        }
    }
}
