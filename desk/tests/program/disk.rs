//! A disk that is full, has no inodes left, or fails: the real intake, with answers of the system forged by strace.
//!
//! For attachments strace starts the intake and touches only calls on the one file, whose name is known before; each
//! thread meets the fault once. For reports strace joins the running intake, so that every such call fails until it
//! leaves again. Whoever may not join a program of their own (`kernel.yama.ptrace_scope`) runs this as root.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use turnstone_wire::{hash::Sha256, receipt::ObjectKind};

use crate::kit::{Answered, Intake, TestDesk};

/// Errors that mean there is no room, and what a phone hears.
const FULL: [&str; 2] = ["ENOSPC", "EDQUOT"];

/// An intake under strace.
fn traced(desk: &TestDesk, log: &str, more: &[&str]) -> Intake {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-o", &desk.at(log)])
        .args(more)
        .args([env!("CARGO_BIN_EXE_turnstone-desk"), "serve", &desk.server(), "--listen", "127.0.0.1:0"])
        .stdin(Stdio::null());
    Intake::under(command)
}

fn said(answer: &Answered) -> (u16, String, bool) {
    let (status, code) = answer.refused();
    (status, code, answer.header("retry-after").is_some_and(|value| value.parse::<u32>().is_ok()))
}

fn expect(error: &str) -> (u16, String, bool) {
    if FULL.contains(&error) { (507, "no_space".into(), true) } else { (500, "internal".into(), true) }
}

#[test]
fn p2_an_attachment_that_the_disk_does_not_take_gets_no_receipt_and_goes_on_when_it_does() {
    for (call, error) in [
        ("openat", "ENOSPC"),
        ("openat", "EIO"),
        ("write", "ENOSPC"),
        ("write", "EDQUOT"),
        ("write", "EIO"),
        ("fdatasync", "EIO"),
        ("fdatasync", "ENOSPC"),
    ] {
        let what = format!("{call} {error}");
        let desk = TestDesk::new();
        let photo = vec![7; 100_000];
        let part = desk.at(&format!("desk/server/incoming/{}.part", Sha256::of(&photo)));
        // The file must be there to be known to strace by its descriptor.
        let inject = format!("inject={call}:error={error}:when=1..1");
        let intake = traced(&desk, "log", &["-P", &part, "-e", &inject]);
        let refused = intake.put_attachment(&photo);
        assert_eq!(said(&refused), expect(error), "{what}");
        assert!(fs::read_to_string(desk.at("log")).unwrap().contains("INJECTED"), "{what} never came");
        let words = b"words meanwhile".as_slice();
        assert!(desk.vouches(&intake.put(words), ObjectKind::Report, words), "{what}");
        if call == "fdatasync" {
            // What could not be flushed must not be counted: the system calls the next flush a success.
            assert_eq!(offset(&intake, &photo), Some(0), "{what}");
        }
        let whole = go_on(&intake, &photo, error);
        assert!(desk.vouches(&whole, ObjectKind::Attachment, &photo), "{what}: {whole:?}");
        assert!(intake.stop(), "{what}");
    }
}

fn offset(intake: &Intake, photo: &[u8]) -> Option<u64> {
    let head = intake.ask(&format!("HEAD /v1/attachments/{} HTTP/1.1", Sha256::of(photo)), b"");
    head.header("upload-offset").map(|offset| offset.parse().unwrap())
}

/// Goes on from where the intake says it is, as a phone does, until every thread has met its fault.
fn go_on(intake: &Intake, photo: &[u8], error: &str) -> Answered {
    let path = format!("/v1/attachments/{}", Sha256::of(photo));
    for _ in 0..100 {
        let Some(offset) = offset(intake, photo) else { continue };
        let head = format!(
            "PATCH {path} HTTP/1.1\r\nupload-offset: {offset}\r\ncontent-type: application/offset+octet-stream"
        );
        let answer = intake.ask(&head, &photo[usize::try_from(offset).unwrap()..]);
        if answer.status == 200 {
            return answer;
        }
        assert_eq!(said(&answer), expect(error));
    }
    panic!("a hundred attempts and no end");
}

#[test]
fn p2_a_chunk_with_a_checksum_that_the_disk_does_not_take_counts_for_nothing() {
    for (call, error, right) in [
        ("write", "ENOSPC", true),
        ("fdatasync", "EIO", true),
        ("fdatasync", "ENOSPC", true),
        ("ftruncate", "EIO", false),
    ] {
        let what = format!("{call} {error}");
        let desk = TestDesk::new();
        let photo = vec![7; 100_000];
        let name = Sha256::of(&photo);
        let part = desk.at(&format!("desk/server/incoming/{name}.part"));
        let inject = format!("inject={call}:error={error}:when=1..1");
        let intake = traced(&desk, "log", &["-P", &part, "-e", &inject]);
        let begin = format!("POST /v1/attachments/{name} HTTP/1.1\r\nupload-length: 100000");
        assert_eq!(intake.ask(&begin, b"").status, 201, "{what}");
        let send = |checksum: &str| {
            let head = format!(
                "PATCH /v1/attachments/{name} HTTP/1.1\r\nupload-offset: 0\r\n{checksum}\r\n\
                 content-type: application/offset+octet-stream"
            );
            intake.ask(&head, &photo[..50_000])
        };
        // SHA-1 of fifty thousand sevens, and of something else.
        let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &photo[..50_000]);
        let fits = format!("upload-checksum: sha1 {}", BASE64_STANDARD.encode(hash));
        let refused = send(if right { &fits } else { "upload-checksum: sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=" });
        assert!(fs::read_to_string(desk.at("log")).unwrap().contains("INJECTED"), "{what} never came");
        if right {
            assert_eq!(said(&refused), expect(error), "{what}");
        } else {
            assert_eq!(refused.refused(), (460, "checksum_mismatch".into()), "{what}");
        }
        assert_eq!(offset(&intake, &photo), Some(0), "{what}");
        // Until every thread has met its fault.
        let taken = (0..100).any(|_| {
            let told = send(&fits);
            assert!(told.status == 204 || offset(&intake, &photo) == Some(0), "{what}: {told:?}");
            told.status == 204
        });
        assert!(taken && offset(&intake, &photo) == Some(50_000), "{what}");
        let whole = go_on(&intake, &photo, error);
        assert!(desk.vouches(&whole, ObjectKind::Attachment, &photo), "{what}: {whole:?}");
        assert!(intake.stop(), "{what}");
    }
}

/// Lets every call of a kind fail, from now until it is dropped.
struct Fault(Child);

impl Fault {
    fn begin(intake: &Intake, log: &str, call: &str, error: &str) -> Self {
        let pid = intake.pid().as_raw_nonzero().to_string();
        let (trace, inject) = (format!("trace={call}"), format!("inject={call}:error={error}"));
        let args = ["-f", "-o", log, "-e", &trace, "-e", &inject, "-p", &pid];
        let mut strace = Command::new("strace").args(args).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(strace.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("attached"), "{line}");
        Self(strace)
    }
}

impl Drop for Fault {
    fn drop(&mut self) {
        // It lets go of what it has joined; the intake goes on.
        let pid = rustix::process::Pid::from_child(&self.0);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        let _ = self.0.wait();
    }
}

#[test]
fn p2_words_that_the_disk_does_not_take_get_no_receipt_and_are_taken_when_it_does() {
    for (call, error) in [
        ("openat", "ENOSPC"),
        ("mkdir", "ENOSPC"),
        ("mkdir", "EIO"),
        ("fsync", "EIO"),
        ("/^rename", "ENOSPC"),
        ("pwrite64", "ENOSPC"),
        ("pwrite64", "EIO"),
    ] {
        let what = format!("{call} {error}");
        let desk = TestDesk::new();
        let intake = desk.serve();
        assert!(intake.put(b"the first").is_receipt());
        let fault = Fault::begin(&intake, &desk.at("log"), call, error);
        let words = b"sealed words".as_slice();
        for _ in 0..2 {
            let answer = intake.put(words);
            assert!(!answer.is_receipt(), "{what}");
            assert_eq!(said(&answer), expect(error), "{what}");
        }
        assert!(fs::read_to_string(desk.at("log")).unwrap().contains("INJECTED"), "{what} never came");
        assert_eq!(intake.ask("GET /v1/mailbox/x HTTP/1.1", b"").status, 200, "{what}");
        drop(fault);
        assert!(desk.vouches(&intake.put(words), ObjectKind::Report, words), "{what}");
        assert!(intake.stop(), "{what}");
        let left = crate::kit::tree(std::path::Path::new(&desk.at("desk/server/incoming")));
        assert!(left.is_empty(), "{what}: {left:?}");
    }
}
