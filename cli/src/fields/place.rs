//! Where the thing was, as typed: the same place, a point, a bearing and a range, two bearings that cross, or a name.

use clap::{ArgGroup, Args};
use turnstone_wire::{
    body::{Bearing, BearingLine, Degrees, Metres, North, Position, Target},
    text::Text,
};

use crate::{failure::Failure, parse};

/// One of five ways to say where the thing was, and how exactly each is known.
// A direction is typed, or taken of a photo; both may stand on one line, and then what is typed counts.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(group = ArgGroup::new("direction").multiple(true))]
pub(crate) struct Place {
    /// The thing was where you stood
    #[arg(long, group = "target_kind")]
    same_place: bool,
    /// Where the thing was
    #[arg(
        long,
        value_parser = parse::position,
        value_name = "POSITION",
        allow_hyphen_values = true,
        group = "target_kind"
    )]
    target_at: Option<Position>,
    /// How exact that is: the radius that holds it in two cases of three
    #[arg(long, value_parser = parse::metres, value_name = "METRES", requires = "target_at", allow_negative_numbers = true)]
    target_accuracy: Option<Metres>,
    /// The place where the thing was, by its name
    #[arg(long, value_parser = parse::text(), value_name = "TEXT", group = "target_kind")]
    target_name: Option<Text>,
    /// In which direction the thing was, from where you stood; with --range, or with a second bearing that crosses it
    #[arg(
        long,
        value_parser = parse::degrees,
        value_name = "DEG",
        requires = "reach",
        allow_negative_numbers = true,
        groups = ["target_kind", "direction"]
    )]
    bearing: Option<f64>,
    /// Bearings are as the compass shows them; they are corrected by the World Magnetic Model
    #[arg(long, requires = "bearing")]
    magnetic: bool,
    /// By how much a bearing may be wrong, in two cases of three [default: 10]
    #[arg(long, value_parser = parse::give_or_take_deg, value_name = "DEG", requires = "bearing", allow_negative_numbers = true)]
    give_or_take_deg: Option<Degrees>,
    /// How far away it was
    #[arg(
        long,
        value_parser = parse::metres,
        value_name = "METRES",
        requires = "direction",
        allow_negative_numbers = true,
        group = "reach"
    )]
    range: Option<Metres>,
    /// By how much the range may be wrong, in two cases of three [default: 30 percent of it]
    #[arg(long, value_parser = parse::metres, value_name = "METRES", requires = "range", allow_negative_numbers = true)]
    give_or_take_m: Option<Metres>,
    /// Where a second bearing was taken
    #[arg(
        long,
        value_parser = parse::position,
        value_name = "POSITION",
        allow_hyphen_values = true,
        requires = "cross_bearing"
    )]
    cross_from: Option<Position>,
    /// In which direction the thing was from there
    #[arg(
        long,
        value_parser = parse::degrees,
        value_name = "DEG",
        requires = "cross_from",
        requires = "bearing",
        allow_negative_numbers = true,
        group = "reach"
    )]
    cross_bearing: Option<f64>,
}

impl Place {
    /// Whether it was typed where the thing was.
    pub(super) fn is_target(&self) -> bool {
        self.same_place || self.target_at.is_some() || self.target_name.is_some() || self.bearing.is_some()
    }

    /// A distance for which no bearing was typed: something else says the direction.
    pub(super) fn range_alone(&self) -> Option<Metres> {
        self.range.filter(|_| self.bearing.is_none())
    }

    /// The target, if one was typed.
    pub(super) fn target(self) -> Result<Option<Target>, Failure> {
        if self.same_place {
            return Ok(Some(Target::SamePlace));
        }
        if let Some(position) = self.target_at {
            return Ok(Some(Target::Point { position, accuracy_m: self.target_accuracy }));
        }
        if let Some(name) = self.target_name {
            return Ok(Some(Target::Named { name, unknown: Default::default() }));
        }
        let Some(deg) = self.bearing else { return Ok(None) };
        let bearing = self.along(deg)?;
        Ok(match (self.range, self.cross_from, self.cross_bearing) {
            (Some(range_m), ..) => Some(Target::BearingRange {
                bearing,
                range_m,
                give_or_take_deg: self.give_or_take_deg,
                give_or_take_m: self.give_or_take_m,
            }),
            (None, Some(from), Some(deg)) => Some(Target::Cross {
                first: self.line(None, bearing),
                second: self.line(Some(from), self.along(deg)?),
            }),
            _ => None,
        })
    }

    fn along(&self, deg: f64) -> Result<Bearing, Failure> {
        let north = if self.magnetic { North::Magnetic } else { North::True };
        Bearing::new(deg, north).map_err(|error| Failure::Usage(error.to_string()))
    }

    fn line(&self, from: Option<Position>, bearing: Bearing) -> BearingLine {
        BearingLine { give_or_take_deg: self.give_or_take_deg, ..BearingLine::new(from, bearing) }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        place: Place,
    }

    fn typed(args: &[&str]) -> Option<Target> {
        let typed = Typed::try_parse_from([&["x"], args].concat());
        typed.ok()?.place.target().unwrap()
    }

    #[test]
    fn each_way_of_saying_where_it_was_is_one_target() {
        assert_eq!(typed(&["--same-place"]), Some(Target::SamePlace));
        let point = typed(&["--target-at", "-50.59,-1.93", "--target-accuracy", "40"]);
        let Some(Target::Point { position, accuracy_m }) = point else { panic!("no point") };
        assert_eq!((position.lat_deg(), accuracy_m), (-50.59, Metres::new(40.0).ok()));
        let named = typed(&["--target-name", "the old jetty"]);
        assert!(matches!(named, Some(Target::Named { name, .. }) if name.as_str() == "the old jetty"));
        let by_range = typed(&[
            "--bearing",
            "210",
            "--magnetic",
            "--range",
            "800",
            "--give-or-take-deg",
            "5",
            "--give-or-take-m",
            "90",
        ]);
        let Some(Target::BearingRange { bearing, range_m, give_or_take_deg, give_or_take_m }) = by_range
        else {
            panic!("no range")
        };
        assert_eq!((bearing.deg(), bearing.north(), range_m.metres()), (210.0, North::Magnetic, 800.0));
        assert_eq!((give_or_take_deg, give_or_take_m), (Degrees::new(5.0).ok(), Metres::new(90.0).ok()));
        let cross = typed(&["--bearing", "170", "--cross-from", "50.6,-1.8", "--cross-bearing", "230"]);
        let Some(Target::Cross { first, second }) = cross else { panic!("no cross") };
        assert_eq!((first.from, first.bearing.deg()), (None, 170.0));
        assert_eq!((second.from.unwrap().lon_deg(), second.bearing.deg()), (-1.8, 230.0));
        assert_eq!(typed(&[]), None);
    }

    #[test]
    fn two_ways_at_once_and_half_of_one_are_wrong_usage() {
        for args in [
            &["--bearing", "210"][..],
            &["--range", "210"],
            &["--cross-from", "50,-1"],
            &["--cross-bearing", "9"],
            &["--bearing", "210", "--cross-bearing", "9"],
            &["--cross-from", "50,-1", "--cross-bearing", "9"],
            &["--bearing", "210", "--range", "9", "--cross-from", "50,-1", "--cross-bearing", "9"],
            &["--bearing", "210", "--range", "9", "--target-at", "1,1"],
            &["--bearing", "210", "--range", "9", "--same-place"],
            &["--same-place", "--target-at", "1,1"],
            &["--target-at", "1,1", "--target-name", "jetty"],
            &["--target-accuracy", "5"],
            &["--give-or-take-deg", "5"],
            &["--give-or-take-m", "5"],
            &["--bearing", "210", "--range", "9", "--give-or-take-deg", "181"],
            &["--bearing", "210", "--range", "9", "--give-or-take-deg", "-1"],
            &["--bearing", "210", "--range", "9", "--give-or-take-m", "NaN"],
        ] {
            assert!(Typed::try_parse_from([&["x"], args].concat()).is_err(), "{args:?}");
        }
    }
}
