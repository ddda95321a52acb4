//! A draft in hand. Every change is durable when its call returns; calls of several threads take turns.

pub mod attaching;
pub mod pictures;
pub mod taking_over;

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use turnstone_almanac::words::Lang;
use turnstone_core::{
    self as core, DraftContent, DraftRow, Error, Missing, PersonView, ReportRow, Submitted, Writer, view,
};
use turnstone_wire::{body::Told, reference::Reference, text::Moment};

use crate::{
    CoreError,
    report::{AttachmentRow, CheckRow, ReportCopy, UsefulRow},
    runtime::{Kept, died},
};

/// A draft that can be changed, added to, looked at and submitted. Needs no unlock: a note begun on a locked device may be
/// finished and submitted in the same sitting. Once let go of, it is opened again through the notebook.
#[derive(uniffi::Object)]
pub struct Note {
    core: Kept<Held>,
}

/// The note while there is one: not submitted, not discarded.
type Held = Mutex<Option<core::Note>>;

/// What became of a report that was submitted.
#[uniffi::remote(Record)]
pub struct Submitted {
    /// The label to read out.
    pub reference: Reference,
    /// Row number in the outbox.
    pub report: ReportRow,
}

/// Exactly what would be sent, made ready to be looked at and then submitted, once.
#[derive(uniffi::Object)]
pub struct Prepared {
    core: Kept<Mutex<Option<core::Prepared>>>,
}

pub(crate) fn held(core: core::Note) -> Arc<Note> {
    Arc::new(Note { core: Kept::new(Mutex::new(Some(core))) })
}

impl Note {
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut core::Note) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, CoreError> {
        let with = move |held: &Held| {
            let mut held = held.lock().map_err(died)?;
            f(held.as_mut().ok_or(Error::NotFound(Missing::Draft))?)
        };
        self.core.work(with).await
    }

    /// Does what uses the note up; where it fails, and gives it back, it is as before.
    async fn end<T: Send + 'static>(
        &self,
        f: impl FnOnce(core::Note) -> Result<T, (Option<Box<core::Note>>, Error)> + Send + 'static,
    ) -> Result<T, CoreError> {
        let with = move |held: &Held| {
            let mut held = held.lock().map_err(died)?;
            f(held.take().ok_or(Error::NotFound(Missing::Draft))?).map_err(|(note, error)| {
                *held = note.map(|note| *note);
                error
            })
        };
        self.core.work(with).await
    }
}

#[uniffi::export]
impl Note {
    /// Its number.
    pub async fn row(&self) -> Result<DraftRow, CoreError> {
        self.work(|note| Ok(note.row())).await
    }

    /// What it holds.
    pub async fn content(&self) -> Result<DraftContent, CoreError> {
        self.work(|note| Ok(note.content().clone())).await
    }

    /// Its photos, copies among them.
    pub async fn attachments(&self) -> Result<Vec<AttachmentRow>, CoreError> {
        self.work(|note| Ok(note.attachments().iter().map(AttachmentRow::from).collect())).await
    }

    /// When it was begun, by this device's clock.
    pub async fn begun(&self) -> Result<Moment, CoreError> {
        self.work(|note| Ok(note.begun())).await
    }

    /// Calls noted with it.
    pub async fn told(&self) -> Result<Vec<Told>, CoreError> {
        self.work(|note| Ok(note.told().to_vec())).await
    }

    /// Replaces what it holds; durable when this returns.
    pub async fn change(&self, content: DraftContent) -> Result<(), CoreError> {
        self.work(move |note| note.change(content)).await
    }

    /// Takes it off the watch it is on.
    pub async fn leave_watch(&self) -> Result<(), CoreError> {
        self.work(core::Note::leave_watch).await
    }

    /// Whether it can be sent as it is, and what is worth saying before.
    pub async fn check(&self) -> Result<CheckRow, CoreError> {
        self.work(|note| note.check()).await.map(CheckRow::from)
    }

    /// Everything that a desk would use of it, in order of use, and what of that it says.
    pub async fn useful(&self, lang: Lang) -> Result<Vec<UsefulRow>, CoreError> {
        let all = self.work(|note| Ok(view::useful(note.content(), note.photos()))).await?;
        Ok(all.into_iter().map(|useful| UsefulRow::of(useful, lang)).collect())
    }

    /// How much of that it says, in a sentence.
    pub async fn completeness(&self, lang: Lang) -> Result<String, CoreError> {
        let all = self.work(|note| Ok(view::useful(note.content(), note.photos()))).await?;
        Ok(view::completeness_sentence(&all, lang))
    }

    /// What its desk would read, out of bytes made ready for this look.
    pub async fn preview(&self) -> Result<ReportCopy, CoreError> {
        self.work(|note| note.preview()).await.map(|report| ReportCopy::from(&report))
    }

    /// Makes ready what would be sent, to be looked at and submitted to the byte.
    pub async fn prepare(&self) -> Result<Arc<Prepared>, CoreError> {
        let prepared = self.work(|note| note.prepare()).await?;
        Ok(Arc::new(Prepared { core: Kept::new(Mutex::new(Some(prepared))) }))
    }

    /// Submits: from now on it is in the outbox, sealed to its desk, safe against kill and power cut, and the draft is gone.
    /// Needs no network and no unlock. `delay_s` is for anonymous reports, a week at most; 0 is none.
    pub async fn submit(&self, delay_s: u32) -> Result<Submitted, CoreError> {
        let delay = TimeDelta::seconds(delay_s.into());
        self.end(move |note| note.submit_delayed(delay).map_err(|(note, error)| (Some(note), error))).await
    }

    /// Submits what was shown, to the byte, and nothing else in its place.
    pub async fn submit_prepared(&self, shown: Arc<Prepared>, delay_s: u32) -> Result<Submitted, CoreError> {
        let (shown, delay) = (shown.core.held()?, TimeDelta::seconds(delay_s.into()));
        let old = Error::Invalid(core::Invalid::ShownIsOld);
        self.end(move |note| {
            let taken = shown.lock().ok().and_then(|mut shown| shown.take());
            let Some(shown) = taken else { return Err((Some(Box::new(note)), old)) };
            note.submit_prepared(shown, delay).map_err(|(note, error)| (Some(note), error))
        })
        .await
    }

    /// Who of a team has it in hand; nobody in particular where empty.
    pub async fn writer(&self) -> Result<Option<PersonView>, CoreError> {
        self.work(|note| note.writer()).await
    }

    /// Puts this one note into somebody's hand, or nobody's: who writes other notes stays.
    pub async fn set_writer(&self, writer: Option<Writer>) -> Result<(), CoreError> {
        self.work(move |note| note.set_writer(writer.as_ref())).await
    }

    /// Throws the draft away for good, with its photos.
    pub async fn discard(&self) -> Result<(), CoreError> {
        self.end(|note| note.discard().map_err(|error| (None, error))).await
    }
}

#[uniffi::export]
impl Prepared {
    /// What the desk will read.
    pub async fn report(&self) -> Result<ReportCopy, CoreError> {
        let of = |held: &Mutex<Option<core::Prepared>>| {
            let held = held.lock().map_err(died)?;
            Ok(held.as_ref().ok_or(Error::NotFound(Missing::Draft))?.report().clone())
        };
        self.core.work(of).await.map(|report| ReportCopy::from(&report))
    }
}
