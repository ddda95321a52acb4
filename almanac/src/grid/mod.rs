//! The two grids of these islands: the National Grid of Great Britain and the Irish Grid.
//!
//! A map's grid stands on a datum of its own. From WGS 84 the way is: to the grid's ellipsoid by a seven-parameter Helmert
//! transformation (`datum.rs`), then onto the plane by a transverse Mercator projection (`projection.rs`), then into letters
//! and figures (`letters.rs`). Ordnance Survey's exact answer, OSTN15, is a table of 30 MB; the transformation stays within
//! 5 m of it over land and coast, which is less than a phone knows of where it is (ADR 0017).

mod area;
mod datum;
mod letters;
mod projection;

use std::fmt;

use turnstone_wire::body::Position;

use self::{
    datum::{AIRY_1830, AIRY_MODIFIED_1849, Helmert, TO_IRELAND_1965, TO_OSGB36},
    projection::TransverseMercator,
};

/// A grid that people read off a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grid {
    /// The National Grid of Great Britain (OSGB36, EPSG:27700): two letters and figures.
    Os,
    /// The Irish Grid (TM65 and TM75, EPSG:29902 and 29903): one letter and figures. For both datums one transformation is
    /// published.
    Irish,
}

/// A point on a grid, in metres east and north of its false origin. `Debug` hides it.
#[derive(Clone, Copy, PartialEq)]
pub struct GridPoint {
    /// Metres east.
    pub easting_m: f64,
    /// Metres north.
    pub northing_m: f64,
}

impl fmt::Debug for GridPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[grid point]")
    }
}

/// The fewest figures of a reference that is read or written: a square of a kilometre.
pub const FEWEST_FIGURES: u8 = 4;
/// The most: a square of a metre.
pub const MOST_FIGURES: u8 = 10;

/// Why letters and figures are no grid reference.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum GridError {
    /// No square of either grid has these letters.
    #[error("no square of the National Grid or the Irish Grid has these letters")]
    Letters,
    /// The figures are an odd number, or two groups of different length.
    #[error("a grid reference has as many figures for east as for north")]
    Uneven,
    /// They are fewer than four or more than ten.
    #[error("a grid reference has 4, 6, 8 or 10 figures")]
    Figures,
}

impl Grid {
    /// The grid that maps of a place carry: the Irish one on the island of Ireland and in the sea nearer to it, the National
    /// Grid in the rest of its squares. None where neither is.
    pub fn of(position: &Position) -> Option<Self> {
        let grid = if area::is_ireland(position) { Self::Irish } else { Self::Os };
        grid.point(position).map(|_| grid)
    }

    /// Where a position lies on this grid; none outside its lettered squares.
    pub fn point(self, position: &Position) -> Option<GridPoint> {
        // The ends of the earth project onto the squares as well: a position far off is none of theirs.
        let near =
            (45.0..=65.0).contains(&position.lat_deg()) && (-20.0..=10.0).contains(&position.lon_deg());
        if !near {
            return None;
        }
        let (helmert, ellipsoid) = self.datum();
        let on_datum = helmert.forward(position.lat_deg(), position.lon_deg(), &ellipsoid);
        let point = self.projection().forward(on_datum);
        letters::is_within(self, &point).then_some(point)
    }

    /// The position of a point on this grid; none for one outside its lettered squares.
    pub fn position(self, point: &GridPoint) -> Option<Position> {
        if !letters::is_within(self, point) {
            return None;
        }
        let (helmert, ellipsoid) = self.datum();
        let (lat_deg, lon_deg) = helmert.back(self.projection().back(point), &ellipsoid);
        Position::new(lat_deg, lon_deg).ok()
    }

    /// The reference of the square a position lies in, with a space between letters, eastings and northings
    /// (`SZ 0360 7860`): 4, 6, 8 or 10 figures. None outside the grid, and for another number of figures.
    pub fn reference(self, position: &Position, figures: u8) -> Option<String> {
        letters::write(self, &self.point(position)?, figures)
    }

    /// The south-west corner and the side of the square that letters and figures name.
    ///
    /// # Errors
    /// [`GridError`].
    pub fn square(self, letters: &str, easting: &str, northing: &str) -> Result<Square, GridError> {
        letters::read(self, letters, easting, northing)
    }

    fn datum(self) -> (Helmert, datum::Ellipsoid) {
        match self {
            Self::Os => (TO_OSGB36, AIRY_1830),
            Self::Irish => (TO_IRELAND_1965, AIRY_MODIFIED_1849),
        }
    }

    fn projection(self) -> TransverseMercator {
        match self {
            Self::Os => TransverseMercator::national_grid(),
            Self::Irish => TransverseMercator::irish_grid(),
        }
    }
}

/// A square of a grid. `Debug` hides where it is.
#[derive(Clone, Copy, PartialEq)]
pub struct Square {
    /// Its south-west corner.
    pub corner: GridPoint,
    /// Its side in metres.
    pub side_m: f64,
}

impl Square {
    /// Its middle: nobody who gives a square means its corner.
    pub fn middle(&self) -> GridPoint {
        GridPoint {
            easting_m: self.corner.easting_m + self.side_m / 2.0,
            northing_m: self.corner.northing_m + self.side_m / 2.0,
        }
    }
}

impl fmt::Debug for Square {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[square]")
    }
}

#[cfg(test)]
mod tests;
