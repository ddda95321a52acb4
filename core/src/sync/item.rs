//! One item's step: made, carried, settled.

use turnstone_wire::{receipt::Object, text::Moment};

use super::{
    driver::{Progress, Sender},
    running::Sent,
    settle::{LONGEST_WAIT_MS, Settling, settle},
    step::{Bodies, Failure, Outcome, Sending, Step},
    window::Loaded,
};
use crate::{
    error::Fault,
    outbox::{self, Item, Reason, Upload, Vouched},
    random,
    shared::Core,
};

impl Sender {
    /// Carries one item's next step.
    pub(super) async fn send(&self, loaded: Loaded) -> Result<Sent, Fault> {
        let outcome = match self.prepare(loaded.clone()).await? {
            Ok(step) => Ok(self.transport().carry(step, self.bodies()).await),
            Err(reason) => Err(reason),
        };
        Ok((loaded, outcome))
    }

    /// Makes the step. An upload about to begin is noted as begun first: after a kill the desk is asked.
    pub(super) async fn prepare(&self, loaded: Loaded) -> Result<Result<Step, Reason>, Fault> {
        let prepared = self.on_store(move |core| {
            let directory = core.directory()?;
            let Some(desk) = directory.as_deref().and_then(|directory| directory.desk(&loaded.desk)) else {
                return Ok(Err(Reason::DeskUnlisted));
            };
            let (envelope, words_wait) = core.words.read(|conn| {
                Ok((loaded.item.envelope(conn)?, outbox::words_wait(conn, loaded.item.report)?))
            })?;
            if let (Some(media), Upload::Fresh) = (loaded.item.media, loaded.item.upload)
                && core.media.sha256(media)? != loaded.item.record.sha256
            {
                // Found out here, and not by the desk once all of it was sent.
                return Ok(Err(Reason::Unreadable));
            }
            let step =
                Sending { item: &loaded.item, desk, envelope, apart: !loaded.named, words_wait }.step();
            if loaded.item.media.is_some() && loaded.item.upload == Upload::Fresh {
                let begun = Item { upload: Upload::Unknown(0), ..loaded.item.clone() };
                let sending = core.sending()?;
                core.words.write(|tx| outbox::apply_item(tx, &begun, sending, core.random()))?;
            }
            Ok(step)
        });
        match prepared.await {
            // Damaged: it must not keep the others from going.
            Err(fault) if fault.is_damage() || matches!(fault, Fault::Sealed(_)) => {
                Ok(Err(Reason::Unreadable))
            }
            prepared => prepared,
        }
    }

    /// Settles an outcome and writes the change, durably.
    pub(super) async fn settle(
        &self,
        loaded: Loaded,
        outcome: Result<Outcome, Reason>,
    ) -> Result<Progress, Fault> {
        let now_ms = self.now_ms();
        let fetch = self
            .on_store(move |core| {
                let mut item = loaded.item;
                let directory = core.directory()?;
                let desk = directory.as_deref().and_then(|directory| directory.desk(&loaded.desk));
                let jitter = u32::from_be_bytes(random::bytes(core.random())?);
                let mut fetch_directory = false;
                match (desk, outcome) {
                    (Some(desk), Ok(outcome)) => {
                        let object =
                            Object { kind: item.record.kind, sha256: item.record.sha256, size: item.size };
                        let settling =
                            Settling { object, desk, upload: item.upload, attempts: item.attempts };
                        let change = settle(&settling, &outcome, now_ms, jitter);
                        fetch_directory = change.fetch_directory;
                        item.state = change.state;
                        item.upload = change.upload;
                        item.attempts = change.attempts;
                        item.next_try_ms = change.next_try_ms;
                        item.record.reason = change.reason;
                        let at = Moment::utc(core.clock().wall());
                        item.record.stored = change.receipt.map(|receipt| Vouched { receipt, at });
                    }
                    // Nothing was sent: another directory may change that, not another try in a second.
                    (_, outcome) => {
                        item.record.reason = Some(outcome.err().unwrap_or(Reason::DeskUnlisted));
                        item.next_try_ms = now_ms.saturating_add(LONGEST_WAIT_MS);
                    }
                }
                let sending = core.sending()?;
                core.words.write(|tx| outbox::apply_item(tx, &item, sending, core.random()))?;
                let progress = Progress {
                    item: item.row,
                    size: item.size,
                    state: item.state,
                    reason: item.record.reason,
                };
                Ok((progress, fetch_directory.then_some((directory, loaded.desk, !loaded.named))))
            })
            .await?;
        let (progress, fetch) = fetch;
        if let Some((Some(directory), desk, apart)) = fetch {
            self.fetch_directory(&directory, &desk, apart).await?;
        }
        Ok(progress)
    }
}

impl Bodies for Core {
    fn read(&self, media: i64, from: u64, len: usize) -> Result<Vec<u8>, Failure> {
        self.media.read(media, from, len).map_err(|_| Failure::Unreadable)
    }
}
