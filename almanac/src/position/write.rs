//! A position written in the form that somebody needs.

use turnstone_wire::body::Position;

use super::Form;
use crate::grid::Grid;

/// A position in a form; none where that is a grid which does not reach there, or its figures are not 4, 6, 8 or 10.
///
/// Decimal degrees have five decimals (1.1 m), minutes three (1.9 m), seconds one (3.1 m).
///
/// ```
/// use turnstone_almanac::position::{Form, read, write};
///
/// let quay = read("50.6065, -1.9480")?.position;
/// assert_eq!(write(&quay, Form::Decimal).unwrap(), "50.60650, -1.94800");
/// assert_eq!(write(&quay, Form::DegreesMinutes).unwrap(), "50°36.390'N 001°56.880'W");
/// assert_eq!(write(&quay, Form::DegreesMinutesSeconds).unwrap(), "50°36'23.4\"N 001°56'52.8\"W");
/// assert_eq!(write(&quay, Form::OsGrid { figures: 6 }).unwrap(), "SZ 037 785");
/// # Ok::<(), turnstone_almanac::position::ReadError>(())
/// ```
pub fn write(position: &Position, form: Form) -> Option<String> {
    let (lat, lon) = (position.lat_deg(), position.lon_deg());
    match form {
        Form::Decimal => Some(format!("{:.5}, {:.5}", without_minus_nought(lat), without_minus_nought(lon))),
        Form::DegreesMinutes => {
            let [lat, lon] = [Angle::new(lat, 60_000), Angle::new(lon, 60_000)];
            let minutes = |angle: &Angle| format!("{:02}.{:03}", angle.rest / 1000, angle.rest % 1000);
            let (north, east) = (lat.letter('N', 'S'), lon.letter('E', 'W'));
            let (lat_minutes, lon_minutes) = (minutes(&lat), minutes(&lon));
            Some(format!("{:02}°{lat_minutes}'{north} {:03}°{lon_minutes}'{east}", lat.degrees, lon.degrees))
        }
        Form::DegreesMinutesSeconds => {
            let [lat, lon] = [Angle::new(lat, 36_000), Angle::new(lon, 36_000)];
            let rest = |angle: &Angle| {
                let seconds = angle.rest % 600;
                format!("{:02}'{:02}.{}\"", angle.rest / 600, seconds / 10, seconds % 10)
            };
            let (north, east) = (lat.letter('N', 'S'), lon.letter('E', 'W'));
            let (lat_rest, lon_rest) = (rest(&lat), rest(&lon));
            Some(format!("{:02}°{lat_rest}{north} {:03}°{lon_rest}{east}", lat.degrees, lon.degrees))
        }
        Form::OsGrid { figures } => os_grid(position, figures),
        Form::IrishGrid { figures } => irish_grid(position, figures),
    }
}

/// The reference of the National Grid: 4, 6, 8 or 10 figures. None outside it.
pub fn os_grid(position: &Position, figures: u8) -> Option<String> {
    Grid::Os.reference(position, figures)
}

/// The reference of the Irish Grid: 4, 6, 8 or 10 figures. None outside it.
pub fn irish_grid(position: &Position, figures: u8) -> Option<String> {
    Grid::Irish.reference(position, figures)
}

/// An angle rounded once, so that 59.9996 minutes become the next degree and never 60.000.
pub(super) struct Angle {
    pub(super) degrees: u32,
    /// What is left of a degree, in the parts it was rounded to.
    pub(super) rest: u32,
    negative: bool,
}

impl Angle {
    pub(super) fn new(deg: f64, parts_in_a_degree: u32) -> Self {
        // By its digits: a cast would cut silently. 180 degrees have at most 10,800,000 parts.
        let parts = format!("{:.0}", deg.abs() * f64::from(parts_in_a_degree)).parse().unwrap_or(0_u32);
        Self {
            degrees: parts / parts_in_a_degree,
            rest: parts % parts_in_a_degree,
            negative: deg < 0.0 && parts > 0,
        }
    }

    pub(super) fn letter<T>(&self, positive: T, negative: T) -> T {
        if self.negative { negative } else { positive }
    }
}

/// What is rounded to nought is written without a minus.
fn without_minus_nought(deg: f64) -> f64 {
    if deg.abs() < 0.000_005 { 0.0 } else { deg }
}
