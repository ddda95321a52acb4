//! All that is said of where the thing of one sighting was: the same for a witness before sending, for a preview and for a desk.

use std::fmt;

use serde::Serialize;
use turnstone_wire::body::{Position, Scheme, Sighting, Target};

use super::{
    Ellipse, Located, Mark, Units, Unlocated, find, likely, remarks, unlocated, wording, wording_from_witness,
};
use crate::{places::Places, words::Lang};

/// Where the thing was, in figures and in words. `Debug` hides it.
#[derive(Clone, PartialEq, Serialize)]
pub struct Account {
    /// The likeliest point; none where [`Account::reason`] says why.
    pub position: Option<Position>,
    /// How far off it may be.
    pub ellipse: Option<Ellipse>,
    /// By how many degrees a compass bearing was corrected, east positive.
    pub declination_deg: Option<f64>,
    /// The date lies outside the years of the magnetic model.
    pub outside_magnetic_model: bool,
    /// Codes of what was not said and was assumed.
    pub assumed: Vec<&'static str>,
    /// From where the witness stood, if that is known and is not the same place.
    pub from_witness: Option<String>,
    /// From the nearest harbour (Kraken) or airfield (Pegasus), if one is near enough to tell anything.
    pub from_mark: Option<String>,
    /// "95 % likely within about 300 m of there".
    pub likely: Option<String>,
    /// The correction and each assumption, a sentence each.
    pub remarks: Vec<String>,
    /// Why there is no position.
    pub reason: Option<String>,
}

impl Account {
    /// What can be said of a sighting's target, by the day of the sighting; none where it has none.
    pub fn of(sighting: &Sighting, scheme: Scheme, places: &Places, lang: Lang) -> Option<Self> {
        let target = sighting.target.as_ref()?;
        let on = sighting.when.from.at().to_utc();
        Some(match find(sighting.observer.as_ref(), target, on) {
            Ok(found) => {
                let mark = Mark::nearest(places, &found.position, scheme);
                Self::located(&found, sighting, mark.as_ref(), Units::of(scheme), lang)
            }
            Err(why) => Self::unlocated(why, lang),
        })
    }

    fn located(found: &Located, sighting: &Sighting, mark: Option<&Mark>, units: Units, lang: Lang) -> Self {
        let stood = sighting.observer.as_ref().filter(|_| sighting.target != Some(Target::SamePlace));
        Self {
            position: Some(found.position),
            ellipse: Some(found.ellipse),
            declination_deg: found.declination.map(|declination| (declination.deg * 100.0).round() / 100.0),
            outside_magnetic_model: found.declination.is_some_and(|declination| declination.outside_model),
            assumed: found.assumed.iter().map(|assumed| assumed.code()).collect(),
            from_witness: stood.map(|fix| wording_from_witness(found, &fix.position, units, lang)),
            from_mark: mark.map(|mark| wording(found, mark, units, lang)),
            likely: Some(likely(&found.ellipse, lang)),
            remarks: remarks(found, lang),
            reason: None,
        }
    }

    fn unlocated(why: Unlocated, lang: Lang) -> Self {
        Self {
            position: None,
            ellipse: None,
            declination_deg: None,
            outside_magnetic_model: false,
            assumed: Vec::new(),
            from_witness: None,
            from_mark: None,
            likely: None,
            remarks: Vec::new(),
            reason: Some(unlocated(why, lang)),
        }
    }

    /// All of it in lines: the point, from where it lies how, how likely, and the remarks.
    pub fn lines(&self) -> Vec<String> {
        let point = self.position.map(|at| format!("{:.5}, {:.5}", at.lat_deg(), at.lon_deg()));
        let said = [&point, &self.from_mark, &self.from_witness, &self.likely, &self.reason];
        said.into_iter().flatten().chain(&self.remarks).cloned().collect()
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[account]")
    }
}

#[cfg(test)]
mod tests {
    use turnstone_wire::{
        body::{Bearing, Fix, FixSource, Metres, North},
        text::{Moment, Text},
    };

    use super::*;
    use crate::places;

    fn sighting(target: Target) -> Sighting {
        let stood = Position::new(50.6065, -1.948).unwrap();
        Sighting {
            observer: Some(Fix::new(stood, FixSource::Station)),
            target: Some(target),
            ..Sighting::new(Moment::parse("2026-05-03T21:40:00+01:00").unwrap(), Text::from("a boat"))
        }
    }

    #[test]
    fn a_sighting_is_accounted_for_in_figures_and_in_words() {
        let bearing = Bearing::new(140.0, North::Magnetic).unwrap();
        let seen = sighting(Target::bearing_range(bearing, Metres::new(2_400.0).unwrap()));
        let account = Account::of(&seen, Scheme::Kraken, places::built_in(), Lang::En).unwrap();
        assert_eq!(account.declination_deg, Some(0.61));
        assert_eq!(account.assumed, ["bearing", "fix", "range"]);
        assert_eq!(
            account.lines(),
            [
                "50.58982, -1.92649",
                "in the area of Swanage",
                "about 2.4 km (1.3 nautical miles), 140 degrees true, from where the witness stood",
                "95 % likely within about 1.8 km either way along 140 and 320 degrees true, and 1.1 km either way across that",
                "A compass there points 0.6 degrees east of true north; the bearing was corrected for it.",
                "How exact the bearing is was not said: give or take 10 degrees was assumed.",
                "How exact the place where the witness stood is was not said: it was assumed by what the position came from.",
                "How exact the distance is was not said: give or take 30 percent was assumed.",
            ]
        );
        assert_eq!(format!("{account:?}"), "[account]");
    }

    #[test]
    fn what_is_no_point_is_accounted_for_with_its_reason() {
        let named = Target::Named { name: Text::from("the old jetty"), unknown: Default::default() };
        let account = Account::of(&sighting(named), Scheme::Pegasus, places::built_in(), Lang::En).unwrap();
        assert_eq!(account.lines(), ["It is a place known by its name only."]);
        let none = Sighting { target: None, ..sighting(Target::SamePlace) };
        assert_eq!(Account::of(&none, Scheme::Pegasus, places::built_in(), Lang::En), None);
        let same =
            Account::of(&sighting(Target::SamePlace), Scheme::Pegasus, places::built_in(), Lang::En).unwrap();
        assert_eq!(same.from_witness, None);
    }
}
