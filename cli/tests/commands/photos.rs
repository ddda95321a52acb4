//! P11 for photos: what cannot be taken in costs neither the words nor the other photos.

use std::{
    ffi::OsString,
    fs,
    os::unix::{ffi::OsStringExt, fs::symlink, net::UnixListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::kit::{Computer, ended, json, with_desk};

const PICTURE: &[u8] = b"\xff\xd8\xff\xe0 not much of a photo";

/// Reports with a photo that cannot be taken and one that can, and gives what was said.
fn report_with(computer: &Computer, photo: &Path) -> (Value, String) {
    let good = computer.path("good.jpg");
    fs::write(&good, PICTURE).unwrap();
    let mut report = computer.command(&["report", "kraken", "--what", "Grey RIB", "--json"]);
    let mut option = OsString::from("--attach=");
    option.push(photo);
    report.arg(option).arg("--attach").arg(good);
    let output = ended(report.timeout(Duration::from_secs(120)), 1);
    (json(&output), String::from_utf8(output.stderr).unwrap())
}

/// Bytes that the folder of reports takes on the disk.
fn home_bytes(computer: &Computer) -> u64 {
    let files = fs::read_dir(computer.path("home")).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

#[test]
fn p11_whatever_is_no_photo_is_named_and_the_words_and_the_other_photo_are_kept() {
    let computer = with_desk();
    let folder = computer.path("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(computer.path("empty.jpg"), b"").unwrap();
    symlink(computer.path("nowhere"), computer.path("dangling.jpg")).unwrap();
    symlink(computer.path("loop.jpg"), computer.path("loop.jpg")).unwrap();
    symlink("/dev/zero", computer.path("zero.jpg")).unwrap();
    let _socket = UnixListener::bind(computer.path("socket")).unwrap();
    // 4 GiB and a byte, of which the disk holds none.
    fs::File::create(computer.path("huge.mp4")).unwrap().set_len((4 << 30) + 1).unwrap();
    let before = home_bytes(&computer);
    for (draft, (photo, code, why)) in (1..).zip([
        (computer.path("missing.jpg"), "file", "there is no such file"),
        (computer.path("empty.jpg"), "invalid", "the attachment is empty"),
        (folder, "file", "it is a folder, not a file"),
        (computer.path("dangling.jpg"), "file", "there is no such file"),
        (computer.path("loop.jpg"), "file", "it cannot be read or written"),
        (computer.path("good.jpg/x"), "file", "a part of its path is no folder"),
        (computer.path("socket"), "file", "it is a socket, not a file"),
        (computer.path("zero.jpg"), "file", "it is a device, not a file"),
        ("/dev/full".into(), "file", "it is a device, not a file"),
        ("/dev/tty".into(), "file", "it is a device, not a file"),
        ("/proc/self/mem".into(), "invalid", "could not be read to its end; nothing of it was kept"),
        (computer.path("huge.mp4"), "invalid", "the attachment is too large; at most 4294967296 bytes"),
        ("--json".into(), "file", "there is no such file"),
    ]) {
        let (kept, said) = report_with(&computer, &photo);
        assert_eq!((&kept["outcome"], &kept["draft"]), (&"kept".into(), &draft.into()), "{photo:?}: {said}");
        assert_eq!(kept["error"]["code"], code, "{photo:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{photo:?}: {said}");
        assert!(said.contains(why) && said.contains(&photo.display().to_string()), "{photo:?}: {said}");
        let shown = computer.json(0, &["draft", "show", &draft.to_string()]);
        assert_eq!(shown["attachments"].as_array().unwrap().len(), 1, "{photo:?}: the good one");
    }
    assert!(home_bytes(&computer) < before + 4_000_000, "nothing of what was refused is kept");
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn p11_a_photo_may_be_called_anything_and_its_name_does_nothing_on_a_terminal() {
    let computer = with_desk();
    for (name, shown) in [
        (b"line\nturnstone: all is well.jpg".to_vec(), "line\\u{a}turnstone"),
        ("a\u{202e}gpj.exe".into(), "a\\u{202e}gpj"),
        (b"a\x1b[2J.jpg".to_vec(), "a\\u{1b}[2J"),
        (b"M\xf4n.jpg".to_vec(), "M\u{fffd}n"),
        (b"--what".to_vec(), "--what"),
        (b"-".to_vec(), "-"),
    ] {
        let file = computer.folder.path().join(OsString::from_vec(name));
        fs::write(&file, b"").unwrap();
        let (kept, said) = report_with(&computer, &file);
        assert_eq!(kept["error"]["code"], "invalid", "{said}");
        assert!(said.lines().count() == 1 && said.contains(shown), "{said:?}");
        fs::write(&file, PICTURE).unwrap();
        let draft = kept["draft"].to_string();
        ended(computer.command(&["draft", "attach", &draft]).arg(&file), 0);
        let photos = computer.json(0, &["draft", "show", &draft])["attachments"].clone();
        assert_eq!(photos.as_array().unwrap().len(), 2);
        assert!(!photos.to_string().contains("name"), "what it was called is not kept: {photos}");
    }
}

#[test]
fn p3_the_same_photo_twice_is_two_photos_and_neither_is_lost() {
    let computer = with_desk();
    let photo = computer.path("photo.jpg");
    fs::write(&photo, PICTURE).unwrap();
    let photo = photo.to_str().unwrap();
    computer.run(0, &["report", "kraken", "--what", "x", "--attach", photo, "--attach", photo, "--draft"]);
    let photos = computer.json(0, &["draft", "show", "1"])["attachments"].clone();
    assert_eq!((&photos[0]["number"], &photos[1]["number"]), (&1.into(), &2.into()));
    assert_eq!(photos[0]["sha256"], photos[1]["sha256"]);
    computer.run(0, &["draft", "submit", "1"]);
    let items = computer.json(0, &["list"])["reports"][0]["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 3);
    assert_ne!(items[1]["sha256"], items[2]["sha256"], "each sealed under a key of its own");
}

#[test]
fn p9_a_pipe_that_gives_nothing_keeps_nobody_from_the_words() {
    let computer = with_desk();
    let pipe: PathBuf = computer.path("pipe");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &pipe,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    let mut report = Command::new(env!("CARGO_BIN_EXE_turnstone"));
    report.args(["report", "kraken", "--what", "Grey RIB", "--attach"]).arg(&pipe);
    report.arg("--home").arg(computer.path("home")).arg("--key-file").arg(computer.path("keys"));
    let mut waits = report.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // The pipe opens for writing once the program reads from it: by then the words are kept.
    let opened = fs::File::options().write(true).open(&pipe).unwrap();
    let listed = computer.json(0, &["draft", "list"]);
    waits.kill().unwrap();
    waits.wait().unwrap();
    drop(opened);
    assert_eq!(listed["drafts"][0]["what"], "Grey RIB");
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn p11_a_photo_larger_than_the_desk_takes_can_be_taken_out_again() {
    let computer = Computer::new();
    let made = computer.path("made");
    crate::kit::make_desk(&made, "harbour");
    crate::kit::sign_directory(&[made], &computer.path("desk"), |all| {
        all.desks[0].limits.attachment_bytes = 1000;
    });
    computer.init_with(0, &computer.path("desk"));
    let photo = computer.path("photo.jpg");
    fs::write(&photo, [7; 5000]).unwrap();
    let kept =
        computer.json(1, &["report", "kraken", "--what", "Grey RIB", "--attach", photo.to_str().unwrap()]);
    assert_eq!(kept["error"]["code"], "too_large");
    let message = kept["error"]["message"].as_str().unwrap();
    assert!(message.contains(" draft detach 1 PHOTO_NUMBER`"), "{message}");
    computer.run(0, &["draft", "detach", "1", "1"]);
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}
