//! The transverse Mercator projection, onto a plane and back.
//!
//! L. Krüger's series to the fourth order in the third flattening, as in IOGP Guidance Note 7-2 (Transverse Mercator, "JHS
//! formulas") and C. F. F. Karney, "Transverse Mercator with an accuracy of a few nanometers", Journal of Geodesy 85 (2011)
//! 475-485, equations 35 and 36. It agrees with the worked example of Ordnance Survey's guide (annexe C) to 2 mm, and comes
//! back to where it set out.

use super::{
    GridPoint,
    datum::{AIRY_1830, AIRY_MODIFIED_1849, Ellipsoid},
};

/// A projection with its constants worked out.
#[derive(Debug, Clone, Copy)]
pub(super) struct TransverseMercator {
    /// First eccentricity.
    e: f64,
    /// Radius of the rectifying sphere times the scale on the central meridian.
    radius_m: f64,
    /// Of the true origin, in radians.
    lon_origin: f64,
    false_easting_m: f64,
    /// The false northing less the true origin's distance from the equator.
    northing_m: f64,
    forward: [f64; 4],
    back: [f64; 4],
}

impl TransverseMercator {
    /// Of the National Grid: table A.2 of the guide.
    pub(super) fn national_grid() -> Self {
        Self::new(AIRY_1830, (49.0, -2.0), 0.999_601_271_7, (400_000.0, -100_000.0))
    }

    /// Of the Irish Grid: "The Irish Grid: a description of the coordinate reference system used in Ireland", OSI and OSNI.
    pub(super) fn irish_grid() -> Self {
        Self::new(AIRY_MODIFIED_1849, (53.5, -8.0), 1.000_035, (200_000.0, 250_000.0))
    }

    fn new(ellipsoid: Ellipsoid, origin_deg: (f64, f64), scale: f64, false_m: (f64, f64)) -> Self {
        let Ellipsoid { a_m: a, b_m: b } = ellipsoid;
        let n = (a - b) / (a + b);
        let (n2, n3, n4) = (n * n, n.powi(3), n.powi(4));
        let rectifying_m = a / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0);
        let mut projection = Self {
            e: ((a * a - b * b) / (a * a)).sqrt(),
            radius_m: rectifying_m * scale,
            lon_origin: origin_deg.1.to_radians(),
            false_easting_m: false_m.0,
            northing_m: 0.0,
            forward: [
                n / 2.0 - 2.0 / 3.0 * n2 + 5.0 / 16.0 * n3 + 41.0 / 180.0 * n4,
                13.0 / 48.0 * n2 - 3.0 / 5.0 * n3 + 557.0 / 1440.0 * n4,
                61.0 / 240.0 * n3 - 103.0 / 140.0 * n4,
                49_561.0 / 161_280.0 * n4,
            ],
            back: [
                n / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3 - n4 / 360.0,
                n2 / 48.0 + n3 / 15.0 - 437.0 / 1440.0 * n4,
                17.0 / 480.0 * n3 - 37.0 / 840.0 * n4,
                4397.0 / 161_280.0 * n4,
            ],
        };
        let origin = projection.forward((origin_deg.0.to_radians(), projection.lon_origin));
        projection.northing_m = false_m.1 - origin.northing_m;
        projection
    }

    /// Radians on the projection's own datum to metres on the plane.
    pub(super) fn forward(&self, (lat, lon): (f64, f64)) -> GridPoint {
        let lon = lon - self.lon_origin;
        let conformal = (lat.tan().asinh() - self.e * (self.e * lat.sin()).atanh()).sinh();
        let xi = conformal.atan2(lon.cos());
        let eta = (lon.sin() / conformal.hypot(lon.cos())).asinh();
        let (mut north, mut east) = (xi, eta);
        for (k, coefficient) in (1..).zip(self.forward) {
            let k = 2.0 * f64::from(k);
            north += coefficient * (k * xi).sin() * (k * eta).cosh();
            east += coefficient * (k * xi).cos() * (k * eta).sinh();
        }
        GridPoint {
            easting_m: self.false_easting_m + self.radius_m * east,
            northing_m: self.northing_m + self.radius_m * north,
        }
    }

    /// Metres on the plane to radians on the projection's own datum.
    pub(super) fn back(&self, point: &GridPoint) -> (f64, f64) {
        let north = (point.northing_m - self.northing_m) / self.radius_m;
        let east = (point.easting_m - self.false_easting_m) / self.radius_m;
        let (mut xi, mut eta) = (north, east);
        for (k, coefficient) in (1..).zip(self.back) {
            let k = 2.0 * f64::from(k);
            xi -= coefficient * (k * north).sin() * (k * east).cosh();
            eta -= coefficient * (k * north).cos() * (k * east).sinh();
        }
        let lon = self.lon_origin + eta.sinh().atan2(xi.cos());
        let conformal_lat = (xi.sin() / eta.cosh()).asin();
        (self.latitude(conformal_lat), lon)
    }

    /// The latitude of a conformal one, by the fixed point of its definition; each round gains more than two digits.
    fn latitude(&self, conformal_lat: f64) -> f64 {
        let isometric = conformal_lat.tan().asinh();
        let mut lat = conformal_lat;
        for _ in 0..8 {
            lat = (isometric + self.e * (self.e * lat.sin()).atanh()).sinh().atan();
        }
        lat
    }
}
