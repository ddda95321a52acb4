//! Pictures: what a camera wrote into a file beside the picture ([`survey`]), and the copy that holds none of it
//! ([`copy_of`]).
//!
//! Everything here is a pure function of bytes in memory, knows no draft and no key, and takes any bytes at all: what comes
//! from a camera roll may be hostile. A copy is never cut out of the original; it is made of decoded picture points alone,
//! so that nothing the original said, known to this program or not, can be in it.

mod copy;
mod cover;
mod encode;
mod exif;
mod facts;
mod jpeg;
mod kind;
mod limits;
mod png;
mod raster;
mod survey;
mod upright;
mod webp;

pub use copy::{COPY_SIDE, Copied, CopyError, ORIGINAL_BYTES, Pixels, copy_of, copy_of_pixels};
pub use cover::{Cover, Region, cover};
pub use facts::{Facts, Taken};
pub use kind::{Kind, MediaKind};
pub use survey::{Carried, Survey, survey};
