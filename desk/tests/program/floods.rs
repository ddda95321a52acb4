//! Those who come too fast, too slowly, with too much around it, or by names that are paths.

use std::{fs, io::Write, net::TcpStream, path::Path};

use turnstone_wire::{hash::Sha256, receipt::ObjectKind};

use crate::{
    abuse::changed_settings,
    kit::{Answered, Intake, PATIENCE, TestDesk, tree},
};

/// A connection from another address of this machine.
pub(crate) fn connect_from(intake: &Intake, last: u8) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, last], 0).into()).unwrap();
        socket.connect(([127, 0, 0, 1], intake.port).into()).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// One request from an address.
pub(crate) fn ask_from(intake: &Intake, last: u8, head: &str, body: &[u8]) -> Answered {
    let mut stream = connect_from(intake, last);
    let head = format!("{head}\r\nhost: desk\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    // A refusal may come before all of it is sent.
    let _ = stream.write_all(body);
    Answered::read(stream)
}

fn put_from(intake: &Intake, last: u8, bytes: &[u8]) -> Answered {
    ask_from(intake, last, &format!("PUT /v1/reports/{} HTTP/1.1", Sha256::of(bytes)), bytes)
}

fn seconds(answer: &Answered) -> Option<u32> {
    answer.header("retry-after").and_then(|value| value.parse().ok())
}

#[test]
fn an_address_that_floods_is_told_to_wait_and_others_are_served() {
    let desk = TestDesk::new();
    changed_settings(&desk, |limits| {
        let rates = &mut limits["rates"];
        rates["loopback_counts"] = true.into();
        rates["address_requests_per_min"] = 1.into();
        rates["address_burst"] = 4000.into();
    });
    let intake = desk.serve();
    // All of a burst and of what grows meanwhile, pipelined on a few connections.
    let many = "GET /v1/mailbox/x HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1000);
    let flood = |_| {
        let mut stream = intake.connect();
        let _ = stream.write_all(many.as_bytes());
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let mut said = String::new();
        let _ = std::io::Read::read_to_string(&mut stream, &mut said);
        (said.matches("HTTP/1.1 200").count(), said.matches("HTTP/1.1 429").count())
    };
    let (served, refused) = (0..8).map(flood).fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    assert!((4000..4100).contains(&served) && refused >= 2000, "{served} served, {refused} refused");
    let words = b"words".as_slice();
    let told = intake.put(words);
    assert_eq!(told.refused(), (429, "too_many".into()));
    assert!(seconds(&told).is_some_and(|seconds| (1..=61).contains(&seconds)));
    assert_eq!(intake.ask("GET /healthz HTTP/1.1", b"").status, 200, "health is always told");
    let served = put_from(&intake, 2, words);
    assert!(desk.vouches(&served, ObjectKind::Report, words), "{served:?}");
}

#[test]
fn what_comes_from_this_machine_itself_has_no_rate_of_an_address() {
    let desk = TestDesk::new();
    let intake = desk.serve();
    let many = "GET /v1/mailbox/x HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1000);
    for _ in 0..4 {
        let mut stream = intake.connect();
        stream.write_all(many.as_bytes()).unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut said = String::new();
        std::io::Read::read_to_string(&mut stream, &mut said).unwrap();
        assert_eq!(said.matches("HTTP/1.1 200").count(), 1001);
    }
}

#[test]
fn all_together_have_a_rate_and_hear_when_to_come_again() {
    let desk = TestDesk::new();
    changed_settings(&desk, |limits| {
        limits["rates"]["desk_requests_per_min"] = 1.into();
        limits["rates"]["desk_burst"] = 3.into();
    });
    let intake = desk.serve();
    let told: Vec<_> = (0..20_u8).map(|n| intake.put(&[n; 9])).collect();
    let refused: Vec<_> = told.iter().filter(|answer| answer.status == 429).collect();
    assert!(!refused.is_empty() && told.iter().take(3).all(Answered::is_receipt));
    assert!(refused.iter().all(|told| seconds(told).is_some() && told.refused().1 == "too_many"));
}

#[test]
fn one_address_does_not_hold_all_connections_and_is_told_so() {
    let desk = TestDesk::new();
    changed_settings(&desk, |limits| {
        limits["connections"] = 16.into();
        limits["rates"]["loopback_counts"] = true.into();
        limits["rates"]["address_connections"] = 8.into();
    });
    let intake = desk.serve();
    let half =
        format!("PUT /v1/reports/{} HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\nse", Sha256::of(b"x"));
    let mut dripping: Vec<TcpStream> = (0..8).map(|_| intake.connect()).collect();
    for stream in &mut dripping {
        stream.write_all(half.as_bytes()).unwrap();
    }
    for _ in 0..20 {
        let told = intake.put(b"one more");
        assert_eq!((told.refused(), seconds(&told)), ((429, "too_many".into()), Some(5)));
    }
    let words = b"words".as_slice();
    assert!(desk.vouches(&put_from(&intake, 2, words), ObjectKind::Report, words), "another address");
    // One that was held is free again once it is gone, and found to be.
    drop(dripping);
    let free = (0..1000).any(|_| intake.put(b"one more").status < 300);
    assert!(free, "places are given back");
}

#[test]
fn requests_with_too_much_around_them_are_refused_by_code() {
    let desk = TestDesk::new();
    let intake = desk.serve();
    let ask = |more: &str| intake.ask(&format!("GET /v1/directory HTTP/1.1\r\n{more}"), b"");
    assert_eq!(ask(&format!("x: {}", "y".repeat(10_000))).status, 200, "a large one");
    let large = ask(&format!("x: {}", "y".repeat(20_000)));
    assert_eq!(large.refused(), (431, "head_too_large".into()));
    let many: Vec<_> = (0..90).map(|n| format!("x-{n}: {}", "y".repeat(300))).collect();
    assert_eq!(ask(&many.join("\r\n")).refused(), (431, "head_too_large".into()));
    // What the HTTP of the server itself cuts off has a status and no words.
    assert_eq!(ask(&format!("x: {}", "y".repeat(300_000))).status, 431);
    assert_eq!(ask(&"x: y\r\n".repeat(2000)).status, 431);
    let path = |length| intake.ask(&format!("GET /v1/reports/{} HTTP/1.1", "a".repeat(length)), b"");
    assert_eq!(path(2000).refused(), (414, "bad_request".into()));
    assert_eq!(path(70_000).status, 414);
    assert!(desk.vouches(&intake.put(b"words"), ObjectKind::Report, b"words"));
}

#[test]
fn p11_names_that_are_paths_reach_no_file() {
    let desk = TestDesk::new();
    let intake = desk.serve();
    let below = || -> Vec<_> {
        let all = tree(Path::new(&desk.at("desk")));
        all.into_iter().filter(|path| !path.to_string_lossy().contains("intake.db")).collect()
    };
    let before = below();
    let hex = Sha256::of(b"x").to_string();
    let names = [
        "..",
        "../../stored.key",
        "%2e%2e",
        "%2e%2e%2f%2e%2e%2fstored.key",
        "..%2f..%2f..%2fauthority%2froot.key",
        "%2fetc%2fpasswd",
        "%00",
        &format!("{hex}%00"),
        &format!("{hex}.age"),
        &format!("{hex}/"),
        &format!("/{hex}"),
        &format!("{hex}%2f.."),
        &hex[..63],
        &format!("{hex}0"),
        &hex.to_uppercase(),
        &hex.replacen(|c: char| c.is_ascii_digit(), "%EF%BC%91", 1),
        "%F0%9F%9A%A4",
        "%ff%fe",
        "con",
        &"a".repeat(900),
        "*",
        "%25%32%65",
        "~root",
        "a;b",
        "a%0d%0aset-cookie:%20x",
    ];
    for name in names {
        for (method, path) in [
            ("PUT", "reports"),
            ("POST", "attachments"),
            ("PATCH", "attachments"),
            ("DELETE", "attachments"),
            ("GET", "desk/objects/report"),
            ("POST", "desk/mailbox"),
        ] {
            let head = format!(
                "{method} /v1/{path}/{name} HTTP/1.1\r\nupload-length: 6\r\nupload-offset: 0\r\n\
                 content-type: application/offset+octet-stream"
            );
            let (status, code) = intake.ask(&head, b"sealed").refused();
            assert!([400, 401, 404].contains(&status), "{method} {path} {name}: {status} {code}");
        }
        let read = intake.ask(&format!("GET /v1/mailbox/{name} HTTP/1.1"), b"");
        assert!(read.body == br#"{"items":[]}"# || read.refused().0 < 500, "{name}: {read:?}");
    }
    assert_eq!(below(), before);
    assert!(desk.vouches(&intake.put(b"words"), ObjectKind::Report, b"words"));
    assert!(intake.stop());
}

#[test]
fn p8_the_intake_leaves_no_image_of_its_memory_and_no_address_on_the_disk() {
    let desk = TestDesk::new();
    changed_settings(&desk, |limits| limits["rates"]["loopback_counts"] = true.into());
    let told = fs::File::create(desk.at("told")).unwrap();
    let mut command = crate::kit::program();
    command.args(["serve", &desk.server(), "--listen", "127.0.0.1:0"]).stderr(told);
    let intake = Intake::start(command);
    let words = b"words".as_slice();
    for last in 201..=210 {
        assert!(put_from(&intake, last, words).is_receipt());
        assert_eq!(ask_from(&intake, last, "GET /%ff HTTP/1.1", b"").status, 404);
    }
    let pid = intake.pid().as_raw_nonzero();
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
    assert!(intake.stop());
    // As text and as the bytes of the address.
    for path in tree(desk.folder.path()).into_iter().filter(|path| path.is_file()) {
        let bytes = fs::read(&path).unwrap();
        for last in 201..=210_u8 {
            let text = format!("127.0.0.{last}");
            assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{}", path.display());
            assert!(!bytes.windows(4).any(|part| part == [127, 0, 0, last]), "{}", path.display());
        }
    }
    assert_eq!(fs::read_to_string(desk.at("told")).unwrap(), "", "nothing is told of anybody");
}
