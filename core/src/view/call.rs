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
