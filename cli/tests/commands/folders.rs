//! P11 for the home folder: what is in the way is named, and what is there stays there.

use std::{
    fs,
    os::{
        fd::AsRawFd,
        unix::{
            fs::{PermissionsExt, chown},
            process::CommandExt,
        },
    },
    path::Path,
    process::Command,
};

use serde_json::Value;

use crate::kit::{Computer, ended, json, with_desk};

/// Runs on a home of any name.
fn at(computer: &Computer, home: &Path, code: i32, args: &[&str]) -> Value {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_turnstone"));
    command.args(args).arg("--json").arg("--home").arg(home).arg("--key-file").arg(computer.path("keys"));
    json(&ended(&mut command, code))
}

fn message(answer: &Value) -> &str {
    answer["error"]["message"].as_str().unwrap()
}

#[test]
fn p11_a_file_in_the_place_of_the_folder_is_named_and_left_alone() {
    let computer = Computer::new();
    let file = computer.path("letter.txt");
    fs::write(&file, "Dear Ann").unwrap();
    for args in [&["list"][..], &["report", "kraken", "--what", "x"], &["sync"], &["draft", "list"]] {
        for (home, why) in [(&file, "a part of its path"), (&file.join("deep"), "a part of its path")] {
            let refused = at(&computer, home, 1, args);
            assert_eq!(refused["error"]["code"], "file", "{args:?}");
            assert!(message(&refused).contains(why), "{args:?}: {refused}");
        }
    }
    let refused = at(&computer, &file, 1, &["init"]);
    assert!(message(&refused).contains("something else of that name is there"), "{refused}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "Dear Ann");
}

#[test]
fn p11_where_no_folder_can_be_made_it_is_said() {
    let computer = Computer::new();
    for home in ["/proc/turnstone", "/sys/turnstone", "/dev/null/turnstone"] {
        let refused = at(&computer, Path::new(home), 1, &["init"]);
        assert_eq!(refused["error"]["code"], "file", "{refused}");
        assert!(message(&refused).contains(home), "{refused}");
    }
}

#[test]
fn p11_a_home_of_a_newer_version_is_named_by_its_file_and_left_alone() {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    let words = computer.path("home/words.db");
    let set = |version: u8| {
        // Bytes 60 to 63 of a database file, the version, and 68 to 71, whose file it is (SQLite file format, sections 1.3.14
        // and 1.3.16). One without the other is damage.
        let mut bytes = fs::read(&words).unwrap();
        (bytes[63], bytes[71]) = (version, b'0' + version);
        fs::write(&words, bytes).unwrap();
    };
    // All of it into the one file, as nobody has it open.
    computer.run(0, &["draft", "list"]);
    assert!(!computer.path("home/words.db-wal").exists(), "the last program to close it tidies up");
    set(9);
    let before = fs::read(&words).unwrap();
    for args in [&["list"][..], &["report", "kraken", "--what", "x"], &["sync"], &["unlock"]] {
        let refused = computer.json(1, args);
        assert_eq!(refused["error"]["code"], "newer_version", "{args:?}");
        let says =
            "words.db was written by a newer version (schema 9; this one knows 1); update this program";
        assert!(message(&refused).starts_with(says), "{refused}");
    }
    assert!(fs::read(&words).unwrap() == before);
    set(1);
    assert_eq!(computer.json(0, &["draft", "list"])["drafts"][0]["what"], "Grey RIB");
}

#[test]
fn p11_a_home_that_was_copied_without_its_keys_says_so() {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    let second = Computer::new();
    fs::create_dir(second.path("home")).unwrap();
    for file in fs::read_dir(computer.path("home")).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, second.path("home").join(file.file_name().unwrap())).unwrap();
    }
    for args in [&["draft", "list"][..], &["report", "kraken", "--what", "x"], &["sync"]] {
        assert_eq!(second.json(1, args)["error"]["code"], "key_store", "{args:?}");
    }
    assert_eq!(second.json(0, &["list"])["reports"], Value::Null, "how many there are, and no more");
    fs::copy(computer.path("keys"), second.path("keys")).unwrap();
    assert_eq!(second.json(0, &["list"])["counts"]["waiting"], 1);
    assert_eq!(computer.json(0, &["list"])["counts"]["waiting"], 1);
}

/// Runs the program as a user who is not root, whom no permission stops. The program itself is handed over open: that
/// user may not be able to reach where it lies.
fn as_nobody(computer: &Computer, args: &[&str]) -> (Option<i32>, Value) {
    let program = fs::File::open(env!("CARGO_BIN_EXE_turnstone")).unwrap();
    let mut command = Command::new(format!("/proc/self/fd/{}", program.as_raw_fd()));
    command.args(args).arg("--json").arg("--home").arg(computer.path("home"));
    command.arg("--key-file").arg(computer.path("keys")).env_remove("TURNSTONE_HOME");
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.current_dir("/").output().unwrap();
    (output.status.code(), json(&output))
}

const NOBODY: u32 = 65534;

/// Gives all that a computer holds to whoever [`as_nobody`] runs as.
fn give_away(folder: &Path) {
    if rustix::process::geteuid().is_root() {
        chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { give_away(&path) } else { chown(path, Some(NOBODY), Some(NOBODY)).unwrap() }
        }
    }
}

fn permit(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn p11_a_folder_that_may_not_be_written_or_read_is_named_and_all_in_it_stays() {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    give_away(computer.folder.path());
    assert_eq!(as_nobody(&computer, &["list"]).0, Some(0));
    let (home, words) = (computer.path("home"), computer.path("home/words.db"));
    for (path, shut, open) in [(&home, 0o500, 0o700), (&home, 0o000, 0o700), (&words, 0o400, 0o600)] {
        permit(path, shut);
        for args in [&["report", "kraken", "--what", "x"][..], &["sync"]] {
            let (code, refused) = as_nobody(&computer, args);
            assert_eq!(
                (code, &refused["error"]["code"]),
                (Some(1), &"file".into()),
                "{shut:o} {args:?}: {refused}"
            );
            let says = [
                "this user may not read or write it",
                "(permission denied)",
                "(read-only filesystem or storage medium)",
                "it can only be read",
            ];
            assert!(says.iter().any(|says| message(&refused).contains(says)), "{shut:o} {refused}");
            let is_report = args[0] == "report";
            assert_eq!(refused["outcome"] == "not_kept", is_report, "{refused}");
            assert_eq!(message(&refused).contains("was NOT kept: write it again"), is_report, "{refused}");
        }
        permit(path, open);
    }
    let counts = as_nobody(&computer, &["list"]).1["counts"].clone();
    assert_eq!((&counts["drafts"], &counts["reports"]), (&0.into(), &1.into()));
}

#[test]
fn p11_a_photo_that_this_user_may_not_read_keeps_the_words() {
    let computer = with_desk();
    let photo = computer.path("photo.jpg");
    fs::write(&photo, b"\xff\xd8\xff\xe0").unwrap();
    give_away(computer.folder.path());
    permit(&photo, 0o000);
    let report = ["report", "kraken", "--what", "Grey RIB", "--attach", photo.to_str().unwrap()];
    let (code, kept) = as_nobody(&computer, &report);
    assert_eq!((code, &kept["outcome"], &kept["error"]["code"]), (Some(1), &"kept".into(), &"file".into()));
    assert!(message(&kept).contains("photo.jpg: this user may not read or write it"), "{kept}");
}

#[test]
fn p4_in_a_folder_that_may_not_be_written_a_wipe_ends_the_keys_and_names_what_is_left() {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    give_away(computer.folder.path());
    permit(&computer.path("home"), 0o500);
    let (code, wiped) = as_nobody(&computer, &["wipe", "--yes"]);
    assert_eq!((code, &wiped["outcome"]), (Some(1), &"partly_wiped".into()), "{wiped}");
    assert!(!wiped["left"].to_string().contains("keys may be left"), "{wiped}");
    assert!(wiped["left"].to_string().contains("words.db is still there; remove it yourself"), "{wiped}");
    let keys: Value = serde_json::from_slice(&fs::read(computer.path("keys")).unwrap()).unwrap();
    assert_eq!(keys["slots"], serde_json::json!({}), "nothing there opens any more");
    permit(&computer.path("home"), 0o700);
    assert_eq!(as_nobody(&computer, &["sync"]).1["error"]["code"], "keys_missing");
    assert_eq!(as_nobody(&computer, &["wipe", "--yes"]).0, Some(0));
    assert!(!computer.path("home").exists());
}
