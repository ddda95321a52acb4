//! Letting system calls of a program fail.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Child, Command, Output},
};

use super::{
    call::{Call, Reader},
    strace,
};

/// How a disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The n-th call finds no space, and those after it do.
    NoSpaceOnce,
    /// From the n-th call on there is no space for anything new; what needs none still works.
    NoSpaceFrom,
    /// The n-th call fails as on a broken disk.
    BrokenOnce,
}

impl Fault {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::NoSpaceOnce, Self::NoSpaceFrom, Self::BrokenOnce];
}

/// The calls that need room on the disk.
const GROWING: [&str; 8] =
    ["write", "pwrite64", "writev", "pwritev", "pwritev2", "fallocate", "mkdir", "mkdirat"];

/// The n-th call of a name, in each thread that makes so many, on any of the files of a recorded run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Of which system call.
    pub name: String,
    /// Which of them, from 1.
    pub nth: usize,
    /// How many of each growing call came before it in its thread: where a lasting fault begins.
    before: BTreeMap<String, usize>,
}

impl Place {
    /// The call before it, for a run in which no thread came so far: threads of a pool share their work otherwise each time.
    pub fn earlier(&self) -> Option<Self> {
        let nth = self.nth.checked_sub(1).filter(|nth| *nth > 0)?;
        let before = self.before.iter().map(|(name, n)| (name.clone(), n.saturating_sub(1))).collect();
        Some(Self { name: self.name.clone(), nth, before })
    }
}

/// The places of a recorded run at which a call can be made to fail, in order, and all files they touch.
pub fn places(calls: &[Call], below: &str) -> (Vec<Place>, BTreeSet<String>) {
    let touches = |call: &&Call| {
        super::WRITES.contains(&call.name.as_str()) && call.paths().iter().any(|path| path.starts_with(below))
    };
    let files =
        calls.iter().filter(touches).flat_map(|call| call.paths().into_iter().map(str::to_owned)).collect();
    let mut counts: BTreeMap<u32, BTreeMap<String, usize>> = BTreeMap::new();
    let mut places = Vec::new();
    for call in calls.iter().filter(touches) {
        let counts = counts.entry(call.thread).or_default();
        let before = counts.clone();
        let nth = counts.entry(call.name.clone()).or_default();
        *nth += 1;
        if call.is_write_point(below) {
            places.push(Place { name: call.name.clone(), nth: *nth, before });
        }
    }
    (places, files)
}

/// Runs a program with a fault, and gives back what it printed and the calls that were made to fail.
///
/// # Panics
/// Where strace is missing or fails.
pub fn run(
    program: &Command,
    fault: Fault,
    place: &Place,
    files: &BTreeSet<String>,
    trace: &Path,
) -> (Output, Vec<Call>) {
    let options = options(fault, place, files);
    let output = strace::wrap(program, trace, &options).output().expect("strace starts");
    (output, failed(trace))
}

/// Starts a program with a fault, as a child of our own.
///
/// # Panics
/// Where strace is missing or fails.
pub fn start(
    program: &Command,
    fault: Fault,
    place: &Place,
    files: &BTreeSet<String>,
    trace: &Path,
) -> Child {
    let mut options = options(fault, place, files);
    options.push("-D".to_owned());
    strace::wrap(program, trace, &options).spawn().expect("strace starts")
}

/// The calls that were made to fail, by the trace so far.
///
/// # Panics
/// Where there is no trace.
pub fn failed(trace: &Path) -> Vec<Call> {
    let text = fs::read_to_string(trace).expect("strace writes the trace");
    Reader::default().take(&text).into_iter().filter(Call::was_injected).collect()
}

/// What strace is told. Only calls on `files` are counted and fail, so that standard output and sockets work.
fn options(fault: Fault, place: &Place, files: &BTreeSet<String>) -> Vec<String> {
    let Place { name, nth, before } = place;
    let mut options: Vec<_> = match fault {
        Fault::NoSpaceOnce => vec![format!("--inject=?{name}:error=ENOSPC:when={nth}")],
        Fault::BrokenOnce => vec![format!("--inject=?{name}:error=EIO:when={nth}")],
        Fault::NoSpaceFrom => GROWING
            .iter()
            .map(|name| {
                let nth = before.get(*name).unwrap_or(&0) + 1;
                format!("--inject=?{name}:error=ENOSPC:when={nth}+")
            })
            .collect(),
    };
    options.push(format!("--trace={}", strace::set(super::WRITES)));
    options.extend(files.iter().map(|file| format!("--trace-path={file}")));
    options
}
