use turnstone_wire::{
    desk_call::WINDOW_S,
    directory::{KeyEntry, KeyState},
    key::{Caller, Seal, SigningKey, Stored},
    limits::BODY_BYTES,
    receipt::SignedReceipt,
};

use super::*;
use crate::{
    clock::SystemRandom,
    home::{IntakeConfig, secrets},
    testing::{TestDesk, token},
};

fn put(desk: &TestDesk, name: Sha256, bytes: &[u8]) -> Result<Recorded, StoreError> {
    let mut incoming = desk.store.begin_report(name, &[], None)?;
    incoming.write(bytes)?;
    desk.store.finish_report(incoming)
}

fn report_object(bytes: &[u8]) -> Object {
    Object { kind: ObjectKind::Report, sha256: Sha256::of(bytes), size: bytes.len() as u64 }
}

fn incoming(desk: &TestDesk) -> Vec<String> {
    files::names_in(&desk.home().server().join("incoming")).unwrap()
}

#[test]
fn p2_a_receipt_is_given_once_file_and_row_are_there_and_fits_exactly_these_bytes() {
    let desk = TestDesk::new();
    let recorded = put(&desk, Sha256::of(b"sealed"), b"sealed").unwrap();
    let object = report_object(b"sealed");
    assert!(desk.store.shelf.holds(ObjectKind::Report, &object.sha256));
    assert_eq!(desk.store.objects_after(0).unwrap(), [Entry { number: 1, object }]);
    let verified = recorded.receipt.verify::<Stored>(&object, &desk.desk()).unwrap();
    assert_eq!(verified.at(), desk.clock.now());
    assert!(recorded.receipt.verify::<Stored>(&report_object(b"others"), &desk.desk()).is_err());
}

#[test]
fn p3_a_repeated_put_gives_the_same_receipt_and_one_object() {
    let mut desk = TestDesk::new();
    let first = put(&desk, Sha256::of(b"sealed"), b"sealed").unwrap();
    desk.clock.advance(1000);
    desk.restart();
    let second = put(&desk, Sha256::of(b"sealed"), b"sealed").unwrap();
    assert_eq!((first.fresh, second.fresh), (true, false));
    assert_eq!(first.receipt, second.receipt);
    assert_eq!(desk.store.objects_after(0).unwrap().len(), 1);
    assert!(incoming(&desk).is_empty());
}

#[test]
fn p3_a_kill_between_file_and_row_is_healed_by_the_next_attempt() {
    let desk = TestDesk::new();
    for kind in [ObjectKind::Report, ObjectKind::Attachment] {
        let name = Sha256::of(b"sealed");
        let path = desk.store.shelf.path(kind, &name);
        fs::create_dir_all(files::parent(&path)).unwrap();
        fs::write(path, b"sealed").unwrap();
    }
    let healed = put(&desk, Sha256::of(b"sealed"), b"sealed").unwrap();
    healed.receipt.verify::<Stored>(&report_object(b"sealed"), &desk.desk()).unwrap();
    let progress = desk.store.begin_upload(&Sha256::of(b"sealed"), 6).unwrap();
    assert!(progress.receipt.is_some() && progress.offset == 6);
    assert_eq!(desk.store.objects_after(0).unwrap().len(), 2);
}

#[test]
fn a_file_that_is_not_what_it_is_called_is_never_vouched_for() {
    let desk = TestDesk::new();
    let name = Sha256::of(b"sealed");
    let path = desk.store.shelf.path(ObjectKind::Attachment, &name);
    fs::create_dir_all(files::parent(&path)).unwrap();
    fs::write(path, b"rotten").unwrap();
    assert!(desk.store.heal(ObjectKind::Attachment, &name).unwrap().is_none());
}

#[test]
fn p11_other_bytes_than_the_name_says_leave_nothing() {
    let desk = TestDesk::new();
    assert!(matches!(put(&desk, Sha256::of(b"sealed"), b"other"), Err(StoreError::HashMismatch)));
    assert!(matches!(put(&desk, Sha256::of(b""), b""), Err(StoreError::HashMismatch)));
    let too_long = vec![0; BODY_BYTES * 2];
    assert!(matches!(put(&desk, Sha256::of(&too_long), &too_long), Err(StoreError::TooLarge { .. })));
    assert!(incoming(&desk).is_empty());
    assert!(desk.store.objects_after(0).unwrap().is_empty());
}

#[test]
fn a_report_for_a_dead_key_is_refused_as_soon_as_the_key_is_declared_dead() {
    let desk = TestDesk::new();
    let key = desk.desk().recipients::<Seal>()[0].id();
    assert!(desk.store.begin_report(Sha256::of(b"x"), &[key], None).is_ok());
    let server = desk.home().server();
    let mut config = IntakeConfig::read(&server).unwrap();
    config.dead_keys.push(key);
    config.write(&server).unwrap();
    assert!(matches!(desk.store.begin_report(Sha256::of(b"x"), &[key], None), Err(StoreError::DeadKey)));
    assert_eq!(desk.desk().keys[0].state, KeyState::Active);
    // A configuration that cannot be read changes nothing.
    fs::write(server.join("intake.json"), "{").unwrap();
    assert!(matches!(desk.store.begin_report(Sha256::of(b"x"), &[key], None), Err(StoreError::DeadKey)));
}

#[test]
fn p2_a_receipt_by_a_key_that_is_dead_now_is_signed_anew_and_stays_so() {
    let mut desk = TestDesk::new();
    let first = put(&desk, Sha256::of(b"sealed"), b"sealed").unwrap();
    desk.deliver_attachment(b"photo");
    let photo =
        |desk: &TestDesk| desk.store.progress(&Sha256::of(b"photo")).unwrap().unwrap().receipt.unwrap();
    let first_photo = photo(&desk);
    let server = desk.home().server();
    let mut config = IntakeConfig::read(&server).unwrap();
    config.dead_keys.extend(first.receipt.claims().map(|claims| claims.key));
    config.write(&server).unwrap();
    desk.clock.advance(1000);
    let dead_as_well = put(&desk, Sha256::of(b"sealed"), b"sealed").unwrap();
    assert_eq!(dead_as_well.receipt, first.receipt, "there is no better key yet");

    let key = secrets::signing_key::<Stored>(&SystemRandom::default()).unwrap();
    secrets::write_signing_key(&server.join("stored-2.key"), &key).unwrap();
    config.stored_key = "stored-2.key".into();
    config.write(&server).unwrap();
    let mut vouching = desk.desk();
    vouching.keys.retain(|entry| !config.dead_keys.contains(&entry.id));
    vouching.keys.push(KeyEntry::verify(&key.public()));
    assert!(first.receipt.verify::<Stored>(&report_object(b"sealed"), &vouching).is_err());
    let anew = put(&desk, Sha256::of(b"sealed"), b"sealed").unwrap();
    assert!(!anew.fresh);
    anew.receipt.verify::<Stored>(&report_object(b"sealed"), &vouching).unwrap();
    assert_ne!(photo(&desk), first_photo);
    desk.clock.advance(1000);
    desk.restart();
    let healed = desk.store.heal(ObjectKind::Report, &Sha256::of(b"sealed")).unwrap().unwrap().1;
    assert_eq!(healed.receipt, anew.receipt, "written down, not signed at every call");
    assert_eq!(desk.store.objects_after(0).unwrap().len(), 2);
}

#[test]
fn p5_a_mailbox_is_blind_to_all_but_its_token() {
    let desk = TestDesk::new();
    let address = token().address();
    let receipt = SignedReceipt::sign(
        &report_object(b"x"),
        &"quay".parse().unwrap(),
        desk.clock.now(),
        &SigningKey::<turnstone_wire::key::Officer>::from_seed([1; 32]).unwrap(),
    );
    let item = serde_json::to_vec(&MailboxItem::Receipt { receipt }).unwrap();
    for _ in 0..2 {
        desk.store.leave(&address, &item).unwrap();
    }
    desk.store.leave(&address, br#"{"kind":"song","tune":1}"#).unwrap();
    assert_eq!(desk.store.mailbox(&address, Some(&token())).unwrap().len(), 2);
    assert!(desk.store.mailbox(&address, Some(&token())).unwrap()[1].contains("tune"));
    let wrong = MailboxToken::from_bytes([8; 32]);
    assert!(desk.store.mailbox(&address, Some(&wrong)).unwrap().is_empty());
    assert!(desk.store.mailbox(&address, None).unwrap().is_empty());
    assert!(desk.store.mailbox(&wrong.address(), Some(&wrong)).unwrap().is_empty());
    for bad in [b"".as_slice(), b"[]", br#"{"kind":"song","kind":"song"}"#, b"\xff", br#"{"kind":"receipt"}"#]
    {
        assert!(matches!(desk.store.leave(&address, bad), Err(StoreError::BadRequest(_))), "{bad:?}");
    }
}

#[test]
fn a_desk_call_is_answered_once_in_time_and_by_a_listed_key_only() {
    let mut desk = TestDesk::new();
    let key = secrets::read_signing_key::<Caller>(&desk.home().officer().join("caller.key")).unwrap();
    let request = Request { method: "GET", path: "/v1/desk/objects?after=0", body: Sha256::of(b"") };
    let sign = |nonce: u8, key: &SigningKey<Caller>| {
        Proof::sign(&request, [nonce; 16], desk.clock.now(), key).to_header()
    };
    let (good, old) = (sign(1, &key), sign(2, &key));
    let stranger = sign(3, &SigningKey::from_seed([9; 32]).unwrap());
    let refused = |desk: &TestDesk, header: Option<&str>, request: &Request<'_>| {
        matches!(desk.store.allow_call(header, request), Err(StoreError::NotAllowed(_)))
    };
    desk.store.allow_call(Some(&good), &request).unwrap();
    assert!(refused(&desk, Some(&good), &request), "replayed");
    assert!(refused(&desk, Some(&stranger), &request), "not listed");
    assert!(refused(&desk, None, &request) && refused(&desk, Some("Bearer x"), &request), "not signed");
    let other = Request { path: "/v1/desk/objects?after=5", ..request };
    assert!(refused(&desk, Some(&old), &other), "another call");
    desk.restart();
    assert!(refused(&desk, Some(&good), &request), "replayed after a restart");
    desk.clock.advance(WINDOW_S + 2);
    assert!(refused(&desk, Some(&old), &request), "too old");
}

#[test]
fn two_servers_do_not_share_one_folder_and_what_a_killed_one_left_is_swept() {
    let mut desk = TestDesk::new();
    let folder = desk.home().server().join("incoming");
    fs::write(folder.join("in-left"), b"half").unwrap();
    fs::write(folder.join("foreign"), b"somebody's").unwrap();
    fs::create_dir_all(folder.join("in-folder/deep")).unwrap();
    let lock = desk.store.serve().unwrap();
    assert_eq!(incoming(&desk), ["foreign", "in-folder"]);
    desk.restart();
    assert!(matches!(desk.store.serve(), Err(StoreError::AlreadyServing)));
    drop(lock);
    desk.store.serve().unwrap();
}

#[test]
fn an_upload_goes_on_from_what_is_durable_and_only_from_there() {
    let mut desk = TestDesk::new();
    let sealed = vec![5; 100_000];
    let name = Sha256::of(&sealed);
    assert!(desk.store.begin_upload(&name, 100_000).unwrap().fresh);
    let mut appender = desk.store.append(&name, 0).unwrap();
    assert!(matches!(desk.store.append(&name, 0), Err(StoreError::WrongOffset { offset: 0 })));
    appender.write(&sealed[..30_000]).unwrap();
    assert_eq!(desk.store.progress(&name).unwrap().unwrap().offset, 0, "not durable yet");
    // The connection breaks.
    drop(appender);
    desk.restart();
    let again = desk.store.begin_upload(&name, 100_000).unwrap();
    assert_eq!((again.offset, again.fresh), (30_000, false));
    assert!(matches!(desk.store.begin_upload(&name, 7), Err(StoreError::WrongLength)));
    for wrong in [0, 29_999, 30_001] {
        assert!(matches!(desk.store.append(&name, wrong), Err(StoreError::WrongOffset { offset: 30_000 })));
    }
    let mut appender = desk.store.append(&name, 30_000).unwrap();
    assert!(matches!(appender.write(&sealed), Err(StoreError::TooLarge { limit: 100_000 })));
    appender.write(&sealed[30_000..]).unwrap();
    let done = appender.finish().unwrap();
    let object = Object { kind: ObjectKind::Attachment, sha256: name, size: 100_000 };
    done.receipt.unwrap().verify::<Stored>(&object, &desk.desk()).unwrap();
    assert!(incoming(&desk).is_empty());
    assert_eq!(desk.store.ledger.upload(&name).unwrap(), None);
}

#[test]
fn p11_an_upload_of_other_bytes_is_deleted_whole() {
    let desk = TestDesk::new();
    let name = Sha256::of(b"right");
    for halves in [[0, 5], [2, 5]] {
        desk.store.begin_upload(&name, 5).unwrap();
        let mut first = desk.store.append(&name, 0).unwrap();
        first.write(&b"wrong"[..halves[0]]).unwrap();
        first.finish().unwrap();
        let mut second = desk.store.append(&name, halves[0] as u64).unwrap();
        second.write(&b"wrong"[halves[0]..halves[1]]).unwrap();
        assert!(matches!(second.finish(), Err(StoreError::HashMismatch)));
        assert!(incoming(&desk).is_empty() && desk.store.progress(&name).unwrap().is_none());
    }
    desk.deliver_attachment(b"right");
}

#[test]
fn p3_many_who_begin_one_upload_at_once_begin_one() {
    let desk = TestDesk::new();
    let name = Sha256::of(b"sealed");
    let begun: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| desk.store.begin_upload(&name, 6).unwrap().offset)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(begun, [0; 8]);
    let taken: usize = std::thread::scope(|scope| {
        let take = || desk.store.append(&name, 0);
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(take)).collect();
        // All are kept alive until every one has tried.
        let tries: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        tries.iter().filter(|taken| taken.is_ok()).count()
    });
    assert_eq!(taken, 1);
}

#[test]
fn too_many_unfinished_uploads_are_refused_until_old_ones_are_given_up() {
    let desk = TestDesk::new();
    let server = desk.home().server();
    let mut config = IntakeConfig::read(&server).unwrap();
    config.limits.unfinished_uploads = 1;
    config.write(&server).unwrap();
    let (first, second) = (Sha256::of(b"first"), Sha256::of(b"second"));
    desk.store.begin_upload(&first, 5).unwrap();
    drop(desk.store.append(&first, 0).unwrap());
    assert!(matches!(desk.store.begin_upload(&second, 6), Err(StoreError::TooMany { limit: 1 })));
    desk.clock.advance(24 * 3600);
    desk.store.begin_upload(&second, 6).unwrap();
    assert!(desk.store.progress(&first).unwrap().is_none());
}

#[test]
fn a_full_disk_and_a_large_attachment_are_refused_by_name() {
    let desk = TestDesk::new();
    let server = desk.home().server();
    let mut config = IntakeConfig::read(&server).unwrap();
    assert!(matches!(
        desk.store.begin_upload(&Sha256::of(b"x"), config.limits.attachment_bytes + 1),
        Err(StoreError::TooLarge { .. })
    ));
    config.limits.spare_disk_bytes = u64::MAX;
    config.write(&server).unwrap();
    assert!(matches!(desk.store.begin_upload(&Sha256::of(b"x"), 1), Err(StoreError::NoSpace)));
    assert!(matches!(put(&desk, Sha256::of(b"x"), b"x"), Err(StoreError::NoSpace)));
    assert!(matches!(desk.store.check(), Err(StoreError::NoSpace)));
}
