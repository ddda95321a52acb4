//! How well it was seen, and in what light, sea and weather, as typed.

use clap::Args;
use turnstone_wire::{
    body::{Metres, Sighting, View},
    limits,
    text::Text,
};

use super::{change, conditions::ConditionFields};
use crate::parse;

/// What can be said of the view. All of it is optional.
#[derive(Debug, Clone, Default, PartialEq, Args)]
pub(crate) struct ViewFields {
    /// For how long you saw it, such as 20s, 5m or 1h [default: from --when to --until]
    #[arg(long, value_parser = lasted, value_name = "TIME")]
    seen_for: Option<u32>,
    /// From how far you saw it [default: from where you stood to where it was]; left out of an anonymous report
    #[arg(long, value_parser = parse::metres, value_name = "METRES", allow_negative_numbers = true)]
    seen_from: Option<Metres>,
    /// What was in the way, such as glass, spray or another boat; nothing, if nothing was
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    in_the_way: Option<Text>,
    /// Whether you knew it before, and from what; left out of an anonymous report
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    known_before: Option<Text>,
    #[command(flatten)]
    conditions: ConditionFields,
}

impl ViewFields {
    /// The length of a text in it that no desk would take, if there is one.
    pub(crate) fn too_long(&self) -> Option<usize> {
        let Self { seen_for: _, seen_from: _, in_the_way, known_before, conditions } = self;
        let texts = [in_the_way, known_before].into_iter().flatten().chain(conditions.texts());
        texts.map(Text::len).find(|bytes| *bytes > limits::TEXT_BYTES)
    }

    /// Changes what was named; the rest stays. An empty text takes out what stood there.
    pub(crate) fn apply(self, sighting: &mut Sighting) {
        let mut view = sighting.view.take().unwrap_or_default();
        view.lasted_s = self.seen_for.or(view.lasted_s);
        view.seen_from_m = self.seen_from.or(view.seen_from_m);
        change(&mut view.in_the_way, self.in_the_way);
        change(&mut view.known_before, self.known_before);
        sighting.view = Some(view).filter(|view| *view != View::default());
        sighting.conditions = self.conditions.apply(sighting.conditions.take());
    }
}

/// A time of watching: seconds, minutes or hours, up to a week.
fn lasted(text: &str) -> Result<u32, String> {
    let text = text.trim();
    let wrong = || "a time is a number of seconds, minutes or hours, such as 20s, 5m or 1h".to_owned();
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let number: u32 = text[..text.len() - unit.len_utf8()].trim_end().parse().map_err(|_| wrong())?;
    let seconds = match unit {
        's' => Some(number),
        'm' => number.checked_mul(60),
        'h' => number.checked_mul(3_600),
        _ => return Err(wrong()),
    };
    seconds
        .filter(|seconds| (1..=604_800).contains(seconds))
        .ok_or_else(|| "from one second to a week".to_owned())
}

#[cfg(test)]
mod tests {
    use turnstone_wire::text::Moment;

    use super::*;

    #[test]
    fn a_time_of_watching_is_read_and_what_is_none_is_not_repeated() {
        assert_eq!(["20s", "5m", " 1h ", "90 m"].map(|text| lasted(text).unwrap()), [20, 300, 3_600, 5_400]);
        for text in ["", "5", "m", "-5m", "1.5h", "0s", "9999999h", "5é", "quillwort"] {
            let error = lasted(text).unwrap_err();
            assert!(text.is_empty() || text.len() < 3 || !error.contains(text), "{error}");
        }
    }

    #[test]
    fn what_is_not_named_stays_and_an_empty_text_takes_out() {
        let mut sighting =
            Sighting::new(Moment::parse("2026-05-03T20:41:17Z").unwrap(), Text::from("a boat"));
        ViewFields::default().apply(&mut sighting);
        assert_eq!((&sighting.view, &sighting.conditions), (&None, &None));
        let first = ViewFields {
            seen_for: Some(20),
            in_the_way: Some(Text::from("spray")),
            conditions: ConditionFields { wind: Some(Text::from("none")), ..Default::default() },
            ..ViewFields::default()
        };
        first.apply(&mut sighting);
        let second = ViewFields {
            in_the_way: Some(Text::default()),
            conditions: ConditionFields { sea: Some(Text::from("slight")), ..Default::default() },
            ..ViewFields::default()
        };
        second.apply(&mut sighting);
        let (view, conditions) = (sighting.view.as_ref().unwrap(), sighting.conditions.as_ref().unwrap());
        assert_eq!((view.lasted_s, &view.in_the_way), (Some(20), &None));
        assert!(conditions.wind.is_some() && conditions.sea.is_some());
    }
}
