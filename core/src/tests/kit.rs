//! A phone in a temporary folder, a desk with its keys, and an intake that plays the desk's side of a link.

use std::{
    collections::BTreeMap,
    fs,
    future::Future,
    path::Path,
    pin::Pin as Boxed,
    sync::{Arc, Mutex},
};

use aho_corasick::AhoCorasick;
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use turnstone_wire::{
    answer::{Refusal, RefusalCode},
    body::{Bearing, Fix, FixSource, Metres, North, Position, Route, Scheme, Sighting, Target},
    directory::{Desk, DeskId, DeskLimits, FORMAT, KeyEntry, Payload, Roots, SignedDirectory},
    hash::Sha256,
    key::{DeskIdentity, Officer, Root, Seal, SigningKey, Source, Stored},
    mailbox::{MailboxAnswer, MailboxItem},
    pack::{PackKind, SignedPack},
    receipt::{Object, ObjectKind, SignedReceipt},
    text::{Moment, Text},
};

use crate::{
    Client, Clock, DraftContent, KeyFile, Ports, SetUp, SystemRandom,
    sync::{Bodies, Failure, Method, Network, Outcome, Step, StepBody, Summary, Transport},
};

/// A clock that stands where it is put.
#[derive(Debug)]
pub(super) struct PlayedClock(pub(super) Mutex<DateTime<Utc>>);

impl PlayedClock {
    pub(super) fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for PlayedClock {
    fn wall(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.wall().timestamp_millis()).unwrap_or(0)
    }
}

/// A desk with one key of each role, and the directory that lists it.
pub(super) struct PlayedDesk {
    pub(super) seal: DeskIdentity<Seal>,
    pub(super) source: DeskIdentity<Source>,
    pub(super) stored: SigningKey<Stored>,
    pub(super) officer: SigningKey<Officer>,
    root: SigningKey<Root>,
    pub(super) desk: Desk,
}

impl PlayedDesk {
    pub(super) fn new() -> Self {
        let (seal, source) = (DeskIdentity::generate(), DeskIdentity::generate());
        let stored = SigningKey::from_seed([1; 32]).unwrap();
        let officer = SigningKey::from_seed([2; 32]).unwrap();
        let keys = vec![
            KeyEntry::recipient::<Seal>(&seal.public()),
            KeyEntry::recipient::<Seal>(&DeskIdentity::generate().public()),
            KeyEntry::recipient::<Source>(&source.public()),
            KeyEntry::verify::<Stored>(&stored.public()),
            KeyEntry::verify::<Officer>(&officer.public()),
        ];
        let desk = Desk {
            id: DeskId::parse("harbour-desk").unwrap(),
            names: BTreeMap::from([("en".into(), "Test Harbour Desk".into())]),
            areas: vec![],
            schemes: vec![],
            routes: Route::ALL.to_vec(),
            urls: vec!["http://127.0.0.1:9".into()],
            tls_roots: vec![],
            limits: DeskLimits::default(),
            keys,
            hours: BTreeMap::new(),
            privacy: None,
            phones: vec![],
            closed: false,
        };
        Self { seal, source, stored, officer, root: SigningKey::from_seed([3; 32]).unwrap(), desk }
    }

    pub(super) fn roots(&self) -> Roots {
        Roots::new(vec![self.root.public()]).unwrap()
    }

    pub(super) fn directory(&self, sequence: u64) -> Vec<u8> {
        self.directory_of(sequence, vec![self.desk.clone()])
    }

    /// A pack signed by this one's root key.
    pub(super) fn pack(&self, kind: PackKind, sequence: u64, content: &[u8]) -> Vec<u8> {
        let at = "2027-03-01T00:00:00Z".parse().unwrap();
        SignedPack::sign(kind, sequence, at, content.to_vec(), &[&self.root]).unwrap().to_json()
    }

    /// A directory of these desks, signed by this one's root key.
    pub(super) fn directory_of(&self, sequence: u64, desks: Vec<Desk>) -> Vec<u8> {
        let at = "2026-05-01T00:00:00Z".parse().unwrap();
        let payload = Payload {
            format: FORMAT.into(),
            root_generation: 1,
            sequence,
            issued: at,
            expires: at + TimeDelta::days(365),
            desks,
        };
        SignedDirectory::sign(&payload, &[&self.root]).unwrap().to_json()
    }
}

/// A phone: a home folder, a key file beside it, and a clock.
pub(super) struct Phone {
    pub(super) folder: TempDir,
    pub(super) clock: Arc<PlayedClock>,
    pub(super) desk: PlayedDesk,
}

impl Phone {
    /// A phone that is set up with a desk's directory.
    pub(super) fn new() -> Self {
        let desk = PlayedDesk::new();
        let clock = PlayedClock(Mutex::new(signed_at()));
        let phone = Self { folder: tempfile::tempdir().unwrap(), clock: Arc::new(clock), desk };
        let directory = phone.desk.directory(1);
        let set_up = SetUp { roots: Some(phone.desk.roots()), directory: Some(&directory) };
        Client::create(&phone.home(), phone.ports(), &set_up).unwrap();
        phone
    }

    pub(super) fn home(&self) -> std::path::PathBuf {
        self.folder.path().join("home")
    }

    pub(super) fn key_file(&self) -> std::path::PathBuf {
        self.folder.path().join("keys")
    }

    pub(super) fn ports(&self) -> Ports {
        Ports {
            key_store: Arc::new(KeyFile::new(self.key_file()).creating()),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            random: Arc::new(SystemRandom::default()),
        }
    }

    /// Opens the home as a newly started program would.
    pub(super) fn open(&self) -> Client {
        Client::open(&self.home(), self.ports()).unwrap()
    }

    /// Every file of the home folder, by name.
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        fs::read_dir(self.home())
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())
            })
            .collect()
    }
}

/// What a test puts into drafts; searched for wherever it must not be.
pub(super) const WHAT: &str = "two men lowered wrapped parcels from the grey RIB";

/// A draft with words, a position, a bearing and a vessel's name.
pub(super) fn content(route: Route) -> DraftContent {
    let sighting = Sighting {
        observer: Some(Fix {
            accuracy_m: Some(Metres::new(8.0).unwrap()),
            ..Fix::new(Position::new(50.606_511, -1.948_033).unwrap(), FixSource::Gnss)
        }),
        target: Some(Target::bearing_range(
            Bearing::new(140.0, North::True).unwrap(),
            Metres::new(900.0).unwrap(),
        )),
        signs: vec!["K07".parse().unwrap()],
        ..Sighting::new(Moment::parse("2026-05-03T20:41:17+01:00").unwrap(), Text::from(WHAT))
    };
    DraftContent { when_from_clock: true, ..DraftContent::new(Scheme::Kraken, route, vec![sighting]) }
}

/// A desk that takes every route and of which nothing else is known: no key, no address.
pub(crate) fn bare_desk(id: &str) -> Desk {
    Desk {
        id: DeskId::parse(id).unwrap(),
        names: BTreeMap::new(),
        areas: vec![],
        schemes: vec![],
        routes: Route::ALL.to_vec(),
        urls: vec![],
        tls_roots: vec![],
        limits: DeskLimits::default(),
        keys: vec![],
        hours: BTreeMap::new(),
        privacy: None,
        phones: vec![],
        closed: false,
    }
}

/// What the link does to the next requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// Carries.
    Good,
    /// No connection.
    Down,
    /// Everything arrives, no answer comes back.
    LosesAnswers,
    /// A sign-in page with status 200 answers everything.
    CaptivePortal,
    /// The desk answers with a receipt for other bytes.
    WrongReceipt,
    /// The desk's disk is full.
    DeskFull,
    /// The desk refuses words as too large.
    Refuses,
}

/// What the desk's clock says: what the phone's says before a test moves it.
pub(super) fn signed_at() -> DateTime<Utc> {
    "2026-05-03T20:00:00Z".parse().unwrap()
}

/// The desk's side of a link, in memory.
pub(super) struct PlayedIntake {
    stored: SigningKey<Stored>,
    desk: DeskId,
    pub(super) link: Mutex<Link>,
    pub(super) objects: Mutex<BTreeMap<Sha256, (ObjectKind, Vec<u8>)>>,
    /// What came of attachments that are not whole.
    pub(super) uploads: Mutex<BTreeMap<Sha256, Vec<u8>>>,
    pub(super) mail: Mutex<BTreeMap<String, Vec<MailboxItem>>>,
    pub(super) requests: Mutex<Vec<Step>>,
    /// Directory served.
    pub(super) directory: Mutex<Vec<u8>>,
}

impl PlayedIntake {
    pub(super) fn of(desk: &PlayedDesk) -> Arc<Self> {
        Arc::new(Self {
            stored: SigningKey::parse(&desk.stored.to_secret_text()).unwrap(),
            desk: desk.desk.id.clone(),
            link: Mutex::new(Link::Good),
            objects: Mutex::default(),
            uploads: Mutex::default(),
            mail: Mutex::default(),
            requests: Mutex::default(),
            directory: Mutex::default(),
        })
    }

    pub(super) fn set(&self, link: Link) {
        *self.link.lock().unwrap() = link;
    }

    pub(super) fn of_kind(&self, kind: ObjectKind) -> Vec<Vec<u8>> {
        self.objects
            .lock()
            .unwrap()
            .values()
            .filter(|(k, _)| *k == kind)
            .map(|(_, bytes)| bytes.clone())
            .collect()
    }

    /// What is there of an attachment: its receipt once it is whole, else how far it is.
    fn how_far(&self, sha256: Sha256, asks: bool) -> Outcome {
        let at = |status, offset, body| Outcome::Answer { status, offset, retry_after_s: None, body };
        if let Some((kind, bytes)) = self.objects.lock().unwrap().get(&sha256) {
            let object = Object { kind: *kind, sha256, size: bytes.len() as u64 };
            let receipt = SignedReceipt::sign(&object, &self.desk, signed_at(), &self.stored).to_json();
            return at(200, Some(object.size), if asks { Vec::new() } else { receipt });
        }
        match self.uploads.lock().unwrap().get(&sha256) {
            Some(there) => at(200, Some(there.len() as u64), Vec::new()),
            None if asks => at(404, None, Vec::new()),
            None => {
                let error = RefusalCode::NotFound;
                let refusal = Refusal { error, message: "no".into(), limit: None };
                at(404, None, serde_json::to_vec(&refusal).unwrap())
            }
        }
    }

    /// Takes bytes of an attachment that go on from where it is.
    fn append(&self, sha256: Sha256, from: u64, bytes: &[u8], length: Option<u64>) {
        let mut uploads = self.uploads.lock().unwrap();
        let there = uploads.entry(sha256).or_default();
        assert_eq!(there.len() as u64, from, "it goes on where it is");
        there.extend_from_slice(bytes);
        let whole = length.map_or(Sha256::of(there) == sha256, |length| there.len() as u64 == length);
        if whole {
            assert_eq!(Sha256::of(there), sha256, "bytes match their name");
            let bytes = uploads.remove(&sha256).unwrap();
            self.objects.lock().unwrap().insert(sha256, (ObjectKind::Attachment, bytes));
        }
    }

    fn answer(&self, step: &Step, bodies: &dyn Bodies) -> Outcome {
        let link = *self.link.lock().unwrap();
        if link == Link::Down {
            return Outcome::Failed(Failure::Unreachable);
        }
        let answer =
            |status, body: Vec<u8>| Outcome::Answer { status, offset: None, retry_after_s: None, body };
        let refusal = |status, error| {
            answer(status, serde_json::to_vec(&Refusal { error, message: "no".into(), limit: None }).unwrap())
        };
        match link {
            Link::CaptivePortal => return answer(200, b"<html>Sign in</html>".to_vec()),
            Link::DeskFull => return refusal(507, RefusalCode::NoSpace),
            Link::Refuses if step.method == Method::Put => return refusal(413, RefusalCode::TooLarge),
            _ => {}
        }
        let (_, name) = step.url.rsplit_once('/').unwrap();
        if step.method == Method::Get && name == "directory" {
            return answer(200, self.directory.lock().unwrap().clone());
        }
        if step.method == Method::Get {
            let items = self.mail.lock().unwrap().get(name).cloned().unwrap_or_default();
            return answer(200, serde_json::to_vec(&MailboxAnswer { items }).unwrap());
        }
        let sha256: Sha256 = name.parse().unwrap();
        if step.method == Method::Head && step.url.contains("/reports/") {
            let there = self.objects.lock().unwrap().contains_key(&sha256);
            return answer(if there { 200 } else { 404 }, Vec::new());
        }
        match &step.body {
            StepBody::Empty => return self.how_far(sha256, step.method == Method::Head),
            StepBody::Bytes(bytes) => {
                assert_eq!(Sha256::of(bytes), sha256, "bytes match their name");
                self.objects.lock().unwrap().insert(sha256, (ObjectKind::Report, bytes.clone()));
            }
            StepBody::Media { media, from, len } => {
                let bytes = bodies.read(*media, *from, usize::try_from(*len).unwrap()).unwrap();
                let length = step.headers.iter().find(|(name, _)| *name == "upload-length");
                self.append(sha256, *from, &bytes, length.map(|(_, length)| length.parse().unwrap()));
            }
        }
        if link == Link::LosesAnswers {
            return Outcome::Failed(Failure::Broken);
        }
        let whole = self.objects.lock().unwrap().get(&sha256).map(|(kind, bytes)| (*kind, bytes.len()));
        let Some((kind, size)) = whole else { return self.how_far(sha256, true) };
        let object = Object { kind, sha256, size: size as u64 };
        let vouched = match link {
            Link::WrongReceipt => Object { sha256: Sha256::of(b"other bytes"), ..object },
            _ => object,
        };
        answer(201, SignedReceipt::sign(&vouched, &self.desk, signed_at(), &self.stored).to_json())
    }
}

impl Transport for PlayedIntake {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> Boxed<Box<dyn Future<Output = Outcome> + Send + '_>> {
        self.requests.lock().unwrap().push(step.clone());
        Box::pin(async move { self.answer(&step, bodies.as_ref()) })
    }
}

/// Sends once, as `turnstone sync` does.
pub(super) fn sync(client: &Client, intake: &Arc<PlayedIntake>) -> Summary {
    let sender = client.sender(Arc::clone(intake) as Arc<dyn Transport>).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap()
}

/// In which files any of some bytes occur, as `name: which`.
pub(super) fn found_in<N: AsRef<[u8]>>(files: &BTreeMap<String, Vec<u8>>, needles: &[N]) -> Vec<String> {
    let search = AhoCorasick::new(needles).unwrap();
    let found = files.iter().flat_map(|(name, bytes)| {
        search.find_iter(bytes).map(move |hit| format!("{name}: needle {}", hit.pattern().as_usize()))
    });
    found.collect()
}

/// Copies every file of a folder.
pub(super) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}
