//! Where the other people's parts are, and how they are started.

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

use turnstone_tests::link::{Link, Way};

/// The environment variable that names the folder of the parts.
const FOLDER_VAR: &str = "TURNSTONE_PEERS";

const SCRIPTS: [(&str, &str); 4] = [
    ("package.json", include_str!("package.json")),
    ("server.js", include_str!("server.js")),
    ("upload.js", include_str!("upload.js")),
    ("upload.py", include_str!("upload.py")),
];

fn installed() -> PathBuf {
    let folder = env::var_os(FOLDER_VAR).map(PathBuf::from).filter(|folder| folder.is_absolute());
    folder.unwrap_or_else(|| {
        panic!("{FOLDER_VAR} does not say where the parts are; run `cargo xtask test --only peers`")
    })
}

/// Lays the scripts out in a folder, beside what they import.
pub(crate) fn lay_out(folder: &Path) {
    fs::create_dir(folder).unwrap();
    SCRIPTS.iter().for_each(|(name, text)| fs::write(folder.join(name), text).unwrap());
    symlink(installed().join("node/node_modules"), folder.join("node_modules")).unwrap();
}

/// A JavaScript of the folder.
pub(crate) fn node(folder: &Path, script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(folder.join(script)).stdin(Stdio::null());
    command
}

/// A Python script of the folder.
pub(crate) fn python(folder: &Path, script: &str) -> Command {
    let mut command = Command::new(installed().join("python/bin/python"));
    command.arg(folder.join(script)).stdin(Stdio::null());
    command
}

/// Another server as a process of its own, ended by its own process id when dropped.
pub(crate) struct OtherServer {
    child: Child,
    pub(crate) address: SocketAddr,
    _output: BufReader<ChildStdout>,
}

impl OtherServer {
    /// `@tus/server`, in front of a desk.
    pub(crate) fn start(scripts: &Path, desk: SocketAddr, folder: &Path) -> Self {
        let mut command = node(scripts, "server.js");
        let mut child =
            command.arg(format!("http://{desk}")).arg(folder).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let port: u16 = line.trim().parse().unwrap_or_else(|_| panic!("a port, not {line:?}"));
        Self { child, address: ([127, 0, 0, 1], port).into(), _output: output }
    }
}

impl Drop for OtherServer {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).map(drop).unwrap_or_default();
    }
}

/// Runs a client and kills it once so many more bytes went up the link; whether it was, and what it printed.
pub(crate) fn run_until(link: &Link, command: &mut Command, bytes: Option<u64>) -> (bool, Vec<String>) {
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
