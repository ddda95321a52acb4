//! `media.db`: sealed attachments in rows of 256 KiB, written about 5 MB a transaction so that words wait at most for
//! one of them, and read back in pieces.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::mpsc::Receiver,
};

use rusqlite::{Connection, TransactionBehavior};
use turnstone_wire::hash::{Hasher, Sha256};

use super::{
    aside::{self, Mended},
    is_wiped,
    schema::Schema,
    unless_wiped,
    words::{Words, lock_file},
};
use crate::{
    error::{Fault, Missing},
    seam,
};

const SCHEMA: Schema = Schema {
    file: "media.db",
    empty: "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL;",
    pragmas: "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
              PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;",
    migrations: &[include_str!("migrations/media_001_first.sql")],
    application_id: 0x5475_6d30, // "Tum0", and schema 1 makes "Tum1"
    on_disk: "",
};

/// Size of a row, but for an attachment's last.
pub(crate) const CHUNK_BYTES: usize = 256 * 1024;
/// Rows in one transaction: about 5 MB.
const CHUNKS_A_TRANSACTION: usize = 20;

/// Row of an attachment in `media.db`.
pub(crate) type MediaRow = i64;

/// Opens a connection for each piece of work: adding a photo must not keep a sender from reading another.
#[derive(Debug)]
pub(crate) struct Media {
    home: PathBuf,
}

impl Media {
    /// Makes the file of a new home.
    pub(crate) fn create(home: &Path) -> Result<Self, Fault> {
        SCHEMA.open(home, true)?;
        Ok(Self { home: home.to_owned() })
    }

    /// The file of a home, with all that no row of `words` names swept away, unless another program is adding now.
    /// A damaged one is set aside, and what can be read of it carried over. Words never wait for that: where it fails, on
    /// a full disk, say, the next opening tries again.
    pub(crate) fn open(home: &Path, words: &Words) -> Result<(Self, Option<Mended>), Fault> {
        let media = Self { home: home.to_owned() };
        let swept = if aside::is_noted(home, &SCHEMA) {
            Err(Fault::Damaged(SCHEMA.file))
        } else {
            media.sweep(words)
        };
        let mended = match swept {
            Err(fault) if fault.is_damage() || !home.join(SCHEMA.file).exists() => {
                media.mend().unwrap_or_default()
            }
            _ => None,
        };
        if mended.is_some() {
            media.count_on(words).unwrap_or_default();
        }
        Ok((media, mended))
    }

    /// Sets the file aside, unless another program is adding to it now.
    fn mend(&self) -> Result<Option<Mended>, Fault> {
        let lock = lock_file(&self.home, "media.lock")?;
        if lock.try_lock().is_err() {
            return Ok(None);
        }
        aside::mend(&self.home, &SCHEMA)
    }

    /// Gives out no number again that `words.db` still names.
    fn count_on(&self, words: &Words) -> Result<(), Fault> {
        let named = words.read(named_rows)?.into_iter().max().unwrap_or(0);
        let conn = SCHEMA.open(&self.home, false)?;
        if conn.execute("UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'media'", [named])? == 0 {
            conn.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('media', ?1)", [named])?;
        }
        Ok(())
    }

    /// Notes damage that was met, for the next opening.
    fn watched<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        let result = result.map_err(|fault| unless_wiped(&self.home, fault));
        if result.as_ref().is_err_and(Fault::is_damage) {
            aside::note_damage(&self.home, &SCHEMA);
        }
        result
    }

    /// Writes sealed bytes as they come, durable when this returns. `on_progress` hears how many bytes lie in rows.
    /// `name` then names it in `words.db`; until that is through, nobody may sweep.
    pub(crate) fn add<T>(
        &self,
        chunks: &Receiver<Vec<u8>>,
        on_progress: impl FnMut(u64),
        name: impl FnOnce(MediaRow) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let _lock = self.hold()?;
        // Named only where all of it lies there; while the lock is held, nobody sweeps what has no name yet.
        let row = self.watched(self.write(chunks, on_progress))?;
        name(row)
    }

    /// Writes the rows of a new attachment.
    fn write(&self, chunks: &Receiver<Vec<u8>>, mut on_progress: impl FnMut(u64)) -> Result<MediaRow, Fault> {
        let mut conn = SCHEMA.open(&self.home, false)?;
        let mut row = None;
        let mut size = 0;
        let mut n = 0_i64;
        let mut more = true;
        while more {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let media = match row {
                Some(media) => media,
                None => {
                    tx.execute("INSERT INTO media (size) VALUES (NULL)", [])?;
                    *row.insert(tx.last_insert_rowid())
                }
            };
            {
                let mut insert =
                    tx.prepare_cached("INSERT INTO chunk (media, n, bytes) VALUES (?1, ?2, ?3)")?;
                for _ in 0..CHUNKS_A_TRANSACTION {
                    let Ok(chunk) = chunks.recv() else {
                        more = false;
                        break;
                    };
                    insert.execute((media, n, &chunk))?;
                    n += 1;
                    size += chunk.len() as u64;
                    on_progress(size);
                }
            }
            if !more {
                tx.execute(
                    "UPDATE media SET size = ?2 WHERE id = ?1",
                    (media, i64::try_from(size).unwrap_or(0)),
                )?;
            }
            seam::room()?;
            tx.commit()?;
            seam::point()?;
        }
        // `row` is set: the loop ran at least once.
        Ok(row.unwrap_or_default())
    }

    /// Reads at most `len` bytes of a sealed attachment from an offset.
    pub(crate) fn read(&self, media: MediaRow, from: u64, len: usize) -> Result<Vec<u8>, Fault> {
        seam::alive()?;
        self.watched(self.read_rows(media, from, len))
    }

    fn read_rows(&self, media: MediaRow, from: u64, len: usize) -> Result<Vec<u8>, Fault> {
        let conn = SCHEMA.open(&self.home, false)?;
        let chunk_bytes = CHUNK_BYTES as u64;
        let mut select = conn.prepare("SELECT bytes FROM chunk WHERE media = ?1 AND n >= ?2 ORDER BY n")?;
        let mut rows = select.query((media, i64::try_from(from / chunk_bytes).unwrap_or(i64::MAX)))?;
        let mut skip = usize::try_from(from % chunk_bytes).unwrap_or(0);
        let mut bytes = Vec::with_capacity(len.min(4 * CHUNK_BYTES));
        while bytes.len() < len
            && let Some(row) = rows.next()?
        {
            let chunk = row.get_ref(0)?.as_blob().map_err(|_| Fault::Sealed("an attachment"))?;
            let wanted = chunk.get(skip..).unwrap_or_default();
            bytes.extend_from_slice(&wanted[..wanted.len().min(len - bytes.len())]);
            skip = 0;
        }
        Ok(bytes)
    }

    /// Reads a sealed attachment from its beginning. What fails underneath stays with the reader.
    pub(crate) fn reader(&self, media: MediaRow) -> MediaReader<'_> {
        MediaReader { media: self, row: media, at: 0, ready: Vec::new(), taken: 0, failed: None }
    }

    /// Keeps what is named from being swept away until dropped, as it may be while somebody reads it.
    pub(crate) fn hold(&self) -> Result<File, Fault> {
        self.is_there()?;
        let lock = lock_file(&self.home, "media.lock")?;
        lock.lock_shared().map_err(|error| Fault::Files("media.lock", error))?;
        Ok(lock)
    }

    /// Fails where the home was wiped: nothing is to be made in its folder any more.
    fn is_there(&self) -> Result<(), Fault> {
        if is_wiped(&self.home) { Err(Missing::Home.into()) } else { Ok(()) }
    }

    /// The hash of a sealed attachment as it lies there.
    pub(crate) fn sha256(&self, media: MediaRow) -> Result<Sha256, Fault> {
        self.watched(self.hash_rows(media))
    }

    fn hash_rows(&self, media: MediaRow) -> Result<Sha256, Fault> {
        let conn = SCHEMA.open(&self.home, false)?;
        let mut select = conn.prepare("SELECT bytes FROM chunk WHERE media = ?1 ORDER BY n")?;
        let mut rows = select.query([media])?;
        let mut hasher = Hasher::default();
        while let Some(row) = rows.next()? {
            hasher.update(row.get_ref(0)?.as_blob().map_err(|_| Fault::Sealed("an attachment"))?);
        }
        Ok(hasher.finish())
    }

    /// Deletes all that no row of `words.db` names, unless another program is adding now, and gives free pages back
    /// in a small step. Called at opening, and after `words.db` stopped naming something.
    pub(crate) fn sweep(&self, words: &Words) -> Result<(), Fault> {
        self.is_there()?;
        let lock = lock_file(&self.home, "media.lock")?;
        if lock.try_lock().is_err() {
            return Ok(());
        }
        self.watched(self.delete_unnamed(words))
    }

    fn delete_unnamed(&self, words: &Words) -> Result<(), Fault> {
        if aside::is_missing_names(&self.home) {
            return Ok(());
        }
        let mut conn = SCHEMA.open(&self.home, false)?;
        let mut unnamed = rows(&conn)?;
        if unnamed.is_empty() {
            return Ok(());
        }
        let named = words.read(named_rows)?;
        unnamed.retain(|row| !named.contains(row));
        for row in unnamed {
            delete(&mut conn, row)?;
        }
        Ok(())
    }
}

/// A sealed attachment as it is read, a few rows at a time.
pub(crate) struct MediaReader<'a> {
    media: &'a Media,
    row: MediaRow,
    /// From where it is read next.
    at: u64,
    ready: Vec<u8>,
    taken: usize,
    /// Why it could not be read on.
    pub(crate) failed: Option<Fault>,
}

impl io::Read for MediaReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.ready.len() {
            self.ready = self.media.read(self.row, self.at, 4 * CHUNK_BYTES).map_err(|fault| {
                self.failed = Some(fault);
                io::ErrorKind::Other
            })?;
            (self.at, self.taken) = (self.at + self.ready.len() as u64, 0);
        }
        let read = buffer.len().min(self.ready.len() - self.taken);
        buffer[..read].copy_from_slice(&self.ready[self.taken..self.taken + read]);
        self.taken += read;
        Ok(read)
    }
}

fn rows(media: &Connection) -> Result<Vec<MediaRow>, Fault> {
    let mut all = media.prepare("SELECT id FROM media")?;
    Ok(all.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn named_rows(words: &Connection) -> Result<Vec<MediaRow>, Fault> {
    let mut named = words
        .prepare("SELECT media FROM draft_media UNION SELECT media FROM item WHERE media IS NOT NULL")?;
    Ok(named.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Deletes an attachment a few rows at a time: the journal of a transaction needs as much room as the rows it deletes, and a
/// disk may be full.
fn delete(media: &mut Connection, row: MediaRow) -> Result<(), Fault> {
    loop {
        let tx = media.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let some = "DELETE FROM chunk WHERE rowid IN (SELECT rowid FROM chunk WHERE media = ?1 LIMIT 4)";
        let deleted = tx.execute(some, [row])?;
        if deleted == 0 {
            tx.execute("DELETE FROM media WHERE id = ?1", [row])?;
        }
        tx.commit()?;
        seam::point()?;
        give_back(media)?;
        if deleted == 0 {
            return Ok(());
        }
    }
}

/// Gives up to 1,024 free pages (16 MiB) back to the file system.
fn give_back(media: &Connection) -> Result<(), Fault> {
    let mut step = media.prepare("PRAGMA incremental_vacuum(1024)")?;
    let mut rows = step.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
