//! What is a person's own on a team's device: a vault with their own PIN, and the notebook it opens (ADR 33).

use rusqlite::Connection;
use turnstone_wire::{
    body::{Report, Told},
    directory::DeskId,
    reference::Reference,
};

use super::{PersonRow, copies, uid_of};
use crate::{
    client::Client,
    error::{Error, Fault, Invalid},
    forgetting::{end_rows, losing},
    notebook::{Notebook, VaultCell},
    report::DraftRow,
    shared::Core,
    sync::{Asked, Sender},
    vault::{self, Kdf, PersonsVault, Pin, Uid, VaultId},
    view::{Losing, MessageRow, Messages, ReportView},
};

impl Notebook {
    /// Gives a person of the team a PIN of their own. From then on what they submit is kept for that PIN alone; what they
    /// submitted before was kept for nobody. Once they have it, only they change it: [`OwnNotebook::change_pin`].
    ///
    /// # Errors
    /// [`Error::Locked`], [`crate::Missing::Person`], [`Invalid::Pin`] where they have one already.
    pub fn set_person_pin(&self, person: PersonRow, pin: &Pin) -> Result<(), Error> {
        let core = self.cell().core();
        // Whoever may not read here gives nobody a key either.
        self.cell().with(|_| Ok(()))?;
        Ok(begin(core, person, pin)?)
    }
}

/// Makes a person's vault. Killed before its last step, it leaves a slot of the key store with which nothing is sealed.
fn begin(core: &Core, person: PersonRow, pin: &Pin) -> Result<(), Fault> {
    let sending = core.sending()?;
    let kdf = Kdf::new(core.random())?;
    let factor = kdf.factor(Some(pin))?;
    let _turn = core.words.vault_turn()?;
    let id = VaultId::of_person(person);
    let (owner, last_dead) = core.words.read(|conn| {
        let owner = unless_there(conn, person)?;
        Ok((owner, vault::last_dead_epoch(conn, owner)?))
    })?;
    let new = PersonsVault::prepare(core.key_store(), (owner, last_dead), (kdf, &factor), core.random())?;
    core.words.write(|tx| {
        // They may have been taken off the list meanwhile.
        unless_there(tx, person)?;
        new.write(tx, (id, &owner), sending, core.random())
    })
}

/// A person's random name, where they have no vault.
fn unless_there(conn: &Connection, person: PersonRow) -> Result<Uid, Fault> {
    let owner = uid_of(conn, person)?;
    if copies::has_pin(conn, person)? {
        return Err(Invalid::Pin("they have a PIN of their own already, which only they change").into());
    }
    Ok(owner)
}

/// Ends a person's vault, and what only it opens. What is sealed and waits stays, byte for byte, and is the team's from now on:
/// it has no copy and takes no answers.
fn end(core: &Core, person: PersonRow) -> Result<Losing, Fault> {
    // Asked for first: neither is to be waited for while the store is held.
    let (sending, directory) = (core.sending()?, core.directory()?);
    let _turn = core.words.vault_turn()?;
    let id = VaultId::of_person(person);
    let lost = core.words.write(|tx| {
        let owner = uid_of(tx, person)?;
        if !copies::has_pin(tx, person)? {
            return Err(no_pin());
        }
        let lost = Losing::read(tx, Some(id), sending, directory.as_deref())?;
        end_rows(tx, id)?;
        tx.execute("UPDATE report SET vault = 1 WHERE vault = ?1", [id])?;
        vault::end_vault(tx, (id, owner))?;
        Ok(lost)
    })?;
    // They are gone; what these cannot finish is finished at the next opening.
    core.media.sweep(&core.words).unwrap_or_default();
    vault::delete_dead_slots(&core.words, core.key_store()).unwrap_or_default();
    Ok(lost)
}

fn no_pin() -> Fault {
    Invalid::Pin("they have no PIN of their own").into()
}

impl Client {
    /// Opens what is a person's own, by their PIN. What waited for that is done before this returns, as with
    /// [`Client::unlock`].
    ///
    /// # Errors
    /// [`Error::WrongPin`], [`Error::PinDelayed`], [`crate::Missing::Person`], [`Invalid::Pin`] where they have no PIN.
    pub fn unlock_as(&self, person: PersonRow, pin: &Pin) -> Result<OwnNotebook, Error> {
        let core = self.core();
        let owner = core.words.read(|conn| {
            let owner = uid_of(conn, person)?;
            if copies::has_pin(conn, person)? { Ok(owner) } else { Err(no_pin()) }
        })?;
        let of_person = (VaultId::of_person(person), owner);
        let unlocked = vault::unlock(&core.words, core.key_store(), core.clock(), of_person, Some(pin))?;
        let cell = VaultCell::new(core, unlocked);
        // The vault is open whatever becomes of this; what is due stays due.
        cell.after_unlock().unwrap_or_default();
        Ok(OwnNotebook { notebook: Notebook::new(cell), person })
    }

    /// What ends where a person's PIN is forgotten, and what is sent all the same. Needs no unlock.
    ///
    /// # Errors
    /// [`crate::Missing::Person`], [`Invalid::Pin`] where they have no PIN.
    pub fn what_a_person_loses(&self, person: PersonRow) -> Result<Losing, Error> {
        let core = self.core();
        core.words.read(|conn| {
            uid_of(conn, person)?;
            if copies::has_pin(conn, person)? { Ok(()) } else { Err(no_pin()) }
        })?;
        Ok(losing(&core, VaultId::of_person(person))?)
    }

    /// Ends a PIN that a person has forgotten, and what only it opens: [`Client::what_a_person_loses`] says what that is. Needs
    /// no unlock; what is sealed and waits is sent all the same. They may be given another PIN then.
    ///
    /// # Errors
    /// As there, and where the home cannot be written.
    pub fn forget_person_pin(&self, person: PersonRow) -> Result<Losing, Error> {
        Ok(end(&self.core(), person)?)
    }
}

/// What is one person's own on a team's device: the reports they submitted, what these say, and what desks answered. It opens
/// none of the team's drafts and watches. Locks when dropped.
pub struct OwnNotebook {
    notebook: Notebook,
    person: PersonRow,
}

impl OwnNotebook {
    /// Whose it is.
    pub fn person(&self) -> PersonRow {
        self.person
    }

    /// Closes it, as [`Notebook::lock`] does.
    pub fn lock(&self) {
        self.notebook.lock();
    }

    /// Their reports, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn reports(&self, limit: u32) -> Result<Vec<ReportView>, Error> {
        self.notebook.reports(limit)
    }

    /// How many of their reports are damaged on this device.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn damaged(&self) -> Result<u32, Error> {
        Ok(self.notebook.damaged_reports()?)
    }

    /// The copy of one of their reports, as [`Notebook::copy`].
    ///
    /// # Errors
    /// As there.
    pub fn copy(&self, reference: &Reference) -> Result<Report, Error> {
        self.notebook.copy(reference)
    }

    /// What desks have answered them, as [`Notebook::messages`].
    ///
    /// # Errors
    /// As there.
    pub fn messages(&self, about: Option<&Reference>) -> Result<Messages, Error> {
        self.notebook.messages(about)
    }

    /// Notes that messages were shown to them.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn mark_read(&self, rows: &[MessageRow]) -> Result<(), Error> {
        self.notebook.mark_read(rows)
    }

    /// Notes whom they told of one of their reports.
    ///
    /// # Errors
    /// As [`Notebook::tell`].
    pub fn tell(&self, reference: &Reference, told: &Told) -> Result<(), Error> {
        self.notebook.tell(reference, told)
    }

    /// Forgets one of their reports, as [`Notebook::forget`].
    ///
    /// # Errors
    /// As there.
    pub fn forget(&self, reference: &Reference) -> Result<(), Error> {
        self.notebook.forget(reference)
    }

    /// Seals one of their reports for another desk, as [`Notebook::readdress`].
    ///
    /// # Errors
    /// As there.
    pub fn readdress(&self, reference: &Reference, desk: Option<&DeskId>) -> Result<DeskId, Error> {
        self.notebook.readdress(reference, desk)
    }

    /// Makes one of their reports that its desk refuses a draft again, as [`Notebook::take_back`]. Drafts are the team's: whoever
    /// opens its notebook reads it there.
    ///
    /// # Errors
    /// As there.
    pub fn take_back(&self, reference: &Reference) -> Result<DraftRow, Error> {
        self.notebook.take_back(reference)
    }

    /// Puts another PIN in the place of theirs. Old copies of the home folder open with neither afterwards.
    ///
    /// # Errors
    /// As [`Notebook::change_pin`].
    pub fn change_pin(&self, new: &Pin) -> Result<(), Error> {
        self.notebook.change_pin(Some(new)).map(drop)
    }

    /// Ends their PIN, and what only it opens, as [`Client::forget_person_pin`] does: without a PIN nobody reads it.
    ///
    /// # Errors
    /// [`Error::Locked`], and where the home cannot be written.
    pub fn remove_pin(self) -> Result<Losing, Error> {
        self.notebook.cell().with(|_| Ok(()))?;
        Ok(end(self.notebook.cell().core(), self.person)?)
    }

    /// Does what waits for this PIN once more: shreds, and seals anew.
    ///
    /// # Errors
    /// Where the key store or the disk fails; what is due stays due.
    pub fn tidy(&self) -> Result<(), Error> {
        Ok(self.notebook.catch_up()?)
    }
}

impl std::fmt::Debug for OwnNotebook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[own notebook]")
    }
}

impl Sender {
    /// Asks the mailboxes of a person's own reports now, as [`Sender::ask_mail`].
    ///
    /// # Errors
    /// As there.
    pub async fn ask_own_mail(&self, own: &OwnNotebook, about: Option<&Reference>) -> Result<Asked, Error> {
        self.ask_mail(&own.notebook, about).await
    }
}
