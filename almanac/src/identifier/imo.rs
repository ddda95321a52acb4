//! IMO ship identification numbers: seven figures, the last of which checks the others.
//!
//! Source: IMO resolution A.1117(30), "IMO Ship Identification Number Scheme": the first six figures are multiplied by 7, 6,
//! 5, 4, 3 and 2; the last figure of the sum is the seventh.

use super::{
    CHECK_DIGIT, INCOMPLETE, Reading, TOO_LONG, WORKED_OUT,
    check_digit::{Place, completions, figure},
    signs::{self, Signs},
};

pub(super) const KIND: &str = "imo";

/// Reads what was typed as an IMO number.
pub(super) fn read(typed: &Signs) -> Vec<Reading> {
    let figures = typed.after("IMO");
    if !signs::are_figures(figures) {
        return Vec::new();
    }
    let reading = Reading::new(KIND, signs::text(figures));
    vec![match figures.len() {
        7 => checked(reading, figures),
        0..7 => reading.doubted(INCOMPLETE),
        _ => reading.doubted(TOO_LONG),
    }]
}

/// Reads what was typed elsewhere: only where it is called one, or where all is seen and the check digit goes with it.
pub(super) fn whole(typed: &Signs) -> Vec<Reading> {
    let labelled = typed.after("IMO").len() < typed.all().len();
    let seen = !typed.all().contains(&'?');
    let mut readings = read(typed);
    readings.retain(|reading| labelled || (seen && reading.is_sure()));
    readings
}

fn checked(mut reading: Reading, figures: &[char]) -> Reading {
    // The sum of the six, less the seventh, is divisible by ten: nine times the seventh is that less.
    let places: Vec<Place> = figures
        .iter()
        .zip([7, 6, 5, 4, 3, 2, 9])
        .map(|(sign, weight)| Place { weight, choices: figure(*sign) })
        .collect();
    let (count, only) = completions(&places, 10, &[0]);
    let unseen = figures.contains(&'?');
    reading.completions = unseen.then_some(count);
    match only {
        _ if count == 0 => reading.doubted(CHECK_DIGIT),
        Some(only) if unseen => Reading { normal: only, ..reading }.doubted(WORKED_OUT),
        _ => reading,
    }
}
