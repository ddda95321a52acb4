//! `open`: the command.

use std::{
    fmt,
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
};

use indicatif::{ProgressBar, ProgressStyle};
use turnstone_wire::{key::Caller, shown};

use super::{
    bundle::Bundle,
    folder::Folder,
    layer, media,
    remote::Remote,
    session::{OfficerKeys, Outcome, RECEIPT, REPLY, Session},
    source::{Source, SourceError},
};
use crate::{
    args::OpenArgs,
    clock::{Clock, SystemClock, SystemRandom},
    failure::Failure,
    files::{self, At},
    home::{DeskConfig, secrets},
    output::Output,
};

/// Runs the command.
pub(crate) fn run(args: &OpenArgs, output: &mut Output) -> Result<(), Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keys = OfficerKeys::read(&args.key)?;
    let mut source: Box<dyn Source> = if Path::new(&args.from).is_file() {
        Box::new(Bundle::open(Path::new(&args.from), &args.key, &args.out, &keys.desk.id)?)
    } else {
        source(&args.from, &args.key, &keys, Arc::clone(&clock))?
    };
    // Draws on standard error, and only where that is a terminal.
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("opening {pos} of {len} {wide_bar} {eta}") {
        bar.set_style(style);
    }
    let outcome = open(&args.out, &keys, source.as_mut(), &*clock, &mut |done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let (outcome, layer) = outcome?;
    tell(&outcome, source.broken_off().map_or(layer, Err), output)
}

/// Says what came of a run, and then what is wrong all the same.
fn tell(outcome: &Outcome, layer: Result<(), Failure>, output: &mut Output) -> Result<(), Failure> {
    let failed = match layer {
        Ok(()) if outcome.opened.is_empty() && outcome.already_open.is_empty() => {
            match outcome.problems.len() {
                0 => None,
                problems => Some(Failure::NothingOpened { problems }),
            }
        }
        Ok(()) => None,
        Err(failure) => Some(failure),
    };
    let Some(cause) = failed.map(Box::new) else { return output.answer(outcome, outcome) };
    output.line(outcome)?;
    let summary = serde_json::to_value(outcome).map_err(|_| Failure::Unwritable)?;
    Err(Failure::Told { summary, cause })
}

/// Opens all that a source holds into a folder. Beside what came of it: whether the map layer could be written.
pub(super) fn open(
    out: &Path,
    keys: &OfficerKeys,
    source: &mut dyn Source,
    clock: &dyn Clock,
    step: &mut dyn FnMut(usize, usize),
) -> Result<(Outcome, Result<(), Failure>), Failure> {
    files::make_folder(out)?;
    let _lock = lock(out)?;
    let (outcome, index) = Session::new(out, keys, source, clock)?.run(step)?;
    Ok((outcome, layer::write_index(out, &index)))
}

/// Holds a folder of opened reports alone, until it is dropped.
pub(super) fn lock(out: &Path) -> Result<File, Failure> {
    let path = out.join(".lock");
    let lock = File::options().create(true).truncate(false).write(true).open(&path).at(&path, "opened")?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::bad_file(out, "another `open` or `reply` is writing there now"))
        }
        Err(TryLockError::Error(error)) => Err(files::FileError::new(&path, "locked", error).into()),
    }
}

/// Where reports come from, and replies go to: the server's folder, or an address.
pub(super) fn source(
    from: &str,
    officer: &Path,
    keys: &OfficerKeys,
    clock: Arc<dyn Clock>,
) -> Result<Box<dyn Source>, Failure> {
    if from.starts_with("http://") || from.starts_with("https://") {
        let caller = secrets::read_signing_key::<Caller>(&officer.join("caller.key"))?;
        let random = Arc::new(SystemRandom::default());
        return Ok(Box::new(Remote::new(from, &keys.desk.tls_roots, caller, clock, random)?));
    }
    let folder = Path::new(from);
    if !folder.is_dir() {
        return Err(SourceError::Nothing(from.to_owned()).into());
    }
    Ok(Box::new(Folder::open(folder, clock)?))
}

impl OfficerKeys {
    /// Reads an officer folder. A missing source key only leaves contacts sealed.
    pub(super) fn read(officer: &Path) -> Result<Self, Failure> {
        let desk = DeskConfig::read(officer)?;
        let seal = secrets::read_identities(officer)?;
        if seal.is_empty() {
            return Err(Failure::bad_file(officer, "it holds no seal.key"));
        }
        if desk.officer_key.contains('/') {
            return Err(Failure::bad_file(officer, "officer_key names no file of this folder"));
        }
        let officer_key = secrets::read_signing_key(&officer.join(&desk.officer_key))?;
        Ok(Self { desk, seal, source: secrets::read_identities(officer)?, officer: officer_key })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for report in &self.opened {
            write!(f, "{}: opened", report.folder)?;
            if report.exercise {
                f.write_str(", an EXERCISE")?;
            }
            if report.urgent {
                f.write_str(", URGENT")?;
            }
            if !report.attachments.is_empty() {
                let named = |name: &String| format!("{name} ({})", media::role(name));
                let names: Vec<_> = report.attachments.iter().map(named).collect();
                write!(f, ", with {}", names.join(", "))?;
            }
            writeln!(f)?;
            for other in &report.same_id {
                writeln!(f, "  the same report id with other words: see {other}")?;
            }
        }
        for report in &self.already_open {
            writeln!(f, "{}: already open", report.folder)?;
        }
        for place in &self.added {
            let role = media::role(&place.attachment);
            writeln!(f, "{}: {} ({role}) has arrived", place.folder, place.attachment)?;
        }
        for folder in &self.mended {
            writeln!(f, "{folder}: report.json was damaged, and is now as it came")?;
        }
        for place in &self.still_missing {
            let role = media::role(&place.attachment);
            writeln!(f, "{}: attachment {} ({role}) is still missing", place.folder, place.attachment)?;
        }
        for problem in &self.problems {
            let message = shown::line(&problem.message);
            if problem.kind == REPLY {
                writeln!(f, "a reply to {message}")?;
            } else if problem.kind == RECEIPT {
                writeln!(f, "receipt for {} not left, the next run tries again: {message}", problem.sha256)?;
            } else {
                writeln!(f, "not opened: {} {}: {message}", problem.kind, problem.sha256)?;
            }
        }
        write!(
            f,
            "{} opened, {} were open, {} problems",
            self.opened.len(),
            self.already_open.len(),
            self.problems.len()
        )
    }
}

#[cfg(test)]
mod tests;
