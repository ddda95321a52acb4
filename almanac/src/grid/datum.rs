//! From WGS 84 to the datum of a map and back.
//!
//! Seven-parameter Helmert transformation between earth-centred coordinates: Ordnance Survey, "A guide to coordinate systems
//! in Great Britain" (v3.6, 2020), section 6.2 (equation 3), annexe B (equations B1 to B7), and table 4 in section 6.6 for
//! the parameters of OSGB36. Those of Ireland: Ordnance Survey of Northern Ireland and Ordnance Survey Ireland, "Making maps
//! compatible with GPS" (1999), which is EPSG 1641 for TM65 and 1954 for TM75. WGS 84 and ETRS89 are taken as one, as the
//! guide does at this accuracy; heights are taken as zero, which moves a point by less than a centimetre.

/// An ellipsoid by its half axes in metres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ellipsoid {
    pub(super) a_m: f64,
    pub(super) b_m: f64,
}

const GRS80: Ellipsoid = Ellipsoid { a_m: 6_378_137.0, b_m: 6_356_752.314_140 };
/// Airy 1830: the National Grid's.
pub(super) const AIRY_1830: Ellipsoid = Ellipsoid { a_m: 6_377_563.396, b_m: 6_356_256.909 };
/// Airy Modified 1849: Ireland's.
pub(super) const AIRY_MODIFIED_1849: Ellipsoid = Ellipsoid { a_m: 6_377_340.189, b_m: 6_356_034.447 };

impl Ellipsoid {
    /// Eccentricity squared.
    fn e2(&self) -> f64 {
        (self.a_m * self.a_m - self.b_m * self.b_m) / (self.a_m * self.a_m)
    }

    /// Earth-centred coordinates of a point on the ellipsoid (B3 to B5 with no height).
    fn cartesian(&self, lat: f64, lon: f64) -> [f64; 3] {
        let nu = self.a_m / (1.0 - self.e2() * lat.sin().powi(2)).sqrt();
        [nu * lat.cos() * lon.cos(), nu * lat.cos() * lon.sin(), (1.0 - self.e2()) * nu * lat.sin()]
    }

    /// Latitude and longitude under earth-centred coordinates (B6, B7).
    fn geodetic(&self, [x, y, z]: [f64; 3]) -> (f64, f64) {
        let p = x.hypot(y);
        let mut lat = z.atan2(p * (1.0 - self.e2()));
        // Each round gains some three digits; these are more than an f64 has.
        for _ in 0..6 {
            let nu = self.a_m / (1.0 - self.e2() * lat.sin().powi(2)).sqrt();
            lat = (z + self.e2() * nu * lat.sin()).atan2(p);
        }
        (lat, y.atan2(x))
    }
}

/// The parameters from WGS 84 to another datum: metres, parts per million and seconds of arc, with the signs of the guide
/// (position vector rotation, EPSG method 9606).
#[derive(Debug, Clone, Copy)]
pub(super) struct Helmert {
    shift_m: [f64; 3],
    scale_ppm: f64,
    rotation_s: [f64; 3],
}

/// To OSGB36: table 4 of the guide.
pub(super) const TO_OSGB36: Helmert = Helmert {
    shift_m: [-446.448, 125.157, -542.060],
    scale_ppm: 20.4894,
    rotation_s: [-0.1502, -0.2470, -0.8421],
};
/// To Ireland 1965 and to the 1975 mapping adjustment.
pub(super) const TO_IRELAND_1965: Helmert =
    Helmert { shift_m: [-482.530, 130.596, -564.557], scale_ppm: -8.150, rotation_s: [1.042, 0.214, 0.631] };

impl Helmert {
    /// Degrees on WGS 84 to radians on the datum.
    pub(super) fn forward(&self, lat_deg: f64, lon_deg: f64, to: &Ellipsoid) -> (f64, f64) {
        let [x, y, z] = GRS80.cartesian(lat_deg.to_radians(), lon_deg.to_radians());
        let [rx, ry, rz] = self.rotation();
        let s = 1.0 + self.scale_ppm * 1e-6;
        let [tx, ty, tz] = self.shift_m;
        to.geodetic([
            tx + s * x - rz * y + ry * z,
            ty + rz * x + s * y - rx * z,
            tz - ry * x + rx * y + s * z,
        ])
    }

    /// Radians on the datum to degrees on WGS 84: the point from which [`Helmert::forward`] leads here. (The parameters with
    /// their signs changed, which the guide allows, come back a centimetre aside.)
    pub(super) fn back(&self, on_datum: (f64, f64), from: &Ellipsoid) -> (f64, f64) {
        let (mut lat_deg, mut lon_deg) = (on_datum.0.to_degrees(), on_datum.1.to_degrees());
        // Each round gains four digits.
        for _ in 0..4 {
            let (lat, lon) = self.forward(lat_deg, lon_deg, from);
            lat_deg += (on_datum.0 - lat).to_degrees();
            lon_deg += (on_datum.1 - lon).to_degrees();
        }
        (lat_deg, lon_deg)
    }

    /// Radians.
    fn rotation(&self) -> [f64; 3] {
        self.rotation_s.map(|seconds| (seconds / 3600.0).to_radians())
    }
}
