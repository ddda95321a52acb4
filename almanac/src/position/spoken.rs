//! A position as it is said on a telephone or a radio.
//!
//! Whoever listens has a chart or a map before them: a coastguard one in degrees and minutes, a police control room a grid.
//! Figures go one by one, "decimal" for the point, letters by the spelling alphabet, as the Radio Regulations (ITU, appendix
//! 14) and the Coastguard's own examples of a distress call have it.

use turnstone_wire::body::Position;

use super::write::Angle;
use crate::{
    grid::Grid,
    words::{Arg, Lang, Words, words},
};

/// Who listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Listener {
    /// The Coastguard, or any ship: degrees, minutes and decimals of them, as on a chart.
    Coastguard,
    /// The police, an ambulance, anyone ashore: a grid reference of eight figures (a square of 10 m).
    Police,
}

/// The spelling alphabet of the Radio Regulations; it is the same in each language.
const ALPHABET: [&str; 26] = [
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo",
    "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform", "Victor",
    "Whiskey", "X-ray", "Yankee", "Zulu",
];

/// What to say. Outside both grids everybody is told degrees and minutes.
///
/// ```
/// use turnstone_almanac::{position::{Listener, read, spoken}, words::Lang};
///
/// let quay = read("50.6065, -1.9480")?.position;
/// assert_eq!(
///     spoken(&quay, Listener::Coastguard, Lang::En),
///     "five zero degrees, three six decimal three nine minutes north; zero zero one degrees, five six decimal eight eight minutes west"
/// );
/// # Ok::<(), turnstone_almanac::position::ReadError>(())
/// ```
pub fn spoken(position: &Position, listener: Listener, lang: Lang) -> String {
    let words = words(lang);
    let grid = match listener {
        Listener::Police => on_a_grid(position, words),
        Listener::Coastguard => None,
    };
    grid.unwrap_or_else(|| in_degrees(position, words))
}

fn on_a_grid(position: &Position, words: &Words) -> Option<String> {
    let grid = Grid::of(position)?;
    let reference = grid.reference(position, 8)?;
    let mut parts = reference.split(' ');
    let (letters, easting, northing) = (parts.next()?, parts.next()?, parts.next()?);
    let letters: Vec<&str> = letters
        .bytes()
        .filter_map(|letter| ALPHABET.get(usize::from(letter.checked_sub(b'A')?)).copied())
        .collect();
    let message = match grid {
        Grid::Os => "position-say-os-grid",
        Grid::Irish => "position-say-irish-grid",
    };
    let (letters, easting, northing) = (letters.join(" "), digits(easting, words), digits(northing, words));
    Some(words.say(
        message,
        &[
            ("letters", letters.as_str().into()),
            ("easting", easting.as_str().into()),
            ("northing", northing.as_str().into()),
        ],
    ))
}

fn in_degrees(position: &Position, words: &Words) -> String {
    // Hundredths of a minute: 19 m, as much as a phone knows.
    let (lat, lon) = (Angle::new(position.lat_deg(), 6_000), Angle::new(position.lon_deg(), 6_000));
    let minutes = |angle: &Angle| {
        let whole = digits(&format!("{:02}", angle.rest / 100), words);
        let decimals = digits(&format!("{:02}", angle.rest % 100), words);
        words.say(
            "position-say-decimal",
            &[("whole", whole.as_str().into()), ("decimals", decimals.as_str().into())],
        )
    };
    let (lat_deg, lon_deg) =
        (digits(&format!("{:02}", lat.degrees), words), digits(&format!("{:03}", lon.degrees), words));
    let north = lat.letter("position-say-north", "position-say-south");
    let east = lon.letter("position-say-east", "position-say-west");
    let one = |degrees: &str, minutes: &str, message: &str| {
        words.say(message, &[("degrees", Arg::Text(degrees)), ("minutes", Arg::Text(minutes))])
    };
    let (lat, lon) = (one(&lat_deg, &minutes(&lat), north), one(&lon_deg, &minutes(&lon), east));
    words.say("position-say-both", &[("lat", lat.as_str().into()), ("lon", lon.as_str().into())])
}

/// Figures one by one.
fn digits(figures: &str, words: &Words) -> String {
    let said: Vec<String> =
        figures.chars().map(|figure| words.say(&format!("position-figure-{figure}"), &[])).collect();
    said.join(" ")
}
