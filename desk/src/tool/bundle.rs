//! A bundle as a source, for an officer whom a stick reaches and no network does.
//!
//! Its objects, still sealed, are laid into `OUT/.bundle` first, for they come in one stream and are asked for in another
//! order; the folder goes when this does. There is no mailbox: receipts are left by the first run that opens from the intake.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle};
use turnstone_wire::{
    bundle::{BundleError, BundleReader, ObjectHead},
    directory::DeskId,
    hash::{Hasher, Sha256},
    limits,
    mailbox::MailboxAddress,
    receipt::{Object, ObjectKind},
};

use super::{
    import::{broken, courier_keys},
    source::{Listed, Source, SourceError},
};
use crate::{
    failure::Failure,
    files::{self, At, FileError},
};

const FOLDER: &str = ".bundle";
const BUFFER_BYTES: usize = 64 * 1024;

/// A bundle.
pub(super) struct Bundle {
    path: PathBuf,
    folder: PathBuf,
    /// Until it was read.
    reader: Option<BundleReader<ProgressBarIter<File>>>,
    bar: ProgressBar,
    /// Whether the bytes that came under a name are those it says.
    right: HashMap<(ObjectKind, Sha256), bool>,
    broken_off: Option<BundleError>,
    /// The folder is of this run, and not of another one that holds the lock.
    is_ours: bool,
}

impl Bundle {
    /// Opens a bundle for this desk with an officer's keys. Its objects are read when they are asked for.
    pub(super) fn open(path: &Path, officer: &Path, out: &Path, desk: &DeskId) -> Result<Self, Failure> {
        let keys = courier_keys(officer)?;
        let file = File::open(path).at(path, "read")?;
        let bar = ProgressBar::new(file.metadata().map_or(0, |file| file.len()));
        if let Ok(style) = ProgressStyle::with_template("reading the bundle {wide_bar} {percent} % {eta}") {
            bar.set_style(style);
        }
        let reader = BundleReader::open(bar.wrap_read(file), &keys).map_err(|error| broken(path, error))?;
        if reader.head().desk != *desk {
            return Err(Failure::OtherDesk { bundle: reader.head().desk.clone(), here: desk.clone() });
        }
        Ok(Self {
            path: path.to_owned(),
            folder: out.join(FOLDER),
            reader: Some(reader),
            bar,
            right: HashMap::new(),
            broken_off: None,
            is_ours: false,
        })
    }

    fn place(&self, kind: ObjectKind, sha256: &Sha256) -> PathBuf {
        self.folder.join(format!("{}-{sha256}", kind.name()))
    }

    /// Lays the objects of the bundle into the folder, as far as they are whole.
    fn unpack(
        &mut self,
        reader: &mut BundleReader<ProgressBarIter<File>>,
        listed: &mut Vec<Listed>,
    ) -> Result<(), Stopped> {
        let mut buffer = vec![0; BUFFER_BYTES];
        while let Some(ObjectHead { object, .. }) = reader.next_object()? {
            let limit = match object.kind {
                ObjectKind::Report => limits::ENVELOPE_BYTES as u64,
                ObjectKind::Attachment => limits::ATTACHMENT_BYTES,
            };
            let known = self.right.get(&(object.kind, object.sha256));
            if object.size > limit || known == Some(&true) {
                continue;
            }
            let is_new = known.is_none();
            let path = self.place(object.kind, &object.sha256);
            let mut file = File::create(&path).at(&path, "written")?;
            let mut hasher = Hasher::default();
            loop {
                let read = reader.read(&mut buffer)?;
                if read == 0 {
                    break;
                }
                hasher.update(&buffer[..read]);
                file.write_all(&buffer[..read]).at(&path, "written")?;
            }
            let right = hasher.finish() == object.sha256;
            if !right {
                fs::remove_file(&path).at(&path, "removed")?;
            }
            self.right.insert((object.kind, object.sha256), right);
            let Object { kind, sha256, size } = object;
            if is_new {
                let number = i64::try_from(listed.len()).unwrap_or(i64::MAX);
                listed.push(Listed { number, kind, sha256, size });
            } else if let Some(listed) = listed.iter_mut().find(|l| l.kind == kind && l.sha256 == sha256) {
                listed.size = size;
            }
        }
        Ok(())
    }
}

/// Why no more is laid out.
enum Stopped {
    Bundle(BundleError),
    Disk(FileError),
}

impl From<BundleError> for Stopped {
    fn from(error: BundleError) -> Self {
        Self::Bundle(error)
    }
}

impl From<FileError> for Stopped {
    fn from(error: FileError) -> Self {
        Self::Disk(error)
    }
}

impl Source for Bundle {
    fn objects(&mut self) -> Result<Vec<Listed>, SourceError> {
        // What a killed run left; whoever asks holds the lock of OUT.
        self.is_ours = true;
        remove(&self.folder)?;
        files::make_folder(&self.folder)?;
        let mut listed = Vec::new();
        if let Some(mut reader) = self.reader.take() {
            let unpacked = self.unpack(&mut reader, &mut listed);
            self.bar.finish_and_clear();
            match unpacked {
                Ok(()) => {}
                // What was whole is opened all the same.
                Err(Stopped::Bundle(error)) => self.broken_off = Some(error),
                Err(Stopped::Disk(error)) => return Err(error.into()),
            }
        }
        Ok(listed)
    }

    fn read(&mut self, object: &Object) -> Result<Box<dyn Read + '_>, SourceError> {
        match self.right.get(&(object.kind, object.sha256)) {
            Some(true) => {
                let path = self.place(object.kind, &object.sha256);
                Ok(Box::new(File::open(&path).at(&path, "read")?))
            }
            Some(false) => Err(SourceError::OtherBytes),
            None => Err(SourceError::Gone),
        }
    }

    fn leave(&mut self, _: &MailboxAddress, _: &[u8]) -> Result<bool, SourceError> {
        Err(SourceError::NoMailbox)
    }

    fn broken_off(&mut self) -> Option<Failure> {
        self.broken_off.take().map(|error| broken(&self.path, error))
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        if self.is_ours {
            // What stays is sealed, and gone with the next run.
            let _ = remove(&self.folder);
        }
    }
}

fn remove(folder: &Path) -> Result<(), FileError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).at(folder, "removed"),
        _ => Ok(()),
    }
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bundle")
    }
}
