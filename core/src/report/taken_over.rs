//! Taking over what a picture says of itself: only what was asked for, and nothing that contradicts itself.

use chrono::{DateTime, Datelike, Local, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use turnstone_wire::{
    body::{Bearing, Fix, FixSource, Metres, Position, Sighting, Target, When},
    limits,
    text::Moment,
};

use super::DraftContent;
use crate::media::{Facts, Taken};

/// Which facts of a picture a sighting is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Where the camera was: where the witness stood.
    pub place: bool,
    /// When it was taken.
    pub time: bool,
    /// Where the camera pointed: the direction of what was seen, with the range that is given or was said before.
    pub bearing: bool,
}

/// What became of each fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakenOver {
    /// Of where the camera was.
    pub place: Taking,
    /// Of when it was taken.
    pub time: Taking,
    /// Of where the camera pointed.
    pub bearing: Taking,
}

/// What became of one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Taking {
    /// It was not asked for.
    #[default]
    NotAsked,
    /// It stands in the sighting now.
    Taken,
    /// It does, read in this device's zone: the camera's clock says none.
    TakenInOwnZone,
    /// The picture does not say it.
    NotSaid,
    /// The camera's clock was wrong: no report is from then.
    WrongClock,
    /// A direction without a distance leads nowhere, and no distance was said.
    NoRange,
}

impl Taking {
    /// Whether the sighting has it now.
    pub fn is_taken(self) -> bool {
        matches!(self, Self::Taken | Self::TakenInOwnZone)
    }
}

impl TakenOver {
    /// Whether the sighting has anything of it now.
    pub fn any(&self) -> bool {
        [self.place, self.time, self.bearing].into_iter().any(Taking::is_taken)
    }
}

impl DraftContent {
    /// Takes over what a picture says of itself for one of the sightings, counted from 0. Where the witness stood was said
    /// before, that stays beside it as a further fix; time and direction are replaced. An anonymous report rounds the time: it is a
    /// camera's, to the second, and the same second stands in the original and in whatever else was made of it.
    pub fn take_over(
        &mut self,
        sighting: usize,
        facts: &Facts,
        wanted: Wanted,
        range_m: Option<Metres>,
        now: DateTime<Utc>,
    ) -> TakenOver {
        self.take_over_in(&Local, sighting, facts, wanted, range_m, now)
    }

    fn take_over_in<Z: TimeZone>(
        &mut self,
        zone: &Z,
        sighting: usize,
        facts: &Facts,
        wanted: Wanted,
        range_m: Option<Metres>,
        now: DateTime<Utc>,
    ) -> TakenOver {
        let Some(sighting) = self.sightings.get_mut(sighting) else { return TakenOver::default() };
        let read = facts.taken.as_ref().and_then(|taken| moment(taken, zone));
        let mut became = TakenOver::default();
        if wanted.time {
            became.time = match read {
                None => Taking::NotSaid,
                Some((taken, _)) if is_wrong(taken, now) => Taking::WrongClock,
                Some((taken, own_zone)) => {
                    sighting.when = When { from: taken, until: None, give_or_take_s: None };
                    self.when_from_clock = true;
                    if own_zone { Taking::TakenInOwnZone } else { Taking::Taken }
                }
            };
        }
        if wanted.place {
            became.place = facts.position.map_or(Taking::NotSaid, |position| {
                stand_there(sighting, position, facts, read.map(|(taken, _)| taken));
                Taking::Taken
            });
        }
        if wanted.bearing {
            became.bearing =
                facts.bearing.map_or(Taking::NotSaid, |bearing| look_there(sighting, bearing, range_m));
        }
        became
    }
}

/// When it was, and whether that is a guess at the zone. An hour that was there twice is the first of them; one that was
/// skipped is taken an hour later, as a clock that was not put forward shows it.
fn moment<Z: TimeZone>(taken: &Taken, zone: &Z) -> Option<(Moment, bool)> {
    let fixed = |local: &NaiveDateTime| match zone.from_local_datetime(local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.fixed_offset()),
        LocalResult::None => None,
    };
    match taken {
        Taken::At(moment) => Some((*moment, false)),
        Taken::Clock(local) => fixed(local)
            .or_else(|| fixed(&local.checked_add_signed(TimeDelta::hours(1))?))
            .map(|at| (Moment::new(at), true)),
    }
}

/// The same rule as for what is typed, so that a photo gives no draft a time that it could not be sent with.
fn is_wrong(taken: Moment, now: DateTime<Utc>) -> bool {
    let at = taken.at().to_utc();
    let latest = now.checked_add_signed(TimeDelta::days(1));
    !(2000..2100).contains(&at.year()) || latest.is_some_and(|latest| at > latest)
}

/// Puts the witness where the camera was; what another source said stays beside it.
fn stand_there(sighting: &mut Sighting, position: Position, facts: &Facts, at: Option<Moment>) {
    let before = sighting.observer.take().filter(|fix| fix.source != FixSource::Photo);
    sighting.fixes.splice(0..0, before);
    sighting.fixes.truncate(limits::FIXES);
    sighting.observer = Some(Fix {
        accuracy_m: facts.accuracy_m,
        altitude_m: facts.altitude_m,
        at,
        ..Fix::new(position, FixSource::Photo)
    });
}

/// Turns the target to where the camera pointed, as far away as is given, or as was said before.
fn look_there(sighting: &mut Sighting, bearing: Bearing, range_m: Option<Metres>) -> Taking {
    let (range_m, give_or_take_m) = match (&sighting.target, range_m) {
        (_, Some(range_m)) => (range_m, None),
        (Some(Target::BearingRange { range_m, give_or_take_m, .. }), None) => (*range_m, *give_or_take_m),
        (_, None) => return Taking::NoRange,
    };
    // A phone held by hand says nothing of how exact its compass is: the default counts.
    sighting.target = Some(Target::BearingRange { bearing, range_m, give_or_take_deg: None, give_or_take_m });
    Taking::Taken
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;
    use turnstone_wire::body::{North, Route, Scheme};

    use super::*;

    const ALL: Wanted = Wanted { place: true, time: true, bearing: true };

    fn draft() -> DraftContent {
        let at = Moment::parse("2026-05-03T21:00:00+01:00").unwrap();
        DraftContent::new(Scheme::Kraken, Route::Police, vec![Sighting::new(at, "Grey RIB".into())])
    }

    fn facts() -> Facts {
        Facts {
            position: Position::new(50.6065, -1.948).ok(),
            accuracy_m: Metres::new(8.0).ok(),
            taken: Some(Taken::At(Moment::parse("2026-05-03T20:10:00+01:00").unwrap())),
            bearing: Bearing::new(142.5, North::Magnetic).ok(),
            ..Facts::default()
        }
    }

    fn now() -> DateTime<Utc> {
        Moment::parse("2026-05-03T22:00:00Z").unwrap().at().to_utc()
    }

    fn take(content: &mut DraftContent, facts: &Facts, wanted: Wanted) -> TakenOver {
        let zone = FixedOffset::east_opt(3600).unwrap();
        content.take_over_in(&zone, 0, facts, wanted, None, now())
    }

    #[test]
    fn only_what_was_asked_for_is_taken_over() {
        let wanted = [
            Wanted { place: true, ..Wanted::default() },
            Wanted { time: true, ..Wanted::default() },
            Wanted::default(),
        ];
        for wanted in wanted {
            let (before, mut content) = (draft(), draft());
            take(&mut content, &facts(), wanted);
            let (old, new) = (&before.sightings[0], &content.sightings[0]);
            assert_eq!(old.observer != new.observer, wanted.place);
            assert_eq!(old.when != new.when, wanted.time);
            assert_eq!(old.target, new.target);
        }
    }

    #[test]
    fn where_the_camera_was_is_where_the_witness_stood_and_what_was_typed_stays_beside_it() {
        let mut content = draft();
        let typed = Fix::new(Position::new(50.7, -1.9).unwrap(), FixSource::Hand);
        content.sightings[0].observer = Some(typed.clone());
        assert!(take(&mut content, &facts(), ALL).any());
        let fix = content.sightings[0].observer.clone().unwrap();
        assert_eq!((fix.position.lat_deg(), fix.source), (50.6065, FixSource::Photo));
        assert_eq!((fix.accuracy_m, fix.at), (Metres::new(8.0).ok(), Some(content.sightings[0].when.from)));
        assert_eq!(content.sightings[0].fixes, std::slice::from_ref(&typed));
        // Another photo takes the place of the first, and does not make a track of it.
        take(&mut content, &facts(), ALL);
        assert_eq!(content.sightings[0].fixes, [typed]);
    }

    #[test]
    fn a_direction_needs_a_distance_and_keeps_its_north() {
        let mut content = draft();
        assert_eq!(take(&mut content, &facts(), ALL).bearing, Taking::NoRange);
        assert_eq!(content.sightings[0].target, None);
        let (old, range) = (Bearing::new(10.0, North::True).unwrap(), Metres::new(800.0).unwrap());
        content.sightings[0].target = Some(Target::bearing_range(old, range));
        assert_eq!(take(&mut content, &facts(), ALL).bearing, Taking::Taken);
        let Some(Target::BearingRange { bearing, range_m, .. }) = content.sightings[0].target else {
            panic!("no direction")
        };
        assert_eq!((bearing.deg(), bearing.north(), range_m), (142.5, North::Magnetic, range));
    }

    #[test]
    fn a_clock_without_a_zone_is_read_in_this_devices_and_that_is_told() {
        let (mut content, mut facts) = (draft(), facts());
        facts.taken =
            NaiveDateTime::parse_from_str("2026-05-03T20:10:00", "%Y-%m-%dT%H:%M:%S").ok().map(Taken::Clock);
        assert_eq!(take(&mut content, &facts, ALL).time, Taking::TakenInOwnZone);
        assert_eq!(content.sightings[0].when.from.to_rfc3339(), "2026-05-03T20:10:00+01:00");
    }

    #[test]
    fn a_camera_whose_clock_was_wrong_gives_no_time_and_its_place_all_the_same() {
        for wrong in ["1980-01-01T00:00:00Z", "2026-05-05T23:00:00Z", "2107-01-01T00:00:00Z"] {
            let (mut content, mut facts) = (draft(), facts());
            facts.taken = Moment::parse(wrong).ok().map(Taken::At);
            let became = take(&mut content, &facts, ALL);
            assert_eq!((became.time, became.place), (Taking::WrongClock, Taking::Taken), "{wrong}");
            assert_eq!(content.sightings[0].when, draft().sightings[0].when);
        }
    }

    #[test]
    fn p7_an_anonymous_report_rounds_a_cameras_time() {
        let mut content = draft();
        take(&mut content, &facts(), ALL);
        assert!(content.when_from_clock);
    }

    #[test]
    fn a_picture_that_says_nothing_changes_nothing() {
        let mut content = draft();
        let became = take(&mut content, &Facts::default(), ALL);
        assert!(!became.any());
        assert_eq!([became.place, became.time, became.bearing], [Taking::NotSaid; 3]);
        assert_eq!(content, draft());
    }
}
