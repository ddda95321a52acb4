//! What the tests of this crate share: a desk in a temporary folder, and witnesses who write to it.

use std::{
    io::{self, Write},
    path::Path,
    sync::{Arc, Mutex},
};

use clap::Parser;
use tempfile::TempDir;
use turnstone_wire::{
    attachment::{AttachmentKey, Sealer},
    body::{
        AttachmentPart, Fix, FixSource, Format, MINOR, MailboxPart, Position, Report, ReportId, Role, Route,
        Scheme, Sighting, When,
    },
    contact::SealedContact,
    directory::Desk,
    envelope::Envelope,
    hash::Sha256,
    key::{DeskIdentity, Seal},
    mailbox::MailboxToken,
    receipt::{Object, ObjectKind},
    reference::Reference,
    text::{Moment, Text},
};

use crate::{
    args::InitArgs,
    clock::{SystemRandom, fake::FakeClock},
    failure::Failure,
    home::{self, Home},
    intake::Store,
    output::Output,
};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    init: InitArgs,
}

pub(crate) fn init_args(dir: &Path, url: &str) -> InitArgs {
    let dir = dir.to_str().unwrap();
    Line::parse_from(["init", dir, "--id", "quay", "--name", "Quay desk", "--url", url]).init
}

pub(crate) fn init(dir: &Path, url: &str) -> Result<(), Failure> {
    let args = init_args(dir, url);
    home::init::run(&args, &FakeClock::default(), &SystemRandom::default(), &mut Output::silent())
}

/// A desk in a temporary folder, with its intake's store open.
pub(crate) struct TestDesk {
    pub(crate) folder: TempDir,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) store: Arc<Store>,
}

impl TestDesk {
    pub(crate) fn new() -> Self {
        Self::at("http://127.0.0.1:8470")
    }

    pub(crate) fn at(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        init(folder.path(), url).unwrap();
        let clock = Arc::new(FakeClock::default());
        let store = Arc::new(Store::open(&folder.path().join("server"), clock.clone()).unwrap());
        Self { folder, clock, store }
    }

    pub(crate) fn home(&self) -> Home {
        Home::new(self.folder.path())
    }

    /// Opens the store anew, as after a kill.
    pub(crate) fn restart(&mut self) {
        self.store = Arc::new(Store::open(&self.home().server(), self.clock.clone()).unwrap());
    }

    pub(crate) fn desk(&self) -> Desk {
        self.home().newest_directory().unwrap().desks()[0].clone()
    }

    /// Delivers bytes as a report, whatever they are.
    pub(crate) fn deliver(&self, bytes: &[u8]) -> Object {
        let name = Sha256::of(bytes);
        let mut incoming = self.store.begin_report(name, &[], None).unwrap();
        incoming.write(bytes).unwrap();
        self.store.finish_report(incoming).unwrap();
        Object { kind: ObjectKind::Report, sha256: name, size: bytes.len() as u64 }
    }

    /// Seals a report to this desk and delivers it.
    pub(crate) fn deliver_report(&self, report: &Report) -> Object {
        let body = report.to_padded_bytes().unwrap();
        let envelope = Envelope::seal(&body, &self.desk().recipients::<Seal>()).unwrap();
        self.deliver(envelope.as_bytes())
    }

    /// Delivers a sealed attachment.
    pub(crate) fn deliver_attachment(&self, sealed: &[u8]) {
        let name = Sha256::of(sealed);
        self.store.begin_upload(&name, sealed.len() as u64).unwrap();
        let mut appender = self.store.append(&name, 0).unwrap();
        appender.write(sealed).unwrap();
        assert!(appender.finish().unwrap().receipt.is_some());
    }
}

/// What a command said.
#[derive(Clone, Default)]
pub(crate) struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.0.lock().unwrap()).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A witness with one mailbox.
pub(crate) fn token() -> MailboxToken {
    MailboxToken::from_bytes([7; 32])
}

/// A report with an id made of one number.
pub(crate) fn report(number: u8, what: &str) -> Report {
    let id = ReportId::from_bytes([number; 16]);
    let scheme = Scheme::Kraken;
    Report {
        format: Format,
        minor: MINOR,
        id,
        reference: Reference::of(scheme, &id),
        scheme,
        code_word: scheme.code_word().into(),
        urgent: false,
        exercise: true,
        language: "en".into(),
        route: Route::Police,
        sightings: vec![sighting(what)],
        relates: vec![],
        watch: None,
        told: vec![],
        contact: None,
        mailbox: Some(MailboxPart {
            address: token().address(),
            reply_to: DeskIdentity::<Seal>::generate().public().as_str().into(),
        }),
        attachments: vec![],
        clocks: None,
        app: None,
        unknown: Default::default(),
    }
}

fn sighting(what: &str) -> Sighting {
    let from = Moment::parse("2026-05-03T21:40:00+01:00").unwrap();
    let position = Position::new(50.6065, -1.948).unwrap();
    let sighting = Sighting::new(from, Text::from(what));
    Sighting {
        when: When { give_or_take_s: Some(300), ..sighting.when },
        observer: Some(Fix::new(position, FixSource::Gnss)),
        signs: vec!["K01".parse().unwrap()],
        ..sighting
    }
}

/// Seals bytes as an attachment.
pub(crate) fn attachment(number: u16, role: Role, bytes: &[u8]) -> (AttachmentPart, Vec<u8>) {
    let key = AttachmentKey::generate();
    let mut sealer = Sealer::new(Vec::new(), &key).unwrap();
    sealer.write(bytes).unwrap();
    let (sealed, facts) = sealer.finish().unwrap();
    let part = AttachmentPart {
        number,
        role,
        media_type: "text/html".into(),
        size: facts.size,
        sha256: facts.sha256,
        sealed_size: facts.sealed_size,
        sealed_sha256: facts.sealed_sha256,
        key,
        unknown: Default::default(),
    };
    (part, sealed)
}

/// Seals a contact to a desk's source keys.
pub(crate) fn contact(desk: &Desk, words: &str) -> SealedContact {
    SealedContact::seal(&Text::from(words), &desk.recipients()).unwrap()
}

/// Whether a phone that knows a root (DER, base 64) believes a certificate chain in PEM for a name or address.
pub(crate) fn verify_certificate(pem: &Path, root: &str, name: &str) -> Result<(), rustls::Error> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    use rustls::{
        RootCertStore,
        client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    };
    use rustls_pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject};

    let mut roots = RootCertStore::empty();
    roots.add(BASE64_STANDARD.decode(root).unwrap().into()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider).build().unwrap();
    let now = crate::clock::Clock::now(&FakeClock::default()).timestamp();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now.try_into().unwrap()));
    let certificate = CertificateDer::from_pem_file(pem).unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    verifier.verify_server_cert(&certificate, &[], &name, &[], now).map(drop)
}
