//! The PIN of an open notebook: changing it, and the wipe PIN that may stand beside it.

use super::Notebook;
use crate::{
    error::{Error, Invalid},
    vault::{self, Kdf, Pin},
};

/// What became of a change of PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedPin {
    /// There was a wipe PIN, and it ended with the PIN it stood beside: to be said, for whoever relies on it.
    pub wipe_pin_ended: bool,
}

impl Notebook {
    /// Sets, changes or takes away the PIN. All old copies of the home folder open with neither PIN afterwards. A wipe PIN ends
    /// with it, in the same transaction.
    ///
    /// # Errors
    /// [`Error::Locked`], and where the key store fails; the old PIN then stands.
    pub fn change_pin(&self, new: Option<&Pin>) -> Result<ChangedPin, Error> {
        let core = &self.cell.core;
        let sending = core.sending()?;
        Ok(self.cell.with(|unlocked| {
            if new.is_none() && !unlocked.kdf.has_pin() {
                return Err(Invalid::Pin("there is no PIN to take away").into());
            }
            let kdf = if new.is_some() { Kdf::new(core.random())? } else { Kdf::NoPin };
            let factor = kdf.factor(new)?;
            let wipe_pin_ended = core.words.read(vault::has_wipe_pin)?;
            let new_pin = Some((kdf, factor));
            vault::shred(&core.words, core.key_store(), sending, core.random(), unlocked, new_pin)?;
            Ok(ChangedPin { wipe_pin_ended })
        })?)
    }

    /// Whether there is a wipe PIN. Nothing says so without an unlock.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn has_wipe_pin(&self) -> Result<bool, Error> {
        Ok(self.cell.read(|conn, _| vault::has_wipe_pin(conn))?)
    }

    /// Sets a wipe PIN, or another one: given where the PIN is asked for, it wipes this home and answers what a device that was
    /// never set up answers. To be chosen, and explained before ([`crate::view::wipe_pin_explained`]): what it cannot do is
    /// among that. Takes the PIN itself once more: a notebook left open must not be enough.
    ///
    /// It ends whenever the PIN is changed, taken away or forgotten.
    ///
    /// # Errors
    /// [`Error::Locked`]; [`Invalid::WipePinTooClose`] for one that is the PIN or one slip of a finger from it; [`Invalid::Pin`]
    /// where there is no PIN, or where the wipe PIN that stands was given for it; [`Error::WrongPin`] as at an unlock. The old
    /// wipe PIN, or none, then stands, as it does where the key store or the disk fails.
    pub fn set_wipe_pin(&self, pin: &Pin, wipe: &Pin) -> Result<(), Error> {
        let core = &self.cell.core;
        let kdf = self.cell.with(|unlocked| Ok(unlocked.kdf.clone()))?;
        if !kdf.has_pin() {
            return Err(Invalid::Pin("without a PIN nothing asks for a wipe PIN: set a PIN first").into());
        }
        if wipe.is_a_slip_from(pin) {
            return Err(Invalid::WipePinTooClose.into());
        }
        drop(core.unlock_device(Some(pin))?);
        let factor = kdf.factor(Some(wipe))?;
        Ok(self.cell.with(|unlocked| {
            if unlocked.kdf != kdf {
                // Another program changed the PIN meanwhile.
                return Err(Error::Locked.into());
            }
            vault::set_wipe_pin(&core.words, core.key_store(), core.random(), unlocked, &factor)
        })?)
    }

    /// Takes the wipe PIN away. Returns whether there was one.
    ///
    /// # Errors
    /// [`Error::Locked`], and where the home cannot be written.
    pub fn remove_wipe_pin(&self) -> Result<bool, Error> {
        let core = &self.cell.core;
        Ok(self.cell.with(|_| vault::remove_wipe_pin(&core.words, core.key_store(), core.home))?)
    }
}
