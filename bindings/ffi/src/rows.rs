//! Rows that are ready to be shown: mirrors of the core's own view of things. Shells choose and arrange.

pub mod draft;
pub mod item;
pub mod message;
pub mod overview;
pub mod report;

pub use draft::DraftRowView;
pub use item::{ItemRowView, ReasonRow};
pub use report::ReportRowView;
