//! A place surveyed once, such as a lookout: the home knows it, so that a witness there types one word.

use serde::{Deserialize, Serialize};
use turnstone_wire::{
    body::{Fix, FixSource, Metres, Position},
    text::Text,
};

/// A surveyed place. It is sealed under the sending key, as the proxy is: a note of a locked device may begin from it (P6), so
/// it must be readable there. `Debug` hides it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// What people there call it.
    pub name: Text,
    /// Where it is.
    pub position: Position,
    /// Radius in metres within which that lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<Metres>,
}

impl Station {
    /// The fix of somebody who stands there. It is never old: the place does not move.
    pub fn fix(&self) -> Fix {
        let name = Some(self.name.clone());
        Fix { accuracy_m: self.accuracy_m, name, ..Fix::new(self.position, FixSource::Station) }
    }
}
