//! What a picture says of itself, and what is left out of its copy, in words.

use turnstone_almanac::position::{Form, write};
use turnstone_wire::{body::North, shown};

use crate::media::{Carried, Facts, Taken};

/// What a copy comes without, as the rest of a sentence about the copy: "without place, time and camera". None where the
/// original carries nothing but the picture.
pub fn left_out(carried: &[Carried]) -> Option<String> {
    let words: Vec<_> = carried.iter().map(|carried| carried_words(*carried)).collect();
    listed(&words).map(|words| format!("without {words}"))
}

/// What a draft could take over from a picture, as one sentence. None where the picture says nothing of the kind.
pub fn suggestion(facts: &Facts) -> Option<String> {
    let parts: Vec<_> = [
        place_words(facts),
        facts.taken.as_ref().map(taken_words),
        bearing_words(facts),
        camera_words(facts),
    ]
    .into_iter()
    .flatten()
    .collect();
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    (!parts.is_empty()).then(|| format!("The photo says that it was taken {}.", parts.join(", ")))
}

fn carried_words(carried: Carried) -> &'static str {
    match carried {
        Carried::Place => "place",
        Carried::Time => "time",
        Carried::Camera => "camera",
        Carried::MakerNotes => "maker notes",
        Carried::Thumbnail => "thumbnail",
        Carried::Xmp => "editing notes (XMP)",
        Carried::Iptc => "captions (IPTC)",
        Carried::ColourProfile => "colour profile",
        Carried::Text => "comments",
        Carried::Film => "short film",
        Carried::FurtherPictures => "further pictures",
        Carried::Vendor => "a vendor's own data",
        Carried::Trailing => "bytes after the picture's end",
    }
}

/// One, two and three as "one, two and three".
fn listed(words: &[&str]) -> Option<String> {
    let (last, rest) = words.split_last()?;
    Some(if rest.is_empty() { (*last).to_owned() } else { format!("{} and {last}", rest.join(", ")) })
}

fn place_words(facts: &Facts) -> Option<String> {
    let mut words = format!("at {}", write(&facts.position?, Form::Decimal)?);
    if let Some(accuracy_m) = facts.accuracy_m {
        words += &format!(" (within {} m)", upwards(accuracy_m.metres()));
    }
    if let Some(altitude_m) = facts.altitude_m {
        let metres = altitude_m.metres().round();
        let side = if metres < 0.0 { "below" } else { "above" };
        words += &format!(", {} m {side} the sea", metres.abs());
    }
    Some(words)
}

/// Whole metres, never fewer than there are: a place must not look more exact than it is.
fn upwards(metres: f64) -> f64 {
    metres.ceil().max(1.0)
}

fn taken_words(taken: &Taken) -> String {
    match taken {
        Taken::At(moment) => {
            let zone = moment.at().format("%:z").to_string();
            let zone = if zone == "+00:00" { "UTC".to_owned() } else { format!("UTC{zone}") };
            format!("on {} ({zone})", moment.at().format("%-d %B %Y at %H:%M:%S"))
        }
        Taken::Clock(clock) => {
            format!(
                "on {} by the camera's clock, whose zone it does not say",
                clock.format("%-d %B %Y at %H:%M:%S")
            )
        }
    }
}

fn bearing_words(facts: &Facts) -> Option<String> {
    let bearing = facts.bearing?;
    let north = match bearing.north() {
        North::True => "true",
        North::Magnetic => "magnetic",
    };
    let tenths = (bearing.deg() * 10.0).round() / 10.0;
    Some(format!("looking to {tenths} degrees {north}"))
}

fn camera_words(facts: &Facts) -> Option<String> {
    facts
        .camera
        .as_ref()
        .map(|camera| format!("with a camera that calls itself {}", shown::line(camera.as_str())))
}

#[cfg(test)]
mod tests {
    use turnstone_wire::{
        body::{Altitude, Bearing, Metres, Position},
        text::Moment,
    };

    use super::*;

    #[test]
    fn what_is_left_out_is_listed_as_people_list() {
        assert_eq!(left_out(&[]), None);
        assert_eq!(left_out(&[Carried::Place]).unwrap(), "without place");
        assert_eq!(
            left_out(&[Carried::Place, Carried::Time, Carried::MakerNotes]).unwrap(),
            "without place, time and maker notes"
        );
    }

    #[test]
    fn everything_that_a_picture_can_say_is_in_one_sentence() {
        let facts = Facts {
            position: Position::new(50.6065, -1.948).ok(),
            accuracy_m: Metres::new(4.2).ok(),
            altitude_m: Altitude::new(-2.4).ok(),
            taken: Moment::parse("2026-05-03T20:10:00+01:00").ok().map(Taken::At),
            bearing: Bearing::new(142.54, North::True).ok(),
            camera: Some("Example\u{202e} Phone".into()),
            orientation: Some(6),
        };
        assert_eq!(
            suggestion(&facts).unwrap(),
            "The photo says that it was taken at 50.60650, -1.94800 (within 5 m), 2 m below the sea, on 3 May 2026 at \
             20:10:00 (UTC+01:00), looking to 142.5 degrees true, with a camera that calls itself Example\\u{202e} Phone."
        );
    }

    #[test]
    fn a_time_without_a_zone_is_said_to_be_one() {
        let clock = "2026-05-03T20:10:00".parse().unwrap();
        let facts = Facts { taken: Some(Taken::Clock(clock)), ..Facts::default() };
        assert_eq!(
            suggestion(&facts).unwrap(),
            "The photo says that it was taken on 3 May 2026 at 20:10:00 by the camera's clock, whose zone it does not say."
        );
    }

    #[test]
    fn an_orientation_alone_is_nothing_to_take_over() {
        assert_eq!(suggestion(&Facts { orientation: Some(6), ..Facts::default() }), None);
    }
}
