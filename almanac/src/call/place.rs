//! Where it was and where the witness stood, as a listener wants to hear it.

use turnstone_wire::{
    body::{BearingLine, Fix, North, Position, Sighting, Target},
    shown,
};

use super::sheet::Writer;
use crate::{
    grid::Grid,
    position::{Form, Listener, spoken, write},
    target,
};

/// Who hears a position, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hears {
    /// The Coastguard, by telephone: degrees and minutes.
    Coastguard,
    /// Everybody, by radio: the same, and nothing beside it to read.
    Radio,
    /// The police: a grid reference.
    Police,
    /// A form: written, to be copied.
    Form,
}

/// Where the thing was, where that can be said without saying where the witness stood: a bearing and a range are worked out to
/// the point they lead to, with how far off it may be (95 in 100).
pub(super) fn of_target(sighting: &Sighting, hears: Hears, desk: &Writer<'_>) -> Option<String> {
    match sighting.target.as_ref()? {
        Target::Named { name, .. } => Some(shown::line(name.as_str().trim())).filter(|name| !name.is_empty()),
        Target::SamePlace => None,
        target => {
            let on = sighting.when.from.at().to_utc();
            let found = target::locate(sighting.observer.as_ref(), target, on)?;
            let place = position(&found.position, hears, desk);
            // A point that was only named as one is as exact as the witness says it is.
            let said = !matches!(target, Target::Point { accuracy_m: None, .. });
            let metres = format!("{:.0}", found.ellipse.semi_major_m);
            let texts = [("place", place.as_str()), ("metres", metres.as_str())];
            Some(if said { desk.fill("call-likely-within", &texts) } else { place })
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
            let (deg, range) = (bearing.deg().to_string(), range_m.metres().to_string());
            let id = by_north(bearing.north(), "call-bearing-true", "call-bearing-magnetic");
            Some(desk.fill(id, &[("deg", &deg), ("range", &range)]))
        }
        Some(Target::Cross { first, second }) => {
            let lines = [first, second].map(|line| bearing_line(line, hears, desk));
            Some(lines.join("; "))
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

fn bearing_line(line: &BearingLine, hears: Hears, desk: &Writer<'_>) -> String {
    let id = by_north(line.bearing.north(), "call-line-true", "call-line-magnetic");
    let words = desk.fill(id, &[("deg", &line.bearing.deg().to_string())]);
    match &line.from {
        Some(from) => {
            let place = position(from, hears, desk);
            desk.fill("call-line-from", &[("bearing", words.as_str()), ("place", &place)])
        }
        None => words,
    }
}

fn by_north(north: North, of_true: &'static str, of_magnetic: &'static str) -> &'static str {
    match north {
        North::True => of_true,
        North::Magnetic => of_magnetic,
    }
}

/// A position in the form in which it is said, and behind it as it is written on the listener's chart or map.
pub(super) fn position(position: &Position, hears: Hears, desk: &Writer<'_>) -> String {
    let degrees = || write(position, Form::DegreesMinutes);
    let (said, written) = match hears {
        Hears::Radio => return spoken(position, Listener::Coastguard, desk.lang()),
        Hears::Coastguard => (spoken(position, Listener::Coastguard, desk.lang()), degrees()),
        Hears::Police => {
            (spoken(position, Listener::Police, desk.lang()), on_a_grid(position).or_else(degrees))
        }
        Hears::Form => {
            let both = [write(position, Form::Decimal), on_a_grid(position)];
            return both.into_iter().flatten().collect::<Vec<_>>().join("; ");
        }
    };
    match written {
        Some(written) => desk.fill("call-place-written", &[("said", said.as_str()), ("written", &written)]),
        None => said,
    }
}

/// A grid reference of eight figures, on the grid of the place's own maps.
fn on_a_grid(position: &Position) -> Option<String> {
    Grid::of(position)?.reference(position, 8)
}
