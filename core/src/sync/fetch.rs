//! Directories that desks serve.

use std::collections::BTreeSet;

use turnstone_wire::directory::{DeskId, Directory};

use super::{
    driver::Sender,
    step::{Outcome, directory_step},
    window::WINDOW,
};
use crate::{
    error::{Error, Fault, readable_if_there},
    outbox::{self, Lane, Reason},
    shared::Core,
};

impl Sender {
    /// Fetches the directory a desk serves, and takes it where it is signed and newer. Whatever else comes is ignored:
    /// the one held stays.
    pub(super) async fn fetch_directory(
        &self,
        directory: &Directory,
        desk: &DeskId,
        apart: bool,
    ) -> Result<(), Fault> {
        let clear = self.wishes().allow_clear;
        let Some(Ok(step)) = directory.desk(desk).map(|desk| directory_step(desk, apart, clear)) else {
            return Ok(());
        };
        if let Outcome::Answer { status: 200, body, .. } = self.transport().carry(step, self.bodies()).await {
            self.on_store(move |core| match core.take_directory(&body) {
                Ok(_) | Err(Fault::Error(Error::Invalid(_))) => Ok(()),
                Err(fault) => Err(fault),
            })
            .await?;
        }
        Ok(())
    }

    /// Asks for a newer directory, each desk once: of the first one where the directory held asked to be replaced, and of
    /// each in whose place somebody else answers, for it may have moved.
    pub(super) async fn renew_directory(&self) -> Result<(), Fault> {
        let (held, now, mut asked) =
            self.on_store(|core| Ok((core.directory()?, core.clock().wall(), elsewhere(core)?))).await?;
        let Some(directory) = held else { return Ok(()) };
        if directory.expires() < now {
            asked.extend(directory.desks().first().map(|desk| desk.id.clone()));
        }
        for desk in asked {
            self.fetch_directory(&directory, &desk, false).await?;
        }
        Ok(())
    }
}

/// The desks of named reports that wait because what answered was not their desk. An anonymous report asks nothing beside
/// itself.
fn elsewhere(core: &Core) -> Result<BTreeSet<DeskId>, Fault> {
    let (sending, now_ms) = (core.sending()?, core.clock().wall().timestamp_millis());
    core.words.read(|conn| {
        let mut desks = BTreeSet::new();
        // Words and photos alike: of some only photos are left.
        let mut waiting = Vec::new();
        for lane in [Lane::Words, Lane::Copies, Lane::Originals] {
            waiting.extend(outbox::due_items(conn, lane, Some(WINDOW), now_ms, sending, |_| Ok(false))?);
        }
        for item in waiting {
            if matches!(item.record.reason, Some(Reason::NotTheDesk | Reason::NotTrusted))
                && let Some(report) = readable_if_there(outbox::report(conn, item.report, sending, None))?
                && report.record.route.is_named()
            {
                desks.insert(report.record.desk);
            }
        }
        Ok(desks)
    })
}
