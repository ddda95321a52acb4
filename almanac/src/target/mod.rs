//! Where the thing was: a position worked out of what the witness gave, how far off it may be, and words for both.
//!
//! A point, a bearing and a range, or two bearings become a position on WGS 84 and the [`Ellipse`] around it that holds the truth in
//! 95 cases of 100. What was not said is assumed, and each assumption is told ([`Assumed`]).
//!
//! **What a number means.** An accuracy is the radius, a give-or-take the half-width, that holds the truth in about two cases of three.
//! For an accuracy that is what Android documents (`Location.getAccuracy`: "68 % probability") and about what Apple's
//! `horizontalAccuracy` amounts to (63 to 68 %). For people it is the careful reading: of those who say "give or take" and mean
//! to be nearly sure, a third and more are wrong (Lichtenstein, Fischhoff and Phillips, "Calibration of probabilities: the state of
//! the art to 1980", in Kahneman, Slovic and Tversky, 1982).
//!
//! **How errors add up.** The observer's fix, the bearing, the declination and the range are independent and normal. The covariance of
//! a bearing and a range is the one of D. Lerro and Y. Bar-Shalom, "Tracking with debiased consistent converted measurements versus
//! EKF", IEEE Transactions on Aerospace and Electronic Systems 29 (1993) 1015-1022: second moments, exact also where ten degrees or
//! more bend the error into an arc. Two bearings: see `cross`.

mod account;
mod assumed;
mod cross;
mod ellipse;
mod mark;
mod wording;

use std::fmt;

use chrono::{DateTime, Utc};
use turnstone_wire::body::{Bearing, Degrees, Fix, Metres, North, Position, Target};

pub use account::Account;
pub use assumed::Assumed;
pub use cross::NoCross;
pub use ellipse::Ellipse;
pub use mark::Mark;
pub use wording::{Units, distance, likely, remarks, unlocated, wording, wording_from_witness};

use crate::{
    geodesy,
    magnetic::{self, Declination},
};
use ellipse::Covariance;

/// A target's place worked out. `Debug` hides it.
#[derive(Clone, PartialEq)]
pub struct Located {
    /// The likeliest point, in degrees on WGS 84.
    pub position: Position,
    /// How far off it may be.
    pub ellipse: Ellipse,
    /// By how much a compass bearing was corrected; none where none was magnetic. Of two, that of the first.
    pub declination: Option<Declination>,
    /// What the witness did not say, and what was taken instead.
    pub assumed: Vec<Assumed>,
}

impl fmt::Debug for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[located]")
    }
}

/// Why a target is no point on a map.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum Unlocated {
    /// It is a place with a name.
    #[error("a place known by its name only")]
    Named,
    /// It is told from where the witness stood, and that is not known.
    #[error("where the witness stood is not known")]
    NoFix,
    /// Its two bearings lead to no one point.
    #[error(transparent)]
    NoCross(#[from] NoCross),
}

/// Works out where the thing was on the day `on`, if that can be told: [`find`] says why not.
pub fn locate(observer: Option<&Fix>, target: &Target, on: DateTime<Utc>) -> Option<Located> {
    find(observer, target, on).ok()
}

/// Works out where the thing was on the day `on`, which chooses the declination of a compass bearing.
///
/// # Errors
/// [`Unlocated`] where the target names no point; never for what was left out of it.
pub fn find(observer: Option<&Fix>, target: &Target, on: DateTime<Utc>) -> Result<Located, Unlocated> {
    let mut assumed = Vec::new();
    match target {
        Target::SamePlace => {
            let fix = observer.ok_or(Unlocated::NoFix)?;
            let stood = Covariance::circle(assumed::fix_accuracy_m(fix, &mut assumed));
            let within = Covariance::circle(assumed::same_place_m(&mut assumed));
            let ellipse = stood.and(within).ellipse();
            Ok(Located { position: fix.position, ellipse, declination: None, assumed })
        }
        Target::Point { position, accuracy_m } => {
            let ellipse = Covariance::circle(assumed::point_accuracy_m(*accuracy_m, &mut assumed)).ellipse();
            Ok(Located { position: *position, ellipse, declination: None, assumed })
        }
        Target::BearingRange { bearing, range_m, give_or_take_deg, give_or_take_m } => {
            let fix = observer.ok_or(Unlocated::NoFix)?;
            let sight = Sight::of(&fix.position, bearing, *give_or_take_deg, on, &mut assumed);
            by_range(fix, sight, *range_m, *give_or_take_m, assumed)
        }
        Target::Named { .. } => Err(Unlocated::Named),
        Target::Cross { first, second } => cross::find(observer, [first, second], on),
    }
}

/// A direction as it is on the ground.
#[derive(Clone, Copy)]
struct Sight {
    deg_true: f64,
    /// Standard deviation in degrees, without that of the declination.
    spread_deg: f64,
    declination: Option<Declination>,
}

impl Sight {
    /// A bearing taken at `from`: a magnetic one is corrected by the declination there.
    fn of(
        from: &Position,
        bearing: &Bearing,
        give_or_take_deg: Option<Degrees>,
        on: DateTime<Utc>,
        assumed: &mut Vec<Assumed>,
    ) -> Self {
        let declination = match bearing.north() {
            North::True => None,
            North::Magnetic => Some(magnetic::declination(from, on)),
        };
        let deg = bearing.deg() + declination.map_or(0.0, |declination| declination.deg);
        let spread_deg = assumed::bearing_deg(give_or_take_deg, assumed);
        Self { deg_true: deg.rem_euclid(360.0), spread_deg, declination }
    }

    /// Standard deviation of the declination in radians; 0 for a true bearing.
    fn declination_spread(&self) -> f64 {
        self.declination.map_or(0.0, |declination| declination.uncertainty_deg.to_radians())
    }

    /// Standard deviation of the whole, in radians.
    fn spread(&self) -> f64 {
        self.spread_deg.to_radians().hypot(self.declination_spread())
    }
}

fn by_range(
    fix: &Fix,
    sight: Sight,
    range_m: Metres,
    give_or_take_m: Option<Metres>,
    mut assumed: Vec<Assumed>,
) -> Result<Located, Unlocated> {
    let stood = Covariance::circle(assumed::fix_accuracy_m(fix, &mut assumed));
    let range_spread_m = assumed::range_m(range_m, give_or_take_m, &mut assumed);
    let end = geodesy::along(&fix.position, sight.deg_true, range_m.metres()).ok_or(Unlocated::NoFix)?;
    // Second moments of (r + dr)(cos dt, sin dt) about (r, 0), for normal dr and dt of deviations s and a:
    // E cos dt = exp(-a^2/2), E cos^2 dt = (1 + exp(-2 a^2))/2.
    let (r, s2, a2) = (end.reduced_m.abs(), range_spread_m.powi(2), sight.spread().powi(2));
    let (once, twice) = ((-a2 / 2.0).exp(), (-2.0 * a2).exp());
    let squared = r * r + s2;
    let along = squared * (1.0 + twice) / 2.0 - 2.0 * r * r * once + r * r;
    let across = squared * (1.0 - twice) / 2.0;
    let ellipse = stood.and(Covariance::along(end.end_deg, along.max(0.0), across)).ellipse();
    Ok(Located { position: end.position, ellipse, declination: sight.declination, assumed })
}

#[cfg(test)]
mod tests;
