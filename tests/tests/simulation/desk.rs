//! The desk's side of a world: its intake killed, started, restored from a backup; and what it has promised so far.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use turnstone_desk::simulation::{Answer, Intake};
use turnstone_wire::{
    directory::DeskId,
    hash::Sha256,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use crate::{ground, link::Request, world::World};

/// Hours by its own clock after which a desk may drop an upload that nobody went on with.
const HARDLY_BEGUN_HOURS: i64 = 24;
/// How many answers are remembered, to come again where they do not belong.
const REMEMBERED: usize = 4;

/// A desk as the world knows it.
pub(crate) struct DeskSide {
    pub(crate) id: DeskId,
    server: PathBuf,
    pub(crate) intake: Option<Intake>,
    /// Offsets it has answered with, and when by its clock: they never go back, until their time is over.
    offsets: BTreeMap<Sha256, (u64, DateTime<Utc>)>,
    /// Objects it has vouched for.
    vouched: BTreeSet<Sha256>,
    /// Where each object stands in the order of arrival: once, and for good.
    arrivals: BTreeMap<Sha256, i64>,
    pub(crate) earlier: VecDeque<Answer>,
    backup: Option<PathBuf>,
    /// What lay on the disk of each unfinished upload when its intake was started.
    found: BTreeMap<PathBuf, u64>,
}

/// What a backup brings back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restore {
    Whole,
    Ledger,
}

impl DeskSide {
    pub(crate) fn new(id: DeskId, server: PathBuf) -> Self {
        Self {
            id,
            server,
            intake: None,
            offsets: BTreeMap::new(),
            vouched: BTreeSet::new(),
            arrivals: BTreeMap::new(),
            earlier: VecDeque::new(),
            backup: None,
            found: BTreeMap::new(),
        }
    }

    /// Where an object lies (docs/architecture.md).
    fn path(&self, object: &Object) -> PathBuf {
        let name = object.sha256.to_string();
        let folder = match object.kind {
            ObjectKind::Report => "objects/reports",
            ObjectKind::Attachment => "objects/attachments",
        };
        self.server.join(folder).join(&name[..2]).join(format!("{name}.age"))
    }

    /// Whether an object lies there, by its size.
    pub(crate) fn holds(&self, object: &Object) -> bool {
        fs::metadata(self.path(object)).is_ok_and(|found| found.len() == object.size)
    }

    /// Every object that lies there: what it is called, and its bytes.
    pub(crate) fn shelf(&self) -> Vec<(ObjectKind, String, PathBuf)> {
        let mut all = Vec::new();
        for (kind, folder) in [(ObjectKind::Report, "reports"), (ObjectKind::Attachment, "attachments")] {
            let mut paths: Vec<_> = files(&self.server.join("objects").join(folder)).into_iter().collect();
            paths.sort();
            all.extend(paths.into_iter().map(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                (kind, name.trim_end_matches(".age").to_owned(), path)
            }));
        }
        all
    }

    fn unfinished(&self) -> Vec<PathBuf> {
        let parts = files(&self.server.join("incoming"));
        parts.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "part")).collect()
    }

    /// What lies on the disk now will still do so after any power cut.
    fn find(&mut self) {
        let found = self.unfinished().into_iter();
        self.found =
            found.map(|path| (path.clone(), fs::metadata(path).map_or(0, |file| file.len()))).collect();
    }

    pub(crate) fn back_up(&mut self) {
        let backup = self.server.with_extension("backup");
        ground::replace(&self.server, &backup);
        self.backup = Some(backup);
    }

    fn restore(&mut self, what: Restore) -> bool {
        let Some(backup) = &self.backup else { return false };
        match what {
            Restore::Whole => ground::replace(backup, &self.server),
            Restore::Ledger => {
                for name in ["intake.db", "intake.db-wal", "intake.db-shm"] {
                    fs::remove_file(self.server.join(name)).unwrap_or_default();
                    if backup.join(name).exists() {
                        fs::copy(backup.join(name), self.server.join(name)).unwrap();
                    }
                }
            }
        }
        // What it had said before it does not know any more.
        self.offsets.clear();
        self.arrivals.clear();
        self.vouched.clear();
        true
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut all: Vec<_> =
        paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    all.sort();
    all
}

impl World {
    /// Starts a desk's intake, and looks at what it finds.
    pub(crate) fn start_desk(&self, desk: usize) {
        let server = self.lock().desks[desk].server.clone();
        let clocks = Arc::clone(&self.clocks);
        match Intake::start(&server, Arc::new(move || clocks.desk())) {
            Ok(intake) => {
                let side = &mut self.lock().desks[desk];
                side.intake = Some(intake);
                side.find();
            }
            Err(why) => self.broken(format!("a desk does not start: {why}")),
        }
        self.check_ledger(desk);
    }

    /// Kills a desk's intake, loses what a power cut loses, restores what is to be restored, and starts it again.
    pub(crate) fn kill_desk(self: &Arc<Self>, desk: usize, restore: Option<Restore>) {
        let Some(intake) = self.lock().desks[desk].intake.take() else { return };
        self.fault("fault: desk killed", || format!("desk {desk}"));
        let world = Arc::clone(self);
        tokio::spawn(async move {
            let flushed = intake.kill().await;
            world.cut_power(desk, &flushed);
            let pause_ms = world.dice(|rng| 1 << rng.u32(6..17));
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            if let Some(restore) = restore {
                world.restore_desk(desk, restore);
            }
            world.start_desk(desk);
            world.note(|| format!("desk {desk} serves again"));
        });
    }

    /// What was not flushed is lost, or some of it. A process that is killed without a power cut loses nothing.
    fn cut_power(&self, desk: usize, flushed: &BTreeMap<PathBuf, u64>) {
        let mut state = self.lock();
        let is_cut = state.rng.bool();
        if is_cut {
            state.tally.count("fault: power cut at a desk");
        }
        for path in state.desks[desk].unfinished() {
            let file = File::options().write(true).open(&path).unwrap();
            let found = state.desks[desk].found.get(&path);
            let (safe, len) =
                (flushed.get(&path).or(found).copied().unwrap_or(0), file.metadata().unwrap().len());
            if is_cut && len > safe {
                file.set_len(state.rng.u64(safe..=len)).unwrap();
            }
        }
    }

    fn restore_desk(&self, desk: usize, what: Restore) {
        let mut state = self.lock();
        if !state.desks[desk].restore(what) {
            return;
        }
        let lost = state.items.iter().filter(|(_, item)| item.desk == desk);
        let lost = lost.filter(|(_, item)| !state.desks[desk].holds(&item.object)).map(|(name, _)| *name);
        let lost: Vec<_> = lost.collect();
        lost.iter().for_each(|name| {
            if let Some(item) = state.items.get_mut(name) {
                item.lost = true;
            }
        });
        drop(state);
        self.fault("fault: desk restored", || format!("desk {desk}, {what:?}, {} not there", lost.len()));
    }

    /// What a desk answers must fit what it has answered before.
    pub(crate) fn answered(&self, request: &Request, answer: &Answer) {
        let mut state = self.lock();
        let label = state.label(&request.name);
        let side = &mut state.desks[request.desk];
        if side.earlier.len() == REMEMBERED {
            side.earlier.pop_front();
        }
        // Refusals are bound to nothing: only the connection says whose they are.
        if answer.status < 400 {
            side.earlier.push_back(answer.clone());
        }
        if !request.is_object {
            return;
        }
        let mut wrong = Vec::new();
        if let (Some(offset), 200..=299 | 409) = (answer.number("upload-offset"), answer.status) {
            let now = self.clocks.desk();
            let (before, at) = side.offsets.insert(request.name, (offset, now)).unwrap_or((0, now));
            if offset < before && now < at + TimeDelta::hours(HARDLY_BEGUN_HOURS) {
                wrong.push(format!("P3: {label}: the desk counted {before} bytes, and now {offset}"));
            }
        }
        if let Ok(receipt) = SignedReceipt::parse(&answer.body)
            && (200..300).contains(&answer.status)
        {
            let object = receipt.claims().map(|claims| claims.object);
            match object {
                Ok(object) if object.sha256 == request.name && side.holds(&object) => {
                    side.vouched.insert(request.name);
                    let bytes = fs::read(side.path(&object)).unwrap_or_default();
                    if Sha256::of(&bytes) != request.name {
                        wrong.push(format!("P3: {label}: what the desk vouches for is not what was sealed"));
                    }
                    if let Some(item) = state.items.get_mut(&request.name) {
                        item.lost = false;
                    }
                }
                _ => wrong.push(format!("P2: {label}: a receipt for what the desk does not hold")),
            }
        } else if answer.status == 404 && side.vouched.contains(&request.name) {
            wrong.push(format!("P2: {label}: the desk has vouched for it, and does not know it"));
        }
        if let Some(item) = state.items.get_mut(&request.name) {
            item.refused |= answer.status == 413;
        }
        drop(state);
        wrong.into_iter().for_each(|wrong| self.broken(wrong));
    }

    /// Each object has one row and one place in the order of arrival, and a file.
    pub(crate) fn check_ledger(&self, desk: usize) {
        let state = &mut *self.lock();
        let side = &mut state.desks[desk];
        let Some(intake) = side.intake.as_ref().filter(|intake| !intake.is_dead()) else { return };
        let objects = intake.objects().unwrap_or_default();
        let mut wrong = Vec::new();
        let mut seen = BTreeSet::new();
        for (number, object) in objects {
            if !seen.insert(object.sha256) {
                wrong.push(format!("P3: {:?} stands twice in the ledger", object.kind));
            }
            if *side.arrivals.entry(object.sha256).or_insert(number) != number {
                wrong.push(format!("P3: a {:?} has arrived twice", object.kind));
            }
            if !side.holds(&object) {
                wrong.push(format!("P2: the ledger knows a {:?} that is not there", object.kind));
            }
        }
        if let Some(promise) = wrong.into_iter().next() {
            state.trace.push(format!("BROKEN {promise}"));
            state.broken.get_or_insert(promise);
        }
    }
}
