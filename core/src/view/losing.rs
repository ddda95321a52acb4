//! What is lost where a PIN is forgotten, what is still sent, and the sentences that say so.

use std::collections::BTreeSet;

use rusqlite::Connection;
use turnstone_almanac::words::{Lang, words};
use turnstone_wire::directory::Directory;

use crate::{
    Leaving, Left,
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
    /// People of a team who keep something under a PIN of their own.
    pub people: u32,
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
        let Self { drafts, copies, records, answers, calls, watches, people, never_sent, .. } = *self;
        [drafts, copies, records, answers, calls, watches, people, never_sent].iter().all(|n| *n == 0)
    }

    /// Of one vault, or of all.
    pub(crate) fn read(
        conn: &Connection,
        vault: Option<VaultId>,
        sending: &SealingKey,
        directory: Option<&Directory>,
    ) -> Result<Self, Fault> {
        let count = |sql: &str| -> Result<u32, Fault> { Ok(conn.query_row(sql, [vault], |row| row.get(0))?) };
        let of_device = |table: &str| count(&format!("SELECT count(*) FROM {table} WHERE ifnull(?1, 1) = 1"));
        let of_reports = |table: &str| {
            count(&format!(
                "SELECT count(*) FROM {table} JOIN report ON report.id = {table}.report
                 WHERE ?1 IS NULL OR report.vault = ?1"
            ))
        };
        let awaits = "SELECT count(*) FROM report WHERE (?1 IS NULL OR vault = ?1) AND finished = 0 AND reply_key IS NOT NULL";
        let mut losing = Self {
            awaits_answers: count(awaits)? > 0,
            drafts: of_device("draft")?,
            copies: of_reports("copy")?,
            records: count("SELECT count(*) FROM report WHERE (?1 IS NULL OR vault = ?1) AND finished = 1")?,
            answers: count(
                "SELECT count(*) FROM mail JOIN report ON report.id = mail.report
                 WHERE (?1 IS NULL OR report.vault = ?1) AND mail.sealed IS NOT NULL",
            )?,
            calls: count("SELECT count(*) FROM told WHERE ?1 IS NULL OR vault = ?1")?,
            watches: of_device("watch")?,
            people: count("SELECT count(*) FROM vault WHERE id > 1 AND ?1 IS NULL")?,
            ..Self::default()
        };
        let all = outbox::reports(conn, u32::MAX, sending, None)?;
        // A person of a team is told of their own alone.
        for outgoing in all
            .into_iter()
            .filter(|one| vault.is_none_or(|vault| vault == VaultId::DEVICE || one.vault == vault))
        {
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
        ("losing-people", losing.people),
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

/// What is said before a home is left.
pub fn leaving_warning(losing: &Losing, lang: Lang) -> Vec<String> {
    let say = |id: &str| words(lang).say(id, &[]);
    let mut lines = vec![say("leaving-at-once")];
    lines.extend(losing_lines(losing, lang));
    lines.push(say("leaving-offence"));
    lines
}

/// How far a home is that is being left.
pub fn leaving_sentence(leaving: Leaving, lang: Lang) -> String {
    if leaving.called_off {
        return words(lang).say("leaving-called-off", &[]);
    }
    words(lang).say("leaving-waits", &[("n", leaving.waits.into())])
}

/// What came of leaving: wiped at once, or not yet.
pub fn left_lines(left: &Left, lang: Lang) -> Vec<String> {
    let mut lines = losing_lines(&left.lost, lang);
    let id = if left.wiped { "leaving-wiped" } else { "leaving-begun" };
    lines.push(words(lang).say(id, &[]));
    lines
}

/// That the last report of a home that was being left is gone, and the home with it.
pub fn left_sentence(lang: Lang) -> String {
    words(lang).say("leaving-done", &[])
}

/// That desks refused something of a home that is being left: nothing of it is kept here to put right.
pub fn refused_sentence(things: u32, lang: Lang) -> String {
    words(lang).say("leaving-refused", &[("n", things.into())])
}

/// That reports were ended which could never go.
pub fn never_sentence(reports: u32, lang: Lang) -> String {
    words(lang).say("leaving-never", &[("n", reports.into())])
}
