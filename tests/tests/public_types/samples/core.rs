//! The phone's side: a home folder with a draft and a report in it.

use std::sync::Arc;

use turnstone_almanac::{places::Kind, words::Lang};
use turnstone_core::{
    ChosenDesk, Client, Clock, DeskReason, DraftContent, Error, Invalid, KeyFile, Notebook, OfferedProfile,
    OpenNotes, Pin, Ports, Reason, SetUp, SystemClock, SystemRandom, Upload, WatchNote, Writer,
    sync::{
        Change, Http, Method, NextSteps, Observer, Outcome, Progress, Proxy, ProxyFor, ProxySetting,
        Settling, Step, StepBody, Ticket, settle,
    },
    view::{MessageRow, MessageView, Messages, MovedView, Reading, SeenBefore, SeenIn, place_screen},
};
use turnstone_wire::{
    body::{Channel, Conditions, Fix, FixSource, Position, Route, Scheme, Sighting, Told},
    bundle::{AnswerWriter, BundleReader},
    directory::{DeskId, KeyEntry, Roots, SignedDirectory},
    hash::Sha256,
    key::{Courier, DeskIdentity, Root, Seal, SigningKey, Source, Stored},
    profile::SignedProfile,
    receipt::{Object, ObjectKind, SignedReceipt},
    text::{Moment, Text},
};
use zeroize::Zeroizing;

use super::{
    Samples,
    wire::{AT, DESK, desk, payload, profile},
};

const OUTER_KEY: &[u8] = b"a key from the keyring, 32 bytes";
const PIN: &str = "Quillwort pin";

pub(super) fn add(samples: &mut Samples) {
    samples.plant_bytes("key of the key file", OUTER_KEY);
    samples.plant("photo", "bytes of a photo");
    samples.plant("place of the key file", "keys-of-quillwort");
    samples.plant("type of the photo", "image/jpeg");
    let folder = tempfile::tempdir().unwrap();
    let key_file =
        KeyFile::with_outer_key(folder.path().join("keys-of-quillwort"), Zeroizing::new(OUTER_KEY.to_vec()))
            .creating();
    samples.add(&key_file);
    let ports = Ports {
        key_store: Arc::new(key_file),
        clock: Arc::new(SystemClock::default()),
        random: Arc::new(SystemRandom::default()),
    };
    samples.add(&ports);
    let root = SigningKey::<Root>::from_seed([7; 32]).unwrap();
    let stored = SigningKey::<Stored>::from_seed([9; 32]).unwrap();
    let (seal, source) =
        (DeskIdentity::<Seal>::generate().public(), DeskIdentity::<Source>::generate().public());
    let courier = DeskIdentity::<Courier>::generate();
    let keys = vec![
        KeyEntry::recipient(&seal),
        KeyEntry::recipient(&source),
        KeyEntry::recipient(&courier.public()),
        KeyEntry::verify(&stored.public()),
    ];
    let signed = SignedDirectory::sign(&payload(desk(keys)), &[&root]).unwrap();
    let directory = serde_json::to_vec(&signed).unwrap();
    let set_up = SetUp { roots: Roots::new(vec![root.public()]).ok(), directory: Some(&directory) };
    samples.add(&set_up);
    let home = folder.path().join("home");
    let client = Client::create(&home, ports.clone(), &set_up).unwrap();
    a_home(samples, &client);
    a_team(samples, &client, &[root]);
    by_hand(samples, &client, courier);
    errors(samples, &client, &set_up, &ports);
    sending(samples, &stored);
    places(samples, &client);
}

/// Where somebody is, as the table of places tells it.
fn places(samples: &mut Samples, client: &Client) {
    ["50.571", "Swanage", "Dorset", "E23000039"].iter().for_each(|text| samples.plant("place", text));
    let position = Position::new(50.571893, -1.862417).unwrap();
    let table = client.places();
    samples.add(&table.nearest(&position, Kind::Harbour, 1)[0]);
    let found = table.search("Swanage", Some(&position), 1).remove(0);
    samples.add(&found.place);
    samples.add(&found);
    let area = table.police_area(&position).unwrap();
    samples.add(area.runner_up.as_ref().unwrap());
    samples.add(&area);
    let suggested = table.scheme_for(&position);
    samples.add(&suggested.why);
    samples.add(&suggested);
    let screen = place_screen(&table, &position, Lang::En);
    samples.add(&screen.harbours[0]);
    samples.add(&screen);
    samples.add(&ChosenDesk {
        desk: DeskId::parse(DESK).unwrap(),
        name: "Quillwort desk".to_owned(),
        why: DeskReason::TargetArea,
        area: Some("Dorset".to_owned()),
    });
}

/// What a witness tells, every field planted.
fn content() -> DraftContent {
    let moment = Moment::parse(AT).unwrap();
    let position = Position::new(50.571893, -1.862417).unwrap();
    let sighting = Sighting {
        observer: Some(Fix {
            at: Some(moment),
            name: Some(Text::new("Quillwort")),
            ..Fix::new(position, FixSource::Hand)
        }),
        why: Some(Text::new("Quillwort why")),
        ..Sighting::new(moment, Text::new("Quillwort what"))
    };
    DraftContent {
        desk: Some(turnstone_wire::directory::DeskId::parse(DESK).unwrap()),
        language: "Quillwort".to_owned(),
        contact: Some(Text::new("Quillwort contact")),
        send_fix: true,
        ..DraftContent::new(Scheme::Kraken, Route::Police, vec![sighting])
    }
}

/// A team's device, by the directory's keys and from outside.
fn a_team(samples: &mut Samples, client: &Client, roots: &[SigningKey<Root>]) {
    let pin = Pin::new(PIN).unwrap();
    let notebook = client.unlock(Some(&pin)).unwrap();
    let profile = profile(Vec::new());
    let listed = SignedProfile::sign(&profile, &roots.iter().collect::<Vec<_>>()).unwrap();
    let outside = SignedProfile::sign(&profile, &[&SigningKey::from_seed([8; 32]).unwrap()]).unwrap();
    let offered = notebook.offered_profile(&listed.to_file()).unwrap();
    samples.add(&offered);
    let OfferedProfile::Listed(believed) = offered else { panic!("by the directory's keys") };
    samples.add(&believed);
    let offered = notebook.offered_profile(&outside.to_file()).unwrap();
    samples.add(&offered);
    let OfferedProfile::Outside(outside) = offered else { panic!("from outside") };
    samples.add(&outside);
    let (_, error) = outside.compare("Quillwort Quillwort Quillwort Quillwort").unwrap_err();
    samples.add_error(&error);
    notebook.take_profile(&believed).unwrap();
    samples.add(&notebook.profile().unwrap().unwrap());
    samples.add(&client.usual().unwrap());
    persons(samples, client, &notebook);
    samples.add(&client.directory().unwrap().unwrap());
    samples.add_error(&notebook.offered_profile(b"Quillwort").unwrap_err());
    notebook.leave_profile().unwrap();
}

/// Who writes on it, named as what is planted is.
fn persons(samples: &mut Samples, client: &Client, notebook: &Notebook) {
    let writer = Writer::Named(Text::new("Quillwort visitor"));
    samples.add(&writer);
    let changed = client.set_writer(Some(writer), OpenNotes::HandOver).unwrap();
    samples.add(&changed);
    let person = changed.now.unwrap();
    samples.add(&person);
    let pin = Pin::new(PIN).unwrap();
    notebook.set_person_pin(person.row, &pin).unwrap();
    samples.add(&client.unlock_as(person.row, &pin).unwrap());
    samples.add(&client.people().unwrap());
    samples.add(&client.note(content()).unwrap().writer().unwrap());
}

fn a_home(samples: &mut Samples, client: &Client) {
    samples.plant("today", SystemClock::default().wall().format("%Y-%m-%d"));
    samples.add(client);
    let on_watch = WatchNote {
        station: Some(Text::new("Quillwort station")),
        people: vec![Text::new("Quillwort person")],
        conditions: Some(Conditions { sea: Some(Text::new("Quillwort sea")), ..Conditions::default() }),
    };
    samples.add(&on_watch);
    let watch = client.start_watch(&on_watch, Moment::parse(AT).unwrap()).unwrap();
    samples.add(&content());
    let told = Told {
        channel: Channel::Police,
        at: Moment::parse(AT).unwrap(),
        number: Some(Text::new("Quillwort")),
    };
    let mut note = client.note(content()).unwrap();
    let photo = [&[0xff, 0xd8, 0xff, 0xe0][..], b" bytes of a photo".repeat(40).as_slice()].concat();
    let attachment = note.attach(&mut photo.as_slice(), &mut |_| {}).unwrap();
    assert_eq!(attachment.media_type, "image/jpeg");
    samples.plant("exact size of the photo", format!("size: {}", photo.len()));
    samples.plant("hash of the photo", Sha256::of(&photo));
    samples.add(&attachment);
    client.tell(turnstone_core::About::Draft(note.row()), &told).unwrap();
    samples.add(&note);
    samples.add(&note.check().unwrap());
    let notebook = client.unlock(None).unwrap();
    samples.add(&notebook);
    let position = Position::new(50.571893, -1.862417).unwrap();
    samples.add(&turnstone_core::Station { name: Text::new("Quillwort"), position, accuracy_m: None });
    samples.add(&notebook.drafts(1).unwrap()[0]);
    samples.add(&note.preview().unwrap());
    samples.add(&note.prepare().unwrap());
    let submitted = note.submit().unwrap();
    samples.plant("the reference given", submitted.reference);
    samples.add(&submitted);
    samples.add(&turnstone_core::About::Report(submitted.reference));
    notebook.tell(&submitted.reference, &told).unwrap();
    samples.add(&turnstone_almanac::words::Arg::from("Quillwort variable"));
    let sheet = notebook.hand_over(watch, Moment::parse(AT).unwrap()).unwrap();
    samples.add(&sheet);
    samples.add(&sheet.watch);
    samples.add(&sheet.reports[0]);
    let of = SeenIn::Report(submitted.reference);
    samples.add(&of);
    samples.add(&SeenBefore {
        of,
        when: Moment::parse(AT).unwrap(),
        matched: turnstone_almanac::mark::Mark::Plate,
    });
    let reports = notebook.reports(1).unwrap();
    samples.add(&reports[0]);
    samples.plant("name on the intake", reports[0].items[0].sha256);
    reports[0].items.iter().for_each(|item| samples.add(item));
    samples.add(&notebook.copy(&submitted.reference).unwrap());
    let message = MessageView {
        row: MessageRow(1),
        reference: submitted.reference,
        desk: turnstone_wire::directory::DeskId::parse(DESK).unwrap(),
        desk_name: Some("Quillwort desk".to_owned()),
        at: Moment::parse(AT).unwrap(),
        came: Moment::parse(AT).unwrap(),
        words: Text::new("Quillwort answer"),
        read: false,
    };
    samples.add(&message);
    samples.add(&Messages { messages: vec![message], ..notebook.messages(None).unwrap() });
    samples.add(&Reading::Read(Moment::parse(AT).unwrap()));
    let pin = Pin::new(PIN).unwrap();
    samples.add(&pin);
    notebook.change_pin(Some(&pin)).unwrap();
    samples.add(client);
    samples.add(&client.sender(Arc::new(Http::default())).unwrap());
    samples.add(&client.subscribe(Arc::new(Nobody)));
}

struct Nobody;

impl Observer for Nobody {
    fn progressed(&self, _: &Progress) {}
}

/// What waits, in a bundle, and an answer of which nothing is believed.
fn by_hand(samples: &mut Samples, client: &Client, courier: DeskIdentity<Courier>) {
    let parcels = client.parcels().unwrap();
    samples.add(&parcels);
    samples.add(&parcels.named[0]);
    let mut bundle = Vec::new();
    samples.add(&client.export(&parcels.named[0], &mut bundle, &mut |_, _| {}).unwrap());
    let mut reader = BundleReader::open(&bundle[..], &[courier]).unwrap();
    let object = reader.next_object().unwrap().unwrap().object;
    let key = SigningKey::<Stored>::from_seed([1; 32]).unwrap();
    let at = chrono::DateTime::parse_from_rfc3339(AT).unwrap().to_utc();
    let mut answer = AnswerWriter::new(Vec::new(), reader.head()).unwrap();
    answer.receipt(&SignedReceipt::sign(&object, &reader.head().desk, at, &key)).unwrap();
    let imported = client.import(&mut &answer.finish().unwrap()[..]).unwrap();
    assert_eq!(imported.why_not.len(), 1);
    samples.add(&imported);
}

fn errors(samples: &mut Samples, client: &Client, set_up: &SetUp<'_>, ports: &Ports) {
    let mut add = |error: Error| samples.add_error(&error);
    add(client.unlock(Some(&Pin::new("Quillwort, wrong").unwrap())).unwrap_err());
    add(client.unlock(None).unwrap_err());
    add(Pin::new("Qui").unwrap_err());
    add(client.import(&mut &b"Quillwort, and more of it"[..]).map(drop).unwrap_err());
    add(client.take_directory(b"{\"Quillwort\":").unwrap_err());
    let other = Roots::new(vec![SigningKey::<Root>::from_seed([8; 32]).unwrap().public()]).unwrap();
    add(client.take_roots(&other).unwrap_err());
    let long = DraftContent {
        sightings: vec![Sighting {
            what: Text::new("Quillwort ".repeat(60_000)),
            ..content().sightings.remove(0)
        }],
        ..content()
    };
    let others =
        DraftContent { desk: turnstone_wire::directory::DeskId::parse("quillwort-other").ok(), ..content() };
    let anonymous = DraftContent { route: Route::Anonymous, ..content() };
    for content in [long, others, anonymous] {
        match client.note(content) {
            Ok(note) => add(note.submit().map(drop).unwrap_err().1),
            Err(error) => add(error),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let gone =
        Ports { key_store: Arc::new(KeyFile::new(folder.path().join("Quillwort/keys"))), ..ports.clone() };
    add(Client::create(&folder.path().join("Quillwort home"), gone.clone(), set_up).map(drop).unwrap_err());
    add(Client::open(&folder.path().join("Quillwort nowhere"), gone).map(drop).unwrap_err());
    samples.add(&Invalid::Directory(SignedDirectory::parse(b"Quillwort").unwrap_err()));
}

/// What a sender hands out.
fn sending(samples: &mut Samples, key: &SigningKey<Stored>) {
    let object = Object { kind: ObjectKind::Report, sha256: Sha256::of(b"a photo"), size: 99 };
    let desk = desk(vec![KeyEntry::verify(&key.public())]);
    let state = turnstone_core::ItemState::Waits;
    let upload = Upload::Fresh;
    let settling = Settling { object, desk: &desk, state, upload, attempts: 0, lost: 0, anonymous: false };
    samples.add(&settling);
    let at = chrono::DateTime::parse_from_rfc3339(AT).unwrap().to_utc();
    let body = SignedReceipt::sign(&object, &desk.id, at, key).to_json();
    let wrong = SignedReceipt::sign(&Object { size: 98, ..object }, &desk.id, at, key).to_json();
    for body in [body, wrong, b"Quillwort page".to_vec()] {
        for status in [200, 429, 500] {
            let outcome =
                Outcome::Answer { status, offset: None, retry_after_s: Some(9), body: body.clone() };
            samples.add(&outcome);
            let change: Change = settle(&settling, &outcome, 0, 0);
            change.reason.iter().for_each(|reason| samples.add(reason));
            samples.add(&change);
        }
    }
    samples.add(&MovedView {
        from: desk.id.clone(),
        from_name: Some("Quillwort desk".to_owned()),
        at: Moment::parse(AT).unwrap(),
        stored: vec![SignedReceipt::sign(&object, &desk.id, at, key)],
    });
    samples.add(&Reason::DeskAsksToWait(Moment::parse(AT).unwrap()));
    let body = StepBody::Bytes(b"Quillwort".to_vec());
    samples.add(&body);
    let proxy = Proxy::parse("socks5h://Quillwort:secret@quillwort.example:9050").unwrap();
    samples.add(&proxy);
    samples.add(&Proxy::parse("quillwort.example").unwrap_err());
    let setting = ProxySetting { proxy, used_for: ProxyFor::Anonymous };
    samples.add(&setting);
    let step = Step {
        method: Method::Put,
        url: format!("https://quillwort.example/v1/reports/{}", object.sha256),
        headers: vec![("authorization", "Bearer Quillwort".to_owned())],
        body,
        apart: true,
        proxy: Some(setting.proxy.clone()),
        tls_roots: Arc::from(["Quillwort".to_owned()]),
        answer_limit: 9,
    };
    samples.add(&step);
    samples.plant("random name of a row", "9f86d081884c7d659a2feaa0c55ad015");
    let ticket: Ticket = "step-1 5 9f86d081884c7d659a2feaa0c55ad015 fresh unknown-0 0".parse().unwrap();
    samples.add(&ticket);
    samples.add(&NextSteps { start: vec![(ticket.clone(), step)], cancel: vec![ticket], wake_ms: None });
}
