//! Where the witness stood, as typed: one position in any form, or several of which the best is taken.

use clap::Args;
use serde::Deserialize;
use turnstone_almanac::{fix, position};
use turnstone_core::Client;
use turnstone_wire::{
    body::{Altitude, Fix, FixSource, Metres, Sighting},
    limits,
    text::Moment,
};

use crate::{failure::Failure, parse};

/// What can be said of where the witness stood.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub(crate) struct FixFields {
    /// Where you stood: 50.6065,-1.9480 or "50 36.39 N 1 56.88 W" or "SZ 036 786" or "J 338 742"; `station` for the surveyed
    /// place of this folder
    #[arg(long, value_parser = at, value_name = "POSITION|station", allow_hyphen_values = true)]
    at: Option<At>,
    /// How exact that is [default: the size of the square or the last figure, where that is more than 10 m]
    #[arg(long, value_parser = parse::metres, value_name = "METRES", requires = "at", allow_negative_numbers = true)]
    accuracy: Option<Metres>,
    /// How high above the sea that is
    #[arg(long, value_parser = altitude, value_name = "METRES", requires = "at", allow_negative_numbers = true)]
    altitude: Option<Altitude>,
    /// What it comes from: hand [default], gnss, network, photo or station
    #[arg(long, value_parser = source, value_name = "SOURCE", requires = "at")]
    at_source: Option<FixSource>,
    /// When it was taken, such as 2026-05-03T21:40:00+01:00
    #[arg(long, value_parser = parse::moment, value_name = "RFC3339", requires = "at")]
    at_time: Option<Moment>,
    /// The device said that a program made it up
    #[arg(long, requires = "at")]
    mock: bool,
    /// Further fix, such as '{"at":"SZ 036 786","source":"gnss","accuracy_m":8}', with `altitude_m`, `time` and `mock` where
    /// known; may be repeated: the best is taken, and the others go along
    #[arg(long, value_parser = further, value_name = "JSON")]
    fix: Vec<Fix>,
}

/// What `--at` names.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Position(position::Read),
    Station,
}

impl FixFields {
    /// Whether the place of the station is asked for, which only an opened folder knows.
    pub(crate) fn is_at_station(&self) -> bool {
        self.at == Some(At::Station)
    }

    /// Whether it was typed at all where the witness stood.
    pub(crate) fn is_said(&self) -> bool {
        self.at.is_some() || !self.fix.is_empty()
    }

    /// That there are not too many.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.fix.len() > limits::FIXES {
            let most = limits::FIXES;
            return Err(Failure::Usage(format!(
                "a sighting takes {most} further fixes: leave out the older ones"
            )));
        }
        Ok(())
    }

    /// Takes the best of what was named as where the witness stood, and keeps the others beside it.
    pub(crate) fn apply(self, sighting: &mut Sighting) {
        let typed = match self.at {
            Some(At::Position(read)) => Some(Fix {
                accuracy_m: self.accuracy.or_else(|| read.accuracy_m()),
                altitude_m: self.altitude,
                at: self.at_time,
                mock: self.mock,
                ..Fix::new(read.position, self.at_source.unwrap_or(FixSource::Hand))
            }),
            Some(At::Station) | None => None,
        };
        let fixes: Vec<Fix> = self.fix.into_iter().chain(typed).collect();
        if !fixes.is_empty() {
            choose(sighting, fixes);
        }
    }
}

/// Takes the best of some fixes for a sighting.
fn choose(sighting: &mut Sighting, mut fixes: Vec<Fix>) {
    if let Some(chosen) = fix::best(&fixes, sighting.when.from) {
        sighting.observer = Some(fixes.remove(chosen.index));
        sighting.fixes = fixes;
    }
}

/// Sets a sighting's fix to the surveyed place of the folder; what was found otherwise stays beside it.
///
/// # Errors
/// Where none is set, or it cannot be read: whoever calls keeps what was written.
pub(crate) fn stand_at_station(client: &Client, sighting: &mut Sighting) -> Result<(), Failure> {
    let station = client.station()?.ok_or_else(|| {
        Failure::Usage(
            "this folder knows no station: set one with `turnstone settings --station NAME,POSITION`"
                .to_owned(),
        )
    })?;
    // Before what was named with it, which so stays beside it.
    let mut fixes = std::mem::take(&mut sighting.fixes);
    fixes.extend(sighting.observer.take().filter(|fix| fix.source != FixSource::Station));
    fixes.truncate(limits::FIXES);
    sighting.fixes = fixes;
    sighting.observer = Some(station.fix());
    Ok(())
}

fn at(text: &str) -> Result<At, String> {
    if text.trim().eq_ignore_ascii_case("station") {
        return Ok(At::Station);
    }
    parse::read_position(text).map(At::Position)
}

fn source(text: &str) -> Result<FixSource, String> {
    const ALL: [(&str, FixSource); 5] = [
        ("hand", FixSource::Hand),
        ("gnss", FixSource::Gnss),
        ("network", FixSource::Network),
        ("photo", FixSource::Photo),
        ("station", FixSource::Station),
    ];
    let found = ALL.into_iter().find(|(code, _)| code.eq_ignore_ascii_case(text.trim()));
    found
        .map(|(_, source)| source)
        .ok_or_else(|| "it is one of hand, gnss, network, photo, station".to_owned())
}

fn altitude(text: &str) -> Result<Altitude, String> {
    let metres =
        text.trim().parse().map_err(|_| "an altitude is a number of metres, such as 31".to_owned())?;
    Altitude::new(metres).map_err(|error| error.to_string())
}

/// A fix in one argument.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Further {
    at: String,
    source: FixSource,
    accuracy_m: Option<Metres>,
    altitude_m: Option<Altitude>,
    time: Option<Moment>,
    #[serde(default)]
    mock: bool,
}

fn further(json: &str) -> Result<Fix, String> {
    turnstone_wire::check_json(json.as_bytes()).map_err(|error| error.to_string())?;
    // serde's own message may quote what was typed.
    let fix: Further = serde_json::from_str(json).map_err(|_| {
        "it is written as {\"at\":\"SZ 036 786\",\"source\":\"gnss\"} with any of the fields accuracy_m, altitude_m, time and mock"
            .to_owned()
    })?;
    let read = parse::read_position(&fix.at)?;
    Ok(Fix {
        accuracy_m: fix.accuracy_m.or_else(|| read.accuracy_m()),
        altitude_m: fix.altitude_m,
        at: fix.time,
        mock: fix.mock,
        ..Fix::new(read.position, fix.source)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_in_any_form_and_the_station_are_taken() {
        for text in ["50.6065,-1.948", "50 36.39 N 1 56.88 W", "SZ 036 786", "J338742"] {
            assert!(matches!(at(text), Ok(At::Position(_))), "{text}");
        }
        assert_eq!(at(" Station "), Ok(At::Station));
        assert!(at("the station").is_err() && source("map").is_err() && altitude("NaN").is_err());
    }

    #[test]
    fn p11_a_fix_that_is_none_is_refused_without_being_quoted() {
        for json in [
            r#"{"at":"Quillwort","source":"gnss"}"#,
            r#"{"at":"SZ 036 786","source":"Quillwort"}"#,
            r#"{"at":"SZ 036 786","source":"gnss","Quillwort":1}"#,
            r#"{"at":"SZ 036 786","source":"gnss","accuracy_m":-71}"#,
            "Quillwort",
        ] {
            let error = further(json).unwrap_err();
            assert!(!error.contains("Quillwort") && !error.contains("71"), "{error}");
        }
    }
}
