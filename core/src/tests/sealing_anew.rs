//! Reports that wait while keys die and desks close (ADR 14).

mod closing;

use std::{collections::BTreeMap, sync::Arc};

use turnstone_wire::{
    answer::{Refusal, RefusalCode},
    body::{Channel, Route, Told},
    directory::{Desk, DeskId, KeyEntry, KeyState},
    envelope::{self, Opened},
    hash::Sha256,
    key::{DeskIdentity, Seal, Source},
    receipt::ObjectKind,
    text::Text,
};

use super::kit::{Link, Phone, PlayedDesk, PlayedIntake, WHAT, content, found_in, sync};
use crate::{
    Client, Clock, Error, Held, ItemState, Lane, NotSendable, Notebook, Ports, Reason, Submitted,
    sync::{Bodies, Method, Network, Outcome, Step, Transport},
    view::ReportView,
};

type Carried<'a> = std::pin::Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

const CONTACT: &str = "J. Example, VHF 77";

/// What an intake in its own form refuses.
fn refusal(status: u16, error: RefusalCode) -> Outcome {
    let body = serde_json::to_vec(&Refusal { error, message: "no".into(), limit: None }).unwrap();
    Outcome::Answer { status, offset: None, retry_after_s: None, body }
}

fn submitted(client: &Client, route: Route, contact: bool, photo: bool) -> Submitted {
    let mut content = content(route);
    content.contact = contact.then(|| Text::from(CONTACT));
    let mut note = client.note(content).unwrap();
    if photo {
        note.attach(&mut &[5_u8; 300_000][..], &mut |_| {}).unwrap();
    }
    note.submit().unwrap()
}

fn unlocked(client: &Client) -> (Notebook, ReportView) {
    let notebook = client.unlock(None).unwrap();
    let report = notebook.reports(10).unwrap().remove(0);
    (notebook, report)
}

fn only_report(client: &Client) -> ReportView {
    unlocked(client).1
}

/// The state of a key in a desk's list.
fn declare(desk: &mut PlayedDesk, key: usize, state: KeyState) {
    desk.desk.keys[key].state = state;
}

/// Gives the desk a new key to read with; its old one is dead from now on.
fn new_seal_key(desk: &mut PlayedDesk, dead: KeyState) {
    declare(desk, 0, dead);
    desk.seal = DeskIdentity::generate();
    desk.desk.keys.push(KeyEntry::recipient::<Seal>(&desk.seal.public()));
}

fn opened(desk: &PlayedDesk, envelope: &[u8]) -> Opened {
    envelope::open(envelope, std::slice::from_ref(&desk.seal)).unwrap()
}

/// A second desk, listed in the first one's directory.
fn another_desk(id: &str, port: u16) -> PlayedDesk {
    let mut desk = PlayedDesk::new();
    desk.desk.id = DeskId::parse(id).unwrap();
    desk.desk.urls = vec![format!("http://127.0.0.1:{port}")];
    desk
}

/// Several intakes, told apart by the port of their desk.
struct Desks(BTreeMap<String, Arc<PlayedIntake>>);

impl Desks {
    fn of(desks: &[&PlayedDesk]) -> Arc<Self> {
        let intake = |desk: &&PlayedDesk| (desk.desk.urls[0].clone(), PlayedIntake::of(desk));
        Arc::new(Self(desks.iter().map(intake).collect()))
    }

    fn at(&self, desk: &PlayedDesk) -> &PlayedIntake {
        &self.0[&desk.desk.urls[0]]
    }

    fn sync(self: &Arc<Self>, client: &Client) -> crate::sync::Summary {
        let sender = client.sender(Arc::clone(self) as Arc<dyn Transport>).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap()
    }
}

impl Transport for Desks {
    fn carry(&self, step: Step, bodies: Arc<dyn Bodies>) -> Carried<'_> {
        let (_, intake) = self.0.iter().find(|(url, _)| step.url.starts_with(url.as_str())).unwrap();
        intake.carry(step, bodies)
    }
}

#[test]
fn p2_a_report_sealed_to_a_dead_key_is_sealed_anew_at_the_unlock_with_the_very_same_body() {
    for route in [Route::Police, Route::Confidential] {
        let mut phone = Phone::new();
        let client = phone.open();
        submitted(&client, route, true, true);
        let intake = PlayedIntake::of(&phone.desk);
        intake.set(Link::LosesAnswers);
        sync(&client, &intake);
        let old = intake.of_kind(ObjectKind::Report).remove(0);
        let body = opened(&phone.desk, &old).body;
        intake.set(Link::Good);
        new_seal_key(&mut phone.desk, KeyState::Compromised);
        client.take_directory(&phone.desk.directory(2)).unwrap();

        intake.requests.lock().unwrap().clear();
        assert_eq!(sync(&client, &intake).waiting, 1, "held back while it is locked; its photo is not");
        assert!(intake.requests.lock().unwrap().iter().all(|step| step.method != Method::Put));

        let report = only_report(&client);
        let words = &report.items[0];
        assert_ne!(words.sha256, Sha256::of(&old));
        assert_eq!((words.state, &words.reason, report.held), (ItemState::Waits, &None, None));
        assert!(words.resealed_at.is_some());
        client.tidy(None).unwrap();
        assert_eq!(
            found_in(&phone.files(), &[&old[old.len() / 2..old.len() / 2 + 64]]),
            Vec::<String>::new()
        );

        intake.requests.lock().unwrap().clear();
        assert_eq!(sync(&client, &intake).waiting, 0);
        let puts: Vec<_> = intake.requests.lock().unwrap().iter().map(|step| step.method).collect();
        assert_eq!(puts, [Method::Put], "the photo that had arrived is not sent again");
        let new = intake.objects.lock().unwrap()[&words.sha256].1.clone();
        assert_eq!(opened(&phone.desk, &new).body, body, "{route:?}");
        assert_eq!(only_report(&client).items[0].sha256, words.sha256, "and once is enough");
    }
}

#[test]
fn p2_a_contact_sealed_to_a_dead_key_is_sealed_anew_and_the_words_with_it() {
    for dead in [KeyState::Lost, KeyState::Compromised] {
        let mut phone = Phone::new();
        let client = phone.open();
        let reference = submitted(&client, Route::Confidential, true, false).reference;
        declare(&mut phone.desk, 2, dead);
        let source = DeskIdentity::<Source>::generate();
        phone.desk.desk.keys.push(KeyEntry::recipient::<Source>(&source.public()));
        client.take_directory(&phone.desk.directory(2)).unwrap();
        let intake = PlayedIntake::of(&phone.desk);
        assert_eq!(sync(&client, &intake).waiting, 1);
        assert_eq!(intake.requests.lock().unwrap().len(), 0, "held back");

        let before = client.overview().unwrap();
        drop(client.unlock(None).unwrap());
        assert_eq!(client.overview().unwrap().waiting, before.waiting);
        assert_eq!(sync(&client, &intake).stored, 1);
        let envelope = intake.of_kind(ObjectKind::Report).remove(0);
        let report = opened(&phone.desk, &envelope).report;
        let contact = report.contact.clone().unwrap();
        assert_eq!(contact.open(&[source]).unwrap().as_str(), CONTACT);
        assert!(contact.open(std::slice::from_ref(&phone.desk.source)).is_err());
        // What the vault shows is what was sent, and it can be sealed anew once more.
        assert!(client.unlock(None).unwrap().copy(&reference).unwrap() == report);
    }
}

#[test]
fn the_intake_is_not_told_that_a_report_holds_a_contact() {
    for anew in [false, true] {
        let mut phone = Phone::new();
        let client = phone.open();
        submitted(&client, Route::Police, true, false);
        if anew {
            new_seal_key(&mut phone.desk, KeyState::Lost);
            client.take_directory(&phone.desk.directory(2)).unwrap();
            assert!(only_report(&client).items[0].resealed_at.is_some());
        }
        let intake = PlayedIntake::of(&phone.desk);
        sync(&client, &intake);
        let requests = intake.requests.lock().unwrap();
        let keys = requests[0].headers.iter().find(|(name, _)| *name == "turnstone-keys").unwrap();
        assert_eq!(keys.1.split(',').count(), 2, "the keys of the words alone");
    }
}

#[test]
fn an_anonymous_report_sealed_to_a_dead_key_is_held_back_and_can_be_forgotten() {
    let mut phone = Phone::new();
    let client = phone.open();
    let note = client.note(content(Route::Anonymous)).unwrap();
    assert!(note.check().unwrap().notices.contains(&crate::Notice::CannotBeSealedAnew), "said before");
    let reference = note.submit().unwrap().reference;
    new_seal_key(&mut phone.desk, KeyState::Lost);
    client.take_directory(&phone.desk.directory(2)).unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    let (notebook, report) = unlocked(&client);
    assert_eq!(report.held, Some(Held::NoCopy));
    assert_eq!(sync(&client, &intake).waiting, 1);
    assert_eq!(intake.requests.lock().unwrap().len(), 0);
    assert_eq!(only_report(&client).items[0].reason, Some(Reason::KeyDead));
    assert_eq!(notebook.readdress(&reference, None), Err(Error::NotSendable(NotSendable::NoCopy)));
    notebook.forget(&reference).unwrap();
    assert_eq!(notebook.reports(10).unwrap().len(), 0);
    assert_eq!(client.overview().unwrap().waiting, 0);
}

#[test]
fn a_named_report_that_is_held_back_goes_with_its_copy_when_it_is_forgotten() {
    let mut phone = Phone::new();
    let client = phone.open();
    let reference = submitted(&client, Route::Police, false, true).reference;
    // All keys are dead, and there is no new one yet.
    [0, 1].into_iter().for_each(|key| declare(&mut phone.desk, key, KeyState::Lost));
    client.take_directory(&phone.desk.directory(2)).unwrap();
    let (notebook, report) = unlocked(&client);
    assert_eq!(report.held, Some(Held::NoKey));
    notebook.forget(&reference).unwrap();
    assert_eq!(notebook.reports(10).unwrap().len(), 0);
}

#[test]
fn a_report_that_waits_for_its_desks_new_key_is_sealed_anew_once_a_directory_brings_one() {
    let mut phone = Phone::new();
    let client = phone.open();
    submitted(&client, Route::Police, true, false);
    [0, 1].into_iter().for_each(|key| declare(&mut phone.desk, key, KeyState::Lost));
    client.take_directory(&phone.desk.directory(2)).unwrap();
    assert_eq!(only_report(&client).held, Some(Held::NoKey));
    new_seal_key(&mut phone.desk, KeyState::Lost);
    client.take_directory(&phone.desk.directory(3)).unwrap();
    assert_eq!(only_report(&client).held, None);
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!(sync(&client, &intake).stored, 1);
    opened(&phone.desk, &intake.of_kind(ObjectKind::Report)[0]);
}

/// A desk that knows of a dead key before the phone's directory does.
struct RefusesDeadKey(Arc<PlayedIntake>, String);

impl Transport for RefusesDeadKey {
    fn carry(&self, step: Step, bodies: Arc<dyn Bodies>) -> Carried<'_> {
        let dead = step.headers.iter().any(|(_, value)| value.contains(&self.1));
        if step.method == Method::Put && dead {
            return Box::pin(std::future::ready(refusal(409, RefusalCode::DeadKey)));
        }
        self.0.carry(step, bodies)
    }
}

#[test]
fn p9_a_report_refused_for_its_dead_key_is_sealed_anew_once_the_directory_has_come() {
    let mut phone = Phone::new();
    let client = phone.open();
    submitted(&client, Route::Police, false, false);
    let dead = phone.desk.desk.keys[0].id.to_string();
    let intake = PlayedIntake::of(&phone.desk);
    let refuses = Arc::new(RefusesDeadKey(intake.clone(), dead));
    let run = |client: &Client| {
        let sender = client.sender(refuses.clone()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap()
    };
    // The desk serves no newer directory yet: sealing to the same keys again would help nobody.
    *intake.directory.lock().unwrap() = phone.desk.directory(1);
    assert_eq!(run(&client).refused, 1);
    assert_eq!(only_report(&client).items[0].state, ItemState::Refused);

    new_seal_key(&mut phone.desk, KeyState::Compromised);
    client.take_directory(&phone.desk.directory(2)).unwrap();
    assert_eq!(only_report(&client).items[0].state, ItemState::Waits);
    assert_eq!(run(&client).stored, 1);
    opened(&phone.desk, &intake.of_kind(ObjectKind::Report)[0]);
}

#[test]
fn p2_words_that_a_desk_stored_and_lost_every_key_to_are_sent_again() {
    for (states, again) in [
        ([KeyState::Lost, KeyState::Lost], true),
        // The recovery key opens it.
        ([KeyState::Lost, KeyState::Active], false),
        ([KeyState::Lost, KeyState::Retired], false),
        // Others can read it, and so can the desk: sending it again keeps nothing from anybody.
        ([KeyState::Compromised, KeyState::Compromised], false),
    ] {
        let mut phone = Phone::new();
        let client = phone.open();
        submitted(&client, Route::Police, false, true);
        let intake = PlayedIntake::of(&phone.desk);
        sync(&client, &intake);
        states.iter().enumerate().for_each(|(key, state)| declare(&mut phone.desk, key, *state));
        phone.desk.seal = DeskIdentity::generate();
        phone.desk.desk.keys.push(KeyEntry::recipient::<Seal>(&phone.desk.seal.public()));
        client.take_directory(&phone.desk.directory(2)).unwrap();
        let items = only_report(&client).items;
        let expected = if again { ItemState::Waits } else { ItemState::Stored };
        assert_eq!((items[0].state, items[1].state), (expected, ItemState::Stored), "{states:?}");
        assert_eq!(sync(&client, &intake).stored, u32::from(again));
        assert_eq!(intake.of_kind(ObjectKind::Attachment).len(), 1);
    }
}

/// A link on which the first envelope hangs until the phone was unlocked; its receipt comes only then.
struct UnlocksMeanwhile {
    intake: Arc<PlayedIntake>,
    client: Client,
    directory: Vec<u8>,
}

impl Transport for UnlocksMeanwhile {
    fn carry(&self, step: Step, bodies: Arc<dyn Bodies>) -> Carried<'_> {
        if step.method == Method::Put && self.intake.objects.lock().unwrap().is_empty() {
            self.client.take_directory(&self.directory).unwrap();
            drop(self.client.unlock(None).unwrap());
        }
        self.intake.carry(step, bodies)
    }
}

#[test]
fn p2_a_receipt_for_the_old_envelope_ends_nothing_of_the_new_one() {
    let mut phone = Phone::new();
    let client = phone.open();
    submitted(&client, Route::Police, false, false);
    let intake = PlayedIntake::of(&phone.desk);
    new_seal_key(&mut phone.desk, KeyState::Compromised);
    let directory = phone.desk.directory(2);
    let link = UnlocksMeanwhile { intake: intake.clone(), client: phone.open(), directory };
    let sender = client.sender(Arc::new(link)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap();
    drop(sender);
    sync(&client, &intake);
    let words = only_report(&client).items.remove(0);
    assert_eq!(words.state, ItemState::Stored);
    assert_eq!(words.stored_receipt.unwrap().claims().unwrap().object.sha256, words.sha256);
    let envelopes = intake.of_kind(ObjectKind::Report);
    assert_eq!(envelopes.len(), 2, "the desk tool knows them for one report by their body");
    opened(&phone.desk, &intake.objects.lock().unwrap()[&words.sha256].1);
}

#[test]
fn a_report_that_one_desk_refuses_as_too_large_can_be_sent_to_another() {
    let other = another_desk("other", 10);
    let phone = Phone::new();
    let client = phone.open();
    let desks = Desks::of(&[&phone.desk, &other]);
    let reference = submitted(&client, Route::Police, false, false).reference;
    desks.at(&phone.desk).set(Link::Refuses);
    assert_eq!(desks.sync(&client).refused, 1);
    client
        .take_directory(&phone.desk.directory_of(2, vec![phone.desk.desk.clone(), other.desk.clone()]))
        .unwrap();
    let (notebook, report) = unlocked(&client);
    assert_eq!(report.items[0].state, ItemState::Refused, "by itself it goes nowhere else");
    notebook.readdress(&reference, None).unwrap();
    assert_eq!(desks.sync(&client).stored, 1);
    opened(&other, &desks.at(&other).of_kind(ObjectKind::Report)[0]);
}

#[test]
fn p4_a_contact_in_the_copy_ends_with_the_copy() {
    let phone = Phone::new();
    let client = phone.open();
    let reference = submitted(&client, Route::Confidential, true, false).reference;
    let words = || rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let kept = "SELECT count(*) FROM copy WHERE contact IS NOT NULL";
    let count = |sql: &str| words().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count(kept), 1);
    assert_eq!(found_in(&phone.files(), &[CONTACT]), Vec::<String>::new());
    client.unlock(None).unwrap().forget(&reference).unwrap();
    assert_eq!(count(kept), 0);
}

#[test]
fn a_copy_that_does_not_open_is_as_good_as_none() {
    let mut phone = Phone::new();
    let client = phone.open();
    submitted(&client, Route::Police, true, false);
    let second = submitted(&client, Route::Police, false, false).reference;
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let garble = "UPDATE copy SET contact = zeroblob(length(contact)) WHERE contact IS NOT NULL";
    assert_eq!(words.execute(garble, []).unwrap(), 1);
    new_seal_key(&mut phone.desk, KeyState::Lost);
    client.take_directory(&phone.desk.directory(2)).unwrap();
    let reports = client.unlock(None).unwrap().reports(10).unwrap();
    let held: Vec<_> = reports.iter().map(|report| report.held).collect();
    assert_eq!((reports[0].reference, held), (second, vec![None, Some(Held::NoCopy)]));
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!(sync(&client, &intake).stored, 1, "and stops no other");
}

#[test]
fn an_open_notebook_seals_anew_when_it_is_asked_to_tidy_up() {
    let mut phone = Phone::new();
    let client = phone.open();
    submitted(&client, Route::Police, false, false);
    let (notebook, before) = unlocked(&client);
    new_seal_key(&mut phone.desk, KeyState::Lost);
    client.take_directory(&phone.desk.directory(2)).unwrap();
    client.tidy(Some(&notebook)).unwrap();
    let after = notebook.reports(1).unwrap().remove(0);
    assert_ne!(after.items[0].sha256, before.items[0].sha256);
    assert_eq!(after.items[0].lane, Lane::Words);
}

#[test]
fn a_refused_report_becomes_a_draft_again_with_its_photo_its_contact_and_its_calls() {
    let phone = Phone::new();
    let client = phone.open();
    let mut with_contact = content(Route::Confidential);
    with_contact.contact = Some(Text::from(CONTACT));
    let mut note = client.note(with_contact.clone()).unwrap();
    let photo = note.attach(&mut &[5_u8; 300_000][..], &mut |_| {}).unwrap();
    let told = Told { channel: Channel::Police, at: note.begun(), number: Some(Text::from("log 512")) };
    client.tell(crate::About::Draft(note.row()), &told).unwrap();
    drop(note);
    let notebook = client.unlock(None).unwrap();
    let row = notebook.drafts(1).unwrap()[0].row;
    let reference = notebook.draft(row).unwrap().submit().unwrap().reference;
    let intake = PlayedIntake::of(&phone.desk);
    let waits = notebook.take_back(&reference);
    assert_eq!(waits, Err(Error::Invalid(crate::Invalid::NotRefused)));
    intake.set(Link::Refuses);
    assert_eq!(sync(&client, &intake).refused, 1);

    let draft = notebook.take_back(&reference).unwrap();
    assert_eq!(notebook.reports(10).unwrap().len(), 0);
    let note = phone.open().unlock(None).unwrap().draft(draft).unwrap();
    let mut expected = with_contact;
    expected.sightings[0].attachments = vec![1];
    assert!(*note.content() == expected);
    assert_eq!(note.attachments()[0].sealed_sha256, photo.sealed_sha256);
    assert_eq!(note.told(), [told]);

    intake.set(Link::Good);
    note.submit().unwrap();
    sync(&client, &intake);
    let envelope = intake.of_kind(ObjectKind::Report).remove(0);
    let report = opened(&phone.desk, &envelope).report;
    assert_eq!((report.told.len(), report.attachments.len()), (1, 1));
    assert_eq!(intake.of_kind(ObjectKind::Attachment).len(), 1, "the very file that had arrived");
    assert_eq!(client.overview().unwrap().waiting, 0);
}

#[test]
fn p9_a_report_refused_for_a_key_that_was_only_retired_is_sealed_anew_as_well() {
    let mut phone = Phone::new();
    let client = phone.open();
    submitted(&client, Route::Police, false, false);
    let retired = phone.desk.desk.keys[0].id.to_string();
    new_seal_key(&mut phone.desk, KeyState::Retired);
    client.take_directory(&phone.desk.directory(2)).unwrap();
    let before = only_report(&client).items.remove(0).sha256;
    let refuses = Arc::new(RefusesDeadKey(PlayedIntake::of(&phone.desk), retired));
    let run = |client: &Client| {
        let sender = client.sender(refuses.clone()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap()
    };
    // The desk hands out no directory, so that the one held stays: its reports were judged by it before.
    assert_eq!(run(&client).refused, 1);
    let words = only_report(&client).items.remove(0);
    assert!(words.state == ItemState::Waits && words.sha256 != before);
    assert_eq!(run(&client).stored, 1);
}

/// A clock on whose next question a newer directory comes, and the phone is unlocked, in another program.
#[derive(Debug)]
struct Meanwhile {
    clock: Arc<dyn Clock>,
    once: std::sync::Mutex<Option<(Client, Vec<u8>)>>,
}

impl Clock for Meanwhile {
    fn wall(&self) -> chrono::DateTime<chrono::Utc> {
        let once = self.once.lock().unwrap().take();
        if let Some((client, directory)) = once {
            client.take_directory(&directory).unwrap();
            drop(client.unlock(None).unwrap());
        }
        self.clock.wall()
    }

    fn monotonic_ms(&self) -> u64 {
        self.clock.monotonic_ms()
    }
}

#[test]
fn p2_a_report_submitted_by_the_old_directory_while_the_new_one_came_is_sealed_anew_all_the_same() {
    let mut phone = Phone::new();
    let clock = Arc::new(Meanwhile { clock: phone.clock.clone(), once: Default::default() });
    let client = Client::open(&phone.home(), Ports { clock: clock.clone(), ..phone.ports() }).unwrap();
    let note = client.note(content(Route::Police)).unwrap();
    new_seal_key(&mut phone.desk, KeyState::Compromised);
    *clock.once.lock().unwrap() = Some((phone.open(), phone.desk.directory(2)));
    note.submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!(sync(&client, &intake).stored, 0, "sealed to the dead key, and held back");
    assert!(only_report(&client).items[0].resealed_at.is_some());
    assert_eq!(sync(&client, &intake).stored, 1);
    opened(&phone.desk, &intake.of_kind(ObjectKind::Report)[0]);
}
