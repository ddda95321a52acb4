//! `import`: takes a bundle in, as the intake would have taken its objects, and gives an answer to carry back.

use std::{fmt, fs::File, io::Read, path::Path, sync::Arc};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use turnstone_wire::{
    bundle::{BundleError, BundleReader, ObjectHead},
    hash::Sha256,
    key::{Courier, DeskIdentity},
    receipt::{ObjectKind, SignedReceipt},
    shown,
};

use super::answer::{self, Answer};
use crate::{
    args::ImportArgs,
    clock::SystemClock,
    failure::{Failure, store_code},
    files::At,
    home::secrets,
    intake::{Begun, Store, StoreError},
    output::Output,
};

/// Most refused objects that are listed: a stranger's bundle may hold many.
const LISTED: usize = 1000;
const BUFFER_BYTES: usize = 64 * 1024;

/// What came of a bundle.
#[derive(Debug, Default, Serialize)]
struct Outcome {
    /// Reports and attachments stored now.
    stored: Kinds,
    /// Those that were here before.
    known: Kinds,
    /// How many were not taken.
    refused_count: u64,
    /// The first of them, and why.
    refused: Vec<Refused>,
    /// The bundle was read to its end.
    complete: bool,
    /// Where the answer is.
    answer: Option<String>,
    /// How many receipts it holds.
    receipts: u64,
}

#[derive(Debug, Default, Serialize)]
struct Kinds {
    reports: u64,
    attachments: u64,
}

impl Kinds {
    fn count(&mut self, kind: ObjectKind) {
        match kind {
            ObjectKind::Report => self.reports += 1,
            ObjectKind::Attachment => self.attachments += 1,
        }
    }
}

/// An object that was not taken, by its type.
#[derive(Debug, Serialize)]
struct Refused {
    kind: &'static str,
    sha256: Sha256,
    reason: &'static str,
    message: String,
}

/// Runs the command.
pub(crate) fn run(args: &ImportArgs, output: &mut Output) -> Result<(), Failure> {
    if let Some(path) = &args.answer {
        answer::check(path, args.force)?;
    }
    let keys = courier_keys(&args.to)?;
    let file = File::open(&args.bundle).at(&args.bundle, "read")?;
    let size = file.metadata().at(&args.bundle, "measured")?.len();
    let store = Store::open(&args.to, Arc::new(SystemClock))?;
    // Draws on standard error, and only where that is a terminal.
    let bar = ProgressBar::new(size);
    if let Ok(style) = ProgressStyle::with_template("taking in {wide_bar} {percent} % {eta}") {
        bar.set_style(style);
    }
    let mut outcome = Outcome::default();
    let taken = take(args, &store, &keys, bar.wrap_read(file), &mut outcome);
    bar.finish_and_clear();
    let failed = match taken {
        Err(failure @ (Failure::OtherDesk { .. } | Failure::Exists(_))) => return Err(failure),
        Err(failure) => Some(failure),
        Ok(()) if outcome.refused_count > 0 => Some(Failure::NotAllTaken { count: outcome.refused_count }),
        Ok(()) => None,
    };
    let Some(cause) = failed.map(Box::new) else { return output.answer(&outcome, &outcome) };
    output.line(&outcome)?;
    let summary = serde_json::to_value(&outcome).map_err(|_| Failure::Unwritable)?;
    Err(Failure::Told { summary, cause })
}

/// The keys that open bundles, in a folder of the desk.
pub(super) fn courier_keys(folder: &Path) -> Result<Vec<DeskIdentity<Courier>>, Failure> {
    let keys = secrets::read_identities(folder)?;
    if keys.is_empty() {
        let why = "it holds no courier.key, so nothing can be carried here by hand; `turnstone-desk key DIR add courier` makes one";
        return Err(Failure::bad_file(folder, why));
    }
    Ok(keys)
}

/// Stores all that can be, and writes the answer; also where the bundle is damaged on the way.
fn take(
    args: &ImportArgs,
    store: &Store,
    keys: &[DeskIdentity<Courier>],
    source: impl Read,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    let mut bundle = BundleReader::open(source, keys).map_err(|error| broken(&args.bundle, error))?;
    let here = store.desk()?;
    if bundle.head().desk != here {
        return Err(Failure::OtherDesk { bundle: bundle.head().desk.clone(), here });
    }
    let _turn = store.import_turn()?;
    let mut answer = args.answer.as_deref().map(|path| Answer::begin(path, bundle.head())).transpose()?;
    let taken = objects(&args.bundle, store, &mut bundle, answer.as_mut(), outcome);
    // What is stored has its receipt, whatever became of the rest.
    if let (Some(answer), Some(path)) = (answer, &args.answer) {
        outcome.receipts = answer.finish()?;
        outcome.answer = Some(path.display().to_string());
    }
    taken
}

fn objects(
    path: &Path,
    store: &Store,
    bundle: &mut BundleReader<impl Read>,
    mut answer: Option<&mut Answer>,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    let mut buffer = vec![0; BUFFER_BYTES];
    while let Some(head) = bundle.next_object().map_err(|error| broken(path, error))? {
        match object(path, store, bundle, &head, &mut buffer)? {
            Ok((receipt, fresh)) => {
                if fresh { &mut outcome.stored } else { &mut outcome.known }.count(head.object.kind);
                if let Some(answer) = &mut answer {
                    answer.add(&receipt)?;
                }
            }
            Err(error) => {
                outcome.refused_count += 1;
                if outcome.refused.len() < LISTED {
                    outcome.refused.push(Refused {
                        kind: head.object.kind.name(),
                        sha256: head.object.sha256,
                        reason: store_code(&error),
                        message: error.to_string(),
                    });
                }
            }
        }
    }
    outcome.complete = true;
    Ok(())
}

/// Takes one object: its receipt and whether it is new, or why it is refused.
fn object(
    path: &Path,
    store: &Store,
    bundle: &mut BundleReader<impl Read>,
    head: &ObjectHead,
    buffer: &mut [u8],
) -> Result<Result<(SignedReceipt, bool), StoreError>, Failure> {
    let mut carried = match store.begin_carried(&head.object, &head.keys) {
        Ok(Begun::Here(receipt)) => return Ok(Ok((receipt, false))),
        Ok(Begun::Wanted(carried)) => carried,
        Err(error) => return refusal(error),
    };
    loop {
        match bundle.read(buffer).map_err(|error| broken(path, error))? {
            0 => break,
            read => {
                if let Err(error) = carried.write(&buffer[..read]) {
                    return refusal(error);
                }
            }
        }
    }
    match store.finish_carried(carried) {
        Ok(recorded) => Ok(Ok((recorded.receipt, recorded.fresh))),
        Err(error) => refusal(error),
    }
}

/// Sets a refusal of one object apart from a failure of the store, which ends the import.
fn refusal<T>(error: StoreError) -> Result<Result<T, StoreError>, Failure> {
    match error {
        StoreError::HashMismatch
        | StoreError::TooLarge { .. }
        | StoreError::DeadKey
        | StoreError::WrongLength
        | StoreError::NoSpace
        | StoreError::BadRequest(_) => Ok(Err(error)),
        failed => Err(failed.into()),
    }
}

pub(super) fn broken(path: &Path, error: BundleError) -> Failure {
    Failure::Bundle { path: path.to_owned(), error }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kinds { reports, attachments } = &self.stored;
        let known = self.known.reports + self.known.attachments;
        writeln!(f, "Stored: {reports} reports, {attachments} attachments. Here before: {known}.")?;
        for refused in &self.refused {
            writeln!(f, "not taken: {} {}: {}", refused.kind, refused.sha256, refused.message)?;
        }
        match &self.answer {
            Some(path) => {
                let path = shown::line(path);
                write!(f, "The answer with {} receipts is {path}: carry it back, for `turnstone import`.", self.receipts)
            }
            None => f.write_str(
                "No answer was written: until the device hears of it by the network, it keeps what it sent. The same \
                 again with --answer FILE gives the receipts.",
            ),
        }
    }
}

#[cfg(test)]
mod tests;
