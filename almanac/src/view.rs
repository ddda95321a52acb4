//! How well it was seen: what can be filled in of it, and how it is said.

use chrono::{DateTime, TimeDelta, Utc};
use turnstone_wire::{
    body::{Light, Metres, Sighting, Target, View},
    shown,
};

use crate::{
    geodesy, sun, target,
    words::{Lang, Words, words},
};

/// A sun lower than this dazzles whoever looks its way. Our own rule, and no more than a hint.
const LOW_SUN_DEG: f64 = 25.0;

/// Fills in what the witness did not say and the sighting tells: how long, how far, and the light. A function of the
/// sighting alone, so that what it adds tells nothing that the sighting does not (P7): from an anonymous one without the
/// witness's place no distance comes, and the light is that where the thing was.
pub fn fill(sighting: &mut Sighting) {
    let mut view = sighting.view.take().unwrap_or_default();
    view.lasted_s = view.lasted_s.or_else(|| lasted_s(sighting));
    view.seen_from_m = view.seen_from_m.or_else(|| seen_from_m(sighting));
    view.light = light(sighting);
    sighting.view = (!view.is_empty()).then_some(view);
}

/// From its beginning to its end.
fn lasted_s(sighting: &Sighting) -> Option<u32> {
    let lasted = sighting.when.until?.at() - sighting.when.from.at();
    u32::try_from(lasted.num_seconds()).ok().filter(|seconds| *seconds > 0)
}

/// The way from where the witness stood to where the thing was, where both are known and are not the same place.
fn way(sighting: &Sighting) -> Option<geodesy::Leg> {
    let (observer, target) = (sighting.observer.as_ref()?, sighting.target.as_ref()?);
    let found = target::locate(Some(observer), target, sighting.when.from.at().to_utc())?;
    (*target != Target::SamePlace).then(|| geodesy::leg(&observer.position, &found.position))
}

/// How long that way is, in whole metres.
fn seen_from_m(sighting: &Sighting) -> Option<Metres> {
    Metres::new(way(sighting)?.metres.round()).ok()
}

/// The light where the thing was, or where the witness stood; none where how light it was hangs on how exact the time is.
fn light(sighting: &Sighting) -> Option<Light> {
    let moment = sighting.when.from.at().to_utc();
    let observer = sighting.observer.as_ref();
    let found = sighting.target.as_ref().and_then(|target| target::locate(observer, target, moment));
    let place = &found.map(|found| found.position).or(observer.map(|fix| fix.position))?;
    let give_or_take = TimeDelta::seconds(sighting.when.give_or_take_s.unwrap_or(0).into());
    let phase_at = |moment: Option<DateTime<Utc>>| moment.map(|moment| sun::at(place, moment).phase());
    let sun = sun::at(place, moment);
    let sure = [moment.checked_sub_signed(give_or_take), moment.checked_add_signed(give_or_take)]
        .into_iter()
        .all(|end| phase_at(end) == Some(sun.phase()));
    sure.then(|| Light {
        phase: sun.phase().code().to_owned(),
        sun_deg: whole_degrees(sun.altitude_deg),
        morning: sun.rising,
        into_the_sun: into_the_sun(sighting, &sun),
    })
}

fn whole_degrees(degrees: f64) -> i8 {
    // From -90 to 90: the cast drops nothing.
    #[expect(clippy::cast_possible_truncation, reason = "a height above the horizon is 90 degrees at most")]
    let whole = degrees.round().clamp(-90.0, 90.0) as i8;
    whole
}

fn into_the_sun(sighting: &Sighting, sun: &sun::Sun) -> bool {
    let Some(way) = way(sighting) else { return false };
    let apart = (way.bearing_deg - sun.azimuth_deg_true).rem_euclid(360.0);
    (-0.833..LOW_SUN_DEG).contains(&sun.altitude_deg) && apart.min(360.0 - apart) < LOW_SUN_DEG
}

/// Each thing that a view says, in words. Safe to show.
pub fn lines(view: &View, lang: Lang) -> Vec<String> {
    let words = words(lang);
    let mut lines = Vec::new();
    if let Some(seconds) = view.lasted_s {
        let time = time(words, seconds);
        lines.push(words.say("view-lasted", &[("time", time.as_str().into())]));
    }
    if let Some(metres) = view.seen_from_m {
        let metres = format!("{:.0}", metres.metres());
        lines.push(words.say("view-seen-from", &[("metres", metres.as_str().into())]));
    }
    if let Some(light) = &view.light {
        lines.push(light_line(words, light));
    }
    let texts = [("view-in-the-way", &view.in_the_way), ("view-known-before", &view.known_before)];
    for (id, text) in texts {
        if let Some(text) = text {
            let text = shown::line(text.as_str());
            lines.push(words.say(id, &[("text", text.as_str().into())]));
        }
    }
    lines
}

/// The light in words: what it was by the sun, and how high that stood.
fn light_line(words: &Words, light: &Light) -> String {
    let part = if light.morning { "morning" } else { "evening" };
    // Day and night need no half; a phase newer than this program is said by its code.
    let ids = [format!("view-light-{}-{part}", light.phase), format!("view-light-{}", light.phase)];
    let plain = light.phase.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let phase = match ids.iter().find(|id| plain && words.has(id)) {
        Some(id) => words.say(id, &[]),
        None => shown::line(&light.phase),
    };
    let id = if light.sun_deg < 0 { "view-sun-below" } else { "view-sun-above" };
    let n = u32::from(light.sun_deg.unsigned_abs());
    let mut line = words.say(id, &[("phase", phase.as_str().into()), ("n", n.into())]);
    if light.into_the_sun {
        line.push_str("; ");
        line.push_str(&words.say("view-into-the-sun", &[]));
    }
    line
}

fn time(words: &Words, seconds: u32) -> String {
    let (id, n) = match seconds {
        0..120 => ("view-seconds", seconds),
        120..7_200 => ("view-minutes", (seconds + 30) / 60),
        _ => ("view-hours", seconds.saturating_add(1_800) / 3_600),
    };
    words.say(id, &[("n", n.into())])
}

#[cfg(test)]
mod tests {
    use turnstone_wire::{
        body::{Bearing, Fix, FixSource, North, Position},
        text::{Moment, Text},
    };

    use super::*;

    fn seen(at: &str) -> Sighting {
        let quay = Position::new(50.6065, -1.948).unwrap();
        Sighting {
            observer: Some(Fix::new(quay, FixSource::Hand)),
            ..Sighting::new(Moment::parse(at).unwrap(), Text::from("a boat"))
        }
    }

    fn along(deg: f64, range_m: f64) -> Option<Target> {
        let bearing = Bearing::new(deg, North::True).unwrap();
        Some(Target::bearing_range(bearing, Metres::new(range_m).unwrap()))
    }

    fn filled(mut sighting: Sighting) -> View {
        fill(&mut sighting);
        sighting.view.unwrap()
    }

    /// Swanage, where the sun sets at about half past eight in the evening of 3 May.
    #[test]
    fn the_light_is_that_of_the_sun_there_and_then() {
        let phases = [
            ("2026-05-03T12:00:00+01:00", "day", true),
            ("2026-05-03T20:20:00+01:00", "day", false),
            ("2026-05-03T20:41:00+01:00", "civil-twilight", false),
            ("2026-05-03T21:30:00+01:00", "nautical-twilight", false),
            ("2026-05-04T00:58:00+01:00", "night", false),
            ("2026-05-04T05:10:00+01:00", "civil-twilight", true),
        ];
        for (at, phase, morning) in phases {
            let light = filled(seen(at)).light.unwrap();
            assert_eq!((light.phase.as_str(), light.morning), (phase, morning), "{at}");
        }
    }

    #[test]
    fn where_the_phase_hangs_on_how_exact_the_time_is_no_light_is_told() {
        let mut sighting = seen("2026-05-03T20:35:00+01:00");
        sighting.when.give_or_take_s = Some(3_600);
        fill(&mut sighting);
        assert!(sighting.view.is_none());
    }

    #[test]
    fn how_long_and_how_far_come_from_the_times_and_the_places_and_what_was_typed_stays() {
        let mut sighting = seen("2026-05-03T12:00:00+01:00");
        sighting.when.until = Some(Moment::parse("2026-05-03T12:07:30+01:00").unwrap());
        sighting.target = along(210.0, 800.0);
        let view = filled(sighting.clone());
        assert_eq!((view.lasted_s, view.seen_from_m.unwrap().metres()), (Some(450), 800.0));
        sighting.target =
            Some(Target::Point { position: Position::new(50.6065, -1.934).unwrap(), accuracy_m: None });
        let far = filled(sighting.clone()).seen_from_m.unwrap().metres();
        assert!((far - 990.0).abs() < 10.0, "{far}");
        let typed = View { lasted_s: Some(20), seen_from_m: Metres::new(300.0).ok(), ..View::default() };
        sighting.view = Some(typed);
        let view = filled(sighting);
        assert_eq!((view.lasted_s, view.seen_from_m.unwrap().metres()), (Some(20), 300.0));
    }

    #[test]
    fn somebody_who_looks_west_at_sunset_looks_into_the_sun() {
        let mut sighting = seen("2026-05-03T20:00:00+01:00");
        for (deg, dazzled) in [(290.0, true), (270.0, true), (180.0, false), (20.0, false)] {
            sighting.target = along(deg, 800.0);
            assert_eq!(filled(sighting.clone()).light.unwrap().into_the_sun, dazzled, "{deg}");
        }
    }

    #[test]
    fn it_is_said_in_both_languages() {
        let mut sighting = seen("2026-05-03T20:41:00+01:00");
        sighting.when.until = Some(Moment::parse("2026-05-03T20:43:00+01:00").unwrap());
        sighting.target = along(140.0, 900.0);
        let known = View { known_before: Some(Text::from("moored here\u{1b}[2J")), ..View::default() };
        sighting.view = Some(known);
        let view = filled(sighting);
        assert_eq!(
            lines(&view, Lang::En),
            [
                "in view for 2 minutes",
                "from 900 m away",
                "light enough for shapes and colours (civil twilight, evening); the sun 2 degrees below the horizon",
                "known before: moored here\\u{1b}[2J",
            ]
        );
        let welsh = lines(&view, Lang::Cy);
        assert_eq!(welsh.len(), 4);
        assert!(welsh[0].contains("2 funud"), "{}", welsh[0]);
    }
}
