//! What is said by voice: made of planted words, and of nothing else.

use turnstone_almanac::{
    call::{self, Own, Said, SheetFor},
    guide,
    words::Lang,
};
use turnstone_wire::{
    body::{Fix, FixSource, Position, Route, Scheme, Sighting},
    text::{Moment, Text},
};

use super::Samples;

/// One value of each type that holds what was typed.
pub(super) fn add(samples: &mut Samples) {
    let planted = || Some(Text::from("Quillwort with a gun"));
    let place = Position::new(50.571_893, -1.862_417).unwrap();
    let sighting = Sighting {
        observer: Some(Fix::new(place, FixSource::Hand)),
        signs: vec!["K06".parse().unwrap()],
        ..Sighting::new(Moment::parse(super::wire::AT).unwrap(), Text::from("Quillwort with a gun"))
    };
    let own = Own { in_danger: true, name: planted(), call_sign: planted(), aboard: planted() };
    samples.add(&own);
    let said = Said { contact: planted(), own, ..Said::new(Scheme::Kraken, Route::Police, vec![sighting]) };
    let sheet = call::sheet(SheetFor::Police, &said, guide::built_in(), Lang::En).unwrap();
    samples.add(&said);
    sheet.rows.iter().for_each(|row| samples.add(row));
    samples.add(&sheet);
    let alarm = call::alarm(&said).unwrap();
    alarm.reasons.iter().for_each(|reason| samples.add(reason));
    samples.add(&alarm.card(guide::built_in(), Lang::En));
    samples.add(&alarm);
    samples.plant("what a card is shown for", "weapon");
}
