//! What a locked device may show.

use turnstone_core::view::Overview;

/// How much there is of everything: what a locked device may show.
#[uniffi::remote(Record)]
pub struct Overview {
    /// Drafts.
    pub drafts: u32,
    /// Reports submitted and not forgotten.
    pub reports: u32,
    /// Envelopes and attachments that wait to be sent.
    pub waiting: u32,
    /// Those a desk vouches for having stored.
    pub stored: u32,
    /// Those an officer vouches for having opened.
    pub opened: u32,
    /// Those a desk refuses.
    pub refused: u32,
    /// Answers of desks that were not shown yet. Those that came since the last unlock are counted unseen: some may turn out
    /// not to be believed.
    pub unread: u32,
    /// Something is still to be shredded at the next unlock.
    pub shred_due: bool,
}
