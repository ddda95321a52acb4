//! Where two bearings cross, how far off that may be, and when there is no such place.
//!
//! Each bearing is a geodesic; their crossing is found by Newton's method: at a guess, each line says how far aside of it the guess lies
//! (reduced length times sine of the angle by which it is missed), and two such distances move the guess. The covariance is that of
//! least squares with two lines and two unknowns, `inverse(N) V inverse(N)'` (D. J. Torrieri, "Statistical theory of passive location
//! systems", IEEE Transactions on Aerospace and Electronic Systems AES-20 (1984) 183-198): the rows of N are the lines' normals, V
//! holds what each line may be aside at that distance. A wrong declination turns both lines alike, so V has it off the diagonal too.

use chrono::{DateTime, Utc};
use turnstone_wire::body::{BearingLine, Fix, FixSource, Position};

use super::{Assumed, Located, Sight, Unlocated, assumed, ellipse::Covariance};
use crate::geodesy::{self, Arrival};

/// Why two bearings lead to no one point.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoCross {
    /// Both were taken from one place, as far as their accuracy tells.
    #[error("both bearings were taken from the same place")]
    SamePlace,
    /// They are so nearly parallel that, as exact as they are, they may not cross at all.
    #[error("the two bearings are nearly parallel")]
    Parallel,
    /// They lead apart: the lines cross behind one of those who looked.
    #[error("the two bearings lead apart")]
    Apart,
    /// They cross farther away than anybody sees.
    #[error("the two bearings cross too far away")]
    TooFar,
}

/// The flattest angle at which two lines are taken to cross, however exact, in degrees.
const LEAST_ANGLE_DEG: f64 = 5.0;
/// The same in standard deviations of the angle: a smaller one could as well be none.
const LEAST_ANGLE_SPREADS: f64 = 2.0;
/// Farther away nobody sees anything, in metres: an airliner at 12 km comes over the horizon at 390 km.
const FARTHEST_M: f64 = 400_000.0;
/// Newton's method has settled.
const SETTLED_M: f64 = 0.001;
/// It settles in three or four steps where there is a crossing in sight.
const STEPS: usize = 20;

/// One line, ready to be crossed.
struct Line {
    from: Position,
    /// Standard deviation of `from` in any direction, in metres.
    from_spread_m: f64,
    sight: Sight,
}

/// Where a line stands to a point: how the geodesic from its start arrives there, and how far it is.
struct Reach {
    arrival: Arrival,
    metres: f64,
}

pub(super) fn find(
    observer: Option<&Fix>,
    lines: [&BearingLine; 2],
    on: DateTime<Utc>,
) -> Result<Located, Unlocated> {
    let mut assumed = Vec::new();
    let first = Line::of(lines[0], observer, on, &mut assumed)?;
    let second = Line::of(lines[1], observer, on, &mut assumed)?;
    let apart_m = geodesy::leg(&first.from, &second.from).metres;
    // Within two deviations of each other nothing says which of the two is to the left.
    if apart_m <= 2.0 * first.from_spread_m.hypot(second.from_spread_m).max(SETTLED_M) {
        return Err(NoCross::SamePlace.into());
    }
    let position = meet(&first, &second)?;
    let covariance = spread(&first, &second, &position)?;
    let ellipse = covariance.ellipse();
    Ok(Located {
        position,
        ellipse,
        declination: first.sight.declination.or(second.sight.declination),
        assumed,
    })
}

impl Line {
    fn of(
        line: &BearingLine,
        observer: Option<&Fix>,
        on: DateTime<Utc>,
        assumed: &mut Vec<Assumed>,
    ) -> Result<Self, Unlocated> {
        let (from, accuracy_m) = match (line.from, observer) {
            (Some(from), _) => {
                let fix = Fix { accuracy_m: line.accuracy_m, ..Fix::new(from, FixSource::Hand) };
                (from, assumed::fix_accuracy_m(&fix, assumed))
            }
            (None, Some(fix)) => (fix.position, assumed::fix_accuracy_m(fix, assumed)),
            (None, None) => return Err(Unlocated::NoFix),
        };
        let sight = Sight::of(&from, &line.bearing, line.give_or_take_deg, on, assumed);
        Ok(Self { from, from_spread_m: Covariance::circle(accuracy_m).north.sqrt(), sight })
    }

    fn reach(&self, point: &Position) -> Reach {
        let (arrival, metres) = geodesy::between(&self.from, point);
        Reach { arrival, metres }
    }
}

impl Reach {
    /// The unit vector to the right of the line at its end: north and east.
    fn normal(&self) -> (f64, f64) {
        let (sin, cos) = self.arrival.end_deg.to_radians().sin_cos();
        (-sin, cos)
    }

    /// How far the line of `sight` lies to the right of the point, in metres.
    fn aside_m(&self, sight: &Sight) -> f64 {
        let (sin, cos) = (sight.deg_true - self.arrival.start_deg).to_radians().sin_cos();
        // Behind the start the line runs the other way.
        self.arrival.reduced_m * sin * cos.signum()
    }
}

/// The point on both lines, ahead of both.
fn meet(first: &Line, second: &Line) -> Result<Position, NoCross> {
    let mut point = flat_guess(first, second)?;
    for _ in 0..STEPS {
        let (one, two) = (first.reach(&point), second.reach(&point));
        let (north, east) =
            solve(one.normal(), two.normal(), one.aside_m(&first.sight), two.aside_m(&second.sight))
                .ok_or(NoCross::Parallel)?;
        let step_m = north.hypot(east);
        point = geodesy::along(&point, east.atan2(north).to_degrees(), step_m.min(FARTHEST_M))
            .ok_or(NoCross::Parallel)?
            .position;
        if step_m < SETTLED_M {
            return ahead(first, second, point);
        }
    }
    Err(NoCross::Parallel)
}

/// The crossing on a plane that touches the ground at the first line's start, at most as far as anybody sees: where
/// Newton's method begins.
fn flat_guess(first: &Line, second: &Line) -> Result<Position, NoCross> {
    let base = geodesy::leg(&first.from, &second.from);
    let (base_sin, base_cos) = base.bearing_deg.to_radians().sin_cos();
    let (sin, cos) = first.sight.deg_true.to_radians().sin_cos();
    let (other_sin, other_cos) = second.sight.deg_true.to_radians().sin_cos();
    // Along the first line as far as the base reaches across the second one.
    let flat = sin * other_cos - cos * other_sin;
    let distance_m = base.metres * (base_sin * other_cos - base_cos * other_sin) / flat;
    if !distance_m.is_finite() {
        return Err(NoCross::Parallel);
    }
    let within_m = distance_m.clamp(-FARTHEST_M, FARTHEST_M);
    geodesy::along(&first.from, first.sight.deg_true, within_m)
        .map(|end| end.position)
        .ok_or(NoCross::Parallel)
}

/// The shift that brings a point onto both lines, each given by its normal and by how far it lies aside.
fn solve(one: (f64, f64), two: (f64, f64), one_m: f64, two_m: f64) -> Option<(f64, f64)> {
    let determinant = one.0 * two.1 - one.1 * two.0;
    let shift =
        ((one_m * two.1 - one.1 * two_m) / determinant, (one.0 * two_m - one_m * two.0) / determinant);
    (shift.0.is_finite() && shift.1.is_finite()).then_some(shift)
}

/// The point, where it lies in the direction in which both looked, and not beyond sight.
fn ahead(first: &Line, second: &Line, point: Position) -> Result<Position, NoCross> {
    let reaches = [(first, first.reach(&point)), (second, second.reach(&point))];
    let angle_deg = reaches[0].1.arrival.end_deg - reaches[1].1.arrival.end_deg;
    // Lines that run towards each other are as badly crossed as lines that run side by side.
    let flatness = angle_deg.to_radians().sin().abs();
    let spread = first.sight.spread_deg.hypot(second.sight.spread_deg);
    let least_deg = LEAST_ANGLE_DEG.max(LEAST_ANGLE_SPREADS * spread).min(90.0);
    let behind = |(line, reach): &(&Line, Reach)| {
        (line.sight.deg_true - reach.arrival.start_deg).to_radians().cos() < 0.0
    };
    if flatness < least_deg.to_radians().sin() {
        Err(NoCross::Parallel)
    } else if reaches.iter().any(behind) {
        Err(NoCross::Apart)
    } else if reaches.iter().any(|(_, reach)| reach.metres > FARTHEST_M) {
        Err(NoCross::TooFar)
    } else {
        Ok(point)
    }
}

/// `inverse(N) V inverse(N)'`.
fn spread(first: &Line, second: &Line, point: &Position) -> Result<Covariance, NoCross> {
    let (one, two) = (first.reach(point), second.reach(point));
    let aside = |line: &Line, reach: &Reach| {
        line.from_spread_m.hypot(reach.arrival.reduced_m * line.sight.spread_deg.to_radians())
    };
    let turned = |line: &Line, reach: &Reach| reach.arrival.reduced_m * line.sight.declination_spread();
    // Each independent error as the shift it makes; the sum of their outer products is the covariance.
    let shifts =
        [(aside(first, &one), 0.0), (0.0, aside(second, &two)), (turned(first, &one), turned(second, &two))];
    shifts.into_iter().try_fold(Covariance::default(), |sum, (one_m, two_m)| {
        let (north, east) = solve(one.normal(), two.normal(), one_m, two_m).ok_or(NoCross::Parallel)?;
        Ok(sum.and(Covariance { north: north * north, east: east * east, both: north * east }))
    })
}
