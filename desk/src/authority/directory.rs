//! `directory DIR show | renew | close | reopen | url`.

use std::fmt;

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
            let Published { sequence, carry } = Change::begin(&home)?.publish(clock.now(), days)?;
            let words = format!("The directory is now number {sequence}.");
            let words = [&[words], &carry[..]].concat().join("\n");
            output.answer(&Renewed { sequence, carry }, words)
        }
    }
}
