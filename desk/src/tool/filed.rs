//! Writing a report's folder: whole before it has its name, and its words again when more has arrived.

use std::{
    fs, io,
    io::{Read, Write},
    path::Path,
};

use turnstone_wire::{
    attachment,
    body::{AttachmentPart, Report},
    envelope::OpenError,
    hash::{Hasher, Sha256},
    shown,
};

use super::{
    index::{BODY, Filed},
    media, words,
};
use crate::{
    failure::Failure,
    files::{self, Access, At},
};

/// Where things are written until they are whole.
const INCOMING: &str = ".incoming";
const WORDS: &str = "report.txt";
const CONTACT: &str = "contact.txt";

/// Makes the place where things are written, empty.
pub(super) fn prepare(out: &Path) -> Result<(), Failure> {
    let incoming = out.join(INCOMING);
    match incoming.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(&incoming).at(&incoming, "removed")?,
        Ok(_) => fs::remove_file(&incoming).at(&incoming, "removed")?,
        Err(_) => {}
    }
    Ok(files::make_folder(&incoming)?)
}

/// What is known of the witness's contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContactState {
    /// The report has none.
    None,
    /// It lies beside the report.
    Opened,
    /// It is sealed to keys that are not at hand.
    SealedToOthers,
    /// It cannot be opened by anybody.
    Damaged,
}

/// Writes a new folder: all of it or nothing.
pub(super) fn write_new(
    out: &Path,
    folder: &str,
    report: &Report,
    body: &[u8],
    filed: &Filed,
    contact: Option<&str>,
) -> Result<(), Failure> {
    let staged = out.join(INCOMING).join(folder);
    files::make_folder(&staged)?;
    files::write_new(&staged.join(BODY), body, Access::Secret)?;
    if let Some(contact) = contact {
        files::write_new(&staged.join(CONTACT), contact_text(contact).as_bytes(), Access::Secret)?;
    }
    let state = if contact.is_some() { ContactState::Opened } else { contact_state(report, None) };
    files::write_new(&staged.join(WORDS), words::of(report, filed, state).as_bytes(), Access::Secret)?;
    files::sync_folder(&staged)?;
    fs::rename(&staged, out.join(folder)).at(&out.join(folder), "named")?;
    Ok(files::sync_folder(out)?)
}

/// Writes the body of a folder again, where it was damaged.
pub(super) fn rewrite_body(out: &Path, folder: &str, body: &[u8]) -> Result<(), Failure> {
    Ok(files::replace(&out.join(folder).join(BODY), body, Access::Secret)?)
}

/// Whether an attachment is there in full length.
pub(super) fn is_whole(path: &Path, part: &AttachmentPart) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_file() && found.len() == part.size)
}

/// Writes a contact that was opened later than its report.
pub(super) fn write_contact(out: &Path, folder: &str, contact: &str) -> Result<(), Failure> {
    Ok(files::replace(&out.join(folder).join(CONTACT), contact_text(contact).as_bytes(), Access::Secret)?)
}

fn contact_text(contact: &str) -> String {
    format!("{}\n", shown::lines(contact, ""))
}

/// Writes the words of a folder again, after more has become known.
pub(super) fn rewrite_words(out: &Path, folder: &str, report: &Report, filed: &Filed) -> Result<(), Failure> {
    let folder = out.join(folder);
    let text = words::of(report, filed, contact_state(report, Some(&folder)));
    Ok(files::replace(&folder.join(WORDS), text.as_bytes(), Access::Secret)?)
}

fn contact_state(report: &Report, folder: Option<&Path>) -> ContactState {
    match &report.contact {
        None => ContactState::None,
        Some(_) if folder.is_some_and(|folder| folder.join(CONTACT).is_file()) => ContactState::Opened,
        Some(sealed) => match sealed.open(&[]) {
            Err(OpenError::NotForThisKey) => ContactState::SealedToOthers,
            _ => ContactState::Damaged,
        },
    }
}

/// Why an attachment was not brought in.
pub(super) enum NotBrought {
    /// It is not what the report says, or could not be read: listed, and tried again.
    Bad(OpenError),
    /// The officer's disk failed: nothing more can be done.
    Disk(Failure),
}

/// Opens a sealed attachment into a report's folder and returns its name. Nothing is seen of it before every hash
/// was found to match.
pub(super) fn bring(
    out: &Path,
    folder: &str,
    part: &AttachmentPart,
    sealed: impl Read,
) -> Result<String, NotBrought> {
    let disk = |error: files::FileError| NotBrought::Disk(error.into());
    let incoming = out.join(INCOMING);
    let mut output =
        Watched { file: files::temporary_in(&incoming).map_err(disk)?, head: Vec::new(), failed: None };
    let opened = attachment::open(sealed, part, &mut output);
    if let Some(error) = output.failed {
        return Err(disk(files::FileError::new(&incoming, "written to", error)));
    }
    opened.map_err(NotBrought::Bad)?;
    let name = format!("{}.{}", media::stem(part), media::ending(&output.head));
    files::publish(output.file, &out.join(folder).join(&name)).map_err(disk)?;
    Ok(name)
}

/// Gives a file that lies in another report's folder a second name in this one's: it takes no room. `None` where the disk
/// knows no such names.
pub(super) fn link(
    out: &Path,
    (other, name): (&str, &str),
    folder: &str,
    part: &AttachmentPart,
) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    let (folder, new) = (out.join(folder), format!("{}.{ending}", media::stem(part)));
    let path = folder.join(&new);
    match fs::hard_link(out.join(other).join(name), &path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_whole(&path, part) => {}
        linked => linked.ok()?,
    }
    files::sync_folder(&folder).ok()?;
    Some(new)
}

/// Finds an attachment that was brought in before the index was lost.
pub(super) fn find(folder: &Path, part: &AttachmentPart) -> Option<String> {
    let names = media::endings().map(|ending| format!("{}.{ending}", media::stem(part)));
    names.into_iter().find(|name| hash_of(&folder.join(name)).is_some_and(|hash| hash == part.sha256))
}

fn hash_of(path: &Path) -> Option<Sha256> {
    let mut file = fs::File::open(path).ok()?;
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hasher.finish()),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// A file that keeps its first bytes at hand, and tells its own failures from those of whoever writes to it.
struct Watched {
    file: tempfile::NamedTempFile,
    head: Vec<u8>,
    failed: Option<io::Error>,
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let wanted = media::HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..wanted]);
        match self.file.write_all(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(error);
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
