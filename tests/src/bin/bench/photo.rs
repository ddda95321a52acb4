//! Adding a 5 MB photo, sealed and durable, against SQLCipher and against the same age file written, fsynced, renamed.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use turnstone_wire::attachment::{AttachmentKey, Sealer};

use crate::{
    measure::{Pairs, time},
    phone::{Phone, content},
};

const BYTES: usize = 5_000_000;

pub(crate) fn run(runs: usize) {
    let phone = Phone::new("http://127.0.0.1:9");
    let folder = phone.folder.path();
    let photo: Vec<u8> = (0..BYTES).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect();
    let source = folder.join("photo.bin");
    fs::write(&source, &photo).unwrap();
    let mut note = phone.client.note(content(100)).unwrap();

    let mut files = Pairs::default();
    for n in 0..runs {
        let ours = add(&mut note, &source);
        let (theirs, ()) = time(|| age_file(&source, folder, n));
        files.push(ours, theirs);
    }
    files.print("add a 5 MB photo", "age file written, fsynced, renamed", "at least 0.9 times as fast");

    for (name, pragmas) in [
        ("SQLCipher with its defaults", ""),
        ("SQLCipher, WAL and synchronous FULL", "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"),
    ] {
        let Some(mut sqlcipher) = SqlCipher::start(folder, pragmas) else {
            println!("  {name}: left out: Python's sqlcipher3-binary cannot be installed here");
            continue;
        };
        let mut pairs = Pairs::default();
        for _ in 0..runs {
            let ours = add(&mut note, &source);
            pairs.push(ours, sqlcipher.insert(&source));
        }
        pairs.print("add a 5 MB photo", name, "at least 2 times as fast");
    }
}

fn add(note: &mut turnstone_core::Note, source: &Path) -> Duration {
    let (took, added) = time(|| note.attach(&mut File::open(source).unwrap(), &mut |_| {}));
    added.unwrap();
    took
}

fn age_file(source: &Path, folder: &Path, n: usize) {
    let (name, temporary) = (folder.join(format!("{n}.age")), folder.join("new"));
    let mut sealer = Sealer::new(File::create(&temporary).unwrap(), &AttachmentKey::generate()).unwrap();
    for chunk in fs::read(source).unwrap().chunks(64 * 1024) {
        sealer.write(chunk).unwrap();
    }
    let (file, _) = sealer.finish().unwrap();
    file.sync_all().unwrap();
    fs::rename(&temporary, &name).unwrap();
    File::open(folder).unwrap().sync_all().unwrap();
}

/// SQLCipher in a Python process that stays open: its start and its key derivation are not counted.
struct SqlCipher {
    child: Child,
    answers: BufReader<std::process::ChildStdout>,
}

const SCRIPT: &str = r#"
import sys, time
import sqlcipher3.dbapi2 as db
c = db.connect(sys.argv[1], isolation_level=None)
c.execute("PRAGMA key='benchmark'")
c.executescript(sys.argv[2])
c.execute("CREATE TABLE IF NOT EXISTS photo (id INTEGER PRIMARY KEY, bytes BLOB)")
print(c.execute("PRAGMA cipher_version").fetchone()[0], flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    with open(line.strip(), "rb") as f:
        photo = f.read()
    c.execute("INSERT INTO photo (bytes) VALUES (?)", (photo,))
    print(time.perf_counter() - start, flush=True)
"#;

impl SqlCipher {
    fn start(folder: &Path, pragmas: &str) -> Option<Self> {
        let python = python(folder)?;
        let database = folder.join(format!("cipher{}.db", pragmas.len()));
        let mut child = Command::new(python)
            .args(["-c", SCRIPT])
            .arg(database)
            .arg(pragmas)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut answers = BufReader::new(child.stdout.take()?);
        let mut version = String::new();
        answers.read_line(&mut version).ok()?;
        println!("  (SQLCipher {})", version.trim());
        (!version.trim().is_empty()).then_some(Self { child, answers })
    }

    fn insert(&mut self, source: &Path) -> Duration {
        writeln!(self.child.stdin.as_mut().unwrap(), "{}", source.display()).unwrap();
        let mut seconds = String::new();
        self.answers.read_line(&mut seconds).unwrap();
        Duration::from_secs_f64(seconds.trim().parse().unwrap())
    }
}

impl Drop for SqlCipher {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).map(drop).unwrap_or_default();
    }
}

/// A Python with SQLCipher in it, made in the benchmark's own folder.
fn python(folder: &Path) -> Option<PathBuf> {
    let environment = folder.join("python");
    let python = environment.join("bin/python");
    if !python.exists() {
        let made = Command::new("python3").args(["-m", "venv"]).arg(&environment).status().ok()?;
        let install = ["-m", "pip", "--quiet", "install", "sqlcipher3-binary==0.6.0"];
        let installed = Command::new(&python).args(install).status().ok()?;
        if !made.success() || !installed.success() {
            return None;
        }
    }
    Some(python)
}
