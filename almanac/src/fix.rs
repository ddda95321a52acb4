//! Which of several fixes says best where the witness stood, and which are old.
//!
//! The rule, in this order:
//! 1. One that a program made up (`mock`) only where there is no other.
//! 2. One that the witness gave, by hand or as a surveyed station, before one that a device found: a person who corrects
//!    the map means it. An old one has no such right.
//! 3. One that is not old before one that is. Old is what was taken more than five minutes before or after the sighting:
//!    somebody on foot is 400 m on by then. A surveyed station is never old, nor is a fix that does not say when it was taken.
//! 4. The smaller radius; where none is claimed, one by its source (see [`assumed_radius_m`]).
//! 5. The one nearer in time; one without a time comes last.
//! 6. The one that was added last.

use turnstone_wire::{
    body::{Fix, FixSource},
    text::Moment,
};

use crate::words::{Lang, words};

/// More than so many seconds from the sighting, a fix is old.
pub const OLD_AFTER_S: i64 = 5 * 60;

/// The fix that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Its place in the list.
    pub index: usize,
    /// It is old all the same: there was none better.
    pub old: bool,
}

/// The best of some fixes for a sighting at a moment, by the rule above; none of none.
pub fn best(fixes: &[Fix], at: Moment) -> Option<Chosen> {
    let order = |(index, fix): &(usize, &Fix)| {
        let old = is_old(fix, at);
        let given = matches!(fix.source, FixSource::Hand | FixSource::Station) && !old;
        let apart_s = apart_s(fix, at).unwrap_or(i64::MAX);
        (fix.mock, !given, old, radius_m(fix), apart_s, std::cmp::Reverse(*index))
    };
    let first = |one: &(usize, &Fix), other: &(usize, &Fix)| {
        let (one, other) = (order(one), order(other));
        (one.0, one.1, one.2)
            .cmp(&(other.0, other.1, other.2))
            .then(one.3.total_cmp(&other.3))
            .then((one.4, one.5).cmp(&(other.4, other.5)))
    };
    let (index, fix) = fixes.iter().enumerate().min_by(first)?;
    Some(Chosen { index, old: is_old(fix, at) })
}

/// Whether a fix was taken too long before or after a moment to say where somebody stood then.
pub fn is_old(fix: &Fix, at: Moment) -> bool {
    fix.source != FixSource::Station && apart_s(fix, at).is_some_and(|seconds| seconds > OLD_AFTER_S)
}

/// What to expect of a fix that claims no radius, in metres: what its source does under an open sky on a bad day.
pub fn assumed_radius_m(source: FixSource) -> f64 {
    match source {
        FixSource::Station => 10.0,
        FixSource::Gnss => 50.0,
        FixSource::Hand => 100.0,
        FixSource::Photo => 500.0,
        FixSource::Network => 5_000.0,
    }
}

/// What a reader has to know of a fix beside its numbers: what it came from, that it is old, that a program made it up.
/// One short sentence each, without a stop.
pub fn remarks(fix: &Fix, at: Moment, lang: Lang) -> Vec<String> {
    let words = words(lang);
    let source = match fix.source {
        FixSource::Gnss => "fix-gnss",
        FixSource::Network => "fix-network",
        FixSource::Hand => "fix-hand",
        FixSource::Photo => "fix-photo",
        FixSource::Station => "fix-station",
    };
    let mut remarks = vec![words.say(source, &[])];
    if let Some(altitude) = fix.altitude_m {
        let metres = format!("{:.0}", altitude.metres());
        remarks.push(words.say("fix-altitude", &[("metres", metres.as_str().into())]));
    }
    if let Some(apart_s) = apart_s(fix, at).filter(|_| is_old(fix, at)) {
        // Whole minutes; of more than some weeks nobody counts them.
        let minutes = u32::try_from(apart_s / 60).unwrap_or(u32::MAX);
        remarks.push(words.say("fix-old", &[("minutes", minutes.into())]));
    }
    if fix.mock {
        remarks.push(words.say("fix-mock", &[]));
    }
    remarks
}

fn radius_m(fix: &Fix) -> f64 {
    fix.accuracy_m.map_or_else(|| assumed_radius_m(fix.source), |radius| radius.metres())
}

fn apart_s(fix: &Fix, at: Moment) -> Option<i64> {
    Some((fix.at?.at() - at.at()).num_seconds().saturating_abs())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use turnstone_wire::body::{Altitude, Metres, Position};

    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    fn seen() -> Moment {
        moment("2026-05-03T21:40:00+01:00")
    }

    fn fix(source: FixSource, accuracy_m: Option<f64>, at: Option<&str>) -> Fix {
        let accuracy_m = accuracy_m.map(|metres| Metres::new(metres).unwrap());
        let at = at.map(|time| moment(&format!("2026-05-03T{time}+01:00")));
        Fix { accuracy_m, at, ..Fix::new(Position::new(50.6085, -1.9497).unwrap(), source) }
    }

    fn mock(fix: Fix) -> Fix {
        Fix { mock: true, ..fix }
    }

    /// One line for each sentence of the rule: the first of each pair loses.
    #[test]
    fn each_sentence_of_the_rule_decides_where_those_before_it_do_not() {
        use FixSource::{Gnss, Hand, Network, Station};
        for (sentence, worse, better) in [
            ("1", mock(fix(Hand, Some(1.0), None)), fix(Network, Some(3000.0), Some("12:00:00"))),
            ("2", fix(Gnss, Some(4.0), Some("21:40:00")), fix(Hand, Some(71.0), None)),
            ("2", fix(Gnss, Some(4.0), Some("21:40:00")), fix(Station, None, None)),
            ("2, old", fix(Hand, Some(4.0), Some("20:00:00")), fix(Gnss, Some(30.0), Some("21:40:00"))),
            ("3", fix(Gnss, Some(4.0), Some("21:34:59")), fix(Network, Some(900.0), Some("21:35:00"))),
            ("3, after", fix(Gnss, Some(4.0), Some("21:45:01")), fix(Network, Some(900.0), Some("21:45:00"))),
            ("4", fix(Gnss, Some(8.1), Some("21:40:00")), fix(Gnss, Some(8.0), Some("21:38:00"))),
            (
                "4, none claimed",
                fix(Network, None, Some("21:40:00")),
                fix(Gnss, Some(400.0), Some("21:40:00")),
            ),
            ("4, none claimed", fix(Gnss, None, Some("21:40:00")), fix(Gnss, Some(49.0), Some("21:40:00"))),
            ("5", fix(Gnss, Some(8.0), Some("21:38:00")), fix(Gnss, Some(8.0), Some("21:39:00"))),
            ("5, no time", fix(Gnss, Some(8.0), None), fix(Gnss, Some(8.0), Some("21:38:00"))),
        ] {
            let one_way = best(&[worse.clone(), better.clone()], seen()).unwrap();
            let other_way = best(&[better, worse], seen()).unwrap();
            assert_eq!((one_way.index, other_way.index), (1, 0), "sentence {sentence}");
        }
        let twice = [fix(Gnss, Some(8.0), None), fix(Gnss, Some(8.0), None)];
        assert_eq!(best(&twice, seen()), Some(Chosen { index: 1, old: false }), "sentence 6");
        assert_eq!(best(&[], seen()), None);
    }

    #[test]
    fn an_old_fix_is_taken_where_there_is_no_better_and_marked_old() {
        let old = fix(FixSource::Gnss, Some(4.0), Some("21:30:00"));
        assert_eq!(best(std::slice::from_ref(&old), seen()), Some(Chosen { index: 0, old: true }));
        let said = remarks(&old, seen(), Lang::En).join("; ");
        assert!(said.contains("old") && said.contains("10 minutes"), "{said}");
        let station = Fix { at: old.at, ..fix(FixSource::Station, None, None) };
        assert!(!is_old(&station, seen()) && !is_old(&fix(FixSource::Gnss, None, None), seen()));
    }

    #[test]
    fn what_a_reader_has_to_know_is_said_in_both_languages() {
        let at_height =
            Fix { altitude_m: Altitude::new(31.4).ok(), ..fix(FixSource::Gnss, None, Some("21:00:00")) };
        assert_eq!(remarks(&mock(at_height.clone()), seen(), Lang::En).len(), 4);
        for lang in Lang::ALL {
            let said = remarks(&mock(at_height.clone()), seen(), lang).join("; ");
            assert!(said.contains("31 m") && said.contains("40"), "{said}");
        }
    }

    fn any_fix() -> impl Strategy<Value = Fix> {
        let sources =
            [FixSource::Gnss, FixSource::Network, FixSource::Hand, FixSource::Photo, FixSource::Station];
        let source = proptest::sample::select(sources.to_vec());
        let second = proptest::option::of(0..24 * 3600_u32);
        (source, proptest::option::of(0.0..9_000.0_f64), second, any::<bool>()).prop_map(
            |(source, radius, second, mock)| {
                let time = second.map(|s| format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60));
                Fix { mock, ..fix(source, radius, time.as_deref()) }
            },
        )
    }

    proptest! {
        #[test]
        fn the_best_stays_the_best_in_any_order(fixes in proptest::collection::vec(any_fix(), 1..8)) {
            let chosen = &fixes[best(&fixes, seen()).unwrap().index];
            let mut turned = fixes.clone();
            turned.reverse();
            let again = &turned[best(&turned, seen()).unwrap().index];
            let rank = |fix: &Fix| (fix.mock, is_old(fix, seen()), radius_m(fix), apart_s(fix, seen()));
            prop_assert_eq!(rank(chosen), rank(again));
            // Nothing made up where something real is there; nothing old and found where something fresh is.
            let real = fixes.iter().any(|fix| !fix.mock);
            prop_assert!(!(chosen.mock && real));
            let fresh = fixes.iter().any(|fix| !is_old(fix, seen()) && (!fix.mock || !real));
            prop_assert!(!(is_old(chosen, seen()) && fresh));
        }
    }
}
