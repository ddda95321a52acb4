//! What is known without a phone and without a network: where a bearing leads, how a position is typed, whom to ring, which signs
//! the schemes have published.
//!
//! Everything here is a pure function of its arguments and of tables compiled in; no file, socket or clock is used,
//! so that a locked phone with no signal, a desk and a test all get the same answer.
//!
//! A witness on a quay sees a boat two kilometres out, due south:
//!
//! ```
//! use turnstone_almanac::{geodesy, position, sign};
//! use turnstone_wire::body::{Bearing, Metres, North, Target};
//!
//! let quay = position::read("50.6065, -1.9480")?.position;
//! let boat = Target::BearingRange { bearing: Bearing::new(180.0, North::True)?, range_m: Metres::new(2_000.0)? };
//! let point = geodesy::target_point(Some(&quay), &boat).ok_or("a bearing needs a place to start from")?;
//! assert!((point.position.lat_deg() - 50.5885).abs() < 0.0001);
//! assert!(!point.magnetic_uncorrected);
//!
//! let landed = sign::known("K02")?;
//! assert_eq!(sign::describe(landed), Some("packages or frightened people being landed"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod call;
pub mod geodesy;
pub mod grid;
pub mod guide;
pub mod places;
pub mod position;
pub mod sign;
pub mod words;
