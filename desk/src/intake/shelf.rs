//! Where objects lie on the disk: `objects/reports/<2 hex>/<sha256>.age`, `objects/attachments/<2 hex>/<sha256>.age`,
//! and on their way `incoming/`. Paths are made from hashes only, never from anything a stranger chose.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use tempfile::NamedTempFile;
use turnstone_wire::{
    hash::{Hasher, Sha256},
    receipt::ObjectKind,
};

use super::{error::StoreError, ledger::lock};
use crate::files::{self, At};

/// What is free on the disk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Free {
    pub(crate) bytes: u64,
    /// Files; none where the file system does not count them.
    pub(crate) files: Option<u64>,
}

/// The folders of objects.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    server: PathBuf,
    /// Folders that are there for good: made, and their names made durable.
    places: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Shelf {
    /// Makes the folders where they are missing.
    pub(crate) fn open(server: &Path) -> Result<Self, StoreError> {
        let shelf = Self { server: server.to_owned(), places: Arc::default() };
        files::make_folder(&shelf.incoming())?;
        for kind in [ObjectKind::Report, ObjectKind::Attachment] {
            files::make_folder(&shelf.folder(kind))?;
            // A process that was killed may have made a folder in it and not come to this.
            files::sync_folder(&shelf.folder(kind))?;
        }
        files::sync_folder(&server.join("objects"))?;
        files::sync_folder(server)?;
        Ok(shelf)
    }

    pub(crate) fn incoming(&self) -> PathBuf {
        self.server.join("incoming")
    }

    /// The unfinished file of an upload.
    pub(crate) fn part(&self, name: &Sha256) -> PathBuf {
        self.incoming().join(format!("{name}.part"))
    }

    fn folder(&self, kind: ObjectKind) -> PathBuf {
        self.server.join("objects").join(match kind {
            ObjectKind::Report => "reports",
            ObjectKind::Attachment => "attachments",
        })
    }

    /// Where an object lies, or would.
    pub(crate) fn path(&self, kind: ObjectKind, name: &Sha256) -> PathBuf {
        let name = name.to_string();
        self.folder(kind).join(&name[..2]).join(format!("{name}.age"))
    }

    #[cfg(test)]
    pub(crate) fn holds(&self, kind: ObjectKind, name: &Sha256) -> bool {
        self.path(kind, name).is_file()
    }

    /// Size in bytes of an object's file, whatever it holds.
    pub(crate) fn size(&self, kind: ObjectKind, name: &Sha256) -> Option<u64> {
        fs::metadata(self.path(kind, name)).ok().filter(fs::Metadata::is_file).map(|file| file.len())
    }

    /// Every object that lies here, with its size, by its name alone.
    pub(crate) fn list(&self) -> Result<Vec<(ObjectKind, Sha256, u64)>, StoreError> {
        let mut all = Vec::new();
        for kind in [ObjectKind::Report, ObjectKind::Attachment] {
            let folder = self.folder(kind);
            for place in files::names_in(&folder)?.iter().filter(|place| place.len() == 2) {
                for name in files::names_in(&folder.join(place))? {
                    let name = name.strip_suffix(".age").filter(|name| name.starts_with(place.as_str()));
                    let Some(name) = name.and_then(|name| name.parse().ok()) else { continue };
                    all.extend(self.size(kind, &name).map(|size| (kind, name, size)));
                }
            }
        }
        Ok(all)
    }

    pub(crate) fn read(&self, kind: ObjectKind, name: &Sha256) -> Result<File, StoreError> {
        match File::open(self.path(kind, name)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(StoreError::NotFound),
            file => Ok(file.at(&self.path(kind, name), "read")?),
        }
    }

    /// Puts a whole and verified report in its place, durably.
    pub(crate) fn put_report(&self, temporary: NamedTempFile, name: &Sha256) -> Result<(), StoreError> {
        self.put_whole(temporary, ObjectKind::Report, name)
    }

    /// Puts a whole and verified object in its place, durably.
    pub(crate) fn put_whole(
        &self,
        temporary: NamedTempFile,
        kind: ObjectKind,
        name: &Sha256,
    ) -> Result<(), StoreError> {
        let path = self.path(kind, name);
        self.make_place(&path)?;
        Ok(files::publish(temporary, &path)?)
    }

    /// Puts a whole, verified and synced upload in its place, durably.
    pub(crate) fn put_attachment(&self, name: &Sha256) -> Result<(), StoreError> {
        let (part, path) = (self.part(name), self.path(ObjectKind::Attachment, name));
        self.make_place(&path)?;
        fs::rename(&part, &path).at(&part, "named")?;
        Ok(files::sync_folder(files::parent(&path))?)
    }

    fn make_place(&self, path: &Path) -> Result<(), StoreError> {
        let folder = files::parent(path);
        // Held throughout: whoever finds the folder there must not go on before its maker has made it durable.
        let mut places = lock(&self.places)?;
        if !places.contains(folder) {
            files::make_folder(folder)?;
            files::sync_folder(files::parent(folder))?;
            places.insert(folder.to_owned());
        }
        Ok(())
    }

    /// Whether nothing more can be written or made.
    pub(crate) fn is_full(&self) -> Result<bool, StoreError> {
        let disk = self.disk()?;
        // Some file systems count no inodes at all.
        Ok(disk.f_bavail == 0 || (disk.f_files > 0 && disk.f_favail == 0))
    }

    /// What is free for this program.
    pub(crate) fn free(&self) -> Result<Free, StoreError> {
        if let Some(bytes) = crate::seam::free_bytes() {
            return Ok(Free { bytes, files: None });
        }
        let disk = self.disk()?;
        let files = (disk.f_files > 0).then_some(disk.f_favail);
        Ok(Free { bytes: disk.f_bavail.saturating_mul(disk.f_frsize), files })
    }

    fn disk(&self) -> Result<rustix::fs::StatVfs, StoreError> {
        let disk = rustix::fs::statvfs(&self.server).map_err(std::io::Error::from);
        Ok(disk.at(&self.server, "asked for space")?)
    }
}

/// Size and hash of a whole file.
pub(crate) fn measure(file: &mut File, path: &Path) -> Result<(u64, Sha256), StoreError> {
    let mut hasher = Hasher::default();
    let mut size = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).at(path, "read")?;
        if read == 0 {
            return Ok((size, hasher.finish()));
        }
        hasher.update(&buffer[..read]);
        size += read as u64;
    }
}
