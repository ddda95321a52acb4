//! What holds for any text: nothing is refused, nothing panics, and a reading never contradicts what was seen.

use proptest::prelude::*;
use turnstone_wire::body::{Aircraft, Person, Vehicle, Vessel};

use super::{Understood, normal, understand};

/// Every field of every subject.
fn fields() -> Vec<(&'static str, &'static str)> {
    let of = |subject, fields: &'static [&'static str]| fields.iter().map(move |field| (subject, *field));
    of("vessel", Vessel::FIELDS)
        .chain(of("aircraft", Aircraft::FIELDS))
        .chain(of("vehicle", Vehicle::FIELDS))
        .chain(of("person", Person::FIELDS))
        .collect()
}

fn everywhere(text: &str) -> Vec<Understood> {
    fields().into_iter().flat_map(|(subject, field)| understand(subject, field, text)).collect()
}

/// Whether a reading says nothing else than what was seen, but where it says that it does.
fn agrees(read: &Understood, typed: &str) -> bool {
    if read.doubts.iter().any(|doubt| doubt == "mixed-up") {
        return true;
    }
    // A label that was typed before it (`IMO`, `MMSI`) is left out.
    let (typed, said) = (normal(typed), normal(read.normal.as_str()));
    let typed = &typed[typed.len().saturating_sub(said.len())..];
    let pairs = typed.chars().zip(said.chars());
    // A sign not seen stays one, unless a table or a check digit leaves one possibility.
    typed.len() == said.len() && pairs.into_iter().all(|(seen, said)| seen == said || seen == '?')
}

/// A known digit of an IMO number, so that its check digit fits.
fn imo_of(six: u32) -> String {
    let digits: Vec<u32> = format!("{six:06}").chars().filter_map(|digit| digit.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip([7, 6, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
    format!("{six:06}{}", sum % 10)
}

proptest! {
    #[test]
    fn p9_no_text_in_any_field_makes_it_panic_or_too_many_readings(text in "\\PC{0,60}") {
        for (subject, field) in fields() {
            prop_assert!(understand(subject, field, &text).len() <= super::READINGS);
        }
    }

    #[test]
    fn what_was_seen_is_never_contradicted(text in "[A-Z0-9?]{1,4}[- ]?[A-Z0-9?]{0,7}") {
        for read in everywhere(&text) {
            prop_assert!(agrees(&read, &text), "{} from {text}", read.normal.as_str());
        }
    }

    #[test]
    fn a_reading_read_again_is_itself(text in "[A-Z0-9?]{2,11}") {
        for (subject, field) in fields() {
            for read in understand(subject, field, &text) {
                let again = understand(subject, field, read.normal.as_str());
                // Parted as its register does, it may fit less than before, but never not itself.
                prop_assert!(again.iter().any(|one| one.normal == read.normal), "{} {}", read.kind, read.normal.as_str());
            }
        }
    }

    #[test]
    fn every_imo_number_fits_and_none_with_one_figure_wrong_at_an_odd_weight(
        six in 100_000..1_000_000_u32, wrong in 1..10_u32,
    ) {
        let number = imo_of(six);
        let whole = understand("vessel", "imo", &number);
        prop_assert!(whole[0].doubts.is_empty());
        // The figure that checks, weighed once: any other is wrong.
        let last = number[6..].parse::<u32>().unwrap();
        let other = format!("{}{}", &number[..6], (last + wrong) % 10);
        prop_assert_eq!(&understand("vessel", "imo", &other)[0].doubts[..], ["check-digit"]);
    }

    #[test]
    fn the_completions_counted_are_those_there_are(six in 100_000..1_000_000_u32, hide in 0..128_u8) {
        let number = imo_of(six);
        let hidden: Vec<usize> = (0..7).filter(|at| hide >> at & 1 == 1).collect();
        prop_assume!((1..=3).contains(&hidden.len()));
        let typed: String =
            number.chars().enumerate().map(|(at, sign)| if hidden.contains(&at) { '?' } else { sign }).collect();
        let mut count = 0_u64;
        for fill in 0..10_u32.pow(u32::try_from(hidden.len()).unwrap()) {
            let mut signs: Vec<char> = typed.chars().collect();
            let filled = format!("{fill:0width$}", width = hidden.len());
            hidden.iter().zip(filled.chars()).for_each(|(at, sign)| signs[*at] = sign);
            let whole: String = signs.into_iter().collect();
            count += u64::from(imo_of(whole[..6].parse().unwrap()) == whole);
        }
        prop_assert_eq!(understand("vessel", "imo", &typed)[0].completions, Some(count));
    }
}
