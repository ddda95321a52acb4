//! `report.txt`: a report in plain words, for an officer who reads nothing else.
//!
//! Every line of a stranger is set behind a bar, so that none can pass for one of ours.

use std::fmt::{self, Write};

use turnstone_almanac::{fix, grid::Grid, words::Lang};
use turnstone_wire::{
    body::{
        AttachmentPart, Bearing, Channel, Conditions, Degrees, Fix, Metres, North, Position, RelationKind,
        Report, Role, Route, Scheme, Sighting, Subject, Target, When,
    },
    shown,
    text::Moment,
};

use super::{filed::ContactState, index::Filed, media, seen};

const BAR: &str = "  | ";

/// The plain words of a report.
pub(super) fn of(report: &Report, filed: &Filed, contact: ContactState) -> String {
    let mut text = String::new();
    // Writing to a `String` does not fail.
    let _ = write(&mut text, report, filed, contact);
    text
}

fn write(out: &mut String, report: &Report, filed: &Filed, contact: ContactState) -> fmt::Result {
    head(out, report, filed)?;
    who(out, report, contact)?;
    let many = report.sightings.len() > 1;
    for (number, sighting) in (1..).zip(&report.sightings) {
        if many {
            writeln!(out, "\n--- Sighting {number} of {} ---", report.sightings.len())?;
        }
        write_sighting(out, report, sighting)?;
    }
    told(out, report)?;
    attachments(out, report, filed)?;
    tail(out, report)
}

fn head(out: &mut String, report: &Report, filed: &Filed) -> fmt::Result {
    let scheme = match report.scheme {
        Scheme::Kraken => "Project Kraken (boats and coast)",
        Scheme::Pegasus => "Project Pegasus (aircraft and airfields)",
    };
    writeln!(out, "{}\n{scheme}. Code word: {}.", report.reference, report.scheme.code_word())?;
    if report.exercise {
        writeln!(out, "\n*** EXERCISE: a rehearsal; nothing happened. ***")?;
    }
    if report.urgent {
        writeln!(out, "\n*** URGENT: the witness thinks this cannot wait. ***")?;
    }
    for other in &filed.same_id {
        writeln!(
            out,
            "\n*** Two reports came under one id: this one and {other}. At most one is what it seems. ***"
        )?;
    }
    writeln!(out, "\nNothing authenticates the sender: a named contact is a claim.")
}

fn who(out: &mut String, report: &Report, contact: ContactState) -> fmt::Result {
    let route = match report.route {
        Route::Police => "sent to the police",
        Route::Confidential => "sent in confidence: the contact is for other eyes than the words",
        Route::Anonymous => "sent anonymously",
    };
    let contact = match contact {
        ContactState::None => "no contact was given",
        ContactState::Opened => "the contact they claim is in contact.txt",
        ContactState::SealedToOthers => "a contact was given; it is sealed to keys that are not at hand",
        ContactState::Damaged => "a contact was given; it cannot be opened",
    };
    writeln!(
        out,
        "\nWHO TELLS\n  {route}; {contact}.\n  Language of the words: {}",
        shown::line(&report.language)
    )?;
    if let Some(watch) = &report.watch {
        writeln!(out, "  On watch:")?;
        if let Some(station) = &watch.station {
            quote(out, station.as_str())?;
        }
        for person in &watch.people {
            quote(out, person.as_str())?;
        }
        for said in watch.conditions.iter().flat_map(Conditions::texts) {
            quote(out, said.as_str())?;
        }
    }
    Ok(())
}

fn write_sighting(out: &mut String, report: &Report, sighting: &Sighting) -> fmt::Result {
    writeln!(out, "\nWHEN\n  {}", when(&sighting.when))?;
    writeln!(out, "\nWHERE")?;
    match &sighting.observer {
        Some(fix) => writeln!(out, "  The witness stood at {}", observer(fix, sighting.when.from))?,
        None => writeln!(out, "  Where the witness stood is not said.")?,
    }
    for fix in &sighting.fixes {
        writeln!(out, "  A further fix, less good: {}", observer(fix, sighting.when.from))?;
    }
    target(out, report.scheme, sighting)?;
    writeln!(out, "\nWHAT")?;
    quote(out, sighting.what.as_str())?;
    for sign in &sighting.signs {
        let meaning = turnstone_almanac::sign::describe(*sign).unwrap_or("a sign newer than this program");
        writeln!(out, "  Sign {sign}: {meaning}")?;
    }
    if !sighting.subjects.is_empty() {
        writeln!(out, "\nWHO AND WHICH")?;
    }
    for subject in &sighting.subjects {
        write_subject(out, subject)?;
    }
    if let Some(conditions) = &sighting.conditions {
        let all = [
            ("visibility", &conditions.visibility),
            ("light", &conditions.light),
            ("sea", &conditions.sea),
            ("wind", &conditions.wind),
        ];
        writeln!(out, "\nCONDITIONS")?;
        for (name, value) in all {
            if let Some(value) = value {
                writeln!(out, "  {name}: {}", shown::line(value.as_str()))?;
            }
        }
    }
    let quality = seen::quality(sighting);
    if !quality.is_empty() {
        writeln!(out, "\nHOW WELL IT WAS SEEN")?;
    }
    quality.iter().try_for_each(|line| writeln!(out, "{BAR}{line}"))?;
    writeln!(out, "\nWHY IT SEEMED WRONG")?;
    match &sighting.why {
        Some(why) => quote(out, why.as_str()),
        None => writeln!(out, "  Not said."),
    }
}

fn when(when: &When) -> String {
    let mut text = when.from.to_rfc3339();
    if let Some(until) = when.until {
        text.push_str(&format!(" until {}", until.to_rfc3339()));
    }
    if let Some(seconds) = when.give_or_take_s {
        text.push_str(&match seconds {
            0..120 => format!(", give or take {seconds} s"),
            _ => format!(", give or take {} min", seconds / 60),
        });
    }
    text
}

/// One fix of the witness: the place, how exact, and what a reader has to know of it.
fn observer(fix: &Fix, at: Moment) -> String {
    let mut text = point(&fix.position);
    if let Some(accuracy) = fix.accuracy_m {
        text.push_str(&format!(", within {:.0} m", accuracy.metres()));
    }
    if let Some(name) = &fix.name {
        text.push_str(&format!(", which they call {}", shown::line(name.as_str())));
    }
    format!("{text} ({})", fix::remarks(fix, at, Lang::En).join("; "))
}

fn target(out: &mut String, scheme: Scheme, sighting: &Sighting) -> fmt::Result {
    match &sighting.target {
        None => writeln!(out, "  Where the thing was is not said.")?,
        Some(Target::SamePlace) => writeln!(out, "  The thing was at the same place.")?,
        Some(Target::Point { position, accuracy_m }) => {
            writeln!(out, "  The thing was at {}{}", point(position), within(*accuracy_m))?;
        }
        Some(Target::BearingRange { bearing: seen, range_m, give_or_take_deg, give_or_take_m }) => {
            let spread = give_or_take_m
                .map_or_else(String::new, |metres| format!(", give or take {:.0} m", metres.metres()));
            let seen = bearing(seen, *give_or_take_deg);
            writeln!(out, "  The thing was {:.0} m away{spread}; {seen}", range_m.metres())?;
        }
        Some(Target::Named { name, .. }) => {
            writeln!(out, "  The thing was at a place they call:")?;
            quote(out, name.as_str())?;
        }
        Some(Target::Cross { first, second }) => {
            writeln!(out, "  The thing was where two bearings cross:")?;
            for line in [first, second] {
                let from =
                    line.from.map_or_else(|| "where the witness stood".to_owned(), |from| point(&from));
                let seen = bearing(&line.bearing, line.give_or_take_deg);
                writeln!(out, "    {seen}, from {from}{}", within(line.accuracy_m))?;
            }
        }
    }
    // By us, not by them: what the witness said stands above.
    let worked_out = super::layer::account(scheme, sighting).map_or_else(Vec::new, |account| account.lines());
    worked_out.iter().try_for_each(|line| writeln!(out, "  Worked out: {line}"))
}

fn bearing(bearing: &Bearing, give_or_take_deg: Option<Degrees>) -> String {
    let north = match bearing.north() {
        North::True => "true",
        North::Magnetic => "by compass",
    };
    let spread =
        give_or_take_deg.map_or_else(String::new, |degrees| format!(", give or take {:.0}", degrees.deg()));
    format!("bearing {:.0} degrees ({north}{spread})", bearing.deg())
}

fn within(accuracy_m: Option<Metres>) -> String {
    accuracy_m.map_or_else(String::new, |accuracy| format!(", within {:.0} m", accuracy.metres()))
}

fn write_subject(out: &mut String, subject: &Subject) -> fmt::Result {
    writeln!(out, "  {}:", subject.kind())?;
    for (name, value) in subject.fields() {
        writeln!(out, "    {}: {}", name.replace('_', " "), shown::lines(value.as_str(), "    | "))?;
        for reading in seen::readings(subject, name) {
            writeln!(out, "      read as {reading}")?;
        }
    }
    Ok(())
}

fn told(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "\nTOLD")?;
    if report.told.is_empty() {
        writeln!(out, "  They say nobody was told by voice.")?;
    }
    for told in &report.told {
        let whom = match told.channel {
            Channel::Emergency => "999",
            Channel::Police => "101",
            Channel::Coastguard => "the Coastguard",
            Channel::Crimestoppers => "Crimestoppers",
            Channel::Online => "a form on the web",
        };
        write!(out, "  {whom}, {}", told.at.to_rfc3339())?;
        match &told.number {
            Some(number) => writeln!(out, ", number given: {}", shown::line(number.as_str()))?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

fn attachments(out: &mut String, report: &Report, filed: &Filed) -> fmt::Result {
    writeln!(out, "\nATTACHMENTS")?;
    if report.attachments.is_empty() {
        return writeln!(out, "  None.");
    }
    let photos = media::count(&report.attachments);
    writeln!(out, "  {photos} in number; an original and its copy are one.")?;
    for part in &report.attachments {
        let (stem, AttachmentPart { size, sha256, .. }) = (media::stem(part), part);
        let role = media::role(&stem);
        match filed.done.get(&stem) {
            Some(name) => writeln!(out, "  {name}: {role}, {size} bytes, SHA-256 {sha256}")?,
            None => writeln!(out, "  {stem}: still missing ({role}, {size} bytes)")?,
        }
    }
    let any = |role| report.attachments.iter().any(|part| part.role == role);
    if any(Role::Original) {
        writeln!(
            out,
            "  An original is as it came from the camera: the file may say where, when and with what it was taken."
        )?;
    }
    if any(Role::Copy) {
        writeln!(
            out,
            "  A copy is a smaller picture that the witness's program made: nothing but the picture is in the file, and\n  \
             parts of it may be covered."
        )?;
    }
    Ok(())
}

fn tail(out: &mut String, report: &Report) -> fmt::Result {
    for relation in &report.relates {
        let what = match relation.kind {
            RelationKind::Adds => "adds to",
            RelationKind::Corrects => "corrects",
            RelationKind::Withdraws => "withdraws",
            RelationKind::SeenAgain => "the same subject again as in",
        };
        writeln!(out, "\nThis report {what} {}.", relation.reference)?;
    }
    if let Some(clocks) = &report.clocks {
        writeln!(out, "\nClock of the phone when it was submitted: {}", clocks.wall.to_rfc3339())?;
    }
    writeln!(out, "Report id: {}", report.id)?;
    if !report.unknown.is_empty() {
        writeln!(out, "It holds fields that this program does not know; report.json has them all.")?;
    }
    Ok(())
}

/// Degrees, and the square of 10 m for whoever has a map.
fn point(position: &Position) -> String {
    let square = Grid::of(position).and_then(|grid| grid.reference(position, 8));
    let square = square.map(|square| format!(" ({square})")).unwrap_or_default();
    format!("{:.5}, {:.5}{square}", position.lat_deg(), position.lon_deg())
}

fn quote(out: &mut String, words: &str) -> fmt::Result {
    writeln!(out, "{BAR}{}", shown::lines(words, BAR))
}
