//! Sightings as a map layer (GeoJSON, RFC 7946): one point a sighting, the target where it is known, else where the
//! witness stood.

use std::path::Path;

use serde_json::{Value, json};
use turnstone_almanac::{places, target::Account, words::Lang};
use turnstone_wire::{
    body::{Position, Report, Scheme, Sighting},
    shown,
};

use super::{
    index::{self, Index},
    seen,
};
use crate::{
    failure::Failure,
    files::{self, Access},
};

const NAME: &str = "index.geojson";

/// Where the thing was, as far as it can be worked out, in English: the words of this program.
pub(super) fn account(scheme: Scheme, sighting: &Sighting) -> Option<Account> {
    Account::of(sighting, scheme, places::built_in(), Lang::En)
}

/// Every report of a folder, by the name of its own folder.
pub(super) fn reports(out: &Path, index: &Index) -> Vec<(String, Report)> {
    let read = |name: &String| Some((name.clone(), index::read_report(&out.join(name))?.1));
    index.folders.keys().filter_map(read).collect()
}

/// The map layer.
pub(super) fn text(reports: &[(String, Report)]) -> Result<String, Failure> {
    let features: Vec<Value> = reports
        .iter()
        .flat_map(|(folder, report)| {
            report.sightings.iter().filter_map(move |sighting| feature(folder, report, sighting))
        })
        .collect();
    let layer = json!({"type": "FeatureCollection", "features": features});
    let text = serde_json::to_string_pretty(&layer).map_err(|_| Failure::Unwritable)?;
    Ok(format!("{}\n", shown::json(&text)))
}

/// Writes `index.geojson`, unless it says the same already.
pub(super) fn write_index(out: &Path, index: &Index) -> Result<(), Failure> {
    let (path, text) = (out.join(NAME), text(&reports(out, index))?);
    if std::fs::read(&path).is_ok_and(|before| before == text.as_bytes()) {
        return Ok(());
    }
    Ok(files::replace(&path, text.as_bytes(), Access::Secret)?)
}

fn feature(folder: &str, report: &Report, sighting: &Sighting) -> Option<Value> {
    let observer = sighting.observer.as_ref().map(|fix| fix.position);
    let target = account(report.scheme, sighting);
    let (kind, position) = match (target.as_ref().and_then(|target| target.position), observer) {
        (Some(target), _) => ("target", target),
        (None, Some(observer)) => ("observer", observer),
        (None, None) => return None,
    };
    Some(json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": coordinates(&position)},
        "properties": {
            "reference": report.reference,
            "folder": folder,
            "scheme": report.scheme,
            "urgent": report.urgent,
            "exercise": report.exercise,
            "when": sighting.when.from,
            "until": sighting.when.until,
            "signs": sighting.signs,
            "what": sighting.what,
            "kind": kind,
            "observer": observer.map(|observer| coordinates(&observer)),
            "where": target,
            "understood": seen::all_readings(sighting),
            "view": sighting.view,
        },
    }))
}

/// Longitude first (RFC 7946 section 3.1.1).
fn coordinates(position: &Position) -> [f64; 2] {
    [position.lon_deg(), position.lat_deg()]
}

#[cfg(test)]
mod tests;
