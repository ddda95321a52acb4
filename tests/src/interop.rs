//! A desk needs nothing of ours to read its post: `age -d -i desk.key report.age | jq .` does (DESIGN 4).
//!
//! The programs are Debian's `age` and `jq`, another implementation in another language, so that a mistake of ours
//! in the format cannot confirm itself. Machines without them cannot run this: `cargo xtask test` sees to them.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use turnstone_wire::{
    attachment::{AttachmentKey, Sealer},
    body::{Report, ReportId, Scheme},
    envelope::{self, Envelope},
    key::{DeskIdentity, RecipientKey, Seal},
    reference::Reference,
};

fn run(program: &str, arguments: &[&str], folder: &Path) -> Output {
    let output = Command::new(program).args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|why| panic!("{program} does not start: {why}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn line(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap().trim_end().to_owned()
}

fn report() -> Report {
    let id = ReportId::from_bytes([0x5a; 16]);
    let reference = Reference::of(Scheme::Kraken, &id);
    let json = format!(
        r#"{{"format":"turnstone.report/1","id":"{id}","reference":"{reference}","scheme":"kraken","code_word":"KRAKEN",
            "language":"en","route":"police","sightings":[{{"when":{{"from":"2026-05-03T20:10:00+01:00"}},"what":"Rib heb oleuadau, y tu allan i’r cei"}}]}}"#
    );
    Report::parse(json.as_bytes()).unwrap()
}

#[test]
#[ignore = "needs the programs age, age-keygen and jq: `cargo xtask test` runs it"]
fn age_and_jq_open_a_report_with_a_key_that_age_keygen_made() {
    let folder = tempfile::tempdir().unwrap();
    run("age-keygen", &["-o", "desk.key"], folder.path());
    let recipient = line(&run("age-keygen", &["-y", "desk.key"], folder.path()));
    let recovery = DeskIdentity::<Seal>::generate().public();
    let keys = [recovery, RecipientKey::parse(&recipient).unwrap()];
    let sealed = Envelope::seal(&report().to_padded_bytes().unwrap(), &keys).unwrap();
    fs::write(folder.path().join("report.age"), sealed.as_bytes()).unwrap();

    run("age", &["-d", "-i", "desk.key", "-o", "report.json", "report.age"], folder.path());
    let read = run("jq", &["-r", ".reference, .code_word, .sightings[0].what", "report.json"], folder.path());
    let expected = format!("{}\nKRAKEN\nRib heb oleuadau, y tu allan i’r cei", report().reference);
    assert_eq!(line(&read), expected);
}

#[test]
#[ignore = "needs the programs age, age-keygen and jq: `cargo xtask test` runs it"]
fn age_reads_our_key_files_and_we_open_what_age_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let identity = DeskIdentity::<Seal>::generate();
    fs::write(folder.path().join("desk.key"), identity.to_secret_text().as_str()).unwrap();
    let recipient = line(&run("age-keygen", &["-y", "desk.key"], folder.path()));
    assert_eq!(recipient, identity.public().as_str());

    fs::write(folder.path().join("report.json"), report().to_padded_bytes().unwrap()).unwrap();
    run("age", &["-r", &recipient, "-o", "report.age", "report.json"], folder.path());
    let opened = envelope::open(&fs::read(folder.path().join("report.age")).unwrap(), &[identity]).unwrap();
    assert_eq!(opened.report, report());
}

#[test]
#[ignore = "needs the programs age, age-keygen and jq: `cargo xtask test` runs it"]
fn age_opens_an_attachment_with_the_key_that_stands_in_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let key = AttachmentKey::generate();
    let mut sealer = Sealer::new(Vec::new(), &key).unwrap();
    sealer.write(crate::photo::DEMO_PHOTO).unwrap();
    let (sealed, _) = sealer.finish().unwrap();
    fs::write(folder.path().join("1.key"), key.to_secret_text().as_str()).unwrap();
    fs::write(folder.path().join("1.age"), sealed).unwrap();

    run("age", &["-d", "-i", "1.key", "-o", "1.jpg", "1.age"], folder.path());
    let opened = fs::read(folder.path().join("1.jpg")).unwrap();
    let (photo, padding) = opened.split_at(crate::photo::DEMO_PHOTO.len());
    assert!(photo == crate::photo::DEMO_PHOTO && padding.iter().all(|&byte| byte == 0));
}
