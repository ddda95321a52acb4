//! Files as promises need them: written whole, durable before they are named, secret ones for their owner only.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// Something on the disk went wrong: which file, and what was being done.
#[derive(Debug, thiserror::Error)]
#[error("{} could not be {doing}: {source}", path.display())]
pub(crate) struct FileError {
    path: PathBuf,
    doing: &'static str,
    source: io::Error,
}

impl FileError {
    /// Names the file and the deed, both in the past participle: `could not be read`.
    pub(crate) fn new(path: &Path, doing: &'static str, source: io::Error) -> Self {
        Self { path: path.to_owned(), doing, source }
    }

    /// A stable word for scripts.
    pub(crate) fn code(&self) -> &'static str {
        use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match self.kind() {
            StorageFull | QuotaExceeded => "no_space",
            ReadOnlyFilesystem | PermissionDenied => "read_only",
            _ => "file",
        }
    }

    /// What the system said.
    pub(crate) fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }
}

/// Turns a system's answer into a [`FileError`].
pub(crate) trait At<T> {
    /// Names the file and the deed.
    fn at(self, path: &Path, doing: &'static str) -> Result<T, FileError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path, doing: &'static str) -> Result<T, FileError> {
        self.map_err(|source| FileError::new(path, doing, source))
    }
}

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Its owner only (0600).
    Secret,
    /// Everybody (0644).
    Public,
}

impl Access {
    fn mode(self) -> u32 {
        match self {
            Self::Secret => 0o600,
            Self::Public => 0o644,
        }
    }
}

/// Makes a folder for its owner only; one that is there already is left as it is.
pub(crate) fn make_folder(path: &Path) -> Result<(), FileError> {
    DirBuilder::new().mode(0o700).recursive(true).create(path).at(path, "made")
}

/// Makes what was renamed, created or removed in a folder last.
pub(crate) fn sync_folder(path: &Path) -> Result<(), FileError> {
    File::open(path).and_then(|folder| folder.sync_all()).at(path, "made durable")
}

/// Writes a file that must not be there yet, durably but for its folder.
pub(crate) fn write_new(path: &Path, bytes: &[u8], access: Access) -> Result<(), FileError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(access.mode()).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().at(path, "written")
}

/// Writes a file so that every reader, and every power cut, sees the old one or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8], access: Access) -> Result<(), FileError> {
    let folder = parent(path);
    let write = || {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(access.mode());
        let mut temporary = tempfile::Builder::new().prefix(".new-").permissions(mode).tempfile_in(folder)?;
        temporary.write_all(bytes)?;
        temporary.as_file().sync_all()?;
        temporary.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().at(path, "written")?;
    sync_folder(folder)
}

/// What a file is to hold.
pub(crate) struct Replacement {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
    pub(crate) access: Access,
}

/// Replaces several files one after the other. Where one fails, those before it get back what they held.
pub(crate) fn replace_all(replacements: &[Replacement]) -> Result<(), FileError> {
    let held = |new: &Replacement| match fs::read(&new.path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        held => held.map(Some).at(&new.path, "read"),
    };
    let before = replacements.iter().map(held).collect::<Result<Vec<_>, _>>()?;
    for (done, new) in replacements.iter().enumerate() {
        if let Err(error) = replace(&new.path, &new.bytes, new.access) {
            for (new, held) in replacements.iter().zip(&before).take(done + 1).rev() {
                // The first error is the one to tell; a disk that fails twice cannot be helped.
                let _ = match held {
                    Some(bytes) => replace(&new.path, bytes, new.access),
                    None => fs::remove_file(&new.path).at(&new.path, "removed"),
                };
            }
            return Err(error);
        }
    }
    Ok(())
}

/// How the names of temporary files begin.
pub(crate) const TEMPORARY: &str = "in-";

/// A temporary file for its owner only, gone if it is dropped.
pub(crate) fn temporary_in(folder: &Path) -> Result<NamedTempFile, FileError> {
    tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder).at(folder, "written to")
}

/// Names a finished temporary file, durably; one of that name is replaced.
pub(crate) fn publish(temporary: NamedTempFile, path: &Path) -> Result<(), FileError> {
    temporary.as_file().sync_all().at(path, "made durable")?;
    temporary.persist(path).map_err(|error| error.error).at(path, "named")?;
    sync_folder(parent(path))
}

/// Reads a whole file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, FileError> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
    };
    read().at(path, "read")
}

/// Reads a small text.
pub(crate) fn read_text(path: &Path) -> Result<String, FileError> {
    const SMALL: usize = 64 * 1024;
    let bytes = read(path, SMALL)?;
    String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData.into()).at(path, "read as text")
}

/// The names in a folder, in order; none where there is no such folder.
pub(crate) fn names_in(folder: &Path) -> Result<Vec<String>, FileError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.at(folder, "read")?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.at(folder, "read")?.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

/// The folder a file lies in.
pub(crate) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_its_owners_only_and_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        write_new(&path, b"one", Access::Secret).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(
            write_new(&path, b"two", Access::Secret).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(read(&path, 3).unwrap(), b"one");
        assert_eq!(read(&path, 2).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn where_one_of_several_cannot_be_replaced_all_stay_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("old"), b"before").unwrap();
        let new = |name: &str| Replacement { path: at(name), bytes: b"after".into(), access: Access::Public };
        assert!(replace_all(&[new("old"), new("new"), new("nowhere/new")]).is_err());
        assert_eq!(files_in(folder.path()), [("old".to_owned(), "before".to_owned())]);
        replace_all(&[new("old"), new("new")]).unwrap();
        assert_eq!(files_in(folder.path()).len(), 2);
    }

    fn files_in(folder: &Path) -> Vec<(String, String)> {
        let names = names_in(folder).unwrap().into_iter();
        names.map(|name| (name.clone(), read_text(&folder.join(name)).unwrap())).collect()
    }

    #[test]
    fn replacing_leaves_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.json");
        replace(&path, b"one", Access::Secret).unwrap();
        replace(&path, b"two", Access::Secret).unwrap();
        assert_eq!(read_text(&path).unwrap(), "two");
        assert_eq!(names_in(folder.path()).unwrap(), ["desk.json"]);
    }
}
