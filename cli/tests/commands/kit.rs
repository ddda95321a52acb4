//! A computer of its own for each test, and desks to send to.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;
use turnstone_wire::{
    directory::{Payload, Roots, SignedDirectory},
    key::{Root, SigningKey},
};

/// A computer of its own: a home folder, a key file, and nothing of the environment.
pub(crate) struct Computer {
    pub(crate) folder: TempDir,
}

impl Computer {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// One that is set up, without a desk to send to.
    pub(crate) fn set_up() -> Self {
        let computer = Self::new();
        computer.json(0, &["init"]);
        computer
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_turnstone"));
        command.env_remove("TURNSTONE_HOME").args(args);
        command.arg("--home").arg(self.path("home")).arg("--key-file").arg(self.path("keys"));
        command
    }

    pub(crate) fn run(&self, code: i32, args: &[&str]) -> Output {
        ended(&mut self.command(args), code)
    }

    /// Runs with `--json`: whatever comes out must be one document and nothing else.
    pub(crate) fn json(&self, code: i32, args: &[&str]) -> Value {
        json(&ended(self.command(args).arg("--json"), code))
    }

    /// `init` with the directory and the root key of a folder.
    pub(crate) fn init_with(&self, code: i32, desk: &Path) -> Value {
        let mut init = self.command(&["init", "--json"]);
        init.arg("--directory").arg(desk.join("directory.json")).arg("--root-key").arg(desk.join("root.pub"));
        json(&ended(&mut init, code))
    }

    pub(crate) fn set_pin(&self, pin: &str) {
        ended(self.command(&["pin", "set", "--new-pin-env", "NEW"]).env("NEW", pin), 0);
    }

    pub(crate) fn with_pin(&self, pin: &str, code: i32, args: &[&str]) -> Value {
        json(&ended(self.command(args).args(["--json", "--pin-env", "PIN"]).env("PIN", pin), code))
    }
}

pub(crate) fn ended(command: &mut Command, code: i32) -> Output {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Makes a desk in `folder`, for an address where nothing listens.
pub(crate) fn make_desk(folder: &Path, id: &str) {
    let mut init = Command::new(env!("CARGO_BIN_EXE_turnstone"));
    init.args(["desk", "init"]).arg(folder).args([
        "--id",
        id,
        "--name",
        "Harbour",
        "--url",
        "http://127.0.0.1:9",
    ]);
    ended(&mut init, 0);
}

/// One that knows a desk, which is not in reach.
pub(crate) fn with_desk() -> Computer {
    let computer = Computer::new();
    let desk = computer.path("desk");
    make_desk(&desk, "harbour");
    assert_eq!(computer.init_with(0, &desk)["desks"][0], "harbour");
    computer
}

/// Writes a directory that lists the desks of several others, signed by a root key of its own.
pub(crate) fn merge_directories(desks: &[PathBuf], into: &Path) {
    sign_directory(desks, into, |_| {});
}

/// The same, with something changed before it is signed.
pub(crate) fn sign_directory(desks: &[PathBuf], into: &Path, change: impl FnOnce(&mut Payload)) {
    let payloads: Vec<_> = desks
        .iter()
        .map(|desk| {
            let root = Roots::parse_key_line(&fs::read_to_string(desk.join("root.pub")).unwrap()).unwrap();
            let signed = SignedDirectory::parse(&fs::read(desk.join("directory.json")).unwrap()).unwrap();
            signed.verify(&Roots::new(vec![root]).unwrap()).unwrap().payload().clone()
        })
        .collect();
    let mut all = payloads[0].clone();
    all.desks = payloads.into_iter().flat_map(|payload| payload.desks).collect();
    change(&mut all);
    let root = SigningKey::<Root>::from_seed([1; 32]).unwrap();
    let signed = SignedDirectory::sign(&all, &[&root]).unwrap();
    fs::create_dir_all(into).unwrap();
    fs::write(into.join("directory.json"), signed.to_json()).unwrap();
    fs::write(into.join("root.pub"), Roots::key_line(&root.public())).unwrap();
}
