//! What is lost where a PIN is forgotten, what is still sent, and the sentences that say so.

use std::collections::BTreeSet;

use rusqlite::Connection;
use turnstone_almanac::words::{Lang, words};
use turnstone_wire::directory::Directory;

use crate::{
    error::Fault,
    outbox::{self, ItemState, Verdict},
    vault::{SealingKey, VaultId},
};

/// What only the PIN opens, and what waits and needs none: numbers, for the device may be locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Losing {
    /// Drafts, those kept in the log among them: which is which only the PIN tells.
    pub drafts: u32,
    /// Copies of sent reports.
    pub copies: u32,
    /// Records of reports of which nothing is left to send or fetch.
    pub records: u32,
    /// Answers of desks.
    pub answers: u32,
    /// Calls that were noted.
    pub calls: u32,
    /// Watches.
    pub watches: u32,
    /// Reports of which something waits, and is sent all the same.
    pub still_sent: u32,
    /// Their photos that wait: an original and its copy are one.
    pub photos_still_sent: u32,
    /// Reports that wait and cannot go without their copy: the key they are sealed to was declared lost or compromised, or their
    /// desk has closed.
    pub never_sent: u32,
    /// A desk may still answer to a report that was sent, or is.
    pub awaits_answers: bool,
}

impl Losing {
    /// Whether anything is lost at all.
    pub fn is_nothing(&self) -> bool {
        let Self { drafts, copies, records, answers, calls, watches, never_sent, .. } = *self;
        [drafts, copies, records, answers, calls, watches, never_sent].iter().all(|n| *n == 0)
    }

    pub(crate) fn read(
        conn: &Connection,
        vault: VaultId,
        sending: &SealingKey,
        directory: Option<&Directory>,
    ) -> Result<Self, Fault> {
        let count = |sql: &str| -> Result<u32, Fault> { Ok(conn.query_row(sql, [vault], |row| row.get(0))?) };
        let of_device = |table: &str| count(&format!("SELECT count(*) FROM {table} WHERE ?1 = 1"));
        let of_reports = |table: &str| {
            count(&format!(
                "SELECT count(*) FROM {table} JOIN report ON report.id = {table}.report WHERE report.vault = ?1"
            ))
        };
        let awaits =
            "SELECT count(*) FROM report WHERE vault = ?1 AND finished = 0 AND reply_key IS NOT NULL";
        let mut losing = Self {
            awaits_answers: count(awaits)? > 0,
            drafts: of_device("draft")?,
            copies: of_reports("copy")?,
            records: count("SELECT count(*) FROM report WHERE vault = ?1 AND finished = 1")?,
            answers: count(
                "SELECT count(*) FROM mail JOIN report ON report.id = mail.report
                 WHERE report.vault = ?1 AND mail.sealed IS NOT NULL",
            )?,
            calls: count("SELECT count(*) FROM told WHERE vault = ?1")?,
            watches: of_device("watch")?,
            ..Self::default()
        };
        for outgoing in outbox::reports(conn, u32::MAX, sending, None)? {
            let items = outbox::items_of(conn, &outgoing, sending, None)?.readable;
            let keeps_copy = outbox::is_kept_elsewhere(conn, outgoing.row, vault)?;
            let verdict = outbox::judge(&outgoing.record, &items, keeps_copy, directory);
            let mut waiting = items.iter().filter(|item| item.state == ItemState::Waits).peekable();
            if matches!(verdict, Verdict::Held(_)) {
                losing.never_sent += 1;
            } else if waiting.peek().is_some() {
                losing.still_sent += 1;
                let photos: BTreeSet<_> = waiting.filter_map(|item| item.record.photo).collect();
                losing.photos_still_sent += u32::try_from(photos.len()).unwrap_or(u32::MAX);
            }
        }
        Ok(losing)
    }
}

/// What is lost and what is still sent, a sentence for each kind of thing.
pub fn losing_lines(losing: &Losing, lang: Lang) -> Vec<String> {
    let say = |id: &str, n: u32| words(lang).say(id, &[("n", n.into())]);
    let lost = [
        ("losing-drafts", losing.drafts),
        ("losing-copies", losing.copies),
        ("losing-records", losing.records),
        ("losing-answers", losing.answers),
        ("losing-calls", losing.calls),
        ("losing-watches", losing.watches),
        ("losing-never-sent", losing.never_sent),
    ];
    let sent =
        [("losing-still-sent", losing.still_sent), ("losing-photos-still-sent", losing.photos_still_sent)];
    let some =
        |of: &[(&str, u32)]| of.iter().filter(|(_, n)| *n > 0).map(|(id, n)| say(id, *n)).collect::<Vec<_>>();
    let mut lines = some(&lost);
    if lines.is_empty() {
        lines.push(say("losing-nothing", 0));
    }
    lines.extend(some(&sent));
    if losing.awaits_answers {
        lines.push(say("losing-answers-to-come", 0));
    }
    lines
}

/// That a PIN was forgotten.
pub fn pin_forgotten_sentence(lang: Lang) -> String {
    words(lang).say("losing-pin-forgotten", &[])
}
