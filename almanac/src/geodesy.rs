//! Where the thing was, as a point on the ellipsoid.
//!
//! A witness gives a bearing and a range; a desk plots a point. What lies between is the direct geodesic problem on
//! WGS 84, solved after C. F. F. Karney, "Algorithms for geodesics", Journal of Geodesy 87 (2013) 43-55,
//! doi:10.1007/s00190-012-0578-z, which is exact to some nanometres at any distance. A flat or spherical
//! formula would be off by up to 0.5 % of the range, for no saving that anyone would notice.

use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
use turnstone_wire::body::{North, Position, Target};

/// A target's place worked out as a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TargetPoint {
    /// The point, in degrees on WGS 84.
    pub position: Position,
    /// The bearing was read off a compass and used as it stands. Whoever shows the point says so: each degree of
    /// declination puts it 17 m aside for every kilometre of range.
    pub magnetic_uncorrected: bool,
}

impl TargetPoint {
    fn exact(position: Position) -> Self {
        Self { position, magnetic_uncorrected: false }
    }
}

/// The point a target names, if it names one: a named place does not, nor does anything told from where the
/// witness stood when that is not known.
pub fn target_point(observer: Option<&Position>, target: &Target) -> Option<TargetPoint> {
    match target {
        Target::SamePlace => observer.copied().map(TargetPoint::exact),
        Target::Point { position, .. } => Some(TargetPoint::exact(*position)),
        Target::BearingRange { bearing, range_m } => Some(TargetPoint {
            position: destination(observer?, bearing.deg(), range_m.metres())?,
            magnetic_uncorrected: bearing.north() == North::Magnetic,
        }),
        Target::Named { .. } => None,
    }
}

/// The way from one point to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leg {
    /// Length of the geodesic in metres.
    pub metres: f64,
    /// Direction at its start, in degrees clockwise from true north, from 0 up to 360.
    pub bearing_deg: f64,
}

/// How far and in which direction `to` lies from `from`, by Karney's inverse geodesic on WGS 84.
pub fn leg(from: &Position, to: &Position) -> Leg {
    let (metres, azimuth_deg, _, _): (f64, f64, f64, f64) =
        Geodesic::wgs84().inverse(from.lat_deg(), from.lon_deg(), to.lat_deg(), to.lon_deg());
    Leg { metres, bearing_deg: azimuth_deg.rem_euclid(360.0) }
}

/// The point `range_m` metres from `from` along the geodesic that sets out at `azimuth_deg`.
fn destination(from: &Position, azimuth_deg: f64, range_m: f64) -> Option<Position> {
    let (lat, lon): (f64, f64) =
        Geodesic::wgs84().direct(from.lat_deg(), from.lon_deg(), azimuth_deg, range_m);
    Position::new(lat, lon).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use turnstone_wire::{
        body::{Bearing, Metres},
        text::Text,
    };

    use super::*;

    fn position(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    fn along(deg: f64, north: North, range_m: f64) -> Target {
        Target::BearingRange {
            bearing: Bearing::new(deg, north).unwrap(),
            range_m: Metres::new(range_m).unwrap(),
        }
    }

    fn assert_near(point: Option<TargetPoint>, lat: f64, lon: f64, tolerance_deg: f64) {
        let found = point.unwrap().position;
        assert!((found.lat_deg() - lat).abs() < tolerance_deg, "latitude {}", found.lat_deg());
        assert!((found.lon_deg() - lon).abs() < tolerance_deg, "longitude {}", found.lon_deg());
    }

    /// The worked example of GeographicLib's documentation: "the point 20000 km SW of Perth".
    #[test]
    fn a_bearing_and_a_range_lead_where_geographiclib_says() {
        let perth = position(-32.06, 115.74);
        let point = target_point(Some(&perth), &along(225.0, North::True, 20_000_000.0));
        assert_near(point, 32.111_955_29, -63.959_252_78, 5e-9);
    }

    /// A degree of latitude at the equator is 110,574.389 m long on WGS 84, one of longitude 111,319.491 m (a pi / 180).
    #[test]
    fn one_degree_of_the_meridian_and_of_the_equator() {
        let origin = position(0.0, 0.0);
        assert_near(target_point(Some(&origin), &along(0.0, North::True, 110_574.389)), 1.0, 0.0, 1e-8);
        assert_near(target_point(Some(&origin), &along(90.0, North::True, 111_319.491)), 0.0, 1.0, 1e-8);
    }

    #[test]
    fn the_antimeridian_is_crossed_into_a_valid_longitude() {
        let fiji = position(-17.0, 179.99);
        let point = target_point(Some(&fiji), &along(90.0, North::True, 5_000.0)).unwrap();
        assert!((-180.0..-179.9).contains(&point.position.lon_deg()));
    }

    #[test]
    fn the_same_place_is_the_observer_and_a_point_is_itself() {
        let quay = position(50.6065, -1.948);
        let buoy = position(50.59, -1.93);
        assert_eq!(target_point(Some(&quay), &Target::SamePlace).unwrap().position, quay);
        let target = Target::Point { position: buoy, accuracy_m: None };
        assert_eq!(target_point(Some(&quay), &target).unwrap().position, buoy);
        assert_eq!(target_point(None, &target).unwrap().position, buoy);
    }

    #[test]
    fn without_an_observer_nothing_is_made_up() {
        assert_eq!(target_point(None, &Target::SamePlace), None);
        assert_eq!(target_point(None, &along(90.0, North::True, 500.0)), None);
        let named = Target::Named { name: Text::from("the old jetty"), unknown: Default::default() };
        assert_eq!(target_point(Some(&position(50.0, 0.0)), &named), None);
    }

    #[test]
    fn a_compass_bearing_is_used_as_it_stands_and_flagged() {
        let quay = position(50.6065, -1.948);
        let magnetic = target_point(Some(&quay), &along(135.0, North::Magnetic, 1_852.0)).unwrap();
        let geographic = target_point(Some(&quay), &along(135.0, North::True, 1_852.0)).unwrap();
        assert!(magnetic.magnetic_uncorrected && !geographic.magnetic_uncorrected);
        assert_eq!(magnetic.position, geographic.position);
    }

    proptest! {
        #[test]
        fn the_inverse_problem_gives_bearing_and_range_back(
            lat in -85.0..85.0_f64, lon in -180.0..180.0_f64, deg in 0.0..360.0_f64, range_m in 1.0..100_000.0_f64,
        ) {
            let from = position(lat, lon);
            let to = target_point(Some(&from), &along(deg, North::True, range_m)).unwrap().position;
            let (metres, azimuth, _, _): (f64, f64, f64, f64) =
                Geodesic::wgs84().inverse(lat, lon, to.lat_deg(), to.lon_deg());
            prop_assert!((metres - range_m).abs() < 1e-6, "range {metres} for {range_m}");
            let off_deg = (azimuth - deg).rem_euclid(360.0);
            let aside_m = off_deg.min(360.0 - off_deg).to_radians() * range_m;
            prop_assert!(aside_m < 1e-6, "azimuth {azimuth} for {deg}");
        }
    }
}
