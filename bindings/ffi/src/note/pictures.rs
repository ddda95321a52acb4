//! The copies of pictures: made, given, covered, left alone.

use turnstone_core::{
    Note as Core,
    media::{Cover, Pixels, Region},
};
use zeroize::Zeroizing;

use super::Note;
use crate::{CoreError, report::AttachmentRow};

/// A part of a copy, in its own picture points from its top left.
#[uniffi::remote(Record)]
pub struct Region {
    /// From the left edge.
    pub x: u32,
    /// From the upper edge.
    pub y: u32,
    /// In picture points.
    pub width: u32,
    /// In picture points.
    pub height: u32,
}

/// How a region is covered.
#[uniffi::remote(Enum)]
pub enum Cover {
    /// Blurred: one can see that there was somebody, not who.
    Blur,
    /// Cut out: nothing of it is left.
    CutOut,
}

/// Picture points as an operating system's own decoder hands them over, upright.
#[derive(uniffi::Record)]
pub struct PixelRows {
    /// In picture points.
    pub width: u32,
    /// In picture points.
    pub height: u32,
    /// Red, green, blue, alpha, 8 bits each, row by row from the top left, without gaps.
    pub rgba: Vec<u8>,
}

impl From<PixelRows> for Pixels {
    fn from(rows: PixelRows) -> Self {
        let PixelRows { width, height, rgba } = rows;
        Self { width, height, rgba: Zeroizing::new(rgba) }
    }
}

#[uniffi::export]
impl Note {
    /// Makes the copy of a picture where there is none: the first try met a full disk, say.
    pub async fn make_copy(&self, number: u16) -> Result<AttachmentRow, CoreError> {
        self.work(move |note| Ok(AttachmentRow::from(&note.make_copy(number)?))).await
    }

    /// Gives a picture the copy that this program could not make: of what the operating system decoded.
    pub async fn give_copy(&self, number: u16, pixels: PixelRows) -> Result<AttachmentRow, CoreError> {
        self.work(move |note| Ok(AttachmentRow::from(&note.give_copy(number, &pixels.into())?))).await
    }

    /// Takes a still in, of a film say: a copy without an original.
    pub async fn attach_still(&self, pixels: PixelRows) -> Result<AttachmentRow, CoreError> {
        self.work(move |note| Ok(AttachmentRow::from(&note.attach_still(&pixels.into())?))).await
    }

    /// The copy of a picture as it would be sent: a JPEG file.
    pub async fn picture(&self, number: u16) -> Result<Vec<u8>, CoreError> {
        self.work(move |note| Ok(note.picture(number)?.to_vec())).await
    }

    /// Makes parts of a picture's copy unrecognisable. The original is not changed.
    pub async fn cover(
        &self,
        number: u16,
        regions: Vec<Region>,
        how: Cover,
    ) -> Result<AttachmentRow, CoreError> {
        self.work(move |note| Ok(AttachmentRow::from(&note.cover(number, &regions, how)?))).await
    }

    /// Takes a picture's original out, for good, and keeps its copy.
    pub async fn leave_out_original(&self, number: u16) -> Result<(), CoreError> {
        self.work(move |note| Core::leave_out_original(note, number)).await
    }
}
