//! Freight container numbers: four letters, six figures and one that checks them.
//!
//! Source: ISO 6346:2022 and the Bureau International des Containers: letters count 10 to 38, leaving out the multiples of
//! 11; each sign is multiplied by 2 to the power of its place from 0; the sum's remainder by 11, 10 counting as 0, is the
//! check figure. The fourth letter is U (container), J (equipment) or Z (trailer or chassis).

use super::{
    CHECK_DIGIT, INCOMPLETE, Reading, WORKED_OUT,
    check_digit::{Place, completions, figure},
    signs::{self, Signs},
};

pub(super) const KIND: &str = "container";

/// Reads what was typed as a container's number.
pub(super) fn read(typed: &Signs) -> Vec<Reading> {
    let all = typed.all();
    let kind_of_unit = all.get(3).is_some_and(|sign| "?UJZ".contains(*sign));
    let shaped = match all.len() {
        11 => signs::fits(all, "AAA*9999999"),
        // Without the figure in its box: it is smaller, and often not seen.
        10 => signs::fits(all, "AAA*999999"),
        _ => false,
    };
    // A witness who saw less than five signs of it has seen no container number.
    let seen = all.iter().filter(|sign| **sign != '?').count();
    if !shaped || !kind_of_unit || seen < 5 {
        return Vec::new();
    }
    let reading = Reading::new(KIND, grouped(all));
    if all.len() == 10 {
        return vec![reading.doubted(INCOMPLETE)];
    }
    vec![checked(reading, all)]
}

fn checked(mut reading: Reading, all: &[char]) -> Reading {
    let places: Vec<Place> = (0..10_u32)
        .zip(all)
        .map(|(at, sign)| Place {
            weight: 2_u64.pow(at),
            choices: match at {
                0..3 => letters(*sign, |_| true),
                3 => letters(*sign, |letter| "UJZ".contains(letter)),
                _ => figure(*sign),
            },
        })
        .collect();
    let check = all.last().copied().unwrap_or('?');
    let unseen = all.contains(&'?');
    let (count, only) = match check {
        // Any figure may check; whichever way the rest is filled in, one does.
        '?' => {
            let (count, only) = completions(&places, 1, &[0]);
            (count, only.and_then(|rest| check_figure(&rest).map(|check| format!("{rest}{check}"))))
        }
        '0' => of_check(&places, &[0, 10], check),
        seen => of_check(&places, &[u64::from(seen.to_digit(10).unwrap_or(0))], check),
    };
    reading.completions = unseen.then_some(count);
    match only {
        _ if count == 0 => reading.doubted(CHECK_DIGIT),
        Some(only) if unseen => {
            let signs: Vec<char> = only.chars().collect();
            Reading { normal: grouped(&signs), ..reading }.doubted(WORKED_OUT)
        }
        _ => reading,
    }
}

fn of_check(places: &[Place], wanted: &[u64], check: char) -> (u64, Option<String>) {
    let (count, only) = completions(places, 11, wanted);
    (count, only.map(|rest| format!("{rest}{check}")))
}

fn check_figure(rest: &str) -> Option<u64> {
    let values = rest.chars().map(|sign| sign.to_digit(10).map(u64::from).or_else(|| letter_value(sign)));
    let sum = (0..).zip(values).try_fold(0, |sum, (at, value)| Some(sum + value? * 2_u64.pow(at)));
    sum.map(|sum: u64| sum % 11 % 10)
}

fn letters(sign: char, allowed: impl Fn(char) -> bool) -> Vec<(char, u64)> {
    ('A'..='Z')
        .filter(|letter| (sign == '?' || sign == *letter) && allowed(*letter))
        .filter_map(|letter| Some((letter, letter_value(letter)?)))
        .collect()
}

/// 10 for A, 12 for B and so on: 11, 22 and 33 are left out.
fn letter_value(letter: char) -> Option<u64> {
    let at = ('A'..='Z').position(|other| other == letter)?;
    (10..39_u64).filter(|value| value % 11 != 0).nth(at)
}

fn grouped(all: &[char]) -> String {
    let (owner, rest) = all.split_at(4.min(all.len()));
    let (serial, check) = rest.split_at(6.min(rest.len()));
    let parts = [owner, serial, check].map(signs::text);
    parts.join(" ").trim_end().to_owned()
}
