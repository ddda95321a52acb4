//! What a report says: mirrors of the core's own types, field by field.

pub mod attachment;
pub mod check;
pub mod content;
pub mod copy;
pub mod sighting;
pub mod subject;

pub use attachment::AttachmentRow;
pub use check::{CheckRow, UsefulRow};
pub use copy::ReportCopy;
