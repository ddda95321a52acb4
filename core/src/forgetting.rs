//! Forgetting the PIN: what only it opened is ended, and what is sealed to desks is still sent. Needs no unlock.

use rusqlite::Transaction;

use crate::{
    Client,
    error::{Error, Fault, Invalid},
    shared::Core,
    vault::{self, VaultId},
    view::Losing,
};

impl Client {
    /// What [`Client::forget_pin`] would end, and what would still be sent: to be said before. Needs no unlock, so it is numbers
    /// alone.
    ///
    /// # Errors
    /// Where the home or the key store cannot be read.
    pub fn what_is_lost(&self) -> Result<Losing, Error> {
        let core = self.core();
        let (sending, directory) = (core.sending()?, core.directory()?);
        let vault = Some(VaultId::DEVICE);
        Ok(core.words.read(|conn| Losing::read(conn, vault, sending, directory.as_deref()))?)
    }

    /// Forgets the PIN, for whoever does not know it any more: reading needs none from now on, and all that only the old PIN
    /// opened is ended for good. Drafts, copies, finished records, answers and watches go; what waits goes on
    /// being sent, sealed as it is, and what desks answer to it can be read no more. Killed halfway, it is done or not begun.
    ///
    /// Returns what was ended, and what is still sent.
    ///
    /// # Errors
    /// [`Invalid::Pin`] where there is no PIN; where the key store or the disk fails, and then nothing is changed.
    pub fn forget_pin(&self) -> Result<Losing, Error> {
        let core = self.core();
        if !core.words.read(|conn| vault::has_pin(conn, VaultId::DEVICE))? {
            return Err(Invalid::Pin("there is no PIN to forget").into());
        }
        Ok(end_device_vault(&core, Some(VaultId::DEVICE), |_| Ok(()))?)
    }
}

/// What there is in a vault, and what waits to be sent.
pub(crate) fn losing(core: &Core, vault: VaultId) -> Result<Losing, Fault> {
    let (sending, directory) = (core.sending()?, core.directory()?);
    core.words.read(|conn| Losing::read(conn, Some(vault), sending, directory.as_deref()))
}

/// Starts the device's vault over, and does something else in the same transaction. Returns what is lost of `counted`, or of all
/// vaults.
pub(crate) fn end_device_vault(
    core: &Core,
    counted: Option<VaultId>,
    also: impl Fn(&Transaction<'_>) -> Result<(), Fault>,
) -> Result<Losing, Fault> {
    // Asked for first: neither is to be waited for while the store is held.
    let (sending, directory) = (core.sending()?, core.directory()?);
    let (key_store, random, of) = (core.key_store(), core.random(), (VaultId::DEVICE, core.home));
    let lost = vault::start_over(&core.words, key_store, sending, random, of, |tx| {
        let lost = Losing::read(tx, counted, sending, directory.as_deref())?;
        end_rows(tx, VaultId::DEVICE)?;
        also(tx)?;
        Ok(lost)
    })?;
    // It is done; what this cannot finish is finished at the next opening.
    core.media.sweep(&core.words).unwrap_or_default();
    Ok(lost)
}

/// Takes away every row that only one vault opens. Of a report that waits nothing goes but what its desk answered, and the name
/// of the key for that: without it no answer is taken any more. Of what is sealed in it and in its items not a byte changes.
pub(crate) fn end_rows(tx: &Transaction<'_>, vault: VaultId) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM told WHERE vault = ?1",
        "DELETE FROM mail WHERE report IN (SELECT id FROM report WHERE vault = ?1)",
        "DELETE FROM copy WHERE report IN (SELECT id FROM report WHERE vault = ?1)",
        "DELETE FROM report WHERE vault = ?1 AND finished = 1",
        "UPDATE report SET reply_key = NULL WHERE vault = ?1 AND reply_key IS NOT NULL",
    ] {
        tx.execute(sql, [vault])?;
    }
    if vault == VaultId::DEVICE {
        // Photos, calls and entries go with them.
        for sql in ["DELETE FROM draft", "DELETE FROM watch"] {
            tx.execute(sql, [])?;
        }
    }
    Ok(())
}
