//! The police areas, and the countries around them.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fs,
    path::Path,
};

use serde::Deserialize;

pub(crate) const FORCES: &str = "police_forces_uk_tol200m.geojson";
pub(crate) const NEIGHBOURS: &str = "land_neighbours_ne10m.geojson";

/// Latitude and longitude in 1/10,000 degree, as the data gives them: nothing is rounded.
pub(crate) type Point = (i32, i32);

/// An area as it goes into the table.
pub(crate) struct Area {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) outside: bool,
    /// Each without its closing point.
    pub(crate) rings: Vec<Ring>,
}

pub(crate) struct Ring {
    pub(crate) points: Vec<Point>,
    /// Of the edge from each point to the next.
    pub(crate) coast: Vec<bool>,
}

/// An area as it is read: code, name, whether it is outside, rings.
type Shape = (String, String, bool, Vec<Vec<Point>>);

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: BTreeMap<String, String>,
    geometry: Geometry,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<(f64, f64)>>),
    MultiPolygon(Vec<Vec<Vec<(f64, f64)>>>),
}

/// Northern Ireland's code: its outline holds the land border.
const NORTHERN_IRELAND: &str = "N99999999";
/// Where the border of Ireland reaches the sea: Lough Foyle below Muff, and the Newry River below Narrow Water.
const BORDER_ENDS: [Point; 2] = [(55_0620, -7_2560), (54_1090, -6_2750)];
/// Where the border between France and Belgium reaches the sea, and roughly how it goes on to the edge of the map. Only the
/// coast matters here: nobody inland is within twelve miles of a UK area.
const FRANCE_BELGIUM: [Point; 5] =
    [(51_0890, 2_5450), (50_9460, 2_6030), (50_8120, 2_6570), (50_7330, 2_7860), (50_7580, 3_0000)];
/// The map of the continent is cut here; the cut is no coast.
const CUT: Point = (49_0000, 3_0000);

/// The police areas in the order of the data, then the countries.
pub(crate) fn areas(data: &Path) -> Result<Vec<Area>, Box<dyn Error>> {
    let mut areas = Vec::new();
    for feature in read(&data.join(FORCES))? {
        let property = |name: &str| feature.properties.get(name).cloned().ok_or("an area without a name");
        let (code, name) = (property("code")?, property("name")?);
        areas.push((code, name, false, rings(feature.geometry)?));
    }
    let border = areas.iter().find(|(code, ..)| code == NORTHERN_IRELAND).ok_or("no Northern Ireland")?;
    let border = land_border(&border.3)?;
    areas.extend(countries(data, &border)?);
    Ok(with_coasts(areas))
}

fn read(file: &Path) -> Result<Vec<Feature>, Box<dyn Error>> {
    let collection: Collection = serde_json::from_slice(&fs::read(file)?)?;
    Ok(collection.features)
}

/// All rings, holes among them: what lies within an odd number of rings is in the area.
fn rings(geometry: Geometry) -> Result<Vec<Vec<Point>>, Box<dyn Error>> {
    let polygons = match geometry {
        Geometry::Polygon(polygon) => vec![polygon],
        Geometry::MultiPolygon(polygons) => polygons,
    };
    polygons.into_iter().flatten().map(|ring| open(&ring)).collect()
}

/// A ring without the closing point.
#[expect(clippy::cast_possible_truncation, reason = "degrees times ten thousand")]
fn open(ring: &[(f64, f64)]) -> Result<Vec<Point>, Box<dyn Error>> {
    let point = |(lon, lat): &(f64, f64)| ((lat * 1e4).round() as i32, (lon * 1e4).round() as i32);
    let points: Vec<Point> = ring.iter().map(point).collect();
    match points.split_last() {
        Some((last, points)) if points.len() >= 3 && points[0] == *last => Ok(points.to_vec()),
        _ => Err("a ring that is not closed".into()),
    }
}

/// The land border of Northern Ireland, from Lough Foyle to Carlingford Lough.
fn land_border(rings: &[Vec<Point>]) -> Result<Vec<Point>, Box<dyn Error>> {
    let main = rings.iter().max_by_key(|ring| ring.len()).ok_or("an area without rings")?;
    let [foyle, carlingford] = BORDER_ENDS.map(|end| closest(main, end));
    // One way round is the border, the other the coast: the border goes further west.
    let ways = [way(main, foyle, carlingford), way(main, carlingford, foyle)];
    let [there, mut back] = ways;
    back.reverse();
    let west = |way: &[Point]| way.iter().map(|point| point.1).min();
    Ok(if west(&there) < west(&back) { there } else { back })
}

/// The countries around, by name. The map has one piece for the island of Ireland and one for the continent; here the
/// first ends at the border, vertex for vertex that of Northern Ireland, and the second is divided.
fn countries(data: &Path, border: &[Point]) -> Result<Vec<Shape>, Box<dyn Error>> {
    let mut countries: BTreeMap<&str, Vec<Vec<Point>>> = BTreeMap::new();
    for feature in read(&data.join(NEIGHBOURS))? {
        for ring in rings(feature.geometry)? {
            let whole = |lat, lon| ring.iter().all(|point| point.0 > lat && point.1 > lon);
            let longest = ring.len() > 200;
            let (lat, lon) = ring[0];
            match (lat, lon) {
                _ if longest && lon < -5_0000 => {
                    countries.entry("IE").or_default().push(republic(&ring, border))
                }
                _ if longest => {
                    let [france, belgium] = divided(&ring);
                    countries.entry("FR").or_default().push(france);
                    countries.entry("BE").or_default().push(belgium);
                }
                _ if whole(61_0000, -8_0000) => countries.entry("FO").or_default().push(ring),
                (_, west) if west < -5_2000 => countries.entry("IE").or_default().push(ring),
                _ if whole(53_9000, -5_0000) => countries.entry("IM").or_default().push(ring),
                (49_1000..49_3000, -2_3000..-1_9500) => countries.entry("JE").or_default().push(ring),
                (49_3000..49_8000, -2_8000..-2_1000) => countries.entry("GG").or_default().push(ring),
                _ => return Err(format!("a piece of land at {lat}, {lon} whose country is not known").into()),
            }
        }
    }
    let name = |code: &str| match code {
        "IE" => Ok("Ireland"),
        "IM" => Ok("Isle of Man"),
        "JE" => Ok("Jersey"),
        "GG" => Ok("Guernsey"),
        "FR" => Ok("France"),
        "BE" => Ok("Belgium"),
        "FO" => Ok("Faroe Islands"),
        _ => Err("a country without a name"),
    };
    let named =
        countries.into_iter().map(|(code, rings)| Ok((code.to_owned(), name(code)?.to_owned(), true, rings)));
    named.collect()
}

/// The island's coast from Carlingford Lough by the south and the west to Lough Foyle, and back along the border.
fn republic(island: &[Point], border: &[Point]) -> Vec<Point> {
    let [foyle, carlingford] = BORDER_ENDS.map(|end| closest(island, end));
    let [mut coast, mut other] = [way(island, carlingford, foyle), way(island, foyle, carlingford)];
    other.reverse();
    let south = |way: &[Point]| way.iter().map(|point| point.0).min();
    if south(&other) < south(&coast) {
        coast = other;
    }
    coast.extend_from_slice(border);
    coast.dedup();
    coast
}

/// The continent west and east of the border between France and Belgium, which ends on the cut of the map.
fn divided(continent: &[Point]) -> [Vec<Point>; 2] {
    let coast = closest(continent, FRANCE_BELGIUM[0]);
    let cut = (0..continent.len()).filter(|&at| continent[at].1 >= CUT.1);
    let corner = cut.max_by_key(|&at| continent[at].0).unwrap_or(0);
    let [there, back] = [way(continent, coast, corner), way(continent, corner, coast)];
    // Belgium has the shorter coast.
    let (mut belgium, mut france) = if there.len() < back.len() { (there, back) } else { (back, there) };
    let inland = &FRANCE_BELGIUM[1..];
    let at_sea = continent[coast];
    let close = |piece: &mut Vec<Point>| {
        if piece.last() == Some(&at_sea) {
            piece.extend(inland);
        } else {
            piece.extend(inland.iter().rev());
        }
    };
    close(&mut belgium);
    france.retain(|point| *point != continent[corner]);
    close(&mut france);
    [france, belgium]
}

/// Where in a ring the point nearest to another is. A degree of longitude counts for the six tenths that it is here.
fn closest(ring: &[Point], to: Point) -> usize {
    let square = |point: &Point| {
        let (lat, lon) = (i64::from(point.0 - to.0) * 10, i64::from(point.1 - to.1) * 6);
        lat * lat + lon * lon
    };
    (0..ring.len()).min_by_key(|&at| square(&ring[at])).unwrap_or(0)
}

/// The points of a ring from one to another, both included, as the ring goes.
fn way(ring: &[Point], from: usize, to: usize) -> Vec<Point> {
    let steps = (to + ring.len() - from) % ring.len();
    (0..=steps).map(|step| ring[(from + step) % ring.len()]).collect()
}

/// An edge that two areas share is a border; one that only one has is a coast.
fn with_coasts(areas: Vec<Shape>) -> Vec<Area> {
    let edge = |points: &[Point], at: usize| {
        let (from, to) = (points[at], points[(at + 1) % points.len()]);
        if from < to { (from, to) } else { (to, from) }
    };
    let mut shared: HashMap<(Point, Point), u32> = HashMap::new();
    for ring in areas.iter().flat_map(|(.., rings)| rings) {
        (0..ring.len()).for_each(|at| *shared.entry(edge(ring, at)).or_default() += 1);
    }
    let is_cut =
        |(from, to): (Point, Point)| (from.0 <= CUT.0 && to.0 <= CUT.0) || (from.1 >= CUT.1 && to.1 >= CUT.1);
    let ring = |points: Vec<Point>| {
        let coast = (0..points.len()).map(|at| edge(&points, at));
        let coast = coast.map(|edge| shared.get(&edge) == Some(&1) && !is_cut(edge)).collect();
        Ring { points, coast }
    };
    areas
        .into_iter()
        .map(|(code, name, outside, rings)| Area {
            code,
            name,
            outside,
            rings: rings.into_iter().map(ring).collect(),
        })
        .collect()
}
