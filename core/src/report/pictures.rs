//! The pictures of a draft: their copies, and what of them is covered or left out.

use turnstone_wire::body::Role;
use zeroize::Zeroizing;

use super::{DraftAttachment, Note};
use crate::{
    error::{Error, Missing},
    media::{Cover, Pixels, Region},
};

impl Note {
    /// Makes the copy of a picture again, where there is none: the first try met a full disk, say.
    ///
    /// # Errors
    /// [`Missing::Attachment`] where there is no original of that number; as [`Note::attach`].
    pub fn make_copy(&mut self, number: u16) -> Result<DraftAttachment, Error> {
        self.stub(number, Role::Original)
    }

    /// Gives a picture the copy that this program could not make: of what the operating system decoded.
    ///
    /// # Errors
    /// As [`Note::make_copy`].
    pub fn give_copy(&mut self, number: u16, _pixels: &Pixels) -> Result<DraftAttachment, Error> {
        self.stub(number, Role::Original)
    }

    /// Takes a still in, of a film say: a copy without an original.
    ///
    /// # Errors
    /// As [`Note::attach`].
    pub fn attach_still(&mut self, _pixels: &Pixels) -> Result<DraftAttachment, Error> {
        self.stub(0, Role::Copy)
    }

    /// The copy of a picture as it would be sent: a JPEG file.
    ///
    /// # Errors
    /// [`Missing::Attachment`] where there is no copy of that number.
    pub fn picture(&self, number: u16) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.stub(number, Role::Copy).map(|_| Zeroizing::default())
    }

    /// Makes parts of a picture's copy unrecognisable. The copy is replaced by a new one, and the key of the old one is ended: it
    /// is shredded with the next shred. The original is not changed: [`Note::leave_out_original`].
    ///
    /// # Errors
    /// [`Missing::Attachment`] where there is no copy of that number.
    pub fn cover(&mut self, number: u16, _regions: &[Region], _how: Cover) -> Result<DraftAttachment, Error> {
        self.stub(number, Role::Copy)
    }

    /// Takes a picture's original out, for good, and keeps its copy.
    ///
    /// # Errors
    /// [`Missing::Attachment`] where it has no original, or no copy that would be left.
    pub fn leave_out_original(&mut self, number: u16) -> Result<(), Error> {
        self.stub(number, Role::Original).map(drop)
    }

    fn stub(&self, _number: u16, _role: Role) -> Result<DraftAttachment, Error> {
        Err(Error::NotFound(Missing::Attachment))
    }
}
