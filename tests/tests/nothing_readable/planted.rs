//! What is planted in the reports of this suite, in every way a program could write it down, by kind: so that a command
//! may be allowed to print its own kind and no other.

use turnstone_tests::{photo, scan::Scan};
use turnstone_wire::body::{Aircraft, Person, Vehicle, Vessel};

/// What a needle tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What was seen and why it seemed wrong, subjects included.
    Words,
    /// Where the witness stood, where the thing was.
    Place,
    /// When it was, when it was written down.
    Moment,
    /// The number that a call handler gave.
    Told,
    /// What the desk answered.
    Answer,
    /// Who the witness is.
    Contact,
    /// Which desk it goes to.
    Desk,
    /// Where that desk is reached.
    Address,
    /// A report's label.
    Reference,
    /// Who is on watch, where, and in what weather.
    Watch,
    /// Anything of a photo, or of its copy.
    Photo,
    /// What the photo says of its camera.
    Camera,
    /// The PIN, old or new.
    Pin,
    /// A secret key.
    Key,
}

pub(crate) const WHAT: &str =
    "Quillwort skiff 🛶 heb oleuadau ger y tŵr gwyn,\nמשהו מוזר; two men lowering parcels";
pub(crate) const WHY: &str = "Marlinspike handover, they doused the lamp";
pub(crate) const CONTACT: &str = "Jo Wagtail ŵ, 07700 900417";
pub(crate) const TOLD: &str = "CAD Plover 4471";
pub(crate) const ANSWER: &str = "Sandpiper: thank you, ŵ we met them at the slip";
pub(crate) const AT: &str = "50.571893,-1.862417";
pub(crate) const ACCURACY: &str = "17.375";
pub(crate) const TARGET_AT: &str = "50.590277,-1.977418";
pub(crate) const BEARING: &str = "143.728";
pub(crate) const RANGE: &str = "913.25";
pub(crate) const WHEN: &str = "2026-05-03T20:10:41+01:00";
pub(crate) const UNTIL: &str = "2026-05-03T20:23:07+01:00";
pub(crate) const TOLD_AT: &str = "2026-05-03T21:02:09+01:00";
pub(crate) const STATION: &str = "Guillemot lookout ŵ";
pub(crate) const ON_WATCH: &str = "Kittiwake Morgan";
pub(crate) const SEA: &str = "moderate, Fulmar swell";
pub(crate) const PIN: &str = "258025";
pub(crate) const NEW_PIN: &str = "864209753";
pub(crate) const WRONG_PIN: &str = "135791113";
pub(crate) const DESK: &str = "harbour-desk";
pub(crate) const DESK_NAME: &str = "Test Harbour Desk";

/// The needles, by kind and name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Planted(Vec<(Kind, String, Vec<u8>)>);

impl Planted {
    /// All that is known before the first report; `address` is where the desk is reached.
    pub(crate) fn new(address: &str) -> Self {
        let mut all = Self::default();
        for needle in ["Quillwort skiff", "🛶 heb oleuadau", "y tŵr gwyn", "משהו מוזר", "lowering parcels"]
        {
            all.text(Kind::Words, needle);
        }
        all.text(Kind::Words, "Marlinspike handover");
        VIEW.iter().filter(|typed| !typed.starts_with("--")).for_each(|text| all.text(Kind::Words, text));
        for (kind, fields) in subjects() {
            fields.iter().for_each(|field| all.text(Kind::Words, &subject_text(kind, field)));
        }
        ["Jo Wagtail", "07700 900417", "Wagtail ŵ"].iter().for_each(|text| all.text(Kind::Contact, text));
        all.text(Kind::Told, "Plover 4471");
        ["Sandpiper", "met them at the slip"].iter().for_each(|text| all.text(Kind::Answer, text));
        ["Guillemot lookout", "Kittiwake Morgan", "Fulmar swell"]
            .iter()
            .for_each(|text| all.text(Kind::Watch, text));
        for degrees in [AT, TARGET_AT].iter().flat_map(|place| place.split(',')) {
            all.degrees(degrees);
        }
        for number in [ACCURACY, BEARING, RANGE] {
            all.number(number);
        }
        [WHEN, UNTIL, TOLD_AT].iter().for_each(|moment| all.moment(moment));
        // The day of the run, as any RFC 3339 text of it begins: when it was submitted, begun, stored.
        all.text(Kind::Moment, &chrono::Utc::now().format("%Y-%m-%dT").to_string());
        all.text(Kind::Moment, &chrono::Local::now().format("%Y-%m-%dT").to_string());
        all.text(Kind::Desk, DESK);
        all.text(Kind::Desk, DESK_NAME);
        all.text(Kind::Address, address);
        [PIN, NEW_PIN, WRONG_PIN].iter().for_each(|pin| all.text(Kind::Pin, pin));
        all.text(Kind::Key, "AGE-SECRET-KEY");
        all.photo(photo::DEMO_PHOTO);
        all
    }

    /// One more reference that was given.
    pub(crate) fn reference(&mut self, reference: &str) {
        self.text(Kind::Reference, reference);
    }

    /// Whether a finding of this name is of one of these kinds.
    pub(crate) fn is_one_of(&self, name: &str, kinds: &[Kind]) -> bool {
        self.0.iter().any(|(kind, known, _)| known == name && kinds.contains(kind))
    }

    /// Ready to be looked for.
    pub(crate) fn scan(&self) -> Scan {
        Scan::of(self.0.iter().map(|(_, name, needle)| (name.as_str(), needle)))
    }

    /// Every needle, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(_, name, needle)| (name.as_str(), needle.as_slice()))
    }

    fn text(&mut self, kind: Kind, text: &str) {
        self.bytes(kind, text, text.as_bytes());
    }

    fn bytes(&mut self, kind: Kind, what: &str, bytes: &[u8]) {
        if self.0.iter().all(|(_, _, known)| known != bytes) {
            self.0.push((kind, format!("{kind:?} {what}"), bytes.to_vec()));
        }
    }

    /// As typed, cut to fewer places, in ten-millionths of a degree, and as a number in memory.
    fn degrees(&mut self, typed: &str) {
        let unsigned = typed.trim_start_matches('-');
        for shorter in [unsigned, &unsigned[..unsigned.len() - 1], &unsigned[..6]] {
            self.text(Kind::Place, shorter);
        }
        self.text(Kind::Place, &format!("{:.0}", unsigned.parse::<f64>().unwrap() * 1e7));
        self.number(typed);
    }

    /// As typed, and as a number in memory.
    fn number(&mut self, typed: &str) {
        self.text(Kind::Place, typed);
        let number: f64 = typed.parse().unwrap();
        for number in [number, -number] {
            self.bytes(Kind::Place, &format!("{number} low byte first"), &number.to_le_bytes());
            self.bytes(Kind::Place, &format!("{number} high byte first"), &number.to_be_bytes());
        }
    }

    /// As typed, in UTC, in seconds and milliseconds since 1970, and the latter as numbers in memory and in a row of
    /// SQLite, which takes six bytes for them. Four bytes for the seconds would be found by chance: rows are looked
    /// through for those.
    fn moment(&mut self, typed: &str) {
        let at = chrono::DateTime::parse_from_rfc3339(typed).unwrap();
        let minute = at.format("%Y-%m-%dT%H:%M").to_string();
        let utc = at.naive_utc().format("%Y-%m-%dT%H:%M").to_string();
        let (spaced, exif) = (minute.replace('T', " "), at.format("%Y:%m:%d %H:%M").to_string());
        [typed, &minute, &utc, &spaced, &exif].iter().for_each(|text| self.text(Kind::Moment, text));
        let (seconds, millis) = (at.timestamp(), at.timestamp_millis());
        [seconds, millis].iter().for_each(|number| self.text(Kind::Moment, &number.to_string()));
        for number in [seconds, millis] {
            self.bytes(Kind::Moment, &format!("{number} low byte first"), &number.to_le_bytes());
            self.bytes(Kind::Moment, &format!("{number} high byte first"), &number.to_be_bytes());
        }
        self.bytes(Kind::Moment, &format!("{millis} in a row"), &millis.to_be_bytes()[2..]);
    }

    /// What its maker wrote into it, and pieces from its first to its last byte.
    fn photo(&mut self, photo: &[u8]) {
        for text in ["Synthetic Phone 1", "2026:05:03 20:10:00"] {
            assert!(photo.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
        }
        self.text(Kind::Camera, "Synthetic Phone 1");
        self.text(Kind::Photo, "2026:05:03 20:10:00");
        for from in (0..photo.len() - 16).step_by(photo.len() / 12) {
            self.bytes(Kind::Photo, &format!("bytes from {from}"), &photo[from..from + 16]);
        }
        // The copy is a picture too. Its first bytes are tables that every such file has.
        let copy = turnstone_core::media::copy_of(photo).unwrap().jpeg;
        for from in (copy.len() / 12..copy.len() - 16).step_by(copy.len() / 12) {
            self.bytes(Kind::Photo, &format!("the copy's bytes from {from}"), &copy[from..from + 16]);
        }
    }
}

/// What is said of the view and the weather, as arguments.
pub(crate) const VIEW: [&str; 12] = [
    "--in-the-way",
    "Fathom spray ŵ",
    "--known-before",
    "Fathom mooring ŵ",
    "--visibility",
    "Fathom haze ŵ",
    "--light",
    "Fathom dusk ŵ",
    "--sea",
    "Fathom swell ŵ",
    "--wind",
    "Fathom breeze ŵ",
];

/// The subjects there are, with the names of their fields.
pub(crate) fn subjects() -> [(&'static str, &'static [&'static str]); 4] {
    [
        ("vessel", Vessel::FIELDS),
        ("aircraft", Aircraft::FIELDS),
        ("vehicle", Vehicle::FIELDS),
        ("person", Person::FIELDS),
    ]
}

/// A subject with every field filled in.
pub(crate) fn subject(kind: &str) -> String {
    let (_, fields) = subjects().into_iter().find(|(name, _)| *name == kind).unwrap();
    let fields: serde_json::Map<_, _> =
        fields.iter().map(|field| ((*field).to_owned(), subject_text(kind, field).into())).collect();
    serde_json::Value::Object(fields).to_string()
}

fn subject_text(kind: &str, field: &str) -> String {
    format!("planted {kind} {field} ŷ")
}
