//! Taking over what a photo says of itself.

use chrono::Utc;
use turnstone_core::{DraftAttachment, DraftContent, Error, Missing, TakenOver, Taking, Wanted, view};
use turnstone_wire::body::Metres;

use super::Note;
use crate::CoreError;

/// Which facts of a photo a sighting is to have.
#[uniffi::remote(Record)]
pub struct Wanted {
    /// Where the camera was: where the witness stood.
    #[uniffi(default = false)]
    pub place: bool,
    /// When it was taken.
    #[uniffi(default = false)]
    pub time: bool,
    /// Where the camera pointed: the direction of what was seen.
    #[uniffi(default = false)]
    pub bearing: bool,
}

/// What became of one fact.
#[uniffi::remote(Enum)]
pub enum Taking {
    /// It was not asked for.
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

/// What became of the facts of a photo.
#[derive(uniffi::Record)]
pub struct TakenOverRow {
    /// Of where the camera was.
    pub place: Taking,
    /// Of when it was taken.
    pub time: Taking,
    /// Of where the camera pointed.
    pub bearing: Taking,
    /// What to say of each that was asked for, in English.
    pub sentences: Vec<String>,
}

fn sentences(content: &DraftContent, at: usize, taken: &TakenOver) -> Vec<String> {
    let sighting = content.sightings.get(at);
    sighting.map_or_else(Vec::new, |sighting| view::taken_over_sentences(taken, sighting.when.from))
}

#[uniffi::export]
impl Note {
    /// Takes over what a photo says of itself for one of the sightings, counted from 0; durable when this returns. `range_m` is
    /// how far away what was seen is, where its direction is wanted.
    pub async fn take_over(
        &self,
        sighting: u32,
        photo: u16,
        wanted: Wanted,
        range_m: Option<Metres>,
    ) -> Result<TakenOverRow, CoreError> {
        self.work(move |note| {
            let at = usize::try_from(sighting).unwrap_or(usize::MAX);
            let mut content = note.content().clone();
            if content.sightings.len() <= at {
                return Err(Error::NotFound(Missing::Sighting));
            }
            let is_it = |one: &&DraftAttachment| one.number == photo;
            let facts = note.attachments().iter().find(is_it).map(|one| one.facts.clone());
            let facts = facts.ok_or(Error::NotFound(Missing::Attachment))?;
            let taken = content.take_over(at, &facts, wanted, range_m, Utc::now());
            let sentences = sentences(&content, at, &taken);
            if taken.any() {
                note.change(content)?;
            }
            let TakenOver { place, time, bearing } = taken;
            Ok(TakenOverRow { place, time, bearing, sentences })
        })
        .await
    }
}
