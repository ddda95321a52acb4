//! A desk made by the real program in a folder of its own, its intake as a process, and witnesses who speak HTTP to it.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;
use turnstone_wire::{
    body::{ReportId, Scheme},
    directory::{Desk, Roots, SignedDirectory},
    envelope::Envelope,
    hash::Sha256,
    key::Seal,
    receipt::{Object, ObjectKind, SignedReceipt},
    reference::Reference,
};

/// Longest wait for anything a program is to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_turnstone-desk"));
    command.stdin(Stdio::null());
    command
}

pub(crate) fn desk(args: &[&str]) -> Output {
    program().args(args).output().expect("the program starts")
}

pub(crate) fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

/// The output of a program that must end by itself, and is ended where it does not.
pub(crate) fn ends(mut command: Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = std::time::Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{command:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

/// A running intake, gone at the latest when dropped.
pub(crate) struct Intake {
    child: Child,
    /// The intake's own process, where another one started it.
    inner: Option<rustix::process::Pid>,
    pub(crate) port: u16,
}

impl Intake {
    pub(crate) fn serve(server: &str) -> Self {
        let mut command = program();
        command.args(["serve", server, "--listen", "127.0.0.1:0"]);
        Self::start(command)
    }

    /// Starts a command that is an intake, and waits for its one line.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").expect("the one line").to_owned();
        let port = url.rsplit(':').next().unwrap().parse().unwrap();
        Self { child, inner: None, port }
    }

    /// Starts an intake as the one child of another program, which ends when it does.
    pub(crate) fn under(command: Command) -> Self {
        let mut started = Self::start(command);
        let outer = started.child.id();
        let children = fs::read_to_string(format!("/proc/{outer}/task/{outer}/children")).unwrap();
        let inner = children.split_whitespace().next().and_then(|pid| pid.parse().ok());
        started.inner = inner.and_then(rustix::process::Pid::from_raw);
        assert!(started.inner.is_some(), "no intake under {outer}");
        started
    }

    pub(crate) fn pid(&self) -> rustix::process::Pid {
        self.inner.unwrap_or_else(|| rustix::process::Pid::from_child(&self.child))
    }

    /// Asks it to stop; true where it ended in order.
    pub(crate) fn stop(mut self) -> bool {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().success()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// One request, and all that comes back until the connection is closed.
    pub(crate) fn ask(&self, head: &str, body: &[u8]) -> Answered {
        let mut stream = self.connect();
        let head = format!("{head}\r\nhost: desk\r\nconnection: close\r\n");
        let length = if head.contains("content-length:") {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        stream.write_all(format!("{head}{length}\r\n").as_bytes()).unwrap();
        // A refusal may come before all of it is sent.
        let _ = stream.write_all(body);
        Answered::read(stream)
    }

    pub(crate) fn put(&self, bytes: &[u8]) -> Answered {
        self.ask(&format!("PUT /v1/reports/{} HTTP/1.1", Sha256::of(bytes)), bytes)
    }

    pub(crate) fn put_attachment(&self, sealed: &[u8]) -> Answered {
        let head = format!(
            "POST /v1/attachments/{} HTTP/1.1\r\nupload-length: {}\r\ncontent-type: application/offset+octet-stream",
            Sha256::of(sealed),
            sealed.len()
        );
        self.ask(&head, sealed)
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        // Not a second time where it has ended: the number may be another's by now.
        if let Ok(None) = self.child.try_wait() {
            let _ = rustix::process::kill_process(self.pid(), rustix::process::Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    pub(crate) fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer but {bytes:?}, {read:?}"));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body: bytes.split_off(end + 4) }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Status and code of a refusal.
    pub(crate) fn refused(&self) -> (u16, String) {
        let said: Value =
            serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no refusal: {self:?}"));
        (self.status, said["error"].as_str().unwrap_or_else(|| panic!("no refusal: {said}")).to_owned())
    }

    /// Whether it holds a receipt, for whatever.
    pub(crate) fn is_receipt(&self) -> bool {
        SignedReceipt::parse(&self.body).is_ok()
    }
}

/// A desk that the program made.
pub(crate) struct TestDesk {
    pub(crate) folder: tempfile::TempDir,
}

impl TestDesk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = Self { folder };
        let dir = made.at("desk");
        json(&desk(&[
            "init",
            &dir,
            "--id",
            "quay",
            "--name",
            "Quay desk",
            "--url",
            "http://127.0.0.1:1",
            "--json",
        ]));
        made
    }

    pub(crate) fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn server(&self) -> String {
        self.at("desk/server")
    }

    pub(crate) fn serve(&self) -> Intake {
        Intake::serve(&self.server())
    }

    pub(crate) fn listed(&self) -> Desk {
        let root = Roots::parse_key_line(&fs::read_to_string(self.at("desk/root.pub")).unwrap()).unwrap();
        let directory = SignedDirectory::parse(&fs::read(self.at("desk/directory.json")).unwrap()).unwrap();
        directory.verify(&Roots::new(vec![root]).unwrap()).unwrap().desks()[0].clone()
    }

    pub(crate) fn seal(&self, body: &[u8]) -> Vec<u8> {
        Envelope::seal(body, &self.listed().recipients::<Seal>()).unwrap().into_bytes()
    }

    /// Whether an answer is a receipt of this desk for exactly these bytes.
    pub(crate) fn vouches(&self, answer: &Answered, kind: ObjectKind, bytes: &[u8]) -> bool {
        let object = Object { kind, sha256: Sha256::of(bytes), size: bytes.len() as u64 };
        let receipt = SignedReceipt::parse(&answer.body);
        receipt.is_ok_and(|receipt| {
            receipt.verify::<turnstone_wire::key::Stored>(&object, &self.listed()).is_ok()
        })
    }

    pub(crate) fn open_args(&self) -> [String; 8] {
        let text = |text: &str| text.to_owned();
        [
            text("open"),
            text("--key"),
            self.at("desk/officer"),
            text("--from"),
            self.server(),
            text("--out"),
            self.at("out"),
            text("--json"),
        ]
    }

    pub(crate) fn open(&self) -> Output {
        let args = self.open_args();
        desk(&args.each_ref().map(String::as_str))
    }
}

/// A report as JSON, to be made a lie of.
pub(crate) fn report(number: u8) -> Value {
    let id = ReportId::from_bytes([number; 16]);
    serde_json::json!({
        "format": "turnstone.report/1",
        "id": id.to_string(),
        "reference": Reference::of(Scheme::Kraken, &id).to_string(),
        "scheme": "kraken",
        "code_word": "KRAKEN",
        "language": "en",
        "route": "police",
        "sightings": [{"when": {"from": "2026-05-03T21:40:00+01:00"}, "what": "a boat",
            "observer": {"lat": 50.6065, "lon": -1.948, "source": "gnss"}}],
    })
}

/// Every path below a folder.
pub(crate) fn tree(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut all = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() && !path.is_symlink() {
                folders.push(path.clone());
            }
            all.push(path);
        }
    }
    all.sort();
    all
}
