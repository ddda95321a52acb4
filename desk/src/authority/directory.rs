//! `directory DIR show | hours | renew | close | reopen | url`.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::Serialize;
use turnstone_wire::{
    directory::{Desk, Directory},
    shown,
};

use super::{
    change::{Change, Published},
    keys::ListedKey,
    whereabouts,
};
use crate::{
    args::{DirectoryAction, DirectoryArgs},
    clock::Clock,
    failure::Failure,
    home::Home,
    output::Output,
};

/// Longest words about when a desk reads, in bytes: a line on a phone's screen.
const HOURS_BYTES: usize = 200;

/// What a directory vouches for.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    sequence: u64,
    expires: DateTime<Utc>,
    expired: bool,
    desks: Vec<ShownDesk>,
}

#[derive(Debug, Serialize)]
struct ShownDesk {
    id: String,
    name: String,
    closed: bool,
    urls: Vec<String>,
    routes: Vec<&'static str>,
    hours: BTreeMap<String, String>,
    own_certificates: usize,
    keys: Vec<ListedKey>,
}

impl Shown {
    pub(super) fn new(directory: &Directory, now: DateTime<Utc>) -> Self {
        let desk = |desk: &Desk| ShownDesk {
            id: desk.id.as_str().to_owned(),
            name: desk.name("en").to_owned(),
            closed: desk.closed,
            urls: desk.urls.clone(),
            routes: desk.routes.iter().map(|route| route.code()).collect(),
            hours: desk.hours.clone(),
            own_certificates: desk.tls_roots.len(),
            keys: desk.keys.iter().map(ListedKey::from).collect(),
        };
        Self {
            sequence: directory.sequence(),
            expires: directory.expires(),
            expired: directory.expires() < now,
            desks: directory.desks().iter().map(desk).collect(),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = if self.expired { "asked to be replaced on" } else { "asks to be replaced on" };
        write!(f, "Directory number {}, which {ends} {}.", self.sequence, self.expires.date_naive())?;
        for desk in &self.desks {
            let (name, urls) = (shown::line(&desk.name), shown::line(&desk.urls.join(", ")));
            write!(f, "\n\n{name} ({})\n  reached at {urls}", desk.id)?;
            if desk.own_certificates > 0 {
                write!(f, ", believed by a certificate of its own")?;
            }
            if desk.closed {
                write!(f, "\n  CLOSED: takes nothing new")?;
            } else {
                write!(f, "\n  takes reports {}", desk.routes.join(", "))?;
            }
            for (language, hours) in &desk.hours {
                write!(f, "\n  reads {} ({language})", shown::line(hours))?;
            }
            for key in &desk.keys {
                write!(f, "\n  {key}")?;
            }
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Renewed {
    sequence: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    carry: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(args: &DirectoryArgs, clock: &dyn Clock, output: &mut Output) -> Result<(), Failure> {
    let home = Home::new(&args.dir);
    match &args.action {
        DirectoryAction::Close => whereabouts::close(&home, true, clock, output),
        DirectoryAction::Reopen => whereabouts::close(&home, false, clock, output),
        DirectoryAction::Url { set } => whereabouts::set_urls(&home, set, clock, output),
        DirectoryAction::Show => {
            let shown = Shown::new(&home.newest_directory()?, clock.now());
            output.answer(&shown, &shown)
        }
        DirectoryAction::Renew { expires_in_days } => {
            let days = Some(i64::from(*expires_in_days));
            tell(Change::begin(&home)?.publish(clock.now(), days)?, output)
        }
        DirectoryAction::Hours { words, lang } => {
            let mut change = Change::begin(&home)?;
            let hours = &mut change.desk()?.hours;
            match words.trim() {
                "" => drop(hours.remove(lang)),
                words if words.len() > HOURS_BYTES => {
                    return Err(Failure::Usage(format!("hours have at most {HOURS_BYTES} bytes")));
                }
                words => drop(hours.insert(lang.clone(), words.to_owned())),
            }
            tell(change.publish(clock.now(), None)?, output)
        }
    }
}

fn tell(Published { sequence, carry }: Published, output: &mut Output) -> Result<(), Failure> {
    let words = format!("The directory is now number {sequence}.");
    let words = [&[words], &carry[..]].concat().join("\n");
    output.answer(&Renewed { sequence, carry }, words)
}
