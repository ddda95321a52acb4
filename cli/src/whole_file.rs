//! A file that is there whole, durably, or not at all: a stick may be pulled out, and be full.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use crate::failure::Failure;

/// A file that is being written under a name of its own; gone if it is dropped before it is finished. What a kill leaves
/// is taken over by whoever writes the same file next.
#[derive(Debug)]
pub(crate) struct WholeFile {
    path: PathBuf,
    part: PathBuf,
    file: File,
    force: bool,
    finished: bool,
}

impl WholeFile {
    /// Begins a file, unless one of that name is there and may not be written over.
    pub(crate) fn begin(path: &Path, force: bool) -> Result<Self, Failure> {
        check(path, force)?;
        let name = path.file_name().ok_or_else(|| Failure::path(path, &ErrorKind::IsADirectory.into()))?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".part");
        let part = path.with_file_name(hidden);
        let file = open(&part).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Failure::no_file(path, "there is no such folder to write it into"),
            _ => Failure::path(path, &error),
        })?;
        match file.try_lock() {
            Err(fs::TryLockError::WouldBlock) => {
                return Err(Failure::no_file(path, "another program is writing it at this moment"));
            }
            // Not every stick's file system knows locks.
            Ok(()) | Err(fs::TryLockError::Error(_)) => {}
        }
        file.set_len(0).map_err(|error| Failure::path(path, &error))?;
        Ok(Self { path: path.to_owned(), part, file, force, finished: false })
    }

    /// Makes it durable, and gives it its name.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        // Somebody may have been quicker.
        check(&self.path, self.force)?;
        let named = self.file.sync_all().and_then(|()| fs::rename(&self.part, &self.path));
        named.map_err(|error| Failure::path(&self.path, &error))?;
        self.finished = true;
        let folder = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(|error| Failure::path(&self.path, &error))
    }
}

fn check(path: &Path, force: bool) -> Result<(), Failure> {
    match path.symlink_metadata() {
        Ok(found) if found.is_dir() => Err(Failure::path(path, &ErrorKind::IsADirectory.into())),
        Ok(_) if !force => Err(Failure::Exists { path: path.to_owned() }),
        _ => Ok(()),
    }
}

/// For whoever the stick is handed to, who is another user of another machine: what is in it is sealed.
fn open(part: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    // A link of that name, in a folder that others may write to, would have another file cut to nothing.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NOFOLLOW.bits().cast_signed(),
    );
    options.open(part)
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.finished {
            // What stays is sealed, and no bundle.
            fs::remove_file(&self.part).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all_and_nothing_is_written_over_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle");
        let mut file = WholeFile::begin(&path, false).unwrap();
        file.write_all(b"half").unwrap();
        assert_eq!(names(folder.path()), [".bundle.part"]);
        assert_eq!(WholeFile::begin(&path, false).unwrap_err().code(), "file", "one at a time");
        drop(file);
        assert!(names(folder.path()).is_empty());
        // What a kill left is taken over.
        fs::write(folder.path().join(".bundle.part"), "left by a kill, and longer").unwrap();
        let mut file = WholeFile::begin(&path, false).unwrap();
        file.write_all(b"whole").unwrap();
        file.finish().unwrap();
        assert_eq!(
            (names(folder.path()), fs::read(&path).unwrap()),
            (vec!["bundle".into()], b"whole".to_vec())
        );
        assert_eq!(WholeFile::begin(&path, false).unwrap_err().code(), "exists");
        let mut file = WholeFile::begin(&path, true).unwrap();
        file.write_all(b"anew").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"anew");
        assert_eq!(WholeFile::begin(folder.path(), true).unwrap_err().code(), "file");
        // A link that somebody left there leads nowhere.
        std::os::unix::fs::symlink(&path, folder.path().join(".other.part")).unwrap();
        assert_eq!(WholeFile::begin(&folder.path().join("other"), false).unwrap_err().code(), "file");
        assert_eq!(fs::read(&path).unwrap(), b"anew");
        fs::remove_file(folder.path().join(".other.part")).unwrap();
        // A file that came meanwhile is somebody's.
        let late = folder.path().join("late");
        let file = WholeFile::begin(&late, false).unwrap();
        fs::write(&late, "somebody's").unwrap();
        assert_eq!(file.finish().unwrap_err().code(), "exists");
        assert_eq!(names(folder.path()), ["bundle", "late"]);
    }
}
