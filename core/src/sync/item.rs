//! One item's step: made, carried, settled.

use turnstone_wire::{receipt::ObjectKind, text::Moment};

use super::{
    arm::Arm,
    carrier::Followed,
    driver::{Progress, Sender},
    pace::{self, Pace},
    running::Sent,
    settle::{LONGEST_WAIT_MS, Settling, settle},
    step::{Bodies, Failure, Outcome, Sending, Step, StepBody},
    window::Loaded,
};
use crate::{
    error::{Error, Fault, Missing},
    outbox::{self, Item, ItemState, Reason, Upload},
    random,
    seam::{self, Planted},
    shared::Core,
};

impl Sender {
    /// Carries one item's next step.
    pub(super) async fn send(&self, mut loaded: Loaded) -> Result<Sent, Fault> {
        // What an earlier run was told may be long ago: the desk is asked before more is sent.
        if let Upload::At(offset) = loaded.item.upload
            && offset < loaded.item.size
            && !self.offsets().contains(&(loaded.item.row, offset))
        {
            loaded.item.upload = Upload::Unknown(offset);
        }
        let outcome = match self.prepare(loaded.clone()).await? {
            Ok(step) => {
                let (bytes, began_ms) = (step.body.len(), self.monotonic_ms());
                let bodies = Followed::of(self.core(), &loaded, &step);
                let outcome = self.transport().carry(step, bodies).await;
                let took_ms = self.monotonic_ms().saturating_sub(began_ms);
                if loaded.named {
                    self.pace(&loaded.desk, |pace| measure(pace, &loaded.item, bytes, took_ms, &outcome));
                }
                Ok(outcome)
            }
            Err(reason) => Err(reason),
        };
        Ok((loaded, outcome))
    }

    /// Makes the step. Bytes of an upload that are about to go are noted as under way first: after a kill, or where they are
    /// broken off, the desk is asked how many came before any is sent again.
    pub(super) async fn prepare(&self, loaded: Loaded) -> Result<Result<Step, Reason>, Fault> {
        let chunk = match loaded.named {
            true => self.pace(&loaded.desk, |pace| pace.chunk()),
            false => pace::apart(loaded.item.attempts),
        };
        let allow_clear = self.wishes().allow_clear;
        let prepared = self.on_store(move |core| {
            let directory = core.directory()?;
            let Some(desk) = directory.as_deref().and_then(|directory| directory.desk(&loaded.desk)) else {
                return Ok(Err(Reason::DeskUnlisted));
            };
            let item = &loaded.item;
            let (envelope, words_wait) =
                core.words.read(|conn| Ok((item.envelope(conn)?, outbox::words_wait(conn, item.report)?)))?;
            if let (Some(media), Upload::Fresh) = (item.media, item.upload)
                && item.state == ItemState::Waits
                && core.media.sha256(media)? != item.record.sha256
            {
                // Found out here, and not by the desk once all of it was sent. It is read once for each beginning, which
                // is little beside sending it.
                return Ok(Err(Reason::Unreadable));
            }
            let apart = !loaded.named;
            let step = Sending { item, desk, envelope, apart, words_wait, chunk, allow_clear }.step();
            if let Ok(Step { body: StepBody::Media { from, .. }, .. }) = &step {
                let under_way = Item { upload: Upload::Unknown(*from), ..item.clone() };
                let sending = core.sending()?;
                core.words.write(|tx| outbox::apply_item(tx, &under_way, sending, core.random()))?;
            }
            if seam::is_planted(Planted::DeleteBeforeReceipt) {
                let forget = "UPDATE item SET envelope = NULL WHERE id = ?1";
                core.words.write(|tx| Ok(tx.execute(forget, [loaded.item.row.0])?))?;
            }
            Ok(step)
        });
        match prepared.await {
            // Damaged: it must not keep the others from going.
            Err(fault) if fault.is_damage() || is_of_this_item(&fault) => Ok(Err(Reason::Unreadable)),
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
        let row = loaded.item.row;
        let (progress, fetch, upload) = self
            .on_store(move |core| {
                let directory = core.directory()?;
                let desk = directory.as_deref().and_then(|directory| directory.desk(&loaded.desk));
                let jitter = u32::from_be_bytes(random::bytes(core.random())?);
                let mut item = loaded.item.clone();
                let mut arm = None;
                let mut fetch_directory = false;
                match (desk, outcome) {
                    (Some(desk), Ok(outcome)) => {
                        let settling = Settling::of(&item, desk, loaded.named);
                        let settling = Settling { attempts: loaded.failed, ..settling };
                        let change = settle(&settling, &outcome, now_ms, jitter);
                        fetch_directory = change.fetch_directory;
                        seam::settled(change.arm);
                        arm = Some(change.arm);
                        change.apply(&mut item, Moment::utc(core.clock().wall()));
                    }
                    // Nothing was sent: another directory may change that, not another try in a second.
                    (_, outcome) => {
                        let reason = outcome.err().unwrap_or(Reason::DeskUnlisted);
                        item.record.reason = Some(reason).filter(|_| item.state == ItemState::Waits);
                        item.next_try_ms = now_ms.saturating_add(LONGEST_WAIT_MS);
                    }
                }
                write(core, &loaded, &item, arm)?;
                let progress = Progress::of(&item);
                let fetch = fetch_directory.then_some((directory, loaded.desk, !loaded.named));
                Ok((progress, fetch, item.upload))
            })
            .await?;
        if let Upload::At(offset) = upload {
            self.offsets().insert((row, offset));
        }
        if let Some((Some(directory), desk, apart)) = fetch {
            self.fetch_directory(&directory, &desk, apart).await?;
        }
        Ok(progress)
    }
}

/// Whether a fault is one of the item alone: it is damaged, or was ended meanwhile.
fn is_of_this_item(fault: &Fault) -> bool {
    matches!(fault, Fault::Sealed(_) | Fault::Error(Error::NotFound(Missing::Report)))
}

/// Writes an item's change, and what it says of those that wait for the same desk.
fn write(core: &Core, loaded: &Loaded, item: &Item, arm: Option<Arm>) -> Result<(), Fault> {
    let sending = core.sending()?;
    core.words.write(|tx| {
        match loaded.item.state {
            ItemState::Stored => outbox::apply_check(tx, item, sending, core.random())?,
            _ => outbox::apply_item(tx, item, sending, core.random())?,
        }
        match arm {
            Some(arm) if arm.is_of_the_desk() => {
                outbox::put_off(tx, &loaded.behind, item, sending, core.random())
            }
            Some(arm) if arm.took_something() => outbox::reached(tx, &loaded.behind),
            _ => Ok(()),
        }
    })
}

/// What a step's outcome shows of the link.
fn measure(pace: &mut Pace, item: &Item, bytes: u64, took_ms: u64, outcome: &Outcome) {
    let before = match item.upload {
        Upload::Fresh => 0,
        Upload::Unknown(last) | Upload::At(last) => last,
    };
    match outcome {
        Outcome::Answer { status: 200..300, offset: Some(offset), .. }
            if item.record.kind == ObjectKind::Attachment =>
        {
            let came = offset.saturating_sub(before);
            match bytes {
                0 => pace.arrived(item.row, came),
                _ => pace.went_through(came.min(bytes), took_ms),
            }
        }
        Outcome::Answer { status: 200..300, .. } => pace.went_through(bytes, took_ms),
        // A proxy's limit: a desk that takes no more says so in its own form, and is not sent it again.
        Outcome::Answer { status: 413, .. } if bytes > 0 => pace.turned_away(bytes),
        Outcome::Failed(Failure::Broken) if bytes > 0 => pace.broke(item.row, bytes, took_ms),
        _ => {}
    }
}

impl Bodies for Core {
    fn read(&self, media: i64, from: u64, len: usize) -> Result<Vec<u8>, Failure> {
        self.media.read(media, from, len).map_err(|_| Failure::Unreadable)
    }
}
