//! The phone's side of a world: its program writes, submits and sends, is killed, and starts again.

use std::{sync::Arc, time::Duration};

use turnstone_core::{
    Client, DraftContent, Error, ItemState, Lane,
    simulation::{self as phone, Seen},
    sync::{Network, Progress},
};
use turnstone_tests::content;
use turnstone_wire::text::{Moment, Text};

use crate::{
    desk::Restore,
    ground,
    link::Link,
    script::{Misfortune, Planned, ROUGH_MS},
    world::{Expected, World, Written},
};
use turnstone_core::Clock as _;

/// Longest simulated time after all that went wrong until everything has arrived: two days, within which a desk is asked
/// after what an anonymous report has stored there, and the longest wait.
const CALM_MS: i64 = 50 * 3600 * 1000;
/// Most runs of the sender in that time.
const CALM_RUNS: u32 = 500;

/// For how long a phone keeps what is stored, less what any world lasts.
const KEPT_MS: i64 = 27 * 24 * 3600 * 1000;

/// Why a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Killed,
    Restored,
    Finished,
}

impl World {
    /// The phone's whole life in this world.
    pub(crate) async fn live(self: &Arc<Self>) {
        for desk in 0..ground::DESKS {
            self.start_desk(desk);
        }
        let home = self.folder.join("phone");
        loop {
            phone::revive();
            let opened = Client::open(
                &home,
                self.ground.ports(Arc::clone(&self.clocks), self.dice(|rng| rng.u64(..))),
            );
            let client = match opened {
                Ok(client) => client,
                Err(error) => return self.broken(format!("P1: the home does not open: {error}")),
            };
            self.lock().moments.starts();
            self.adopt(&client);
            let end = tokio::select! {
                biased;
                end = self.misfortunes() => end,
                end = self.write(&client) => end,
                end = self.send(&client) => end,
            };
            self.note(|| format!("the phone's program ends: {end:?}"));
            drop(client);
            if self.is_over() {
                return;
            }
            match end {
                End::Finished => return self.check_end(),
                End::Killed => self.lock().tally.count("fault: phone killed"),
                End::Restored => {
                    phone::revive();
                    ground::replace(&home.with_extension("backup"), &home);
                    self.lock().tally.count("fault: phone restored");
                    self.lock().moments.are_lost();
                }
            }
        }
    }

    /// Writes and submits what is to be written.
    async fn write(self: &Arc<Self>, client: &Client) -> End {
        loop {
            let Some(planned) = self.lock().to_write.last().cloned() else {
                return std::future::pending().await;
            };
            let wait_ms = i64::try_from(planned.at_ms).unwrap_or(0) - self.clocks.elapsed_ms();
            tokio::time::sleep(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0))).await;
            match self.submit(client, &planned) {
                Ok(()) => {
                    self.lock().to_write.pop();
                    self.note(|| format!("report {} is submitted", planned.number));
                    self.look(client);
                    self.submitted.notify_one();
                }
                Err(_) if phone::is_dead() => return End::Killed,
                Err(Error::StorageFull) => {
                    self.note(|| format!("report {} meets a full disk", planned.number));
                    tokio::time::sleep(Duration::from_secs(20)).await;
                }
                Err(error) => {
                    self.broken(format!("P9: a report cannot be submitted: {error}"));
                    return End::Finished;
                }
            }
        }
    }

    fn submit(&self, client: &Client, planned: &Planned) -> Result<(), Error> {
        let content = written(planned, self.clocks.wall(), self.lock().desks[planned.desk].id.clone());
        let mut note = client.note(content)?;
        for (n, photo) in planned.photos.iter().enumerate() {
            // Their bytes do not matter, but that no two are alike.
            let mut rng = fastrand::Rng::with_seed((self.seed << 8) + (planned.number * 8 + n) as u64);
            let mut bytes = |size| (0..size).map(|_| rng.u8(..)).collect::<Vec<_>>();
            let number = match photo.original.map(&mut bytes) {
                Some(bytes) => Some(note.attach(&mut bytes.as_slice(), &mut |_| {})?.number),
                None => None,
            };
            if let Some(copy) = photo.copy.map(bytes) {
                phone::attach_copy(&mut note, number, &copy)?;
            }
        }
        note.submit().map_err(|(_, error)| error)?;
        Ok(())
    }

    /// Sends, again and again, as `sync --watch` does.
    async fn send(self: &Arc<Self>, client: &Client) -> End {
        let sender = match client.sender(Arc::new(Link(Arc::clone(self)))) {
            Ok(sender) => sender,
            Err(_) if phone::is_dead() => return End::Killed,
            Err(error) => {
                self.broken(format!("the sender does not start: {error}"));
                return End::Finished;
            }
        };
        let (mut runs, mut calm_since) = (0, None);
        loop {
            let rough = self.is_rough();
            let (network, wake) = self.dice(|rng| match rng.u8(..8) {
                0 if rough => (Network::Offline, false),
                1 if rough => (Network::Metered, false),
                2 | 3 if rough => (Network::Unmetered, true),
                _ => (Network::Unmetered, false),
            });
            self.lock().tally.count("runs");
            let done = sender.run(network, wake, &|progress: Progress| self.settled(client, &progress)).await;
            if phone::is_dead() {
                return End::Killed;
            }
            if self.is_over() {
                return End::Finished;
            }
            let wake_ms = match done {
                Ok(summary) => summary.wake_ms,
                Err(Error::StorageFull) => None,
                Err(error) => {
                    self.broken(format!("the sender fails: {error}"));
                    return End::Finished;
                }
            };
            if !rough {
                runs += 1;
                let since = *calm_since.get_or_insert(self.clocks.elapsed_ms());
                if self.all_has_arrived() {
                    return End::Finished;
                }
                if runs > CALM_RUNS || self.clocks.elapsed_ms() - since > CALM_MS {
                    self.broken(format!("no progress: {}", self.what_waits()));
                    return End::Finished;
                }
            }
            let wait_ms = wake_ms.map_or(3600 * 1000, |wake| wake - self.clocks.wall().timestamp_millis());
            let longest = if rough { self.dice(|rng| rng.u64(100..180_000)) } else { 24 * 3600 * 1000 };
            let wait_ms = u64::try_from(wait_ms).unwrap_or(0).clamp(1, longest);
            tokio::select! {
                biased;
                () = self.submitted.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
            }
        }
    }

    /// What goes wrong, when its time has come; after the last of it, all is calm.
    async fn misfortunes(self: &Arc<Self>) -> End {
        while self.is_rough() {
            let next = self.lock().to_come.last().copied();
            let at_ms = next.map_or(ROUGH_MS + 1, |(at, _)| at);
            let wait_ms = i64::try_from(at_ms).unwrap_or(0) - self.clocks.elapsed_ms();
            tokio::time::sleep(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0))).await;
            let Some((_, misfortune)) = next else {
                self.calm_down();
                break;
            };
            self.lock().to_come.pop();
            if let Some(end) = self.befalls(misfortune) {
                return end;
            }
        }
        std::future::pending().await
    }

    fn befalls(self: &Arc<Self>, misfortune: Misfortune) -> Option<End> {
        use std::sync::atomic::Ordering::Relaxed;
        match misfortune {
            Misfortune::KillPhone => {
                phone::kill();
                return Some(End::Killed);
            }
            Misfortune::BackUpPhone => {
                let home = self.folder.join("phone");
                ground::replace(&home, &home.with_extension("backup"));
                self.lock().phone_backup = true;
            }
            Misfortune::RestorePhone if self.lock().phone_backup => {
                phone::kill();
                return Some(End::Restored);
            }
            Misfortune::RestorePhone => {}
            Misfortune::PhoneClock(by_ms) => {
                self.clocks.phone_skew_ms.fetch_add(by_ms, Relaxed);
                self.lock().month_passed |= by_ms > KEPT_MS;
                self.lock().moments.are_lost();
                self.fault("fault: phone's clock jumps", || format!("{by_ms} ms"));
            }
            Misfortune::PhoneDisk(transactions) => {
                phone::fill_disk(transactions);
                self.fault("fault: phone's disk full", || format!("for {transactions} transactions"));
            }
            Misfortune::KillDesk(desk) => self.kill_desk(desk, None),
            Misfortune::BackUpDesk(desk) => {
                self.lock().desks[desk].back_up();
                self.note(|| format!("desk {desk} is backed up"));
            }
            Misfortune::RestoreDesk { desk, ledger_only } => {
                let what = if ledger_only { Restore::Ledger } else { Restore::Whole };
                self.kill_desk(desk, Some(what));
            }
            Misfortune::DeskClock(by_ms) => {
                self.clocks.desk_skew_ms.fetch_add(by_ms, Relaxed);
                self.fault("fault: desk's clock jumps", || format!("{by_ms} ms"));
            }
            Misfortune::DeskDisk(full) => {
                turnstone_desk::simulation::fill_disk(full);
                if full {
                    self.fault("fault: desk's disk full", String::new);
                }
            }
        }
        None
    }

    fn calm_down(&self) {
        self.note(|| "from here on nothing goes wrong any more".to_owned());
        turnstone_desk::simulation::fill_disk(false);
        phone::fill_disk(0);
        phone::kill_after(None);
        let state = &mut *self.lock();
        state.rough = false;
        for side in &state.desks {
            if let Some(intake) = &side.intake {
                intake.kill_after(u32::MAX);
            }
        }
    }

    fn is_rough(&self) -> bool {
        self.lock().rough
    }

    /// After each step: what the phone says now, against what was promised.
    fn settled(&self, client: &Client, progress: &Progress) {
        self.lock().tally.count("steps settled");
        self.note(|| {
            format!(
                "an item is {:?} {:?}",
                progress.state,
                progress.reason.as_ref().map(std::mem::discriminant)
            )
        });
        self.look(client);
    }

    /// A program that starts finds what was submitted, though its last words may not have been heard.
    fn adopt(&self, client: &Client) {
        let Ok(seen) = phone::outbox(client) else { return };
        let mut state = self.lock();
        for report in state.reports.values_mut() {
            report.gone = true;
        }
        state.items.values_mut().for_each(|item| item.gone = true);
        drop(state);
        let unknown = self.take_in(&seen);
        if unknown > 0 {
            let planned = self.lock().to_write.pop();
            self.note(|| {
                format!("report {:?} was submitted after all", planned.map(|planned| planned.number))
            });
        }
        if unknown > 1 {
            self.broken("P3: one report was submitted twice");
        }
        self.check_outbox(&seen);
    }

    /// Looks at the outbox.
    fn look(&self, client: &Client) {
        if phone::is_dead() {
            return;
        }
        match phone::outbox(client) {
            Ok(seen) => {
                self.take_in(&seen);
                self.check_outbox(&seen);
            }
            Err(error) => self.broken(format!("the outbox cannot be read: {error}")),
        }
    }

    /// Notes what is new in the outbox; how many reports.
    fn take_in(&self, seen: &[Seen]) -> usize {
        let mut state = self.lock();
        let mut unknown = 0;
        for item in seen {
            let written = state.reports.entry(item.reference).or_insert_with(|| {
                unknown += 1;
                Written { items: Vec::new(), gone: false }
            });
            written.gone = false;
            let is_new = !written.items.contains(&item.object.sha256);
            if is_new {
                written.items.push(item.object.sha256);
            }
            if let Some(expected) = state.items.get_mut(&item.object.sha256) {
                expected.gone = false;
            }
            if is_new {
                let label =
                    format!("{:?} {} of report {}", item.lane, state.items.len(), state.reports.len());
                let desk = state.desks.iter().position(|desk| desk.id == item.desk).unwrap_or(0);
                let expected = Expected {
                    label,
                    desk,
                    lane: item.lane,
                    named: item.named,
                    object: item.object,
                    held: true,
                    was_asked_after: false,
                    state: ItemState::Waits,
                    waits_since: tokio::time::Instant::now(),
                    refused: false,
                    objected: false,
                    sent: (0, 0),
                    receipt: None,
                    gone: false,
                    lost: false,
                };
                state.items.insert(item.object.sha256, expected);
                state.tally.count(match (item.lane, item.named) {
                    (Lane::Words, _) => "reports",
                    (Lane::Originals, _) => "originals",
                    (Lane::Copies, true) => "copies",
                    (Lane::Copies, false) => "copies, anonymous",
                });
            }
        }
        unknown
    }
}

fn written(
    planned: &Planned,
    now: chrono::DateTime<chrono::Utc>,
    desk: turnstone_wire::directory::DeskId,
) -> DraftContent {
    let what = format!("{:04} {}", planned.number, "a boat ".repeat(planned.words / 7));
    DraftContent {
        desk: Some(desk),
        when_from_clock: true,
        ..content::content(planned.route, Moment::utc(now), Text::from(what.as_str()))
    }
}
