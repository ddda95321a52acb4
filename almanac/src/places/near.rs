//! The nearest places of a kind.
//!
//! Each list is ordered by latitude. From the position's own latitude the search goes south and north at once and ends
//! where a step in latitude alone is further than the last that would be answered: no index is kept, and little is looked at.

use std::{fmt, ops::Deref};

use turnstone_wire::body::Position;

use super::{Kind, Listed, Place, Places};
use crate::geodesy;

/// No degree of latitude on WGS 84 is shorter, in metres (110,574.39 at the equator).
const SHORTEST_DEGREE_M: f64 = 110_574.0;

/// A place, and how it lies to a position. `Debug` hides it. The place's own fields are there by `Deref`.
#[derive(Clone, PartialEq)]
pub struct Near {
    /// The place.
    pub place: Place,
    /// How far, by the geodesic on WGS 84.
    pub metres: f64,
    /// In which direction the position lies, seen from the place, in degrees clockwise from true north: "900 m, 140 degrees
    /// true, from Swanage".
    pub bearing_deg_true: f64,
}

impl Near {
    fn of(place: &Place, position: &Position) -> Self {
        let leg = geodesy::leg(&place.position, position);
        Self { place: place.clone(), metres: leg.metres, bearing_deg_true: leg.bearing_deg }
    }
}

impl Deref for Near {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

impl fmt::Debug for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[near {:?}]", self.place)
    }
}

impl Places {
    /// The `n` nearest places of a kind, the nearest first.
    pub fn nearest(&self, position: &Position, kind: Kind, n: usize) -> Vec<Near> {
        self.nearest_where(position, kind, n, |_| true).0
    }

    /// The same among those that fit, and how many were looked at.
    pub(super) fn nearest_where(
        &self,
        position: &Position,
        kind: Kind,
        n: usize,
        fits: impl Fn(&Place) -> bool,
    ) -> (Vec<Near>, usize) {
        let list = self.listed(kind);
        let lat = position.lat_deg();
        let begin = list.partition_point(|listed| listed.place.position.lat_deg() < lat);
        let (mut south, mut north) = (list[..begin].iter().rev().peekable(), list[begin..].iter().peekable());
        let mut best: Vec<(f64, &Place)> = Vec::new();
        let mut looked = 0;
        let gap_m = |listed: Option<&&Listed>| {
            let gap = listed.map(|listed| (listed.place.position.lat_deg() - lat).abs() * SHORTEST_DEGREE_M);
            gap.unwrap_or(f64::INFINITY)
        };
        loop {
            let (below, above) = (gap_m(south.peek()), gap_m(north.peek()));
            let last = match best.last() {
                Some((metres, _)) if best.len() == n => *metres,
                _ if n == 0 => 0.0,
                _ => f64::INFINITY,
            };
            if below.min(above) >= last {
                break;
            }
            let next = if below < above { south.next() } else { north.next() };
            let Some(Listed { place, .. }) = next else { break };
            looked += 1;
            if !fits(place) || at_least_m(position, &place.position) >= last {
                continue;
            }
            let metres = geodesy::leg(&place.position, position).metres;
            let at = best.partition_point(|(other, _)| *other <= metres);
            best.insert(at, (metres, place));
            best.truncate(n);
        }
        (best.into_iter().map(|(_, place)| Near::of(place, position)).collect(), looked)
    }
}

/// A length that the geodesic between two points is not shorter than: the great circle on a sphere, less the 1 % that the
/// ellipsoid can be off it (at most 0.56 %, at the poles and the equator).
pub(super) fn at_least_m(a: &Position, b: &Position) -> f64 {
    const RADIUS_M: f64 = 6_371_009.0 * 0.99;
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let cosines = a.lat_deg().to_radians().cos() * b.lat_deg().to_radians().cos();
    let haversine = half(a.lat_deg(), b.lat_deg()) + cosines * half(a.lon_deg(), b.lon_deg());
    2.0 * RADIUS_M * haversine.sqrt().min(1.0).asin()
}
