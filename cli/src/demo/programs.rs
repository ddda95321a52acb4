//! The programs of the demonstration: this very program, started as processes of their own and ended on every way out.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::failure::Failure;

/// A program that says nothing for so long is broken; nothing of the story is timed by this.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts programs, and knows which of them run.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    exe: PathBuf,
    running: Arc<Mutex<BTreeSet<i32>>>,
}

impl Programs {
    pub(super) fn new() -> Result<Self, Failure> {
        let exe = std::env::current_exe().map_err(|error| Failure::file("this program", &error))?;
        Ok(Self { exe, running: Arc::default() })
    }

    /// Runs a command to its end and returns its JSON.
    pub(super) fn run(&self, args: &[OsString]) -> Result<Value, Failure> {
        let mut args = args.to_vec();
        args.push("--json".into());
        let mut program = self.start(&args, Stdio::null())?;
        let (mut answer, mut complaint) = (Vec::new(), String::new());
        let read = match (program.child.stdout.take(), program.child.stderr.take()) {
            (Some(mut out), Some(mut err)) => {
                out.read_to_end(&mut answer).and_then(|_| err.read_to_string(&mut complaint))
            }
            _ => Ok(0),
        };
        let ended =
            read.and_then(|_| program.child.wait()).map_err(|error| Failure::file("a program", &error))?;
        if !ended.success() {
            return Err(failed(&args, complaint.lines().next().unwrap_or("it says nothing")));
        }
        serde_json::from_slice(&answer).map_err(|_| failed(&args, "its answer is no JSON"))
    }

    /// Starts a command that goes on. Its output and its complaints can be read, and it can be fed.
    pub(super) fn start(&self, args: &[OsString], stdin: Stdio) -> Result<Running, Failure> {
        let child = Command::new(&self.exe)
            .args(args)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(args, &error.kind().to_string()))?;
        let running = Running { name: name(args), child, all: Arc::clone(&self.running) };
        if let Some(pid) = running.pid() {
            running.registered().insert(pid.as_raw_nonzero().get());
        }
        Ok(running)
    }

    /// Kills whatever runs, by its own id: for the way out by a signal, where nothing is dropped.
    pub(super) fn kill_all(&self) {
        for pid in self.running.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if let Some(pid) = Pid::from_raw(*pid) {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
    }
}

/// A program that runs; killed and waited for when dropped.
#[derive(Debug)]
pub(super) struct Running {
    name: String,
    child: Child,
    all: Arc<Mutex<BTreeSet<i32>>>,
}

impl Running {
    /// The pipe into it.
    pub(super) fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Its complaints, line by line as they come.
    pub(super) fn complaints(&mut self) -> Lines {
        Lines::of(&self.name, self.child.stderr.take())
    }

    /// Its output, line by line as it comes.
    pub(super) fn output(&mut self) -> Lines {
        Lines::of(&self.name, self.child.stdout.take())
    }

    /// Ends it as a power cut would: SIGKILL, which no program can answer.
    pub(super) fn kill(mut self) -> Result<(), Failure> {
        self.child.kill().map_err(|error| Failure::file("a program", &error))
    }

    /// Asks it to end (SIGTERM), and waits until it has.
    pub(super) fn stop(mut self) -> Result<(), Failure> {
        let stopped = self.pid().map_or(Ok(()), |pid| kill_process(pid, Signal::TERM));
        stopped.map_err(|error| Failure::file("a program", &error.into()))?;
        self.child.wait().map(drop).map_err(|error| Failure::file("a program", &error))
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    fn registered(&self) -> std::sync::MutexGuard<'_, BTreeSet<i32>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Off the list before it is waited for: afterwards its id may be another's.
        if let Some(pid) = self.pid() {
            self.registered().remove(&pid.as_raw_nonzero().get());
        }
        // One that has ended cannot be killed, and has been waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lines that a program says.
#[derive(Debug)]
pub(super) struct Lines {
    program: String,
    lines: Receiver<String>,
}

impl Lines {
    fn of(program: &str, source: Option<impl Read + Send + 'static>) -> Self {
        let (send, lines) = channel();
        thread::spawn(move || {
            let read = source.into_iter().flat_map(|source| BufReader::new(source).lines());
            // Ends with the program, or with whoever listened.
            read.map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        Self { program: program.to_owned(), lines }
    }

    /// The first line that `wanted` makes something of.
    pub(super) fn find<T>(&self, wanted: impl Fn(&str) -> Option<T>) -> Result<T, Failure> {
        let mut last = String::from("it says nothing");
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => match wanted(&line) {
                    Some(found) => return Ok(found),
                    None => last = line,
                },
                Err(_) => return Err(Failure::Demo(format!("{}: {last}", self.program))),
            }
        }
    }
}

/// A command line, from anything that is an argument.
pub(super) fn args<const N: usize>(args: [&dyn AsRef<OsStr>; N]) -> Vec<OsString> {
    args.iter().map(|arg| arg.as_ref().to_owned()).collect()
}

fn failed(args: &[OsString], why: &str) -> Failure {
    Failure::Demo(format!("{}: {why}", name(args)))
}

/// A command by its first words.
fn name(args: &[OsString]) -> String {
    let words = args.iter().map(|arg| arg.to_string_lossy()).take_while(|arg| !arg.starts_with('-')).take(2);
    format!("`turnstone {}`", words.collect::<Vec<_>>().join(" "))
}
