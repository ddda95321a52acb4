//! What a person wishes of the sender, beside what the kind of network says.

/// Wishes; by default none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wishes {
    /// Originals go at once, on a metered network too.
    pub originals_now: bool,
    /// Copies wait for an unmetered network, as originals do.
    pub copies_wait: bool,
    /// Desks whose address is not encrypted are sent to, on other machines than this as well: for a trial in a closed
    /// network. What is sent is sealed all the same; who sends what to whom is seen by everybody on the way.
    pub allow_clear: bool,
}
