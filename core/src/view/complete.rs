//! What a desk would still like to know: WHO, WHAT, WHERE, WHEN and WHY. Help, and never a condition: nothing is needed to send
//! a report but a word of what was seen.
//!
//! The order is that of use to a desk. First what decides whether and where somebody goes now: what it is, where it is, when it
//! was. Then what finds it again: a name or number, how many people, how it looked, where it was going. Then what weighs it:
//! why it seemed wrong, the published signs, how well it was seen. Last who could be asked.

use turnstone_almanac::words::{Lang, words};
use turnstone_wire::{
    body::{Sighting, Subject},
    text::Text,
};

use crate::report::DraftContent;

/// One of the five questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Which craft, which people; who tells.
    Who,
    /// What happened.
    What,
    /// Where it was, where it went, from where it was seen.
    Where,
    /// When, and for how long.
    When,
    /// Why it seemed wrong.
    Why,
}

impl Question {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Who => "who",
            Self::What => "what",
            Self::Where => "where",
            Self::When => "when",
            Self::Why => "why",
        }
    }

    /// The word for it, in capitals.
    pub fn name(self, lang: Lang) -> String {
        words(lang).say(&format!("complete-question-{}", self.code()), &[])
    }
}

/// Something that a desk would use, and whether the draft says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Useful {
    /// To which question it belongs.
    pub question: Question,
    /// The stable code of what it is.
    pub code: &'static str,
    /// The draft says it, of one sighting at least.
    pub told: bool,
}

impl Useful {
    /// What it is, as something to add.
    pub fn sentence(&self, lang: Lang) -> String {
        words(lang).say(&format!("complete-{}", self.code), &[])
    }
}

/// Everything that a desk would use of a draft with so many photos, in order of use. What the draft's route leaves out is not
/// asked for.
pub fn useful(content: &DraftContent, photos: usize) -> Vec<Useful> {
    let named = content.route.is_named();
    let seen = |of: fn(&Sighting) -> bool| content.sightings.iter().any(of);
    let any =
        |of: fn(&Subject) -> bool| content.sightings.iter().flat_map(|sighting| &sighting.subjects).any(of);
    let view = |sighting: &Sighting, of: fn(&turnstone_wire::body::View) -> bool| {
        sighting.view.as_ref().is_some_and(of)
    };
    let mut rows = vec![
        (Question::What, "what", seen(|sighting| !sighting.what.is_blank())),
        (Question::Where, "place", seen(|sighting| sighting.target.is_some())),
        // A time of this device's clock is when it was written down: mostly the same, and said to be preliminary.
        (Question::When, "time", !content.when_from_clock),
        (Question::Who, "identifier", any(|subject| says(subject, IDENTIFIERS))),
        (
            Question::Who,
            "people",
            any(|subject| says(subject, &["people", "count"]) || subject.kind() == "person"),
        ),
        (Question::Who, "looks", any(|subject| says(subject, LOOKS))),
        (Question::Where, "heading", any(|subject| says(subject, &["heading"]))),
        (Question::Why, "why", seen(|sighting| sighting.why.as_ref().is_some_and(|why| !why.is_blank()))),
        (Question::Why, "signs", seen(|sighting| !sighting.signs.is_empty())),
    ];
    if named {
        // An anonymous report takes pictures too, and they tell more of whoever took them than words do: none is asked for.
        rows.push((Question::What, "photo", photos > 0));
    }
    rows.push((Question::When, "lasted", seen(lasted)));
    if named || content.send_fix {
        rows.push((Question::Where, "observer", seen(|sighting| sighting.observer.is_some())));
    }
    let clear = content.sightings.iter().any(|sighting| view(sighting, |view| view.in_the_way.is_some()));
    rows.push((Question::What, "view", clear));
    rows.push((Question::What, "conditions", seen(|sighting| sighting.conditions.is_some())));
    if named {
        let known =
            content.sightings.iter().any(|sighting| view(sighting, |view| view.known_before.is_some()));
        rows.push((Question::Who, "known", known));
        rows.push((Question::Who, "contact", content.contact.is_some()));
    }
    rows.into_iter().map(|(question, code, told)| Useful { question, code, told }).collect()
}

/// What is still missing, the most useful first.
pub fn missing(content: &DraftContent, photos: usize) -> Vec<Useful> {
    useful(content, photos).into_iter().filter(|useful| !useful.told).collect()
}

/// That nothing is needed but a word of what was seen, and how much of the rest is there.
pub fn completeness_sentence(rows: &[Useful], lang: Lang) -> String {
    let told = u32::try_from(rows.iter().filter(|row| row.told).count()).unwrap_or(u32::MAX);
    let all = rows.len().to_string();
    words(lang).say("complete-so-far", &[("n", told.into()), ("all", all.as_str().into())])
}

const IDENTIFIERS: &[&str] = &["name", "number", "registration", "imo", "mmsi", "call_sign", "other"];
const LOOKS: &[&str] =
    &["silhouette", "hull_colour", "colour", "marks", "model", "length", "flag", "looks", "clothing"];

fn says(subject: &Subject, fields: &[&str]) -> bool {
    let written = |text: &Text| !text.is_blank();
    subject.fields().into_iter().any(|(name, text)| fields.contains(&name) && written(text))
}

fn lasted(sighting: &Sighting) -> bool {
    sighting.when.until.is_some() || sighting.view.as_ref().is_some_and(|view| view.lasted_s.is_some())
}

#[cfg(test)]
mod tests {
    use turnstone_wire::{
        body::{Route, Scheme, Target, Vessel},
        text::Moment,
    };

    use super::*;

    fn draft(route: Route) -> DraftContent {
        let from = Moment::parse("2026-05-03T20:41:17+01:00").unwrap();
        DraftContent {
            when_from_clock: true,
            ..DraftContent::new(Scheme::Kraken, route, vec![Sighting::new(from, Text::from("a boat"))])
        }
    }

    fn codes(rows: &[Useful]) -> Vec<&'static str> {
        rows.iter().map(|row| row.code).collect()
    }

    #[test]
    fn a_word_of_what_was_seen_leaves_the_rest_to_be_asked_in_order_of_use() {
        let missing = missing(&draft(Route::Police), 0);
        let order = [
            "place",
            "time",
            "identifier",
            "people",
            "looks",
            "heading",
            "why",
            "signs",
            "photo",
            "lasted",
            "observer",
            "view",
            "conditions",
            "known",
            "contact",
        ];
        assert_eq!(codes(&missing), order);
    }

    #[test]
    fn what_was_told_is_not_asked_again() {
        let mut content = draft(Route::Police);
        content.when_from_clock = false;
        let sighting = &mut content.sightings[0];
        sighting.target = Some(Target::SamePlace);
        sighting.why = Some(Text::from("  "));
        let number = Some(Text::from("PZ 12?"));
        sighting.subjects =
            vec![Subject::Vessel(Vessel { number, people: Some(Text::from("3")), ..Vessel::default() })];
        let missing = codes(&missing(&content, 2));
        assert_eq!(&missing[..3], ["looks", "heading", "why"], "a blank why is none");
        assert!(!missing.contains(&"photo"));
    }

    #[test]
    fn p7_an_anonymous_witness_is_not_asked_for_what_the_route_leaves_out() {
        let asked = codes(&useful(&draft(Route::Anonymous), 0));
        for left_out in ["photo", "observer", "known", "contact"] {
            assert!(!asked.contains(&left_out), "{left_out}");
        }
        assert!(
            codes(&useful(&DraftContent { send_fix: true, ..draft(Route::Anonymous) }, 0))
                .contains(&"observer")
        );
    }

    #[test]
    fn every_row_is_said_in_both_languages() {
        let rows = useful(&draft(Route::Police), 0);
        for lang in Lang::ALL {
            for row in &rows {
                assert!(!row.sentence(lang).starts_with("complete-"), "{}", row.code);
                assert!(!row.question.name(lang).starts_with("complete-"));
            }
        }
        let sentence = completeness_sentence(&rows, Lang::En);
        assert_eq!(
            sentence,
            "1 of 16 things a desk would use is told. Only a word of what was seen is needed."
        );
    }
}
