//! The outline of an area: whether a point lies within, and how far its nearest edge is.
//!
//! Whole numbers, so that a point on the edge between two areas lies in exactly one of them, whatever the machine rounds.
//! Edges lie in blocks of [`BLOCK`] with the box around each: a question looks into the few blocks that can matter.

use turnstone_wire::body::Position;

/// Edges in a block.
const BLOCK: usize = 32;
/// Units of a question's point in one unit of an outline's: a centimetre is told apart, and nothing is rounded off.
const FINE: i64 = 1_000;

/// A point of an outline, in 1/10,000 degree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) lat: i32,
    pub(super) lon: i32,
}

/// Rings of an area, islands and lakes alike: what lies within an odd number of them is in it.
#[derive(Clone, Default)]
pub(super) struct Outline {
    /// The points of all rings, each ring closed by its first point.
    points: Vec<Point>,
    blocks: Vec<Block>,
    /// By the edge's first point.
    coast: Vec<bool>,
    bounds: Option<Bounds>,
}

/// A run of edges of one ring: those that begin at `first` and the `edges - 1` points after it.
#[derive(Clone)]
struct Block {
    first: usize,
    edges: usize,
    bounds: Bounds,
    /// One of its edges is a coast.
    coast: bool,
}

/// A box around points.
#[derive(Clone, Copy)]
struct Bounds {
    south: i32,
    north: i32,
    west: i32,
    east: i32,
}

/// Which edges count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edges {
    /// All.
    All,
    /// Those by the sea.
    Coast,
}

/// The nearest point of an outline.
#[derive(Clone, Copy)]
pub(super) struct Closest {
    pub(super) position: Position,
    /// How far it is on the plane that touches the earth at the question's point; within 1 % of the truth for as far as the
    /// cap of 12 nautical miles.
    pub(super) metres: f64,
}

/// What a question looked at: so that a test can say that it was little.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Work {
    pub(super) outlines: usize,
    pub(super) edges: usize,
}

impl Outline {
    /// Adds a ring; `coast` says of the edge from each point to the next whether it is one.
    pub(super) fn add_ring(&mut self, ring: &[Point], coast: &[bool]) {
        let begin = self.points.len();
        self.points.extend_from_slice(ring);
        self.points.extend(ring.first());
        self.coast.extend_from_slice(coast);
        // The closing point begins no edge.
        self.coast.resize(self.points.len(), false);
        for first in (0..ring.len()).step_by(BLOCK) {
            let edges = BLOCK.min(ring.len() - first);
            let first = begin + first;
            let points = &self.points[first..=first + edges];
            let bounds = points.iter().fold(Bounds::NONE, |bounds, point| bounds.with(point));
            let coast = self.coast[first..first + edges].contains(&true);
            self.bounds = Some(self.bounds.map_or(bounds, |whole| whole.and(&bounds)));
            self.blocks.push(Block { first, edges, bounds, coast });
        }
    }

    fn edges(&self, block: &Block) -> impl Iterator<Item = (usize, [Point; 2])> {
        let points = &self.points[block.first..=block.first + block.edges];
        (block.first..).zip(points.windows(2).map(|pair| [pair[0], pair[1]]))
    }

    /// Whether it holds the point: a line drawn east from there crosses it an odd number of times. An edge has its southern
    /// end and not its northern one, so that a corner counts once.
    pub(super) fn holds(&self, at: &Position, work: &mut Work) -> bool {
        let at = Fine::of(at);
        if !self.bounds.is_some_and(|bounds| bounds.may_hold(&at)) {
            return false;
        }
        work.outlines += 1;
        let mut within = false;
        for block in &self.blocks {
            let Bounds { south, north, west, east } = block.bounds;
            if at.lat < fine(south) || at.lat > fine(north) || at.lon > fine(east) {
                continue;
            }
            if at.lon < fine(west) {
                // All of it lies to the east: what counts is on which sides it begins and ends.
                let (first, last) = (self.points[block.first], self.points[block.first + block.edges]);
                within ^= (fine(first.lat) > at.lat) != (fine(last.lat) > at.lat);
                continue;
            }
            work.edges += block.edges;
            within ^= self.edges(block).filter(|(_, edge)| crosses_east_of(&at, edge)).count() % 2 == 1;
        }
        within
    }

    /// The nearest point of its edges, if one is nearer than `within_m`.
    pub(super) fn closest(
        &self,
        at: &Position,
        edges: Edges,
        within_m: f64,
        work: &mut Work,
    ) -> Option<Closest> {
        let plane = Plane::at(at);
        let mut best_m = within_m;
        let mut found = None;
        if self.bounds.is_none_or(|bounds| plane.at_least_m(&bounds) >= best_m) {
            return None;
        }
        work.outlines += 1;
        for block in self.blocks.iter().filter(|block| edges == Edges::All || block.coast) {
            if plane.at_least_m(&block.bounds) >= best_m {
                continue;
            }
            work.edges += block.edges;
            for (first, edge) in self.edges(block) {
                if edges == Edges::Coast && !self.coast[first] {
                    continue;
                }
                let (metres, lat_deg, lon_deg) = plane.nearest_on(&edge);
                if metres < best_m {
                    best_m = metres;
                    found = Position::new(lat_deg, lon_deg).ok().map(|position| Closest { position, metres });
                }
            }
        }
        found
    }
}

impl Bounds {
    /// Around nothing.
    const NONE: Self = Self { south: i32::MAX, north: i32::MIN, west: i32::MAX, east: i32::MIN };

    fn with(self, point: &Point) -> Self {
        Self {
            south: self.south.min(point.lat),
            north: self.north.max(point.lat),
            west: self.west.min(point.lon),
            east: self.east.max(point.lon),
        }
    }

    fn and(self, other: &Self) -> Self {
        self.with(&Point { lat: other.south, lon: other.west })
            .with(&Point { lat: other.north, lon: other.east })
    }

    fn may_hold(&self, at: &Fine) -> bool {
        (fine(self.south)..=fine(self.north)).contains(&at.lat)
            && (fine(self.west)..=fine(self.east)).contains(&at.lon)
    }
}

/// A question's point in 1/10,000,000 degree, about a centimetre.
struct Fine {
    lat: i64,
    lon: i64,
}

impl Fine {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "degrees of a position times ten million fit in 32 bits"
    )]
    fn of(position: &Position) -> Self {
        let fine = |deg: f64| (deg * 1e7).round() as i64;
        Self { lat: fine(position.lat_deg()), lon: fine(position.lon_deg()) }
    }
}

fn fine(coordinate: i32) -> i64 {
    i64::from(coordinate) * FINE
}

fn crosses_east_of(at: &Fine, [from, to]: &[Point; 2]) -> bool {
    if (fine(from.lat) > at.lat) == (fine(to.lat) > at.lat) {
        return false;
    }
    // Which side of the edge the point is on, seen from its southern end: exact, for the products fit in 128 bits.
    let (low, high) = if from.lat < to.lat { (from, to) } else { (to, from) };
    let product = |a: i64, b: i64| i128::from(a) * i128::from(b);
    product(fine(high.lon) - fine(low.lon), at.lat - fine(low.lat))
        > product(at.lon - fine(low.lon), fine(high.lat) - fine(low.lat))
}

/// The plane that touches the ellipsoid at a point, in metres north and east of it.
struct Plane {
    lat_deg: f64,
    lon_deg: f64,
    north_m: f64,
    east_m: f64,
}

impl Plane {
    /// Lengths of a degree on WGS 84 by the radii of curvature in the meridian and in the prime vertical (NIMA TR8350.2,
    /// third edition, section 4.3; a = 6,378,137 m, f = 1/298.257223563).
    fn at(position: &Position) -> Self {
        const A_M: f64 = 6_378_137.0;
        const E2: f64 = 0.006_694_379_990_14;
        let (sin, cos) = position.lat_deg().to_radians().sin_cos();
        let w = (1.0 - E2 * sin * sin).sqrt();
        Self {
            lat_deg: position.lat_deg(),
            lon_deg: position.lon_deg(),
            north_m: (A_M * (1.0 - E2) / (w * w * w)).to_radians(),
            east_m: (A_M / w * cos).to_radians(),
        }
    }

    fn metres(&self, lat: i32, lon: i32) -> (f64, f64) {
        let north = (f64::from(lat) / 1e4 - self.lat_deg) * self.north_m;
        (north, (f64::from(lon) / 1e4 - self.lon_deg) * self.east_m)
    }

    /// No point of a box is nearer.
    fn at_least_m(&self, bounds: &Bounds) -> f64 {
        let (south, west) = self.metres(bounds.south, bounds.west);
        let (north, east) = self.metres(bounds.north, bounds.east);
        let beyond = |low: f64, high: f64| low.max(-high).max(0.0);
        beyond(south, north).hypot(beyond(west, east))
    }

    /// The nearest point of an edge: how far it is, and where.
    fn nearest_on(&self, [from, to]: &[Point; 2]) -> (f64, f64, f64) {
        let (north, east) = self.metres(from.lat, from.lon);
        let (to_north, to_east) = self.metres(to.lat, to.lon);
        let (along_north, along_east) = (to_north - north, to_east - east);
        let square = along_north * along_north + along_east * along_east;
        let part = if square > 0.0 {
            (-(north * along_north + east * along_east) / square).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let (north, east) = (north + part * along_north, east + part * along_east);
        let deg = |from: i32, to: i32| (f64::from(from) + part * f64::from(to - from)) / 1e4;
        (north.hypot(east), deg(from.lat, to.lat), deg(from.lon, to.lon))
    }
}
