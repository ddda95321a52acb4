//! Directories that desks serve.

use turnstone_wire::directory::{DeskId, Directory};

use super::{
    driver::Sender,
    step::{Outcome, directory_step},
};
use crate::error::{Error, Fault};

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

    /// A directory that asked to be replaced is asked for once, of the first desk in it that has one to give.
    pub(super) async fn renew_expired_directory(&self) -> Result<(), Fault> {
        let held = self.on_store(|core| Ok((core.directory()?, core.clock().wall()))).await?;
        if let (Some(directory), now) = held
            && directory.expires() < now
            && let Some(desk) = directory.desks().first()
        {
            self.fetch_directory(&directory, &desk.id, false).await?;
        }
        Ok(())
    }
}
