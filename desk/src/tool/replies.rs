//! `OUT/<folder>/replies.json`: what was answered to a report, beside the report itself. A reply is written there before it
//! is left, sealed as it will be left: what a kill or a broken link kept from going goes with the next run, once.

use std::{io, path::Path};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use turnstone_wire::{
    body::Report,
    directory::DeskId,
    key::{self, KeyId, Officer, RecipientKey, SigningKey},
    limits,
    mailbox::MailboxItem,
    reply::{Letter, SignedReply},
    text::Text,
};

use super::{
    again, index,
    source::{Source, SourceError},
};
use crate::{
    failure::Failure,
    files::{self, Access},
    home,
};

const NAME: &str = "replies.json";
/// Largest file of replies that is read, in bytes: more than a full mailbox of the longest.
const FILE_BYTES: usize = 32 * 1024 * 1024;

/// The replies to one report, oldest first.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Replies {
    replies: Vec<Written>,
}

/// One reply.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    pub(super) counter: u64,
    pub(super) at: DateTime<Utc>,
    /// The officer's key that signed it.
    pub(super) key: KeyId,
    pub(super) text: Text,
    /// It lies in the mailbox.
    pub(super) left: bool,
    /// The item as it is left: kept, for an intake may lose it.
    item: MailboxItem,
}

impl Replies {
    /// Those to the report of a folder; none where none were written.
    pub(super) fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(NAME);
        match files::read(&path, FILE_BYTES) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| {
                Failure::bad_file(&path, "it is no list of replies; move it away to begin a new one")
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&self, folder: &Path) -> Result<(), Failure> {
        Ok(files::replace(&folder.join(NAME), &home::to_json(self)?, Access::Secret)?)
    }

    /// The replies, oldest first.
    pub(super) fn all(&self) -> &[Written] {
        &self.replies
    }

    /// Whether something was written and could not be left yet.
    pub(super) fn wait(&self) -> bool {
        self.replies.iter().any(|reply| !reply.left)
    }

    /// Signs a reply, seals it to its report's own key, and writes it down.
    ///
    /// The counter is the time in seconds, and above every earlier one here: so replies by one key from two machines,
    /// neither of which knows of the other's, come in the order of their clocks.
    pub(super) fn add(
        &mut self,
        folder: &Path,
        report: &Report,
        words: Text,
        desk: &DeskId,
        at: DateTime<Utc>,
        officer: &SigningKey<Officer>,
    ) -> Result<u64, Failure> {
        let mailbox = report.mailbox.as_ref().ok_or_else(|| no_mailbox(folder))?;
        let to = RecipientKey::<key::Reply>::parse(&mailbox.reply_to).map_err(|_| {
            Failure::bad_file(folder, "the report's reply key is none, so nothing can be sealed to it")
        })?;
        let newest = self.replies.iter().map(|reply| reply.counter).max().unwrap_or(0);
        let counter = newest.saturating_add(1).max(u64::try_from(at.timestamp()).unwrap_or(0));
        let letter = Letter { report: report.id, counter, at, desk, words: &words };
        let reply = SignedReply::sign(&letter, officer)?.seal(&to)?;
        let item = MailboxItem::Reply { reply };
        let key = officer.public().id();
        self.replies.push(Written { counter, at, key, text: words, left: false, item });
        self.write(folder)?;
        Ok(counter)
    }

    /// Has all of them left again.
    pub(super) fn leave_again(&mut self) {
        self.replies.iter_mut().for_each(|reply| reply.left = false);
    }

    /// Leaves what was not left yet, in its order; how many were not there before. What fails keeps the later ones waiting too: an older
    /// one that came after a newer would not be believed.
    pub(super) fn leave(
        &mut self,
        folder: &Path,
        report: &Report,
        source: &mut dyn Source,
    ) -> Result<usize, Failure> {
        let mailbox = report.mailbox.as_ref().ok_or_else(|| no_mailbox(folder))?;
        let mut left = 0;
        for at in 0..self.replies.len() {
            let reply = &mut self.replies[at];
            if reply.left {
                continue;
            }
            let item = serde_json::to_vec(&reply.item).map_err(|_| Failure::Unwritable)?;
            left += usize::from(source.leave(&mailbox.address, &item)?);
            reply.left = true;
            self.write(folder)?;
        }
        Ok(left)
    }
}

/// Leaves what waits in all these folders, and what the intake has lost: how many were not there before, and which folders'
/// replies could not be left. The newest are left again each time, as in [`super::again`]; `lost` says that it has lost some.
pub(super) fn leave_all<'a>(
    out: &Path,
    folders: impl Iterator<Item = &'a str>,
    mut lost: bool,
    source: &mut dyn Source,
) -> (usize, Vec<(String, Failure)>) {
    let (mut all, mut failures, mut left) = (Vec::new(), Vec::new(), 0);
    for folder in folders {
        match Replies::read(&out.join(folder)) {
            Ok(replies) if replies.replies.is_empty() => {}
            Ok(replies) => {
                all.extend(
                    index::read_report(&out.join(folder)).map(|(_, report)| (folder, report, replies)),
                );
            }
            Err(failure) => failures.push((folder.to_owned(), failure)),
        }
    }
    all.sort_by_key(|(_, _, replies)| std::cmp::Reverse(replies.replies.last().map(|reply| reply.at)));
    for (_, report, replies) in all.iter().take(again::EACH) {
        let newest = replies.replies.iter().rfind(|reply| reply.left);
        if let (Some(reply), Some(mailbox)) = (newest, &report.mailbox)
            && let Ok(item) = serde_json::to_vec(&reply.item)
            && source.leave(&mailbox.address, &item).unwrap_or(false)
        {
            (lost, left) = (true, left + 1);
        }
    }
    for (folder, report, mut replies) in all {
        if lost {
            replies.leave_again();
        }
        if replies.wait() {
            match replies.leave(&out.join(folder), &report, source) {
                Ok(new) => left += new,
                Err(failure) => failures.push((folder.to_owned(), failure)),
            }
        }
    }
    (left, failures)
}

/// The report has no mailbox to leave anything in.
fn no_mailbox(folder: &Path) -> Failure {
    Failure::bad_file(folder, "the report has no mailbox, so its witness cannot be answered this way")
}

/// Whether nothing more will ever go into this mailbox.
pub(super) fn is_full(failure: &Failure) -> bool {
    matches!(failure, Failure::Source(SourceError::Full))
}

/// Longest reply, in bytes.
pub(super) const TEXT_BYTES: usize = limits::REPLY_TEXT_BYTES;
