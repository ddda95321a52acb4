//! The program as an officer runs it: processes, files, TLS, signals.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "these are the helpers of tests")]

mod abuse;
mod conditions;
mod disk;
mod floods;
mod hostile;
mod killed;
mod kit;
mod load;

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::Path,
    sync::Arc,
};

use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use turnstone_wire::{
    body::Report,
    directory::{Roots, SignedDirectory},
    envelope::Envelope,
    key::Seal,
};

use kit::{Intake, desk, json};

/// One PUT over TLS that trusts the desk's own root only.
fn put(port: u16, root: &Path, envelope: &Envelope) -> String {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(root).unwrap()).unwrap();
    let config =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = rustls::StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", port)).unwrap());
    let bytes = envelope.as_bytes();
    write!(
        stream,
        "PUT /v1/reports/{} HTTP/1.1\r\nhost: desk\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        envelope.sha256(),
        bytes.len()
    )
    .unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    answer
}

fn report() -> Vec<u8> {
    let text = r#"{"format":"turnstone.report/1","id":"07070707-0707-4707-8707-070707070707","reference":"REFERENCE",
        "scheme":"kraken","code_word":"KRAKEN","language":"en","route":"anonymous",
        "sightings":[{"when":{"from":"2026-05-03T21:40:00+01:00"},"what":"a boat"}]}"#;
    let id = turnstone_wire::body::ReportId::from_bytes([7; 16]);
    let reference =
        turnstone_wire::reference::Reference::of(turnstone_wire::body::Scheme::Kraken, &id).to_string();
    let body = text.replace("REFERENCE", &reference);
    Report::parse(body.as_bytes()).expect("a report").to_padded_bytes().unwrap()
}

#[test]
fn a_report_goes_through_an_https_intake_to_an_officer_far_away() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let dir = at("desk");
    let init = ["init", &dir, "--id", "quay", "--name", "Quay desk", "--url", "https://127.0.0.1", "--json"];
    assert_eq!(json(&desk(&init))["desk"], "quay");
    let root = Roots::parse_key_line(&std::fs::read_to_string(at("desk/root.pub")).unwrap()).unwrap();
    let directory = SignedDirectory::parse(&std::fs::read(at("desk/directory.json")).unwrap()).unwrap();
    let directory = directory.verify(&Roots::new(vec![root]).unwrap()).unwrap();
    let envelope = Envelope::seal(&report(), &directory.desks()[0].recipients::<Seal>()).unwrap();

    let intake = Intake::serve(&at("desk/server"));
    let answer = put(intake.port, &folder.path().join("desk/authority/tls-ca.pem"), &envelope);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let url = format!("https://127.0.0.1:{}", intake.port);
    let open = ["open", "--key", &at("desk/officer"), "--from", &url, "--out", &at("out"), "--json"];
    let opened = json(&desk(&open));
    assert_eq!(opened["problems"], serde_json::json!([]));
    let reference = opened["opened"][0]["reference"].as_str().unwrap();
    let kept = std::fs::read(folder.path().join("out").join(reference).join("report.json")).unwrap();
    assert_eq!(kept, report().trim_ascii_end());
    assert_eq!(json(&desk(&open))["already_open"][0]["folder"], reference);
    assert!(intake.stop(), "SIGTERM is an orderly end");

    let table = desk(&["export", "--from", &at("out"), "--format", "csv"]);
    assert!(String::from_utf8(table.stdout).unwrap().contains(reference));
}

#[test]
fn keys_are_added_and_declared_dead_and_what_was_sealed_before_still_opens() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let init = ["init", dir, "--id", "quay", "--name", "Quay desk", "--url", "http://127.0.0.1:1"];
    let made = String::from_utf8(desk(&init).stdout).unwrap();
    assert!(made.ends_with(&format!("serve {dir}/server --listen 127.0.0.1:1\n")), "{made}");
    let added = json(&desk(&["key", dir, "add", "seal", "--json"]));
    assert_eq!(added["sequence"], 2);
    assert!(added["file"].as_str().unwrap().ends_with("officer/seal-2.key"));
    let stored = json(&desk(&["key", dir, "add", "stored", "--json"]));
    let intake = || std::fs::read_to_string(folder.path().join("server/intake.json")).unwrap();
    assert!(intake().contains("stored-2.key"));
    let id = stored["key"].as_str().unwrap();
    assert_eq!(json(&desk(&["key", dir, "set", id, "compromised", "--json"]))["sequence"], 4);
    assert!(intake().contains("\"stored.key\"") && intake().contains(id));
    let listed = json(&desk(&["key", dir, "list", "--json"]));
    assert_eq!(listed["keys"].as_array().unwrap().len(), 8);
    assert_eq!(json(&desk(&["directory", dir, "renew", "--json"]))["sequence"], 5);
    let (file, root) = (format!("{dir}/server/directory.json"), format!("{dir}/root.pub"));
    assert_eq!(json(&desk(&["verify", &file, "--root-key", &root, "--json"]))["sequence"], 5);
    let of_role =
        |role: &str| listed["keys"].as_array().unwrap().iter().find(|key| key["role"] == role).unwrap();
    let last = of_role("officer")["id"].as_str().unwrap();
    assert_eq!(desk(&["key", dir, "set", last, "retired"]).status.code(), Some(1));
}

#[test]
fn wrong_usage_ends_with_two_and_failure_with_one_sentence_and_one() {
    assert_eq!(desk(&["open"]).status.code(), Some(2));
    assert_eq!(
        desk(&["init", "/nonexistent/x", "--id", "UPPER", "--name", "x", "--url", "http://x"]).status.code(),
        Some(2)
    );
    let failed = desk(&["directory", "/nonexistent/desk", "show"]);
    assert_eq!((failed.status.code(), failed.stdout.len()), (Some(1), 0));
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(desk(&["--help"]).status.success());
}

#[test]
fn every_failure_is_one_json_document_where_json_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().to_str().unwrap();
    let dir = folder.path().join("desk").to_str().unwrap().to_owned();
    let in_clear = ["init", &dir, "--id", "quay", "--name", "x", "--url", "http://desk.example", "--json"];
    for (args, exit, code) in [
        (&["--json", "directory", "/nonexistent/desk", "show"][..], 1, "file"),
        (&["export", "--from", empty, "--format", "csv", "--json"], 1, "bad_file"),
        (&in_clear, 2, "usage"),
        (&["--json", "open"], 2, "usage"),
        (&["key", "x", "add", "door", "--json"], 2, "usage"),
    ] {
        let failed = desk(args);
        assert_eq!(failed.status.code(), Some(exit), "{args:?}");
        let said: serde_json::Value = serde_json::from_slice(&failed.stdout).expect("one document");
        assert_eq!(said["error"]["code"], code, "{said}");
        assert!(!said["error"]["message"].as_str().unwrap().is_empty());
        assert!(!failed.stderr.is_empty());
    }
    let help = desk(&["--json", "--help"]);
    assert!(help.status.success() && help.stdout.starts_with(b"Runs a Turnstone desk"));
}
