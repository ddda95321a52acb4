//! Opening a home with 1,000 reports and reading the first 50, without Argon2id, against bare SQLite.

use std::{path::Path, process::Command};

use turnstone_core::Client;

use crate::{
    measure::{Pairs, time},
    phone::{Phone, bare_words, content, ports},
};

const REPORTS: usize = 1000;
const ROWS: u32 = 50;

pub(crate) fn run(runs: usize) {
    let phone = Phone::new("http://127.0.0.1:9");
    let bare_path = phone.folder.path().join("bare.db");
    let bare = bare_words(&bare_path);
    for _ in 0..REPORTS {
        phone.client.note(content(300)).unwrap().submit().unwrap();
        bare.execute("INSERT INTO report (bytes) VALUES (zeroblob(1600))", []).unwrap();
    }
    // As any unlock leaves it: new keys in the ring.
    phone.client.unlock(None).unwrap();
    drop(bare);
    let mut pairs = Pairs::default();
    for _ in 0..runs {
        let (ours, count) = time(|| first_rows(phone.folder.path()));
        assert_eq!(count, ROWS as usize);
        let (theirs, count) = time(|| bare_rows(&bare_path));
        assert_eq!(count, ROWS as usize);
        pairs.push(ours, theirs);
    }
    pairs.print(
        "open, unlock without a PIN, 50 of 1,000 reports",
        "bare SQLite",
        "at most 3 times as long; 10 ms",
    );
    let me = std::env::current_exe().unwrap();
    let once = Command::new(me).arg("open-once").arg(phone.folder.path()).output().unwrap();
    println!(
        "  memory of a process that did just that: {}; goal: 30 MB",
        String::from_utf8_lossy(&once.stdout).trim()
    );
}

/// Opens once and prints this process's largest resident size.
pub(crate) fn once(folder: &str) {
    first_rows(Path::new(folder));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("not known on this system");
    println!("{}", peak.trim());
}

fn first_rows(folder: &Path) -> usize {
    let client = Client::open(&folder.join("home"), ports(folder)).unwrap();
    client.unlock(None).unwrap().reports(ROWS).unwrap().len()
}

fn bare_rows(path: &Path) -> usize {
    let bare = rusqlite::Connection::open(path).unwrap();
    let mut select = bare.prepare("SELECT id, bytes FROM report ORDER BY id DESC LIMIT ?1").unwrap();
    let rows =
        select.query_map([ROWS], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))).unwrap();
    rows.map(Result::unwrap).count()
}
