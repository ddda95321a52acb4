//! A phone and a desk as the real programs make them, in a folder of their own; every byte they print is kept, so that a
//! suite can search it.
#![expect(clippy::unwrap_used, reason = "a kit that cannot do its work ends the suite")]

use std::{
    cell::RefCell,
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use rustix::process::Pid;
use serde_json::Value;
use tempfile::TempDir;

use crate::{photo, programs};

/// A folder with a user's home, a temporary folder, a phone and a desk in it.
#[derive(Debug)]
pub struct Field {
    folder: TempDir,
    printed: RefCell<Vec<u8>>,
}

/// What a program did.
#[derive(Debug)]
pub struct Done {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// The one document on its standard output; null where there was none.
    pub json: Value,
    /// What it said on standard error.
    pub said: String,
}

impl Field {
    /// A phone and a desk that answers at `url`, set up.
    ///
    /// # Panics
    /// Where a program fails.
    pub fn new(url: &str) -> Self {
        let field = Self::bare();
        let desk = field.path("desk");
        field.desk(
            ["init".as_ref(), desk.as_os_str(), "--id".as_ref(), "harbour-desk".as_ref()],
            ["--name", "Test Harbour Desk", "--url", url],
        );
        let (directory, root) = (field.path("desk/directory.json"), field.path("desk/root.pub"));
        let done = field.turnstone(&[
            "init",
            "--directory",
            directory.to_str().unwrap(),
            "--root-key",
            root.to_str().unwrap(),
        ]);
        assert_eq!(done.code, Some(0), "{}", done.said);
        field
    }

    /// A folder with nothing set up in it.
    ///
    /// # Panics
    /// Where the folder cannot be made.
    pub fn bare() -> Self {
        let field = Self { folder: tempfile::tempdir().unwrap(), printed: RefCell::default() };
        for name in ["user", "tmp"] {
            fs::create_dir(field.path(name)).unwrap();
        }
        fs::write(field.path("photo.jpg"), photo::DEMO_PHOTO).unwrap();
        field
    }

    /// The same folder once more, as it is now: another phone that went through the same.
    ///
    /// # Panics
    /// Where it cannot be copied.
    pub fn again(&self) -> Self {
        let copy = Self { folder: quick_folder(), printed: RefCell::default() };
        copy_folder(self.folder.path(), copy.folder.path());
        copy
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The phone's home folder.
    pub fn home(&self) -> PathBuf {
        self.path("phone")
    }

    /// The real photograph.
    pub fn photo(&self) -> PathBuf {
        self.path("photo.jpg")
    }

    /// The phone's key file.
    pub fn key_file(&self) -> PathBuf {
        self.path("user/.local/state/turnstone/keys")
    }

    /// Everything the programs printed so far.
    pub fn printed(&self) -> Vec<u8> {
        self.printed.borrow().clone()
    }

    /// A call of `turnstone` on this phone, not started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command_in_words(arguments);
        command.arg("--json");
        command
    }

    /// The same, answering in words.
    pub fn command_in_words(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(programs::turnstone());
        self.complete(&mut command, arguments);
        command
    }

    /// The same below `strace`, which kills it at its `nth` call that changes a file, a socket or an output; each thread
    /// counts its own.
    pub fn command_killed_at(&self, nth: u32, arguments: &[&str]) -> Command {
        let mut command = Command::new("strace");
        let calls = "write,writev,pwrite64,sendto,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2";
        command
            .args(["-f", "-qq", "-o", "/dev/null", "-e"])
            .arg(format!("inject={calls}:signal=KILL:when={nth}"));
        command.arg(programs::turnstone());
        self.complete(&mut command, arguments);
        command
    }

    fn complete(&self, command: &mut Command, arguments: &[&str]) {
        command.args(arguments).arg("--home").arg(self.home());
        self.confine(command);
    }

    /// Keeps whatever a program writes for itself inside the folder.
    fn confine(&self, command: &mut Command) {
        command
            .env("HOME", self.path("user"))
            .env("TMPDIR", self.path("tmp"))
            .env_remove("XDG_STATE_HOME")
            .env_remove("XDG_DATA_HOME")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
    }

    /// Runs `turnstone` on this phone.
    ///
    /// # Panics
    /// Where its standard output is anything but one JSON document.
    pub fn turnstone(&self, arguments: &[&str]) -> Done {
        self.done(self.command(arguments).output().unwrap())
    }

    /// Runs `turnstone` with a PIN in the environment.
    ///
    /// # Panics
    /// As [`Field::turnstone`].
    pub fn turnstone_with_pin(&self, pin: &str, arguments: &[&str]) -> Done {
        let mut command = self.command(arguments);
        command.args(["--pin-env", "TEST_PIN"]).env("TEST_PIN", pin);
        self.done(command.output().unwrap())
    }

    /// Runs `turnstone-desk`, which must succeed.
    ///
    /// # Panics
    /// Where it does not.
    pub fn desk<const N: usize, const M: usize>(&self, arguments: [&OsStr; N], more: [&str; M]) -> Value {
        let mut command = Command::new(programs::turnstone_desk());
        command.args(arguments).args(more).arg("--json");
        self.confine(&mut command);
        let done = self.done(command.output().unwrap());
        assert_eq!(done.code, Some(0), "{}", done.said);
        done.json
    }

    /// Opens at the desk all that its intake holds.
    ///
    /// # Panics
    /// Where the desk tool fails.
    pub fn open(&self) -> Value {
        let done = self.done(self.open_command().output().unwrap());
        assert_eq!(done.code, Some(0), "{}", done.said);
        done.json
    }

    /// Answers a report at the desk.
    ///
    /// # Panics
    /// Where the desk tool fails.
    pub fn reply(&self, reference: &str, text: &str) -> Value {
        let done = self.done(self.reply_command(reference, text).output().unwrap());
        assert_eq!(done.code, Some(0), "{}", done.said);
        done.json
    }

    /// The same call of the desk tool, not started.
    pub fn reply_command(&self, reference: &str, text: &str) -> Command {
        let mut command = Command::new(programs::turnstone_desk());
        command.args(["reply", reference, "--text", text, "--json", "--key"]).arg(self.path("desk/officer"));
        command.arg("--from").arg(self.path("desk/server")).arg("--out").arg(self.path("opened"));
        self.confine(&mut command);
        command
    }

    /// The call of the desk tool that opens, not started.
    pub fn open_command(&self) -> Command {
        let mut command = Command::new(programs::turnstone_desk());
        command.args(["open", "--json", "--key"]).arg(self.path("desk/officer"));
        command.arg("--from").arg(self.path("desk/server")).arg("--out").arg(self.path("opened"));
        self.confine(&mut command);
        command
    }

    /// A call of the desk's program, not started.
    pub fn desk_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(programs::turnstone_desk());
        command.args(arguments).arg("--json");
        self.confine(&mut command);
        command
    }

    /// The folder of an opened report.
    pub fn opened(&self, reference: &str) -> PathBuf {
        self.path("opened").join(reference)
    }

    /// The intake, not started.
    pub fn serve_command(&self) -> Command {
        let mut command = Command::new(programs::turnstone_desk());
        command.arg("serve").arg(self.path("desk/server")).args(["--listen", "127.0.0.1:0"]);
        self.confine(&mut command);
        command
    }

    /// Starts the intake.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn serve(&self) -> Server {
        Server::start(&self.path("desk/server"))
    }

    /// What a program of this folder printed, as its answer.
    ///
    /// # Panics
    /// Where its standard output is anything but one JSON document.
    pub fn done(&self, output: Output) -> Done {
        let mut printed = self.printed.borrow_mut();
        printed.extend_from_slice(&output.stdout);
        printed.extend_from_slice(&output.stderr);
        let json = if output.stdout.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
                panic!("one JSON document, not {}", String::from_utf8_lossy(&output.stdout))
            })
        };
        Done { code: output.status.code(), json, said: String::from_utf8_lossy(&output.stderr).into_owned() }
    }
}

/// An intake as a process of its own, on loopback, ended by its own process id when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    // Held so that the program never writes into a closed pipe.
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts the intake of a folder on a free port.
    ///
    /// # Panics
    /// Where it does not say where it listens.
    pub fn start(folder: &Path) -> Self {
        Self::start_at(folder, "127.0.0.1:0")
    }

    /// The same on a port of somebody's choice.
    ///
    /// # Panics
    /// Where it does not say where it listens.
    pub fn start_at(folder: &Path, listen: &str) -> Self {
        let mut child = Command::new(programs::turnstone_desk())
            .arg("serve")
            .arg(folder)
            .args(["--listen", listen])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = listens_at(&line).unwrap_or_else(|| panic!("an address, not {line:?}"));
        Self { child, address, _output: output }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process, for as long as this is held.
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Kills it at once, as a power cut would.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).map(drop).unwrap_or_default();
    }
}

/// Where an intake listens, by the line it prints.
pub fn listens_at(line: &str) -> Option<SocketAddr> {
    line.trim().rsplit_once("//").and_then(|(_, address)| address.parse().ok())
}

/// A folder in memory where there is plenty of it: a kill leaves there what it leaves on a disk, and suites that copy a phone
/// some hundred times would mostly wait for a disk to flush.
fn quick_folder() -> TempDir {
    const PLENTY_BYTES: u64 = 4 << 30;
    let memory = Path::new("/dev/shm");
    match rustix::fs::statvfs(memory) {
        Ok(free) if free.f_bavail.saturating_mul(free.f_frsize) >= PLENTY_BYTES => {
            tempfile::tempdir_in(memory)
        }
        _ => tempfile::tempdir(),
    }
    .unwrap()
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let (entry, from) = entry.map(|entry| (to.join(entry.file_name()), entry.path())).unwrap();
        if from.is_dir() {
            fs::create_dir(&entry).unwrap();
            copy_folder(&from, &entry);
        } else {
            fs::copy(&from, &entry).unwrap();
        }
    }
}
