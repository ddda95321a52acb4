//! A bounded load from several addresses, good and bad at once: what was asked, what was refused by which code, what it
//! cost in memory, and that everything that got a receipt lies on the disk byte for byte.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

use turnstone_wire::{hash::Sha256, receipt::ObjectKind};

use crate::{
    abuse::changed_settings,
    floods::ask_from,
    kit::{Answered, Intake, TestDesk},
};

const CHUNK: &str = "content-type: application/offset+octet-stream";
/// Threads of good witnesses, each from an address of its own, and of bad ones.
const WITNESSES: u8 = 4;
const BAD: u8 = 4;
/// Rounds of each.
const ROUNDS: u32 = 60;
/// Most memory that all of it may cost beyond what an idle server holds, in KiB.
const MOST_KIB: u64 = 64 * 1024;

/// What was answered, by status and code.
#[derive(Default)]
struct Tally(Mutex<BTreeMap<String, u64>>);

impl Tally {
    fn note(&self, answer: &Answered) {
        let code = match answer.status {
            200..300 => format!("{} accepted", answer.status),
            status => format!("{status} {}", answer.refused().1),
        };
        *self.0.lock().unwrap().entry(code).or_default() += 1;
    }
}

/// An object that got its receipt.
struct Accepted {
    kind: &'static str,
    bytes: Vec<u8>,
}

/// Bytes that are nobody else's.
fn bytes(who: u8, round: u32, size: usize) -> Vec<u8> {
    let seed = [&[who][..], &round.to_be_bytes()].concat();
    seed.into_iter().cycle().take(size).collect()
}

/// Words, and a photo in two chunks with checksums; whoever is told to wait tries again.
fn witness(desk: &TestDesk, intake: &Intake, tally: &Tally, who: u8) -> Vec<Accepted> {
    let mut accepted = Vec::new();
    for round in 0..ROUNDS {
        let words = bytes(who, round, 2048 + round as usize);
        let put = format!("PUT /v1/reports/{} HTTP/1.1", Sha256::of(&words));
        let told = ask_from(intake, who, &put, &words);
        tally.note(&told);
        assert!(desk.vouches(&told, ObjectKind::Report, &words), "{told:?}");
        accepted.push(Accepted { kind: "reports", bytes: words });
        if round % 4 == 0 {
            let photo = bytes(who, round, 200_000 + round as usize);
            let path = format!("/v1/attachments/{}", Sha256::of(&photo));
            let begin = format!("POST {path} HTTP/1.1\r\nupload-length: {}\r\n{CHUNK}", photo.len());
            tally.note(&ask_from(intake, who, &begin, &photo[..90_000]));
            let go_on = format!("PATCH {path} HTTP/1.1\r\nupload-offset: 90000\r\n{CHUNK}");
            let told = ask_from(intake, who, &go_on, &photo[90_000..]);
            tally.note(&told);
            assert!(desk.vouches(&told, ObjectKind::Attachment, &photo), "{told:?}");
            accepted.push(Accepted { kind: "attachments", bytes: photo });
        }
    }
    accepted
}

/// Everything that is refused, over and over.
fn bad(intake: &Intake, tally: &Tally, who: u8) {
    let wrong = "upload-checksum: sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for round in 0..ROUNDS {
        let some = bytes(who, round, 5000);
        let name = Sha256::of(&some);
        let other = Sha256::of(b"other");
        let attempts = [
            format!("PUT /v1/reports/{other} HTTP/1.1"),
            format!("POST /v1/attachments/{name} HTTP/1.1\r\nupload-length: 99999999999"),
            format!("POST /v1/attachments/{name} HTTP/1.1\r\nupload-length: 9999"),
            format!("PATCH /v1/attachments/{name} HTTP/1.1\r\nupload-offset: 0\r\n{CHUNK}\r\n{wrong}"),
            format!("PATCH /v1/attachments/{name} HTTP/1.1\r\nupload-offset: 77\r\n{CHUNK}"),
            format!("POST /v1/attachments/{name} HTTP/1.1\r\nupload-length: 8888"),
            format!("PUT /v1/reports/..%2f{name} HTTP/1.1"),
            format!("GET /v1/directory HTTP/1.1\r\nx: {}", "y".repeat(30_000)),
            format!("GET /{} HTTP/1.1", "z".repeat(5000)),
            "GET /v1/desk/objects?after=0 HTTP/1.1".to_owned(),
            format!("DELETE /v1/attachments/{other} HTTP/1.1"),
        ];
        for head in attempts {
            let body: &[u8] = if head.starts_with("GET") { b"" } else { &some };
            tally.note(&ask_from(intake, who, &head, body));
        }
        let large = vec![who; 600_000];
        let put = format!("PUT /v1/reports/{} HTTP/1.1", Sha256::of(&large));
        tally.note(&ask_from(intake, who, &put, &large));
        // Tiny uploads that nobody ever goes on with.
        for n in 0..20_u32 {
            let name = Sha256::of(&bytes(who, round * 100 + n, 77));
            let head = format!("POST /v1/attachments/{name} HTTP/1.1\r\nupload-length: 2\r\n{CHUNK}");
            tally.note(&ask_from(intake, who, &head, b"x"));
        }
    }
}

/// A figure of the process in KiB.
fn memory(intake: &Intake, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", intake.pid().as_raw_nonzero())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.trim_matches([':', ' ', '\t', 'k', 'B']).trim().parse().unwrap()
}

fn print(tally: &Tally, took: Duration, idle: u64, peak: u64, accepted: usize) {
    let tally = tally.0.lock().unwrap();
    let asked: u64 = tally.values().sum();
    let mut text = format!(
        "load: {asked} requests from {} addresses in {:.1} s; {accepted} objects accepted, all there byte for byte; \
         memory at most {peak} KiB, {idle} KiB when idle\n",
        WITNESSES + BAD,
        took.as_secs_f64()
    );
    for (code, count) in tally.iter() {
        text += &format!("load:   {code}: {count}\n");
    }
    std::io::stderr().write_all(text.as_bytes()).unwrap();
}

#[test]
fn p2_p11_under_a_load_of_all_kinds_every_answer_is_typed_and_what_was_accepted_is_intact() {
    let desk = TestDesk::new();
    changed_settings(&desk, |limits| {
        limits["unfinished_uploads"] = 1500.into();
        limits["rates"]["loopback_counts"] = true.into();
        // The witnesses stay below it, the others do not.
        limits["rates"]["address_burst"] = 1000.into();
        limits["rates"]["address_requests_per_min"] = 1.into();
        limits["rates"]["address_uploads_burst"] = 300.into();
        limits["rates"]["address_uploads_per_h"] = 1.into();
    });
    let intake = desk.serve();
    assert_eq!(intake.ask("GET /healthz HTTP/1.1", b"").status, 200);
    let (idle, begun, tally) = (memory(&intake, "VmHWM"), Instant::now(), Tally::default());
    let accepted: Vec<Accepted> = std::thread::scope(|scope| {
        let (desk, intake, tally) = (&desk, &intake, &tally);
        let bad: Vec<_> = (0..BAD).map(|who| scope.spawn(move || bad(intake, tally, 100 + who))).collect();
        let good: Vec<_> =
            (0..WITNESSES).map(|who| scope.spawn(move || witness(desk, intake, tally, 10 + who))).collect();
        bad.into_iter().for_each(|thread| thread.join().unwrap());
        good.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let (took, peak) = (begun.elapsed(), memory(&intake, "VmHWM"));
    assert_eq!(intake.ask("GET /healthz HTTP/1.1", b"").status, 200, "it stays up");
    assert!(intake.stop());
    for Accepted { kind, bytes } in &accepted {
        let name = Sha256::of(bytes).to_string();
        let stored = desk.at(&format!("desk/server/objects/{kind}/{}/{name}.age", &name[..2]));
        assert!(fs::read(stored).unwrap() == *bytes, "{kind} {name}");
    }
    let left = crate::kit::tree(Path::new(&desk.at("desk/server/incoming"))).len();
    assert!(left <= 1500, "{left} files of uploads that nobody goes on with");
    print(&tally, took, idle, peak, accepted.len());
    let codes: Vec<_> = tally.0.lock().unwrap().keys().cloned().collect();
    for code in [
        "400 bad_request",
        "401 not_allowed",
        "404 not_found",
        "409 wrong_length",
        "409 wrong_offset",
        "413 too_large",
        "414 bad_request",
        "422 hash_mismatch",
        "429 too_many",
        "431 head_too_large",
        "460 checksum_mismatch",
    ] {
        assert!(codes.iter().any(|known| known == code), "{code} never came: {codes:?}");
    }
    assert!(codes.iter().all(|code| !code.starts_with('5')), "{codes:?}");
    assert!(peak < idle + MOST_KIB, "{peak} KiB, {idle} when idle");
}
