//! One report in two envelopes: a phone sealed it anew after the first had arrived and its receipt had not come back.

use super::*;
use crate::testing::contact;

/// How many reports and receipts there are, after opening twice: the second time changes nothing.
fn opened_once(officers: &Officers) -> (usize, usize) {
    let first = officers.open();
    assert_eq!(first.problems.len(), 0);
    let before = officers.everything();
    let second = officers.open();
    assert_eq!((second.opened.len(), second.receipts_left), (0, 0));
    assert_eq!(officers.everything(), before);
    let folders = files::names_in(&officers.out).unwrap();
    (folders.iter().filter(|name| name.starts_with("KRAKEN")).count(), first.receipts_left)
}

fn receipts_for(officers: &Officers, objects: &[turnstone_wire::receipt::Object]) -> bool {
    let items = officers.desk.store.mailbox(&token().address(), Some(&token())).unwrap();
    let receipts = items.iter().map(|item| match serde_json::from_str(item).unwrap() {
        MailboxItem::Receipt { receipt } => receipt,
        MailboxItem::Reply { .. } | MailboxItem::Unknown => panic!("no receipt"),
    });
    let receipts: Vec<_> = receipts.collect();
    objects.iter().all(|object| {
        receipts.iter().any(|receipt| receipt.verify::<Officer>(object, &officers.desk.desk()).is_ok())
    })
}

#[test]
fn p3_the_same_body_in_two_envelopes_is_one_report_with_a_receipt_for_each() {
    for together in [true, false] {
        let officers = Officers::new();
        let report = report(1, "x");
        let mut objects = vec![officers.desk.deliver_report(&report)];
        if !together {
            assert_eq!(opened_once(&officers), (1, 1));
        }
        objects.push(officers.desk.deliver_report(&report));
        assert_ne!(objects[0].sha256, objects[1].sha256);
        assert_eq!(opened_once(&officers), (1, if together { 2 } else { 1 }));
        assert!(receipts_for(&officers, &objects));
        // Nor does a lost index make two of them.
        fs::remove_file(officers.out.join(".opened.json")).unwrap();
        assert_eq!(opened_once(&officers).0, 1);
    }
}

#[test]
fn p3_a_contact_sealed_anew_makes_no_second_report() {
    for together in [true, false] {
        let officers = Officers::new();
        let mut old = report(1, "x");
        let (part, sealed) = attachment(1, Role::Original, JPEG);
        old.attachments = vec![part];
        old.contact = Some(contact(&officers.desk.desk(), "Ann, 07700 900000"));
        let new =
            Report { contact: Some(contact(&officers.desk.desk(), "Ann, 07700 900000")), ..old.clone() };
        assert_ne!(body(&old), body(&new));
        let mut objects = vec![officers.desk.deliver_report(&old)];
        officers.desk.deliver_attachment(&sealed);
        if !together {
            assert_eq!(opened_once(&officers), (1, 2));
        }
        objects.push(officers.desk.deliver_report(&new));
        assert_eq!(opened_once(&officers), (1, if together { 3 } else { 1 }));
        assert!(receipts_for(&officers, &objects));
        let folder = old.reference.to_string();
        assert_eq!(
            officers.read(&format!("{folder}/report.json")),
            body(&old),
            "what is open stays as it is"
        );
        fs::remove_file(officers.out.join(".opened.json")).unwrap();
        assert_eq!(opened_once(&officers).0, 1);
    }
}

#[test]
fn a_contact_that_only_its_newer_sealing_opens_is_opened_whenever_its_key_comes() {
    for key_is_late in [false, true] {
        let officers = Officers::new();
        let mut old = report(1, "x");
        // Sealed to a key that nobody has any more.
        let lost = DeskIdentity::<SourceRole>::generate().public();
        let seal = |text: &str| {
            turnstone_wire::contact::SealedContact::seal(&Text::from(text), std::slice::from_ref(&lost))
        };
        old.contact = Some(seal("Ann").unwrap());
        let new = Report { contact: Some(contact(&officers.desk.desk(), "Ann")), ..old.clone() };
        officers.desk.deliver_report(&old);
        officers.open();
        officers.desk.deliver_report(&new);
        let key = officers.desk.home().officer().join("source.key");
        let secret = fs::read(&key).unwrap();
        if key_is_late {
            fs::remove_file(&key).unwrap();
            officers.open();
            fs::write(&key, secret).unwrap();
        }
        officers.open();
        let folder = old.reference.to_string();
        assert_eq!(officers.text(&format!("{folder}/contact.txt")), "Ann\n");
        // And where report.json is damaged afterwards, it comes again from whichever envelope it was in.
        fs::write(officers.out.join(&folder).join("report.json"), "{").unwrap();
        assert_eq!(officers.open().mended, std::slice::from_ref(&folder));
        assert!(officers.open().mended.is_empty());
    }
}

#[test]
fn other_words_under_the_same_id_are_still_another_report() {
    let officers = Officers::new();
    let mut one = report(1, "x");
    one.contact = Some(contact(&officers.desk.desk(), "Ann"));
    let mut other = report(1, "y");
    other.contact = one.contact.clone();
    officers.desk.deliver_report(&one);
    officers.desk.deliver_report(&other);
    let outcome = officers.open();
    assert_eq!((outcome.opened.len(), outcome.opened[1].same_id.len()), (2, 1));
}

#[test]
fn two_reports_with_one_photo_get_a_receipt_for_it_in_each_mailbox() {
    let officers = Officers::new();
    let (mut one, mut other) = (report(1, "x"), report(2, "y"));
    let (part, sealed) = attachment(1, Role::Original, JPEG);
    one.attachments = vec![part.clone()];
    other.attachments = vec![part];
    let mailbox = turnstone_wire::mailbox::MailboxToken::from_bytes([8; 32]);
    other.mailbox.as_mut().unwrap().address = mailbox.address();
    officers.desk.deliver_attachment(&sealed);
    for report in [&one, &other] {
        officers.desk.deliver_report(report);
    }
    assert_eq!(opened_once(&officers), (2, 4));
    for token in [token(), mailbox] {
        assert_eq!(officers.desk.store.mailbox(&token.address(), Some(&token)).unwrap().len(), 2);
    }
}
