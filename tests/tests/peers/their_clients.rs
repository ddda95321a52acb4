//! Other people's clients against our desk.

use std::{fs, process::Command};

use turnstone_tests::{
    draw::Draw,
    field::Field,
    link::{Link, Terms},
    peers::{lay_out, node, python, run_until},
    trace::say,
};
use turnstone_wire::hash::Sha256;

/// Bytes of the file; more than a desk makes durable at a time.
const SIZE: usize = 1_500_000;
/// Most bytes that come again after a kill: a client's chunk, and what was on its way.
const AGAIN: u64 = 256 * 1024;

/// Uploads a drawn file, with the client killed three times, and looks at what the desk holds.
fn upload(name: &str, seed: u64, options: &[&str], client: impl Fn(&Field) -> Command) {
    let link = Link::listen(seed);
    let field = Field::new(&format!("http://{}", link.address()));
    lay_out(&field.path("peers"));
    let bytes = Draw::of(seed).bytes(SIZE);
    let (sha256, file) = (Sha256::of(&bytes).to_string(), field.path("file"));
    fs::write(&file, &bytes).unwrap();
    let desk = field.serve();
    link.set_target(Some(desk.address()));
    // Narrow enough that a client does not have all of it in the system's buffers before it is killed.
    link.set_terms(Terms { bytes_per_s: Some(4_000_000), ..Terms::default() });
    let run = |bytes| {
        let mut command = client(&field);
        command.arg(format!("http://{}/v1/attachments/{sha256}", link.address()));
        command.arg(&file).arg(field.path("memory")).args(options);
        run_until(&link, &mut command, bytes)
    };
    let mut from = Vec::new();
    for bytes in [400_000, 300_000, 350_000] {
        let (killed, lines) = run(Some(bytes));
        assert!(killed, "{name}: {lines:?}");
        from.extend(lines.iter().filter_map(|line| line.strip_prefix("from ")?.parse::<u64>().ok()));
    }
    let (_, lines) = run(None);
    from.extend(lines.iter().filter_map(|line| line.strip_prefix("from ")?.parse::<u64>().ok()));
    assert_eq!(lines.last().map(String::as_str), Some("done"), "{name}: {lines:?}");
    assert_eq!(from.len(), 3, "{name} goes on each time: {from:?}");
    assert!(from[0] > 0 && from.is_sorted(), "{name} goes on from further each time: {from:?}");
    let held = field.path("desk/server/objects/attachments").join(&sha256[..2]);
    let held: Vec<_> = fs::read_dir(held).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(held.len(), 1, "{name}: once");
    assert!(fs::read(&held[0]).unwrap() == bytes, "{name}: byte for byte");
    let sent = link.carried().up;
    say(&format!(
        "peers: {name}: {SIZE} bytes at the desk, 3 kills, gone on from {from:?}, {sent} bytes sent"
    ));
    assert!(sent <= SIZE as u64 + 3 * AGAIN, "{name}: {sent} bytes sent");
}

#[test]
#[ignore = "needs tus-js-client; the peers stage of xtask runs it"]
fn peers_p3_tus_js_client_killed_midway_goes_on_against_our_desk() {
    upload("tus-js-client", 1, &[], |field| node(&field.path("peers"), "upload.js"));
}

#[test]
#[ignore = "needs tus-js-client; the peers stage of xtask runs it"]
fn peers_p3_tus_js_client_that_creates_with_the_first_bytes_goes_on_against_our_desk() {
    upload("tus-js-client, creation-with-upload", 3, &["with-data"], |field| {
        node(&field.path("peers"), "upload.js")
    });
}

#[test]
#[ignore = "needs tuspy; the peers stage of xtask runs it"]
fn peers_p3_tuspy_killed_midway_goes_on_against_our_desk() {
    upload("tuspy", 2, &[], |field| python(&field.path("peers"), "upload.py"));
}

#[test]
#[ignore = "needs tuspy; the peers stage of xtask runs it"]
fn peers_p3_tuspy_with_a_checksum_for_each_chunk_goes_on_against_our_desk() {
    upload("tuspy with checksums", 4, &["with-checksums"], |field| python(&field.path("peers"), "upload.py"));
}
