//! `demo`: the whole story on one machine, with invented people and a CC0 photo.
//!
//! Nothing is acted: the witness's computer, the desk and the officer are this program, started as processes of their
//! own (`programs`), with a bad line between them ([`link`]). `story` tells what happens, and checks it: whatever
//! comes out otherwise ends the demonstration with a sentence and exit code 1.

pub mod link;
mod programs;
mod stage;
mod story;
mod telling;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;
use tempfile::TempDir;

use self::{programs::Programs, telling::Telling};
use crate::{args::DemoArgs, failure::Failure, output::Output};

/// The photo that is attached: see `PHOTO-LICENCE.md`.
const PHOTO: &[u8] = include_bytes!("photo.jpg");

/// The hidden command that runs the demonstration's desk.
pub(crate) const DESK: &str = "demo-desk";

/// Has this process killed when the one that started it ends, however that ends. Only Linux does so.
pub(crate) fn end_with_parent() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        // Where it is refused, the demonstration ends its programs itself on every way out but SIGKILL.
        set_parent_process_death_signal(Some(Signal::KILL)).unwrap_or_default();
    }
}

/// Where the demonstration is played.
enum Folder {
    /// Gone at the end.
    Passing(TempDir),
    /// Left for whoever wants to look.
    Kept(PathBuf),
}

/// Runs the command.
pub(crate) fn run(args: &DemoArgs, output: &Output) -> Result<(), Failure> {
    let folder = Folder::new(args.keep.as_deref())?;
    let programs = Programs::new()?;
    end_with_signals(&programs, &folder)?;
    let mut telling = Telling::new(output);
    let reference = story::play(folder.path(), &programs, &mut telling)?;
    let kept = match &folder {
        Folder::Kept(path) => Some(path.join(stage::OPENED).join(&reference)),
        Folder::Passing(_) => None,
    };
    let words = match &kept {
        Some(path) => format!("The opened report lies in {}", path.display()),
        None => "Everything was removed again; `turnstone demo --keep DIR` leaves it to look at.".to_owned(),
    };
    let json = json!({
        "outcome": "as_promised",
        "reference": reference,
        "opened_report": kept,
        "steps": telling.into_steps(),
    });
    output.answer(&json, words)
}

impl Folder {
    fn new(keep: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = keep else {
            let made = tempfile::Builder::new().prefix("turnstone-demo-").tempdir();
            return made
                .map(Self::Passing)
                .map_err(|error| Failure::file("the folder for temporary files", &error));
        };
        fs::create_dir_all(path).map_err(|error| Failure::path(path, &error))?;
        let path = path.canonicalize().map_err(|error| Failure::path(path, &error))?;
        let mut inside = fs::read_dir(&path).map_err(|error| Failure::path(&path, &error))?;
        if inside.next().is_some() {
            return Err(Failure::Usage(format!("{} is not empty: name a new folder", path.display())));
        }
        Ok(Self::Kept(path))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Passing(folder) => folder.path(),
            Self::Kept(path) => path,
        }
    }
}

/// Ended by a signal, nothing would be dropped: this ends the programs, clears up, and ends.
fn end_with_signals(programs: &Programs, folder: &Folder) -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let failed = |error| Failure::file("the signals", &error);
    let programs = programs.clone();
    let passing = match folder {
        Folder::Passing(folder) => Some(folder.path().to_owned()),
        Folder::Kept(_) => None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let (mut interrupt, mut terminate) = {
        let _inside = runtime.enter();
        (signal(SignalKind::interrupt()).map_err(failed)?, signal(SignalKind::terminate()).map_err(failed)?)
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        });
        programs.kill_all();
        if let Some(folder) = passing {
            fs::remove_dir_all(folder).unwrap_or_default();
        }
        std::process::exit(1);
    });
    Ok(())
}
