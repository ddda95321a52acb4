//! How far off a position may be, in every direction: a covariance, and the ellipse that holds the truth in 95 cases of 100.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

/// The 95 % quantile of chi-square with two degrees of freedom, which is `-2 ln 0.05`: an ellipse of this many squared standard
/// deviations holds a two-dimensional normal error 95 times in 100.
const CHI_SQUARE_95: f64 = 5.991_464_547_107_982;
/// `sqrt(-2 ln (1 - 0.68))`: the radius that holds a circular normal error 68 times in 100, in standard deviations (Rayleigh).
const RADII_68: f64 = 1.509_592_185_451_663;

/// The ellipse around a position that holds the truth 95 times in 100, as far as errors are normal and what was said of them
/// was right. `Debug` hides it: its axis and its size tell from where it was seen.
#[derive(Clone, Copy, PartialEq)]
pub struct Ellipse {
    /// Half the long axis in metres.
    pub semi_major_m: f64,
    /// Half the short axis in metres.
    pub semi_minor_m: f64,
    /// Direction of the long axis, in degrees clockwise from true north, from 0 up to 180.
    pub orientation_deg_true: f64,
}

impl Ellipse {
    /// How probable it is that the truth lies inside, in percent.
    pub const PERCENT: u32 = 95;

    /// The radius in metres of a circle around the same point that holds the truth at least 68 times in 100: what others
    /// call its accuracy. It is taken from the long axis, so that nothing is claimed that is not known.
    pub fn accuracy_m(&self) -> f64 {
        self.semi_major_m / CHI_SQUARE_95.sqrt() * RADII_68
    }
}

/// With its percentage, and rounded to what means anything: 10 cm, a tenth of a degree.
impl Serialize for Ellipse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tenths = |number: f64| (number * 10.0).round() / 10.0;
        let mut fields = serializer.serialize_struct("Ellipse", 4)?;
        fields.serialize_field("percent", &Self::PERCENT)?;
        fields.serialize_field("semi_major_m", &tenths(self.semi_major_m))?;
        fields.serialize_field("semi_minor_m", &tenths(self.semi_minor_m))?;
        fields.serialize_field("orientation_deg_true", &tenths(self.orientation_deg_true))?;
        fields.end()
    }
}

impl fmt::Debug for Ellipse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[ellipse]")
    }
}

/// The covariance of an error in the plane, in square metres: north, east, and both.
#[derive(Clone, Copy, PartialEq, Default)]
pub(super) struct Covariance {
    pub(super) north: f64,
    pub(super) east: f64,
    pub(super) both: f64,
}

impl Covariance {
    /// An error alike in every direction, by the radius that holds it 68 times in 100.
    pub(super) fn circle(accuracy_m: f64) -> Self {
        let variance = (accuracy_m / RADII_68).powi(2);
        Self { north: variance, east: variance, both: 0.0 }
    }

    /// An error whose parts along a direction and across it know nothing of each other.
    pub(super) fn along(direction_deg: f64, along: f64, across: f64) -> Self {
        let (sin, cos) = direction_deg.to_radians().sin_cos();
        Self {
            north: along * cos * cos + across * sin * sin,
            east: along * sin * sin + across * cos * cos,
            both: (along - across) * sin * cos,
        }
    }

    /// Two errors that know nothing of each other, one on top of the other.
    pub(super) fn and(self, other: Self) -> Self {
        Self { north: self.north + other.north, east: self.east + other.east, both: self.both + other.both }
    }

    /// The ellipse: its squared half-axes are the eigenvalues of the matrix times [`CHI_SQUARE_95`], its long axis points
    /// along the first eigenvector.
    pub(super) fn ellipse(self) -> Ellipse {
        let middle = (self.north + self.east) / 2.0;
        let half = (self.north - self.east) / 2.0;
        let apart = half.hypot(self.both);
        let half_axis = |eigenvalue: f64| (eigenvalue.max(0.0) * CHI_SQUARE_95).sqrt();
        let orientation = self.both.atan2(half).to_degrees() / 2.0;
        Ellipse {
            semi_major_m: half_axis(middle + apart),
            semi_minor_m: half_axis(middle - apart),
            // A remainder so small that it rounds up to 180 is none.
            orientation_deg_true: Some(orientation.rem_euclid(180.0))
                .filter(|deg| *deg < 180.0)
                .unwrap_or(0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_quantiles_are_those_of_their_formulas() {
        assert!((CHI_SQUARE_95 - -2.0 * 0.05_f64.ln()).abs() < 1e-12);
        assert!((RADII_68 - (-2.0 * 0.32_f64.ln()).sqrt()).abs() < 1e-12);
    }

    /// Chi-square tables give 5.991 for two degrees of freedom at 0.05 (NIST/SEMATECH e-Handbook, section 1.3.6.7.4).
    #[test]
    fn a_circle_of_one_metre_has_an_ellipse_of_two_and_a_half() {
        let ellipse = Covariance { north: 1.0, east: 1.0, both: 0.0 }.ellipse();
        assert!((ellipse.semi_major_m - 5.991_f64.sqrt()).abs() < 1e-3);
        assert!((ellipse.semi_major_m - ellipse.semi_minor_m).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn an_ellipse_keeps_the_axes_it_was_made_of(
            deg in 0.0..180.0_f64, along_m in 1.0..5_000.0_f64, share in 0.01..0.99_f64,
        ) {
            let across_m = along_m * share;
            let ellipse = Covariance::along(deg, along_m * along_m, across_m * across_m).ellipse();
            let scale = CHI_SQUARE_95.sqrt();
            prop_assert!((ellipse.semi_major_m / scale - along_m).abs() < 1e-6 * along_m);
            prop_assert!((ellipse.semi_minor_m / scale - across_m).abs() < 1e-6 * along_m);
            let off = (ellipse.orientation_deg_true - deg).rem_euclid(180.0);
            prop_assert!(off.min(180.0 - off) < 1e-4, "{} for {deg}", ellipse.orientation_deg_true);
            prop_assert!((0.0..180.0).contains(&ellipse.orientation_deg_true));
        }

        #[test]
        fn an_accuracy_comes_back_from_its_circle(accuracy_m in 0.0..100_000.0_f64) {
            let back = Covariance::circle(accuracy_m).ellipse().accuracy_m();
            prop_assert!((back - accuracy_m).abs() <= 1e-9 * accuracy_m);
        }
    }
}
