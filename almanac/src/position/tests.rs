//! Every form people use, every doubt, every error, and the way there and back.

use proptest::prelude::*;

use super::*;
use crate::{geodesy, words::Lang};

fn at(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

/// How far a text's only reading lies from a point, in metres, and its form.
fn reading(text: &str, lat: f64, lon: f64) -> (f64, Form) {
    let read = read(text).unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
    (geodesy::leg(&at(lat, lon), &read.position).metres, read.form)
}

fn readings(text: &str) -> Vec<(f64, f64)> {
    match read(text) {
        Err(ReadError::Ambiguous { readings }) => readings
            .iter()
            .map(|read| (read.position.lat_deg(), read.position.lon_deg()))
            .map(|(lat, lon)| ((lat * 1e6).round() / 1e6, (lon * 1e6).round() / 1e6))
            .collect(),
        other => panic!("{text:?}: {other:?}"),
    }
}

#[test]
fn decimal_degrees_as_maps_phones_and_people_write_them() {
    for text in [
        "50.6065,-1.948",
        " 50.6065 ,\t-1.948 ",
        "50.6065 -1.948",
        "+50.6065, -1.948",
        "50.6065,\u{2212}1.948",
        "50.6065; -1.948",
        "50.6065\n-1.948",
        "50.6065-1.948",
        "50.6065 / -1.948",
        "(50.6065, -1.948)",
        "50.6065°, -1.948°",
        "50.6065° N 1.948° W",
        "50.6065N 1.948W",
        "50.6065N1.948W",
        "N50.6065 W1.948",
        "N 50.6065, W 1.948",
        "n50.6065w1.948",
        "1.948 W, 50.6065 N",
        "W1.948 N50.6065",
        "50.6065 north, 1.948 west",
        "50.6065 deg N 1.948 deg W",
        "Lat 50.6065 Long -1.948",
        "lat: 50.6065, lon: -1.948",
        "lon=-1.948, lat=50.6065",
        "latitude 50.6065 N longitude 1.948 W",
        "50.6065 gogledd, 1.948 gorllewin",
        "50,6065; -1,948",
        "50,6065 -1,948",
        "50,6065, -1,948",
        "50,6065,-1,948",
        "50,6065° N 1,948° W",
        "\u{200e}50.6065\u{a0}\u{2013}1.948\u{feff}",
        "50.6065, -1.948.",
    ] {
        let (metres, form) = reading(text, 50.6065, -1.948);
        assert_eq!((metres < 0.001, form), (true, Form::Decimal), "{text:?}: {metres}");
    }
    assert_eq!(reading("-51.7,-57.85", -51.7, -57.85), (0.0, Form::Decimal));
    assert_eq!(reading("52.48,1.76", 52.48, 1.76), (0.0, Form::Decimal));
    assert_eq!(reading("-90,180", -90.0, 180.0).1, Form::Decimal);
}

#[test]
fn degrees_and_minutes_as_on_a_chart() {
    for text in [
        "50 36.39 N 1 56.88 W",
        "50 36.39N 001 56.88W",
        "N 50 36.39 W 1 56.88",
        "N50 36.39, W001 56.88",
        "50°36.390'N 001°56.880'W",
        "50º36.390´N 001º56.880´W",
        "50°36.390\u{2032}N 001°56.880\u{2032}W",
        "50° 36.39\u{2019} N, 1° 56.88\u{2019} W",
        "50-36.39N 001-56.88W",
        "50°-36.39'N 001°-56.88'W",
        "50\u{2013}36.39N 001\u{2013}56.88W",
        "50:36.39N 1:56.88W",
        "50 36.39 -1 56.88",
        "+50 36.39 -1 56.88",
        "50°36.39', -1°56.88'",
        "50 36,39 N 1 56,88 W",
        "50°36,39'N; 1°56,88'W",
        "50 deg 36.39 min N 1 deg 56.88 min W",
        "50 degrees 36.39 minutes north, 1 degree 56.88 minutes west",
        "5036.390N 00156.880W",
        "5036.39,N,00156.88,W",
        "N5036.390 W00156.880",
        "N 50 36.39 1 56.88 W",
    ] {
        let (metres, form) = reading(text, 50.6065, -1.948);
        assert_eq!((metres < 0.001, form), (true, Form::DegreesMinutes), "{text:?}: {metres}");
    }
    assert_eq!(reading("5036N 0157W", 50.6, -1.95).1, Form::DegreesMinutes);
    assert!(reading("5036N 00157W", 50.6, -1.95).0 < 0.001);
}

#[test]
fn degrees_minutes_and_seconds() {
    for text in [
        "50°36'23.4\"N 1°56'52.8\"W",
        "50°36'23.4\"N, 001°56'52.8\"W",
        "50\u{b0}36\u{2032}23.4\u{2033}N 1\u{b0}56\u{2032}52.8\u{2033}W",
        "50°36'23.4''N 1°56'52.8''W",
        "50\u{b0}36\u{2019}23.4\u{201d}N 1\u{b0}56\u{2019}52.8\u{201d}W",
        "50 36 23.4 N 1 56 52.8 W",
        "50:36:23.4N 1:56:52.8W",
        "50-36-23.4N 1-56-52.8W",
        "50 36 23.4 -1 56 52.8",
        "503623.4N 0015652.8W",
        "503623.4N 015652.8W",
        "50°36'23,4\"N 1°56'52,8\"W",
        "50 deg 36 min 23.4 sec north 1 deg 56 min 52.8 sec west",
    ] {
        let (metres, form) = reading(text, 50.6065, -1.948);
        assert_eq!((metres < 0.001, form), (true, Form::DegreesMinutesSeconds), "{text:?}: {metres}");
    }
    assert!(reading("503623N 0015653W", 50.606_389, -1.948_056).0 < 0.1);
}

/// E 403600 N 78600 of the National Grid is, by the transformation, 50.60679 N 1.95052 W; the squares' middles differ.
#[test]
fn references_of_the_national_grid_of_four_to_ten_figures() {
    let corner = crate::grid::GridPoint { easting_m: 403_600.0, northing_m: 78_600.0 };
    for (text, half_m, middle_m) in [
        ("SZ 036 786", 50.0, (50.0, 50.0)),
        ("SZ036786", 50.0, (50.0, 50.0)),
        ("sz 036786", 50.0, (50.0, 50.0)),
        ("SZ 036, 786", 50.0, (50.0, 50.0)),
        ("SZ-036-786", 50.0, (50.0, 50.0)),
        ("SZ/036/786", 50.0, (50.0, 50.0)),
        ("S Z 036 786", 0.0, (0.0, 0.0)),
        ("SZ 0 3 6 7 8 6", 50.0, (50.0, 50.0)),
        ("OS grid ref: SZ 036 786", 50.0, (50.0, 50.0)),
        ("NGR SZ036786", 50.0, (50.0, 50.0)),
        ("sz03607860", 5.0, (5.0, 5.0)),
        ("SZ 0360 7860", 5.0, (5.0, 5.0)),
        ("SZ 03600 78600", 0.5, (0.5, 0.5)),
        ("SZ0360078600", 0.5, (0.5, 0.5)),
        ("SZ 03 78", 500.0, (-100.0, -100.0)),
        ("SZ0378", 500.0, (-100.0, -100.0)),
    ] {
        if half_m == 0.0 {
            assert_eq!(read(text), Err(ReadError::NotUnderstood), "{text:?}");
            continue;
        }
        let one = read(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let point = crate::grid::Grid::Os.point(&one.position).unwrap();
        let off = (point.easting_m - corner.easting_m - middle_m.0)
            .hypot(point.northing_m - corner.northing_m - middle_m.1);
        assert!(off < 0.001 && one.precision_m.metres() == half_m, "{text:?}: {off}");
        let figures = u8::try_from(text.chars().filter(char::is_ascii_digit).count()).unwrap();
        assert_eq!(one.form, Form::OsGrid { figures }, "{text:?}");
    }
}

#[test]
fn references_of_the_irish_grid() {
    for text in ["J 123 456", "J123456", "j 123456", "Irish grid J 123 456", "OSNI J 123 456"] {
        let one = read(text).unwrap();
        let point = crate::grid::Grid::Irish.point(&one.position).unwrap();
        assert!((point.easting_m - 312_350.0).hypot(point.northing_m - 345_650.0) < 0.001, "{text:?}");
        assert_eq!((one.form, one.precision_m.metres()), (Form::IrishGrid { figures: 6 }, 50.0), "{text:?}");
    }
    // Letters that are hemispheres as well.
    for text in ["N 123 456", "S 12 34", "W 6789 0123", "E 123 456", "Irish grid N 50 36"] {
        assert!(matches!(read(text).unwrap().form, Form::IrishGrid { .. }), "{text:?}");
    }
}

#[test]
fn two_readings_are_an_error_that_holds_both() {
    for (text, doubt, both) in [
        ("50 36,39 N 1 56,38 W", Doubt::Punctuation, vec![(50.610_833, -1.943_889), (50.6065, -1.939_667)]),
        ("50,36 -1,56", Doubt::Punctuation, vec![(50.6, -1.933_333), (50.36, -1.56)]),
        ("50-36-1-56", Doubt::Hemisphere, vec![(50.6, 1.933_333), (50.6, -1.933_333)]),
        ("50.6065 N, 1.948", Doubt::Hemisphere, vec![(50.6065, 1.948), (50.6065, -1.948)]),
        ("50 36.39 1 56.88", Doubt::Hemisphere, vec![(50.6065, 1.948), (50.6065, -1.948)]),
        ("50°36.39' 1°56.88'", Doubt::Hemisphere, vec![(50.6065, 1.948), (50.6065, -1.948)]),
        ("50.6065, 1.948 W", Doubt::Hemisphere, vec![(50.6065, -1.948), (-50.6065, -1.948)]),
        ("-1.948, 50.6065", Doubt::Order, vec![(50.6065, -1.948), (-1.948, 50.6065)]),
        ("1.948 50.6065", Doubt::Order, vec![(50.6065, 1.948), (1.948, 50.6065)]),
    ] {
        assert_eq!(readings(text), both, "{text:?}");
        assert_eq!(read(text).unwrap_err().doubt(), Some(doubt), "{text:?}");
    }
    let Err(error @ ReadError::Ambiguous { .. }) = read("N 50 36") else { panic!() };
    assert_eq!(error.doubt(), Some(Doubt::Grid));
}

#[test]
fn each_error_says_what_was_read_and_what_to_write() {
    for (text, error, says) in [
        ("", ReadError::Empty, "nothing"),
        (" , ", ReadError::Empty, "nothing"),
        ("50.6065", ReadError::OneNumber, "one number"),
        ("50.6065 N", ReadError::OneNumber, "one number"),
        ("50 36.39", ReadError::Half, "one half"),
        ("50 36", ReadError::Half, "one half"),
        ("1,2,3", ReadError::Count, "comma between"),
        ("50-36", ReadError::Half, "one half"),
        ("50-1", ReadError::Half, "one half"),
        ("50 N 1 N", ReadError::SameAxis, "one latitude"),
        ("50 N 1 W 3 E", ReadError::SameAxis, "one latitude"),
        ("lat 50 lat 1", ReadError::SameAxis, "one latitude"),
        ("50 36.39 N 1 56.88", ReadError::OneLetter, "one letter"),
        ("50.6 N -1.9 W", ReadError::SignAndLetter, "either"),
        ("50 60.1 N 1 56 W", ReadError::Minutes, "sixty minutes"),
        ("50-61.39N 1-56.88W", ReadError::Minutes, "sixty minutes"),
        ("50 59 60 N 1 56 0 W", ReadError::Seconds, "sixty seconds"),
        ("91,0", ReadError::Latitude, "90"),
        ("0,-180.5", ReadError::Longitude, "180"),
        ("SI 036 786", ReadError::GridLetters, "no square"),
        ("AA 036 786", ReadError::GridLetters, "no square"),
        ("I 123 456", ReadError::GridLetters, "no square"),
        ("SZ 036 78", ReadError::GridUneven, "same length"),
        ("SZ 03678", ReadError::GridUneven, "same length"),
        ("SZ 0 7", ReadError::GridFigures, "4, 6, 8 or 10"),
        ("SZ 036000 786000", ReadError::GridFigures, "4, 6, 8 or 10"),
        ("SZO36786", ReadError::Nought, "nought"),
        ("SZ 036 7B6", ReadError::NotUnderstood, "belongs to no position"),
        ("SZ 036 7I6", ReadError::Nought, "nought"),
        ("the old jetty", ReadError::NotUnderstood, "belongs to no position"),
        ("Sandbanks 1", ReadError::NotUnderstood, "belongs to no position"),
        ("NaN,0", ReadError::NotUnderstood, "belongs to no position"),
        ("5e1,0", ReadError::OneLetter, "one letter"),
        ("50.6.5,1", ReadError::NotUnderstood, "belongs to no position"),
        ("--50,1", ReadError::NotUnderstood, "belongs to no position"),
        ("0x32,1", ReadError::NotUnderstood, "belongs to no position"),
        ("36' 50° N 1° W", ReadError::NotUnderstood, "belongs to no position"),
        ("503623 0015653", ReadError::Latitude, "90"),
        ("BH19 1AA", ReadError::NotUnderstood, "belongs to no position"),
    ] {
        let found = read(text).unwrap_err();
        assert_eq!(found, error, "{text:?}");
        assert!(found.to_string().contains(says), "{text:?}: {found}");
    }
    assert_eq!(read(&"1".repeat(121)), Err(ReadError::TooLong));
}

#[test]
fn p11_no_error_repeats_what_was_typed_in_either_language() {
    for text in [
        "Quillwort 71.3",
        "950.571893,-1.862417",
        "50.571893",
        "71 36,39 N 71 56,38 W",
        "-1.971893, 50.571893",
    ] {
        let error = read(text).unwrap_err();
        for said in [error.say(Lang::En), error.say(Lang::Cy), format!("{error} {error:?}")] {
            for typed in ["71", "Quillwort", "QUILLWORT"] {
                assert!(!said.contains(typed), "{text:?}: {said}");
            }
        }
    }
}

#[test]
fn p8_debug_of_a_reading_shows_no_place() {
    let shown = format!("{:?}", read("SZ 036 786").unwrap());
    assert_eq!(shown, "Read { position: [position], precision_m: [metres], form: OsGrid { figures: 6 } }");
}

#[test]
fn how_exact_a_text_is_hangs_on_its_last_figure() {
    for (text, half_m, accuracy_m) in [
        ("50.6065, -1.9480", 5.56, None),
        ("50.6065123, -1.94", 352.9, Some(500.0)),
        ("50.6, -1.9", 5560.0, Some(7864.0)),
        ("50 36 N 1 57 W", 926.7, Some(1311.0)),
        ("50°36.390'N 001°56.880'W", 0.93, None),
        ("50 36.39 N 1 56.88 W", 9.27, None),
        ("50°36'23\"N 1°56'53\"W", 15.4, Some(22.0)),
        ("SZ 036 786", 50.0, Some(71.0)),
        ("SZ 0360 7860", 5.0, None),
    ] {
        let read = read(text).unwrap();
        assert!(
            (read.precision_m.metres() / half_m - 1.0).abs() < 0.01,
            "{text:?}: {}",
            read.precision_m.metres()
        );
        assert_eq!(read.accuracy_m().map(Metres::metres), accuracy_m, "{text:?}");
    }
}

#[test]
fn sixty_minutes_and_sixty_seconds_are_never_written() {
    let almost = at(50.999_999_9, -1.999_999_9);
    assert_eq!(write(&almost, Form::DegreesMinutes).unwrap(), "51°00.000'N 002°00.000'W");
    assert_eq!(write(&almost, Form::DegreesMinutesSeconds).unwrap(), "51°00'00.0\"N 002°00'00.0\"W");
    let nought = at(-0.000_000_1, -0.000_000_1);
    assert_eq!(write(&nought, Form::Decimal).unwrap(), "0.00000, 0.00000");
    assert_eq!(write(&nought, Form::DegreesMinutes).unwrap(), "00°00.000'N 000°00.000'E");
    assert_eq!(write(&at(50.0, -9.5), Form::IrishGrid { figures: 6 }), None);
}

/// The words of a distress call: figures one by one.
#[test]
fn a_position_is_said_as_each_listener_wants_it() {
    let quay = read("SZ 0360 7860").unwrap().position;
    assert_eq!(
        spoken(&quay, Listener::Police, Lang::En),
        "grid reference Sierra Zulu, zero three six zero, seven eight six zero"
    );
    assert_eq!(
        spoken(&at(-0.5, 0.25), Listener::Coastguard, Lang::En),
        "zero zero degrees, three zero decimal zero zero minutes south; zero zero zero degrees, one five decimal zero zero minutes east"
    );
    let belfast = read("J 3380 7420").unwrap().position;
    assert_eq!(
        spoken(&belfast, Listener::Police, Lang::En),
        "Irish grid reference Juliett, three three eight zero, seven four two zero"
    );
    // Nobody has a grid there.
    let biscay = at(46.0, -4.0);
    assert_eq!(spoken(&biscay, Listener::Police, Lang::En), spoken(&biscay, Listener::Coastguard, Lang::En));
    assert_eq!(
        spoken(&quay, Listener::Police, Lang::Cy),
        "cyfeirnod grid Sierra Zulu, sero tri chwech sero, saith wyth chwech sero"
    );
}

/// Where latitude and longitude could be taken for each other: [`Doubt::Order`].
fn looks_exchanged(lat: f64, lon: f64) -> bool {
    let is_home = |lat: f64, lon: f64| (48.0..=63.0).contains(&lat) && (-16.0..=6.0).contains(&lon);
    is_home(lon, lat) && !is_home(lat, lon)
}

proptest! {
    #[test]
    fn any_position_printed_is_read_back(lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64) {
        prop_assume!(!looks_exchanged(lat, lon));
        let position = read(&format!("{lat},{lon}")).unwrap().position;
        prop_assert_eq!((position.lat_deg(), position.lon_deg()), (lat, lon));
    }

    #[test]
    fn any_position_written_in_degrees_is_read_back(lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64) {
        prop_assume!(!looks_exchanged(lat, lon));
        for form in [Form::Decimal, Form::DegreesMinutes, Form::DegreesMinutesSeconds] {
            let text = write(&at(lat, lon), form).unwrap();
            let back = read(&text).unwrap();
            prop_assert_eq!(back.form, form, "{}", text);
            let off_deg = (back.position.lat_deg() - lat).abs().max((back.position.lon_deg() - lon).abs());
            prop_assert!(off_deg < 0.000_015, "{}: {}", text, off_deg);
            prop_assert_eq!(write(&back.position, form).unwrap(), text);
        }
    }

    #[test]
    fn any_grid_reference_written_is_read_back(east in 0.0..700_000.0_f64, north in 0.0..1_300_000.0_f64, half in 2..=5_u8) {
        use crate::grid::{Grid, GridPoint};
        let figures = half * 2;
        for (grid, form) in [(Grid::Os, Form::OsGrid { figures }), (Grid::Irish, Form::IrishGrid { figures })] {
            let point = GridPoint { easting_m: east, northing_m: north };
            let Some(position) = grid.position(&point) else { continue };
            let Some(text) = write(&position, form) else { continue };
            let back = match read(&text) {
                Err(error @ ReadError::Ambiguous { .. }) => {
                    prop_assert_eq!(error.doubt(), Some(Doubt::Grid));
                    continue;
                }
                back => back.unwrap(),
            };
            prop_assert_eq!(back.form, form);
            prop_assert_eq!(write(&back.position, form).unwrap(), &*text);
            let metres = geodesy::leg(&position, &back.position).metres;
            prop_assert!(metres < back.precision_m.metres() * 1.4143 + 0.01, "{}: {}", text, metres);
        }
    }

    #[test]
    fn p11_no_text_makes_it_panic(text in ".{0,40}", typed in "[0-9NSEWZ°'\".,; -]{0,30}") {
        for text in [text, typed] {
            match read(&text) {
                Err(ReadError::Ambiguous { readings }) => prop_assert!(readings.len() > 1),
                Err(error) => prop_assert_eq!(error.doubt(), None),
                Ok(read) => prop_assert!(write(&read.position, Form::Decimal).is_some()),
            }
        }
    }
}
