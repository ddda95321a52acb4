//! Who writes on a team's device (ADR 32): a label for notes, by which a copy finds its reader, and no lock.
//!
//! A *person* is a name from the list of the team's profile, or one that was typed; their row's number also names their
//! vault, where they set a PIN of their own. One of them, or nobody, *writes now*: new notes are in their hand. All of that
//! is readable without an unlock, as the profile is, and no name leaves the device. Notes lie in the team's vault whoever
//! writes, so they can be handed over; the outbox knows nothing of persons, and no change here touches it.

mod change;
pub(crate) mod copies;
mod name;
mod notes;
mod own;
mod rows;

use std::fmt;

use serde::{Deserialize, Serialize};
use turnstone_wire::text::Text;

use crate::{
    error::{Error, Invalid},
    profile::Team,
};

pub(crate) use notes::{is_of_team, take_in_hand};
pub(crate) use rows::Names;
pub(crate) use rows::{uid_of, writer_of};

pub use own::OwnNotebook;

use name::Name;

/// A person's number on this device. Never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonRow(pub i64);

impl fmt::Display for PersonRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who is to write. `Debug` hides the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writer {
    /// Somebody this device knows.
    Person(PersonRow),
    /// Somebody by name: one of the list or one already known, where case and spaces are all that differs, else somebody new.
    Named(Text),
}

/// What becomes of the notes that are open when somebody else begins to write. They are never dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OpenNotes {
    /// The next one has them in hand.
    #[default]
    HandOver,
    /// They stay in the name of the one before.
    KeepInTheirName,
}

/// Somebody who may write here. `Debug` hides the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// Their number.
    pub row: PersonRow,
    /// Their name, on one line; empty where it is damaged and cannot be read any more.
    pub name: Text,
    /// They have a PIN of their own.
    pub has_pin: bool,
    /// They stand on the list of the profile in force.
    pub listed: bool,
    /// New notes are theirs.
    pub writes_now: bool,
    /// How many notes are open in their name.
    pub open_notes: u32,
}

/// What a change of person came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedWriter {
    /// Who wrote before; nobody where empty.
    pub before: Option<PersonView>,
    /// Who writes now; nobody where empty.
    pub now: Option<PersonView>,
    /// How many notes the one before had open, by then.
    pub open_notes: u32,
    /// They are in the hand of whoever writes now; else in the name of the one before, as they were.
    pub handed_over: bool,
}

impl crate::Client {
    /// Everybody who may write here, those of the profile's list among them. Needs no unlock.
    ///
    /// # Errors
    /// [`crate::Unusable::KeyStore`], and where the home cannot be read, or the list not be taken over.
    pub fn people(&self) -> Result<Vec<PersonView>, Error> {
        let core = self.core();
        let sending = core.sending()?;
        let listed = Listed::of(core.standing()?.team.as_deref());
        let all = core.words.read(|conn| rows::all(conn, sending))?;
        if listed.lacks_any_of(&all) {
            core.words.write(|tx| rows::enlist(tx, &listed, sending, core.random()))?;
        }
        Ok(core.words.read(|conn| rows::views(conn, &listed, sending))?)
    }

    /// Who writes now: whose new notes are. Nobody on a personal device. Needs no unlock.
    ///
    /// # Errors
    /// [`crate::Unusable::KeyStore`], and where the home cannot be read.
    pub fn writer(&self) -> Result<Option<PersonView>, Error> {
        let core = self.core();
        let sending = core.sending()?;
        let listed = Listed::of(core.standing()?.team.as_deref());
        let views = core.words.read(|conn| rows::views(conn, &listed, sending))?;
        Ok(views.into_iter().find(|view| view.writes_now))
    }

    /// The person of a name, as a list or a hand writes it: case and spaces make no difference. Needs no unlock.
    ///
    /// # Errors
    /// As [`crate::Client::people`].
    pub fn person_named(&self, name: &Text) -> Result<Option<PersonRow>, Error> {
        let Some(name) = Name::of(name) else { return Ok(None) };
        let all = self.people()?;
        let is_theirs = |view: &&PersonView| Name::of(&view.name).is_some_and(|own| own.is(&name));
        Ok(all.iter().find(is_theirs).map(|view| view.row))
    }

    /// Has somebody else write from now on, or nobody in particular. Needs no unlock; durable when this returns. Notes in
    /// hand, in this process or another, go on; what waits to be sent is not touched.
    ///
    /// # Errors
    /// [`Invalid::NotATeamDevice`], [`Invalid::PersonName`], [`Invalid::TooManyPeople`], [`crate::Missing::Person`]; nothing
    /// has changed then.
    pub fn set_writer(&self, writer: Option<Writer>, notes: OpenNotes) -> Result<ChangedWriter, Error> {
        let core = self.core();
        let sending = core.sending()?;
        let listed = Listed::of(core.standing()?.team.as_deref());
        if writer.is_some() && !listed.is_of_team {
            return Err(Invalid::NotATeamDevice.into());
        }
        let changed = core
            .words
            .write(|tx| change::set_writer(tx, (writer.as_ref(), notes), &listed, sending, core.random()))?;
        Ok(core.words.read(|conn| changed.view(&rows::views(conn, &listed, sending)?))?)
    }

    /// Takes a name off this device. Their open notes are in the hand of whoever writes now, or of nobody; how many is
    /// answered. Needs no unlock. Somebody of the profile's list can be chosen again, as somebody new.
    ///
    /// # Errors
    /// [`crate::Missing::Person`]; [`Invalid::PersonHasPin`] where there is a PIN of their own, which guards what nobody
    /// else may end.
    pub fn forget_person(&self, person: PersonRow) -> Result<u32, Error> {
        let core = self.core();
        let sending = core.sending()?;
        Ok(core.words.write(|tx| change::forget(tx, person, sending, core.random()))?)
    }
}

/// The names on the list of the profile in force. `Debug` hides them.
#[derive(Debug, Default)]
struct Listed {
    /// A profile is in force.
    is_of_team: bool,
    names: Vec<Name>,
}

impl Listed {
    fn of(team: Option<&Team>) -> Self {
        let people = team.into_iter().flat_map(|team| &team.profile.people);
        Self { is_of_team: team.is_some(), names: people.filter_map(Name::of).collect() }
    }

    fn has(&self, name: &Name) -> bool {
        self.names.iter().any(|listed| listed.is(name))
    }

    fn lacks_any_of(&self, known: &[rows::Person]) -> bool {
        let is_known = |name: &Name| known.iter().any(|person| person.is(name));
        !self.names.iter().all(is_known)
    }
}
