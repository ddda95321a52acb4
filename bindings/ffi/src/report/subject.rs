//! What was seen: vessels, aircraft, vehicles, persons. Every field is free text, as typed; `?` stands for a sign not seen.

use turnstone_wire::{
    body::{Aircraft, Person, Subject, Understood, Vehicle, Vessel},
    text::{Text, Unknown},
};

/// A vessel, aircraft, vehicle or person.
#[uniffi::remote(Enum)]
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

/// A boat or ship.
#[uniffi::remote(Record)]
pub struct Vessel {
    /// RIB, yacht, motor cruiser, fishing boat, dinghy, ship.
    #[uniffi(default = None)]
    pub silhouette: Option<Text>,
    /// Name on the hull.
    #[uniffi(default = None)]
    pub name: Option<Text>,
    /// Sail or hull number.
    #[uniffi(default = None)]
    pub number: Option<Text>,
    /// Fishing or other registration.
    #[uniffi(default = None)]
    pub registration: Option<Text>,
    /// IMO ship number.
    #[uniffi(default = None)]
    pub imo: Option<Text>,
    /// Maritime Mobile Service Identity.
    #[uniffi(default = None)]
    pub mmsi: Option<Text>,
    /// Radio call sign.
    #[uniffi(default = None)]
    pub call_sign: Option<Text>,
    /// Flag flown, or port of registry.
    #[uniffi(default = None)]
    pub flag: Option<Text>,
    /// Hull colour.
    #[uniffi(default = None)]
    pub hull_colour: Option<Text>,
    /// Marks, damage, gear.
    #[uniffi(default = None)]
    pub marks: Option<Text>,
    /// Length, as estimated.
    #[uniffi(default = None)]
    pub length: Option<Text>,
    /// How many people aboard.
    #[uniffi(default = None)]
    pub people: Option<Text>,
    /// Where it was heading, how fast.
    #[uniffi(default = None)]
    pub heading: Option<Text>,
    /// A name or number of a kind that none of the others is, such as a container's.
    #[uniffi(default = None)]
    pub other: Option<Text>,
    /// What a program understood of the identifiers in it, reading by reading.
    #[uniffi(default)]
    pub understood: Vec<Understood>,
    /// What a newer version added; to be left as it is.
    #[uniffi(default)]
    pub unknown: Unknown,
}

/// An aeroplane, helicopter, microlight, gyrocopter or drone.
#[uniffi::remote(Record)]
pub struct Aircraft {
    /// Flex-wing, three-axis, gyrocopter, helicopter, single, twin, drone.
    #[uniffi(default = None)]
    pub silhouette: Option<Text>,
    /// Registration, as far as seen.
    #[uniffi(default = None)]
    pub registration: Option<Text>,
    /// Make and model.
    #[uniffi(default = None)]
    pub model: Option<Text>,
    /// Colour.
    #[uniffi(default = None)]
    pub colour: Option<Text>,
    /// Marks, damage, tanks.
    #[uniffi(default = None)]
    pub marks: Option<Text>,
    /// How many people aboard.
    #[uniffi(default = None)]
    pub people: Option<Text>,
    /// Where it was heading, how high.
    #[uniffi(default = None)]
    pub heading: Option<Text>,
    /// A name or number of a kind that none of the others is, such as a container's.
    #[uniffi(default = None)]
    pub other: Option<Text>,
    /// What a program understood of the identifiers in it, reading by reading.
    #[uniffi(default)]
    pub understood: Vec<Understood>,
    /// What a newer version added; to be left as it is.
    #[uniffi(default)]
    pub unknown: Unknown,
}

/// A car, van, lorry or trailer.
#[uniffi::remote(Record)]
pub struct Vehicle {
    /// Car, van, lorry, trailer.
    #[uniffi(default = None)]
    pub silhouette: Option<Text>,
    /// Number plate, as far as seen.
    #[uniffi(default = None)]
    pub registration: Option<Text>,
    /// Country of the plate.
    #[uniffi(default = None)]
    pub country: Option<Text>,
    /// Make and model.
    #[uniffi(default = None)]
    pub model: Option<Text>,
    /// Colour.
    #[uniffi(default = None)]
    pub colour: Option<Text>,
    /// Marks, company name, damage.
    #[uniffi(default = None)]
    pub marks: Option<Text>,
    /// How many people in it.
    #[uniffi(default = None)]
    pub people: Option<Text>,
    /// A name or number of a kind that none of the others is, such as a container's.
    #[uniffi(default = None)]
    pub other: Option<Text>,
    /// What a program understood of the identifiers in it, reading by reading.
    #[uniffi(default)]
    pub understood: Vec<Understood>,
    /// What a newer version added; to be left as it is.
    #[uniffi(default)]
    pub unknown: Unknown,
}

/// Somebody.
#[uniffi::remote(Record)]
pub struct Person {
    /// How many, where a group is meant.
    #[uniffi(default = None)]
    pub count: Option<Text>,
    /// Looks.
    #[uniffi(default = None)]
    pub looks: Option<Text>,
    /// Clothing.
    #[uniffi(default = None)]
    pub clothing: Option<Text>,
    /// What they did.
    #[uniffi(default = None)]
    pub did: Option<Text>,
    /// What they said.
    #[uniffi(default = None)]
    pub said: Option<Text>,
    /// Name or nickname heard.
    #[uniffi(default = None)]
    pub name: Option<Text>,
    /// What a program understood of the identifiers in it, reading by reading.
    #[uniffi(default)]
    pub understood: Vec<Understood>,
    /// What a newer version added; to be left as it is.
    #[uniffi(default)]
    pub unknown: Unknown,
}

/// One reading of an identifier, beside what was typed.
#[uniffi::remote(Record)]
pub struct Understood {
    /// The field of the subject in which it was typed (`imo`, `registration`).
    pub field: String,
    /// The stable code of the kind of identifier it is read as (`imo`, `plate-uk-2001`).
    pub kind: String,
    /// The identifier in the form that registers use; `?` stands for a sign that was not seen.
    pub normal: Text,
    /// The country of the register: two letters of ISO 3166-1.
    #[uniffi(default = None)]
    pub country: Option<String>,
    /// The place whose register it names, such as a fishing port.
    #[uniffi(default = None)]
    pub place: Option<Text>,
    /// The stable codes of what speaks against the reading (`check-digit`, `looks-like`).
    #[uniffi(default)]
    pub doubts: Vec<String>,
    /// How many complete identifiers it may be, by its check digit; only where a sign was not seen.
    #[uniffi(default = None)]
    pub completions: Option<u64>,
    /// What a newer version added; to be left as it is.
    #[uniffi(default)]
    pub unknown: Unknown,
}
