//! What waits to be sent, as every byte of it: a change that must not touch the outbox leaves all of this the same.
//!
//! It is read from a copy of the files, so that looking changes nothing, not even where a program was killed in the middle.
#![expect(clippy::unwrap_used, reason = "a kit that cannot do its work ends the suite")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, types::Value};

/// Each row of the outbox, every column of it, by its table and its place there.
#[derive(Clone, PartialEq, Eq)]
pub struct Outbox(BTreeMap<(&'static str, usize), Vec<u8>>);

/// The tables, whose rows they are asked for, and the file they lie in. What is not told of here is no part of the outbox:
/// what the vault holds beside it (`copy`, `draft`) and what came back (`mail`).
const TABLES: [(&str, &str, &str); 4] = [
    ("words.db", "report", "SELECT * FROM report ORDER BY id"),
    ("words.db", "item", "SELECT * FROM item ORDER BY id"),
    ("media.db", "media", "SELECT * FROM media WHERE id IN WANTED ORDER BY id"),
    ("media.db", "chunk", "SELECT * FROM chunk WHERE media IN WANTED ORDER BY media, n"),
];

impl Outbox {
    /// The outbox of a home folder, every column of it.
    ///
    /// # Panics
    /// Where there is none that can be read.
    pub fn of(home: &Path) -> Self {
        Self::without(home, &[])
    }

    /// The same without the names of the vault that reads what is kept of a report and of the key for its replies: they go with
    /// that vault.
    ///
    /// # Panics
    /// As [`Outbox::of`].
    pub fn sealed_of(home: &Path) -> Self {
        Self::without(home, &["vault", "reply_key"])
    }

    fn without(home: &Path, left_out: &[&str]) -> Self {
        let copy = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(home).unwrap() {
            let (name, from) = entry.map(|entry| (entry.file_name(), entry.path())).unwrap();
            let is_database =
                ["words.db", "media.db"].iter().any(|db| name.to_string_lossy().starts_with(db));
            // The index of a log is for those who share it; whoever opens a copy makes a new one.
            if is_database && !name.to_string_lossy().ends_with("-shm") {
                fs::copy(from, copy.path().join(name)).unwrap();
            }
        }
        let [words, media] = ["words.db", "media.db"].map(|db| open(&copy.path().join(db)));
        let wanted: Vec<i64> = ids(&words, "SELECT media FROM item WHERE media IS NOT NULL");
        let wanted = format!("({})", wanted.iter().map(i64::to_string).collect::<Vec<_>>().join(","));
        let mut rows = BTreeMap::new();
        for (file, table, sql) in TABLES {
            let database = if file == "words.db" { &words } else { &media };
            let found = read(database, &sql.replace("WANTED", &wanted), left_out);
            rows.extend(found.into_iter().enumerate().map(|(place, row)| ((table, place), row)));
        }
        Self(rows)
    }

    /// How many rows of a table there are.
    pub fn rows(&self, table: &str) -> usize {
        self.0.keys().filter(|(of, _)| *of == table).count()
    }

    /// How many bytes there are in all.
    pub fn bytes(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// That it is the same as before, byte for byte.
    ///
    /// # Panics
    /// Where it is not, with the rows that differ.
    #[track_caller]
    pub fn assert_same(&self, before: &Self, when: &str) {
        let keys = self.0.keys().chain(before.0.keys());
        let differ: Vec<_> = keys.filter(|key| self.0.get(*key) != before.0.get(*key)).collect();
        assert!(differ.is_empty(), "{when}: the outbox was touched: {differ:?}");
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[outbox of {} rows]", self.0.len())
    }
}

fn open(path: &PathBuf) -> Connection {
    Connection::open(path).unwrap()
}

fn ids(database: &Connection, sql: &str) -> Vec<i64> {
    let mut select = database.prepare(sql).unwrap();
    select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Each row as its columns' names and values but for those left out, one after the other, each with its kind and its length.
fn read(database: &Connection, sql: &str, left_out: &[&str]) -> Vec<Vec<u8>> {
    let mut select = database.prepare(sql).unwrap();
    let names: Vec<_> = select.column_names().map(str::to_owned).collect();
    let rows = select.query_map([], |row| {
        let mut bytes = Vec::new();
        for (place, name) in names.iter().enumerate().filter(|(_, name)| !left_out.contains(&name.as_str())) {
            let value = match row.get::<_, Value>(place)? {
                Value::Null => (b'n', Vec::new()),
                Value::Integer(number) => (b'i', number.to_be_bytes().to_vec()),
                Value::Real(number) => (b'r', number.to_be_bytes().to_vec()),
                Value::Text(text) => (b't', text.into_bytes()),
                Value::Blob(blob) => (b'b', blob),
            };
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(value.0);
            bytes.extend_from_slice(&value.1.len().to_be_bytes());
            bytes.extend_from_slice(&value.1);
        }
        Ok(bytes)
    });
    rows.unwrap().map(Result::unwrap).collect()
}
