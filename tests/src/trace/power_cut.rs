//! What a power cut could take from a recorded run.
//!
//! A disk keeps what was flushed; of the rest it may keep anything, in any order. So a run is sound if, at every
//! acknowledgement, nothing that was written before it waits to be flushed, and if nothing was written that only makes
//! sense once something else is on the disk, before that was flushed. The second half is SQLite's two ways of keeping a
//! transaction whole (sqlite.org: atomiccommit.html, wal.html), and the order of the files among each other:
//!
//! - a log that names a file, a key or a photo comes after them, and they are changed or replaced after a log that no
//!   longer names them;
//! - a write-ahead log's header is on the disk before its frames, its frames before the pages they become, and those
//!   before the log begins anew;
//! - a rollback journal's pages are on the disk before their count, all of it and its name before the pages it saves are
//!   written over, and those before it is emptied;
//! - a file's bytes are on the disk before it takes another's name.
//!
//! A new name is on the disk once its folder was flushed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
};

use super::call::Call;

/// Files that hold nothing that an acknowledgement speaks of, by how their names end, and why.
pub const EXCEPTIONS: [(&str, &str); 3] = [
    ("-shm", "SQLite's index of the log, made anew from the log after a crash"),
    (".lock", "held, never written"),
    ("/reserve", "room kept aside; where it is missing or torn it is made again"),
];

/// What a power cut could do at a point of a run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// Line of the trace at which it is too late.
    pub line: usize,
    /// The file or folder that was not flushed.
    pub path: String,
    /// What depends on it.
    pub why: &'static str,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, path, why } = self;
        write!(f, "line {line}: {path} is not flushed, {why}")
    }
}

/// What came of looking at a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is not safe.
    pub complaints: BTreeSet<Complaint>,
    /// Flushes of something that had nothing to flush, by the line on which they began.
    pub idle: BTreeSet<usize>,
    /// Lines of the acknowledgements.
    pub acknowledgements: Vec<usize>,
}

/// Looks at a run. `there` are the files and folders that were there before it; `acknowledges` says which calls tell
/// somebody that something is safe.
pub fn judge(
    calls: &[Call],
    below: &str,
    there: &BTreeSet<String>,
    acknowledges: impl Fn(&Call) -> bool,
) -> Verdict {
    let mut disk = Disk { there: there.clone(), ..Disk::default() };
    let mut verdict = Verdict::default();
    // A change counts from where it began, a flush from where it ended, and only for what had ended before it began.
    let mut moments: Vec<_> = calls.iter().map(|call| (call.began, false, call)).collect();
    moments.extend(calls.iter().filter(|call| is_flush(call)).map(|call| (call.ended, true, call)));
    moments.sort_by_key(|(line, ends, _)| (*line, *ends));
    for (line, ends, call) in moments {
        if ends {
            if call.path().starts_with(below) && call.succeeded() && !disk.flush(call) {
                verdict.idle.insert(call.began);
            }
        } else if acknowledges(call) {
            verdict.acknowledgements.push(line);
            let late = disk.waiting(|_| true).map(|path| (path, "and somebody is told that all is safe"));
            verdict.complaints.extend(late.map(|(path, why)| Complaint { line, path, why }));
        } else if call.paths().iter().any(|path| path.starts_with(below)) && call.succeeded() {
            let late = disk.too_early(call).into_iter();
            verdict.complaints.extend(late.map(|(path, why)| Complaint { line, path, why }));
            disk.change(call);
        }
    }
    verdict
}

/// Whether it is a call that flushes.
pub fn is_flush(call: &Call) -> bool {
    matches!(call.name.as_str(), "fsync" | "fdatasync")
}

/// What has been written and not flushed.
#[derive(Debug, Default)]
struct Disk {
    there: BTreeSet<String>,
    /// Changes of a file's bytes: where, and the line on which they ended.
    bytes: BTreeMap<String, Vec<(Option<u64>, usize)>>,
    /// New names by their folders.
    names: BTreeMap<String, BTreeMap<String, usize>>,
    /// Files that were made and hold nothing yet: it is all the same whether a power cut takes them.
    empty: BTreeSet<String>,
    /// Rollback journals that would roll something back.
    hot: BTreeSet<String>,
}

impl Disk {
    /// All that waits to be flushed, of the files that are asked for.
    fn waiting<'a>(&'a self, of: impl Fn(&str) -> bool + Copy + 'a) -> impl Iterator<Item = String> + 'a {
        let bytes =
            self.bytes.iter().filter(|(_, changes)| !changes.is_empty()).map(|(path, _)| path.clone());
        let names = self.names.values().flat_map(BTreeMap::keys).filter(|name| !self.empty.contains(*name));
        let names = names.map(|name| format!("{name} (its name)"));
        bytes.chain(names).filter(move |path| of(path.trim_end_matches(" (its name)")))
    }

    /// Flushes a file or folder; false where there was nothing to flush.
    fn flush(&mut self, call: &Call) -> bool {
        let mut flushed = false;
        if let Some(changes) = self.bytes.get_mut(call.path()) {
            let before = changes.len();
            changes.retain(|(_, ended)| *ended > call.began);
            flushed = changes.len() < before;
        }
        if let Some(names) = self.names.get_mut(call.path()) {
            let before = names.len();
            names.retain(|_, ended| *ended > call.began);
            flushed |= names.len() < before;
        }
        flushed
    }

    /// What should have been flushed before this change.
    fn too_early(&self, call: &Call) -> Vec<(String, &'static str)> {
        let path = call.path();
        if is_exception(path) || is_flush(call) || call.name == "openat" {
            return Vec::new();
        }
        if call.name.starts_with("rename") {
            let bytes = self.is_dirty(path);
            let mut late = self.late(|other| bytes && other == path, "and it takes another's name");
            late.extend(self.late(is_log, "and the file it speaks of is replaced"));
            return late;
        }
        let writes = call.name.starts_with("pwrite") || call.name.starts_with("write");
        if let Some(database) = path.strip_suffix("-wal") {
            return self.too_early_for_log(call, database, writes);
        }
        let (journal, log) = (format!("{path}-journal"), format!("{path}-wal"));
        if let Some(database) = path.strip_suffix("-journal") {
            if !writes {
                return self.late(|other| other == database, "and its journal is emptied");
            }
            let counts = length(call) == Some(COUNT);
            return self.late(|other| counts && other == path, "and the count of its pages is written");
        }
        if self.hot.contains(&journal) {
            let mut late = self.late(|other| other == journal, "and what it saves is written over");
            late.extend(self.late(is_log, "and what it may no longer name is written over"));
            return late;
        }
        self.late(|other| other == log, "and what it logs is written to its place")
    }

    fn too_early_for_log(&self, call: &Call, database: &str, writes: bool) -> Vec<(String, &'static str)> {
        if !writes {
            return self.late(|other| other == database, "and its log begins anew");
        }
        let log = call.path();
        let mut late = if call.last_number() == Some(0) {
            self.late(|other| other == database, "and its log begins anew")
        } else {
            let header = self.bytes.get(log).is_some_and(|held| held.iter().any(|held| held.0 == Some(0)));
            self.late(|other| header && other == log && self.is_dirty(log), "and frames follow its header")
        };
        late.extend(self.late(|other| !other.starts_with(database), "and a log goes on to name it"));
        late
    }

    fn late(&self, of: impl Fn(&str) -> bool + Copy, why: &'static str) -> Vec<(String, &'static str)> {
        self.waiting(of).map(|path| (path, why)).collect()
    }

    fn is_dirty(&self, path: &str) -> bool {
        self.bytes.get(path).is_some_and(|changes| !changes.is_empty())
    }

    /// Notes a change.
    fn change(&mut self, call: &Call) {
        let path = call.path().to_owned();
        if is_flush(call) || is_exception(&path) {
            return;
        }
        match call.name.as_str() {
            "openat" => {
                let creates = call.arguments.contains("O_CREAT") && !self.there.contains(&path);
                if creates {
                    self.name(&path, call.ended);
                    self.empty.insert(path.clone());
                }
                if call.arguments.contains("O_TRUNC") && !creates {
                    self.bytes.entry(path).or_default().push((None, call.ended));
                }
            }
            "mkdir" | "mkdirat" => self.name(&path, call.ended),
            "rename" | "renameat" | "renameat2" => {
                let to = call.paths().last().copied().unwrap_or_default().to_owned();
                self.forget(&path);
                self.name(&to, call.ended);
            }
            "unlink" | "unlinkat" | "rmdir" => {
                self.forget(&path);
                if self.hot.remove(&path) {
                    // Until its folder is flushed, a power cut brings a journal back, and it rolls back.
                    self.name(&path, call.ended);
                    self.there.remove(&path);
                }
            }
            name => {
                if path.ends_with("-journal") {
                    if name == "ftruncate" {
                        self.hot.remove(&path)
                    } else {
                        self.hot.insert(path.clone())
                    };
                }
                self.empty.remove(&path);
                let offset = call.name.starts_with("pwrite").then(|| call.last_number()).flatten();
                self.bytes.entry(path).or_default().push((offset, call.ended));
            }
        }
    }

    fn name(&mut self, path: &str, ended: usize) {
        self.there.insert(path.to_owned());
        self.names.entry(folder(path)).or_default().insert(path.to_owned(), ended);
    }

    fn forget(&mut self, path: &str) {
        self.there.remove(path);
        self.bytes.remove(path);
        self.empty.remove(path);
        self.names.entry(folder(path)).or_default().remove(path);
    }
}

/// Bytes of a rollback journal's header that are written once its pages are on the disk: its magic and their count.
const COUNT: u64 = 12;

fn length(call: &Call) -> Option<u64> {
    call.arguments.rsplit(", ").nth(1)?.parse().ok()
}

fn folder(path: &str) -> String {
    Path::new(path).parent().and_then(Path::to_str).unwrap_or_default().to_owned()
}

fn is_log(path: &str) -> bool {
    path.ends_with("-wal")
}

fn is_exception(path: &str) -> bool {
    EXCEPTIONS.iter().any(|(ending, _)| path.ends_with(ending))
}
