//! What is one person's own on a team's device.

use std::sync::{Arc, Mutex};

use turnstone_core::{
    self as core, Busy, DraftRow, Error, Missing, PersonRow,
    view::{Losing, MessageRow, Messages},
};
use turnstone_wire::{body::Told, directory::DeskId, reference::Reference};

use crate::{
    CoreError, Secret,
    client::pin_of,
    report::ReportCopy,
    rows::ReportRowView,
    runtime::{Kept, died},
};

/// What is one person's own: the reports they submitted, what these say, and what desks answered. It opens none of the team's
/// drafts and watches. Locks when nobody holds it any more.
#[derive(uniffi::Object)]
pub struct OwnNotebook {
    core: Kept<Held>,
}

/// The notebook while its PIN has not ended.
type Held = Mutex<Option<Arc<core::OwnNotebook>>>;

fn inside(held: &Held) -> Result<Arc<core::OwnNotebook>, Error> {
    held.lock().map_err(died)?.clone().ok_or(Error::NotFound(Missing::Person))
}

impl OwnNotebook {
    pub(crate) fn of(core: core::OwnNotebook) -> Arc<Self> {
        Arc::new(Self { core: Kept::new(Mutex::new(Some(Arc::new(core)))) })
    }

    /// Itself, for a task that outlives the call.
    pub(crate) fn core(&self) -> Result<Arc<core::OwnNotebook>, CoreError> {
        Ok(inside(&*self.core.held()?)?)
    }

    async fn work<T: Send + 'static>(
        &self,
        f: impl FnOnce(&core::OwnNotebook) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, CoreError> {
        self.core.work(move |held| f(&*inside(held)?)).await
    }
}

#[uniffi::export]
impl OwnNotebook {
    /// Whose it is.
    pub async fn person(&self) -> Result<PersonRow, CoreError> {
        self.work(|own| Ok(own.person())).await
    }

    /// Closes it; its keys are wiped from memory.
    pub async fn lock(&self) -> Result<(), CoreError> {
        let lock = |own: &core::OwnNotebook| {
            own.lock();
            Ok(())
        };
        self.work(lock).await
    }

    /// Their reports, newest first.
    pub async fn reports(&self, limit: u32) -> Result<Vec<ReportRowView>, CoreError> {
        let reports = self.work(move |own| own.reports(limit)).await?;
        Ok(reports.into_iter().map(ReportRowView::from).collect())
    }

    /// How many of their reports are damaged on this device.
    pub async fn damaged(&self) -> Result<u32, CoreError> {
        self.work(core::OwnNotebook::damaged).await
    }

    /// What one of their reports says, while its copy is kept here.
    pub async fn copy(&self, reference: Reference) -> Result<ReportCopy, CoreError> {
        self.work(move |own| own.copy(&reference)).await.map(|report| ReportCopy::from(&report))
    }

    /// What desks have answered them: to one report, or to all.
    pub async fn messages(&self, about: Option<Reference>) -> Result<Messages, CoreError> {
        self.work(move |own| own.messages(about.as_ref())).await
    }

    /// Notes that messages were shown to them.
    pub async fn mark_read(&self, rows: Vec<MessageRow>) -> Result<(), CoreError> {
        self.work(move |own| own.mark_read(&rows)).await
    }

    /// Notes whom they told of one of their reports.
    pub async fn tell(&self, reference: Reference, told: Told) -> Result<(), CoreError> {
        self.work(move |own| own.tell(&reference, &told)).await
    }

    /// Forgets one of their reports.
    pub async fn forget(&self, reference: Reference) -> Result<(), CoreError> {
        self.work(move |own| own.forget(&reference)).await
    }

    /// Seals one of their reports for another desk: the one named, or the only other one that takes such reports.
    pub async fn readdress(&self, reference: Reference, desk: Option<DeskId>) -> Result<DeskId, CoreError> {
        self.work(move |own| own.readdress(&reference, desk.as_ref())).await
    }

    /// Makes one of their reports that its desk refuses a draft again; drafts are the team's.
    pub async fn take_back(&self, reference: Reference) -> Result<DraftRow, CoreError> {
        self.work(move |own| own.take_back(&reference)).await
    }

    /// Puts another PIN, as UTF-8, in the place of theirs.
    pub async fn change_pin(&self, new: Secret) -> Result<(), CoreError> {
        self.work(move |own| own.change_pin(&pin_of(&new)?)).await
    }

    /// Ends their PIN, and what only it opens: without a PIN nobody reads it. This notebook is of no more use.
    pub async fn remove_pin(&self) -> Result<Losing, CoreError> {
        let remove = |held: &Held| {
            let mut held = held.lock().map_err(died)?;
            let own = held.take().ok_or(Error::NotFound(Missing::Person))?;
            match Arc::try_unwrap(own) {
                Ok(own) => own.remove_pin(),
                Err(in_use) => {
                    *held = Some(in_use);
                    Err(Error::Busy(Busy::Database))
                }
            }
        };
        self.core.work(remove).await
    }

    /// Does what waits for this PIN once more: shreds, and seals anew.
    pub async fn tidy(&self) -> Result<(), CoreError> {
        self.work(core::OwnNotebook::tidy).await
    }
}
