//! Replays `docs/vectors`: the bytes that other clients and desks are tested against. Shares no code with
//! `wire/examples/vectors.rs`, which wrote them.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::{fs, path::PathBuf};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use turnstone_wire::{
    JsonError, attachment,
    body::{BodyError, Report, ReportId, Scheme},
    bundle::{AnswerKey, AnswerReader, AnswerWriter, BundleError, BundleReader, BundleWriter, Salt},
    desk_call::{CallError, Proof, Request},
    directory::{Desk, DirectoryError, Roots, SignedDirectory},
    envelope::{self, HeaderError, OpenError},
    hash::Sha256,
    key::{Caller, DeskIdentity, KeyId, Officer, Reply, Role, Seal, SigningKey, Source, Stored, VerifyKey},
    mailbox::MailboxToken,
    padding,
    receipt::{Object, ObjectKind, ReceiptRole, SignedReceipt},
    reference::{Reference, ReferenceError},
    reply::{Letter, SealedReply, SignedReply},
};

fn bytes(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/vectors")
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}

fn cases<'a>(file: &'a Value, list: &str) -> &'a [Value] {
    let cases = file[list].as_array().unwrap();
    assert!(!cases.is_empty(), "{list} is empty");
    cases
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap()
}

fn identity<R: turnstone_wire::key::SealingRole>(name: &str) -> DeskIdentity<R> {
    DeskIdentity::parse(text(&json("keys.json"), name)).unwrap()
}

#[test]
fn bodies_are_written_byte_for_byte() {
    for case in cases(&json("body.json"), "cases") {
        let report = Report::parse(text(case, "text").as_bytes()).unwrap();
        let padded = report.to_padded_bytes().unwrap();
        assert_eq!(std::str::from_utf8(&padded).unwrap().trim_end(), text(case, "text"), "{}", case["name"]);
        assert_eq!(padded.len() as u64, case["padded_size"]);
        assert_eq!(Sha256::of(&padded).to_string(), case["padded_sha256"]);
    }
}

#[test]
fn bodies_are_refused_by_name() {
    for case in cases(&json("body-refused.json"), "cases") {
        let error = Report::parse(text(case, "text").as_bytes()).unwrap_err();
        assert_eq!(of_body(&error), case["error"], "{}", case["name"]);
    }
}

fn of_body(error: &BodyError) -> &'static str {
    match error {
        BodyError::TooLarge { .. } => "too_large",
        BodyError::Json(JsonError::Malformed { .. }) => "malformed",
        BodyError::Json(JsonError::DuplicateField { .. }) => "duplicate_field",
        BodyError::UnknownFormat(_) => "unknown_format",
        BodyError::Field { .. } => "field",
        BodyError::TooMany { .. } => "too_many",
        BodyError::Inconsistent(_) => "inconsistent",
    }
}

#[test]
fn sizes_are_padded_alike() {
    let file = json("padding.json");
    for pair in cases(&file, "body") {
        let len = usize::try_from(pair[0].as_u64().unwrap()).unwrap();
        assert_eq!(padding::body_size(len) as u64, pair[1], "{pair}");
    }
    for pair in cases(&file, "reply") {
        let len = usize::try_from(pair[0].as_u64().unwrap()).unwrap();
        assert_eq!(padding::reply_size(len).map(|size| size as u64), pair[1].as_u64(), "{pair}");
    }
    for pair in cases(&file, "padme") {
        assert_eq!(padding::padme(pair[0].as_u64().unwrap()), pair[1], "{pair}");
    }
}

#[test]
fn references_are_made_and_read_alike() {
    let file = json("reference.json");
    for case in cases(&file, "made") {
        let id: ReportId = serde_json::from_value(case["id"].clone()).unwrap();
        let scheme: Scheme = serde_json::from_value(case["scheme"].clone()).unwrap();
        assert_eq!(Reference::of(scheme, &id).to_string(), case["label"]);
    }
    for case in cases(&file, "typed") {
        assert_eq!(text(case, "typed").parse::<Reference>().unwrap().to_string(), case["label"]);
    }
    for case in cases(&file, "bad") {
        let error = match text(case, "text").parse::<Reference>().unwrap_err() {
            ReferenceError::NoCodeWord => "no_code_word",
            ReferenceError::Length(_) => "length",
            ReferenceError::Symbol(_) => "symbol",
            ReferenceError::Check => "check",
        };
        assert_eq!(error, case["error"], "{case}");
    }
}

#[test]
fn keys_have_the_same_ids() {
    let file = json("keys.json");
    for case in cases(&file, "ids") {
        assert_eq!(KeyId::of(text(case, "role"), text(case, "public")).to_string(), case["id"]);
    }
    let publics: Vec<_> = cases(&file, "ids").iter().map(|case| text(case, "public")).collect();
    assert_eq!(identity::<Seal>("age_01").public().as_str(), publics[0]);
    assert_eq!(identity::<Seal>("age_02").public().as_str(), publics[3]);
    let signing = SigningKey::<Stored>::parse(text(&file, "signing_01")).unwrap();
    assert_eq!(signing.public().to_public_text(), publics[4]);
}

#[test]
fn receipts_are_signed_byte_for_byte_and_believed() {
    for case in cases(&json("receipt.json"), "cases") {
        match text(case, "kind") {
            "stored" => receipt::<Stored>(case, 1),
            _ => receipt::<Officer>(case, 2),
        }
    }
}

fn receipt<R: ReceiptRole>(case: &Value, seed: u8) {
    let bytes = text(case, "bytes").as_bytes();
    let kind: ObjectKind = serde_json::from_value(case["object"].clone()).unwrap();
    let object = Object { kind, sha256: Sha256::of(bytes), size: bytes.len() as u64 };
    let desk = desk_with::<R>(text(case, "public"));
    let given = SignedReceipt::parse(case["receipt"].to_string().as_bytes()).unwrap();
    let verified = given.verify::<R>(&object, &desk).unwrap();
    let key = SigningKey::<R>::from_seed([seed; 32]).unwrap();
    assert!(SignedReceipt::sign(&object, &desk.id, verified.at(), &key) == given);
}

/// The desk that signed the vectors, with one key.
fn desk_with<R: Role>(public: &str) -> Desk {
    serde_json::from_value(serde_json::json!({
        "id": "test-desk", "names": {}, "routes": [], "urls": [],
        "keys": [{ "id": KeyId::of(R::NAME, public), "role": R::NAME, "state": "active", "public": public }],
    }))
    .unwrap()
}

#[test]
fn the_directory_is_believed_by_two_of_three_roots() {
    let file = json("directory.json");
    let root = |text: &Value| VerifyKey::parse(text.as_str().unwrap()).unwrap();
    let keys: Vec<_> = cases(&file, "roots").iter().map(root).collect();
    let signed = SignedDirectory::parse(file["directory"].to_string().as_bytes()).unwrap();
    let directory = signed.verify(&Roots::new(keys.clone()).unwrap()).unwrap();
    assert_eq!((directory.sequence(), directory.desks().len(), directory.desks()[0].keys.len()), (7, 1, 5));
    assert_eq!(directory.desks()[0].recipients::<Seal>().len(), 1);
    let error = signed.verify(&Roots::new(keys[..2].to_vec()).unwrap()).unwrap_err();
    assert_eq!(error, DirectoryError::Signatures { good: 1, needed: 2 });
    let seeds = [1, 3].map(|seed| SigningKey::from_seed([seed; 32]).unwrap());
    let again = SignedDirectory::sign(directory.payload(), &seeds.each_ref()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&again.to_json()).unwrap(), file["directory"]);
}

#[test]
fn mailboxes_have_the_same_addresses() {
    for case in cases(&json("mailbox.json"), "cases") {
        assert_eq!(MailboxToken::parse(text(case, "token")).unwrap().address().to_string(), case["address"]);
    }
}

#[test]
fn replies_are_signed_byte_for_byte_open_and_are_believed() {
    let file = json("reply.json");
    let (id, at): (ReportId, _) =
        (serde_json::from_value(file["report"].clone()).unwrap(), text(&file, "at").parse().unwrap());
    let desk = desk_with::<Officer>(text(&file, "public"));
    for case in cases(&file, "cases") {
        let given: SignedReply = serde_json::from_value(case["reply"].clone()).unwrap();
        let read = given.verify(&id, &desk).unwrap();
        assert_eq!(
            (read.words.as_str(), &read.counter.to_string()[..]),
            (text(case, "words"), text(case, "counter"))
        );
        let letter = Letter { report: id, counter: read.counter, at, desk: &desk.id, words: &read.words };
        let again = SignedReply::sign(&letter, &SigningKey::from_seed([2; 32]).unwrap()).unwrap();
        assert_eq!(serde_json::to_value(again).unwrap(), case["reply"]);
    }
    let base_64 = BASE64_STANDARD.encode(bytes("reply.age"));
    let sealed: SealedReply = serde_json::from_value(base_64.into()).unwrap();
    let opened = sealed.open(&identity::<Reply>("age_01")).unwrap();
    assert_eq!(serde_json::to_value(opened).unwrap(), cases(&file, "cases")[0]["reply"]);
}

#[test]
fn desk_calls_are_signed_byte_for_byte_and_believed() {
    let file = json("desk-call.json");
    let public = VerifyKey::<Caller>::parse(text(&file, "public")).unwrap();
    let at = text(&file, "at").parse().unwrap();
    for case in cases(&file, "cases") {
        let body = Sha256::of(text(case, "body").as_bytes());
        let request = Request { method: text(case, "method"), path: text(case, "path"), body };
        let proof = Proof::parse(text(case, "authorization")).unwrap();
        assert_eq!(proof.verify(&request, at, &public), Ok(()));
        let elsewhere = Request { path: "/", ..request };
        assert_eq!(proof.verify(&elsewhere, at, &public), Err(CallError::BadSignature));
        let key = SigningKey::from_seed([1; 32]).unwrap();
        assert_eq!(Proof::sign(&request, [1; 16], at, &key).to_header(), case["authorization"]);
    }
}

#[test]
fn a_sealed_report_its_contact_and_its_attachment_open_to_the_same_bytes() {
    let opened = envelope::open(&bytes("report.age"), &[identity("age_01")]).unwrap();
    assert!(opened.body == bytes("report.json"));
    let contact = opened.report.contact.as_ref().unwrap();
    assert_eq!(contact.open(&[identity::<Source>("age_02")]).unwrap().as_str(), "VHF 77");
    assert!(matches!(contact.open(&[identity("age_01")]), Err(OpenError::NotForThisKey)));
    let mut photo = Vec::new();
    attachment::open(&bytes("attachment.age")[..], &opened.report.attachments[0], &mut photo).unwrap();
    assert!(photo == bytes("attachment.bin"));
}

/// What an `age` file holds, opened without our own reader.
fn inside(file: &[u8], identity: &str) -> Vec<u8> {
    let identity: age::x25519::Identity = identity.parse().unwrap();
    let decryptor = age::Decryptor::new(file).unwrap();
    let mut content = Vec::new();
    let mut reader = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).unwrap();
    std::io::Read::read_to_end(&mut reader, &mut content).unwrap();
    content
}

#[test]
fn a_bundle_and_its_answer_hold_the_very_lines() {
    let keys = json("keys.json");
    let (courier, phone) = (text(&keys, "age_01"), text(&keys, "age_02"));
    let (bundle, answer) = (bytes("bundle.age"), bytes("answer.bin"));
    assert!(inside(&bundle, courier) == bytes("bundle.txt"));
    assert!(answer[..16] == [5; 16] && inside(&answer[16..], phone) == bytes("answer.txt"));

    let mut reader = BundleReader::open(&bundle[..], &[identity("age_01")]).unwrap();
    let head = reader.head().clone();
    let mut again = BundleWriter::new(Vec::new(), &[identity("age_01").public()], &head).unwrap();
    let mut answered = AnswerWriter::new(Vec::new(), &head).unwrap();
    let key = |_: &Salt| Ok::<_, BundleError>(AnswerKey::from_secret([2; 32]).unwrap());
    let mut receipts = AnswerReader::open(&answer[..], key).unwrap();
    assert_eq!(
        (head.desk.as_str(), receipts.desk().as_str(), head.salt.as_bytes()),
        ("quay", "quay", &[5; 16])
    );
    while let Some(object) = reader.next_object().unwrap() {
        let mut bytes = vec![0; 100];
        let size = reader.read(&mut bytes).unwrap();
        assert_eq!(Sha256::of(&bytes[..size]), object.object.sha256);
        again.begin(&object).unwrap();
        again.write(&bytes[..size]).unwrap();
        let receipt = receipts.next_receipt().unwrap().unwrap();
        assert_eq!(receipt.claims().unwrap().object, object.object);
        answered.receipt(&receipt).unwrap();
    }
    assert!(receipts.next_receipt().unwrap().is_none());
    // And what is written is the same again.
    assert!(inside(&again.finish().unwrap(), courier) == bytes("bundle.txt"));
    let answered = answered.finish().unwrap();
    assert!(answered[..16] == [5; 16] && inside(&answered[16..], phone) == bytes("answer.txt"));
}

/// Each file is called by its error and by what is wrong with it.
#[test]
fn hostile_envelopes_are_refused_by_name_and_at_once() {
    let begun = std::time::Instant::now();
    let mut count = 0;
    for entry in fs::read_dir(folder().join("hostile")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let error = match envelope::open(&fs::read(&path).unwrap(), &[identity("age_01")]).unwrap_err() {
            OpenError::Header(HeaderError::NotAge) => "not_age",
            OpenError::Header(HeaderError::TooLong) => "too_long",
            OpenError::Header(HeaderError::TooManyStanzas) => "too_many_stanzas",
            OpenError::Header(HeaderError::BadLine) => "bad_line",
            OpenError::NotForThisKey => "not_for_this_key",
            OpenError::Damaged => "damaged",
            OpenError::Body(error) => of_body(&error),
            OpenError::TooLarge { .. } | OpenError::Mismatch(_) | OpenError::Io(_) => "another",
        };
        assert_eq!(name.split("--").next(), Some(error), "{name}");
        count += 1;
    }
    assert!(count >= 15, "{count} hostile files");
    assert!(begun.elapsed().as_secs() < 10);
}
