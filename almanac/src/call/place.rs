//! Where it was and where the witness stood, as a listener wants to hear it.

use turnstone_wire::{
    body::{Fix, North, Position, Sighting, Target},
    shown,
};

use super::sheet::Writer;
use crate::target;

/// Who hears a position, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hears {
    /// The Coastguard, by telephone or radio: degrees and minutes.
    Coastguard,
    /// The police: a grid reference.
    Police,
    /// A form: written, to be copied.
    Form,
}

/// Where the thing was, where that can be said without saying where the witness stood.
pub(super) fn of_target(sighting: &Sighting, hears: Hears, desk: &Writer<'_>) -> Option<String> {
    match sighting.target.as_ref()? {
        Target::Named { name, .. } => Some(shown::line(name.as_str().trim())).filter(|name| !name.is_empty()),
        Target::SamePlace => None,
        place => {
            let on = sighting.when.from.at().to_utc();
            let located = target::locate(sighting.observer.as_ref(), place, on)?;
            Some(position(&located.position, hears, desk))
        }
    }
}

/// Where the thing was, the witness's own place included where that is all there is.
pub(super) fn of_thing(sighting: &Sighting, hears: Hears, desk: &Writer<'_>) -> Option<String> {
    of_target(sighting, hears, desk).or_else(|| match (&sighting.target, &sighting.observer) {
        (Some(Target::SamePlace), Some(fix)) => Some(position(&fix.position, hears, desk)),
        _ => None,
    })
}

/// Where the witness stood, and what they measured from there.
pub(super) fn of_witness(sighting: &Sighting, hears: Hears, desk: &Writer<'_>) -> Option<String> {
    let fix = sighting.observer.as_ref();
    let stood = fix.map(|fix| stood_at(fix, hears, desk));
    let measured = match &sighting.target {
        Some(Target::BearingRange { bearing, range_m, .. }) => {
            let north = match bearing.north() {
                North::True => "call-bearing-true",
                North::Magnetic => "call-bearing-magnetic",
            };
            let (deg, range) = (bearing.deg().to_string(), range_m.metres().to_string());
            Some(desk.fill(north, &[("deg", &deg), ("range", &range)]))
        }
        _ => None,
    };
    let parts: Vec<_> = [stood, measured].into_iter().flatten().collect();
    Some(parts.join("; ")).filter(|words| !words.is_empty())
}

fn stood_at(fix: &Fix, hears: Hears, desk: &Writer<'_>) -> String {
    let at = position(&fix.position, hears, desk);
    match fix.accuracy_m {
        Some(metres) => {
            let metres = metres.metres().to_string();
            desk.fill("call-within", &[("place", &at), ("metres", &metres)])
        }
        None => at,
    }
}

/// A position in the form in which it is said.
pub(super) fn position(position: &Position, hears: Hears, _desk: &Writer<'_>) -> String {
    let (lat, lon) = (position.lat_deg(), position.lon_deg());
    match hears {
        Hears::Coastguard => {
            let minutes = |deg: f64, positive: &str, negative: &str| {
                let side = if deg < 0.0 { negative } else { positive };
                let whole = deg.abs().trunc();
                format!("{whole}\u{b0} {:.3}' {side}", (deg.abs() - whole) * 60.0)
            };
            format!("{}, {}", minutes(lat, "N", "S"), minutes(lon, "E", "W"))
        }
        Hears::Police | Hears::Form => format!("{lat}, {lon}"),
    }
}
