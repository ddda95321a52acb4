//! Taking a photo in: sealed while it streams, in a second thread, durable before the draft names it; then, in a second step, the
//! copy of a picture beside its original.

use std::{
    io::{self, Read, Write},
    sync::{
        Arc,
        mpsc::{SyncSender, sync_channel},
    },
};

use rusqlite::Transaction;
use turnstone_wire::{
    attachment::{AttachmentKey, Sealed, Sealer},
    body::Role,
};
use zeroize::Zeroizing;

use super::{DraftAttachment, Note, draft::DraftBody};
use crate::{
    error::{Error, Fault, Invalid, Missing},
    media::{Kind, MediaKind},
    store::{CHUNK_BYTES, Media, MediaRow},
    vault::{Uid, VaultId, forget_key, keep_new_key, read_door},
};

/// Rows sealed ahead of the database; 2 MiB at most.
const AHEAD: usize = 8;

impl Note {
    /// Takes a photo in, from wherever its bytes come. Durable, every byte of it, when this returns; where it fails,
    /// nothing of it is left and the draft is as it was. `on_progress` hears how many sealed bytes are stored.
    ///
    /// A picture gets its copy then, under the same number, and what it says of itself is noted with the original that is given
    /// back. Where no copy can be made the original is kept all the same, and [`DraftAttachment::no_copy`] says why; a copy for
    /// which there was no room, or no time before a kill, is made by [`Note::make_copy`].
    ///
    /// # Errors
    /// [`Invalid::EmptyAttachment`], [`Invalid::AttachmentUnreadable`], [`Invalid::AnonymousMedia`] where an anonymous draft is
    /// given anything but a picture, [`Error::StorageFull`].
    pub fn attach(
        &mut self,
        input: &mut (dyn Read + Send),
        on_progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<DraftAttachment, Error> {
        let mut head = Vec::with_capacity(Kind::HEAD_BYTES);
        (&mut *input)
            .take(Kind::HEAD_BYTES as u64)
            .read_to_end(&mut head)
            .map_err(|_| Invalid::AttachmentUnreadable)?;
        let Kind { kind, media_type } = Kind::of(&head);
        if !self.body.content.route.is_named() && kind != MediaKind::Picture && !head.is_empty() {
            return Err(Invalid::AnonymousMedia { kind }.into());
        }
        let place = Place { media_type, ..Place::of_original(self.body.next_number()) };
        let original = self.take_in(&mut head.chain(input), on_progress, place)?;
        if original.kind() != MediaKind::Picture {
            return Ok(original);
        }
        // It is kept: what this cannot do is done by `make_copy`.
        self.look_and_copy(&original).map(drop).unwrap_or_default();
        Ok(self.body.original(original.number).cloned().unwrap_or(original))
    }

    /// Takes a photo out again, for good, its copy as well.
    ///
    /// # Errors
    /// [`Missing::Attachment`] where there is none of that number; as [`Note::change`].
    pub fn detach(&mut self, number: u16) -> Result<(), Error> {
        let gone: Vec<_> = self.body.attachments.iter().filter(|a| a.number == number).cloned().collect();
        if gone.is_empty() {
            return Err(Error::NotFound(Missing::Attachment));
        }
        self.or_as_before(|note| {
            note.body.attachments.retain(|attachment| attachment.number != number);
            for sighting in &mut note.body.content.sightings {
                sighting.attachments.retain(|&n| n != number);
            }
            note.save(|tx| gone.iter().try_for_each(|attachment| end(tx, attachment)))
        })?;
        self.core.media.sweep(&self.core.words).unwrap_or_default();
        Ok(())
    }

    /// Seals all that `input` gives and enters it in the draft. What had its number and its role before is ended in the same
    /// transaction. Where this fails, nothing of it is left and the draft is as it was.
    pub(super) fn take_in(
        &mut self,
        input: &mut (dyn Read + Send),
        on_progress: &mut (dyn FnMut(u64) + Send),
        place: Place,
    ) -> Result<DraftAttachment, Fault> {
        let (uid, key) = (Uid::generate(self.core.random())?, AttachmentKey::generate());
        let core = Arc::clone(&self.core);
        let taken = self.or_as_before(|note| {
            take_in(&core.media, &key, input, on_progress, |media, sealed| {
                let attachment = place.filled(&sealed, media, uid);
                let replaced = note.body.enter(attachment.clone());
                let row = note.place.row.0;
                let sending = core.sending_if_reached()?;
                note.save(|tx| {
                    let door = read_door(tx, &core.home, sending)?;
                    keep_new_key(tx, &door, &uid, key.to_secret_text().as_bytes())?;
                    tx.execute(
                        "INSERT INTO draft_media (media, draft, uid) VALUES (?1, ?2, ?3)",
                        (media, row, uid),
                    )?;
                    replaced.iter().try_for_each(|replaced| end(tx, replaced))
                })?;
                Ok((attachment, replaced))
            })
        });
        if !matches!(taken, Ok((_, None))) {
            // Why it failed is what is told.
            core.media.sweep(&core.words).unwrap_or_default();
        }
        let (attachment, _) = taken?;
        self.attachment_keys.insert(uid, key);
        Ok(attachment)
    }

    /// Changes the draft; where that fails, it is as it was.
    pub(super) fn or_as_before<T>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let old = self.body.clone();
        let done = change(self);
        if done.is_err() {
            self.body = old;
        }
        done
    }
}

/// As what a sealed file is entered in a draft.
pub(super) struct Place {
    pub(super) number: u16,
    pub(super) role: Role,
    pub(super) media_type: &'static str,
    /// Of a copy.
    pub(super) points: Option<(u32, u32)>,
}

impl Place {
    fn of_original(number: u16) -> Self {
        Self { number, role: Role::Original, media_type: "", points: None }
    }

    fn filled(self, sealed: &Sealed, media: MediaRow, uid: Uid) -> DraftAttachment {
        let Self { number, role, media_type, points } = self;
        DraftAttachment { role, points, ..DraftAttachment::new(number, media_type, sealed, media, uid) }
    }
}

impl DraftBody {
    /// A number that no photo of it has.
    pub(super) fn next_number(&self) -> u16 {
        self.attachments.iter().map(|attachment| attachment.number).max().unwrap_or(0).saturating_add(1)
    }

    /// Lists an attachment: in the place of the one that had its number and its role, else beside its original, else last; gives
    /// back what it replaced. A new number belongs to the last sighting.
    fn enter(&mut self, attachment: DraftAttachment) -> Option<DraftAttachment> {
        let (number, role) = (attachment.number, attachment.role);
        if let Some(held) =
            self.attachments.iter_mut().find(|held| (held.number, held.role) == (number, role))
        {
            return Some(std::mem::replace(held, attachment));
        }
        if let Some(at) = self.attachments.iter().position(|held| held.number == number) {
            self.attachments.insert(at + 1, attachment);
            return None;
        }
        if let Some(sighting) = self.content.sightings.last_mut() {
            sighting.attachments.push(number);
        }
        self.attachments.push(attachment);
        None
    }
}

/// Ends an attachment's key, and names its bytes no more.
pub(super) fn end(tx: &Transaction<'_>, attachment: &DraftAttachment) -> Result<(), Fault> {
    forget_key(tx, VaultId::DEVICE, &attachment.key_uid()?)?;
    tx.execute("DELETE FROM draft_media WHERE media = ?1", [attachment.media])?;
    Ok(())
}

/// Seals all that `input` gives into `media.db`, and lets `name` name it in `words.db` before anybody may sweep it.
/// Where this fails, nothing of it is named, and the bytes are swept.
fn take_in<T>(
    media: &Media,
    key: &AttachmentKey,
    input: &mut (dyn Read + Send),
    on_progress: &mut (dyn FnMut(u64) + Send),
    name: impl FnOnce(MediaRow, Sealed) -> Result<T, Fault>,
) -> Result<T, Fault> {
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel(AHEAD);
        let sealing = scope.spawn(move || seal_stream(input, key, send));
        media.add(&receive, on_progress, |row| {
            let sealed = sealing.join().map_err(|_| Fault::Sealed("an attachment"))??;
            name(row, sealed)
        })
    })
}

fn seal_stream(
    input: &mut (dyn Read + Send),
    key: &AttachmentKey,
    chunks: SyncSender<Vec<u8>>,
) -> Result<Sealed, Fault> {
    let output = |error: io::Error| match error.kind() {
        io::ErrorKind::FileTooLarge => Invalid::AttachmentTooLarge.into(),
        _ => Fault::Files("media.db", error),
    };
    let mut sealer = Sealer::new(Chunks { full: chunks, next: Vec::new() }, key).map_err(output)?;
    let mut buffer = Zeroizing::new(vec![0; 64 * 1024]);
    loop {
        let read = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(Invalid::AttachmentUnreadable.into()),
        };
        sealer.write(&buffer[..read]).map_err(output)?;
    }
    if sealer.size() == 0 {
        return Err(Invalid::EmptyAttachment.into());
    }
    let (chunks, sealed) = sealer.finish().map_err(output)?;
    chunks.finish().map_err(output)?;
    Ok(sealed)
}

/// Cuts sealed bytes into rows and hands full ones to the database's thread.
struct Chunks {
    full: SyncSender<Vec<u8>>,
    next: Vec<u8>,
}

impl Chunks {
    fn send(&mut self, chunk: Vec<u8>) -> io::Result<()> {
        // The other end is gone when the database failed; its error is the one that is told.
        self.full.send(chunk).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn finish(mut self) -> io::Result<()> {
        let last = std::mem::take(&mut self.next);
        if last.is_empty() { Ok(()) } else { self.send(last) }
    }
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK_BYTES - self.next.len());
        self.next.extend_from_slice(&bytes[..taken]);
        if self.next.len() == CHUNK_BYTES {
            let full = std::mem::replace(&mut self.next, Vec::with_capacity(CHUNK_BYTES));
            self.send(full)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
