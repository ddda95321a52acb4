//! What each command may print on standard output: what it was asked to show, and nothing else. Standard error, and every
//! file, may hold none of it.

use crate::planted::Kind::{self, Answer, Camera, Desk, Moment, Place, Reference, Told, Watch, Words};

/// A command, what it may print in words, what in JSON, and why.
type Row = (&'static str, &'static [Kind], &'static [Kind], &'static str);

/// All of a draft, its contact included, and the earlier reports that it names or whose craft it describes.
const DRAFT: &[Kind] = &[Camera, Words, Place, Moment, Told, Desk, Kind::Contact, Watch, Reference];

/// All of a watch, and of what was seen on it.
const SHEET: &[Kind] = &[Watch, Words, Place, Moment, Told, Desk, Reference];

/// All that is read out to a call handler.
const CALL_SHEET: &[Kind] = &[Words, Place, Moment, Told, Reference, Kind::Contact];

/// What a team's set-up says of itself, its people and its desks; in JSON where its station is and when it was made, too.
const TEAM: &[Kind] = &[Words, Kind::Contact, Desk];
const TEAM_IN_JSON: &[Kind] = &[Words, Kind::Contact, Desk, Place, Moment];

/// Who of a team writes: in these tests the person of its list is called by a contact, and the one who is typed as on watch.
const PERSONS: &[Kind] = &[Watch, Kind::Contact];

/// The commands that may print any of it; whoever is not listed may print none.
const MAY_PRINT: &[Row] = &[
    ("init", &[Desk], &[Desk], "says which desks the list brought"),
    (
        "report",
        &[Reference, Place, Moment, Camera],
        &[Reference, Place, Moment, Camera],
        "gives the reference, says when the craft was seen before, and what the photos just given say of place and time",
    ),
    (
        "draft submit",
        &[Reference],
        &[Reference, Place, Moment, Camera],
        "gives the reference, says when the craft was seen before, and what the photos say of place and time",
    ),
    (
        "draft list",
        &[Words, Moment, Watch],
        &[Words, Moment, Told, Watch],
        "lists drafts by their first words, and who of a team has them in hand",
    ),
    ("draft show", &[Camera, Words, Place, Moment, Told, Desk, Watch, Reference], DRAFT, "shows a draft"),
    (
        "draft change",
        &[Moment],
        DRAFT,
        "answers a script with the draft as it is now, and says which time it read a photo's clock as",
    ),
    (
        "draft attach",
        &[Camera, Place, Moment],
        DRAFT,
        "answers a script with the draft as it is now, and says what the photos just given suggest",
    ),
    ("draft blur", &[], DRAFT, "answers a script with the draft as it is now"),
    (
        "draft copy",
        &[],
        &[Place, Moment, Camera],
        "says which file it wrote, and a script what the photo says",
    ),
    ("draft copy-again", &[], DRAFT, "answers a script with the draft as it is now"),
    ("draft detach", &[], DRAFT, "answers a script with the draft as it is now"),
    ("seen-again", &[Reference], DRAFT, "answers with the draft that goes on from what was seen"),
    ("watch list", &[], &[Watch, Moment], "lists watches"),
    ("watch show", SHEET, SHEET, "shows all that belongs to a watch"),
    ("watch hand-over", SHEET, SHEET, "prints all that belongs to a watch, for the next crew"),
    ("told", &[], &[Moment, Told, Reference], "answers a script with what was noted"),
    ("call-sheet", CALL_SHEET, CALL_SHEET, "shows what to say by voice, all of it"),
    ("help-now", &[Words, Place], &[Words, Place], "fills what was just typed into what to say"),
    (
        "preview",
        &[Words, Place, Moment, Told, Desk, Watch, Reference],
        &[Words, Place, Moment, Told, Desk, Watch, Reference],
        "shows what the desk will see, and which it is",
    ),
    ("profile take", TEAM, TEAM_IN_JSON, "shows what was taken"),
    ("profile show", TEAM, TEAM_IN_JSON, "shows the team's set-up"),
    ("writer", PERSONS, PERSONS, "names who writes on a team's device, and who may"),
    (
        "list",
        &[Desk, Moment, Told, Reference],
        &[Desk, Moment, Told, Reference],
        "lists reports and receipts",
    ),
    (
        "messages",
        &[Answer, Desk, Moment, Reference],
        &[Answer, Desk, Moment, Reference],
        "shows what desks have answered",
    ),
    ("export", &[Desk], &[Desk], "says which file is for which desk"),
    ("place", &[Place, Desk], &[Place, Desk], "describes a position that was typed, and names its desk"),
    ("forget", &[], &[Reference], "names what was forgotten"),
    ("guide", &[], &[Moment], "says when a newer pack was signed, which in these tests is now"),
    (
        "settings",
        &[Told, Place],
        &[Told, Place],
        "shows the station, which this suite calls by what was told",
    ),
];

/// What a call with these arguments may print.
pub(crate) fn allowed(arguments: &[&str], json: bool) -> &'static [Kind] {
    let words = arguments.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    let is_it = |(command, ..): &&Row| *command == words || *command == arguments[0];
    MAY_PRINT
        .iter()
        .find(is_it)
        .map_or(&[], |(_, in_words, in_json, _)| if json { in_json } else { in_words })
}
