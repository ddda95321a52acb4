//! The places of the demonstration, and the commands that are typed there.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    DESK,
    link::CutLink,
    programs::{Programs, Running, args},
    telling::check,
};
use crate::failure::Failure;

/// Where the officer opens reports.
pub(super) const OPENED: &str = "opened";
/// How long a file that is being written may take to be seen.
const PATIENCE: Duration = Duration::from_secs(30);

/// The witness's computer, the desk, and the line between them.
pub(super) struct Stage<'a> {
    pub(super) folder: &'a Path,
    pub(super) link: CutLink,
    programs: &'a Programs,
}

impl<'a> Stage<'a> {
    pub(super) fn new(folder: &'a Path, programs: &'a Programs) -> Result<Self, Failure> {
        let link =
            CutLink::listen().map_err(|error| Failure::file("the line between the programs", &error))?;
        Ok(Self { folder, link, programs })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A command on the witness's computer.
    pub(super) fn witness<const N: usize>(&self, command: [&dyn AsRef<OsStr>; N]) -> Result<Value, Failure> {
        self.programs.run(&self.witness_args(command))
    }

    /// The same, going on while the story does.
    pub(super) fn start_witness<const N: usize>(
        &self,
        command: [&dyn AsRef<OsStr>; N],
    ) -> Result<Running, Failure> {
        self.programs.start(&self.witness_args(command), Stdio::piped())
    }

    fn witness_args<const N: usize>(&self, command: [&dyn AsRef<OsStr>; N]) -> Vec<OsString> {
        let places = args([&"--home", &self.path("home"), &"--key-file", &self.path("keys")]);
        [args(command), places].concat()
    }

    /// A command at the desk.
    pub(super) fn desk<const N: usize>(&self, command: [&dyn AsRef<OsStr>; N]) -> Result<Value, Failure> {
        self.programs.run(&[args([&"desk"]), args(command)].concat())
    }

    /// Starts the desk's intake, and lets the line lead to it.
    pub(super) fn serve(&self) -> Result<Running, Failure> {
        let command = args([&DESK, &"serve", &self.path("desk/server"), &"--listen", &"127.0.0.1:0"]);
        let mut server = self.programs.start(&command, Stdio::null())?;
        let address =
            server.output().find(|line| line.strip_prefix("listening on http://")?.trim().parse().ok())?;
        self.link.set_target(Some(address));
        Ok(server)
    }

    /// Reports and photos that the desk has whole.
    pub(super) fn objects_at_desk(&self) -> (usize, usize) {
        let count = |kind: &str| files(&self.path("desk/server/objects").join(kind), "age").len();
        (count("reports"), count("attachments"))
    }

    /// How much of a photo that is under way lies at the desk, once any of it does.
    pub(super) fn part_at_desk(&self) -> Result<u64, Failure> {
        let since = Instant::now();
        loop {
            let parts = files(&self.path("desk/server/incoming"), "part");
            let size = parts.iter().filter_map(|part| fs::metadata(part).ok()).map(|part| part.len()).sum();
            if size > 0 {
                return Ok(size);
            }
            check(since.elapsed() < PATIENCE, || "no part of the photo lies at the desk".to_owned())?;
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The files of a folder and its folders whose names end so.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    paths
        .flat_map(|path| if path.is_dir() { files(&path, ending) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect()
}
