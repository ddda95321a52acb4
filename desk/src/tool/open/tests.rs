use std::{fs, path::PathBuf};

use turnstone_wire::{
    body::{Report, Role},
    hash::Sha256,
    key::{DeskIdentity, Officer, Seal, Source as SourceRole},
    mailbox::MailboxItem,
    text::Text,
};

use super::*;
use crate::{
    args::{ExportArgs, ExportFormat},
    testing::{Said, TestDesk, attachment, contact, report, token},
    tool::{session::Problem, table},
};

mod copies;
mod seen;
mod trouble;
mod twice;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF and so on";

struct Officers {
    desk: TestDesk,
    out: PathBuf,
}

impl Officers {
    fn new() -> Self {
        let desk = TestDesk::new();
        let out = desk.folder.path().join("out");
        Self { desk, out }
    }

    fn open(&self) -> Outcome {
        let home = self.desk.home();
        let keys = OfficerKeys::read(&home.officer()).unwrap();
        let mut source = Folder::open(&home.server(), self.desk.clock.clone()).unwrap();
        super::open(&self.out, &keys, &mut source, &*self.desk.clock, &mut |_, _| {}).unwrap().0
    }

    fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.out.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8(self.read(path)).unwrap()
    }

    /// Every file below, with its bytes.
    fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut folders = vec![self.out.clone()];
        let mut all = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry)
                } else {
                    all.push((entry.clone(), fs::read(entry).unwrap()))
                }
            }
        }
        all.sort();
        all
    }
}

fn body(report: &Report) -> Vec<u8> {
    report.to_padded_bytes().unwrap().trim_ascii_end().to_vec()
}

#[test]
fn p3_a_report_opens_to_its_very_bytes_and_opening_twice_changes_nothing() {
    let officers = Officers::new();
    let mut report = report(1, "black RIB off the pier");
    let (original, sealed_original) = attachment(1, Role::Original, JPEG);
    let (copy, sealed_copy) = attachment(1, Role::Copy, b"<html>not a picture");
    report.attachments = vec![original, copy];
    report.contact = Some(contact(&officers.desk.desk(), "Ann, 07700 900000"));
    officers.desk.deliver_report(&report);
    officers.desk.deliver_attachment(&sealed_original);
    officers.desk.deliver_attachment(&sealed_copy);

    let first = officers.open();
    let folder = report.reference.to_string();
    assert_eq!(first.opened[0].attachments, ["1.jpg", "1-copy.bin"]);
    assert_eq!((first.problems.len(), first.receipts_left), (0, 3));
    assert_eq!(officers.read(&format!("{folder}/report.json")), body(&report));
    assert_eq!(officers.read(&format!("{folder}/1.jpg")), JPEG);
    assert_eq!(officers.text(&format!("{folder}/contact.txt")), "Ann, 07700 900000\n");
    let words = officers.text(&format!("{folder}/report.txt"));
    for part in ["KRAKEN", "EXERCISE", "  | black RIB off the pier", "a named contact is a claim", "1.jpg"] {
        assert!(words.contains(part), "{part} is missing in:\n{words}");
    }
    let layer: serde_json::Value = serde_json::from_slice(&officers.read("index.geojson")).unwrap();
    assert_eq!(layer["features"][0]["geometry"]["coordinates"], serde_json::json!([-1.948, 50.6065]));
    assert_eq!(layer["features"][0]["properties"]["kind"], "observer");

    let before = officers.everything();
    let second = officers.open();
    assert_eq!((second.opened.len(), second.already_open.len(), second.receipts_left), (0, 1, 0));
    assert!(second.to_string().contains("already open"));
    assert_eq!(officers.everything(), before);
}

#[test]
fn an_opened_receipt_waits_in_the_mailbox_and_verifies() {
    let officers = Officers::new();
    let object = officers.desk.deliver_report(&report(1, "x"));
    officers.open();
    officers.open();
    let items = officers.desk.store.mailbox(&token().address(), Some(&token())).unwrap();
    let [item] = &items[..] else { panic!("{} items", items.len()) };
    let MailboxItem::Receipt { receipt } = serde_json::from_str(item).unwrap() else { panic!("no receipt") };
    receipt.verify::<Officer>(&object, &officers.desk.desk()).unwrap();
}

#[test]
fn an_attachment_that_arrives_later_is_added_by_the_next_open() {
    let officers = Officers::new();
    let mut report = report(1, "x");
    let (part, sealed) = attachment(1, Role::Original, JPEG);
    report.attachments = vec![part];
    officers.desk.deliver_report(&report);
    let folder = report.reference.to_string();
    let first = officers.open();
    assert_eq!(first.still_missing[0].attachment, "1");
    assert!(first.to_string().contains("still missing"));
    assert!(officers.text(&format!("{folder}/report.txt")).contains("1: still missing"));
    officers.desk.deliver_attachment(&sealed);
    let second = officers.open();
    assert_eq!(second.added[0].attachment, "1.jpg");
    assert!(second.still_missing.is_empty());
    assert_eq!(officers.read(&format!("{folder}/1.jpg")), JPEG);
    assert!(!officers.text(&format!("{folder}/report.txt")).contains("still missing"));
}

#[test]
fn p3_a_lost_index_and_a_kill_before_it_was_written_are_mended_without_a_second_copy() {
    let officers = Officers::new();
    let mut report = report(1, "x");
    let (part, sealed) = attachment(1, Role::Original, JPEG);
    report.attachments = vec![part];
    officers.desk.deliver_report(&report);
    officers.desk.deliver_attachment(&sealed);
    officers.open();
    for index in [None, Some("{"), Some("[]")] {
        match index {
            None => fs::remove_file(officers.out.join(".opened.json")).unwrap(),
            Some(text) => fs::write(officers.out.join(".opened.json"), text).unwrap(),
        }
        let again = officers.open();
        assert_eq!((again.opened.len(), again.already_open.len(), again.added.len()), (0, 1, 0));
        let folders = files::names_in(&officers.out).unwrap();
        assert_eq!(folders.iter().filter(|name| name.starts_with("KRAKEN")).count(), 1, "{folders:?}");
    }
    fs::remove_dir_all(officers.out.join(report.reference.to_string())).unwrap();
    assert_eq!(officers.open().opened.len(), 1, "a folder that was removed is opened anew");
}

#[test]
fn p11_hostile_envelopes_are_listed_by_type_and_stop_no_other() {
    let officers = Officers::new();
    let desk = &officers.desk;
    desk.deliver(b"no age file at all");
    let header = [b"age-encryption.org/v1\n".as_slice(), &b"-> x\n\n".repeat(10_000), b"--- mac\n"].concat();
    desk.deliver(&header);
    let stranger = DeskIdentity::<Seal>::generate();
    let seal =
        |body: &[u8], key| turnstone_wire::envelope::Envelope::seal(body, &[key]).unwrap().into_bytes();
    desk.deliver(&seal(b"{}", stranger.public()));
    let own = || desk.desk().recipients::<Seal>().remove(0);
    desk.deliver(&seal(br#"{"format":"turnstone.report/9"}"#, own()));
    desk.deliver(&seal(br#"{"format":"a","format":"b"}"#, own()));
    let mut damaged = seal(&body(&report(3, "x")), own());
    *damaged.last_mut().unwrap() ^= 1;
    desk.deliver(&damaged);
    desk.deliver_report(&report(1, "a good one"));

    let outcome = officers.open();
    assert_eq!(outcome.opened.len(), 1);
    let reasons: Vec<_> = outcome.problems.iter().map(|problem| problem.reason).collect();
    let expected =
        ["bad_header", "bad_header", "not_for_this_key", "not_a_report", "not_a_report", "damaged"];
    assert_eq!(reasons, expected);
}

#[test]
fn two_bodies_with_one_id_are_both_kept_and_flagged() {
    let officers = Officers::new();
    let (one, other) = (report(1, "what I saw"), report(1, "what somebody else says"));
    officers.desk.deliver_report(&one);
    officers.open();
    officers.desk.deliver_report(&other);
    let outcome = officers.open();
    let reference = one.reference.to_string();
    assert_eq!(outcome.opened[0].same_id, std::slice::from_ref(&reference));
    let second = outcome.opened[0].folder.clone();
    assert!(second.starts_with(&format!("{reference}-body-")));
    assert_eq!(officers.read(&format!("{second}/report.json")), body(&other));
    assert_eq!(officers.read(&format!("{reference}/report.json")), body(&one));
    for folder in [reference, second] {
        assert!(officers.text(&format!("{folder}/report.txt")).contains("Two reports came under one id"));
    }
}

#[test]
fn the_same_words_sealed_anew_are_one_report() {
    let officers = Officers::new();
    let report = report(1, "x");
    officers.desk.deliver_report(&report);
    officers.desk.deliver_report(&report);
    let outcome = officers.open();
    assert_eq!((outcome.opened.len(), outcome.already_open.len(), outcome.receipts_left), (1, 1, 2));
}

#[test]
fn a_reference_that_another_report_has_taken_gets_the_id_behind_it() {
    let officers = Officers::new();
    let report = report(1, "x");
    let reference = report.reference.to_string();
    // As if 45 bits had met: another report lies under this reference.
    fs::create_dir_all(officers.out.join(&reference)).unwrap();
    fs::write(officers.out.join(&reference).join("report.json"), body(&crate::testing::report(2, "y")))
        .unwrap();
    officers.desk.deliver_report(&report);
    let outcome = officers.open();
    let id = hex(&report);
    assert_eq!(outcome.opened[0].folder, format!("{reference}-{}", &id[..8]));
    assert!(outcome.opened[0].same_id.is_empty());
}

fn hex(report: &Report) -> String {
    report.id.to_string().replace('-', "")
}

#[test]
fn p11_a_damaged_or_repeated_attachment_is_listed_and_never_seen() {
    let officers = Officers::new();
    let mut report = report(1, "x");
    let (mut lying, sealed) = attachment(1, Role::Original, JPEG);
    lying.sha256 = Sha256::of(b"something else");
    let (twice, sealed_twice) = attachment(2, Role::Original, JPEG);
    let mut again = twice.clone();
    again.number = 3;
    report.attachments = vec![lying, twice, again];
    officers.desk.deliver_report(&report);
    officers.desk.deliver_attachment(&sealed);
    officers.desk.deliver_attachment(&sealed_twice);
    let outcome = officers.open();
    let reasons: Vec<_> = outcome.problems.iter().map(|problem| problem.reason).collect();
    assert_eq!(reasons, ["mismatch", "repeated", "repeated"]);
    let folder = officers.out.join(report.reference.to_string());
    assert_eq!(files::names_in(&folder).unwrap(), ["report.json", "report.txt"]);
    assert!(files::names_in(&officers.out.join(".incoming")).unwrap().is_empty());
}

#[test]
fn strangers_words_are_escaped_and_formulas_neutralised() {
    let officers = Officers::new();
    let mut report = report(1, "=cmd()\u{1b}[2J\u{202e}");
    report.sightings[0].why = Some(Text::from("one\nWHO TELLS\n  the chief constable"));
    officers.desk.deliver_report(&report);
    officers.open();
    let words = officers.text(&format!("{}/report.txt", report.reference));
    assert!(words.contains("  | =cmd()\\u{1b}[2J\\u{202e}\n"));
    assert_eq!(words.matches("\nWHO TELLS").count(), 1);
    let csv = table::text(&[("folder".into(), report)]).unwrap();
    assert!(csv.contains("'=cmd()\\u{1b}") && !csv.contains('\u{202e}'));
    assert!(!officers.text("index.geojson").contains('\u{202e}'));
}

#[test]
fn a_contact_for_other_eyes_stays_sealed() {
    let officers = Officers::new();
    let mut report = report(1, "x");
    report.contact = Some(contact(&officers.desk.desk(), "Ann"));
    officers.desk.deliver_report(&report);
    fs::remove_file(officers.desk.home().officer().join("source.key")).unwrap();
    officers.open();
    let folder = report.reference.to_string();
    assert!(!officers.out.join(&folder).join("contact.txt").exists());
    assert!(officers.text(&format!("{folder}/report.txt")).contains("sealed to keys that are not at hand"));
    assert!(secrets::read_identities::<SourceRole>(&officers.desk.home().officer()).unwrap().is_empty());
}

#[test]
fn a_contact_is_opened_as_soon_as_its_key_is_there() {
    for lose_the_index in [false, true] {
        let officers = Officers::new();
        let mut report = report(1, "x");
        report.contact = Some(contact(&officers.desk.desk(), "Ann"));
        officers.desk.deliver_report(&report);
        let key = officers.desk.home().officer().join("source.key");
        let secret = fs::read(&key).unwrap();
        fs::remove_file(&key).unwrap();
        officers.open();
        fs::write(&key, secret).unwrap();
        if lose_the_index {
            fs::remove_file(officers.out.join(".opened.json")).unwrap();
        }
        officers.open();
        let folder = report.reference.to_string();
        assert_eq!(officers.text(&format!("{folder}/contact.txt")), "Ann\n");
        assert!(!officers.text(&format!("{folder}/report.txt")).contains("not at hand"));
        let before = officers.everything();
        officers.open();
        assert_eq!(officers.everything(), before);
    }
}

#[test]
fn opened_receipts_of_an_earlier_officers_key_are_signed_anew_and_left_again() {
    let officers = Officers::new();
    let mut report = report(1, "x");
    let (part, sealed) = attachment(1, Role::Original, JPEG);
    report.attachments = vec![part];
    let object = officers.desk.deliver_report(&report);
    officers.desk.deliver_attachment(&sealed);
    assert_eq!(officers.open().receipts_left, 2);
    let home = officers.desk.home();
    let key = secrets::signing_key::<Officer>(&SystemRandom::default()).unwrap();
    secrets::write_signing_key(&home.officer().join("officer-2.key"), &key).unwrap();
    let mut config = DeskConfig::read(&home.officer()).unwrap();
    config.officer_key = "officer-2.key".into();
    config.write(&home.officer()).unwrap();
    let mut vouching = officers.desk.desk();
    vouching.keys = vec![turnstone_wire::directory::KeyEntry::verify(&key.public())];
    assert_eq!(officers.open().receipts_left, 2);
    let items = officers.desk.store.mailbox(&token().address(), Some(&token())).unwrap();
    let believed = items.iter().filter(|item| match serde_json::from_str(item).unwrap() {
        MailboxItem::Receipt { receipt } => receipt.verify::<Officer>(&object, &vouching).is_ok(),
        _ => false,
    });
    assert_eq!((items.len(), believed.count()), (4, 1));
    assert_eq!(officers.open().receipts_left, 0);
}

fn told(outcome: &Outcome, layer: Result<(), Failure>) -> (Result<(), Failure>, String) {
    let said = Said::default();
    (tell(outcome, layer, &mut Output::to(false, Box::new(said.clone()))), said.text())
}

#[test]
fn a_run_that_opened_nothing_but_met_problems_fails_after_it_has_told_them() {
    let officers = Officers::new();
    let (empty, _) = told(&officers.open(), Ok(()));
    assert!(empty.is_ok());
    officers.desk.deliver(b"no age file at all");
    let outcome = officers.open();
    let (failed, said) = told(&outcome, Ok(()));
    let failure = failed.unwrap_err();
    assert!(said.contains("not opened: report") && failure.exit_code() == 1);
    let json = failure.to_json();
    assert_eq!(
        (&json["error"]["code"], &json["problems"][0]["reason"]),
        (&"nothing_opened".into(), &"bad_header".into())
    );
    officers.desk.deliver_report(&report(1, "a good one"));
    for _ in 0..2 {
        assert!(told(&officers.open(), Ok(())).0.is_ok());
    }
}

#[test]
fn a_receipt_that_could_not_be_left_is_not_called_unopened() {
    let mut outcome = Officers::new().open();
    outcome.problems.push(Problem {
        kind: RECEIPT,
        sha256: Sha256::of(b"x"),
        reason: "not_left",
        message: "the box is full".into(),
    });
    let words = outcome.to_string();
    assert!(words.contains("not left") && !words.contains("not opened"), "{words}");
}

#[test]
fn files_and_folders_in_the_way_cost_no_result() {
    let officers = Officers::new();
    officers.desk.deliver_report(&report(1, "x"));
    fs::create_dir_all(officers.out.join("index.geojson/in the way")).unwrap();
    fs::write(officers.out.join(".incoming"), "in the way").unwrap();
    let home = officers.desk.home();
    let keys = OfficerKeys::read(&home.officer()).unwrap();
    let mut source = Folder::open(&home.server(), officers.desk.clock.clone()).unwrap();
    let (outcome, layer) =
        super::open(&officers.out, &keys, &mut source, &*officers.desk.clock, &mut |_, _| {}).unwrap();
    let (failed, said) = told(&outcome, layer);
    assert!(said.contains("1 opened"), "{said}");
    assert!(failed.unwrap_err().to_string().contains("index.geojson"));
}

#[test]
fn only_a_folder_that_open_wrote_is_exported() {
    let officers = Officers::new();
    fs::create_dir(&officers.out).unwrap();
    let args = || ExportArgs { from: officers.out.clone(), format: ExportFormat::Csv, to: None };
    let export = || crate::tool::export::run(&args(), &mut Output::silent());
    assert!(matches!(export(), Err(Failure::BadFile { .. })));
    officers.open();
    export().unwrap();
    officers.desk.deliver_report(&report(1, "x"));
    officers.open();
    fs::remove_file(officers.out.join(".opened.json")).unwrap();
    export().unwrap();
}
