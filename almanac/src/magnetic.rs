//! How far a compass points from true north, by the World Magnetic Model.
//!
//! The model is NOAA's and the British Geological Survey's, issued every five years; the crate `world_magnetic_model` holds the
//! coefficients of 2020 and of 2025 and computes after the report that comes with them: Chulliat et al., "The US/UK World Magnetic
//! Model for 2025-2030: Technical Report", doi:10.25923/prbc-s316. What it does not know is the compass itself: a car, a rail or
//! a phone's case turns it further. That belongs to the give-or-take of a bearing.

use std::fmt;

use chrono::{DateTime, Datelike, Utc};
use turnstone_wire::body::Position;
use world_magnetic_model::{
    GeomagneticField,
    time::Date,
    uom::si::{
        angle::degree,
        f32::{Angle, Length},
        length::meter,
    },
};

/// First and last year of which the model speaks.
pub const MODEL_YEARS: (i32, i32) = (2020, 2029);
/// The newest of its issues.
pub const MODEL: &str = "WMM2025";
/// How much further an answer may be wrong for each year outside [`MODEL_YEARS`], in degrees. Declination in the British Isles moves by
/// 0.2 degrees a year (the model's own rates there, 2025 to 2030), and who uses the edge of the model forgoes that.
const DRIFT_DEG_PER_YEAR: f64 = 0.2;
/// The most that an answer is said to be wrong on account of its date.
const MOST_DRIFT_DEG: f64 = 15.0;

/// How far magnetic north lies from true north somewhere. `Debug` hides it: it tells about where.
#[derive(Clone, Copy, PartialEq)]
pub struct Declination {
    /// In degrees, east positive: a true bearing is a magnetic one plus this.
    pub deg: f64,
    /// Standard deviation in degrees, by the error model of the report (section 3.4), local rocks included; larger near
    /// the poles and outside the model's years.
    pub uncertainty_deg: f64,
    /// The date lies outside the years of the model, and the nearest day of it stands for it.
    pub outside_model: bool,
}

impl fmt::Debug for Declination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[declination]")
    }
}

/// The declination at sea level on a day. There is always one: outside its years the model's first or last day answers, and the
/// answer says so.
pub fn declination(position: &Position, on: DateTime<Utc>) -> Declination {
    let (first, last) = MODEL_YEARS;
    let (year, ordinal) = match on.year() {
        year if year < first => (first, 1),
        year if year > last => (last, 365),
        year => (year, on.ordinal()),
    };
    let outside_years = f64::from(on.year().saturating_sub(year)).abs();
    let drift_deg = (outside_years * DRIFT_DEG_PER_YEAR).min(MOST_DRIFT_DEG);
    // A latitude, a longitude and a day that the model refuses do not exist: its bounds are those of `Position`, its years
    // those above. Were it otherwise, no correction, very uncertain, would be the answer, and no bearing lost.
    let Some((deg, model_deg)) = field(position, year, ordinal, 0.0) else {
        return Declination { deg: 0.0, uncertainty_deg: 180.0, outside_model: true };
    };
    Declination { deg, uncertainty_deg: model_deg.hypot(drift_deg), outside_model: outside_years > 0.0 }
}

/// Declination and its standard deviation in degrees.
fn field(position: &Position, year: i32, ordinal: u32, height_m: f32) -> Option<(f64, f64)> {
    let date = Date::from_ordinal_date(year, u16::try_from(ordinal).ok()?).ok()?;
    let field = GeomagneticField::new(
        Length::new::<meter>(height_m),
        Angle::new::<degree>(single(position.lat_deg())),
        Angle::new::<degree>(single(position.lon_deg())),
        date,
    );
    let field = field.ok()?;
    let deg = |angle: Angle| f64::from(angle.get::<degree>());
    Some((deg(field.declination()), deg(field.declination_uncertainty())))
}

/// The nearest single-precision number: 180 degrees come out a metre exact, and the field changes over kilometres.
#[expect(clippy::cast_possible_truncation, reason = "the model is computed in single precision")]
fn single(degrees: f64) -> f32 {
    degrees as f32
}

#[cfg(test)]
mod tests;
