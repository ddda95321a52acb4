//! Kills, damage and lies on an officer's disk.

use std::os::unix::fs::MetadataExt;

use super::*;

fn flagged(officers: &Officers, folder: &str) -> bool {
    officers.text(&format!("{folder}/report.txt")).contains("Two reports came under one id")
}

fn folders(officers: &Officers) -> Vec<String> {
    let names = files::names_in(&officers.out).unwrap().into_iter();
    names.filter(|name| !name.starts_with('.') && officers.out.join(name).is_dir()).collect()
}

/// Bodies of one identity, delivered in this order, with an `open` after each or one for both.
fn two_bodies(first: &Report, second: &Report, runs: usize) -> Officers {
    let officers = Officers::new();
    officers.desk.deliver_report(first);
    if runs == 2 {
        officers.open();
    }
    officers.desk.deliver_report(second);
    officers.open();
    officers
}

#[test]
fn two_bodies_with_one_id_are_kept_and_flagged_in_any_order_and_across_runs() {
    let (one, other) = (report(1, "what I saw"), report(1, "what somebody else says"));
    for (first, second) in [(&one, &other), (&other, &one)] {
        for runs in [1, 2] {
            let officers = two_bodies(first, second, runs);
            let names = folders(&officers);
            assert_eq!(names.len(), 2, "{names:?}");
            assert_eq!(officers.read(&format!("{}/report.json", names[0])), body(first));
            assert_eq!(officers.read(&format!("{}/report.json", names[1])), body(second));
            assert!(names.iter().all(|name| flagged(&officers, name)));
            let before = officers.everything();
            officers.open();
            assert_eq!(officers.everything(), before);
        }
    }
}

#[test]
fn a_kill_after_the_second_body_was_filed_leaves_both_flagged_by_the_next_run() {
    let (one, other) = (report(1, "what I saw"), report(1, "what somebody else says"));
    for keep_the_index in [true, false] {
        let officers = Officers::new();
        officers.desk.deliver_report(&one);
        officers.open();
        let first = one.reference.to_string();
        let (index, words) = (officers.read(".opened.json"), officers.read(&format!("{first}/report.txt")));
        officers.desk.deliver_report(&other);
        officers.open();
        // As the kill leaves it: the second folder has its name, and nothing else has been written since.
        fs::write(officers.out.join(&first).join("report.txt"), words).unwrap();
        if keep_the_index {
            fs::write(officers.out.join(".opened.json"), index).unwrap();
        } else {
            fs::remove_file(officers.out.join(".opened.json")).unwrap();
        }
        let again = officers.open();
        assert!(again.opened.is_empty() && folders(&officers).len() == 2);
        assert!(
            folders(&officers).iter().all(|name| flagged(&officers, name)),
            "index kept: {keep_the_index}"
        );
    }
}

#[test]
fn a_reference_that_is_taken_twice_over_stops_nothing() {
    let officers = Officers::new();
    let (report, id) = (report(1, "x"), hex(&report(1, "x")));
    let reference = report.reference.to_string();
    for taken in [reference.clone(), format!("{reference}-{}", &id[..8]), format!("{reference}-{id}")] {
        fs::create_dir_all(officers.out.join(taken).join("somebody's")).unwrap();
    }
    officers.desk.deliver_report(&report);
    assert_eq!(officers.open().opened[0].folder, format!("{reference}-{id}-2"));
    assert_eq!(officers.open().already_open.len(), 1);
}

#[test]
fn p11_a_damaged_folder_is_made_good_from_the_envelope() {
    let officers = Officers::new();
    let mut report = report(1, "black RIB off the pier");
    let (part, sealed) = attachment(1, Role::Original, JPEG);
    report.attachments = vec![part];
    officers.desk.deliver_report(&report);
    officers.desk.deliver_attachment(&sealed);
    officers.open();
    let before = officers.everything();
    let folder = officers.out.join(report.reference.to_string());
    let whole = body(&report);
    for damaged in [&b""[..], &whole[..whole.len() / 2], &whole.repeat(2), b"{}"] {
        fs::write(folder.join("report.json"), damaged).unwrap();
        let outcome = officers.open();
        assert_eq!(outcome.mended, [report.reference.to_string()]);
        assert!(outcome.to_string().contains("was damaged, and is now as it came"));
        assert_eq!(officers.everything(), before);
    }
    for damaged in [&b""[..], &JPEG[..JPEG.len() - 1]] {
        fs::write(folder.join("1.jpg"), damaged).unwrap();
        assert_eq!(officers.open().added[0].attachment, "1.jpg");
        assert_eq!(officers.everything(), before);
    }
    fs::write(officers.out.join("index.geojson"), b"{\"type\":\"Feat").unwrap();
    officers.open();
    assert_eq!(officers.everything(), before);
}

#[test]
fn p11_an_attachment_of_another_report_fills_no_disk_and_gets_no_second_receipt() {
    for liar_first in [true, false] {
        for knows_the_key in [true, false] {
            let officers = Officers::new();
            let (mut owner, mut liar) = (report(1, "mine"), report(2, "mine as well"));
            let (part, sealed) = attachment(1, Role::Original, JPEG);
            owner.attachments = vec![part.clone()];
            let mut claimed = part;
            if !knows_the_key {
                claimed.key = turnstone_wire::attachment::AttachmentKey::generate();
            }
            liar.attachments = vec![claimed];
            liar.mailbox = None;
            officers.desk.deliver_attachment(&sealed);
            for delivered in if liar_first { [&liar, &owner] } else { [&owner, &liar] } {
                officers.desk.deliver_report(delivered);
                officers.open();
            }
            let outcome = officers.open();
            let reasons: Vec<_> = outcome.problems.iter().map(|problem| problem.reason).collect();
            assert_eq!(officers.read(&format!("{}/1.jpg", owner.reference)), JPEG);
            let file = |report: &Report| officers.out.join(format!("{}/1.jpg", report.reference));
            if knows_the_key {
                // Two phones with one home folder, as like as not: both reports are whole, and the file is there once.
                assert_eq!(reasons, [""; 0], "liar first: {liar_first}");
                let number = |report| fs::metadata(file(report)).unwrap().ino();
                assert_eq!(number(&owner), number(&liar), "one file fills the disk once");
            } else {
                assert_eq!(reasons, ["repeated"], "liar first: {liar_first}");
                assert!(!file(&liar).exists());
            }
        }
    }
}
