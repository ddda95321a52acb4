//! Photos, videos and sounds on their way into a draft.

use std::{
    fs::{self, File, Metadata},
    io::{self, ErrorKind, Read},
    os::unix::fs::FileTypeExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use turnstone_core::{Error, Invalid, Note};
use turnstone_wire::limits;

use crate::{failure::Failure, output::Output, stdin::Stdin};

/// How attachments are taken in.
#[derive(Debug)]
pub(crate) struct Attaching<'a> {
    pub(crate) stdin: &'a mut Stdin,
    pub(crate) output: &'a Output,
    /// Say on standard error how many sealed bytes are stored.
    pub(crate) progress: bool,
}

/// That standard input is asked for once at most; wrong usage is better said before anything is written.
pub(crate) fn check(files: &[PathBuf], stdin_is_taken: bool) -> Result<(), Failure> {
    let asked = files.iter().filter(|path| is_stdin(path)).count() + usize::from(stdin_is_taken);
    if asked > 1 {
        Err(Failure::Usage("standard input can be read for one thing only".to_owned()))
    } else {
        Ok(())
    }
}

impl Attaching<'_> {
    /// Adds each file, and goes on where one fails: the others are wanted all the same. The first failure is told.
    pub(crate) fn add(&mut self, note: &mut Note, files: &[PathBuf]) -> Result<(), Failure> {
        let mut first = Ok(());
        for path in files {
            let added = self.add_one(note, path);
            if first.is_ok() {
                first = added;
            }
        }
        first
    }

    fn add_one(&mut self, note: &mut Note, path: &Path) -> Result<(), Failure> {
        let changed = Arc::new(AtomicBool::new(false));
        let (mut input, size) = self.open(path, &changed)?;
        // A pipe does not say how much is to come.
        let template =
            if size > 0 { "keeping it safe{msg} {wide_bar} {percent} %" } else { "keeping it safe {bytes}" };
        let bar = self.output.bar(size, template);
        let (output, progress) = (*self.output, self.progress);
        let added = note.attach(input.as_mut(), &mut |stored| {
            bar.set_position(stored);
            if size > 0 && stored >= size {
                bar.set_message(", making its copy");
            }
            if progress {
                output.stored(stored);
            }
        });
        bar.finish_and_clear();
        added.map(drop).map_err(|error| match error {
            Error::Invalid(Invalid::AttachmentUnreadable) if changed.load(Ordering::Relaxed) => {
                let why = "it changed while it was read, and nothing of it was kept; add it once nothing writes to it";
                Failure::no_file(path, why)
            }
            error => refused(path, error),
        })
    }

    /// Opens a file, a pipe or standard input, with its size where it has one.
    fn open(
        &mut self,
        path: &Path,
        changed: &Arc<AtomicBool>,
    ) -> Result<(Box<dyn Read + Send>, u64), Failure> {
        if is_stdin(path) {
            return Ok((Box::new(self.stdin.take()?), 0));
        }
        // Before it is opened: to open some devices is to do something to them.
        check_kind(path, &fs::metadata(path).map_err(|error| Failure::path(path, &error))?)?;
        let file = File::open(path).map_err(|error| Failure::path(path, &error))?;
        let metadata = file.metadata().map_err(|error| Failure::path(path, &error))?;
        check_kind(path, &metadata)?;
        let size = metadata.len();
        // A pipe has no size, and what the system makes up as it is read says it has none.
        if !metadata.is_file() || size == 0 {
            return Ok((Box::new(file), 0));
        }
        if size > limits::ATTACHMENT_BYTES {
            return Err(refused(path, Invalid::AttachmentTooLarge.into()));
        }
        Ok((Box::new(Whole { file, size, read: 0, changed: Arc::clone(changed) }), size))
    }
}

fn refused(path: &Path, error: Error) -> Failure {
    Failure::Attachment { path: path.to_owned(), cause: Box::new(error.into()) }
}

/// A file or a pipe: a device may never end, and would fill the disk first.
fn check_kind(path: &Path, metadata: &Metadata) -> Result<(), Failure> {
    let kind = metadata.file_type();
    if kind.is_dir() {
        Err(Failure::path(path, &ErrorKind::IsADirectory.into()))
    } else if kind.is_char_device() || kind.is_block_device() {
        Err(Failure::no_file(path, "it is a device, not a file"))
    } else if kind.is_socket() {
        Err(Failure::no_file(path, "it is a socket, not a file"))
    } else {
        Ok(())
    }
}

/// A file that stays as long as it was when it was opened: one that is still being written, or was cut meanwhile, gives no
/// whole picture, and nobody would see that before an officer does.
struct Whole {
    file: File,
    size: u64,
    read: u64,
    changed: Arc<AtomicBool>,
}

impl Read for Whole {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read += read as u64;
        if self.read > self.size || (read == 0 && !buffer.is_empty() && self.read < self.size) {
            self.changed.store(true, Ordering::Relaxed);
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}

/// Standard input by its names: opened as a file it fails where it is a socket.
fn is_stdin(path: &Path) -> bool {
    path == Path::new("-") || path == Path::new("/dev/stdin")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Reads a photo of 100,000 bytes, with something done to it after the first of them.
    fn read_while(path: &Path, happens: impl FnOnce(&mut File)) -> (bool, Option<usize>) {
        fs::write(path, [7; 100_000]).unwrap();
        let changed = Arc::new(AtomicBool::new(false));
        let output = Output::new(true);
        let mut attaching = Attaching { stdin: &mut Stdin::default(), output: &output, progress: false };
        let (mut input, size) = attaching.open(path, &changed).unwrap();
        assert_eq!(size, 100_000);
        let mut first = [0; 1000];
        input.read_exact(&mut first).unwrap();
        happens(&mut File::options().append(true).open(path).unwrap());
        let mut rest = Vec::new();
        let read = input.read_to_end(&mut rest).ok();
        (changed.load(Ordering::Relaxed), read)
    }

    #[test]
    fn p11_a_photo_that_grows_or_shrinks_while_it_is_read_is_refused_and_one_that_vanishes_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photo.jpg");
        assert_eq!(read_while(&path, |_| {}), (false, Some(99_000)));
        assert_eq!(read_while(&path, |file| file.write_all(b"more").unwrap()), (true, None));
        assert_eq!(read_while(&path, |file| file.set_len(50_000).unwrap()), (true, None));
        assert_eq!(read_while(&path, |file| file.set_len(0).unwrap()), (true, None));
        assert_eq!(read_while(&path, |_| fs::remove_file(&path).unwrap()), (false, Some(99_000)));
    }
}
