//! P9 as a table, on the real programs: whatever is wrong, a report can be written down, is kept, is listed, and reaches
//! its desk exactly once when the trouble is over. A row more is a test more. Clocks that are wrong are set in the core's
//! tests (`bad_luck.rs`), where the clock is an argument.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{
    cell::{Cell, RefCell},
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use chrono::{TimeDelta, Utc};
use rusqlite::Connection;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    awaited::{becomes, holds_lock},
    field::{Done, Field, Server},
};
use turnstone_wire::{
    body::Scheme,
    directory::{Payload, Roots, SignedDirectory},
    key::{Root, SigningKey},
};

const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";
const PIN: &str = "258025";

/// A trouble: what is wrong, and how it ends.
struct Trouble {
    name: &'static str,
    /// Sets the phone up, and lets the trouble begin.
    begin: fn(&World),
    /// Writes the report while it lasts.
    write: fn(&World) -> Done,
    /// What that comes to.
    comes_to: ComesTo,
    /// Ends it, down to a draft that can be submitted.
    end: fn(&World),
    /// How many photos reach the desk.
    photos: usize,
}

/// What becomes of a report while the trouble lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ComesTo {
    /// It is in the outbox.
    Submitted,
    /// It is a draft, and why.
    Kept(&'static str),
    /// It is in the outbox, though its program could not say so.
    Unsaid,
}

use ComesTo::{Kept, Submitted, Unsaid};

#[rustfmt::skip] // One trouble a row.
const TROUBLES: &[Trouble] = &[
    Trouble { name: "no signal", begin: no_signal, write: plainly, comes_to: Submitted, end: nothing, photos: 0 },
    Trouble { name: "no signal, with a photo", begin: no_signal, write: with_photo, comes_to: Submitted, end: nothing, photos: 1 },
    Trouble { name: "no fix", begin: set_up, write: without_fix, comes_to: Submitted, end: nothing, photos: 0 },
    Trouble { name: "an expired directory", begin: expired, write: plainly, comes_to: Submitted, end: nothing, photos: 0 },
    Trouble { name: "a desk whose keys this version does not know", begin: no_seal_key, write: plainly, comes_to: Kept("no_key"), end: newer_directory, photos: 0 },
    Trouble { name: "a receipt by a key that is not listed", begin: no_stored_key, write: plainly, comes_to: Submitted, end: newer_directory, photos: 0 },
    Trouble { name: "no desk for this scheme", begin: other_scheme, write: plainly, comes_to: Kept("no_desk"), end: newer_directory, photos: 0 },
    Trouble { name: "no desk at all", begin: no_desks, write: plainly, comes_to: Kept("no_desk"), end: newer_directory, photos: 0 },
    Trouble { name: "no directory", begin: no_directory, write: plainly, comes_to: Kept("no_desk"), end: newer_directory, photos: 0 },
    Trouble { name: "a forgotten PIN", begin: with_pin, write: plainly, comes_to: Submitted, end: nothing, photos: 0 },
    Trouble { name: "a forgotten PIN, with a photo", begin: with_pin, write: with_photo, comes_to: Submitted, end: nothing, photos: 1 },
    Trouble { name: "no room for a photo", begin: no_room_for_photos, write: with_photo, comes_to: Kept("storage_full"), end: room_for_photos, photos: 1 },
    Trouble { name: "no room for the outbox", begin: no_room_for_outbox, write: with_photo, comes_to: Kept("storage_full"), end: room_for_outbox, photos: 1 },
    Trouble { name: "a photo that is not there", begin: set_up, write: with_missing_photo, comes_to: Kept("file"), end: nothing, photos: 0 },
    Trouble { name: "a photo that never ends", begin: set_up, write: with_endless_photo, comes_to: Kept("file"), end: nothing, photos: 0 },
    Trouble { name: "a sign-in page in the place of the desk", begin: sign_in_page, write: plainly, comes_to: Submitted, end: nothing, photos: 0 },
    Trouble { name: "a desk that breaks down", begin: broken_desk, write: with_photo, comes_to: Submitted, end: nothing, photos: 1 },
    Trouble { name: "a desk whose disk is full", begin: full_desk, write: with_photo, comes_to: Submitted, end: nothing, photos: 1 },
    Trouble { name: "a desk that hangs up", begin: silent_desk, write: with_photo, comes_to: Submitted, end: nothing, photos: 1 },
    Trouble { name: "another program that writes", begin: set_up, write: beside_a_writer, comes_to: Submitted, end: nothing, photos: 0 },
    Trouble { name: "another program that sends", begin: beside_a_sender, write: plainly, comes_to: Submitted, end: sender_ends, photos: 0 },
    Trouble { name: "nobody who takes the answer", begin: set_up, write: into_full, comes_to: Unsaid, end: nothing, photos: 0 },
    Trouble { name: "a database of words cut short", begin: words_cut, write: with_photo, comes_to: Kept("no_desk"), end: newer_directory, photos: 1 },
    Trouble { name: "a database of words that is none", begin: words_garbled, write: with_photo, comes_to: Kept("no_desk"), end: newer_directory, photos: 1 },
    Trouble { name: "a database of words that is empty", begin: words_emptied, write: plainly, comes_to: Kept("no_desk"), end: newer_directory, photos: 0 },
    Trouble { name: "a database of words that is gone", begin: words_gone, write: plainly, comes_to: Kept("no_desk"), end: newer_directory, photos: 0 },
    Trouble { name: "a database of photos that is none", begin: media_garbled, write: with_photo, comes_to: Submitted, end: nothing, photos: 1 },
    Trouble { name: "a database of photos that is gone", begin: media_gone, write: with_photo, comes_to: Submitted, end: nothing, photos: 1 },
    Trouble { name: "a key store that is gone", begin: keys_gone, write: with_photo, comes_to: Kept("key_store"), end: keys_back, photos: 1 },
    Trouble { name: "a key store that is damaged", begin: keys_garbled, write: plainly, comes_to: Kept("key_store"), end: keys_back, photos: 0 },
    Trouble { name: "an environment of nonsense", begin: set_up, write: in_nonsense, comes_to: Submitted, end: nothing, photos: 0 },
];

#[test]
fn p9_whatever_is_wrong_a_report_is_written_kept_and_later_sent_exactly_once() {
    let width = TROUBLES.iter().map(|trouble| trouble.name.len()).max().unwrap();
    for trouble in TROUBLES {
        let came = live_through(trouble);
        println!("{:<width$}  {came}", trouble.name);
    }
}

/// One trouble from its beginning to the report at the desk; what it came to, in words.
fn live_through(trouble: &Trouble) -> String {
    let (name, world) = (trouble.name, World::new());
    (trouble.begin)(&world);
    let done = (trouble.write)(&world);
    let said = || format!("{name}: {} {}", done.said, done.json);
    let code = match trouble.comes_to {
        Submitted | Kept("no_desk") => 0,
        Kept(_) | Unsaid => 1,
    };
    assert_eq!(done.code, Some(code), "{}", said());
    match trouble.comes_to {
        Submitted => assert_eq!(done.json["outcome"], "submitted", "{}", said()),
        Kept(why) => assert_eq!(
            (&done.json["outcome"], &done.json["reason"]),
            (&"kept".into(), &why.into()),
            "{}",
            said()
        ),
        Unsaid => {}
    }
    let listed = world.field.turnstone(&["list"]).json["counts"].clone();
    let (drafts, reports) = if matches!(trouble.comes_to, Kept(_)) { (1, 0) } else { (0, 1) };
    assert_eq!(
        (&listed["drafts"], &listed["reports"]),
        (&drafts.into(), &reports.into()),
        "{name}: {listed}"
    );
    // To send while it lasts does no harm.
    if world.other.borrow().is_none() {
        let sent = world.field.turnstone(&["sync"]);
        let why = sent.json["error"]["code"].as_str().map(ToOwned::to_owned);
        let cannot = matches!(trouble.comes_to, Kept(reason) if Some(reason) == why.as_deref());
        assert!(sent.code == Some(0) || cannot, "{name}: {}", sent.said);
        let listed = world.field.turnstone(&["list"]).json["counts"].clone();
        assert_eq!(
            (&listed["drafts"], &listed["reports"]),
            (&drafts.into(), &reports.into()),
            "{name}: {listed}"
        );
    }

    world.desk_is_well();
    (trouble.end)(&world);
    if matches!(trouble.comes_to, Kept(_)) {
        let submitted = world.field.turnstone(&["draft", "submit", "1"]);
        assert_eq!(submitted.json["outcome"], "submitted", "{name}: {}", submitted.said);
    }
    world.send_all(name);
    world.send_all(name);
    assert_eq!((world.count("reports"), world.count("attachments")), (1, trouble.photos * 2), "{name}");
    let opened = world.field.open().to_string();
    let reports = fs::read_dir(world.field.path("opened")).unwrap().map(|entry| entry.unwrap().path());
    let bodies: Vec<_> =
        reports.filter_map(|path| fs::read_to_string(path.join("report.json")).ok()).collect();
    assert!(bodies.len() == 1 && bodies[0].contains(WHAT), "{name}: {opened}");
    match trouble.comes_to {
        Submitted => "kept in the outbox, sent once".to_owned(),
        Unsaid => "kept in the outbox though nobody heard, sent once".to_owned(),
        Kept(why) => format!("kept as a draft ({why}), sent once"),
    }
}

/// A phone, a desk, and a line between them.
struct World {
    field: Field,
    link: CutLink,
    server: RefCell<Option<Server>>,
    other: RefCell<Option<Child>>,
    sequence: Cell<u64>,
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(mut other) = self.other.borrow_mut().take() {
            other.kill().and_then(|()| other.wait()).map(drop).unwrap_or_default();
        }
    }
}

impl World {
    fn new() -> Self {
        let (field, link) = (Field::bare(), CutLink::listen().unwrap());
        let desk = field.path("desk");
        let url = format!("http://{}", link.address());
        field.desk(
            ["init".as_ref(), desk.as_os_str(), "--id".as_ref(), "harbour-desk".as_ref()],
            ["--name", "Test Harbour Desk", "--url", &url],
        );
        Self { field, link, server: RefCell::default(), other: RefCell::default(), sequence: Cell::new(0) }
    }

    /// Sets the phone up, or gives it a newer directory: what the desk lists, with something changed.
    fn directory(&self, change: impl FnOnce(&mut Payload)) {
        let desk = self.field.path("desk");
        let own = Roots::parse_key_line(&fs::read_to_string(desk.join("root.pub")).unwrap()).unwrap();
        let signed = SignedDirectory::parse(&fs::read(desk.join("directory.json")).unwrap()).unwrap();
        let mut payload = signed.verify(&Roots::new(vec![own]).unwrap()).unwrap().payload().clone();
        self.sequence.set(self.sequence.get() + 1);
        payload.sequence = self.sequence.get();
        change(&mut payload);
        let root = SigningKey::<Root>::from_seed([1; 32]).unwrap();
        let (file, key) = (self.field.path("directory.json"), self.field.path("root.pub"));
        fs::write(&file, SignedDirectory::sign(&payload, &[&root]).unwrap().to_json()).unwrap();
        fs::write(&key, Roots::key_line(&root.public())).unwrap();
        let (file, key) = (file.to_str().unwrap(), key.to_str().unwrap());
        let done = self.field.turnstone(&["init", "--directory", file, "--root-key", key]);
        assert_eq!(done.code, Some(0), "{}", done.said);
    }

    /// Answers whoever comes with the same bytes, in the place of the desk. Ends with the process.
    fn answers(&self, answer: &'static str) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        self.link.set_target(Some(listener.local_addr().unwrap()));
        thread::spawn(move || {
            for link in listener.incoming() {
                let mut link = link.unwrap();
                let _ = link.read(&mut [0; 65_536]);
                let _ = link.write_all(answer.as_bytes());
            }
        });
    }

    fn desk_is_well(&self) {
        let mut server = self.server.borrow_mut();
        let server = server.get_or_insert_with(|| self.field.serve());
        self.link.set_target(Some(server.address()));
    }

    /// Sends until nothing waits; each run of a tired person tries everything once.
    fn send_all(&self, name: &str) {
        let mut last = self.field.turnstone(&["sync"]);
        for _ in 0..5 {
            if last.json["waiting"] != 0 {
                last = self.field.turnstone(&["sync"]);
            }
        }
        assert_eq!(
            (last.code, &last.json["waiting"]),
            (Some(0), &0.into()),
            "{name}: {} {}",
            last.said,
            last.json
        );
    }

    fn count(&self, kind: &str) -> usize {
        let files = |folder: PathBuf| {
            fs::read_dir(folder).map(|files| files.map(|file| file.unwrap().path()).collect())
        };
        let shelves: Vec<PathBuf> =
            files(self.field.path("desk/server/objects").join(kind)).unwrap_or_default();
        shelves.into_iter().map(|shelf| files(shelf).map_or(0, |files: Vec<PathBuf>| files.len())).sum()
    }

    fn report(&self, more: &[&str]) -> Done {
        let report = ["report", "kraken", "--what", WHAT, "--at", "50.606511,-1.948033"];
        self.field.turnstone(&[&report, more].concat())
    }

    fn command(&self) -> Command {
        self.field.command(&["report", "kraken", "--what", WHAT])
    }
}

// How troubles begin.

fn set_up(world: &World) {
    world.directory(|_| {});
    world.desk_is_well();
}

fn no_signal(world: &World) {
    world.directory(|_| {});
}

fn expired(world: &World) {
    world.directory(|payload| {
        payload.issued = Utc::now() - TimeDelta::days(800);
        payload.expires = Utc::now() - TimeDelta::days(400);
    });
}

fn no_seal_key(world: &World) {
    without_role(world, "seal");
}

fn no_stored_key(world: &World) {
    without_role(world, "stored");
    world.desk_is_well();
}

fn without_role(world: &World, role: &str) {
    world.directory(|payload| {
        payload.desks[0].keys.retain(|entry| serde_json::to_value(entry).unwrap()["role"] != role);
    });
}

fn other_scheme(world: &World) {
    world.directory(|payload| payload.desks[0].schemes = vec![Scheme::Pegasus]);
}

fn no_desks(world: &World) {
    world.directory(|payload| payload.desks.clear());
}

fn no_directory(world: &World) {
    assert_eq!(world.field.turnstone(&["init"]).code, Some(0));
}

fn with_pin(world: &World) {
    set_up(world);
    let mut set = world.field.command(&["pin", "set", "--new-pin-env", "NEW"]);
    assert!(set.env("NEW", PIN).output().unwrap().status.success());
}

/// Makes a database say that the disk is full, as SQLite does for a number that can grow no further.
fn fill(file: &Path, statement: &str) {
    let full = format!(
        "CREATE TABLE room (id INTEGER PRIMARY KEY AUTOINCREMENT);
         INSERT INTO room VALUES (9223372036854775807);
         CREATE TRIGGER full BEFORE {statement} BEGIN INSERT INTO room (id) VALUES (NULL); END;"
    );
    Connection::open(file).unwrap().execute_batch(&full).unwrap();
}

fn free(file: &Path) {
    Connection::open(file).unwrap().execute_batch("DROP TRIGGER full; DROP TABLE room;").unwrap();
}

fn no_room_for_photos(world: &World) {
    set_up(world);
    fill(&world.field.home().join("media.db"), "INSERT ON chunk");
}

fn no_room_for_outbox(world: &World) {
    set_up(world);
    fill(&world.field.home().join("words.db"), "INSERT ON report");
}

/// The last page holds a part of the list of desks.
fn words_cut(world: &World) {
    set_up(world);
    let words = fs::File::options().write(true).open(world.field.home().join("words.db")).unwrap();
    words.set_len(words.metadata().unwrap().len() - 4096).unwrap();
}

fn words_garbled(world: &World) {
    set_up(world);
    fs::write(world.field.home().join("words.db"), [0x55; 9_000]).unwrap();
}

fn words_emptied(world: &World) {
    set_up(world);
    fs::write(world.field.home().join("words.db"), []).unwrap();
}

fn words_gone(world: &World) {
    set_up(world);
    fs::remove_file(world.field.home().join("words.db")).unwrap();
}

fn media_garbled(world: &World) {
    set_up(world);
    fs::write(world.field.home().join("media.db"), [0x55; 9_000]).unwrap();
}

fn media_gone(world: &World) {
    set_up(world);
    fs::remove_file(world.field.home().join("media.db")).unwrap();
}

fn key_file(world: &World) -> PathBuf {
    world.field.path("user/.local/state/turnstone/keys")
}

fn keys_gone(world: &World) {
    set_up(world);
    fs::rename(key_file(world), world.field.path("pulled")).unwrap();
}

fn keys_garbled(world: &World) {
    keys_gone(world);
    fs::write(key_file(world), "no keys").unwrap();
}

fn sign_in_page(world: &World) {
    no_signal(world);
    world.answers("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 20\r\n\r\n<html>Welcome</html>");
}

fn broken_desk(world: &World) {
    no_signal(world);
    world.answers("HTTP/1.1 500 Oh\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
}

fn full_desk(world: &World) {
    no_signal(world);
    world.answers(
        "HTTP/1.1 507 Full\r\nconnection: close\r\ncontent-length: 35\r\n\r\n{\"error\":\"no_space\",\"message\":\"no\"}",
    );
}

fn silent_desk(world: &World) {
    no_signal(world);
    world.answers("");
}

fn beside_a_sender(world: &World) {
    no_signal(world);
    let mut watch = world.field.command(&["sync", "--watch"]);
    let watch = watch.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    assert!(becomes(|| holds_lock(watch.id(), &world.field.home().join("sync.lock"))));
    world.other.replace(Some(watch));
    assert_eq!(world.field.turnstone(&["sync"]).json["error"]["code"], "already_sending");
}

// How a report is written meanwhile.

fn plainly(world: &World) -> Done {
    world.report(&[])
}

fn with_photo(world: &World) -> Done {
    world.report(&["--attach", world.field.photo().to_str().unwrap()])
}

fn without_fix(world: &World) -> Done {
    world.field.turnstone(&["report", "kraken", "--what", WHAT])
}

fn with_missing_photo(world: &World) -> Done {
    world.report(&["--attach", "/nowhere/photo.jpg"])
}

fn with_endless_photo(world: &World) -> Done {
    world.report(&["--attach", "/dev/zero"])
}

/// While somebody else is in the middle of a transaction, which ends once the program has come to it.
fn beside_a_writer(world: &World) -> Done {
    let words = world.field.home().join("words.db");
    let other = Connection::open(&words).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let child = world.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let files = PathBuf::from(format!("/proc/{}/fd", child.id()));
    let words = words.canonicalize().unwrap();
    assert!(becomes(|| {
        let open = fs::read_dir(&files).unwrap();
        open.filter_map(|file| fs::read_link(file.ok()?.path()).ok()).any(|file| file == words)
    }));
    other.execute_batch("ROLLBACK").unwrap();
    done(&child.wait_with_output().unwrap())
}

fn into_full(world: &World) -> Done {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    done(&world.command().stdout(full).output().unwrap())
}

fn in_nonsense(world: &World) -> Done {
    let mut command = world.command();
    for name in ["TZ", "LANG", "LC_ALL", "TMPDIR", "COLUMNS", "TERM", "http_proxy", "SSL_CERT_FILE"] {
        command.env(name, "/nowhere/\u{202e}");
    }
    done(&command.output().unwrap())
}

fn done(output: &std::process::Output) -> Done {
    Done {
        code: output.status.code(),
        json: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

// How troubles end.

fn nothing(_: &World) {}

fn newer_directory(world: &World) {
    world.directory(|_| {});
}

fn keys_back(world: &World) {
    fs::rename(world.field.path("pulled"), key_file(world)).unwrap();
}

fn room_for_photos(world: &World) {
    free(&world.field.home().join("media.db"));
    let attached = world.field.turnstone(&["draft", "attach", "1", world.field.photo().to_str().unwrap()]);
    assert_eq!(attached.code, Some(0), "{}", attached.said);
}

fn room_for_outbox(world: &World) {
    free(&world.field.home().join("words.db"));
}

fn sender_ends(world: &World) {
    let mut watch = world.other.take().unwrap();
    watch.kill().unwrap();
    watch.wait().unwrap();
}
