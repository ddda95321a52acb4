//! Where the sun stands, and what light that gives.
//!
//! Source: NOAA Global Monitoring Laboratory, "Solar Calculation Details" (gml.noaa.gov/grad/solcalc/calcdetails.html), which
//! follows J. Meeus, *Astronomical Algorithms*, 2nd edition (1998), chapters 25 and 28. Good to about 0.02 degrees from 1900 to
//! 2100; refraction is left out, and the height of the sun's middle is given. No crate is taken for sixty lines: those
//! that are kept bring clocks, time zones or arrays along.
//!
//! ```
//! use turnstone_almanac::sun;
//! use turnstone_wire::body::Position;
//!
//! let noon = "2026-06-21T12:02:00Z".parse()?;
//! let sun = sun::at(&Position::new(51.4779, 0.0)?, noon);
//! assert!((sun.altitude_deg - 61.96).abs() < 0.1);
//! assert_eq!(sun.phase(), sun::Phase::Day);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, Timelike, Utc};
use turnstone_wire::body::Position;

/// Where the sun stands. `Debug` shows nothing of it: with the time it is a line on the chart.
#[derive(Clone, Copy, PartialEq)]
pub struct Sun {
    /// Height of its middle above the horizon in degrees; negative below it.
    pub altitude_deg: f64,
    /// Its direction, in degrees clockwise from true north.
    pub azimuth_deg_true: f64,
    /// It is on its way up.
    pub rising: bool,
}

impl std::fmt::Debug for Sun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sun]")
    }
}

/// How light it is. The limits are those of almanacs: the upper edge of the sun at the horizon, refraction of 34' and a
/// radius of 16' counted in, and its middle 6, 12 and 18 degrees below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The sun is up.
    Day,
    /// Shapes and colours can be told, and the horizon is clear.
    CivilTwilight,
    /// The horizon shows; shapes do, colours hardly.
    NauticalTwilight,
    /// Some light is left in the sky, none to see by.
    AstronomicalTwilight,
    /// No light of the sun.
    Night,
}

impl Phase {
    /// All of them, from light to dark.
    pub const ALL: [Self; 5] =
        [Self::Day, Self::CivilTwilight, Self::NauticalTwilight, Self::AstronomicalTwilight, Self::Night];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::CivilTwilight => "civil-twilight",
            Self::NauticalTwilight => "nautical-twilight",
            Self::AstronomicalTwilight => "astronomical-twilight",
            Self::Night => "night",
        }
    }
}

impl Sun {
    /// How light it is.
    pub fn phase(&self) -> Phase {
        match self.altitude_deg {
            high if high >= -0.833 => Phase::Day,
            low if low >= -6.0 => Phase::CivilTwilight,
            low if low >= -12.0 => Phase::NauticalTwilight,
            low if low >= -18.0 => Phase::AstronomicalTwilight,
            _ => Phase::Night,
        }
    }
}

/// Where the sun stands at a place and a moment.
pub fn at(place: &Position, moment: DateTime<Utc>) -> Sun {
    let centuries = centuries_since_2000(moment);
    let orbit = orbit(centuries);
    let minutes = f64::from(moment.num_seconds_from_midnight()) / 60.0;
    let solar_minutes = minutes + orbit.equation_of_time_min + 4.0 * place.lon_deg();
    let hour_angle = (solar_minutes / 4.0 - 180.0).rem_euclid(360.0).to_radians();
    let (latitude, declination) = (place.lat_deg().to_radians(), orbit.declination_deg.to_radians());
    let sine = latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * hour_angle.cos();
    let south =
        hour_angle.sin().atan2(hour_angle.cos() * latitude.sin() - declination.tan() * latitude.cos());
    Sun {
        altitude_deg: sine.clamp(-1.0, 1.0).asin().to_degrees(),
        azimuth_deg_true: (south.to_degrees() + 180.0).rem_euclid(360.0),
        // Before it crosses the meridian it climbs.
        rising: hour_angle.sin() < 0.0,
    }
}

struct Orbit {
    declination_deg: f64,
    equation_of_time_min: f64,
}

/// The sun's apparent declination and the equation of time (Meeus, chapters 25 and 28.3, to the terms NOAA keeps).
fn orbit(t: f64) -> Orbit {
    let mean_longitude = (280.466_46 + t * (36_000.769_83 + t * 0.000_303_2)).rem_euclid(360.0);
    let anomaly = (357.529_11 + t * (35_999.050_29 - 0.000_153_7 * t)).to_radians();
    let eccentricity = 0.016_708_634 - t * (0.000_042_037 + 0.000_000_126_7 * t);
    let centre = anomaly.sin() * (1.914_602 - t * (0.004_817 + 0.000_014 * t))
        + (2.0 * anomaly).sin() * (0.019_993 - 0.000_101 * t)
        + (3.0 * anomaly).sin() * 0.000_289;
    let node = (125.04 - 1_934.136 * t).to_radians();
    let apparent = (mean_longitude + centre - 0.005_69 - 0.004_78 * node.sin()).to_radians();
    let seconds = 21.448 - t * (46.815 + t * (0.000_59 - t * 0.001_813));
    let obliquity = (23.0 + (26.0 + seconds / 60.0) / 60.0 + 0.002_56 * node.cos()).to_radians();
    let y = (obliquity / 2.0).tan().powi(2);
    let longitude = mean_longitude.to_radians();
    let equation = y * (2.0 * longitude).sin() - 2.0 * eccentricity * anomaly.sin()
        + 4.0 * eccentricity * y * anomaly.sin() * (2.0 * longitude).cos()
        - 0.5 * y * y * (4.0 * longitude).sin()
        - 1.25 * eccentricity * eccentricity * (2.0 * anomaly).sin();
    Orbit {
        declination_deg: (obliquity.sin() * apparent.sin()).asin().to_degrees(),
        equation_of_time_min: 4.0 * equation.to_degrees(),
    }
}

/// Julian centuries since 2000-01-01T12:00Z, which the Julian date 2451545.0 names.
fn centuries_since_2000(moment: DateTime<Utc>) -> f64 {
    const EPOCH_S: i64 = 946_728_000;
    #[expect(clippy::cast_precision_loss, reason = "seconds of ten thousand years are exact in an f64")]
    let seconds = (moment.timestamp() - EPOCH_S) as f64;
    seconds / (86_400.0 * 36_525.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn sun(lat: f64, lon: f64, text: &str) -> Sun {
        at(&Position::new(lat, lon).unwrap(), moment(text))
    }

    /// I. Reda and A. Andreas, "Solar Position Algorithm for Solar Radiation Applications", NREL/TP-560-34302 (2008), table
    /// A5.1: 17 October 2003, 12:30:30 in zone -7, at 39.742476 N, 105.1786 W.
    #[test]
    fn the_worked_example_of_nrel() {
        let found = sun(39.742_476, -105.178_6, "2003-10-17T19:30:30Z");
        // Zenith 50.11162 with refraction of 0.01633.
        assert!((found.altitude_deg - (90.0 - 50.111_62 - 0.016_33)).abs() < 0.02, "{}", found.altitude_deg);
        assert!((found.azimuth_deg_true - 194.340_24).abs() < 0.03, "{}", found.azimuth_deg_true);
        let orbit = orbit(centuries_since_2000(moment("2003-10-17T19:30:30Z")));
        assert!((orbit.declination_deg - -9.314_34).abs() < 0.01, "{}", orbit.declination_deg);
        assert!((orbit.equation_of_time_min - 14.641_5).abs() < 0.1, "{}", orbit.equation_of_time_min);
    }

    /// J. Meeus, *Astronomical Algorithms*, 2nd edition, examples 25.a (declination -7.78507) and 28.a (equation of time
    /// 13 min 42.6 s): 13 October 1992, 0 h dynamical time, which was 59 s ahead of universal time.
    #[test]
    fn the_worked_examples_of_meeus() {
        let orbit = orbit(centuries_since_2000(moment("1992-10-13T00:00:00Z")));
        assert!((orbit.declination_deg - -7.785_07).abs() < 0.000_5, "{}", orbit.declination_deg);
        assert!((orbit.equation_of_time_min - 13.710).abs() < 0.02, "{}", orbit.equation_of_time_min);
    }

    /// The noon sun stands at 90 degrees less the latitude, and the declination more: 23.44 and -23.44 degrees at the
    /// solstices, -0.04 and -0.19 at noon of the days of the equinoxes of 2026 (20 March 14:46, 23 September 00:05 UTC).
    #[test]
    fn noon_at_greenwich_in_each_season() {
        for (text, altitude) in [
            ("2026-06-21T12:02:00Z", 61.96),
            ("2026-12-21T11:58:00Z", 15.08),
            ("2026-03-20T12:07:30Z", 38.48),
            ("2026-09-23T11:52:30Z", 38.33),
        ] {
            let found = sun(51.477_9, 0.0, text);
            assert!((found.altitude_deg - altitude).abs() < 0.1, "{text} {}", found.altitude_deg);
            assert!((found.azimuth_deg_true - 180.0).abs() < 0.6, "{text} {}", found.azimuth_deg_true);
        }
    }

    #[test]
    fn the_phases_end_where_almanacs_end_them() {
        let at = |altitude_deg| Sun { altitude_deg, azimuth_deg_true: 0.0, rising: true }.phase();
        let limits = [(-0.833, Phase::Day), (-6.0, Phase::CivilTwilight), (-12.0, Phase::NauticalTwilight)];
        for ((limit, lighter), darker) in limits.into_iter().zip(&Phase::ALL[1..]) {
            assert_eq!((at(limit), at(limit - 0.001)), (lighter, *darker));
        }
        assert_eq!(
            (at(-18.0), at(-18.001), at(-90.0)),
            (Phase::AstronomicalTwilight, Phase::Night, Phase::Night)
        );
    }

    /// North of 60.6 degrees the sun does not sink six degrees below the horizon at midsummer: Shetland's "simmer dim".
    #[test]
    fn there_is_no_night_in_shetland_at_midsummer_and_no_day_at_the_pole_at_midwinter() {
        for hour in 0..24 {
            let lerwick = sun(60.8, -0.8, &format!("2026-06-21T{hour:02}:10:00Z"));
            assert!(lerwick.altitude_deg > -6.1, "{hour} {}", lerwick.altitude_deg);
            assert_eq!(sun(89.0, 10.0, &format!("2026-12-21T{hour:02}:10:00Z")).phase(), Phase::Night);
        }
    }

    proptest! {
        #[test]
        fn it_climbs_where_it_is_said_to_rise_and_never_leaves_the_sky(
            lat in -60.0..60.0_f64, lon in -180.0..180.0_f64, seconds in 0..4_102_444_800_i64,
        ) {
            let place = Position::new(lat, lon).unwrap();
            let then = DateTime::from_timestamp(seconds, 0).unwrap();
            let (now, later) = (at(&place, then), at(&place, then + chrono::TimeDelta::seconds(60)));
            prop_assert!((-90.0..=90.0).contains(&now.altitude_deg) && (0.0..360.0).contains(&now.azimuth_deg_true));
            if now.rising == later.rising {
                prop_assert_eq!(now.rising, later.altitude_deg > now.altitude_deg);
            }
        }
    }
}
