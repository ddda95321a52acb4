//! What to tell 101, Crimestoppers or a force's form, all of what was typed, in the order in which a call handler asks:
//! where, what, who is in danger, when, what it looked like, which way it went, and who you are last.

use turnstone_wire::body::{Scheme, Sighting, Target, Told};

use super::{
    more,
    place::{self, Hears},
    said::Said,
    sheet::{Row, Writer, safe},
    telling, when,
};

/// Whom it is for decides what of the witness is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Witness {
    /// Where they stood, whom they told, who they are.
    Named,
    /// Nothing of them.
    Hidden,
}

/// For 101. On the anonymous route nothing of the witness is in it: they may still say it.
pub(super) fn to_police(said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let witness = if said.is_named() { Witness::Named } else { Witness::Hidden };
    let mut rows = vec![desk.row("open", open("call-open-police", said.scheme, desk))];
    rows.extend(told_rows(said, witness, Hears::Police, desk));
    if witness == Witness::Named {
        rows.push(desk.text("you", said.contact.as_ref(), "call-gap-you"));
    }
    rows
}

/// For Crimestoppers: what was seen, and nothing of the witness, whichever route was chosen.
pub(super) fn to_crimestoppers(said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let mut rows = vec![desk.row("open", open("call-open-crimestoppers", said.scheme, desk))];
    rows.extend(told_rows(said, Witness::Hidden, Hears::Police, desk));
    rows
}

/// For a force's form on the web: written to be copied, with everything, the witness last.
pub(super) fn to_form(said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let mut rows = vec![desk.row("open", open("call-open-online", said.scheme, desk))];
    if said.exercise {
        rows.push(desk.row("exercise", desk.say("call-note-exercise")));
    }
    rows.extend(told_rows(said, Witness::Named, Hears::Form, desk));
    rows.push(desk.text("you", said.contact.as_ref(), "call-gap-you"));
    rows
}

fn open(id: &str, scheme: Scheme, desk: &Writer<'_>) -> String {
    desk.fill(id, &[("code_word", scheme.code_word())])
}

fn told_rows(said: &Said, witness: Witness, hears: Hears, desk: &Writer<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let count = said.sightings.len();
    if count == 0 {
        rows.push(desk.gap("where", "call-gap-where"));
        rows.push(desk.gap("what", "call-gap-what"));
        rows.push(desk.gap("danger", "call-gap-danger"));
        rows.push(desk.gap("when", "call-gap-when"));
    }
    for (number, sighting) in (1..).zip(&said.sightings) {
        if count > 1 {
            let (number, count) = (number.to_string(), count.to_string());
            let words = desk.fill("call-sighting-of", &[("number", number.as_str()), ("count", &count)]);
            rows.push(desk.row("sighting", words));
        }
        rows.extend(sighting_rows(sighting, witness, hears, desk));
    }
    if witness == Witness::Named {
        rows.extend(carriage_rows(said, desk));
    }
    rows
}

fn sighting_rows(sighting: &Sighting, witness: Witness, hears: Hears, desk: &Writer<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let place = match witness {
        Witness::Named => place::of_thing(sighting, hears, desk),
        Witness::Hidden => place::of_target(sighting, hears, desk),
    };
    rows.push(match (place, witness, &sighting.target) {
        (Some(place), ..) => desk.row("where", place),
        // The place is the witness's own: how much of it they give away is theirs to say.
        (None, Witness::Hidden, Some(Target::SamePlace)) => desk.gap("where", "call-gap-where-hidden"),
        _ => desk.gap("where", "call-gap-where"),
    });
    if witness == Witness::Named
        && let Some(stood) = place::of_witness(sighting, hears, desk)
    {
        rows.push(desk.row("stood", stood));
    }
    rows.push(desk.text("what", Some(&sighting.what), "call-gap-what"));
    rows.push(desk.text("why", sighting.why.as_ref(), "call-gap-why"));
    if !sighting.signs.is_empty() {
        let signs: Vec<_> = sighting.signs.iter().map(|code| telling::sign_words(*code, desk)).collect();
        rows.push(desk.row("signs", signs.join("; ")));
    }
    rows.push(telling::danger(Some(sighting), desk));
    rows.extend(telling::people(sighting, desk));
    rows.push(desk.row("when", when::of(&sighting.when, desk)));
    let descriptions = telling::descriptions(sighting, desk);
    if descriptions.is_empty() {
        rows.push(desk.gap("seen", "call-gap-seen"));
    }
    rows.extend(descriptions);
    rows.push(
        telling::direction(sighting, desk).unwrap_or_else(|| desk.gap("direction", "call-gap-direction")),
    );
    rows.extend(telling::conditions(sighting, desk));
    // How long and from how far it was seen is the witness's: none of it goes to Crimestoppers.
    if witness == Witness::Named {
        rows.extend(more::row(sighting, desk));
    }
    rows
}

/// What leads back to the witness without naming them: photos, earlier reports, the watch, calls made.
fn carriage_rows(said: &Said, desk: &Writer<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Ok(photos @ 1..) = u32::try_from(said.photos) {
        rows.push(desk.row("photos", desk.count("call-photos", photos)));
    }
    for relation in &said.relates {
        rows.push(desk.row("earlier", relation.reference.to_string()));
    }
    if let Some(watch) = &said.watch {
        let people = watch.station.iter().chain(&watch.people).map(safe);
        let times = [&watch.from, &watch.until].into_iter().flatten().map(|at| when::moment(at, desk));
        let words: Vec<_> = people.chain(times).collect();
        rows.push(desk.row("watch", words.join("; ")));
    }
    rows.extend(said.told.iter().map(|call| desk.row("told", told(call, desk))));
    rows
}

fn told(call: &Told, desk: &Writer<'_>) -> String {
    let (channel, at) = (desk.name_of("channel", call.channel.code()), when::moment(&call.at, desk));
    match &call.number {
        Some(number) => desk.fill(
            "call-told-number",
            &[("channel", channel.as_str()), ("at", &at), ("number", &safe(number))],
        ),
        None => desk.fill("call-told", &[("channel", channel.as_str()), ("at", &at)]),
    }
}
