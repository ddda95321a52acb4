//! Who writes on a team's device, and what a person keeps for a PIN of their own.

use std::sync::Arc;

use turnstone_almanac::words::Lang;
use turnstone_core::{
    ChangedWriter, Client as Core, OpenNotes, PersonRow, PersonView, Writer, view, view::Losing,
};
use turnstone_wire::text::Text;

use super::{Client, pin_of};
use crate::{CoreError, OwnNotebook, Secret};

/// Who is to write.
#[uniffi::remote(Enum)]
pub enum Writer {
    /// Somebody this device knows.
    Person(PersonRow),
    /// Somebody by name: one of the list or one already known, where case and spaces are all that differs, else somebody new.
    Named(Text),
}

/// What becomes of the notes that are open when somebody else begins to write. They are never dropped.
#[uniffi::remote(Enum)]
pub enum OpenNotes {
    /// The next one has them in hand.
    HandOver,
    /// They stay in the name of the one before.
    KeepInTheirName,
}

/// Somebody who may write here.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
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

#[uniffi::export]
impl Client {
    /// Everybody who may write here, those of the profile's list among them.
    pub async fn people(&self) -> Result<Vec<PersonView>, CoreError> {
        self.core.work(Core::people).await
    }

    /// Who writes now: whose new notes are. Nobody on a personal device.
    pub async fn writer(&self) -> Result<Option<PersonView>, CoreError> {
        self.core.work(Core::writer).await
    }

    /// The person of a name, as a list or a hand writes it: case and spaces make no difference.
    pub async fn person_named(&self, name: Text) -> Result<Option<PersonRow>, CoreError> {
        self.core.work(move |core| core.person_named(&name)).await
    }

    /// Has somebody else write from now on, or nobody in particular. Durable when this returns.
    pub async fn set_writer(
        &self,
        writer: Option<Writer>,
        notes: OpenNotes,
    ) -> Result<ChangedWriter, CoreError> {
        self.core.work(move |core| core.set_writer(writer, notes)).await
    }

    /// Takes a name off this device; how many notes they had open.
    pub async fn forget_person(&self, person: PersonRow) -> Result<u32, CoreError> {
        self.core.work(move |core| core.forget_person(person)).await
    }

    /// Opens what is a person's own, by their PIN, as UTF-8.
    pub async fn unlock_as(&self, person: PersonRow, pin: Secret) -> Result<Arc<OwnNotebook>, CoreError> {
        self.core.work(move |core| core.unlock_as(person, &pin_of(&pin)?)).await.map(OwnNotebook::of)
    }

    /// What ends where a person's PIN is forgotten, and what is sent all the same.
    pub async fn what_a_person_loses(&self, person: PersonRow) -> Result<Losing, CoreError> {
        self.core.work(move |core| core.what_a_person_loses(person)).await
    }

    /// Ends a PIN that a person has forgotten, and what only it opens.
    pub async fn forget_person_pin(&self, person: PersonRow) -> Result<Losing, CoreError> {
        self.core.work(move |core| core.forget_person_pin(person)).await
    }
}

/// Who writes now, in a sentence.
#[uniffi::export]
pub fn writer_sentence(writer: Option<PersonView>, lang: Lang) -> String {
    view::writer_sentence(writer.as_ref(), lang)
}

/// What writing without an unlock means for whoever writes.
#[uniffi::export]
pub fn writer_rule(lang: Lang) -> String {
    view::writer_rule(lang)
}

/// One line of a list of persons.
#[uniffi::export]
pub fn person_row_text(person: PersonView, lang: Lang) -> String {
    view::person_row_text(&person, lang)
}

/// What a change of person came to: who writes now, and in whose hand the open notes are.
#[uniffi::export]
pub fn changed_writer_sentences(changed: ChangedWriter, lang: Lang) -> Vec<String> {
    view::changed_writer_sentences(&changed, lang)
}

/// That a name was taken off this device, and what became of the notes in its hand.
#[uniffi::export]
pub fn forgotten_person_sentences(name: Text, notes: u32, lang: Lang) -> Vec<String> {
    view::forgotten_person_sentences(&name, notes, lang)
}
