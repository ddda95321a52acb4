//! The intake killed in the middle of uploads as other people's clients send them: what counts is what was whole.

use std::{fs, io::Write, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use turnstone_wire::{hash::Sha256, receipt::ObjectKind};

use crate::kit::{Intake, PATIENCE, TestDesk};

const CHUNK: &str = "content-type: application/offset+octet-stream";

fn photo() -> Vec<u8> {
    (0..1_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect()
}

fn sha256(bytes: &[u8]) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, bytes);
    format!("upload-checksum: sha256 {}", BASE64_STANDARD.encode(hash))
}

struct Upload<'a> {
    desk: &'a TestDesk,
    bytes: Vec<u8>,
    path: String,
}

impl<'a> Upload<'a> {
    fn new(desk: &'a TestDesk) -> Self {
        let bytes = photo();
        Self { desk, path: format!("/v1/attachments/{}", Sha256::of(&bytes)), bytes }
    }

    fn part(&self) -> String {
        self.desk.at(&format!("desk/server/incoming/{}.part", Sha256::of(&self.bytes)))
    }

    fn begin(&self, intake: &Intake, length: &str) {
        let begun = intake.ask(&format!("POST {} HTTP/1.1\r\n{length}", self.path), b"");
        assert_eq!(begun.status, 201);
    }

    fn patch(&self, intake: &Intake, from: usize, to: usize, more: &str) -> crate::kit::Answered {
        let head = format!("PATCH {} HTTP/1.1\r\nupload-offset: {from}\r\n{CHUNK}\r\n{more}", self.path);
        let head = head.trim_end();
        intake.ask(head, &self.bytes[from..to])
    }

    /// Offset and length, as far as they are known.
    fn head(&self, intake: &Intake) -> (u16, Option<u64>, Option<u64>) {
        let head = intake.ask(&format!("HEAD {} HTTP/1.1", self.path), b"");
        let number = |name| head.header(name).map(|value| value.parse().unwrap());
        (head.status, number("upload-offset"), number("upload-length"))
    }

    /// Sends the beginning of a chunk, waits until it lies on the disk, and kills the intake.
    fn kill_within(&self, intake: Intake, from: usize, to: usize, sent: usize, more: &str) {
        let mut stream = intake.connect();
        let head = format!(
            "PATCH {} HTTP/1.1\r\nhost: x\r\nupload-offset: {from}\r\n{CHUNK}\r\n{more}\r\ncontent-length: {}\r\n\r\n",
            self.path,
            to - from
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&self.bytes[from..from + sent]).unwrap();
        let begun = std::time::Instant::now();
        let there = || fs::metadata(self.part()).map_or(0, |file| file.len());
        while there() < (from + sent) as u64 {
            assert!(begun.elapsed() < PATIENCE, "{} of {} bytes", there(), from + sent);
            std::thread::yield_now();
        }
        // Dropping it is a SIGKILL.
        drop(intake);
    }

    fn completes(&self, intake: &Intake, from: usize) {
        let done = self.patch(intake, from, self.bytes.len(), "");
        assert!(self.desk.vouches(&done, ObjectKind::Attachment, &self.bytes), "{done:?}");
        let name = Sha256::of(&self.bytes).to_string();
        let stored = self.desk.at(&format!("desk/server/objects/attachments/{}/{name}.age", &name[..2]));
        assert!(fs::read(stored).unwrap() == self.bytes);
    }
}

#[test]
fn p3_a_chunk_with_a_checksum_killed_midway_counts_for_nothing() {
    let desk = TestDesk::new();
    let upload = Upload::new(&desk);
    let intake = desk.serve();
    upload.begin(&intake, "upload-length: 1000000");
    let first = upload.patch(&intake, 0, 200_000, &sha256(&upload.bytes[..200_000]));
    assert_eq!(first.status, 204);
    let checksum = sha256(&upload.bytes[200_000..900_000]);
    upload.kill_within(intake, 200_000, 900_000, 500_000, &checksum);
    assert_eq!(fs::metadata(upload.part()).unwrap().len(), 700_000, "it lay on the disk");
    let intake = desk.serve();
    assert_eq!(upload.head(&intake), (200, Some(200_000), Some(1_000_000)));
    // All of it, and the kill comes before the checksum could be compared: the body is not over.
    upload.kill_within(intake, 200_000, 900_000, 699_999, &checksum);
    let intake = desk.serve();
    assert_eq!(upload.head(&intake).1, Some(200_000));
    upload.completes(&intake, 200_000);
}

#[test]
fn p3_a_chunk_without_one_killed_midway_counts_as_far_as_it_came() {
    let desk = TestDesk::new();
    let upload = Upload::new(&desk);
    let intake = desk.serve();
    upload.begin(&intake, "upload-length: 1000000");
    upload.kill_within(intake, 0, 900_000, 500_000, "x: y");
    let intake = desk.serve();
    assert_eq!(upload.head(&intake).1, Some(500_000));
    upload.completes(&intake, 500_000);
}

#[test]
fn p3_an_upload_of_no_known_length_and_one_whose_length_was_told_survive_a_kill() {
    let desk = TestDesk::new();
    let upload = Upload::new(&desk);
    let intake = desk.serve();
    upload.begin(&intake, "upload-defer-length: 1");
    assert_eq!(upload.patch(&intake, 0, 100_000, "").status, 204);
    drop(intake);
    let intake = desk.serve();
    assert_eq!(upload.head(&intake), (200, Some(100_000), None));
    upload.kill_within(intake, 100_000, 600_000, 300_000, "upload-length: 1000000");
    let intake = desk.serve();
    assert_eq!(upload.head(&intake), (200, Some(400_000), Some(1_000_000)));
    let other = upload.patch(&intake, 400_000, 500_000, "upload-length: 900000");
    assert_eq!(other.refused(), (409, "wrong_length".into()));
    upload.completes(&intake, 400_000);
}

#[test]
fn an_upload_that_was_ended_stays_ended_after_a_kill() {
    let desk = TestDesk::new();
    let upload = Upload::new(&desk);
    let intake = desk.serve();
    upload.begin(&intake, "upload-length: 1000000");
    assert_eq!(upload.patch(&intake, 0, 500_000, "").status, 204);
    assert_eq!(intake.ask(&format!("DELETE {} HTTP/1.1", upload.path), b"").status, 204);
    drop(intake);
    assert!(!Path::new(&upload.part()).exists());
    let intake = desk.serve();
    assert_eq!(upload.head(&intake).0, 404);
    upload.begin(&intake, "upload-length: 1000000");
    upload.completes(&intake, 0);
    let kept = intake.ask(&format!("DELETE {} HTTP/1.1", upload.path), b"");
    assert_eq!(kept.refused(), (409, "complete".into()));
    drop(intake);
    let intake = desk.serve();
    assert_eq!(upload.head(&intake).1, Some(1_000_000));
}
