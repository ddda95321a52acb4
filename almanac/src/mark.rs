//! By what a craft is known again: the names, numbers and plates that two descriptions share.
//!
//! Own rules, and help only: a mark may be repainted, misread or shared by two boats. Marks are compared as signs alone
//! (letters in capitals, figures, `?`), where `?` stands for any one sign that was not seen, on either side. At least
//! [`FEWEST`] signs, and half of them all, must be seen on both and equal: else `??????` would be every boat.
//!
//! ```
//! use turnstone_almanac::mark::{self, Mark};
//! use turnstone_wire::body::{Subject, Vessel};
//!
//! let seen = |number: &str| Subject::Vessel(Vessel { number: Some(number.into()), ..Vessel::default() });
//! assert_eq!(mark::shared(&seen("GBR 12?4"), &seen("gbr-1234")), Some(Mark::HullNumber));
//! assert_eq!(mark::shared(&seen("GBR 1234"), &seen("GBR 1235")), None);
//! ```

use turnstone_wire::body::Subject;

use crate::identifier::normal;

/// Fewest signs by which something is known again.
pub const FEWEST: usize = 3;

/// A kind of mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// IMO ship number.
    Imo,
    /// Maritime Mobile Service Identity.
    Mmsi,
    /// Radio call sign.
    CallSign,
    /// Sail number, hull number, fishing or other registration: witnesses cannot tell which it is.
    HullNumber,
    /// Name on the hull.
    HullName,
    /// Registration of an aircraft.
    Aircraft,
    /// Number plate.
    Plate,
}

/// Where each kind of mark is typed, the surest first; and whether it is figures alone, whatever label stands before them.
const FIELDS: [(Mark, &str, &[&str], bool); 7] = [
    (Mark::Imo, "vessel", &["imo"], true),
    (Mark::Mmsi, "vessel", &["mmsi"], true),
    (Mark::CallSign, "vessel", &["call_sign"], false),
    (Mark::HullNumber, "vessel", &["number", "registration"], false),
    (Mark::HullName, "vessel", &["name"], false),
    (Mark::Aircraft, "aircraft", &["registration"], false),
    (Mark::Plate, "vehicle", &["registration"], false),
];

impl Mark {
    /// The stable code, as written in JSON and in ids of messages.
    pub fn code(self) -> &'static str {
        match self {
            Self::Imo => "imo",
            Self::Mmsi => "mmsi",
            Self::CallSign => "call-sign",
            Self::HullNumber => "hull-number",
            Self::HullName => "hull-name",
            Self::Aircraft => "aircraft",
            Self::Plate => "plate",
        }
    }
}

/// Whether anything is described by which it could be known again.
pub fn has_any(subject: &Subject) -> bool {
    shared(subject, subject).is_some()
}

/// The surest mark that two subjects share, if they share one.
pub fn shared(one: &Subject, other: &Subject) -> Option<Mark> {
    let found = FIELDS.iter().find(|(_, kind, fields, figures)| {
        one.kind() == *kind
            && other.kind() == *kind
            && signs(one, fields, *figures)
                .iter()
                .any(|a| signs(other, fields, *figures).iter().any(|b| may_be_one(a, b)))
    });
    found.map(|(mark, ..)| *mark)
}

/// What is typed in these fields, as signs.
fn signs(subject: &Subject, fields: &[&str], figures: bool) -> Vec<Vec<char>> {
    let typed = subject.fields().into_iter().filter(|(name, _)| fields.contains(name));
    let counts = |sign: &char| !figures || *sign == '?' || sign.is_numeric();
    typed.map(|(_, text)| normal(text.as_str()).chars().filter(counts).collect()).collect()
}

fn may_be_one(one: &[char], other: &[char]) -> bool {
    let pairs = || one.iter().zip(other);
    let seen = pairs().filter(|(a, b)| a == b && **a != '?').count();
    one.len() == other.len()
        && seen >= FEWEST
        && seen * 2 >= one.len()
        && pairs().all(|(a, b)| a == b || *a == '?' || *b == '?')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use turnstone_wire::body::{Aircraft, Person, Vehicle, Vessel};

    use super::*;

    fn vessel(field: &str, text: &str) -> Subject {
        let mut vessel = Vessel::default();
        let place = match field {
            "name" => &mut vessel.name,
            "number" => &mut vessel.number,
            "registration" => &mut vessel.registration,
            "imo" => &mut vessel.imo,
            "mmsi" => &mut vessel.mmsi,
            "call_sign" => &mut vessel.call_sign,
            "people" => &mut vessel.people,
            _ => &mut vessel.hull_colour,
        };
        *place = Some(text.into());
        Subject::Vessel(vessel)
    }

    #[test]
    fn a_mark_is_known_again_however_it_is_parted_and_with_what_was_not_seen() {
        for (field, one, other, mark) in [
            ("name", "Sea  Spray", "SEA SPRAY", Some(Mark::HullName)),
            ("name", "Môr-forwyn", "MÔR FORWYN", Some(Mark::HullName)),
            ("name", "Sea Spray", "Sea Sprite", None),
            ("number", "PZ 123", "pz123", Some(Mark::HullNumber)),
            ("number", "PZ ??3", "PZ 123", Some(Mark::HullNumber)),
            ("number", "PZ ??3", "P??12?", None),
            ("number", "??????", "PZ1234", None),
            ("number", "?Z????", "PZ1234", None),
            ("number", "7", "7", None),
            ("imo", "IMO 9074729", "9074729", Some(Mark::Imo)),
            ("imo", "IMO 907472?", "imo: 9074729", Some(Mark::Imo)),
            ("mmsi", "MMSI 232 001 234", "232001234", Some(Mark::Mmsi)),
            ("call_sign", "M-ABC 1", "MABC1", Some(Mark::CallSign)),
            ("hull_colour", "light grey", "light grey", None),
            ("people", "three or four", "three or four", None),
        ] {
            assert_eq!(shared(&vessel(field, one), &vessel(field, other)), mark, "{field} {one} {other}");
            assert_eq!(shared(&vessel(field, other), &vessel(field, one)), mark, "the other way round");
        }
    }

    #[test]
    fn a_number_and_a_registration_on_a_hull_are_one_kind_and_other_kinds_are_not() {
        let hull = vessel("number", "PZ 123");
        assert_eq!(shared(&hull, &vessel("registration", "PZ123")), Some(Mark::HullNumber));
        assert_eq!(shared(&hull, &vessel("name", "PZ123")), None);
        let registration = Some("G-ABCD".into());
        let flown = Subject::Aircraft(Aircraft { registration: registration.clone(), ..Aircraft::default() });
        let driven = Subject::Vehicle(Vehicle { registration, ..Vehicle::default() });
        assert_eq!(shared(&flown, &flown), Some(Mark::Aircraft));
        assert_eq!(shared(&driven, &driven), Some(Mark::Plate));
        assert_eq!(shared(&flown, &driven), None);
        let person = Subject::Person(Person { name: Some("Nickname".into()), ..Person::default() });
        assert_eq!(shared(&person, &person), None, "people are known again by people");
        assert!(has_any(&flown) && !has_any(&person) && !has_any(&Subject::Vessel(Vessel::default())));
    }

    #[test]
    fn the_surest_mark_is_told() {
        let both = |imo: &str| {
            Subject::Vessel(Vessel {
                name: Some("Sea Spray".into()),
                imo: Some(imo.into()),
                ..Vessel::default()
            })
        };
        assert_eq!(shared(&both("9074729"), &both("9074729")), Some(Mark::Imo));
        assert_eq!(shared(&both("9074729"), &both("8814275")), Some(Mark::HullName));
    }

    proptest! {
        #[test]
        fn hiding_less_than_half_of_the_signs_hides_no_mark(text in "[A-Z0-9]{6,12}", at in 0..100_usize) {
            let mut seen: Vec<char> = text.chars().collect();
            let len = seen.len();
            (0..len.min(3)).for_each(|n| seen[(at + n) % len] = '?');
            let seen: String = seen.into_iter().collect();
            prop_assert_eq!(shared(&vessel("number", &seen), &vessel("number", &text)), Some(Mark::HullNumber));
        }

        #[test]
        fn any_two_texts_are_compared_alike_in_both_orders(one in ".{0,20}", other in ".{0,20}") {
            let (one, other) = (vessel("name", &one), vessel("name", &other));
            prop_assert_eq!(shared(&one, &other), shared(&other, &one));
        }
    }
}
