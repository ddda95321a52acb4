//! P2, P3, P6 and P7 where reports go on a stick and receipts come back on one.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use turnstone_wire::{
    body::Route,
    bundle::{AnswerWriter, BundleReader, Head, ObjectHead},
    directory::{KeyEntry, KeyState},
    hash::Sha256,
    key::{Courier, DeskIdentity, Officer, Seal, SigningKey, Stored},
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::kit::{Link, Phone, PlayedIntake, content, signed_at, sync};
use crate::{
    Client, Error, Exported, Imported, Invalid, ItemState, NotSendable, Parcel, Pin, Reason,
    sync::{Bodies, Failure, Network, Outcome, Step, Transport},
};

/// Every file of the home that keeps anything: SQLite notes in the other one who reads at the moment.
fn kept(phone: &Phone) -> BTreeMap<String, Vec<u8>> {
    let mut files = phone.files();
    files.remove("words.db-shm");
    files
}

/// A phone whose desk takes bundles by hand.
fn phone() -> (Phone, DeskIdentity<Courier>) {
    let mut phone = Phone::new();
    let courier = DeskIdentity::generate();
    phone.desk.desk.keys.push(KeyEntry::recipient(&courier.public()));
    phone.open().take_directory(&phone.desk.directory(2)).unwrap();
    (phone, courier)
}

fn submit(client: &Client, route: Route, photos: u8) {
    let mut note = client.note(content(route)).unwrap();
    for n in 0..photos {
        note.attach(&mut &vec![n; 300_000][..], &mut |_| {}).unwrap();
    }
    note.submit().unwrap();
}

fn export(client: &Client, parcel: &Parcel) -> (Vec<u8>, Exported) {
    let (mut file, mut last) = (Vec::new(), (0, 0));
    let exported = client.export(parcel, &mut file, &mut |done, of| {
        assert!(done >= last.0 && done <= of);
        last = (done, of);
    });
    let exported = exported.unwrap();
    assert_eq!(last.0, exported.bytes);
    (file, exported)
}

fn only_parcel(client: &Client) -> Parcel {
    let parcels = client.parcels().unwrap();
    assert_eq!((parcels.named.len(), parcels.anonymous.len(), parcels.damaged), (1, 0, 0));
    parcels.named[0].clone()
}

type Objects = Vec<(ObjectHead, Vec<u8>)>;

fn read(file: &[u8], courier: &DeskIdentity<Courier>) -> (Head, Objects) {
    let mut reader = BundleReader::open(file, std::slice::from_ref(courier)).unwrap();
    let mut objects = Vec::new();
    while let Some(head) = reader.next_object().unwrap() {
        let mut bytes = vec![0; usize::try_from(head.object.size).unwrap()];
        let mut at = 0;
        while at < bytes.len() {
            at += reader.read(&mut bytes[at..]).unwrap();
        }
        assert_eq!(Sha256::of(&bytes), head.object.sha256);
        objects.push((head, bytes));
    }
    (reader.head().clone(), objects)
}

fn answer(head: &Head, receipts: &[SignedReceipt]) -> Vec<u8> {
    let mut writer = AnswerWriter::new(Vec::new(), head).unwrap();
    receipts.iter().for_each(|receipt| writer.receipt(receipt).unwrap());
    writer.finish().unwrap()
}

fn stored(phone: &Phone, object: &Object) -> SignedReceipt {
    SignedReceipt::sign(object, &phone.desk.desk.id, signed_at(), &phone.desk.stored)
}

fn opened(phone: &Phone, object: &Object) -> SignedReceipt {
    SignedReceipt::sign(object, &phone.desk.desk.id, signed_at(), &phone.desk.officer)
}

fn all_stored(phone: &Phone, objects: &Objects) -> Vec<SignedReceipt> {
    objects.iter().map(|(head, _)| stored(phone, &head.object)).collect()
}

fn import(client: &Client, answer: &[u8]) -> Imported {
    client.import(&mut &*answer).unwrap()
}

fn states(client: &Client) -> Vec<ItemState> {
    let reports = client.unlock(None).unwrap().reports(10).unwrap();
    reports.iter().flat_map(|report| report.items.iter().map(|item| item.state)).collect()
}

#[test]
fn p6_a_locked_phone_writes_a_bundle_of_all_that_waits_words_first_and_changes_nothing() {
    let (phone, courier) = phone();
    let client = phone.open();
    client.unlock(None).unwrap().change_pin(Some(&Pin::new("2580").unwrap())).unwrap();
    let client = phone.open();
    submit(&client, Route::Police, 2);
    submit(&client, Route::Confidential, 1);
    let before = kept(&phone);
    let parcel = only_parcel(&client);
    let (file, exported) = export(&client, &parcel);
    assert!(kept(&phone) == before, "a file of the home changed");
    assert_eq!((exported.objects, exported.left_out.len(), exported.more), (5, 0, 0));
    assert_eq!((parcel.objects, parcel.bytes), (exported.objects, exported.bytes));
    let (head, objects) = read(&file, &courier);
    assert_eq!(head.desk, phone.desk.desk.id);
    let kinds: Vec<_> = objects.iter().map(|(head, _)| head.object.kind).collect();
    let (words, photos) = ([ObjectKind::Report; 2], [ObjectKind::Attachment; 3]);
    assert_eq!(kinds, [&words[..], &photos[..]].concat());
    for (head, bytes) in &objects[..2] {
        assert_eq!(head.keys.len(), 2, "both keys that the words are sealed to");
        turnstone_wire::envelope::open(bytes, std::slice::from_ref(&phone.desk.seal)).unwrap();
    }
    // And on it goes by the network, as if nothing had been.
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!(sync(&client, &intake).stored, 5);
    let sent = intake.objects.lock().unwrap();
    assert!(objects.iter().all(|(head, bytes)| sent.get(&head.object.sha256).unwrap().1 == *bytes));
}

#[test]
fn p2_receipts_out_of_an_answer_count_as_those_of_the_network_and_count_once() {
    let (phone, courier) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 2);
    let (file, _) = export(&client, &only_parcel(&client));
    let (head, objects) = read(&file, &courier);
    let receipts = all_stored(&phone, &objects);
    // Half of them at first: what has no receipt waits.
    let first = import(&client, &answer(&head, &receipts[..1]));
    assert_eq!(first, Imported { stored: 1, ..Imported::default() });
    assert_eq!(states(&client), [ItemState::Stored, ItemState::Waits, ItemState::Waits]);
    let whole = answer(&head, &receipts);
    assert_eq!(import(&client, &whole), Imported { stored: 2, known: 1, ..Imported::default() });
    let before = kept(&phone);
    assert_eq!(import(&client, &whole), Imported { known: 3, ..Imported::default() });
    assert!(kept(&phone) == before, "a replay wrote something");
    let report = client.unlock(None).unwrap().reports(1).unwrap().remove(0);
    for (item, receipt) in report.items.iter().zip(&receipts) {
        assert_eq!((item.state, item.stored_receipt.as_ref()), (ItemState::Stored, Some(receipt)));
    }
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    assert!(intake.objects.lock().unwrap().is_empty(), "nothing is sent again");
}

#[test]
fn p2_an_answer_that_is_not_believed_changes_nothing_and_puts_nothing_off() {
    let (phone, courier) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 0);
    let (file, _) = export(&client, &only_parcel(&client));
    let (head, objects) = read(&file, &courier);
    let object = objects[0].0.object;
    let desk = &phone.desk.desk.id;
    let sign =
        |object: &Object, key: &SigningKey<Stored>| SignedReceipt::sign(object, desk, signed_at(), key);
    let stranger = SigningKey::from_seed([9; 32]).unwrap();
    let before = kept(&phone);
    for (receipt, expected) in [
        (sign(&object, &stranger), Imported { not_believed: 1, list_is_old: true, ..Imported::default() }),
        (
            sign(&Object { size: object.size + 1, ..object }, &phone.desk.stored),
            Imported { not_believed: 1, ..Imported::default() },
        ),
        (
            sign(&Object { sha256: Sha256::of(b"another"), ..object }, &phone.desk.stored),
            Imported { others: 1, ..Imported::default() },
        ),
        (opened(&phone, &object), Imported { not_believed: 1, ..Imported::default() }),
    ] {
        let came = import(&client, &answer(&head, &[receipt]));
        assert_eq!(came.why_not.len(), usize::from(came.not_believed > 0));
        assert_eq!(Imported { why_not: vec![], ..came }, expected);
        assert!(kept(&phone) == before, "something was written down");
    }
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1);
}

#[test]
fn an_officers_receipt_is_taken_after_that_of_the_intake() {
    let (phone, courier) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 1);
    let (file, _) = export(&client, &only_parcel(&client));
    let (head, objects) = read(&file, &courier);
    let mut receipts = all_stored(&phone, &objects);
    receipts.extend(objects.iter().map(|(head, _)| opened(&phone, &head.object)));
    let whole = answer(&head, &receipts);
    assert_eq!(import(&client, &whole), Imported { stored: 2, opened: 2, ..Imported::default() });
    assert_eq!(states(&client), [ItemState::Opened; 2]);
    assert_eq!(import(&client, &whole).known, 4);
}

#[test]
fn p11_an_answer_that_breaks_off_gives_what_came_before_and_says_so() {
    let (phone, courier) = phone();
    let client = phone.open();
    (0..250).for_each(|_| submit(&client, Route::Police, 0));
    let (file, _) = export(&client, &only_parcel(&client));
    let (head, objects) = read(&file, &courier);
    let whole = answer(&head, &all_stored(&phone, &objects));
    let came = import(&client, &whole[..whole.len() - 100]);
    assert!(came.broken_off.is_some() && (1..250).contains(&came.stored), "{came:?}");
    let came = (came.stored, import(&client, &whole));
    assert_eq!((came.1.stored, came.1.known, came.1.broken_off), (250 - came.0, came.0, None));
}

#[test]
fn p11_what_is_no_answer_is_refused_by_name() {
    let (phone, courier) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 0);
    let (file, _) = export(&client, &only_parcel(&client));
    let (head, objects) = read(&file, &courier);
    let whole = answer(&head, &all_stored(&phone, &objects));
    let refused = |client: &Client, bytes: &[u8]| client.import(&mut &*bytes).unwrap_err();
    for bytes in [b"".as_slice(), b"hello", &file] {
        assert_eq!(refused(&client, bytes), Error::Invalid(Invalid::NotAnAnswer));
    }
    assert_eq!(refused(&client, &whole[..whole.len() / 2]), Error::Invalid(Invalid::AnswerDamaged));
    let (other, _) = self::phone();
    assert_eq!(refused(&other.open(), &whole), Error::Invalid(Invalid::AnswerForAnother));
    assert_eq!(states(&client), [ItemState::Waits]);
}

#[test]
fn p7_each_anonymous_report_travels_alone_and_shares_nothing_with_another() {
    let (phone, courier) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 1);
    submit(&client, Route::Anonymous, 0);
    submit(&client, Route::Anonymous, 0);
    let parcels = client.parcels().unwrap();
    assert_eq!((parcels.named.len(), parcels.anonymous.len()), (1, 2));
    let bundles: Vec<_> = parcels
        .named
        .iter()
        .chain(&parcels.anonymous)
        .map(|parcel| read(&export(&client, parcel).0, &courier))
        .collect();
    assert_eq!(bundles.iter().map(|(_, objects)| objects.len()).collect::<Vec<_>>(), [2, 1, 1]);
    let mut names: Vec<_> =
        bundles.iter().flat_map(|(_, objects)| objects).map(|(head, _)| head.object.sha256).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 4, "each object is in one bundle");
    for (n, (head, _)) in bundles.iter().enumerate() {
        for (other, _) in &bundles[n + 1..] {
            assert!(head.salt != other.salt && head.answer_to != other.answer_to);
        }
    }
    // The same again is another bundle, which nobody can lay beside the first.
    let again = read(&export(&client, &parcels.anonymous[0]).0, &courier);
    assert!(again.0.answer_to != bundles[1].0.answer_to);
    let (head, objects) = &bundles[1];
    assert_eq!(import(&client, &answer(head, &all_stored(&phone, objects))).stored, 1);
}

#[test]
fn what_cannot_go_is_left_out_and_named_and_keeps_nothing_else_back() {
    let (mut phone, courier) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 1);
    submit(&client, Route::Police, 1);
    let conn = rusqlite::Connection::open(phone.home().join("media.db")).unwrap();
    conn.execute("UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE media = 1", []).unwrap();
    let (file, exported) = export(&client, &only_parcel(&client));
    assert_eq!(exported.left_out.iter().map(|(_, reason)| reason).collect::<Vec<_>>(), [&Reason::Unreadable]);
    assert_eq!(read(&file, &courier).1.len(), 3);
    // A key that was lost: words sealed to it go by no link at all. Photos name no key.
    let lost =
        phone.desk.desk.keys.iter_mut().find(|entry| entry.role == <Seal as turnstone_wire::key::Role>::NAME);
    lost.unwrap().state = KeyState::Lost;
    client.take_directory(&phone.desk.directory(3)).unwrap();
    let (file, exported) = export(&client, &only_parcel(&client));
    let dead = exported.left_out.iter().filter(|(_, reason)| *reason == Reason::KeyDead).count();
    assert_eq!((dead, exported.objects), (2, 1));
    assert_eq!(read(&file, &courier).1[0].0.object.kind, ObjectKind::Attachment);
}

#[test]
fn p11_a_desk_without_a_courier_key_is_said_and_everything_waits_as_before() {
    let phone = Phone::new();
    let client = phone.open();
    submit(&client, Route::Police, 0);
    let refused = client.export(&only_parcel(&client), &mut Vec::new(), &mut |_, _| {}).unwrap_err();
    assert_eq!(refused, Error::NotSendable(NotSendable::NoCourierKey));
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 1);
}

#[test]
fn p11_a_stick_without_room_is_said_and_costs_nothing() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (phone, _) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 1);
    let before = kept(&phone);
    for room in [0, 70_000, 250_000] {
        let refused = client.export(&only_parcel(&client), &mut Full(room), &mut |_, _| {});
        assert_eq!(refused.unwrap_err(), Error::StorageFull, "{room}");
    }
    assert!(kept(&phone) == before);
}

/// A link that breaks at every request, after a stick has brought the receipt for what is being sent.
struct StickMeanwhile {
    client: Client,
    answer: Mutex<Vec<u8>>,
}

impl Transport for StickMeanwhile {
    fn carry(
        &self,
        _: Step,
        _: Arc<dyn Bodies>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async {
            let answer = self.answer.lock().unwrap().clone();
            assert_eq!(import(&self.client, &answer).broken_off, None);
            Outcome::Failed(Failure::Broken)
        })
    }
}

#[test]
fn p2_a_receipt_that_comes_by_hand_while_the_item_is_being_sent_is_not_undone() {
    let (phone, courier) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 0);
    let (file, _) = export(&client, &only_parcel(&client));
    let (head, objects) = read(&file, &courier);
    let whole = answer(&head, &all_stored(&phone, &objects));
    let meanwhile = StickMeanwhile { client: client.clone(), answer: Mutex::new(whole) };
    let sender = client.sender(Arc::new(meanwhile)).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap();
    drop(sender);
    assert_eq!(states(&client), [ItemState::Stored]);
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::Down);
    assert_eq!(sync(&client, &intake).waiting, 0);
}

#[test]
fn officers_and_intakes_keys_are_not_taken_for_each_other() {
    let (phone, courier) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 0);
    let (file, _) = export(&client, &only_parcel(&client));
    let (head, objects) = read(&file, &courier);
    // A `stored` receipt by the officer's key, which may vouch for other things.
    let seed = SigningKey::<Officer>::parse(&phone.desk.officer.to_secret_text()).unwrap();
    let text = seed.to_secret_text().replace("officer", "stored");
    let as_stored = SigningKey::<Stored>::parse(&text).unwrap();
    let receipt = SignedReceipt::sign(&objects[0].0.object, &phone.desk.desk.id, signed_at(), &as_stored);
    assert_eq!(import(&client, &answer(&head, &[receipt])).not_believed, 1);
    assert_eq!(states(&client), [ItemState::Waits]);
}

/// A file on a slow stick: while its first bytes are written, an answer to an earlier bundle is taken.
struct AnswerMeanwhile<'a> {
    client: &'a Client,
    answer: Vec<u8>,
    file: Vec<u8>,
}

impl Write for AnswerMeanwhile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.file.is_empty() {
            let came = import(self.client, &self.answer);
            assert_eq!(came.opened, came.stored);
        }
        self.file.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_is_opened_at_the_desk_while_it_is_being_written_is_written_whole_or_not_at_all() {
    let (phone, courier) = phone();
    let client = phone.open();
    (0..60).for_each(|_| submit(&client, Route::Police, 0));
    submit(&client, Route::Police, 2);
    let parcel = only_parcel(&client);
    let (file, _) = export(&client, &parcel);
    let (head, objects) = read(&file, &courier);
    let mut receipts = all_stored(&phone, &objects);
    receipts.extend(objects.iter().map(|(head, _)| opened(&phone, &head.object)));
    let mut stick = AnswerMeanwhile { client: &client, answer: answer(&head, &receipts), file: vec![] };
    let exported = client.export(&parcel, &mut stick, &mut |_, _| {}).unwrap();
    assert_eq!(exported.left_out, [], "nothing is damaged");
    let (_, objects) = read(&stick.file, &courier);
    // Photos stay until nobody reads them any more; words that were not written by then are no longer wanted.
    let photos = objects.iter().filter(|(head, _)| head.object.kind == ObjectKind::Attachment).count();
    assert_eq!((photos, objects.len()), (2, exported.objects as usize));
    assert!((2..63).contains(&objects.len()), "{}", objects.len());
}

#[test]
fn a_home_that_is_being_left_is_wiped_when_the_last_receipt_comes_by_hand() {
    let (phone, courier) = phone();
    let client = phone.open();
    submit(&client, Route::Police, 1);
    client.wipe_after_sending().unwrap();
    let (file, _) = export(&client, &only_parcel(&client));
    let (head, objects) = read(&file, &courier);
    let receipts = all_stored(&phone, &objects);
    assert!(!import(&client, &answer(&head, &receipts[..1])).wiped, "its photo still waits");
    let imported = import(&client, &answer(&head, &receipts));
    assert_eq!((imported.stored, imported.known, imported.wiped), (1, 1, true));
    let gone = Client::open(&phone.home(), phone.ports()).unwrap_err();
    assert_eq!(gone, Error::NotFound(crate::Missing::Home));
}
