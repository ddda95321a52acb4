//! A position as somebody types it.

use turnstone_wire::body::{PlaceError, Position};

/// Why a text is no position. None of them holds the text: what was typed is where somebody stood.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum ParsePositionError {
    /// There are not two numbers with a comma between.
    #[error(
        "a position is a latitude, a comma and a longitude in decimal degrees, such as 50.6065,-1.9480; found {found} number{}",
        if *.found == 1 { "" } else { "s" }
    )]
    Count {
        /// How many were found.
        found: usize,
    },
    /// The first number is none.
    #[error("the latitude, before the comma, is not a number of decimal degrees such as 50.6065")]
    LatitudeNotANumber,
    /// The second number is none.
    #[error("the longitude, after the comma, is not a number of decimal degrees such as -1.9480")]
    LongitudeNotANumber,
    /// There is no such place.
    #[error(transparent)]
    NoSuchPlace(#[from] PlaceError),
}

/// Reads `LAT,LON` in decimal degrees, north and east positive, with or without spaces around either number.
///
/// # Errors
/// [`ParsePositionError`], with one sentence to show; the text is not repeated in it.
///
/// ```
/// use turnstone_almanac::position::{ParsePositionError, parse_lat_lon};
///
/// assert_eq!(parse_lat_lon("50.6065,-1.9480"), parse_lat_lon(" 50.6065 , -1.9480 "));
/// assert_eq!(parse_lat_lon("50.6065"), Err(ParsePositionError::Count { found: 1 }));
/// ```
pub fn parse_lat_lon(text: &str) -> Result<Position, ParsePositionError> {
    if text.trim().is_empty() {
        return Err(ParsePositionError::Count { found: 0 });
    }
    let mut parts = text.split(',');
    let (Some(lat), Some(lon), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(ParsePositionError::Count { found: text.split(',').count() });
    };
    let lat = decimal(lat).ok_or(ParsePositionError::LatitudeNotANumber)?;
    let lon = decimal(lon).ok_or(ParsePositionError::LongitudeNotANumber)?;
    Ok(Position::new(lat, lon)?)
}

/// Signs, digits and a point: what `f64` also reads (`inf`, `NaN`, `5e1`) is no way to write degrees, and more
/// likely a slip. Web pages and maps print the minus sign proper (U+2212), so it is taken for the hyphen.
fn decimal(text: &str) -> Option<f64> {
    let text = text.trim().replace('\u{2212}', "-");
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spaces_plus_and_the_printed_minus_are_taken() {
        for text in ["50.6065,-1.948", " 50.6065 ,\t-1.948 ", "+50.6065,-1.948", "50.6065,\u{2212}1.948"] {
            let position = parse_lat_lon(text).unwrap();
            assert_eq!((position.lat_deg(), position.lon_deg()), (50.6065, -1.948), "{text:?}");
        }
    }

    #[test]
    fn one_number_three_numbers_or_none_is_no_position() {
        for (text, found) in [("", 0), ("  ", 0), ("50.6065", 1), ("50,6065,1", 3), ("50,6065,-1,948", 4)] {
            assert_eq!(parse_lat_lon(text), Err(ParsePositionError::Count { found }), "{text:?}");
        }
        assert!(parse_lat_lon("50").unwrap_err().to_string().ends_with("found 1 number"));
        assert!(parse_lat_lon("1,2,3").unwrap_err().to_string().ends_with("found 3 numbers"));
    }

    #[test]
    fn what_is_no_plain_number_is_told_by_its_place() {
        for lat in ["", "NaN", "inf", "-infinity", "5e1", "north", "50.6.5", "0x32", "50°", "--50"] {
            let text = format!("{lat},0");
            assert_eq!(parse_lat_lon(&text), Err(ParsePositionError::LatitudeNotANumber), "{text:?}");
        }
        for lon in ["", "nan", "inf", "1 948", "1.9W"] {
            let text = format!("0,{lon}");
            assert_eq!(parse_lat_lon(&text), Err(ParsePositionError::LongitudeNotANumber), "{text:?}");
        }
    }

    #[test]
    fn a_latitude_of_91_and_a_longitude_of_181_are_no_places() {
        assert_eq!(parse_lat_lon("91,0"), Err(ParsePositionError::NoSuchPlace(PlaceError::Latitude)));
        assert_eq!(parse_lat_lon("0,-180.5"), Err(ParsePositionError::NoSuchPlace(PlaceError::Longitude)));
        let endless = "9".repeat(400);
        assert!(parse_lat_lon(&format!("{endless},0")).is_err());
        assert!(parse_lat_lon("-90,180").is_ok());
    }

    proptest! {
        #[test]
        fn any_position_printed_is_read_back(lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64) {
            let position = parse_lat_lon(&format!("{lat},{lon}")).unwrap();
            prop_assert_eq!((position.lat_deg(), position.lon_deg()), (lat, lon));
        }

        #[test]
        fn p11_no_text_makes_it_panic(text in ".{0,40}") {
            let _ = parse_lat_lon(&text);
        }
    }
}
