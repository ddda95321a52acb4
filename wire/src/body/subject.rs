//! What was seen: vessels, aircraft, vehicles, persons. Every field is free text, as typed: `?` stands for a sign
//! that was not seen, and nothing is refused for being incomplete.

use serde::{Deserialize, Serialize};

use super::Understood;
use crate::text::{Text, Unknown};

/// Declares one kind of subject: its fields are all optional texts, and unknown fields are kept.
macro_rules! subject {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<Text>,
            )*
            /// What a program understood of the identifiers in it, reading by reading.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub understood: Vec<Understood>,
            /// What a newer minor version added.
            #[serde(flatten)]
            pub unknown: Unknown,
        }

        impl $name {
            /// The names of the fields that can be filled in.
            pub const FIELDS: &'static [&'static str] = &[$(stringify!($field)),*];

            /// The fields that are filled in, by name, in their order.
            pub fn fields(&self) -> impl Iterator<Item = (&'static str, &Text)> {
                [$((stringify!($field), self.$field.as_ref())),*]
                    .into_iter()
                    .filter_map(|(name, text)| text.map(|text| (name, text)))
            }
        }
    };
}

subject! {
    /// A boat or ship.
    Vessel {
        /// RIB, yacht, motor cruiser, fishing boat, dinghy, ship.
        silhouette,
        /// Name on the hull.
        name,
        /// Sail or hull number.
        number,
        /// Fishing or other registration.
        registration,
        /// IMO ship number.
        imo,
        /// Maritime Mobile Service Identity.
        mmsi,
        /// Radio call sign.
        call_sign,
        /// Flag flown, or port of registry.
        flag,
        /// Hull colour.
        hull_colour,
        /// Marks, damage, gear.
        marks,
        /// Length, as estimated.
        length,
        /// How many people aboard.
        people,
        /// Where it was heading, how fast.
        heading,
        /// A name or number of a kind that none of the others is, such as a container's.
        other,
    }
}

subject! {
    /// An aeroplane, helicopter, microlight, gyrocopter or drone.
    Aircraft {
        /// Flex-wing, three-axis, gyrocopter, helicopter, single, twin, drone.
        silhouette,
        /// Registration, as far as seen.
        registration,
        /// Make and model.
        model,
        /// Colour.
        colour,
        /// Marks, damage, tanks.
        marks,
        /// How many people aboard.
        people,
        /// Where it was heading, how high.
        heading,
        /// A name or number of a kind that none of the others is, such as a container's.
        other,
    }
}

subject! {
    /// A car, van, lorry or trailer.
    Vehicle {
        /// Car, van, lorry, trailer.
        silhouette,
        /// Number plate, as far as seen.
        registration,
        /// Country of the plate.
        country,
        /// Make and model.
        model,
        /// Colour.
        colour,
        /// Marks, company name, damage.
        marks,
        /// How many people in it.
        people,
        /// A name or number of a kind that none of the others is, such as a container's.
        other,
    }
}

subject! {
    /// Somebody.
    Person {
        /// How many, where a group is meant.
        count,
        /// Looks.
        looks,
        /// Clothing.
        clothing,
        /// What they did.
        did,
        /// What they said.
        said,
        /// Name or nickname heard.
        name,
    }
}

/// A vessel, aircraft, vehicle or person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Subject {
    /// A boat or ship.
    Vessel(Vessel),
    /// An aircraft.
    Aircraft(Aircraft),
    /// A land vehicle.
    Vehicle(Vehicle),
    /// A person or a group.
    Person(Person),
}

impl Subject {
    /// The stable code of the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Vessel(_) => "vessel",
            Self::Aircraft(_) => "aircraft",
            Self::Vehicle(_) => "vehicle",
            Self::Person(_) => "person",
        }
    }

    /// The fields that are filled in, by name.
    pub fn fields(&self) -> Vec<(&'static str, &Text)> {
        match self {
            Self::Vessel(vessel) => vessel.fields().collect(),
            Self::Aircraft(aircraft) => aircraft.fields().collect(),
            Self::Vehicle(vehicle) => vehicle.fields().collect(),
            Self::Person(person) => person.fields().collect(),
        }
    }

    /// What a program understood of the identifiers in it.
    pub fn understood(&self) -> &[Understood] {
        match self {
            Self::Vessel(vessel) => &vessel.understood,
            Self::Aircraft(aircraft) => &aircraft.understood,
            Self::Vehicle(vehicle) => &vehicle.understood,
            Self::Person(person) => &person.understood,
        }
    }

    /// Puts down what a program understood of the identifiers in it, in place of what stood there.
    pub fn set_understood(&mut self, understood: Vec<Understood>) {
        let place = match self {
            Self::Vessel(vessel) => &mut vessel.understood,
            Self::Aircraft(aircraft) => &mut aircraft.understood,
            Self::Vehicle(vehicle) => &mut vehicle.understood,
            Self::Person(person) => &mut person.understood,
        };
        *place = understood;
    }

    /// The fields this version does not know.
    pub fn unknown(&self) -> &Unknown {
        match self {
            Self::Vessel(vessel) => &vessel.unknown,
            Self::Aircraft(aircraft) => &aircraft.unknown,
            Self::Vehicle(vehicle) => &vehicle.unknown,
            Self::Person(person) => &person.unknown,
        }
    }

    pub(super) fn texts(&self) -> Vec<&Text> {
        self.fields().into_iter().map(|(_, text)| text).collect()
    }
}
