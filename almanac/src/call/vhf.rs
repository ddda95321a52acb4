//! What to say on VHF channel 16, word for word: Mayday, Mayday Relay, Pan-Pan.
//!
//! The order and the words are those of the ITU Radio Regulations, Article 32 (distress: the signal three times, THIS IS,
//! the name three times, call sign or MMSI; then the signal and the name once more, position, nature of the distress, help
//! wanted, other information) and Article 33 (urgency), as the UK's public pages give them for channel 16. A witness who is
//! not on board what is in danger does not send MAYDAY but MAYDAY RELAY, under their own name. The words are English in
//! both languages; so are the gaps that are part of a spoken line.

use turnstone_wire::{
    body::{Sighting, Subject},
    text::Text,
};

use super::{
    place::{self, Hears},
    said::Said,
    sheet::{Row, Writer, safe},
};
use crate::words::Lang;

/// A Mayday of the witness's own boat, or one relayed for another.
pub(super) fn mayday(said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let form = if said.own.in_danger { own_mayday } else { relayed };
    in_english(form, said, desk)
}

/// Urgent, and not grave and imminent danger.
pub(super) fn pan_pan(said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    in_english(urgency, said, desk)
}

/// A form with all that is said in English, and its labels and gaps, which are read, in the language of the sheet.
fn in_english(form: fn(&Said, &Writer<'_>) -> Vec<Row>, said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let mut rows = form(said, desk);
    let english = form(said, &Writer::new(desk.guide(), Lang::En));
    for (row, spoken) in rows.iter_mut().zip(english).filter(|(row, _)| !row.is_gap) {
        row.words = spoken.words;
    }
    rows
}

fn own_mayday(said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let mut rows = vec![desk.row("signal", desk.say("call-vhf-mayday"))];
    rows.extend(this_is(said, desk));
    rows.push(name_once(
        "again",
        said.own.name.as_ref(),
        "call-vhf-mayday-name",
        "call-gap-mayday-name",
        desk,
    ));
    rows.push(own_position(said, desk));
    rows.push(nature(said, desk));
    rows.push(desk.row("help", desk.say("call-vhf-help")));
    rows.push(aboard(said.own.aboard.as_ref(), desk));
    rows.push(desk.gap("other", "call-gap-other-own"));
    rows.push(over(desk));
    rows
}

fn relayed(said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let mut rows = vec![
        desk.row("signal", desk.say("call-vhf-mayday-relay")),
        desk.row("called", desk.say("call-vhf-all-stations")),
    ];
    rows.extend(this_is(said, desk));
    let seen = said.sightings.last();
    rows.push(name_once(
        "casualty",
        seen.and_then(vessel_name),
        "call-vhf-mayday-name",
        "call-gap-casualty",
        desk,
    ));
    rows.push(seen_position(said, desk));
    rows.push(nature(said, desk));
    rows.push(desk.row("help", desk.say("call-vhf-help-for")));
    rows.push(aboard(seen.and_then(people), desk));
    rows.push(match seen.and_then(|sighting| look(sighting, desk)) {
        Some(look) => desk.row("other", look),
        None => desk.gap("other", "call-gap-other-seen"),
    });
    rows.push(over(desk));
    rows
}

fn urgency(said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let mut rows = vec![
        desk.row("signal", desk.say("call-vhf-pan-pan")),
        desk.row("called", desk.say("call-vhf-all-stations")),
    ];
    rows.extend(this_is(said, desk));
    rows.push(if said.own.in_danger { own_position(said, desk) } else { seen_position(said, desk) });
    rows.push(nature(said, desk));
    rows.push(desk.gap("help", "call-gap-help"));
    let count =
        if said.own.in_danger { said.own.aboard.as_ref() } else { said.sightings.last().and_then(people) };
    rows.push(aboard(count, desk));
    rows.push(desk.gap("other", "call-gap-other-own"));
    rows.push(over(desk));
    rows
}

/// Who calls: always the witness's own station, never what they see.
fn this_is(said: &Said, desk: &Writer<'_>) -> [Row; 2] {
    let name = match said.own.name.as_ref().filter(|name| !name.is_blank()) {
        Some(name) => desk.row("this-is", desk.fill("call-vhf-this-is", &[("name", &safe(name))])),
        None => desk.gap("this-is", "call-gap-this-is"),
    };
    let call_sign = match said.own.call_sign.as_ref().filter(|sign| !sign.is_blank()) {
        Some(sign) => desk.row("call-sign", desk.fill("call-vhf-call-sign", &[("sign", &safe(sign))])),
        None => desk.gap("call-sign", "call-gap-call-sign"),
    };
    [name, call_sign]
}

fn name_once(part: &'static str, name: Option<&Text>, id: &str, gap: &str, desk: &Writer<'_>) -> Row {
    match name.filter(|name| !name.is_blank()) {
        Some(name) => desk.row(part, desk.fill(id, &[("name", &safe(name))])),
        None => desk.gap(part, gap),
    }
}

fn own_position(said: &Said, desk: &Writer<'_>) -> Row {
    let fix = said.sightings.last().and_then(|sighting| sighting.observer.as_ref());
    match fix {
        Some(fix) => {
            let place = place::position(&fix.position, Hears::Radio, desk);
            desk.row("position", desk.fill("call-vhf-my-position", &[("place", &place)]))
        }
        None => desk.gap("position", "call-gap-my-position"),
    }
}

fn seen_position(said: &Said, desk: &Writer<'_>) -> Row {
    let place = said.sightings.last().and_then(|sighting| place::of_thing(sighting, Hears::Radio, desk));
    match place {
        Some(place) => desk.row("position", desk.fill("call-vhf-position", &[("place", &place)])),
        None => desk.gap("position", "call-gap-position"),
    }
}

fn nature(said: &Said, desk: &Writer<'_>) -> Row {
    desk.text("nature", said.sightings.last().map(|sighting| &sighting.what), "call-gap-nature")
}

fn aboard(count: Option<&Text>, desk: &Writer<'_>) -> Row {
    match count.filter(|count| !count.is_blank()) {
        Some(count) => desk.row("aboard", desk.fill("call-vhf-aboard", &[("count", &safe(count))])),
        None => desk.gap("aboard", "call-gap-aboard"),
    }
}

fn over(desk: &Writer<'_>) -> Row {
    desk.row("over", desk.say("call-vhf-over"))
}

fn vessel_name(sighting: &Sighting) -> Option<&Text> {
    vessel_field(sighting, &["name", "call_sign", "mmsi"])
}

fn people(sighting: &Sighting) -> Option<&Text> {
    vessel_field(sighting, &["people"])
}

fn vessel_field<'a>(sighting: &'a Sighting, names: &[&str]) -> Option<&'a Text> {
    let vessels = sighting.subjects.iter().filter(|subject| matches!(subject, Subject::Vessel(_)));
    let fields: Vec<_> = vessels.flat_map(Subject::fields).collect();
    names.iter().find_map(|name| fields.iter().find(|(field, _)| field == name).map(|(_, text)| *text))
}

/// What the vessel looks like, for whoever looks for it.
fn look(sighting: &Sighting, desk: &Writer<'_>) -> Option<String> {
    let looks = ["silhouette", "length", "hull_colour", "flag", "marks"];
    let found = looks.iter().filter_map(|name| {
        let text = vessel_field(sighting, &[name])?;
        Some(format!("{}: {}", desk.name_of("field", name), safe(text)))
    });
    let found: Vec<_> = found.collect();
    (!found.is_empty()).then(|| found.join("; "))
}
