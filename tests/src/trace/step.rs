//! Killing a program after its n-th write point, whichever of its threads makes it.
//!
//! strace counts what it injects for each thread and each system call apart, so its own `when=N` cannot say "the n-th of
//! the whole program". Here it stops the whole program after every call of the set instead (`signal=STOP`), and whoever
//! waits reads from the trace how many write points there were, and lets the program go on or kills it.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

use super::{
    WRITES,
    call::{Call, Reader},
    strace,
};

/// Calls that are in the trace as well: those that make a file by opening it, and those that tell somebody something.
const ALSO_SEEN: [&str; 4] = ["openat", "sendto", "sendmsg", "sendmmsg"];

/// No run of these suites takes a second; one that takes so long hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program that stops after each of its writes.
#[derive(Debug)]
pub struct Stepper {
    child: Child,
    trace: PathBuf,
    below: String,
}

/// How a program ended that was stepped through.
#[derive(Debug)]
pub struct Stepped {
    /// Its exit code; none where it was killed.
    pub code: Option<i32>,
    /// All of its calls that were watched.
    pub calls: Vec<Call>,
    /// How many of them were write points.
    pub points: usize,
}

impl Stepper {
    /// Starts a program; its write points are those below a folder. The trace is written to a file.
    ///
    /// # Panics
    /// Where strace is missing or cannot start it.
    pub fn start(program: &Command, below: &Path, trace: &Path) -> Self {
        let set = strace::set(WRITES);
        // With -D the program is our own child, not strace's: we are told when it stops.
        let seen = strace::set(WRITES.into_iter().chain(ALSO_SEEN));
        let options = ["-D".to_owned(), format!("--trace={seen}"), format!("--inject={set}:signal=STOP")];
        let child = strace::wrap(program, trace, &options).spawn().expect("strace starts");
        Self { child, trace: trace.to_owned(), below: below.to_str().expect("a path in UTF-8").to_owned() }
    }

    /// Its process id.
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Its output and its errors; the caller reads them where they may be more than a pipe holds.
    pub fn output(&mut self) -> (impl Read + use<>, impl Read + use<>) {
        (self.child.stdout.take().expect("taken once"), self.child.stderr.take().expect("taken once"))
    }

    /// Lets it run to its end, or kills it as soon as it has passed so many write points.
    ///
    /// # Panics
    /// Where it does not end in time, or strace saw nothing.
    pub fn walk(self, kill_after: Option<usize>) -> Stepped {
        let pid = self.pid();
        let (ended, is_over) = mpsc::channel::<()>();
        let watch = thread::spawn(move || {
            let late = is_over.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout);
            if late {
                kill_process(pid, Signal::KILL).unwrap_or_default();
            }
            late
        });
        let mut steps = Steps { reader: Reader::default(), file: None, calls: Vec::new(), points: 0 };
        let mut killed = false;
        let code = loop {
            let status = match waitpid(Some(pid), WaitOptions::UNTRACED) {
                Err(rustix::io::Errno::INTR) => continue,
                status => status.expect("our child").expect("waited for").1,
            };
            if !status.stopped() {
                break status.exit_status();
            }
            steps.read(&self.trace, &self.below);
            killed = kill_after.is_some_and(|points| steps.points >= points);
            kill_process(pid, if killed { Signal::KILL } else { Signal::CONT }).expect("it is there");
        };
        drop(ended);
        assert!(!watch.join().expect("it only waits"), "a program did not end within {PATIENCE:?}");
        // Whoever is killed while it is stopped makes no more calls; and of such an end strace does not always tell.
        if !killed {
            steps.read_to_end(&self.trace, &self.below, pid);
        }
        Stepped { code, calls: steps.calls, points: steps.points }
    }
}

struct Steps {
    reader: Reader,
    file: Option<File>,
    calls: Vec<Call>,
    points: usize,
}

impl Steps {
    /// Reads what strace has written since, and gives it back.
    fn read(&mut self, trace: &Path, below: &str) -> String {
        let mut text = String::new();
        if self.file.is_none() {
            self.file = File::open(trace).ok();
        }
        let read = self.file.as_mut().map_or(Ok(0), |file| file.read_to_string(&mut text));
        read.unwrap_or_else(|why: io::Error| panic!("the trace cannot be read: {why}"));
        let calls = self.reader.take(&text);
        self.points += calls.iter().filter(|call| call.is_write_point(below)).count();
        self.calls.extend(calls);
        text
    }

    /// strace is nobody's child here: it is done when it has written how the program ended.
    fn read_to_end(&mut self, trace: &Path, below: &str, pid: Pid) {
        let program = pid.as_raw_nonzero().to_string();
        let is_end = |line: &str| {
            let mut words = line.split_whitespace();
            words.next() == Some(program.as_str()) && words.next() == Some("+++")
        };
        let mut text = String::new();
        for _ in 0..10_000 {
            text.push_str(&self.read(trace, below));
            if text.lines().any(is_end) {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
        assert!(!self.calls.is_empty(), "{}", strace::SAW_NOTHING);
        panic!("strace does not say how the program ended; the end of its trace: {text}");
    }
}
