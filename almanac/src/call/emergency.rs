//! What to read out on a 999 call, in the order in which its call handler asks: which service, where, what, who is in
//! danger; and only then the rest.

use super::{
    place::{self, Hears},
    said::Said,
    sheet::{Row, SheetFor, Writer},
    telling,
};

/// The rows, of the newest sighting: a call for help is about what is happening now.
pub(super) fn rows(service: SheetFor, said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let (ask, hears) = match service {
        SheetFor::Coastguard => ("call-ask-coastguard", Hears::Coastguard),
        _ => ("call-ask-police", Hears::Police),
    };
    let sighting = said.sightings.last();
    let mut rows = vec![desk.row("service", desk.say(ask))];
    let thing = sighting.and_then(|sighting| place::of_thing(sighting, hears, desk));
    rows.push(match thing {
        Some(place) => desk.row("where", place),
        None => desk.gap("where", "call-gap-where-now"),
    });
    // Help is found by it, so it is said on every route: who rings 999 decides to be found.
    if let Some(stood) = sighting.and_then(|sighting| place::of_witness(sighting, hears, desk)) {
        rows.push(desk.row("stood", stood));
    }
    rows.push(desk.text("what", sighting.map(|sighting| &sighting.what), "call-gap-what-now"));
    rows.push(telling::danger(sighting, desk));
    rows.extend(sighting.and_then(|sighting| telling::people(sighting, desk)));
    rows.extend(sighting.map(|sighting| telling::descriptions(sighting, desk)).unwrap_or_default());
    rows.extend(sighting.and_then(|sighting| telling::direction(sighting, desk)));
    let contact = said.contact.as_ref().filter(|_| said.is_named());
    rows.push(desk.text("you", contact, "call-gap-you-now"));
    rows
}
