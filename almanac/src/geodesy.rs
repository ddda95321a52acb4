//! Ways on the ellipsoid: from point to point, and where one leads.
//!
//! A witness gives a bearing and a range; a desk plots a point. What lies between are the direct and the inverse geodesic
//! problem on WGS 84, solved after C. F. F. Karney, "Algorithms for geodesics", Journal of Geodesy 87 (2013) 43-55,
//! doi:10.1007/s00190-012-0578-z, which is exact to some nanometres at any distance. A flat or spherical
//! formula would be off by up to 0.5 % of the range, for no saving that anyone would notice.

use std::fmt;

use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
use turnstone_wire::body::Position;

/// The way from one point to another. `Debug` hides it: from a known place it is a position.
#[derive(Clone, Copy, PartialEq)]
pub struct Leg {
    /// Length of the geodesic in metres.
    pub metres: f64,
    /// Direction at its start, in degrees clockwise from true north, from 0 up to 360.
    pub bearing_deg: f64,
}

impl fmt::Debug for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[leg]")
    }
}

/// How far and in which direction `to` lies from `from`, by Karney's inverse geodesic on WGS 84.
pub fn leg(from: &Position, to: &Position) -> Leg {
    let (metres, azimuth_deg, _, _): (f64, f64, f64, f64) =
        Geodesic::wgs84().inverse(from.lat_deg(), from.lon_deg(), to.lat_deg(), to.lon_deg());
    Leg { metres, bearing_deg: azimuth_deg.rem_euclid(360.0) }
}

/// The end of a geodesic, and how it gets there.
#[derive(Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) position: Position,
    /// Its direction at the start and at the end, in degrees clockwise from true north.
    pub(crate) start_deg: f64,
    pub(crate) end_deg: f64,
    /// How far the end moves aside for each radian that the start is turned, in metres: Karney's reduced length. The range
    /// itself for anything that an eye can see.
    pub(crate) reduced_m: f64,
}

/// The point `range_m` metres from `from` along the geodesic that sets out at `azimuth_deg`.
pub(crate) fn along(from: &Position, azimuth_deg: f64, range_m: f64) -> Option<Arrival> {
    let (lat, lon, end_deg, reduced_m): (f64, f64, f64, f64) =
        Geodesic::wgs84().direct(from.lat_deg(), from.lon_deg(), azimuth_deg, range_m);
    let position = Position::new(lat, lon).ok()?;
    Some(Arrival { position, start_deg: azimuth_deg, end_deg, reduced_m })
}

/// The geodesic between two points, and its length in metres.
pub(crate) fn between(from: &Position, to: &Position) -> (Arrival, f64) {
    let (metres, start_deg, end_deg, reduced_m, _): (f64, f64, f64, f64, f64) =
        Geodesic::wgs84().inverse(from.lat_deg(), from.lon_deg(), to.lat_deg(), to.lon_deg());
    (Arrival { position: *to, start_deg, end_deg, reduced_m }, metres)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn position(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    fn assert_near(found: Option<Arrival>, lat: f64, lon: f64, tolerance_deg: f64) {
        let found = found.unwrap().position;
        assert!((found.lat_deg() - lat).abs() < tolerance_deg, "latitude {}", found.lat_deg());
        assert!((found.lon_deg() - lon).abs() < tolerance_deg, "longitude {}", found.lon_deg());
    }

    /// The worked example of GeographicLib's documentation: "the point 20000 km SW of Perth".
    #[test]
    fn a_bearing_and_a_range_lead_where_geographiclib_says() {
        let perth = position(-32.06, 115.74);
        assert_near(along(&perth, 225.0, 20_000_000.0), 32.111_955_29, -63.959_252_78, 5e-9);
    }

    /// A degree of latitude at the equator is 110,574.389 m long on WGS 84, one of longitude 111,319.491 m (a pi / 180).
    #[test]
    fn one_degree_of_the_meridian_and_of_the_equator() {
        let origin = position(0.0, 0.0);
        assert_near(along(&origin, 0.0, 110_574.389), 1.0, 0.0, 1e-8);
        assert_near(along(&origin, 90.0, 111_319.491), 0.0, 1.0, 1e-8);
    }

    #[test]
    fn the_antimeridian_is_crossed_into_a_valid_longitude() {
        let point = along(&position(-17.0, 179.99), 90.0, 5_000.0).unwrap();
        assert!((-180.0..-179.9).contains(&point.position.lon_deg()));
    }

    proptest! {
        #[test]
        fn the_inverse_problem_gives_bearing_and_range_back(
            lat in -85.0..85.0_f64, lon in -180.0..180.0_f64, deg in 0.0..360.0_f64, range_m in 1.0..100_000.0_f64,
        ) {
            let from = position(lat, lon);
            let back = leg(&from, &along(&from, deg, range_m).unwrap().position);
            prop_assert!((back.metres - range_m).abs() < 1e-6, "range {} for {range_m}", back.metres);
            let off_deg = (back.bearing_deg - deg).rem_euclid(360.0);
            let aside_m = off_deg.min(360.0 - off_deg).to_radians() * range_m;
            prop_assert!(aside_m < 1e-6, "azimuth {} for {deg}", back.bearing_deg);
        }
    }
}
