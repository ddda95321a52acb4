//! What of a picture is read at most, so that the worst one that is accepted keeps within [`MEMORY_BYTES`].
//!
//! Each decoder says what it would need before it is let at the file, from the sizes in the file's own header and from the
//! file's length; what a decoder needs for each was read in its source and is measured by `p9_the_worst_accepted_pictures_...`.

use super::CopyError;

/// What making a copy takes at most, the file itself among it.
pub(super) const MEMORY_BYTES: u64 = 200_000_000;
/// Points of a picture that are decoded: 200 megapixels, the largest sensors of phones, as 16,384 by 12,288.
pub(super) const POINTS: u64 = 16_384 * 12_288;
/// The longest side that is read, which is also the longest that JPEG can say.
pub(super) const SIDE: u32 = 65_535;
/// What is needed besides while decoding: the small picture and a few rows. What comes after, turning and encoding, takes less
/// than this limit leaves beside the longest file, with the decoder gone.
const AROUND_BYTES: u64 = 16_000_000;

/// Lets a picture of that size be decoded, where the decoder would need no more than `needed` bytes besides the file.
///
/// # Errors
/// [`CopyError::Damaged`] for a picture without points, [`CopyError::TooLarge`].
pub(super) fn fits(file: &[u8], width: u32, height: u32, needed: u64) -> Result<(), CopyError> {
    let file = u64::try_from(file.len()).map_err(|_| CopyError::TooLarge)?;
    let points = u64::from(width) * u64::from(height);
    if points == 0 {
        return Err(CopyError::Damaged);
    }
    let large = width.max(height) > SIDE || points > POINTS;
    if large || file.saturating_add(needed).saturating_add(AROUND_BYTES) > MEMORY_BYTES {
        return Err(CopyError::TooLarge);
    }
    Ok(())
}

/// A buffer of zeros, where there is room for it.
///
/// # Errors
/// [`CopyError::NoMemory`].
pub(super) fn room(bytes: u64) -> Result<Vec<u8>, CopyError> {
    let bytes = usize::try_from(bytes).map_err(|_| CopyError::TooLarge)?;
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(bytes).map_err(|_| CopyError::NoMemory)?;
    buffer.resize(bytes, 0);
    Ok(buffer)
}
