//! Taking a photo in: sealed while it streams, in a second thread, durable before the draft names it.

use std::{
    io::{self, Read, Write},
    sync::mpsc::{SyncSender, sync_channel},
};

use turnstone_wire::attachment::{AttachmentKey, Sealed, Sealer};
use zeroize::Zeroizing;

use crate::{
    error::{Fault, Invalid},
    media::Kind,
    store::{CHUNK_BYTES, Media, MediaRow},
};

/// Rows sealed ahead of the database; 2 MiB at most.
const AHEAD: usize = 8;

/// What sealing an attachment gave.
pub(super) struct Taken {
    pub(super) sealed: Sealed,
    pub(super) media_type: &'static str,
}

/// Seals all that `input` gives into `media.db`, and lets `name` name it in `words.db` before anybody may sweep it.
/// Where this fails, nothing of it is named, and the bytes are swept.
pub(super) fn take_in<T>(
    media: &Media,
    key: &AttachmentKey,
    input: &mut (dyn Read + Send),
    on_progress: &mut (dyn FnMut(u64) + Send),
    name: impl FnOnce(MediaRow, Taken) -> Result<T, Fault>,
) -> Result<T, Fault> {
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel(AHEAD);
        let sealing = scope.spawn(move || seal_stream(input, key, send));
        media.add(&receive, on_progress, |row| {
            let taken = sealing.join().map_err(|_| Fault::Sealed("an attachment"))??;
            name(row, taken)
        })
    })
}

fn seal_stream(
    input: &mut (dyn Read + Send),
    key: &AttachmentKey,
    chunks: SyncSender<Vec<u8>>,
) -> Result<Taken, Fault> {
    let output = |error: io::Error| match error.kind() {
        io::ErrorKind::FileTooLarge => Invalid::AttachmentTooLarge.into(),
        _ => Fault::Files("media.db", error),
    };
    let mut sealer = Sealer::new(Chunks { full: chunks, next: Vec::new() }, key).map_err(output)?;
    let mut buffer = Zeroizing::new(vec![0; 64 * 1024]);
    let mut head = Vec::new();
    loop {
        let read = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(Invalid::AttachmentUnreadable.into()),
        };
        if head.len() < Kind::HEAD_BYTES {
            head.extend_from_slice(&buffer[..read.min(Kind::HEAD_BYTES)]);
        }
        sealer.write(&buffer[..read]).map_err(output)?;
    }
    if sealer.size() == 0 {
        return Err(Invalid::EmptyAttachment.into());
    }
    let (chunks, sealed) = sealer.finish().map_err(output)?;
    chunks.finish().map_err(output)?;
    Ok(Taken { sealed, media_type: Kind::of(&head).media_type })
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
