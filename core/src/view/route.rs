//! Routes, and the profile of a team, in the witness's language.

use chrono::{DateTime, FixedOffset};
use turnstone_almanac::words::{Lang, words};
use turnstone_wire::{body::Route, directory::Directory, shown};

use crate::{Choice, ProfileView, report::Notice};

/// What a screen shows of one way to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceRow {
    /// The stable code of the route; none for advice, which cannot be chosen.
    pub code: Option<&'static str>,
    /// Its name.
    pub name: Option<String>,
    /// What it means for whoever chooses it, or the advice.
    pub means: String,
    /// It is the usual one here.
    pub usual: bool,
}

/// The question that is asked once.
pub fn route_question(lang: Lang) -> String {
    words(lang).say("route-ask", &[])
}

/// The ways to send, as a screen shows them.
pub fn choice_rows(choices: &[Choice], lang: Lang) -> Vec<ChoiceRow> {
    let say = |id: &str| words(lang).say(id, &[]);
    let row = |choice: &Choice| match *choice {
        Choice::Route { route, usual } => ChoiceRow {
            code: Some(route.code()),
            name: Some(say(&format!("route-{}", route.code()))),
            means: say(&format!("route-{}-means", route.code())),
            usual,
        },
        Choice::TeamAdvice => {
            ChoiceRow { code: None, name: None, means: say("route-team-advice"), usual: false }
        }
    };
    choices.iter().map(row).collect()
}

/// What to say where a team's device is asked to send anonymously.
pub fn team_advice(lang: Lang) -> String {
    words(lang).say("route-team-advice", &[])
}

/// What a profile says, a line for each thing, safe to show: everything in it was written by others.
pub fn profile_lines(view: &ProfileView, directory: Option<&Directory>, lang: Lang) -> Vec<String> {
    let say =
        |id: &str, name: &str, text: &str| words(lang).say(id, &[(name, shown::line(text).as_str().into())]);
    let profile = &view.profile;
    let mut lines = vec![say("profile-in-force", "team", profile.team.as_str())];
    lines.push(signer_sentence(view.in_national_list, lang));
    if let Some(station) = &profile.station {
        lines.push(say("profile-station", "name", station.name.as_str()));
    }
    if !profile.people.is_empty() {
        let names: Vec<_> = profile.people.iter().map(|name| shown::line(name.as_str())).collect();
        let n = u32::try_from(names.len()).unwrap_or(u32::MAX);
        let names = names.join(", ");
        let args = [("n", n.into()), ("names", names.as_str().into())];
        lines.push(words(lang).say("profile-people", &args));
    }
    for id in &profile.desks {
        let desk = directory.and_then(|directory| directory.desk(id));
        let name = desk.map_or(id.as_str(), |desk| desk.name(lang.code()));
        lines.push(say("profile-desk", "name", name));
    }
    for desk in &profile.unlisted {
        let listed = view.listed_anyway.contains(&desk.id);
        let id = if listed { "profile-desk-listed-anyway" } else { "profile-desk-unlisted" };
        lines.push(say(id, "name", desk.name(lang.code())));
    }
    let routes: Vec<_> = profile.routes().iter().map(|route| route_name(*route, lang)).collect();
    lines.push(say("profile-routes", "routes", &routes.join(", ")));
    if let Some(language) = &profile.language {
        lines.push(say("profile-language", "language", language));
    }
    let expires = if view.expired { "profile-expired" } else { "profile-expires" };
    lines.push(say(expires, "date", &day(profile.expires.at())));
    lines
}

/// Who vouches for a profile.
pub fn signer_sentence(in_national_list: bool, lang: Lang) -> String {
    words(lang).say(if in_national_list { "profile-listed" } else { "profile-outside" }, &[])
}

/// One of the sentences about taking and leaving a profile.
pub fn profile_sentence(step: ProfileStep, lang: Lang) -> String {
    words(lang).say(step.id(), &[])
}

/// A step of taking or leaving a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileStep {
    /// There is none.
    None,
    /// Its four words are to be compared.
    Compare,
    /// They differ.
    Differ,
    /// It was taken.
    Taken,
    /// It was left.
    Left,
}

impl ProfileStep {
    fn id(self) -> &'static str {
        match self {
            Self::None => "profile-none",
            Self::Compare => "profile-compare",
            Self::Differ => "profile-differ",
            Self::Taken => "profile-taken",
            Self::Left => "profile-left",
        }
    }
}

/// The name of a route.
pub fn route_name(route: Route, lang: Lang) -> String {
    words(lang).say(&format!("route-{}", route.code()), &[])
}

/// The message of a notice, where it has one.
pub(super) fn notice_id(notice: Notice) -> Option<&'static str> {
    Some(match notice {
        Notice::NamesPhone => "notice-names-phone",
        Notice::NamesEmail => "notice-names-email",
        Notice::NamesOwnPlace => "notice-names-own-place",
        Notice::UnlistedDesk => "notice-unlisted-desk",
        Notice::ProfileExpired => "notice-profile-expired",
        Notice::NoCopyKept => "notice-no-copy-kept",
        _ => return None,
    })
}

fn day(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d").to_string()
}
