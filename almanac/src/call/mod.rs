//! Help by voice: whom to ring, what to read out to them, and what was typed that asks for a call at once.
//!
//! A call is the fastest way to help, and the only one where no desk takes reports. So all of this works with nothing set
//! up: [`help_now`] says whom to ring in which case; [`sheet`] makes what is read out, in the order in which that listener
//! asks, from what was [`Said`]; [`alarm`] finds what speaks of danger to life, and only ever shows a card (P12).
//!
//! What nobody typed is never made up: it stands there as a gap to fill by voice.
//!
//! ```
//! use turnstone_almanac::{call, guide, words::Lang};
//! use turnstone_wire::{body::{Route, Scheme, Sighting}, text::{Moment, Text}};
//!
//! let seen = Sighting::new(Moment::parse("2026-05-03T21:40:00+01:00")?, Text::from("a RIB, and two people in the water"));
//! let said = call::Said::new(Scheme::Kraken, Route::Police, vec![seen]);
//! assert!(call::alarm(&said).is_some());
//! let sheet = call::sheet(call::SheetFor::Coastguard, &said, guide::built_in(), Lang::En)?;
//! assert!(sheet.to_text().contains("a RIB, and two people in the water"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alarm;
mod alarm_words;
mod emergency;
mod more;
mod place;
mod ring;
mod said;
mod sheet;
mod tell;
mod telling;
mod vhf;
mod when;

pub use alarm::{Alarm, Card, Danger, Reason, alarm};
pub use ring::{Advice, Case, Ring, advise, help_now};
pub use said::{Own, Said};
pub use sheet::{NotOnThisRoute, Row, Sheet, SheetFor, sheet};

#[cfg(test)]
mod tests;
