//! The pictures of a draft: their copies, and what of them is covered or left out.

use std::io::Cursor;

use turnstone_wire::{attachment, body::Role};
use zeroize::Zeroizing;

use super::{
    DraftAttachment, Note,
    attach::{Place, end},
    draft::DraftBody,
};
use crate::{
    error::{Error, Fault, Invalid, Missing},
    media::{self, Copied, CopyError, Cover, MediaKind, ORIGINAL_BYTES, Pixels, Region, Survey},
};

/// There is no such photo.
const NONE: Error = Error::NotFound(Missing::Attachment);

impl Note {
    /// Makes the copy of a picture again, where there is none: the first try met a full disk, say. A copy that is there stays
    /// as it is, covered parts and all, and is given back.
    ///
    /// # Errors
    /// [`Missing::Attachment`] where there is no original of that number; [`Invalid::Copy`] where no copy can be made, which is
    /// then noted with the original; as [`Note::attach`].
    pub fn make_copy(&mut self, number: u16) -> Result<DraftAttachment, Error> {
        let original = self.body.original(number).cloned().ok_or(NONE)?;
        if let Some(copy) = self.body.copy(number) {
            return Ok(copy.clone());
        }
        if original.kind() != MediaKind::Picture {
            return Err(Invalid::Copy(CopyError::NotAPicture).into());
        }
        Ok(self.look_and_copy(&original)?.map_err(Invalid::Copy)?)
    }

    /// Gives a picture the copy that this program could not make: of what the operating system decoded. A copy that is there
    /// stays as it is, and is given back.
    ///
    /// # Errors
    /// As [`Note::make_copy`].
    pub fn give_copy(&mut self, number: u16, pixels: &Pixels) -> Result<DraftAttachment, Error> {
        let original = self.body.original(number).ok_or(NONE)?;
        if let Some(copy) = self.body.copy(number) {
            return Ok(copy.clone());
        }
        if original.kind() != MediaKind::Picture {
            return Err(Invalid::Copy(CopyError::NotAPicture).into());
        }
        let copied = (self.makers.copy_of_pixels)(pixels).map_err(Invalid::Copy)?;
        Ok(self.or_as_before(|note| {
            for held in note.body.attachments.iter_mut().filter(|held| held.number == number) {
                held.no_copy = None;
            }
            note.keep_copy(number, &copied)
        })?)
    }

    /// Takes a still in, of a film say: a copy without an original.
    ///
    /// # Errors
    /// [`Invalid::Copy`]; as [`Note::attach`].
    pub fn attach_still(&mut self, pixels: &Pixels) -> Result<DraftAttachment, Error> {
        let copied = (self.makers.copy_of_pixels)(pixels).map_err(Invalid::Copy)?;
        Ok(self.keep_copy(self.body.next_number(), &copied)?)
    }

    /// The copy of a picture as it would be sent: a JPEG file.
    ///
    /// # Errors
    /// [`Missing::Attachment`] where there is no copy of that number.
    pub fn picture(&self, number: u16) -> Result<Zeroizing<Vec<u8>>, Error> {
        let copy = self.body.copy(number).ok_or(NONE)?;
        Ok(self.read_back(copy)?.map_err(Invalid::Copy)?)
    }

    /// Makes parts of a picture's copy unrecognisable. The copy is replaced by a new one, and the key of the old one is ended: it
    /// is shredded at once where the vault is open, else with the next shred. The original is not changed:
    /// [`Note::leave_out_original`].
    ///
    /// # Errors
    /// [`Missing::Attachment`] where there is no copy of that number; [`Invalid::Copy`]; as [`Note::change`].
    pub fn cover(&mut self, number: u16, regions: &[Region], how: Cover) -> Result<DraftAttachment, Error> {
        let covered = (self.makers.cover)(&self.picture(number)?, regions, how).map_err(Invalid::Copy)?;
        let copy = self.keep_copy(number, &covered)?;
        self.shred();
        Ok(copy)
    }

    /// Takes a picture's original out, for good, and keeps its copy.
    ///
    /// # Errors
    /// [`Missing::Attachment`] where it has no original, or no copy that would be left; as [`Note::change`].
    pub fn leave_out_original(&mut self, number: u16) -> Result<(), Error> {
        let original = self.body.original(number).cloned().ok_or(NONE)?;
        self.body.copy(number).ok_or(NONE)?;
        self.or_as_before(|note| {
            note.body.attachments.retain(|held| (held.number, held.role) != (number, Role::Original));
            note.save(|tx| end(tx, &original))
        })?;
        self.core.media.sweep(&self.core.words).unwrap_or_default();
        self.shred();
        Ok(())
    }

    /// How many photos it holds: an original and its copy are one.
    pub fn photos(&self) -> usize {
        DraftAttachment::photos(&self.body.attachments)
    }

    /// Notes what a picture's original says of itself, and keeps its copy beside it, in one transaction; or why there is none.
    pub(super) fn look_and_copy(
        &mut self,
        original: &DraftAttachment,
    ) -> Result<Result<DraftAttachment, CopyError>, Fault> {
        let (survey, copied) = match self.read_back(original)? {
            Ok(bytes) => ((self.makers.survey)(&bytes), (self.makers.copy_of)(&bytes)),
            Err(why) => (Survey::default(), Err(why)),
        };
        let number = original.number;
        let note_only = |note: &mut Self| {
            note.body.note_survey(number, &survey, copied.as_ref().err().copied());
            note.save(|_| Ok(()))
        };
        let copied = match &copied {
            Ok(copied) => copied,
            Err(why) => return self.or_as_before(note_only).map(|()| Err(*why)),
        };
        let kept = self.or_as_before(|note| {
            note.body.note_survey(number, &survey, None);
            note.keep_copy(number, copied)
        });
        if kept.is_err() {
            // Where there is no room for the copy, there may be for this.
            self.or_as_before(note_only).unwrap_or_default();
        }
        kept.map(Ok)
    }

    fn keep_copy(&mut self, number: u16, copied: &Copied) -> Result<DraftAttachment, Fault> {
        let points = Some((copied.width, copied.height));
        let place = Place { number, role: Role::Copy, media_type: "image/jpeg", points };
        self.take_in(&mut Cursor::new(copied.jpeg.as_slice()), &mut |_| {}, place)
    }

    /// Takes bytes in as the copy of a photo, of the one with this number or of one of its own, whatever they are: how a copy
    /// travels does not hang on how it was made.
    #[cfg(any(test, feature = "simulation"))]
    pub(crate) fn attach_copy_by_hand(
        &mut self,
        of: Option<u16>,
        bytes: &[u8],
    ) -> Result<DraftAttachment, Fault> {
        let copied = Copied { jpeg: Zeroizing::new(bytes.to_vec()), width: 1, height: 1 };
        self.keep_copy(of.unwrap_or_else(|| self.body.next_number()), &copied)
    }

    /// The bytes of an original or a copy, out of what is sealed, in memory: never of what is larger than a picture may be.
    fn read_back(
        &self,
        attachment: &DraftAttachment,
    ) -> Result<Result<Zeroizing<Vec<u8>>, CopyError>, Fault> {
        if attachment.size > ORIGINAL_BYTES {
            return Ok(Err(CopyError::TooLarge));
        }
        let size = usize::try_from(attachment.size).unwrap_or(usize::MAX);
        let mut bytes = Zeroizing::new(Vec::new());
        if bytes.try_reserve_exact(size).is_err() {
            return Ok(Err(CopyError::NoMemory));
        }
        let key = self.attachment_keys.get(&attachment.key_uid()?).ok_or(Fault::Sealed("a photo"))?;
        let _swept_by_nobody = self.core.media.hold()?;
        let mut sealed = self.core.media.reader(attachment.media);
        let opened = attachment::open(&mut sealed, &attachment.part(key.clone()), &mut *bytes);
        match (opened, sealed.failed) {
            (Ok(()), _) => Ok(Ok(bytes)),
            (Err(_), Some(fault)) => Err(fault),
            (Err(_), None) => Err(Fault::Sealed("a photo")),
        }
    }
}

impl DraftBody {
    /// Notes with an original what was found in its file, and why it has no copy.
    fn note_survey(&mut self, number: u16, survey: &Survey, no_copy: Option<CopyError>) {
        let held = self.attachments.iter_mut();
        for original in held.filter(|held| (held.number, held.role) == (number, Role::Original)) {
            original.facts = survey.facts.clone();
            original.carries = survey.carries.clone();
            original.points = survey.size;
            original.no_copy = no_copy;
        }
    }
}

/// What looks at pictures and makes their copies. Tests put others in their place.
#[derive(Clone, Copy)]
pub(crate) struct Makers {
    pub(crate) survey: fn(&[u8]) -> Survey,
    pub(crate) copy_of: fn(&[u8]) -> Result<Copied, CopyError>,
    pub(crate) copy_of_pixels: fn(&Pixels) -> Result<Copied, CopyError>,
    pub(crate) cover: Coverer,
}

type Coverer = fn(&[u8], &[Region], Cover) -> Result<Copied, CopyError>;

impl Default for Makers {
    fn default() -> Self {
        Self {
            survey: media::survey,
            copy_of: media::copy_of,
            copy_of_pixels: media::copy_of_pixels,
            cover: media::cover,
        }
    }
}
