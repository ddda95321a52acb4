//! One look at something.

use turnstone_wire::{
    body::{Conditions, Fix, Light, Metres, Sighting, SignCode, Subject, Target, View, When},
    text::{Moment, Text, Unknown},
};

/// One look, with its own time and place.
#[uniffi::remote(Record)]
pub struct Sighting {
    /// When it was.
    pub when: When,
    /// Where the witness stood.
    #[uniffi(default = None)]
    pub observer: Option<Fix>,
    /// Where the thing was.
    #[uniffi(default = None)]
    pub target: Option<Target>,
    /// Published signs that were spotted.
    #[uniffi(default)]
    pub signs: Vec<SignCode>,
    /// What was seen.
    pub what: Text,
    /// Why it seemed wrong.
    #[uniffi(default = None)]
    pub why: Option<Text>,
    /// Vessels, aircraft, vehicles and persons.
    #[uniffi(default)]
    pub subjects: Vec<Subject>,
    /// Light, sea and weather.
    #[uniffi(default = None)]
    pub conditions: Option<Conditions>,
    /// Numbers of the attachments that show it.
    #[uniffi(default)]
    pub attachments: Vec<u16>,
    /// Further fixes of where the witness stood, of which `observer` was the best by a stated rule (the almanac's). An anonymous report has none.
    #[uniffi(default)]
    pub fixes: Vec<Fix>,
    /// How well it was seen.
    #[uniffi(default = None)]
    pub view: Option<View>,
    /// What a newer version added; to be left as it is.
    #[uniffi(default)]
    pub unknown: Unknown,
}

/// From when to when, give or take.
#[uniffi::remote(Record)]
pub struct When {
    /// When it began, or when it was.
    pub from: Moment,
    /// When it ended.
    #[uniffi(default = None)]
    pub until: Option<Moment>,
    /// By how many seconds either may be wrong.
    #[uniffi(default = None)]
    pub give_or_take_s: Option<u32>,
}

/// Light, sea and weather, in the witness's words.
#[uniffi::remote(Record)]
pub struct Conditions {
    /// How far one could see.
    #[uniffi(default = None)]
    pub visibility: Option<Text>,
    /// The light.
    #[uniffi(default = None)]
    pub light: Option<Text>,
    /// The state of the sea.
    #[uniffi(default = None)]
    pub sea: Option<Text>,
    /// The wind.
    #[uniffi(default = None)]
    pub wind: Option<Text>,
    /// What a newer version added; to be left as it is.
    #[uniffi(default)]
    pub unknown: Unknown,
}

/// The quality of a view.
#[uniffi::remote(Record)]
pub struct View {
    /// For how long it was in view, in seconds.
    #[uniffi(default = None)]
    pub lasted_s: Option<u32>,
    /// How far away it was, in metres.
    #[uniffi(default = None)]
    pub seen_from_m: Option<Metres>,
    /// The light, worked out from where the sun stood; the witness's own words for it are in the conditions.
    #[uniffi(default = None)]
    pub light: Option<Light>,
    /// What was in the way: glass, spray, another boat.
    #[uniffi(default = None)]
    pub in_the_way: Option<Text>,
    /// Whether, and from what, the witness knew it before.
    #[uniffi(default = None)]
    pub known_before: Option<Text>,
    /// What a newer version added; to be left as it is.
    #[uniffi(default)]
    pub unknown: Unknown,
}

/// The light by the sun's height above the horizon, at the place and time that the sighting names.
/// of it: with the time, the sun's height is a line on the chart.
#[uniffi::remote(Record)]
pub struct Light {
    /// The stable code of its phase (`day`, `civil-twilight`, `nautical-twilight`, `astronomical-twilight`, `night`).
    pub phase: String,
    /// Height of the sun's middle above the horizon, in whole degrees; negative below it.
    pub sun_deg: i8,
    /// The sun is on its way up.
    #[uniffi(default = false)]
    pub morning: bool,
    /// Whoever looked at it looked towards a low sun.
    #[uniffi(default = false)]
    pub into_the_sun: bool,
}
