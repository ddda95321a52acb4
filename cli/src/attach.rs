//! Photos, videos and sounds on their way into a draft.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

use turnstone_core::Note;

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
        let (mut input, size) = self.open(path)?;
        // A pipe does not say how much is to come.
        let template =
            if size > 0 { "keeping it safe {wide_bar} {percent} %" } else { "keeping it safe {bytes}" };
        let bar = self.output.bar(size, template);
        let (output, progress) = (*self.output, self.progress);
        let added = note.attach(input.as_mut(), &mut |stored| {
            bar.set_position(stored);
            if progress {
                output.stored(stored);
            }
        });
        bar.finish_and_clear();
        added
            .map(drop)
            .map_err(|error| Failure::Attachment { path: path.to_owned(), cause: Box::new(error.into()) })
    }

    /// Opens a file, a pipe or standard input, with its size where it has one.
    fn open(&mut self, path: &Path) -> Result<(Box<dyn Read + Send>, u64), Failure> {
        if is_stdin(path) {
            return Ok((Box::new(self.stdin.take()?), 0));
        }
        let file = File::open(path).map_err(|error| Failure::path(path, &error))?;
        let metadata = file.metadata().map_err(|error| Failure::path(path, &error))?;
        if metadata.is_dir() {
            return Err(Failure::path(path, &ErrorKind::IsADirectory.into()));
        }
        Ok((Box::new(file), metadata.len()))
    }
}

/// Standard input by its names: opened as a file it fails where it is a socket.
fn is_stdin(path: &Path) -> bool {
    path == Path::new("-") || path == Path::new("/dev/stdin")
}
