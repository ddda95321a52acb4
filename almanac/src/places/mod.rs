//! Places without a network: the nearest harbours and airfields, a place by its name, the police area of a position, the
//! scheme that a place suggests.
//!
//! The table is compiled in; a newer one is read by [`Places::read`], which checks everything once, so that no question
//! can fail afterwards. It is built by `cargo xtask tables` from public data, whose makers [`Places::credits`] names.
//!
//! ```
//! use turnstone_almanac::places::{Kind, built_in};
//! use turnstone_wire::body::Position;
//!
//! let places = built_in();
//! let quay = Position::new(50.6065, -1.9480)?;
//! assert_eq!(places.nearest(&quay, Kind::Harbour, 1)[0].name, "Swanage");
//! let area = places.police_area(&quay).ok_or("within twelve miles of land")?;
//! assert_eq!((area.name.as_str(), area.nearest), ("Dorset", false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod area;
mod near;
mod outline;
mod place;
mod read;
mod search;
mod suggest;

use std::{
    fmt,
    sync::{Arc, LazyLock, OnceLock},
};

pub use area::{BORDER_M, CAP_M, OtherArea, PoliceArea};
pub use near::Near;
pub use place::{Kind, Place, Sort};
pub use read::{TABLE_BYTES, TableError};
pub use search::Found;
pub use suggest::{AIRFIELD_M, COAST_M, HARBOUR_M, Suggested, Why};

use area::Area;
use search::Folded;

/// The table of places. `Debug` prints how much is in it.
#[derive(Clone)]
pub struct Places {
    credits: Vec<String>,
    /// By [`Kind`], each ordered by latitude.
    listed: [Vec<Listed>; 2],
    areas: Vec<Area>,
}

/// A place and the words it is found by.
#[derive(Clone)]
struct Listed {
    place: Place,
    /// Other names, with commas between.
    also: String,
    /// Made when somebody first looks for a name: whoever asks about a position does not wait for it.
    folded: OnceLock<Folded>,
}

/// The table compiled in.
pub fn built_in() -> &'static Arc<Places> {
    static BUILT_IN: LazyLock<Arc<Places>> = LazyLock::new(|| {
        // That it reads is what the first test of this module is about.
        Arc::new(Places::read(BUILT_IN_BYTES).unwrap_or_else(|_| Places::empty()))
    });
    &BUILT_IN
}

/// The bytes of the table compiled in.
pub const BUILT_IN_BYTES: &[u8] = include_bytes!("../../tables/places.bin");

impl Places {
    /// Knows nothing, and says so to every question.
    fn empty() -> Self {
        Self { credits: Vec::new(), listed: [Vec::new(), Vec::new()], areas: Vec::new() }
    }

    /// Whose data it is made of, in the words that their licences ask for, with the data's dates. To be shown wherever the
    /// product says what it is made of.
    pub fn credits(&self) -> &[String] {
        &self.credits
    }

    /// How many places of a kind it lists.
    pub fn count(&self, kind: Kind) -> usize {
        self.listed(kind).len()
    }

    fn listed(&self, kind: Kind) -> &[Listed] {
        match kind {
            Kind::Harbour => &self.listed[0],
            Kind::Airfield => &self.listed[1],
        }
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [harbours, airfields] = Kind::ALL.map(|kind| self.count(kind));
        write!(f, "[{harbours} harbours, {airfields} airfields, {} areas]", self.areas.len())
    }
}

#[cfg(test)]
mod tests;
