//! Words for a worked-out place, as a desk or a call handler needs them: so far, in such a direction, from a place they know.
//!
//! Rounded by size, so that no figure claims more than is known: a distance to about a tenth of itself or less, a bearing to 1, 5 or
//! 10 degrees by how wide the ellipse looks from there.

use turnstone_wire::body::{Position, Scheme};

use super::{Assumed, Ellipse, Located, Mark, NoCross, Unlocated};
use crate::{
    geodesy,
    magnetic::MODEL_YEARS,
    words::{Lang, Words, words},
};

/// One international nautical mile in metres.
const NAUTICAL_MILE_M: f64 = 1_852.0;
/// Nearer than this, two things are at one place in words.
const SAME_SPOT_M: f64 = 25.0;
/// Nearer than this many times what a place is vague by, no distance and no direction from it is told.
const NEAR_VAGUELY: f64 = 2.0;
/// An ellipse no longer than this many times its width is called a circle.
const NEARLY_ROUND: f64 = 1.25;

/// Which units a listener works in. Distances below a kilometre are in metres for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Units {
    /// Metres and kilometres.
    Metric,
    /// Beside kilometres nautical miles: where a coastguard listens.
    MetricAndNautical,
}

impl Units {
    /// What those who listen for a scheme work in: a coastguard listens for Kraken.
    pub fn of(scheme: Scheme) -> Self {
        match scheme {
            Scheme::Kraken => Self::MetricAndNautical,
            Scheme::Pegasus => Self::Metric,
        }
    }
}

/// "about 900 m, 140 degrees true, from the end of Swanage pier".
pub fn wording(located: &Located, from: &Mark, units: Units, lang: Lang) -> String {
    if from.vague_m > 0.0
        && geodesy::leg(&from.position, &located.position).metres < NEAR_VAGUELY * from.vague_m
    {
        return words(lang).say("target-near-mark", &[("mark", from.name.as_str().into())]);
    }
    match far_off(located, &from.position, from.vague_m, units, lang) {
        None => words(lang).say("target-at-mark", &[("mark", from.name.as_str().into())]),
        Some((distance, bearing)) => words(lang).say(
            "target-from-mark",
            &[
                ("distance", distance.as_str().into()),
                ("bearing", bearing.as_str().into()),
                ("mark", from.name.as_str().into()),
            ],
        ),
    }
}

/// The same from where the witness stood.
pub fn wording_from_witness(located: &Located, stood: &Position, units: Units, lang: Lang) -> String {
    match far_off(located, stood, 0.0, units, lang) {
        None => words(lang).say("target-at-witness", &[]),
        Some((distance, bearing)) => words(lang).say(
            "target-from-witness",
            &[("distance", distance.as_str().into()), ("bearing", bearing.as_str().into())],
        ),
    }
}

/// Distance and bearing from a point that is known to so many metres, in words; none where both are at one place.
fn far_off(
    located: &Located,
    from: &Position,
    vague_m: f64,
    units: Units,
    lang: Lang,
) -> Option<(String, String)> {
    let leg = geodesy::leg(from, &located.position);
    let ellipse = located.ellipse;
    if leg.metres < SAME_SPOT_M.max(ellipse.semi_minor_m / 2.0) {
        return None;
    }
    let looks_wide_deg = ellipse.semi_major_m.hypot(vague_m).atan2(leg.metres).to_degrees();
    let step = match looks_wide_deg {
        20.0.. => 10.0,
        5.0.. => 5.0,
        _ => 1.0,
    };
    // Of a place that is known to a kilometre, a tenth of one means nothing.
    let whole_m = if vague_m > 0.0 { rounded(leg.metres, 1_000.0) } else { leg.metres };
    Some((distance(whole_m, units, lang), three_figures(rounded(leg.bearing_deg, step))))
}

/// A length in words, rounded by its size: 900 m, 2.3 km, 14 km.
pub fn distance(metres: f64, units: Units, lang: Lang) -> String {
    in_words(rounded(metres, fine_step(metres)).max(10.0), units, lang)
}

/// The same, rounded up.
fn at_most(metres: f64, lang: Lang) -> String {
    let step = fine_step(metres);
    in_words((metres / step).ceil().max(1.0) * step, Units::Metric, lang)
}

/// To what a length is rounded, in metres.
fn fine_step(metres: f64) -> f64 {
    match metres {
        ..200.0 => 10.0,
        ..975.0 => 50.0,
        ..9_950.0 => 100.0,
        _ => 1_000.0,
    }
}

fn in_words(metres: f64, units: Units, lang: Lang) -> String {
    let words = words(lang);
    if metres < 1_000.0 {
        return words.say("target-metres", &[("metres", format!("{metres:.0}").as_str().into())]);
    }
    let km = written(metres / 1_000.0);
    match units {
        Units::Metric => words.say("target-km", &[("km", km.as_str().into())]),
        Units::MetricAndNautical => {
            let miles = written(metres / NAUTICAL_MILE_M);
            let count: f64 = miles.parse().unwrap_or_default();
            let args =
                [("km", km.as_str().into()), ("miles", count.into()), ("written", miles.as_str().into())];
            words.say("target-km-miles", &args)
        }
    }
}

/// With one decimal below ten, and none where it would be zero.
fn written(number: f64) -> String {
    let text = if number < 9.95 { format!("{number:.1}") } else { format!("{number:.0}") };
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn rounded(number: f64, step: f64) -> f64 {
    (number / step).round() * step
}

/// As bearings are read out: 000 to 359.
fn three_figures(degrees: f64) -> String {
    format!("{:03.0}", degrees.round().rem_euclid(360.0))
}

/// "95 % likely within about 300 m of there".
pub fn likely(ellipse: &Ellipse, lang: Lang) -> String {
    let major = at_most(ellipse.semi_major_m, lang);
    if ellipse.semi_major_m <= NEARLY_ROUND * ellipse.semi_minor_m {
        return words(lang).say("target-likely-circle", &[("radius", major.as_str().into())]);
    }
    let minor = at_most(ellipse.semi_minor_m, lang);
    let axis = rounded(ellipse.orientation_deg_true, 5.0).rem_euclid(180.0);
    words(lang).say(
        "target-likely-ellipse",
        &[
            ("major", major.as_str().into()),
            ("minor", minor.as_str().into()),
            ("axis", three_figures(axis).as_str().into()),
            ("opposite", three_figures(axis + 180.0).as_str().into()),
        ],
    )
}

/// What went into a position beside what was said: the declination, and each thing that was assumed. One sentence each.
pub fn remarks(located: &Located, lang: Lang) -> Vec<String> {
    let words = words(lang);
    let mut remarks = Vec::new();
    if let Some(declination) = located.declination {
        let side = if declination.deg < 0.0 { "target-declination-west" } else { "target-declination-east" };
        let deg = format!("{:.1}", declination.deg.abs());
        remarks.push(words.say(side, &[("deg", deg.as_str().into())]));
        if declination.outside_model {
            let (first, last) = (MODEL_YEARS.0.to_string(), MODEL_YEARS.1.to_string());
            let years = [("first", first.as_str().into()), ("last", last.as_str().into())];
            remarks.push(words.say("target-declination-outside", &years));
        }
    }
    remarks.extend(located.assumed.iter().map(|assumed| assumption(*assumed, words)));
    remarks
}

fn assumption(assumed: Assumed, words: &Words) -> String {
    let metres = |metres: u32| distance(metres.into(), Units::Metric, words.lang());
    let (id, name, value) = match assumed {
        Assumed::Bearing => ("target-assumed-bearing", "deg", Assumed::BEARING_DEG.to_string()),
        Assumed::Range => ("target-assumed-range", "percent", Assumed::RANGE_PERCENT.to_string()),
        Assumed::Fix => return words.say("target-assumed-fix", &[]),
        Assumed::Point => ("target-assumed-point", "distance", metres(Assumed::POINT_M)),
        Assumed::SamePlace => ("target-assumed-same-place", "distance", metres(Assumed::SAME_PLACE_M)),
    };
    words.say(id, &[(name, value.as_str().into())])
}

/// Why there is no position, in one sentence.
pub fn unlocated(why: Unlocated, lang: Lang) -> String {
    let id = match why {
        Unlocated::Named => "target-unlocated-named",
        Unlocated::NoFix => "target-unlocated-no-fix",
        Unlocated::NoCross(NoCross::SamePlace) => "target-no-cross-same-place",
        Unlocated::NoCross(NoCross::Parallel) => "target-no-cross-parallel",
        Unlocated::NoCross(NoCross::Apart) => "target-no-cross-apart",
        Unlocated::NoCross(NoCross::TooFar) => "target-no-cross-too-far",
    };
    words(lang).say(id, &[])
}

#[cfg(test)]
mod tests;
