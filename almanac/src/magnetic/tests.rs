use chrono::TimeZone;

use super::*;

fn position(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

fn new_year(year: i32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap()
}

/// The test values published with the model: the twelve of the technical report's table of test values (date, height in km,
/// latitude, longitude, D; doi:10.25923/prbc-s316), then four of the hundred in NOAA's `WMM2025_TestValues.txt`. Both give D to 0.01
/// degrees; 2025.5 and 2027.5 are the days next to the middle of the year. The last row is one degree from the
/// geographic pole, where single precision would show.
const PUBLISHED: &[(i32, u32, f32, f64, f64, f64)] = &[
    (2025, 1, 0.0, 80.0, 0.0, 1.28),
    (2025, 1, 0.0, 0.0, 120.0, -0.16),
    (2025, 1, 0.0, -80.0, -120.0, 68.78),
    (2025, 1, 100.0, 80.0, 0.0, 0.85),
    (2025, 1, 100.0, 0.0, 120.0, -0.15),
    (2025, 1, 100.0, -80.0, -120.0, 68.21),
    (2027, 183, 0.0, 80.0, 0.0, 2.59),
    (2027, 183, 0.0, 0.0, 120.0, -0.24),
    (2027, 183, 0.0, -80.0, -120.0, 68.49),
    (2027, 183, 100.0, 80.0, 0.0, 2.16),
    (2027, 183, 100.0, 0.0, 120.0, -0.23),
    (2027, 183, 100.0, -80.0, -120.0, 67.93),
    (2025, 1, 48.0, 80.0, -96.0, -29.91),
    (2025, 1, 18.0, 0.0, 21.0, 1.29),
    (2025, 183, 6.0, -36.0, -137.0, 20.28),
    (2025, 1, 28.0, 89.0, -121.0, -99.77),
];

#[test]
fn the_published_test_values_of_wmm2025_come_out() {
    for &(year, ordinal, km, lat, lon, published) in PUBLISHED {
        let (deg, _) = field(&position(lat, lon), year, ordinal, km * 1_000.0).unwrap();
        assert!((deg - published).abs() <= 0.01, "{deg:.4} for {published} at {lat}, {lon} in {year}");
    }
}

/// Round the British Isles, after another implementation (pygeomag 1.1.0, in double precision) from NOAA's own coefficient files
/// (`WMM.COF` of 2020 and of 2025), on 1 January.
#[test]
fn round_the_british_isles_it_agrees_with_another_implementation() {
    let elsewhere = [
        (50.61, -1.95, [(2023, 0.0892), (2025, 0.3766), (2026, 0.5488), (2029, 1.0648)]),
        (60.15, -1.14, [(2023, -0.7175), (2025, -0.3307), (2026, -0.1090), (2029, 0.5555)]),
        (49.915, -6.315, [(2023, -1.3594), (2025, -1.0490), (2026, -0.8667), (2029, -0.3210)]),
        (51.12, 1.32, [(2023, 1.1311), (2025, 1.4004), (2026, 1.5649), (2029, 2.0575)]),
        (54.37, -5.55, [(2023, -1.7235), (2025, -1.3791), (2026, -1.1790), (2029, -0.5797)]),
        (58.2, -6.38, [(2023, -2.7545), (2025, -2.3636), (2026, -2.1408), (2029, -1.4737)]),
    ];
    for (lat, lon, years) in elsewhere {
        for (year, other) in years {
            let found = declination(&position(lat, lon), new_year(year));
            assert!(
                (found.deg - other).abs() < 0.002,
                "{:.4} for {other} at {lat}, {lon} in {year}",
                found.deg
            );
            assert!(!found.outside_model);
        }
    }
}

/// Report, section 3.4: the square root of 0.26 squared and (5417 nT / H) squared; H is some 19,500 nT in the English Channel.
#[test]
fn its_uncertainty_is_that_of_the_reports_error_model() {
    let swanage = declination(&position(50.61, -1.95), new_year(2026));
    assert!((swanage.uncertainty_deg - 0.26_f64.hypot(5_417.0 / 19_700.0)).abs() < 0.01);
    let near_the_pole = declination(&position(86.0, 140.0), new_year(2026));
    assert!(near_the_pole.uncertainty_deg > 2.0 * swanage.uncertainty_deg);
}

#[test]
fn p9_outside_its_years_the_nearest_day_of_the_model_answers_and_says_so() {
    let place = position(58.2, -6.38);
    let last = declination(&place, Utc.with_ymd_and_hms(2029, 12, 31, 23, 59, 59).unwrap());
    assert!(!last.outside_model);
    for (year, drift) in [(2030, 0.2), (2035, 1.2), (9999, MOST_DRIFT_DEG)] {
        let later = declination(&place, new_year(year));
        assert!(later.outside_model);
        assert_eq!(later.deg, last.deg);
        assert!((later.uncertainty_deg - last.uncertainty_deg.hypot(drift)).abs() < 1e-9, "{year}");
    }
    let first = declination(&place, new_year(2020));
    let before = declination(&place, DateTime::UNIX_EPOCH);
    assert!(before.outside_model && before.deg == first.deg && before.uncertainty_deg > 9.0);
}

#[test]
fn there_is_an_answer_everywhere() {
    for (lat, lon) in [(90.0, 0.0), (-90.0, 180.0), (0.0, -180.0), (86.0, 140.0)] {
        let found = declination(&position(lat, lon), new_year(2026));
        assert!(found.deg.is_finite() && found.uncertainty_deg <= 180.0);
        assert!(!found.outside_model);
    }
}
