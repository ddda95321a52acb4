//! Clients that send nonsense, too much, or nothing at all.

use std::{fs, io::Write, net::TcpStream, path::Path};

use turnstone_wire::{hash::Sha256, receipt::ObjectKind};

use crate::kit::{Answered, Intake, TestDesk};

const CHUNK: &str = "content-type: application/offset+octet-stream";

pub(crate) fn changed_settings(desk: &TestDesk, change: impl FnOnce(&mut serde_json::Value)) {
    let path = Path::new(&desk.server()).join("intake.json");
    let mut settings: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut settings["limits"]);
    fs::write(&path, settings.to_string()).unwrap();
}

/// What a raw text gets for an answer.
fn raw(intake: &Intake, text: &[u8]) -> Answered {
    let mut stream = intake.connect();
    stream.write_all(text).unwrap();
    Answered::read(stream)
}

#[test]
fn p11_oddities_of_uploads_are_refused_by_code_and_get_no_receipt() {
    let desk = TestDesk::new();
    let intake = desk.serve();
    let bytes = b"a sealed photo".as_slice();
    let path = format!("/v1/attachments/{}", Sha256::of(bytes));
    let refusal = |answer: Answered| {
        assert!(!answer.is_receipt());
        let (status, code) = answer.refused();
        (status, code, answer.header("retry-after").map(str::to_owned))
    };
    let expect = |status: u16, code: &str| (status, code.to_owned(), None);
    for length in ["", "-1", "+14", "0", "14, 14", "1e3", "0x14", "99999999999999999999999999", "fourteen"] {
        let head = format!("POST {path} HTTP/1.1\r\nupload-length: {length}\r\n{CHUNK}");
        assert_eq!(refusal(intake.ask(&head, bytes)), expect(400, "bad_request"), "length {length:?}");
    }
    let large = format!("POST {path} HTTP/1.1\r\nupload-length: {}\r\n{CHUNK}", u64::MAX);
    assert_eq!(refusal(intake.ask(&large, bytes)), expect(413, "too_large"));
    let patch = |offset: &str, more: &str| {
        intake.ask(&format!("PATCH {path} HTTP/1.1\r\nupload-offset: {offset}\r\n{more}"), bytes)
    };
    assert_eq!(refusal(patch("0", CHUNK)), expect(404, "not_found"), "never begun");
    let begin = intake.ask(&format!("POST {path} HTTP/1.1\r\nupload-length: 14"), b"");
    assert_eq!((begin.status, begin.header("upload-offset")), (201, Some("0")));
    for offset in ["", "-1", "nought", "99999999999999999999999999"] {
        assert_eq!(refusal(patch(offset, CHUNK)), expect(400, "bad_request"), "offset {offset:?}");
    }
    for offset in ["1", "14", "15", "18446744073709551615"] {
        let answer = patch(offset, CHUNK);
        assert_eq!(answer.header("upload-offset"), Some("0"), "offset {offset}");
        assert_eq!(refusal(answer), expect(409, "wrong_offset"), "offset {offset}");
    }
    assert_eq!(refusal(patch("0", "content-type: text/plain")), expect(400, "bad_request"));
    let more = format!("PATCH {path} HTTP/1.1\r\nupload-offset: 0\r\n{CHUNK}");
    assert_eq!(refusal(intake.ask(&more, b"a sealed photo and more")), expect(413, "too_large"));
    let whole = intake.put_attachment(bytes);
    assert!(whole.status < 300 && desk.vouches(&whole, ObjectKind::Attachment, bytes), "{whole:?}");
}

#[test]
fn p11_garbage_and_wrong_lengths_cost_one_connection_and_no_receipt() {
    let desk = TestDesk::new();
    changed_settings(&desk, |limits| limits["idle_s"] = 1.into());
    let intake = desk.serve();
    let path = format!("/v1/reports/{}", Sha256::of(b"sealed"));
    let put = |headers: &str, body: &str| {
        raw(
            &intake,
            format!("PUT {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n\r\n{body}")
                .as_bytes(),
        )
    };
    assert_eq!(
        put("content-length: 7", "sealed").refused(),
        (400, "bad_request".into()),
        "one byte never comes"
    );
    assert_eq!(put("content-length: 5", "sealed").refused(), (422, "hash_mismatch".into()));
    assert_eq!(put("content-length: 600000", "").refused(), (413, "too_large".into()));
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS greeting\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"PUT /v1/reports/x HTTP/9.9\r\n\r\n",
        format!("PUT {path} HTTP/1.1\r\nhost: x\r\ncontent-length: -6\r\n\r\nsealed").as_bytes(),
        format!("PUT {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\ncontent-length: 5\r\n\r\nsealed")
            .as_bytes(),
        format!("PUT {path} HTTP/1.1\r\nhost: x\r\n{}\r\n", "x: y\r\n".repeat(1000)).as_bytes(),
    ] {
        let answer = raw(&intake, garbage);
        assert!((400..500).contains(&answer.status) && !answer.is_receipt(), "{answer:?}");
    }
    let chunked = put("transfer-encoding: chunked", "6\r\nsealed\r\n0\r\n\r\n");
    assert!(chunked.status == 201 && desk.vouches(&chunked, ObjectKind::Report, b"sealed"));
}

#[test]
fn silent_connections_beyond_the_limit_are_cut_and_phones_are_served() {
    let desk = TestDesk::new();
    changed_settings(&desk, |limits| {
        limits["idle_s"] = 2.into();
        limits["connections"] = 8.into();
        limits["requests"] = 4.into();
    });
    let intake = desk.serve();
    let half =
        format!("PUT /v1/reports/{} HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\nse", Sha256::of(b"x"));
    let stalled: Vec<TcpStream> = (0..20)
        .map(|n| {
            let mut stream = intake.connect();
            // Some say nothing, some half a head, some half a body.
            let said = [&b""[..], b"PUT /v1/rep", half.as_bytes()][n % 3];
            stream.write_all(said).unwrap();
            stream
        })
        .collect();
    for n in 0..3_u8 {
        let bytes = [n; 40];
        assert!(desk.vouches(&intake.put(&bytes), ObjectKind::Report, &bytes), "while others are silent");
    }
    drop(stalled);
}

#[test]
fn slow_bodies_do_not_keep_questions_waiting() {
    let desk = TestDesk::new();
    changed_settings(&desk, |limits| limits["requests"] = 1.into());
    let intake = desk.serve();
    let bytes = [7; 1000];
    let path = format!("/v1/attachments/{}", Sha256::of(&bytes));
    let mut slow = intake.connect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nupload-length: 1000\r\n{CHUNK}\r\ncontent-length: 1000\r\n\r\n"
    );
    slow.write_all(head.as_bytes()).unwrap();
    slow.write_all(&bytes[..500]).unwrap();
    for question in ["/healthz", "/v1/directory", "/v1/mailbox/x"] {
        assert_eq!(intake.ask(&format!("GET {question} HTTP/1.1"), b"").status, 200, "{question}");
    }
    slow.write_all(&bytes[500..]).unwrap();
    assert!(desk.vouches(&Answered::read(slow), ObjectKind::Attachment, &bytes));
}

#[test]
fn p2_refusals_that_pass_say_when_to_come_again_in_whole_seconds() {
    let desk = TestDesk::new();
    changed_settings(&desk, |limits| limits["unfinished_uploads"] = 1.into());
    let intake = desk.serve();
    let begin = |n: u8| {
        let head =
            format!("POST /v1/attachments/{} HTTP/1.1\r\nupload-length: 5\r\n{CHUNK}", Sha256::of(&[n]));
        intake.ask(&head, b"half")
    };
    assert_eq!(begin(1).status, 201);
    let seconds =
        |answer: &Answered| answer.header("retry-after").and_then(|value| value.parse::<u32>().ok());
    let many = begin(2);
    assert_eq!((many.refused(), seconds(&many)), ((429, "too_many".into()), Some(60)));
    assert!(intake.stop());
    changed_settings(&desk, |limits| limits["spare_disk_bytes"] = u64::MAX.into());
    let intake = desk.serve();
    for full in
        [intake.put(b"words"), intake.put_attachment(b"photo"), intake.ask("GET /healthz HTTP/1.1", b"")]
    {
        assert_eq!((full.refused(), seconds(&full)), ((507, "no_space".into()), Some(60)));
    }
    assert_eq!(intake.ask("GET /v1/directory HTTP/1.1", b"").status, 200, "what needs no space is answered");
    // Space is back.
    changed_settings(&desk, |limits| limits["spare_disk_bytes"] = 0.into());
    assert!(desk.vouches(&intake.put(b"words"), ObjectKind::Report, b"words"));
}
