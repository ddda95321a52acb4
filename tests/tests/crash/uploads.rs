//! The intake killed after every write while somebody sends to it as clients that know tus only do: a length told later,
//! chunks with checksums, one of them wrong, an upload that is ended.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    net::SocketAddr,
    thread,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use rustix::process::{Signal, kill_process};
use turnstone_tests::{
    asked::ask,
    field::{Field, listens_at},
    trace::{
        say,
        step::{Stepped, Stepper},
    },
};
use turnstone_wire::{
    hash::Sha256,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use crate::world::chosen;

/// Bytes of a chunk; the first upload has three of them.
const CHUNK: usize = 100_000;
const LENGTH: usize = 3 * CHUNK;

fn checksum(bytes: &[u8]) -> String {
    format!("upload-checksum: sha256 {}\r\n", BASE64_STANDARD.encode(Sha256::of(bytes).as_bytes()))
}

/// What is sent, and how much of it was acknowledged.
struct Sent {
    first: Vec<u8>,
    second: Vec<u8>,
    /// Bytes of the first upload that were said to be kept; none where not even its creation was.
    kept: Option<u64>,
    /// The second was said to be gone.
    ended: bool,
}

impl Sent {
    fn new() -> Self {
        let bytes = |step: usize, size| (0..=250_u8).cycle().step_by(step).take(size).collect();
        Self { first: bytes(7, LENGTH), second: bytes(11, CHUNK), kept: None, ended: false }
    }

    /// Everything, until somebody does not answer.
    fn send(&mut self, address: SocketAddr) -> Option<()> {
        let (first, second) = (self.first.clone(), self.second.clone());
        let part = |n: usize| &first[n * CHUNK..(n + 1) * CHUNK];
        let patch = |n: usize, more: &str| {
            let headers = format!("upload-offset: {}\r\n{more}", n * CHUNK);
            ask(address, "PATCH", &first, &headers, part(n))
        };
        assert_eq!(ask(address, "POST", &first, "upload-defer-length: 1\r\n", b"")?.status, 201);
        self.kept = Some(0);
        assert_eq!(patch(0, &checksum(part(0)))?.status, 204);
        self.kept = Some(CHUNK as u64);
        assert_eq!(patch(1, &checksum(b"another"))?.status, 460);
        let length = format!("upload-length: {LENGTH}\r\n");
        assert_eq!(patch(1, &(length + &checksum(part(1))))?.status, 204);
        self.kept = Some(2 * CHUNK as u64);
        let begin = format!("upload-length: {CHUNK}\r\n");
        assert_eq!(ask(address, "POST", &second, &begin, &second[..CHUNK / 2])?.status, 201);
        assert_eq!(ask(address, "DELETE", &second, "", b"")?.status, 204);
        self.ended = true;
        assert_eq!(patch(2, &checksum(part(2)))?.status, 200);
        self.kept = Some(LENGTH as u64);
        Some(())
    }

    /// That what was acknowledged is there, and nothing that was not whole; and that all of it can be completed.
    fn is_there(&self, world: &Field, when: &str) {
        let server = world.serve();
        let address = server.address();
        let head = ask(address, "HEAD", &self.first, "", b"").unwrap();
        match (head.status, head.offset, self.kept) {
            (404, None, None) => {}
            (200, Some(offset), kept) => {
                assert!(offset % CHUNK as u64 == 0, "{when}: {offset} bytes, half a chunk");
                assert!(offset >= kept.unwrap_or(0), "{when}: {offset} bytes, {kept:?} were acknowledged");
            }
            other => panic!("{when}: {other:?}"),
        }
        if self.ended {
            assert_eq!(ask(address, "HEAD", &self.second, "", b"").unwrap().status, 404, "{when}");
        }
        for bytes in [&self.first, &self.second] {
            complete(address, bytes, when);
            let name = Sha256::of(bytes).to_string();
            let stored = format!("desk/server/objects/attachments/{}/{name}.age", &name[..2]);
            assert!(std::fs::read(world.path(&stored)).unwrap() == *bytes, "{when}");
            assert_eq!(ask(address, "DELETE", bytes, "", b"").unwrap().status, 409, "{when}");
        }
        server.kill();
    }
}

/// As a phone does: ask for the offset by a creation, send the rest, and hold a receipt for exactly these bytes.
fn complete(address: SocketAddr, bytes: &[u8], when: &str) {
    let begin = format!("upload-length: {}\r\n", bytes.len());
    let mut answer = ask(address, "POST", bytes, &begin, b"").unwrap();
    let from = answer.offset.unwrap_or_else(|| panic!("{when}: {}", answer.status));
    let rest = &bytes[usize::try_from(from).unwrap()..];
    if !rest.is_empty() {
        let headers = format!("upload-offset: {from}\r\n");
        answer = ask(address, "PATCH", bytes, &headers, rest).unwrap();
    }
    let object = Object { kind: ObjectKind::Attachment, sha256: Sha256::of(bytes), size: bytes.len() as u64 };
    let receipt = SignedReceipt::parse(&answer.body).unwrap_or_else(|_| panic!("{when}: {}", answer.status));
    assert_eq!(receipt.claims().unwrap().object, object, "{when}");
}

fn run(world: &Field, kill_after: Option<usize>) -> (Stepped, Sent) {
    let mut stepper = Stepper::start(&world.serve_command(), &world.path(""), &world.path("trace"));
    let ((out, _err), pid) = (stepper.output(), stepper.pid());
    let mut sent = Sent::new();
    let stepped = thread::scope(|scope| {
        let walking = scope.spawn(move || stepper.walk(kill_after));
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).unwrap();
        let whole = listens_at(&line).and_then(|address| sent.send(address));
        assert!(kill_after.is_some() || whole.is_some(), "nobody killed it");
        if !walking.is_finished() {
            kill_process(pid, Signal::TERM).unwrap_or_default();
        }
        walking.join().unwrap()
    });
    (stepped, sent)
}

#[test]
fn p2_p3_an_intake_killed_after_any_write_of_other_peoples_uploads_keeps_whole_chunks_only() {
    let before = Field::new("http://127.0.0.1:1");
    let world = before.again();
    let (counted, sent) = run(&world, None);
    assert!(counted.points >= 40, "{} write points", counted.points);
    sent.is_there(&world, "not killed");
    let chosen = chosen(counted.points);
    let mut struck = BTreeSet::new();
    for &point in &chosen {
        let world = before.again();
        let (stepped, sent) = run(&world, Some(point));
        if stepped.code.is_none() {
            struck.insert(stepped.points);
        }
        sent.is_there(&world, &format!("killed after {point}"));
    }
    say(&format!("uploads: {} write points, killed after {} of them", counted.points, struck.len()));
    assert!(struck.len() + 3 >= chosen.len(), "struck at {struck:?}");
}
