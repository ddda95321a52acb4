//! Other people's tus server and clients: where `cargo xtask` has installed them, and how they are started.
#![expect(clippy::unwrap_used, reason = "a kit that cannot do its work ends the suite")]

use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use crate::link::{Link, Way};

/// The environment variable that names the folder of the parts.
const FOLDER_VAR: &str = "TURNSTONE_PEERS";

const SCRIPTS: [(&str, &str); 4] = [
    ("package.json", include_str!("../tests/peers/package.json")),
    ("server.js", include_str!("../tests/peers/server.js")),
    ("upload.js", include_str!("../tests/peers/upload.js")),
    ("upload.py", include_str!("../tests/peers/upload.py")),
];

/// The folder of the parts.
///
/// # Panics
/// Where nobody says where it is.
#[track_caller]
fn installed() -> PathBuf {
    let folder = env::var_os(FOLDER_VAR).map(PathBuf::from).filter(|folder| folder.is_absolute());
    folder.unwrap_or_else(|| {
        panic!("{FOLDER_VAR} does not say where the parts are; run `cargo xtask test --only peers`")
    })
}

/// Whether the parts are installed, for whoever can do without them.
pub fn are_there() -> bool {
    env::var_os(FOLDER_VAR).is_some_and(|folder| !folder.is_empty())
}

/// Lays the scripts out in a new folder, beside what they import.
///
/// # Panics
/// Where the parts are not installed, or the folder is there.
pub fn lay_out(folder: &Path) {
    fs::create_dir(folder).unwrap();
    SCRIPTS.iter().for_each(|(name, text)| fs::write(folder.join(name), text).unwrap());
    symlink(installed().join("node/node_modules"), folder.join("node_modules")).unwrap();
}

/// A script of that folder, for node; not started.
pub fn node(folder: &Path, script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(folder.join(script)).stdin(Stdio::null());
    command
}

/// A script of that folder, for Python with tuspy; not started.
///
/// # Panics
/// Where the parts are not installed.
pub fn python(folder: &Path, script: &str) -> Command {
    let mut command = Command::new(installed().join("python/bin/python"));
    command.arg(folder.join(script)).stdin(Stdio::null());
    command
}

/// Another server as a process of its own, ended by its own process id when dropped.
#[derive(Debug)]
pub struct OtherServer {
    child: Child,
    address: SocketAddr,
    // Held so that the program never writes into a closed pipe.
    _output: BufReader<ChildStdout>,
}

impl OtherServer {
    /// `@tus/server` on a folder. What is not for it goes to a desk; with one, what is complete is kept apart as well.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn start(scripts: &Path, folder: &Path, desk: Option<SocketAddr>) -> Self {
        let mut command = node(scripts, "server.js");
        command.arg(folder).args(desk.map(|desk| format!("http://{desk}")));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let port: u16 = line.trim().parse().unwrap_or_else(|_| panic!("a port, not {line:?}"));
        Self { child, address: ([127, 0, 0, 1], port).into(), _output: output }
    }
}

impl OtherServer {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for OtherServer {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).map(drop).unwrap_or_default();
    }
}

/// Runs a client and kills it once so many more bytes went up the link; whether it was, and what it printed.
///
/// # Panics
/// Where it ends otherwise than well or killed.
pub fn run_until(link: &Link, command: &mut Command, bytes: Option<u64>) -> (bool, Vec<String>) {
    let client: Arc<Mutex<Option<Child>>> = Arc::default();
    if let Some(bytes) = bytes {
        let victim = Arc::clone(&client);
        link.strike_after(Way::Up, bytes, move || {
            // One that has ended by itself just now is as dead.
            victim.lock().unwrap().as_mut().map(Child::kill).transpose().unwrap_or_default();
        });
    }
    let output = {
        // Held while it starts, so that the kill finds it.
        let mut client = client.lock().unwrap();
        let child = client.insert(command.stdout(Stdio::piped()).spawn().unwrap());
        child.stdout.take().unwrap()
    };
    let lines = BufReader::new(output).lines().map(Result::unwrap).collect();
    let status = loop {
        match client.lock().unwrap().as_mut().unwrap().try_wait().unwrap() {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    link.call_off();
    let killed = status.code().is_none();
    assert!(killed || status.success(), "it ends well or is killed: {status} {lines:?}");
    (killed, lines)
}
