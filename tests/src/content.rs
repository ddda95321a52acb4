//! What a witness might write, and no more.

use turnstone_core::DraftContent;
use turnstone_wire::{
    body::{Route, Scheme, Sighting},
    text::{Moment, Text},
};

/// A report of one sighting at a moment, without anything but its words.
pub fn content(route: Route, at: Moment, what: Text) -> DraftContent {
    DraftContent::new(Scheme::Kraken, route, vec![Sighting::new(at, what)])
}
