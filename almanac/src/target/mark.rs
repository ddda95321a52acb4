//! A place that somebody elsewhere knows, to tell another one from.

use std::fmt;

use turnstone_wire::body::{Position, Scheme};

use crate::places::{Kind, Places};

/// Farther away than this, a harbour or an airfield tells nobody anything, in metres.
const FARTHEST_M: f64 = 200_000.0;
/// How far a place may be from where its whole minutes of arc put it, in metres.
const ROUGH_M: f64 = 2_000.0;
/// One that is known exactly is taken before one that is known roughly, where it is no more than this farther away, in metres.
const DETOUR_M: f64 = 3_000.0;
/// How many of the nearest places are looked through.
const NEAREST: usize = 8;

/// A place that a listener knows: the nearest harbour, a lookout, the end of a pier. `Debug` hides it.
#[derive(Clone, PartialEq)]
pub struct Mark {
    pub(super) name: String,
    pub(super) position: Position,
    /// How far off `position` may be.
    pub(super) vague_m: f64,
}

impl Mark {
    /// A place by the name that is read out, known well. A stranger's text is made safe to show first.
    pub fn new(name: impl Into<String>, position: Position) -> Self {
        Self { name: name.into(), position, vague_m: 0.0 }
    }

    /// The nearest harbour (Kraken) or airfield (Pegasus); none where there is none within 200 km.
    pub fn nearest(places: &Places, position: &Position, scheme: Scheme) -> Option<Self> {
        let kind = match scheme {
            Scheme::Kraken => Kind::Harbour,
            Scheme::Pegasus => Kind::Airfield,
        };
        let near = places.nearest(position, kind, NEAREST);
        let first = near.first().filter(|first| first.metres <= FARTHEST_M)?;
        let exact = near.iter().find(|place| !place.rough && place.metres <= first.metres + DETOUR_M);
        let chosen = exact.unwrap_or(first);
        let vague_m = if chosen.rough { ROUGH_M } else { 0.0 };
        Some(Self { name: chosen.name.clone(), position: chosen.position, vague_m })
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[mark]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places;

    fn nearest(lat: f64, lon: f64, scheme: Scheme) -> Option<Mark> {
        Mark::nearest(places::built_in(), &Position::new(lat, lon).unwrap(), scheme)
    }

    #[test]
    fn the_nearest_harbour_or_airfield_is_the_mark() {
        let dover = nearest(51.11, 1.35, Scheme::Kraken).unwrap();
        assert!(dover.name.starts_with("Dover") && dover.vague_m == 0.0);
        let tresco = nearest(49.94, -6.33, Scheme::Pegasus).unwrap();
        assert_eq!(tresco.name, "Tresco Heliport");
    }

    #[test]
    fn one_that_is_known_exactly_goes_before_one_that_is_known_roughly() {
        let stornoway = nearest(58.2, -6.38, Scheme::Kraken).unwrap();
        assert_eq!((stornoway.name.as_str(), stornoway.vague_m), ("Stornoway Harbour", 0.0));
        let swanage = nearest(50.6065, -1.948, Scheme::Kraken).unwrap();
        assert_eq!((swanage.name.as_str(), swanage.vague_m), ("Swanage", ROUGH_M));
    }

    #[test]
    fn across_an_ocean_there_is_none() {
        assert_eq!(nearest(30.0, -45.0, Scheme::Kraken), None);
    }
}
