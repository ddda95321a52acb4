//! Carrying over: copies every row that can still be read from a damaged database into a new one.
//!
//! SQLite reads a table until it meets a damaged page, and then no further. So each table is read from both ends, and
//! between them row by row. What the file says of itself on its first pages (its size, its tables) is the same in every
//! database of one schema; in the copy that is read here it is taken from the new one, so that a file that was cut short, or
//! whose first page is damaged, can be read all the same. SQLite's own recovery extension does more, and is not among what
//! the rusqlite crate builds.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    ops::Range,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, Transaction, params_from_iter, types::Value};

use super::{aside::remove_with_companions, schema::Schema};
use crate::error::Fault;

/// Most rows between two that could be read which are asked for one by one.
const GAP_ROWS: i64 = 100_000;

/// Bytes of a database's header (SQLite file format, section 1.3).
const HEADER_BYTES: usize = 100;

/// Fills the database at `new` with what can be read of the one set aside in `folder`. Returns whether that was all.
///
/// What is set aside is not touched: a copy is read.
pub(super) fn carry_over(schema: &Schema, folder: &Path, new: &Path) -> Result<bool, Fault> {
    let mut to = schema.open_path(new, true)?;
    to.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA foreign_keys = OFF;")?;
    let reading = folder.join("reading.db");
    remove_with_companions(&reading);
    let read = copy_to_read(schema, &folder.join(schema.file), &reading, &to, new)
        .and_then(|()| open_to_read(&reading))
        .and_then(|from| carry_all(&from, &mut to));
    remove_with_companions(&reading);
    let complete = match read {
        Ok(complete) => complete,
        Err(fault) if fault.is_damage() => false,
        // A full disk, say: nothing is lost by trying again when there is room.
        Err(fault) => return Err(fault),
    };
    to.execute_batch(schema.on_disk)?;
    to.close().map_err(|(_, error)| error)?;
    Ok(complete)
}

/// Opens a copy of a damaged database, made in its folder under the names of `scratch`: what can be read of it as it is, not
/// mended. For one of at most `limit` bytes.
pub(super) fn open_copy(
    schema: &Schema,
    folder: &Path,
    scratch: [&str; 2],
    limit: u64,
) -> Result<Connection, Fault> {
    let files = |error| Fault::Files("the database", error);
    let (damaged, [reading, new]) = (folder.join(schema.file), scratch.map(|name| folder.join(name)));
    if damaged.metadata().map_err(files)?.len() > limit {
        return Err(Fault::Damaged(schema.file));
    }
    [&reading, &new].into_iter().for_each(|path| remove_with_companions(path));
    let to = schema.open_path(&new, true)?;
    to.execute_batch("PRAGMA journal_mode = DELETE;")?;
    copy_to_read(schema, &damaged, &reading, &to, &new)?;
    open_to_read(&reading)
}

/// Copies the damaged database and its journal, with a header that fits, and with the new one's list of tables where its
/// own cannot be read.
fn copy_to_read(
    schema: &Schema,
    damaged: &Path,
    reading: &Path,
    to: &Connection,
    new: &Path,
) -> Result<(), Fault> {
    let files = |error| Fault::Files("the database", error);
    fs::copy(damaged, reading).map_err(files)?;
    for ending in ["-wal", "-journal"] {
        match fs::copy(beside(damaged, ending), beside(reading, ending)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(files(error)),
            _ => {}
        }
    }
    let page_bytes: u32 = to.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let mut file = OpenOptions::new().read(true).write(true).open(reading).map_err(files)?;
    let has_log = beside(reading, "-wal").exists();
    mend_header(&mut file, new, page_bytes, has_log).map_err(files)?;
    if schema.migrations.len() == 1 && !lists_tables(reading, to) {
        // One migration made both files, so their tables begin at the same pages.
        let mut pages = to.prepare("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'")?;
        let pages = pages.query_map([], |row| row.get(0))?.collect::<Result<Vec<u32>, _>>()?;
        let mut fresh = File::open(new).map_err(files)?;
        for page in pages {
            copy_page(&mut fresh, &mut file, page.saturating_sub(1), page_bytes).map_err(files)?;
        }
        mend_header(&mut file, new, page_bytes, has_log).map_err(files)?;
    }
    file.sync_all().map_err(files)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn copy_page(from: &mut File, to: &mut File, page: u32, page_bytes: u32) -> std::io::Result<()> {
    let at = SeekFrom::Start(u64::from(page) * u64::from(page_bytes));
    let mut bytes = vec![0; page_bytes as usize];
    from.seek(at)?;
    from.read_exact(&mut bytes)?;
    to.seek(at)?;
    to.write_all(&bytes)
}

/// Puts the new database's header on a file, with the file's own number of pages and an empty list of free ones.
fn mend_header(file: &mut File, new: &Path, page_bytes: u32, has_log: bool) -> std::io::Result<()> {
    let mut header = [0; HEADER_BYTES];
    let mut fresh = File::open(new)?;
    fresh.read_exact(&mut header)?;
    // No fewer than a new one has: SQLite reads no table at all where one begins beyond the end.
    let len = file.metadata()?.len().max(fresh.metadata()?.len());
    let pages = len.div_ceil(u64::from(page_bytes));
    file.set_len(pages * u64::from(page_bytes))?;
    let pages = u32::try_from(pages).unwrap_or(u32::MAX);
    let mut put = |at: usize, value: u32| header[at..at + 4].copy_from_slice(&value.to_be_bytes());
    put(28, pages);
    // First page of the list of free pages, and their number.
    put(32, 0);
    put(36, 0);
    // Change counter, and the counter that the number of pages is valid for.
    put(24, 1);
    put(92, 1);
    if has_log {
        // Read and written by way of a log, which is then played back first.
        header[18..20].copy_from_slice(&[2, 2]);
    }
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&header)
}

fn open_to_read(path: &Path) -> Result<Connection, Fault> {
    // For writing: a log or journal left by a kill is played back first.
    Ok(Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?)
}

/// Whether a database can say which tables it has, and has those of `to`.
fn lists_tables(path: &Path, to: &Connection) -> bool {
    match (open_to_read(path).and_then(|from| listed(&from)), listed(to)) {
        (Ok(from), Ok(to)) => from == to,
        _ => false,
    }
}

/// Name, first page and definition of everything in a database.
pub(super) type Listed = BTreeSet<(Vec<u8>, i64, Option<Vec<u8>>)>;

/// What a database says that it holds, and where.
pub(super) fn listed(conn: &Connection) -> Result<Listed, Fault> {
    // As bytes: damaged text is another one, and no text at all perhaps.
    let mut tables =
        conn.prepare("SELECT CAST(name AS BLOB), rootpage, CAST(sql AS BLOB) FROM sqlite_schema")?;
    let rows = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Copies every table. Returns whether nothing was in the way.
fn carry_all(from: &Connection, to: &mut Connection) -> Result<bool, Fault> {
    let tables = {
        let mut tables = to.prepare(
            "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
        )?;
        tables
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<Vec<(String, bool)>, _>>()?
    };
    let tx = to.transaction()?;
    let mut complete = true;
    for (name, without_rowid) in &tables {
        complete &= Table::new(&tx, name, *without_rowid)?.carry(from, &tx)?;
    }
    complete &= carry_sequences(from, &tx)?;
    drop_orphans(&tx)?;
    tx.commit()?;
    Ok(complete)
}

/// One table of both databases.
struct Table<'a> {
    name: &'a str,
    columns: String,
    width: usize,
    /// What its rows are sorted by.
    order: String,
    has_rowid: bool,
}

/// How a reading ended.
struct Reading {
    /// The row it came to last.
    last: Option<i64>,
    whole: bool,
}

impl<'a> Table<'a> {
    fn new(tx: &Transaction<'_>, name: &'a str, without_rowid: bool) -> Result<Self, Fault> {
        let mut columns = tx.prepare("SELECT name, pk FROM pragma_table_info(?1)")?;
        let columns = columns
            .query_map([name], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<Vec<(String, i64)>, _>>()?;
        let key = columns.iter().filter(|(_, key)| *key > 0).map(|(name, _)| name.as_str());
        let order = if without_rowid { key.collect::<Vec<_>>().join(", ") } else { "rowid".to_owned() };
        let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
        Ok(Self { name, columns: names.join(", "), width: names.len(), order, has_rowid: !without_rowid })
    }

    fn carry(&self, from: &Connection, tx: &Transaction<'_>) -> Result<bool, Fault> {
        let forward = self.read(from, tx, &format!("ORDER BY {}", self.order))?;
        if forward.whole {
            return Ok(true);
        }
        // An index cannot be trusted any more, so nothing is asked of one: only the table itself is walked.
        let backward = self.read(from, tx, &format!("ORDER BY {} DESC", self.order))?;
        if let (true, Some(last)) = (self.has_rowid, backward.last) {
            let first = forward.last.map_or(last.saturating_sub(GAP_ROWS), |first| first.saturating_add(1));
            self.read_each(from, tx, first.max(last.saturating_sub(GAP_ROWS))..last)?;
        } else if let (true, Some(first)) = (self.has_rowid, forward.last) {
            // The last page is damaged, and perhaps another one before it.
            self.read_each(from, tx, first.saturating_add(1)..first.saturating_add(GAP_ROWS))?;
        }
        Ok(false)
    }

    fn read_each(&self, from: &Connection, tx: &Transaction<'_>, rows: Range<i64>) -> Result<(), Fault> {
        for row in rows {
            self.read(from, tx, &format!("WHERE rowid = {row}"))?;
        }
        Ok(())
    }

    /// Copies rows until the end, or until one cannot be read.
    fn read(&self, from: &Connection, tx: &Transaction<'_>, which: &str) -> Result<Reading, Fault> {
        let Self { name, columns, width, .. } = self;
        let mut reading = Reading { last: None, whole: true };
        let row_number = if self.has_rowid { "rowid" } else { "NULL" };
        let sql = format!("SELECT {columns}, {row_number} FROM {name} {which}");
        let mut select = match from.prepare(&sql) {
            Ok(select) => select,
            Err(error) => return unless_it_is_damage(error, reading),
        };
        let mut rows = match select.query([]) {
            Ok(rows) => rows,
            Err(error) => return unless_it_is_damage(error, reading),
        };
        let places = vec!["?"; *width].join(", ");
        let mut insert =
            tx.prepare_cached(&format!("INSERT OR IGNORE INTO {name} ({columns}) VALUES ({places})"))?;
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    let values = (0..*width).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>();
                    reading.last = row.get(*width).unwrap_or(reading.last);
                    match values.and_then(|values| insert.execute(params_from_iter(values))) {
                        Ok(_) => {}
                        // A value of the wrong kind is a damaged one.
                        Err(error) if is_of_the_wrong_kind(&error) => reading.whole = false,
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(None) => return Ok(reading),
                Err(error) => return unless_it_is_damage(error, reading),
            }
        }
    }
}

/// Damage ends a reading. What else fails, a full disk or one that does not answer, ends the whole: nothing is missing then.
fn unless_it_is_damage(error: rusqlite::Error, reading: Reading) -> Result<Reading, Fault> {
    if Fault::from_damage(&error) { Ok(Reading { whole: false, ..reading }) } else { Err(error.into()) }
}

fn is_of_the_wrong_kind(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
        || matches!(
            error,
            rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..)
        )
}

/// Numbers once given are not given again.
fn carry_sequences(from: &Connection, tx: &Transaction<'_>) -> Result<bool, Fault> {
    let read = || -> rusqlite::Result<Vec<(String, i64)>> {
        let mut select = from.prepare("SELECT name, seq FROM sqlite_sequence")?;
        select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let sequences = match read() {
        Ok(sequences) => sequences,
        Err(error) if Fault::from_damage(&error) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let whole = !sequences.is_empty();
    for (name, number) in sequences {
        // A damaged number must not use up those that are left.
        let row = (&name, number.clamp(0, i64::from(u32::MAX)));
        if tx.execute("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1", row)? == 0 {
            tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", row)?;
        }
    }
    Ok(whole)
}

/// What would be sent, and whose report is gone, can be sent to nobody; it stays in what was set aside. What else is without
/// its report or draft stays: nobody sees it, and it may be wanted when that is found again.
fn drop_orphans(tx: &Transaction<'_>) -> Result<(), Fault> {
    let orphans = {
        let mut check = tx.prepare("SELECT \"table\", rowid FROM pragma_foreign_key_check")?;
        check
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<Vec<(String, Option<i64>)>, _>>()?
    };
    for (table, row) in orphans {
        if table == "item" {
            tx.execute(&format!("DELETE FROM {table} WHERE rowid = ?1"), [row])?;
        }
    }
    Ok(())
}
