//! The table's bytes, read and checked once.
//!
//! Big enough numbers are LEB128 (seven bits a byte, the lowest first), those that may be negative zigzag before; texts are
//! a length and UTF-8. After the head line: credits (a count, then texts); the harbours, then the airfields (a count, then
//! for each: latitude and longitude in 1/100,000 degree as differences to the place before, a byte for its sort with 128
//! added where its position is rough, name, code, other names, locality), each list from south to north; the areas
//! (a count, then for each: code, name, a byte that is 1 outside the UK's police areas, and its rings). A ring is a count of
//! points, the points in 1/10,000 degree as differences to the point before (the first to the last of the ring before, the
//! very first to zero), and the lengths of the runs of edges that are by turns a land border and a coast, borders first.

use std::sync::OnceLock;

use turnstone_wire::{body::Position, shown};

use super::{
    Listed, Places,
    area::Area,
    outline::{Outline, Point},
    place::{Kind, Place, Sort},
};

/// The largest table that is read.
pub const TABLE_BYTES: usize = 2 * 1024 * 1024;
/// The line that a table begins with.
const HEAD: &[u8] = b"turnstone.places/1\n";
/// Longest text of a table, in bytes.
const TEXT_BYTES: usize = 400;
/// Longest name or locality, in bytes.
const NAME_BYTES: usize = 120;

/// Why bytes are no table of places. None of them repeats what was read.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum TableError {
    /// More than [`TABLE_BYTES`].
    #[error("a table of places of more than {TABLE_BYTES} bytes")]
    TooLarge,
    /// It begins otherwise, or is of a format that this program does not know.
    #[error("not a table of places that this program can read")]
    UnknownFormat,
    /// It ends too soon.
    #[error("the table of places is cut short")]
    CutShort,
    /// Something stands in it that cannot be there.
    #[error("the table of places holds {0}")]
    Wrong(&'static str),
}

impl Places {
    /// Reads a table, and checks all of it.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        if bytes.len() > TABLE_BYTES {
            return Err(TableError::TooLarge);
        }
        let mut rest = Rest(bytes.strip_prefix(HEAD).ok_or(TableError::UnknownFormat)?);
        let credits = (0..rest.count()?).map(|_| rest.text(TEXT_BYTES)).collect::<Result<_, _>>()?;
        let listed = [rest.listed(Kind::Harbour)?, rest.listed(Kind::Airfield)?];
        let areas = rest.areas()?;
        if !rest.0.is_empty() {
            return Err(TableError::Wrong("more than it says"));
        }
        Ok(Self { credits, listed, areas })
    }
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn byte(&mut self) -> Result<u8, TableError> {
        let (first, rest) = self.0.split_first().ok_or(TableError::CutShort)?;
        self.0 = rest;
        Ok(*first)
    }

    fn number(&mut self) -> Result<u32, TableError> {
        let mut number = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                // One way to write a number: the same table is the same bytes.
                let shortest = byte != 0 || shift == 0;
                return u32::try_from(number)
                    .ok()
                    .filter(|_| shortest)
                    .ok_or(TableError::Wrong("a number too large"));
            }
        }
        Err(TableError::Wrong("a number too large"))
    }

    /// A number of things, each of which takes a byte at least: more than there can be is not made room for.
    fn count(&mut self) -> Result<usize, TableError> {
        let count = usize::try_from(self.number()?).map_err(|_| TableError::CutShort)?;
        if count <= self.0.len() { Ok(count) } else { Err(TableError::CutShort) }
    }

    /// The value before and a difference to it, within `limit` of zero.
    fn beyond(&mut self, before: i32, limit: i32) -> Result<i32, TableError> {
        let zigzag = self.number()?;
        let half = i64::from(zigzag >> 1);
        let difference = if zigzag & 1 == 0 { half } else { -half - 1 };
        let value = i32::try_from(i64::from(before) + difference).ok();
        value
            .filter(|value| (-limit..=limit).contains(value))
            .ok_or(TableError::Wrong("a place that is nowhere"))
    }

    fn text(&mut self, longest: usize) -> Result<String, TableError> {
        let bytes = self.count()?;
        if bytes > longest {
            return Err(TableError::Wrong("a text too long"));
        }
        let (text, rest) = self.0.split_at(bytes);
        self.0 = rest;
        let text = std::str::from_utf8(text).map_err(|_| TableError::Wrong("a text that is no UTF-8"))?;
        // It is shown on terminals and pages as it is.
        if shown::line(text) == text {
            Ok(text.to_owned())
        } else {
            Err(TableError::Wrong("a text that acts"))
        }
    }

    fn listed(&mut self, kind: Kind) -> Result<Vec<Listed>, TableError> {
        let (mut lat, mut lon) = (0, 0);
        let mut list: Vec<Listed> = Vec::new();
        for _ in 0..self.count()? {
            let before = lat;
            lat = self.beyond(lat, 9_000_000)?;
            lon = self.beyond(lon, 18_000_000)?;
            if !list.is_empty() && lat < before {
                return Err(TableError::Wrong("places out of order"));
            }
            let sort = self.byte()?;
            let rough = sort & 0x80 != 0;
            let sort = Sort::ALL.get(usize::from(sort & 0x7f)).copied().filter(|sort| sort.kind() == kind);
            let sort = sort.ok_or(TableError::Wrong("a place of a sort that is not known"))?;
            let [name, code] = [self.text(NAME_BYTES)?, self.text(NAME_BYTES)?];
            let [also, locality] = [self.text(TEXT_BYTES)?, self.text(NAME_BYTES)?];
            if name.is_empty() {
                return Err(TableError::Wrong("a place without a name"));
            }
            let position = Position::new(f64::from(lat) / 1e5, f64::from(lon) / 1e5)
                .map_err(|_| TableError::Wrong("a place that is nowhere"))?;
            let place = Place { name, kind, sort, code, locality, position, rough };
            list.push(Listed { place, also, folded: OnceLock::new() });
        }
        Ok(list)
    }

    fn areas(&mut self) -> Result<Vec<Area>, TableError> {
        let mut areas: Vec<Area> = Vec::new();
        let mut last = Point { lat: 0, lon: 0 };
        for _ in 0..self.count()? {
            let [code, name] = [self.text(NAME_BYTES)?, self.text(NAME_BYTES)?];
            if code.is_empty() || name.is_empty() || areas.iter().any(|area| area.code == code) {
                return Err(TableError::Wrong("an area without a name, or twice"));
            }
            let outside = match self.byte()? {
                0 => false,
                1 => true,
                _ => return Err(TableError::Wrong("an area of a kind that is not known")),
            };
            let mut outline = Outline::default();
            for _ in 0..self.count()? {
                let points = self.ring(&mut last)?;
                let coast = self.runs(points.len())?;
                outline.add_ring(&points, &coast);
            }
            areas.push(Area { code, name, outside, outline });
        }
        Ok(areas)
    }

    fn ring(&mut self, last: &mut Point) -> Result<Vec<Point>, TableError> {
        let count = self.count()?;
        if count < 3 {
            return Err(TableError::Wrong("a ring of fewer than three points"));
        }
        let mut points = Vec::with_capacity(count);
        for _ in 0..count {
            *last = Point { lat: self.beyond(last.lat, 900_000)?, lon: self.beyond(last.lon, 1_800_000)? };
            points.push(*last);
        }
        Ok(points)
    }

    /// Whether each edge of a ring is a coast.
    fn runs(&mut self, edges: usize) -> Result<Vec<bool>, TableError> {
        let mut coast = Vec::with_capacity(edges);
        let mut is_coast = false;
        while coast.len() < edges {
            let run = usize::try_from(self.number()?).unwrap_or(usize::MAX);
            // Only the first run may be empty: the rest would not end.
            let fits = run <= edges - coast.len() && (run > 0 || (coast.is_empty() && !is_coast));
            if !fits {
                return Err(TableError::Wrong("a ring with other edges than it says"));
            }
            coast.extend(std::iter::repeat_n(is_coast, run));
            is_coast = !is_coast;
        }
        Ok(coast)
    }
}
