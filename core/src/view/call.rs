//! Calls: what a draft or a sent report says, as the almanac's sheets and cards take it. A shell that dials gives
//! `Ring::number` to the system; one that cannot shows it large.

use turnstone_almanac::{
    call::{self, Card, Said},
    guide::Guide,
    words::Lang,
};
use turnstone_wire::body::Told;

use crate::report::DraftContent;

/// What a draft says, with the calls noted with it and the number of its photos: for [`call::sheet`]. Needs no desk.
pub fn said_of_draft(content: &DraftContent, told: &[Told], photos: usize) -> Said {
    Said {
        exercise: content.exercise,
        relates: content.relates.clone(),
        watch: content.watch.clone(),
        told: told.to_vec(),
        contact: content.contact.clone(),
        photos,
        ..Said::new(content.scheme, content.route, content.sightings.clone())
    }
}

/// The card to show before sending, in the language of the words; none where nothing speaks of danger to life. It stops
/// nothing (P12).
pub fn emergency(content: &DraftContent, guide: &Guide) -> Option<Card> {
    let alarm = call::alarm(&said_of_draft(content, &[], 0))?;
    Some(alarm.card(guide, Lang::of(&content.language)))
}

#[cfg(test)]
mod tests {
    use turnstone_almanac::{call::SheetFor, guide};
    use turnstone_wire::{
        body::{Channel, Route, Scheme, Sighting},
        text::{Moment, Text},
    };

    use super::*;

    fn content(route: Route, what: &str) -> DraftContent {
        let at = Moment::parse("2026-05-03T21:40:00+01:00").unwrap();
        DraftContent::new(Scheme::Kraken, route, vec![Sighting::new(at, Text::from(what))])
    }

    #[test]
    fn p12_a_card_is_in_the_language_of_the_words_on_every_route() {
        for (route, (language, begins)) in
            Route::ALL.into_iter().zip([("en", "This may"), ("cy", "Gall hyn"), ("en-GB", "This may")])
        {
            let content =
                DraftContent { language: language.to_owned(), ..content(route, "they are drowning") };
            assert!(emergency(&content, guide::built_in()).unwrap().title.starts_with(begins), "{language}");
        }
        assert!(emergency(&content(Route::Police, "a dent in the gunwale"), guide::built_in()).is_none());
    }

    #[test]
    fn what_a_draft_says_holds_all_that_a_call_handler_may_hear() {
        let at = Moment::parse("2026-05-03T22:05:00+01:00").unwrap();
        let told = [Told { channel: Channel::Police, at, number: Some("log 512".into()) }];
        let content = DraftContent {
            exercise: true,
            contact: Some("Jo Example".into()),
            ..content(Route::Confidential, "Grey RIB")
        };
        let said = said_of_draft(&content, &told, 2);
        let sheet = call::sheet(SheetFor::Police, &said, guide::built_in(), Lang::En).unwrap().to_text();
        for part in ["EXERCISE", "Grey RIB", "log 512", "Jo Example", "2 photos"] {
            assert!(sheet.contains(part), "{part}: {sheet}");
        }
    }
}
