//! Which of the two grids maps of a place carry.

use turnstone_wire::body::Position;

/// About half way between Ireland and Great Britain: latitude and longitude in degrees, from south to north. No map is
/// this coarse about land: the line only parts the sea.
const HALF_WAY: [(f64, f64); 10] = [
    (51.0, -6.4),
    (51.7, -6.1),
    (52.2, -5.8),
    (53.0, -5.4),
    (53.6, -5.35),
    (54.3, -5.1),
    (54.65, -5.32),
    (54.9, -5.45),
    (55.25, -5.95),
    (55.5, -6.2),
];

/// Whether a place is on the island of Ireland, or in the sea nearer to it.
pub(super) fn is_ireland(position: &Position) -> bool {
    let (lat, lon) = (position.lat_deg(), position.lon_deg());
    HALF_WAY.windows(2).any(|ends| {
        let [(south, west), (north, east)] = [ends[0], ends[1]];
        (south..north).contains(&lat) && lon < west + (east - west) * (lat - south) / (north - south)
    })
}
