//! Positions as people type them.

use turnstone_almanac::position::{Form, ReadError, read, write};

use crate::marker::{error_says_nothing, says_nothing, variants};

/// A text has one place, or several of which none is chosen, or an error that does not repeat it; what was read is written
/// in its own form and read back as the same.
pub fn check(data: &[u8]) {
    for bytes in variants(data) {
        let Ok(typed) = str::from_utf8(&bytes) else { continue };
        match read(typed) {
            Ok(one) => {
                says_nothing(&format!("{one:?}"));
                comes_back(&one);
            }
            Err(error) => {
                error_says_nothing(&error);
                if let ReadError::Ambiguous { readings } = error {
                    assert!(readings.len() > 1, "one reading is no doubt");
                    readings.iter().for_each(comes_back);
                }
            }
        }
    }
}

fn comes_back(one: &turnstone_almanac::position::Read) {
    let Some(written) = write(&one.position, one.form) else {
        // The middle of a square at the edge of a grid rounds into none; degrees are always written.
        assert!(matches!(one.form, Form::OsGrid { .. } | Form::IrishGrid { .. }), "degrees are not written");
        return;
    };
    let back = match read(&written) {
        Ok(back) => vec![back],
        // Far from these islands, or a square that begins like a latitude: the reading itself is among them.
        Err(ReadError::Ambiguous { readings }) => readings,
        Err(error) => unreachable!("{written} is not read: {error}"),
    };
    let near = |other: &turnstone_almanac::position::Read| {
        let lat_deg = (other.position.lat_deg() - one.position.lat_deg()).abs();
        let lon_deg = (other.position.lon_deg() - one.position.lon_deg()).abs();
        // Of an angle that rounds up to 180 degrees the sign may go.
        lat_deg < 0.000_02 && !(0.000_02..=359.999).contains(&lon_deg)
    };
    assert!(back.iter().any(near), "{written} is read as another place");
}
