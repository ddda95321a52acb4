//! The door to a home folder that needs no unlock: writing, the outbox, sending, the directory, wiping (P6).

use std::{
    fs::{self, File},
    path::Path,
    sync::Arc,
};

use turnstone_wire::{
    body::Told,
    directory::{Directory, Roots},
    reference::Reference,
};

use crate::{
    error::{Error, Fault, Missing, Unusable},
    notebook::{Notebook, VaultCell},
    outbox,
    report::{DraftContent, DraftRow, Note, add_told},
    settings,
    shared::{Core, Ports},
    store::{HOME_FILES, Media, Words},
    sync::{Sender, Transport},
    vault::{self, Pin, SealingKey, Slots, Uid},
    view::Overview,
};

/// What a new home starts with.
#[derive(Debug)]
pub struct SetUp<'a> {
    /// Whose signatures a directory needs; none where there is no desk anywhere yet.
    pub roots: Option<Roots>,
    /// The first directory's bytes.
    pub directory: Option<&'a [u8]>,
}

/// A home folder, opened. Cheap to clone; may be used from many threads.
#[derive(Debug, Clone)]
pub struct Client {
    core: Arc<Core>,
}

impl Client {
    /// Sets a home folder up and opens it. Killed halfway, it can be called again.
    ///
    /// # Errors
    /// [`Unusable::AlreadySetUp`], [`Error::Invalid`] for a directory that is not signed as it should be.
    pub fn create(home: &Path, ports: Ports, set_up: &SetUp<'_>) -> Result<Self, Error> {
        Ok(Self::create_at(home, ports, set_up)?)
    }

    fn create_at(home: &Path, ports: Ports, set_up: &SetUp<'_>) -> Result<Self, Fault> {
        make_private_folder(home).map_err(|error| Fault::Files("the home folder", error))?;
        let words = Words::create(home)?;
        if words.read(home_uid)?.is_some() {
            return Err(Error::Unusable(Unusable::AlreadySetUp).into());
        }
        Media::create(home)?;
        let random = ports.random.as_ref();
        words.write(|tx| {
            // The key store is written first; a rollback leaves slots that no home names.
            let uid = Uid::generate(random)?;
            let sending = SealingKey::generate(random)?;
            ports.key_store.seal(&Slots::of(uid).sending(), sending.as_bytes(), &[])?;
            tx.execute("INSERT INTO home (id, uid, wrong_pins) VALUES (1, ?1, 0)", [uid])?;
            vault::first_vault(tx, ports.key_store.as_ref(), uid, &sending, random)?;
            if let Some(roots) = &set_up.roots {
                settings::set_roots(tx, roots, &sending, random)?;
            }
            if let Some(bytes) = set_up.directory {
                settings::take_directory(tx, bytes, &sending, random)?;
            }
            Ok(())
        })?;
        File::open(home)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| Fault::Files("the home folder", error))?;
        drop(words);
        Self::open_at(home, ports)
    }

    /// Opens a home folder. Needs no unlock. Finishes what a kill left half done.
    ///
    /// # Errors
    /// [`Missing::Home`] where none is set up, [`Error::Unusable`] where it cannot be used.
    pub fn open(home: &Path, ports: Ports) -> Result<Self, Error> {
        Ok(Self::open_at(home, ports)?)
    }

    fn open_at(home: &Path, ports: Ports) -> Result<Self, Fault> {
        if !home.join(HOME_FILES[0]).is_file() {
            return Err(Missing::Home.into());
        }
        let words = Words::open(home)?;
        let uid = words.read(home_uid)?.ok_or(Missing::Home)?;
        let secret = ports.key_store.open(&Slots::of(uid).sending(), &[])?;
        let sending = SealingKey::from_slice(&secret).ok_or(vault::KeyStoreError::Damaged)?;
        let media = Media::open(home, &words)?;
        // What is due stays due where this fails: on a full disk, say.
        vault::delete_dead_slots(&words, ports.key_store.as_ref(), uid).unwrap_or_default();
        let directory = settings::HeldDirectory::default();
        let core = Core { words, media, home: uid, sending, ports, directory };
        Ok(Self { core: Arc::new(core) })
    }

    /// Whether reading asks for a PIN.
    ///
    /// # Errors
    /// Where the home cannot be read.
    pub fn has_pin(&self) -> Result<bool, Error> {
        Ok(self.core.words.read(vault::has_pin)?)
    }

    /// Begins a report. It is a draft, kept, when this returns.
    ///
    /// # Errors
    /// [`Error::StorageFull`], [`Error::Busy`].
    pub fn note(&self, content: DraftContent) -> Result<Note, Error> {
        Ok(Note::begin(Arc::clone(&self.core), content, None)?)
    }

    /// Opens the vault. Without a PIN set, `pin` is `None`.
    ///
    /// What waited for an unlock is done before this returns: shreds that are due, keys made while locked taken into the
    /// ring, records of finished reports moved into the vault.
    ///
    /// # Errors
    /// [`Error::WrongPin`], [`Error::Locked`] where there is a PIN and none was given.
    pub fn unlock(&self, pin: Option<&Pin>) -> Result<Notebook, Error> {
        let core = &self.core;
        let unlocked = vault::unlock(&core.words, core.key_store(), core.home, pin)?;
        let cell = VaultCell::new(Arc::clone(core), unlocked);
        // The vault is open whatever becomes of this; what is due stays due.
        cell.after_unlock().unwrap_or_default();
        Ok(Notebook::new(cell))
    }

    /// Shreds what a submission left due, where the vault is open; else empties the write-ahead log, so that what is
    /// gone from the tables is gone from the files, and leaves the rest to the next unlock.
    ///
    /// # Errors
    /// Where the key store or the disk fails; what is due stays due.
    pub fn tidy(&self, notebook: Option<&Notebook>) -> Result<(), Error> {
        match notebook {
            Some(notebook) => Ok(notebook.shred()?),
            None => {
                self.core.words.empty_log()?;
                Ok(())
            }
        }
    }

    /// How much there is of everything; no more, for the device may be locked.
    ///
    /// # Errors
    /// Where the home cannot be read.
    pub fn overview(&self) -> Result<Overview, Error> {
        Ok(self.core.words.read(Overview::read)?)
    }

    /// Notes whom the witness has told by voice. For a report it is kept beside it; for a draft it travels in the report.
    ///
    /// # Errors
    /// [`Error::NotFound`]. A report that is finished is only found in the notebook.
    pub fn tell(&self, about: About, told: &Told) -> Result<(), Error> {
        let core = &self.core;
        Ok(core.words.write(|tx| {
            let (draft, report) = match about {
                About::Draft(row) => {
                    tx.query_row("SELECT 1 FROM draft WHERE id = ?1", [row.0], |_| Ok(())).map_err(
                        |error| match error {
                            rusqlite::Error::QueryReturnedNoRows => Missing::Draft.into(),
                            other => Fault::Sqlite(other),
                        },
                    )?;
                    (Some(row), None)
                }
                About::Report(reference) => {
                    (None, Some(outbox::find_report(tx, &reference, &core.sending, None)?.row))
                }
            };
            let door = vault::read_door(tx, &core.home, &core.sending)?;
            add_told(tx, draft, report, told, &door, core.random())
        })?)
    }

    /// The directory held, if any.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn directory(&self) -> Result<Option<Arc<Directory>>, Error> {
        Ok(self.core.directory()?)
    }

    /// Takes a newer directory; the one held stays where this fails.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the reason.
    pub fn take_directory(&self, bytes: &[u8]) -> Result<Directory, Error> {
        Ok(self.core.take_directory(bytes)?)
    }

    /// The right to send from this home, with something that carries.
    ///
    /// # Errors
    /// [`crate::error::Busy::AlreadySending`] where another program has it.
    pub fn sender(&self, transport: Arc<dyn Transport>) -> Result<Sender, Error> {
        Ok(Sender::new(Arc::clone(&self.core), transport)?)
    }

    /// Sets whose signatures directories need, where that was not set when the home was made. The same again is fine.
    ///
    /// # Errors
    /// [`crate::Invalid::OtherRoots`] where others are held: whoever could change them could change every desk.
    pub fn take_roots(&self, roots: &Roots) -> Result<(), Error> {
        let core = &self.core;
        Ok(core.words.write(|tx| settings::take_roots(tx, roots, &core.sending, core.random()))?)
    }
}

impl Client {
    /// Wipes a home folder, whatever state it is in: the keys first, after which nothing there opens, then the files.
    /// Every step is tried.
    ///
    /// # Errors
    /// The first step that failed, such as ending keys whose store is gone.
    pub fn wipe_at(home: &Path, ports: Ports) -> Result<(), Error> {
        let mut first = Ok(());
        let mut tried = |result: Result<(), Fault>| {
            if first.is_ok() {
                first = result;
            }
        };
        match slots_of(home) {
            Ok(slots) => {
                slots.iter().for_each(|slot| tried(ports.key_store.delete(slot).map_err(Fault::from)));
            }
            Err(fault) => tried(Err(fault)),
        }
        for name in HOME_FILES {
            for ending in ["", "-wal", "-shm", "-journal"] {
                match fs::remove_file(home.join(format!("{name}{ending}"))) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        tried(Err(Fault::Files("the home folder", error)));
                    }
                    _ => {}
                }
            }
        }
        Ok(first?)
    }
}

/// Every slot of the key store that belongs to a home.
fn slots_of(home: &Path) -> Result<Vec<String>, Fault> {
    if !home.join(HOME_FILES[0]).is_file() {
        return Err(Missing::Home.into());
    }
    let words = Words::open(home)?;
    let slots = Slots::of(words.read(home_uid)?.ok_or(Missing::Home)?);
    let epochs = words.read(vault::all_epochs)?;
    Ok(epochs.into_iter().map(|epoch| slots.vault(epoch)).chain([slots.sending()]).collect())
}

/// What a call was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A draft.
    Draft(DraftRow),
    /// A submitted report.
    Report(Reference),
}

fn home_uid(conn: &rusqlite::Connection) -> Result<Option<Uid>, Fault> {
    use rusqlite::OptionalExtension;
    Ok(conn.query_row("SELECT uid FROM home", [], |row| row.get(0)).optional()?)
}

/// Makes a folder that only its owner may enter, durably: its name is written to its parent.
fn make_private_folder(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}
