//! Harbours and airfields from their tables.

use std::{collections::BTreeMap, error::Error, path::Path};

use serde::Deserialize;
use turnstone_almanac::places::Sort;

pub(crate) const HARBOURS: &str = "harbours_uk_merged.csv";
pub(crate) const AIRFIELDS: &str = "airfields_uk_ourairports.csv";

/// A place as it goes into the table.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// In 1/100,000 degree. First, for the table is ordered by it.
    pub(crate) lat: i32,
    pub(crate) lon: i32,
    pub(crate) name: String,
    pub(crate) code: String,
    /// Other names, with commas between.
    pub(crate) also: String,
    pub(crate) locality: String,
    /// Its number in [`Sort::ALL`].
    pub(crate) sort: u8,
    pub(crate) rough: bool,
}

/// Welsh names of places that the sources know by another, by that name.
pub(crate) type WelshNames = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
struct WelshRow {
    name: String,
    welsh: String,
}

pub(crate) fn welsh_names(file: &Path) -> Result<WelshNames, Box<dyn Error>> {
    let mut names = WelshNames::new();
    let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(file)?;
    for row in rows.deserialize() {
        let WelshRow { name, welsh } = row?;
        names.entry(name).or_default().push(welsh);
    }
    Ok(names)
}

#[derive(Deserialize)]
struct HarbourRow {
    code: String,
    name: String,
    lat: f64,
    lon: f64,
    kind: String,
    prec: String,
    quality: String,
}

/// The harbours whose sources agree (`conflict`: they are over 10 km apart) and that lie by the sea (`inland`).
pub(crate) fn harbours(data: &Path, welsh: &WelshNames) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    let mut in_welsh = Vec::new();
    for row in csv::Reader::from_path(data.join(HARBOURS))?.deserialize() {
        let row: HarbourRow = row?;
        if row.quality != "ok" {
            continue;
        }
        let sort = match row.kind.as_str() {
            "port" => Sort::Port,
            "harbour" => Sort::Harbour,
            "marina" => Sort::Marina,
            "anchorage" => Sort::Anchorage,
            "dock" | "dock basin" | "dockyard" => Sort::Dock,
            "landing" | "ferry terminal" => Sort::Landing,
            other => return Err(format!("a harbour of kind {other}").into()),
        };
        let name = mended(&row.name);
        let also = welsh.get(&name).map(|names| names.join(",")).unwrap_or_default();
        in_welsh.extend((!also.is_empty()).then(|| name.clone()));
        let (lat, lon) = (hundred_thousandths(row.lat)?, hundred_thousandths(row.lon)?);
        let rough = row.prec == "arcmin";
        rows.push(Row {
            lat,
            lon,
            name,
            code: row.code,
            also,
            locality: String::new(),
            sort: number(sort)?,
            rough,
        });
    }
    if let Some(nobody) = welsh.keys().find(|name| !in_welsh.contains(name)) {
        return Err(format!("welsh_names.csv speaks of {nobody}, which is no harbour of the table").into());
    }
    rows.sort();
    Ok(rows)
}

#[derive(Deserialize)]
struct AirfieldRow {
    ident: String,
    icao_code: String,
    gps_code: String,
    name: String,
    #[serde(rename = "type")]
    kind: String,
    lat: f64,
    lon: f64,
    municipality: String,
    keywords: String,
}

/// The airfields that are open: what has moved stays listed as closed.
pub(crate) fn airfields(data: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for row in csv::Reader::from_path(data.join(AIRFIELDS))?.deserialize() {
        let row: AirfieldRow = row?;
        let sort = match row.kind.as_str() {
            "closed" => continue,
            "heliport" if is_hospital(&row) => Sort::HospitalHelipad,
            "heliport" => Sort::Heliport,
            "large_airport" | "medium_airport" => Sort::Airport,
            "small_airport" => Sort::Airfield,
            "seaplane_base" => Sort::Seaplanes,
            "balloonport" => Sort::Balloons,
            other => return Err(format!("an airfield of type {other}").into()),
        };
        let code = [&row.icao_code, &row.gps_code, &row.ident].into_iter().find(|code| !code.is_empty());
        rows.push(Row {
            lat: hundred_thousandths(row.lat)?,
            lon: hundred_thousandths(row.lon)?,
            name: mended(&row.name),
            code: code.cloned().unwrap_or_default(),
            also: mended(&row.keywords),
            locality: mended(&row.municipality),
            sort: number(sort)?,
            rough: false,
        });
    }
    rows.sort();
    Ok(rows)
}

fn is_hospital(row: &AirfieldRow) -> bool {
    let said = format!("{} {}", row.name, row.keywords).to_lowercase();
    ["hospital", "infirmary"].iter().any(|word| said.contains(word))
}

fn number(sort: Sort) -> Result<u8, Box<dyn Error>> {
    let number = Sort::ALL.iter().position(|one| *one == sort).ok_or("a sort without a number")?;
    Ok(u8::try_from(number)?)
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be a number of degrees")]
fn hundred_thousandths(deg: f64) -> Result<i32, Box<dyn Error>> {
    if deg.abs() <= 180.0 { Ok((deg * 1e5).round() as i32) } else { Err("a coordinate out of range".into()) }
}

/// A text that was written in UTF-8 and read in Latin-1 on its way, as it was written; white space once between words.
fn mended(text: &str) -> String {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let mended = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned());
    mended.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_read_as_latin_1_is_mended_and_others_stay() {
        assert_eq!(mended("Aber S\u{c3}\u{b4}ch (Abersoch)"), "Aber Sôch (Abersoch)");
        assert_eq!(mended("Hâvre des Pas"), "Hâvre des Pas");
        assert_eq!(mended(" East  Kirkby "), "East Kirkby");
    }
}
