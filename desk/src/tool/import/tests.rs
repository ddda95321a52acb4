use std::{fs, path::PathBuf};

use clap::Parser;
use serde_json::Value;
use turnstone_wire::{
    body::{Report, Role},
    bundle::{AnswerKey, AnswerReader, BundleWriter, Head, Salt},
    directory::DeskId,
    envelope::Envelope,
    key::{KeyId, Officer, Seal, Stored},
    mailbox::MailboxItem,
    receipt::Object,
};

use super::*;
use crate::{
    args::{Cli, Command},
    files,
    home::IntakeConfig,
    testing::{Said, TestDesk, attachment, report, token},
    tool::open,
};

const PHOTO: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF and so on";

type Things = Vec<(ObjectKind, Vec<u8>)>;

/// A desk, and a stick on which a phone left a bundle.
struct Stick {
    desk: TestDesk,
}

fn phone() -> AnswerKey {
    AnswerKey::from_secret([8; 32]).unwrap()
}

fn head() -> Head {
    let desk = DeskId::parse("quay").unwrap();
    Head { desk, salt: Salt::from_bytes([5; 16]), answer_to: phone().recipient() }
}

impl Stick {
    fn new() -> Self {
        Self { desk: TestDesk::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.desk.folder.path().join(name)
    }

    fn seal(&self, report: &Report) -> Vec<u8> {
        let body = report.to_padded_bytes().unwrap();
        Envelope::seal(&body, &self.desk.desk().recipients::<Seal>()).unwrap().into_bytes()
    }

    /// A report with one photo, sealed.
    fn report_with_photo(&self, number: u8) -> (Report, Things) {
        let mut report = report(number, "seen from the pier");
        let (part, sealed) = attachment(1, Role::Original, PHOTO);
        report.attachments = vec![part];
        let envelope = self.seal(&report);
        (report, vec![(ObjectKind::Report, envelope), (ObjectKind::Attachment, sealed)])
    }

    fn bundle(&self, things: &Things) -> Vec<u8> {
        self.bundle_of(&head(), things, &[])
    }

    fn bundle_of(&self, head: &Head, things: &Things, keys: &[KeyId]) -> Vec<u8> {
        let mut writer = BundleWriter::new(Vec::new(), &self.desk.desk().recipients(), head).unwrap();
        for (kind, bytes) in things {
            writer.begin(&ObjectHead { object: object_of(*kind, bytes), keys: keys.to_vec() }).unwrap();
            writer.write(bytes).unwrap();
        }
        writer.finish().unwrap()
    }

    fn run(&self, command: &str) -> Result<Value, Failure> {
        let here = self.desk.folder.path().to_str().unwrap();
        let cli = Cli::parse_from(format!("turnstone-desk {command}").replace("HERE", here).split(' '));
        let said = Said::default();
        let mut output = Output::to(true, Box::new(said.clone()));
        match cli.command {
            Command::Import(args) => super::run(&args, &mut output)?,
            Command::Open(args) => open::run(&args, &mut output)?,
            _ => panic!("{command}"),
        }
        Ok(said.json())
    }

    /// Imports a bundle, answered to `answer`.
    fn import(&self, bundle: &[u8]) -> Result<Value, Failure> {
        fs::write(self.path("bundle"), bundle).unwrap();
        self.run("import HERE/bundle --to HERE/server --answer HERE/answer --force")
    }

    fn receipts(&self) -> Vec<SignedReceipt> {
        let answer = fs::read(self.path("answer")).unwrap();
        let mut answer = AnswerReader::open(&answer[..], |_| Ok::<_, BundleError>(phone())).unwrap();
        std::iter::from_fn(|| answer.next_receipt().unwrap()).collect()
    }

    /// That the desk holds exactly these, byte for byte, and vouches for each in the answer.
    fn holds(&self, things: &Things) {
        let receipts = self.receipts();
        for (kind, bytes) in things {
            let object = object_of(*kind, bytes);
            let mut held = Vec::new();
            self.desk.store.object(*kind, &object.sha256).unwrap().read_to_end(&mut held).unwrap();
            assert!(held == *bytes);
            let vouched = receipts.iter().filter(|r| r.verify::<Stored>(&object, &self.desk.desk()).is_ok());
            assert_eq!(vouched.count(), 1);
        }
        assert_eq!(self.desk.store.objects_after(0).unwrap().len(), things.len());
        assert!(files::names_in(&self.path("server/incoming")).unwrap().is_empty());
    }
}

fn object_of(kind: ObjectKind, bytes: &[u8]) -> Object {
    Object { kind, sha256: Sha256::of(bytes), size: bytes.len() as u64 }
}

fn failed(result: Result<Value, Failure>) -> (Value, &'static str) {
    let failure = result.unwrap_err();
    (failure.to_json(), failure.code())
}

#[test]
fn p3_a_bundle_is_stored_once_however_often_it_comes_and_each_time_gets_the_same_receipts() {
    let stick = Stick::new();
    let (_, things) = stick.report_with_photo(1);
    let bundle = stick.bundle(&things);
    let said = stick.import(&bundle).unwrap();
    assert_eq!(said["stored"], serde_json::json!({"reports": 1, "attachments": 1}));
    assert_eq!((said["complete"].as_bool(), said["receipts"].as_u64()), (Some(true), Some(2)));
    stick.holds(&things);
    let first = stick.receipts();
    let said = stick.import(&bundle).unwrap();
    assert_eq!(said["known"], serde_json::json!({"reports": 1, "attachments": 1}));
    assert_eq!(stick.receipts(), first);
    stick.holds(&things);
}

#[test]
fn p3_what_came_by_the_network_and_by_hand_is_there_once() {
    let stick = Stick::new();
    let (report, things) = stick.report_with_photo(1);
    let (envelope, photo) = (&things[0].1, &things[1].1);
    stick.desk.deliver(envelope);
    // Half of the photo is there already, and its upload is open.
    stick.desk.store.begin_upload(&Sha256::of(photo), photo.len() as u64).unwrap();
    let mut appender = stick.desk.store.append(&Sha256::of(photo), 0).unwrap();
    appender.write(&photo[..50]).unwrap();
    appender.commit().unwrap();
    let said = stick.import(&stick.bundle(&things)).unwrap();
    assert_eq!((&said["stored"]["attachments"], &said["known"]["reports"]), (&1.into(), &1.into()));
    // And the upload that went on meanwhile comes to its end as well.
    appender.write(&photo[50..]).unwrap();
    assert!(appender.finish().unwrap().receipt.is_some());
    stick.holds(&things);
    let said = stick.run("open --key HERE/officer --from HERE/server --out HERE/out").unwrap();
    assert_eq!((said["opened"].as_array().unwrap().len(), &said["problems"]), (1, &serde_json::json!([])));
    assert_eq!(fs::read(stick.path(&format!("out/{}/1.jpg", report.reference))).unwrap(), PHOTO);
}

#[test]
fn p11_what_is_not_taken_is_named_and_stops_nothing_else() {
    let stick = Stick::new();
    let (_, mut things) = stick.report_with_photo(1);
    let large = (ObjectKind::Report, vec![7; 600_000]);
    let empty = (ObjectKind::Attachment, vec![]);
    let all = [vec![large, empty], std::mem::take(&mut things)].concat();
    let (said, code) = failed(stick.import(&stick.bundle(&all)));
    assert_eq!((code, &said["refused_count"], &said["complete"]), ("not_all_taken", &2.into(), &true.into()));
    assert_eq!(said["refused"][0]["reason"], "too_large");
    stick.holds(&all[2..].to_vec());

    // A name that is not that of the bytes, and the right bytes after it.
    let stick = Stick::new();
    let (_, things) = stick.report_with_photo(1);
    let mut writer = BundleWriter::new(Vec::new(), &stick.desk.desk().recipients(), &head()).unwrap();
    let right = object_of(ObjectKind::Report, &things[0].1);
    for bytes in [&vec![0; things[0].1.len()], &things[0].1] {
        writer.begin(&ObjectHead { object: right, keys: vec![] }).unwrap();
        writer.write(bytes).unwrap();
    }
    let (said, _) = failed(stick.import(&writer.finish().unwrap()));
    assert_eq!(
        (&said["refused"][0]["reason"], &said["stored"]["reports"]),
        (&"hash_mismatch".into(), &1.into())
    );
    stick.holds(&things[..1].to_vec());
}

#[test]
fn an_envelope_to_a_dead_key_is_refused_as_over_the_network() {
    let stick = Stick::new();
    let (_, things) = stick.report_with_photo(1);
    let key = stick.desk.desk().keys[0].id;
    let mut config = IntakeConfig::read(&stick.path("server")).unwrap();
    config.dead_keys = vec![key];
    config.write(&stick.path("server")).unwrap();
    let (said, _) = failed(stick.import(&stick.bundle_of(&head(), &things[..1].to_vec(), &[key])));
    assert_eq!(said["refused"][0]["reason"], "dead_key");
    assert!(stick.receipts().is_empty());
}

#[test]
fn p11_of_a_damaged_bundle_all_that_is_whole_is_stored_and_vouched_for() {
    let stick = Stick::new();
    let (_, things) = stick.report_with_photo(1);
    let (_, sealed) = attachment(2, Role::Original, &vec![3; 300_000]);
    let all = [things.clone(), vec![(ObjectKind::Attachment, sealed)]].concat();
    let bundle = stick.bundle(&all);
    let (said, code) = failed(stick.import(&bundle[..200_000]));
    assert_eq!((code, &said["complete"], &said["receipts"]), ("damaged_bundle", &false.into(), &2.into()));
    assert!(said["error"]["message"].as_str().unwrap().contains("changed, or cut short"), "{said}");
    stick.holds(&things);
    stick.import(&bundle).unwrap();
    stick.holds(&all);
}

#[test]
fn p11_a_bundle_for_somebody_else_and_no_bundle_are_refused_by_name_and_change_nothing() {
    let stick = Stick::new();
    let (_, things) = stick.report_with_photo(1);
    let other = Stick::new();
    let elsewhere = Head { desk: DeskId::parse("other").unwrap(), ..head() };
    for (bundle, expected) in [
        (other.bundle(&things), "not_for_this_key"),
        (stick.bundle_of(&elsewhere, &things, &[]), "other_desk"),
        (things[0].1.clone(), "not_for_this_key"),
        (b"hello".to_vec(), "no_bundle"),
        (Vec::new(), "no_bundle"),
    ] {
        assert_eq!(failed(stick.import(&bundle)).1, expected);
        assert!(stick.desk.store.objects_after(0).unwrap().is_empty());
        assert!(!stick.path("answer").exists());
    }
    fs::remove_file(stick.path("server/courier.key")).unwrap();
    let (said, code) = failed(stick.import(&stick.bundle(&things)));
    assert_eq!(code, "bad_file");
    assert!(said["error"]["message"].as_str().unwrap().contains("add courier"));
}

#[test]
fn an_answer_is_not_written_over_unless_that_is_asked_for() {
    let stick = Stick::new();
    let (_, things) = stick.report_with_photo(1);
    fs::write(stick.path("bundle"), stick.bundle(&things)).unwrap();
    fs::write(stick.path("answer"), "somebody's").unwrap();
    let import = "import HERE/bundle --to HERE/server --answer HERE/answer";
    assert_eq!(failed(stick.run(import)).1, "exists");
    assert!(stick.desk.store.objects_after(0).unwrap().is_empty(), "said before anything is stored");
    assert_eq!(fs::read(stick.path("answer")).unwrap(), b"somebody's");
    assert_eq!(stick.run("import HERE/bundle --to HERE/server").unwrap()["answer"], Value::Null);
    stick.run(&format!("{import} --force")).unwrap();
    stick.holds(&things);
    assert!(!files::names_in(&stick.path("")).unwrap().iter().any(|name| name.starts_with(".answer")));
}

#[test]
fn p3_what_a_killed_import_left_is_swept_and_an_object_without_its_row_gets_it() {
    let stick = Stick::new();
    let (_, things) = stick.report_with_photo(1);
    fs::write(stick.path("server/incoming/hand-left"), "half").unwrap();
    let name = Sha256::of(&things[1].1).to_string();
    let place = stick.path(&format!("server/objects/attachments/{}/{name}.age", &name[..2]));
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place, &things[1].1).unwrap();
    stick.import(&stick.bundle(&things)).unwrap();
    stick.holds(&things);
}

#[test]
fn an_officer_opens_a_bundle_without_the_intake_and_the_intake_later_adds_nothing_but_the_receipts() {
    let stick = Stick::new();
    let (report, things) = stick.report_with_photo(1);
    let bundle = stick.bundle(&things);
    fs::write(stick.path("bundle"), &bundle).unwrap();
    let open = "open --key HERE/officer --from HERE/bundle --out HERE/out";
    let said = stick.run(open).unwrap();
    assert_eq!((said["opened"].as_array().unwrap().len(), &said["problems"]), (1, &serde_json::json!([])));
    assert_eq!(fs::read(stick.path(&format!("out/{}/1.jpg", report.reference))).unwrap(), PHOTO);
    assert!(!stick.path("out/.bundle").exists());
    assert_eq!(stick.run(open).unwrap()["already_open"].as_array().unwrap().len(), 1);
    // The same reports by the intake: nothing is opened twice, and the receipts are left now.
    stick.import(&bundle).unwrap();
    let said = stick.run("open --key HERE/officer --from HERE/server --out HERE/out").unwrap();
    assert_eq!((said["opened"].as_array().unwrap().len(), &said["receipts_left"]), (0, &2.into()));
    let items = stick.desk.store.mailbox(&token().address(), Some(&token())).unwrap();
    let opened = |item: &String| match serde_json::from_str(item).unwrap() {
        MailboxItem::Receipt { receipt } => {
            let object = object_of(ObjectKind::Report, &things[0].1);
            receipt.verify::<Officer>(&object, &stick.desk.desk()).is_ok()
        }
        _ => false,
    };
    assert_eq!(items.iter().filter(|item| opened(item)).count(), 1);
}

#[test]
fn p11_a_bundle_with_other_bytes_under_a_name_keeps_an_officer_from_nothing() {
    let stick = Stick::new();
    let (report, things) = stick.report_with_photo(1);
    let mut writer = BundleWriter::new(Vec::new(), &stick.desk.desk().recipients(), &head()).unwrap();
    for (kind, bytes) in &things {
        // A stranger's bytes come first, and once more where the right ones never come.
        let missing = object_of(ObjectKind::Report, b"a report that never comes");
        for (object, bytes) in [
            (object_of(*kind, bytes), &vec![0; bytes.len()]),
            (object_of(*kind, bytes), bytes),
            (missing, &vec![0; 25]),
        ] {
            writer.begin(&ObjectHead { object, keys: vec![] }).unwrap();
            writer.write(bytes).unwrap();
        }
    }
    fs::write(stick.path("bundle"), writer.finish().unwrap()).unwrap();
    let said = stick.run("open --key HERE/officer --from HERE/bundle --out HERE/out").unwrap();
    assert_eq!(
        (said["opened"].as_array().unwrap().len(), said["problems"].as_array().unwrap().len()),
        (1, 1)
    );
    assert!(said["problems"][0]["message"].as_str().unwrap().contains("other bytes"), "{said}");
    assert_eq!(fs::read(stick.path(&format!("out/{}/1.jpg", report.reference))).unwrap(), PHOTO);
}

#[test]
fn p11_an_officer_reads_what_is_whole_of_a_damaged_bundle_and_hears_of_it() {
    let stick = Stick::new();
    let (report, things) = stick.report_with_photo(1);
    let (_, sealed) = attachment(2, Role::Original, &vec![3; 300_000]);
    let all = [things, vec![(ObjectKind::Attachment, sealed)]].concat();
    fs::write(stick.path("bundle"), &stick.bundle(&all)[..200_000]).unwrap();
    let (said, code) = failed(stick.run("open --key HERE/officer --from HERE/bundle --out HERE/out"));
    assert_eq!((code, said["opened"].as_array().unwrap().len()), ("damaged_bundle", 1));
    assert_eq!(fs::read(stick.path(&format!("out/{}/1.jpg", report.reference))).unwrap(), PHOTO);
    fs::remove_file(stick.path("officer/courier.key")).unwrap();
    assert_eq!(failed(stick.run("open --key HERE/officer --from HERE/bundle --out HERE/out")).1, "bad_file");
}
