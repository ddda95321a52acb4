//! Drafts and sightings in words and in JSON. Whatever a person wrote is made safe to show.

pub(crate) mod photo;
pub(crate) mod seen;

use std::fmt::Write as _;

use serde_json::{Value, json};
use turnstone_almanac::{fix, grid::Grid, places, sign, target::Account, words::Lang};
use turnstone_core::{
    ChosenDesk, DraftAttachment, DraftContent, DraftRow, Error, Invalid, NotSendable, Note, Unusable, view,
    view::DraftView,
};
use turnstone_wire::{
    body::{
        Bearing, BearingLine, Degrees, Fix, Metres, North, Position, Relation, RelationKind, Scheme,
        Sighting, Target, Told, Watch,
    },
    shown,
    text::{Moment, Text},
};

use crate::{
    args::Common,
    emergency,
    failure::{Failure, core_code},
};

/// How far texts of several lines are set in.
const INDENT: &str = "          ";
/// Most characters of a draft's words in a list.
const GLIMPSE: usize = 60;

/// A draft as JSON: what it holds, its photos, and whether it can be sent.
pub(crate) fn draft_json(note: &Note) -> Result<Value, Failure> {
    let (check, lang) = (note.check()?, Lang::of(&note.content().language));
    let photos = note.attachments().iter().map(|photo| {
        json!({"number": photo.number, "role": photo.role, "media_type": photo.media_type, "size": photo.size, "sha256": photo.sha256})
    });
    let together: Vec<_> = photo::of_draft(note.attachments()).iter().map(photo::Photo::json).collect();
    Ok(json!({
        "draft": note.row(),
        "begun": note.begun(),
        "writer": writer_of(note),
        "content": note.content(),
        "located": located(&note.content().sightings, note.content().scheme, &note.content().language),
        "attachments": photos.collect::<Vec<_>>(),
        "photos": together,
        "told": note.told(),
        "seen": seen::seen_json(&seen::filled(&note.content().sightings), &note.content().language),
        "useful": seen::useful_json(&useful(note), &note.content().language),
        "sendable": check.stops.is_none(),
        "reason": check.stops.as_ref().map(core_code),
        "emergency": emergency::json(note.content(), &note.guide()),
        "goes_to": check.desk.as_ref().map(|desk| goes_to_json(desk, note.content())),
        "notices": check.notices.into_iter().map(|notice| view::notice_sentence(notice, lang)).collect::<Vec<_>>(),
    }))
}

/// Who of a team has a draft in hand, as far as that can be read: nothing is kept from being shown for it.
fn writer_of(note: &Note) -> Option<Text> {
    note.writer().ok().flatten().map(|writer| writer.name)
}

/// What a desk would use of a draft, told or not.
pub(crate) fn useful(note: &Note) -> Vec<view::Useful> {
    view::useful(note.content(), note.photos())
}

/// A draft in words.
pub(crate) fn draft_words(common: &Common, note: &Note) -> Result<String, Failure> {
    let (check, lang) = (note.check()?, Lang::of(&note.content().language));
    let mut words = format!("Draft {}, begun {}\n", note.row(), note.begun().to_rfc3339());
    if let Some(writer) = writer_of(note) {
        let _ = writeln!(words, "{}", view::in_hand_sentence(&writer, lang));
    }
    head(&mut words, note.content());
    let content = note.content();
    sightings_words(&mut words, &seen::filled(&content.sightings), content.scheme, &content.language);
    for photo in photo::of_draft(note.attachments()) {
        photo::draft_words(&mut words, common, note.row(), &photo, photo_shown(content));
    }
    told_words(&mut words, note.told());
    if note.content().contact.is_some() {
        words.push_str("Contact:  given; sealed apart from the words\n");
    }
    if let Some(desk) = &check.desk {
        let why = view::desk_reason(desk, Lang::of(&note.content().language));
        let _ = writeln!(words, "Goes to:  {}, {}", shown::line(&desk.name), shown::line(&why));
    }
    if let Some(card) = view::emergency(note.content(), &note.guide()) {
        let because: Vec<_> = card.because.into_iter().map(|(_, why)| why).collect();
        let _ = writeln!(words, "- {} ({})", card.title, because.join("; "));
    }
    for notice in check.notices {
        let _ = writeln!(words, "- {}", view::notice_sentence(notice, lang));
    }
    let _ = writeln!(words, "{}", seen::missing_words(&useful(note), &content.language, usize::MAX));
    let draft = note.row();
    let _ = match check.stops {
        Some(error) => {
            let next = remedy(common, draft, &error).map(|next| format!("\nYou can {next}."));
            write!(words, "It cannot be sent yet: {error}{}", next.unwrap_or_default())
        }
        None => write!(words, "It can be sent: {}", common.typed(format_args!("draft submit {draft}"))),
    };
    Ok(words)
}

/// The desk that a draft goes to, and why.
fn goes_to_json(desk: &ChosenDesk, content: &DraftContent) -> Value {
    json!({
        "desk": desk.desk,
        "name": desk.name,
        "reason": desk.why.code(),
        "reason_text": view::desk_reason(desk, Lang::of(&content.language)),
    })
}

/// What to type where a draft holds something that no desk takes, or that its route does not carry.
pub(crate) fn remedy(common: &Common, draft: DraftRow, error: &Error) -> Option<String> {
    let change = |what: &str| {
        Some(format!("put it right with `{}`", common.typed(format_args!("draft change {draft} {what}"))))
    };
    let out = match error {
        Error::Invalid(Invalid::Time) => return change("--when 2026-05-03T21:40:00+01:00"),
        Error::Invalid(Invalid::EndsBeforeItBegins) => {
            return change("--when 2026-05-03T21:40:00+01:00 --until 2026-05-03T21:50:00+01:00");
        }
        Error::Invalid(Invalid::ShownIsOld) => {
            return Some(format!(
                "look at it again with `{}`",
                common.typed(format_args!("preview {draft}"))
            ));
        }
        Error::NotSendable(NotSendable::TeamDevice | NotSendable::RouteNotOfTeam) => {
            let route = common.typed(format_args!("draft change {draft} --route ROUTE"));
            let profile = common.typed("profile show");
            return Some(format!("choose another route with `{route}` (`{profile}` names the team's)"));
        }
        Error::Invalid(Invalid::ContactTooLong { .. }) => return change("--contact TEXT"),
        Error::Invalid(Invalid::NothingSeen | Invalid::TextTooLong { .. }) => return change("--what TEXT"),
        Error::Invalid(Invalid::Body(_)) => {
            let help = common.typed("draft change --help");
            return Some(format!("put it right with `draft change`: `{help}` says how"));
        }
        Error::NotSendable(NotSendable::TooLarge { .. }) => {
            let detach = common.typed(format_args!("draft detach {draft} PHOTO_NUMBER"));
            return Some(format!("take photos out with `{detach}`"));
        }
        Error::Unusable(Unusable::Unreadable("a photo")) => {
            let detach = common.typed(format_args!("draft detach {draft} PHOTO_NUMBER"));
            return Some(format!("take that photo out with `{detach}`"));
        }
        Error::NotSendable(
            stops @ (NotSendable::NotAnonymously { .. } | NotSendable::PhotoWithoutCopy { .. }),
        ) => photo::remedy(common, draft, stops)?,
        Error::Invalid(Invalid::AnonymousContact) => {
            let change = common.typed(format_args!("draft change {draft} --contact \"\""));
            format!("take the contact out with `{change}`")
        }
        _ => return None,
    };
    let route = common.typed(format_args!("draft change {draft} --route confidential"));
    Some(format!("{out}, or choose another route with `{route}`"))
}

/// One line of the list of drafts.
pub(crate) fn draft_row_words(draft: &DraftView) -> String {
    let exercise = if draft.content.exercise { "EXERCISE " } else { "" };
    format!(
        "{:>4}  {}  {:<7}  {exercise}{}, {}",
        draft.row,
        draft.begun.to_rfc3339(),
        draft.content.scheme.code(),
        glimpse(&draft.content),
        photos(DraftAttachment::photos(&draft.attachments))
    ) + &draft
        .writer
        .iter()
        .map(|writer| format!(" ({})", view::person_name(writer, Lang::En)))
        .collect::<String>()
}

/// One draft of the list, as JSON.
pub(crate) fn draft_row_json(draft: &DraftView) -> Value {
    json!({
        "draft": draft.row,
        "begun": draft.begun,
        "scheme": draft.content.scheme,
        "route": draft.content.route,
        "exercise": draft.content.exercise,
        "what": draft.content.sightings.first().map(|sighting| &sighting.what),
        "attachments": DraftAttachment::photos(&draft.attachments),
        "told": draft.told,
        "log": draft.content.kept,
        "writer": draft.writer,
    })
}

/// "2 photos".
pub(crate) fn photos(count: usize) -> String {
    match count {
        0 => "no photos".to_owned(),
        1 => "1 photo".to_owned(),
        count => format!("{count} photos"),
    }
}

/// Where the thing of each sighting was, worked out; null where that is not said.
pub(crate) fn located(sightings: &[Sighting], scheme: Scheme, language: &str) -> Vec<Option<Account>> {
    sightings.iter().map(|sighting| account(sighting, scheme, language)).collect()
}

fn account(sighting: &Sighting, scheme: Scheme, language: &str) -> Option<Account> {
    Account::of(sighting, scheme, places::built_in(), Lang::of(language))
}

/// All sightings; numbered, where there are several.
pub(crate) fn sightings_words(words: &mut String, sightings: &[Sighting], scheme: Scheme, language: &str) {
    for (n, sighting) in sightings.iter().enumerate() {
        if sightings.len() > 1 {
            let _ = writeln!(words, "Sighting {}", n + 1);
        }
        sighting_words(words, sighting, scheme, language);
    }
}

/// One sighting, a line for each thing it says, and where it was in the words of its language.
fn sighting_words(words: &mut String, sighting: &Sighting, scheme: Scheme, language: &str) {
    let until = sighting.when.until.map(|until| format!(" until {}", until.to_rfc3339())).unwrap_or_default();
    let _ = writeln!(words, "When:     {}{until}", sighting.when.from.to_rfc3339());
    if let Some(seconds) = sighting.when.give_or_take_s {
        let _ = writeln!(words, "          give or take {seconds} seconds");
    }
    text_words(words, "What:", Some(&sighting.what));
    text_words(words, "Why:", sighting.why.as_ref());
    if let Some(fix) = &sighting.observer {
        let _ = writeln!(words, "Stood at: {}", fix_words(fix, sighting.when.from));
    }
    for fix in &sighting.fixes {
        let _ = writeln!(words, "Or at:    {}", fix_words(fix, sighting.when.from));
    }
    if let Some(target) = &sighting.target {
        let _ = writeln!(words, "It was:   {}", target_words(target));
    }
    for line in account(sighting, scheme, language).iter().flat_map(Account::lines) {
        let _ = writeln!(words, "{INDENT}{line}");
    }
    for code in &sighting.signs {
        let _ = writeln!(words, "Sign:     {code} {}", sign::describe(*code).unwrap_or_default());
    }
    for subject in &sighting.subjects {
        seen::subject_words(words, subject, language);
    }
    seen::view_words(words, sighting, language);
}

/// How photos are spoken of in a draft.
pub(crate) fn photo_shown(content: &DraftContent) -> photo::Shown {
    if content.route.is_named() { photo::Shown::Named } else { photo::Shown::Anonymous }
}

/// Calls that were made.
pub(crate) fn told_words(words: &mut String, told: &[Told]) {
    for call in told {
        let number = call.number.as_ref().map(|number| format!(", number {}", shown::line(number.as_str())));
        let _ = writeln!(
            words,
            "Told:     {} at {}{}",
            call.channel.code(),
            call.at.to_rfc3339(),
            number.unwrap_or_default()
        );
    }
}

fn head(words: &mut String, content: &DraftContent) {
    let desk = content.desk.as_ref().map(|desk| format!(", to {}", desk.as_str())).unwrap_or_default();
    let _ = writeln!(words, "Scheme:   {}, route {}{desk}", content.scheme.code(), content.route.code());
    if content.exercise {
        words.push_str("EXERCISE: nothing happened\n");
    }
    if content.urgent {
        words.push_str("URGENT\n");
    }
    for relation in &content.relates {
        relation_words(words, relation);
    }
    watch_words(words, content.watch.as_ref());
    if content.kept {
        words.push_str("Kept in the log: not sent until you submit it\n");
    }
}

/// An earlier report, and what this one does to it.
pub(crate) fn relation_words(words: &mut String, relation: &Relation) {
    let label = match relation.kind {
        RelationKind::Adds => "Adds to:",
        RelationKind::Corrects => "Corrects:",
        RelationKind::Withdraws => "Withdraws:",
        RelationKind::SeenAgain => "Again:",
    };
    let _ = writeln!(words, "{label:<10}{}", relation.reference);
}

/// The watch that the desk is told of.
pub(crate) fn watch_words(words: &mut String, watch: Option<&Watch>) {
    let Some(watch) = watch else { return };
    let said = watch.texts().map(|text| shown::line(text.as_str())).collect::<Vec<_>>().join("; ");
    let _ = writeln!(words, "On watch: {said}");
}

fn text_words(words: &mut String, label: &str, text: Option<&Text>) {
    if let Some(text) = text {
        let _ = writeln!(words, "{label:<10}{}", shown::lines(text.as_str(), INDENT));
    }
}

/// One fix with its square and all that a reader has to know of it.
fn fix_words(fix: &Fix, at: Moment) -> String {
    let accuracy = within_words(fix.accuracy_m);
    let name = fix.name.as_ref().map(|name| format!(", {}", shown::line(name.as_str()))).unwrap_or_default();
    let remarks = fix::remarks(fix, at, Lang::En).join("; ");
    format!("{}{accuracy}{name} ({remarks})", place_words(&fix.position))
}

/// A point in degrees, and the square of 10 m it lies in, for whoever has a map.
pub(crate) fn place_words(position: &Position) -> String {
    let square = Grid::of(position).and_then(|grid| grid.reference(position, 8));
    let square = square.map(|square| format!(" ({square})")).unwrap_or_default();
    let [lat, lon] = [position.lat_deg(), position.lon_deg()].map(to_decimetres);
    format!("{lat}, {lon}{square}")
}

/// Degrees to six decimals, about a decimetre: what a grid reference becomes has fifteen.
fn to_decimetres(deg: f64) -> f64 {
    (deg * 1e6).round() / 1e6
}

fn target_words(target: &Target) -> String {
    match target {
        Target::SamePlace => "at the same place".to_owned(),
        Target::Point { position, accuracy_m } => {
            let within = within_words(*accuracy_m);
            let [lat, lon] = [position.lat_deg(), position.lon_deg()].map(to_decimetres);
            format!("at {lat}, {lon}{within}")
        }
        Target::BearingRange { bearing, range_m, give_or_take_deg, give_or_take_m } => format!(
            "{}, {} m away{}",
            bearing_words(bearing, *give_or_take_deg),
            range_m.metres(),
            give_or_take_m.map(|metres| format!(", give or take {} m", metres.metres())).unwrap_or_default()
        ),
        Target::Named { name, .. } => format!("at {}", shown::line(name.as_str())),
        Target::Cross { first, second } => format!("{}, and {}", line_words(first), line_words(second)),
    }
}

fn line_words(line: &BearingLine) -> String {
    let from = line
        .from
        .map(|from| format!(" from {}, {}", to_decimetres(from.lat_deg()), to_decimetres(from.lon_deg())));
    let within = within_words(line.accuracy_m);
    format!("{}{}{within}", bearing_words(&line.bearing, line.give_or_take_deg), from.unwrap_or_default())
}

fn bearing_words(bearing: &Bearing, give_or_take_deg: Option<Degrees>) -> String {
    let north = match bearing.north() {
        North::True => "true",
        North::Magnetic => "magnetic",
    };
    let spread = give_or_take_deg.map(|degrees| format!(", give or take {} degrees", degrees.deg()));
    format!("bearing {} degrees {north}{}", bearing.deg(), spread.unwrap_or_default())
}

fn within_words(accuracy_m: Option<Metres>) -> String {
    accuracy_m.map(|metres| format!(", within {} m", metres.metres())).unwrap_or_default()
}

fn glimpse(content: &DraftContent) -> String {
    let what = content.sightings.first().map(|sighting| sighting.what.as_str()).unwrap_or_default();
    let line = what.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(GLIMPSE).collect();
    let more = if cut.len() < what.trim_end().len() { "…" } else { "" };
    format!("{}{more}", shown::line(&cut))
}
