//! What is known without a phone and without a network: where a bearing leads and how exactly, how a position is typed, which
//! places are near, whom to ring, which signs the schemes have published.
//!
//! Everything here is a pure function of its arguments and of tables compiled in; no file, socket or clock is used,
//! so that a locked phone with no signal, a desk and a test all get the same answer.
//!
//! A witness on a quay sees a boat two kilometres out, due south:
//!
//! ```
//! use turnstone_almanac::{position, sign, target, words::Lang};
//! use turnstone_wire::body::{Bearing, Fix, FixSource, Metres, North, Position, Target};
//!
//! let quay = Fix::new(position::read("50.6065, -1.9480")?.position, FixSource::Station);
//! let boat = Target::bearing_range(Bearing::new(180.0, North::True)?, Metres::new(2_000.0)?);
//! let found = target::find(Some(&quay), &boat, "2026-05-03T20:40:00Z".parse()?)?;
//! assert!((found.position.lat_deg() - 50.5885).abs() < 0.0001);
//! let end_of_the_pier = target::Mark::new("the end of the pier", Position::new(50.6092, -1.9494)?);
//! let words = target::wording(&found, &end_of_the_pier, target::Units::Metric, Lang::En);
//! assert_eq!(words, "about 2.3 km, 180 degrees true, from the end of the pier");
//!
//! let landed = sign::known("K02")?;
//! assert_eq!(sign::describe(landed), Some("packages or frightened people being landed"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod call;
pub mod fix;
pub mod geodesy;
pub mod grid;
pub mod guide;
pub mod identifier;
pub mod magnetic;
pub mod mark;
pub mod places;
pub mod position;
pub mod sign;
pub mod silhouette;
pub mod sun;
pub mod target;
pub mod telltale;
pub mod view;
pub mod words;

/// The number of the guidance and places compiled in: packs that phones take have higher ones. Counted up with each release that
/// brings newer content, above the number of every pack signed by then.
pub const COMPILED_IN: u64 = 1;
